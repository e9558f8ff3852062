//! `comity match selectors`.

use super::table::{Cell, Rows, Table, open};
use crate::{cli::matching::Selectors, failure::Failure};
use comity_matching::canonical::{CanonicalError, Checked, Context, Reading, read};
use comity_model::{Jurisdiction, selector::SelectorKind};
use csv::StringRecord;
use std::{io::BufRead, path::Path};

const ADDED: [&str; 3] = ["canonical", "checked", "refused"];

/// How many were read, and how many of them refused.
#[derive(Default)]
struct Tally {
    read: u64,
    refused: u64,
}

/// The canonical form of each value, or why it has none.
pub fn run(ask: &Selectors, as_json: bool) -> Result<(), Failure> {
    let tally = match (&ask.csv, &ask.list) {
        (Some(path), _) => of_table(ask, path, as_json),
        (None, Some(path)) => of_list(ask, path, as_json),
        (None, None) => of_values(ask, as_json),
    }?;
    if tally.refused == 0 {
        return Ok(());
    }
    Err(Failure::DoesNotHold(format!("{} of {} values refused", tally.refused, tally.read)))
}

fn of_values(ask: &Selectors, as_json: bool) -> Result<Tally, Failure> {
    let mut rows = begin(as_json)?;
    let mut tally = Tally::default();
    for value in &ask.values {
        one(&mut rows, &mut tally, ask, value)?;
    }
    rows.finish()?;
    Ok(tally)
}

fn of_list(ask: &Selectors, path: &Path, as_json: bool) -> Result<Tally, Failure> {
    let mut lines = open(path)?;
    let mut rows = begin(as_json)?;
    let (mut tally, mut line) = (Tally::default(), Vec::new());
    let mut number = 0u64;
    while next_line(&mut lines, &mut line).map_err(|fault| Failure::file(path, &fault))? {
        number += 1;
        let value =
            std::str::from_utf8(&line).map_err(|fault| not_utf8(path, number, fault.valid_up_to()))?;
        if !value.trim().is_empty() {
            one(&mut rows, &mut tally, ask, value.trim())?;
        }
    }
    rows.finish()?;
    Ok(tally)
}

fn not_utf8(path: &Path, line: u64, valid: usize) -> Failure {
    let name = path.display();
    let text = format!("`{name}`, line {line}, byte {}: not UTF-8; save the file as UTF-8", valid + 1);
    Failure::DoesNotHold(text)
}

/// The next line without its end; false at the end of the file.
pub fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let read = lines.read_until(b'\n', line)?;
    while line.last().is_some_and(|sign| matches!(sign, b'\n' | b'\r')) {
        line.pop();
    }
    Ok(read > 0)
}

fn begin(as_json: bool) -> Result<Rows, Failure> {
    Rows::begin(as_json, &["kind", "value", "canonical", "checked", "refused"])
}

fn one(rows: &mut Rows, tally: &mut Tally, ask: &Selectors, value: &str) -> Result<(), Failure> {
    let kind =
        ask.kind.ok_or_else(|| Failure::Usage("name the kind of the values with --kind".to_owned()))?;
    let context = Context { region: ask.region, scheme: ask.scheme.clone() };
    row(rows, tally, &[kind.word(), value], &read(kind, value, &context))
}

fn row(
    rows: &mut Rows,
    tally: &mut Tally,
    given: &[&str],
    found: &Result<Reading, CanonicalError>,
) -> Result<(), Failure> {
    tally.read += 1;
    let given = given.iter().map(|text| Cell::Text(text));
    match found {
        Ok(reading) => {
            let checked = if reading.checked == Checked::Checksum { "checksum" } else { "shape" };
            let added = [Cell::Text(reading.canonical.value()), Cell::Text(checked), Cell::None];
            rows.row(given.chain(added))
        }
        Err(fault) => {
            tally.refused += 1;
            let why = fault.fault().to_string();
            rows.row(given.chain([Cell::None, Cell::None, Cell::Text(&why)]))
        }
    }
}

/// Where the columns stand that are read.
struct Columns {
    kind: Option<usize>,
    value: usize,
    region: Option<usize>,
    scheme: Option<usize>,
}

fn of_table(ask: &Selectors, path: &Path, as_json: bool) -> Result<Tally, Failure> {
    let mut table = Table::open(path, ask.delimiter)?;
    let kind = if ask.kind.is_some() { table.find("kind") } else { Some(table.need("kind")?) };
    let (value, region, scheme) = (table.need("value")?, table.find("region"), table.find("scheme"));
    let columns = Columns { kind, value, region, scheme };
    table.refuse(&ADDED)?;
    let names: Vec<&str> = table.columns().iter().map(String::as_str).chain(ADDED).collect();
    let mut rows = Rows::begin(as_json, &names)?;
    let mut tally = Tally::default();
    while let Some(record) = table.next()?.cloned() {
        let found = asked(&table, &columns, ask, &record)?;
        let given: Vec<&str> = record.iter().collect();
        row(&mut rows, &mut tally, &given, &found)?;
    }
    rows.finish()?;
    Ok(tally)
}

/// One row's selector; a word of the row that is unknown ends the run, since every row would then be in doubt.
fn asked(
    table: &Table,
    columns: &Columns,
    ask: &Selectors,
    record: &StringRecord,
) -> Result<Result<Reading, CanonicalError>, Failure> {
    let field =
        |at: Option<usize>| at.and_then(|at| record.get(at)).map(str::trim).filter(|text| !text.is_empty());
    let kind = match field(columns.kind) {
        Some(word) => {
            Some(word.parse::<SelectorKind>().map_err(|fault| table.wrong("kind", &fault.to_string()))?)
        }
        None => ask.kind,
    };
    let kind = kind.ok_or_else(|| table.wrong("kind", "it is empty; write the kind, or give --kind"))?;
    let region = match field(columns.region) {
        Some(code) => {
            Some(code.parse::<Jurisdiction>().map_err(|fault| table.wrong("region", &fault.to_string()))?)
        }
        None => ask.region,
    };
    let scheme = field(columns.scheme).map(str::to_owned).or_else(|| ask.scheme.clone());
    Ok(read(kind, record.get(columns.value).unwrap_or_default(), &Context { region, scheme }))
}
