//! Hague 1980 arts. 39 and 40: territories and parts of a state that are bound from dates of their own.

use super::{
    bound::{Bound, Side, dated, last_before, shown},
    finding::{Finding, Said},
    index::{Index, Standing},
};
use crate::{
    Confidence, Instrument, Place,
    tables::{Status, TerritoryRow},
};
use comity_model::Jurisdiction;
use jiff::civil::Date;

/// One side: the row of the territory or part where it has one, otherwise the state's own.
pub(super) fn side<'a>(index: &'a Index, place: &'a Place, towards: &Place, on: Date) -> Option<Side<'a>> {
    let rows = index.territory(place);
    let row = row_for(rows, towards, on);
    let standing = index.party(Instrument::Hague1980, row.map_or(place.jurisdiction(), |row| row.state));
    match (row, standing) {
        (Some(row), standing) if place.part().is_none() => {
            Some(art_39_territory(place, row, standing, handed_over(rows, towards), on))
        }
        (Some(row), Some(standing)) => Some(art_40_part(place, row, standing, towards, on)),
        (None, Some(standing)) => Some(state_or_part_without_row(index, place, standing, on)),
        (_, None) => None,
    }
}

/// Of a place's rows the one that speaks of this other side, then the one that speaks of all; of several in time, the one
/// whose span holds the day, or else the first.
fn row_for<'a>(rows: &'a [TerritoryRow], towards: &Place, on: Date) -> Option<&'a TerritoryRow> {
    let rank = |row: &TerritoryRow| match row.towards {
        Some(named) if named == towards.jurisdiction() => 0,
        None => 1,
        Some(_) => 2,
    };
    rows.iter().min_by_key(|row| (rank(row), !holds_on(row, on), row.from))
}

fn holds_on(row: &TerritoryRow, on: Date) -> bool {
    row.from.is_none_or(|from| on >= from) && row.until.is_none_or(|until| on < until)
}

/// The day on which the territory passed from this other side to another state: before it the two were one state.
fn handed_over(rows: &[TerritoryRow], towards: &Place) -> Option<Date> {
    let from = rows.iter().filter(|row| row.towards.is_none() && row.state == towards.jurisdiction());
    from.filter_map(|row| row.until).max()
}

/// Art. 39: an extension to a territory, with the status of the state that made it; it continues where the territory
/// passed to another (Hong Kong from 1 July 1997, Macao from 20 December 1999).
fn art_39_territory<'a>(
    place: &'a Place,
    row: &'a TerritoryRow,
    standing: Option<&'a Standing>,
    handed_over: Option<Date>,
    on: Date,
) -> Side<'a> {
    let original =
        |known: &Standing| matches!(known.status, Status::Ratified | Status::Succeeded | Status::Continued);
    let bound = match (own_dates(row, on), handed_over) {
        (Bound::Since(from), Some(day)) => Bound::Since(from.max(day)),
        (own, _) => own,
    };
    Side {
        name: place,
        state: place.jurisdiction(),
        row: &row.cite,
        also: None,
        bound,
        ends: row.until,
        caveat: None,
        original: standing.is_some_and(original),
    }
}

fn own_dates(row: &TerritoryRow, on: Date) -> Bound {
    if row.cite.confidence == Confidence::Low {
        return Bound::Low;
    }
    if !row.applies {
        return if row.cite.as_of == Some(on) { Bound::NotOnThatDay } else { Bound::Negative };
    }
    match (row.from, row.until) {
        (_, Some(until)) if on >= until => Bound::Ended(until),
        (Some(from), _) => dated(from, on),
        (None, _) => shown(row.cite.as_of, on),
    }
}

/// Art. 40: a part of a state with several systems of law is bound from the day of the declaration for it. A row read as
/// against one state shows, as against others, no more than that the part was bound by that day.
fn art_40_part<'a>(
    place: &'a Place,
    row: &'a TerritoryRow,
    standing: &'a Standing,
    towards: &Place,
    on: Date,
) -> Side<'a> {
    let state = Side::of(place, standing, on);
    let (Bound::Since(base), Some(from)) = (state.bound, row.from) else { return state };
    let elsewhere = row.towards.is_some_and(|named| named != towards.jurisdiction());
    let bound = match own_dates(row, on) {
        Bound::Since(from) if elsewhere && from > base => Bound::By(from),
        Bound::Since(from) => Bound::Since(from.max(base)),
        Bound::NotYet(_) if elsewhere => Bound::NoPart,
        other => other,
    };
    let caveat = row.towards.filter(|_| elsewhere).map(|named| towards_another(place, named, from));
    Side { bound, row: &row.cite, also: Some(state.row), caveat, ..state }
}

fn towards_another<'a>(place: &'a Place, named: Jurisdiction, from: Date) -> Said<'a> {
    Said::new("relation.caveat.part_towards_another")
        .with("part", place)
        .with("towards", named)
        .with("from", from)
}

/// A whole state; or a part of it for which there is no row, which is taken with the state unless the state is bound by
/// its parts.
fn state_or_part_without_row<'a>(
    index: &'a Index,
    place: &'a Place,
    standing: &'a Standing,
    on: Date,
) -> Side<'a> {
    let state = Side::of(place, standing, on);
    if standing.status == Status::Continued {
        // The row of the state speaks of its territories alone.
        return Side { bound: Bound::NoPart, ..state };
    }
    let (Bound::Since(_), Some((last, cite))) = (state.bound, index.last_part(standing.state)) else {
        return state;
    };
    if place.part().is_some() {
        return Side { bound: Bound::NoPart, ..state };
    }
    if on < *last {
        return Side { bound: Bound::NamePart(*last), also: Some(cite), ..state };
    }
    // Of the state as a whole it is known that by then every part in the table was bound, not since when.
    let caveat = Said::new("relation.caveat.by_parts").with("state", place).with("last", *last);
    Side { bound: Bound::By(*last), caveat: Some(caveat), ..state }
}

/// Two territories of what is now one state (Hong Kong and Macao): in force between them as long as they stood under
/// different states, and not from the day on which both stood under one.
pub(super) fn within_one_state<'a>(
    index: &'a Index,
    one: &'a Place,
    other: &'a Place,
    on: Date,
) -> Option<Finding<'a>> {
    let between = |place: &'a Place, towards: &Place| {
        index
            .territory(place)
            .iter()
            .find(|row| row.towards == Some(towards.jurisdiction()) && place.part().is_none())
    };
    let row = between(one, other).or_else(|| between(other, one))?;
    Some(span(row, one, other, on).row(&row.cite))
}

fn span<'a>(row: &'a TerritoryRow, one: &'a Place, other: &'a Place, on: Date) -> Finding<'a> {
    let said = |key| Said::new(key).with("one", one).with("other", other);
    let (bound, last) = (own_dates(row, on), row.until.and_then(last_before));
    match bound {
        Bound::Since(from) => {
            let rule =
                said("relation.hague_1980.between_territories").with("since", from).with("until", last);
            Finding::in_force(Some(from), rule).until(last)
        }
        Bound::Ended(from) => {
            let rule = said("relation.hague_1980.one_state_now").with("from", from);
            Finding::not_in_force(rule).until(last_before(from))
        }
        Bound::NotYet(from) => {
            let rule = Said::new("relation.before_entry").with("state", one).with("from", from);
            Finding::not_in_force(rule)
        }
        _ => Finding::unknown(Said::new("relation.to_be_confirmed").with("state", one)),
    }
}

/// Whether both places stand under one state on a day, by the table of territories.
pub(super) fn same_sovereign(index: &Index, one: &Place, other: &Place, on: Date) -> bool {
    sovereign(index, one, on) == sovereign(index, other, on)
}

/// The state under which a place stands on a day: where a territory passed to another, the one before as long as its span
/// lasts, then the one after.
fn sovereign(index: &Index, place: &Place, on: Date) -> Jurisdiction {
    let rows = index.territory(place).iter().filter(|row| row.towards.is_none() || place.part().is_some());
    let row = rows.min_by_key(|row| (row.until.is_some_and(|until| on >= until), row.until.is_none()));
    row.map_or(place.jurisdiction(), |row| row.state)
}
