//! `comity match names`.

use super::table::{Cell, Rows, Table};
use crate::{cli::matching::Names, failure::Failure};
use comity_matching::{Bearer, NameComparison, Use, compare_names};
use csv::StringRecord;

/// Each row of the file with `score,decision`, and `reasons` where they are asked for.
pub fn run(ask: &Names, as_json: bool) -> Result<(), Failure> {
    let mut table = Table::open(&ask.file.csv, ask.file.delimiter)?;
    let (one, other) = (table.need(&ask.one)?, table.need(&ask.other)?);
    let schema = table.find("schema");
    let added: &[&str] = if ask.explain { &["score", "decision", "reasons"] } else { &["score", "decision"] };
    table.refuse(added)?;
    let columns: Vec<&str> =
        table.columns().iter().map(String::as_str).chain(added.iter().copied()).collect();
    let mut rows = Rows::begin(as_json, &columns)?;
    while let Some(record) = table.next()? {
        let field = |at: usize| record.get(at).unwrap_or_default();
        let bearer = schema.map_or(Bearer::Unknown, |at| bearer(field(at)));
        let found = compare_names(field(one), field(other), bearer);
        write(&mut rows, record, &found, ask)?;
    }
    rows.finish()
}

fn write(rows: &mut Rows, record: &StringRecord, found: &NameComparison, ask: &Names) -> Result<(), Failure> {
    let decision = if found.is_match(Use::from(ask.purpose)) { "match" } else { "no_match" };
    let reasons = if ask.explain { found.reasons().join("; ") } else { String::new() };
    let added = [Cell::Score(found.score), Cell::Text(decision), Cell::Text(&reasons)];
    let shown = if ask.explain { 3 } else { 2 };
    rows.row(record.iter().map(Cell::Text).chain(added.into_iter().take(shown)))
}

/// What bears the names, by the words of FollowTheMoney.
fn bearer(schema: &str) -> Bearer {
    match schema {
        "Person" => Bearer::Person,
        _ => Bearer::Unknown,
    }
}
