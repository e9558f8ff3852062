//! The words of `comity evidence`, and of `comity verify bundle`.

use super::Remote;
use clap::{Args, Subcommand, ValueEnum};
use comity_law::{Instrument, Language};
use comity_model::{
    AuthorityId, Jurisdiction,
    id::{CaseId, ExchangeId, ItemId, MessageId},
};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Take files and folders in; the same command goes on where it was interrupted.
    Add(Add),
    /// Print a description file to fill in.
    Template,
    /// List the items.
    List {
        #[command(flatten)]
        remote: Remote,
        /// Those of this case only.
        #[arg(long)]
        case: Option<CaseId>,
    },
    /// List the uploads that are not finished.
    Uploads {
        #[command(flatten)]
        remote: Remote,
    },
    /// Show an item: hashes, acquisition, seizure, custody.
    Show(OneItem),
    /// Show the chain of custody of an item, with its gaps.
    Custody(OneItem),
    /// Record what was done with an item outside of this program.
    Record(Record),
    /// Have the node read an item as a whole and compare it with its manifest.
    Verify(OneItem),
    /// Copy an item's content into a file; it is recorded in its custody.
    Get(Get),
    /// Offer an item to another authority.
    Offer(Box<Offer>),
    /// List offers, those that came in and those that went out.
    Offers {
        #[command(flatten)]
        remote: Remote,
        /// incoming or outgoing; both when not given.
        #[arg(long, value_enum)]
        direction: Option<Direction>,
        /// open, fetching, accepted, declined, withdrawn or failed; all when not given.
        #[arg(long)]
        state: Option<String>,
    },
    /// Accept an offer into a case; the node fetches the content.
    Accept {
        #[command(flatten)]
        remote: Remote,
        /// The offer.
        message: MessageId,
        /// The case it is for.
        #[arg(long)]
        case: CaseId,
        /// Why it is taken.
        #[arg(long)]
        reason: String,
        /// Wait until everything is fetched.
        #[arg(long)]
        wait: bool,
    },
    /// Decline an offer.
    Decline(Answer),
    /// Take back an offer that was not accepted yet.
    Withdraw(Answer),
    /// What a court of another state will ask of an item, and what meets it.
    Admissibility(Admissibility),
    /// Make a court bundle of items, or of a case.
    Bundle(Bundle),
    /// Give an item back, or destroy it; by another officer than who took it in.
    Dispose(Dispose),
    /// How the vault stands.
    Vault {
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    pub remote: Remote,
    /// Files and folders; links within folders are not followed, special files are skipped and named.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The case.
    #[arg(long)]
    pub case: CaseId,
    /// How they were acquired: TOML or JSON, as `comity evidence template` prints it.
    #[arg(long, value_name = "FILE")]
    pub description: PathBuf,
    /// The exhibit number; several files become NUMBER/1, NUMBER/2, ... in the order of their names. Else the description's.
    #[arg(long, value_name = "NUMBER")]
    pub exhibit: Option<String>,
    /// Why they are taken in; else the description's.
    #[arg(long)]
    pub reason: Option<String>,
    /// How many are hashed and sent at a time.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub jobs: u8,
}

/// One item of a node.
#[derive(Debug, Args)]
pub struct OneItem {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
}

#[derive(Debug, Args)]
pub struct Record {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
    /// What was done.
    #[arg(long, value_enum)]
    pub act: RecordedAct,
    /// By which method and with which report, for `examined`.
    #[arg(long, required_if_eq("act", "examined"))]
    pub how: Option<String>,
    /// Onto what, for `copied`.
    #[arg(long, required_if_eq("act", "copied"))]
    pub onto: Option<String>,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Under which authority or law.
    #[arg(long)]
    pub basis: Option<String>,
    /// Where, in words.
    #[arg(long)]
    pub place: Option<String>,
}

/// What an officer records by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordedAct {
    /// The content was opened.
    Opened,
    /// A copy was made.
    Copied,
    /// The content was examined.
    Examined,
}

#[derive(Debug, Args)]
pub struct Get {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
    /// The file to write, or a folder in which it gets a harmless form of its own name; nothing is written over.
    #[arg(long)]
    pub to: PathBuf,
    /// Why it is copied; the custody keeps it.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Offer {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
    /// The authority that is to have it.
    #[arg(long)]
    pub to: AuthorityId,
    /// Keep no copy, once it is accepted.
    #[arg(long)]
    pub give_away: bool,
    /// Why it is handed over; the custody keeps it.
    #[arg(long)]
    pub reason: String,
    /// What the receiver should know.
    #[arg(long, default_value = "")]
    pub note: String,
    /// The marking, as a JSON file: purpose, handling codes, retain_until.
    #[arg(long, value_name = "FILE")]
    pub marking: PathBuf,
    /// The legal basis, as a JSON file.
    #[arg(long, value_name = "FILE")]
    pub legal_basis: PathBuf,
    /// How urgent, as alerts say it.
    #[arg(long)]
    pub urgency: Option<String>,
    /// The exchange to which it belongs; a new one when not given.
    #[arg(long)]
    pub exchange: Option<ExchangeId>,
}

/// Which way an offer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Direction {
    /// It came in.
    Incoming,
    /// It went out.
    Outgoing,
}

#[derive(Debug, Args)]
pub struct Answer {
    #[command(flatten)]
    pub remote: Remote,
    /// The offer.
    pub message: MessageId,
    /// Why.
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct Admissibility {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
    /// The state whose court is to take it.
    #[arg(long)]
    pub to: Jurisdiction,
    /// The instrument; the usable ones when not given.
    #[arg(long)]
    pub instrument: Option<Instrument>,
    /// What for, as a marking writes it.
    #[arg(long)]
    pub purpose: Option<String>,
    /// The authority that is to receive it, where it is known.
    #[arg(long)]
    pub receiver: Option<AuthorityId>,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Write it as a memo into this PDF file.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Bundle {
    #[command(flatten)]
    pub remote: Remote,
    /// The items.
    #[arg(required_unless_present = "case")]
    pub items: Vec<ItemId>,
    /// All items of this case.
    #[arg(long, conflicts_with = "items")]
    pub case: Option<CaseId>,
    /// A folder to make, or an archive whose name ends with .tar; nothing is written over.
    #[arg(long, value_name = "DIR|FILE.tar")]
    pub to: PathBuf,
    /// With the contents; without, the court gets their hashes only.
    #[arg(long)]
    pub contents: bool,
    /// Of the index: en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Why it is made; the custody keeps it.
    #[arg(long)]
    pub reason: String,
    /// For whom it is made, such as the court; in words.
    #[arg(long, value_name = "WHOM")]
    pub made_for: Option<String>,
    /// The state whose court it is for: the checklist of what that court will ask goes into it.
    #[arg(long, value_name = "STATE")]
    pub court: Option<Jurisdiction>,
    /// The instrument of that checklist.
    #[arg(long, requires = "court")]
    pub instrument: Option<Instrument>,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub struct Dispose {
    #[command(flatten)]
    pub remote: Remote,
    /// The item.
    pub item: ItemId,
    /// It was given back to this person or authority.
    #[arg(long, value_name = "WHOM", group = "what")]
    pub returned_to: Option<String>,
    /// It is destroyed: how, and what proves it.
    #[arg(long, value_name = "HOW", group = "what")]
    pub destroyed: Option<String>,
    /// Show the proof that it was disposed of.
    #[arg(long, group = "what")]
    pub proof: bool,
    /// Why.
    #[arg(long, required_unless_present = "proof")]
    pub reason: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum VerifyKind {
    /// Check a court bundle, with no access to any node.
    Bundle(VerifyBundle),
}

#[derive(Debug, Args)]
pub struct VerifyBundle {
    /// The bundle: a folder, or an archive of one.
    pub path: PathBuf,
    /// The root keys, from a source other than the bundle: the roots.json of the federation.
    #[arg(long, visible_alias = "root")]
    pub roots: Option<PathBuf>,
    /// A root certificate of a time-stamping authority, PEM or DER; may be repeated.
    #[arg(long = "tsa-anchor", value_name = "FILE")]
    pub tsa_anchors: Vec<PathBuf>,
}
