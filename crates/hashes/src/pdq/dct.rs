//! The lowest frequencies of the samples, and the bits made of them.

use super::SAMPLES;
use crate::PdqHash;
use std::{f64::consts::PI, sync::LazyLock};

/// Frequencies along each side: the first 16 after the constant one.
const KEPT: usize = 16;

/// For each sample, what it adds to each frequency.
static COSINES: LazyLock<[[f32; KEPT]; SAMPLES]> = LazyLock::new(|| {
    let scale = f64::from((2.0 / SAMPLES as f64).sqrt() as f32);
    let cosine = |sample: usize, kept: usize| {
        let angle = (PI / 2.0 / SAMPLES as f64) * (kept + 1) as f64 * (2 * sample + 1) as f64;
        (scale * angle.cos()) as f32
    };
    std::array::from_fn(|sample| std::array::from_fn(|kept| cosine(sample, kept)))
});

/// 16 by 16 frequencies: those down the picture in rows, those across it in columns.
#[derive(Debug, Clone)]
pub(super) struct Frequencies([[f32; KEPT]; KEPT]);

impl Frequencies {
    /// Of the samples. Sums run over the samples in order, as in the reference, so that they round alike.
    pub fn of(samples: &[[f32; SAMPLES]; SAMPLES]) -> Self {
        let cosines = &*COSINES;
        let mut down = [[0f32; SAMPLES]; KEPT];
        for (row, cosines) in samples.iter().zip(cosines) {
            for (sums, cosine) in down.iter_mut().zip(cosines) {
                sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += cosine * value);
            }
        }
        let mut both = [[0f32; KEPT]; KEPT];
        for (sums, values) in both.iter_mut().zip(&down) {
            for (value, cosines) in values.iter().zip(cosines) {
                sums.iter_mut().zip(cosines).for_each(|(sum, cosine)| *sum += value * cosine);
            }
        }
        Self(both)
    }

    /// A bit for each frequency above the median of all; the first frequency's bit is written last.
    pub fn bits(&self) -> PdqHash {
        let mut sorted = [0f32; KEPT * KEPT];
        sorted.copy_from_slice(self.0.as_flattened());
        let (_, median, _) = sorted.select_nth_unstable_by(KEPT * KEPT / 2 - 1, f32::total_cmp);
        let mut hash = PdqHash::default();
        for (byte, values) in hash.0.iter_mut().rev().zip(self.0.as_flattened().chunks(8)) {
            let bits = values.iter().enumerate().filter(|(_, value)| **value > *median);
            *byte = bits.fold(0, |byte, (bit, _)| byte | 1 << bit);
        }
        hash
    }

    /// What the frequencies of the eight variants would be: signs change, and rows and columns change places.
    pub fn variants(&self) -> [Self; 8] {
        let odd = |place: usize| place & 1 == 1;
        [
            self.clone(),
            self.with(|_, column| odd(column)).turned(),
            self.with(|row, column| !odd(row + column)),
            self.with(|row, _| odd(row)).turned(),
            self.with(|row, _| odd(row)),
            self.with(|_, column| odd(column)),
            self.turned(),
            self.with(|row, column| !odd(row + column)).turned(),
        ]
    }

    /// The same with the sign changed where `keeps` says no.
    fn with(&self, keeps: impl Fn(usize, usize) -> bool) -> Self {
        let sign = |row: usize, column: usize, value: f32| if keeps(row, column) { value } else { -value };
        Self(std::array::from_fn(|row| std::array::from_fn(|column| sign(row, column, self.0[row][column]))))
    }

    fn turned(&self) -> Self {
        Self(std::array::from_fn(|row| std::array::from_fn(|column| self.0[column][row])))
    }
}
