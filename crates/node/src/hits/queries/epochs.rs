//! What this node publishes for its authorities: an epoch's key, the filter over their own selectors and the keys of their
//! persons, and the signed statement of both. New entries make a further segment; after so many days a new epoch begins with a new key.
//!
//! Who holds a copy of the filter learns nothing without the key, and with a query only about what it asks.

mod build;
mod gather;
pub(super) mod store;

use super::{MatchingError, engine, kept};
use crate::{
    Node,
    config::MatchingConfig,
    journal::{About, Actor, Entry},
    random,
    store::Tx,
};
use build::{Built, Segment};
use comity_model::{
    AuthorityId,
    id::CaseId,
    message::matching::{EPOCH_STATEMENT_TYPE, EpochStatement, FilterSegment, MATCHING_SUITE, QueryLimits},
};
use comity_psi::oprf::HolderKey;
use comity_record::sha256;
use gather::Source;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use store::EpochRow;

/// From so many segments on they are made into one.
const MOST_SEGMENTS: usize = 24;

/// How much this node answers, as its settings say.
pub(super) fn limits(config: &MatchingConfig) -> QueryLimits {
    QueryLimits {
        authority_per_day: config.authority_per_day,
        officer_per_day: config.officer_per_day,
        case_per_day: config.case_per_day,
        authority_per_epoch: config.authority_per_epoch,
        sweep_threshold: config.sweep_threshold,
    }
}

/// Notes in the transaction of a change that the persons of a case are others now.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn case_changed(
    tx: &mut Tx,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<(), crate::store::StoreError> {
    store::count_change(tx, authority, &case.to_string()).await
}

/// Notes in the transaction of a change that the canaries of an authority are others now.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn selectors_changed(
    tx: &mut Tx,
    authority: &AuthorityId,
) -> Result<(), crate::store::StoreError> {
    store::count_change(tx, authority, "").await
}

/// The key of an epoch that this node holds.
///
/// # Errors
/// Where it is gone or does not open.
pub(super) async fn key_of(node: &Arc<Node>, row: &EpochRow) -> Result<HolderKey, MatchingError> {
    let name = (row.authority.clone(), row.number);
    if let Some(key) = node.matching.key(&name) {
        return Ok(key);
    }
    let sealed = row.sealed_key.clone().ok_or(MatchingError::Kept("the key of an epoch that has ended"))?;
    let (shared, authority) = (node.clone(), row.authority.clone());
    let key = kept::blocking(move || {
        let plain = kept::open(&shared, &authority, &sealed)?;
        let bytes =
            <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| MatchingError::Kept("an epoch's key"))?;
        Ok(HolderKey::from_bytes(&bytes)?)
    });
    let key = key.await?;
    node.matching.remember(name, key.clone());
    Ok(key)
}

/// The epoch that runs, brought up to date; none where this node publishes nothing.
///
/// # Errors
/// Where the database fails.
pub(super) async fn running(
    node: &Arc<Node>,
    authority: &AuthorityId,
) -> Result<Option<EpochRow>, MatchingError> {
    if !node.config.matching.publish {
        return Ok(None);
    }
    let now = random::now();
    let newest = store::newest(&node.store, authority).await?;
    Ok(newest.filter(|row| row.until_at > now && row.retired_at.is_none()))
}

/// Brings an authority's epoch up to date: begins the first, adds what is new, begins the next when its days are over, and
/// forgets those that ended long ago. `true` where something changed.
///
/// # Errors
/// Where the database fails.
pub async fn refresh(node: &Arc<Node>, authority: &AuthorityId) -> Result<bool, MatchingError> {
    if !node.config.matching.publish || !node.serves(authority) {
        return Ok(false);
    }
    let now = random::now();
    let changes = store::changes(&node.store, authority).await?;
    let newest = store::newest(&node.store, authority).await?;
    let changed = match newest {
        Some(row) if row.retired_at.is_none() && now < row.until_at => {
            if row.changes == changes {
                return forget_old(node, authority, now).await;
            }
            extend(node, row, changes, now).await?
        }
        newest => {
            begin(node, authority, newest.map_or(1, |row| row.number.saturating_add(1)), changes).await?
        }
    };
    Ok(forget_old(node, authority, now).await? || changed)
}

/// Begins a new epoch at once, with a new key, although the days of the last are not over.
///
/// # Errors
/// Where the database fails.
pub async fn rotate(node: &Arc<Node>, authority: &AuthorityId) -> Result<bool, MatchingError> {
    let changes = store::changes(&node.store, authority).await?;
    let newest = store::newest(&node.store, authority).await?;
    begin(node, authority, newest.map_or(1, |row| row.number.saturating_add(1)), changes).await
}

async fn begin(
    node: &Arc<Node>,
    authority: &AuthorityId,
    number: u64,
    changes: u64,
) -> Result<bool, MatchingError> {
    let sources = gather::sources(node, authority).await?;
    let (shared, whose) = (node.clone(), authority.clone());
    let made = kept::blocking(move || {
        let key = engine::new_key(&whose, number)?;
        let sealed = kept::keep(&shared, &whose, key.to_bytes().as_slice())?;
        let built = build::build(&key, &sources)?;
        Ok((key, sealed, built))
    });
    let (key, sealed_key, built) = made.await?;
    let now = random::now();
    let days = i64::from(node.config.matching.epoch_days.max(1));
    let until = now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
    let statement = EpochStatement {
        authority: authority.clone(),
        number,
        revision: 1,
        suite: MATCHING_SUITE.to_owned(),
        public_key: engine::text(&key.public_key().to_bytes()),
        segments: built.segments.iter().map(Segment::described).collect(),
        entries: built.segments.iter().map(|segment| segment.entries).sum(),
        false_positive_one_in: engine::ONE_IN,
        from: now,
        until,
        signed_at: now,
        limits: limits(&node.config.matching),
    };
    let row = EpochRow {
        authority: authority.clone(),
        number,
        sealed_key: Some(sealed_key),
        public_key: statement.public_key.clone(),
        statement: sign(node, &statement)?,
        revision: 1,
        changes,
        begun_at: now,
        until_at: until,
        retired_at: None,
    };
    let mut tx = node.store.begin("begin_matching_epoch").await?;
    store::hold(&mut tx, authority).await?;
    if !store::insert(&mut tx, &row).await? {
        return Ok(false);
    }
    store::retire_before(&mut tx, &row, now).await?;
    store::forget_changes(&mut tx, &row).await?;
    write(&mut tx, &row, 0, &built).await?;
    tx.record(entry(&row, &statement, "matching_epoch_begun", now));
    tx.commit().await?;
    node.matching.remember((authority.clone(), number), key);
    Ok(true)
}

/// Adds what is new to a running epoch, under its key.
async fn extend(
    node: &Arc<Node>,
    row: EpochRow,
    changes: u64,
    now: Timestamp,
) -> Result<bool, MatchingError> {
    let mut statement = read_statement(&row.statement)?;
    let crowded = statement.segments.len() >= MOST_SEGMENTS;
    let News { anew, fresh, pairs, gone } = match crowded {
        false => news(node, &row, changes).await?,
        true => News::anew(gather::sources(node, &row.authority).await?),
    };
    let key = key_of(node, &row).await?;
    let first = if anew { 0 } else { statement.segments.len() };
    let mut built = if fresh.is_empty() && !anew {
        Built::default()
    } else {
        kept::blocking(move || build::build(&key, &fresh)).await?
    };
    built.entries.extend(pairs);
    let revised = !built.segments.is_empty();
    let described = built.segments.iter().map(Segment::described);
    if anew {
        statement.segments = described.collect();
    } else {
        statement.segments.extend(described);
    }
    statement.entries = statement.segments.iter().map(|segment| segment.entries).sum();
    statement.limits = limits(&node.config.matching);
    statement.revision = row.revision.saturating_add(u64::from(revised));
    statement.signed_at = now;
    let signed = if revised { sign(node, &statement)? } else { row.statement.clone() };
    let next = EpochRow { revision: statement.revision, statement: signed, changes, ..row };
    let mut tx = node.store.begin("extend_matching_epoch").await?;
    store::hold(&mut tx, &next.authority).await?;
    if !store::revise(&mut tx, &next, row_revision(&next, revised)).await? {
        return Ok(false);
    }
    if anew && revised {
        store::drop_segments(&mut tx, &next).await?;
        store::drop_entries(&mut tx, &next).await?;
    }
    store::remove(&mut tx, &next, &gone).await?;
    store::forget_changes(&mut tx, &next).await?;
    write(&mut tx, &next, u64::try_from(first).unwrap_or(u64::MAX), &built).await?;
    if revised {
        tx.record(entry(&next, &statement, "matching_epoch_extended", now));
    }
    tx.commit().await?;
    Ok(true)
}

/// What an epoch lacks and what it has too much.
struct News {
    /// The filter is made anew of everything, since something went that must not be found any more.
    anew: bool,
    fresh: Vec<Source>,
    pairs: Vec<build::EntryRow>,
    gone: Vec<store::Known>,
}

impl News {
    fn anew(fresh: Vec<Source>) -> Self {
        Self { anew: true, fresh, pairs: Vec::new(), gone: Vec::new() }
    }

    fn of((fresh, pairs, gone): (Vec<Source>, Vec<build::EntryRow>, Vec<store::Known>)) -> Self {
        Self { anew: false, fresh, pairs, gone }
    }
}

/// What is new since an epoch's count of changes: of the cases that changed, where they are known, else of all.
async fn news(node: &Arc<Node>, row: &EpochRow, changes: u64) -> Result<News, MatchingError> {
    let cases = store::changed_cases(&node.store, &row.authority, (row.changes, changes)).await?;
    if let Some(cases) = cases {
        return news_of(node, row, &cases).await;
    }
    let sources = gather::sources(node, &row.authority).await?;
    let known = store::known(&node.store, row).await?;
    if gather::is_less(&sources, &known) {
        return Ok(News::anew(sources));
    }
    Ok(News::of(gather::difference(sources, &known, &[])))
}

async fn news_of(node: &Arc<Node>, row: &EpochRow, cases: &BTreeSet<String>) -> Result<News, MatchingError> {
    let sources = gather::sources_of(node, &row.authority, cases).await?;
    let mut known = Vec::new();
    for case in cases {
        known.extend(store::known_of(&node.store, row, case).await?);
    }
    for source in gather::gone(&sources, &known) {
        let others = store::known_as(&node.store, row, &source).await?;
        if others.iter().all(|other| cases.contains(&other.case)) {
            return Ok(News::anew(gather::sources(node, &row.authority).await?));
        }
    }
    let mut elsewhere = Vec::new();
    for source in sources.iter().map(|source| source.keyed.source()).collect::<BTreeSet<_>>() {
        if !known.iter().any(|known| known.source == source) {
            elsewhere.extend(store::known_as(&node.store, row, &source).await?.into_iter().take(1));
        }
    }
    Ok(News::of(gather::difference(sources, &known, &elsewhere)))
}

/// The revision that the row had before.
fn row_revision(next: &EpochRow, revised: bool) -> u64 {
    next.revision.saturating_sub(u64::from(revised))
}

async fn write(tx: &mut Tx, row: &EpochRow, first: u64, built: &Built) -> Result<(), MatchingError> {
    for (number, segment) in (first..).zip(&built.segments) {
        store::insert_segment(tx, row, number, segment).await?;
    }
    Ok(store::insert_entries(tx, row, &built.entries).await?)
}

async fn forget_old(
    node: &Arc<Node>,
    authority: &AuthorityId,
    now: Timestamp,
) -> Result<bool, MatchingError> {
    let grace = SignedDuration::from_hours(24 * i64::from(node.config.matching.epoch_grace_days));
    let before = now.saturating_sub(grace).unwrap_or(Timestamp::MIN);
    let old = store::retired_before(&node.store, authority, before).await?;
    if old.is_empty() {
        return Ok(false);
    }
    let mut tx = node.store.begin("end_matching_epochs").await?;
    for row in &old {
        store::end(&mut tx, row).await?;
        let (about, detail) = (About::default(), serde_json::json!({ "epoch": row.number }));
        let by = Some(authority);
        tx.record(Entry::new(now, by, &Actor::Node, "matching_epoch_ended", about, detail));
    }
    tx.commit().await?;
    node.matching.forget(authority);
    Ok(true)
}

fn entry(row: &EpochRow, statement: &EpochStatement, act: &str, now: Timestamp) -> Entry {
    let detail = serde_json::json!({
        "epoch": row.number,
        "revision": row.revision,
        "public_key": row.public_key,
        "entries": statement.entries,
        "segments": statement.segments.iter().map(|segment| &segment.sha256).collect::<Vec<_>>(),
    });
    Entry::new(now, Some(&row.authority), &Actor::Node, act, About::default(), detail)
}

fn sign(node: &Node, statement: &EpochStatement) -> Result<String, MatchingError> {
    let payload = serde_json::to_vec(statement).map_err(|_| MatchingError::Kept("a statement"))?;
    let now = random::now();
    let key = node.keys.signing_key(&statement.authority, &node.registry(), statement.signed_at, now);
    let dsse = key.ok_or(MatchingError::NotFound("authority"))?.sign_dsse(EPOCH_STATEMENT_TYPE, &payload)?;
    Ok(String::from_utf8_lossy(&dsse.to_json()).into_owned())
}

/// The statement in a signed text that this node made itself.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn read_statement(signed: &str) -> Result<EpochStatement, MatchingError> {
    let unread = |_| MatchingError::Kept("an epoch's statement");
    let dsse: comity_seal::Dsse = serde_json::from_str(signed).map_err(unread)?;
    serde_json::from_slice(&dsse.payload).map_err(unread)
}

impl Segment {
    fn described(&self) -> FilterSegment {
        let size = u64::try_from(self.content.len()).unwrap_or(u64::MAX);
        FilterSegment { sha256: self.sha256.clone(), size, entries: self.entries }
    }

    fn new(content: Vec<u8>, entries: u64) -> Self {
        Self { sha256: hex::encode(sha256(&content)), entries, content }
    }
}

/// The keys that this node has opened.
pub(super) type Keys = HashMap<(AuthorityId, u64), HolderKey>;
