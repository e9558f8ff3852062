//! What the node tells Prometheus (text format 0.0.4). Names of peers and routes only; nothing of persons or cases.

mod text;

use super::problem::Problem;
use crate::{
    Node,
    evidence::{EvidenceError, vault_status},
    locks::locked,
    random,
    store::{Store, StoreError},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use text::Page;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
/// Refusals read at once when counting.
const COUNT_BATCH: u64 = 10_000;

/// Counters of one process, since it started.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, String, u16), u64>>,
    latencies: Mutex<BTreeMap<String, Latency>>,
    deliveries: Mutex<Deliveries>,
}

#[derive(Debug, Default, Clone)]
struct Latency {
    counts: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

/// What became of deliveries, counted from the journal up to `seq`.
#[derive(Debug, Default, Clone)]
struct Deliveries {
    seq: u64,
    receipted: u64,
    refused: BTreeMap<String, u64>,
}

impl Metrics {
    /// Counters at zero; receipts and refusals are counted in the journal from entry `seq` on.
    pub(super) fn starting_at(seq: u64) -> Self {
        let deliveries = Deliveries { seq, ..Deliveries::default() };
        Self { deliveries: Mutex::new(deliveries), ..Self::default() }
    }

    /// Counts a request by its route, never by its path.
    pub(super) fn count(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let key = (method_name(method), route.to_owned(), status.as_u16());
        *locked(&self.requests).entry(key).or_default() += 1;
        let mut latencies = locked(&self.latencies);
        latencies.entry(route.to_owned()).or_default().add(took.as_secs_f64());
    }

    /// Goes on counting receipts and refusals in the journal from where the last scrape stopped.
    async fn count_deliveries(&self, store: &Store, size: u64) -> Result<Deliveries, StoreError> {
        let mut counted = locked(&self.deliveries).clone();
        let mut from = counted.seq;
        while from < size {
            let to = size.min(from.saturating_add(COUNT_BATCH));
            counted.add(store, from, to).await?;
            from = to;
        }
        counted.seq = counted.seq.max(size);
        *locked(&self.deliveries) = counted.clone();
        Ok(counted)
    }
}

impl Latency {
    fn add(&mut self, seconds: f64) {
        for (count, bound) in self.counts.iter_mut().zip(BOUNDS) {
            *count += u64::from(seconds <= bound);
        }
        self.count += 1;
        self.seconds += seconds;
    }
}

impl Deliveries {
    async fn add(&mut self, store: &Store, from: u64, to: u64) -> Result<(), StoreError> {
        let sql = "/* count_receipts */ SELECT COUNT(*) FROM journal WHERE seq >= $1 AND seq < $2 \
                   AND act = 'receipt_verified'";
        let row = store.fetch_optional(sql, &[from.into(), to.into()]).await?;
        self.receipted += row.map_or(Ok(0), |row| row.unsigned(0))?;
        let sql = "/* count_refusals */ SELECT document FROM journal WHERE seq >= $1 AND seq < $2 \
                   AND act = 'delivery_refused' AND document IS NOT NULL";
        for row in store.fetch_all(sql, &[from.into(), to.into()]).await? {
            let document: Value = row.json(0)?;
            let code = document.pointer("/detail/code").and_then(Value::as_str).unwrap_or("other");
            *self.refused.entry(code.to_owned()).or_default() += 1;
        }
        Ok(())
    }
}

/// A client may invent methods; a label may not.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        _ => "other",
    }
}

pub(super) async fn get_metrics(
    State(node): State<Arc<Node>>,
    Extension(metrics): Extension<Arc<Metrics>>,
) -> Result<Response, Problem> {
    let mut page = Page::default();
    requests(&mut page, &metrics);
    outbox(&mut page, &node).await?;
    ledger(&mut page, &node, &metrics).await?;
    registry(&mut page, &node);
    evidence(&mut page, &node).await?;
    if let Some(bytes) = resident_bytes() {
        page.gauge("process_resident_memory_bytes", "Memory of the process in use, in bytes.", bytes);
    }
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], page.finish()).into_response())
}

fn requests(page: &mut Page, metrics: &Metrics) {
    page.head("comity_http_requests_total", "counter", "Requests answered, by route and status.");
    for ((method, route, status), count) in &*locked(&metrics.requests) {
        let status = status.to_string();
        let labels = [("method", *method), ("route", route.as_str()), ("status", status.as_str())];
        page.sample("comity_http_requests_total", &labels, count);
    }
    page.head("comity_http_request_seconds", "histogram", "Time until the answer began, by route.");
    for (route, latency) in &*locked(&metrics.latencies) {
        for (count, bound) in latency.counts.iter().zip(BOUNDS) {
            let bound = bound.to_string();
            page.sample("comity_http_request_seconds_bucket", &[("route", route), ("le", &bound)], count);
        }
        page.sample("comity_http_request_seconds_bucket", &[("route", route), ("le", "+Inf")], latency.count);
        page.sample("comity_http_request_seconds_sum", &[("route", route)], latency.seconds);
        page.sample("comity_http_request_seconds_count", &[("route", route)], latency.count);
    }
}

async fn outbox(page: &mut Page, node: &Node) -> Result<(), StoreError> {
    let sql = "/* count_outbox */ SELECT COUNT(*) FROM delivery WHERE node = $1 AND state = $2";
    let registry = node.registry();
    for (name, state, help) in [
        ("comity_outbox_waiting", "queued", "Deliveries that wait, by peer."),
        ("comity_outbox_dead", "dead", "Deliveries that a peer refused for good."),
    ] {
        page.head(name, "gauge", help);
        for peer in &registry.registry().nodes {
            let row = node.store.fetch_optional(sql, &[peer.name.as_str().into(), state.into()]).await?;
            page.sample(name, &[("peer", &peer.name)], row.map_or(Ok(0), |row| row.unsigned(0))?);
        }
    }
    Ok(())
}

async fn ledger(page: &mut Page, node: &Node, metrics: &Metrics) -> Result<(), StoreError> {
    let sql = "/* ledger_sizes */ SELECT size, cosigned_size FROM ledger_head WHERE id = 1";
    let row = node.store.fetch_optional(sql, &[]).await?;
    let (size, cosigned) = row.map_or(Ok((0, 0)), |row| Ok((row.unsigned(0)?, row.unsigned(1)?)))?;
    page.gauge("comity_ledger_size", "Entries in the ledger.", size);
    page.gauge(
        "comity_ledger_cosigned_size",
        "Entries under a head that enough witnesses have cosigned.",
        cosigned,
    );
    let counted = metrics.count_deliveries(&node.store, size).await?;
    page.head("comity_deliveries_receipted_total", "counter", "Verified receipts since the process started.");
    page.sample("comity_deliveries_receipted_total", &[], counted.receipted);
    page.head(
        "comity_deliveries_refused_total",
        "counter",
        "Deliveries refused for good since the process started.",
    );
    for (code, count) in &counted.refused {
        page.sample("comity_deliveries_refused_total", &[("code", code)], count);
    }
    Ok(())
}

fn registry(page: &mut Page, node: &Node) {
    let directory = node.registry();
    let registry = directory.registry();
    page.gauge("comity_registry_version", "Version of the registry in force.", registry.version);
    let left = registry.expires.duration_since(random::now()).as_secs();
    page.gauge(
        "comity_registry_seconds_to_expiry",
        "Seconds until the registry expires; below zero after.",
        left,
    );
}

async fn evidence(page: &mut Page, node: &Node) -> Result<(), EvidenceError> {
    let [items, bytes, damaged] = vault_status::totals(&node.store).await?;
    page.gauge("comity_evidence_items", "Items of evidence that are held.", items);
    page.gauge("comity_evidence_bytes", "Bytes of their content.", bytes);
    page.gauge("comity_evidence_damaged", "Held items in which damage was found.", damaged);
    if let Some(oldest) = vault_status::oldest_check(&node.store).await? {
        let seconds = random::now().duration_since(oldest).as_secs();
        page.gauge(
            "comity_evidence_oldest_check_seconds",
            "Seconds since the scrubber's check that lies back longest.",
            seconds,
        );
    }
    Ok(())
}

/// As Linux tells it; nothing elsewhere.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}
