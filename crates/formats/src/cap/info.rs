//! The `info` element and what stands in it.

use super::{CapArea, CapInfo, CapResource, geometry, read::pairs, sequence::Sequence, tree::Element};
use crate::FormatError;

pub(super) fn read(element: &Element, path: &str) -> Result<CapInfo, FormatError> {
    let mut info = Sequence::of(element, path)?;
    let read = CapInfo {
        language: language(&mut info)?,
        categories: info.all_parsed("category")?,
        event: info.required("event")?,
        response_types: info.all_parsed("responseType")?,
        urgency: info.required_parsed("urgency")?,
        severity: info.required_parsed("severity")?,
        certainty: info.required_parsed("certainty")?,
        audience: info.text("audience")?,
        event_codes: pairs(&mut info, "eventCode")?,
        effective: info.parsed("effective")?,
        onset: info.parsed("onset")?,
        expires: info.parsed("expires")?,
        sender_name: info.text("senderName")?,
        headline: info.text("headline")?,
        description: info.text("description")?,
        instruction: info.text("instruction")?,
        web: info.text("web")?,
        contact: info.text("contact")?,
        parameters: pairs(&mut info, "parameter")?,
        resources: each(&mut info, "resource", resource)?,
        areas: each(&mut info, "area", area)?,
    };
    if read.categories.is_empty() {
        return Err(info.fault("`category` is missing before `event`; give at least one"));
    }
    info.finish()?;
    Ok(read)
}

fn each<T>(
    parent: &mut Sequence<'_>,
    name: &str,
    read: fn(&mut Sequence<'_>) -> Result<T, FormatError>,
) -> Result<Vec<T>, FormatError> {
    let found = parent.elements(name);
    let one = |(at, element): (usize, &&Element)| {
        let mut sequence = Sequence::of(element, &parent.path_of(name, at))?;
        let value = read(&mut sequence)?;
        sequence.finish().map(|()| value)
    };
    found.iter().enumerate().map(one).collect()
}

fn language(info: &mut Sequence<'_>) -> Result<Option<String>, FormatError> {
    match info.text("language")? {
        Some(text) if !is_language(&text) => {
            Err(info.fault("`language` is not a language tag such as `fr-FR`; correct it"))
        }
        other => Ok(other),
    }
}

/// A language tag as `xs:language` has it.
pub(super) fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(at, part)| {
        let fits = |b: u8| if at == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() };
        (1..=8).contains(&part.len()) && part.bytes().all(fits)
    })
}

fn resource(sequence: &mut Sequence<'_>) -> Result<CapResource, FormatError> {
    let (description, mime_type) = (sequence.required("resourceDesc")?, sequence.required("mimeType")?);
    let size = sequence.text("size")?.map(|text| text.parse::<u64>());
    let size = size.transpose().map_err(|_| sequence.fault("`size` is not a number of bytes; correct it"))?;
    Ok(CapResource {
        description,
        mime_type,
        size,
        uri: sequence.text("uri")?,
        deref_uri: sequence.text("derefUri")?,
        digest: sequence.text("digest")?,
    })
}

fn area(sequence: &mut Sequence<'_>) -> Result<CapArea, FormatError> {
    let area = CapArea {
        description: sequence.required("areaDesc")?,
        polygons: sequence.all_parsed("polygon")?,
        circles: sequence.all_parsed("circle")?,
        geocodes: pairs(sequence, "geocode")?,
        altitude: feet(sequence, "altitude")?,
        ceiling: feet(sequence, "ceiling")?,
    };
    if area.ceiling.is_some() && area.altitude.is_none() {
        return Err(sequence.fault("`ceiling` needs `altitude`; give it"));
    }
    Ok(area)
}

fn feet(sequence: &mut Sequence<'_>, name: &str) -> Result<Option<f64>, FormatError> {
    let Some(text) = sequence.text(name)? else { return Ok(None) };
    let number = geometry::number(&text);
    number.map(Some).ok_or_else(|| sequence.fault(&format!("`{name}` is not a decimal number; correct it")))
}
