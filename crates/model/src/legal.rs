//! The legal basis that a message relies on, with what is known of it at that date.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the law engine answers on a relation between two states: never a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LawAnswer {
    /// The instrument binds both on that date.
    InForce,
    /// It does not.
    NotInForce,
    /// The tables do not say.
    Unknown,
}

/// Instrument and article relied on, and what the sender's node found of them on that day. The node writes the answer,
/// never the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalBasis {
    /// The instrument, by its short code, such as `HAGUE_1980` or `INTERPOL_RPD`.
    #[schemars(extend("pattern" = "^[A-Z][A-Z0-9_]{1,39}$"))]
    pub instrument: String,
    /// The article or rule, as the instrument numbers it.
    pub article: String,
    /// What the check of this basis found: `in_force` where the tables carry it, `not_in_force` where they contradict it.
    pub answer: LawAnswer,
    /// The date on which it was checked.
    pub assessed_on: Date,
    /// Why the officer goes on where the answer is `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The data sets that the answer rests on, the oldest first, joined by ` + `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_set: Option<String>,
    /// The day of the event, such as the removal, that decides whether the instrument applies (Hague 1980 art. 35).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_date: Option<Date>,
    /// The offence by its harmonised concept, such as `C08`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence: Option<String>,
    /// Why a supervising officer lets it go although the answer is `not_in_force`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervisor_reason: Option<String>,
}

/// What is wrong with a legal basis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LegalBasisFault {
    /// The instrument is not written as a code.
    #[error("`{0}` is no instrument code; write it like `HAGUE_1980`")]
    NoInstrument(String),
    /// No article is named.
    #[error("the legal basis names no article of `{0}`; name the one relied on")]
    NoArticle(String),
    /// The tables contradict it, and no supervising officer let it go.
    #[error(
        "the tables contradict `{0}` as the basis; choose another, or have a supervising officer authorise it"
    )]
    NotInForce(String),
    /// The answer is unknown and no reason was recorded.
    #[error("whether `{0}` is in force is unknown; record the reason for going on")]
    ReasonMissing(String),
}

impl LegalBasis {
    /// May a message leave on this basis?
    pub fn check(&self) -> Result<(), LegalBasisFault> {
        let name = || self.instrument.chars().take(40).collect::<String>();
        if !is_instrument_code(&self.instrument) {
            return Err(LegalBasisFault::NoInstrument(name()));
        }
        if self.article.trim().is_empty() {
            return Err(LegalBasisFault::NoArticle(name()));
        }
        let said = |words: &Option<String>| words.as_ref().is_some_and(|words| !words.trim().is_empty());
        match self.answer {
            LawAnswer::NotInForce if !said(&self.supervisor_reason) => {
                Err(LegalBasisFault::NotInForce(name()))
            }
            LawAnswer::Unknown if !said(&self.reason) => Err(LegalBasisFault::ReasonMissing(name())),
            LawAnswer::NotInForce | LawAnswer::Unknown | LawAnswer::InForce => Ok(()),
        }
    }
}

fn is_instrument_code(text: &str) -> bool {
    let rest_fits = text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (2..=40).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_uppercase()) && rest_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(answer: LawAnswer, reason: Option<&str>) -> LegalBasis {
        LegalBasis {
            instrument: "HAGUE_1980".into(),
            article: "7".into(),
            answer,
            assessed_on: jiff::civil::date(2026, 11, 1),
            reason: reason.map(str::to_owned),
            data_set: None,
            event_date: None,
            offence: None,
            supervisor_reason: None,
        }
    }

    #[test]
    fn an_unknown_answer_needs_a_recorded_reason() {
        assert!(basis(LawAnswer::Unknown, None).check().is_err());
        assert!(basis(LawAnswer::Unknown, Some("  ")).check().is_err());
        assert!(basis(LawAnswer::Unknown, Some("a child's life is at risk")).check().is_ok());
    }

    #[test]
    fn a_contradicted_basis_needs_a_supervising_officers_reason_and_no_other_will_do() {
        let contradicted = basis(LawAnswer::NotInForce, Some("we want to"));
        assert!(contradicted.check().is_err());
        let silent = LegalBasis { supervisor_reason: Some(" ".into()), ..contradicted.clone() };
        assert!(silent.check().is_err());
        let let_go = LegalBasis { supervisor_reason: Some("a life is at risk".into()), ..contradicted };
        assert!(let_go.check().is_ok());
    }

    #[test]
    fn what_is_absent_is_not_written() {
        let json = serde_json::to_value(basis(LawAnswer::InForce, None)).unwrap();
        let mut fields: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["answer", "article", "assessed_on", "instrument"]);
    }

    #[test]
    fn an_instrument_is_a_code_and_has_an_article() {
        let free = LegalBasis { instrument: "the Hague thing".into(), ..basis(LawAnswer::InForce, None) };
        assert!(matches!(free.check(), Err(LegalBasisFault::NoInstrument(_))));
        let bare = LegalBasis { article: String::new(), ..basis(LawAnswer::InForce, None) };
        assert!(matches!(bare.check(), Err(LegalBasisFault::NoArticle(_))));
    }
}
