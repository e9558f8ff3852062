use super::*;

fn small(n: u8) -> Vec<u8> {
    vec![n; usize::from(n) * 100]
}

fn packed() -> (MemoryObjects, Digest, Vec<(ItemId, Taken)>) {
    let store = MemoryObjects::default();
    let mut pack = PackWriter::new(&store).unwrap();
    let mut salts = salts();
    let mut add = |n: u8| {
        let item = ItemId::new(u64::from(n), [n; 10]);
        let taken = take_in_small(&mut pack, &small(n), &key(), item, 1 << 20, salts()).unwrap();
        (item, taken)
    };
    let items = (0..5).map(&mut add).collect();
    let (name, _) = pack.finish().unwrap();
    (store, name, items)
}

fn manifest_of(item: ItemId, taken: Taken) -> Manifest {
    Manifest { item, ..manifest(taken) }
}

#[test]
fn packed_items_come_back() {
    let (store, pack, items) = packed();
    assert_eq!(store.list(None, 10).unwrap(), [pack]);
    let index = PackIndex::read(&store, pack).unwrap();
    assert_eq!(index.entries().len(), 5);
    let mut catalogue = Catalogue::default();
    catalogue.add(pack, &index);
    for (n, (item, taken)) in (0..).zip(items) {
        let manifest = manifest_of(item, taken);
        let reader = ItemReader::new(&store, &catalogue, &manifest, key());
        assert!(reader.verify().is_empty());
        let mut out = Vec::new();
        reader.read(0..manifest.size, |piece| out.extend_from_slice(piece)).unwrap();
        assert_eq!(out, small(n));
    }
    assert_eq!(audit_object(&store, pack).unwrap(), AuditFinding::Sound);
}

#[test]
fn every_flipped_bit_of_a_pack_is_found_and_located() {
    let (store, pack, items) = packed();
    let whole = PackIndex::read(&store, pack).unwrap();
    let len = store.len(pack).unwrap().unwrap();
    let index_start = whole.entries().last().unwrap().at.end;
    let mut catalogue = Catalogue::default();
    catalogue.add(pack, &whole);
    for bit in 0..len * 8 {
        let place = bit / 8;
        let flip = |bytes: &mut Vec<u8>| bytes[place as usize] ^= 1 << (bit % 8);
        store.tamper(pack, flip);
        let index = PackIndex::read(&store, pack);
        if place < 16 {
            assert!(matches!(index, Err(PackFault::NotAPack(_))), "{place}");
        } else if place < index_start {
            assert_eq!(index.unwrap(), whole);
            let hit = whole.entries().iter().position(|entry| entry.at.contains(&place)).unwrap();
            let (item, taken) = &items[hit];
            let manifest = manifest_of(*item, taken.clone());
            if bit % 8 == place % 8 {
                let damages = ItemReader::new(&store, &catalogue, &manifest, key()).verify();
                assert_eq!(damages.len(), 1, "{place}");
            }
        } else if place < len - 64 {
            assert!(matches!(index, Err(PackFault::Index { .. })), "{place}");
        } else {
            assert!(matches!(index, Err(PackFault::Trailer(_) | PackFault::Index { .. })), "{place}");
        }
        store.tamper(pack, flip);
    }
}

#[test]
fn a_pack_cut_at_any_byte_or_extended_is_refused() {
    let (store, pack, _) = packed();
    let len = store.len(pack).unwrap().unwrap();
    let bytes = store.read_range(pack, 0..len).unwrap();
    for cut in 0..bytes.len() {
        store.tamper(pack, |stored| stored.truncate(cut));
        assert!(PackIndex::read(&store, pack).is_err(), "{cut}");
        store.tamper(pack, |stored| *stored = bytes.clone());
    }
    for more in [1, 48, 64] {
        store.tamper(pack, |stored| stored.extend(vec![0; more]));
        assert!(PackIndex::read(&store, pack).is_err());
        store.tamper(pack, |stored| stored.truncate(bytes.len()));
    }
}

#[test]
fn entries_swapped_inside_a_pack_do_not_open() {
    let (store, pack, items) = packed();
    let index = PackIndex::read(&store, pack).unwrap();
    let mut catalogue = Catalogue::default();
    catalogue.add(pack, &index);
    let (a, b) = (&index.entries()[1], &index.entries()[2]);
    // As if an index named each entry by the other's place.
    let mut crossed = Catalogue::default();
    let entry = |name, at: &std::ops::Range<u64>| PackEntry { name, at: at.clone() };
    crossed.add(pack, &PackIndex::of(vec![entry(a.name, &b.at), entry(b.name, &a.at)]));
    for n in [1, 2] {
        let (item, taken) = items[n].clone();
        let manifest = manifest_of(item, taken);
        assert!(ItemReader::new(&store, &catalogue, &manifest, key()).verify().is_empty());
        assert_eq!(ItemReader::new(&store, &crossed, &manifest, key()).verify().len(), 1);
    }
}

#[test]
fn a_part_is_not_read_beyond_its_entry() {
    let (store, pack, items) = packed();
    let mut catalogue = Catalogue::default();
    catalogue.add(pack, &PackIndex::read(&store, pack).unwrap());
    let (item, taken) = items[1].clone();
    let mut manifest = manifest_of(item, taken);
    manifest.parts[0].sealed_size += 1;
    let damages = ItemReader::new(&store, &catalogue, &manifest, key()).verify();
    let read_refused =
        |damage: &Damage| matches!(damage, Damage::Part { fault: crate::chunk::ChunkFault::Read { .. }, .. });
    assert!(damages.len() == 1 && damages.iter().all(read_refused), "{damages:?}");
}

#[test]
fn an_index_with_gaps_overlaps_or_absurd_numbers_is_refused_even_with_the_right_hash() {
    let row = |start: u64, len: u64| [&[7; 32][..], &start.to_be_bytes(), &len.to_be_bytes()].concat();
    let parse = |rows: &[Vec<u8>], index_start: u64| {
        let index = rows.concat();
        let mut trailer = Vec::new();
        trailer.extend_from_slice(&index_start.to_be_bytes());
        trailer.extend_from_slice(&(rows.len() as u64).to_be_bytes());
        trailer.extend_from_slice(Digest::of(&index).as_bytes());
        trailer.extend_from_slice(PACK_ID);
        let len = index_start.checked_add(index.len() as u64 + 64)?;
        PackIndex::parse(&index, &Trailer::parse(&trailer.try_into().unwrap(), len)?)
    };
    assert!(parse(&[row(16, 4), row(20, 6)], 26).is_some());
    assert!(parse(&[], 16).is_some());
    assert!(parse(&[row(16, 4), row(21, 5)], 26).is_none());
    assert!(parse(&[row(16, 4), row(19, 7)], 26).is_none());
    assert!(parse(&[row(16, 4)], 26).is_none());
    assert!(parse(&[row(u64::MAX, 4)], 26).is_none());
    assert!(parse(&[row(16, u64::MAX)], 26).is_none());
    assert!(parse(&[row(15, 1)], 16).is_none());
}

#[test]
fn what_fills_a_part_is_not_small() {
    let store = MemoryObjects::default();
    let mut pack = PackWriter::new(&store).unwrap();
    let full = vec![0; MIN_PART_SIZE as usize];
    let salt = || Salt::new([0; 24]);
    let refused = take_in_small(&mut pack, &full, &key(), item(), MIN_PART_SIZE, salt());
    assert!(matches!(refused, Err(IntakeFault::NotSmall { .. })));
    assert_eq!(pack.size(), 16);
    assert!(take_in_small(&mut pack, &full[1..], &key(), item(), MIN_PART_SIZE, salt()).is_ok());
}

#[test]
fn an_object_that_is_no_pack_is_refused() {
    let (store, manifest, _) = stored(100);
    let name = manifest.parts[0].sealed_sha256;
    assert!(matches!(PackIndex::read(&store, name), Err(PackFault::NotAPack(_))));
    let absent = Digest::of(b"absent");
    assert!(matches!(PackIndex::read(&store, absent), Err(PackFault::Store(StoreFault::Missing(_)))));
    assert_eq!(Catalogue::default().locate(&part_ref(absent, 5)), Location { object: absent, at: 0..5 });
}
