//! Signing in: a password against an account, counted failures, and the lock-out that follows from them.

use super::{
    AccessError,
    caller::Caller,
    password, rules,
    session::{self, Session},
    store::{self, Account},
};
use crate::{
    Node,
    journal::{About, Actor, Entry},
    locks::locked,
    random,
    store::StoreError,
};
use comity_record::sha256;
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// A session that was just opened, with the token that only its owner learns.
pub struct SignedIn {
    /// 32 random bytes in hexadecimal.
    pub token: String,
    /// The session.
    pub session: Session,
}

/// Signs an officer in.
///
/// # Errors
/// [`AccessError::SignInFailed`] alike for a wrong name and a wrong password, [`AccessError::LockedOut`].
pub async fn sign_in(
    node: &Arc<Node>,
    name: &str,
    password: &str,
    now: Timestamp,
) -> Result<SignedIn, AccessError> {
    // The lock is looked at in turn: guesses made at the same time cannot pass it before it is set.
    let turn = password::turn().await?;
    let account = store::account(&node.store, name).await?;
    let locked = account.as_ref().map_or_else(|| nobody_locked_until(name), |account| account.locked_until);
    if let Some(until) = locked.filter(|until| *until > now) {
        return Err(AccessError::LockedOut { until });
    }
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let right = password.len() <= rules::LONGEST_PASSWORD && password::matches(turn, hash, password).await?;
    match account {
        Some(account) if right && node.serves(&account.caller.authority) => open(node, account, now).await,
        Some(account) => refuse(node, &account, now).await,
        None => refuse_nobody(node, name, now).await,
    }
}

async fn open(node: &Arc<Node>, account: Account, now: Timestamp) -> Result<SignedIn, AccessError> {
    let token = hex::encode(random::bytes::<32>());
    let token_hash = sha256(token.as_bytes());
    let Account { caller, .. } = account;
    let expires = rules::session_ends(now, now, rules::LONGEST_SESSION);
    let mut tx = node.store.begin("sign_in").await?;
    store::open_session(&mut tx, caller.officer, token_hash, now, expires).await?;
    tx.record(entry(&caller, "signed_in", now, serde_json::json!({ "role": caller.role })));
    tx.commit().await?;
    let ends_at = rules::session_ends(now, now, session::idle(node));
    Ok(SignedIn { token, session: Session { caller, ends_at, token_hash } })
}

async fn refuse(node: &Arc<Node>, account: &Account, now: Timestamp) -> Result<SignedIn, AccessError> {
    let caller = &account.caller;
    let mut tx = node.store.begin("sign_in_failed").await?;
    let failures = store::count_failure(&mut tx, caller.officer).await?;
    let until = rules::locked_until(failures, now);
    tx.record(entry(caller, "sign_in_failed", now, serde_json::json!({ "failures": failures })));
    if let Some(until) = until {
        store::lock(&mut tx, caller.officer, until).await?;
        tx.record(entry(caller, "locked_out", now, serde_json::json!({ "until": until })));
    }
    tx.commit().await?;
    Err(AccessError::SignInFailed)
}

fn entry(caller: &Caller, act: &str, now: Timestamp, detail: serde_json::Value) -> Entry {
    Entry::new(now, Some(&caller.authority), &caller.actor(), act, About::default(), detail)
}

/// What was typed as a name is not recorded: people type passwords there.
async fn refuse_nobody(node: &Arc<Node>, name: &str, now: Timestamp) -> Result<SignedIn, AccessError> {
    count_nobody(name, now);
    record_nobody(node, now).await?;
    Err(AccessError::SignInFailed)
}

async fn record_nobody(node: &Node, now: Timestamp) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "account": "unknown" });
    let mut tx = node.store.begin("sign_in_failed").await?;
    tx.record(Entry::new(now, None, &Actor::Node, "sign_in_failed", About::default(), detail));
    tx.commit().await.map(|_| ())
}

/// Names that nobody has, by digest: failures and lock. They lock as accounts do, so that a lock-out does not tell
/// which names exist. Kept in memory alone, and bounded.
static NOBODIES: Mutex<BTreeMap<[u8; 32], Failures>> = Mutex::new(BTreeMap::new());
/// How many failures, and until when locked.
type Failures = (u64, Option<Timestamp>);
/// The most names remembered; then all are forgotten.
const MOST_NOBODIES: usize = 10_000;

fn nobody_locked_until(name: &str) -> Option<Timestamp> {
    let nobodies = locked(&NOBODIES);
    nobodies.get(&sha256(name.as_bytes())).and_then(|(_, until)| *until)
}

fn count_nobody(name: &str, now: Timestamp) {
    let mut nobodies = locked(&NOBODIES);
    if nobodies.len() >= MOST_NOBODIES {
        nobodies.clear();
    }
    let (failures, until) = nobodies.entry(sha256(name.as_bytes())).or_default();
    *failures = failures.saturating_add(1);
    *until = rules::locked_until(*failures, now);
}
