//! Signing in and out, lock-outs, roles, and what every answer carries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use axum::{body::Body, http::Request};
use comity_node::{
    access::{self, AccessError, Role},
    random,
};
use common::{PASSWORD, TestNode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

async fn acts(node: &TestNode) -> Vec<String> {
    let rows =
        node.node.store.fetch_all("/* test */ SELECT act FROM journal ORDER BY seq", &[]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap()).collect()
}

async fn refused(node: &TestNode, name: &str, password: &str, now: Timestamp) -> AccessError {
    match access::sign_in(&node.node, name, password, now).await {
        Ok(_) => panic!("signed in"),
        Err(fault) => fault,
    }
}

#[tokio::test]
async fn an_officer_signs_in_is_known_and_signs_out() {
    let node = TestNode::new().await;
    node.add_officer("c.martin", Role::Officer).await;
    let answer = node.post("/session", "", json!({"name": "c.martin", "password": PASSWORD})).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("comity_session=") && cookie.contains("HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let session = answer.ok();
    let token = session["token"].as_str().unwrap();
    assert_eq!(session["officer"]["role"], "officer");
    assert_eq!(session["officer"]["authority"], "FR-NCB");
    let again = node.get("/session", token).await.ok();
    assert_eq!(again["officer"], session["officer"]);
    assert!(again.get("token").is_none(), "the token is told once");
    node.call("DELETE", "/session", token, Value::Null).await.ok();
    assert_eq!(node.get("/session", token).await.problem(401), "not_signed_in");
    assert_eq!(acts(&node).await, ["registry_adopted", "officer_created", "signed_in", "signed_out"]);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike() {
    let node = TestNode::new().await;
    node.add_officer("c.martin", Role::Officer).await;
    let wrong =
        node.post("/session", "", json!({"name": "c.martin", "password": "not the passphrase"})).await;
    let nobody =
        node.post("/session", "", json!({"name": "n.obody", "password": "not the passphrase"})).await;
    assert_eq!(wrong.problem(401), "sign_in_failed");
    assert_eq!(nobody.problem(401), "sign_in_failed");
    assert_eq!(wrong.json()["detail"], nobody.json()["detail"]);
    let documents = node.node.store.fetch_all("/* test */ SELECT document FROM journal", &[]).await.unwrap();
    assert!(
        documents.iter().all(|row| !row.text(0).unwrap().contains("n.obody")),
        "what was typed is not kept"
    );
}

#[tokio::test]
async fn five_failures_lock_an_account_even_for_the_right_password_and_time_unlocks_it() {
    let node = TestNode::new().await;
    node.add_officer("c.martin", Role::Officer).await;
    let start = random::now();
    for _ in 0..5 {
        assert!(matches!(
            refused(&node, "c.martin", "wrong wrong wrong", start).await,
            AccessError::SignInFailed
        ));
    }
    let until = start + SignedDuration::from_mins(15);
    let soon = until - SignedDuration::from_millis(1);
    let fault = refused(&node, "c.martin", PASSWORD, soon).await;
    assert!(matches!(fault, AccessError::LockedOut { until: told } if told == until));
    let sixth = refused(&node, "c.martin", "wrong wrong wrong", until).await;
    assert!(matches!(sixth, AccessError::SignInFailed));
    let later = until + SignedDuration::from_mins(29);
    assert!(matches!(refused(&node, "c.martin", PASSWORD, later).await, AccessError::LockedOut { .. }));
    let free = until + SignedDuration::from_mins(30);
    assert!(access::sign_in(&node.node, "c.martin", PASSWORD, free).await.is_ok());
    assert!(matches!(refused(&node, "c.martin", "wrong wrong wrong", free).await, AccessError::SignInFailed));
    assert!(
        access::sign_in(&node.node, "c.martin", PASSWORD, free).await.is_ok(),
        "success forgets failures"
    );
    assert_eq!(acts(&node).await.iter().filter(|act| *act == "locked_out").count(), 2);
}

#[tokio::test]
async fn a_lock_out_does_not_tell_which_names_exist() {
    let node = TestNode::new().await;
    for _ in 0..5 {
        let answer = node.post("/session", "", json!({"name": "nobody.at.all", "password": "x"})).await;
        assert_eq!(answer.problem(401), "sign_in_failed");
    }
    let answer = node.post("/session", "", json!({"name": "nobody.at.all", "password": "x"})).await;
    assert_eq!(answer.problem(429), "locked_out");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 600);
}

#[tokio::test]
async fn a_session_ends_when_idle_and_after_twelve_hours_of_use() {
    let node = TestNode::new().await;
    node.add_officer("c.martin", Role::Officer).await;
    let start = random::now();
    let idle = access::sign_in(&node.node, "c.martin", PASSWORD, start).await.map(|s| s.token).ok().unwrap();
    let used = access::sign_in(&node.node, "c.martin", PASSWORD, start).await.map(|s| s.token).ok().unwrap();
    let at = |minutes| start + SignedDuration::from_mins(minutes);
    let find = async |token: &str, now| access::session::find(&node.node, token, now).await.unwrap();
    let mut minutes = 0;
    while minutes < 12 * 60 - 20 {
        minutes += 20;
        assert!(find(&used, at(minutes)).await.is_some(), "after {minutes} minutes");
    }
    assert!(find(&idle, at(30)).await.is_none());
    assert!(find(&used, at(12 * 60)).await.is_none());
    assert!(find("", start).await.is_none());
}

#[tokio::test]
async fn a_cookie_needs_the_csrf_header_to_change_anything() {
    let node = TestNode::new().await;
    let token = node.officer("c.martin", Role::Officer).await;
    let request = |method: &str, csrf: bool| {
        let mut request = Request::builder().method(method).uri("/api/v1/session");
        request = request.header("cookie", format!("comity_session={token}"));
        let request = if csrf { request.header("X-Comity-CSRF", "1") } else { request };
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(node.answer(request("GET", false)).await.status, 200);
    assert_eq!(node.answer(request("DELETE", false)).await.problem(403), "csrf");
    assert_eq!(node.answer(request("DELETE", true)).await.status, 204);
}

#[tokio::test]
async fn administrators_make_accounts_at_their_own_authority_and_nobody_else_does() {
    let node = TestNode::new().await;
    let administrator = node.officer("admin", Role::Administrator).await;
    let officer = node.officer("c.martin", Role::Officer).await;
    let new = |name: &str, authority: &str, password: &str| json!({"name": name, "display_name": "N", "role": "auditor", "authority": authority, "password": password});
    let made = node.post("/officers", &administrator, new("a.udit", "FR-NCB", PASSWORD)).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.json()["role"], "auditor");
    for (token, body, status, code) in [
        (&officer, new("b", "FR-NCB", PASSWORD), 403, "role_forbids"),
        (&administrator, new("b.x", "ES-NCB", PASSWORD), 403, "other_authority"),
        (&administrator, new("a.udit", "FR-NCB", PASSWORD), 409, "name_taken"),
        (&administrator, new("b.x", "FR-NCB", "short"), 422, "officer_refused"),
        (&administrator, new("B X", "FR-NCB", PASSWORD), 422, "officer_refused"),
        (&administrator, new("b.x", "nowhere", PASSWORD), 422, "unreadable_body"),
    ] {
        assert_eq!(node.post("/officers", token, body).await.problem(status), code);
    }
    let list = node.get("/officers", &administrator).await.ok();
    let names: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["a.udit", "admin", "c.martin"]);
    assert!(!list.to_string().contains("argon2"));
    assert_eq!(node.get("/officers", &officer).await.problem(403), "role_forbids");
}

#[tokio::test]
async fn every_failure_is_a_problem_with_the_requests_identifier() {
    let node = TestNode::new().await;
    let raw = |method: &str, path: &str, kind: &str, body: String| {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        request.header("x-request-id", "chosen by the client").body(Body::from(body)).unwrap()
    };
    let path = "/api/v1/session";
    for (request, status, code) in [
        (raw("GET", "/api/v1/no/such", "text/plain", String::new()), 404, "not_found"),
        (raw("PATCH", path, "text/plain", String::new()), 405, "method_not_allowed"),
        (raw("POST", path, "text/plain", "{}".into()), 415, "unsupported_media_type"),
        (raw("POST", path, "application/json", "{".into()), 400, "malformed_request"),
        (raw("POST", path, "application/json", "{\"name\":1}".into()), 422, "unreadable_body"),
        (raw("POST", path, "application/json", " ".repeat(6 * 1024 * 1024 + 1)), 413, "too_large"),
    ] {
        let answer = node.answer(request).await;
        assert_eq!(answer.problem(status), code);
        assert_ne!(answer.header("x-request-id"), "chosen by the client");
        assert_eq!(answer.json()["type"], format!("https://comity.invalid/problems/{code}"));
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let node = TestNode::new().await;
    let answer = node.get("/session", "").await;
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-request-id").len(), 36);
}
