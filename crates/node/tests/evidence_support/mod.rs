//! One node with its vault, that can be closed and opened again, and its API called without a network. In test files whose names
//! end in `_postgres` the database is on the PostgreSQL that `COMITY_TEST_POSTGRES` names; elsewhere it is a SQLite file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

#[path = "../database/mod.rs"]
mod database;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_model::{AuthorityId, AuthorityKind, id::ItemId, statement::Mode};
use comity_node::{
    Node,
    access::{self, NewOfficer, Role},
    config::{Config, DeliveryConfig, EvidenceConfig},
    journal::{self, Actor},
    random,
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
    web,
};
use comity_seal::WorkFactor;
use comity_vault::Digest;
use database::Database;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tempfile::TempDir;
use tower::ServiceExt;

pub const PASSPHRASE: &str = "for tests only";
pub const PASSWORD: &str = "an invented passphrase";
pub const OWN: &str = "FR-NCB";
pub const PART: usize = 16 << 10;
const CHILD: &[u8] = include_bytes!("../../../../examples/reports/missing-child.comity.json");

pub struct Vault {
    pub node: Arc<Node>,
    pub router: Router,
    pub token: String,
    pub case: String,
    pub directory: TempDir,
    /// Dropped after the node.
    database: Option<Database>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// Did the body end as it should?
    pub whole: bool,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let problem = self.is(status).json();
        assert_eq!(problem["code"], code, "{problem}");
        problem
    }

    pub fn offset(&self) -> u64 {
        self.header("upload-offset").parse().unwrap()
    }
}

pub fn own() -> AuthorityId {
    OWN.parse().unwrap()
}

impl Vault {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(settings: impl FnOnce(&mut Config)) -> Self {
        let (directory, database) = (TempDir::new().unwrap(), Database::new().await);
        let mut config = Config {
            name: "fr-ncb.test.example/ledger".into(),
            authorities: vec![own()],
            api: "127.0.0.1:0".parse().unwrap(),
            peer: "127.0.0.1:0".parse().unwrap(),
            database: database.as_ref().map_or("node.sqlite", |database| &database.address).into(),
            database_pages: None,
            session_minutes: 30,
            delivery: DeliveryConfig::default(),
            evidence: EvidenceConfig { part_size: PART as u64, ..EvidenceConfig::default() },
            matching: comity_node::config::MatchingConfig::default(),
        };
        settings(&mut config);
        let names = BTreeMap::from([("en".to_owned(), "Bureau".to_owned())]);
        let new = [NewAuthority { id: own(), kind: AuthorityKind::Ncb, names }];
        let (now, at) = (random::now(), directory.path().join("node"));
        let since = now - SignedDuration::from_hours(24);
        let member =
            init_node(&at, &config, &new, "127.0.0.1:1", PASSPHRASE, WorkFactor::MIN, since).unwrap();
        let roots = RootKeys::generate(1, 1).unwrap();
        let expires = now + SignedDuration::from_hours(24);
        let registry = first_registry("test", Mode::Exercise, &roots.roots(), &[member], 0, now, expires);
        install_registry(&at, &roots.sign(&registry).unwrap(), &roots.roots()).unwrap();
        let node = Node::open(&at, PASSPHRASE).await.unwrap();
        let (router, token) = (web::router(node.clone()), String::new());
        let mut vault = Self { node, router, token, case: String::new(), directory, database };
        vault.token = vault.officer("amel", Role::Officer).await;
        let opened = vault.request("POST", "/cases/import", &[], Body::from(CHILD)).await.is(201).json();
        vault.case = opened["id"].as_str().unwrap().to_owned();
        vault
    }

    pub async fn officer(&self, name: &str, role: Role) -> String {
        let (display_name, password) = (format!("Officer {name}"), PASSWORD.to_owned());
        let new = NewOfficer { name: name.to_owned(), display_name, role, authority: own(), password };
        access::create_officer(&self.node.store, new, &Actor::Node, random::now()).await.unwrap();
        let session = access::sign_in(&self.node, name, PASSWORD, random::now()).await;
        session.unwrap_or_else(|fault| panic!("{fault}")).token
    }

    fn home(&self) -> PathBuf {
        self.directory.path().join("node")
    }

    /// The files of stored objects.
    pub fn objects(&self) -> Vec<PathBuf> {
        fn walk(at: &std::path::Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(at).unwrap().map(Result::unwrap) {
                let (path, name) = (entry.path(), entry.file_name());
                if path.is_dir() {
                    walk(&path, found);
                } else if name.to_string_lossy().chars().all(|c| c.is_ascii_hexdigit()) && name.len() > 60 {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.home().join("evidence"), &mut found);
        found.sort();
        found
    }

    /// Closes the node and opens it again, as after a restart: nothing is in memory any more.
    pub async fn reopen(&mut self) {
        self.node.store.close().await;
        self.node = Node::open(&self.home(), PASSPHRASE).await.unwrap();
        self.router = web::router(self.node.clone());
    }

    /// Closes the node and opens it again over a disk whose every change is told to `watcher` before it is made.
    pub async fn reopen_watched(&mut self, watcher: comity_blobs::Watcher) {
        self.node.store.close().await;
        let mut node = Node::open(&self.home(), PASSPHRASE).await.unwrap();
        let disk = comity_blobs::Disk::watched(&self.home().join("evidence"), Some(watcher)).unwrap();
        Arc::get_mut(&mut node).unwrap().evidence = comity_node::evidence::Evidence::over(disk.into());
        self.node = node;
        self.router = web::router(self.node.clone());
    }

    /// A second replica of the same node.
    pub async fn another(&self) -> Arc<Node> {
        Node::open(&self.home(), PASSPHRASE).await.unwrap()
    }

    /// The same, as its API.
    pub async fn replica(&self) -> Router {
        web::router(self.another().await)
    }

    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        send(&self.router, &self.token, method, path, headers, body).await
    }

    pub async fn tus(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let all: Vec<_> = headers.iter().copied().chain([("tus-resumable", "1.0.0")]).collect();
        self.request(method, path, &all, body).await
    }

    pub async fn begin(&self, length: usize, description: &Value) -> Answer {
        self.begin_at(&self.router, length, description).await
    }

    /// Begins an upload at a replica.
    pub async fn begin_at(&self, replica: &Router, length: usize, description: &Value) -> Answer {
        let metadata = format!("description {}", STANDARD.encode(description.to_string()));
        let length = length.to_string();
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", length.as_str()),
            ("upload-metadata", metadata.as_str()),
        ];
        send(replica, &self.token, "POST", "/evidence/uploads", &headers, Body::empty()).await
    }

    /// Begins an upload; its path.
    pub async fn upload(&self, length: usize, description: &Value) -> String {
        let begun = self.begin(length, description).await.is(201);
        begun.header("location").strip_prefix("/api/v1").unwrap().to_owned()
    }

    pub async fn patch(&self, path: &str, offset: u64, body: Body, more: &[(&str, &str)]) -> Answer {
        let offset = offset.to_string();
        let own = [("content-type", "application/offset+octet-stream"), ("upload-offset", offset.as_str())];
        let headers: Vec<_> = own.into_iter().chain(more.iter().copied()).collect();
        self.tus("PATCH", path, &headers, body).await
    }

    pub async fn head(&self, path: &str) -> Answer {
        self.tus("HEAD", path, &[], Body::empty()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], Body::empty()).await
    }

    /// Takes an item in with one request; its identifier.
    pub async fn item(&self, content: &[u8], description: &Value) -> String {
        let path = self.upload(content.len(), description).await;
        if !content.is_empty() {
            self.patch(&path, 0, Body::from(content.to_vec()), &[]).await.is(204);
        }
        item_of(&path)
    }

    pub async fn content(&self, item: &str) -> Answer {
        self.get(&format!("/evidence/{item}/content?reason=to%20compare")).await
    }

    pub fn description(&self) -> Value {
        json!({
            "case": self.case, "name": {"text": "drawing-7.bin"}, "exhibit": {"number": "EX/2026/0841-1"},
            "acquisition": {
                "phase": "acquisition", "method": "physical_image",
                "tools": [{"name": "imager", "version": "4.2"}],
                "by": {"authority": OWN, "person": "A. Lemaire"}, "place": "Lyon",
                "started_at": "2026-01-05T09:00:00Z", "finished_at": "2026-01-05T10:00:00Z",
                "source": {"description": "a memory card"},
            },
            "reason": "seized in the search of 5 January",
        })
    }

    /// The description with other fields, each by its JSON pointer; null removes it.
    pub fn described(&self, changes: &[(&str, Value)]) -> Value {
        let mut description = self.description();
        for (field, value) in changes {
            let (parent, name) = field.rsplit_once('/').unwrap();
            let parent = description.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.remove(name);
            if !value.is_null() {
                parent.insert(name.to_owned(), value.clone());
            }
        }
        description
    }

    /// The acts of the journal, and its documents.
    pub async fn journal(&self) -> Vec<(String, String)> {
        let rows = journal::rows_after(&self.node.store, &own(), 0, 100_000).await.unwrap();
        rows.into_iter().map(|row| (row.act, row.document.unwrap_or_default())).collect()
    }

    pub async fn count(&self, act: &str) -> usize {
        self.journal().await.iter().filter(|(found, _)| found == act).count()
    }

    /// How many rows a table of the vault has.
    pub async fn rows(&self, count: &'static str) -> u64 {
        self.node.store.fetch_optional(count, &[]).await.unwrap().unwrap().unsigned(0).unwrap()
    }
}

pub async fn send(
    router: &Router,
    token: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (parts, body) = router.clone().oneshot(request.body(body).unwrap()).await.unwrap().into_parts();
    let collected = to_bytes(body, 256 << 20).await;
    let whole = collected.is_ok();
    let bytes = collected.map(Vec::from).unwrap_or_default();
    Answer { status: parts.status, headers: parts.headers, bytes, whole }
}

pub fn item_of(path: &str) -> String {
    path.rsplit('/').next().unwrap().parse::<ItemId>().unwrap().to_string()
}

/// Invented content that does not repeat.
pub fn content(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(len).collect()
}

pub fn hash(content: &[u8]) -> String {
    Digest::of(content).to_string()
}

/// `Upload-Checksum` of bytes.
pub fn checksum(content: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Digest::of(content).as_bytes()))
}
