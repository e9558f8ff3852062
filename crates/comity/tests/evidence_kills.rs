//! A node that dies, as by `SIGKILL`, between any two writes of an upload. Whatever the moment: no byte that was acknowledged is
//! lost, nothing is evidence that was not admitted, and the upload goes on where it ended and comes to the same hashes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use base64::{Engine, engine::general_purpose::STANDARD};
use comity_model::id::ItemId;
use comity_node::{
    Node,
    access::{self, Caller, NewOfficer, Role},
    cases, evidence,
    journal::Actor,
    random,
};
use comity_scenarios::{TestFederation, TestNode, federation::PASSPHRASE};
use comity_vault::Digest;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

const PART: u64 = 16 << 10;
/// Where the requests of an upload end.
const STEPS: [usize; 4] = [100, 40_000, 40_001, 3 * PART as usize + 500];
const CHILD: &[u8] = include_bytes!("../../../examples/reports/missing-child.comity.json");
const PASSWORD: &str = "an invented passphrase";

fn content() -> Vec<u8> {
    (0..STEPS[3]).map(|at| u8::try_from((at * at / 7 + at) % 251).unwrap()).collect()
}

/// A node with an officer and a case, at rest.
struct Desk {
    federation: TestFederation,
    token: String,
    metadata: String,
    client: Client,
}

impl Desk {
    async fn new() -> Self {
        let settings = |_: usize, config: &mut comity_node::config::Config| config.evidence.part_size = PART;
        let federation = TestFederation::with(1, settings, |_| {});
        let node = Node::open(&federation.nodes[0].directory, PASSPHRASE).await.unwrap();
        let authority = federation.nodes[0].authority.clone();
        let (name, display_name, role) = ("amel".to_owned(), "Amel".to_owned(), Role::Officer);
        let new = NewOfficer {
            name: name.clone(),
            display_name: display_name.clone(),
            role,
            authority: authority.clone(),
            password: PASSWORD.into(),
        };
        access::create_officer(&node.store, new, &Actor::Node, random::now()).await.unwrap();
        let session = access::sign_in(&node, "amel", PASSWORD, random::now()).await;
        let token = session.unwrap_or_else(|fault| panic!("{fault}")).token;
        let officer = random::new_id(comity_model::id::OfficerId::new);
        let caller = Caller { officer, name, display_name, role, authority: authority.clone() };
        let case = cases::import(&node, &caller, None, CHILD).await.unwrap().id;
        node.store.close().await;
        let description = serde_json::json!({
            "case": case, "name": {"text": "drawing.bin"}, "exhibit": {"number": "1"},
            "acquisition": {
                "phase": "acquisition", "method": "file_copy", "place": "Lyon",
                "by": {"authority": authority, "person": "A. Lemaire"},
                "started_at": "2026-01-05T09:00:00Z", "finished_at": "2026-01-05T10:00:00Z",
                "source": {"description": "a memory card"},
            },
            "reason": "a rehearsal", "sha256": Digest::of(&content()),
        });
        let metadata = format!("description {}", STANDARD.encode(description.to_string()));
        Self { federation, token, metadata, client: Client::new() }
    }

    fn home(&self) -> &TestNode {
        &self.federation.nodes[0]
    }

    /// Runs the node as a process of its own, which dies at `place` where one is given.
    async fn spawn(&self, place: Option<&str>) -> Child {
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

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("http://{}/api/v1{path}", self.home().config.api);
        let request = self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        request.bearer_auth(&self.token).header("tus-resumable", "1.0.0")
    }

    async fn begin(&self) -> reqwest::Result<String> {
        let request = self.request("POST", "/evidence/uploads").header("upload-length", STEPS[3]);
        let answer = request.header("upload-metadata", &self.metadata).send().await?;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let location = answer.headers()["location"].to_str().unwrap();
        Ok(location.strip_prefix("/api/v1").unwrap().to_owned())
    }

    /// Goes on from `offset`; how many bytes were acknowledged before the node died, if it did.
    async fn go_on(&self, path: &str, from: usize) -> (usize, bool) {
        let (sent, mut offset) = (content(), from);
        for end in STEPS.into_iter().skip_while(|end| *end <= from) {
            let request = self.request("PATCH", path).header("upload-offset", offset);
            let request = request.header("content-type", "application/offset+octet-stream");
            match request.body(sent[offset..end].to_vec()).send().await {
                Ok(answer) => offset = acknowledged(&answer),
                Err(_) => return (offset, true),
            }
        }
        (offset, false)
    }

    async fn offset(&self, path: &str) -> usize {
        acknowledged(&self.request("HEAD", path).send().await.unwrap())
    }
}

fn acknowledged(answer: &Response) -> usize {
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
}

async fn wait(mut child: Child) -> bool {
    tokio::task::spawn_blocking(move || child.wait().unwrap().success()).await.unwrap()
}

/// The node dies at `place` while an officer takes an item in.
async fn dies_at(place: &str) {
    let desk = Desk::new().await;
    let child = desk.spawn(Some(place)).await;
    let (path, before) = match desk.begin().await {
        Ok(path) => {
            let (acknowledged, broke) = desk.go_on(&path, 0).await;
            assert!(broke, "the node did not die at {place}");
            (Some(path), acknowledged)
        }
        Err(_) => (None, 0),
    };
    assert!(!wait(child).await, "the node ended by itself");
    let mut child = desk.spawn(None).await;
    let path = match path {
        Some(path) => path,
        None => desk.begin().await.unwrap(),
    };
    let offset = desk.offset(&path).await;
    assert!(offset >= before, "{before} bytes were acknowledged, and {offset} are left");
    assert_eq!(desk.go_on(&path, offset).await, (STEPS[3], false));
    child.kill().unwrap();
    wait(child).await;
    let node = Node::open(&desk.home().directory, PASSPHRASE).await.unwrap();
    let item: ItemId = path.rsplit('/').next().unwrap().parse().unwrap();
    let opened = evidence::open_item(&node, &desk.home().authority, item).await.unwrap();
    assert_eq!(opened.manifest.sha256, Digest::of(&content()));
    let acquired = "/* test */ SELECT COUNT(*) FROM journal WHERE act = 'custody_acquired'";
    let acquired = node.store.fetch_optional(acquired, &[]).await.unwrap().unwrap().unsigned(0).unwrap();
    assert_eq!(acquired, 1);
}

macro_rules! deaths {
    ($($name:ident: $place:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            dies_at($place).await;
        }
    )*};
}

deaths! {
    before_an_upload_begins: "begin_upload.before_commit";
    when_an_upload_has_begun: "begin_upload.after_commit";
    when_bytes_are_stored_and_not_noted: "keep_upload.after_flush";
    before_bytes_are_noted: "note_upload.before_commit";
    when_bytes_are_noted_and_not_acknowledged: "note_upload.after_commit";
    when_all_bytes_have_come: "finish_upload.before_admission";
    before_the_admission: "admit_evidence.before_commit";
    when_the_item_is_admitted_and_nobody_knows: "admit_evidence.after_commit";
}
