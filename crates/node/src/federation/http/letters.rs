//! Dead letters: what recipients refused for good, why, and trying again.

use crate::{
    Node,
    access::{Act, Caller},
    exchange::about_message,
    federation::{DeadLetter, dead_letters, retry_dead_letter},
    journal::Entry,
    random,
    web::{Problem, ProblemView},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use comity_delivery::RefusalCode;
use comity_model::{AuthorityId, id::MessageId};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What was refused for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterList {
    /// The oldest first; at most 500.
    items: Vec<DeadLetterView>,
}

/// A message that a recipient refused for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadLetterView {
    /// The message.
    #[schema(value_type = String, format = "uuid")]
    message: MessageId,
    /// Who refused it.
    #[schema(value_type = String)]
    authority: AuthorityId,
    /// The code that the refusal carried.
    code: String,
    /// What it means.
    why: &'static str,
    /// What to do next.
    advice: &'static str,
    /// Since when it waited.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// How often it was tried.
    attempts: u64,
}

impl From<DeadLetter> for DeadLetterView {
    fn from(letter: DeadLetter) -> Self {
        let code = RefusalCode::from_name(&letter.code);
        let DeadLetter { message, recipient: authority, since, attempts, .. } = letter;
        Self {
            message,
            authority,
            code: letter.code,
            why: meaning(code),
            advice: code.advice(),
            since,
            attempts,
        }
    }
}

/// A refusal code in words.
fn meaning(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::UnsupportedVersion => "the receiver does not speak this version",
        RefusalCode::UnknownKind => "the receiver does not know this kind of message",
        RefusalCode::Malformed => "the receiver could not read the envelope",
        RefusalCode::Oversize => "it is larger than the receiver takes",
        RefusalCode::UnknownSender => "the sender is no member in the receiver's registry",
        RefusalCode::PeerMismatch => "the sender is not served by the node that delivered it",
        RefusalCode::NotForUs => "the receiver serves none of the recipients",
        RefusalCode::MissingSignature => "one of the two signatures is missing",
        RefusalCode::BadSignature => "a signature does not verify",
        RefusalCode::KeyRevoked => "the signing key was revoked",
        RefusalCode::KeyUnknown => "the signing key is in no registry that the receiver knows",
        RefusalCode::KeyExpired => "the signing key was not valid at that time",
        RefusalCode::BodyMismatch => "the body is not the one that was signed",
        RefusalCode::Conflict => "the receiver has other content under the same identifier",
        RefusalCode::CannotOpen => "the body is not sealed to a key of the receiver",
        RefusalCode::ModeMismatch => "an exercise met a live node, or the reverse",
        _ => "the receiver gave a reason that this node takes for passing",
    }
}

/// What recipients refused for good, with the reason and what to do next.
#[utoipa::path(get, path = "/dead-letters", tag = "federation", responses(
    (status = 200, description = "the dead letters of the caller's authority", body = DeadLetterList),
    (status = 401, description = "`not_signed_in`", body = ProblemView)))]
pub(super) async fn get_dead_letters(
    State(node): State<Arc<Node>>,
    caller: Caller,
) -> Result<Json<DeadLetterList>, Problem> {
    caller.may(Act::ReadDeadLetters)?;
    let found = dead_letters(&node.store, &caller.authority).await?;
    Ok(Json(DeadLetterList { items: found.into_iter().map(Into::into).collect() }))
}

/// Puts a dead letter back into the outbox.
#[utoipa::path(post, path = "/dead-letters/{message}/{authority}/retry", tag = "federation",
    params(("message" = String, Path), ("authority" = String, Path)), responses(
    (status = 204, description = "in the outbox again"),
    (status = 403, description = "`role_forbids`", body = ProblemView),
    (status = 404, description = "`not_found`", body = ProblemView)))]
pub(super) async fn post_retry(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((message, recipient)): Path<(MessageId, AuthorityId)>,
) -> Result<StatusCode, Problem> {
    caller.may(Act::RetryDeadLetters)?;
    let now = random::now();
    let mut tx = node.store.begin("retry_dead_letter").await?;
    if !retry_dead_letter(&mut tx, &caller.authority, message, &recipient, now).await? {
        return Err(Problem::not_found("dead letter"));
    }
    let (about, _) = about_message(&mut tx, message).await?;
    let detail = serde_json::json!({ "recipient": recipient });
    let (authority, actor) = (Some(&caller.authority), caller.actor());
    tx.record(Entry::new(now, authority, &actor, "dead_letter_retried", about, detail));
    tx.commit().await?;
    node.wake_outbox();
    Ok(StatusCode::NO_CONTENT)
}
