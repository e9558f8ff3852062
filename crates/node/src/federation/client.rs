//! Calls to one peer: batches, registries, cosignatures. Every call has a bound on time and on size.

use super::{
    tls,
    wire::{BatchAnswer, MAX_WIRE_BYTES, WholeRefusal},
};
use crate::Node;
use comity_delivery::RefusalCode;
use comity_seal::Dsse;
use futures_util::StreamExt;
use std::{sync::Arc, time::Duration};

/// Bytes that may be on the way before the receiver must confirm: a whole batch, so that no batch waits for its middle.
pub const WINDOW: u32 = 8 * 1024 * 1024;
/// The same for each of the parts of evidence that share a connection.
const EVIDENCE_STREAM_WINDOW: u32 = 4 * 1024 * 1024;
/// The largest frame in which evidence comes.
const EVIDENCE_FRAME: u32 = 1024 * 1024;

/// Why a call has no usable answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// An answer of this status that is larger than it may be.
    #[error("the answer is too large")]
    TooLarge(u16),
    /// No connection, no answer in time, or one that broke off, in words.
    #[error("{0}")]
    Failed(String),
}

impl From<reqwest::Error> for Unanswered {
    fn from(fault: reqwest::Error) -> Self {
        Self::Failed(in_words(&fault))
    }
}

/// A peer that cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Not in the registry.
    #[error("`{0}` is not in the registry")]
    Unknown(String),
    /// TLS settings.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
    /// The HTTP client.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

/// What came back for a batch.
pub enum BatchReply {
    /// An answer for each item.
    Answer(BatchAnswer),
    /// The batch was refused or put off as a whole.
    Whole(WholeRefusal),
    /// Nothing that can be read.
    Nothing(String),
}

/// A client for one peer; holds its connection.
pub struct PeerClient {
    http: reqwest::Client,
    base: String,
}

impl PeerClient {
    /// A client for the peer of that name at the address that the registry gives.
    ///
    /// # Errors
    /// Where the peer is unknown or the TLS settings are unusable.
    pub fn new(node: &Arc<Node>, peer: &str) -> Result<Self, ClientError> {
        let timeout = Duration::from_millis(node.config.delivery.answer_timeout_ms);
        Self::with(node, peer, |http| {
            let windows =
                http.http2_initial_stream_window_size(WINDOW).http2_initial_connection_window_size(WINDOW);
            windows.timeout(timeout)
        })
    }

    /// A client that fetches evidence: large frames, and a bound on each silence in place of one on the whole answer.
    ///
    /// # Errors
    /// As [`PeerClient::new`].
    pub fn for_evidence(node: &Arc<Node>, peer: &str) -> Result<Self, ClientError> {
        let timeout = Duration::from_millis(node.config.delivery.answer_timeout_ms);
        Self::with(node, peer, |http| {
            let windows = http
                .http2_initial_stream_window_size(EVIDENCE_STREAM_WINDOW)
                .http2_initial_connection_window_size(WINDOW)
                .http2_max_frame_size(EVIDENCE_FRAME);
            windows.read_timeout(timeout)
        })
    }

    fn with(
        node: &Arc<Node>,
        peer: &str,
        settings: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<Self, ClientError> {
        let registry = node.registry();
        let record = registry.registry().node(peer).ok_or_else(|| ClientError::Unknown(peer.to_owned()))?;
        let timeout = Duration::from_millis(node.config.delivery.answer_timeout_ms);
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(node, peer)?)
            .http2_prior_knowledge()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeout.min(Duration::from_secs(10)));
        Ok(Self { http: settings(http).build()?, base: format!("https://{}", record.address) })
    }

    /// Asks for something small: status and body, of at most `limit` bytes.
    ///
    /// # Errors
    /// Where there is no usable answer.
    pub async fn get(&self, path: &str, limit: usize) -> Result<(u16, Vec<u8>), Unanswered> {
        self.answer_within(self.http.get(format!("{}{path}", self.base)), limit).await
    }

    /// Sends something small and asks for the answer: status and body, of at most `limit` bytes.
    ///
    /// # Errors
    /// Where there is no usable answer.
    pub async fn post(&self, path: &str, body: Vec<u8>, limit: usize) -> Result<(u16, Vec<u8>), Unanswered> {
        self.answer_within(self.http.post(format!("{}{path}", self.base)).body(body), limit).await
    }

    /// Asks for something large, from byte `start` on. The answer's status and headers are the caller's to check.
    ///
    /// # Errors
    /// In words, where there is no answer.
    pub async fn open(&self, path: &str, start: u64) -> Result<reqwest::Response, String> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if start > 0 {
            request = request.header(reqwest::header::RANGE, format!("bytes={start}-"));
        }
        request.send().await.map_err(|fault| in_words(&fault))
    }

    /// Sends a batch.
    pub async fn send_batch(&self, batch: String) -> BatchReply {
        let request = self.http.post(format!("{}/v1/envelopes", self.base)).body(batch);
        let (status, bytes) = match self.answer(request).await {
            Ok(answer) => answer,
            Err(why) => return BatchReply::Nothing(why),
        };
        if status == 200 {
            let answer = serde_json::from_slice(&bytes);
            return answer.map_or_else(
                |_| BatchReply::Nothing("the answer cannot be read".into()),
                BatchReply::Answer,
            );
        }
        match serde_json::from_slice(&bytes) {
            Ok(refusal) => BatchReply::Whole(refusal),
            Err(_) if status == 413 => BatchReply::Whole(WholeRefusal {
                code: RefusalCode::Oversize,
                advice: String::new(),
                registry: 0,
            }),
            Err(_) => BatchReply::Nothing(format!("status {status} without a reason")),
        }
    }

    /// The signed registries that the peer holds after `version`.
    ///
    /// # Errors
    /// In words, where there is no usable answer.
    pub async fn registries_after(&self, version: u64) -> Result<Vec<Dsse>, String> {
        let request = self.http.get(format!("{}/v1/registries?after={version}", self.base));
        match self.answer(request).await? {
            (200, bytes) => serde_json::from_slice(&bytes).map_err(|fault| fault.to_string()),
            (status, _) => Err(format!("status {status}")),
        }
    }

    /// Asks the peer, as a witness, to cosign a checkpoint (C2SP tlog-witness). Status and text of the answer.
    ///
    /// # Errors
    /// In words, where there is no usable answer.
    pub async fn add_checkpoint(&self, body: String) -> Result<(u16, String), String> {
        let (status, bytes) = self
            .answer(self.http.post(format!("{}/v1/witness/add-checkpoint", self.base)).body(body))
            .await?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), String> {
        self.answer_within(request, MAX_WIRE_BYTES).await.map_err(|fault| fault.to_string())
    }

    async fn answer_within(
        &self,
        request: reqwest::RequestBuilder,
        limit: usize,
    ) -> Result<(u16, Vec<u8>), Unanswered> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            if bytes.len() + chunk.len() > limit {
                return Err(Unanswered::TooLarge(status));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, bytes))
    }
}

/// The innermost cause, which says more than "error sending request".
fn in_words(fault: &reqwest::Error) -> String {
    if fault.is_timeout() {
        return "no answer in time".into();
    }
    let mut cause: &dyn std::error::Error = fault;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
