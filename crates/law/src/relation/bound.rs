//! Whether one side is bound by a treaty on a date, by its own row alone; and the rules that follow where it is not.

use super::{
    finding::{Finding, Said},
    index::Standing,
};
use crate::{Cite, Confidence, Place, tables::Status};
use comity_model::Jurisdiction;
use jiff::civil::Date;
use std::sync::Arc;

/// One side on a date. The order is that of precedence: what is certain stands before what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bound {
    /// A negative row, asked on its very date.
    NotOnThatDay,
    /// Denounced: no longer bound from that day on.
    Ended(Date),
    /// Not before that day.
    NotYet(Date),
    /// Bound by its parts, each at its own date, the last on that day: the part must be named.
    NamePart(Date),
    /// A part for which there is no row.
    NoPart,
    /// The row is a lead to be confirmed.
    Low,
    /// A negative row that was read for another day.
    Negative,
    /// Listed for some act, perhaps a mere signature.
    Listed,
    /// A party for which no entry into force is given and none can be inferred.
    NoEntry,
    /// A party without a date, asked before the day on which it is shown to be one.
    Undated,
    /// A party without a date, on or after the day on which it is shown to be one.
    Shown,
    /// Bound since that day at the latest.
    By(Date),
    /// Bound since that day.
    Since(Date),
}

impl Standing {
    pub(super) fn on(&self, on: Date) -> Bound {
        if self.cite.confidence == Confidence::Low {
            return Bound::Low;
        }
        match self.status {
            Status::Signatory | Status::RatifiedNotInForce | Status::NotParty => self.negative(on),
            Status::Listed => Bound::Listed,
            Status::Ratified | Status::Succeeded | Status::Continued | Status::Acceded | Status::Party => {
                self.positive(on)
            }
        }
    }

    /// A negative row holds on its own date only (rule 1 of the tables).
    fn negative(&self, on: Date) -> Bound {
        if self.cite.as_of == Some(on) { Bound::NotOnThatDay } else { Bound::Negative }
    }

    fn positive(&self, on: Date) -> Bound {
        match (self.ends, self.entry) {
            (Some(ends), _) if on >= ends => Bound::Ended(ends),
            (_, Some(entry)) => dated(entry, on),
            (_, None) => shown(self.cite.as_of, on),
        }
    }
}

pub(super) fn dated(from: Date, on: Date) -> Bound {
    if on >= from { Bound::Since(from) } else { Bound::NotYet(from) }
}

pub(super) fn shown(as_of: Option<Date>, on: Date) -> Bound {
    if as_of.is_some_and(|day| on >= day) { Bound::Shown } else { Bound::Undated }
}

/// One side with the rows that say how it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) name: &'a Place,
    pub(super) state: Jurisdiction,
    pub(super) row: &'a Arc<Cite>,
    /// A second row, such as that of the state of which a province is a part.
    pub(super) also: Option<&'a Arc<Cite>>,
    pub(super) bound: Bound,
    pub(super) ends: Option<Date>,
    pub(super) caveat: Option<Said<'a>>,
    /// Bound by ratification, acceptance, approval, succession or continuation, not by accession.
    pub(super) original: bool,
}

impl<'a> Side<'a> {
    pub(super) fn of(name: &'a Place, standing: &'a Standing, on: Date) -> Self {
        Self {
            name,
            state: standing.state,
            row: &standing.cite,
            also: None,
            bound: standing.on(on),
            ends: standing.ends,
            caveat: standing.scope.as_deref().map(|scope| scope_caveat(name, scope)),
            original: matches!(standing.status, Status::Ratified | Status::Succeeded | Status::Continued),
        }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &'a Arc<Cite>> + use<'a> {
        [Some(self.row), self.also].into_iter().flatten()
    }
}

/// The state limited the application to parts of it (Hague 1980 arts. 39, 40 and their like).
fn scope_caveat<'a>(name: &'a Place, scope: &'a str) -> Said<'a> {
    Said::new("relation.caveat.scope").with("state", name).with("scope", scope)
}

/// The rule that keeps the treaty from being in force because of one side, the one that is more certain; `None` where
/// both are bound.
pub(super) fn obstacle<'a>(one: &Side<'a>, other: &Side<'a>) -> Option<Finding<'a>> {
    let side = match (one.bound, other.bound) {
        // The later of the two entries into force decides (Hague 1980 art. 43, Hague 1996 art. 61 and their like).
        (Bound::NotYet(first), Bound::NotYet(second)) => {
            if first >= second {
                one
            } else {
                other
            }
        }
        (first, second) => {
            if first <= second {
                one
            } else {
                other
            }
        }
    };
    Some(hinders(side)?.rows(side.rows()).caveat(side.caveat))
}

fn hinders<'a>(side: &Side<'a>) -> Option<Finding<'a>> {
    let said = |key| Said::new(key).with("state", side.name);
    let read = |key| said(key).with("as_of", side.row.as_of);
    Some(match side.bound {
        Bound::NotOnThatDay => Finding::not_in_force(read("relation.not_bound_on_that_day")),
        Bound::Ended(from) => {
            Finding::not_in_force(said("relation.denounced").with("from", from)).until(last_before(from))
        }
        Bound::NotYet(from) => Finding::not_in_force(said("relation.before_entry").with("from", from)),
        Bound::NamePart(last) => {
            Finding::unknown(said("relation.hague_1980.name_the_part").with("last", last))
        }
        Bound::NoPart => Finding::absent(said("relation.hague_1980.no_row_for_part")),
        Bound::Low => Finding::unknown(said("relation.to_be_confirmed")),
        Bound::Negative => Finding::unknown(read("relation.negative_on_another_day")),
        Bound::Listed => Finding::unknown(read("relation.listed_only")),
        Bound::NoEntry => Finding::unknown(said("relation.hague_1996.no_entry_date")),
        Bound::Undated => Finding::unknown(read("relation.undated_before_reading")),
        Bound::Shown | Bound::By(_) | Bound::Since(_) => return None,
    })
}

/// The day before.
pub(super) fn last_before(day: Date) -> Option<Date> {
    day.yesterday().ok()
}

/// Both bound: the later of the two dates, `None` where one that decides is not given.
pub(super) fn later(one: Bound, other: Bound) -> Option<Date> {
    match (one, other) {
        (Bound::Since(first), Bound::Since(second)) => Some(first.max(second)),
        (Bound::Since(day), Bound::By(latest)) | (Bound::By(latest), Bound::Since(day)) => {
            (day >= latest).then_some(day)
        }
        _ => None,
    }
}

/// The last day on which both are bound, where one of them denounced.
pub(super) fn last_day(one: &Side<'_>, other: &Side<'_>) -> Option<Date> {
    let ends = [one.ends, other.ends].into_iter().flatten().min()?;
    last_before(ends)
}
