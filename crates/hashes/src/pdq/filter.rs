//! From all pixels to 64 by 64 samples: a box filter along rows and columns, twice, and every so many-th value.
//!
//! Sums run along in the order of the reference, so that they round alike. Of the second pass only what is sampled is worked out, and rows
//! and columns are taken many at a time, which changes no value.

use super::SAMPLES;

/// Rows that are summed side by side, so that the processor need not wait for each sum.
const ABREAST: usize = 8;

/// The samples of a picture of at least 5 by 5 pixels; `luma` has `width * height` of them.
pub(super) fn samples(width: usize, height: usize, mut luma: Vec<f32>) -> [[f32; SAMPLES]; SAMPLES] {
    if (width, height) == (SAMPLES, SAMPLES) {
        return std::array::from_fn(|row| std::array::from_fn(|column| luma[row * SAMPLES + column]));
    }
    let (along_rows, along_columns) = (Window::of(width), Window::of(height));
    let mut other = vec![0.0; luma.len()];
    rows(&luma, &mut other, width, &along_rows);
    columns(&other, &mut luma, width, &along_columns);
    let places: [usize; SAMPLES] = std::array::from_fn(|sample| place(sample, width));
    // Of the second pass along the rows only the sampled columns are kept, of that along the columns only the sampled rows.
    let mut narrow = vec![0.0; height * SAMPLES];
    sampled_rows(&luma, &mut narrow, width, &along_rows, &places);
    let mut done = vec![0.0; height * SAMPLES];
    columns(&narrow, &mut done, SAMPLES, &along_columns);
    let row = |sample: usize| done.as_chunks::<SAMPLES>().0.get(place(sample, height)).copied();
    std::array::from_fn(|sample| row(sample).unwrap_or([0.0; SAMPLES]))
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

/// One pass along all columns: whole rows are added and taken away.
fn columns(from: &[f32], to: &mut [f32], width: usize, window: &Window) {
    let mut sums = vec![0.0f32; width];
    let row = |number: usize| from.get(number * width..(number + 1) * width).unwrap_or_default();
    for number in 0..window.after {
        sums.iter_mut().zip(row(number)).for_each(|(sum, value)| *sum += value);
    }
    for (output, to) in to.chunks_exact_mut(width).enumerate() {
        let count = window.count(output);
        let sums = sums.iter_mut();
        match window.at(output) {
            (Some(comes), Some(goes)) => {
                sums.zip(row(comes).iter().zip(row(goes))).zip(to).for_each(|((sum, (comes, goes)), to)| {
                    *sum = (*sum + comes) - goes;
                    *to = *sum / count;
                })
            }
            (Some(comes), None) => sums.zip(row(comes)).zip(to).for_each(|((sum, comes), to)| {
                *sum += comes;
                *to = *sum / count;
            }),
            (None, Some(goes)) => sums.zip(row(goes)).zip(to).for_each(|((sum, goes), to)| {
                *sum -= goes;
                *to = *sum / count;
            }),
            (None, None) => sums.zip(to).for_each(|(sum, to)| *to = *sum / count),
        }
    }
}

/// One pass along all rows.
fn rows(from: &[f32], to: &mut [f32], width: usize, window: &Window) {
    let (mut values, mut done) = (vec![[0.0; ABREAST]; width], vec![[0.0; ABREAST]; width]);
    for (from, to) in from.chunks(width * ABREAST).zip(to.chunks_mut(width * ABREAST)) {
        interleave(from, width, &mut values);
        let mut done_here = done.iter_mut();
        slide(&values, window, |output, sums| {
            let count = window.count(output);
            if let Some(done) = done_here.next() {
                *done = sums.map(|sum| sum / count);
            }
        });
        for (row, to) in to.chunks_exact_mut(width).enumerate() {
            to.iter_mut().zip(&done).for_each(|(to, done)| *to = done[row % ABREAST]);
        }
    }
}

/// The same, but only the outputs at `places` are kept.
fn sampled_rows(from: &[f32], to: &mut [f32], width: usize, window: &Window, places: &[usize; SAMPLES]) {
    let mut values = vec![[0.0; ABREAST]; width];
    for (from, to) in from.chunks(width * ABREAST).zip(to.chunks_mut(SAMPLES * ABREAST)) {
        interleave(from, width, &mut values);
        let mut next = 0;
        slide(&values, window, |output, sums| {
            // In a narrow picture one value is sampled more than once.
            while places.get(next) == Some(&output) {
                let count = window.count(output);
                for (row, sum) in to.chunks_exact_mut(SAMPLES).zip(sums) {
                    row[next] = sum / count;
                }
                next += 1;
            }
        });
    }
}

/// Puts rows side by side, a few columns at a time so that they stay in the cache.
fn interleave(from: &[f32], width: usize, to: &mut [[f32; ABREAST]]) {
    for (number, to) in to.chunks_mut(16).enumerate() {
        for (lane, row) in from.chunks_exact(width).enumerate() {
            let part = row.get(number * 16..).unwrap_or_default();
            to.iter_mut().zip(part).for_each(|(to, value)| to[lane % ABREAST] = *value);
        }
    }
}

/// Slides the window along rows side by side and tells the sums of each output.
#[inline(always)]
fn slide(values: &[[f32; ABREAST]], window: &Window, mut tell: impl FnMut(usize, [f32; ABREAST])) {
    let mut sums = [0.0f32; ABREAST];
    let add = |sums: &mut [f32; ABREAST], values: &[f32; ABREAST]| {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
    };
    let take = |sums: &mut [f32; ABREAST], values: &[f32; ABREAST]| {
        sums.iter_mut().zip(values).for_each(|(sum, value)| *sum -= value);
    };
    values.iter().take(window.after).for_each(|values| add(&mut sums, values));
    let mut comes = values.iter().skip(window.after);
    for (output, comes) in (0..=window.before).zip(comes.by_ref()) {
        add(&mut sums, comes);
        tell(output, sums);
    }
    let mut goes = values.iter();
    for ((output, comes), goes) in (window.before + 1..).zip(comes).zip(goes.by_ref()) {
        add(&mut sums, comes);
        take(&mut sums, goes);
        tell(output, sums);
    }
    for (output, goes) in (window.length - window.after..window.length).zip(goes) {
        take(&mut sums, goes);
        tell(output, sums);
    }
}
