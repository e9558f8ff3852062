//! What the vault knows of an item, as the node fills it in. Everything may be missing: what is missing meets nothing.

use comity_model::marking::{HandlingCode, Purpose};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an item and of the matter in which it goes. A text of nothing but spaces counts as missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// How it came to be.
    pub acquisition: Option<Acquisition>,
    /// Under whose order and which law.
    pub seizure: Option<Seizure>,
    /// The exhibit number.
    pub exhibit_number: Option<String>,
    /// Its hashes.
    pub hashes: Option<Hashes>,
    /// What a reader of its chain of custody finds.
    pub custody: Option<Custody>,
    /// Its examinations (ISO/IEC 27042).
    pub examinations: Option<Examinations>,
    /// How many RFC 3161 timestamps cover it; `None` where nobody looked.
    pub timestamps: Option<u32>,
    /// How many other nodes cosigned the checkpoint that covers its custody; `None` where nobody looked.
    pub cosignatures: Option<u32>,
    /// The conditions under which it was given.
    pub marking: Option<Caveats>,
    /// Languages of its description and of what the receiver reads.
    pub languages: Languages,
    /// The request or application that it answers or belongs to.
    pub request: Option<Request>,
    /// Documents kept with it, each by a reference, such as an exhibit number.
    pub documents: BTreeMap<DocumentKind, String>,
}

/// How an item came to be, in the terms of ISO/IEC 27037.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Acquisition {
    /// The process, such as `collection`.
    pub phase: Option<String>,
    /// What was copied.
    pub method: Option<Method>,
    /// With what.
    pub tools: Vec<Tool>,
    /// By whom.
    pub who: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// The day on which it ended.
    pub finished_on: Option<Date>,
    /// From what.
    pub source: Option<String>,
    /// What kept the original from being written to.
    pub write_blocker: Option<String>,
    /// What could not be read, and what else went otherwise than planned.
    pub deviations: Vec<String>,
    /// How many seconds the source's clock was ahead of true time.
    pub clock_ahead_seconds: Option<i64>,
}

/// What was copied, by the codes of the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every sector of a medium that was switched off.
    PhysicalImage,
    /// The files of a volume or device.
    LogicalImage,
    /// Chosen files.
    FileCopy,
    /// State of a running device.
    LiveAcquisition,
    /// What a service or network location holds.
    RemoteAcquisition,
    /// Handed over by somebody, as it is.
    HandedOver,
    /// Made from another item.
    Extraction,
}

impl Method {
    /// The code in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Method::PhysicalImage => "physical_image",
            Method::LogicalImage => "logical_image",
            Method::FileCopy => "file_copy",
            Method::LiveAcquisition => "live_acquisition",
            Method::RemoteAcquisition => "remote_acquisition",
            Method::HandedOver => "handed_over",
            Method::Extraction => "extraction",
        }
    }

    /// Whether the original was connected in order to be copied, so that it could have been written to.
    pub(super) fn connects_a_medium(self) -> bool {
        matches!(self, Method::PhysicalImage | Method::LogicalImage | Method::FileCopy)
    }

    /// Whether a device with a clock of its own was there.
    pub(super) fn has_a_clock(self) -> bool {
        self.connects_a_medium() || self == Method::LiveAcquisition
    }
}

/// A program or device that acquired.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

/// Under which order and law an item was seized.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Seizure {
    /// Who ordered or allowed it.
    pub ordered_by: Option<String>,
    /// The order, warrant or consent, by its reference.
    pub reference: Option<String>,
    /// The law of the state that acted.
    pub law: Option<String>,
    /// Instrument and article, where it was done for another state.
    pub instrument: Option<String>,
    /// Whether it was done for another state; `None` where that is not known.
    pub for_another_state: Option<bool>,
}

/// The hashes of an item's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Hashes {
    /// By which functions, such as `SHA-256`.
    pub algorithms: Vec<String>,
    /// The day on which the first was made.
    pub made_on: Option<Date>,
    /// The last time that the content was read again.
    pub verified: Option<Verification>,
}

/// A reading of the content against its hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// When.
    pub on: Date,
    /// Whether all of it matched.
    pub intact: bool,
}

/// What a reader of a chain of custody finds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Custody {
    /// How many events it has.
    pub events: u32,
    /// How many findings break it: gaps, forks, altered links, holders that had it not.
    pub breaks: u32,
    /// To whom a hand-over is offered and not accepted, but for the one to the receiver.
    pub open_hand_overs: Vec<String>,
}

/// The examinations of an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Examinations {
    /// How many there were.
    pub count: u32,
    /// How many of them do not say how they were done.
    pub without_method: u32,
}

/// The conditions under which an item was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Caveats {
    /// Its handling codes.
    pub handling: BTreeSet<HandlingCode>,
    /// What it was given for.
    pub purpose: Purpose,
    /// The day after which it must be erased.
    pub retain_until: Date,
    /// The restrictions that `H3` announces.
    #[serde(default)]
    pub restrictions: Option<String>,
    /// Whether it may go to the receiver without asking who gave it (`Marking::may_pass_on`); one's own may.
    #[serde(default)]
    pub may_pass_on: Option<bool>,
    /// What who gave it permitted besides.
    #[serde(default)]
    pub permitted: Permissions,
}

/// Permissions of who gave an item, each by its reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// For the purpose that is asked for.
    pub purpose: Option<String>,
    /// For disclosure in judicial proceedings, in spite of `H1`.
    pub judicial_use: Option<String>,
    /// For passing it to the receiver, in spite of `H2` or the onward rule.
    pub passing_on: Option<String>,
}

/// Languages by BCP 47 tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Languages {
    /// In which its description is written.
    pub described: Vec<String>,
    /// Into which a translation is attached.
    pub translated: Vec<String>,
    /// Which the receiver said that it accepts; empty where it said nothing.
    pub accepted: Vec<String>,
}

/// The request or application that an item answers or belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Request {
    /// Its reference.
    pub reference: String,
    /// What it contains, by the column `item` of `required_contents.csv`.
    pub contents: BTreeSet<String>,
}

/// A document that can be kept with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A certification that a copy is true.
    Certification,
    /// A record that the procedures which the request asked for were followed.
    ProcedureRecord,
    /// A statement of a witness or expert.
    WitnessStatement,
    /// What was agreed on its return.
    ReturnTerms,
}

/// A text, if it says something.
pub(super) fn said(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}
