//! Puts a pathway together from its row and from the tables of contents, deadlines and grounds.

use super::{
    Content, Ground, InstrumentRelation, Pathway, Question, condition, limits,
    scope::{self, Part, serves},
    weighing::{Ask, Weighing},
};
use crate::{
    Cite, Confidence, Instrument, Law, Need, Phrase, Relation,
    deadline::{Deadline, Event, Matter, deadlines},
    offence::{DualCriminality, dual_criminality},
    tables::NeedRow,
    time::Moment,
};
use comity_model::legal::LawAnswer;
use jiff::{Timestamp, civil::Date};
use std::sync::Arc;

/// The code of the event from which an age is counted.
const BIRTH: &str = "child_born";
/// The code of the wrongful removal or retention.
const REMOVAL: &str = "removal_or_retention";

/// The rows of a need, in the table's order.
pub(super) fn rows(law: &Law, need: Need) -> impl Iterator<Item = &NeedRow> {
    law.tables().needs.iter().filter(move |row| row.need == need)
}

pub(super) fn is_fallback(row: &NeedRow) -> bool {
    cited(row) == Instrument::NonTreaty
}

fn cited(row: &NeedRow) -> Instrument {
    row.instruments.first().copied().unwrap_or(Instrument::NonTreaty)
}

/// A pathway with all that belongs to it.
pub(super) fn pathway(law: &Law, question: &Question, row: &NeedRow, now: Timestamp) -> Pathway {
    let ask = Ask { law, question, row };
    let mut found = Weighing::new();
    found.cite(&row.cite);
    let relations = relations(&ask, &mut found);
    limits::event(&ask, &mut found);
    limits::age(&ask, &mut found);
    for rule in condition::rules(question.need, cited(row)) {
        rule(&ask, &mut found);
    }
    let dual_criminality = dual(&ask, &mut found);
    let mut pathway = Pathway { relations, dual_criminality, ..bare(row, found) };
    pathway.contents = contents(&ask);
    pathway.deadlines = due(&ask, now);
    pathway.grounds = grounds(&ask);
    warn_of_low_rows(&mut pathway);
    pathway
}

/// The row and what was found, without the tables that hang on it.
fn bare(row: &NeedRow, found: Weighing) -> Pathway {
    Pathway {
        instrument: cited(row),
        written: row.written.clone(),
        priority: row.priority,
        usable: found.usable,
        relations: Vec::new(),
        reasons: found.reasons,
        condition: row.condition.clone(),
        channel: row.channel.clone(),
        authorities: row.authorities.clone(),
        contents: Vec::new(),
        deadlines: Vec::new(),
        grounds: Vec::new(),
        dual_criminality: None,
        caveats: found.caveats,
        sources: found.sources,
    }
}

fn relations(ask: &Ask<'_>, found: &mut Weighing) -> Vec<InstrumentRelation> {
    let question = ask.question;
    let mut relations = Vec::with_capacity(ask.row.instruments.len());
    for instrument in &ask.row.instruments {
        let relation = ask.law.relation(*instrument, &question.from, &question.to, question.on);
        found.part(relation.state);
        for caveat in &relation.caveats {
            found.warn(caveat.clone());
        }
        if leads_only(&relation) {
            found.warn(Phrase::new("pathway.low.relation").with("instrument", instrument));
        }
        relations.push(InstrumentRelation { instrument: *instrument, relation });
    }
    relations
}

/// Whether a relation is unknown because what the rows say of the two is a lead, and not because there is no row.
fn leads_only(relation: &Relation) -> bool {
    const LEADS: [&str; 7] = [
        "relation.to_be_confirmed",
        "relation.listed_only",
        "relation.negative_on_another_day",
        "relation.undated_before_reading",
        "relation.hague_1980.acceptance_to_be_confirmed",
        "relation.hague_1980.acceptance_undated_before_reading",
        "relation.hague_1980.not_accepted_on_another_day",
    ];
    relation.state == LawAnswer::Unknown && LEADS.contains(&relation.rule.key())
}

fn contents(ask: &Ask<'_>) -> Vec<Content> {
    let rows = ask.law.tables().contents.iter();
    rows.filter(|row| {
        ask.row.instruments.contains(&row.instrument)
            && serves(row.instrument, ask.question.need, Part::Contents, &row.article)
    })
    .map(|row| Content {
        instrument: row.instrument,
        article: row.article.clone(),
        item: row.item.clone(),
        obligation: row.obligation.clone(),
        language: row.language.clone(),
        form: row.form.clone(),
        sources: vec![Arc::clone(&row.cite)],
    })
    .collect()
}

fn grounds(ask: &Ask<'_>) -> Vec<Ground> {
    let rows = ask.law.tables().grounds.iter();
    rows.filter(|row| {
        ask.row.instruments.contains(&row.instrument)
            && serves(row.instrument, ask.question.need, Part::Grounds, &row.article)
    })
    .map(|row| Ground {
        instrument: row.instrument,
        article: row.article.clone(),
        ground: row.ground.clone(),
        kind: row.kind.clone(),
        decider: row.decider.clone(),
        sources: vec![Arc::clone(&row.cite)],
    })
    .collect()
}

fn due(ask: &Ask<'_>, now: Timestamp) -> Vec<Deadline> {
    let question = ask.question;
    let matter = matter(question);
    let fits = |deadline: &Deadline| {
        scope::for_officers(deadline.kind, deadline.instrument, &deadline.article)
            && serves(deadline.instrument, question.need, Part::Deadlines, &deadline.article)
            && scope::fits_urgency(question.facts.emergency, deadline.instrument, &deadline.article)
    };
    let of = |instrument: &Instrument| deadlines(ask.law, *instrument, &matter, now);
    ask.row.instruments.iter().flat_map(of).filter(fits).collect()
}

/// The question as a matter: the events of the facts, and those that the question itself tells. What the facts tell stands.
pub(super) fn matter(question: &Question) -> Matter {
    let mut events = question.facts.events.clone();
    if limits::protects_children(question.need) {
        tell(&mut events, REMOVAL, question.event);
        tell(&mut events, BIRTH, question.facts.child_born);
    }
    Matter { from: question.from.clone(), to: question.to.clone(), events, zone: question.facts.zone.clone() }
}

fn tell(events: &mut Vec<Event>, code: &str, day: Option<Date>) {
    let told = events.iter().any(|event| event.event == code);
    events.extend(day.filter(|_| !told).map(|day| Event { event: code.into(), at: Moment::Day(day) }));
}

/// Dual criminality, where the need calls for it and the offence is known.
fn dual(ask: &Ask<'_>, found: &mut Weighing) -> Option<DualCriminality> {
    use Need::{Evidence, Extradition, JointInvestigationTeam, PreservationComputerData};
    let question = ask.question;
    let tested = matches!(question.need, Evidence | Extradition | JointInvestigationTeam);
    if !tested && question.need != PreservationComputerData {
        return None;
    }
    let Some(offence) = question.facts.offence.as_deref() else {
        if tested {
            found.warn(Phrase::new("pathway.dual.not_stated"));
        }
        return None;
    };
    let test = dual_criminality(ask.law, &question.from, &question.to, offence, question.on);
    let open = test.as_ref().is_none_or(|test| test.met != LawAnswer::InForce && test.waived_by.is_empty());
    if tested && open {
        found.warn(Phrase::new("pathway.dual.remains").with("offence", offence));
    }
    test
}

fn warn_of_low_rows(pathway: &mut Pathway) {
    let low = |rows: &[Arc<Cite>]| rows.iter().any(|row| row.confidence == Confidence::Low);
    let any = pathway.contents.iter().any(|row| low(&row.sources))
        || pathway.grounds.iter().any(|row| low(&row.sources))
        || pathway.deadlines.iter().any(|row| low(&row.sources));
    if any {
        pathway.caveats.push(Phrase::new("pathway.low.rows"));
    }
}

/// What remains without a treaty, where the table has a row for it. It depends on national law, so it is `unknown`.
pub(super) fn fallback(law: &Law, question: &Question) -> Option<Pathway> {
    let row = rows(law, question.need).find(|row| is_fallback(row))?;
    let mut found = Weighing::new();
    found.cite(&row.cite);
    found.open(Phrase::new("pathway.fallback.national_law"));
    Some(bare(row, found))
}

/// What holds for the answer as a whole.
pub(super) fn caveats(law: &Law, question: &Question, settled: bool, has_fallback: bool) -> Vec<Phrase> {
    let on = question.on;
    let said = |when: bool, phrase: Phrase| when.then_some(phrase);
    let after = |day: Option<Date>| day.is_some_and(|day| day > on);
    let past_data = law.dated().filter(|dated| *dated < on);
    [
        said(question.from == question.to, Phrase::new("pathway.same_place")),
        said(after(question.event), Phrase::new("pathway.event.after_question")),
        said(after(question.facts.child_born), Phrase::new("pathway.age.born_after_question")),
        past_data.map(|dated| Phrase::new("pathway.data_end").with("dated", dated)),
        said(rows(law, question.need).next().is_none(), Phrase::new("pathway.no_row")),
        said(!settled && !has_fallback, without_row(question.need)),
        Some(Phrase::new("pathway.reservations")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What remains where the table has no row without a treaty.
fn without_row(need: Need) -> Phrase {
    Phrase::new(match need {
        Need::Evidence | Need::Extradition | Need::JointInvestigationTeam => "pathway.fallback.criminal",
        Need::PreservationComputerData | Need::PoliceIntelligence | Need::PublicationOfNotice => {
            "pathway.fallback.police"
        }
        _ => "pathway.fallback.civil",
    })
}
