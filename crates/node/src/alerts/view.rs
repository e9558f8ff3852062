//! Alerts as officers see them: with their deliveries, hits and sightings. Photographs are left out unless asked for.

use super::{
    AlertError, AlertRow, AlertState, Direction, StoredState, plausibility, rules,
    sightings::{self, SightingRow},
    store,
};
use crate::{
    Node,
    access::Caller,
    cases::{Look, look},
    exchange,
    federation::{DeliveryView, deliveries_of},
    hits::{self, HitView},
    random,
};
use comity_model::{
    AuthorityId,
    case::Place,
    id::{CaseId, ExchangeId, MessageId, SightingId},
    legal::LegalBasis,
    marking::Marking,
    message::{Alert, MissingItem},
    statement::{Mode, Urgency},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// An alert.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AlertView {
    /// The message that raises it; the draft has the same identifier.
    #[schema(value_type = String)]
    pub id: MessageId,
    /// Ours or another's.
    pub direction: Direction,
    /// The thread.
    #[schema(value_type = String)]
    pub exchange: ExchangeId,
    /// Our own case, where it is our alert.
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// Whose alert it is.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// To whom it goes or went.
    #[schema(value_type = Vec<String>)]
    pub to: BTreeSet<AuthorityId>,
    /// Where it stands.
    pub state: AlertState,
    /// `live` or `exercise`.
    #[schema(value_type = String)]
    pub mode: Mode,
    /// How soon an answer is due.
    #[schema(value_type = String)]
    pub urgency: Urgency,
    /// The conditions.
    #[schema(value_type = Object)]
    pub marking: Marking,
    /// The basis in law.
    #[schema(value_type = Object)]
    pub legal_basis: LegalBasis,
    /// What this node's check of it found: `{verdict, reasons, data_set}`, the verdict being `supported`, `unknown` or
    /// `contradicted`, each reason `{key, text, values}`; of a draft, today's. Null once withdrawn.
    #[schema(value_type = Option<Object>)]
    pub assessment: Option<Value>,
    /// The officer who raised it, by name.
    pub raised_by: Option<String>,
    /// When; of another's alert, when it was released.
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// The officer who released it.
    pub released_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub released_at: Option<Timestamp>,
    /// Why one officer alone released it.
    pub emergency_reason: Option<String>,
    /// When it was cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// What it says; names and photographs are absent once withdrawn.
    #[schema(value_type = Object)]
    pub alert: Alert,
    /// What a draft still lacks.
    #[schema(value_type = Vec<String>)]
    pub missing: Vec<MissingItem>,
    /// Where each recipient's copy of our alert stands.
    pub deliveries: Vec<DeliveryOfAlert>,
    /// Our persons that another's alert may speak of.
    pub hits: Vec<HitView>,
    /// Where the child may have been seen.
    pub sightings: Vec<SightingView>,
}

/// Where one recipient's copy of an alert stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryOfAlert {
    /// The recipient.
    #[schema(value_type = String)]
    pub authority: AuthorityId,
    /// `queued`, `receipted` or `dead`.
    pub state: String,
    /// When the receipt was verified here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub receipted_at: Option<Timestamp>,
    /// From the release to the verified receipt, in milliseconds.
    pub milliseconds: Option<i64>,
    /// When the recipient says that it has withdrawn names and photographs.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn_at: Option<Timestamp>,
    /// How often it was tried in vain.
    pub attempts: u64,
    /// The last fault.
    pub last_fault: Option<String>,
}

/// A sighting, with what speaks against it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SightingView {
    /// Its identifier at the authority that took it.
    #[schema(value_type = String)]
    pub id: SightingId,
    /// That authority.
    #[schema(value_type = String)]
    pub from: AuthorityId,
    /// When it was.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
    /// Where it was.
    #[schema(value_type = Object)]
    pub place: Place,
    /// What was seen.
    pub what: String,
    /// When it was stored here.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Reported here, or by another.
    pub direction: Direction,
    /// Can it hardly be of this child?
    pub implausible: bool,
    /// Why.
    pub why: Option<String>,
    /// An earlier one that says the same.
    #[schema(value_type = Option<String>)]
    pub duplicate_of: Option<SightingId>,
}

/// An alert in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertSummary {
    /// The alert.
    #[schema(value_type = String)]
    pub id: MessageId,
    /// One line without names.
    pub headline: String,
    /// Where it stands.
    pub state: AlertState,
    /// When it was raised.
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// When it was released.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub released_at: Option<Timestamp>,
}

/// An alert, for an officer to read; the look is written down.
///
/// # Errors
/// No such alert, or a failing database.
pub async fn read(
    node: &Node,
    caller: &Caller,
    id: MessageId,
    photographs: bool,
) -> Result<AlertView, AlertError> {
    let row = super::load(node, &caller.authority, id).await?;
    let about = row.about();
    look(node, caller, Look { act: "alert_read", about, photographs }, random::now()).await?;
    view(node, row, photographs).await
}

/// The newest alerts of an authority.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    node: &Node,
    authority: &AuthorityId,
    direction: Option<Direction>,
    limit: u64,
) -> Result<Vec<AlertView>, AlertError> {
    let mut views = Vec::new();
    for row in store::newest(&node.store, authority, direction, limit).await? {
        views.push(view(node, row, false).await?);
    }
    Ok(views)
}

/// The alerts that a case has raised, each in a line.
///
/// # Errors
/// Where the database fails.
pub async fn summaries(
    node: &Node,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<Vec<AlertSummary>, AlertError> {
    let now = random::now();
    let mut summaries = Vec::new();
    for row in store::of_case(&node.store, authority, case).await? {
        let confirmed = all_confirmed(&deliveries_of(&node.store, row.id).await?);
        summaries.push(AlertSummary {
            id: row.id,
            state: rules::state(&row, confirmed, now),
            headline: row.alert.headline,
            raised_at: row.raised_at,
            released_at: row.released_at,
        });
    }
    Ok(summaries)
}

fn all_confirmed(deliveries: &[DeliveryView]) -> bool {
    !deliveries.is_empty() && deliveries.iter().all(|delivery| delivery.withdrawn_at.is_some())
}

pub(super) async fn view(node: &Node, row: AlertRow, photographs: bool) -> Result<AlertView, AlertError> {
    let now = random::now();
    let assessment = assessment(node, &row).await?;
    let (mut deliveries, mut found) = (Vec::new(), Vec::new());
    match row.direction {
        Direction::Outgoing => deliveries = deliveries_of(&node.store, row.id).await?,
        Direction::Incoming => found = hits::of_alert(node, &row.authority, row.id).await?,
    }
    let seen = sightings::of_alert(&node.store, &row.authority, row.id).await?;
    let state = rules::state(&row, all_confirmed(&deliveries), now);
    let released_at = row.released_at;
    let missing = if state == AlertState::Raised { rules::missing(&row.alert, now) } else { Vec::new() };
    let sightings = sighting_views(&row.alert, seen);
    Ok(AlertView {
        id: row.id,
        direction: row.direction,
        exchange: row.exchange,
        case: row.case,
        from: row.sender,
        to: row.recipients,
        state,
        mode: node.mode(),
        urgency: row.urgency,
        marking: row.marking,
        legal_basis: row.legal_basis,
        assessment,
        raised_by: row.raised_by,
        raised_at: row.raised_at,
        released_by: row.released_by,
        released_at,
        emergency_reason: row.emergency_reason,
        cancelled_at: row.cancelled_at,
        alert: if photographs { row.alert } else { without_photographs(row.alert) },
        missing,
        deliveries: deliveries.into_iter().map(|delivery| delivery_view(delivery, released_at)).collect(),
        hits: found,
        sightings,
    })
}

async fn assessment(node: &Node, row: &AlertRow) -> Result<Option<Value>, AlertError> {
    if row.state == StoredState::Raised {
        let (_, found) = super::commands::current(node, row).await?;
        return Ok(serde_json::to_value(found).ok());
    }
    Ok(exchange::assessment_of(&node.store, &row.authority, row.id, &row.sender).await?)
}

fn without_photographs(mut alert: Alert) -> Alert {
    alert.child.photograph = None;
    if let Some(taker) = &mut alert.alleged_taker {
        taker.photograph = None;
    }
    alert
}

fn delivery_view(delivery: DeliveryView, released_at: Option<Timestamp>) -> DeliveryOfAlert {
    let took = |receipted: Timestamp| Some(receipted.as_millisecond() - released_at?.as_millisecond());
    DeliveryOfAlert {
        milliseconds: delivery.receipted_at.and_then(took),
        authority: delivery.authority,
        state: delivery.state,
        receipted_at: delivery.receipted_at,
        withdrawn_at: delivery.withdrawn_at,
        attempts: delivery.attempts,
        last_fault: delivery.fault,
    }
}

fn sighting_views(alert: &Alert, rows: Vec<SightingRow>) -> Vec<SightingView> {
    let flagged = |(at, row): (usize, &SightingRow)| {
        let content = &row.content;
        let earlier = rows.iter().take(at).map(|row| &row.content);
        let why = plausibility::implausible(alert, content.seen_at, &content.place);
        SightingView {
            id: content.id,
            from: row.sender.clone(),
            seen_at: content.seen_at,
            place: content.place.clone(),
            what: content.what.clone(),
            received_at: row.stored_at,
            direction: row.direction,
            implausible: why.is_some(),
            why,
            duplicate_of: earlier
                .filter(|earlier| plausibility::is_duplicate(earlier, content))
                .map(|earlier| earlier.id)
                .next(),
        }
    };
    rows.iter().enumerate().map(flagged).collect()
}
