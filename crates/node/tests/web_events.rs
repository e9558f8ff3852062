//! Live updates: they begin at the present, resume without a gap, keep to the caller's authority and end with the session.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use axum::{
    body::{Body, BodyDataStream},
    http::Request,
};
use comity_node::{
    access::Role,
    journal::{About, Actor, Entry},
    random,
};
use common::TestNode;
use futures_util::StreamExt;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

struct Stream(BodyDataStream, String);

#[derive(Debug, PartialEq)]
struct Event {
    id: u64,
    name: String,
    data: Value,
}

impl Stream {
    async fn open(node: &TestNode, token: &str, last: Option<u64>) -> Self {
        let mut request = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = node.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self(response.into_body().into_data_stream(), String::new())
    }

    async fn next(&mut self) -> Event {
        loop {
            if let Some((block, rest)) = self.1.clone().split_once("\n\n") {
                self.1 = rest.to_owned();
                if let Some(event) = parse(block) {
                    return event;
                }
                continue;
            }
            let chunk = timeout(Duration::from_secs(20), self.0.next()).await.expect("an event in time");
            self.1.push_str(std::str::from_utf8(&chunk.expect("the stream goes on").unwrap()).unwrap());
        }
    }
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data = serde_json::from_str(field("data:")?).unwrap();
    Some(Event { id: field("id:")?.parse().unwrap(), name: field("event:")?.to_owned(), data })
}

async fn act(node: &TestNode, act: &str, authority: Option<&str>) {
    let authority = authority.map(|authority| authority.parse().unwrap());
    let mut tx = node.node.store.begin("test").await.unwrap();
    let detail = serde_json::json!({ "secret": "not for the stream" });
    tx.record(Entry::new(random::now(), authority.as_ref(), &Actor::Node, act, About::default(), detail));
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_stream_begins_at_the_present_and_resumes_after_the_last_event() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    act(&node, "alert_raised", Some("FR-NCB")).await;
    let mut stream = Stream::open(&node, &token, None).await;
    act(&node, "exchange_read", Some("FR-NCB")).await;
    act(&node, "hit_found", Some("ES-NCB")).await;
    act(&node, "receipt_verified", Some("FR-NCB")).await;
    let event = stream.next().await;
    assert_eq!((event.name.as_str(), &event.data["act"]), ("delivery", &"receipt_verified".into()));
    assert!(!event.data.to_string().contains("secret"));
    drop(stream);
    act(&node, "sighting_received", Some("FR-NCB")).await;
    let mut resumed = Stream::open(&node, &token, Some(event.id)).await;
    assert_eq!(resumed.next().await.name, "sighting");
    let mut earlier = Stream::open(&node, &token, Some(0)).await;
    let names = [earlier.next().await.name, earlier.next().await.name, earlier.next().await.name];
    assert_eq!(names, ["alert", "delivery", "sighting"]);
}

#[tokio::test]
async fn an_identifier_from_the_future_begins_at_the_present() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let mut stream = Stream::open(&node, &token, Some(u64::MAX)).await;
    act(&node, "case_opened", Some("FR-NCB")).await;
    assert_eq!(stream.next().await.name, "case");
}

#[tokio::test]
async fn more_than_one_reading_of_entries_arrives_whole_and_in_order() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let mut tx = node.node.store.begin("test").await.unwrap();
    for _ in 0..700 {
        let detail = serde_json::json!({});
        tx.record(Entry::new(
            random::now(),
            None,
            &Actor::Node,
            "registry_adopted",
            About::default(),
            detail,
        ));
    }
    let first = tx.commit().await.unwrap().first;
    let mut stream = Stream::open(&node, &token, Some(first - 1)).await;
    for id in first..first + 700 {
        assert_eq!(stream.next().await.id, id);
    }
}

#[tokio::test]
async fn nobody_listens_without_a_session_and_a_stream_ends_with_it() {
    let node = TestNode::new().await;
    assert_eq!(node.get("/events", "").await.problem(401), "not_signed_in");
    let token = node.officer("c.martin", Role::Officer).await;
    let mut stream = Stream::open(&node, &token, None).await;
    node.call("DELETE", "/session", &token, Value::Null).await.ok();
    let ended = async {
        while let Some(chunk) = stream.0.next().await {
            chunk.unwrap();
        }
    };
    timeout(Duration::from_secs(20), ended).await.expect("the stream ends");
}
