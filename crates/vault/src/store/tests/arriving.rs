//! Verification of an item that is still on its way here.

use std::sync::{Condvar, Mutex};

use super::*;

/// Copies an object from one store to another.
fn bring(from: &MemoryObjects, to: &MemoryObjects, part: &PartRef) {
    let bytes = from.read_range(part.sealed_sha256, 0..part.sealed_size).unwrap();
    let mut pending = to.create().unwrap();
    pending.write(&bytes).unwrap();
    pending.commit(part.sealed_sha256).unwrap();
}

#[test]
fn parts_are_verified_as_they_come_in_any_order_and_none_before_it_is_here() {
    let (sent, manifest, _) = stored(150_000);
    let (arrived, here, changed) = (MemoryObjects::default(), Mutex::new(Vec::new()), Condvar::new());
    let waits = |number: u64| {
        let mut here = here.lock().unwrap();
        while !here.contains(&number) {
            here = changed.wait(here).unwrap();
        }
        true
    };
    let damages = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut numbers: Vec<u64> = (0..manifest.parts.len() as u64).collect();
            numbers.reverse();
            numbers.swap(0, 2);
            for number in numbers {
                bring(&sent, &arrived, &manifest.parts[number as usize]);
                here.lock().unwrap().push(number);
                changed.notify_all();
            }
        });
        ItemReader::new(&arrived, &Catalogue::default(), &manifest, key()).verify_as_it_comes(waits)
    });
    assert!(damages.unwrap().is_empty());
}

#[test]
fn what_is_wrong_with_a_part_that_came_is_found_and_nothing_is_said_of_what_never_came() {
    let (store, manifest, _) = stored(150_000);
    let catalogue = Catalogue::default();
    let reader = ItemReader::new(&store, &catalogue, &manifest, key());
    for last in 0..manifest.parts.len() as u64 {
        assert!(reader.verify_as_it_comes(|number| number < last).is_none(), "{last}");
    }
    store.tamper(manifest.parts[1].sealed_sha256, |bytes| bytes[100] ^= 1);
    let damages = reader.verify_as_it_comes(|_| true).unwrap();
    assert!(matches!(damages[..], [Damage::Chunks { part: 1, .. }]), "{damages:?}");
}
