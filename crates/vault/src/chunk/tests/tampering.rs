//! Whatever is done to what is stored is found, and located.

#![expect(clippy::single_range_in_vec_init, reason = "ranges of chunk numbers are what is compared")]

use super::super::*;
use super::{item, key, opened, plain, sealed, survey};
use crate::ItemId;

const PREFIX: usize = FORMAT_ID.len() + HEADER_LEN;

fn flipped(sealed: &[u8], bit: usize) -> Vec<u8> {
    let mut copy = sealed.to_vec();
    copy[bit / 8] ^= 1 << (bit % 8);
    copy
}

#[test]
fn every_flipped_bit_of_a_small_part_is_found_and_located() {
    let sealed = sealed(&plain(100));
    for bit in 0..sealed.len() * 8 {
        let altered = flipped(&sealed, bit);
        let fault = opened(&altered).unwrap_err();
        match bit / 8 {
            0..16 => assert!(matches!(fault, ChunkFault::WrongFormat), "{bit}: {fault}"),
            16..PREFIX => assert!(matches!(fault, ChunkFault::WrongKey { .. }), "{bit}: {fault}"),
            _ => {
                assert!(matches!(fault, ChunkFault::Damaged { chunk: 0, .. }), "{bit}: {fault}");
                assert_eq!(survey(&altered).unwrap(), [0..1]);
            }
        }
    }
}

#[test]
fn a_flipped_byte_anywhere_in_four_chunks_is_located_in_its_chunk() {
    let sealed = sealed(&plain(3 * CHUNK_LEN + 77));
    for place in (PREFIX..sealed.len()).step_by(199) {
        let mut altered = sealed.clone();
        altered[place] ^= 0x40;
        let chunk = ((place - PREFIX) / SEALED_CHUNK_LEN) as u64;
        assert_eq!(survey(&altered).unwrap(), [chunk..chunk + 1], "{place}");
        match opened(&altered).unwrap_err() {
            ChunkFault::Damaged { chunk: found, at } => {
                assert_eq!(found, chunk);
                assert!(at.contains(&(place as u64)), "{place} is not in {at:?}");
            }
            other => panic!("{place}: {other}"),
        }
    }
}

#[test]
fn what_lies_outside_the_damage_is_still_read() {
    let plain = plain(3 * CHUNK_LEN);
    let mut altered = sealed(&plain);
    altered[PREFIX + SEALED_CHUNK_LEN] ^= 1;
    let mut opener = open_part(&altered[..], altered.len() as u64, &key(), item(), 2).unwrap();
    let mut out = Vec::new();
    let (first, last) = (CHUNK_LEN as u64, 2 * CHUNK_LEN as u64);
    opener.read(0..first, &mut out).unwrap();
    assert_eq!(out, plain[..CHUNK_LEN]);
    out.clear();
    assert!(matches!(opener.read(0..last + 5, &mut out), Err(ChunkFault::Damaged { chunk: 1, .. })));
    assert_eq!(out, plain[..CHUNK_LEN], "nothing of the damaged chunk is handed out");
    out.clear();
    opener.read(last..last + 5, &mut out).unwrap();
    assert_eq!(out, plain[2 * CHUNK_LEN..2 * CHUNK_LEN + 5]);
}

#[test]
fn swapped_chunks_are_both_named() {
    let mut altered = sealed(&plain(4 * CHUNK_LEN));
    let (a, b) = (PREFIX, PREFIX + 2 * SEALED_CHUNK_LEN);
    let first = altered[a..a + SEALED_CHUNK_LEN].to_vec();
    altered.copy_within(b..b + SEALED_CHUNK_LEN, a);
    altered[b..b + SEALED_CHUNK_LEN].copy_from_slice(&first);
    assert_eq!(survey(&altered).unwrap(), [0..1, 2..3]);
}

#[test]
fn a_chunk_of_another_part_or_item_or_key_does_not_fit() {
    let content = plain(2 * CHUNK_LEN + 9);
    let mine = sealed(&content);
    let others = [
        (key(), item(), 3, 9),
        (key(), ItemId::new(1, [0; 10]), 2, 9),
        (ItemKey::new([8; 32]), item(), 2, 9),
        (key(), item(), 2, 10),
    ];
    for (key, item, part, salt) in others {
        let mut other = Vec::new();
        let mut sealer = seal_part(&key, item, part, Salt::new([salt; 24])).unwrap();
        sealer.update(&content, &mut other).unwrap();
        sealer.finish(&mut other).unwrap();
        let mut altered = mine.clone();
        altered[PREFIX..PREFIX + SEALED_CHUNK_LEN].copy_from_slice(&other[PREFIX..PREFIX + SEALED_CHUNK_LEN]);
        assert_eq!(survey(&altered).unwrap(), [0..1]);
        if salt == 9 {
            assert!(matches!(opened(&other), Err(ChunkFault::WrongKey { .. })));
        }
    }
}

#[test]
fn a_part_cut_at_any_byte_is_refused() {
    for len in [0, 100, CHUNK_LEN] {
        let sealed = sealed(&plain(len));
        for cut in 0..sealed.len() {
            let cut = &sealed[..cut];
            assert!(opened(cut).is_err(), "{len} cut to {}", cut.len());
            assert!(survey(cut).map_or(true, |damaged| !damaged.is_empty()), "{len} cut to {}", cut.len());
        }
    }
}

#[test]
fn a_cut_between_two_chunks_is_called_a_cut() {
    let sealed = sealed(&plain(2 * CHUNK_LEN + 5));
    let end = PREFIX + 2 * SEALED_CHUNK_LEN;
    let fault = opened(&sealed[..end]).unwrap_err();
    assert!(matches!(fault, ChunkFault::Truncated { len, chunk: 2 } if len == end as u64), "{fault}");
}

#[test]
fn a_part_with_anything_after_it_is_refused() {
    for len in [0, 100, CHUNK_LEN - 1, CHUNK_LEN] {
        let sealed = sealed(&plain(len));
        for more in [1, 15, 16, 17, CHUNK_LEN, SEALED_CHUNK_LEN, 2 * SEALED_CHUNK_LEN] {
            let longer = [&sealed[..], &vec![0; more]].concat();
            assert!(opened(&longer).is_err(), "{len} and {more} more");
        }
        let twice = [&sealed[..], &sealed[PREFIX..]].concat();
        assert!(opened(&twice).is_err());
    }
}

#[test]
fn another_key_or_place_is_noticed_before_anything_is_opened() {
    let sealed = sealed(b"x");
    let len = sealed.len() as u64;
    let places = [
        (ItemKey::new([8; 32]), item(), 2),
        (key(), ItemId::new(1_700_000_000_000, [4; 10]), 2),
        (key(), item(), 1),
    ];
    for (key, item, part) in places {
        let fault = open_part(&sealed[..], len, &key, item, part).err().unwrap();
        assert!(matches!(fault, ChunkFault::WrongKey { at } if at == (16..72)));
    }
}

/// AES-GCM alone would let one ciphertext open under two keys; the commitment is what forbids it.
#[test]
fn a_header_that_commits_to_no_key_is_refused_even_with_chunks_that_fit() {
    let mut altered = sealed(b"x");
    altered[FORMAT_ID.len() + SALT_LEN..PREFIX].fill(0);
    assert!(matches!(opened(&altered), Err(ChunkFault::WrongKey { .. })));
}
