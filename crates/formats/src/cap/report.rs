//! A CAP document to a report from which a case is opened. Comity's own parameters are read where the message says that it
//! has them; from any other CAP only place, time and text are taken, and the child's person stays unknown.

use super::{CapDocument, CapInfo, CapPair, MsgType, Status, names, person};
use crate::{FormatError, ReportFormat, photograph};
use comity_model::{
    Jurisdiction,
    case::{CaseKind, CaseReport, Place, Vehicle},
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{Photograph, Subject, SubjectRole},
};

/// Turns an alert or update into a report. An exercise says so in its title.
///
/// # Errors
/// Where the message is a test, a draft, or nothing that could open a case, or a parameter says nonsense.
pub fn to_report(
    document: &CapDocument,
    new_id: &mut dyn FnMut() -> SubjectId,
) -> Result<CaseReport, FormatError> {
    check(document)?;
    let info = english_or_first(document)?;
    let ours = document.codes.iter().any(|code| code == names::CODE);
    let parameters: &[CapPair] = if ours { &info.parameters } else { &[] };
    Ok(CaseReport {
        version: 1,
        kind: kind(parameters)?,
        reference: document.identifier.clone(),
        title: title(document, info, ours),
        subjects: subjects(info, parameters, new_id)?,
        circumstances: circumstances(info, parameters, ours),
        happened_at: info.onset.map(|time| time.instant()),
        place: place(info, parameters),
        vehicles: vehicles(parameters)?,
    })
}

fn check(document: &CapDocument) -> Result<(), FormatError> {
    if !matches!(document.msg_type, MsgType::Alert | MsgType::Update) {
        let why = format!("`{}` opens no case; give the alert that it answers", document.msg_type.as_str());
        return Err(FormatError::field(ReportFormat::Cap, "alert/msgType", why));
    }
    if !matches!(document.status, Status::Actual | Status::Exercise) {
        let why = format!("`{}` is neither real nor an exercise; do not import it", document.status.as_str());
        return Err(FormatError::field(ReportFormat::Cap, "alert/status", why));
    }
    Ok(())
}

fn english_or_first(document: &CapDocument) -> Result<&CapInfo, FormatError> {
    let is_english = |info: &&CapInfo| info.language.as_deref().is_none_or(|tag| tag.starts_with("en"));
    let info = document.info.iter().find(is_english).or_else(|| document.info.first());
    info.ok_or_else(|| FormatError::field(ReportFormat::Cap, "alert", "`info` is missing; give it"))
}

fn find<'a>(parameters: &'a [CapPair], name: &str) -> Option<&'a str> {
    let found = parameters.iter().find(|pair| pair.name == name)?;
    Some(found.value.as_str()).filter(|value| !value.is_empty())
}

fn kind(parameters: &[CapPair]) -> Result<CaseKind, FormatError> {
    match find(parameters, names::CASE_KIND) {
        None | Some("abduction") => Ok(CaseKind::Abduction),
        Some("exploitation") => Ok(CaseKind::Exploitation),
        Some(other) => {
            let at = format!("parameter `{}`", names::CASE_KIND);
            let why = format!("`{other}` is neither `abduction` nor `exploitation`");
            Err(FormatError::field(ReportFormat::Cap, at, why))
        }
    }
}

/// Our headlines hold no names. Those of others may: event and area stand for them.
fn title(document: &CapDocument, info: &CapInfo, ours: bool) -> String {
    let area = info.areas.first().map(|area| format!(", {}", area.description)).unwrap_or_default();
    let neutral = || format!("{}{area}", info.event);
    let title = info.headline.clone().filter(|_| ours).unwrap_or_else(neutral);
    if document.status == Status::Exercise { format!("EXERCISE: {title}") } else { title }
}

fn circumstances(info: &CapInfo, parameters: &[CapPair], ours: bool) -> String {
    if ours {
        return find(parameters, names::CIRCUMSTANCES).unwrap_or_default().to_owned();
    }
    let parts = [&info.headline, &info.description, &info.instruction, &info.contact];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n")
}

fn subjects(
    info: &CapInfo,
    parameters: &[CapPair],
    new_id: &mut dyn FnMut() -> SubjectId,
) -> Result<Vec<Subject>, FormatError> {
    let mut child = person::read(names::CHILD, SubjectRole::Child, parameters, new_id())?;
    if !parameters.is_empty() {
        child.photograph = photograph(info)?;
    }
    let mut subjects = vec![child];
    if person::is_given(names::TAKER, parameters) {
        subjects.push(person::read(names::TAKER, SubjectRole::AllegedTaker, parameters, new_id())?);
    }
    Ok(subjects)
}

fn photograph(info: &CapInfo) -> Result<Option<Photograph>, FormatError> {
    let Some(resource) = info.resources.iter().find(|file| file.description == names::PHOTOGRAPH) else {
        return Ok(None);
    };
    let Some(base64) = &resource.deref_uri else { return Ok(None) };
    let compact: String = base64.split_ascii_whitespace().collect();
    let photograph = Photograph { media_type: resource.mime_type.clone(), base64: compact };
    photograph::decode(&photograph)
        .map_err(|wrong| FormatError::field(ReportFormat::Cap, "alert/info/resource", wrong.to_string()))?;
    Ok(Some(photograph))
}

fn place(info: &CapInfo, parameters: &[CapPair]) -> Option<Place> {
    let area = info.areas.first();
    let name = find(parameters, names::PLACE).or(area.map(|area| area.description.as_str()))?;
    let country = area.and_then(|area| find(&area.geocodes, names::COUNTRY));
    let position = area.and_then(|area| match area.circles.as_slice() {
        [only] => Some(only.centre()),
        _ => None,
    });
    let jurisdiction = country.and_then(|code| code.parse::<Jurisdiction>().ok());
    Some(Place { name: name.to_owned(), jurisdiction, position })
}

/// Each description opens a vehicle; a plate belongs to the one before it.
fn vehicles(parameters: &[CapPair]) -> Result<Vec<Vehicle>, FormatError> {
    let mut vehicles: Vec<Vehicle> = Vec::new();
    for pair in parameters {
        match (pair.name.as_str(), vehicles.last_mut()) {
            (names::VEHICLE, _) => vehicles.push(Vehicle { description: pair.value.clone(), plate: None }),
            (names::PLATE, Some(vehicle)) => vehicle.plate = Some(plate(&pair.value)?),
            (names::PLATE, None) => {
                vehicles.push(Vehicle { description: String::new(), plate: Some(plate(&pair.value)?) });
            }
            _ => {}
        }
    }
    Ok(vehicles)
}

fn plate(text: &str) -> Result<String, FormatError> {
    let at = || format!("parameter `{}`", names::PLATE);
    let read = Selector::new(SelectorKind::Plate, text);
    read.map(|plate| plate.value().to_owned())
        .map_err(|wrong| FormatError::field(ReportFormat::Cap, at(), wrong.to_string()))
}
