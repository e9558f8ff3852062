//! Who is asking: the officer behind a request, from its bearer token or cookie.

use super::{
    rules::{Act, Role, allows},
    session::{self, Session},
};
use crate::{Node, journal::Actor, random, web::problem::Problem};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use comity_model::{AuthorityId, id::OfficerId};
use std::sync::Arc;

/// The cookie that holds a session's token.
pub const COOKIE: &str = "comity_session";
/// The header without which a cookie is not enough for a method that changes something.
pub const CSRF_HEADER: &str = "x-comity-csrf";

/// The officer behind a request. As an extractor it answers 401 where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub officer: OfficerId,
    /// The name to sign in with.
    pub name: String,
    /// The name to show.
    pub display_name: String,
    /// What the officer may do.
    pub role: Role,
    /// For whom the officer acts.
    pub authority: AuthorityId,
}

impl Caller {
    /// May the officer do it?
    ///
    /// # Errors
    /// A 403 problem, `role_forbids`.
    pub fn may(&self, act: Act) -> Result<(), Problem> {
        if allows(self.role, act) {
            return Ok(());
        }
        let act = crate::store::code_text(&act);
        let role = self.role.as_str();
        let detail = format!("the role `{role}` does not allow `{act}`; ask an officer whose role does");
        Err(Problem::forbidden("role_forbids", detail))
    }

    /// The officer as the journal names whoever acted.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Officer(self.name.clone())
    }
}

impl FromRequestParts<Arc<Node>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Problem> {
        Session::from_request_parts(parts, node).await.map(|session| session.caller)
    }
}

impl FromRequestParts<Arc<Node>> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Problem> {
        let token = token_of(&parts.headers, &parts.method)?;
        session::find(node, &token, random::now()).await?.ok_or_else(Problem::not_signed_in)
    }
}

/// The token that a request carries, bearer before cookie.
///
/// # Errors
/// 401 without any; 403 `csrf` for a cookie alone on a method that changes something.
pub fn token_of(headers: &HeaderMap, method: &Method) -> Result<String, Problem> {
    if let Some(bearer) = bearer(headers) {
        return Ok(bearer);
    }
    let token = cookie(headers).ok_or_else(Problem::not_signed_in)?;
    if method.is_safe() || headers.contains_key(CSRF_HEADER) {
        return Ok(token);
    }
    let detail = "a request with the cookie that changes something needs the header `X-Comity-CSRF: 1`";
    Err(Problem::forbidden("csrf", detail))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, token)| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect::<HeaderMap>()
    }

    fn code(headers: &HeaderMap, method: Method) -> Result<String, &'static str> {
        token_of(headers, &method).map_err(|problem| problem.code)
    }

    #[test]
    fn a_bearer_token_comes_before_a_cookie_and_needs_no_further_header() {
        let both = headers(&[("authorization", "Bearer abc"), ("cookie", "comity_session=xyz")]);
        assert_eq!(code(&both, Method::POST), Ok("abc".into()));
    }

    #[test]
    fn a_cookie_alone_reads_but_changes_nothing() {
        let cookie = headers(&[("cookie", "theme=dark; comity_session=xyz")]);
        assert_eq!(code(&cookie, Method::GET), Ok("xyz".into()));
        assert_eq!(code(&cookie, Method::POST), Err("csrf"));
        assert_eq!(code(&cookie, Method::DELETE), Err("csrf"));
        let sure = headers(&[("cookie", "comity_session=xyz"), ("x-comity-csrf", "1")]);
        assert_eq!(code(&sure, Method::POST), Ok("xyz".into()));
    }

    #[test]
    fn a_request_with_neither_is_nobodys() {
        assert_eq!(code(&headers(&[]), Method::GET), Err("not_signed_in"));
        assert_eq!(code(&headers(&[("authorization", "Basic abc")]), Method::GET), Err("not_signed_in"));
        assert_eq!(code(&headers(&[("cookie", "comity_sessions=xyz")]), Method::GET), Err("not_signed_in"));
    }
}
