//! A second opinion on an alignment: a small net over its steps. What [`super::contexts`] knows it has seen letter by letter; here each letter
//! at each place around a step has a row of a few numbers, so that something is said of neighbours too that never came together. In whole
//! numbers, so that every machine says the same.

use super::{FEATURES, MAX_WORD, lattice::Step, read_float, sum};
use crate::script::Script;

/// Sums of a step; what is below zero counts as zero.
pub(crate) const HIDDEN: usize = 16;
/// Letters before a step, and after it, that are looked at on each side.
const AROUND: usize = 2;
const LATIN_PLACES: usize = 2 * AROUND + super::LATIN_CHUNK;
const NATIVE_PLACES: usize = 2 * AROUND + super::NATIVE_CHUNK;
const LATIN_LETTERS: usize = 64;
const NATIVE_LETTERS: usize = 256;
const FIRST_NATIVE: usize = LATIN_PLACES * LATIN_LETTERS;
const FIRST_SHAPE: usize = FIRST_NATIVE + NATIVE_PLACES * NATIVE_LETTERS;
/// Rows that a step has, at most.
pub(crate) const ROWS_A_STEP: usize = LATIN_PLACES + NATIVE_PLACES + 1;
/// Rows of a net: a letter at a place, and how many letters a step takes.
pub(crate) const ROWS: usize = FIRST_SHAPE + 16;

/// The net of one script.
pub(crate) struct Net {
    pub(crate) dense: [f32; FEATURES],
    /// What one unit of the weighed sums is worth.
    pub(crate) unit: f32,
    /// What each sum counts for, -127 to 127.
    pub(crate) out: [i16; HIDDEN],
    /// What each row adds to the sums, -127 to 127.
    pub(crate) rows: Vec<[i16; HIDDEN]>,
}

impl Net {
    /// Reads what `training::write_nets` wrote, one for each script that has one.
    pub(crate) fn read_all(mut bytes: &[u8]) -> Vec<Option<Self>> {
        let mut all = Vec::new();
        all.resize_with(Script::ALL.len(), || None);
        while let Some((script, net)) = Self::read(&mut bytes) {
            if let Some(slot) = all.get_mut(usize::from(script)) {
                *slot = Some(net);
            }
        }
        all
    }

    fn read(bytes: &mut &[u8]) -> Option<(u8, Self)> {
        let (&script, mut rest) = bytes.split_first()?;
        let unit = read_float(&mut rest)?;
        let mut dense = [0.0; FEATURES];
        for weight in &mut dense {
            *weight = read_float(&mut rest)?;
        }
        let mut row = || {
            let (head, tail) = rest.split_first_chunk::<HIDDEN>()?;
            rest = tail;
            Some(head.map(|byte| i16::from(byte.cast_signed())))
        };
        let out = row()?;
        let rows = (0..ROWS).map(|_| row()).collect::<Option<_>>()?;
        *bytes = rest;
        Some((script, Self { dense, unit, out, rows }))
    }

    /// Begins with two words.
    pub(crate) fn begin<'a>(&'a self, latin: &'a [u8], native: &'a [u8]) -> Opinion<'a> {
        Opinion { net: self, latin, native, sums: [0; HIDDEN] }
    }
}

/// What the net says of the steps so far.
pub(crate) struct Opinion<'a> {
    net: &'a Net,
    latin: &'a [u8],
    native: &'a [u8],
    sums: [i16; HIDDEN],
}

impl Opinion<'_> {
    /// Takes a step, in any order.
    pub(crate) fn take(&mut self, step: Step) {
        let mut sums = [0_i16; HIDDEN];
        rows(self.latin, self.native, step, |row| self.net.add(row, &mut sums));
        self.close(sums);
    }

    /// The same, of a step whose rows are known.
    pub(crate) fn take_rows(&mut self, rows: &[u16]) {
        let mut sums = [0_i16; HIDDEN];
        rows.iter().for_each(|row| self.net.add(usize::from(*row), &mut sums));
        self.close(sums);
    }

    fn close(&mut self, sums: [i16; HIDDEN]) {
        self.sums.iter_mut().zip(sums).for_each(|(all, sum)| *all = all.saturating_add(sum.max(0)));
    }

    /// The logarithm of the odds that both words are one name; `features` are those of their costs.
    pub(crate) fn odds(&self, features: &[f32; FEATURES]) -> f32 {
        let units: i32 = self
            .sums
            .iter()
            .zip(&self.net.out)
            .map(|(sum, weight)| i32::from(*sum) * i32::from(*weight))
            .sum();
        sum(features, &self.net.dense) + units as f32 * self.net.unit
    }
}

impl Net {
    #[inline]
    fn add(&self, row: usize, sums: &mut [i16; HIDDEN]) {
        let row = self.rows.get(row).unwrap_or(&[0; HIDDEN]);
        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
    }
}

/// The rows of a step.
pub(crate) fn rows(latin: &[u8], native: &[u8], step: Step, mut each: impl FnMut(usize)) {
    let Step { i, j, l, k } = step;
    let latin = |at: Option<usize>| letter(latin, at).map_or(63, |symbol| usize::from(symbol.min(62)));
    let native = |at: Option<usize>| letter(native, at).map_or(255, |symbol| usize::from(symbol.min(254)));
    window(i, l, super::LATIN_CHUNK, |place, at| each(place * LATIN_LETTERS + latin(at)));
    window(j, k, super::NATIVE_CHUNK, |place, at| each(FIRST_NATIVE + place * NATIVE_LETTERS + native(at)));
    each(FIRST_SHAPE + l * 4 + k);
}

#[inline]
fn letter(word: &[u8], at: Option<usize>) -> Option<u8> {
    at.filter(|at| *at < MAX_WORD).and_then(|at| word.get(at)).copied()
}

/// The places around `length` letters from `from` on, each with where it stands in the word; letters of a step that it does not take have none.
#[inline]
fn window(from: usize, length: usize, longest: usize, mut each: impl FnMut(usize, Option<usize>)) {
    for before in 0..AROUND {
        each(before, from.checked_sub(before + 1));
        each(AROUND + before, Some(from + length + before));
    }
    for inside in 0..length.min(longest) {
        each(2 * AROUND + inside, Some(from + inside));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all_rows(latin: &[u8], native: &[u8], step: Step) -> Vec<usize> {
        let mut out = Vec::new();
        rows(latin, native, step, |row| out.push(row));
        out
    }

    #[test]
    fn a_step_is_seen_with_the_letters_around_it_and_no_others() {
        let step = Step { i: 2, j: 1, l: 2, k: 1 };
        let rows = all_rows(&[1, 2, 3, 4, 5, 6, 7], &[9, 8, 7, 6, 5], step);
        assert_eq!(rows.len(), 4 + 2 + 4 + 1 + 1);
        assert_eq!(rows, all_rows(&[1, 2, 3, 4, 5, 6, 30], &[9, 8, 7, 6, 30], step));
        assert_ne!(rows, all_rows(&[1, 2, 3, 4, 5, 30, 7], &[9, 8, 7, 6, 5], step));
        assert_ne!(rows, all_rows(&[1, 2, 3, 4, 5, 6, 7], &[9, 8, 7, 30, 5], step));
    }

    #[test]
    fn a_file_that_ends_too_soon_is_left_out_and_does_no_harm() {
        let file = include_bytes!("../../data/net.bin");
        let count = |bytes: &[u8]| Net::read_all(bytes).iter().filter(|net| net.is_some()).count();
        let all = count(file);
        assert!(all >= 10, "{all}");
        assert_eq!(count(&file[..file.len() - 1]), all - 1);
        assert_eq!(count(&[]), 0);
    }

    proptest! {
        #[test]
        fn every_row_of_any_step_is_one_of_the_net(
            latin in proptest::collection::vec(0_u8.., 0..40), native in proptest::collection::vec(0_u8.., 0..40),
            i in 0_usize..40, j in 0_usize..40, l in 0_usize..4, k in 0_usize..3,
        ) {
            let rows = all_rows(&latin, &native, Step { i, j, l, k });
            let different: std::collections::BTreeSet<_> = rows.iter().collect();
            prop_assert_eq!(different.len(), rows.len());
            prop_assert!(rows.iter().all(|row| *row < ROWS));
        }
    }
}
