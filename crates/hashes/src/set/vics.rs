//! The media list of VICS 2.0: `value` holds media, or cases of which each holds `Media`.

use super::{
    Entry, Item, Limits, Reason, SetError, Sink,
    entry::Field,
    json::{Cut, Cutter},
};
use serde::Deserialize;
use std::{io::BufRead, ops::ControlFlow};

/// What of a medium is used; the rest is for other purposes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Medium {
    #[serde(rename = "MediaID", default)]
    media_id: Option<Word>,
    #[serde(default)]
    category: Option<Word>,
    #[serde(rename = "MD5", default)]
    md5: Option<String>,
    #[serde(rename = "SHA1", default)]
    sha1: Option<String>,
    #[serde(rename = "SHA256", default)]
    sha256: Option<String>,
    #[serde(rename = "PDQ", default)]
    pdq: Option<String>,
    #[serde(default)]
    media_size: Option<Word>,
    #[serde(default)]
    alternative_hashes: Option<Vec<Alternative>>,
}

/// A hash under its own name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Alternative {
    hash_name: String,
    hash_value: String,
}

/// Tools write numbers as numbers or as texts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Word {
    Number(serde_json::Number),
    Text(String),
}

impl Word {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

pub(super) fn read<F: FnMut(Item) -> ControlFlow<()>>(
    mut list: impl BufRead,
    limits: &Limits,
    sink: &mut Sink<F>,
) -> Result<(), SetError> {
    if list.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
        list.consume(3);
    }
    let mut reader = Reader { cutter: Cutter::new(list, limits.item), sink, items: 0 };
    let mut found = false;
    let flow = reader.object(b"value", &mut found, Reader::list_of_any)?;
    if flow.is_break() {
        return Ok(());
    }
    if reader.cutter.ahead()?.is_some() {
        return reader.cutter.broken("something follows the list");
    }
    if found { Ok(()) } else { Err(SetError::NoMedia) }
}

struct Reader<'a, R, F> {
    cutter: Cutter<R>,
    sink: &'a mut Sink<F>,
    items: u64,
}

type Flow = Result<ControlFlow<()>, SetError>;

impl<R: BufRead, F: FnMut(Item) -> ControlFlow<()>> Reader<'_, R, F> {
    /// Reads an object; where a member of this name is a list, it is read by `list`.
    fn object(&mut self, name: &[u8], found: &mut bool, list: fn(&mut Self) -> Flow) -> Flow {
        if !self.cutter.takes(b'{')? {
            return self.cutter.broken("an object is missing");
        }
        if self.cutter.takes(b'}')? {
            return Ok(ControlFlow::Continue(()));
        }
        loop {
            let key = self.cutter.key()?;
            if key == name && self.cutter.ahead()? == Some(b'[') {
                *found = true;
                // What was kept so far was no medium, but a case around media.
                self.cutter.forget();
                if list(self)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            } else {
                self.cutter.pass()?;
            }
            if !self.cutter.goes_on(b'}')? {
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    /// `value`: media, or cases.
    fn list_of_any(&mut self) -> Flow {
        self.elements(|reader| {
            let mut case = false;
            if reader.object(b"Media", &mut case, Self::list_of_media)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if case { Ok(ControlFlow::Continue(())) } else { reader.tell() }
        })
    }

    /// `Media` of a case.
    fn list_of_media(&mut self) -> Flow {
        self.elements(|reader| {
            reader.cutter.pass()?;
            reader.tell()
        })
    }

    /// Reads a list; elements that are no objects are refused one by one.
    fn elements(&mut self, object: fn(&mut Self) -> Flow) -> Flow {
        self.cutter.takes(b'[')?;
        if self.cutter.takes(b']')? {
            return Ok(ControlFlow::Continue(()));
        }
        loop {
            let is_object = self.cutter.ahead()? == Some(b'{');
            self.cutter.keep();
            let flow = if is_object {
                object(self)?
            } else {
                self.cutter.pass()?;
                self.tell()?
            };
            if flow.is_break() {
                return Ok(flow);
            }
            if !self.cutter.goes_on(b']')? {
                return Ok(ControlFlow::Continue(()));
            }
        }
    }

    /// Hands on the item that was kept.
    fn tell(&mut self) -> Flow {
        self.items += 1;
        match self.cutter.kept() {
            Some(cut) => self.sink.take(self.items, entry(cut)),
            None => Ok(ControlFlow::Continue(())),
        }
    }
}

fn entry(cut: Cut) -> Result<Entry, Reason> {
    let medium: Medium = serde_json::from_slice(&cut?).map_err(|fault| Reason::Json(fault.to_string()))?;
    let mut entry = Entry::default();
    let hashes = [
        (Field::Md5, medium.md5),
        (Field::Sha1, medium.sha1),
        (Field::Sha256, medium.sha256),
        (Field::Pdq, medium.pdq),
        (Field::Category, medium.category.map(Word::text)),
        (Field::Size, medium.media_size.map(Word::text)),
        (Field::Reference, medium.media_id.map(Word::text)),
    ];
    for (field, text) in hashes {
        entry.set(field, text.as_deref().unwrap_or_default())?;
    }
    for Alternative { hash_name, hash_value } in medium.alternative_hashes.unwrap_or_default() {
        let field = match hash_name.to_ascii_uppercase().as_str() {
            "PDQ" => Field::Pdq,
            "SHA256" | "SHA-256" => Field::Sha256,
            "BLAKE3" => Field::Blake3,
            // Hashes of other kinds are none of ours.
            _ => continue,
        };
        entry.set(field, &hash_value)?;
    }
    entry.whole()
}
