//! The loops that see every byte: the sieve of a table, the scan of rows, and distances; each with vector instructions where
//! the processor has them (found out at run time), and a portable twin that says the same.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
#[cfg(test)]
mod tests;

use crate::hash::BYTES;

/// Which instructions are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// None but what every processor has.
    Portable,
    /// AVX2 and POPCNT.
    Avx2,
    /// AVX-512 with BITALG and VPOPCNTDQ.
    Avx512,
}

impl Level {
    /// The best that this processor has.
    #[must_use]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512bitalg")
                && is_x86_feature_detected!("avx512vpopcntdq")
                && is_x86_feature_detected!("popcnt")
            {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }
}

/// A stretch of a table's entries whose address is `distance` bits away from the query's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Run {
    /// The first entry.
    pub start: u32,
    /// The entry after the last.
    pub end: u32,
    /// Differing bits of the address.
    pub distance: u32,
}

/// What an entry of a table must fulfil to be looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sieve {
    /// The 16 bits that follow the query's address.
    pub sketch: u16,
    /// Those of them that belong to the slot itself; the others belong to the next slot.
    pub own: u16,
    /// Most differing bits in the slot, the address included.
    pub most_own: u32,
    /// Most differing bits in address and sketch together.
    pub most_all: u32,
}

/// A row within the radius: its number and its distance.
pub(crate) type Found = (u32, u32);

/// Appends to `out` the numbers of all entries of the runs that pass the sieve. `sketches` holds two bytes an entry.
pub(crate) fn sift(level: Level, sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::sift(sketches, runs, sieve, out),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::sift(sketches, runs, sieve, out),
        _ => portable::sift(sketches, runs, sieve, out),
    }
}

/// Appends to `out` all rows (of 32 bytes) within `radius` of the query.
pub(crate) fn scan(level: Level, rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::scan(rows, query, radius, out),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::scan(rows, query, radius, out),
        _ => portable::scan(rows, query, radius, out),
    }
}

/// Appends to `out` those of the numbered rows that lie within `radius` of the query.
pub(crate) fn pick(
    level: Level,
    rows: &[u8],
    numbers: &[u32],
    query: &[u8; BYTES],
    radius: u32,
    out: &mut Vec<Found>,
) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 | Level::Avx2 => avx2::pick(rows, numbers, query, radius, out),
        _ => portable::pick(rows, numbers, query, radius, out),
    }
}

/// The weights of red, green and blue in the brightness of a pixel.
const WEIGHTS: [f32; 3] = [0.299, 0.587, 0.114];

/// Appends the brightness of each pixel to `out`, rounded after each step as the reference does.
pub(crate) fn brightness(level: Level, pixels: &[[u8; 3]], out: &mut Vec<f32>) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 | Level::Avx2 => avx2::brightness(pixels, out),
        _ => portable::brightness(pixels, out),
    }
}

/// Differing bits.
pub(crate) fn distance(a: &[u8; BYTES], b: &[u8; BYTES]) -> u32 {
    portable::distance(a, b)
}

/// Asks the processor to fetch the line at `at`; only a hint, and nothing where it lies outside.
#[inline(always)]
#[allow(unsafe_code)]
pub(crate) fn prefetch(bytes: &[u8], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(byte) = bytes.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: every x86-64 processor has the instruction; it reads nothing, and the address is of a live byte.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(byte).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (bytes, at);
}
