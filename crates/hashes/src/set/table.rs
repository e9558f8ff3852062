//! A table: a line of headers, then one entry a line. Headers may be in any order and spelled as tools spell them; others are passed over.

use super::{Entry, Item, Limits, Reason, SetError, Sink, entry::Field, lines::Lines};
use std::{borrow::Cow, io::BufRead, ops::ControlFlow};

/// What may stand between fields.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

pub(super) fn read<F: FnMut(Item) -> ControlFlow<()>>(
    list: impl BufRead,
    limits: &Limits,
    sink: &mut Sink<F>,
) -> Result<(), SetError> {
    let mut lines = Lines::new(list, limits);
    let headers = match lines.next()? {
        Some(Ok(line)) => {
            headers(line).ok_or_else(|| SetError::NoHashColumn(line.chars().take(80).collect()))?
        }
        _ => return Err(SetError::NoHashColumn(String::new())),
    };
    loop {
        let item = match lines.next()? {
            None => return Ok(()),
            Some(Ok(line)) if line.trim().is_empty() => {
                sink.summary.skipped += 1;
                continue;
            }
            Some(Ok(line)) => headers.entry(line),
            Some(Err(reason)) => Err(reason),
        };
        if sink.take(lines.number, item)?.is_break() {
            return Ok(());
        }
    }
}

/// What the columns are.
struct Headers {
    separator: char,
    columns: Vec<Option<Field>>,
}

/// The headers of a line, by the separator under which most are known; nothing where none names a hash.
fn headers(line: &str) -> Option<Headers> {
    let split = |separator| {
        let columns = fields(line, separator).ok()?.iter().map(|header| field(header)).collect();
        Some(Headers { separator, columns })
    };
    let known = |headers: &Headers| headers.columns.iter().flatten().count();
    let best = SEPARATORS.into_iter().filter_map(split).max_by_key(known)?;
    best.columns.iter().flatten().any(|field| field.is_hash()).then_some(best)
}

/// What a header means, whatever its case, spaces and dashes.
fn field(header: &str) -> Option<Field> {
    let plain: String = header.chars().filter(char::is_ascii_alphanumeric).collect();
    Some(match plain.to_ascii_lowercase().as_str() {
        "md5" | "md5hash" | "hashmd5" => Field::Md5,
        "sha1" | "sha1hash" | "hashsha1" => Field::Sha1,
        "sha256" | "sha256hash" | "hashsha256" => Field::Sha256,
        "blake3" | "blake3hash" => Field::Blake3,
        "pdq" | "pdqhash" | "hashpdq" => Field::Pdq,
        "quality" | "pdqquality" => Field::Quality,
        "category" | "cat" => Field::Category,
        "size" | "filesize" | "mediasize" | "sizebytes" | "bytes" => Field::Size,
        "reference" | "id" | "mediaid" | "name" | "filename" => Field::Reference,
        _ => return None,
    })
}

impl Headers {
    fn entry(&self, line: &str) -> Result<Entry, Reason> {
        let fields = fields(line, self.separator)?;
        if fields.len() != self.columns.len() {
            return Err(Reason::Columns(fields.len(), self.columns.len()));
        }
        let mut entry = Entry::default();
        for (column, text) in self.columns.iter().zip(&fields) {
            if let Some(field) = column {
                entry.set(*field, text)?;
            }
        }
        entry.whole()
    }
}

/// The fields of a line, as RFC 4180 has them; a field does not go on in the next line.
fn fields(line: &str, separator: char) -> Result<Vec<Cow<'_, str>>, Reason> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = closing(quoted).ok_or(Reason::OpenQuote)?;
                let (inside, after) = quoted.split_at_checked(end).ok_or(Reason::OpenQuote)?;
                (Cow::Owned(inside.replace("\"\"", "\"")), after.strip_prefix('"').unwrap_or(after))
            }
            None => {
                let end = rest.find(separator).unwrap_or(rest.len());
                let (plain, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Cow::Borrowed(plain), after)
            }
        };
        fields.push(field);
        match after.strip_prefix(separator) {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err(Reason::OpenQuote),
        }
    }
}

/// Where the quotation ends: at a mark that is not doubled.
fn closing(quoted: &str) -> Option<usize> {
    let mut marks = quoted.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(mark) = marks.next() {
        if marks.next_if_eq(&(mark + 1)).is_none() {
            return Some(mark);
        }
    }
    None
}
