//! The words of `comity law`.

use super::{NodeDir, Remote};
use clap::{Args, Subcommand, ValueEnum};
use comity_law::{Instrument, Language, Need, Place};
use comity_model::{AuthorityId, Jurisdiction};
use jiff::civil::Date;
use std::path::PathBuf;

/// What binds two states, for a need, on a day.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Example: comity law FR MA --need return --event 2024-05-01 --child-born 2012-03-09"
)]
pub struct Law {
    #[command(subcommand)]
    pub command: Option<LawCommand>,
    #[command(flatten)]
    pub ask: Ask,
}

/// Which data an answer rests on.
#[derive(Debug, Args, Default)]
pub struct Data {
    /// A data set to lay over the shipped tables (signed or not); may be repeated, the oldest first.
    #[arg(long = "set", value_name = "FILE")]
    pub sets: Vec<PathBuf>,
    /// Answer as it was known at the end of this day: without the data sets dated later.
    #[arg(long, value_name = "DAY")]
    pub as_known_on: Option<Date>,
}

/// A question for pathways.
#[derive(Debug, Args)]
pub struct Ask {
    /// The requesting state, such as FR, HK or CA-AB.
    #[arg(required = true)]
    pub from: Option<Place>,
    /// The requested state.
    #[arg(required = true)]
    pub to: Option<Place>,
    /// return, access, enforcement, transfer, evidence, preservation, extradition, team, police or notice.
    #[arg(long, required = true)]
    pub need: Option<Need>,
    /// The day of the removal, retention or offence.
    #[arg(long)]
    pub event: Option<Date>,
    /// The day for which the answer is wanted; today when not given.
    #[arg(long)]
    pub on: Option<Date>,
    /// The child's day of birth.
    #[arg(long)]
    pub child_born: Option<Date>,
    /// The offence by concept, such as C08; `comity law offences` lists them.
    #[arg(long)]
    pub offence: Option<String>,
    /// There is an enforceable decision on custody.
    #[arg(long)]
    pub decision: bool,
    /// The evidence is electronic and held by a provider.
    #[arg(long)]
    pub electronic: bool,
    /// Life or limb is at imminent risk.
    #[arg(long)]
    pub emergency: bool,
    /// The highest penalty for the offence, in years.
    #[arg(long)]
    pub penalty: Option<u8>,
    /// Something that happened, as EVENT=DAY or EVENT=INSTANT; may be repeated.
    #[arg(long = "at", value_name = "EVENT=WHEN")]
    pub at: Vec<String>,
    /// The IANA zone of the authority that is bound, where its state has several.
    #[arg(long)]
    pub zone: Option<String>,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    /// Write the answer as a memo of one page into this PDF file.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Subcommand)]
pub enum LawCommand {
    /// Does an instrument bind two states on a day?
    Relation(RelationAsk),
    /// The relations of an instrument, all states by all, or of one state.
    Matrix(MatrixAsk),
    /// The deadlines of an instrument for what happened, and who is late.
    Deadlines(DeadlinesAsk),
    /// Offences by concept: where each instrument defines them; with two states, dual criminality.
    Offences(OffencesAsk),
    /// Does the law carry what a message claims?
    Check(CheckAsk),
    /// Make a signed data set from a directory of tables, with the key of an authority of this node.
    Sign(SignSet),
    /// What a data set would change, against the shipped tables; nothing is loaded.
    Preview {
        /// The data set.
        set: PathBuf,
        /// The day on which answers are compared; today when not given.
        #[arg(long)]
        on: Option<Date>,
        #[command(flatten)]
        data: Data,
    },
    /// Load a signed data set into a running node, after showing what it would change.
    Import {
        #[command(flatten)]
        remote: Remote,
        /// The signed data set.
        set: PathBuf,
        /// Load it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Withdraw a data set from a running node; answers return to what they were.
    Withdraw {
        #[command(flatten)]
        remote: Remote,
        /// The data set's name.
        id: String,
    },
    /// The data sets of a running node.
    Sets {
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Args)]
pub struct RelationAsk {
    /// The instrument, such as HAGUE_1980.
    #[arg(required_unless_present = "stdin")]
    pub instrument: Option<Instrument>,
    /// One state.
    #[arg(required_unless_present = "stdin")]
    pub one: Option<Place>,
    /// The other.
    #[arg(required_unless_present = "stdin")]
    pub other: Option<Place>,
    /// The day; today when not given.
    #[arg(long)]
    pub on: Option<Date>,
    /// Take questions as JSON lines from standard input and answer each with a line:
    /// {"instrument":"HAGUE_1980","from":"FR","to":"MA","on":"2024-05-01"}.
    #[arg(long, conflicts_with_all = ["instrument", "one", "other"])]
    pub stdin: bool,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    #[command(flatten)]
    pub data: Data,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people.
    Text,
    /// One line for each pair.
    Csv,
    /// JSON.
    Json,
}

#[derive(Debug, Args)]
pub struct MatrixAsk {
    /// The instrument.
    pub instrument: Instrument,
    /// The day; today when not given.
    #[arg(long)]
    pub on: Option<Date>,
    /// Only the relations of this state.
    #[arg(long)]
    pub of: Option<Jurisdiction>,
    /// Also pairs whose relation is unknown, in CSV and JSON.
    #[arg(long)]
    pub all: bool,
    /// text, csv or json.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The file to write; standard output when not given.
    #[arg(long, short)]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct DeadlinesAsk {
    /// The requesting state.
    #[arg(required_unless_present = "triggers")]
    pub from: Option<Place>,
    /// The requested state.
    #[arg(required_unless_present = "triggers")]
    pub to: Option<Place>,
    /// Only those of this instrument.
    #[arg(long)]
    pub instrument: Option<Instrument>,
    /// Something that happened, as EVENT=DAY or EVENT=INSTANT; may be repeated. `--triggers` lists the events.
    #[arg(long = "at", value_name = "EVENT=WHEN")]
    pub at: Vec<String>,
    /// The IANA zone of the authority that is bound, where its state has several.
    #[arg(long)]
    pub zone: Option<String>,
    /// The instant at which to say how each stands; now when not given.
    #[arg(long)]
    pub now: Option<jiff::Timestamp>,
    /// Only what is late.
    #[arg(long)]
    pub late: bool,
    /// List the events that start a deadline instead.
    #[arg(long)]
    pub triggers: bool,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct OffencesAsk {
    /// One concept, such as C08.
    pub concept: Option<String>,
    /// For dual criminality: the requesting state.
    #[arg(long, requires_all = ["to", "concept"])]
    pub from: Option<Place>,
    /// The requested state.
    #[arg(long, requires = "from")]
    pub to: Option<Place>,
    /// The day; today when not given.
    #[arg(long)]
    pub on: Option<Date>,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct CheckAsk {
    /// The instrument as the message writes it.
    pub instrument: String,
    /// The article.
    pub article: String,
    /// The sender's state.
    #[arg(long)]
    pub from: Place,
    /// A receiver's state; may be repeated.
    #[arg(long, required = true)]
    pub to: Vec<Place>,
    /// The message's kind, such as alert or information.
    #[arg(long, default_value = "information")]
    pub kind: String,
    /// The purpose on its marking.
    #[arg(long, default_value = "")]
    pub purpose: String,
    /// The day; today when not given.
    #[arg(long)]
    pub on: Option<Date>,
    /// The day of the event.
    #[arg(long)]
    pub event: Option<Date>,
    /// The child's day of birth.
    #[arg(long)]
    pub child_born: Option<Date>,
    /// The offence by concept.
    #[arg(long)]
    pub offence: Option<String>,
    /// en, fr, es or ar.
    #[arg(long, default_value = "en")]
    pub language: Language,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct SignSet {
    #[command(flatten)]
    pub node: NodeDir,
    /// The directory with the tables, one CSV a table, named as the shipped ones.
    pub tables: PathBuf,
    /// The name of the data set: lower-case letters, digits and hyphens.
    #[arg(long)]
    pub id: String,
    /// The date for which it was put together.
    #[arg(long)]
    pub dated: Date,
    /// What it is, for people.
    #[arg(long, default_value = "")]
    pub title: String,
    /// The authority that signs.
    #[arg(long)]
    pub authority: AuthorityId,
    /// Where the signed data set goes.
    #[arg(long, short)]
    pub out: PathBuf,
}
