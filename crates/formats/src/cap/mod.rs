//! Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010): a strict reader, a writer, and how an alert for a missing
//! child travels in it. Not a tool for public warning in general: what such an alert does not need is kept, not used.

mod alert;
mod document;
mod geometry;
mod info;
mod names;
mod person;
mod read;
mod report;
mod sequence;
mod time;
mod tree;
mod write;

pub use alert::{CapAct, CapAlert, write_alert};
pub use document::{
    CapArea, CapDocument, CapInfo, CapPair, CapReference, CapResource, Category, Certainty, MsgType,
    ResponseType, Scope, Severity, Status, Urgency,
};
pub use geometry::{Circle, Polygon};
pub use read::read;
pub use report::to_report;
pub use time::CapTime;
pub use write::write;

use crate::FormatError;
use comity_model::{case::CaseReport, id::SubjectId};

/// The namespace of CAP 1.2.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

pub(crate) fn read_report(
    text: &str,
    new_id: &mut dyn FnMut() -> SubjectId,
) -> Result<CaseReport, FormatError> {
    to_report(&read(text)?, new_id)
}

#[cfg(test)]
mod tests;
