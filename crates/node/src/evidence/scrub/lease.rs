//! Who scrubs: of several replicas one at a time, so that each object is read once. A replica that ends without a word loses its
//! lease after a while, and another goes on.

use crate::{
    random,
    store::{Store, StoreError},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long a replica has the scrubbing for itself without renewing it.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// How often the lease is renewed.
const RENEWAL: Duration = Duration::from_secs(30);
const NAME: &str = "evidence-scrubber";

/// Takes or renews the lease; false where another replica has it.
pub(super) async fn take(store: &Store, holder: &str, now: Timestamp) -> Result<bool, StoreError> {
    let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    let sql = "/* take_scrub */ INSERT INTO lane (node, holder, leased_until) VALUES ($1, $2, $3) ON CONFLICT (node) \
               DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until \
               WHERE lane.holder = excluded.holder OR lane.leased_until < $4";
    let mut tx = store.begin("take_scrub").await?;
    let taken = tx.execute(sql, &[NAME.into(), holder.into(), until.into(), now.into()]).await?;
    tx.commit().await?;
    Ok(taken == 1)
}

/// Renews the lease for as long as it is held; returns once it is lost.
pub(super) async fn renew(store: &Store, holder: &str) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        // A database that fails for a moment is asked again before the lease is over.
        if let Ok(false) = take(store, holder, random::now()).await {
            return;
        }
    }
}

/// Gives the lease back.
pub(super) async fn give_back(store: &Store, holder: &str) -> Result<(), StoreError> {
    let mut tx = store.begin("drop_scrub").await?;
    let sql = "/* drop_scrub */ DELETE FROM lane WHERE node = $1 AND holder = $2";
    tx.execute(sql, &[NAME.into(), holder.into()]).await?;
    tx.commit().await.map(|_| ())
}
