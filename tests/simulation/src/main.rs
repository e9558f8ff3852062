//! Runs the simulation over many seeds, or replays one: a test harness, not a part of the product.

use std::process::ExitCode;

use comity_simulation::{run, run_many};

const USAGE: &str = "usage: comity-simulation [--seeds N] [--start S] [--replay SEED [--verbose]]";

struct Wish {
    seeds: u64,
    start: u64,
    replay: Option<u64>,
    verbose: bool,
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut wish = Wish { seeds: 2_000, start: 0, replay: None, verbose: false };
    while let Some(word) = words.next() {
        let mut number = || {
            let text = words.next().unwrap_or_default();
            text.parse::<u64>().map_err(|_| format!("`{word}` wants a number, not `{text}`; {USAGE}"))
        };
        match word.as_str() {
            "--seeds" => wish.seeds = number()?,
            "--start" => wish.start = number()?,
            "--replay" => wish.replay = Some(number()?),
            "--verbose" => wish.verbose = true,
            _ => return Err(format!("`{word}` is not known; {USAGE}")),
        }
    }
    Ok(wish)
}

fn replay(seed: u64, verbose: bool) -> bool {
    let report = run(seed, None, verbose);
    println!("seed {seed}: {} events, log {:016x}", report.events, report.log_hash);
    report.violations.iter().for_each(|text| println!("    {text}"));
    report.violations.is_empty()
}

fn main() -> ExitCode {
    let wish = match parse(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    let good = match wish.replay {
        Some(seed) => replay(seed, wish.verbose),
        None => {
            let summary = run_many(wish.start, wish.seeds, None);
            println!("{summary}");
            summary.failures.is_empty()
        }
    };
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
