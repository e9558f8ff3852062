//! The check of a claimed basis before anything is written, and the authorisation of one that the tables contradict.

use super::told;
use crate::{
    Node,
    access::{Act, Caller},
    law::{Authorisation, NewAuthorisation, ask::as_known_on, ask::place_of, authorise, rules::day},
    random,
    store::code_text,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use comity_law::{
    Language, Place,
    basis::{Claim, check},
};
use comity_model::{AuthorityId, id::AuthorisationId, marking::Purpose, message::MessageKind};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};
use utoipa::{IntoParams, ToSchema};

/// In which language.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Told {
    /// `en`, `fr`, `es` or `ar`.
    #[param(value_type = Option<String>)]
    language: Option<Language>,
}

/// A basis to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimedBasis {
    /// The instrument, by its code.
    #[schema(example = "HAGUE_1980")]
    instrument: String,
    /// The article.
    #[schema(example = "7")]
    article: String,
    /// The kind of message, such as `alert`.
    #[schema(value_type = String)]
    kind: MessageKind,
    /// The purpose of its marking, such as `locate_missing_child`.
    #[schema(value_type = String)]
    purpose: Purpose,
    /// Who sends: an authority of the registry, or a place; otherwise the caller's own authority.
    #[serde(default)]
    from: Option<String>,
    /// To whom: authorities of the registry, or places.
    #[schema(example = json!(["MA-NCB"]))]
    to: Vec<String>,
    /// The day for which it is asked; otherwise today.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// The day of the event, such as the removal.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    event: Option<Date>,
    /// The offence by its harmonised concept.
    #[serde(default)]
    offence: Option<String>,
    /// The child's day of birth.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    child_born: Option<Date>,
}

/// Would the tables carry a message on this basis? The same check as before each message leaves; nothing is stored.
#[utoipa::path(post, path = "/law/check", tag = "law", params(Told), request_body = ClaimedBasis, responses(
    (status = 200, description = "`verdict` (`supported`, `unknown`, `contradicted`), `reasons`, `data_set`, `sources`", body = Object),
    (status = 422, description = "`question_refused`", body = ProblemView)))]
pub(super) async fn post_check(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Query(told_in): Query<Told>,
    Json(asked): Json<ClaimedBasis>,
) -> Result<Json<Value>, Problem> {
    caller.may(Act::ReadLaw)?;
    let law = as_known_on(&node, None).await?;
    let from = match &asked.from {
        Some(from) => place_of(&node, from)?,
        None => caller.authority.jurisdiction().into(),
    };
    let to = asked.to.iter().map(|to| place_of(&node, to)).collect::<Result<BTreeSet<Place>, _>>()?;
    let to: Vec<Place> = to.into_iter().collect();
    let claim = Claim {
        instrument: &asked.instrument,
        article: &asked.article,
        kind: asked.kind,
        purpose: &code_text(&asked.purpose),
        from: &from,
        to: &to,
        on: asked.on.unwrap_or_else(|| day(random::now())),
        event: asked.event,
        child_born: asked.child_born,
        offence: asked.offence.as_deref(),
    };
    told(&check(&law, &claim), told_in.language)
}

/// An authorisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuthorisationView {
    /// What the sender names.
    #[schema(value_type = String, format = "uuid")]
    id: AuthorisationId,
    /// The instrument.
    instrument: String,
    /// The article.
    article: String,
    /// To whom, at most.
    #[schema(value_type = Vec<String>)]
    to: BTreeSet<AuthorityId>,
    /// Why.
    reason: String,
    /// The supervising officer, by name.
    given_by: String,
    /// Until when it holds.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Authorisation> for AuthorisationView {
    fn from(given: Authorisation) -> Self {
        let Authorisation { id, instrument, article, to, reason, given_by, expires_at, .. } = given;
        Self { id, instrument, article, to, reason, given_by, expires_at }
    }
}

/// Lets another officer send on a basis that the tables contradict, within 24 hours. Whoever gives it may not write or send
/// what it covers; both stand in the journal.
#[utoipa::path(post, path = "/law/authorisations", tag = "law", request_body = NewAuthorisation, responses(
    (status = 201, description = "given", body = AuthorisationView),
    (status = 403, description = "`role_forbids`: only a releasing officer may", body = ProblemView),
    (status = 422, description = "`question_refused`", body = ProblemView)))]
pub(super) async fn post_authorisation(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewAuthorisation>,
) -> Result<(StatusCode, Json<AuthorisationView>), Problem> {
    caller.may(Act::AuthoriseBasis)?;
    Ok((StatusCode::CREATED, Json(authorise(&node, &caller, new).await?.into())))
}
