//! Which replica of a node holds the session of a follower. A session lives in the memory of the replica where its attempt was begun; the
//! database says which, for as long as that replica renews it, so that another one, which the leader's next connection may reach, can
//! say that it is not here instead of that it is lost. The leader then connects anew. An attempt that is begun elsewhere takes it over.

use super::{MatchingError, store::DeconflictionRow};
use crate::{
    Node, random,
    store::{StoreError, Tx},
};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How long a replica holds a session without renewing it.
const HELD: SignedDuration = SignedDuration::from_secs(20);

/// A replica, by a name that it gives itself at each start.
#[derive(Debug, Clone)]
pub(super) struct Replica(pub(super) Arc<str>);

impl Default for Replica {
    fn default() -> Self {
        Self(hex::encode(random::bytes::<16>()).into())
    }
}

fn until(now: Timestamp) -> Timestamp {
    now.saturating_add(HELD).unwrap_or(now)
}

/// The session is this replica's from now on, whoever held an earlier attempt's.
pub(super) async fn seize(
    tx: &mut Tx,
    row: &DeconflictionRow,
    replica: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "/* seize_deconfliction */ UPDATE deconfliction SET lease = $3, lease_until = $4 WHERE authority = $1 AND id = $2";
    let (authority, id) = (row.authority.as_str().into(), row.id.to_string().into());
    tx.execute(sql, &[authority, id, replica.into(), until(now).into()]).await.map(|_| ())
}

/// Does another replica hold the session?
pub(super) async fn is_elsewhere(
    node: &Node,
    row: &DeconflictionRow,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* deconfliction_elsewhere */ SELECT 1 FROM deconfliction WHERE authority = $1 AND id = $2 AND lease <> $3 \
               AND lease_until > $4";
    let (authority, id) = (row.authority.as_str().into(), row.id.to_string().into());
    let values = [authority, id, (&*node.deconflictions.replica.0).into(), now.into()];
    Ok(node.store.fetch_optional(sql, &values).await?.is_some())
}

/// Renews what is held here; what another replica has taken over leaves memory.
///
/// # Errors
/// Where the database fails.
pub(super) async fn renew(node: &Node) -> Result<(), MatchingError> {
    let following = &node.deconflictions.following;
    for (name, attempt, idle) in following.held() {
        let now = random::now();
        let sql = "/* renew_deconfliction */ UPDATE deconfliction SET lease_until = $5 WHERE authority = $1 AND id = $2 \
                   AND lease = $3 AND attempts = $4 AND state = 'running'";
        let (authority, id) = (name.0.as_str().into(), name.1.to_string().into());
        let replica = (&*node.deconflictions.replica.0).into();
        let mut tx = node.store.begin("renew_deconfliction").await?;
        let renewed =
            tx.execute(sql, &[authority, id, replica, attempt.into(), until(now).into()]).await? == 1;
        tx.commit().await?;
        // What is being prepared may not have been begun yet.
        if !renewed && idle {
            following.drop_attempt(&name, attempt);
        }
    }
    Ok(())
}

/// Gives everything back, when the node stops.
pub(super) async fn give_back(node: &Node) {
    let sql = "/* return_deconflictions */ UPDATE deconfliction SET lease = NULL, lease_until = NULL WHERE lease = $1";
    let given = async {
        let mut tx = node.store.begin("return_deconflictions").await?;
        tx.execute(sql, &[(&*node.deconflictions.replica.0).into()]).await?;
        tx.commit().await
    };
    if let Err(fault) = given.await {
        tracing::warn!(%fault, "what was held of deconflictions runs out by itself");
    }
}
