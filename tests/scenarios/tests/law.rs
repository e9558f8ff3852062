//! The law on real nodes: what leaves on which basis, what the receiver finds, and data sets that change the answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_law::set::SET_TYPE;
use comity_model::AuthorityId;
use comity_node::{
    Node,
    access::{NewOfficer, Role, create_officer, sign_in},
    journal::Actor,
    random,
};
use comity_scenarios::{TestFederation, TestNode, letters::eventually};
use comity_seal::{Dsse, SigningKey};
use serde_json::{Value, json};
use std::sync::Arc;

const PASSWORD: &str = "an invented passphrase";

/// An officer at a node's API.
struct Desk {
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Desk {
    async fn new(place: &TestNode, name: &str, role: Role) -> Self {
        let (name, authority) = (name.to_owned(), place.authority.clone());
        let display_name = format!("Officer {name}");
        let new = NewOfficer { name: name.clone(), display_name, role, authority, password: PASSWORD.into() };
        let node = place.node();
        create_officer(&node.store, new, &Actor::Node, random::now()).await.unwrap();
        let token =
            sign_in(&node, &name, PASSWORD, random::now()).await.unwrap_or_else(|e| panic!("{e}")).token;
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base: format!("http://{}/api/v1", place.config.api), token, http }
    }

    async fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let method = method.parse().unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call("GET", path, &Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call("POST", path, body).await
    }

    /// Sends a letter on a basis: the exchange, or the problem.
    async fn send(&self, to: &str, basis: &Value) -> Result<String, Value> {
        let letter = json!({
            "to": [to], "urgency": "routine", "marking": marking(), "legal_basis": basis,
            "items": [{ "subject": "Return of a child", "text": "Please tell us where the application stands." }],
        });
        match self.post("/messages", &letter).await {
            (201, sent) => Ok(sent["exchanges"][0].as_str().unwrap().to_owned()),
            (422, problem) => Err(problem),
            other => panic!("{other:?}"),
        }
    }

    /// The first message of an exchange, once it is there.
    async fn message(&self, exchange: &str) -> Value {
        let path = format!("/exchanges/{exchange}");
        eventually("the message has arrived", || async {
            self.call("GET", &path, &Value::Null).await.0 == 200
        })
        .await;
        self.get(&path).await["messages"][0].clone()
    }
}

fn marking() -> Value {
    json!({
        "handling": ["H0"], "purpose": "return_of_child", "source": "A", "information": "1",
        "onward": { "rule": "own_jurisdiction" }, "retain_until": "2099-01-01",
    })
}

fn hague() -> Value {
    json!({ "instrument": "HAGUE_1980", "article": "8" })
}

fn with(key: &str, value: impl Into<Value>) -> Value {
    let mut basis = hague();
    basis[key] = value.into();
    basis
}

/// A removal before the Convention was in force between the two states (art. 35).
fn too_early() -> Value {
    with("event_date", "1983-01-01")
}

async fn acts(node: &Arc<Node>, act: &str) -> Vec<Value> {
    let sql = "/* test */ SELECT document FROM journal WHERE act = $1 ORDER BY seq";
    let rows = node.store.fetch_all(sql, &[act.into()]).await.unwrap();
    rows.iter().map(|row| row.json(0).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_basis_goes_with_a_reason_and_the_receiver_sees_its_own_verdict() {
    let federation = TestFederation::running(3).await;
    let france = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let spain = Desk::new(&federation.nodes[1], "luz", Role::Officer).await;
    let morocco = Desk::new(&federation.nodes[2], "nadia", Role::Officer).await;

    let exchange = france.send("ES-NCB", &hague()).await.unwrap();
    let sent = france.message(&exchange).await;
    assert_eq!(sent["legal_basis"]["answer"], "in_force", "{sent}");
    assert!(sent["legal_basis"]["data_set"].as_str().unwrap().starts_with("comity-"));
    assert_eq!(spain.message(&exchange).await["assessment"]["verdict"], "supported");

    let problem = france.send("MA-NCB", &hague()).await.unwrap_err();
    assert_eq!((&problem["code"], &problem["needs"]), (&json!("legal_basis_refused"), &json!("reason")));
    assert_eq!(problem["verdict"], "unknown");
    assert!(problem["reasons"][0]["text"].is_string(), "{problem}");
    let exchange = france.send("MA-NCB", &with("reason", "the ministry confirms tomorrow")).await.unwrap();
    let received = morocco.message(&exchange).await;
    assert_eq!(received["assessment"]["verdict"], "unknown");
    assert_eq!(received["legal_basis"]["reason"], "the ministry confirms tomorrow");
    let path = format!("/exchanges/{exchange}?language=ar");
    let arabic = morocco.get(&path).await["messages"][0]["assessment"]["reasons"][0]["text"].clone();
    assert_ne!(arabic, received["assessment"]["reasons"][0]["text"], "told in the reader's language");
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contradicted_basis_needs_another_officers_authorisation_and_is_noticed_at_the_receiver() {
    let federation = TestFederation::running(2).await;
    let (node, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let amel = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let benoit = Desk::new(&federation.nodes[0], "benoit", Role::ReleasingOfficer).await;
    let luz = Desk::new(&federation.nodes[1], "luz", Role::Officer).await;

    let refused = amel.send("ES-NCB", &too_early()).await.unwrap_err();
    assert_eq!((&refused["verdict"], &refused["needs"]), (&json!("contradicted"), &json!("authorisation")));
    let mut reasoned = too_early();
    reasoned["reason"] = "we want to".into();
    assert!(amel.send("ES-NCB", &reasoned).await.is_err(), "no reason stands against a contradiction");

    let asked = json!({
        "instrument": "HAGUE_1980", "article": "8", "to": ["ES-NCB"], "reason": "the court wishes it to be tried",
    });
    assert_eq!(amel.post("/law/authorisations", &asked).await.0, 403, "not an officer without that role");
    let (status, given) = benoit.post("/law/authorisations", &asked).await;
    assert_eq!(status, 201, "{given}");
    let mut basis = too_early();
    basis["authorisation"] = given["id"].clone();
    let same_person = benoit.send("ES-NCB", &basis).await.unwrap_err();
    assert_eq!(same_person["code"], "authorisation_refused", "{same_person}");
    let exchange = amel.send("ES-NCB", &basis).await.unwrap();

    let received = luz.message(&exchange).await;
    assert_eq!(received["assessment"]["verdict"], "contradicted", "stored and shown all the same");
    assert_eq!(received["legal_basis"]["supervisor_reason"], "the court wishes it to be tried");
    let noticed = acts(&spain, "basis_contradicted").await;
    assert_eq!(noticed.len(), 1);
    let overridden = acts(&node, "basis_overridden").await;
    assert_eq!(overridden[0]["actor"], "officer:amel");
    assert_eq!(overridden[0]["detail"]["authorised_by"], "benoit");

    let mut tx = node.store.begin("test").await.unwrap();
    let sql = "/* test */ UPDATE authorisation SET expires_at = $1";
    tx.execute(sql, &[random::now().into()]).await.unwrap();
    tx.commit().await.unwrap();
    let late = amel.send("ES-NCB", &basis).await.unwrap_err();
    assert_eq!(late["code"], "authorisation_refused");
    assert!(late["detail"].as_str().unwrap().contains("ended"), "{late}");
    federation.stop().await;
}

const HEAD: &str = "acceding_iso2,accepting_iso2,status,date_in_force,acceptance_deposit_date,date_basis,source,as_of,\
                    confidence,note\n";

fn set(id: &str, row: &str) -> Value {
    json!({
        "id": id, "dated": "2026-11-25", "title": "A rehearsal",
        "tables": { "hague_1980_acceptances": format!("{HEAD}{row}\n") },
    })
}

fn signed(key: &SigningKey, set: &Value) -> Value {
    let dsse: Dsse = key.sign_dsse(SET_TYPE, &serde_json::to_vec(set).unwrap()).unwrap();
    serde_json::from_slice(&dsse.to_json()).unwrap()
}

const ACCEPTED: &str = "MA,FR,in_force,2025-03-01,,stated,https://gazette.example/1,2025-04-01,high,invented";
const RELATION: &str = "/law/relation?instrument=HAGUE_1980&from=FR&to=MA&on=2026-11-20";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_set_changes_the_answers_that_its_preview_names_until_it_is_withdrawn() {
    let mut federation = TestFederation::running(2).await;
    let desk = Desk::new(&federation.nodes[0], "admin", Role::Administrator).await;
    let officer = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let spain: AuthorityId = "ES-NCB".parse().unwrap();
    let keys = federation.nodes[1].keys();
    let key = &keys.authorities[&spain].signing[0];
    assert_eq!(officer.get(RELATION).await["state"], "unknown");

    let forged = signed(&SigningKey::generate().unwrap(), &set("desk-1", ACCEPTED));
    let (status, problem) = desk.post("/law/sets", &forged).await;
    assert_eq!((status, &problem["code"]), (422, &json!("set_not_signed")), "{problem}");
    let mut changed = signed(key, &set("desk-1", ACCEPTED));
    changed["payload"] = signed(key, &set("desk-2", ACCEPTED))["payload"].clone();
    assert_eq!(desk.post("/law/sets", &changed).await.1["code"], "set_not_signed", "a changed set");
    let bad = signed(key, &set("desk-1", &format!("{ACCEPTED}\nMA,QQ,in_force,,,stated,x,2025-04-01,high,")));
    let (status, problem) = desk.post("/law/sets", &bad).await;
    assert_eq!((status, &problem["code"]), (422, &json!("set_refused")), "{problem}");
    assert_eq!(
        (&problem["faults"][0]["line"], &problem["faults"][0]["file"]),
        (&json!(3), &json!("hague_1980_acceptances")),
        "{problem}"
    );
    assert_eq!(officer.get(RELATION).await["state"], "unknown", "nothing is half loaded");

    let good = signed(key, &set("desk-1", ACCEPTED));
    assert_eq!(officer.post("/law/sets", &good).await.0, 403);
    let (status, preview) = desk.post("/law/sets/preview?on=2026-11-20", &good).await;
    assert_eq!((status, &preview["signed_by"]), (200, &json!("ES-NCB")), "{preview}");
    let relations = preview["changes"]["relations"].as_array().unwrap();
    assert_eq!(relations.len(), 1, "{preview}");
    assert_eq!((&relations[0]["one"], &relations[0]["other"]), (&json!("FR"), &json!("MA")));
    assert_eq!(officer.get(RELATION).await["state"], relations[0]["before"]["state"]);
    let (status, loaded) = desk.post("/law/sets", &good).await;
    assert_eq!(status, 201, "{loaded}");
    let now = officer.get(RELATION).await;
    assert_eq!(
        (&now["state"], &now["since"]),
        (&relations[0]["after"]["state"], &relations[0]["after"]["since"])
    );
    assert!(now["data_set"].as_str().unwrap().ends_with("desk-1"), "{now}");
    assert_eq!(desk.post("/law/sets", &good).await.1["code"], "set_loaded");

    // As known before the set was loaded: the shipped set is taken to have been there for ten days.
    let node = federation.nodes[0].node();
    let mut tx = node.store.begin("test").await.unwrap();
    let sql = "/* test */ UPDATE law_set SET loaded_at = loaded_at - 864000000 WHERE shipped = 1";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let yesterday = random::now() - jiff::SignedDuration::from_hours(48);
    let day = yesterday.to_string()[..10].to_owned();
    assert_eq!(officer.get(&format!("{RELATION}&as_known_on={day}")).await["state"], "unknown");
    let (status, problem) =
        officer.call("GET", &format!("{RELATION}&as_known_on=2020-01-01"), &Value::Null).await;
    assert_eq!((status, &problem["code"]), (422, &json!("not_known_then")));

    federation.nodes[0].stop().await;
    federation.nodes[0].start().await;
    assert_eq!(officer.get(RELATION).await["state"], "in_force", "a restart keeps what was loaded");
    assert_eq!(desk.call("DELETE", "/law/sets/desk-1", &Value::Null).await.0, 204);
    assert_eq!(officer.get(RELATION).await["state"], "unknown");
    assert_eq!(desk.call("DELETE", "/law/sets/desk-1", &Value::Null).await.0, 404);
    assert_eq!(desk.post("/law/sets", &good).await.0, 201, "it may be loaded again");
    assert_eq!(officer.get(RELATION).await["state"], "in_force");
    let shipped = officer.get("/law").await["sets"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        desk.call("DELETE", &format!("/law/sets/{shipped}"), &Value::Null).await.1["code"],
        "set_shipped"
    );
    federation.stop().await;
}
