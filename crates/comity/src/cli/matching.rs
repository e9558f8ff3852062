//! The words of `comity match`.

use clap::{Args, Subcommand, ValueEnum};
use comity_matching::Use;
use comity_model::{Jurisdiction, selector::SelectorKind};
use std::path::PathBuf;

/// Compares on this machine, with no access to any node.
#[derive(Debug, Subcommand)]
pub enum Match {
    /// Compare the two names in each row of a CSV file; writes each row with `score,decision`.
    Names(Names),
    /// Find rows of a CSV file that describe one person; writes `id_a,id_b,score`.
    Persons(Persons),
    /// PDQ hash and quality of JPEG and PNG files, as CSV.
    Pdq(Pdq),
    /// Digests of files; with --in, whether hash-set files have them, or pictures within a distance.
    Hashes(Hashes),
    /// Canonical forms of phones, mail addresses, accounts, documents, plates, IBANs, crypto and onion addresses, file hashes.
    Selectors(Selectors),
    /// Compare what two authorities say of each other's private queries, as their auditors exported it.
    Usage(UsageFiles),
}

/// A CSV file, and how it is written.
#[derive(Debug, Args)]
pub struct CsvFile {
    /// The CSV file, with the columns' names in its first line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub csv: PathBuf,
    /// What stands between two fields, such as `;`.
    #[arg(long, value_name = "SIGN", default_value = ",", value_parser = delimiter)]
    pub delimiter: u8,
}

/// One ASCII sign; `\t` and `tab` for a tabulator.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "\\t" | "tab") => Ok(b'\t'),
        [sign] if !matches!(sign, b'"' | b'\n' | b'\r') => Ok(*sign),
        _ => Err("give one sign, such as `,` `;` or `tab`".to_owned()),
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "The other columns are kept. A column `schema` says what bears the names: Person, or \
    Company, Organization, LegalEntity, Vessel.\nExample: comity match names --csv pairs.csv > scored.csv"
)]
pub struct Names {
    #[command(flatten)]
    pub file: CsvFile,
    /// What the decision is for; each use has its own threshold.
    #[arg(long = "use", value_enum, default_value_t = Purpose::Alert)]
    pub purpose: Purpose,
    /// The column of the one name.
    #[arg(long, value_name = "COLUMN", default_value = "name1")]
    pub one: String,
    /// The column of the other.
    #[arg(long, value_name = "COLUMN", default_value = "name2")]
    pub other: String,
    /// With a column `reasons`: how the parts of both names go together.
    #[arg(long)]
    pub explain: bool,
}

/// What a comparison is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    /// An officer looks at each hit, so some may be wrong.
    Alert,
    /// A person confirms, and nearly all should be right.
    Merge,
    /// More is shown, the surest first.
    Search,
    /// Nearly all should be right.
    Import,
}

impl From<Purpose> for Use {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Alert => Self::Alert,
            Purpose::Merge => Self::Merge,
            Purpose::Search => Self::Search,
            Purpose::Import => Self::Import,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Columns are known by their names: first and family name, date or year of birth, town, e-mail, \
    telephone and the like.\nExample: comity match persons --csv people.csv > duplicates.csv"
)]
pub struct Persons {
    #[command(flatten)]
    pub file: CsvFile,
    /// The column that names a row; `id`, `unique_id` or `rec_id` when not given, else the rows are counted from 0.
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// All pairs that were compared, not only those above the threshold.
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct Pdq {
    /// JPEG and PNG files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// All eight turned and mirrored variants, a line each.
    #[arg(long)]
    pub variants: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  comity match hashes photo.jpg\n  comity match hashes photo.jpg --in known.csv\n  \
    comity match hashes --hash md5:900150983cd24fb0d6963f7d28e17f72 --in known.csv --json"
)]
pub struct Hashes {
    /// Files: any kind for digests; of JPEG and PNG files the PDQ hashes too when hash sets are searched.
    #[arg(required_unless_present_any = ["hashes", "list"])]
    pub files: Vec<PathBuf>,
    /// A hash to look for: `md5:`, `sha1:`, `sha256:`, `blake3:` or `pdq:` and its digits; may be repeated. Without the word, 32 digits
    /// are MD5, 40 SHA-1 and 64 SHA-256.
    #[arg(long = "hash", value_name = "HASH", requires = "sets")]
    pub hashes: Vec<String>,
    /// A file with one such hash a line; `-` for standard input.
    #[arg(long, value_name = "FILE", requires = "sets")]
    pub list: Option<PathBuf>,
    /// A hash-set file to search: VICS JSON, CSV or a plain list; may be repeated.
    #[arg(long = "in", value_name = "SET")]
    pub sets: Vec<PathBuf>,
    /// How the hash-set files are written; known by their content when not given.
    #[arg(long, value_enum)]
    pub format: Option<SetFormat>,
    /// How many of the 256 bits of a PDQ hash may differ.
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u32).range(0..=256))]
    pub distance: u32,
    /// Pictures of a lower quality, 0 to 100, are not looked for by PDQ.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub quality: u8,
}

/// How a hash-set file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SetFormat {
    /// VICS 2.0 JSON.
    Vics,
    /// CSV, with the columns' names in its first line.
    Csv,
    /// One hash a line: 32 digits are MD5, 40 SHA-1, 64 SHA-256.
    Plain,
    /// The same, where 64 digits are BLAKE3.
    PlainBlake3,
    /// The same, where 64 digits are PDQ.
    PlainPdq,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Of a CSV file the columns `kind` and `value` are read, and `region` and `scheme` where it has them; all are \
    kept, and `canonical,checked,refused` are added.\nExit code 1 when a value was refused.\nExamples:\n  comity match \
    selectors --kind phone --region FR '01 23 45 67 89'\n  comity match selectors --csv selectors.csv"
)]
pub struct Selectors {
    /// Values.
    #[arg(conflicts_with_all = ["csv", "list"], required_unless_present_any = ["csv", "list"], requires = "kind")]
    pub values: Vec<String>,
    /// A CSV file, with the columns' names in its first line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// A file with one value a line; `-` for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "csv", requires = "kind")]
    pub list: Option<PathBuf>,
    /// What stands between two fields of the CSV file, such as `;`.
    #[arg(long, value_name = "SIGN", default_value = ",", value_parser = delimiter)]
    pub delimiter: u8,
    /// phone, email, account, document, plate, crypto_address, onion_address, file_hash or iban, for values that have no column `kind`.
    #[arg(long)]
    pub kind: Option<SelectorKind>,
    /// The state whose numbers, plates and documents are meant where a value names none.
    #[arg(long)]
    pub region: Option<Jurisdiction>,
    /// The service, document type, coin or hash algorithm that is meant where a value names none.
    #[arg(long)]
    pub scheme: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The files are what GET /matching/usage/export answers. Exit code 1 when the two differ, or a signature does not \
    hold.\nExample: comity match usage --ours fr.json --theirs es.json --registry registry.json --roots roots.json"
)]
pub struct UsageFiles {
    /// The use as our auditor exported it.
    #[arg(long, value_name = "FILE")]
    pub ours: PathBuf,
    /// The use as the other authority's auditor exported it.
    #[arg(long, value_name = "FILE")]
    pub theirs: PathBuf,
    /// The signed registry, to check both signatures.
    #[arg(long, value_name = "FILE", requires = "roots")]
    pub registry: Option<PathBuf>,
    /// The federation's root keys: `roots.json`.
    #[arg(long, value_name = "FILE", requires = "registry")]
    pub roots: Option<PathBuf>,
}
