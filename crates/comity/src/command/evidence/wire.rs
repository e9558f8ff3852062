//! How evidence goes to a node and comes from it: requests without a limit of time for the whole, which say whether to try again,
//! and a session that is renewed where it ends during a long transfer.

use crate::{
    api::{Api, refusal},
    cli::Remote,
    failure::Failure,
};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::{future::Future, time::Duration};
use tokio::sync::RwLock;

/// So many times in a row something that passes is tried again.
const TRIES: u32 = 6;

/// A signed-in client for transfers.
pub struct Wire<'a> {
    remote: &'a Remote,
    api: RwLock<Api>,
}

/// Why a request did not do.
#[derive(Debug)]
pub enum Fault {
    /// It passes: try again.
    Passing(Failure),
    /// The node says no, with this status.
    Refused(StatusCode, Failure),
    /// Something on this machine.
    Here(Failure),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Passing(failure) | Fault::Refused(_, failure) | Fault::Here(failure) => failure,
        }
    }
}

impl Fault {
    /// Is there no such thing (any more)?
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Refused(status, ..) if [StatusCode::NOT_FOUND, StatusCode::GONE].contains(status))
    }
}

impl<'a> Wire<'a> {
    /// Signs in as the command line says.
    pub async fn of(remote: &'a Remote) -> Result<Self, Failure> {
        Ok(Self { remote, api: RwLock::new(Api::of(remote).await?.for_transfers()?) })
    }

    /// Sends one request, once. A session that has ended is renewed, and the request is to be made again.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        make: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Fault> {
        let request = make(self.api.read().await.call(method, path));
        let unreachable =
            |fault: reqwest::Error| Failure::NotFound(format!("the node does not answer: {fault}"));
        let response = request.send().await.map_err(|fault| Fault::Passing(unreachable(fault)))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem = response.bytes().await.unwrap_or_default();
        let failure = refusal(status.as_u16(), &problem);
        if status == StatusCode::UNAUTHORIZED {
            *self.api.write().await =
                Api::of(self.remote).await.and_then(Api::for_transfers).map_err(Fault::Here)?;
            return Err(Fault::Passing(failure));
        }
        Err(if passes(status) { Fault::Passing(failure) } else { Fault::Refused(status, failure) })
    }

    /// Reads a JSON document, patiently.
    pub async fn get(&self, path: &str) -> Result<Value, Fault> {
        patiently(|| async { json(self.send(Method::GET, path, |request| request).await?).await }).await
    }

    /// Every item of a list that comes in pages.
    pub async fn all(&self, path: &str) -> Result<Vec<Value>, Fault> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let more = query(&[("limit", "200"), ("after", &after)].map(|(key, value)| (key, Some(value))));
            let joined = if path.contains('?') { format!("{path}&{more}") } else { format!("{path}?{more}") };
            let mut page = self.get(&joined).await?;
            if let Value::Array(items) = page["items"].take() {
                found.extend(items);
            }
            match page["next"].as_str() {
                Some(next) if next != after => after = next.to_owned(),
                _ => return Ok(found),
            }
        }
    }
}

/// The JSON of an answer.
pub async fn json(response: Response) -> Result<Value, Fault> {
    let lost =
        |fault: reqwest::Error| Fault::Passing(Failure::NotFound(format!("the answer was cut: {fault}")));
    let bytes = response.bytes().await.map_err(lost)?;
    serde_json::from_slice(&bytes).map_err(|fault| Fault::Here(Failure::failed(fault)))
}

/// Does something again while what stands in its way passes, with growing pauses.
pub async fn patiently<T, F: Future<Output = Result<T, Fault>>>(act: impl Fn() -> F) -> Result<T, Fault> {
    let mut tries = 0;
    loop {
        match act().await {
            Err(Fault::Passing(_)) if tries < TRIES => pause(&mut tries).await,
            other => return other,
        }
    }
}

/// Waits a little longer each time.
pub async fn pause(tries: &mut u32) {
    *tries += 1;
    tokio::time::sleep(Duration::from_millis(100 << (*tries).min(6))).await;
}

/// May something be tried again after so many times?
pub fn may_try(tries: u32) -> bool {
    tries < TRIES
}

/// A query of those parameters that have a value; empty ones are left out.
pub fn query(parameters: &[(&str, Option<&str>)]) -> String {
    let Ok(mut url) = reqwest::Url::parse("http://node/") else { return String::new() };
    let given =
        parameters.iter().filter_map(|(key, value)| Some((*key, value.filter(|value| !value.is_empty())?)));
    url.query_pairs_mut().extend_pairs(given);
    url.query().unwrap_or_default().to_owned()
}

fn passes(status: StatusCode) -> bool {
    use StatusCode as S;
    [
        S::REQUEST_TIMEOUT,
        S::LOCKED,
        S::TOO_MANY_REQUESTS,
        S::BAD_GATEWAY,
        S::SERVICE_UNAVAILABLE,
        S::GATEWAY_TIMEOUT,
    ]
    .contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_what_was_given_and_nothing_of_it_is_taken_for_a_separator() {
        let made = query(&[("reason", Some("A & B = ü")), ("case", None), ("after", Some(""))]);
        assert_eq!(made, "reason=A+%26+B+%3D+%C3%BC");
    }
}
