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
    pub into: Into,
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

/// The node into which a set is imported, and as whom; nothing of it is needed for a check.
#[derive(Debug, Args)]
pub struct Into {
    /// The node's address.
    #[arg(long, env = "COMITY_NODE", default_value = "http://127.0.0.1:8440")]
    node: String,
    /// The officer's name.
    #[arg(long, env = "COMITY_OFFICER", required_unless_present = "check")]
    officer: Option<String>,
    /// A file whose first line is the officer's password; else COMITY_PASSWORD.
    #[arg(long)]
    password_file: Option<PathBuf>,
}

impl Into {
    /// The node, where an officer is named.
    pub fn remote(&self) -> Option<Remote> {
        let officer = self.officer.clone()?;
        Some(Remote { node: self.node.clone(), officer, password_file: self.password_file.clone() })
    }
}
