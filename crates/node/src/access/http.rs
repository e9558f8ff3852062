//! The routes of access: the session, and the accounts.

use super::{
    AccessError, Act, COOKIE, Caller, NewOfficer, Role, Session, SignedIn, create_officer, officers, sign_in,
    sign_out,
};
use crate::{Node, random, web::Problem};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use comity_model::{AuthorityId, id::OfficerId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, sync::Arc};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new()
        .routes(routes!(post_session, get_session, delete_session))
        .routes(routes!(post_officer, get_officers))
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The name to sign in with.
    name: String,
    /// The password.
    password: String,
}

/// An officer, as others see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerView {
    /// The account.
    #[schema(value_type = String, format = "uuid")]
    id: OfficerId,
    /// The name to sign in with.
    name: String,
    /// The name to show.
    display_name: String,
    /// What the officer may do.
    role: Role,
    /// For whom the officer acts.
    #[schema(value_type = String, example = "FR-NCB")]
    authority: AuthorityId,
}

impl From<Caller> for OfficerView {
    fn from(caller: Caller) -> Self {
        let Caller { officer: id, name, display_name, role, authority } = caller;
        Self { id, name, display_name, role, authority }
    }
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// For `Authorization: Bearer`; only in the answer to a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// When it ends if nothing more is asked.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Who has signed in.
    officer: OfficerView,
}

/// Signs in: sets the cookie and gives the same token for programs.
#[utoipa::path(post, path = "/session", tag = "access", request_body = Credentials, security(()), responses(
    (status = 200, description = "signed in", body = SessionView),
    (status = 401, description = "`sign_in_failed`, alike for a wrong name and a wrong password", body = crate::web::ProblemView),
    (status = 429, description = "`locked_out` after too many failures", body = crate::web::ProblemView)))]
async fn post_session(
    State(node): State<Arc<Node>>,
    headers: HeaderMap,
    Json(given): Json<Credentials>,
) -> Result<Response, Problem> {
    let SignedIn { token, session } = sign_in(&node, &given.name, &given.password, random::now()).await?;
    let secure = over_tls(&headers, node.config.api);
    let cookie = set_cookie(&token, secure)?;
    let view =
        SessionView { token: Some(token), expires_at: session.ends_at, officer: session.caller.into() };
    Ok(([(header::SET_COOKIE, cookie)], Json(view)).into_response())
}

/// Who has signed in.
#[utoipa::path(get, path = "/session", tag = "access", responses(
    (status = 200, description = "the session", body = SessionView),
    (status = 401, description = "`not_signed_in`", body = crate::web::ProblemView)))]
async fn get_session(session: Session) -> Json<SessionView> {
    Json(SessionView { token: None, expires_at: session.ends_at, officer: session.caller.into() })
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "access", responses(
    (status = 204, description = "signed out"),
    (status = 401, description = "`not_signed_in`", body = crate::web::ProblemView)))]
async fn delete_session(State(node): State<Arc<Node>>, session: Session) -> Result<Response, Problem> {
    sign_out(&node, &session, random::now()).await?;
    let gone = HeaderValue::from_static("comity_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficerRequest {
    /// The name to sign in with: 2 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter first.
    name: String,
    /// The name to show.
    display_name: String,
    /// What the officer may do.
    role: Role,
    /// For whom the officer acts: the administrator's own authority.
    #[schema(value_type = String, example = "FR-NCB")]
    authority: AuthorityId,
    /// At least 12 characters.
    #[schema(min_length = 12)]
    password: String,
}

/// Makes an account at the administrator's authority.
#[utoipa::path(post, path = "/officers", tag = "access", request_body = NewOfficerRequest, responses(
    (status = 201, description = "made", body = OfficerView),
    (status = 403, description = "`role_forbids`, `other_authority`", body = crate::web::ProblemView),
    (status = 409, description = "`name_taken`", body = crate::web::ProblemView),
    (status = 422, description = "`officer_refused`", body = crate::web::ProblemView)))]
async fn post_officer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Json(new): Json<NewOfficerRequest>,
) -> Result<(StatusCode, Json<OfficerView>), Problem> {
    caller.may(Act::ManageOfficers)?;
    if new.authority != caller.authority {
        let detail = format!("accounts of `{}` are made by its own administrator", new.authority);
        return Err(Problem::forbidden("other_authority", detail));
    }
    let NewOfficerRequest { name, display_name, role, authority, password } = new;
    let new = NewOfficer { name, display_name, role, authority, password };
    let made: Result<_, AccessError> = create_officer(&node.store, new, &caller.actor(), random::now()).await;
    Ok((StatusCode::CREATED, Json(made?.into())))
}

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerList {
    /// By name.
    items: Vec<OfficerView>,
}

/// The accounts of the administrator's authority.
#[utoipa::path(get, path = "/officers", tag = "access", responses(
    (status = 200, description = "the accounts, by name", body = OfficerList),
    (status = 403, description = "`role_forbids`", body = crate::web::ProblemView)))]
async fn get_officers(State(node): State<Arc<Node>>, caller: Caller) -> Result<Json<OfficerList>, Problem> {
    caller.may(Act::ManageOfficers)?;
    let found = officers(&node.store, &caller.authority).await?;
    Ok(Json(OfficerList { items: found.into_iter().map(Into::into).collect() }))
}

/// Has the request come over TLS? On anything but loopback there must be a proxy that speaks it; on loopback the proxy
/// says so.
fn over_tls(headers: &HeaderMap, api: SocketAddr) -> bool {
    let said = headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https");
    said || !api.ip().is_loopback()
}

/// The cookie lasts as long as the longest session; the node ends it earlier.
fn set_cookie(token: &str, secure: bool) -> Result<HeaderValue, Problem> {
    let secure = if secure { "; Secure" } else { "" };
    let seconds = super::rules::LONGEST_SESSION.as_secs();
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(cookie).map_err(|_| Problem::internal())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_marked_secure_wherever_the_request_may_have_crossed_a_network() {
        let (none, mut proxied) = (HeaderMap::new(), HeaderMap::new());
        proxied.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert!(!over_tls(&none, "127.0.0.1:1".parse().unwrap()));
        assert!(over_tls(&proxied, "127.0.0.1:1".parse().unwrap()));
        assert!(over_tls(&none, "192.0.2.1:1".parse().unwrap()));
        assert!(set_cookie("t", true).unwrap().to_str().unwrap().ends_with("; Secure"));
        assert!(!set_cookie("t", false).unwrap().to_str().unwrap().contains("Secure"));
    }
}
