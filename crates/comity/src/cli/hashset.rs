//! The words of `comity hashset`.

use super::{Remote, matching::SetFormat};
use clap::{Args, Subcommand};
use comity_model::id::CaseId;
use std::path::PathBuf;

/// Hash sets: checked here, and taken into use by a running node.
#[derive(Debug, Subcommand)]
pub enum Hashset {
    /// Check a hash-set file line by line and import it into a running node, where it is sealed as evidence.
    Import(Box<Import>),
    /// List the hash sets of a running node.
    List {
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit code 1 when a line is refused; nothing is imported then.\nExamples:\n  comity hashset import \
    known.csv --check\n  comity hashset import known.csv --case ... --name 'Known 2026-11' --source 'Unit 7' --scheme national \
    --marking marking.json --legal-basis '...' --reason '...' --place '...'"
)]
pub struct Import {
    /// The file: VICS 2.0 JSON, CSV with headers, or one hash a line.
    pub file: PathBuf,
    /// How it is written; known by its content when not given.
    #[arg(long, value_enum)]
    pub format: Option<SetFormat>,
    /// Only check the file; no node is asked.
    #[arg(long)]
    pub check: bool,
    #[command(flatten)]
    pub remote: Option<Remote>,
    /// The case to which it belongs.
    #[arg(long, required_unless_present = "check")]
    pub case: Option<CaseId>,
    /// What it is called.
    #[arg(long, required_unless_present = "check")]
    pub name: Option<String>,
    /// Who compiled it.
    #[arg(long, required_unless_present = "check")]
    pub source: Option<String>,
    /// The scheme of its categories.
    #[arg(long, required_unless_present = "check")]
    pub scheme: Option<String>,
    /// Its version, as its source numbers them.
    #[arg(long)]
    pub edition: Option<String>,
    /// The marking, as a JSON file: purpose, handling codes, retain_until.
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    pub marking: Option<PathBuf>,
    /// Under which law it is kept.
    #[arg(long, required_unless_present = "check")]
    pub legal_basis: Option<String>,
    /// Why it is taken in; the custody keeps it.
    #[arg(long, required_unless_present = "check")]
    pub reason: Option<String>,
    /// Where it was received, in words.
    #[arg(long, required_unless_present = "check")]
    pub place: Option<String>,
    /// The exhibit number.
    #[arg(long, value_name = "NUMBER")]
    pub exhibit: Option<String>,
}
