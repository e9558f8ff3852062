//! From all pixels to 64 by 64 samples: a box filter along rows and columns, twice, and every so many-th value.
//!
//! Sums run along in the order of the reference, so that they round alike. Rows flow through both passes, a few at a time, so that
//! no more of the picture is held than the windows need; of the second pass only what is sampled is kept.

use super::{
    Pixels, SAMPLES, luma,
    slide::{ABREAST, Rows},
};

/// Rows and columns of samples.
pub(super) type Samples = [[f32; SAMPLES]; SAMPLES];

/// The samples of a picture of at least 5 by 5 pixels, of which there are `width * height`.
pub(super) fn samples(width: usize, height: usize, pixels: Pixels<'_>) -> Samples {
    let mut some = Vec::with_capacity(width * ABREAST);
    if (width, height) == (SAMPLES, SAMPLES) {
        luma::fill(pixels, 0..width * height, &mut some);
        return std::array::from_fn(|row| some.as_chunks().0.get(row).copied().unwrap_or([0.0; SAMPLES]));
    }
    let mut along_rows = Rows::new(Window::of(width));
    let mut first = Columns::new(width, Window::of(height));
    let mut second = Second::new(width, height);
    for row in (0..height).step_by(ABREAST) {
        luma::fill(pixels, row * width..(row + ABREAST).min(height) * width, &mut some);
        along_rows.each_mean(&some, |means| first.push(means, |row| second.push(row)));
    }
    first.finish(|row| second.push(row));
    second.finish()
}

/// The second pass, of which only what is sampled is kept.
struct Second {
    along_rows: Rows,
    along_columns: Columns,
    places: [usize; SAMPLES],
    /// Rows that wait until they are enough.
    waiting: Vec<f32>,
    kept: Kept,
}

impl Second {
    fn new(width: usize, height: usize) -> Self {
        Self {
            along_rows: Rows::new(Window::of(width)),
            along_columns: Columns::new(SAMPLES, Window::of(height)),
            places: std::array::from_fn(|sample| place(sample, width)),
            waiting: Vec::with_capacity(width * ABREAST),
            kept: Kept { height, row: 0, next: 0, samples: [[0.0; SAMPLES]; SAMPLES] },
        }
    }

    fn push(&mut self, row: &[f32]) {
        self.waiting.extend_from_slice(row);
        if self.waiting.len() >= row.len() * ABREAST {
            self.sum();
        }
    }

    fn sum(&mut self) {
        let Self { along_rows, along_columns, places, waiting, kept } = self;
        along_rows.each_sampled(waiting, places, |row| along_columns.push(row, |row| kept.take(row)));
        waiting.clear();
    }

    fn finish(mut self) -> Samples {
        self.sum();
        self.along_columns.finish(|row| self.kept.take(row));
        self.kept.samples
    }
}

/// Takes all rows of the second pass and keeps those that are sampled.
struct Kept {
    height: usize,
    row: usize,
    next: usize,
    samples: Samples,
}

impl Kept {
    fn take(&mut self, row: &[f32]) {
        // In a low picture one row is sampled more than once.
        while self.next < SAMPLES && place(self.next, self.height) == self.row {
            if let (Some(sample), Some(row)) = (self.samples.get_mut(self.next), row.first_chunk()) {
                *sample = *row;
            }
            self.next += 1;
        }
        self.row += 1;
    }
}

/// Which of so many values a sample is: the one in the middle of its part.
fn place(sample: usize, length: usize) -> usize {
    (((sample as f64 + 0.5) * length as f64) / SAMPLES as f64) as usize
}

/// A window that slides along: for output `o` it has the values from `o - before` to `o + after`, as far as they exist.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub length: usize,
    pub before: usize,
    pub after: usize,
}

impl Window {
    /// Half of what a sample covers, rounded up, since there are two passes.
    pub fn of(length: usize) -> Self {
        let whole = length.div_ceil(2 * SAMPLES);
        let half = (whole + 2) / 2;
        Self { length, before: whole - half, after: half - 1 }
    }

    /// The value that comes in and the one that goes out for an output.
    pub fn at(&self, output: usize) -> (Option<usize>, Option<usize>) {
        let comes = output + self.after;
        ((comes < self.length).then_some(comes), output.checked_sub(self.before + 1))
    }

    /// How many values the window has there.
    pub fn count(&self, output: usize) -> f32 {
        ((output + self.after).min(self.length - 1) + 1 - output.saturating_sub(self.before)) as f32
    }
}

/// One pass along all columns: whole rows are added and taken away, and each row that comes out is told.
struct Columns {
    width: usize,
    window: Window,
    sums: Vec<f32>,
    out: Vec<f32>,
    /// The last rows, as many as the window has and one more.
    held: Vec<f32>,
    pushed: usize,
}

impl Columns {
    fn new(width: usize, window: Window) -> Self {
        let held = vec![0.0; width * (window.before + window.after + 2)];
        Self { width, window, sums: vec![0.0; width], out: vec![0.0; width], held, pushed: 0 }
    }

    /// Takes the next row.
    fn push(&mut self, row: &[f32], mut tell: impl FnMut(&[f32])) {
        let at = self.pushed % (self.window.before + self.window.after + 2) * self.width;
        if let Some(room) = self.held.get_mut(at..at + self.width) {
            room.copy_from_slice(row);
        }
        self.pushed += 1;
        match self.pushed.checked_sub(self.window.after + 1) {
            None => self.sums.iter_mut().zip(row).for_each(|(sum, comes)| *sum += comes),
            Some(output) => {
                self.step(output, Some(row));
                tell(&self.out);
            }
        }
    }

    /// Tells the rows for which no more come.
    fn finish(&mut self, mut tell: impl FnMut(&[f32])) {
        for output in self.window.length.saturating_sub(self.window.after)..self.window.length {
            self.step(output, None);
            tell(&self.out);
        }
    }

    /// Works out a row: what comes is added, what goes is taken away.
    fn step(&mut self, output: usize, comes: Option<&[f32]>) {
        let count = self.window.count(output);
        let goes = self.window.at(output).1.and_then(|goes| {
            let at = goes % (self.window.before + self.window.after + 2) * self.width;
            self.held.get(at..at + self.width)
        });
        let places = self.sums.iter_mut().zip(&mut self.out);
        match (comes, goes) {
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
    }
}
