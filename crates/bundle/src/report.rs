//! What a check of a bundle found, for people and for programs.

use std::fmt;

use comity_model::AuthorityId;
use jiff::Timestamp;
use serde::Serialize;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The bundle is not what its makers signed, or something in it is not proved that claims to be.
    Fault,
    /// The bundle is genuine, and shows a break in the chain of custody.
    Break,
    /// Nothing is wrong, but a reader should know.
    Note,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The file or folder, as a path in the bundle; empty where it is the bundle as a whole.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl Finding {
    pub(crate) fn new(severity: Severity, path: impl Into<String>, what: impl ToString) -> Self {
        Self { severity, path: path.into(), what: what.to_string() }
    }

    pub(crate) fn fault(path: impl Into<String>, what: impl ToString) -> Self {
        Self::new(Severity::Fault, path, what)
    }

    pub(crate) fn broken(path: impl Into<String>, what: impl ToString) -> Self {
        Self::new(Severity::Break, path, what)
    }

    pub(crate) fn note(path: impl Into<String>, what: impl ToString) -> Self {
        Self::new(Severity::Note, path, what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Fault => "FAULT",
            Severity::Break => "BREAK",
            Severity::Note => "note",
        };
        let path = if self.path.is_empty() { "the bundle" } else { &self.path };
        // Names and texts are a stranger's: no control characters reach a terminal.
        let safe = |text: &str| {
            text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect::<String>()
        };
        write!(out, "{word} {}: {}", safe(path), safe(&self.what))
    }
}

/// How much was checked, and held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Files whose hash is the one that was signed.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Registries that their roots signed.
    pub registries: usize,
    /// Items whose manifest is sound.
    pub items: usize,
    /// Items whose content is in the bundle and has the hashes of its manifest.
    pub contents: usize,
    /// Custody events that their authority signed.
    pub events: usize,
    /// Of these, proved to be in a ledger that witnesses cosigned.
    pub proofs: usize,
    /// Checkpoints that their ledger signed and the quorum cosigned.
    pub checkpoints: usize,
    /// Receipts that hold.
    pub receipts: usize,
    /// Records of exchanges that hold.
    pub exchanges: usize,
    /// Timestamps that hold.
    pub timestamps: usize,
}

/// A timestamp that holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StampSeen {
    /// The file that it is of.
    pub of: String,
    /// The time, by the clock of the time-stamping authority.
    pub time: Timestamp,
    /// That authority, as its certificate names it.
    pub authority: String,
    /// Whether its root was among those that were given to the check, and not only in the bundle.
    pub is_trusted: bool,
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The authority that signed the bundle.
    pub made_by: Option<AuthorityId>,
    /// When, by its clock.
    pub made_at: Option<Timestamp>,
    /// The maker's reference of the case.
    pub case: Option<String>,
    /// SHA-256 over the root keys of the first registry: to be compared with a copy from elsewhere.
    pub roots: String,
    /// Were the root keys given, rather than taken from the bundle itself?
    pub is_anchored: bool,
    /// How much was checked.
    pub counts: Counts,
    /// Witnesses that cosigned checkpoints.
    pub witnesses: Vec<String>,
    /// Timestamps that hold.
    pub timestamps: Vec<StampSeen>,
    /// What was found, the gravest first, then by path.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Does everything hold, the chain of custody included?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.count(Severity::Fault) == 0 && self.count(Severity::Break) == 0
    }

    /// Is the bundle what its makers signed, whatever its chain of custody shows?
    #[must_use]
    pub fn is_genuine(&self) -> bool {
        self.count(Severity::Fault) == 0
    }

    /// How many findings there are of one weight.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    pub(crate) fn finish(mut self) -> Self {
        self.findings.sort();
        self.findings.dedup();
        self.witnesses.sort();
        self.witnesses.dedup();
        self.timestamps.sort();
        self
    }

    fn verdict(&self) -> &'static str {
        match (self.is_genuine(), self.holds(), self.is_anchored) {
            (false, ..) => "the bundle does not hold",
            (_, false, _) => "the bundle is genuine, and shows a break in the chain of custody",
            (.., false) => "everything holds, if the root keys are the right ones",
            (.., true) => "everything holds",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.made_by.as_ref().map_or("nobody whose signature holds", AuthorityId::as_str);
        let at = self.made_at.map(|at| format!(" at {at}")).unwrap_or_default();
        writeln!(out, "court bundle made by {by}{at}")?;
        let Counts { files, bytes, items, contents, events, proofs, .. } = self.counts;
        writeln!(out, "{files} files of {bytes} bytes are as they were signed")?;
        writeln!(
            out,
            "{items} items, {contents} with content; {events} custody events, {proofs} proved in ledgers"
        )?;
        let Counts { registries, checkpoints, receipts, exchanges, .. } = self.counts;
        writeln!(
            out,
            "{registries} registries, {checkpoints} checkpoints, {receipts} receipts, {exchanges} exchanges"
        )?;
        let nobody = if self.witnesses.is_empty() { "nobody".to_owned() } else { self.witnesses.join(", ") };
        writeln!(out, "cosigned by {nobody}")?;
        for stamp in &self.timestamps {
            let trusted = if stamp.is_trusted { "" } else { " (root certificate only from the bundle)" };
            writeln!(out, "timestamp {} of {} by {}{trusted}", stamp.time, stamp.of, stamp.authority)?;
        }
        let trust = if self.is_anchored {
            "as given"
        } else {
            "NOT CHECKED: compare them with a copy from elsewhere"
        };
        writeln!(out, "root keys {} ({trust})", self.roots)?;
        self.findings.iter().try_for_each(|finding| writeln!(out, "{finding}"))?;
        write!(out, "{}", self.verdict())
    }
}
