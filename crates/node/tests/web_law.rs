//! The law through the API: every question, every role, each form of answer; and a second replica.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use comity_law::set::SET_TYPE;
use comity_node::{Node, access::Role};
use common::{OWN, PASSPHRASE, TestNode};
use serde_json::{Value, json};

fn question() -> Value {
    json!({
        "from": "FR", "to": "ES", "need": "return_of_abducted_child", "on": "2026-11-21", "event": "2026-11-01",
        "facts": { "child_born": "2017-03-09" },
    })
}

#[tokio::test]
async fn every_signed_in_role_may_ask_and_nobody_else() {
    let node = TestNode::new().await;
    let path = "/law/relation?instrument=HAGUE_1980&from=FR&to=ES&on=2026-11-21";
    for (number, role) in Role::ALL.into_iter().enumerate() {
        let token = node.officer(&format!("officer{number}"), role).await;
        let found = node.get(path, &token).await.ok();
        assert_eq!((&found["state"], &found["since"]), (&json!("in_force"), &json!("1987-09-01")), "{found}");
        assert!(found["sources"][0]["source"].is_string() && found["data_set"].is_string());
    }
    assert_eq!(node.get(path, "").await.problem(401), "not_signed_in");
}

#[tokio::test]
async fn each_question_has_an_answer_that_names_its_data_set() {
    let node = TestNode::new().await;
    let token = node.officer("amel", Role::Officer).await;
    let law = node.get("/law", &token).await.ok();
    assert!(law["places"].as_array().unwrap().contains(&json!("CA-AB")), "parts of states too");
    assert_eq!(law["needs"].as_array().unwrap().len(), 10);
    let name = law["data_set"].clone();
    for path in [
        "/law/relations?instrument=HAGUE_1980&of=FR&on=2026-11-21",
        "/law/matrix?instrument=HAGUE_1996&on=2026-11-21",
        "/law/offences",
        "/law/triggers?instrument=BRUSSELS_IIB",
        "/law/dual-criminality?from=FR&to=ES&concept=C08&on=2026-11-21",
    ] {
        assert_eq!(node.get(path, &token).await.ok()["data_set"], name, "{path}");
    }
    let answer = node.post("/law/pathways", &token, question()).await.ok();
    assert_eq!(answer["data_set"], name);
    assert!(!answer["pathways"].as_array().unwrap().is_empty());
    let matter = json!({ "instrument": "BRUSSELS_IIB", "matter": { "from": "FR", "to": "ES" } });
    let deadlines = node.post("/law/deadlines", &token, matter).await.ok();
    assert!(!deadlines["deadlines"].as_array().unwrap().is_empty());
    let claim = json!({
        "instrument": "HAGUE_1980", "article": "8", "kind": "information", "purpose": "return_of_child",
        "to": ["ES-NCB"],
    });
    let found = node.post("/law/check", &token, claim.clone()).await.ok();
    assert_eq!(found["verdict"], "supported", "an authority stands for its state: {found}");
    let french = node.post("/law/check?language=fr", &token, claim).await.ok();
    assert_ne!(french["reasons"][0]["text"], found["reasons"][0]["text"]);
    assert_eq!(french["reasons"][0]["key"], found["reasons"][0]["key"]);
}

#[tokio::test]
async fn a_memo_comes_as_text_and_as_pdf_and_a_matrix_as_csv() {
    let node = TestNode::new().await;
    let token = node.officer("amel", Role::Officer).await;
    let text = node.post("/law/memo?language=es", &token, question()).await;
    assert!(text.header("content-type").starts_with("text/plain") && text.text().len() > 200);
    let pdf = node.post("/law/memo?format=pdf&language=ar", &token, question()).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    let csv = node.get("/law/matrix?instrument=HAGUE_1980&on=2026-11-21&format=csv", &token).await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.text().contains("ES,FR,in_force,1987-09-01\r\n"), "{}", &csv.text()[..300]);
}

#[tokio::test]
async fn nonsense_in_a_question_is_named() {
    let node = TestNode::new().await;
    let token = node.officer("amel", Role::Officer).await;
    for (path, status, code) in [
        ("/law/relation?instrument=HAGUE_1900&from=FR&to=ES&on=2026-11-21", 422, "question_refused"),
        ("/law/relation?instrument=HAGUE_1980&from=QQ&to=ES&on=2026-11-21", 422, "question_refused"),
        ("/law/relation?instrument=HAGUE_1980&from=FR&to=ES&on=yesterday", 400, "malformed_request"),
        ("/law/dual-criminality?from=FR&to=ES&concept=C99&on=2026-11-21", 404, "not_found"),
        ("/law/offences?as_known_on=2001-01-01", 422, "not_known_then"),
    ] {
        assert_eq!(node.get(path, &token).await.problem(status), code, "{path}");
    }
}

#[tokio::test]
async fn a_second_replica_notices_a_set_that_the_first_has_loaded() {
    let node = TestNode::new().await;
    let admin = node.officer("admin", Role::Administrator).await;
    let replica = Node::open(&node.node.directory_path, PASSPHRASE).await.unwrap();
    let before = comity_node::law::as_known_on(&replica, None).await.unwrap().name().to_owned();
    let rows = "acceding_iso2,accepting_iso2,status,date_in_force,acceptance_deposit_date,date_basis,source,as_of,\
                confidence,note\nMA,FR,in_force,2025-03-01,,stated,https://gazette.example/1,2025-04-01,high,invented\n";
    let set = json!({ "id": "desk-1", "dated": "2026-11-25", "tables": { "hague_1980_acceptances": rows } });
    let key = &node.node.keys.authorities[&OWN.parse().unwrap()].signing[0];
    let dsse = key.sign_dsse(SET_TYPE, &serde_json::to_vec(&set).unwrap()).unwrap();
    let dsse: Value = serde_json::from_slice(&dsse.to_json()).unwrap();
    node.post("/law/sets", &admin, dsse).await.ok();
    let after = comity_node::law::as_known_on(&replica, None).await.unwrap();
    assert_eq!(after.name(), format!("{before} + desk-1"));
    replica.store.close().await;
}
