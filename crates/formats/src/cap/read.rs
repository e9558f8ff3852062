//! A tree of elements to a CAP document: order, words, times, geometry, and the rules that bind elements to each other.

use super::{
    CapDocument, CapPair, CapReference, CapTime, MsgType, Scope, info, sequence::Sequence, tree,
    tree::Element,
};
use crate::{FormatError, MAX_BYTES};

/// Reads a CAP 1.2 document, strictly: what the schema or the specification's text forbids is refused.
///
/// # Errors
/// Says at which element or line, and what to do.
pub fn read(text: &str) -> Result<CapDocument, FormatError> {
    if text.len() > MAX_BYTES {
        return Err(FormatError::TooLarge { size: text.len() });
    }
    let root = tree::parse(text)?;
    let mut sequence = Sequence::of(&root, "alert")?;
    let document = document(&mut sequence)?;
    check(&document, &sequence)?;
    sequence.finish()?;
    Ok(document)
}

fn document(alert: &mut Sequence<'_>) -> Result<CapDocument, FormatError> {
    Ok(CapDocument {
        identifier: alert.required("identifier")?,
        sender: alert.required("sender")?,
        sent: alert.required_parsed("sent")?,
        status: alert.required_parsed("status")?,
        msg_type: alert.required_parsed("msgType")?,
        source: alert.text("source")?,
        scope: alert.required_parsed("scope")?,
        restriction: alert.text("restriction")?,
        addresses: alert.text("addresses")?,
        codes: alert.texts("code")?,
        note: alert.text("note")?,
        references: references(alert)?,
        incidents: alert.text("incidents")?,
        info: infos(alert)?,
        signed: !alert.elements(Element::SIGNATURE).is_empty(),
    })
}

fn infos(alert: &mut Sequence<'_>) -> Result<Vec<super::CapInfo>, FormatError> {
    let found = alert.elements("info");
    found.iter().enumerate().map(|(at, element)| info::read(element, &alert.path_of("info", at))).collect()
}

/// `sender,identifier,sent` triples, separated by white space (section 3.2.1).
fn references(alert: &mut Sequence<'_>) -> Result<Vec<CapReference>, FormatError> {
    let text = alert.text("references")?.unwrap_or_default();
    let triples: Option<Vec<CapReference>> = text.split_ascii_whitespace().map(reference).collect();
    triples.ok_or_else(|| alert.fault("`references` is not a list of `sender,identifier,sent`; correct it"))
}

fn reference(text: &str) -> Option<CapReference> {
    let parts: Vec<&str> = text.split(',').collect();
    let [sender, identifier, sent] = parts.as_slice() else { return None };
    let sent: CapTime = sent.parse().ok()?;
    let full = !sender.is_empty() && !identifier.is_empty();
    full.then(|| CapReference { sender: (*sender).to_owned(), identifier: (*identifier).to_owned(), sent })
}

/// The rules of section 3.2.1 that the schema cannot say.
fn check(document: &CapDocument, alert: &Sequence<'_>) -> Result<(), FormatError> {
    let restricted = |text: &str| text.contains([' ', '\t', '\n', '\r', ',', '<', '&']);
    if restricted(&document.identifier) || restricted(&document.sender) {
        return Err(
            alert.fault("`identifier` and `sender` may hold no spaces, commas, `<` or `&`; remove them")
        );
    }
    if document.scope == Scope::Restricted && document.restriction.is_none() {
        return Err(alert.fault("scope `Restricted` needs `restriction`; give it"));
    }
    if document.scope == Scope::Private && document.addresses.is_none() {
        return Err(alert.fault("scope `Private` needs `addresses`; give them"));
    }
    if document.msg_type != MsgType::Alert && document.references.is_empty() {
        return Err(alert.fault("a message that is not a first alert needs `references`; give them"));
    }
    Ok(())
}

pub(super) fn pairs(parent: &mut Sequence<'_>, name: &str) -> Result<Vec<CapPair>, FormatError> {
    let found = parent.elements(name);
    let pair = |(at, element): (usize, &&Element)| {
        let mut sequence = Sequence::of(element, &parent.path_of(name, at))?;
        let pair = CapPair {
            name: sequence.required("valueName")?,
            value: sequence
                .element("value")
                .filter(|value| value.children.is_empty())
                .map(|value| value.text.clone())
                .ok_or_else(|| sequence.fault("`value` is missing; give it"))?,
        };
        sequence.finish().map(|()| pair)
    };
    found.iter().enumerate().map(pair).collect()
}
