#![doc = include_str!("../README.md")]

pub mod cap;
pub mod case_uco;
pub mod comity_json;
mod error;
pub mod evidence;
pub mod evidence_index;
pub mod pdf;
mod photograph;
pub mod yellow;

pub use error::FormatError;

use comity_model::{Nonsense, case::CaseReport, id::SubjectId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The formats in which a report of a missing child is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// The public JSON of an INTERPOL yellow notice.
    Yellow,
    /// Common Alerting Protocol 1.2.
    Cap,
    /// Comity's own JSON.
    Comity,
}

impl ReportFormat {
    /// The word for it in JSON and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yellow => "yellow",
            Self::Cap => "cap",
            Self::Comity => "comity",
        }
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for ReportFormat {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        [Self::Yellow, Self::Cap, Self::Comity]
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| Nonsense::new(text, "a report format: yellow, cap or comity"))
    }
}

/// Which format is it, by its content? `None` for anything else, and for files above [`MAX_BYTES`].
#[must_use]
pub fn detect(bytes: &[u8]) -> Option<ReportFormat> {
    let text = decode(ReportFormat::Comity, bytes).ok()?;
    let trimmed = text.trim_start();
    if trimmed.starts_with('<') {
        let head: String = trimmed.chars().take(4096).collect();
        return head.contains(cap::NAMESPACE).then_some(ReportFormat::Cap);
    }
    let value: serde_json::Value = serde_json::from_str(trimmed).ok()?;
    match (value.get("subjects"), value.get("entity_id")) {
        (Some(_), _) => Some(ReportFormat::Comity),
        (None, Some(_)) => Some(ReportFormat::Yellow),
        _ => None,
    }
}

/// Reads a report. Persons get new identifiers from `new_id`, because identifiers belong to the file of the authority that
/// opens the case. The outcome has passed [`CaseReport::check`].
///
/// # Errors
/// Says where the input is wrong and what to do next.
pub fn read_report(
    format: ReportFormat,
    bytes: &[u8],
    new_id: &mut dyn FnMut() -> SubjectId,
) -> Result<CaseReport, FormatError> {
    let text = decode(format, bytes)?;
    let report = match format {
        ReportFormat::Yellow => yellow::read(text, new_id)?,
        ReportFormat::Cap => cap::read_report(text, new_id)?,
        ReportFormat::Comity => comity_json::read(text, new_id)?,
    };
    report.check().map_err(|fault| FormatError::Report { format, fault })?;
    Ok(report)
}

/// The bytes as text, without a byte order mark.
fn decode(format: ReportFormat, bytes: &[u8]) -> Result<&str, FormatError> {
    if bytes.len() > MAX_BYTES {
        return Err(FormatError::TooLarge { size: bytes.len() });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|fault| FormatError::NotUtf8 { format, at: fault.valid_up_to() })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
