//! Asking hash sets. An answer tells of the hashes that were asked, and of nothing else in a set; how many an officer may ask
//! in a day is bounded, and each search leaves an entry that says how many were asked and found, never which.

use super::{
    HashSetError,
    held::{Held, Match},
    memory::day,
    rules,
    store::{self, SetRow, SetState, word},
};
use crate::{
    Node,
    access::Caller,
    cases,
    journal::{About, Entry},
    random,
};
use comity_hashes::{
    PdqHash,
    exact::Algorithm,
    near::{Finder, RADIUS},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// Most digests of one search.
const MOST_HASHES: usize = 4_096;
/// Most PDQ hashes of one search.
const MOST_PDQ: usize = 1_024;
/// Hashes that an officer may ask in a day. Whoever asks enough near ones can feel a set out.
const A_DAY: u64 = 100_000;
/// Most leads of one answer.
const MOST_LEADS: usize = 20_000;
/// Seconds of a day.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What is asked of hash sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// Digests: `sha256:hex`, `sha1:hex`, `md5:hex`, `blake3:hex`; bare, 32 digits are MD5, 40 SHA-1 and 64 SHA-256. At most 4,096.
    pub hashes: Vec<String>,
    /// PDQ hashes, 64 hexadecimal digits each. At most 1,024.
    pub pdq: Vec<String>,
    /// The distance up to which PDQ hashes are alike, 0 to 31; otherwise 31.
    pub distance: Option<u32>,
    /// The sets to ask; otherwise all.
    #[schema(value_type = Option<Vec<String>>)]
    pub sets: Option<BTreeSet<ItemId>>,
    /// The case for which it is asked.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// Why it is asked.
    pub reason: String,
}

/// Which of the lists a lead speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskedList {
    /// Of `hashes`.
    Hashes,
    /// Of `pdq`.
    Pdq,
}

/// A set in which something like an asked hash is. A lead, and no proof.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Lead {
    /// In which list it was asked.
    pub of: AskedList,
    /// At which place of that list, counted from 0.
    pub index: usize,
    /// The set.
    #[schema(value_type = String)]
    pub set: ItemId,
    /// Its name.
    pub set_name: String,
    /// Who compiled it.
    pub source: String,
    /// By which scheme it has its categories.
    pub scheme: String,
    /// The category, as the set writes it.
    pub category: Option<String>,
    /// The conditions under which the set was given, and this lead with it.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The smallest distance; none for digests, which are the same or not.
    pub distance: Option<u32>,
    /// How many entries of that category there are.
    pub entries: u64,
}

/// A set by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetName {
    /// The set.
    #[schema(value_type = String)]
    pub set: ItemId,
    /// Its name.
    pub name: String,
}

/// A set that was not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unsearched {
    /// The set.
    #[schema(value_type = String)]
    pub set: ItemId,
    /// Its name; empty where there is no such set.
    pub name: String,
    /// `loading`, `no_room` (in the memory of this node), `withdrawn`, `gone`, `expired` or `unknown`.
    pub why: String,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Leads {
    /// The leads: one for each asked hash, set and category.
    pub leads: Vec<Lead>,
    /// Were there more leads than fit into an answer?
    pub more: bool,
    /// The sets that were asked.
    pub searched: Vec<SetName>,
    /// Those that were not, and why.
    pub unsearched: Vec<Unsearched>,
    /// How many hashes the officer may still ask today.
    pub left_today: u64,
}

/// What is asked, read.
struct Question {
    exact: Vec<(Algorithm, Vec<u8>)>,
    pdq: Vec<PdqHash>,
    distance: u32,
}

/// Asks the hash sets of the caller's authority.
///
/// # Errors
/// What cannot be asked, by field; an officer's day that is used up.
pub async fn search(node: &Arc<Node>, caller: &Caller, asked: Asked) -> Result<Leads, HashSetError> {
    let (now, reason) = (random::now(), rules::text("reason", &asked.reason)?);
    let question = question(&asked)?;
    if let Some(case) = asked.case {
        let known = cases::reference_of(&node.store, &caller.authority, case).await?;
        known.ok_or_else(|| HashSetError::unfit("case", "is no case of your authority"))?;
    }
    let count = (question.exact.len() + question.pdq.len()) as u64;
    let left_today = charge(node, caller, count, now).await?;
    let (ready, unsearched) = sets(node, &caller.authority, asked.sets.as_ref(), now).await?;
    if unsearched.iter().any(|one| one.why == "loading") {
        node.hash_sets.want();
    }
    let searched: Vec<_> =
        ready.iter().map(|(row, _)| SetName { set: row.item, name: row.words.name.clone() }).collect();
    let (numbers, distance) = ((question.exact.len(), question.pdq.len()), question.distance);
    let work = tokio::task::spawn_blocking(move || look_up(&question, &ready));
    let (leads, more) = work.await.map_err(|_| HashSetError::Busy)?;
    let detail = serde_json::json!({
        "hashes": numbers.0, "pdq": numbers.1, "distance": distance, "leads": leads.len(), "reason": reason,
        "sets": searched.iter().map(|one| one.set).collect::<Vec<_>>(),
    });
    let about = About { case: asked.case, ..About::default() };
    let mut tx = node.store.begin("search_hash_sets").await?;
    tx.record(Entry::new(now, Some(&caller.authority), &caller.actor(), "hash_sets_searched", about, detail));
    tx.commit().await?;
    Ok(Leads { leads, more, searched, unsearched, left_today })
}

/// Charges a search to the officer's day; what is left.
async fn charge(node: &Node, caller: &Caller, count: u64, now: Timestamp) -> Result<u64, HashSetError> {
    let (today, authority) = (day(now), &caller.authority);
    let mut tx = node.store.begin("charge_hash_budget").await?;
    let asked = store::charge(&mut tx, authority, &caller.name, today, count, A_DAY).await?;
    tx.commit().await?;
    if let Some(asked) = asked {
        return Ok(A_DAY.saturating_sub(asked));
    }
    let asked = store::asked(&node.store, authority, &caller.name, today).await?;
    let seconds = DAY_SECONDS - now.as_second().rem_euclid(DAY_SECONDS);
    Err(HashSetError::Budget { left: A_DAY.saturating_sub(asked), seconds: seconds.unsigned_abs() })
}

type Ready = Vec<(SetRow, Arc<Held>)>;

/// The sets to ask, and those that cannot be.
async fn sets(
    node: &Node,
    authority: &AuthorityId,
    wanted: Option<&BTreeSet<ItemId>>,
    now: Timestamp,
) -> Result<(Ready, Vec<Unsearched>), HashSetError> {
    let (mut ready, mut unsearched) = (Vec::new(), Vec::new());
    let mut left = wanted.cloned().unwrap_or_default();
    for row in store::list(&node.store, authority).await? {
        let named = left.remove(&row.item);
        if wanted.is_some() && !named {
            continue;
        }
        let state = row.state(day(now));
        match (state, node.hash_sets.get(authority, row.item)) {
            (SetState::Standing, Some(held)) => ready.push((row, held)),
            // Whoever asks all asks those that stand.
            (SetState::Withdrawn | SetState::Gone, _) if wanted.is_none() => {}
            (state, _) => {
                let why = match state {
                    SetState::Standing if node.hash_sets.has_room_for(node, &row) => "loading".to_owned(),
                    SetState::Standing => "no_room".to_owned(),
                    state => word(state),
                };
                unsearched.push(Unsearched { set: row.item, name: row.words.name, why });
            }
        }
    }
    let unknown = |set| Unsearched { set, name: String::new(), why: "unknown".to_owned() };
    unsearched.extend(left.into_iter().map(unknown));
    Ok((ready, unsearched))
}

/// Looks everything up. Blocks.
fn look_up(question: &Question, sets: &Ready) -> (Vec<Lead>, bool) {
    let (mut leads, mut finder) = (Vec::new(), Finder::default());
    for (row, held) in sets {
        for (index, (algorithm, digest)) in question.exact.iter().enumerate() {
            let matches = held.exact(*algorithm, digest);
            leads.extend(matches.into_iter().map(|found| lead(row, AskedList::Hashes, index, found)));
        }
        for (index, hash) in question.pdq.iter().enumerate() {
            let matches = held.near(&mut finder, hash, question.distance);
            leads.extend(matches.into_iter().map(|found| lead(row, AskedList::Pdq, index, found)));
        }
        if leads.len() > MOST_LEADS {
            leads.truncate(MOST_LEADS);
            return (leads, true);
        }
    }
    (leads, false)
}

fn lead(row: &SetRow, of: AskedList, index: usize, found: Match) -> Lead {
    Lead {
        of,
        index,
        set: row.item,
        set_name: row.words.name.clone(),
        source: row.words.source.clone(),
        scheme: row.words.scheme.clone(),
        category: found.category,
        marking: row.marking.clone(),
        distance: found.distance,
        entries: found.entries,
    }
}

/// Reads what is asked.
fn question(asked: &Asked) -> Result<Question, HashSetError> {
    let distance = asked.distance.unwrap_or(RADIUS);
    if distance > RADIUS {
        return Err(HashSetError::unfit("distance", "is more than 31, beyond which pictures are not alike"));
    }
    for (field, count, most) in
        [("hashes", asked.hashes.len(), MOST_HASHES), ("pdq", asked.pdq.len(), MOST_PDQ)]
    {
        if count > most {
            return Err(HashSetError::unfit(
                field,
                format!("has {count} entries, more than {most}; ask in several"),
            ));
        }
    }
    if asked.hashes.is_empty() && asked.pdq.is_empty() {
        return Err(HashSetError::unfit("hashes", "is empty, and so is `pdq`; ask for one hash at least"));
    }
    let wrong = |field: &'static str, index: usize, why: &str| {
        HashSetError::unfit(field, format!("has at place {index} {why}"))
    };
    let exact = asked.hashes.iter().enumerate().map(|(index, text)| {
        digest(text)
            .ok_or_else(|| wrong("hashes", index, "what is no digest, such as `sha256:` and 64 digits"))
    });
    let pdq = asked.pdq.iter().enumerate().map(|(index, text)| {
        text.trim()
            .parse()
            .map_err(|_| wrong("pdq", index, "what is no PDQ hash; give 64 hexadecimal digits"))
    });
    Ok(Question { exact: exact.collect::<Result<_, _>>()?, pdq: pdq.collect::<Result<_, _>>()?, distance })
}

/// A digest as it is written.
fn digest(text: &str) -> Option<(Algorithm, Vec<u8>)> {
    let (name, digits) = text.trim().split_once(':').unwrap_or(("", text.trim()));
    let bytes = hex::decode(digits).ok()?;
    let algorithm = match (name.to_ascii_lowercase().as_str(), bytes.len()) {
        ("md5" | "", 16) => Algorithm::Md5,
        ("sha1" | "", 20) => Algorithm::Sha1,
        ("sha256" | "", 32) => Algorithm::Sha256,
        ("blake3", 32) => Algorithm::Blake3,
        _ => return None,
    };
    Some((algorithm, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(hashes: &[&str], pdq: &[&str]) -> Asked {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Asked { hashes: own(hashes), pdq: own(pdq), ..Asked::default() }
    }

    #[test]
    fn a_digest_says_by_its_name_or_its_length_what_made_it() {
        let zeros = |digits: usize| "0".repeat(digits);
        assert_eq!(digest(&zeros(32)).unwrap().0, Algorithm::Md5);
        assert_eq!(digest(&zeros(40)).unwrap().0, Algorithm::Sha1);
        assert_eq!(digest(&zeros(64)).unwrap().0, Algorithm::Sha256);
        assert_eq!(digest(&format!("BLAKE3:{}", zeros(64))).unwrap().0, Algorithm::Blake3);
        for bad in [
            format!("md5:{}", zeros(40)),
            format!("crc:{}", zeros(32)),
            zeros(30),
            "g".repeat(32),
            String::new(),
        ] {
            assert!(digest(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn too_much_nothing_and_nonsense_are_refused_with_the_field_and_the_place() {
        let field = |asked: Asked| match question(&asked) {
            Err(HashSetError::Unfit { field, why }) => (field, why),
            _ => panic!("it is accepted"),
        };
        assert_eq!(field(asked(&[], &[])).0, "hashes");
        assert_eq!(field(Asked { distance: Some(32), ..asked(&[], &["0"]) }).0, "distance");
        let zero = "0".repeat(64);
        assert_eq!(field(asked(&vec![zero.as_str(); 4_097], &[])).0, "hashes");
        assert_eq!(field(asked(&[], &vec![zero.as_str(); 1_025])).0, "pdq");
        assert!(field(asked(&[zero.as_str(), "x"], &[])).1.contains("place 1"));
        assert_eq!(field(asked(&[], &["x"])).0, "pdq");
    }
}
