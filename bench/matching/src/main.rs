//! Benchmarks of matching: sets, names, persons and hashes, with the limit and peers beside us in one run.

mod hashes;
mod names;
mod person_keys;
// One report for all benchmarks; this program needs only part of it.
#[allow(dead_code)]
#[path = "../../src/report.rs"]
mod report;
mod sets;

use clap::{Parser, Subcommand};
use report::Fallible;
use std::path::PathBuf;

/// Benchmarks of matching: prints a table, and JSON with `--json`.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    what: What,
    /// The folder with the data to measure on: `names`, `persons`, `pdq`.
    #[arg(long, global = true, env = "COMITY_DATA", default_value = "data")]
    data: PathBuf,
    /// Print JSON instead of the table.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum What {
    /// Everything.
    All,
    /// Private set intersection and exact selectors.
    Sets,
    /// Names and persons.
    Names,
    /// Pairs of names a second alone.
    NameSpeed,
    /// Persons across nodes, by fuzzy keys.
    PersonKeys,
    /// PDQ and hash search.
    Hashes,
    /// Memory of hash sets alone.
    HashMemory,
}

fn main() -> Fallible<()> {
    let cli = Cli::parse();
    let mut sections = vec![report::machine()];
    sections.extend(match cli.what {
        What::All => [
            sets::measure()?,
            names::measure(&cli.data)?,
            vec![person_keys::measure(&cli.data)?],
            hashes::measure(&cli.data)?,
        ]
        .concat(),
        What::Sets => sets::measure()?,
        What::Names => [names::measure(&cli.data)?, vec![person_keys::measure(&cli.data)?]].concat(),
        What::NameSpeed => vec![names::speed(&cli.data)?],
        What::PersonKeys => vec![person_keys::measure(&cli.data)?],
        What::Hashes => hashes::measure(&cli.data)?,
        What::HashMemory => vec![hashes::memory_of_sets()?],
    });
    let text = if cli.json { report::json(&sections)? } else { report::table(&sections) };
    print!("{text}");
    Ok(())
}
