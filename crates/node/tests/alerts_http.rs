//! Cases, alerts and hits through the API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use axum::{body::Body, http::Request};
use comity_node::access::Role;
use common::{Answer, TestNode, with_conditions};
use serde_json::{Value, json};

const CHILD: &[u8] = include_bytes!("../../../examples/reports/missing-child.comity.json");

async fn import(node: &TestNode, token: &str, format: &str, file: &'static [u8]) -> Answer {
    let request = Request::post(format!("/api/v1/cases/import?format={format}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/octet-stream")
        .body(Body::from(file));
    node.answer(request.unwrap()).await
}

fn raise(to: &[&str]) -> Value {
    with_conditions(json!({
        "to": to, "headline": "Girl of 9 missing from Lyon", "requested_action": "Locate, inform at once",
        "runs_for_hours": 72,
    }))
}

async fn raised(node: &TestNode, token: &str, draft: Value) -> Value {
    let case = import(node, token, "auto", CHILD).await.ok()["id"].as_str().unwrap().to_owned();
    let answer = node.post(&format!("/cases/{case}/alerts"), token, draft).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.ok()
}

#[tokio::test]
async fn a_case_is_imported_once_listed_and_read_without_photographs() {
    let node = TestNode::new().await;
    let amel = node.officer("amel", Role::Officer).await;
    let first = import(&node, &amel, "auto", CHILD).await;
    assert_eq!(first.status, 201);
    let case = first.ok();
    assert_eq!((&case["reference"], &case["source_format"]), (&json!("FR-2026-0841"), &json!("comity")));
    assert!(case["report"]["subjects"][0].get("photograph").is_none());
    let again = import(&node, &amel, "comity", CHILD).await;
    assert_eq!(again.problem(409), "case_already_open");
    assert_eq!(again.json()["case"], case["id"]);
    let list = node.get("/cases?limit=1", &amel).await.ok();
    assert_eq!((&list["items"][0]["id"], &list["items"][0]["protected"]), (&case["id"], &json!(true)));
    let path = format!("/cases/{}?photographs=true", case["id"].as_str().unwrap());
    let shown = node.get(&path, &amel).await.ok();
    assert!(shown["report"]["subjects"][0]["photograph"].is_object());
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_a_problem_that_says_where() {
    let node = TestNode::new().await;
    let amel = node.officer("amel", Role::Officer).await;
    assert_eq!(import(&node, &amel, "auto", b"hello").await.problem(422), "format_unknown");
    assert_eq!(import(&node, &amel, "word", CHILD).await.problem(422), "format_unknown");
    let broken = import(&node, &amel, "comity", b"{\n\"version\": }").await;
    assert_eq!(broken.problem(422), "report_refused");
    assert!(broken.json()["detail"].as_str().unwrap().contains("line 2"), "{}", broken.text());
}

#[tokio::test]
async fn an_alert_goes_through_two_officers() {
    let node = TestNode::new().await;
    let amel = node.officer("amel", Role::ReleasingOfficer).await;
    let benoit = node.officer("benoit", Role::ReleasingOfficer).await;
    let junior = node.officer("junior", Role::Officer).await;
    let draft = raised(&node, &amel, raise(&["ES-NCB"])).await;
    assert_eq!((&draft["state"], &draft["missing"]), (&json!("raised"), &json!([])));
    assert_eq!(draft["alert"]["child"]["name"]["family"], "Lemaire");
    let path = format!("/alerts/{}/release", draft["id"].as_str().unwrap());
    assert_eq!(node.post(&path, &junior, json!({})).await.problem(403), "role_forbids");
    assert_eq!(node.post(&path, &amel, json!({})).await.problem(403), "second_officer_needed");
    let released = node.post(&path, &benoit, json!({})).await.ok();
    assert_eq!((&released["state"], &released["released_by"]), (&json!("released"), &json!("benoit")));
    assert_eq!(released["deliveries"][0]["state"], "queued");
    assert_eq!(node.post(&path, &benoit, json!({})).await.problem(409), "alert_state");
    let list = node.get("/alerts?direction=outgoing", &junior).await.ok();
    assert_eq!(list["items"][0]["id"], draft["id"]);
    assert_eq!(node.get("/alerts?direction=incoming", &junior).await.ok()["items"], json!([]));
}

#[tokio::test]
async fn an_incomplete_alert_is_a_problem_that_names_what_is_missing() {
    let node = TestNode::new().await;
    let amel = node.officer("amel", Role::Officer).await;
    let benoit = node.officer("benoit", Role::ReleasingOfficer).await;
    let bare = with_conditions(json!({"to": ["ES-NCB"], "headline": "Girl Lemaire missing"}));
    let draft = raised(&node, &amel, bare).await;
    let refused =
        node.post(&format!("/alerts/{}/release", draft["id"].as_str().unwrap()), &benoit, json!({})).await;
    assert_eq!(refused.problem(422), "alert_incomplete");
    assert_eq!(refused.json()["missing"], json!(["headline", "requested_action", "runs_until"]));
    assert_eq!(draft["missing"], refused.json()["missing"]);
}

#[tokio::test]
async fn an_alert_is_corrected_exported_and_ended() {
    let node = TestNode::new().await;
    let amel = node.officer("amel", Role::Officer).await;
    let benoit = node.officer("benoit", Role::ReleasingOfficer).await;
    let draft = raised(&node, &amel, raise(&["ES-NCB", "MA-NCB"])).await;
    let path = format!("/alerts/{}", draft["id"].as_str().unwrap());
    node.post(&format!("{path}/release"), &benoit, json!({})).await.ok();
    let mut alert = draft["alert"].clone();
    alert["circumstances"] = "Seen at the border".into();
    let update = json!({"what_changed": "seen", "alert": alert});
    let view = node.post(&format!("{path}/updates"), &amel, update).await.ok();
    assert_eq!(view["alert"]["circumstances"], "Seen at the border");
    let cap = node.get(&format!("{path}/cap?language=fr"), &amel).await;
    assert_eq!((cap.status.as_u16(), cap.header("content-type")), (200, "application/cap+xml"));
    assert!(cap.text().contains("<msgType>Update</msgType>"));
    let view = node.post(&format!("{path}/cancel"), &amel, json!({"reason": "child_found"})).await.ok();
    assert_eq!((&view["state"], view["alert"]["child"].get("name")), (&json!("cancelled"), None));
    let again = node.post(&format!("{path}/cancel"), &amel, json!({"reason": "child_found"})).await;
    assert_eq!(again.problem(409), "alert_state");
    let sighting = json!({"seen_at": "2026-11-14T18:00:00Z", "place": {"name": "Lyon"}, "what": "x"});
    assert_eq!(node.post(&format!("{path}/sightings"), &amel, sighting).await.problem(409), "alert_state");
}

#[tokio::test]
async fn whoever_sees_no_case_sees_no_alert_and_no_hit_either() {
    let node = TestNode::new().await;
    let nobody = comity_node::random::new_id(comity_model::id::MessageId::new);
    for (name, role) in [("root", Role::Administrator), ("audit", Role::Auditor)] {
        let token = node.officer(name, role).await;
        for path in ["/cases", "/alerts", "/hits"] {
            assert_eq!(node.get(path, &token).await.problem(403), "role_forbids");
        }
    }
    let amel = node.officer("amel", Role::Officer).await;
    assert_eq!(node.get("/hits", &amel).await.ok(), json!({"items": []}));
    for path in [format!("/alerts/{nobody}"), format!("/hits/{nobody}"), format!("/cases/{nobody}")] {
        assert_eq!(node.get(&path, &amel).await.problem(404), "not_found");
    }
    let dismissed = node.post(&format!("/hits/{nobody}/dismiss"), &amel, json!({"reason": "x"})).await;
    assert_eq!(dismissed.problem(404), "not_found");
}
