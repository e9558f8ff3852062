//! What the day of the event and the child's age do to a pathway.

use super::weighing::{Ask, Weighing};
use crate::{Confidence, Instrument, Need, Phrase, relation::age::birthday, tables::AgeRow};
use comity_model::legal::LawAnswer;
use jiff::ToSpan;

/// Hague 1980 art. 35: only removals and retentions after entry into force between the two states.
pub(super) fn event(ask: &Ask<'_>, found: &mut Weighing) {
    let question = ask.question;
    let asks =
        question.need == Need::ReturnOfAbductedChild && ask.row.instruments.contains(&Instrument::Hague1980);
    if !asks {
        return;
    }
    let Some(day) = question.event else {
        return found.warn(Phrase::new("pathway.event.not_given"));
    };
    let now = ask.law.relation(Instrument::Hague1980, &question.from, &question.to, question.on);
    let then = ask.law.relation(Instrument::Hague1980, &question.from, &question.to, day);
    match then.state {
        LawAnswer::InForce => {
            found.holds(Phrase::new("pathway.event.after").with("event", day));
            if then.since == Some(day) {
                found.warn(Phrase::new("pathway.event.same_day").with("event", day));
            }
        }
        LawAnswer::NotInForce => found.fails(Phrase::new("pathway.event.before").with("event", day)),
        LawAnswer::Unknown if now.binds() => {
            found.open(Phrase::new("pathway.event.unknown").with("event", day));
        }
        LawAnswer::Unknown => found.open(Phrase::new("pathway.event.unknown_both").with("event", day)),
    }
}

/// Ages at which an instrument on children ceases: Hague 1980 art. 4, Hague 1996 art. 2, Brussels IIb arts. 2 and 22,
/// Luxembourg 1980 art. 1.
pub(super) fn age(ask: &Ask<'_>, found: &mut Weighing) {
    if !protects_children(ask.question.need) {
        return;
    }
    let mut seen = Vec::new();
    for instrument in ask.row.instruments.iter().rev() {
        let Some((years, row)) = age_limit(ask, *instrument) else { continue };
        if seen.contains(&years) {
            continue;
        }
        seen.push(years);
        one_age(ask, found, years, row);
    }
}

fn one_age(ask: &Ask<'_>, found: &mut Weighing, years: u8, row: &AgeRow) {
    let say = |key| {
        let phrase = Phrase::new(key).with("years", years);
        phrase.with("instrument", row.instrument).with("article", &row.article)
    };
    let Some(birthday) = ask.question.facts.child_born.and_then(|born| birthday(born, years)) else {
        return found.warn(say("pathway.age.not_given"));
    };
    let on = ask.question.on;
    if on < birthday {
        let turns = say("pathway.age.turns").with("date", birthday);
        return if birthday <= on.saturating_add(1.year()) { found.warn(turns) } else { found.holds(turns) };
    }
    found.cite(&row.cite);
    if row.cite.confidence == Confidence::Low {
        found.open(say("pathway.age.reached_low").with("date", birthday));
    } else {
        found.fails(say("pathway.age.reached").with("date", birthday));
    }
}

pub(super) fn protects_children(need: Need) -> bool {
    use Need::{AccessRights, RecognitionEnforcementCustody, ReturnOfAbductedChild, TransferOfJurisdiction};
    matches!(
        need,
        ReturnOfAbductedChild | AccessRights | RecognitionEnforcementCustody | TransferOfJurisdiction
    )
}

/// The age in years under which an instrument protects a child, and the row that says so. Brussels IIb has one of its own
/// for return (art. 22).
fn age_limit<'a>(ask: &Ask<'a>, instrument: Instrument) -> Option<(u8, &'a AgeRow)> {
    let ages = || ask.law.tables().ages.iter().filter(|row| row.instrument == instrument);
    let for_return = || ages().find(|row| row.term == "child for return proceedings");
    let own = (ask.question.need == Need::ReturnOfAbductedChild).then(for_return).flatten();
    let row = own.or_else(|| ages().find(|row| row.term == "child"))?;
    Some((first_number(&row.definition)?, row))
}

fn first_number(text: &str) -> Option<u8> {
    text.split(|letter: char| !letter.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}
