//! Treaties that are in force between all their parties: Council of Europe conventions and United Nations instruments.

use super::{
    bound::{Side, last_day, later, obstacle},
    finding::{Finding, Said},
    index::Index,
};
use crate::{Instrument, Place};
use jiff::civil::Date;

/// Vienna Convention on the Law of Treaties, arts. 24 and 26: a treaty in force binds its parties, here from the later of
/// the two entries into force.
pub(super) fn between_all_parties<'a>(
    index: &'a Index,
    instrument: Instrument,
    pair: (&'a Place, &'a Place),
    on: Date,
) -> Finding<'a> {
    match sides(index, instrument, pair, on) {
        (Some(one), Some(other)) => {
            obstacle(&one, &other).unwrap_or_else(|| both_are_parties(instrument, &one, &other))
        }
        found => missing(instrument, pair, found),
    }
}

/// Both sides, as far as the tables have a row for them.
pub(super) fn sides<'a>(
    index: &'a Index,
    instrument: Instrument,
    (one, other): (&'a Place, &'a Place),
    on: Date,
) -> (Option<Side<'a>>, Option<Side<'a>>) {
    let side = |place: &'a Place| {
        let standing = index.party(instrument, place.jurisdiction())?;
        Some(Side::of(place, standing, on))
    };
    (side(one), side(other))
}

/// The tables have no row for one of the two, or for both; the first without one is named.
pub(super) fn missing<'a>(
    instrument: Instrument,
    (one, other): (&'a Place, &'a Place),
    found: (Option<Side<'a>>, Option<Side<'a>>),
) -> Finding<'a> {
    let named = if found.0.is_none() { one } else { other };
    no_row(instrument, named).rows(found.0.or(found.1).iter().flat_map(Side::rows))
}

/// A missing row says nothing (rule 1 of the tables).
pub(super) fn no_row<'a>(instrument: Instrument, place: &'a Place) -> Finding<'a> {
    Finding::absent(Said::new("relation.no_row").with("instrument", instrument.code()).with("state", place))
}

pub(super) fn both_are_parties<'a>(instrument: Instrument, one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    let since = later(one.bound, other.bound);
    let key = if since.is_some() { "relation.parties.dated" } else { "relation.parties.undated" };
    let rule = Said::new(key).with("one", one.name).with("other", other.name);
    let rule = match since {
        Some(since) => rule.with("instrument", instrument.code()).with("since", since),
        None => rule.with("instrument", instrument.code()),
    };
    Finding::in_force(since, rule)
        .until(last_day(one, other))
        .rows(one.rows().chain(other.rows()))
        .caveat(one.caveat)
        .caveat(other.caveat)
}
