//! Acts of the European Union between its member states, and agreements of the Union with others.

use super::{
    bound::last_before,
    finding::{Finding, Said},
    index::{Index, Part},
    multilateral::no_row,
};
use crate::{Cite, Confidence, Instrument, Place, tables::Participation};
use comity_model::Jurisdiction;
use jiff::civil::Date;
use std::sync::Arc;

/// An act binds the member states that take part in it. Who does not, by the Protocols on the position of Denmark (No 22)
/// or of Ireland (No 21), is not bound on any day; a state without a row is not known to take part.
pub(super) fn act<'a>(
    index: &'a Index,
    instrument: Instrument,
    pair: (&'a Place, &'a Place),
    on: Date,
) -> Finding<'a> {
    let part = |place: &Place| index.participant(instrument, place.jurisdiction());
    let (one, other) = (part(pair.0), part(pair.1));
    if let Some(outside) = [one, other].into_iter().flatten().find(|part| stays_outside(part)) {
        return protocols_21_and_22_no_part(instrument, outside);
    }
    match (one, other) {
        (Some(one), Some(other)) => both_listed(instrument, one, other, on),
        (None, found) => not_listed(instrument, pair.0, found),
        (found, None) => not_listed(instrument, pair.1, found),
    }
}

fn stays_outside(part: &Part) -> bool {
    part.participates == Participation::No && part.cite.confidence > Confidence::Low
}

/// Protocols No 21 and No 22 to the Treaties: an act in which a state does not take part does not bind it, and an `no`
/// here is a rule of the Treaties and not a reading of one day. For Denmark under Brussels IIb: recital 96.
fn protocols_21_and_22_no_part<'a>(instrument: Instrument, part: &'a Part) -> Finding<'a> {
    let key = match (instrument, part.state.code()) {
        (Instrument::BrusselsIIb, "DK") => "relation.eu.brussels_iib_denmark",
        _ => "relation.eu.takes_no_part",
    };
    Finding::not_in_force(said(key, instrument, part)).row(&part.cite)
}

fn not_listed<'a>(instrument: Instrument, place: &'a Place, found: Option<&'a Part>) -> Finding<'a> {
    let rule = Said::new("relation.eu.not_listed").with("instrument", instrument.code()).with("state", place);
    Finding::absent(rule).rows(found.map(|part| &part.cite))
}

fn both_listed<'a>(instrument: Instrument, one: &'a Part, other: &'a Part, on: Date) -> Finding<'a> {
    if let Some(found) = hindered(instrument, one, other, on) {
        return found;
    }
    let since = one.from.zip(other.from).map(|(first, second)| first.max(second));
    let key =
        if since.is_some() { "relation.eu.both_take_part" } else { "relation.eu.both_take_part_undated" };
    let rule = Said::new(key)
        .with("instrument", instrument.code())
        .with("one", one.state)
        .with("other", other.state);
    let rule = if let Some(since) = since { rule.with("since", since) } else { rule };
    Finding::in_force(since, rule)
        .until([one.ends, other.ends].into_iter().flatten().min().and_then(last_before))
        .row(&one.cite)
        .row(&other.cite)
        .caveat(separate_decision(one))
        .caveat(separate_decision(other))
}

/// What keeps an act from being in force between two that the table lists, the most certain first.
fn hindered<'a>(instrument: Instrument, one: &'a Part, other: &'a Part, on: Date) -> Option<Finding<'a>> {
    let both = [one, other];
    let sure = both.into_iter().filter(|part| part.cite.confidence > Confidence::Low);
    let ended = sure.clone().find(|part| part.ends.is_some_and(|ends| on >= ends));
    if let Some((part, ends)) = ended.and_then(|part| Some((part, part.ends?))) {
        let rule = Said::new("relation.denounced").with("state", part.state).with("from", ends);
        return Some(Finding::not_in_force(rule).until(last_before(ends)).row(&part.cite));
    }
    let latest = sure.filter(|part| part.from.is_some()).max_by_key(|part| part.from);
    if let Some((part, from)) =
        latest.and_then(|part| Some((part, part.from?))).filter(|(_, from)| on < *from)
    {
        let rule = said("relation.eu.before_application", instrument, part).with("from", from);
        return Some(Finding::not_in_force(rule).row(&part.cite));
    }
    if let Some(part) = both.into_iter().find(|part| part.cite.confidence == Confidence::Low) {
        return Some(
            Finding::unknown(Said::new("relation.to_be_confirmed").with("state", part.state)).row(&part.cite),
        );
    }
    let undated =
        both.into_iter().find(|part| part.from.is_none() && part.cite.as_of.is_none_or(|day| on < day))?;
    let rule = Said::new("relation.undated_before_reading").with("state", undated.state);
    Some(Finding::unknown(rule.with("as_of", undated.cite.as_of)).row(&undated.cite))
}

fn said<'a>(key: &'static str, instrument: Instrument, part: &'a Part) -> Said<'a> {
    Said::new(key).with("instrument", instrument.code()).with("state", part.state)
}

fn separate_decision<'a>(part: &Part) -> Option<Said<'a>> {
    (part.participates == Participation::BySeparateDecision)
        .then(|| Said::new("relation.caveat.separate_decision").with("state", part.state))
}

/// An agreement of the Union with another state binds that state and each member state towards each other (TFEU art.
/// 216(2)), not two member states, nor two other states, between themselves.
pub(super) fn agreement<'a>(
    index: &'a Index,
    instrument: Instrument,
    pair: (&'a Place, &'a Place),
    on: Date,
) -> Finding<'a> {
    let listed = |place: &Place| index.participant(instrument, place.jurisdiction());
    let (partner, member) = match (listed(pair.0), listed(pair.1)) {
        (Some(partner), None) => (partner, pair.1),
        (None, Some(partner)) => (partner, pair.0),
        (Some(one), Some(other)) => {
            let rule =
                Said::new("relation.eu.agreement_not_between_others").with("instrument", instrument.code());
            return Finding::absent(rule).row(&one.cite).row(&other.cite);
        }
        (None, None) => return no_row(instrument, outsider(index, pair)),
    };
    match membership(index, member.jurisdiction()) {
        Some(row) => with_member(instrument, partner, member, row, on),
        None => no_row(instrument, member).row(&partner.cite),
    }
}

/// Of two sides that the agreement does not list, the one to name: who is no member state either.
fn outsider<'a>(index: &Index, (one, other): (&'a Place, &'a Place)) -> &'a Place {
    if membership(index, one.jurisdiction()).is_some() { other } else { one }
}

/// The row that shows membership; `None` inside where the side is the Union itself, which needs none.
fn membership(index: &Index, state: Jurisdiction) -> Option<Option<&Arc<Cite>>> {
    if state.code() == "EU" { Some(None) } else { index.member(state).map(Some) }
}

fn with_member<'a>(
    instrument: Instrument,
    partner: &'a Part,
    member: &'a Place,
    row: Option<&'a Arc<Cite>>,
    on: Date,
) -> Finding<'a> {
    let rows = || [Some(&partner.cite), row].into_iter().flatten();
    if rows().any(|row| row.confidence == Confidence::Low) {
        return Finding::unknown(Said::new("relation.to_be_confirmed").with("state", partner.state))
            .rows(rows());
    }
    if let Some(found) = hindered(instrument, partner, partner, on) {
        return found;
    }
    let rule = Said::new("relation.eu.agreement")
        .with("instrument", instrument.code())
        .with("partner", partner.state)
        .with("member", member)
        .with("since", partner.from);
    Finding::in_force(partner.from, rule).until(partner.ends.and_then(last_before)).rows(rows())
}
