//! The words of the command line.

pub mod evidence;
pub mod hashset;
pub mod law;
pub mod matching;

use clap::{Args, Parser, Subcommand};
use comity_model::{AuthorityId, id::ExchangeId, id::MessageId};
use std::{net::SocketAddr, path::PathBuf};

/// Comity: authorities of different states act together on one child.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    max_term_width = 100,
    after_help = "Exit codes: 0 done; 1 what was checked does not \
    hold; 2 used wrongly; 3 not found or not reachable; 4 refused by the node; 5 failed."
)]
pub struct Cli {
    /// Print answers as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Does this command run a node?
    pub fn serves(&self) -> bool {
        matches!(self.command, Command::Serve(_))
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the directory of a new node: settings, keys, and its membership request.
    Init(Init),
    /// Run a node until it is told to stop.
    Serve(Serve),
    /// Make new signing and sealing keys for a node's authorities, and a membership.json with them.
    Rotate(Rotate),
    /// Make, change, sign and inspect a federation's registry.
    #[command(subcommand)]
    Registry(Registry),
    /// Manage the officers of a node (on the node's own machine).
    #[command(subcommand)]
    Officer(Officer),
    /// Cases of a running node.
    #[command(subcommand)]
    Case(Case),
    /// Alerts of a running node.
    #[command(subcommand)]
    Alert(Alert),
    /// What binds two states, for a need, on a day: pathways, relations, deadlines, offences.
    Law(Box<law::Law>),
    /// Evidence of a running node: take in, hand over, bundle for a court.
    #[command(subcommand)]
    Evidence(Box<evidence::Evidence>),
    /// Compare names, persons, pictures, file hashes and selectors on this machine.
    #[command(subcommand)]
    Match(Box<matching::Match>),
    /// Hash sets: check a file, import it into a running node.
    #[command(subcommand)]
    Hashset(hashset::Hashset),
    /// Export the record of an exchange from a running node.
    Export(Export),
    /// Check an exported record or a court bundle, with no access to any node.
    Verify(Verify),
    /// Run a federation on this machine and play the main job.
    Demo(Demo),
    /// Print the completion script of a shell.
    Completion {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Where a node's files are, and how its key file opens.
#[derive(Debug, Args)]
pub struct NodeDir {
    /// The node's directory.
    #[arg(long, default_value = ".")]
    pub dir: PathBuf,
    /// A file whose first line is the passphrase of the key file; else COMITY_PASSPHRASE.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    pub node: NodeDir,
    /// The node's name, such as fr.comity.example/ledger; also the origin of its ledger.
    #[arg(long)]
    pub name: String,
    /// An authority that it serves, as ID=KIND=NAME, such as FR-NCB=ncb="NCB Paris"; may be repeated.
    #[arg(long = "authority", required = true)]
    pub authorities: Vec<String>,
    /// Where officers and programs reach it.
    #[arg(long, default_value = "127.0.0.1:8440")]
    pub api: SocketAddr,
    /// Where peers reach it.
    #[arg(long, default_value = "127.0.0.1:8441")]
    pub peer: SocketAddr,
    /// The peer address as others see it, host:port; as --peer when not given.
    #[arg(long)]
    pub peer_address: Option<String>,
    /// A SQLite file, relative to the directory, or postgres://...
    #[arg(long, default_value = "node.sqlite")]
    pub database: String,
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub node: NodeDir,
}

#[derive(Debug, Subcommand)]
pub enum Registry {
    /// Make root keys and an unsigned registry without members.
    Create(RegistryCreate),
    /// Enter a node and its authorities, or their new keys, from the membership.json of `comity init` or `comity rotate`.
    AddMember {
        /// The registry draft.
        #[arg(long, default_value = "registry.draft.json")]
        draft: PathBuf,
        /// For how many days a key that is replaced still counts.
        #[arg(long, default_value_t = 7)]
        overlap_days: i64,
        /// The node's membership.json.
        membership: PathBuf,
    },
    /// Make the draft of the next version from the registry in force.
    Next(RegistryNext),
    /// Revoke a stolen signing key: nothing that arrives under it afterwards is accepted.
    RevokeKey {
        /// The registry draft.
        #[arg(long, default_value = "registry.draft.json")]
        draft: PathBuf,
        /// The authority.
        authority: AuthorityId,
        /// The key's id, or its beginning, as `registry inspect` prints it.
        key: String,
        /// From when; now when not given.
        #[arg(long)]
        at: Option<jiff::Timestamp>,
    },
    /// End a membership: the authority's keys end, what they signed still verifies.
    RetireMember {
        /// The registry draft.
        #[arg(long, default_value = "registry.draft.json")]
        draft: PathBuf,
        /// The authority.
        authority: AuthorityId,
        /// From when; now when not given.
        #[arg(long)]
        at: Option<jiff::Timestamp>,
    },
    /// Sign a draft with one root key; repeat with others until the threshold is met.
    Sign(RegistrySign),
    /// Show a signed registry or a draft, and who has signed it.
    Inspect {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct RegistryCreate {
    /// The name of the federation.
    #[arg(long)]
    pub federation: String,
    /// Real, rather than an exercise.
    #[arg(long)]
    pub live: bool,
    /// How many root keys.
    #[arg(long, default_value_t = 3)]
    pub roots: usize,
    /// How many of them must sign.
    #[arg(long, default_value_t = 2)]
    pub threshold: usize,
    /// How many witnesses must cosign a checkpoint.
    #[arg(long, default_value_t = 2)]
    pub quorum: usize,
    /// For how many days it is valid.
    #[arg(long, default_value_t = 90)]
    pub days: i64,
    /// Where the files go.
    #[arg(long, default_value = ".")]
    pub dir: PathBuf,
    /// A file whose first line is the passphrase of the root key files; else COMITY_PASSPHRASE.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RegistryNext {
    /// The registry in force, signed.
    #[arg(long, default_value = "registry.json")]
    pub registry: PathBuf,
    /// Where the draft goes.
    #[arg(long, default_value = "registry.draft.json")]
    pub draft: PathBuf,
    /// For how many days it is valid.
    #[arg(long, default_value_t = 90)]
    pub days: i64,
}

#[derive(Debug, Args)]
pub struct Rotate {
    #[command(flatten)]
    pub node: NodeDir,
    /// The authority whose keys are replaced; may be repeated, all that the node serves when not given.
    #[arg(long = "authority")]
    pub authorities: Vec<AuthorityId>,
}

#[derive(Debug, Args)]
pub struct RegistrySign {
    /// The registry draft.
    #[arg(long, default_value = "registry.draft.json")]
    pub draft: PathBuf,
    /// The root key file.
    #[arg(long)]
    pub root: PathBuf,
    /// The registry in force, whose root keys sign too where this draft replaces some.
    #[arg(long)]
    pub previous: Option<PathBuf>,
    /// The signed registry, which gets this signature too if it is of the same draft.
    #[arg(long, default_value = "registry.json")]
    pub out: PathBuf,
    /// A file whose first line is the passphrase of the root key file; else COMITY_PASSPHRASE.
    #[arg(long)]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Officer {
    /// Enter an officer; the password is the first line of --password-file, else COMITY_PASSWORD.
    Add(OfficerAdd),
    /// List the officers.
    List {
        #[command(flatten)]
        node: NodeDir,
    },
}

#[derive(Debug, Args)]
pub struct OfficerAdd {
    #[command(flatten)]
    pub node: NodeDir,
    /// The name to sign in with.
    #[arg(long)]
    pub name: String,
    /// The name to show.
    #[arg(long)]
    pub display_name: Option<String>,
    /// officer, releasing_officer, administrator or auditor.
    #[arg(long)]
    pub role: String,
    /// The authority in whose name the officer acts.
    #[arg(long)]
    pub authority: AuthorityId,
    /// A file whose first line is the password; else COMITY_PASSWORD.
    #[arg(long)]
    pub password_file: Option<PathBuf>,
}

/// Which node to speak to, and as whom.
#[derive(Debug, Args)]
pub struct Remote {
    /// The node's address.
    #[arg(long, env = "COMITY_NODE", default_value = "http://127.0.0.1:8440")]
    pub node: String,
    /// The officer's name.
    #[arg(long, env = "COMITY_OFFICER")]
    pub officer: String,
    /// A file whose first line is the officer's password; else COMITY_PASSWORD.
    #[arg(long)]
    pub password_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Case {
    /// Open a case from a report: INTERPOL yellow notice JSON, CAP 1.2, or Comity's own JSON.
    Import {
        #[command(flatten)]
        remote: Remote,
        /// auto, yellow, cap or comity.
        #[arg(long, default_value = "auto")]
        format: String,
        /// The report.
        file: PathBuf,
    },
    /// List the cases.
    List {
        #[command(flatten)]
        remote: Remote,
    },
}

#[derive(Debug, Subcommand)]
pub enum Alert {
    /// Raise an alert from a case; the request is a JSON file as the API takes it.
    Raise {
        #[command(flatten)]
        remote: Remote,
        /// The case.
        case: String,
        /// The request: recipients, headline, marking, legal basis.
        request: PathBuf,
    },
    /// Release an alert that another officer raised.
    Release {
        #[command(flatten)]
        remote: Remote,
        /// The alert.
        alert: MessageId,
        /// Release alone, in an emergency, for this reason; it is recorded.
        #[arg(long)]
        emergency: Option<String>,
    },
    /// Cancel an alert.
    Cancel {
        #[command(flatten)]
        remote: Remote,
        /// The alert.
        alert: MessageId,
        /// child_found, raised_in_error or no_longer_needed.
        #[arg(long)]
        reason: String,
        /// What else the receivers should know; no names.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// List the alerts, with where each recipient's copy stands.
    List {
        #[command(flatten)]
        remote: Remote,
    },
    /// Show one alert.
    Show {
        #[command(flatten)]
        remote: Remote,
        /// The alert.
        alert: MessageId,
    },
}

#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    pub remote: Remote,
    /// The exchange.
    pub exchange: ExchangeId,
    /// Where the record goes.
    #[arg(long, short)]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Verify {
    #[command(subcommand)]
    pub kind: Option<evidence::VerifyKind>,
    /// The record.
    #[arg(required = true)]
    pub record: Option<PathBuf>,
    /// The root keys, from a source other than the record: the roots.json of the federation.
    #[arg(long)]
    pub roots: Option<PathBuf>,
    /// Write every part into this directory, in the formats that other tools check.
    #[arg(long)]
    pub extract: Option<PathBuf>,
    /// Say every step, not the sum of them.
    #[arg(long)]
    pub steps: bool,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Assert each step, print one line a step, stop the nodes and exit 0 or 1.
    #[arg(long)]
    pub check: bool,
    /// Where the nodes live; made anew each time.
    #[arg(long, default_value = "demo-data")]
    pub dir: PathBuf,
    /// The first of the ports; eight are used. 0 looks for free ones.
    #[arg(long, default_value_t = 8440)]
    pub port: u16,
}
