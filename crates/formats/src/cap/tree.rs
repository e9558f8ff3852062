//! XML to a small tree of elements, with every limit that hostile input calls for: no document type, no entities but the
//! five of XML itself, bounded depth and count, one encoding.

use super::NAMESPACE;
use crate::{FormatError, ReportFormat};
use quick_xml::{
    NsReader,
    events::{BytesRef, BytesStart, Event},
    name::ResolveResult,
};

const SIGNATURE: &[u8] = b"http://www.w3.org/2000/09/xmldsig#";
/// `alert/info/area/geocode/value` is the deepest that CAP goes; a signature goes deeper and is skipped.
const MAX_DEPTH: usize = 32;
const MAX_ELEMENTS: usize = 50_000;

/// An element of the CAP namespace, or the place of a signature.
#[derive(Debug)]
pub(super) struct Element {
    /// Local name; [`Element::SIGNATURE`] for a signature.
    pub(super) name: String,
    /// Its text, without the white space around it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
    /// Line in the file, from 1.
    pub(super) line: usize,
}

impl Element {
    /// Stands for an element of the XML signature namespace; no CAP element has such a name.
    pub(super) const SIGNATURE: &'static str = "#signature";
}

pub(super) fn parse(text: &str) -> Result<Element, FormatError> {
    let mut parser = Parser { text, stack: Vec::new(), root: None, count: 0, at: 0, line: 1 };
    let mut reader = NsReader::from_str(text);
    loop {
        parser.advance(usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX));
        match reader.read_resolved_event() {
            Err(fault) => return Err(parser.fault(&fault.to_string())),
            Ok((_, Event::Eof)) => return parser.finish(),
            Ok((namespace, event)) => parser.take(&namespace, &event)?,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    stack: Vec<Element>,
    root: Option<Element>,
    count: usize,
    /// Offset of the event at hand.
    at: usize,
    /// Its line, from 1; counted on as the reader goes, so that a long file costs one pass.
    line: usize,
}

impl Parser<'_> {
    fn take(&mut self, namespace: &ResolveResult<'_>, event: &Event<'_>) -> Result<(), FormatError> {
        match event {
            Event::Start(start) => self.open(namespace, start),
            Event::Empty(start) => {
                self.open(namespace, start)?;
                self.close();
                Ok(())
            }
            Event::End(_) => {
                self.close();
                Ok(())
            }
            Event::Text(text) => self.add(&text.xml10_content()),
            Event::CData(text) => self.add(&text.xml10_content()),
            Event::GeneralRef(entity) => self.add_entity(entity),
            Event::DocType(_) => Err(self.fault("a document type is not allowed in CAP; remove it")),
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !["utf-8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
                    Err(self.fault("the XML declaration names another encoding than UTF-8; save it as UTF-8"))
                }
                Some(Err(_)) => Err(self.fault("the XML declaration is broken")),
                _ => Ok(()),
            },
            Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn open(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<(), FormatError> {
        self.count += 1;
        if self.stack.len() >= MAX_DEPTH || self.count > MAX_ELEMENTS {
            return Err(self.fault("it nests too deep or holds too many elements for an alert"));
        }
        let in_signature = self.stack.last().is_some_and(|parent| parent.name == Element::SIGNATURE);
        let name = match namespace {
            _ if in_signature => Element::SIGNATURE.to_owned(),
            ResolveResult::Bound(uri) if uri.as_ref().as_bytes() == NAMESPACE.as_bytes() => {
                self.check_attributes(start)?;
                start.local_name().as_ref().to_owned()
            }
            ResolveResult::Bound(uri) if uri.as_ref().as_bytes() == SIGNATURE => {
                Element::SIGNATURE.to_owned()
            }
            _ => {
                return Err(self.fault(&format!(
                    "an element is not in the namespace `{NAMESPACE}`; CAP 1.2 has no others"
                )));
            }
        };
        let element = Element { name, text: String::new(), children: Vec::new(), line: self.line };
        self.stack.push(element);
        Ok(())
    }

    /// CAP has no attributes; namespaces and `xsi:` hints are no matter of its.
    fn check_attributes(&self, start: &BytesStart<'_>) -> Result<(), FormatError> {
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|fault| self.fault(&fault.to_string()))?;
            let key: &str = attribute.key.as_ref();
            if !(key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:")) {
                return Err(self.fault(&format!("the attribute `{key}` is not part of CAP 1.2; remove it")));
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(mut done) = self.stack.pop() else { return };
        done.text = done.text.trim_matches([' ', '\t', '\r', '\n']).to_owned();
        match self.stack.last_mut() {
            Some(parent) if parent.name == Element::SIGNATURE => {}
            Some(parent) => parent.children.push(done),
            None => self.root = self.root.take().or(Some(done)),
        }
    }

    fn add(&mut self, text: &str) -> Result<(), FormatError> {
        if text.chars().any(|c| !is_xml_char(c)) {
            return Err(self.fault("it holds a control character that XML does not allow"));
        }
        match self.stack.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.fault("there is text outside the alert")),
        }
        Ok(())
    }

    fn add_entity(&mut self, entity: &BytesRef<'_>) -> Result<(), FormatError> {
        let name: &str = entity;
        let resolved = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => entity.resolve_char_ref().ok().flatten(),
        };
        match resolved {
            Some(character) if !self.stack.is_empty() => self.add(character.encode_utf8(&mut [0; 4])),
            _ => Err(self.fault("it uses an entity that CAP does not have; write the character itself")),
        }
    }

    fn finish(self) -> Result<Element, FormatError> {
        if let Some(open) = self.stack.last() {
            return Err(self.fault(&format!("the element `{}` is not closed", open.name)));
        }
        match self.root {
            Some(root) if root.name == "alert" && self.count > 0 => Ok(root),
            _ => Err(FormatError::field(
                ReportFormat::Cap,
                "/",
                "the outermost element is not `alert` of CAP 1.2",
            )),
        }
    }

    fn advance(&mut self, to: usize) {
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = to;
    }

    fn fault(&self, why: &str) -> FormatError {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        FormatError::Malformed { format: ReportFormat::Cap, line: self.line, column, why: why.to_owned() }
    }
}

/// The characters of XML 1.0 (section 2.2).
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
