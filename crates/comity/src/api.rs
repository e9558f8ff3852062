//! A client for a node's API, as an officer.

use crate::{cli::Remote, failure::Failure, secret::secret};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// A signed-in client.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
}

/// A plain HTTP client for nodes' APIs.
pub fn http() -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().map_err(Failure::failed)
}

impl Api {
    /// Signs in as the command line says.
    pub async fn of(remote: &Remote) -> Result<Self, Failure> {
        let password = secret(remote.password_file.as_deref(), "COMITY_PASSWORD", "--password-file")?;
        Self::sign_in(&remote.node, &remote.officer, &password).await
    }

    /// Signs in.
    pub async fn sign_in(base: &str, officer: &str, password: &str) -> Result<Self, Failure> {
        let (http, base) = (http()?, base.trim_end_matches('/').to_owned());
        let request = http.post(format!("{base}/api/v1/session"));
        let session =
            answer(request.json(&serde_json::json!({ "name": officer, "password": password }))).await?;
        let session: Value = serde_json::from_slice(&session).map_err(Failure::failed)?;
        let token = session["token"].as_str().unwrap_or_default().to_owned();
        Ok(Self { http, base, token })
    }

    /// The same session without a limit of time for a whole request, which transfers of evidence need; only a node that
    /// says nothing for five minutes is given up.
    pub fn for_transfers(self) -> Result<Self, Failure> {
        let patience = Duration::from_secs(300);
        let client = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(20));
        let http = client.read_timeout(patience).build().map_err(Failure::failed)?;
        Ok(Self { http, ..self })
    }

    /// A request that the caller completes and sends.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(&self.token)
    }

    /// Reads a JSON document.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        let bytes = self.get_bytes(path).await?;
        serde_json::from_slice(&bytes).map_err(Failure::failed)
    }

    /// Reads a file.
    pub async fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        answer(self.request(Method::GET, path)).await
    }

    /// Sends JSON, and reads what comes back.
    pub async fn post<T: Serialize + ?Sized>(&self, path: &str, body: &T) -> Result<Value, Failure> {
        let bytes = answer(self.request(Method::POST, path).json(body)).await?;
        if bytes.is_empty() {
            Ok(Value::Null)
        } else {
            serde_json::from_slice(&bytes).map_err(Failure::failed)
        }
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) -> Result<(), Failure> {
        answer(self.request(Method::DELETE, path)).await.map(|_| ())
    }

    /// Sends a file.
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Result<Value, Failure> {
        let request = self.request(Method::POST, path).header("content-type", "application/octet-stream");
        let bytes = answer(request.body(body)).await?;
        serde_json::from_slice(&bytes).map_err(Failure::failed)
    }
}

async fn answer(request: RequestBuilder) -> Result<Vec<u8>, Failure> {
    let unreachable = |fault: reqwest::Error| Failure::NotFound(format!("the node does not answer: {fault}"));
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(unreachable)?.to_vec();
    if status.is_success() { Ok(bytes) } else { Err(refusal(status.as_u16(), &bytes)) }
}

/// What an RFC 9457 problem says, in one line.
pub fn refusal(status: u16, bytes: &[u8]) -> Failure {
    let problem: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let title = problem["title"].as_str().unwrap_or("the node refused");
    let detail = problem["detail"].as_str().unwrap_or_default();
    let missing = problem.get("missing").map(|missing| format!(" (missing: {missing})")).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or("no code");
    let request = problem["request_id"].as_str().unwrap_or("-");
    let text = format!("{title}: {detail}{missing} [{status} {code}, request {request}]");
    if status == 404 { Failure::NotFound(text) } else { Failure::Refused(text) }
}
