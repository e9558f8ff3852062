//! Exchanges through the API: sending one and many, reading, what a marking forbids, and dead letters.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use comity_node::{
    access::Role,
    store::{Store, Value as Sql},
};
use common::{TestNode, conditions, with_conditions};
use serde_json::{Value, json};

fn one(to: &str, subject: &str) -> Value {
    with_conditions(json!({"to": [to], "subject": subject, "text": "An invented text."}))
}

fn many(to: &str, count: usize) -> Value {
    let items: Vec<_> =
        (0..count).map(|n| json!({"subject": format!("Item {n}"), "text": "Invented."})).collect();
    with_conditions(json!({"to": [to], "items": items}))
}

async fn open(node: &TestNode, token: &str) -> String {
    let sent = node.post("/messages", token, many("ES-NCB", 1)).await.ok();
    sent["exchanges"][0].as_str().unwrap().to_owned()
}

async fn change(store: &Store, sql: &'static str, values: &[Sql]) {
    let mut tx = store.begin("test").await.unwrap();
    assert!(tx.execute(sql, values).await.unwrap() > 0);
    tx.commit().await.unwrap();
}

async fn count(node: &TestNode, act: &str) -> u64 {
    let sql = "/* test */ SELECT COUNT(*) FROM journal WHERE act = $1";
    node.node.store.fetch_optional(sql, &[act.into()]).await.unwrap().unwrap().unsigned(0).unwrap()
}

#[tokio::test]
async fn a_message_opens_an_exchange_and_another_answers_in_it() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let exchange = open(&node, &token).await;
    let path = format!("/exchanges/{exchange}/messages");
    let mut reply = one("ES-NCB", "More");
    let first = node.get(&format!("/exchanges/{exchange}"), &token).await.ok()["messages"][0]["id"].clone();
    reply["reply_to"] = first.clone();
    let sent = node.post(&path, &token, reply).await;
    assert_eq!(sent.status, 201);
    let shown = node.get(&format!("/exchanges/{exchange}"), &token).await.ok();
    let messages = shown["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1]["id"], sent.json()["message"]);
    assert_eq!(messages[1]["reply_to"], first);
    assert_eq!(messages[1]["content"], json!({"subject": "More", "text": "An invented text."}));
    let delivery = json!([{"authority": "ES-NCB", "state": "queued", "receipted_at": null}]);
    assert_eq!(messages[1]["deliveries"], delivery);
    assert_eq!(messages[0]["proof"], json!({"ledger_index": 3, "witnessed": null}));
    let list = node.get("/exchanges", &token).await.ok();
    assert_eq!(list["items"][0]["with"], json!(["ES-NCB"]));
    assert_eq!(list["items"][0]["messages"], 2);
}

#[tokio::test]
async fn many_messages_leave_in_one_transaction_or_none_does() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let sent = node.post("/messages", &token, many("MA-NCB", 40)).await.ok();
    assert_eq!(sent["messages"].as_array().unwrap().len(), 40);
    let mut spoiled = many("MA-NCB", 40);
    spoiled["items"][39]["text"] = "".into();
    assert_eq!(node.post("/messages", &token, spoiled).await.problem(422), "message_refused");
    assert_eq!(node.post("/messages", &token, many("MA-NCB", 513)).await.problem(422), "too_many");
    assert_eq!(node.post("/messages", &token, many("MA-NCB", 0)).await.problem(422), "too_many");
    assert_eq!(count(&node, "message_released").await, 40);
    let page = node.get("/exchanges?limit=30", &token).await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 30);
    assert!(page["next"].is_string());
}

#[tokio::test]
async fn what_may_not_leave_is_refused_with_its_reason() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let auditor = node.officer("a.udit", Role::Auditor).await;
    let exchange = open(&node, &token).await;
    let path = format!("/exchanges/{exchange}/messages");
    let with = |key: &str, inner: &str, value: Value| {
        let mut body = one("ES-NCB", "More");
        if inner.is_empty() {
            body[key] = value
        } else {
            body[key][inner] = value
        }
        body
    };
    let stranger = json!("0199f000-0000-7000-8000-000000000000");
    for (body, status, code) in [
        (with("to", "", json!(["PT-NCB"])), 422, "not_member"),
        (with("to", "", json!([])), 422, "recipients_refused"),
        (with("to", "", json!(["FR-NCB"])), 422, "recipients_refused"),
        (with("marking", "handling", json!([])), 422, "marking_refused"),
        (with("marking", "retain_until", json!("2020-01-01")), 422, "marking_refused"),
        (with("legal_basis", "reason", json!(null)), 422, "legal_basis_refused"),
        (with("legal_basis", "article", json!(" ")), 422, "legal_basis_refused"),
        (with("legal_basis", "answer", json!("in_force")), 422, "unreadable_body"),
        (with("subject", "", json!("two\nlines")), 422, "message_refused"),
        (with("reply_to", "", stranger.clone()), 422, "reply_to_unknown"),
        (with("unknown", "", json!(1)), 422, "unreadable_body"),
    ] {
        assert_eq!(node.post(&path, &token, body.clone()).await.problem(status), code, "{body}");
    }
    let nowhere = format!("/exchanges/{}/messages", stranger.as_str().unwrap());
    assert_eq!(node.post(&nowhere, &token, one("ES-NCB", "M")).await.problem(404), "not_found");
    assert_eq!(
        node.post("/exchanges/x/messages", &token, one("ES-NCB", "M")).await.problem(400),
        "malformed_request"
    );
    assert_eq!(node.post(&path, &auditor, one("ES-NCB", "M")).await.problem(403), "role_forbids");
    assert_eq!(count(&node, "message_released").await, 1);
}

/// A message received from ES-NCB, by turning one that was sent around in the database.
async fn received(node: &TestNode, token: &str) -> String {
    let exchange = open(node, token).await;
    let sql = "/* test */ UPDATE message SET direction = 'incoming', sender = 'ES-NCB', \
               recipients = '[\"FR-NCB\"]' WHERE exchange = $1";
    change(&node.node.store, sql, &[exchange.as_str().into()]).await;
    exchange
}

#[tokio::test]
async fn drawing_a_newcomer_into_an_exchange_obeys_the_markings_of_what_was_received() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let exchange = received(&node, &token).await;
    let path = format!("/exchanges/{exchange}/messages");
    let refused = node.post(&path, &token, one("MA-NCB", "Look")).await;
    assert_eq!(refused.problem(403), "onward_forbidden");
    assert_eq!(refused.json()["ask"], "ES-NCB");
    let mut batch = many("MA-NCB", 2);
    batch["items"][1]["exchange"] = exchange.clone().into();
    assert_eq!(node.post("/messages", &token, batch).await.problem(403), "onward_forbidden");
    node.post(&path, &token, one("ES-NCB", "Thank you")).await.ok();
    let own = open(&node, &token).await;
    node.post(&format!("/exchanges/{own}/messages"), &token, one("MA-NCB", "Ours to share")).await.ok();
}

#[tokio::test]
async fn reading_an_exchange_is_recorded_once_a_minute_for_each_reader() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let other = node.officer("d.dupont", Role::ReleasingOfficer).await;
    let exchange = open(&node, &token).await;
    for _ in 0..3 {
        node.get(&format!("/exchanges/{exchange}"), &token).await.ok();
    }
    assert_eq!(count(&node, "exchange_read").await, 1);
    node.get(&format!("/exchanges/{exchange}"), &other).await.ok();
    assert_eq!(count(&node, "exchange_read").await, 2);
    let sql = "/* test */ UPDATE journal SET at = at - 60000 WHERE act = $1";
    change(&node.node.store, sql, &["exchange_read".into()]).await;
    node.get(&format!("/exchanges/{exchange}"), &token).await.ok();
    assert_eq!(count(&node, "exchange_read").await, 3);
}

#[tokio::test]
async fn a_withdrawn_message_has_no_content() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let exchange = open(&node, &token).await;
    let sql = "/* test */ UPDATE message SET content = NULL, body = NULL WHERE exchange = $1";
    change(&node.node.store, sql, &[exchange.as_str().into()]).await;
    let shown = node.get(&format!("/exchanges/{exchange}"), &token).await.ok();
    assert_eq!(shown["messages"][0]["content"], Value::Null);
}

#[tokio::test]
async fn a_dead_letter_tells_why_and_what_next_and_is_tried_again_once() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let auditor = node.officer("a.udit", Role::Auditor).await;
    let sent = node.post("/messages", &token, many("ES-NCB", 1)).await.ok();
    let message = sent["messages"][0].as_str().unwrap().to_owned();
    let sql = "/* test */ UPDATE delivery SET state = 'dead', fault = 'key_unknown' WHERE message = $1";
    change(&node.node.store, sql, &[message.as_str().into()]).await;
    let letters = node.get("/dead-letters", &token).await.ok();
    assert_eq!(letters["items"][0]["message"], message);
    assert_eq!(letters["items"][0]["code"], "key_unknown");
    assert!(letters["items"][0]["why"].as_str().unwrap().contains("signing key"));
    assert!(letters["items"][0]["advice"].as_str().unwrap().contains("registry"));
    let path = format!("/dead-letters/{message}/ES-NCB/retry");
    assert_eq!(node.post(&path, &auditor, Value::Null).await.problem(403), "role_forbids");
    assert_eq!(node.post(&path, &token, Value::Null).await.status, 204);
    assert_eq!(node.post(&path, &token, Value::Null).await.problem(404), "not_found");
    assert_eq!(node.get("/dead-letters", &token).await.ok()["items"], json!([]));
    assert_eq!(count(&node, "dead_letter_retried").await, 1);
}

#[tokio::test]
async fn the_record_of_an_exchange_that_is_not_there_is_not_found() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let path = "/exchanges/0199f000-0000-7000-8000-000000000000/record";
    assert_eq!(node.get(path, &token).await.problem(404), "not_found");
    assert!(conditions().is_object());
}
