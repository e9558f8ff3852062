//! Tiles, bundles and their paths.

use proptest::prelude::*;

use super::{leaves, log};
use crate::*;

#[test]
fn paths_are_written_as_the_specification_shows() {
    assert_eq!(TileId::new(0, 1_234_067, 256).unwrap().path(), "tile/0/x001/x234/067");
    assert_eq!(TileId::new(2, 5, 1).unwrap().path(), "tile/2/005.p/1");
    assert_eq!(BundleId::new(1_234_067, 17).unwrap().path(), "tile/entries/x001/x234/067.p/17");
}

#[test]
fn a_tree_of_70_000_entries_has_the_tiles_that_the_specification_counts() {
    let (_, tiles) = log(70_000);
    let width = |level, index| tiles.tile(level, index).map(<[Hash]>::len);
    assert_eq!((width(0, 272), width(0, 273), width(0, 274)), (Some(256), Some(112), None));
    assert_eq!((width(1, 0), width(1, 1), width(1, 2)), (Some(256), Some(17), None));
    assert_eq!((width(2, 0), width(2, 1), width(3, 0)), (Some(1), None, None));
    let edge: Vec<String> = edge_tiles(70_000).iter().map(TileId::path).collect();
    assert_eq!(edge, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
}

#[test]
fn a_tree_of_256_entries_has_a_full_tile_and_one_hash_above_it() {
    let tiles: Vec<TileId> = Edge::empty().append(&leaves(256)).iter().map(Tile::id).collect();
    assert_eq!(tiles, [TileId::new(0, 0, 256).unwrap(), TileId::new(1, 0, 1).unwrap()]);
}

#[test]
fn each_changed_tile_is_named_once_at_its_widest() {
    let mut edge = Edge::empty();
    edge.append(&leaves(250));
    let changed: Vec<String> = edge.append(&leaves(600)).iter().map(|tile| tile.id().path()).collect();
    assert_eq!(changed, ["tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003.p/82", "tile/1/000.p/3"]);
    let changed: Vec<String> = edge.append(&leaves(1)).iter().map(|tile| tile.id().path()).collect();
    assert_eq!(changed, ["tile/0/003.p/83"]);
    assert_eq!(edge.append(&[]), []);
}

#[test]
fn a_path_with_another_spelling_is_refused() {
    let bad = [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/entries/000",
        "tile/0/x1/001",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ];
    for path in bad {
        assert!(matches!(TileId::parse(path), Err(LedgerError::TilePath { .. })), "{path}");
    }
    assert!(BundleId::parse("tile/0/000").is_err());
    assert!(BundleId::parse("tile/entries/000.p/256").is_err());
}

#[test]
fn an_impossible_level_or_width_is_refused() {
    assert!(TileId::new(64, 0, 1).is_err());
    assert!(TileId::new(0, 0, 0).is_err());
    assert!(TileId::new(0, 0, 257).is_err());
}

#[test]
fn a_tile_with_more_or_fewer_bytes_than_its_width_is_refused() {
    let id = TileId::new(0, 0, 2).unwrap();
    for length in [0, 32, 63, 65, 96] {
        assert!(
            matches!(Tile::from_bytes(id, &vec![0; length]), Err(LedgerError::TileWidth { .. })),
            "{length}"
        );
    }
}

#[test]
fn a_missing_or_narrow_tile_is_named() {
    let (_, tiles) = log(300);
    let narrow: TileMap =
        [Tile::new(TileId::new(0, 1, 10).unwrap(), leaves(10)).unwrap()].into_iter().collect();
    let wanted = LedgerError::TileMissing { id: TileId::new(0, 1, 44).unwrap() };
    assert_eq!(prove_inclusion(299, 300, &narrow), Err(wanted.clone()));
    assert_eq!(InclusionProver::new(300, &narrow).unwrap().prove(299), Err(wanted.clone()));
    assert_eq!(Edge::from_tiles(300, &[]), Err(wanted));
    assert!(prove_inclusion(299, 300, &tiles).is_ok());
}

#[test]
fn a_wider_tile_serves_and_is_not_replaced_by_a_narrower_one() {
    let (edge, _) = log(300);
    let (_, mut later) = log(500);
    let proof = prove_inclusion(299, 300, &later).unwrap();
    later.insert(Tile::new(TileId::new(0, 1, 1).unwrap(), leaves(1)).unwrap());
    assert_eq!(prove_inclusion(299, 300, &later).unwrap(), proof);
    assert_eq!(verify_inclusion(leaves(300)[299], 299, 300, edge.root(), &proof), Ok(()));
}

#[test]
fn an_edge_is_loaded_from_among_other_tiles() {
    let mut edge = Edge::empty();
    let tiles = edge.append(&leaves(300));
    assert_eq!(tiles.len(), 3, "one full tile, then the edge");
    let loaded = Edge::from_tiles(300, &tiles).unwrap();
    assert_eq!(loaded.root(), edge.root());
}

#[test]
fn a_bundle_that_is_cut_short_or_has_another_count_is_refused() {
    let id = BundleId::new(0, 2).unwrap();
    let bytes = id.encode(&[b"one".as_slice(), b""]).unwrap();
    assert_eq!(bytes, b"\x00\x03one\x00\x00");
    assert_eq!(id.decode(&bytes).unwrap(), [b"one".as_slice(), b""]);
    for end in 0..bytes.len() {
        assert!(id.decode(&bytes[..end]).is_err(), "{end}");
    }
    for more in [b"\x00\x00".as_slice(), b"\x00"] {
        assert!(id.decode(&[bytes.as_slice(), more].concat()).is_err());
    }
    assert!(id.encode(&[b"one"]).is_err());
    let long = vec![0; 65_536];
    assert_eq!(id.encode(&[long.as_slice(), b""]), Err(LedgerError::EntryTooLong { got: 65_536 }));
}

proptest! {
    #[test]
    fn every_tile_path_and_its_bytes_read_back(level in 0u8..64, index: u64, width in 1u16..=256) {
        let id = TileId::new(level, index, width).unwrap();
        prop_assert_eq!(TileId::parse(&id.path()), Ok(id));
        let tile = Tile::new(id, leaves(usize::from(width))).unwrap();
        prop_assert_eq!(Tile::from_bytes(id, &tile.to_bytes()), Ok(tile));
    }

    #[test]
    fn every_bundle_reads_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..256)) {
        let id = BundleId::new(3, u16::try_from(entries.len()).unwrap()).unwrap();
        let bytes = id.encode(&entries).unwrap();
        prop_assert_eq!(id.decode(&bytes).unwrap(), entries);
        prop_assert_eq!(BundleId::parse(&id.path()), Ok(id));
    }

    #[test]
    fn any_bytes_as_path_or_bundle_never_panic(text in ".{0,40}", bytes: Vec<u8>, width in 1u16..=256) {
        let _ = TileId::parse(&text);
        let _ = TileId::parse(&format!("tile/0/{text}"));
        let _ = BundleId::new(0, width).unwrap().decode(&bytes);
    }
}
