//! A node with a vault that runs as a process of its own, and dies where a test wants it to.

use base64::{Engine, engine::general_purpose::STANDARD};
use comity_node::{
    Node,
    access::{self, Caller, NewOfficer, Role},
    cases,
    config::Config,
    journal::Actor,
    random,
};
use comity_scenarios::{TestFederation, TestNode, federation::PASSPHRASE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::{
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

/// Bytes of content in a part.
pub const PART: u64 = 16 << 10;
const REPORT: &[u8] = include_bytes!("../../../../examples/reports/missing-child.comity.json");
const PASSWORD: &str = "an invented passphrase";

/// A node with an officer and a case, at rest.
pub struct Desk {
    federation: TestFederation,
    pub token: String,
    /// The officer.
    pub caller: Caller,
    case: String,
    client: Client,
}

impl Desk {
    pub async fn new() -> Self {
        let settings = |_: usize, config: &mut Config| config.evidence.part_size = PART;
        let federation = TestFederation::with(1, settings, |_| {});
        let node = Node::open(&federation.nodes[0].directory, PASSPHRASE).await.unwrap();
        let authority = federation.nodes[0].authority.clone();
        let (name, display_name, role) = ("amel".to_owned(), "Officer amel".to_owned(), Role::Officer);
        let token = sign_in(&node, &federation.nodes[0], "amel", role).await;
        let officer = random::new_id(comity_model::id::OfficerId::new);
        let caller = Caller { officer, name, display_name, role, authority };
        let case = cases::import(&node, &caller, None, REPORT).await.unwrap().id.to_string();
        node.store.close().await;
        Self { federation, token, caller, case, client: Client::new() }
    }

    pub fn home(&self) -> &TestNode {
        &self.federation.nodes[0]
    }

    /// The node, looked at without running anything.
    pub async fn asleep(&self) -> Arc<Node> {
        Node::open(&self.home().directory, PASSPHRASE).await.unwrap()
    }

    /// Makes an officer who is signed in.
    pub async fn officer(&self, name: &str, role: Role) -> String {
        let node = self.asleep().await;
        let token = sign_in(&node, self.home(), name, role).await;
        node.store.close().await;
        token
    }

    /// What is said of an item that has that hash.
    pub fn description(&self, sha256: &str) -> Value {
        json!({
            "case": self.case, "name": {"text": "drawing.bin"}, "exhibit": {"number": "1"},
            "acquisition": {
                "phase": "acquisition", "method": "file_copy", "place": "Lyon",
                "by": {"authority": self.home().authority, "person": "A. Lemaire"},
                "started_at": "2026-01-05T09:00:00Z", "finished_at": "2026-01-05T10:00:00Z",
                "source": {"description": "a memory card"},
            },
            "reason": "a rehearsal", "sha256": sha256,
        })
    }

    /// Runs the node as a process of its own, which dies at `place` where one is given.
    pub async fn spawn(&self, place: Option<&str>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
        command.args(["serve", "--dir"]).arg(&self.home().directory).env("COMITY_PASSPHRASE", PASSPHRASE);
        command.env("COMITY_LOG", "off").stdout(Stdio::null()).stderr(Stdio::null());
        command.envs(place.map(|place| ("COMITY_DIE_AT", place)));
        let child = command.spawn().unwrap();
        let ready = format!("http://{}/readyz", self.home().config.api);
        while !self.client.get(&ready).send().await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        child
    }

    pub fn request_of(&self, token: &str, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}/api/v1{path}", self.home().config.api);
        let request = self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        request.bearer_auth(token).header("tus-resumable", "1.0.0")
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_of(&self.token, method, path)
    }

    /// Begins an upload; its path.
    pub async fn begin(&self, length: usize, sha256: &str) -> reqwest::Result<String> {
        let metadata = format!("description {}", STANDARD.encode(self.description(sha256).to_string()));
        let request = self.request("POST", "/evidence/uploads").header("upload-length", length);
        let answer = request.header("upload-metadata", metadata).send().await?;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let location = answer.headers()["location"].to_str().unwrap();
        Ok(location.strip_prefix("/api/v1").unwrap().to_owned())
    }

    /// Sends the next bytes of an upload.
    pub async fn patch(&self, path: &str, offset: usize, bytes: &[u8]) -> reqwest::Result<Response> {
        let request = self.request("PATCH", path).header("upload-offset", offset);
        request.header("content-type", "application/offset+octet-stream").body(bytes.to_vec()).send().await
    }

    /// Bytes that the node has of an upload.
    pub async fn offset(&self, path: &str) -> usize {
        acknowledged(&self.request("HEAD", path).send().await.unwrap())
    }
}

async fn sign_in(node: &Arc<Node>, home: &TestNode, name: &str, role: Role) -> String {
    let new = NewOfficer {
        name: name.to_owned(),
        display_name: format!("Officer {name}"),
        role,
        authority: home.authority.clone(),
        password: PASSWORD.into(),
    };
    access::create_officer(&node.store, new, &Actor::Node, random::now()).await.unwrap();
    let session = access::sign_in(node, name, PASSWORD, random::now()).await;
    session.unwrap_or_else(|fault| panic!("{fault}")).token
}

/// How many bytes an answer acknowledges.
pub fn acknowledged(answer: &Response) -> usize {
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
}

/// Waits until a process has ended; whether it ended well.
pub async fn wait(mut child: Child) -> bool {
    tokio::task::spawn_blocking(move || child.wait().unwrap().success()).await.unwrap()
}

/// A number that a query counts.
pub async fn count(node: &Node, sql: &'static str) -> u64 {
    node.store.fetch_optional(sql, &[]).await.unwrap().unwrap().unsigned(0).unwrap()
}
