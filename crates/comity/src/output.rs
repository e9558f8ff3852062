//! What a command prints: text for people, JSON for programs; logs go to standard error.

use crate::cli::Cli;
use serde::Serialize;

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
    if json {
        println!("{}", serde_json::to_string(value).unwrap_or_default());
    } else {
        println!("{}", text());
    }
}
