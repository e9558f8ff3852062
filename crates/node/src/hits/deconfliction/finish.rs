//! How a session ends on either side: finished with what was found, broken off with another attempt to come, or failed for good.
//! Each end is written down with what both journals commit to.

use super::{
    Direction, MatchingError, State, lease,
    own::Own,
    rules,
    store::{self, DeconflictionRow, matches::Match},
};
use crate::{
    Node,
    journal::Actor,
    random,
    store::{StoreError, Tx},
};
use comity_model::message::deconfliction::DECONFLICTION_ATTEMPTS;
use comity_psi::batch::Commitments;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// What a session has found: own entries, and the digests of all that went over the wire.
pub(super) struct Found {
    pub matches: Vec<Match>,
    pub canaries: Vec<String>,
    pub commitments: Commitments,
}

/// The own entries of these numbers, as both sides call them.
pub(super) fn found(own: &Own, numbers: &[u32], session: &[u8; 16], commitments: Commitments) -> Found {
    let (mut matches, mut canaries) = (Vec::with_capacity(numbers.len()), Vec::new());
    for entry in numbers.iter().filter_map(|number| own.entries.get(*number as usize)) {
        canaries.extend(entry.canary.clone());
        matches.push(Match {
            handle: rules::handle(session, &entry.input),
            kind: entry.kind.clone(),
            value: entry.value.clone(),
            // What a person of ours has too is no secret to our officers.
            canary: entry.canary.is_some() && entry.persons.is_empty(),
            persons: entry.persons.clone(),
        });
    }
    Found { matches, canaries, commitments }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Writes what was found into the row and beside it.
async fn write(
    tx: &mut Tx,
    row: &mut DeconflictionRow,
    found: &Found,
    now: Timestamp,
) -> Result<(), StoreError> {
    row.matches = Some(count(found.matches.len()));
    row.detail.canaries = count(found.canaries.len());
    row.detail.sent = Some(hex::encode(found.commitments.sent));
    row.detail.received = Some(hex::encode(found.commitments.received));
    store::matches::replace(tx, row, &found.matches, now).await?;
    for canary in &found.canaries {
        tx.record(row.entry(&Actor::Node, "canary_touched", json!({ "canary": canary }), now));
    }
    Ok(())
}

/// Keeps what the leader has found before it tells the follower; it is not shown before the follower has it too. `false` where the
/// deconfliction has ended meanwhile.
pub(super) async fn keep(
    node: &Node,
    row: &mut DeconflictionRow,
    found: &Found,
) -> Result<bool, MatchingError> {
    let mut tx = node.store.begin("keep_deconfliction_matches").await?;
    write(&mut tx, row, found, random::now()).await?;
    if !store::save(&mut tx, row).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Finishes, with what was found or was kept before: it is what both have in common. `false` where it has ended meanwhile.
pub(super) async fn finish(
    node: &Node,
    row: &mut DeconflictionRow,
    found: Option<&Found>,
) -> Result<bool, MatchingError> {
    let now = random::now();
    let mut tx = node.store.begin("finish_deconfliction").await?;
    if let Some(found) = found {
        write(&mut tx, row, found, now).await?;
    }
    (row.state, row.changed_at) = (State::Finished, now);
    row.detail.finished_at = Some(now);
    row.detail.fault = None;
    if !store::save(&mut tx, row).await? {
        return Ok(false);
    }
    let detail = json!({ "sent": row.detail.sent, "received": row.detail.received, "matches": row.matches });
    tx.record(row.entry(&Actor::Node, "deconfliction_finished", detail, now));
    tx.commit().await?;
    Ok(true)
}

/// Begins an attempt: its number and the leader's seed are written down before anything of it leaves. An
/// attempt that was under way is broken off by it. `false` where the deconfliction has changed meanwhile.
pub(super) async fn begin(
    node: &Node,
    row: &mut DeconflictionRow,
    attempt: u64,
) -> Result<bool, MatchingError> {
    let now = random::now();
    let mut tx = node.store.begin("begin_deconfliction").await?;
    if row.state == State::Running {
        let why = "another attempt is begun in its place";
        tx.record(row.entry(&Actor::Node, "deconfliction_broken", json!({ "why": why }), now));
    }
    (row.state, row.changed_at, row.attempts) = (State::Running, now, attempt);
    row.session = Some(hex::encode(row.session_bytes()));
    (row.matches, row.detail.sent, row.detail.received) = (None, None, None);
    row.detail.canaries = 0;
    if !store::save(&mut tx, row).await? {
        return Ok(false);
    }
    if row.direction == Direction::Received {
        lease::seize(&mut tx, row, &node.deconflictions.replica.0, now).await?;
    }
    store::matches::forget(&mut tx, row).await?;
    tx.record(row.entry(&Actor::Node, "deconfliction_begun", json!({}), now));
    tx.commit().await?;
    Ok(true)
}

/// How an attempt ended without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It broke off: another may follow.
    Broken,
    /// It can never be carried out: none may follow.
    Final,
    /// Something false came: none may follow.
    False,
}

/// Writes down that an attempt ended without a result, and that the deconfliction has failed where no other may follow; the other
/// side is told then. Does nothing where it has ended meanwhile, or where another attempt than the one that is named was begun.
pub(super) async fn fail(
    node: &Node,
    (name, attempt): (&super::Name, Option<u64>),
    end: End,
    why: &str,
    commitments: Option<Commitments>,
) -> Result<(), MatchingError> {
    let mut tx = node.store.begin("fail_deconfliction").await?;
    let Some(mut row) = store::load_in(&mut tx, &name.0, name.1).await? else { return Ok(()) };
    if !row.state.is_agreed() || attempt.is_some_and(|attempt| attempt != row.attempts) {
        return Ok(());
    }
    let now = random::now();
    let over = end != End::Broken || row.attempts >= u64::from(DECONFLICTION_ATTEMPTS);
    let was_running = row.state == State::Running;
    row.state = if over { State::Failed } else { State::Accepted };
    row.detail.fault = Some(why.to_owned());
    (row.tell, row.changed_at, row.matches) = (over, now, None);
    if !store::save(&mut tx, &mut row).await? {
        return Ok(());
    }
    store::matches::forget(&mut tx, &row).await?;
    let sent = commitments.map(|both| hex::encode(both.sent));
    let received = commitments.map(|both| hex::encode(both.received));
    let detail = json!({ "why": why, "sent": sent, "received": received });
    if was_running {
        let act = if end == End::False { "deconfliction_refused" } else { "deconfliction_broken" };
        tx.record(row.entry(&Actor::Node, act, detail.clone(), now));
    }
    if over {
        tx.record(row.entry(&Actor::Node, "deconfliction_failed", detail, now));
    }
    tx.commit().await?;
    node.deconflictions.wake();
    Ok(())
}

/// Ends what was not decided or carried out in its time; both sides know that time from the offer, and each ends its own.
///
/// # Errors
/// Where the database fails.
pub async fn expire(node: &Node, now: Timestamp) -> Result<(), MatchingError> {
    let days = i64::from(node.config.matching.consent_days);
    let prepared = now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
    for mut row in store::overdue(&node.store, now, prepared).await? {
        let why = match row.state {
            State::Prepared => "no second officer confirmed it in time",
            State::Offered | State::Received | State::Accepting => "nobody decided on it in its time",
            _ => "its time was over before it was carried out",
        };
        (row.state, row.changed_at) = (State::Expired, now);
        row.matches = None;
        row.detail.fault = Some(why.into());
        let mut tx = node.store.begin("expire_deconfliction").await?;
        if !store::save(&mut tx, &mut row).await? {
            continue;
        }
        store::matches::forget(&mut tx, &row).await?;
        tx.record(row.entry(&Actor::Node, "deconfliction_expired", json!({ "why": why }), now));
        tx.commit().await?;
        node.deconflictions.following.drop_session(&row.name());
    }
    Ok(())
}
