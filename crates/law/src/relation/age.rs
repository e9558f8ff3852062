//! Up to which birthday an instrument applies to a child.

use crate::{Cite, Confidence, Instrument, Law, Phrase};
use comity_model::legal::LawAnswer;
use jiff::civil::{Date, date};
use serde::Serialize;
use std::sync::Arc;

/// Whether an instrument still applies to a child of that age on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgeAnswer {
    /// `in_force` while it applies; `unknown` where the rule is still to be confirmed or the child is not yet born.
    pub state: LawAnswer,
    /// The age at which it ends, in years.
    pub years: u8,
    /// The last day on which it applies: the day before that birthday; `None` beyond the calendar.
    pub last_day: Option<Date>,
    /// The rule, with its article.
    pub rule: Phrase,
    /// The row that defines the age; `None` where the data have none.
    pub confidence: Option<Confidence>,
    /// The rows relied on.
    #[serde(serialize_with = "crate::answer::rows")]
    pub sources: Vec<Arc<Cite>>,
}

/// The age limit of an instrument for a child born on a day; `None` where the engine has no age rule for it.
#[must_use]
pub fn applies_to_child(law: &Law, instrument: Instrument, born: Date, on: Date) -> Option<AgeAnswer> {
    match instrument {
        Instrument::Hague1980 => Some(hague_1980_art_4(law, born, on)),
        Instrument::Hague1996 => Some(hague_1996_art_2(law, born, on)),
        Instrument::BrusselsIIb => Some(brussels_iib_art_22(law, born, on)),
        Instrument::Luxembourg1980 => Some(luxembourg_1980_art_1(law, born, on)),
        _ => None,
    }
}

/// Hague 1980 art. 4: the Convention ceases to apply when the child attains the age of sixteen.
#[must_use]
pub fn hague_1980_art_4(law: &Law, born: Date, on: Date) -> AgeAnswer {
    limit(law, Instrument::Hague1980, "4", 16, born, on)
}

/// Hague 1996 art. 2: it applies to children from birth until they reach eighteen.
#[must_use]
pub fn hague_1996_art_2(law: &Law, born: Date, on: Date) -> AgeAnswer {
    limit(law, Instrument::Hague1996, "2", 18, born, on)
}

/// Brussels IIb art. 22: the chapter on return applies to a child of less than sixteen. For other matters a child is a
/// person below eighteen (art. 2(2)(6)).
#[must_use]
pub fn brussels_iib_art_22(law: &Law, born: Date, on: Date) -> AgeAnswer {
    limit(law, Instrument::BrusselsIIb, "22", 16, born, on)
}

/// ETS 105 art. 1(a): a child is under sixteen and may not decide where to live.
#[must_use]
pub fn luxembourg_1980_art_1(law: &Law, born: Date, on: Date) -> AgeAnswer {
    limit(law, Instrument::Luxembourg1980, "1(a)", 16, born, on)
}

/// The birthday on which a person reaches an age. Who was born on 29 February reaches it, in a common year, on 1 March:
/// of the two readings the one that does not end a child's protection a day early.
#[must_use]
pub fn birthday(born: Date, years: u8) -> Option<Date> {
    let year = born.year().checked_add(i16::from(years))?;
    Date::new(year, born.month(), born.day()).ok().or_else(|| {
        let leapling =
            (born.month(), born.day()) == (2, 29) && (Date::MIN.year()..=Date::MAX.year()).contains(&year);
        leapling.then(|| date(year, 3, 1))
    })
}

fn limit(law: &Law, instrument: Instrument, article: &str, years: u8, born: Date, on: Date) -> AgeAnswer {
    let rows = law.tables().ages.iter();
    let row = rows.filter(|row| row.instrument == instrument).find(|row| row.article == article);
    let cite = row.map(|row| Arc::clone(&row.cite));
    let ends = birthday(born, years);
    let sure = cite.as_ref().is_some_and(|cite| cite.confidence > Confidence::Low);
    let (state, key) = match ends {
        _ if on < born => (LawAnswer::Unknown, "relation.age.before_birth"),
        _ if !sure => (LawAnswer::Unknown, "relation.age.to_be_confirmed"),
        Some(ends) if on >= ends => (LawAnswer::NotInForce, "relation.age.reached"),
        _ => (LawAnswer::InForce, "relation.age.below"),
    };
    let last_day = ends.and_then(|ends| ends.yesterday().ok());
    let rule = Phrase::new(key).with("instrument", instrument).with("article", article).with("years", years);
    let rule = rule.with("birthday", ends.map_or_else(|| "—".to_owned(), |day| day.to_string()));
    let confidence = cite.as_ref().map(|cite| cite.confidence);
    AgeAnswer { state, years, last_day, rule, confidence, sources: cite.into_iter().collect() }
}
