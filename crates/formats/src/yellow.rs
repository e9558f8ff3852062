//! The public JSON of INTERPOL yellow notices, read only. What has no place in a [`CaseReport`] (parents' names, unknown
//! country codes) is kept as text in its circumstances: no person is invented.

mod fields;

use crate::{FormatError, ReportFormat};
use comity_model::{
    Jurisdiction, PartialDate,
    case::{CaseKind, CaseReport, Place},
    id::SubjectId,
    subject::{Description, PersonName, Sex, Subject, SubjectRole},
};
use fields::Fields;
use jiff::{Timestamp, tz::TimeZone};

const FORMAT: ReportFormat = ReportFormat::Yellow;

pub(crate) fn read(text: &str, new_id: &mut dyn FnMut() -> SubjectId) -> Result<CaseReport, FormatError> {
    let fields = Fields::parse(text)?;
    let mut notes = Vec::new();
    let child = child(&fields, new_id(), &mut notes)?;
    let event = fields.date("date_of_event")?;
    let place = place(&fields)?;
    note_parents(&fields, &mut notes)?;
    if let Some(date) = event.filter(|date| date.full().is_none()) {
        notes.push(format!("Date of the event as given: {date}."));
    }
    Ok(CaseReport {
        version: 1,
        kind: CaseKind::Abduction,
        reference: fields.text("entity_id")?.unwrap_or_default(),
        title: title(&child, place.as_ref()),
        subjects: vec![child],
        circumstances: notes.join("\n"),
        happened_at: event.and_then(midnight),
        place,
        vehicles: Vec::new(),
    })
}

fn child(fields: &Fields, id: SubjectId, notes: &mut Vec<String>) -> Result<Subject, FormatError> {
    let mut child = Subject::new(id, SubjectRole::Child);
    child.name = name(fields, "name")?;
    child.aliases = name(fields, "birth_name")?
        .filter(|alias| fields.has("birth_name") && Some(alias) != child.name.as_ref())
        .into_iter()
        .collect();
    child.born = fields.date("date_of_birth")?;
    child.birthplace = birthplace(fields)?;
    child.sex = sex(fields)?;
    for code in fields.texts("nationalities")? {
        match code.parse::<Jurisdiction>() {
            Ok(known) => drop(child.nationalities.insert(known)),
            Err(_) => notes.push(format!("Nationality as given: {code}.")),
        }
    }
    child.languages =
        fields.texts("languages_spoken_ids")?.into_iter().map(|code| code.to_lowercase()).collect();
    child.description = description(fields)?;
    Ok(child)
}

fn name(fields: &Fields, family: &str) -> Result<Option<PersonName>, FormatError> {
    let (family_name, forename) = (fields.text(family)?, fields.text("forename")?);
    if family_name.is_none() && forename.is_none() {
        return Ok(None);
    }
    PersonName::new(&family_name.unwrap_or_default(), &forename.unwrap_or_default())
        .map(Some)
        .map_err(|fault| FormatError::field(FORMAT, format!("/{family}"), fault.to_string()))
}

fn birthplace(fields: &Fields) -> Result<Option<String>, FormatError> {
    let parts = [fields.text("place_of_birth")?, fields.text("country_of_birth_id")?];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Ok((!parts.is_empty()).then(|| parts.join(", ")))
}

fn sex(fields: &Fields) -> Result<Option<Sex>, FormatError> {
    match fields.text("sex_id")?.as_deref() {
        None => Ok(None),
        Some("F") => Ok(Some(Sex::F)),
        Some("M") => Ok(Some(Sex::M)),
        Some("U") => Ok(Some(Sex::X)),
        Some(other) => Err(FormatError::field(FORMAT, "/sex_id", format!("`{other}` is none of F, M and U"))),
    }
}

fn description(fields: &Fields) -> Result<Description, FormatError> {
    let colours = |key| -> Result<Option<String>, FormatError> {
        let words: Vec<String> = fields.texts(key)?.iter().map(|code| colour(code)).collect();
        Ok((!words.is_empty()).then(|| words.join(", ")))
    };
    Ok(Description {
        height_cm: fields.measure("height", 100.0, 20..=260)?,
        weight_kg: fields.measure("weight", 1.0, 1..=400)?,
        eyes: colours("eyes_colors_id")?,
        hair: colours("hairs_id")?,
        marks: fields.text("distinguishing_marks")?,
        clothing: None,
    })
}

/// Words for the colour codes that are certain; others stay as they came.
fn colour(code: &str) -> String {
    match code {
        "BLA" => "black",
        "BLU" => "blue",
        "BRO" => "brown",
        "RED" => "red",
        other => other,
    }
    .to_owned()
}

fn place(fields: &Fields) -> Result<Option<Place>, FormatError> {
    let (name, country) = (fields.text("place")?, fields.text("country")?);
    let jurisdiction = country.as_deref().and_then(|code| code.parse::<Jurisdiction>().ok());
    let unknown = country.filter(|_| jurisdiction.is_none());
    let parts: Vec<String> = [name, unknown].into_iter().flatten().collect();
    let name = match (parts.is_empty(), jurisdiction) {
        (true, None) => return Ok(None),
        (true, Some(known)) => known.to_string(),
        (false, _) => parts.join(", "),
    };
    Ok(Some(Place { name, jurisdiction, position: None }))
}

fn note_parents(fields: &Fields, notes: &mut Vec<String>) -> Result<(), FormatError> {
    for (word, forename, family) in
        [("Father", "father_forename", "father_name"), ("Mother", "mother_forename", "mother_name")]
    {
        let parts: Vec<String> =
            [fields.text(forename)?, fields.text(family)?].into_iter().flatten().collect();
        if !parts.is_empty() {
            notes.push(format!("{word} as named in the notice: {}.", parts.join(" ")));
        }
    }
    Ok(())
}

/// A line without names.
fn title(child: &Subject, place: Option<&Place>) -> String {
    let who = match child.sex {
        Some(Sex::F) => "girl",
        Some(Sex::M) => "boy",
        _ => "child",
    };
    let born = child.born.map(|date| format!(", born {}", date.year())).unwrap_or_default();
    let from = place.map(|place| format!(", missing from {}", place.name)).unwrap_or_default();
    format!("Missing {who}{born}{from}")
}

/// A notice gives the day only: its first moment in UTC stands for it.
fn midnight(date: PartialDate) -> Option<Timestamp> {
    date.full()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests;
