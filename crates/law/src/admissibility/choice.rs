//! Under which instruments the evidence goes, and how they stand between the two states.

use super::Question;
use crate::{
    Instrument, Law, Phrase,
    pathway::{self, Ground, InstrumentRelation, Pathway, pathways, serves_contents, serves_grounds},
    tables::{ContentRow, GroundRow},
};
use comity_model::legal::LawAnswer;
use jiff::{Timestamp, tz::TimeZone};
use std::sync::Arc;

/// The instruments that were chosen.
#[derive(Debug, Default)]
pub(super) struct Choice {
    pub(super) relations: Vec<InstrumentRelation>,
    pub(super) caveats: Vec<Phrase>,
    /// Where none was chosen, those that may be usable for all that is known.
    pub(super) candidates: Vec<Instrument>,
}

impl Choice {
    fn has(&self, instrument: Instrument) -> bool {
        self.relations.iter().any(|part| part.instrument == instrument)
    }
}

/// The instrument that was given, with those that work together with it; without one, the first pathway that is usable.
pub(super) fn choose(law: &Law, question: &Question) -> Choice {
    let ways = pathways(law, &as_pathway(question), start_of(question)).pathways;
    let candidates = candidates(&ways);
    let mut ways = ways.into_iter();
    let found = match question.instrument {
        Some(given) => ways.filter(|way| names(way, given)).min_by_key(|way| way.instrument != given),
        None => ways.find(|way| way.usable == LawAnswer::InForce),
    };
    match (found, question.instrument) {
        (Some(way), _) => from_pathway(way),
        (None, Some(given)) => alone(law, question, given),
        (None, None) => Choice { candidates, ..Choice::default() },
    }
}

fn candidates(ways: &[Pathway]) -> Vec<Instrument> {
    let open = ways.iter().filter(|way| way.usable == LawAnswer::Unknown);
    open.map(|way| way.instrument).collect()
}

fn names(way: &Pathway, instrument: Instrument) -> bool {
    way.relations.iter().any(|part| part.instrument == instrument)
}

/// A pathway that its relations allow but its conditions may not says so in its reasons.
fn from_pathway(way: Pathway) -> Choice {
    let reasons = if way.usable == LawAnswer::InForce { Vec::new() } else { way.reasons };
    let caveats = reasons.into_iter().chain(way.caveats).collect();
    Choice { relations: way.relations, caveats, ..Choice::default() }
}

/// An instrument that the table of needs does not name for this need. The Palermo Protocol rests on UNTOC for mutual
/// assistance (Protocol art. 1, UNTOC art. 37).
fn alone(law: &Law, question: &Question, given: Instrument) -> Choice {
    let rests_on = (given == Instrument::PalermoTip).then_some(Instrument::Untoc);
    let relation = |instrument| InstrumentRelation {
        instrument,
        relation: law.relation(instrument, &question.from, &question.to, question.on),
    };
    let relations: Vec<_> = std::iter::once(given).chain(rests_on).map(relation).collect();
    let caveats = relations.iter().flat_map(|part| part.relation.caveats.clone()).collect();
    Choice { relations, caveats, ..Choice::default() }
}

/// The same question for pathways.
fn as_pathway(question: &Question) -> pathway::Question {
    pathway::Question {
        from: question.from.clone(),
        to: question.to.clone(),
        need: question.need,
        event: question.event,
        on: question.on,
        facts: question.matter.clone(),
    }
}

/// Pathways take an instant for the standing of deadlines, of which a checklist has none.
fn start_of(question: &Question) -> Timestamp {
    question.on.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |day| day.timestamp())
}

/// What a request under one of the instruments contains, for this need.
pub(super) fn contents<'a>(
    law: &'a Law,
    question: &Question,
    of: Instrument,
) -> impl Iterator<Item = &'a ContentRow> {
    let need = question.need;
    let rows = law.tables().contents.iter().filter(move |row| row.instrument == of);
    rows.filter(move |row| serves_contents(of, need, &row.article))
}

/// The grounds of refusal under the instruments.
pub(super) fn grounds(law: &Law, question: &Question, choice: &Choice) -> Vec<Ground> {
    let rows = law.tables().grounds.iter().filter(|row| choice.has(row.instrument));
    rows.filter(|row| serves_grounds(row.instrument, question.need, &row.article)).map(ground).collect()
}

fn ground(row: &GroundRow) -> Ground {
    Ground {
        instrument: row.instrument,
        article: row.article.clone(),
        ground: row.ground.clone(),
        kind: row.kind.clone(),
        decider: row.decider.clone(),
        sources: vec![Arc::clone(&row.cite)],
    }
}
