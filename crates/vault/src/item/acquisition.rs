//! How an item came to be: seizure, and identification, collection, acquisition and preservation in the terms of ISO/IEC 27037.
//! Sealed in the manifest, since it names people and places.

use std::collections::BTreeMap;

use comity_model::AuthorityId;
use comity_model::legal::LegalBasis;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ItemId;

/// The process of ISO/IEC 27037 (clause 5.4) in which the item was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Searched for, recognised and documented where it was.
    Identification,
    /// The thing itself was taken away.
    Collection,
    /// A copy of its content was made.
    Acquisition,
    /// Kept unchanged; for items that only document that.
    Preservation,
}

/// What was copied, as ISO/IEC 27037 (clause 7) tells cases apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every sector of a medium that was switched off.
    PhysicalImage,
    /// The files of a volume or device, without what is deleted.
    LogicalImage,
    /// Chosen files.
    FileCopy,
    /// Memory or other state of a running device.
    LiveAcquisition,
    /// What a service or network location holds.
    RemoteAcquisition,
    /// Handed over by somebody, as it is.
    HandedOver,
    /// Made from another item, see [`Exhibit::part_of`].
    Extraction,
}

/// A program or device that acquired, with what is needed to repeat it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// Name of the program or device.
    pub name: String,
    /// Version, with the build where there is one.
    pub version: String,
    /// Settings that differ from what it does by itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
}

/// Who acquired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collector {
    /// The authority in whose name.
    pub authority: AuthorityId,
    /// The person by name or service number, as the authority's practice is.
    pub person: String,
    /// Function or qualification, such as `digital evidence specialist`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// From what it was acquired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is, in words.
    pub description: String,
    /// Maker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Serial number, IMEI, or address of an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// How it was found: switched on or off, locked, damaged, connected to what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// How many seconds its clock was ahead of true time; negative where it was behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ahead_seconds: Option<i64>,
}

/// The description of an acquisition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acquisition {
    /// The process in which.
    pub phase: Phase,
    /// What was copied.
    pub method: Method,
    /// With what; none where nothing but hands was used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// What kept the source from being written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_blocker: Option<String>,
    /// By whom.
    pub by: Collector,
    /// Where, in words.
    pub place: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was done; not before it began.
    pub finished_at: Timestamp,
    /// From what.
    pub source: Source,
    /// What could not be read, and what else went otherwise than planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<String>,
}

/// Under which authority and law it was seized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seizure {
    /// Who ordered or allowed it.
    pub ordered_by: AuthorityId,
    /// The order, warrant or consent, by its reference.
    pub reference: String,
    /// The law of the state that acts, as its courts cite it.
    pub law: String,
    /// The international instrument, where it was done for another state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<LegalBasis>,
    /// When it was seized.
    pub seized_at: Timestamp,
    /// Where, in words.
    pub place: String,
}

/// How the item is called in the proceedings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// The exhibit number, as the authority that seized it gave it.
    pub number: String,
    /// The item of which it is a part or from which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<PartOf>,
}

/// That an item belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOf {
    /// The whole.
    pub item: ItemId,
    /// Which part, such as a partition or a path inside.
    pub which: String,
}

impl Acquisition {
    /// What is missing or contradicts itself, by field.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let empty = |text: &str| text.trim().is_empty();
        let tool = |tool: &Tool| empty(&tool.name) || empty(&tool.version);
        match self {
            _ if empty(&self.by.person) => Some("acquisition.by.person"),
            _ if empty(&self.place) => Some("acquisition.place"),
            _ if empty(&self.source.description) => Some("acquisition.source.description"),
            _ if self.finished_at < self.started_at => Some("acquisition.finished_at"),
            _ if self.tools.iter().any(tool) => Some("acquisition.tools"),
            _ => None,
        }
    }
}

impl Seizure {
    pub(super) fn fault(&self) -> Option<&'static str> {
        let empty = |text: &str| text.trim().is_empty();
        match self {
            _ if empty(&self.reference) => Some("seizure.reference"),
            _ if empty(&self.law) => Some("seizure.law"),
            _ => None,
        }
    }
}
