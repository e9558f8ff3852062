//! One pass of the box filter along rows, several rows at once.

use super::{SAMPLES, filter::Window};

/// Rows that are summed side by side, so that the processor need not wait for each sum.
pub(super) const ABREAST: usize = 4;

/// A pass along rows.
pub(super) struct Rows {
    window: Window,
    /// How many values each output is the mean of.
    counts: Vec<f32>,
    sums: Vec<f32>,
    out: Vec<f32>,
}

impl Rows {
    pub fn new(window: Window) -> Self {
        let counts = (0..window.length).map(|output| window.count(output)).collect();
        Self {
            window,
            counts,
            sums: vec![0.0; window.length * ABREAST],
            out: Vec::with_capacity(window.length),
        }
    }

    /// Tells each of these rows, filtered.
    pub fn each_mean(&mut self, rows: &[f32], mut tell: impl FnMut(&[f32])) {
        let Self { window, counts, sums, out } = self;
        summed(rows, window, sums, |sums| {
            out.clear();
            out.extend(sums.iter().zip(&*counts).map(|(sum, count)| sum / count));
            tell(out);
        });
    }

    /// Tells of each of these rows, filtered, the values at these places.
    pub fn each_sampled(&mut self, rows: &[f32], places: &[usize; SAMPLES], mut tell: impl FnMut(&[f32])) {
        let Self { window, counts, sums, .. } = self;
        let of = |values: &[f32], place: usize| values.get(place).copied().unwrap_or(1.0);
        summed(rows, window, sums, |sums| {
            tell(&places.map(|place| of(sums, place) / of(counts, place)));
        });
    }
}

/// Tells the sums of all rows.
fn summed(rows: &[f32], window: &Window, sums: &mut [f32], mut tell: impl FnMut(&[f32])) {
    let width = window.length;
    let several = rows.chunks_exact(width * ABREAST);
    let rest = several.remainder();
    for rows in several {
        slide::<ABREAST>(rows, sums, window);
        sums.chunks_exact(width).for_each(&mut tell);
    }
    for row in rest.chunks_exact(width) {
        let sums = sums.get_mut(..width).unwrap_or_default();
        slide::<1>(row, sums, window);
        tell(sums);
    }
}

/// Slides the window along so many rows at once; `to` takes the sum of each output.
#[inline(always)]
fn slide<const ROWS: usize>(from: &[f32], to: &mut [f32], window: &Window) {
    let width = window.length;
    let mut rows = from.chunks_exact(width);
    let from: [&[f32]; ROWS] = std::array::from_fn(|_| rows.next().unwrap_or_default());
    let mut rows = to.chunks_exact_mut(width);
    let mut to: [&mut [f32]; ROWS] = std::array::from_fn(|_| rows.next().unwrap_or_default());
    let mut sums = [0.0f32; ROWS];
    let value = |row: &[f32], at: usize| row.get(at).copied().unwrap_or(0.0);
    for at in 0..window.after {
        sums.iter_mut().zip(from).for_each(|(sum, row)| *sum += value(row, at));
    }
    // Where the window is whole, from the first value that goes to the last that comes.
    let whole = window.before + 1..width - window.after;
    let mut step = |at: usize, sums: &mut [f32; ROWS]| {
        let (comes, goes) = window.at(at);
        for ((sum, row), to) in sums.iter_mut().zip(from).zip(&mut to) {
            *sum += comes.map_or(0.0, |comes| value(row, comes));
            *sum -= goes.map_or(0.0, |goes| value(row, goes));
            if let Some(to) = to.get_mut(at) {
                *to = *sum;
            }
        }
    };
    (0..whole.start).for_each(|at| step(at, &mut sums));
    let count = whole.len();
    let comes = from.map(|row| {
        row.get(window.before + 1 + window.after..).and_then(|row| row.get(..count)).unwrap_or_default()
    });
    let goes = from.map(|row| row.get(..count).unwrap_or_default());
    let outs = to.each_mut().map(|to| to.get_mut(whole.start..whole.end).unwrap_or_default());
    if comes.iter().chain(&goes).all(|row| row.len() == count) && outs.iter().all(|row| row.len() == count) {
        for at in 0..count {
            for row in 0..ROWS {
                sums[row] += comes[row][at];
                sums[row] -= goes[row][at];
                outs[row][at] = sums[row];
            }
        }
    }
    for at in whole.end..width {
        let (_, goes) = window.at(at);
        for ((sum, row), to) in sums.iter_mut().zip(from).zip(&mut to) {
            *sum -= goes.map_or(0.0, |goes| value(row, goes));
            if let Some(to) = to.get_mut(at) {
                *to = *sum;
            }
        }
    }
}
