//! Hague Convention of 25 October 1980 on the civil aspects of international child abduction.

use super::{
    bound::{Bound, Side, last_day, later, obstacle},
    finding::{Finding, Said},
    hague_1980_territory::{same_sovereign, side, within_one_state},
    index::{Accepted, Index},
    multilateral::missing,
};
use crate::{Confidence, Instrument, Place};
use comity_model::legal::LawAnswer;
use jiff::civil::Date;

/// In force between the two? Between states that ratified, by itself; otherwise only where the accession was accepted.
pub(super) fn between<'a>(index: &'a Index, (one, other): (&'a Place, &'a Place), on: Date) -> Finding<'a> {
    if let Some(found) = within_one_state(index, one, other, on) {
        return found;
    }
    if same_sovereign(index, one, other, on) {
        return super::same_state(one);
    }
    match (side(index, one, other, on), side(index, other, one, on)) {
        (Some(first), Some(second)) if first.original && second.original => {
            hague_1980_art_37_43_ratifications(&first, &second)
        }
        (Some(first), Some(second)) => hague_1980_art_38_accession(index, &first, &second, on),
        found => missing(Instrument::Hague1980, (one, other), found),
    }
}

/// Arts. 37 and 43: between states that ratified, accepted, approved or succeeded, from the later entry into force.
fn hague_1980_art_37_43_ratifications<'a>(one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    obstacle(one, other).unwrap_or_else(|| {
        let since = later(one.bound, other.bound);
        let key = match since {
            Some(_) => "relation.hague_1980.ratifications",
            None => "relation.hague_1980.ratifications_undated",
        };
        let rule = Said::new(key).with("one", one.name).with("other", other.name);
        let rule = if let Some(since) = since { rule.with("since", since) } else { rule };
        Finding::in_force(since, rule)
            .until(last_day(one, other))
            .rows(one.rows().chain(other.rows()))
            .caveat(one.caveat)
            .caveat(other.caveat)
    })
}

/// Art. 38(4), (5): an accession has effect only towards the states that accepted it, from the first day of the third
/// month after the deposit of the acceptance. The row of the pair decides, in whichever column each state stands.
fn hague_1980_art_38_accession<'a>(
    index: &'a Index,
    one: &Side<'a>,
    other: &Side<'a>,
    on: Date,
) -> Finding<'a> {
    let rows = index.acceptances(one.state, other.state);
    let accepted = best_acceptance(rows);
    let holds = accepted.is_some_and(|row| art_38_5_begun(row, on));
    if let Some(row) = rows.iter().find(|row| !holds && art_38_4_refused_on(row, on)) {
        return hague_1980_art_38_4_not_accepted(row);
    }
    if let Some(found) =
        obstacle(one, other).filter(|found| accepted.is_none() || prevails(found, one, other))
    {
        return found.rows(rows.iter().map(|row| &row.cite));
    }
    let found = match accepted {
        Some(row) if holds => art_38_5_in_force(row, one, other),
        Some(row) => art_38_5_not_yet(row),
        None => art_38_4_no_acceptance_known(one, other, rows),
    };
    found.caveat(one.caveat).caveat(other.caveat)
}

/// The acceptance that says most: with a date, the earliest; otherwise the one that was read first.
fn best_acceptance(rows: &[Accepted]) -> Option<&Accepted> {
    let usable = rows.iter().filter(|row| row.accepted && row.cite.confidence > Confidence::Low);
    usable.min_by_key(|row| (row.in_force.is_none(), row.in_force, row.cite.as_of))
}

fn art_38_5_begun(row: &Accepted, on: Date) -> bool {
    row.in_force.or(row.cite.as_of).is_some_and(|from| on >= from)
}

/// A row that says that there was no acceptance holds on its own date only (rule 1 of the tables).
fn art_38_4_refused_on(row: &Accepted, on: Date) -> bool {
    !row.accepted && row.cite.confidence > Confidence::Low && row.cite.as_of == Some(on)
}

fn hague_1980_art_38_4_not_accepted(row: &Accepted) -> Finding<'_> {
    let rule = Said::new("relation.hague_1980.accession_not_accepted");
    Finding::not_in_force(named(rule, row).with("as_of", row.cite.as_of)).row(&row.cite)
}

/// Whether what hinders one side prevails over an acceptance of the pair: what is certain does, and so does a part of a
/// state that must be named; that a party's own row is weak or undated does not, since the acceptance proves it a party.
fn prevails(found: &Finding<'_>, one: &Side<'_>, other: &Side<'_>) -> bool {
    let part = |side: &Side<'_>| matches!(side.bound, Bound::NamePart(_) | Bound::NoPart | Bound::Negative);
    found.state == LawAnswer::NotInForce || part(one) || part(other)
}

fn named<'a>(rule: Said<'a>, row: &Accepted) -> Said<'a> {
    rule.with("acceding", row.acceding).with("accepting", row.accepting)
}

fn art_38_5_in_force<'a>(row: &'a Accepted, one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    let since = row.in_force.and_then(|date| not_before_a_part(date, one, other));
    let key = match since {
        Some(_) => "relation.hague_1980.accession_accepted",
        None => "relation.hague_1980.accession_accepted_undated",
    };
    let rule = named(Said::new(key), row);
    let rule = if let Some(since) = since { rule.with("since", since) } else { rule };
    let usable = one.rows().chain(other.rows()).filter(|row| row.confidence > Confidence::Low);
    Finding::in_force(since, rule).until(last_day(one, other)).row(&row.cite).rows(usable)
}

/// A side, such as a province, that came in after the acceptance is bound from its own day; where that day is not known,
/// `None`.
fn not_before_a_part(date: Date, one: &Side<'_>, other: &Side<'_>) -> Option<Date> {
    let own = |side: &Side<'_>| match side.bound {
        Bound::Since(from) => Some(from),
        Bound::By(latest) => (date >= latest).then_some(date),
        _ => Some(date),
    };
    Some(date.max(own(one)?).max(own(other)?))
}

fn art_38_5_not_yet(row: &Accepted) -> Finding<'_> {
    match row.in_force {
        Some(from) => {
            let rule = named(Said::new("relation.hague_1980.acceptance_before_effect"), row);
            Finding::not_in_force(rule.with("from", from)).row(&row.cite)
        }
        None => {
            let rule = named(Said::new("relation.hague_1980.acceptance_undated_before_reading"), row);
            Finding::unknown(rule.with("as_of", row.cite.as_of)).row(&row.cite)
        }
    }
}

/// Without an acceptance in the tables nothing is known: not every acceptance is in them. What rows there are (an old
/// reading that there was none, a lead to be confirmed) are cited as leads.
fn art_38_4_no_acceptance_known<'a>(one: &Side<'a>, other: &Side<'a>, rows: &'a [Accepted]) -> Finding<'a> {
    let leads = rows.iter().map(|row| &row.cite);
    if let Some(lead) = rows.iter().find(|row| row.accepted) {
        let rule = named(Said::new("relation.hague_1980.acceptance_to_be_confirmed"), lead);
        return Finding::unknown(rule).rows(leads);
    }
    if let Some(old) = rows.iter().max_by_key(|row| row.cite.as_of) {
        let rule = named(Said::new("relation.hague_1980.not_accepted_on_another_day"), old);
        return Finding::unknown(rule.with("as_of", old.cite.as_of)).rows(leads);
    }
    let rule =
        Said::new("relation.hague_1980.no_acceptance_row").with("one", one.name).with("other", other.name);
    Finding::absent(rule).rows(one.rows().chain(other.rows()))
}

/// Art. 35: the Convention applies between two states only to removals and retentions after its entry into force between
/// them. One on the very day counts as covered: the Convention is in force from the beginning of that day, and the act
/// falls within it. Where no date is given, nothing is known of events before the day on which the relation is shown.
/// The rule by which the relation stood on the day of the event follows as the first caveat.
pub(super) fn hague_1980_art_35_event<'a>(
    on_event: Finding<'a>,
    (one, other): (&'a Place, &'a Place),
    event: Date,
) -> Finding<'a> {
    let key = match on_event.state {
        LawAnswer::InForce => "relation.hague_1980.event_covered",
        LawAnswer::NotInForce => "relation.hague_1980.event_outside",
        LawAnswer::Unknown => "relation.hague_1980.event_unknown",
    };
    let rule = Said::new(key).with("one", one).with("other", other).with("event", event);
    let why = Some(on_event.rule);
    on_event.because(rule).caveat(why)
}
