//! What a command prints: text for people, JSON for programs; logs go to standard error.

use crate::cli::Cli;
use serde::Serialize;
use std::io::Write;

/// Starts the logs: JSON lines for a served node, text for all else; `COMITY_LOG` sets the filter.
pub fn start_logs(cli: &Cli) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COMITY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(if cli.serves() { "info" } else { "error" }));
    let logs =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    if cli.serves() {
        logs.json().flatten_event(true).init();
    } else {
        logs.init();
    }
}

/// Prints `value` as JSON where asked for, and `text` otherwise.
pub fn print<T: Serialize>(json: bool, value: &T, text: impl FnOnce() -> String) {
    let mut told = if json { serde_json::to_string(value).unwrap_or_default() } else { text() };
    told.push('\n');
    write(&told);
}

/// Writes to standard output. A reader that has seen enough (`| head`) ends the program quietly, not with a fault.
pub fn write(text: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Shows on a terminal that something takes long, until it is dropped; nothing where nobody looks.
pub struct Waiting(indicatif::ProgressBar);

impl Waiting {
    /// Says what is waited for.
    pub fn begin(json: bool, what: &'static str) -> Self {
        let bar = if json { indicatif::ProgressBar::hidden() } else { indicatif::ProgressBar::new_spinner() };
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        bar.set_message(what);
        Self(bar)
    }

    /// Says how much of it is done; the spinner becomes a bar.
    pub fn progress(&self, done: usize, of: usize) {
        if self.0.length().is_none() {
            let template =
                indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}, {eta} left");
            if let Ok(style) = template {
                self.0.set_style(style);
            }
            self.0.set_length(of as u64);
        }
        self.0.set_position(done as u64);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
