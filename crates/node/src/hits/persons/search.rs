//! The search among the persons of an authority's own cases, by the index of keys: who shares none is never looked at. What
//! was searched for is nowhere written down; which cases were shown is.

use super::{
    PersonError, PersonRef,
    rules::{Ranked, ranked, worth_showing},
    store::{self, Known},
};
use crate::{
    Node,
    access::Caller,
    hits::{index_keys, rules::searchable},
    journal::{About, Entry},
    random,
    store::{Store, StoreError},
};
use comity_matching::Use;
use comity_model::{
    AuthorityId, Jurisdiction, Nonsense,
    id::{CaseId, SubjectId},
    message::ReasonField,
    selector::{Selector, SelectorKind},
    subject::{PersonName, Sex, Subject, SubjectRole},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr, sync::Arc};
use utoipa::{IntoParams, ToSchema};

/// Most persons that somebody is compared with.
const MOST_COMPARED: usize = 500;
/// Most finds in one answer.
const MOST_SHOWN: usize = 50;
/// Finds in one answer where nothing is asked for.
const USUALLY_SHOWN: usize = 20;
/// Most characters of a value that is searched for.
const MAX_VALUE: usize = 200;

/// Who is searched for. One word of a name needs at least a year of birth beside it; a whole name or a selector stands alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PersonQuery {
    /// A name in whatever order, where its parts are not known.
    pub name: Option<String>,
    /// A family name.
    pub family: Option<String>,
    /// Forenames.
    pub forename: Option<String>,
    /// Date of birth: `1984`, `1984-06` or `1984-06-02`.
    pub born: Option<String>,
    /// Place of birth.
    pub birthplace: Option<String>,
    /// `F`, `M` or `X`.
    pub sex: Option<String>,
    /// A nationality, by ISO 3166 code.
    pub nationality: Option<String>,
    /// An exact identifier as `kind:value`, such as `phone:+34900000000`.
    pub selector: Option<String>,
    /// At most so many finds, 1 to 50; otherwise 20.
    pub limit: Option<usize>,
}

/// A person who may be the one that is meant.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Found {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its reference.
    pub case_reference: String,
    /// The case in one line without names.
    pub case_title: String,
    /// What the case says of the person, without photograph.
    #[schema(value_type = Object)]
    pub subject: Subject,
    /// Which fields agree, are near, differ or are silent.
    #[schema(value_type = Vec<Object>)]
    pub reasons: Vec<ReasonField>,
    /// The sum of the weights, in bits: above 0 for one person, below 0 for two.
    pub score: f64,
    /// Do the engine's rules take them for one person?
    pub likely: bool,
    /// Who is held to be the same person.
    pub same_person: Vec<PersonRef>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FoundList {
    /// The finds, the likeliest first.
    pub items: Vec<Found>,
    /// How many persons were compared.
    pub compared: usize,
    /// Were there more than are shown or were compared? Give more of the person.
    pub more: bool,
    /// Persons whose keys are still being made anew after an update of the program: a search by name may miss them until it is 0.
    pub not_indexed: u64,
}

/// Searches the persons of the caller's authority. That a search was made, by which fields, and whose cases it showed is
/// written down; what was searched for is not.
///
/// # Errors
/// A value that cannot be, a search that would look at everybody, or a failing database.
pub async fn search(
    node: &Arc<Node>,
    caller: &Caller,
    query: &PersonQuery,
) -> Result<FoundList, PersonError> {
    let sought = query.subject()?;
    let limit = query.limit.unwrap_or(USUALLY_SHOWN).clamp(1, MOST_SHOWN);
    let mut outcome = alike(node, &caller.authority, &sought, None, (MOST_COMPARED, Use::Search)).await?;
    outcome.finds.retain(|(_, ranked)| worth_showing(ranked));
    let more = outcome.cut || outcome.finds.len() > limit;
    outcome.finds.truncate(limit);
    let items = shown(&node.store, &caller.authority, outcome.finds).await?;
    let given = serde_json::json!({ "given": query.given(), "shown": items.len() });
    note(node, caller, Some(given), items.iter().map(|found| found.case)).await?;
    let not_indexed = super::rebuild::to_rebuild(&node.store, &caller.authority).await?;
    Ok(FoundList { items, compared: outcome.compared, more, not_indexed })
}

/// Who is like somebody.
pub(super) struct Alike {
    /// The compared, likeliest first.
    pub finds: Vec<(Known, Ranked)>,
    /// How many they were.
    pub compared: usize,
    /// Were some left out?
    pub cut: bool,
}

/// Compares somebody with those that share a key, but for those of the case that is left out.
pub(super) async fn alike(
    node: &Arc<Node>,
    authority: &AuthorityId,
    sought: &Subject,
    left_out: Option<CaseId>,
    (most, purpose): (usize, Use),
) -> Result<Alike, PersonError> {
    let keys = index_keys(sought);
    if keys.is_empty() {
        return Err(PersonError::TooWide("a whole name, a part of one with a year of birth, or a selector"));
    }
    let (found, cut) = store::candidates(&node.store, authority, &keys, most).await?;
    let mut known = Vec::with_capacity(found.len());
    for at in found.into_iter().filter(|at| Some(at.case) != left_out) {
        known.extend(store::known(&node.store, authority, at).await?);
    }
    let (sought, compared) = (searchable(sought), known.len());
    let work = tokio::task::spawn_blocking(move || {
        let rank = |known: Known| {
            let ranked = ranked(&sought, &searchable(&known.subject), purpose);
            (known, ranked)
        };
        let mut finds: Vec<_> = known.into_iter().map(rank).collect();
        finds.sort_by(|(_, one), (_, two)| two.likely.cmp(&one.likely).then(two.score.total_cmp(&one.score)));
        finds
    });
    let broken = |_| StoreError::Aborted { name: "compare_persons" };
    Ok(Alike { finds: work.await.map_err(broken)?, compared, cut })
}

/// Finds as they are shown.
pub(super) async fn shown(
    store: &Store,
    authority: &AuthorityId,
    finds: Vec<(Known, Ranked)>,
) -> Result<Vec<Found>, StoreError> {
    let mut all = Vec::with_capacity(finds.len());
    for (known, ranked) in finds {
        let (persons, _) = store::connected(store, authority, known.at).await?;
        all.push(Found {
            case: known.at.case,
            case_reference: known.reference,
            case_title: known.title,
            subject: known.subject,
            reasons: ranked.reasons,
            score: ranked.score,
            likely: ranked.likely,
            same_person: persons.into_iter().filter(|one| *one != known.at).collect(),
        });
    }
    Ok(all)
}

/// Writes down that persons of these cases were shown, and the search that showed them, where it was one.
pub(super) async fn note(
    node: &Node,
    caller: &Caller,
    searched: Option<serde_json::Value>,
    cases: impl Iterator<Item = CaseId>,
) -> Result<(), StoreError> {
    let cases: BTreeSet<CaseId> = cases.collect();
    if searched.is_none() && cases.is_empty() {
        return Ok(());
    }
    let (now, actor, authority) = (random::now(), caller.actor(), Some(&caller.authority));
    let mut tx = node.store.begin("persons_shown").await?;
    if let Some(detail) = searched {
        tx.record(Entry::new(now, authority, &actor, "persons_searched", About::default(), detail));
    }
    for case in cases {
        let about = About { case: Some(case), ..About::default() };
        tx.record(Entry::new(now, authority, &actor, "person_shown", about, serde_json::json!({})));
    }
    tx.commit().await.map(|_| ())
}

impl PersonQuery {
    /// The fields that are given, by name.
    fn given(&self) -> Vec<&'static str> {
        let fields = [
            ("name", &self.name),
            ("family", &self.family),
            ("forename", &self.forename),
            ("born", &self.born),
            ("birthplace", &self.birthplace),
            ("sex", &self.sex),
            ("nationality", &self.nationality),
            ("selector", &self.selector),
        ];
        fields.into_iter().filter(|(_, value)| said(value).is_some()).map(|(field, _)| field).collect()
    }

    /// The person that is meant.
    fn subject(&self) -> Result<Subject, PersonError> {
        let mut person = Subject::new(SubjectId::new(0, [0; 10]), SubjectRole::Suspect);
        for (field, value) in [
            ("name", &self.name),
            ("family", &self.family),
            ("forename", &self.forename),
            ("birthplace", &self.birthplace),
            ("selector", &self.selector),
        ] {
            if said(value).is_some_and(|text| text.chars().nth(MAX_VALUE).is_some()) {
                return Err(PersonError::unfit(field, "has more than 200 characters; shorten it"));
            }
        }
        person.name = self.person_name()?;
        person.born = word("born", &self.born)?;
        person.birthplace = said(&self.birthplace).map(str::to_owned);
        person.sex = self.sex()?;
        person.nationalities = word::<Jurisdiction>("nationality", &self.nationality)?.into_iter().collect();
        person.selectors = self.selector()?.into_iter().collect();
        Ok(person)
    }

    /// Parts as they are known; a whole name is cut before its last word, and compared in every order.
    fn person_name(&self) -> Result<Option<PersonName>, PersonError> {
        let (family, forename) = (said(&self.family), said(&self.forename));
        let (family, forename) = match (said(&self.name), family, forename) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                let why = "stands beside `family` or `forename`; give the whole or its parts";
                return Err(PersonError::unfit("name", why));
            }
            (Some(whole), None, None) => {
                whole.rsplit_once(' ').map_or(("", whole), |(first, last)| (last, first))
            }
            (None, None, None) => return Ok(None),
            (None, family, forename) => (family.unwrap_or_default(), forename.unwrap_or_default()),
        };
        PersonName::new(family, forename).map(Some).map_err(|fault| PersonError::nonsense("name", &fault))
    }

    fn sex(&self) -> Result<Option<Sex>, PersonError> {
        match said(&self.sex) {
            None => Ok(None),
            Some("F" | "f") => Ok(Some(Sex::F)),
            Some("M" | "m") => Ok(Some(Sex::M)),
            Some("X" | "x") => Ok(Some(Sex::X)),
            Some(_) => Err(PersonError::unfit("sex", "is none of `F`, `M` and `X`")),
        }
    }

    fn selector(&self) -> Result<Option<Selector>, PersonError> {
        let Some(text) = said(&self.selector) else { return Ok(None) };
        let wrong = |fault: &Nonsense| PersonError::nonsense("selector", fault);
        let (kind, value) = text.split_once(':').ok_or_else(|| {
            PersonError::unfit("selector", "is no `kind:value`, such as `phone:+34900000000`")
        })?;
        let kind = SelectorKind::from_str(kind).map_err(|fault| wrong(&fault))?;
        Selector::new(kind, value).map(Some).map_err(|fault| wrong(&fault))
    }
}

/// A value that says anything.
fn said(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn word<T: FromStr<Err = Nonsense>>(
    field: &'static str,
    value: &Option<String>,
) -> Result<Option<T>, PersonError> {
    let parsed = said(value).map(str::parse).transpose();
    parsed.map_err(|fault| PersonError::nonsense(field, &fault))
}
