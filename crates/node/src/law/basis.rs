//! The check of a message's basis: before it leaves, by what the officer chose; on arrival, by what the sender states.

use super::{
    rules::{self, Authorisation, AuthorisationFault, Needs, Sending, covers, day, needs, stated},
    store,
};
use crate::{
    Node,
    exchange::{Incoming, Outgoing},
    journal::{About, Actor, Entry},
    store::{StoreError, Tx, code_text, json_text},
};
use comity_law::{
    Law, Place,
    basis::{Assessment, Claim, Verdict, check as check_claim},
};
use comity_model::{
    AuthorityId,
    id::AuthorisationId,
    legal::{LawAnswer, LegalBasis},
    marking::Marking,
    message::{Message, MessageKind},
    statement::Statement,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The basis that an officer chooses. The node finds out what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisChoice {
    /// The instrument, by its code, such as `HAGUE_1980`.
    #[schema(example = "HAGUE_1980")]
    pub instrument: String,
    /// The article or rule, as the instrument numbers it.
    #[schema(example = "7")]
    pub article: String,
    /// Why the officer goes on where the tables do not say.
    #[serde(default)]
    pub reason: Option<String>,
    /// The day of the event, such as the removal.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub event_date: Option<Date>,
    /// The offence by its harmonised concept, such as `C08`.
    #[serde(default)]
    pub offence: Option<String>,
    /// A supervising officer's authorisation, where the tables contradict the basis.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub authorisation: Option<AuthorisationId>,
}

impl From<&LegalBasis> for BasisChoice {
    fn from(basis: &LegalBasis) -> Self {
        Self {
            instrument: basis.instrument.clone(),
            article: basis.article.clone(),
            reason: basis.reason.clone(),
            event_date: basis.event_date,
            offence: basis.offence.clone(),
            authorisation: None,
        }
    }
}

/// How a message stands to the law before it leaves.
#[derive(Debug, Clone)]
pub enum Basis {
    /// It leaves only where the check, a reason or an authorisation lets it.
    Chosen(Checked),
    /// It leaves on the basis that is stored: a cancellation or withdrawal protects the child and is never held up.
    Stored(LegalBasis),
}

/// A choice, and who made it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The choice.
    pub choice: BasisChoice,
    /// The officers who wrote or send the message, by name; none of them may have authorised it.
    pub officers: BTreeSet<String>,
}

impl Basis {
    /// The choice of one officer.
    #[must_use]
    pub fn chosen(choice: BasisChoice, officer: &str) -> Self {
        Self::Chosen(Checked { choice, officers: BTreeSet::from([officer.to_owned()]) })
    }

    /// The basis as far as its words go, to see whether they can be used at all; the answer is not there yet.
    #[must_use]
    pub fn as_written(&self, now: Timestamp) -> LegalBasis {
        let choice = match self {
            Self::Stored(basis) => return basis.clone(),
            Self::Chosen(checked) => &checked.choice,
        };
        LegalBasis {
            instrument: choice.instrument.clone(),
            article: choice.article.clone(),
            answer: LawAnswer::InForce,
            assessed_on: day(now),
            reason: choice.reason.clone(),
            data_set: None,
            event_date: choice.event_date,
            offence: choice.offence.clone(),
            supervisor_reason: None,
        }
    }

    /// The authorisation that it names.
    #[must_use]
    pub fn authorisation(&self) -> Option<AuthorisationId> {
        match self {
            Self::Chosen(checked) => checked.choice.authorisation,
            Self::Stored(_) => None,
        }
    }
}

/// Why a basis does not let a message leave.
#[derive(Debug, thiserror::Error)]
pub enum BasisError {
    /// What the check found.
    #[error("{}", said(.needs, .assessment))]
    Refused {
        /// What is needed.
        needs: Needs,
        /// The verdict and its reasons.
        assessment: Box<Assessment>,
    },
    /// A field is too long to travel in a statement.
    #[error("`{0}` of the legal basis is too long; say it in fewer words")]
    TooLong(&'static str),
    /// The authorisation.
    #[error(transparent)]
    Authorisation(#[from] AuthorisationFault),
}

fn said(needs: &Needs, assessment: &Assessment) -> String {
    let why: Vec<String> = assessment.reasons.iter().map(ToString::to_string).collect();
    let why = if why.is_empty() { String::new() } else { format!(": {}", why.join("; ")) };
    match needs {
        Needs::Reason => format!("the tables do not carry this basis{why}; record the reason for going on"),
        Needs::Authorisation => format!(
            "the tables contradict this basis{why}; choose another, or ask a supervising officer for an authorisation"
        ),
    }
}

/// What a message leaves with.
#[derive(Debug, Clone)]
pub struct Stood {
    /// The basis as the statement carries it.
    pub basis: LegalBasis,
    /// What the check found.
    pub assessed: Assessed,
    /// The authorisation that was used.
    pub authorised: Option<Authorisation>,
}

/// The outcome of a check as it is stored beside a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessed {
    /// `supported`, `unknown` or `contradicted`.
    pub verdict: Verdict,
    /// Why, the gravest first: sentences by key, with their values.
    pub reasons: Vec<comity_law::Phrase>,
    /// The data sets that it rests on.
    pub data_set: String,
}

impl From<Assessment> for Assessed {
    fn from(found: Assessment) -> Self {
        Self { verdict: found.verdict, reasons: found.reasons, data_set: found.data_set }
    }
}

impl Assessed {
    /// As it is stored.
    #[must_use]
    pub fn text(&self) -> String {
        json_text(self)
    }

    /// For the journal, which keeps no dates of persons: the keys of the reasons without their values.
    fn detail(&self) -> serde_json::Value {
        let keys: Vec<&str> = self.reasons.iter().map(|reason| reason.key()).collect();
        serde_json::json!({ "verdict": self.verdict, "reasons": keys, "data_set": self.data_set })
    }
}

/// What is checked, before or after it was signed.
struct Facts<'a> {
    instrument: &'a str,
    article: &'a str,
    kind: MessageKind,
    marking: &'a Marking,
    from: &'a AuthorityId,
    to: &'a BTreeSet<AuthorityId>,
    on: Date,
    event: Option<Date>,
    offence: Option<&'a str>,
    child_born: Option<Date>,
}

fn assess(law: &Law, facts: &Facts<'_>) -> Assessment {
    let from = Place::from(facts.from.jurisdiction());
    let to: BTreeSet<Place> = facts.to.iter().map(|to| Place::from(to.jurisdiction())).collect();
    let to: Vec<Place> = to.into_iter().collect();
    let purpose = code_text(&facts.marking.purpose);
    let claim = Claim {
        instrument: facts.instrument,
        article: facts.article,
        kind: facts.kind,
        purpose: &purpose,
        from: &from,
        to: &to,
        on: facts.on,
        event: facts.event,
        child_born: facts.child_born,
        offence: facts.offence,
    };
    check_claim(law, &claim)
}

/// The child's day of birth, where the message itself tells it in full.
fn child_born(message: &Message) -> Option<Date> {
    let child = match message {
        Message::Alert(alert) => &alert.child,
        Message::AlertUpdate(update) => &update.now_reads.child,
        _ => return None,
    };
    child.born.as_ref()?.full()
}

/// Reads the authorisations that messages name, once each.
pub(crate) async fn read_authorisations(
    node: &Node,
    outgoing: &[Outgoing],
) -> Result<BTreeMap<AuthorisationId, Authorisation>, StoreError> {
    let named = outgoing.iter().filter_map(|one| Some((one.legal_basis.authorisation()?, &one.from)));
    let named: BTreeMap<AuthorisationId, &AuthorityId> = named.collect();
    let mut found = BTreeMap::new();
    for (id, authority) in named {
        if let Some(given) = store::authorisation(&node.store, authority, id).await? {
            found.insert(id, given);
        }
    }
    Ok(found)
}

fn facts_of<'a>(outgoing: &'a Outgoing, choice: &'a BasisChoice, on: Date) -> Facts<'a> {
    Facts {
        instrument: &choice.instrument,
        article: &choice.article,
        kind: outgoing.message.kind(),
        marking: &outgoing.marking,
        from: &outgoing.from,
        to: &outgoing.to,
        on,
        event: choice.event_date,
        offence: choice.offence.as_deref(),
        child_born: child_born(&outgoing.message),
    }
}

/// May the message leave, and on which basis?
///
/// # Errors
/// What is needed for it.
pub(crate) fn check(
    law: &Law,
    outgoing: &Outgoing,
    authorisations: &BTreeMap<AuthorisationId, Authorisation>,
    now: Timestamp,
) -> Result<Stood, BasisError> {
    let on = day(now);
    let Checked { choice, officers } = match &outgoing.legal_basis {
        Basis::Chosen(checked) => checked,
        Basis::Stored(basis) => {
            let choice = BasisChoice::from(basis);
            let assessed = assess(law, &facts_of(outgoing, &choice, on)).into();
            return Ok(Stood { basis: basis.clone(), assessed, authorised: None });
        }
    };
    if let Some(field) = rules::too_long(choice) {
        return Err(BasisError::TooLong(field));
    }
    let assessment = assess(law, &facts_of(outgoing, choice, on));
    let sending = Sending { from: &outgoing.from, to: &outgoing.to, choice, officers };
    let authorised = authorised(&sending, authorisations, now)?;
    let basis = stated(choice, &assessment, authorised.as_ref(), on);
    match needs(assessment.verdict, basis.reason.as_deref(), authorised.is_some()) {
        Some(needs) => Err(BasisError::Refused { needs, assessment: Box::new(assessment) }),
        None => Ok(Stood { basis, assessed: assessment.into(), authorised }),
    }
}

fn authorised(
    sending: &Sending<'_>,
    authorisations: &BTreeMap<AuthorisationId, Authorisation>,
    now: Timestamp,
) -> Result<Option<Authorisation>, AuthorisationFault> {
    let Some(id) = sending.choice.authorisation else { return Ok(None) };
    let given = authorisations.get(&id).ok_or(AuthorisationFault::Unknown(id))?;
    covers(given, sending, now)?;
    Ok(Some(given.clone()))
}

/// The basis of a draft as the check finds it today; whether it may leave is asked when it is to leave.
#[must_use]
pub fn draft_basis(
    law: &Law,
    outgoing: &Outgoing,
    choice: &BasisChoice,
    now: Timestamp,
) -> (LegalBasis, Assessed) {
    let on = day(now);
    let assessment = assess(law, &facts_of(outgoing, choice, on));
    (stated(choice, &assessment, None, on), assessment.into())
}

/// The receiver's own check of what arrived. It never refuses anything.
#[must_use]
pub fn assess_arrived(law: &Law, statement: &Statement, message: &Message) -> Assessed {
    let basis = &statement.legal_basis;
    let facts = Facts {
        instrument: &basis.instrument,
        article: &basis.article,
        kind: statement.kind,
        marking: &statement.marking,
        from: &statement.from,
        to: &statement.to,
        on: day(statement.time),
        event: basis.event_date,
        offence: basis.offence.as_deref(),
        child_born: child_born(message),
    };
    assess(law, &facts).into()
}

/// Writes down that the tables contradict the basis of an arrival.
pub(crate) fn note_arrival(tx: &mut Tx, incoming: &Incoming) {
    if incoming.assessed.verdict != Verdict::Contradicted {
        return;
    }
    let statement = incoming.verified.statement();
    let alert = (statement.kind == MessageKind::Alert).then_some(statement.id);
    let about = About { alert, ..incoming.about() };
    let mut detail = incoming.assessed.detail();
    detail["from"] = statement.from.as_str().into();
    detail["instrument"] = statement.legal_basis.instrument.as_str().into();
    let (at, authority) = (incoming.at, Some(&incoming.authority));
    tx.record(Entry::new(at, authority, &Actor::Node, "basis_contradicted", about, detail));
}

/// Writes down on whose authorisation a message goes; a mere reason stands in the statement itself.
pub(crate) fn note_override(tx: &mut Tx, statement: &Statement, stood: &Stood, actor: &Actor, about: &About) {
    let Some(given) = &stood.authorised else { return };
    let mut detail = stood.assessed.detail();
    detail["instrument"] = statement.legal_basis.instrument.as_str().into();
    detail["article"] = statement.legal_basis.article.as_str().into();
    detail["authorisation"] = given.id.to_string().into();
    detail["authorised_by"] = given.given_by.as_str().into();
    let about = About { exchange: Some(statement.exchange), message: Some(statement.id), ..about.clone() };
    tx.record(Entry::new(statement.time, Some(&statement.from), actor, "basis_overridden", about, detail));
}
