#![doc = include_str!("../README.md")]

mod api;
mod delivery;
mod federation;
mod idle;
mod law;
mod ledger;
mod limits;
mod peer;
mod report;
mod vault;
mod verify;

use clap::{Parser, Subcommand};
use report::{Fallible, Section};
use std::path::PathBuf;

/// Benchmarks of Comity: prints a table, and JSON with `--json`.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    what: Option<What>,
    /// Where the nodes' directories lie; on the disk that is to be measured.
    #[arg(long, global = true, default_value = "target/bench-data")]
    data: PathBuf,
    /// Print JSON instead of the table.
    #[arg(long, global = true)]
    json: bool,
}

/// What the vault takes in.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Child {
    /// One large file.
    Large,
    /// A folder of small ones.
    Small,
    /// Nothing: the index of a bundle is printed.
    Index,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Everything; also writes `bench/results.json`.
    All,
    /// What the machine itself allows: signatures, sealed bodies, forced writes.
    Limits,
    /// Messages a second from API call to verified receipt, in batches.
    Envelopes {
        /// How many messages.
        #[arg(long, default_value_t = 20_000)]
        messages: usize,
    },
    /// Time from API call to verified receipt: 100 a second, one at a time, and in a burst of 1,000.
    Latency,
    /// Appends a second, and the time of a proof from a log of ten million entries.
    Ledger,
    /// Memory of an idle node, and the time from start to ready with 100,000 stored messages.
    Idle,
    /// Messages a second that `comity verify` checks.
    Verify,
    /// The legal engine: a whole matrix, an answer with its pathways, a check of a claimed basis, its start.
    Law,
    /// The evidence vault, with restic and borg beside it.
    Vault {
        /// One part of it alone.
        part: Option<vault::Part>,
    },
    /// What `vault` runs in a process of its own.
    #[command(hide = true)]
    VaultChild {
        /// `large`, `small` or `index`.
        what: Child,
        /// What is taken in.
        from: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// Two Synapse homeservers on this machine, beside us.
    Peer,
}

fn main() -> Fallible<()> {
    let cli = Cli::parse();
    std::fs::create_dir_all(&cli.data)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let what = cli.what.clone().unwrap_or(What::All);
    let sections = runtime.block_on(run(what.clone(), &cli))?;
    if matches!(what, What::All) {
        std::fs::write("bench/results.json", report::json(&sections)?)?;
    }
    if matches!(what, What::VaultChild { .. }) {
        return Ok(());
    }
    if cli.json {
        print!("{}", report::json(&sections)?);
    } else {
        print!("{}", report::table(&sections));
    }
    Ok(())
}

async fn run(what: What, cli: &Cli) -> Fallible<Vec<Section>> {
    let one = match what {
        What::All => return all(cli).await,
        What::Limits => limits::measure(&cli.data)?,
        What::Envelopes { messages } => delivery::envelopes(&cli.data, messages).await?,
        What::Latency => delivery::latency(&cli.data).await?,
        What::Ledger => ledger::measure(&cli.data).await?,
        What::Idle => idle::measure(&cli.data).await?,
        What::Verify => verify::measure(&cli.data).await?,
        What::Law => law::measure().await?,
        What::Vault { part } => vault::measure(&cli.data, part)?,
        What::VaultChild { what, from, store } => {
            vault::child(what, &from, &store)?;
            return Ok(Vec::new());
        }
        What::Peer => peer::measure(&cli.data).await?,
    };
    Ok(vec![one])
}

async fn all(cli: &Cli) -> Fallible<Vec<Section>> {
    let whats = [
        What::Limits,
        What::Envelopes { messages: 20_000 },
        What::Latency,
        What::Peer,
        What::Ledger,
        What::Idle,
        What::Verify,
        What::Law,
        What::Vault { part: None },
    ];
    let mut sections = vec![report::machine()];
    for what in whats {
        eprintln!("{what:?} ...");
        sections.extend(Box::pin(run(what, cli)).await?);
    }
    Ok(sections)
}
