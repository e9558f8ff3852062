//! Puts the points together: from the relation, from the rows, and from there being no row.

use super::{
    Fact, Point, Question, Scope, Status, Weight,
    choice::{Choice, contents},
    code::requirement,
    is_lead,
    rules::{Ask, Finding, content, find},
};
use crate::{
    Instrument, Law, Phrase,
    pathway::InstrumentRelation,
    tables::{AdmissibilityRow, ContentRow},
};
use comity_model::legal::LawAnswer;
use std::sync::Arc;

/// All points, in the order of the tables.
pub(super) fn all(law: &Law, question: &Question, choice: &Choice) -> Vec<Point> {
    let general = |row: &&AdmissibilityRow| row.scope == Scope::Every || row.scope.is_law_of(&question.to);
    let rows = law.tables().admissibility.iter().filter(general);
    let mut points: Vec<Point> = rows.map(|row| of_row(question, row)).collect();
    points.extend(no_law_of_the_receiver(law, question));
    points.extend(choice.relations.is_empty().then(|| no_instrument(&choice.candidates)));
    for part in &choice.relations {
        points.push(binds(question, part));
        points.extend(asked_by(law, question, part));
    }
    points
}

/// A point of which nothing is known yet.
fn blank(asks: Phrase, scope: Scope, weight: Weight) -> Point {
    Point {
        requirement: asks,
        item: None,
        instrument: scope.instrument(),
        scope,
        article: String::new(),
        met_by: None,
        status: Status::Unknown,
        findings: Vec::new(),
        weight,
        to_be_confirmed: false,
        sources: Vec::new(),
    }
}

fn found(point: Point, finding: Finding) -> Point {
    Point { status: finding.status, findings: finding.said, ..point }
}

/// A row of `admissibility.csv`.
fn of_row(question: &Question, row: &AdmissibilityRow) -> Point {
    let sources = vec![Arc::clone(&row.cite)];
    let point = Point {
        article: row.article.clone(),
        met_by: Some(row.met_by),
        to_be_confirmed: is_lead(&sources),
        sources,
        ..blank(requirement(&row.requirement), row.scope.clone(), row.weight)
    };
    found(point, find(row.met_by, &Ask { question, weight: row.weight }))
}

/// A row of `required_contents.csv`.
fn of_content(question: &Question, row: &ContentRow) -> Point {
    let sources = vec![Arc::clone(&row.cite)];
    let must = row.obligation.starts_with("must");
    let weight = if must { Weight::Must } else { Weight::WhereApplicable };
    let asks = Phrase::new("admissibility.requirement.request_contains");
    let point = Point {
        item: Some(row.item.clone()),
        article: row.article.clone(),
        met_by: Some(Fact::Request),
        to_be_confirmed: is_lead(&sources),
        sources,
        ..blank(asks, Scope::Instrument(row.instrument), weight)
    };
    found(point, content(row, &Ask { question, weight }))
}

/// Without a row for the receiving state, nobody can tell from here what its courts ask.
fn no_law_of_the_receiver(law: &Law, question: &Question) -> Option<Point> {
    let to = &question.to;
    let known = law.tables().admissibility.iter().any(|row| row.scope.is_law_of(to));
    let asks = Phrase::new("admissibility.requirement.national").with("state", to);
    let said = Phrase::new("admissibility.no_row.state").with("state", to);
    let point = blank(asks, Scope::Place(to.clone()), Weight::Must);
    (!known).then(|| found(point, Finding::unknown(said)))
}

fn no_instrument(candidates: &[Instrument]) -> Point {
    let asks = Phrase::new("admissibility.requirement.instrument");
    let said = Phrase::new("admissibility.no_row.no_instrument");
    let mut point = found(blank(asks, Scope::Every, Weight::Must), Finding::unknown(said));
    if !candidates.is_empty() {
        let codes: Vec<&str> = candidates.iter().map(|instrument| instrument.code()).collect();
        let said = Phrase::new("admissibility.no_row.candidates").with("instruments", codes.join(", "));
        point.findings.push(said);
    }
    point
}

/// Whether the instrument binds the two states.
fn binds(question: &Question, part: &InstrumentRelation) -> Point {
    let (instrument, relation) = (part.instrument, &part.relation);
    let asks = Phrase::new("admissibility.requirement.binds").with("instrument", instrument);
    let asks = asks.with("from", &question.from).with("to", &question.to).with("on", question.on);
    let rule = relation.rule.clone();
    let finding = match relation.state {
        _ if is_one_state(question) => Finding::not_applicable(Phrase::new("pathway.same_place")),
        LawAnswer::InForce => Finding::met(rule),
        LawAnswer::NotInForce => Finding::missing(rule),
        LawAnswer::Unknown => Finding::unknown(rule),
    };
    let sources = relation.sources.clone();
    let to_be_confirmed = is_lead(&sources);
    let point = blank(asks, Scope::Instrument(instrument), Weight::Must);
    Point { sources, to_be_confirmed, ..found(point, finding) }
}

fn is_one_state(question: &Question) -> bool {
    question.from.jurisdiction() == question.to.jurisdiction()
}

/// What an instrument asks. Where it does not bind the two, none of it applies.
fn asked_by(law: &Law, question: &Question, part: &InstrumentRelation) -> Vec<Point> {
    let instrument = part.instrument;
    let rows = law.tables().admissibility.iter().filter(|row| row.scope.instrument() == Some(instrument));
    let mut points: Vec<Point> = rows.map(|row| of_row(question, row)).collect();
    points.extend(contents(law, question, instrument).map(|row| of_content(question, row)));
    if points.is_empty() {
        points.push(no_row_of(instrument));
    }
    if part.relation.state == LawAnswer::NotInForce {
        let said = Phrase::new("admissibility.instrument.not_in_force").with("instrument", instrument);
        let lifted = |point| found(point, Finding::not_applicable(said.clone()));
        return points.into_iter().map(lifted).collect();
    }
    points
}

fn no_row_of(instrument: Instrument) -> Point {
    let asks = Phrase::new("admissibility.requirement.by_instrument").with("instrument", instrument);
    let said = Phrase::new("admissibility.no_row.instrument").with("instrument", instrument);
    found(blank(asks, Scope::Instrument(instrument), Weight::WhereApplicable), Finding::unknown(said))
}
