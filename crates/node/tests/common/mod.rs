//! One node on a database of its own, with a registry that it made itself, and its API called without a network.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, Response, StatusCode},
};
use comity_model::{AuthorityId, AuthorityKind, statement::Mode};
use comity_node::{
    Node,
    access::{self, NewOfficer, Role},
    config::{Config, DeliveryConfig},
    journal::Actor,
    random,
    setup::{Membership, NewAuthority, RootKeys, first_registry, init_node, install_registry},
    web,
};
use comity_seal::WorkFactor;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tempfile::TempDir;
use tower::ServiceExt;

pub const PASSPHRASE: &str = "for tests only";
pub const PASSWORD: &str = "an invented passphrase";
/// The node's own authority.
pub const OWN: &str = "FR-NCB";
/// Members that other nodes serve; those nodes do not run.
pub const OTHERS: [&str; 2] = ["ES-NCB", "MA-NCB"];

pub struct TestNode {
    pub node: Arc<Node>,
    pub router: Router,
    pub roots: RootKeys,
    _directory: TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer's JSON, if it succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self.json()
    }

    /// The code of the problem, if it failed as it should.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem["code"].as_str().unwrap().to_owned()
    }
}

fn place(directory: &Path, authority: &str) -> Membership {
    let authority: AuthorityId = authority.parse().unwrap();
    let short = authority.as_str().to_lowercase();
    let config = Config {
        name: format!("{short}.test.example/ledger"),
        authorities: vec![authority.clone()],
        api: "127.0.0.1:0".parse().unwrap(),
        peer: "127.0.0.1:0".parse().unwrap(),
        database: "node.sqlite".into(),
        database_pages: None,
        evidence: comity_node::config::EvidenceConfig::default(),
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 30,
        delivery: DeliveryConfig::default(),
    };
    let names = BTreeMap::from([("en".to_owned(), format!("Bureau {authority}"))]);
    let new = [NewAuthority { id: authority, kind: AuthorityKind::Ncb, names }];
    let since = random::now() - SignedDuration::from_hours(24);
    init_node(&directory.join(&short), &config, &new, "127.0.0.1:1", PASSPHRASE, WorkFactor::MIN, since)
        .unwrap()
}

impl TestNode {
    pub async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let memberships: Vec<_> =
            std::iter::once(OWN).chain(OTHERS).map(|authority| place(directory.path(), authority)).collect();
        let roots = RootKeys::generate(1, 1).unwrap();
        let now = random::now();
        let expires = now + SignedDuration::from_hours(24);
        let registry = first_registry("test", Mode::Exercise, &roots.roots(), &memberships, 0, now, expires);
        let at = directory.path().join(OWN.to_lowercase());
        install_registry(&at, &roots.sign(&registry).unwrap(), &roots.roots()).unwrap();
        let node = Node::open(&at, PASSPHRASE).await.unwrap();
        let router = web::router(node.clone());
        Self { node, router, roots, _directory: directory }
    }

    pub async fn add_officer(&self, name: &str, role: Role) {
        let new = NewOfficer {
            name: name.to_owned(),
            display_name: format!("Officer {name}"),
            role,
            authority: OWN.parse().unwrap(),
            password: PASSWORD.to_owned(),
        };
        access::create_officer(&self.node.store, new, &Actor::Node, random::now()).await.unwrap();
    }

    /// Makes an account and signs in: its token.
    pub async fn officer(&self, name: &str, role: Role) -> String {
        self.add_officer(name, role).await;
        access::sign_in(&self.node, name, PASSWORD, random::now())
            .await
            .unwrap_or_else(|e| panic!("{e}"))
            .token
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.send(request).await.into_parts();
        let bytes = to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Calls the API with a bearer token (none where it is empty) and a JSON body (none where it is null).
    pub async fn call(&self, method: &str, path: &str, token: &str, body: Value) -> Answer {
        let path = if path.starts_with("//") { path[1..].to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(path);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.answer(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call("GET", path, token, Value::Null).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("POST", path, token, body).await
    }
}

/// Marking and legal basis of an ordinary message.
pub fn conditions() -> Value {
    let day = jiff::Zoned::now().date();
    json!({
        "urgency": "routine",
        "marking": {
            "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
            "onward": {"rule": "own_jurisdiction"}, "retain_until": day.saturating_add(jiff::ToSpan::days(30)),
        },
        "legal_basis": {"instrument": "INTERPOL_RPD", "article": "10", "reason": "a rehearsal"},
    })
}

/// `conditions` with more members.
pub fn with_conditions(more: Value) -> Value {
    let mut all = conditions();
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}
