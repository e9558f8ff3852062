//! Private matching: one authority asks others whether they hold the same exact identifiers, without showing them; and what
//! follows from a hit. The cryptography is RFC 9497 (VOPRF, ristretto255-SHA512); texts of bytes are standard base64 or
//! lower-case hexadecimal, as each field says.

use crate::{
    AuthorityId, Jurisdiction, PartialDate,
    id::MessageId,
    marking::Purpose,
    selector::Selector,
    subject::{Description, PersonName, Photograph, Sex, Subject, SubjectRole},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The only suite: verifiable mode of RFC 9497 with its `ristretto255-SHA512`.
pub const MATCHING_SUITE: &str = "voprf-ristretto255-sha512";
/// The sizes to which a batch is padded, so that its size tells little.
pub const BATCH_SIZES: [usize; 5] = [16, 64, 256, 1024, 4096];
/// Bytes of an encoded element (ristretto255).
pub const ELEMENT_LEN: usize = 32;
/// The most characters of a reference, note or reason in these messages.
pub const MAX_MATCHING_TEXT: usize = 2000;
/// The DSSE payload type of an [`EpochStatement`].
pub const EPOCH_STATEMENT_TYPE: &str = "application/vnd.comity.matching-epoch.v1+json";
/// The DSSE payload type of a [`SweepConsent`].
pub const SWEEP_CONSENT_TYPE: &str = "application/vnd.comity.sweep-consent.v1+json";

/// A question to one or many holders: which of these blinded identifiers do you have? Nobody but the asker learns the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectorQuery {
    /// [`MATCHING_SUITE`].
    pub suite: String,
    /// The asker's reference of the case for which it asks.
    pub case_reference: String,
    /// The officer, under a pseudonym that stays the same at this authority: 32 hexadecimal digits.
    #[schemars(extend("pattern" = "^[0-9a-f]{32}$"))]
    pub officer: String,
    /// How many elements there are: one of [`BATCH_SIZES`].
    pub count: u32,
    /// The blinded elements one after the other, 32 bytes each, in base64. Some are random, to hide how many are meant.
    pub elements: String,
    /// A second authority's consent, where the batch is a sweep: a DSSE envelope of a [`SweepConsent`] as JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

/// What a holder answers to a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SelectorAnswer {
    /// The message that asked.
    pub query: MessageId,
    /// The answer.
    pub outcome: QueryOutcome,
}

/// Evaluated, or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum QueryOutcome {
    /// The elements under the holder's key, with the proof that it is the published key.
    Evaluated(Evaluated),
    /// Nothing was evaluated.
    Refused(Refused),
}

/// The evaluated elements of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evaluated {
    /// The digest of the blinded elements that were evaluated, in hexadecimal: SHA-256 over a tag of its own and their bytes.
    /// Both journals commit to it.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub batch_sha256: String,
    /// How many elements.
    pub count: u32,
    /// The holder's epoch.
    pub epoch: u64,
    /// The epoch's public key, 32 bytes in base64.
    pub public_key: String,
    /// The evaluated elements one after the other, 32 bytes each, in base64.
    pub elements: String,
    /// The proof of equal discrete logarithms, 64 bytes in base64.
    pub proof: String,
}

/// Why a query is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// For programs.
    pub code: QueryRefusal,
    /// For people.
    pub why: String,
    /// When it may be asked again, where time helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<Timestamp>,
}

/// Why a query is refused, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryRefusal {
    /// It is not what a query must be.
    Malformed,
    /// The same blinded batch was asked before.
    Replayed,
    /// The authority, the officer or the case has asked enough.
    OverBudget,
    /// So many elements are a sweep, which needs a second authority's consent.
    ConsentNeeded,
    /// The consent does not hold.
    ConsentInvalid,
    /// The tables of the law contradict its basis.
    BasisContradicted,
    /// The holder publishes nothing.
    NotPublishing,
}

/// The asker found hits and asks what the holder shows of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HitClaim {
    /// The query.
    pub query: MessageId,
    /// The holder's epoch under which it was evaluated.
    pub epoch: u64,
    /// How many hits the asker found at this holder in all.
    pub hits: u32,
    /// The handles that it asks about, 32 hexadecimal digits each.
    pub handles: BTreeSet<String>,
    /// Why it asks.
    pub why: String,
}

/// What the holder decided on one handle of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HitAnswer {
    /// The query.
    pub query: MessageId,
    /// The claim that it answers.
    pub claim: MessageId,
    /// The handle.
    #[schemars(extend("pattern" = "^[0-9a-f]{32}$"))]
    pub handle: String,
    /// What is shown.
    pub outcome: HitOutcome,
}

/// Something is shown, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum HitOutcome {
    /// What the holder shows.
    Disclosed(Box<ShownHit>),
    /// The holder shows nothing.
    Declined {
        /// What it adds.
        note: String,
    },
}

/// What a holder shows of its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownHit {
    /// The holder's reference of its case.
    pub reference: String,
    /// Whom to call or write to.
    pub contact: String,
    /// What the holder adds.
    pub note: String,
    /// The chosen fields of the person; absent where none was chosen, as by a standing rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Box<ShownPerson>>,
}

/// The chosen fields of a person, and no identifier of the holder's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShownPerson {
    /// What the person is in the holder's case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<SubjectRole>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<PersonName>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born: Option<PartialDate>,
    /// Place of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthplace: Option<String>,
    /// Nationalities.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub nationalities: BTreeSet<Jurisdiction>,
    /// Languages.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub languages: BTreeSet<String>,
    /// What the person looks like.
    #[serde(skip_serializing_if = "Description::is_empty")]
    pub description: Description,
    /// Exact identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<Selector>,
    /// A photograph.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photograph: Option<Photograph>,
}

impl From<Subject> for ShownPerson {
    /// Everything that the subject holds but its identifier; `role` is left out.
    fn from(subject: Subject) -> Self {
        Self {
            role: None,
            name: subject.name,
            aliases: subject.aliases,
            sex: subject.sex,
            born: subject.born,
            birthplace: subject.birthplace,
            nationalities: subject.nationalities,
            languages: subject.languages,
            description: subject.description,
            selectors: subject.selectors,
            photograph: subject.photograph,
        }
    }
}

/// A second authority is asked to consent to a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepRequest {
    /// The identifier that the query will have.
    pub query: MessageId,
    /// The digest of the blinded elements, in hexadecimal: SHA-256 over a tag of its own and their bytes.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub batch_sha256: String,
    /// How many elements.
    pub count: u32,
    /// The asker's reference of the case.
    pub case_reference: String,
    /// The officer's pseudonym.
    pub officer: String,
    /// Who will be asked.
    pub holders: BTreeSet<AuthorityId>,
    /// Why.
    pub why: String,
    /// Until when it may be decided; then it lapses on both sides. Without it the asked authority's own time holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Timestamp>,
}

/// The second authority's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepAnswer {
    /// The request.
    pub request: MessageId,
    /// The query that it is about.
    pub query: MessageId,
    /// Consent, or not.
    pub outcome: SweepOutcome,
}

/// Consent, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", content = "detail", rename_all = "snake_case")]
pub enum SweepOutcome {
    /// The signed consent.
    Consented {
        /// A DSSE envelope of a [`SweepConsent`] as JSON text.
        consent: String,
    },
    /// None.
    Refused {
        /// Why.
        why: String,
    },
}

/// What a consenting authority signs: exactly this batch, so large, for this purpose, until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SweepConsent {
    /// Who consents: a prosecutor, a court or a central authority, never the asker.
    pub by: AuthorityId,
    /// Who may ask.
    pub asker: AuthorityId,
    /// The digest of the blinded elements, in hexadecimal: SHA-256 over a tag of its own and their bytes.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub batch_sha256: String,
    /// How many elements.
    pub count: u32,
    /// The purpose, as the query's marking must say it.
    pub purpose: Purpose,
    /// When it was given.
    pub given_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// What a holder publishes of its epoch, signed (DSSE, [`EPOCH_STATEMENT_TYPE`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EpochStatement {
    /// The holder.
    pub authority: AuthorityId,
    /// The epoch; each has a key of its own, and the numbers rise.
    pub number: u64,
    /// Rises with each change of the segments under the same key.
    pub revision: u64,
    /// [`MATCHING_SUITE`].
    pub suite: String,
    /// The public key, 32 bytes in base64: the same for every asker.
    pub public_key: String,
    /// The filter in its parts; an output is held where one part holds it.
    pub segments: Vec<FilterSegment>,
    /// How many entries there are in all, random ones included, which hide the true number.
    pub entries: u64,
    /// One lookup in so many finds what is not there.
    pub false_positive_one_in: u64,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// When this revision was signed.
    pub signed_at: Timestamp,
    /// How much may be asked.
    pub limits: QueryLimits,
}

/// A part of a holder's filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterSegment {
    /// SHA-256 of its bytes, in hexadecimal; by this it is fetched.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
    /// Its entries, random ones included.
    pub entries: u64,
}

/// How much a holder answers: counted in elements, padding included, since it cannot tell the padding apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryLimits {
    /// For one authority in 24 hours.
    pub authority_per_day: u64,
    /// For one officer, by pseudonym, in 24 hours.
    pub officer_per_day: u64,
    /// For one case of an authority in 24 hours.
    pub case_per_day: u64,
    /// For one authority in an epoch.
    pub authority_per_epoch: u64,
    /// A batch of more elements needs a second authority's consent.
    pub sweep_threshold: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SubjectId;

    #[test]
    fn a_person_is_shown_without_the_holders_identifier_and_without_the_role_that_was_not_chosen() {
        let id = SubjectId::new(1, [7; 10]);
        let mut subject = Subject::new(id, SubjectRole::Suspect);
        subject.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
        let json = serde_json::to_string(&ShownPerson::from(subject)).unwrap();
        assert!(json.contains("Lemaire") && !json.contains(&id.to_string()) && !json.contains("suspect"));
    }

    #[test]
    fn an_outcome_is_written_by_its_name_and_unknown_ones_are_refused() {
        let refused = QueryOutcome::Refused(Refused {
            code: QueryRefusal::OverBudget,
            why: "enough".into(),
            again_at: None,
        });
        let json = serde_json::to_value(&refused).unwrap();
        assert_eq!((&json["outcome"], &json["detail"]["code"]), (&"refused".into(), &"over_budget".into()));
        assert_eq!(serde_json::from_value::<QueryOutcome>(json).unwrap(), refused);
        assert!(serde_json::from_str::<QueryOutcome>(r#"{"outcome":"maybe","detail":{}}"#).is_err());
    }
}
