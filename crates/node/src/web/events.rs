//! Live updates as server-sent events, read from the journal.
//!
//! An event is a journal entry by its number (`id:`), so a client that comes back resumes without a gap. It names what
//! happened and to what; whoever wants more asks the API. The stream ends with the session, which it does not prolong.

use super::problem::{Problem, ProblemView};
use crate::{
    Node,
    access::{Session, session},
    journal::{JournalRow, rows_after},
    random,
    store::StoreError,
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit, watch},
    time::{Instant, sleep},
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// How often the journal is looked at although nobody woke us: another replica may have written.
const POLL: Duration = Duration::from_secs(1);
/// How often the session is looked at.
const SESSION_LOOK: Duration = Duration::from_secs(5);
/// How often a comment is sent, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Entries read at once.
const BATCH: u64 = 256;
/// The most streams at a time in this process.
const MOST_STREAMS: usize = 1024;

static STREAMS: Semaphore = Semaphore::const_new(MOST_STREAMS);

pub(super) fn routes() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::new().routes(routes!(get_events))
}

/// The name of the event that follows from an act; nothing for acts that nobody needs to hear of, reading above all.
fn event_name(act: &str) -> Option<&'static str> {
    if act.ends_with("_read") || act.ends_with("_exported") {
        return None;
    }
    let named = [
        ("receipt_", "delivery"),
        ("delivery_", "delivery"),
        ("dead_letter_", "delivery"),
        ("withdrawal_", "delivery"),
        ("alert_", "alert"),
        ("identity_", "alert"),
        ("hit_", "hit"),
        ("persons_merged", "case"),
        ("merge_", "case"),
        ("hash_set_", "evidence"),
        ("sighting_", "sighting"),
        ("message_", "message"),
        ("envelope_", "message"),
        ("case_", "case"),
        ("registry_", "registry"),
        ("basis_", "message"),
        ("authorisation_", "law"),
        ("law_", "law"),
        ("custody_", "evidence"),
        ("evidence_", "evidence"),
        ("epoch_", "evidence"),
        ("selector_", "query"),
        ("sweep_", "query"),
        ("disclosure_rule_", "query"),
        ("matching_", "query"),
        ("deconfliction_", "deconfliction"),
    ];
    named.into_iter().find(|(prefix, _)| act.starts_with(prefix)).map(|(_, name)| name)
}

fn event(row: &JournalRow) -> Option<Event> {
    let name = event_name(&row.act)?;
    let data = json!({ "act": row.act, "about": row.about, "at": row.at });
    Some(Event::default().id(row.seq.to_string()).event(name).data(data.to_string()))
}

/// Live updates: `alert`, `delivery`, `hit`, `sighting`, `message`, `case`, `registry`, `law`, `evidence`, `query`,
/// `deconfliction`, each with `{act, about: {alert?, exchange?, hit?, case?, message?}, at}`. Begins at the present, or after `Last-Event-ID`.
#[utoipa::path(get, path = "/events", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "resume after this event")), responses(
    (status = 200, description = "a stream that lasts as long as the session", body = String, content_type = "text/event-stream"),
    (status = 401, description = "`not_signed_in`", body = ProblemView),
    (status = 503, description = "`busy`: too many streams", body = ProblemView)))]
async fn get_events(
    State(node): State<Arc<Node>>,
    session: Session,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = STREAMS.try_acquire().map_err(|_| {
        Problem::unavailable("busy", "too many streams of live updates; try again").with("retry_after", 5)
    })?;
    let size = node.store.ledger_size().await?;
    let next = last_event(&headers).map_or(size, |last| last.saturating_add(1).min(size));
    let grown = node.store.follow();
    let feed =
        Feed { node, session, next, grown, ready: VecDeque::new(), looked: Instant::now(), _place: place };
    let stream = Sse::new(stream::unfold(feed, Feed::next)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    // Proxies must pass each event on at once.
    Ok(([("x-accel-buffering", "no")], stream).into_response())
}

fn last_event(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

/// One client's stream.
struct Feed {
    node: Arc<Node>,
    session: Session,
    /// The number of the journal entry to read next.
    next: u64,
    grown: watch::Receiver<u64>,
    ready: VecDeque<Event>,
    looked: Instant,
    _place: SemaphorePermit<'static>,
}

impl Feed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            match self.look().await {
                Ok(true) => {}
                Ok(false) => return None,
                Err(fault) => tracing::warn!(%fault, "live updates wait for the database"),
            }
            if self.ready.is_empty() {
                self.wait().await;
            }
        }
    }

    /// Reads what is new; `false` once the session has ended.
    async fn look(&mut self) -> Result<bool, StoreError> {
        if self.looked.elapsed() >= SESSION_LOOK {
            self.looked = Instant::now();
            if !session::is_open(&self.node, &self.session, random::now()).await? {
                return Ok(false);
            }
        }
        self.grown.borrow_and_update();
        let size = self.node.store.ledger_size().await?;
        while self.next < size && self.ready.is_empty() {
            let authority = &self.session.caller.authority;
            let rows = rows_after(&self.node.store, authority, self.next, BATCH).await?;
            self.ready.extend(rows.iter().filter_map(event));
            let last = rows.last().map_or(0, |last| last.seq.saturating_add(1));
            let all = u64::try_from(rows.len()).is_ok_and(|count| count < BATCH);
            self.next = if all { last.max(size) } else { last };
        }
        Ok(true)
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.grown.changed() => {}
            () = sleep(POLL) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_named_after_its_act() {
        for (act, name) in [
            ("alert_raised", "alert"),
            ("alert_cancelled", "alert"),
            ("identity_withdrawn", "alert"),
            ("withdrawal_confirmed", "delivery"),
            ("receipt_verified", "delivery"),
            ("delivery_refused", "delivery"),
            ("dead_letter_retried", "delivery"),
            ("hit_found", "hit"),
            ("sighting_sent", "sighting"),
            ("message_released", "message"),
            ("envelope_stored", "message"),
            ("case_opened", "case"),
            ("registry_adopted", "registry"),
            ("basis_contradicted", "message"),
            ("authorisation_given", "law"),
            ("law_set_loaded", "law"),
            ("custody_acquired", "evidence"),
            ("evidence_offered", "evidence"),
            ("epoch_begun", "evidence"),
            ("selector_query_finished", "query"),
            ("sweep_consented", "query"),
            ("deconfliction_finished", "deconfliction"),
            ("hit_claimed", "hit"),
        ] {
            assert_eq!(event_name(act), Some(name), "{act}");
        }
    }

    #[test]
    fn reading_and_signing_in_make_no_event_or_the_reader_would_wake_itself() {
        for act in [
            "exchange_read",
            "case_read",
            "alert_read",
            "hit_read",
            "evidence_read",
            "record_exported",
            "signed_in",
            "locked_out",
            "canary_touched",
        ] {
            assert_eq!(event_name(act), None, "{act}");
        }
    }

    #[test]
    fn nonsense_for_a_last_event_begins_at_the_present() {
        let mut headers = HeaderMap::new();
        assert_eq!(last_event(&headers), None);
        headers.insert("last-event-id", "x".parse().unwrap());
        assert_eq!(last_event(&headers), None);
        headers.insert("last-event-id", "41".parse().unwrap());
        assert_eq!(last_event(&headers), Some(41));
    }
}
