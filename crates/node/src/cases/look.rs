//! A look at protected material leaves one entry in the journal; looking again within a minute is the same look.

use crate::{
    Node,
    access::Caller,
    journal::{About, Entry},
    store::{Store, StoreError, Value},
};
use jiff::{SignedDuration, Timestamp};

/// How long a look lasts.
const SAME_LOOK: SignedDuration = SignedDuration::from_secs(60);

/// What was looked at.
pub(crate) struct Look {
    /// Such as `case_read`.
    pub act: &'static str,
    /// The case, alert or hit.
    pub about: About,
    /// Were photographs shown?
    pub photographs: bool,
}

/// Writes the look down, unless the same officer has just looked.
///
/// # Errors
/// Where the database fails; nothing may be shown then.
pub(crate) async fn look(node: &Node, caller: &Caller, look: Look, now: Timestamp) -> Result<(), StoreError> {
    let mut acts = vec![look.act];
    acts.extend(look.photographs.then_some("photograph_shown"));
    let mut unwritten = Vec::new();
    for act in acts {
        if !is_written(&node.store, caller, act, &look.about, now).await? {
            unwritten.push(act);
        }
    }
    if unwritten.is_empty() {
        return Ok(());
    }
    let mut tx = node.store.begin("look").await?;
    for act in unwritten {
        let detail = serde_json::json!({});
        tx.record(Entry::new(now, Some(&caller.authority), &caller.actor(), act, look.about.clone(), detail));
    }
    tx.commit().await.map(|_| ())
}

async fn is_written(
    store: &Store,
    caller: &Caller,
    act: &str,
    about: &About,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let of_alert = "/* looked_at_alert */ SELECT seq FROM journal WHERE alert = $1 AND act = $2 AND actor = $3 \
                    AND authority = $4 AND at > $5 AND COALESCE(hit, '') = $6 ORDER BY seq DESC LIMIT 1";
    let of_case = "/* looked_at_case */ SELECT seq FROM journal WHERE case_id = $1 AND act = $2 AND actor = $3 \
                   AND authority = $4 AND at > $5 AND COALESCE(hit, '') = $6 ORDER BY seq DESC LIMIT 1";
    let (sql, id) = match (about.alert, about.case) {
        (Some(alert), _) => (of_alert, alert.to_string()),
        (None, Some(case)) => (of_case, case.to_string()),
        (None, None) => return Ok(false),
    };
    let hit = about.hit.map(|hit| hit.to_string()).unwrap_or_default();
    let since = now.saturating_sub(SAME_LOOK).unwrap_or(now);
    let actor = caller.actor().to_string();
    let values: [Value; 6] =
        [id.into(), act.into(), actor.into(), caller.authority.as_str().into(), since.into(), hit.into()];
    Ok(store.fetch_optional(sql, &values).await?.is_some())
}
