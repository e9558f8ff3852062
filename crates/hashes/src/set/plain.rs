//! One hash a line: alone, as `md5sum` writes it (`hash  name`, `hash *name`), or as BSD tools do (`MD5 (name) = hash`).

use super::{Entry, Item, Limits, Reason, SetError, Sink, Wide, entry::Field, lines::Lines};
use std::{io::BufRead, ops::ControlFlow};

pub(super) fn read<F: FnMut(Item) -> ControlFlow<()>>(
    list: impl BufRead,
    wide: Wide,
    limits: &Limits,
    sink: &mut Sink<F>,
) -> Result<(), SetError> {
    let mut lines = Lines::new(list, limits);
    loop {
        let item = match lines.next()? {
            None => return Ok(()),
            Some(Ok(line)) if line.trim().is_empty() || line.starts_with(['#', ';']) => {
                sink.summary.skipped += 1;
                continue;
            }
            Some(Ok(line)) => entry(line.trim(), wide),
            Some(Err(reason)) => Err(reason),
        };
        if sink.take(lines.number, item)?.is_break() {
            return Ok(());
        }
    }
}

fn entry(line: &str, wide: Wide) -> Result<Entry, Reason> {
    let mut entry = Entry::default();
    if let Some((field, name, hash)) = tagged(line) {
        entry.set(field, hash)?;
        entry.set(Field::Reference, name)?;
        return entry.whole();
    }
    let (hash, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let field = match (hash.len(), wide) {
        (32, _) => Field::Md5,
        (40, _) => Field::Sha1,
        (64, Wide::Sha256) => Field::Sha256,
        (64, Wide::Blake3) => Field::Blake3,
        (64, Wide::Pdq) => Field::Pdq,
        _ => {
            return Err(Reason::Field {
                field: "hash of 32, 40 or 64 digits",
                given: hash.chars().take(80).collect(),
            });
        }
    };
    entry.set(field, hash)?;
    entry.set(Field::Reference, name.trim_start().trim_start_matches('*'))?;
    entry.whole()
}

/// `MD5 (name) = hash`.
fn tagged(line: &str) -> Option<(Field, &str, &str)> {
    let (tag, rest) = line.split_once(" (")?;
    let (name, hash) = rest.rsplit_once(") = ")?;
    let field = match tag {
        "MD5" => Field::Md5,
        "SHA1" => Field::Sha1,
        "SHA256" => Field::Sha256,
        "BLAKE3" => Field::Blake3,
        "PDQ" => Field::Pdq,
        _ => return None,
    };
    Some((field, name, hash))
}
