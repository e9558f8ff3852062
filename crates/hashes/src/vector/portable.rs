//! The same loops for any processor; what the others are tested against.

use super::{Found, Run, Sieve, WEIGHTS};
use crate::hash::BYTES;

pub(super) fn sift(sketches: &[u8], runs: &[Run], sieve: &Sieve, out: &mut Vec<u32>) {
    for run in runs {
        let (own, all) = limits(sieve, run);
        let Some(entries) = sketches.get(run.start as usize * 2..run.end as usize * 2) else { continue };
        for (number, entry) in (run.start..).zip(entries.as_chunks::<2>().0) {
            let differing = u16::from_le_bytes(*entry) ^ sieve.sketch;
            if (differing & sieve.own).count_ones() <= own && differing.count_ones() <= all {
                out.push(number);
            }
        }
    }
}

/// What remains of both limits after the address.
#[inline(always)]
pub(super) fn limits(sieve: &Sieve, run: &Run) -> (u32, u32) {
    (sieve.most_own.saturating_sub(run.distance), sieve.most_all.saturating_sub(run.distance))
}

pub(super) fn scan(rows: &[u8], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    for (number, row) in (0u32..).zip(rows.as_chunks::<BYTES>().0) {
        let distance = distance(row, query);
        if distance <= radius {
            out.push((number, distance));
        }
    }
}

#[inline(always)]
pub(super) fn pick(rows: &[u8], numbers: &[u32], query: &[u8; BYTES], radius: u32, out: &mut Vec<Found>) {
    let (rows, _) = rows.as_chunks::<BYTES>();
    for &number in numbers {
        let Some(row) = rows.get(number as usize) else { continue };
        let distance = distance(row, query);
        if distance <= radius {
            out.push((number, distance));
        }
    }
}

#[inline(always)]
pub(super) fn distance(a: &[u8; BYTES], b: &[u8; BYTES]) -> u32 {
    let (a, b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    a.iter().zip(b).map(|(a, b)| (u64::from_ne_bytes(*a) ^ u64::from_ne_bytes(*b)).count_ones()).sum()
}

/// What each value of each colour adds to the brightness.
const SHARES: [[f32; 256]; 3] = shares();

const fn shares() -> [[f32; 256]; 3] {
    let mut shares = [[0.0; 256]; 3];
    let mut colour = 0;
    while colour < 3 {
        let mut value = 0;
        while value < 256 {
            shares[colour][value] = WEIGHTS[colour] * value as f32;
            value += 1;
        }
        colour += 1;
    }
    shares
}

pub(super) fn brightness(pixels: &[[u8; 3]], out: &mut Vec<f32>) {
    let [reds, greens, blues] = &SHARES;
    out.extend(pixels.iter().map(|&[red, green, blue]| {
        (reds[usize::from(red)] + greens[usize::from(green)]) + blues[usize::from(blue)]
    }));
}
