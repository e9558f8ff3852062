//! Lists and rules that waive the test of dual criminality for the instruments in force between the two.

use super::{Act, Between, DualCriminality};
use crate::{
    Confidence, Instrument, Phrase,
    tables::{GroundRow, OffenceRow},
};
use comity_model::legal::LawAnswer;
use std::sync::Arc;

/// The maximum penalty, in years, from which the lists of the Union waive the test.
const LISTED_FROM_YEARS: u8 = 3;

/// The lists of categories for which the Union's acts waive the test, by the article that says so.
const LISTS: [(Instrument, &str, &str); 3] = [
    (Instrument::Eio, "11(1)(g)", "Annex D"),
    (Instrument::Eaw, "2(2)", "art. 2(2)"),
    (Instrument::EEvidence, "12(1)(d)", "Annex IV"),
];

/// The article that bars the test for preservation, and the reservation to it.
const PRESERVATION: (&str, &str) = ("29(3)", "29(4)");

/// Adds the waivers of the instruments that are in force between the two.
pub(super) fn waivers(between: Between<'_>, concept: &OffenceRow, act: Act, answer: &mut DualCriminality) {
    for (instrument, article, list) in LISTS {
        if let Some(ground) = ground(between, instrument, article) {
            listed(between, concept, act, (ground, list), answer);
        }
    }
    preservation(between, concept, answer);
}

fn ground<'a>(between: Between<'a>, instrument: Instrument, article: &str) -> Option<&'a GroundRow> {
    let mut grounds = between.law.tables().grounds.iter();
    grounds.find(|row| row.instrument == instrument && row.article == article)
}

/// EIO art. 11(1)(g), EAW art. 2(2), E-Evidence art. 12(1)(d): a listed category with a maximum of three years or more.
fn listed(
    between: Between<'_>,
    concept: &OffenceRow,
    act: Act,
    (ground, list): (&GroundRow, &str),
    answer: &mut DualCriminality,
) {
    let relation = between.law.relation(ground.instrument, between.from, between.to, between.on);
    if relation.state == LawAnswer::NotInForce {
        return;
    }
    let phrase = |key| {
        let named = Phrase::new(key).with("instrument", ground.instrument);
        named.with("article", &ground.article).with("list", list).with("years", LISTED_FROM_YEARS)
    };
    let is_in_force = relation.state == LawAnswer::InForce;
    let to_confirm = is_in_force && ground.cite.confidence == Confidence::Low;
    match (category(concept), act.highest_penalty_years) {
        (None, _) => answer.remains.push(phrase("offence.not_listed")),
        (_, Some(years)) if years < LISTED_FROM_YEARS => answer.remains.push(phrase("offence.penalty_below")),
        (_, _) if !is_in_force => answer.remains.push(phrase("offence.waiver_relation_unknown")),
        (_, Some(_)) => answer.waived_by.push(phrase("offence.waived")),
        (_, None) => answer.waived_by.push(phrase("offence.waived_if_penalty")),
    }
    if to_confirm && category(concept).is_some() {
        answer.remains.push(phrase("offence.waiver_to_confirm"));
    }
    answer.sources.push(Arc::clone(&ground.cite));
    answer.sources.extend(relation.sources);
}

/// The category of the lists that the concept's ICCS code falls under: 03 sexual exploitation of children, 0204
/// trafficking in persons. The sale of children and parental abduction have no category that the tables show.
fn category(concept: &OffenceRow) -> Option<&'static str> {
    let iccs = concept.iccs.as_deref()?;
    ["03", "0204"].into_iter().find(|prefix| iccs.starts_with(prefix))
}

/// Budapest art. 29(3): dual criminality is no condition for the preservation of data; art. 29(4) lets a party reserve for
/// offences outside arts. 2 to 11.
fn preservation(between: Between<'_>, concept: &OffenceRow, answer: &mut DualCriminality) {
    let Some(ground) = ground(between, Instrument::Budapest, PRESERVATION.0) else { return };
    let relation = between.law.relation(Instrument::Budapest, between.from, between.to, between.on);
    if relation.state != LawAnswer::InForce || ground.cite.confidence == Confidence::Low {
        return;
    }
    answer.waived_by.push(named("offence.waived_for_preservation", ground));
    answer.sources.push(Arc::clone(&ground.cite));
    answer.sources.extend(relation.sources);
    let is_defined = super::rows_of(between.law, &concept.concept)
        .iter()
        .any(|row| row.instrument == Instrument::Budapest);
    if let (false, Some(reservation)) =
        (is_defined, self::ground(between, Instrument::Budapest, PRESERVATION.1))
    {
        answer.remains.push(named("offence.preservation_reservation", reservation));
        answer.sources.push(Arc::clone(&reservation.cite));
    }
}

fn named(key: &'static str, ground: &GroundRow) -> Phrase {
    Phrase::new(key).with("instrument", ground.instrument).with("article", &ground.article)
}
