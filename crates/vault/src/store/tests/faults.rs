//! Storage fails at every single operation, in every way that it can.

use super::*;

const LEN: usize = 60_000;

fn operations() -> u64 {
    let store = MemoryObjects::default();
    take_in(&store, &content(LEN), 7_000).unwrap();
    store.operations()
}

#[test]
fn wherever_storage_fails_the_intake_says_so_and_a_second_one_succeeds() {
    let total = operations();
    assert!(total > 20);
    for operation in 0..total {
        for fault in [Fault::Fails, Fault::Tears { keep: 100 }, Fault::Forgets] {
            let store = MemoryObjects::default();
            store.fail_at(operation, fault);
            let failed = take_in(&store, &content(LEN), 7_000);
            assert!(matches!(failed, Err(IntakeFault::Store(_))), "{operation} {fault:?}");
            store.recover();
            let mut salts = salts();
            // Another run has other salts: what the first one left behind is garbage under other names.
            let _used = (0..100).map(|_| salts()).last();
            let mut intake = Intake::new(&store, key(), item(), MIN_PART_SIZE, salts).unwrap();
            intake.update(&content(LEN)).unwrap();
            let manifest = manifest(intake.finish().unwrap());
            assert!(verify(&store, &manifest).is_empty(), "{operation} {fault:?}");
        }
    }
}

#[test]
fn what_was_called_durable_is_there_after_a_crash_at_any_operation() {
    for operation in 0..operations() {
        let store = MemoryObjects::default();
        store.fail_at(operation, Fault::Fails);
        let mut intake = Intake::new(&store, key(), item(), MIN_PART_SIZE, salts()).unwrap();
        let content = content(LEN);
        let _ = content.chunks(7_000).try_for_each(|piece| intake.update(piece));
        let durable = intake.durable();
        store.recover();
        let whole = store.list(None, 100).unwrap();
        assert!(whole.len() as u64 * MIN_PART_SIZE >= durable);
        for name in whole {
            assert_eq!(audit_object(&store, name).unwrap(), AuditFinding::Sound, "{operation}");
        }
    }
}

#[test]
fn an_intake_that_was_killed_at_any_operation_goes_on_from_what_is_durable() {
    let content = content(LEN);
    let mut resumed_with_parts = 0;
    for operation in 0..operations() {
        let store = MemoryObjects::default();
        store.fail_at(operation, Fault::Fails);
        let mut intake = Intake::new(&store, key(), item(), MIN_PART_SIZE, salts()).unwrap();
        let _ = content.chunks(7_000).try_for_each(|piece| intake.update(piece));
        let (durable, parts) = (intake.durable(), intake.parts().to_vec());
        store.recover();
        resumed_with_parts += u64::from(!parts.is_empty());
        let mut salts = salts();
        let _used = (0..100).map(|_| salts()).last();
        let mut intake = Intake::resume(&store, key(), item(), MIN_PART_SIZE, salts, parts).unwrap();
        assert_eq!(intake.durable(), durable);
        intake.update(&content[durable as usize..]).unwrap();
        let manifest = manifest(intake.finish().unwrap());
        assert_eq!(manifest.sha256, Digest::of(&content), "{operation}");
        assert!(verify(&store, &manifest).is_empty(), "{operation}");
    }
    assert!(resumed_with_parts > 10);
}

#[test]
fn an_intake_does_not_go_on_from_parts_that_are_not_sound() {
    let (store, manifest, _) = stored(LEN);
    let resume = |parts: &[PartRef]| {
        Intake::resume(&store, key(), item(), MIN_PART_SIZE, salts(), parts.to_vec()).map(|_| ()).unwrap_err()
    };
    assert!(matches!(resume(&manifest.parts), IntakeFault::NotFull { part: 3 }), "the last part is not full");
    assert!(matches!(resume(&manifest.parts[1..3]), IntakeFault::Chunk(_)), "out of their order");
    store.tamper(manifest.parts[1].sealed_sha256, |bytes| bytes[200] ^= 1);
    assert!(matches!(resume(&manifest.parts[..2]), IntakeFault::Chunk(_)), "altered");
    store.delete(manifest.parts[0].sealed_sha256).unwrap();
    assert!(matches!(resume(&manifest.parts[..1]), IntakeFault::Chunk(_)), "missing");
}

#[test]
fn a_torn_write_is_found_by_an_audit() {
    let torn = (0..operations()).filter(|operation| {
        let store = MemoryObjects::default();
        store.fail_at(*operation, Fault::Tears { keep: 100 });
        let _ = take_in(&store, &content(LEN), 7_000);
        store.recover();
        let names = store.list(None, 100).unwrap();
        let altered = |name: &&Digest| audit_object(&store, **name).unwrap() != AuditFinding::Sound;
        names.iter().filter(altered).count() == 1
    });
    assert_eq!(torn.count(), LEN / MIN_PART_SIZE as usize + 1, "one for each commit");
}

#[test]
fn storage_that_fails_while_reading_is_not_taken_for_damage_of_the_content() {
    let (store, manifest, _) = stored(LEN);
    let before = store.operations();
    assert!(verify(&store, &manifest).is_empty());
    for operation in before..store.operations() {
        let offset = operation - before;
        store.fail_at(store.operations() + offset, Fault::Fails);
        let damages = verify(&store, &manifest);
        assert!(!damages.is_empty());
        for damage in damages {
            let read_failed =
                matches!(&damage, Damage::Part { fault: crate::chunk::ChunkFault::Read { .. }, .. });
            assert!(read_failed, "{operation}: {damage:?}");
        }
        store.recover();
    }
}

#[test]
fn an_object_is_created_once() {
    let store = MemoryObjects::default();
    let put = |bytes: &[u8]| {
        let mut pending = store.create().unwrap();
        pending.write(bytes).unwrap();
        pending.commit(Digest::of(b"a")).unwrap()
    };
    assert_eq!(put(b"a"), Created::New);
    assert_eq!(put(b"b"), Created::Existed);
    assert_eq!(store.read_range(Digest::of(b"a"), 0..1).unwrap(), b"a");
    drop(store.create().unwrap());
    assert_eq!(store.list(None, 10).unwrap().len(), 1);
    assert!(matches!(store.read_range(Digest::of(b"a"), 0..2), Err(StoreFault::Short { end: 2, .. })));
    store.delete(Digest::of(b"a")).unwrap();
    store.delete(Digest::of(b"a")).unwrap();
    assert!(matches!(store.read_range(Digest::of(b"a"), 0..1), Err(StoreFault::Missing(_))));
}

#[test]
fn names_are_listed_in_pages() {
    let store = MemoryObjects::default();
    for n in 0..10u8 {
        store.create().unwrap().commit(Digest::of(&[n])).unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(after, 3).unwrap();
        let Some(last) = page.last() else { break };
        after = Some(*last);
        seen.extend(page);
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.is_sorted());
}
