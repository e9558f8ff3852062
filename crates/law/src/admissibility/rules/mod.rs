//! The rules, one function for one fact. Each looks at its fact alone, so that what is absent never meets anything.

pub(super) mod acquisition;
pub(super) mod caveats;
pub(super) mod integrity;
pub(super) mod seizure;

use super::{
    DocumentKind, Fact, Question, Status, Weight,
    facts::{Facts, said},
};
use crate::{Phrase, tables::ContentRow};

/// What a rule is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) question: &'a Question,
    pub(super) weight: Weight,
}

impl<'a> Ask<'a> {
    pub(super) fn facts(&self) -> &'a Facts {
        &self.question.facts
    }
}

/// What a rule finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) status: Status,
    pub(super) said: Vec<Phrase>,
}

impl Finding {
    fn new(status: Status, said: Phrase) -> Self {
        Self { status, said: vec![said] }
    }

    /// Met, by what.
    pub(super) fn met(by: Phrase) -> Self {
        Self::new(Status::Met, by)
    }

    /// Missing, what to do.
    pub(super) fn missing(add: Phrase) -> Self {
        Self::new(Status::Missing, add)
    }

    /// Unknown, what nobody can tell.
    pub(super) fn unknown(what: Phrase) -> Self {
        Self::new(Status::Unknown, what)
    }

    /// Not applicable, why.
    pub(super) fn not_applicable(why: Phrase) -> Self {
        Self::new(Status::NotApplicable, why)
    }

    /// Missing for each of these, met where there is none.
    pub(super) fn met_unless(lacks: Vec<Phrase>, by: Phrase) -> Self {
        if lacks.is_empty() { Self::met(by) } else { Self { status: Status::Missing, said: lacks } }
    }
}

/// Looks at a fact.
pub(super) fn find(fact: Fact, ask: &Ask<'_>) -> Finding {
    let rule: fn(&Ask<'_>) -> Finding = match fact {
        Fact::Acquisition => acquisition::documented,
        Fact::Tools => acquisition::tools,
        Fact::Source => acquisition::source,
        Fact::WriteBlocker => acquisition::write_blocker,
        Fact::Deviations => acquisition::deviations,
        Fact::Clock => acquisition::clock,
        Fact::HashAtAcquisition => integrity::hash_at_acquisition,
        Fact::HashVerified => integrity::hash_verified,
        Fact::Custody => integrity::custody,
        Fact::HandOvers => integrity::hand_overs,
        Fact::Timestamps => integrity::timestamps,
        Fact::Cosignatures => integrity::cosignatures,
        Fact::ExhibitNumber => acquisition::exhibit_number,
        Fact::Examinations => acquisition::examinations,
        Fact::SeizureAuthority => seizure::authority,
        Fact::SeizureInstrument => seizure::instrument,
        Fact::Purpose => caveats::purpose,
        Fact::JudicialUse => caveats::judicial_use,
        Fact::Onward => caveats::onward,
        Fact::Restrictions => caveats::restrictions,
        Fact::Retention => caveats::retention,
        Fact::Language => language,
        Fact::Request => request,
        Fact::Certification => |ask| document(ask, DocumentKind::Certification),
        Fact::ProcedureRecord => |ask| document(ask, DocumentKind::ProcedureRecord),
        Fact::WitnessStatement => |ask| document(ask, DocumentKind::WitnessStatement),
        Fact::ReturnTerms => |ask| document(ask, DocumentKind::ReturnTerms),
        Fact::NotKnownHere => not_known_here,
    };
    rule(ask)
}

fn not_known_here(ask: &Ask<'_>) -> Finding {
    Finding::unknown(Phrase::new("admissibility.not_known_here").with("state", &ask.question.to))
}

/// A document that is kept with the item. Where it is asked for in some cases only, nobody can tell from its absence.
fn document(ask: &Ask<'_>, kind: DocumentKind) -> Finding {
    let reference = said(ask.facts().documents.get(&kind));
    match (reference, ask.weight) {
        (Some(reference), _) => {
            Finding::met(Phrase::new("admissibility.document.met").with("reference", reference))
        }
        (None, Weight::WhereApplicable) => Finding::unknown(Phrase::new("admissibility.document.unknown")),
        (None, _) => Finding::missing(Phrase::new("admissibility.document.missing")),
    }
}

/// The request or application to which the item belongs.
fn request(ask: &Ask<'_>) -> Finding {
    let request = ask.facts().request.as_ref();
    match (request.and_then(|request| said(Some(&request.reference))), ask.weight) {
        (Some(reference), _) => {
            Finding::met(Phrase::new("admissibility.request.met").with("reference", reference))
        }
        (None, Weight::WhereApplicable) => Finding::unknown(Phrase::new("admissibility.request.unknown")),
        (None, _) => Finding::missing(Phrase::new("admissibility.request.missing")),
    }
}

/// One thing that a request must contain. Without a request nobody can tell; what a request may contain, or must in some
/// cases only, is not missing for being absent.
pub(super) fn content(row: &ContentRow, ask: &Ask<'_>) -> Finding {
    if row.obligation.starts_with("prohibited") {
        return Finding::not_applicable(Phrase::new("admissibility.content.prohibited"));
    }
    let Some(request) = &ask.facts().request else {
        return Finding::unknown(Phrase::new("admissibility.request.unknown"));
    };
    let reference = request.reference.as_str();
    let about = |key| Phrase::new(key).with("reference", reference);
    match (request.contents.contains(&row.item), ask.weight) {
        (true, _) => Finding::met(about("admissibility.content.met")),
        (false, Weight::Must) => Finding::missing(about("admissibility.content.missing")),
        (false, _) => Finding::unknown(about("admissibility.content.unknown")),
    }
}

/// Whether the receiver reads a language of the description or of a translation. Tags compare by their language alone:
/// who reads `fr` reads `fr-BE`.
fn language(ask: &Ask<'_>) -> Finding {
    let languages = &ask.facts().languages;
    let there: Vec<&String> = languages.described.iter().chain(&languages.translated).collect();
    let list = there.iter().map(|tag| tag.as_str()).collect::<Vec<_>>().join(", ");
    if there.is_empty() {
        return Finding::unknown(Phrase::new("admissibility.language.not_stated"));
    }
    if languages.accepted.is_empty() {
        let said = Phrase::new("admissibility.language.unknown").with("languages", list);
        return Finding::unknown(said.with("state", &ask.question.to));
    }
    let reads = |tag: &&&String| languages.accepted.iter().any(|read| primary(read) == primary(tag));
    match there.iter().find(reads) {
        Some(tag) => Finding::met(Phrase::new("admissibility.language.met").with("language", tag)),
        None => {
            let said = Phrase::new("admissibility.language.missing").with("languages", list);
            Finding::missing(said.with("accepted", languages.accepted.join(", ")))
        }
    }
}

/// The language of a tag such as `fr-BE`.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase()
}
