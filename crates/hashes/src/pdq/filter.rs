//! From all pixels to 64 by 64 samples: a box filter along rows and columns, twice, and every so many-th value.
//!
//! Sums run along in the order of the reference, so that they round alike. Of the second pass only what is sampled is worked out, and rows
//! and columns are taken many at a time, which changes no value.

use super::SAMPLES;

/// Rows that are summed side by side, so that the processor need not wait for each sum.
const ABREAST: usize = 4;

/// The samples of a picture of at least 5 by 5 pixels; `luma` has `width * height` of them.
pub(super) fn samples(width: usize, height: usize, luma: &[f32]) -> [[f32; SAMPLES]; SAMPLES] {
    if (width, height) == (SAMPLES, SAMPLES) {
        return std::array::from_fn(|row| std::array::from_fn(|column| luma[row * SAMPLES + column]));
    }
    let (along_rows, along_columns) = (Window::of(width), Window::of(height));
    let once = rows(luma, &along_rows);
    // Of the second pass along the rows only the sampled columns are kept, of that along the columns only the sampled rows.
    let places: [usize; SAMPLES] = std::array::from_fn(|sample| place(sample, width));
    let mut narrow = Vec::with_capacity(height * SAMPLES);
    let mut some = Vec::with_capacity(width * ABREAST);
    columns(&once, width, &along_columns, |row| {
        some.extend_from_slice(row);
        if some.len() == width * ABREAST {
            sampled_rows(&some, &along_rows, &places, &mut narrow);
            some.clear();
        }
    });
    sampled_rows(&some, &along_rows, &places, &mut narrow);
    let mut done: Vec<[f32; SAMPLES]> = Vec::with_capacity(height);
    columns(&narrow, SAMPLES, &along_columns, |row| done.extend(row.first_chunk::<SAMPLES>()));
    std::array::from_fn(|sample| done.get(place(sample, height)).copied().unwrap_or([0.0; SAMPLES]))
}

/// Which of so many values a sample is: the one in the middle of its part.
fn place(sample: usize, length: usize) -> usize {
    (((sample as f64 + 0.5) * length as f64) / SAMPLES as f64) as usize
}

/// A window that slides along: for output `o` it has the values from `o - before` to `o + after`, as far as they exist.
struct Window {
    length: usize,
    before: usize,
    after: usize,
}

impl Window {
    /// Half of what a sample covers, rounded up, since there are two passes.
    fn of(length: usize) -> Self {
        let whole = length.div_ceil(2 * SAMPLES);
        let half = (whole + 2) / 2;
        Self { length, before: whole - half, after: half - 1 }
    }

    /// The value that comes in and the one that goes out for an output.
    fn at(&self, output: usize) -> (Option<usize>, Option<usize>) {
        let comes = output + self.after;
        ((comes < self.length).then_some(comes), output.checked_sub(self.before + 1))
    }

    /// How many values the window has there.
    fn count(&self, output: usize) -> f32 {
        ((output + self.after).min(self.length - 1) + 1 - output.saturating_sub(self.before)) as f32
    }
}

/// One pass along all columns: whole rows are added and taken away, and each row that comes out is told.
fn columns(from: &[f32], width: usize, window: &Window, mut tell: impl FnMut(&[f32])) {
    let (mut sums, mut out) = (vec![0.0f32; width], vec![0.0f32; width]);
    let row = |number: usize| from.get(number * width..(number + 1) * width).unwrap_or_default();
    for number in 0..window.after {
        sums.iter_mut().zip(row(number)).for_each(|(sum, value)| *sum += value);
    }
    for output in 0..window.length {
        let count = window.count(output);
        let (comes, goes) = window.at(output);
        let places = sums.iter_mut().zip(&mut out);
        match (comes.map(row), goes.map(row)) {
            (Some(comes), Some(goes)) => {
                places.zip(comes.iter().zip(goes)).for_each(|((sum, out), (comes, goes))| {
                    *sum = (*sum + comes) - goes;
                    *out = *sum / count;
                });
            }
            (Some(comes), None) => places.zip(comes).for_each(|((sum, out), comes)| {
                *sum += comes;
                *out = *sum / count;
            }),
            (None, Some(goes)) => places.zip(goes).for_each(|((sum, out), goes)| {
                *sum -= goes;
                *out = *sum / count;
            }),
            (None, None) => places.for_each(|(sum, out)| *out = *sum / count),
        }
        tell(&out);
    }
}

/// One pass along all rows.
fn rows(from: &[f32], window: &Window) -> Vec<f32> {
    let counts: Vec<f32> = (0..window.length).map(|output| window.count(output)).collect();
    let mut to = Vec::with_capacity(from.len());
    summed(from, window, |sums| to.extend(sums.iter().zip(&counts).map(|(sum, count)| sum / count)));
    to
}

/// The same, but only the outputs at `places` are kept.
fn sampled_rows(from: &[f32], window: &Window, places: &[usize; SAMPLES], to: &mut Vec<f32>) {
    let counts = places.map(|place| window.count(place));
    summed(from, window, |sums| {
        to.extend(
            places.iter().zip(&counts).map(|(place, count)| sums.get(*place).map_or(0.0, |sum| sum / count)),
        );
    });
}

/// The sums of all rows, several rows at once as far as there are several.
fn summed(from: &[f32], window: &Window, mut tell: impl FnMut(&[f32])) {
    let width = window.length;
    let mut sums = vec![0.0; width * ABREAST];
    let several = from.chunks_exact(width * ABREAST);
    let rest = several.remainder();
    for from in several {
        slide::<ABREAST>(from, &mut sums, window);
        sums.chunks_exact(width).for_each(&mut tell);
    }
    for from in rest.chunks_exact(width) {
        let sums = sums.get_mut(..width).unwrap_or_default();
        slide::<1>(from, sums, window);
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
