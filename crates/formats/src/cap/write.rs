//! A CAP document to XML, in the order of the schema.

use super::{CapArea, CapDocument, CapInfo, CapPair, CapResource, NAMESPACE, tree::is_xml_char};
use std::fmt::Display;

/// Writes a document as XML. Characters that XML cannot carry become spaces; a signature is not written.
#[must_use]
pub fn write(document: &CapDocument) -> String {
    let mut out = Xml(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    out.0.push_str(&format!("<alert xmlns=\"{NAMESPACE}\">\n"));
    head(&mut out, document);
    document.info.iter().for_each(|one| info(&mut out, one));
    out.0.push_str("</alert>\n");
    out.0
}

struct Xml(String);

impl Xml {
    fn leaf(&mut self, name: &str, value: impl Display) {
        self.0.push_str(&format!("<{name}>{}</{name}>\n", escape(&value.to_string())));
    }

    fn optional(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.leaf(name, value);
        }
    }

    fn group(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<{name}>\n"));
        inside(self);
        self.0.push_str(&format!("</{name}>\n"));
    }

    fn pairs(&mut self, name: &str, pairs: &[CapPair]) {
        for pair in pairs {
            self.group(name, |out| {
                out.leaf("valueName", &pair.name);
                out.leaf("value", &pair.value);
            });
        }
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\r' => out.push_str("&#13;"),
            // XML 1.1 readers would take these two for line ends.
            '\u{85}' | '\u{2028}' => out.push_str(&format!("&#{};", u32::from(c))),
            other if is_xml_char(other) => out.push(other),
            _ => out.push(' '),
        }
    }
    out
}

fn head(out: &mut Xml, document: &CapDocument) {
    out.leaf("identifier", &document.identifier);
    out.leaf("sender", &document.sender);
    out.leaf("sent", document.sent);
    out.leaf("status", document.status.as_str());
    out.leaf("msgType", document.msg_type.as_str());
    out.optional("source", document.source.as_ref());
    out.leaf("scope", document.scope.as_str());
    out.optional("restriction", document.restriction.as_ref());
    out.optional("addresses", document.addresses.as_ref());
    document.codes.iter().for_each(|code| out.leaf("code", code));
    out.optional("note", document.note.as_ref());
    let references: Vec<String> = document
        .references
        .iter()
        .map(|earlier| format!("{},{},{}", earlier.sender, earlier.identifier, earlier.sent))
        .collect();
    out.optional("references", (!references.is_empty()).then(|| references.join(" ")));
    out.optional("incidents", document.incidents.as_ref());
}

fn info(out: &mut Xml, info: &CapInfo) {
    out.group("info", |out| {
        out.optional("language", info.language.as_ref());
        info.categories.iter().for_each(|word| out.leaf("category", word.as_str()));
        out.leaf("event", &info.event);
        info.response_types.iter().for_each(|word| out.leaf("responseType", word.as_str()));
        out.leaf("urgency", info.urgency.as_str());
        out.leaf("severity", info.severity.as_str());
        out.leaf("certainty", info.certainty.as_str());
        out.optional("audience", info.audience.as_ref());
        out.pairs("eventCode", &info.event_codes);
        out.optional("effective", info.effective);
        out.optional("onset", info.onset);
        out.optional("expires", info.expires);
        texts(out, info);
        out.pairs("parameter", &info.parameters);
        info.resources.iter().for_each(|one| resource(out, one));
        info.areas.iter().for_each(|one| area(out, one));
    });
}

fn texts(out: &mut Xml, info: &CapInfo) {
    out.optional("senderName", info.sender_name.as_ref());
    out.optional("headline", info.headline.as_ref());
    out.optional("description", info.description.as_ref());
    out.optional("instruction", info.instruction.as_ref());
    out.optional("web", info.web.as_ref());
    out.optional("contact", info.contact.as_ref());
}

fn resource(out: &mut Xml, resource: &CapResource) {
    out.group("resource", |out| {
        out.leaf("resourceDesc", &resource.description);
        out.leaf("mimeType", &resource.mime_type);
        out.optional("size", resource.size);
        out.optional("uri", resource.uri.as_ref());
        out.optional("derefUri", resource.deref_uri.as_ref());
        out.optional("digest", resource.digest.as_ref());
    });
}

fn area(out: &mut Xml, area: &CapArea) {
    out.group("area", |out| {
        out.leaf("areaDesc", &area.description);
        area.polygons.iter().for_each(|polygon| out.leaf("polygon", polygon));
        area.circles.iter().for_each(|circle| out.leaf("circle", circle));
        out.pairs("geocode", &area.geocodes);
        out.optional("altitude", area.altitude);
        out.optional("ceiling", area.ceiling);
    });
}
