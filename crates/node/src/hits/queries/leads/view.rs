//! Leads as the asker's officers see them: hits on keys, by holder and person.

use super::Meaning;
use crate::{
    Node, cases,
    hits::{
        FoundState,
        queries::{
            MatchingError,
            asked::{HolderView, QueryView, store::HitRow},
            keyed::PERSON_KEY,
        },
    },
};
use comity_matching::{KeyBorn, NamePart, PersonKey, agreement_bits, compare};
use comity_model::{
    AuthorityId,
    id::{MessageId, SubjectId},
    message::{
        ReasonField,
        matching::{ShownHit, ShownPerson},
    },
    subject::{PersonName, Subject, SubjectRole},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// From so many bits on a lead is fair: one person in a million shares as much by chance.
const FAIR: f64 = 20.0;
/// From so many bits on it is strong: one in some sixty million.
const STRONG: f64 = 26.0;

/// A holder may know one of our persons: keys by name and birth agree. A lead, not an identification.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Lead {
    /// Our person.
    #[schema(value_type = String, format = "uuid")]
    pub subject: SubjectId,
    /// Its name.
    #[schema(value_type = Option<Object>)]
    pub name: Option<PersonName>,
    /// How many of its keys the holder has; they may be those of several persons.
    pub agree: u64,
    /// How many were asked for.
    pub of: u64,
    /// What that says by itself, in bits, from the frequency of sounds of names and of dates.
    pub bits: f64,
    /// One person in about so many shares as much by chance, in a mixed population; among names of one language more do.
    pub one_in: u64,
    /// The same in a word.
    pub strength: LeadStrength,
    /// What became of it: that of its keys which has come furthest.
    pub state: FoundState,
    /// The keys that agree.
    pub keys: Vec<LeadKey>,
    /// What the holder has shown, each person compared with ours.
    pub answers: Vec<LeadAnswer>,
    /// What the holder says where it shows nothing.
    pub notes: BTreeSet<String>,
}

/// How much a lead says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeadStrength {
    /// Many share as much.
    Weak,
    /// Few do.
    Fair,
    /// Hardly anybody else does.
    Strong,
}

/// A key that agrees, by what it joins; the key itself is not shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LeadKey {
    /// What both sides call it.
    pub handle: String,
    /// What became of it, at the asker.
    pub state: Option<FoundState>,
    /// The sounds of which parts of a name it joins, one or two: `family`, `forename` or `both` written as one.
    #[schema(value_type = Vec<String>)]
    pub names: Vec<NamePart>,
    /// With what of the date of birth: `year`, `whole_date`, `day_and_month`, `first_of_january`, `year_before`.
    #[schema(value_type = String)]
    pub born: KeyBorn,
    /// Is it made of another name than the first?
    pub alias: bool,
}

impl LeadKey {
    /// What a key joins.
    pub(super) fn new(handle: &str, state: Option<FoundState>, key: &PersonKey) -> Self {
        let alias = key.names.iter().any(|name| name.name > 0);
        let names = key.names.iter().map(|name| name.part).collect();
        Self { handle: handle.to_owned(), state, names, born: key.born, alias }
    }
}

/// What the holder has shown on a lead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeadAnswer {
    /// The handle that it was shown for.
    pub handle: String,
    /// The claim.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub claim: Option<MessageId>,
    /// `reference`, `contact`, `note` and, where it chose fields, `person`.
    #[schema(value_type = Object)]
    pub shown: ShownHit,
    /// Its person compared with ours: each with `field`, `verdict`, `why` and, where it was weighed, `weight` in bits. Fields that were
    /// not shown are silent.
    #[schema(value_type = Vec<Object>)]
    pub reasons: Vec<ReasonField>,
    /// The sum of the weights, in bits; none where no person was shown.
    pub total: Option<f64>,
    /// May they be the same, as the engine sees what was shown?
    pub is_hit: Option<bool>,
}

/// Is a hit one on a person's key?
pub(in crate::hits::queries) fn is_key(hit: &HitRow) -> bool {
    hit.kind == PERSON_KEY
}

/// Puts the leads into a query's view: hits on keys, by holder and person of ours.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits::queries) async fn add_leads(
    node: &Node,
    authority: &AuthorityId,
    view: &mut QueryView,
    asked: &BTreeMap<SubjectId, u64>,
    hits: &[HitRow],
) -> Result<(), MatchingError> {
    for (subject, of) in asked {
        if !hits.iter().any(is_key) {
            return Ok(());
        }
        let ours = cases::subject_of(&node.store, authority, view.case, *subject).await?;
        for holder in &mut view.holders {
            let lead = lead((*subject, *of), ours.as_ref(), hits_of(holder, *subject, hits));
            holder.leads.extend(lead);
        }
    }
    Ok(())
}

/// Hits at a holder on keys that a person has.
fn hits_of<'a>(holder: &HolderView, subject: SubjectId, hits: &'a [HitRow]) -> Vec<(&'a HitRow, PersonKey)> {
    let of_holder = hits.iter().filter(|hit| is_key(hit) && hit.holder == holder.authority);
    let meant = of_holder.filter_map(|hit| {
        let meaning: Meaning = serde_json::from_str(&hit.value).ok()?;
        meaning.subjects.contains(&subject).then_some((hit, meaning.key))
    });
    meant.collect()
}

fn lead(
    (subject, of): (SubjectId, u64),
    ours: Option<&Subject>,
    hits: Vec<(&HitRow, PersonKey)>,
) -> Option<Lead> {
    let state = furthest(hits.iter().map(|(hit, _)| hit.state))?;
    let bits = agreement_bits(hits.iter().map(|(_, key)| key));
    Some(Lead {
        subject,
        name: ours.and_then(|ours| ours.name.clone()),
        agree: u64::try_from(hits.len()).unwrap_or(u64::MAX),
        of,
        bits: (bits * 10.0).round() / 10.0,
        one_in: one_in(bits),
        strength: strength(bits),
        state,
        keys: hits.iter().map(|(hit, key)| LeadKey::new(&hit.handle, Some(hit.state), key)).collect(),
        answers: answers(ours, hits.iter().map(|(hit, _)| *hit)),
        notes: hits.iter().filter_map(|(hit, _)| hit.note.clone()).filter(|note| !note.is_empty()).collect(),
    })
}

fn furthest(states: impl Iterator<Item = FoundState>) -> Option<FoundState> {
    states.max_by_key(|state| match state {
        FoundState::Declined => 0,
        FoundState::Found => 1,
        FoundState::Claimed => 2,
        FoundState::Disclosed => 3,
    })
}

fn strength(bits: f64) -> LeadStrength {
    match bits {
        bits if bits >= STRONG => LeadStrength::Strong,
        bits if bits >= FAIR => LeadStrength::Fair,
        _ => LeadStrength::Weak,
    }
}

/// Two to the power of so many, to one figure: more would be a pretence.
fn one_in(bits: f64) -> u64 {
    let whole = bits.clamp(0.0, 60.0).exp2();
    let unit = 10_f64.powf(whole.log10().floor());
    ((whole / unit).round() * unit) as u64
}

/// What was shown, each person and each reference once: a holder answers the other keys of a person it has shown without showing it
/// again.
fn answers<'a>(ours: Option<&Subject>, hits: impl Iterator<Item = &'a HitRow>) -> Vec<LeadAnswer> {
    let mut shown: Vec<(&HitRow, &ShownHit)> =
        hits.filter_map(|hit| hit.shown.as_ref().map(|shown| (hit, shown))).collect();
    shown.sort_by_key(|(_, shown)| shown.person.is_none());
    let mut kept: Vec<(&HitRow, &ShownHit)> = Vec::new();
    for (hit, one) in shown {
        let same = |(_, other): &(&HitRow, &ShownHit)| {
            other.reference == one.reference && (one.person.is_none() || other.person == one.person)
        };
        if !kept.iter().any(same) {
            kept.push((hit, one));
        }
    }
    kept.into_iter().map(|(hit, shown)| answer(ours, hit, shown)).collect()
}

fn answer(ours: Option<&Subject>, hit: &HitRow, shown: &ShownHit) -> LeadAnswer {
    let theirs = shown.person.as_deref();
    let compared = ours.zip(theirs).map(|(ours, theirs)| compare(ours, &subject(ours.id, theirs)));
    LeadAnswer {
        handle: hit.handle.clone(),
        claim: hit.claim,
        shown: shown.clone(),
        total: compared.as_ref().map(|compared| compared.total),
        is_hit: compared.as_ref().map(|compared| compared.is_hit),
        reasons: compared.map(|compared| compared.reasons).unwrap_or_default(),
    }
}

/// What was shown, as the engine compares it.
fn subject(id: SubjectId, shown: &ShownPerson) -> Subject {
    let mut person = Subject::new(id, shown.role.unwrap_or(SubjectRole::Witness));
    person.name.clone_from(&shown.name);
    person.aliases.clone_from(&shown.aliases);
    person.sex = shown.sex;
    person.born = shown.born;
    person.birthplace.clone_from(&shown.birthplace);
    person.nationalities.clone_from(&shown.nationalities);
    person.languages.clone_from(&shown.languages);
    person.selectors.clone_from(&shown.selectors);
    crate::hits::rules::searchable(&person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_are_given_to_one_figure_and_in_a_word() {
        assert_eq!(
            (one_in(0.0), one_in(10.0), one_in(20.2), one_in(900.0)),
            (1, 1_000, 1_000_000, 1_000_000_000_000_000_000)
        );
        assert_eq!(
            [18.0, 22.0, 27.0].map(strength),
            [LeadStrength::Weak, LeadStrength::Fair, LeadStrength::Strong]
        );
    }

    #[test]
    fn a_lead_stands_where_the_furthest_of_its_keys_does() {
        let states = [FoundState::Declined, FoundState::Claimed, FoundState::Found];
        assert_eq!(furthest(states.into_iter()), Some(FoundState::Claimed));
        assert_eq!(furthest([].into_iter()), None);
    }
}
