//! `comity match persons`. Duplicates are found in the table as a whole, so it is held in memory.

use super::table::{Cell, Rows, Table};
use crate::{cli::matching::Persons, failure::Failure};
use comity_matching::dedup::{self, THRESHOLD, duplicates};
use std::collections::HashMap;

/// Columns that name a row where nothing else is said.
const ID_COLUMNS: [&str; 4] = ["id", "unique_id", "rec_id", "record_id"];

/// Pairs of rows that may be one person, the surest first.
pub fn run(ask: &Persons, as_json: bool) -> Result<(), Failure> {
    let mut table = Table::open(&ask.file.csv, ask.file.delimiter)?;
    let id = match &ask.id {
        Some(column) => Some(table.need(column)?),
        None => ID_COLUMNS.iter().find_map(|column| table.find(column)),
    };
    let (whole, ids) = load(&mut table, id)?;
    let mut found = duplicates(&whole);
    if found.columns.is_empty() {
        let columns = whole.columns.join("`, `");
        return Err(Failure::Usage(format!(
            "there is nothing to compare in the columns `{columns}`; name some"
        )));
    }
    found.pairs.retain(|pair| ask.all || pair.score >= THRESHOLD);
    found.pairs.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then((one.a, one.b).cmp(&(other.a, other.b)))
    });
    let mut rows = Rows::begin(as_json, &["id_a", "id_b", "score"])?;
    for pair in &found.pairs {
        let name = |row: usize| ids.get(row).map_or("", String::as_str);
        rows.row([Cell::Text(name(pair.a)), Cell::Text(name(pair.b)), Cell::Score(pair.score)].into_iter())?;
    }
    rows.finish()
}

/// The table without the column that names a row, and the names of the rows.
fn load(table: &mut Table, id: Option<usize>) -> Result<(dedup::Table, Vec<String>), Failure> {
    let kept = |at: &usize| Some(*at) != id;
    let columns = table.columns().iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, name)| name.clone());
    let mut whole = dedup::Table { columns: columns.collect(), rows: Vec::new() };
    let (mut ids, mut seen) = (Vec::new(), HashMap::new());
    while let Some(record) = table.next()? {
        let fields = record.iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, text)| text.to_owned());
        whole.rows.push(fields.collect());
        let name = id.and_then(|at| record.get(at)).map_or_else(|| ids.len().to_string(), str::to_owned);
        ids.push(name.clone());
        let line = table.line();
        if let Some(first) = seen.insert(name.clone(), line) {
            let column = id.and_then(|at| table.columns().get(at)).cloned().unwrap_or_default();
            return Err(table
                .wrong(&column, &format!("`{name}` stands in line {first} already; give each row its own")));
        }
    }
    Ok((whole, ids))
}
