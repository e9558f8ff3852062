//! Marks: an intake goes on from one as if it had not stopped, without reading what lies before.

use proptest::prelude::*;

use super::pipeline::{begin, later_salts, plan};
use super::*;
use crate::item::KeptFault;

const MIB: usize = 1 << 20;

/// What is noted of an intake after `len` bytes.
struct Noted {
    parts: Vec<PartRef>,
    pieces: Vec<PieceRef>,
    mark: Option<Mark>,
}

fn noted_after(store: &MemoryObjects, len: usize) -> Noted {
    let mut intake = begin(store);
    intake.update(&content(len)).unwrap();
    intake.flush().unwrap();
    Noted { parts: intake.parts().to_vec(), pieces: intake.pieces().to_vec(), mark: intake.mark().cloned() }
}

fn resume(
    store: &MemoryObjects,
    noted: &Noted,
    mark: Option<&Mark>,
) -> Result<PipelinedIntake<MemoryObjects>, IntakeFault> {
    let (parts, pieces) = (noted.parts.clone(), noted.pieces.clone());
    PipelinedIntake::resume(store.clone(), plan(MIN_PART_SIZE), later_salts(), parts, pieces, mark)
}

/// The mark of an item of three MiB and some, which is after two or three.
fn marked(store: &MemoryObjects) -> (Noted, Mark) {
    let noted = noted_after(store, 3 * MIB + 20_000);
    let mark = noted.mark.clone().unwrap();
    (noted, mark)
}

fn ends_as_the_whole(mut intake: PipelinedIntake<MemoryObjects>, len: usize) {
    let content = content(len);
    intake.update(&content[intake.received() as usize..]).unwrap();
    let taken = intake.finish().unwrap();
    assert_eq!(taken.sha256, Digest::of(&content));
    assert_eq!(taken.blake3.root.as_bytes(), blake3::hash(&content).as_bytes());
    assert!(taken.blake3.fits(len as u64));
}

#[test]
fn there_is_a_mark_after_every_sixty_four_parts_but_within_the_tree_s_first_groups() {
    if !crate::digest::OpenSha256::pays() {
        return;
    }
    for (len, expected) in [
        (MIB, None),
        (2 * MIB - 1, None),
        (2 * MIB, Some(2 * MIB)),
        (3 * MIB - 1, Some(2 * MIB)),
        (3 * MIB, Some(3 * MIB)),
    ] {
        let found = noted_after(&MemoryObjects::default(), len).mark;
        assert_eq!(found.map(|mark| mark.size() as usize), expected, "{len}");
    }
}

#[test]
fn what_lies_before_the_mark_is_not_read_again() {
    if !crate::digest::OpenSha256::pays() {
        return;
    }
    let store = MemoryObjects::default();
    let (noted, mark) = marked(&store);
    store.tamper(noted.parts[0].sealed_sha256, |bytes| bytes[200] ^= 1);
    assert!(matches!(resume(&store, &noted, None).err(), Some(IntakeFault::Chunk(_))));
    let intake = resume(&store, &noted, Some(&mark)).unwrap();
    assert_eq!(intake.received(), 3 * MIB as u64 + 20_000);
    ends_as_the_whole(intake, 4 * MIB + 7);
    let after = noted.parts[mark.size() as usize / MIN_PART_SIZE as usize].sealed_sha256;
    store.tamper(after, |bytes| bytes[200] ^= 1);
    assert!(matches!(resume(&store, &noted, Some(&mark)).err(), Some(IntakeFault::Chunk(_))));
}

#[test]
fn an_item_that_ends_at_its_mark_is_whole() {
    let store = MemoryObjects::default();
    let noted = noted_after(&store, 2 * MIB);
    ends_as_the_whole(resume(&store, &noted, noted.mark.as_ref()).unwrap(), 2 * MIB);
}

#[test]
fn a_mark_that_does_not_fit_the_parts_is_left_and_all_is_read() {
    if !crate::digest::OpenSha256::pays() {
        return;
    }
    let store = MemoryObjects::default();
    let (noted, mark) = marked(&store);
    let parts = noted.parts[..100].to_vec();
    let fewer = Noted { parts, pieces: Vec::new(), mark: None };
    ends_as_the_whole(resume(&store, &fewer, Some(&mark)).unwrap(), 3 * MIB);
    store.tamper(noted.parts[0].sealed_sha256, |bytes| bytes[200] ^= 1);
    assert!(resume(&store, &fewer, Some(&mark)).is_err(), "it was read");
}

#[test]
fn a_mark_opens_only_under_its_item_and_key_and_unaltered() {
    if !crate::digest::OpenSha256::pays() {
        return;
    }
    let mark = marked(&MemoryObjects::default()).1;
    let kept = mark.keep(item(), &key(), later_salts()()).unwrap();
    assert_eq!(Mark::open(&kept, item(), &key()).unwrap(), mark);
    assert!(Mark::open(&kept, ItemId::new(9, [9; 10]), &key()).is_err());
    assert!(Mark::open(&kept, item(), &ItemKey::new([99; 32])).is_err());
    for at in 0..kept.len() {
        let mut altered = kept.clone();
        altered[at] ^= 1;
        assert!(Mark::open(&altered, item(), &key()).is_err(), "byte {at}");
    }
    for json in [&b"{}"[..], b"", b"null"] {
        let kept = crate::item::keep(
            json,
            &key(),
            &[b"comity/kept-mark/v1\n", &item().as_bytes()[..]].concat(),
            later_salts()(),
        );
        assert!(matches!(Mark::open(&kept.unwrap(), item(), &key()), Err(KeptFault::NotAMark)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn it_goes_on_from_marks_after_any_interruptions(
        len in 0..5 * MIB,
        stops in proptest::collection::vec(0..2 * MIB, 0..5),
    ) {
        let (store, content) = (MemoryObjects::default(), content(len));
        let mut intake = begin(&store);
        for more in stops {
            let from = intake.received() as usize;
            intake.update(&content[from..(from + more).min(len)]).unwrap();
            intake.flush().unwrap();
            let noted = Noted {
                parts: intake.parts().to_vec(),
                pieces: intake.pieces().to_vec(),
                mark: intake.mark().cloned(),
            };
            let durable = intake.durable();
            drop(intake);
            intake = resume(&store, &noted, noted.mark.as_ref()).unwrap();
            prop_assert_eq!(intake.received(), durable);
        }
        intake.update(&content[intake.received() as usize..]).unwrap();
        let manifest = manifest(intake.finish().unwrap());
        prop_assert_eq!(manifest.sha256, Digest::of(&content));
        prop_assert!(verify(&store, &manifest).is_empty());
    }
}
