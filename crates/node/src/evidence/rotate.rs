//! Epochs change: a new one begins, every wrap that is still kept is sealed under its key, the old one is retired, and after a
//! time of grace its key is removed. Since backups of the database hold wraps under old epochs only, what was destroyed since
//! is then beyond recovery. Each step can be taken again by any replica, and one that is killed in between loses nothing.

mod reseal;
mod store;

pub use store::{EpochRow, Used};
pub(super) use store::{epoch_in, epochs_of, newest_in};

use super::{
    EvidenceError,
    epochs::{self, blocking},
};
use crate::{
    Node,
    config::EvidenceConfig,
    journal::{About, Actor, Entry},
    random,
    store::{StoreError, Tx},
};
use comity_model::AuthorityId;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How often wraps that came in meanwhile are sealed again before the rest waits for the next round.
const ROUNDS: usize = 5;

/// What a change of epochs did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turned {
    /// The epoch that began.
    pub begun: Option<u64>,
    /// How many wraps were sealed under the current epoch's key.
    pub resealed: u64,
    /// Epochs that retired.
    pub retired: Vec<u64>,
    /// Epochs whose key was removed.
    pub ended: Vec<u64>,
}

/// Which retired epochs end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Those whose time of grace is over.
    AfterGrace,
    /// All. Backups of the database from before open no item any more.
    AtOnce,
}

fn days(count: u32) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(count))
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

impl EpochRow {
    /// When a new epoch is due to begin after this one.
    #[must_use]
    pub fn over_at(&self, config: &EvidenceConfig) -> Timestamp {
        later(self.begun_at, days(config.epoch_days))
    }

    /// When its key is gone: was, or is going to be as the settings stand.
    #[must_use]
    pub fn ends_at(&self, config: &EvidenceConfig) -> Timestamp {
        let retires = self.retired_at.unwrap_or_else(|| self.over_at(config));
        self.ended_at.unwrap_or_else(|| later(retires, days(config.epoch_grace_days)))
    }
}

/// Begins the next epoch and goes through with it.
///
/// # Errors
/// [`EvidenceError::Conflict`] where something that is kept does not open; where the database or the store of keys fails. What
/// was done stays, and the next call goes on.
pub async fn begin_next(
    node: &Arc<Node>,
    authority: &AuthorityId,
    actor: &Actor,
    ending: Ending,
) -> Result<Turned, EvidenceError> {
    let next = epochs::current(node, authority).await?.saturating_add(1);
    epochs::begin(node, authority, next, actor).await?;
    let turned = go_through(node, authority, actor, ending, random::now()).await?;
    Ok(Turned { begun: Some(next), ..turned })
}

/// What is due at `now`: a new epoch after its days, whatever an interrupted change left to do, the end of retired epochs. And
/// forgets keys of epochs that another replica ended.
///
/// # Errors
/// As [`begin_next`].
pub async fn keep_up(
    node: &Arc<Node>,
    authority: &AuthorityId,
    now: Timestamp,
) -> Result<Turned, EvidenceError> {
    forget_ended(node, authority).await?;
    let rows = epochs_of(&node.store, authority).await?;
    let Some(current) = rows.iter().rev().find(|row| row.retired_at.is_none()) else {
        // No item was taken in yet.
        return Ok(Turned::default());
    };
    let mut begun = None;
    if current.over_at(&node.config.evidence) <= now {
        let next = current.number.saturating_add(1);
        epochs::begin(node, authority, next, &Actor::Node).await?;
        begun = Some(next);
    }
    let turned = go_through(node, authority, &Actor::Node, Ending::AfterGrace, now).await?;
    Ok(Turned { begun, ..turned })
}

/// As [`keep_up`], for every authority of the node. What fails is logged and tried again the next time.
pub async fn keep_up_all(node: &Arc<Node>, now: Timestamp) {
    for authority in node.keys.authorities.keys() {
        if let Err(fault) = keep_up(node, authority, now).await {
            tracing::error!(%fault, %authority, "the epochs of keys cannot be kept up; trying again");
        }
    }
}

async fn forget_ended(node: &Node, authority: &AuthorityId) -> Result<(), EvidenceError> {
    for row in epochs_of(&node.store, authority).await?.iter().filter(|row| row.ended_at.is_some()) {
        node.evidence.epochs.forget(authority, row.number);
    }
    Ok(())
}

async fn go_through(
    node: &Arc<Node>,
    authority: &AuthorityId,
    actor: &Actor,
    ending: Ending,
    now: Timestamp,
) -> Result<Turned, EvidenceError> {
    let mut turned = Turned::default();
    let rows = epochs_of(&node.store, authority).await?;
    let Some(current) = rows.iter().rev().find(|row| row.retired_at.is_none()).map(|row| row.number) else {
        return Ok(turned);
    };
    // Also those that are retired: an epoch is not ended while anything is kept under it.
    for old in rows.iter().filter(|row| row.number < current && row.ended_at.is_none()) {
        for _ in 0..ROUNDS {
            turned.resealed += reseal::all(node, authority, old.number, current).await?;
            match retire(node, authority, actor, old.number, now).await? {
                Used::Wraps => {}
                Used::Nothing if old.retired_at.is_none() => {
                    turned.retired.push(old.number);
                    break;
                }
                Used::Nothing => break,
            }
        }
    }
    turned.ended = end_due(node, authority, actor, ending, now).await?;
    Ok(turned)
}

/// Retires an epoch, unless something is kept under it still.
async fn retire(
    node: &Node,
    authority: &AuthorityId,
    actor: &Actor,
    number: u64,
    now: Timestamp,
) -> Result<Used, EvidenceError> {
    let mut tx = node.store.begin("retire_epoch").await?;
    let used = store::hold(&mut tx, authority, number).await?;
    if used == Used::Nothing && store::retire(&mut tx, authority, number, now).await? {
        tx.record(entry(authority, actor, "epoch_retired", number, now));
        tx.commit().await?;
    }
    Ok(used)
}

async fn end_due(
    node: &Arc<Node>,
    authority: &AuthorityId,
    actor: &Actor,
    ending: Ending,
    now: Timestamp,
) -> Result<Vec<u64>, EvidenceError> {
    let mut ended = Vec::new();
    for row in epochs_of(&node.store, authority).await? {
        let due = ending == Ending::AtOnce || row.ends_at(&node.config.evidence) <= now;
        if row.retired_at.is_some() && row.ended_at.is_none() && due {
            end(node, authority, actor, row.number, now).await?;
            ended.push(row.number);
        }
    }
    Ok(ended)
}

/// Removes the key of a retired epoch. Nothing comes under a retired epoch any more (see [`hold_epoch`]), so what is found unused
/// stays unused. The key goes first: the journal never says that a key is gone which is not.
async fn end(
    node: &Arc<Node>,
    authority: &AuthorityId,
    actor: &Actor,
    number: u64,
    now: Timestamp,
) -> Result<(), EvidenceError> {
    let mut tx = node.store.begin("check_epoch").await?;
    if store::hold(&mut tx, authority, number).await? != Used::Nothing {
        let why = format!("something is kept under epoch {number} still; begin a new epoch first");
        return Err(EvidenceError::Conflict { code: "epoch_used", why });
    }
    drop(tx);
    let (shared, whose) = (node.clone(), authority.clone());
    blocking(move || shared.evidence.epochs.end(&whose, number)).await?;
    let mut tx = node.store.begin("end_epoch").await?;
    if store::end(&mut tx, authority, number, now).await? {
        tx.record(entry(authority, actor, "epoch_ended", number, now));
        tx.commit().await?;
    }
    Ok(())
}

/// Holds an epoch until the commit, for whoever keeps something under its key: it is not retired meanwhile.
///
/// # Errors
/// [`StoreError::Busy`] where it is retired: take the current one, and try again.
pub(super) async fn hold_epoch(tx: &mut Tx, authority: &AuthorityId, number: u64) -> Result<(), StoreError> {
    store::hold_current(tx, authority, number).await
}

/// Is it that the epoch retired since its number was asked for? Nothing was written then; with the current one it goes through.
pub(super) fn has_retired(fault: &EvidenceError) -> bool {
    matches!(fault, EvidenceError::Store(StoreError::Busy { name }) if *name == store::HOLD_EPOCH)
}

/// The journal entry about an epoch.
pub(super) fn entry(
    authority: &AuthorityId,
    actor: &Actor,
    act: &'static str,
    number: u64,
    now: Timestamp,
) -> Entry {
    let detail = serde_json::json!({ "epoch": number });
    Entry::new(now, Some(authority), actor, act, About::default(), detail)
}
