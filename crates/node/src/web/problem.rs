//! The one place where errors become problems (RFC 9457, `application/problem+json`).
//!
//! A problem says what is wrong and what to do next. It never carries SQL, stored data or the text of a library's error.

use crate::{exchange::ExchangeError, store::StoreError};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use comity_model::statement::StatementFault;
use serde_json::{Map, Value};

/// What the `type` of a problem begins with; its code follows.
pub const TYPE_PREFIX: &str = "https://comity.invalid/problems/";
/// The media type of problems.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A refusal or failure, as the API answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// What programs decide by, in snake case.
    pub code: &'static str,
    /// What it is, alike for every occurrence.
    pub title: &'static str,
    /// What is wrong this time, and what to do next.
    pub detail: String,
    /// More members, such as `missing` or `ask`.
    pub extra: Box<Map<String, Value>>,
}

impl Problem {
    /// A problem of any kind.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { status, code, title, detail: detail.into(), extra: Box::default() }
    }

    /// The same with one more member.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }

    /// 400: the request cannot be read.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed_request", "the request cannot be read", detail)
    }

    /// 401: nobody is signed in.
    #[must_use]
    pub fn not_signed_in() -> Self {
        let detail = "no session, or it has ended; sign in with `POST /api/v1/session`";
        Self::new(StatusCode::UNAUTHORIZED, "not_signed_in", "nobody is signed in", detail)
    }

    /// 403: a rule forbids it to this officer.
    #[must_use]
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, "this is not allowed", detail)
    }

    /// 404: there is no such thing, or it is not the caller's to see. `what` is, for instance, `alert`.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        let detail = format!("there is no such {what} at your authority; check the identifier");
        Self::new(StatusCode::NOT_FOUND, "not_found", "nothing is there", detail)
    }

    /// 409: it contradicts what is stored.
    #[must_use]
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "it contradicts what is stored", detail)
    }

    /// 422: it can be read, and a rule refuses it.
    #[must_use]
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, "it is not accepted as it is", detail)
    }

    /// 429: too many attempts.
    #[must_use]
    pub fn too_many(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, "too many attempts", detail)
    }

    /// 503: it may work later without anybody's doing.
    #[must_use]
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, "not possible at the moment", detail)
    }

    /// 500: our fault. The log has the cause under the request's identifier.
    #[must_use]
    pub fn internal() -> Self {
        let detail = "the node failed; tell its operator the request id, the log has the cause";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the node failed", detail)
    }

    /// The problem as its JSON, with the request's identifier where there is one.
    #[must_use]
    pub fn to_json(&self, request_id: Option<&str>) -> String {
        let mut members = Map::new();
        members.insert("type".into(), format!("{TYPE_PREFIX}{}", self.code).into());
        members.insert("title".into(), self.title.into());
        members.insert("status".into(), self.status.as_u16().into());
        members.insert("detail".into(), self.detail.as_str().into());
        members.insert("code".into(), self.code.into());
        if let Some(id) = request_id {
            members.insert("request_id".into(), id.into());
        }
        for (key, value) in self.extra.iter() {
            members.entry(key.clone()).or_insert_with(|| value.clone());
        }
        Value::Object(members).to_string()
    }
}

impl IntoResponse for Problem {
    /// The middleware finds the problem in the answer's extensions and adds the request's identifier.
    fn into_response(self) -> Response {
        let mut response = (self.status, self.to_json(None)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(seconds) = self.extra.get("retry_after").and_then(Value::as_u64) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Problem {
    fn from(fault: StoreError) -> Self {
        match fault {
            StoreError::Full { .. } => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "storage_full",
                "no room is left",
                "the node's disk is full, nothing was stored; its operator must make room",
            ),
            StoreError::Busy { .. } => {
                let detail = "the database is busy, nothing was stored; try again";
                Self::unavailable("busy", detail).with("retry_after", 1)
            }
            StoreError::Contradiction { .. } => Self::conflict(
                "conflict",
                "something of that name or number is stored already; read it again",
            ),
            fault => {
                tracing::error!(%fault, "request failed");
                Self::internal()
            }
        }
    }
}

impl From<ExchangeError> for Problem {
    fn from(fault: ExchangeError) -> Self {
        let detail = fault.to_string();
        match fault {
            ExchangeError::NotServed(_) => Self::forbidden("not_served", detail),
            ExchangeError::NotMember(_) => Self::unprocessable("not_member", detail),
            ExchangeError::Statement(fault) => Self::unprocessable(code_of(&fault), detail),
            ExchangeError::RegistryExpired(_) => Self::unavailable("registry_expired", detail),
            ExchangeError::Store(fault) => fault.into(),
            ExchangeError::Basis(fault) => fault.into(),
            ExchangeError::Interrupted => Self::unavailable("busy", detail).with("retry_after", 1),
            ExchangeError::Seal(fault) => {
                tracing::error!(%fault, "a message cannot be sealed");
                Self::internal()
            }
        }
    }
}

fn code_of(fault: &StatementFault) -> &'static str {
    match fault {
        StatementFault::Version(_) => "unsupported_version",
        StatementFault::Recipients(_) => "recipients_refused",
        StatementFault::Body => "body_too_large",
        StatementFault::Marking(_) => "marking_refused",
        StatementFault::LegalBasis(_) => "legal_basis_refused",
    }
}

/// A problem as the API's description shows it (RFC 9457). Some carry more members, such as `missing` or `ask`.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "it describes what `Problem::to_json` writes")]
pub struct ProblemView {
    /// `https://comity.invalid/problems/<code>`.
    r#type: String,
    /// What it is, alike for every occurrence.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time, and what to do next.
    detail: String,
    /// What programs decide by.
    code: String,
    /// The request, as the node's log names it.
    request_id: String,
}
