//! An authority's own file on one matter, as it is imported and kept.

use crate::{Jurisdiction, subject::Subject};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The two kinds of matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A child was removed or is kept.
    Abduction,
    /// A child is exploited.
    Exploitation,
}

/// A place in words, with its jurisdiction and its position where they are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The place in words.
    pub name: String,
    /// The state or territory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Jurisdiction>,
    /// Latitude and longitude in degrees, WGS 84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<[f64; 2]>,
}

impl Place {
    /// Is the position, where given, on the globe?
    #[must_use]
    pub fn is_on_the_globe(&self) -> bool {
        self.position.is_none_or(|[latitude, longitude]| latitude.abs() <= 90.0 && longitude.abs() <= 180.0)
    }
}

/// A vehicle that may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Make, model and colour in words.
    pub description: String,
    /// The registration plate, as `FR:AB123CD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plate: Option<String>,
}

/// A report of a missing child, or of a person sought, from which a case is opened: Comity's own JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseReport {
    /// Version of this format; 1.
    pub version: u16,
    /// Kind of matter.
    pub kind: CaseKind,
    /// The source's own reference, such as a notice number.
    pub reference: String,
    /// One line that says what it is about, without names.
    pub title: String,
    /// The persons.
    pub subjects: Vec<Subject>,
    /// What happened.
    #[serde(default)]
    pub circumstances: String,
    /// When it happened, at least the day where the source gives no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_at: Option<Timestamp>,
    /// Where it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Vehicles that may be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<Vehicle>,
}

/// What is wrong with a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// Another version of the format.
    #[error("version `{0}` of the report format is not supported; use 1")]
    Version(u16),
    /// No reference or title.
    #[error("`{0}` is empty; give it")]
    Empty(&'static str),
    /// A report about nobody.
    #[error("the report names no person; give at least one in `subjects`")]
    Nobody,
    /// A place that does not exist.
    #[error("the position of `{0}` is not on the globe; give latitude and longitude in degrees")]
    OffTheGlobe(String),
}

impl CaseReport {
    /// Is the report complete enough to open a case?
    pub fn check(&self) -> Result<(), CaseFault> {
        if self.version != 1 {
            return Err(CaseFault::Version(self.version));
        }
        for (name, text) in [("reference", &self.reference), ("title", &self.title)] {
            if text.trim().is_empty() {
                return Err(CaseFault::Empty(name));
            }
        }
        if self.subjects.is_empty() {
            return Err(CaseFault::Nobody);
        }
        match &self.place {
            Some(place) if !place.is_on_the_globe() => Err(CaseFault::OffTheGlobe(place.name.clone())),
            _ => Ok(()),
        }
    }
}
