//! The words of `comity hashset`.

use super::{Remote, matching::SetFormat};
use clap::{Args, Subcommand};
use comity_model::id::{CaseId, ItemId};
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
    /// Show a hash set: what it is, how many hashes of which kind and category, its marking.
    Show(OneSet),
    /// Ask the hash sets of a running node for hashes, and for pictures like given ones. What is found is a lead, and no proof.
    Search(Box<Search>),
    /// Take an item of the vault into use as a hash set, such as one that another authority handed over.
    Load(Box<Load>),
    /// Take a hash set out of use, for good; the item of evidence stays in the vault.
    Withdraw {
        #[command(flatten)]
        one: OneSet,
        /// Why; it stays on record.
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct OneSet {
    #[command(flatten)]
    pub remote: Remote,
    /// The hash set: the identifier of its item of evidence.
    pub set: ItemId,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Files stay on this machine: only their hashes are sent. The node records the search with its reason, and not the \
    hashes.\nExit code 1 when a set that was to be searched was not.\nExamples:\n  comity hashset search photo.jpg --reason 'seized \
    disk, exhibit 7'\n  comity hashset search --list hashes.txt --set 0190... --reason '...' --json"
)]
pub struct Search {
    #[command(flatten)]
    pub remote: Remote,
    /// Files: any kind for digests; JPEG and PNG files by PDQ too.
    #[arg(required_unless_present_any = ["hashes", "list"])]
    pub files: Vec<PathBuf>,
    /// A hash: `md5:`, `sha1:`, `sha256:`, `blake3:` or `pdq:` and its digits; may be repeated. Without the word, 32 digits are MD5, 40
    /// SHA-1 and 64 SHA-256.
    #[arg(long = "hash", value_name = "HASH")]
    pub hashes: Vec<String>,
    /// A file with one such hash a line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// How many of the 256 bits of a PDQ hash may differ.
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(0..=31))]
    pub distance: u32,
    /// Pictures of a lower quality, 0 to 100, are not looked for by PDQ.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub quality: u8,
    /// Only this set; may be repeated.
    #[arg(long = "set", value_name = "SET")]
    pub sets: Vec<ItemId>,
    /// The case for which it is asked.
    #[arg(long)]
    pub case: Option<CaseId>,
    /// Why it is asked; it stays on record.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "What the item says of itself need not be said again, and the marking under which another authority gave it stays."
)]
pub struct Load {
    #[command(flatten)]
    pub remote: Remote,
    /// The item of evidence.
    pub item: ItemId,
    /// What it is called.
    #[arg(long)]
    pub name: Option<String>,
    /// Who compiled it.
    #[arg(long)]
    pub source: Option<String>,
    /// The scheme of its categories.
    #[arg(long)]
    pub scheme: Option<String>,
    /// Its version, as its source numbers them.
    #[arg(long)]
    pub edition: Option<String>,
    /// How it is written.
    #[arg(long, value_enum)]
    pub format: Option<SetFormat>,
    /// The marking, as a JSON file, of an item that came with none.
    #[arg(long, value_name = "FILE")]
    pub marking: Option<PathBuf>,
    /// Under which law it is kept.
    #[arg(long)]
    pub legal_basis: String,
    /// Why it is taken into use; the custody keeps it.
    #[arg(long)]
    pub reason: String,
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
