//! `comity match persons`. Duplicates are found in the table as a whole: of each row is kept in memory what is compared, and its name.

use super::table::{Cell, Rows, Table};
use crate::{cli::matching::Persons, failure::Failure};
use comity_matching::dedup::{Gathered, THRESHOLD};
use std::borrow::Cow;

/// Columns that name a row where nothing else is said.
const ID_COLUMNS: [&str; 4] = ["id", "unique_id", "rec_id", "record_id"];

/// Pairs of rows that may be one person, the surest first.
pub fn run(ask: &Persons, as_json: bool) -> Result<(), Failure> {
    let mut table = Table::open(&ask.file.csv, ask.file.delimiter)?;
    let id = match &ask.id {
        Some(column) => Some(table.need(column)?),
        None => ID_COLUMNS.iter().find_map(|column| table.find(column)),
    };
    let (gathered, names) = load(&mut table, id)?;
    let mut found = gathered.duplicates();
    found.pairs.retain(|pair| ask.all || pair.score >= THRESHOLD);
    found.pairs.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then((one.a, one.b).cmp(&(other.a, other.b)))
    });
    let mut rows = Rows::begin(as_json, &["id_a", "id_b", "score"])?;
    for pair in &found.pairs {
        let (a, b) = (names.of(pair.a), names.of(pair.b));
        rows.row([Cell::Text(&a), Cell::Text(&b), Cell::Score(pair.score)].into_iter())?;
    }
    rows.finish()
}

/// The rows without the column that names them, and their names.
fn load(table: &mut Table, id: Option<usize>) -> Result<(Gathered, Names), Failure> {
    let kept = |at: &usize| Some(*at) != id;
    let columns = table.columns().iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, name)| name.clone());
    let columns: Vec<String> = columns.collect();
    let mut gathered = Gathered::new(&columns);
    if !gathered.compares() {
        let columns = columns.join("`, `");
        return Err(Failure::Usage(format!(
            "there is nothing to compare in the columns `{columns}`; name some"
        )));
    }
    let (mut names, mut lines) = (Names::default(), Vec::new());
    while let Some(record) = table.next()? {
        let row: Vec<&str> =
            record.iter().enumerate().filter(|(at, _)| kept(at)).map(|(_, text)| text).collect();
        gathered.add(&row);
        if let Some(at) = id {
            names.add(record.get(at).unwrap_or_default());
            lines.push(table.line());
        }
    }
    if let Some((first, second)) = names.twice() {
        let column = id.and_then(|at| table.columns().get(at)).cloned().unwrap_or_default();
        let (name, line) = (names.of(second), |row: usize| lines.get(row).copied().unwrap_or_default());
        let why = format!("`{name}` stands in line {} already; give each row its own", line(first));
        return Err(table.wrong_at(line(second), &column, &why));
    }
    Ok((gathered, names))
}

/// The names of the rows in one text; without any, rows are counted from 0.
#[derive(Default)]
struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    fn add(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    fn of(&self, row: usize) -> Cow<'_, str> {
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(row).copied());
        let name = range.and_then(|(start, end)| self.text.get(start..end));
        name.map_or_else(|| Cow::Owned(row.to_string()), Cow::Borrowed)
    }

    /// The first row that has the name of one before it, with that one before it.
    fn twice(&self) -> Option<(usize, usize)> {
        let mut rows: Vec<usize> = (0..self.ends.len()).collect();
        rows.sort_by(|one, other| self.of(*one).cmp(&self.of(*other)).then(one.cmp(other)));
        let same = rows.windows(2).filter_map(|pair| match pair {
            [first, second] if self.of(*first) == self.of(*second) => Some((*first, *second)),
            _ => None,
        });
        same.min_by_key(|(_, second)| *second)
    }
}
