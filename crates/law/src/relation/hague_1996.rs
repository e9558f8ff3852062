//! Hague Convention of 19 October 1996 on parental responsibility and the protection of children.

use super::{
    bound::{Bound, Side, last_day, later, obstacle},
    finding::{Finding, Said},
    index::{Index, Objected},
    multilateral::{missing, sides},
};
use crate::{Confidence, Instrument, Place};
use jiff::civil::Date;

/// In force between the two? An objection decides; then each side's own row; then how they came in.
pub(super) fn between<'a>(index: &'a Index, pair: (&'a Place, &'a Place), on: Date) -> Finding<'a> {
    let objection = index.objection(pair.0.jurisdiction(), pair.1.jurisdiction());
    if let Some(objected) = objection {
        return hague_1996_art_58_objection(objected);
    }
    match sides(index, Instrument::Hague1996, pair, on) {
        (Some(one), Some(other)) => {
            art_61(&art_61_2_b_undated_accession(one), &art_61_2_b_undated_accession(other))
        }
        found => missing(Instrument::Hague1996, pair, found),
    }
}

fn art_61<'a>(one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    obstacle(one, other).unwrap_or_else(|| {
        if one.original && other.original {
            hague_1996_art_61_ratifications(one, other)
        } else {
            hague_1996_art_58_accession(one, other)
        }
    })
}

/// Art. 58(3): an accession has no effect between the acceding state and one that objected within six months of the
/// notification. The objection may be withdrawn; until a data set says so, it stands, whatever the day.
fn hague_1996_art_58_objection<'a>(objected: &'a Objected) -> Finding<'a> {
    let rule = Said::new("relation.hague_1996.objection")
        .with("objecting", objected.objecting)
        .with("acceding", objected.acceding);
    if objected.cite.confidence == Confidence::Low {
        return Finding::unknown(Said::new("relation.to_be_confirmed").with("state", objected.objecting))
            .row(&objected.cite);
    }
    Finding::not_in_force(rule.with("notified", objected.notified)).row(&objected.cite)
}

/// Art. 61(2)(b): an accession takes effect three months after the six months for objections have run out, so that a
/// row without that day shows no more than that the state acceded.
fn art_61_2_b_undated_accession(side: Side<'_>) -> Side<'_> {
    if !side.original && matches!(side.bound, Bound::Shown | Bound::Undated) {
        return Side { bound: Bound::NoEntry, ..side };
    }
    side
}

/// Art. 61(1), (2)(a): between states that ratified, accepted or approved, from the later entry into force.
fn hague_1996_art_61_ratifications<'a>(one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    super::multilateral::both_are_parties(Instrument::Hague1996, one, other)
}

/// Art. 58(3): an accession has effect towards every state that did not object. The table of objections is not complete,
/// so the answer is at most of medium confidence and says so.
fn hague_1996_art_58_accession<'a>(one: &Side<'a>, other: &Side<'a>) -> Finding<'a> {
    let since = later(one.bound, other.bound);
    let rule = Said::new("relation.hague_1996.accession_without_objection")
        .with("one", one.name)
        .with("other", other.name)
        .with("since", since);
    Finding::in_force(since, rule)
        .until(last_day(one, other))
        .rows(one.rows().chain(other.rows()))
        .at_most(Confidence::Medium)
        .caveat(Some(Said::new("relation.caveat.objections_incomplete")))
}
