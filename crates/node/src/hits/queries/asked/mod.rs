//! The asker's side: a query is blinded once and goes to all its holders in one envelope; each answer is checked against what
//! its holder has published, and only then looked up.

mod ask;
mod finish;
pub(super) mod store;
mod view;

pub use ask::{AskTo, Asked, NewQuery, ask};
pub(super) use ask::{Conditions, send_consented};
pub(super) use finish::finish_pending;
pub use view::{HitFound, HolderView, QueryView, list, view};

use super::Outcome;
use crate::{
    exchange::Incoming,
    store::{StoreError, Tx},
};
use comity_model::message::{SelectorAnswer, matching::QueryOutcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryState {
    /// A second authority is asked to consent; nothing has been sent to the holders.
    AwaitingConsent,
    /// Sent; some holders have not answered.
    Asked,
    /// Every holder has answered or refused.
    Finished,
    /// The second authority did not consent, or it could not be sent.
    Failed,
    /// The second authority did not decide in its time; nothing was sent.
    Lapsed,
}

/// Where a holder's answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// No answer yet.
    Waiting,
    /// An answer is here and is being checked against what the holder publishes.
    Checking,
    /// Answered, checked and looked up.
    Answered,
    /// The holder refused.
    Refused,
    /// What the holder answered is false; nothing of it is used.
    False,
}

/// Stores an answer, if this holder was asked and has not answered; it is checked later.
///
/// # Errors
/// Where the database fails.
pub(super) async fn answered(
    tx: &mut Tx,
    incoming: &Incoming,
    answer: &SelectorAnswer,
) -> Result<Outcome, StoreError> {
    let statement = incoming.verified.statement();
    let Some(row) = store::holder(tx, &incoming.authority, answer.query, &statement.from).await? else {
        return Ok(Err("that authority was not asked by such a query"));
    };
    if row.state != AnswerState::Waiting {
        return Ok(Err("that authority has answered the query before"));
    }
    let done = match &answer.outcome {
        QueryOutcome::Evaluated(_) => {
            let checking = (AnswerState::Checking, Some(statement.id));
            store::note_answer(tx, &row, checking, None, incoming.at).await?
        }
        QueryOutcome::Refused(refused) => {
            finish::note_refused(tx, incoming, &row, refused).await?;
            true
        }
    };
    Ok(if done { Ok(()) } else { Err("that authority has answered the query before") })
}
