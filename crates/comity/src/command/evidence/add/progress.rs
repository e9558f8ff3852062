//! How far the work is, on a terminal; nothing where nobody looks.

use indicatif::{ProgressBar, ProgressStyle};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// A bar over the bytes of all files.
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many bytes.
    pub fn begin(json: bool, what: &'static str, bytes: u64) -> Self {
        let bar = if json { ProgressBar::hidden() } else { ProgressBar::new(bytes) };
        let template = "{msg} {wide_bar} {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self(bar)
    }

    /// Says something above the bar.
    pub fn say(&self, text: &str) {
        self.0.println(text);
    }

    /// One file's share of the bar.
    pub fn share(&self) -> Share {
        Share { bar: self.0.clone(), done: Arc::default() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What is done of one file.
#[derive(Clone)]
pub struct Share {
    bar: ProgressBar,
    done: Arc<AtomicU64>,
}

impl Share {
    /// So many more bytes are done.
    pub fn add(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
        self.bar.inc(bytes);
    }

    /// So many bytes are done, whatever was said before: the node knows better.
    pub fn set(&self, bytes: u64) {
        let before = self.done.swap(bytes, Ordering::Relaxed);
        if bytes >= before {
            self.bar.inc(bytes - before);
        } else {
            self.bar.dec(before - bytes);
        }
    }
}
