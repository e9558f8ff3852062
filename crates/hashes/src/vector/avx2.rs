//! With AVX2 and POPCNT: 16 entries of a table at a time, rows by 64-bit words.
#![allow(unsafe_code)]

use super::{Found, Run, Sieve, WEIGHTS, portable, prefetch};
use crate::hash::BYTES;
use std::arch::x86_64::*;

/// How many runs ahead memory is asked for.
const AHEAD: usize = 12;

pub(super) fn sift(sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    // SAFETY: only called where `Level::best` has found these features.
    unsafe { sift_here(sketches, runs, sieve, out) }
}

#[target_feature(enable = "avx2,popcnt")]
fn sift_here(sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    let sketch = _mm256_set1_epi16(sieve.sketch as i16);
    let own = _mm256_set1_epi16(sieve.own as i16);
    for (at, run) in runs.iter().enumerate() {
        if let Some(next) = runs.get(at + AHEAD) {
            (next.start as usize * 2..next.end as usize * 2)
                .step_by(64)
                .take(8)
                .for_each(|line| prefetch(sketches, line));
        }
        let (most_own, most_all) = portable::limits(sieve, run);
        // Greater than the limit: signed comparison serves, as all numbers are small.
        let (over_own, over_all) = (_mm256_set1_epi16(most_own as i16), _mm256_set1_epi16(most_all as i16));
        let Some(entries) = sketches.get(run.start as usize * 2..run.end as usize * 2) else { continue };
        for (first, part) in (run.start..).step_by(16).zip(entries.chunks(32)) {
            let mut whole = [0; 32];
            if let Some(room) = whole.get_mut(..part.len()) {
                room.copy_from_slice(part);
            }
            // SAFETY: 32 bytes are there.
            let entries = unsafe { _mm256_loadu_si256(whole.as_ptr().cast()) };
            let differing = _mm256_xor_si256(entries, sketch);
            let far = _mm256_cmpgt_epi16(ones(differing), over_all);
            let wide = _mm256_cmpgt_epi16(ones(_mm256_and_si256(differing, own)), over_own);
            let refused = _mm256_movemask_epi8(_mm256_or_si256(far, wide)) as u32;
            let present = u32::MAX >> (32 - part.len() as u32).min(31);
            // Two bits an entry, of which one is kept.
            let mut left = !refused & present & 0x5555_5555;
            while left != 0 {
                out.push(first + left.trailing_zeros() / 2);
                left &= left - 1;
            }
        }
    }
}

/// The set bits of each 16.
#[target_feature(enable = "avx2")]
fn ones(words: __m256i) -> __m256i {
    let counts = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    let nibble = _mm256_set1_epi8(0x0f);
    let low = _mm256_shuffle_epi8(counts, _mm256_and_si256(words, nibble));
    let high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16::<4>(words), nibble));
    let bytes = _mm256_add_epi8(low, high);
    _mm256_add_epi16(_mm256_and_si256(bytes, _mm256_set1_epi16(0xff)), _mm256_srli_epi16::<8>(bytes))
}

pub(super) fn scan(rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    // SAFETY: only called where `Level::best` has found this feature.
    unsafe { scan_here(rows, query, radius, out) }
}

#[target_feature(enable = "popcnt")]
fn scan_here(rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    for (number, row) in (0u32..).zip(rows.as_chunks::<BYTES>().0) {
        let distance = portable::distance(row, query);
        if distance <= radius {
            out.push((number, distance));
        }
    }
}

pub(super) fn pick(rows: &[u8], numbers: &[u32], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    // SAFETY: only called where `Level::best` has found this feature.
    unsafe { pick_here(rows, numbers, query, radius, out) }
}

#[target_feature(enable = "popcnt")]
fn pick_here(rows: &[u8], numbers: &[u32], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    portable::pick(rows, numbers, query, radius, out);
}

pub(super) fn brightness(pixels: &[[u8; 3]], out: &mut Vec<f32>) {
    // SAFETY: only called where `Level::best` has found this feature.
    unsafe { brightness_here(pixels, out) }
}

/// Written so that the compiler takes eight pixels at a time.
#[target_feature(enable = "avx2")]
fn brightness_here(pixels: &[[u8; 3]], out: &mut Vec<f32>) {
    let [red, green, blue] = WEIGHTS;
    out.extend(
        pixels.iter().map(|&[r, g, b]| (red * f32::from(r) + green * f32::from(g)) + blue * f32::from(b)),
    );
}
