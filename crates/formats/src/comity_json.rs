//! Comity's own JSON: a [`CaseReport`] as it is, the richest of the formats. Persons need no `id` there; one that is given
//! belongs to the sender's file and is replaced.

use crate::{FormatError, ReportFormat, photograph};
use comity_model::{
    case::{CaseReport, Vehicle},
    id::SubjectId,
    selector::{Selector, SelectorKind},
};
use serde_json::Value;
use serde_path_to_error::Segment;

const FORMAT: ReportFormat = ReportFormat::Comity;

pub(crate) fn read(text: &str, new_id: &mut dyn FnMut() -> SubjectId) -> Result<CaseReport, FormatError> {
    let mut value: Value = serde_json::from_str(text).map_err(|fault| FormatError::json(FORMAT, &fault))?;
    give_ids(&mut value, new_id);
    let mut report: CaseReport = serde_path_to_error::deserialize(value).map_err(|fault| {
        let why = fault.inner().to_string();
        FormatError::field(FORMAT, pointer(fault.path()), why)
    })?;
    check_photographs(&report)?;
    normalise_plates(&mut report.vehicles)?;
    Ok(report)
}

/// Writes a report as Comity's own JSON.
///
/// # Errors
/// Only where a position is not a number, which JSON cannot say.
pub fn write(report: &CaseReport) -> Result<String, FormatError> {
    serde_json::to_string_pretty(report).map_err(|fault| FormatError::json(FORMAT, &fault))
}

fn give_ids(value: &mut Value, new_id: &mut dyn FnMut() -> SubjectId) {
    let subjects = value.get_mut("subjects").and_then(Value::as_array_mut);
    for subject in subjects.into_iter().flatten().filter_map(Value::as_object_mut) {
        subject.insert("id".to_owned(), Value::String(new_id().to_string()));
    }
}

/// The JSON pointer (RFC 6901) of where the deserializer stood.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut out = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        out.push('/');
        out.push_str(&part);
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

fn check_photographs(report: &CaseReport) -> Result<(), FormatError> {
    for (at, subject) in report.subjects.iter().enumerate() {
        if let Some(given) = &subject.photograph {
            photograph::decode(given).map_err(|fault| {
                FormatError::field(FORMAT, format!("/subjects/{at}/photograph"), fault.to_string())
            })?;
        }
    }
    Ok(())
}

fn normalise_plates(vehicles: &mut [Vehicle]) -> Result<(), FormatError> {
    for (at, vehicle) in vehicles.iter_mut().enumerate() {
        if let Some(plate) = &mut vehicle.plate {
            let selector = Selector::new(SelectorKind::Plate, plate).map_err(|fault| {
                FormatError::field(FORMAT, format!("/vehicles/{at}/plate"), fault.to_string())
            })?;
            *plate = selector.value().to_owned();
        }
    }
    Ok(())
}
