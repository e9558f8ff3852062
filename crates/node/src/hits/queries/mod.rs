//! Private matching: an authority asks others whether they hold the same exact identifiers or, by fuzzy keys, persons that may be
//! the same, and they do not learn which; a hit
//! gives a handle, and what is shown of it an officer of the holder decides, or a rule that the authority has signed.
//!
//! The asker's side is `asked`, the holder's `received`; `epochs` is what a holder publishes and `peers` what others do. Abuse
//! is limited by the holder alone: budgets, consent to sweeps, canaries, and journals on both sides that commit to the same.

mod asked;
mod canaries;
mod claims;
mod engine;
mod epochs;
mod export;
pub mod http;
mod kept;
mod keyed;
mod leads;
mod oversight;
mod peers;
mod purge;
mod received;
pub mod rules;
pub(crate) mod serve;
mod standing;
mod sweeps;
mod tasks;
pub(in crate::hits) mod whole;

pub use asked::{AskTo, Asked, HitFound, HolderView, NewQuery, QueryView, ask, list, view};
pub use canaries::{CanaryView, InventedPerson, NewCanary, plant};
pub use claims::{
    ClaimView, Declining, DisclosingHit, NewClaim, claim, decline, disclose, list as list_claims,
    read as read_claim,
};
pub(crate) use epochs::{case_changed, selectors_changed};
pub use epochs::{refresh, rotate};
pub use export::{USAGE_TYPE, export_usage};
pub use leads::{Lead, LeadAnswer, LeadKey, LeadStrength};
pub use oversight::{Usage, budget, usage};
pub use purge::purge_old;
pub use standing::{RuleView, confirm_rule, list_rules, propose_rule, withdraw_rule};
pub use sweeps::{SweepView, consent, decline_sweep, lapse, list_sweeps};
pub(crate) use tasks::start;
pub use tasks::{check_answers, serve_queries};

use crate::{
    Node,
    exchange::Incoming,
    hits::MatchingError,
    journal::{Actor, Entry},
    locks::locked,
    store::{StoreError, Tx},
};
use comity_model::{AuthorityId, message::Message};
use comity_psi::oprf::HolderKey;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// What a running node keeps in memory for private matching. Cheap to clone.
#[derive(Clone, Default)]
pub struct Matching {
    keys: Arc<Mutex<epochs::Keys>>,
    /// Changes when there is something to do for a holder or for an asker.
    wake: watch::Sender<u64>,
}

impl Matching {
    fn key(&self, name: &(AuthorityId, u64)) -> Option<HolderKey> {
        locked(&self.keys).get(name).cloned()
    }

    fn remember(&self, name: (AuthorityId, u64), key: HolderKey) {
        locked(&self.keys).insert(name, key);
    }

    fn forget(&self, authority: &AuthorityId) {
        let mut keys = locked(&self.keys);
        keys.retain(|(whose, _), _| whose != authority);
    }

    /// Tells the tasks that there is something to do.
    pub fn wake(&self) {
        self.wake.send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Done, or why an arrived message has no effect.
type Outcome = Result<(), &'static str>;

/// What an arrived message means for private matching, in the transaction that stores it. Nothing is evaluated or decided here:
/// what is to be done is stored, and done by the tasks.
///
/// # Errors
/// Where the database fails; the whole batch is then put off.
pub(crate) async fn arrived(node: &Arc<Node>, tx: &mut Tx, incoming: &Incoming) -> Result<(), StoreError> {
    let outcome = match &incoming.message {
        Message::SelectorQuery(content) => received::arrived(tx, incoming, content).await?,
        Message::SelectorAnswer(content) => asked::answered(tx, incoming, content).await?,
        Message::HitClaim(content) => claims::claimed(node, tx, incoming, content).await?,
        Message::HitAnswer(content) => claims::answered(tx, incoming, content).await?,
        Message::SweepRequest(content) => sweeps::requested(node, tx, incoming, content).await?,
        Message::SweepAnswer(content) => sweeps::answered(node, tx, incoming, content).await?,
        _ => Ok(()),
    };
    if let Err(why) = outcome {
        let detail = serde_json::json!({
            "kind": incoming.message.kind(), "from": incoming.verified.statement().from, "why": why,
        });
        let (at, by) = (incoming.at, Some(&incoming.authority));
        tx.record(Entry::new(at, by, &Actor::Node, "message_without_effect", incoming.about(), detail));
    }
    Ok(())
}

/// Is it for the tasks?
pub(crate) fn concerns(message: &Message) -> bool {
    matches!(
        message,
        Message::SelectorQuery(_)
            | Message::SelectorAnswer(_)
            | Message::HitClaim(_)
            | Message::HitAnswer(_)
            | Message::SweepRequest(_)
            | Message::SweepAnswer(_)
    )
}
