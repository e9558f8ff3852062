//! The rules of the check, numbered, in their order. Each reads the case and returns what it finds; none knows another.

use super::known::Known;
use super::{Case, Finding, article, quoted, scope};
use crate::{
    Cite, Confidence, Instrument, Need, Phrase, Place,
    offence::{self, Act},
    relation::{
        age::{AgeAnswer, applies_to_child},
        applies_to_event,
    },
    tables::{NeedRow, OffenceRow, Tables},
};
use article::Article;
use comity_model::legal::LawAnswer;
use jiff::civil::Date;
use std::sync::Arc;

type Rule = fn(&Case<'_>) -> Vec<Finding>;

/// Every rule by its name, in order. The instrument itself is read before them.
pub(super) const RULES: [(&str, Rule); 7] = [
    ("1 places", places),
    ("2 relation", relations),
    ("3 event", events),
    ("4 age", age),
    ("5 article", articles),
    ("6 purpose and kind", purpose),
    ("7 offence", offences),
];

/// The regional and global bodies among the codes: no states, so no relation between states.
const BODIES: [&str; 2] = ["EU", "UN"];

/// The most articles that one claim may name; a claim of more is no claim of a basis.
const MOST_ARTICLES: usize = 12;

/// Rule 1: a treaty binds states; there must be a receiver, and no body on either side.
fn places(case: &Case<'_>) -> Vec<Finding> {
    if case.receivers.is_empty() {
        return vec![Finding::unknown(Phrase::new("basis.no_receiver"))];
    }
    let receivers = case.receivers.iter().map(|(to, _)| *to);
    let bodies = std::iter::once(case.claim.from).chain(receivers).filter(|place| is_body(place));
    bodies.map(|body| Finding::unknown(case.phrase("basis.no_state").with("place", body))).collect()
}

fn is_body(place: &Place) -> bool {
    BODIES.contains(&place.jurisdiction().code())
}

/// Rule 2: the instrument is in force between the sender's place and each receiver's on the day of the message. Within one
/// state no relation between states is called for: national law governs, which the tables do not hold.
fn relations(case: &Case<'_>) -> Vec<Finding> {
    let from = case.claim.from;
    let states = case.receivers.iter().filter(|(to, _)| !is_body(to) && !is_body(from));
    let found = states.map(|(to, relation)| {
        let named = |key| case.phrase(key).with("one", from).with("other", to).with("on", case.claim.on);
        let finding = match relation.state {
            LawAnswer::InForce => Finding::supported(named("basis.in_force")),
            LawAnswer::NotInForce if relation.rule.key() == "relation.same_state" => {
                Finding::unknown(named("basis.same_state"))
            }
            LawAnswer::NotInForce => Finding::contradicted(named("basis.not_in_force")),
            LawAnswer::Unknown => Finding::unknown(named("basis.relation_unknown")),
        };
        finding.because(relation.rule.clone()).citing(&relation.sources)
    });
    found.collect()
}

/// Rule 3, Hague 1980 art. 35: the removal or retention falls after entry into force between the two. Rights of access
/// (art. 21) are not named by art. 35(1), so an earlier event leaves them open.
fn events(case: &Case<'_>) -> Vec<Finding> {
    if case.instrument != Instrument::Hague1980 {
        return Vec::new();
    }
    let Some(event) = case.claim.event else {
        return vec![Finding::supported(case.phrase("basis.event_not_given"))];
    };
    let bound = case.receivers.iter().filter(|(_, relation)| relation.binds());
    bound.filter_map(|(to, _)| event_of(case, event, to)).collect()
}

fn event_of(case: &Case<'_>, event: Date, to: &Place) -> Option<Finding> {
    let applies = applies_to_event(case.law, case.instrument, case.claim.from, to, event)?;
    let finding = match applies.state {
        LawAnswer::InForce => Finding::supported(applies.rule),
        LawAnswer::NotInForce if is_access(case) => {
            Finding::unknown(case.phrase("basis.event_before_access")).because(applies.rule)
        }
        LawAnswer::NotInForce => Finding::contradicted(applies.rule),
        LawAnswer::Unknown => Finding::unknown(applies.rule),
    };
    Some(finding.citing(&applies.sources).citing(grounds(case.law.tables(), case.instrument, "35")))
}

/// Whether the claim is about access alone (Hague 1980 art. 21).
fn is_access(case: &Case<'_>) -> bool {
    let claimed = article::articles(case.claim.article);
    !claimed.is_empty() && claimed.iter().all(|article| article.head() == "21")
}

fn grounds<'a>(
    tables: &'a Tables,
    instrument: Instrument,
    article: &'a str,
) -> impl Iterator<Item = &'a Arc<Cite>> {
    let rows =
        tables.grounds.iter().filter(move |row| row.instrument == instrument && row.article == article);
    rows.map(|row| &row.cite)
}

/// Rule 4: the child's age on the day (Hague 1980 art. 4; Hague 1996 art. 2; Brussels IIb art. 22, for a return alone).
fn age(case: &Case<'_>) -> Vec<Finding> {
    let is_other_matter =
        case.instrument == Instrument::BrusselsIIb && case.claim.purpose != "return_of_child";
    let born = case.claim.child_born.filter(|_| !is_other_matter);
    let applies = born.and_then(|born| applies_to_child(case.law, case.instrument, born, case.claim.on));
    applies.and_then(|applies| age_limit(applies, case.claim.on)).into_iter().collect()
}

/// Under the limit nothing is found, be the limit confirmed or not.
fn age_limit(applies: AgeAnswer, on: Date) -> Option<Finding> {
    let is_over = applies.last_day.is_some_and(|last| last < on);
    let finding = match applies.state {
        LawAnswer::NotInForce => Finding::contradicted(applies.rule),
        LawAnswer::Unknown if is_over || applies.rule.key() == "relation.age.before_birth" => {
            Finding::unknown(applies.rule)
        }
        _ => return None,
    };
    Some(finding.citing(&applies.sources))
}

/// Rule 5: the tables know each article that the claim names.
fn articles(case: &Case<'_>) -> Vec<Finding> {
    let claimed = article::articles(case.claim.article);
    if claimed.is_empty() || claimed.len() > MOST_ARTICLES {
        let written = quoted(case.claim.article);
        return vec![Finding::unknown(case.phrase("basis.article_unreadable").with("article", written))];
    }
    let known = case.law.articles().of(case.instrument);
    claimed.iter().map(|article| article_of(case, article, known)).collect()
}

fn article_of(case: &Case<'_>, claimed: &Article, known: &[Known]) -> Finding {
    let rows: Vec<_> = known.iter().filter(|(known, _)| claimed.holds(known)).map(|(_, cite)| cite).collect();
    let named = |key| case.phrase(key).with("article", claimed);
    match rows.iter().map(|cite| cite.confidence).max() {
        None => not_in_tables(named, claimed, known),
        Some(Confidence::Low) => Finding::unknown(named("basis.article_to_confirm")).citing(rows),
        Some(_) => Finding::supported(named("basis.article_known")).citing(rows),
    }
}

fn not_in_tables(named: impl Fn(&'static str) -> Phrase, claimed: &Article, known: &[Known]) -> Finding {
    let near = near(claimed, known.iter().map(|(article, _)| article));
    let is_whole_known = known.iter().any(|(article, _)| article.head() == claimed.head());
    Finding::unknown(match near.as_str() {
        "" => named("basis.no_article_in_tables"),
        near if is_whole_known => named("basis.part_not_in_tables").with("near", near),
        near => named("basis.article_not_in_tables").with("near", near),
    })
}

/// Up to five articles that the tables know: the known parts of the same article, otherwise the nearest by number.
fn near<'a>(claimed: &Article, known: impl Iterator<Item = &'a Article>) -> String {
    let distance = |article: &Article| match (article.number(), claimed.number()) {
        (Some(one), Some(other)) => one.abs_diff(other),
        _ => u16::MAX,
    };
    let (mut parts, others): (Vec<_>, Vec<_>) = known.partition(|article| article.head() == claimed.head());
    parts.sort_unstable();
    let mut names: Vec<String> = parts.into_iter().map(ToString::to_string).collect();
    if names.is_empty() {
        let mut others = others;
        others.sort_by_cached_key(|article| (distance(article), article.number(), article.head()));
        names.extend(others.into_iter().map(|article| article.head().to_owned()));
    }
    names.dedup();
    names.truncate(5);
    names.join(", ")
}

/// Rule 6: the table of needs names the instrument for what the message is for.
fn purpose(case: &Case<'_>) -> Vec<Finding> {
    let Some(wanted) = scope::needs_of_purpose(case.claim.purpose) else {
        let written = quoted(case.claim.purpose);
        return vec![Finding::unknown(case.phrase("basis.purpose_unknown").with("purpose", written))];
    };
    let rows: Vec<_> =
        case.law.tables().needs.iter().filter(|row| row.instruments.contains(&case.instrument)).collect();
    let fits =
        |needs: &[Need]| rows.iter().copied().filter(|row| needs.contains(&row.need)).collect::<Vec<_>>();
    let (for_purpose, for_kind) = (fits(wanted), fits(scope::needs_of_kind(case.claim.kind)));
    let mut both: Vec<_> =
        for_purpose.iter().filter(|row| for_kind.iter().any(|other| other.need == row.need)).collect();
    both.sort_by_key(|row| !mentions_claimed(case, row));
    let named = |key| {
        let phrase = case.phrase(key).with("purpose", case.claim.purpose);
        phrase.with("kind", case.claim.kind.as_str())
    };
    vec![match both.first() {
        Some(row) if row.cite.confidence == Confidence::Low => {
            Finding::unknown(named("basis.need_to_confirm").with("need", row.need)).citing([&row.cite])
        }
        Some(row) => {
            Finding::supported(named("basis.need_served").with("need", row.need)).citing([&row.cite])
        }
        None if rows.is_empty() => Finding::unknown(named("basis.no_need")),
        None if scope::is_criminal(case.claim.purpose) && is_civil(case) => {
            Finding::unknown(named("basis.civil_not_criminal")).citing(rows.iter().map(|row| &row.cite))
        }
        None if for_purpose.is_empty() => Finding::unknown(named("basis.purpose_not_served")),
        None => Finding::unknown(named("basis.kind_not_served")),
    }]
}

/// Whether a row of the table of needs mentions an article that the claim names: then it is the row to cite.
fn mentions_claimed(case: &Case<'_>, row: &NeedRow) -> bool {
    let claimed = article::articles(case.claim.article);
    let mut known = case.law.articles().of(case.instrument).iter();
    known.any(|(known, cite)| {
        Arc::ptr_eq(cite, &row.cite) && claimed.iter().any(|claimed| claimed.head() == known.head())
    })
}

fn is_civil(case: &Case<'_>) -> bool {
    offence::is_civil(case.law.tables(), case.instrument)
}

/// Rule 7: the offence is one that the instrument obliges both to punish, or both are so obliged by another instrument.
fn offences(case: &Case<'_>) -> Vec<Finding> {
    let Some(concept) = case.claim.offence else { return Vec::new() };
    let rows = offence::rows_of(case.law, concept);
    if rows.is_empty() {
        let written = quoted(concept);
        return vec![Finding::unknown(case.phrase("basis.offence_unknown").with("concept", written))];
    }
    let own: Vec<_> = rows.iter().copied().filter(|row| row.instrument == case.instrument).collect();
    if let Some(row) = own.first() {
        return vec![defined(case, row)];
    }
    if is_civil(case) {
        return vec![Finding::unknown(case.phrase("basis.civil_and_offence").with("concept", concept))];
    }
    vec![preservation(case, concept).unwrap_or_else(|| not_its_own(case, concept, &rows))]
}

/// The instrument defines the concept itself; Hague 1980 art. 3 does so as a civil wrong.
fn defined(case: &Case<'_>, row: &OffenceRow) -> Finding {
    let named = |key| case.phrase(key).with("concept", &row.concept).with("article", &row.article);
    let finding = match row.cite.confidence {
        Confidence::Low => Finding::unknown(named("basis.offence_to_confirm")),
        _ if is_civil(case) => Finding::supported(named("basis.offence_civil")),
        _ => Finding::supported(named("basis.offence_defined")),
    };
    let remains = if is_civil(case) { Vec::new() } else { offence::obstacles(row, Act::default()) };
    remains.into_iter().fold(finding, Finding::because).citing([&row.cite])
}

/// Budapest art. 29(3): no dual criminality for preservation (arts. 16, 29, 35); art. 29(4) allows a reservation.
fn preservation(case: &Case<'_>, concept: &str) -> Option<Finding> {
    let claimed = article::articles(case.claim.article);
    let is_preservation = case.instrument == Instrument::Budapest
        && !claimed.is_empty()
        && claimed.iter().all(|article| matches!(article.head(), "16" | "29" | "35"));
    if !is_preservation {
        return None;
    }
    let reason = case.phrase("basis.offence_preservation").with("concept", concept);
    let rows = ["29(3)", "29(4)"].into_iter();
    let cites = rows.flat_map(|article| grounds(case.law.tables(), case.instrument, article));
    Some(Finding::supported(reason).citing(cites))
}

/// The instrument defines no such offence.
fn not_its_own(case: &Case<'_>, concept: &str, rows: &[&OffenceRow]) -> Finding {
    let tables = case.law.tables();
    if case.instrument == Instrument::Untoc {
        return through_protocol(case, concept, rows);
    }
    if tables.offences.iter().any(|row| row.instrument == case.instrument) {
        return Finding::unknown(case.phrase("basis.offence_not_defined").with("concept", concept));
    }
    by_dual_criminality(case, concept)
}

/// Palermo Protocol art. 1(3): its offences count as established under UNTOC, where the Protocol binds both as well.
fn through_protocol(case: &Case<'_>, concept: &str, rows: &[&OffenceRow]) -> Finding {
    let named = |key| case.phrase(key).with("concept", concept).with("protocol", Instrument::PalermoTip);
    let own = rows
        .iter()
        .find(|row| row.instrument == Instrument::PalermoTip && row.cite.confidence != Confidence::Low);
    let Some(row) = own else { return Finding::unknown(named("basis.offence_not_defined")) };
    let relations = case
        .receivers
        .iter()
        .map(|(to, _)| case.law.relation(Instrument::PalermoTip, case.claim.from, to, case.claim.on));
    let relations: Vec<_> = relations.collect();
    let binds_all = relations.iter().all(crate::Relation::binds);
    let key = if binds_all { "basis.offence_by_protocol" } else { "basis.offence_protocol_open" };
    let finding = if binds_all { Finding::supported(named(key)) } else { Finding::unknown(named(key)) };
    finding.citing([&row.cite]).citing(relations.iter().flat_map(|relation| &relation.sources))
}

/// The instrument has no list of its own (assistance, extradition, police): both must punish the conduct (Budapest art.
/// 25(5) by analogy, Extradition 1957 art. 2(1)), which the engine tells where an instrument obliges both.
fn by_dual_criminality(case: &Case<'_>, concept: &str) -> Finding {
    let named = |key| case.phrase(key).with("concept", concept);
    let answers = case.receivers.iter().filter_map(|(to, _)| {
        offence::dual_criminality(case.law, case.claim.from, to, concept, case.claim.on)
    });
    let answers: Vec<_> = answers.collect();
    let is_met = answers.iter().all(|answer| answer.met == LawAnswer::InForce);
    let finding = if is_met {
        Finding::supported(named("basis.offence_in_both"))
    } else {
        Finding::unknown(named("basis.offence_open"))
    };
    let open = answers.iter().filter(|answer| answer.met != LawAnswer::InForce);
    let finding = open.flat_map(|answer| answer.remains.iter().cloned()).fold(finding, Finding::because);
    finding.citing(answers.iter().flat_map(|answer| &answer.sources))
}
