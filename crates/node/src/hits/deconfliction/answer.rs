//! What officers do with an offer of another authority, and how either side takes its consent back. The other side is told of an
//! end by the node itself, in the background, so that an end is never held up.

use super::{
    Direction, MatchingError, State,
    offer::{changed, loaded, said, sized, under_terms},
    store::{self, DeconflictionRow, Terms},
};
use crate::{
    Node,
    access::Caller,
    exchange::{self, ExchangeError, Outgoing},
    hits::queries::whole,
    journal::Actor,
    law::{Basis, BasisChoice},
    random,
};
use comity_model::{
    id::MessageId,
    marking::Marking,
    message::{DeconflictionAnswer, Message, deconfliction::DeconflictionOutcome},
    statement::Urgency,
};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::ToSchema;

/// The rule in whose name the other side is told of an end.
const RULE: Actor = Actor::Rule("end_deconfliction");

/// Why nothing is decided any more.
pub(super) const OVER: &str = "its time is over on both sides; the other side must offer anew";

/// Is the time over in which an offer to us may be decided?
pub(super) fn is_late(row: &DeconflictionRow) -> bool {
    let undecided = matches!(row.state, State::Received | State::Accepting);
    let over = undecided && row.expires_at.is_none_or(|until| until <= random::now());
    over || (row.state == State::Expired && row.direction == Direction::Received)
}

/// An acceptance to prepare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepting {
    /// Why; it stays here.
    pub why: String,
    /// The marking; without it that of the offer.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub marking: Option<Marking>,
    /// Our own basis in law; the node finds out what it is worth.
    pub legal_basis: BasisChoice,
}

/// Prepares the acceptance of an offer. Nothing leaves before another officer confirms it.
///
/// # Errors
/// Where the offer is not open, our limits forbid it, or the message could not leave.
pub async fn accept(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    accepting: Accepting,
) -> Result<(), MatchingError> {
    let why = said(&accepting.why)?;
    let mut row = loaded(node, caller, id).await?;
    let now = random::now();
    if is_late(&row) {
        return Err(MatchingError::comparison_state(OVER));
    }
    if row.state != State::Received {
        return Err(MatchingError::comparison_state("the offer is not open; read it again"));
    }
    let offered = row.detail.marking.as_ref().map(|marking| whole::marking_that_runs(marking, now));
    let marking = accepting.marking.or(offered).ok_or(MatchingError::Kept("the offer's marking"))?;
    row.detail.terms = Some(Terms { marking, legal_basis: accepting.legal_basis, urgency: Urgency::Routine });
    row.detail.reason = Some(why);
    row.detail.other_officer = Some(whole::pseudonym(node, &row.authority, caller.officer)?);
    row.detail.prepared_by = Some(caller.name.clone());
    row.detail.prepared_at = Some(now);
    let mut row = sized(node, row).await?;
    exchange::prepare(node, acceptance(&row, [&caller.name])?).await?;
    (row.state, row.own_entries, row.changed_at) = (State::Accepting, None, now);
    let mut tx = node.store.begin("accept_deconfliction").await?;
    if !store::save(&mut tx, &mut row).await? {
        return Err(changed());
    }
    tx.record(row.entry(&caller.actor(), "deconfliction_acceptance_prepared", json!({}), now));
    tx.commit().await?;
    Ok(())
}

/// The message that accepts.
pub(super) fn acceptance<const N: usize>(
    row: &DeconflictionRow,
    officers: [&String; N],
) -> Result<Outgoing, MatchingError> {
    let entries = row.own_entries.and_then(|entries| u32::try_from(entries).ok());
    let entries = entries.ok_or(MatchingError::Kept("the size"))?;
    let officer = row.detail.other_officer.clone().unwrap_or_default();
    let outcome = DeconflictionOutcome::Accepted { entries, officer };
    let message = Message::DeconflictionAnswer(DeconflictionAnswer { offer: row.id, outcome });
    under_terms(row, officers, random::new_id(MessageId::new), message)
}

/// Declines an offer; the other side is told why.
///
/// # Errors
/// Where the offer is not open.
pub async fn decline(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    reason: &str,
) -> Result<(), MatchingError> {
    let row = loaded(node, caller, id).await?;
    if is_late(&row) {
        return Err(MatchingError::comparison_state(OVER));
    }
    if !matches!(row.state, State::Received | State::Accepting) {
        return Err(MatchingError::comparison_state("the offer is not open; withdraw where it was accepted"));
    }
    if end(node, row, State::Declined, caller, reason).await? { Ok(()) } else { Err(changed()) }
}

/// How often consent is taken back anew over what the node itself writes meanwhile.
const TRIES: usize = 8;

/// Takes our consent back. Where something had been sent, the other side is told; a session that runs ends. An attempt that begins,
/// breaks off or is agreed to in the same moment does not hold that up; what another officer has just done does.
///
/// # Errors
/// Where it is over, or another officer was quicker.
pub async fn withdraw(
    node: &Arc<Node>,
    caller: &Caller,
    id: MessageId,
    reason: &str,
) -> Result<(), MatchingError> {
    for _ in 0..TRIES {
        let row = loaded(node, caller, id).await?;
        if row.state.is_over() || row.state == State::Received {
            return Err(MatchingError::comparison_state(
                "there is nothing of ours to withdraw; read it again",
            ));
        }
        let is_left_to_node = row.state == State::Offered || row.state.is_agreed();
        if end(node, row, State::Withdrawn, caller, reason).await? {
            return Ok(());
        }
        if !is_left_to_node {
            break;
        }
    }
    Err(changed())
}

/// `false` where it was changed meanwhile.
async fn end(
    node: &Arc<Node>,
    mut row: DeconflictionRow,
    state: State,
    caller: &Caller,
    reason: &str,
) -> Result<bool, MatchingError> {
    let reason = whole::words(reason).ok_or_else(|| {
        MatchingError::unfit_comparison("reason", "is blank or longer than 2,000 characters; say why")
    })?;
    let now = random::now();
    row.tell = match row.state {
        State::Prepared => false,
        // A withdrawn acceptance that was not confirmed leaves the offer as it was.
        State::Accepting if state == State::Withdrawn => {
            return reopen(node, row, caller, &reason).await;
        }
        _ => true,
    };
    (row.state, row.changed_at) = (state, now);
    row.detail.fault = Some(reason.clone());
    row.detail.ended_by = Some(caller.name.clone());
    let act = if state == State::Declined { "deconfliction_declined" } else { "deconfliction_withdrawn" };
    let mut tx = node.store.begin("end_deconfliction").await?;
    if !store::save(&mut tx, &mut row).await? {
        return Ok(false);
    }
    store::matches::forget(&mut tx, &row).await?;
    tx.record(row.entry(&caller.actor(), act, json!({ "why": reason }), now));
    tx.commit().await?;
    node.deconflictions.following.drop_session(&row.name());
    node.deconflictions.wake();
    Ok(true)
}

async fn reopen(
    node: &Arc<Node>,
    mut row: DeconflictionRow,
    caller: &Caller,
    reason: &str,
) -> Result<bool, MatchingError> {
    let now = random::now();
    (row.state, row.changed_at) = (State::Received, now);
    row.detail.terms = None;
    row.detail.prepared_by = None;
    row.detail.prepared_at = None;
    row.detail.other_officer = None;
    let mut tx = node.store.begin("reopen_deconfliction").await?;
    if !store::save(&mut tx, &mut row).await? {
        return Ok(false);
    }
    tx.record(row.entry(&caller.actor(), "deconfliction_withdrawn", json!({ "why": reason }), now));
    tx.commit().await?;
    Ok(true)
}

/// Tells other sides of ends that they do not know of.
///
/// # Errors
/// Where the database fails; the next round goes on.
pub(super) async fn tell_ends(node: &Arc<Node>) -> Result<(), MatchingError> {
    for mut row in store::to_tell(&node.store).await? {
        if !node.serves(&row.authority) {
            continue;
        }
        let prepared = match exchange::prepare(node, told(&row)?).await {
            Ok(prepared) => Some(prepared),
            Err(ExchangeError::Store(fault)) => return Err(fault.into()),
            Err(fault @ (ExchangeError::Statement(_) | ExchangeError::Basis(_))) => {
                tracing::warn!(%fault, "the end of a deconfliction cannot be told");
                None
            }
            // Later, when the registry or the members are others.
            Err(_) => continue,
        };
        row.tell = false;
        let mut tx = node.store.begin("tell_deconfliction_end").await?;
        if !store::save(&mut tx, &mut row).await? {
            continue;
        }
        if let Some(prepared) = prepared {
            exchange::put(&mut tx, &prepared, &RULE, row.about()).await?;
        }
        tx.commit().await?;
        node.wake_outbox();
    }
    Ok(())
}

/// To say that nothing is compared gives nothing: the basis of what was said before carries it.
fn told(row: &DeconflictionRow) -> Result<Outgoing, MatchingError> {
    let why = row.detail.fault.clone().unwrap_or_default();
    let declined = row.state == State::Declined && row.direction == Direction::Received;
    let outcome =
        if declined { DeconflictionOutcome::Declined { why } } else { DeconflictionOutcome::Ended { why } };
    let basis = row.detail.own_basis.clone().or_else(|| row.detail.legal_basis.clone());
    let terms = row.detail.terms.as_ref();
    let marking = terms.map(|terms| terms.marking.clone()).or_else(|| row.detail.marking.clone());
    let marking = marking.ok_or(MatchingError::Kept("the marking"))?;
    let basis = basis.ok_or(MatchingError::Kept("the basis"))?;
    Ok(Outgoing {
        id: random::new_id(MessageId::new),
        from: row.authority.clone(),
        to: BTreeSet::from([row.peer.clone()]),
        exchange: row.exchange,
        reply_to: Some(row.id),
        urgency: Urgency::Routine,
        marking: whole::marking_that_runs(&marking, random::now()),
        legal_basis: Basis::Stored(basis),
        message: Message::DeconflictionAnswer(DeconflictionAnswer { offer: row.id, outcome }),
    })
}
