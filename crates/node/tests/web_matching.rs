//! The routes of private matching: who may, what is refused, and what the auditor sees.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod common;

use comity_node::access::Role;
use common::{TestNode, conditions, with_conditions};
use serde_json::{Value, json};

const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

fn question(to: Value) -> Value {
    with_conditions(json!({ "case": NOBODY, "to": to, "why": "we look for him" }))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_is_for_its_roles_and_nobody_who_is_signed_out() {
    let node = TestNode::new().await;
    let officer = node.officer("amel", Role::Officer).await;
    let auditor = node.officer("oda", Role::Auditor).await;
    for path in
        ["/selector-queries", "/hit-claims", "/matching/budget", "/disclosure-rules", "/sweep-requests"]
    {
        assert_eq!(node.get(path, "").await.problem(401), "not_signed_in", "{path}");
        assert_eq!(node.get(path, &auditor).await.problem(403), "role_forbids", "{path}");
        node.get(path, &officer).await.ok();
    }
    assert_eq!(node.get("/matching/usage", &officer).await.problem(403), "role_forbids");
    let canary = json!({ "kind": "phone", "value": "+34 600 000 001" });
    assert_eq!(node.post("/matching/canaries", &officer, canary.clone()).await.problem(403), "role_forbids");
    let planted = node.post("/matching/canaries", &auditor, canary).await.ok();
    assert!(planted["value"].is_null() && planted["id"].is_string());
    let wrong = json!({ "kind": "phone", "value": "nobody" });
    assert_eq!(node.post("/matching/canaries", &auditor, wrong).await.problem(422), "query_refused");
    let usage = node.get("/matching/usage", &auditor).await.ok();
    assert_eq!((usage["canaries"].as_array().unwrap().len(), usage["findings"].clone()), (1, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_needs_its_case_and_an_answer_its_claim() {
    let node = TestNode::new().await;
    let officer = node.officer("amel", Role::Officer).await;
    let ask = async |body| node.post("/selector-queries", &officer, body).await;
    assert_eq!(ask(question(json!("everyone"))).await.problem(404), "not_found");
    assert_eq!(ask(question(json!("somebody"))).await.status.as_u16(), 422);
    let silent = with_conditions(json!({ "case": NOBODY, "to": "everyone", "why": " " }));
    assert_eq!(ask(silent).await.problem(422), "query_refused");
    assert_eq!(node.get(&format!("/selector-queries/{NOBODY}"), &officer).await.problem(404), "not_found");
    assert_eq!(node.get(&format!("/hit-claims/{NOBODY}"), &officer).await.problem(404), "not_found");
    let decline = node.post(&format!("/hit-claims/{NOBODY}/decline"), &officer, json!({})).await;
    assert_eq!(decline.problem(404), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_rule_needs_two_releasing_officers() {
    let node = TestNode::new().await;
    let officer = node.officer("amel", Role::Officer).await;
    let one = node.officer("luz", Role::ReleasingOfficer).await;
    let two = node.officer("ana", Role::ReleasingOfficer).await;
    let terms = json!({
        "kinds": ["phone"], "purposes": ["exercise"], "contact": "duty desk",
        "legal_basis": conditions()["legal_basis"],
    });
    assert_eq!(node.post("/disclosure-rules", &officer, terms.clone()).await.problem(403), "role_forbids");
    let rule = node.post("/disclosure-rules", &one, terms).await.ok();
    assert_eq!(rule["state"], "proposed");
    let confirm = format!("/disclosure-rules/{}/confirm", rule["id"].as_str().unwrap());
    assert_eq!(node.post(&confirm, &one, Value::Null).await.problem(403), "second_officer_needed");
    assert_eq!(node.post(&confirm, &two, Value::Null).await.ok()["state"], "in_force");
    assert_eq!(node.post(&confirm, &two, Value::Null).await.problem(409), "rule_state");
    let withdraw = format!("/disclosure-rules/{}/withdraw", rule["id"].as_str().unwrap());
    assert_eq!(node.post(&withdraw, &one, Value::Null).await.ok()["state"], "withdrawn");
}
