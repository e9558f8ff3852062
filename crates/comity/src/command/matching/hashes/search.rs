//! Looks for hashes in hash-set files. What is looked for is held in memory; the sets, which may be of any size, go past.

use super::{
    super::{
        sets::{each, tell_refused},
        table::{Cell, Rows},
    },
    asked::Asked,
    batch::{Batch, Lead, Wanted},
};
use crate::{cli::matching::Hashes, failure::Failure};
use comity_hashes::set::Item;
use std::path::Path;

/// A row for each entry of a set that has what is looked for; a lead, and no proof.
pub fn run(ask: &Hashes, as_json: bool) -> Result<(), Failure> {
    let asked = Asked::of(&ask.files, &ask.hashes, ask.list.as_deref(), ask.quality)?;
    let wanted = Wanted::new(asked, ask.distance)?;
    let columns = ["asked", "hash", "distance", "set", "place", "category", "reference"];
    let mut rows = Rows::begin(as_json, &columns)?;
    for path in &ask.sets {
        one_set(ask, &wanted, path, &mut rows)?;
    }
    rows.finish()
}

fn one_set(ask: &Hashes, wanted: &Wanted, path: &Path, rows: &mut Rows) -> Result<(), Failure> {
    let (mut written, mut first, mut batch) = (Ok(()), None, Batch::new(wanted));
    let name = path.display().to_string();
    let (_, summary) = each(path, ask.format, |item| match item {
        Item::Entry(entry) if written.is_ok() => {
            batch.take(*entry);
            if batch.is_full() {
                written = batch.look_up(|lead| write(rows, &name, &lead));
            }
        }
        Item::Refused(refused) => {
            first.get_or_insert_with(|| refused.to_string());
        }
        Item::Entry(_) => {}
    })?;
    written?;
    batch.look_up(|lead| write(rows, &name, &lead))?;
    tell_refused(path, summary.refused, first.as_deref());
    if summary.entries == 0 && summary.refused > 0 {
        return Err(Failure::DoesNotHold(format!(
            "`{name}` has no entry that can be read; is it a hash set?"
        )));
    }
    Ok(())
}

fn write(rows: &mut Rows, set: &str, lead: &Lead<'_>) -> Result<(), Failure> {
    let distance = lead.distance.map_or(Cell::None, |distance| Cell::Count(u64::from(distance)));
    let cells = [
        Cell::Text(lead.asked),
        Cell::Text(lead.hash),
        distance,
        Cell::Text(set),
        Cell::Count(lead.row.place),
        Cell::Text(lead.row.category.as_deref().unwrap_or_default()),
        Cell::Text(lead.row.reference.as_deref().unwrap_or_default()),
    ];
    rows.row(cells.into_iter())
}
