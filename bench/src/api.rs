//! A client of a node's API, as an officer's program would be.

use crate::report::Fallible;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// A signed-in client.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    /// Signs in.
    pub async fn sign_in(base: &str, officer: &str, password: &str) -> Fallible<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let body = json!({ "name": officer, "password": password });
        let session: Value = http
            .post(format!("{base}/api/v1/session"))
            .json(&body)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let token = session["token"].as_str().unwrap_or_default().to_owned();
        Ok(Self { http, base: base.to_owned(), token })
    }

    /// Sends these texts in one call; the messages' identifiers and the first one's exchange.
    pub async fn send(&self, texts: &[String], exchange: Option<&str>) -> Fallible<(Vec<String>, String)> {
        let item = |text: &String| {
            let mut item = json!({ "subject": "bench", "text": text });
            if let Some(exchange) = exchange {
                item["exchange"] = exchange.into();
            }
            item
        };
        let body = many(texts.iter().map(item).collect());
        let request = self.http.post(format!("{}/api/v1/messages", self.base)).bearer_auth(&self.token);
        let answer = request.json(&body).send().await?;
        if !answer.status().is_success() {
            return Err(format!("the node refuses: {}", answer.text().await?).into());
        }
        let mut sent: Value = answer.json().await?;
        let ids = serde_json::from_value(sent["messages"].take())?;
        let exchange = sent["exchanges"][0].as_str().unwrap_or_default().to_owned();
        Ok((ids, exchange))
    }

    /// A file or document.
    pub async fn get(&self, path: &str) -> Fallible<Vec<u8>> {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }

    /// Verified receipts since the node started, as its metrics tell.
    pub async fn receipted(&self) -> Fallible<u64> {
        let page = String::from_utf8(self.get("/metrics").await?)?;
        let line = page.lines().find_map(|line| line.strip_prefix("comity_deliveries_receipted_total "));
        Ok(line.ok_or("the metrics do not tell of receipts")?.parse()?)
    }

    /// Follows the live updates from now on.
    pub async fn follow(&self) -> Fallible<Follower> {
        let request = self.http.get(format!("{}/api/v1/events", self.base)).bearer_auth(&self.token);
        let mut stream = request.send().await?.error_for_status()?.bytes_stream();
        let seen = Arc::new(Mutex::new(HashMap::new()));
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            let mut rest = Vec::new();
            while let Some(Ok(chunk)) = stream.next().await {
                let now = Instant::now();
                rest.extend_from_slice(&chunk);
                while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = rest.drain(..=end).collect();
                    note(&shared, &line, now);
                }
            }
        });
        Ok(Follower { seen, task })
    }
}

fn note(seen: &Mutex<HashMap<String, Instant>>, line: &[u8], now: Instant) {
    let Some(data) = line.strip_prefix(b"data:") else { return };
    let event: Value = serde_json::from_slice(data).unwrap_or_default();
    if event["act"] == "receipt_verified"
        && let Some(message) = event["about"]["message"].as_str()
    {
        seen.lock().unwrap_or_else(PoisonError::into_inner).entry(message.to_owned()).or_insert(now);
    }
}

/// Notes when the node told that each message's receipt was verified and recorded.
pub struct Follower {
    seen: Arc<Mutex<HashMap<String, Instant>>>,
    task: JoinHandle<()>,
}

impl Follower {
    /// When each of these receipts was told of, waited for until `patience` is over.
    pub async fn wait_for(&self, ids: &[String], patience: Duration) -> Vec<Option<Instant>> {
        let end = Instant::now() + patience;
        loop {
            let found: Vec<Option<Instant>> = {
                let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
                ids.iter().map(|id| seen.get(id).copied()).collect()
            };
            if found.iter().all(Option::is_some) || Instant::now() > end {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A text of 1 KiB that begins with its number.
pub fn text(number: usize) -> String {
    format!("{number:08} {}", "x".repeat(1015))
}

fn many(items: Vec<Value>) -> Value {
    let day = jiff::Zoned::now().date();
    json!({
        "to": ["ES-NCB"],
        "urgency": "routine",
        "marking": {
            "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
            "onward": { "rule": "own_jurisdiction" }, "retain_until": day.saturating_add(jiff::ToSpan::days(30)),
        },
        "legal_basis": { "instrument": "INTERPOL_RPD", "article": "10", "reason": "a measurement" },
        "items": items,
    })
}
