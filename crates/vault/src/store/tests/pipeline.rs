//! The pipelined intake: the same as the plain one, and durable at any byte.

use proptest::prelude::*;

use super::*;

pub(super) fn plan(part_size: u64) -> Plan {
    Plan { key: key(), item: item(), part_size, every_byte: true }
}

pub(super) fn begin(store: &MemoryObjects) -> PipelinedIntake<MemoryObjects> {
    PipelinedIntake::new(store.clone(), plan(MIN_PART_SIZE), salts()).unwrap()
}

/// Salts that no test has used before `resume`.
pub(super) fn later_salts() -> impl FnMut() -> Salt + Send + 'static {
    let mut salts = salts();
    let _used = (0..10_000).map(|_| salts()).last();
    salts
}

fn resume(
    store: &MemoryObjects,
    parts: &[PartRef],
    pieces: &[PieceRef],
) -> Result<PipelinedIntake<MemoryObjects>, IntakeFault> {
    let plan = plan(MIN_PART_SIZE);
    PipelinedIntake::resume(store.clone(), plan, later_salts(), parts.to_vec(), pieces.to_vec(), None)
}

#[test]
fn it_is_sent_between_threads() {
    fn is_send<T: Send + 'static>() {}
    is_send::<PipelinedIntake<MemoryObjects>>();
}

#[test]
fn a_part_of_several_runs_is_the_same_as_the_plain_intake_makes_it_also_from_a_reader() {
    let (part_size, content) = (8 << 20, content(21_500_000));
    let stores = [(); 3].map(|()| MemoryObjects::default());
    let mut plain = Intake::new(&stores[0], key(), item(), part_size, salts()).unwrap();
    plain.update(&content).unwrap();
    let expected = plain.finish().unwrap();
    let mut pieces = PipelinedIntake::new(stores[1].clone(), plan(part_size), salts()).unwrap();
    content.chunks(777_777).for_each(|piece| pieces.update(piece).unwrap());
    assert_eq!(pieces.finish().unwrap(), expected);
    let mut read = PipelinedIntake::new(stores[2].clone(), plan(part_size), salts()).unwrap();
    read.update(&content[..1_000_001]).unwrap();
    assert_eq!(read.take_from(&content[1_000_001..]).unwrap(), 20_499_999);
    assert_eq!(read.take_from(&[][..]).unwrap(), 0);
    assert_eq!(read.finish().unwrap(), expected);
    let names = stores[0].list(None, 10).unwrap();
    for store in &stores[1..] {
        assert_eq!(store.list(None, 10).unwrap(), names);
        assert!(verify(store, &manifest(expected.clone())).is_empty());
    }
}

#[test]
fn a_reader_that_fails_is_the_cause_and_leaves_what_came_before_durable() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the medium was taken out"))
        }
    }
    let store = MemoryObjects::default();
    let mut intake = begin(&store);
    intake.update(&content(100_000)).unwrap();
    let fault = intake.take_from(Broken).unwrap_err();
    assert!(matches!(fault, IntakeFault::Source(_)), "{fault}");
    assert_eq!(intake.flush().unwrap(), 100_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_comes_to_the_same_as_the_plain_intake(
        len in prop_oneof![0..200_000usize, (0..10usize).prop_map(|parts| parts * MIN_PART_SIZE as usize)],
        piece in 1..150_000usize,
        shift in 0..4u32,
        apart in any::<bool>(),
    ) {
        let (part_size, content) = (MIN_PART_SIZE << shift, content(len));
        let (plain, pipelined) = (MemoryObjects::default(), MemoryObjects::default());
        let mut expected = Intake::new(&plain, key(), item(), part_size, salts()).unwrap();
        expected.update(&content).unwrap();
        let intake = PipelinedIntake::new(pipelined.clone(), plan(part_size), salts()).unwrap();
        let mut intake = if apart { intake.hashed_apart() } else { intake };
        content.chunks(piece).for_each(|piece| intake.update(piece).unwrap());
        prop_assert_eq!(intake.received(), len as u64);
        prop_assert_eq!(intake.finish().unwrap(), expected.finish().unwrap());
        prop_assert_eq!(pipelined.list(None, 1000).unwrap(), plain.list(None, 1000).unwrap());
    }

    #[test]
    fn it_goes_on_at_any_byte_after_any_interruptions(
        len in 0..120_000usize,
        stops in proptest::collection::vec((0..50_000usize, any::<bool>()), 0..6),
    ) {
        let (store, content) = (MemoryObjects::default(), content(len));
        let mut intake = begin(&store);
        for (more, killed) in stops {
            let from = intake.received() as usize;
            intake.update(&content[from..(from + more).min(len)]).unwrap();
            prop_assert_eq!(intake.flush().unwrap(), intake.received());
            if killed {
                let (parts, pieces) = (intake.parts().to_vec(), intake.pieces().to_vec());
                let durable = intake.durable();
                drop(intake);
                intake = resume(&store, &parts, &pieces).unwrap();
                prop_assert_eq!(intake.durable(), durable);
                prop_assert_eq!(intake.received(), durable);
                prop_assert_eq!(intake.pieces(), pieces);
            }
        }
        intake.update(&content[intake.received() as usize..]).unwrap();
        let manifest = manifest(intake.finish().unwrap());
        prop_assert_eq!(manifest.sha256, Digest::of(&content));
        prop_assert!(verify(&store, &manifest).is_empty());
        prop_assert_eq!(read(&store, &manifest, 0..len as u64).unwrap(), content);
    }
}

#[test]
fn a_piece_is_needed_until_its_part_is_whole() {
    let store = MemoryObjects::default();
    let mut intake = begin(&store);
    intake.update(&content(10_000)).unwrap();
    assert_eq!((intake.durable(), intake.flush().unwrap()), (0, 10_000));
    assert_eq!(intake.flush().unwrap(), 10_000);
    assert_eq!(intake.pieces().len(), 1, "nothing came between");
    intake.update(&content(10)).unwrap();
    intake.flush().unwrap();
    let pieces: Vec<_> = intake.pieces().iter().map(|piece| (piece.start, piece.end)).collect();
    assert_eq!(pieces, [(0, 10_000), (10_000, 10_010)]);
    intake.update(&content(MIN_PART_SIZE as usize)).unwrap();
    intake.flush().unwrap();
    let pieces: Vec<_> = intake.pieces().iter().map(|piece| (piece.start, piece.end)).collect();
    assert_eq!((intake.parts().len(), pieces), (1, vec![(MIN_PART_SIZE, MIN_PART_SIZE + 10_010)]));
}

#[test]
fn without_the_wish_for_every_byte_only_whole_parts_are_durable() {
    let store = MemoryObjects::default();
    let plan = Plan { every_byte: false, ..plan(MIN_PART_SIZE) };
    let mut intake = PipelinedIntake::new(store.clone(), plan, salts()).unwrap();
    intake.update(&content(MIN_PART_SIZE as usize + 5)).unwrap();
    assert_eq!(intake.flush().unwrap(), MIN_PART_SIZE);
    assert!(intake.pieces().is_empty());
    assert_eq!(store.list(None, 10).unwrap().len(), 1);
}

#[test]
fn parts_longer_than_a_piece_are_kept_in_pieces_of_bounded_length() {
    let (store, len) = (MemoryObjects::default(), (MAX_PIECE as usize * 5) / 2);
    let content = content(len);
    let mut intake = PipelinedIntake::new(store.clone(), plan(64 << 20), salts()).unwrap();
    content.chunks(3_000_000).for_each(|piece| intake.update(piece).unwrap());
    assert!(intake.durable() >= 2 * MAX_PIECE);
    assert_eq!(intake.flush().unwrap(), len as u64);
    assert!(intake.pieces().iter().all(|piece| piece.end - piece.start <= MAX_PIECE));
    let pieces = intake.pieces().to_vec();
    drop(intake);
    let plan = plan(64 << 20);
    let intake = PipelinedIntake::resume(store, plan, later_salts(), vec![], pieces, None).unwrap();
    assert_eq!(intake.finish().unwrap().sha256, Digest::of(&content));
}

/// 40,000 bytes: two parts and a rest in two pieces.
fn interrupted() -> (MemoryObjects, Vec<PartRef>, Vec<PieceRef>) {
    let store = MemoryObjects::default();
    let mut intake = begin(&store);
    for piece in [&content(40_000)[..36_000], &content(40_000)[36_000..]] {
        intake.update(piece).unwrap();
        intake.flush().unwrap();
    }
    (store, intake.parts().to_vec(), intake.pieces().to_vec())
}

#[test]
fn pieces_that_do_not_go_on_one_after_another_are_refused() {
    let (store, parts, pieces) = interrupted();
    assert_eq!((parts.len(), pieces.len()), (2, 2));
    assert_eq!(resume(&store, &parts, &pieces).unwrap().durable(), 40_000);
    assert_eq!(resume(&store, &parts, &pieces[..1]).unwrap().durable(), 36_000);
    let refused = |parts: &[PartRef], pieces: &[PieceRef]| {
        matches!(resume(&store, parts, pieces).err(), Some(IntakeFault::Piece { .. }))
    };
    let [one, two] = &pieces[..] else { panic!() };
    assert!(refused(&parts, std::slice::from_ref(two)), "a gap");
    assert!(refused(&parts, &[two.clone(), one.clone()]), "another order");
    assert!(refused(&parts, &[one.clone(), one.clone()]), "twice");
    assert!(refused(&parts[..1], &pieces), "a part is missing");
    let longer = |end| PieceRef { end, ..two.clone() };
    assert!(refused(&parts, &[one.clone(), longer(40_001)]), "says that it is longer");
    assert!(refused(&parts, &[one.clone(), longer(36_000)]), "says that it is empty");
    assert!(refused(&parts, &[one.clone(), longer(60_000)]), "beyond its part");
    assert!(refused(&parts, &[one.clone(), longer(u64::MAX)]), "beyond everything");
}

#[test]
fn a_piece_that_was_altered_or_belongs_elsewhere_does_not_open() {
    let (store, parts, pieces) = interrupted();
    let refused = |pieces: &[PieceRef]| {
        matches!(resume(&store, &parts, pieces).err(), Some(IntakeFault::Chunk(_) | IntakeFault::Store(_)))
    };
    let [one, two] = &pieces[..] else { panic!() };
    let elsewhere =
        PieceRef { sealed_sha256: two.sealed_sha256, sealed_size: two.sealed_size, ..one.clone() };
    assert!(refused(&[elsewhere]), "another piece's content");
    let part =
        PieceRef { sealed_sha256: parts[0].sealed_sha256, sealed_size: parts[0].sealed_size, ..one.clone() };
    assert!(refused(&[part]), "a part");
    for size in [0, 15, 16, 60, one.sealed_size - 1, one.sealed_size + 1, u64::MAX] {
        assert!(refused(&[PieceRef { sealed_size: size, ..one.clone() }]), "{size}");
    }
    for place in (0..one.sealed_size as usize).step_by(97) {
        store.tamper(one.sealed_sha256, |bytes| bytes[place] ^= 1);
        assert!(refused(&pieces), "{place}");
        store.tamper(one.sealed_sha256, |bytes| bytes[place] ^= 1);
    }
    assert!(resume(&store, &parts, &pieces).is_ok());
}

#[test]
fn what_was_acknowledged_survives_a_fault_at_any_operation() {
    let content = content(60_000);
    let run = |store: &MemoryObjects| {
        let (mut intake, mut noted) = (begin(store), (Vec::new(), Vec::new(), 0));
        for piece in content.chunks(7_000) {
            // As a node does: an offset is acknowledged when parts and pieces are noted.
            let Ok(durable) = intake.update(piece).and_then(|()| intake.flush()) else { return Err(noted) };
            noted = (intake.parts().to_vec(), intake.pieces().to_vec(), durable);
        }
        let ended = intake.finish();
        ended.map_err(|_| noted)
    };
    let store = MemoryObjects::default();
    assert!(run(&store).is_ok());
    let mut interrupted = 0;
    for operation in 0..store.operations() {
        let store = MemoryObjects::default();
        store.fail_at(operation, Fault::Fails);
        let Err((parts, pieces, durable)) = run(&store) else { panic!("{operation} did not matter") };
        store.recover();
        let mut intake = resume(&store, &parts, &pieces).unwrap();
        assert_eq!(intake.received(), durable);
        interrupted += u64::from(durable % MIN_PART_SIZE != 0);
        intake.update(&content[durable as usize..]).unwrap();
        let manifest = manifest(intake.finish().unwrap());
        assert_eq!(manifest.sha256, Digest::of(&content), "{operation}");
        assert!(verify(&store, &manifest).is_empty(), "{operation}");
    }
    assert!(interrupted > 20, "{interrupted}");
}

#[test]
fn a_fault_of_the_storage_is_told_and_the_intake_stays_stopped() {
    let store = MemoryObjects::default();
    let mut intake = begin(&store);
    store.fail_at(3, Fault::Fails);
    let content = content(100_000);
    let failed = (0..100).find_map(|_| intake.update(&content).and_then(|()| intake.flush()).err());
    assert!(matches!(failed, Some(IntakeFault::Store(StoreFault::Storage { .. }))), "{failed:?}");
    store.recover();
    assert!(matches!(intake.update(&content), Err(IntakeFault::Stopped)));
    assert!(matches!(intake.flush(), Err(IntakeFault::Stopped)));
    assert!(matches!(intake.finish(), Err(IntakeFault::Stopped)));
}

#[test]
fn it_does_not_go_on_from_parts_that_are_not_sound() {
    let (store, manifest, _) = stored(60_000);
    let fault = |parts: &[PartRef]| resume(&store, parts, &[]).err().unwrap();
    assert!(matches!(fault(&manifest.parts), IntakeFault::NotFull { part: 3 }), "the last part is not full");
    assert!(matches!(fault(&manifest.parts[1..3]), IntakeFault::Chunk(_)), "out of their order");
    store.tamper(manifest.parts[1].sealed_sha256, |bytes| bytes[200] ^= 1);
    assert!(matches!(fault(&manifest.parts[..2]), IntakeFault::Chunk(_)), "altered");
    let plan = Plan { part_size: 1000, ..plan(MIN_PART_SIZE) };
    let refused = PipelinedIntake::new(store, plan, salts());
    assert!(matches!(refused.err(), Some(IntakeFault::PartSize(1000))));
}
