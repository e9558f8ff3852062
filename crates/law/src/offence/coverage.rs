//! Which instruments in force between the two oblige both to punish the conduct, and what may stand in the way.

use super::{Act, Between, Definition, DualCriminality};
use crate::{
    Confidence, Instrument, Need, Phrase, Relation,
    instrument::Regime,
    tables::{OffenceRow, Tables},
};
use comity_model::legal::LawAnswer;
use std::sync::Arc;

/// The age below which a party may not lower the definition of a minor (Budapest art. 9(3)).
const LOWEST_LIMIT: u8 = 16;

/// Aiding, abetting and attempt: no conduct of its own.
const ACCESSORY: &str = "C23";

/// Weighs one row of the crosswalk: it covers the conduct, leaves something to a lawyer, or proves nothing.
pub(super) fn weigh(between: Between<'_>, row: &OffenceRow, act: Act, answer: &mut DualCriminality) {
    if let Some(reason) = is_no_offence(between.law.tables(), row) {
        answer.remains.push(reason);
        answer.sources.push(Arc::clone(&row.cite));
        return;
    }
    let relation = between.law.relation(row.instrument, between.from, between.to, between.on);
    match relation.state {
        LawAnswer::NotInForce => {}
        LawAnswer::Unknown => lead(between, row, relation, "offence.relation_unknown", answer),
        LawAnswer::InForce if row.cite.confidence == Confidence::Low => {
            lead(between, row, relation, "offence.row_to_confirm", answer);
        }
        LawAnswer::InForce => cover(row, relation, act, answer),
    }
}

/// A definition in force for both: it covers the conduct, and answers the question where nothing stands in the way.
fn cover(row: &OffenceRow, relation: Relation, act: Act, answer: &mut DualCriminality) {
    let obstacles = obstacles(row, act);
    if obstacles.is_empty() {
        answer.met = LawAnswer::InForce;
    }
    answer.remains.extend(obstacles);
    answer.covered_by.push(Definition::of(row));
    answer.sources.push(Arc::clone(&row.cite));
    answer.sources.extend(relation.sources);
}

/// A definition that cannot be relied on before somebody has confirmed it.
fn lead(
    between: Between<'_>,
    row: &OffenceRow,
    relation: Relation,
    key: &'static str,
    answer: &mut DualCriminality,
) {
    let phrase = named(key, row).with("one", between.from).with("other", between.to);
    answer.remains.push(phrase);
    answer.sources.push(Arc::clone(&row.cite));
    answer.sources.extend(relation.sources);
}

/// Terminology guidelines define no offence, and the instruments on civil aspects oblige nobody to punish.
fn is_no_offence(tables: &Tables, row: &OffenceRow) -> Option<Phrase> {
    let key = match row.instrument.regime() {
        Regime::None => "offence.not_separate",
        _ if is_civil(tables, row.instrument) => "offence.civil",
        _ => return None,
    };
    Some(named(key, row).with("concept", &row.concept))
}

/// Whether the table of needs knows the instrument, and for civil needs alone.
pub(crate) fn is_civil(tables: &Tables, instrument: Instrument) -> bool {
    let mut needs = tables
        .needs
        .iter()
        .filter(|row| row.instruments.contains(&instrument))
        .map(|row| row.need)
        .peekable();
    needs.peek().is_some() && needs.all(is_civil_need)
}

fn is_civil_need(need: Need) -> bool {
    matches!(
        need,
        Need::ReturnOfAbductedChild
            | Need::AccessRights
            | Need::RecognitionEnforcementCustody
            | Need::TransferOfJurisdiction
    )
}

/// What may stand in the way of relying on a definition that is in force for both; one small rule each.
pub(crate) fn obstacles(row: &OffenceRow, act: Act) -> Vec<Phrase> {
    let rules = [accessory(row), national_age(row), lower_limit(row, act), reservation(row), own_words(row)];
    rules.into_iter().flatten().collect()
}

/// Lanzarote art. 24, OPSC art. 3(2), Budapest art. 11: attempt and complicity follow the main act and national law.
fn accessory(row: &OffenceRow) -> Option<Phrase> {
    (row.concept == ACCESSORY).then(|| named("offence.accessory", row))
}

/// Lanzarote art. 18(2): each party sets the age on which arts. 18(1)(a), 22 and 23 turn.
fn national_age(row: &OffenceRow) -> Option<Phrase> {
    let turns =
        row.instrument == Instrument::Lanzarote && matches!(row.article.as_str(), "18(1)(a)" | "22" | "23");
    turns.then(|| named("offence.national_age", row))
}

/// Budapest art. 9(3): a party may set a lower limit for a minor, not under 16.
fn lower_limit(row: &OffenceRow, act: Act) -> Option<Phrase> {
    let turns = row.instrument == Instrument::Budapest && row.article.starts_with("9(");
    let is_below = act.child_age_years.is_some_and(|age| age < LOWEST_LIMIT);
    (turns && !is_below).then(|| named("offence.lower_limit", row))
}

/// The row says that a party may reserve; whether one of the two did is not in the tables.
fn reservation(row: &OffenceRow) -> Option<Phrase> {
    is_reservable(row).then(|| named("offence.reservation", row))
}

/// Whether the row notes that parties may reserve.
fn is_reservable(row: &OffenceRow) -> bool {
    row.cite.note.as_deref().is_some_and(|note| note.contains("reserv"))
}

/// The row says which acts the article names, or under which conditions: the facts must be held against them.
fn own_words(row: &OffenceRow) -> Option<Phrase> {
    let note = row.cite.note.as_deref().map(str::trim).filter(|note| !note.is_empty())?;
    let is_remark = note.starts_with("article heading read") || note.ends_with("is not needed");
    (!is_remark && !is_reservable(row)).then(|| named("offence.own_words", row).with("words", note))
}

fn named(key: &'static str, row: &OffenceRow) -> Phrase {
    Phrase::new(key).with("instrument", row.instrument).with("article", &row.article)
}
