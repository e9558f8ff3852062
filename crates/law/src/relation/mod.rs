//! Whether an instrument binds two places on a date: one rule a function, each named by its article.
//!
//! A rule looks at the rows of the two sides and gives a cheap `Finding`; sentences are written only for the one who asks.
//! The order of the two places never matters.

mod bound;
mod european_union;
mod finding;
mod hague_1980;
mod hague_1980_territory;
mod hague_1996;
mod index;
mod multilateral;
mod unlisted;

pub mod age;
pub mod matrix;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use crate::{Instrument, Law, Place, Relation, instrument::Regime};
use finding::{Finding, Said};
use jiff::civil::Date;
use std::borrow::Cow;

pub(crate) use index::Index;

pub(crate) fn relation(law: &Law, instrument: Instrument, one: &Place, other: &Place, on: Date) -> Relation {
    let (one, other) = (own_code(one), own_code(other));
    finding(law.relations(), instrument, (&one, &other), on).relation()
}

/// Whether an instrument applies to an event on a day, such as a removal or retention under Hague 1980 art. 35; `None` for
/// instruments that have no rule on the day of the event. The answer's rule says why, and its state is `in_force` where the
/// event is covered, `not_in_force` where it fell outside, `unknown` where the tables do not say. Ask for the relation on
/// the day of the request beside it: an event may be covered and the convention denounced since.
#[must_use]
pub fn applies_to_event(
    law: &Law,
    instrument: Instrument,
    one: &Place,
    other: &Place,
    event: Date,
) -> Option<Relation> {
    if instrument != Instrument::Hague1980 {
        return None;
    }
    let (one, other) = (own_code(one), own_code(other));
    let between = finding(law.relations(), instrument, (&one, &other), event);
    Some(hague_1980::hague_1980_art_35_event(between, (&one, &other), event).relation())
}

/// The finding for a pair, which is put in one order first, so that the answer is the same whichever way it is asked.
pub(crate) fn finding<'a>(
    index: &'a Index,
    instrument: Instrument,
    (one, other): (&'a Place, &'a Place),
    on: Date,
) -> Finding<'a> {
    let pair = if one <= other { (one, other) } else { (other, one) };
    if one.jurisdiction() == other.jurisdiction() {
        return same_state(pair.0);
    }
    match instrument.regime() {
        Regime::Acceptance => hague_1980::between(index, pair, on),
        Regime::Objection => hague_1996::between(index, pair, on),
        Regime::Multilateral => multilateral::between_all_parties(index, instrument, pair, on),
        Regime::EuropeanUnion => european_union::act(index, instrument, pair, on),
        Regime::UnionAgreement => european_union::agreement(index, instrument, pair, on),
        Regime::Unlisted => unlisted::members_not_listed(instrument),
        Regime::None => unlisted::binds_nobody(instrument),
    }
}

/// Within one state there is no relation between states, whatever the instrument.
fn same_state(place: &Place) -> Finding<'_> {
    Finding::not_in_force(Said::new("relation.same_state").with("state", place))
}

/// Territories that ISO 3166-2 also lists as parts of their state, and that ISO 3166-1 gives a code of their own.
const OWN_CODES: &[&str] = &[
    "CN-HK", "CN-MO", "CN-TW", "FR-BL", "FR-GF", "FR-GP", "FR-MF", "FR-MQ", "FR-NC", "FR-PF", "FR-PM",
    "FR-RE", "FR-TF", "FR-WF", "FR-YT", "NL-AW", "NL-CW", "NL-SX", "US-AS", "US-GU", "US-MP", "US-PR",
    "US-UM", "US-VI",
];

/// The place by its ISO 3166-1 code where it has one.
fn own_code(place: &Place) -> Cow<'_, Place> {
    let part = place.part().filter(|part| OWN_CODES.contains(part));
    let own = part.and_then(|part| part.get(3..)?.parse().ok());
    own.map_or(Cow::Borrowed(place), Cow::Owned)
}
