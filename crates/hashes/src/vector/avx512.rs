//! With AVX-512: 32 entries of a table, or 8 rows, at a time.
#![allow(unsafe_code)]

use super::{Found, Run, Sieve, portable, prefetch};
use crate::hash::BYTES;
use std::arch::x86_64::*;

/// How many runs ahead memory is asked for.
const AHEAD: usize = 12;

pub(super) fn sift(sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    // SAFETY: only called where `Level::best` has found these features.
    unsafe { sift_here(sketches, runs, sieve, out) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512bitalg,popcnt")]
fn sift_here(sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    let sketch = _mm512_set1_epi16(sieve.sketch as i16);
    let own = _mm512_set1_epi16(sieve.own as i16);
    for (at, run) in runs.iter().enumerate() {
        if let Some(next) = runs.get(at + AHEAD) {
            (next.start as usize * 2..next.end as usize * 2)
                .step_by(64)
                .take(8)
                .for_each(|line| prefetch(sketches, line));
        }
        let (most_own, most_all) = portable::limits(sieve, run);
        let (most_own, most_all) = (_mm512_set1_epi16(most_own as i16), _mm512_set1_epi16(most_all as i16));
        let Some(entries) = sketches.get(run.start as usize * 2..run.end as usize * 2) else { continue };
        for (first, part) in (run.start..).step_by(32).zip(entries.chunks(64)) {
            let present = u32::MAX >> (32 - part.len() / 2).min(31);
            // SAFETY: only the present lanes are read, and they are `part`.
            let entries = unsafe { _mm512_maskz_loadu_epi16(present, part.as_ptr().cast()) };
            let differing = _mm512_xor_si512(entries, sketch);
            let near = _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(differing), most_all);
            let here =
                _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(_mm512_and_si512(differing, own)), most_own);
            let mut left = near & here & present;
            while left != 0 {
                out.push(first + left.trailing_zeros());
                left &= left - 1;
            }
        }
    }
}

pub(super) fn scan(rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    // SAFETY: only called where `Level::best` has found these features.
    unsafe { scan_here(rows, query, radius, out) }
}

/// Where the sum of each of eight rows ends up.
const ROW_OF_LANE: [u32; 8] = [0, 2, 1, 3, 4, 6, 5, 7];

#[target_feature(enable = "avx512f,avx512bw,avx512vpopcntdq,popcnt")]
fn scan_here(rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    // SAFETY: the query has the 32 bytes that are read.
    let query_once = unsafe { _mm256_loadu_si256(query.as_ptr().cast()) };
    let twice = _mm512_broadcast_i64x4(query_once);
    let most = _mm512_set1_epi64(i64::from(radius));
    let (eights, rest) = rows.as_chunks::<256>();
    let mut first = 0u32;
    for eight in eights {
        let sums = sums_of_eight(eight, twice);
        let mut left = _mm512_cmple_epu64_mask(sums, most);
        while left != 0 {
            let row = ROW_OF_LANE[(left.trailing_zeros() & 7) as usize];
            let from = row as usize * BYTES;
            let distance = eight.get(from..from + BYTES).map_or(0, |bytes| near_by(bytes, query));
            out.push((first + row, distance));
            left &= left - 1;
        }
        first += 8;
    }
    for (number, row) in (first..).zip(rest.as_chunks::<BYTES>().0) {
        let distance = portable::distance(row, query);
        if distance <= radius {
            out.push((number, distance));
        }
    }
}

fn near_by(row: &[u8], query: &[u8; BYTES]) -> u32 {
    row.first_chunk::<BYTES>().map_or(0, |row| portable::distance(row, query))
}

/// The distances of eight rows from the query, in the order of [`ROW_OF_LANE`].
#[target_feature(enable = "avx512f,avx512bw,avx512vpopcntdq")]
fn sums_of_eight(eight: &[u8; 256], query: __m512i) -> __m512i {
    let [a, b, c, d] = [0, 64, 128, 192].map(|from| {
        // SAFETY: 64 bytes from each of these places lie within the 256.
        let rows = unsafe { _mm512_loadu_si512(eight.as_ptr().add(from).cast()) };
        _mm512_popcnt_epi64(_mm512_xor_si512(rows, query))
    });
    let first = _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
    let second = _mm512_add_epi64(_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
    _mm512_add_epi64(_mm512_shuffle_i64x2::<0x88>(first, second), _mm512_shuffle_i64x2::<0xDD>(first, second))
}
