//! Deconfliction: two authorities that both consent compare their whole case loads, and each learns which of its own entries the
//! other has too, and nothing of the rest.
//!
//! Two officers of each side consent in signed messages (`offer`, `answer`). Then the nodes do the comparing by themselves: the
//! offerer's leads (`lead`), the other's follows (`follow`, served to peers by `serve`). What is found is kept on both sides
//! (`finish`); what is shown of it is claimed and decided as after a private query. A session lives in memory alone: what breaks off
//! is begun anew, at most three times, and both sides are held to the sets of the first time (`fixed`). Of several replicas of a
//! follower's node the one that holds the session says so in the database (`lease`), and the leader finds its way there (`road`).

mod answer;
mod arrive;
mod claims;
mod finish;
mod fixed;
mod follow;
pub mod http;
mod lead;
mod lease;
mod limits;
mod offer;
mod own;
mod purge;
mod road;
pub mod rules;
pub(crate) mod serve;
mod spool;
pub(in crate::hits) mod store;
mod tasks;
mod view;

pub use answer::{Accepting, accept, decline, withdraw};
pub(crate) use arrive::{arrived, concerns};
pub use claims::{NewMatchClaim, claim};
pub use finish::expire;
pub use limits::{LimitsView, limits};
pub use offer::{NewDeconfliction, confirm, prepare};
pub(in crate::hits) use purge::purge_old;
pub(crate) use tasks::{clear, start};
pub use view::{CommitmentsView, DeconflictionView, MatchView, list, view};

use crate::{
    hits::MatchingError,
    journal::{About, Actor, Entry},
    locks::locked,
    store::StoreError,
};
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};
use store::DeconflictionRow;
use tokio::sync::watch;
use utoipa::ToSchema;

/// Who began it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeconflictionDirection)]
pub enum Direction {
    /// Offered by us: we lead.
    Offered,
    /// Offered to us: we follow.
    Received,
}

/// Where a deconfliction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeconflictionState)]
pub enum State {
    /// Prepared by an officer; another confirms it before it is offered.
    Prepared,
    /// Offered; the other side has not answered.
    Offered,
    /// Offered to us; nothing was decided.
    Received,
    /// An officer of ours would accept; another confirms it.
    Accepting,
    /// Both sides consent; the nodes begin as soon as they can.
    Accepted,
    /// The nodes are comparing.
    Running,
    /// Both know what they have in common.
    Finished,
    /// Declined, by whom it was offered to.
    Declined,
    /// Withdrawn by us.
    Withdrawn,
    /// Ended by the other side.
    Ended,
    /// It could not be carried out; nothing was learnt.
    Failed,
    /// Its time was over before it was carried out.
    Expired,
}

impl State {
    /// Is nothing to come any more?
    #[must_use]
    pub fn is_over(self) -> bool {
        match self {
            Self::Prepared
            | Self::Offered
            | Self::Received
            | Self::Accepting
            | Self::Accepted
            | Self::Running => false,
            Self::Finished
            | Self::Declined
            | Self::Withdrawn
            | Self::Ended
            | Self::Failed
            | Self::Expired => true,
        }
    }

    /// Do both sides consent, and is it not over?
    #[must_use]
    pub fn is_agreed(self) -> bool {
        matches!(self, Self::Accepted | Self::Running)
    }
}

/// What a running session is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeconflictionStep)]
pub enum Step {
    /// The own set is gathered.
    Preparing,
    /// The leader's set goes to the follower.
    Sending,
    /// The follower's set comes.
    Receiving,
    /// The leader compares.
    Comparing,
    /// The leader tells what matched.
    Telling,
}

/// How far a running session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = DeconflictionProgress)]
pub struct Progress {
    /// What it is doing.
    pub step: Step,
    /// Frames of that step that are done.
    pub done: u32,
    /// Frames of that step.
    pub of: u32,
}

/// A deconfliction as memory names it: ours, and the offer's message.
type Name = (AuthorityId, MessageId);

/// What was refused: the peer, the offer, and why.
type RefusalNoted = (String, MessageId, &'static str);

/// What a running node keeps in memory for deconfliction. Cheap to clone.
#[derive(Clone, Default)]
pub struct Deconflictions {
    replica: lease::Replica,
    following: follow::Following,
    progress: Arc<Mutex<HashMap<Name, Progress>>>,
    /// What peers were refused, so that each refusal is written down once and not as often as they ask.
    refused: Arc<Mutex<BTreeSet<RefusalNoted>>>,
    /// Changes when there is something to do.
    wake: watch::Sender<u64>,
}

/// So many refusals are remembered; then they are written down again.
const REMEMBERED_REFUSALS: usize = 4096;

impl Deconflictions {
    /// Tells the tasks that there is something to do.
    pub fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn note(&self, name: &Name, progress: Progress) {
        let mut all = locked(&self.progress);
        all.insert(name.clone(), progress);
    }

    fn forget(&self, name: &Name) {
        locked(&self.progress).remove(name);
    }

    fn progress(&self, name: &Name) -> Option<Progress> {
        locked(&self.progress).get(name).copied()
    }

    /// Was that not refused to this peer before?
    fn is_new_refusal(&self, peer: &str, offer: MessageId, why: &'static str) -> bool {
        let mut refused = locked(&self.refused);
        if refused.len() >= REMEMBERED_REFUSALS {
            refused.clear();
        }
        refused.insert((peer.to_owned(), offer, why))
    }
}

/// Done, or why an arrived message has no effect.
type Outcome = Result<(), &'static str>;

impl DeconflictionRow {
    fn name(&self) -> Name {
        (self.authority.clone(), self.id)
    }

    fn about(&self) -> About {
        About { exchange: Some(self.exchange), message: Some(self.id), ..About::default() }
    }

    /// An entry that commits to what both sides have agreed and how far it is; `more` says what is special.
    fn entry(&self, actor: &Actor, act: &str, more: Value, at: Timestamp) -> Entry {
        let mut detail = json!({
            "deconfliction": self.id, "with": self.peer, "direction": self.direction, "scope": self.detail.scope,
            "session": self.session, "attempt": self.attempts, "own_entries": self.own_entries,
            "peer_entries": self.peer_entries,
        });
        if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
            detail.extend(more);
        }
        Entry::new(at, Some(&self.authority), actor, act, self.about(), detail)
    }

    /// The session, the same in all attempts.
    fn session_bytes(&self) -> [u8; 16] {
        rules::session(self.id, &self.base)
    }
}

/// Runs what takes processor time, or waits for a disk, on a thread of its own.
///
/// # Errors
/// What it says, or [`MatchingError::Interrupted`].
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MatchingError> + Send + 'static,
) -> Result<T, MatchingError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| MatchingError::Interrupted)?
}

/// Our own under a handle of a finished deconfliction, for claims on it: kind, whether it is a canary, and the persons, each with
/// its case.
///
/// # Errors
/// Where the database fails.
pub(in crate::hits) async fn ours(
    node: &crate::Node,
    authority: &AuthorityId,
    deconfliction: MessageId,
    handle: &str,
) -> Result<Option<store::matches::Ours>, StoreError> {
    store::matches::ours(&node.store, authority, deconfliction, handle).await
}
