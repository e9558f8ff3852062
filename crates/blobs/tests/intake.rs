//! Items taken in on each store, interrupted at odd bytes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod common;

use comity_blobs::Blobs;
use comity_vault::chunk::{ItemKey, Salt, open_part};
use comity_vault::store::{AuditFinding, PipelinedIntake, Plan, ReadObjects, Taken, audit_object};
use comity_vault::{Digest, ItemId};
use common::{content, names, on_s3};

const PART: u64 = 1 << 20;

fn plan() -> Plan {
    let item = ItemId::new(1_700_000_000_000, [3; 10]);
    Plan { key: ItemKey::new([42; 32]), item, part_size: PART, every_byte: true }
}

/// Salts that differ from those of every other `run`.
fn salts(run: u8) -> impl FnMut() -> Salt + Send + 'static {
    let mut next = 0u64;
    move || {
        next += 1;
        let mut salt = [run; 24];
        salt[..8].copy_from_slice(&next.to_le_bytes());
        Salt::new(salt)
    }
}

fn opened(store: &Blobs, taken: &Taken) -> Vec<u8> {
    let mut content = Vec::new();
    for (number, part) in (0..).zip(&taken.parts) {
        let read = |offset: u64, buffer: &mut [u8]| {
            store.read(part.sealed_sha256, offset, buffer).map_err(std::io::Error::other)
        };
        let mut opener = open_part(read, part.sealed_size, &plan().key, plan().item, number).unwrap();
        let size = opener.size();
        opener.read(0..size, &mut content).unwrap();
    }
    content
}

fn takes_an_item_in_over_interruptions(store: &Blobs) {
    let content = content((5 << 20) + 12_345);
    let mut intake = PipelinedIntake::new(store.clone(), plan(), salts(0)).unwrap();
    for (run, stop) in (1..).zip([1, 700_001, (1 << 20) - 1, 3 << 20, (3 << 20) + 1, (4 << 20) + 77_777]) {
        let from = intake.received() as usize;
        content[from..stop].chunks(65_537).for_each(|bytes| intake.update(bytes).unwrap());
        assert_eq!(intake.flush().unwrap(), stop as u64);
        let (parts, pieces) = (intake.parts().to_vec(), intake.pieces().to_vec());
        drop(intake);
        intake = PipelinedIntake::resume(store.clone(), plan(), salts(run), parts, pieces, None).unwrap();
        assert_eq!((intake.received(), intake.durable()), (stop as u64, stop as u64));
    }
    intake.update(&content[intake.received() as usize..]).unwrap();
    let taken = intake.finish().unwrap();
    assert_eq!((taken.size, taken.sha256), (content.len() as u64, Digest::of(&content)));
    assert!(opened(store, &taken) == content);
    for name in names(store, 3) {
        assert_eq!(audit_object(store, name).unwrap(), AuditFinding::Sound);
    }
}

#[test]
fn a_disk_takes_an_item_in_over_interruptions() {
    let folder = tempfile::tempdir().unwrap();
    takes_an_item_in_over_interruptions(&common::disk(folder.path()));
    assert_eq!(common::files(&folder.path().join("pending")).len(), 0);
}

#[test]
fn s3_takes_an_item_in_over_interruptions() {
    on_s3(|store, _| takes_an_item_in_over_interruptions(&store));
}
