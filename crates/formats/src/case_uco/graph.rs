//! Nodes of a JSON-LD graph and how they are written: keys in the order in which they were given, one style throughout.

use crate::evidence::is_hidden;
use jiff::Timestamp;
use std::{collections::HashSet, fmt::Write as _};
use uuid::Uuid;

/// What a property of a node says.
pub(super) enum Value {
    Text(String),
    /// A literal with its datatype.
    Typed(&'static str, String),
    Flag(bool),
    /// Another node.
    Node(Uuid),
    Many(Vec<Value>),
}

/// A node.
pub(super) struct Node {
    id: Uuid,
    types: Vec<&'static str>,
    properties: Vec<(&'static str, Value)>,
}

impl Node {
    pub(super) fn new(id: Uuid, kind: &'static str) -> Self {
        Self { id, types: vec![kind], properties: Vec::new() }
    }

    /// The same, of a further type.
    pub(super) fn also(mut self, kind: &'static str) -> Self {
        self.types.push(kind);
        self
    }

    pub(super) fn with(mut self, key: &'static str, value: Value) -> Self {
        self.properties.push((key, value));
        self
    }

    pub(super) fn text(self, key: &'static str, text: impl Into<String>) -> Self {
        self.with(key, Value::Text(text.into()))
    }

    pub(super) fn maybe_text(self, key: &'static str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(key, text),
            None => self,
        }
    }

    pub(super) fn texts(self, key: &'static str, texts: Vec<String>) -> Self {
        self.many(key, texts.into_iter().map(Value::Text).collect())
    }

    pub(super) fn time(self, key: &'static str, at: Timestamp) -> Self {
        self.with(key, Value::Typed("xsd:dateTime", at.to_string()))
    }

    pub(super) fn integer(self, key: &'static str, number: u64) -> Self {
        self.with(key, Value::Typed("xsd:integer", number.to_string()))
    }

    pub(super) fn node(self, key: &'static str, id: Uuid) -> Self {
        self.with(key, Value::Node(id))
    }

    /// Nothing where there are none.
    pub(super) fn nodes(self, key: &'static str, ids: Vec<Uuid>) -> Self {
        self.many(key, ids.into_iter().map(Value::Node).collect())
    }

    fn many(self, key: &'static str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.with(key, Value::Many(values)) }
    }
}

/// The nodes so far, each once.
#[derive(Default)]
pub(super) struct Graph {
    seen: HashSet<Uuid>,
    nodes: Vec<Node>,
}

impl Graph {
    /// Adds a node; what has its identifier already is the same.
    pub(super) fn add(&mut self, node: Node) -> Uuid {
        let id = node.id;
        if self.seen.insert(id) {
            self.nodes.push(node);
        }
        id
    }

    pub(super) fn has(&self, id: Uuid) -> bool {
        self.seen.contains(&id)
    }

    /// The file: the context, then every node on lines of its own.
    pub(super) fn write(&self, context: &[(&str, &str)]) -> String {
        let mut out = String::from("{\n  \"@context\": {");
        for (index, (prefix, address)) in context.iter().enumerate() {
            line(&mut out, index, 4);
            string(&mut out, prefix);
            out.push_str(": ");
            string(&mut out, address);
        }
        out.push_str("\n  },\n  \"@graph\": [");
        for (index, node) in self.nodes.iter().enumerate() {
            line(&mut out, index, 4);
            node.write(&mut out);
        }
        out.push_str("\n  ]\n}\n");
        out
    }
}

impl Node {
    fn write(&self, out: &mut String) {
        out.push('{');
        line(out, 0, 6);
        key(out, "@id");
        reference(out, self.id);
        line(out, 1, 6);
        key(out, "@type");
        let types: Vec<Value> = self.types.iter().map(|kind| Value::Text((*kind).to_owned())).collect();
        Value::Many(types).write(out, 6);
        for (name, value) in &self.properties {
            line(out, 1, 6);
            key(out, name);
            value.write(out, 6);
        }
        out.push_str("\n    }");
    }
}

impl Value {
    fn write(&self, out: &mut String, indent: usize) {
        match self {
            Self::Text(text) => string(out, text),
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Typed(kind, text) => {
                out.push_str("{ \"@type\": ");
                string(out, kind);
                out.push_str(", \"@value\": ");
                string(out, text);
                out.push_str(" }");
            }
            Self::Node(id) => {
                out.push_str("{ \"@id\": ");
                reference(out, *id);
                out.push_str(" }");
            }
            Self::Many(values) => match values.as_slice() {
                [one] => one.write(out, indent),
                several => list(out, several, indent),
            },
        }
    }
}

fn list(out: &mut String, values: &[Value], indent: usize) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        line(out, index, indent + 2);
        value.write(out, indent + 2);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push(']');
}

/// A new line; after the first element, a comma before it.
fn line(out: &mut String, index: usize, indent: usize) {
    out.push_str(if index == 0 { "\n" } else { ",\n" });
    out.extend(std::iter::repeat_n(' ', indent));
}

fn key(out: &mut String, name: &str) {
    string(out, name);
    out.push_str(": ");
}

fn reference(out: &mut String, id: Uuid) {
    // Writing into a `String` cannot fail.
    let _ = write!(out, "\"urn:uuid:{id}\"");
}

/// A JSON string (RFC 8259, 7) in which whatever is hidden or steers the text around it is an escape. A reader gets the exact
/// text, and a person who opens the file in an editor is not deceived.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            _ if letter != ' ' && is_hidden(letter) => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
