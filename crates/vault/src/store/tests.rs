use super::*;
use crate::chunk::{CHUNK_LEN, ItemKey, Salt};
use crate::item::{MIN_PART_SIZE, Manifest, PartRef};
use crate::{Digest, ItemId};

mod arriving;
mod faults;
mod marks;
mod packs;
mod pipeline;

fn key() -> ItemKey {
    ItemKey::new([42; 32])
}

fn item() -> ItemId {
    ItemId::new(1_700_000_000_000, [3; 10])
}

/// Salts that count, so that tests repeat. Real ones are random.
fn salts() -> impl FnMut() -> Salt + Send + 'static {
    let mut next = 0u64;
    move || {
        next += 1;
        let mut salt = [0; 24];
        salt[..8].copy_from_slice(&next.to_le_bytes());
        Salt::new(salt)
    }
}

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n * 7 + n / 255) as u8).collect()
}

fn take_in(store: &MemoryObjects, content: &[u8], piece: usize) -> Result<Taken, IntakeFault> {
    let mut intake = Intake::new(store, key(), item(), MIN_PART_SIZE, salts())?;
    for piece in content.chunks(piece) {
        intake.update(piece)?;
    }
    intake.finish()
}

fn manifest(taken: Taken) -> Manifest {
    let mut manifest = crate::item::example_manifest(b"", taken.part_size);
    (manifest.size, manifest.sha256) = (taken.size, taken.sha256);
    (manifest.blake3, manifest.parts) = (taken.blake3, taken.parts);
    manifest.check().unwrap();
    manifest
}

fn stored(len: usize) -> (MemoryObjects, Manifest, Vec<u8>) {
    let store = MemoryObjects::default();
    let content = content(len);
    let manifest = manifest(take_in(&store, &content, 50_000).unwrap());
    (store, manifest, content)
}

fn verify(store: &MemoryObjects, manifest: &Manifest) -> Vec<Damage> {
    ItemReader::new(store, &Catalogue::default(), manifest, key()).verify()
}

fn read(
    store: &MemoryObjects,
    manifest: &Manifest,
    range: std::ops::Range<u64>,
) -> Result<Vec<u8>, ReadFault> {
    let mut out = Vec::new();
    let catalogue = Catalogue::default();
    ItemReader::new(store, &catalogue, manifest, key()).read(range, |piece| out.extend_from_slice(piece))?;
    Ok(out)
}

#[test]
fn an_item_of_any_length_comes_back_whole() {
    let part = MIN_PART_SIZE as usize;
    for len in [0, 1, part - 1, part, part + 1, 3 * part, 100_000] {
        let (store, manifest, content) = stored(len);
        assert_eq!(manifest.parts.len(), len / part + 1);
        assert_eq!(read(&store, &manifest, 0..len as u64).unwrap(), content);
        assert!(verify(&store, &manifest).is_empty());
    }
}

#[test]
fn pieces_of_any_size_come_to_the_same_objects() {
    let content = content(100_000);
    let taken = take_in(&MemoryObjects::default(), &content, 1 << 20).unwrap();
    for piece in [1000, MIN_PART_SIZE as usize, 99_999] {
        assert_eq!(take_in(&MemoryObjects::default(), &content, piece).unwrap(), taken, "{piece}");
    }
}

#[test]
fn objects_are_named_by_the_sha_256_of_what_is_stored() {
    let (store, manifest, _) = stored(100_000);
    let names = store.list(None, 100).unwrap();
    assert_eq!(names.len(), manifest.parts.len());
    for part in &manifest.parts {
        let len = store.len(part.sealed_sha256).unwrap().unwrap();
        assert_eq!(len, part.sealed_size);
        let bytes = store.read_range(part.sealed_sha256, 0..len).unwrap();
        assert_eq!(Digest::of(&bytes), part.sealed_sha256);
        assert_eq!(audit_object(&store, part.sealed_sha256).unwrap(), AuditFinding::Sound);
    }
}

#[test]
fn a_range_across_parts_equals_the_slice() {
    let (store, manifest, content) = stored(100_000);
    for (from, to) in
        [(0, 0), (0, 1), (16_383, 16_385), (10_000, 90_000), (99_999, 100_000), (100_000, 100_000)]
    {
        let range = from as u64..to as u64;
        assert_eq!(read(&store, &manifest, range).unwrap(), content[from..to], "{from} to {to}");
    }
    assert!(matches!(read(&store, &manifest, 0..100_001), Err(ReadFault::OutOfRange { .. })));
}

#[test]
fn a_flipped_bit_is_located_in_its_chunk_and_the_rest_is_read() {
    let (store, manifest, content) = stored(100_000);
    let object = manifest.parts[3].sealed_sha256;
    store.tamper(object, |bytes| bytes[500] ^= 1);
    let damages = verify(&store, &manifest);
    let [Damage::Chunks { part: 3, object: found, chunks }] = &damages[..] else { panic!("{damages:?}") };
    assert_eq!((*found, chunks), (object, &(0..1)));
    let whole = audit_object(&store, object).unwrap();
    assert!(matches!(whole, AuditFinding::Altered(_)));
    assert_eq!(read(&store, &manifest, 0..3 * MIN_PART_SIZE).unwrap(), content[..3 * MIN_PART_SIZE as usize]);
    let fault = read(&store, &manifest, 3 * MIN_PART_SIZE..100_000).unwrap_err();
    assert!(matches!(fault, ReadFault::Part { part: 3, .. }), "{fault}");
}

#[test]
fn every_byte_of_every_object_matters() {
    let (store, manifest, _) = stored(2 * CHUNK_LEN + 30);
    for (number, part) in (0u64..).zip(&manifest.parts) {
        for place in (0..part.sealed_size as usize).step_by(if number == 2 { 1 } else { 701 }) {
            store.tamper(part.sealed_sha256, |bytes| bytes[place] ^= 0x10);
            match &verify(&store, &manifest)[..] {
                [Damage::Chunks { part, .. } | Damage::Part { part, .. }] => assert_eq!(*part, number),
                other => panic!("byte {place} of part {number}: {other:?}"),
            }
            store.tamper(part.sealed_sha256, |bytes| bytes[place] ^= 0x10);
        }
    }
    assert!(verify(&store, &manifest).is_empty());
}

#[test]
fn swapped_missing_cut_and_longer_objects_are_named() {
    let (store, manifest, _) = stored(100_000);
    let name = |part: usize| manifest.parts[part].sealed_sha256;
    store.swap(name(0), name(1));
    store.delete(name(2)).unwrap();
    store.tamper(name(3), |bytes| bytes.truncate(1000));
    let damages = verify(&store, &manifest);
    let parts: Vec<u64> = damages
        .iter()
        .map(|damage| match damage {
            Damage::Part { part, .. } | Damage::Chunks { part, .. } => *part,
            Damage::Hash { .. } => u64::MAX,
        })
        .collect();
    assert_eq!(parts, [0, 1, 2, 3]);
    assert_eq!(audit_object(&store, name(2)).unwrap(), AuditFinding::Missing);
    store.tamper(name(4), |bytes| bytes.push(0));
    assert!(matches!(audit_object(&store, name(4)).unwrap(), AuditFinding::Altered(_)));
}

#[test]
fn a_manifest_of_other_content_is_noticed_although_every_part_opens() {
    let (store, mut manifest, _) = stored(100);
    manifest.sha256 = Digest::of(b"other");
    assert!(matches!(verify(&store, &manifest)[..], [Damage::Hash { .. }]));
}

#[test]
fn a_tree_of_other_content_is_noticed_too() {
    let (store, mut manifest, _) = stored(100);
    manifest.blake3.root = crate::TreeHash::from_bytes([1; 32]);
    assert!(matches!(verify(&store, &manifest)[..], [Damage::Hash { .. }]));
}

#[test]
fn parts_in_another_order_do_not_open() {
    let (store, mut manifest, _) = stored(100_000);
    manifest.parts.swap(1, 2);
    assert!(manifest.check().is_ok());
    let damages = verify(&store, &manifest);
    assert!(
        matches!(damages[..], [Damage::Part { part: 1, .. }, Damage::Part { part: 2, .. }]),
        "{damages:?}"
    );
}

#[test]
fn a_part_size_that_no_manifest_may_state_is_refused() {
    for size in [0, 1, MIN_PART_SIZE + 1, 2 << 30] {
        let intake = Intake::new(&MemoryObjects::default(), key(), item(), size, salts()).map(|_| ());
        assert!(matches!(intake, Err(IntakeFault::PartSize(given)) if given == size));
    }
}

/// A part that says nothing of itself.
fn part_ref(name: Digest, sealed_size: u64) -> PartRef {
    PartRef { sealed_sha256: name, sealed_size }
}

/// An item of 100 GiB of which only the part that is read exists.
fn sparse() -> (MemoryObjects, Manifest) {
    const PART: u64 = 64 << 20;
    let store = MemoryObjects::default();
    let mut sealed = Vec::new();
    let mut sealer = crate::chunk::seal_part(&key(), item(), 800, salts()()).unwrap();
    sealer.update(&content(PART as usize), &mut sealed).unwrap();
    sealer.finish(&mut sealed).unwrap();
    let mut pending = store.create().unwrap();
    pending.write(&sealed).unwrap();
    pending.commit(Digest::of(&sealed)).unwrap();
    let mut manifest = crate::item::example_manifest(b"", PART);
    manifest.size = 100 << 30;
    manifest.parts = vec![part_ref(Digest::of(b"elsewhere"), 1000); 1601];
    manifest.parts[800] = part_ref(Digest::of(&sealed), sealed.len() as u64);
    (store, manifest)
}

#[test]
fn a_mebibyte_of_a_hundred_gibibytes_is_opened_without_the_rest() {
    let (store, manifest) = sparse();
    let (start, before) = (800 * (64 << 20) + 12_345, store.operations());
    let clock = std::time::Instant::now();
    let read = read(&store, &manifest, start..start + (1 << 20)).unwrap();
    println!("1 MiB of 100 GiB: {:?}", clock.elapsed());
    assert_eq!(read, content(2 << 20)[12_345..12_345 + (1 << 20)]);
    assert!(store.operations() - before <= 4, "header, last chunk, two spans");
}
