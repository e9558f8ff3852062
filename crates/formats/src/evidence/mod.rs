//! What a court bundle says of its evidence, as [`crate::case_uco`] and [`crate::evidence_index`] take it.
//!
//! Plain data: whoever makes the bundle fills them from the vault's manifests and custody events, which have the same fields.
//! Nothing here is checked or decided.

mod custody;
mod shown;
#[cfg(test)]
pub(crate) mod tests;

pub use custody::{Act, CustodyEvent, Officer};
pub(crate) use custody::{Chain, OfferState};
pub use shown::shown;
pub(crate) use shown::{is_hidden, shown_text};

use comity_model::{AuthorityId, id::ItemId, legal::LegalBasis};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A bundle and the items in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The bundle's identifier.
    pub bundle: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The authority that made it.
    pub made_by: AuthorityId,
    /// The reference of the case or proceeding.
    pub case_reference: String,
    /// The items, in the order of the bundle; each once.
    pub items: Vec<Item>,
}

/// An item of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its identity in every vault.
    pub id: ItemId,
    /// The exhibit number.
    pub exhibit: String,
    /// Its name to the byte as it was found, which need not be UTF-8.
    pub name: Vec<u8>,
    /// Bytes of its content.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// BLAKE3 of its content.
    pub blake3: [u8; 32],
    /// Its media type (RFC 6838), such as `image/jpeg`, where it is known.
    pub media_type: Option<String>,
    /// The item of which it is a part or from which it was made.
    pub part_of: Option<PartOf>,
    /// How it was acquired.
    pub acquisition: Acquisition,
    /// Under which authority it was seized; none where it was handed over freely.
    pub seizure: Option<Seizure>,
    /// The events of custody of all authorities, in the order of time.
    pub custody: Vec<CustodyEvent>,
    /// What a check of its custody found beside gaps in numbers, open hand-overs and a missing origin, in the reader's language.
    pub notes: Vec<String>,
}

/// That an item belongs to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOf {
    /// The whole, which need not be in the bundle.
    pub item: ItemId,
    /// Which part.
    pub which: String,
}

/// The process of ISO/IEC 27037 (clause 5.4) in which an item was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Searched for, recognised and documented where it was.
    Identification,
    /// The thing itself was taken away.
    Collection,
    /// A copy of its content was made.
    Acquisition,
    /// Kept unchanged.
    Preservation,
}

/// What was copied (ISO/IEC 27037, clause 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Every sector of a medium that was switched off.
    PhysicalImage,
    /// The files of a volume or device.
    LogicalImage,
    /// Chosen files.
    FileCopy,
    /// Memory or other state of a running device.
    LiveAcquisition,
    /// What a service or network location holds.
    RemoteAcquisition,
    /// Handed over by somebody, as it is.
    HandedOver,
    /// Made from another item.
    Extraction,
}

/// How an item was acquired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquisition {
    /// The process in which.
    pub phase: Phase,
    /// What was copied.
    pub method: Method,
    /// With what.
    pub tools: Vec<Tool>,
    /// What kept the source from being written to.
    pub write_blocker: Option<String>,
    /// By whom.
    pub by: Collector,
    /// Where, in words.
    pub place: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was done.
    pub finished_at: Timestamp,
    /// From what.
    pub source: Source,
    /// What could not be read, and what else went otherwise than planned.
    pub deviations: Vec<String>,
}

/// A program or device that acquired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Settings that differ from what it does by itself.
    pub settings: BTreeMap<String, String>,
}

/// Who acquired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// In the name of which authority.
    pub authority: AuthorityId,
    /// The person by name or service number.
    pub person: String,
    /// Function or qualification.
    pub role: Option<String>,
}

/// From what an item was acquired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it is, in words.
    pub description: String,
    /// Maker.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Serial number, IMEI, or address of an account.
    pub serial: Option<String>,
    /// How it was found.
    pub condition: Option<String>,
    /// Seconds by which its clock was ahead of true time; negative where it was behind.
    pub clock_ahead_seconds: Option<i64>,
}

/// Under which authority and law an item was seized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seizure {
    /// Who ordered or allowed it.
    pub ordered_by: AuthorityId,
    /// The order, warrant or consent, by its reference.
    pub reference: String,
    /// The law of the state that acts, as its courts cite it.
    pub law: String,
    /// The international instrument, where it was done for another state.
    pub instrument: Option<LegalBasis>,
    /// When.
    pub seized_at: Timestamp,
    /// Where, in words.
    pub place: String,
}

impl Phase {
    /// The code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identification => "identification",
            Self::Collection => "collection",
            Self::Acquisition => "acquisition",
            Self::Preservation => "preservation",
        }
    }
}

impl Method {
    /// The code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PhysicalImage => "physical_image",
            Self::LogicalImage => "logical_image",
            Self::FileCopy => "file_copy",
            Self::LiveAcquisition => "live_acquisition",
            Self::RemoteAcquisition => "remote_acquisition",
            Self::HandedOver => "handed_over",
            Self::Extraction => "extraction",
        }
    }
}

/// 32 bytes as 64 lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
