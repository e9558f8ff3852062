//! The vault as a whole: how it is, its epochs, its scrubber.

use crate::{
    Node,
    access::{Act, Caller},
    evidence::{
        rotate::{self, Ending},
        scrub::{self, Pace},
        vault_status::{VaultStatus, status},
    },
    random,
    web::{Problem, ProblemView},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// That a new epoch is to begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EpochOrder {
    /// Remove the keys of all retired epochs now, without their time of grace?
    end_retired: bool,
}

/// What a change of epochs did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EpochView {
    /// The epoch that began.
    begun: Option<u64>,
    /// How many keys of items were sealed under its key.
    resealed: u64,
    /// Epochs that retired.
    retired: Vec<u64>,
    /// Epochs whose keys are gone.
    ended: Vec<u64>,
    /// What the operator must know of it.
    warning: Option<&'static str>,
}

/// How many objects wait for the scrubber.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScrubView {
    /// Objects that are going to be checked.
    objects: u64,
}

/// What older backups are worth once their epochs have ended.
const BACKUPS_USELESS: &str =
    "database backups made before this moment open no item of evidence any more; make a new backup now";

/// How the vault is.
#[utoipa::path(get, path = "/evidence/vault", tag = "evidence", responses(
    (status = 200, description = "how it is", body = VaultStatus),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn get(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<VaultStatus>, Problem> {
    caller.may(Act::ManageVault)?;
    let today = random::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(Json(status(&node, &caller.authority, today).await?))
}

/// Begins a new epoch: every key that is kept is sealed anew, and the old epoch is retired.
#[utoipa::path(post, path = "/evidence/vault/epoch", tag = "evidence", request_body = EpochOrder, responses(
    (status = 200, description = "done", body = EpochView),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 409, description = "`wrap_damaged`: all else was done", body = ProblemView)))]
pub(super) async fn epoch(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(order): Json<EpochOrder>,
) -> Result<Json<EpochView>, Problem> {
    caller.may(Act::ManageVault)?;
    let ending = if order.end_retired { Ending::AtOnce } else { Ending::AfterGrace };
    let turned = rotate::begin_next(&node, &caller.authority, &caller.actor(), ending).await?;
    let warning = order.end_retired.then_some(BACKUPS_USELESS);
    let (begun, resealed) = (turned.begun, turned.resealed);
    Ok(Json(EpochView { begun, resealed, retired: turned.retired, ended: turned.ended, warning }))
}

/// Checks every stored object at full speed, in the background; `GET /evidence/vault` tells how far it is.
#[utoipa::path(post, path = "/evidence/vault/scrub", tag = "evidence", responses(
    (status = 202, description = "begun", body = ScrubView),
    (status = 403, description = "`role_forbids`", body = ProblemView)))]
pub(super) async fn scrub(
    State(node): State<Arc<Node>>,
    caller: Caller,
) -> Result<(StatusCode, Json<ScrubView>), Problem> {
    caller.may(Act::ManageVault)?;
    scrub::enqueue(&node.store).await?;
    let stand = scrub::summary(&node.store).await?;
    tokio::spawn(async move {
        if let Err(fault) = scrub::pass(&node, random::now(), &Pace::full()).await {
            tracing::error!(%fault, "the scrubber stopped");
        }
    });
    Ok((StatusCode::ACCEPTED, Json(ScrubView { objects: stand.checked.saturating_add(stand.unchecked) })))
}
