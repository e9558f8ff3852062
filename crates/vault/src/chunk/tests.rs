use proptest::prelude::*;

use super::*;
use crate::ItemId;

mod tampering;
mod vectors;

fn key() -> ItemKey {
    ItemKey::new([7; 32])
}

fn item() -> ItemId {
    ItemId::new(1_700_000_000_000, [3; 10])
}

fn plain(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n * 31 + n / 251) as u8).collect()
}

/// A part, sealed with its plaintext given in pieces of `piece` bytes.
fn sealed_in_pieces(plain: &[u8], piece: usize) -> Vec<u8> {
    let mut sealer = seal_part(&key(), item(), 2, Salt::new([9; 24])).unwrap();
    let mut out = Vec::new();
    plain.chunks(piece.max(1)).for_each(|piece| sealer.update(piece, &mut out).unwrap());
    sealer.finish(&mut out).unwrap();
    out
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    sealed_in_pieces(plain, plain.len())
}

fn opened(sealed: &[u8]) -> Result<Vec<u8>, ChunkFault> {
    let mut opener = open_part(sealed, sealed.len() as u64, &key(), item(), 2)?;
    let mut out = Vec::new();
    opener.read(0..opener.size(), &mut out)?;
    Ok(out)
}

fn survey(sealed: &[u8]) -> Result<Vec<std::ops::Range<u64>>, ChunkFault> {
    survey_part(sealed, sealed.len() as u64, &key(), item(), 2)
}

#[test]
fn every_length_around_the_edges_of_chunks_comes_back() {
    for len in [0, 1, CHUNK_LEN - 1, CHUNK_LEN, CHUNK_LEN + 1, 2 * CHUNK_LEN, 3 * CHUNK_LEN + 5] {
        let plain = plain(len);
        let sealed = sealed(&plain);
        assert_eq!(Some(sealed.len() as u64), sealed_part_len(len as u64));
        assert_eq!(opened(&sealed).unwrap(), plain, "{len}");
        assert_eq!(survey(&sealed).unwrap(), []);
    }
}

#[test]
fn a_part_begins_with_a_line_that_names_its_format() {
    assert!(sealed(b"x").starts_with(b"comity/vault/v1\n"));
}

/// The format of stored parts, to the byte: what is stored today must open in twenty years.
#[test]
fn the_bytes_of_a_part_do_not_change() {
    let expected = concat!(
        "636f6d6974792f7661756c742f76310a090909090909090909090909090909090909090909090909818bbe48a9240d15",
        "511b5cff6a6c4f6456e35012777d52039dbb6051e6ae146a1388911704230f54c69e4c86d2a4286653998a80cbc668e6",
    );
    assert_eq!(hex::encode(sealed(b"evidence")), expected);
}

#[test]
fn the_same_content_looks_different_under_another_salt() {
    let other = |salt: u8| {
        let mut out = Vec::new();
        seal_part(&key(), item(), 2, Salt::new([salt; 24])).unwrap().finish(&mut out).unwrap();
        out
    };
    let (a, b) = (other(1), other(2));
    assert!(a.iter().zip(&b).skip(FORMAT_ID.len()).filter(|(a, b)| a == b).count() < 8);
}

#[test]
fn a_sealer_holds_less_than_a_chunk() {
    let mut sealer = seal_part(&key(), item(), 2, Salt::new([9; 24])).unwrap();
    let (mut out, mut total) = (Vec::new(), 0);
    for _ in 0..400 {
        sealer.update(&[0; 5000], &mut out).unwrap();
        assert!(out.len() <= SEALED_CHUNK_LEN + HEADER_LEN + FORMAT_ID.len());
        total += out.len();
        out.clear();
    }
    assert_eq!(sealer.size(), 2_000_000);
    assert_eq!(total, FORMAT_ID.len() + HEADER_LEN + 2_000_000 / CHUNK_LEN * SEALED_CHUNK_LEN);
}

#[test]
fn an_empty_range_and_the_end_are_in_range_and_one_byte_more_is_not() {
    let sealed = sealed(&plain(CHUNK_LEN));
    let mut opener = open_part(&sealed[..], sealed.len() as u64, &key(), item(), 2).unwrap();
    let end = CHUNK_LEN as u64;
    let mut out = Vec::new();
    opener.read(end..end, &mut out).unwrap();
    assert!(out.is_empty());
    for asked in [0..end + 1, end + 1..end + 1, u64::MAX - 1..u64::MAX] {
        assert!(matches!(opener.read(asked, &mut out), Err(ChunkFault::OutOfRange { .. })));
    }
    #[expect(clippy::reversed_empty_ranges)]
    let backwards = 5..4;
    assert!(matches!(opener.read(backwards, &mut out), Err(ChunkFault::OutOfRange { .. })));
}

#[test]
fn a_range_of_a_huge_part_reads_only_the_chunks_that_it_touches() {
    let size = 100 * (1 << 30) + 5;
    let len = sealed_part_len(size).unwrap();
    let layout = Layout::of(len - FORMAT_ID.len() as u64).unwrap();
    assert_eq!(layout.size(), size);
    assert_eq!(layout.chunks(&(1 << 30..(1 << 30) + (1 << 20))).unwrap(), 65536..65600);
    assert_eq!(layout.chunks(&(16383..16385)).unwrap(), 0..2);
}

#[test]
fn a_range_of_one_mebibyte_takes_four_reads_at_most_wherever_it_is() {
    let sealed = sealed(&plain(5 << 20));
    let reads = std::cell::Cell::new(0);
    let counted = |offset: u64, buffer: &mut [u8]| {
        reads.set(reads.get() + 1);
        (&sealed[..]).read_at(offset, buffer)
    };
    let mut opener = open_part(counted, sealed.len() as u64, &key(), item(), 2).unwrap();
    assert_eq!(reads.get(), 2, "header and last chunk");
    for start in [0, 1, 16_383, 1 << 20, (4 << 20) - 5] {
        reads.set(0);
        let mut out = Vec::new();
        opener.read(start..start + (1 << 20), &mut out).unwrap();
        assert!(reads.get() <= 2, "{start}: {}", reads.get());
        assert_eq!(out, plain(5 << 20)[start as usize..start as usize + (1 << 20)]);
    }
}

#[test]
fn damage_beyond_the_first_mebibyte_is_located_too() {
    let mut sealed = sealed(&plain(3 << 20));
    for chunk in [63, 64, 128, 191, 192] {
        sealed[FORMAT_ID.len() + HEADER_LEN + chunk * SEALED_CHUNK_LEN] ^= 1;
    }
    assert_eq!(survey(&sealed).unwrap(), [63..65, 128..129, 191..193]);
}

#[test]
fn no_length_breaks_the_arithmetic() {
    for len in [0, 55, 56, 71, 72, 73, u64::MAX, u64::MAX - 1, 1 << 63] {
        if let Ok(layout) = Layout::of(len) {
            assert_eq!(sealed_len(layout.size()), Some(len));
        }
    }
    assert!(matches!(Layout::of(u64::MAX), Err(ChunkFault::TooLong)));
    assert_eq!(sealed_len(MAX_CHUNKS * CHUNK_LEN as u64), None);
    assert!(sealed_len(MAX_CHUNKS * CHUNK_LEN as u64 - 1).is_some());
}

#[test]
fn storage_that_fails_is_told_apart_from_damage() {
    let failing = |_: u64, _: &mut [u8]| Err(std::io::Error::other("the disk is gone"));
    let fault = open_part(failing, 1000, &key(), item(), 2).err().unwrap();
    assert!(matches!(fault, ChunkFault::Read { offset: 0, .. }), "{fault}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_comes_in_pieces_is_sealed_as_what_comes_at_once(len in 0usize..70_000, piece in 1usize..40_000) {
        let plain = plain(len);
        let pieces = sealed_in_pieces(&plain, piece);
        prop_assert_eq!(&pieces, &sealed(&plain));
        prop_assert_eq!(opened(&pieces).unwrap(), plain);
    }

    #[test]
    fn a_range_equals_the_slice(len in 0usize..70_000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let plain = plain(len);
        let sealed = sealed(&plain);
        let (a, b) = (a.index(len + 1), b.index(len + 1));
        let (from, to) = (a.min(b), a.max(b));
        let mut opener = open_part(&sealed[..], sealed.len() as u64, &key(), item(), 2).unwrap();
        let mut out = Vec::new();
        opener.read(from as u64..to as u64, &mut out).unwrap();
        prop_assert_eq!(&out[..], &plain[from..to]);
    }

    #[test]
    fn a_layout_is_what_its_size_says(size in 0u64..(1 << 52)) {
        let len = sealed_len(size).unwrap();
        let layout = Layout::of(len).unwrap();
        prop_assert_eq!(layout.size(), size);
        prop_assert_eq!(layout.stored(layout.last_chunk()).end, len);
    }

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), with_id: bool) {
        let bytes = if with_id { [&FORMAT_ID[..], &bytes].concat() } else { bytes };
        prop_assert!(opened(&bytes).is_err());
    }
}
