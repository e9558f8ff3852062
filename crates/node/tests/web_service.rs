//! Health, metrics, the console's address space, the journal, the registry, and the API's committed description.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use comity_node::{access::Role, web};
use common::{OTHERS, OWN, TestNode, with_conditions};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

#[test]
fn the_committed_description_is_that_of_the_handlers() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/api/openapi.json");
    let text = web::openapi_document();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap();
    assert!(committed == text, "run with UPDATE_OPENAPI=1 and commit docs/api/openapi.json");
}

#[test]
fn every_operation_has_a_summary_and_tells_its_success_and_its_failures() {
    let document: Value = serde_json::from_str(&web::openapi_document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in operations.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
            // Asking what is spoken cannot fail.
            let fails = responses.keys().any(|status| status.starts_with('4'));
            assert!(fails || method == "options", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_description_is_served_as_it_is_committed() {
    let node = TestNode::new().await;
    let answer = node.get("/openapi.json", "").await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.text(), web::openapi_document());
}

#[tokio::test]
async fn a_node_is_alive_and_ready_until_its_registry_expires() {
    let node = TestNode::new().await;
    assert_eq!(node.get("//healthz", "").await.text(), "ok\n");
    let ready = node.get("//readyz", "").await.ok();
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["ledger_size"], 1);
    node.node.store.close().await;
    assert_eq!(node.get("//readyz", "").await.problem(503), "not_ready");
    assert_eq!(node.get("//healthz", "").await.status, 200);
}

#[tokio::test]
async fn metrics_name_routes_and_peers_and_nothing_of_cases() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let body =
        with_conditions(json!({"to": ["ES-NCB"], "items": [{"subject": "Secret", "text": "of a case"}]}));
    let exchange =
        node.post("/messages", &token, body).await.ok()["exchanges"][0].as_str().unwrap().to_owned();
    node.get(&format!("/exchanges/{exchange}"), &token).await.ok();
    let text = node.get("//metrics", "").await.text();
    for line in [
        "comity_http_requests_total{method=\"GET\",route=\"/api/v1/exchanges/{id}\",status=\"200\"} 1",
        "comity_http_request_seconds_count{route=\"/api/v1/messages\"} 1",
        "comity_outbox_waiting{peer=\"es-ncb.test.example/ledger\"} 1",
        "comity_outbox_dead{peer=\"es-ncb.test.example/ledger\"} 0",
        "comity_ledger_size 5",
        "comity_registry_version 1",
        "comity_deliveries_receipted_total 0",
    ] {
        assert!(text.lines().any(|got| got == line), "{line}\n{text}");
    }
    assert!(text.contains("process_resident_memory_bytes "));
    assert!(text.contains("comity_registry_seconds_to_expiry 86"));
    for secret in [exchange.as_str(), "Secret", "c.martin"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_node_tells_its_members_to_whoever_has_signed_in() {
    let node = TestNode::new().await;
    assert_eq!(node.get("/node", "").await.problem(401), "not_signed_in");
    let token = node.officer("c.martin", Role::Officer).await;
    let told = node.get("/node", &token).await.ok();
    assert_eq!(told["mode"], "exercise");
    assert_eq!(told["authorities"], json!([{"id": OWN, "name": "Bureau FR-NCB"}]));
    assert_eq!(told["members"].as_array().unwrap().len(), 1 + OTHERS.len());
    assert_eq!(told["members"][1]["kind"], "ncb");
}

#[tokio::test]
async fn the_journal_is_read_in_pages_by_auditors_and_administrators_alone() {
    let node = TestNode::new().await;
    let auditor = node.officer("a.udit", Role::Auditor).await;
    let officer = node.officer("c.martin", Role::Officer).await;
    assert_eq!(node.get("/journal", &officer).await.problem(403), "role_forbids");
    let first = node.get("/journal?limit=3", &auditor).await.ok();
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    assert_eq!(first["items"][0]["act"], "registry_adopted");
    assert_eq!(first["items"][2]["actor"], "officer:a.udit");
    assert_eq!(first["items"][2]["detail"]["role"], "auditor");
    let next = node.get(&format!("/journal?after={}", first["next"]), &auditor).await.ok();
    let acts: Vec<_> = next["items"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["officer_created", "signed_in"]);
    assert_eq!(next["next"], Value::Null);
    assert_eq!(node.get("/journal?limit=x", &auditor).await.problem(400), "malformed_request");
}

#[tokio::test]
async fn an_administrator_offers_a_registry_and_a_forged_one_is_refused() {
    let node = TestNode::new().await;
    let administrator = node.officer("admin", Role::Administrator).await;
    let officer = node.officer("c.martin", Role::Officer).await;
    let mut registry = node.node.registry().registry().clone();
    registry.version = 2;
    registry.expires += SignedDuration::from_hours(1);
    let signed: Value = serde_json::from_slice(&node.roots.sign(&registry).unwrap().to_json()).unwrap();
    let forged = comity_node::setup::RootKeys::generate(1, 1).unwrap().sign(&registry).unwrap().to_json();
    let forged: Value = serde_json::from_slice(&forged).unwrap();
    assert_eq!(node.post("/registry", &officer, signed.clone()).await.problem(403), "role_forbids");
    assert_eq!(node.post("/registry", &administrator, forged).await.problem(422), "registry_refused");
    assert_eq!(node.post("/registry", &administrator, json!({})).await.problem(400), "malformed_request");
    let adopted = node.post("/registry", &administrator, signed.clone()).await.ok();
    assert_eq!(adopted, json!({"adopted": true, "version": 2}));
    let again = node.post("/registry", &administrator, signed).await.ok();
    assert_eq!(again, json!({"adopted": false, "version": 2}));
    registry.version = 1;
    let older = serde_json::from_slice(&node.roots.sign(&registry).unwrap().to_json()).unwrap();
    assert_eq!(node.post("/registry", &administrator, older).await.problem(409), "registry_rolled_back");
}
