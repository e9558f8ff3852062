//! A client of a node's API as far as evidence goes.

use crate::{
    federation::{Place, Process, SECRET, open},
    report::Fallible,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_node::{
    access::{NewOfficer, create_officer, rules::Role},
    journal::Actor,
    random,
};
use futures_util::stream;
use reqwest::{Body, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    time::{Duration, Instant},
};

/// Who signs in: one who may also offer evidence.
const OFFICER: &str = "releasing";
const CASE: &[u8] = include_bytes!("../../../examples/reports/missing-child.comity.json");
/// Bytes of a file that are sent at once.
const BLOCK: usize = 1 << 20;
/// How long a hand-over may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Enters an officer who may take evidence in and offer it; the node does not run yet.
pub async fn enter_officer(place: &Place, authority: &str) -> Fallible<()> {
    let store = open(&place.directory).await?;
    let officer = NewOfficer {
        name: OFFICER.to_owned(),
        display_name: "Bench".to_owned(),
        role: Role::ReleasingOfficer,
        authority: authority.parse()?,
        password: SECRET.to_owned(),
    };
    create_officer(&store, officer, &Actor::Node, random::now()).await?;
    store.close().await;
    Ok(())
}

/// A signed-in client, and a case that evidence may belong to.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    /// The case.
    pub case: String,
}

impl Client {
    /// Signs in and opens a case.
    pub async fn sign_in(process: &Process) -> Fallible<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let base = format!("http://{}/api/v1", process.place.api);
        let mut client = Self { http, base, token: String::new(), case: String::new() };
        let session = json!({ "name": OFFICER, "password": SECRET });
        let session =
            client.json(client.http.post(format!("{}/session", client.base)).json(&session)).await?;
        session["token"].as_str().unwrap_or_default().clone_into(&mut client.token);
        let case = client.json(client.request(Method::POST, "/cases/import").body(CASE)).await?;
        case["id"].as_str().unwrap_or_default().clone_into(&mut client.case);
        Ok(client)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    async fn send(&self, request: RequestBuilder) -> Fallible<Response> {
        let answer = request.send().await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (path, status) = (answer.url().path().to_owned(), answer.status());
        Err(format!("`{path}` answers {status}: {}", answer.text().await?).into())
    }

    async fn json(&self, request: RequestBuilder) -> Fallible<Value> {
        Ok(self.send(request).await?.json().await?)
    }

    /// What is said of an item.
    fn description(&self, name: &str) -> Value {
        json!({
            "case": self.case, "name": { "text": name }, "exhibit": { "number": name }, "reason": "a measurement",
            "acquisition": {
                "phase": "acquisition", "method": "file_copy", "by": { "authority": "FR-NCB", "person": "4711" },
                "place": "Lyon", "started_at": "2026-03-01T09:00:00Z", "finished_at": "2026-03-01T10:00:00Z",
                "source": { "description": "a landscape, drawn" },
            },
        })
    }

    /// Takes a file in by one resumable upload; the item.
    pub async fn take_in(&self, file: &Path) -> Fallible<String> {
        let (length, told) = (file.metadata()?.len(), self.description("image.raw").to_string());
        let begin = self
            .request(Method::POST, "/evidence/uploads")
            .header("tus-resumable", "1.0.0")
            .header("upload-length", length)
            .header("upload-metadata", format!("description {}", STANDARD.encode(told)))
            .header("content-length", 0);
        let begun = self.send(begin).await?;
        let location =
            begun.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let item = location.rsplit('/').next().unwrap_or_default().to_owned();
        let bytes = self
            .request(Method::PATCH, &format!("/evidence/uploads/{item}"))
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", 0)
            .header("content-length", length)
            .body(Body::wrap_stream(stream::iter(Blocks(File::open(file)?))));
        self.send(bytes).await?;
        Ok(item)
    }

    /// A file as a batch carries it: length of the description, description, content.
    pub fn entry(&self, name: &str, content: &[u8]) -> Fallible<Vec<u8>> {
        let mut told = self.description(name);
        told["size"] = content.len().into();
        told["sha256"] = json!(comity_vault::Digest::of(content));
        let told = told.to_string();
        Ok([&u32::try_from(told.len())?.to_be_bytes()[..], told.as_bytes(), content].concat())
    }

    /// Takes a batch of small files in; how many items they became.
    pub async fn take_in_batch(&self, entries: Vec<u8>) -> Fallible<usize> {
        let request = self
            .request(Method::POST, "/evidence/batch")
            .header("content-type", "application/octet-stream")
            .body(entries);
        let admitted = self.json(request).await?;
        Ok(admitted["items"].as_array().map_or(0, Vec::len))
    }

    /// Offers an item to the other authority, a copy staying here.
    pub async fn offer(&self, item: &str) -> Fallible<()> {
        let day = jiff::Zoned::now().date().saturating_add(jiff::ToSpan::days(30));
        let offer = json!({
            "to": "ES-NCB", "keeps_copy": true, "reason": "a measurement",
            "marking": {
                "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
                "onward": { "rule": "own_jurisdiction" }, "retain_until": day,
            },
            "legal_basis": { "instrument": "INTERPOL_RPD", "article": "10", "reason": "a measurement" },
        });
        self.json(self.request(Method::POST, &format!("/evidence/{item}/offers")).json(&offer)).await?;
        Ok(())
    }

    /// Waits for the offer of an item; its message.
    pub async fn offered(&self, item: &str) -> Fallible<String> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let offers = self.json(self.request(Method::GET, "/evidence/offers?direction=incoming")).await?;
            let found = offers["items"].as_array().and_then(|all| all.iter().find(|one| one["item"] == item));
            if let Some(message) = found.and_then(|offer| offer["message"].as_str()) {
                return Ok(message.to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the offer did not arrive".into())
    }

    /// Accepts an offer and waits until its item is received; the seconds from the call.
    pub async fn receive(&self, message: &str) -> Fallible<f64> {
        let path = format!("/evidence/offers/{message}");
        let acceptance = json!({ "case": self.case, "reason": "a measurement" });
        let begun = Instant::now();
        self.send(self.request(Method::POST, &format!("{path}/accept")).json(&acceptance)).await?;
        while begun.elapsed() < PATIENCE {
            let offer = self.json(self.request(Method::GET, &path)).await?;
            match offer["state"].as_str() {
                Some("accepted") => return Ok(begun.elapsed().as_secs_f64()),
                Some("fetching") => tokio::time::sleep(Duration::from_millis(20)).await,
                _ => return Err(format!("the hand-over failed: {offer}").into()),
            }
        }
        Err(format!("the hand-over took more than {} s", PATIENCE.as_secs()).into())
    }
}

/// The blocks of a file.
struct Blocks(File);

impl Iterator for Blocks {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut block = Vec::with_capacity(BLOCK);
        match (&mut self.0).take(BLOCK as u64).read_to_end(&mut block) {
            Ok(0) => None,
            Ok(_) => Some(Ok(block)),
            Err(fault) => Some(Err(fault)),
        }
    }
}
