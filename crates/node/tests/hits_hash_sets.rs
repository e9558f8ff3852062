//! Hash sets: taken in as evidence or not at all, searched for leads, never given out, withdrawn, and made again at a start.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::body::{Body, Bytes};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_node::{access::Role, hits::hash_sets};
use evidence_support::{Answer, Vault, hash, send};
use futures_util::stream;
use serde_json::{Value, json};

/// Hashes of invented files.
const RED: &str = "a drawing of a red house";
const BLUE: &str = "a drawing of a blue house";
/// The hash of no picture, and one that differs from it in four bits.
const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
const NEAR: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2d";

fn marking() -> Value {
    let day = jiff::Zoned::now().date().saturating_add(jiff::ToSpan::days(30));
    json!({
        "handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
        "onward": {"rule": "own_jurisdiction"}, "retain_until": day,
    })
}

fn set(vault: &Vault, format: &str) -> Value {
    json!({
        "case": vault.case, "name": "Drawings", "source": "A museum", "scheme": "invented", "format": format,
        "marking": marking(), "legal_basis": "an invented act, article 3", "reason": "given by the museum", "place": "Lyon",
    })
}

async fn import(vault: &Vault, set: &Value, body: impl Into<Body>) -> Answer {
    let metadata = format!("description {}", STANDARD.encode(set.to_string()));
    vault.request("POST", "/hash-sets", &[("upload-metadata", &metadata)], body.into()).await
}

async fn call(vault: &Vault, token: &str, method: &str, path: &str, body: Value) -> Answer {
    let json = [("content-type", "application/json")];
    send(&vault.router, token, method, path, &json, Body::from(body.to_string())).await
}

async fn search(vault: &Vault, asked: Value) -> Answer {
    let mut all = json!({"reason": "found on a seized disk"});
    all.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
    call(vault, &vault.token, "POST", "/hash-sets/search", all).await
}

fn csv() -> String {
    format!("sha256,pdq,category\n{},,1\n{},{PDQ},2\n", hash(RED.as_bytes()), hash(BLUE.as_bytes()))
}

async fn rows(vault: &Vault) -> (u64, u64) {
    let items = vault.rows("/* test */ SELECT COUNT(*) FROM evidence_item").await;
    (items, vault.rows("/* test */ SELECT COUNT(*) FROM hash_set").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_searched_for_leads_and_the_journal_knows_how_many_and_never_which() {
    let vault = Vault::new().await;
    let made = import(&vault, &set(&vault, "csv"), csv()).await.is(201).json();
    assert_eq!(made["counts"]["entries"], 2);
    assert_eq!((&made["counts"]["sha256"], &made["counts"]["pdq"]), (&json!(2), &json!(1)));
    assert_eq!((&made["state"], &made["ready"]), (&json!("standing"), &json!(true)));
    let asked =
        json!({"hashes": [hash(b"unknown"), hash(RED.as_bytes())], "pdq": [NEAR], "case": vault.case});
    let found = search(&vault, asked).await.is(200).json();
    let leads = found["leads"].as_array().unwrap();
    assert_eq!(leads.len(), 2, "{found}");
    let exact = leads.iter().find(|lead| lead["of"] == "hashes").unwrap();
    assert_eq!(
        (&exact["index"], &exact["category"], &exact["distance"]),
        (&json!(1), &json!("1"), &Value::Null)
    );
    assert_eq!(
        (&exact["set"], &exact["source"], &exact["marking"]),
        (&made["id"], &json!("A museum"), &marking())
    );
    let near = leads.iter().find(|lead| lead["of"] == "pdq").unwrap();
    assert_eq!((&near["index"], &near["category"], &near["distance"]), (&json!(0), &json!("2"), &json!(4)));
    assert!(!found.to_string().contains(PDQ), "the set's own hash is not in the answer");
    let journal = vault.journal().await;
    let (_, searched) = journal.iter().find(|(act, _)| act == "hash_sets_searched").unwrap();
    let detail = serde_json::from_str::<Value>(searched).unwrap()["detail"].clone();
    assert_eq!((&detail["hashes"], &detail["pdq"], &detail["leads"]), (&json!(2), &json!(1), &json!(2)));
    let secret = [hash(RED.as_bytes()), hash(b"unknown"), PDQ.to_owned(), NEAR.to_owned()];
    assert!(secret.iter().all(|secret| journal.iter().all(|(_, text)| !text.contains(secret))));
    assert_eq!(vault.count("hash_set_imported").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_is_read_and_what_is_farther_than_asked_is_no_lead() {
    let vault = Vault::new().await;
    let vics = json!({"value": [{"MediaID": 1, "Category": 2, "MD5": "00112233445566778899aabbccddeeff",
        "SHA1": "00112233445566778899aabbccddeeff00112233"}]});
    import(&vault, &set(&vault, "vics"), vics.to_string()).await.is(201);
    import(&vault, &set(&vault, "plain_pdq"), format!("{PDQ}\n")).await.is(201);
    let asked = json!({"hashes": ["00112233445566778899AABBCCDDEEFF", "sha1:00112233445566778899aabbccddeeff00112233"]});
    let found = search(&vault, asked).await.is(200).json();
    assert_eq!(found["leads"].as_array().unwrap().len(), 2);
    assert!(found["leads"].as_array().unwrap().iter().all(|lead| lead["category"] == "2"));
    let count = async |distance: u32| {
        let found = search(&vault, json!({"pdq": [NEAR], "distance": distance})).await.is(200).json();
        found["leads"].as_array().unwrap().len()
    };
    assert_eq!((count(3).await, count(4).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_is_refused_with_the_place_and_nothing_is_kept() {
    let vault = Vault::new().await;
    let good = hash(RED.as_bytes());
    let bad = format!("{good}\nno hash\n{good}\n12\n");
    let refused = import(&vault, &set(&vault, "plain"), bad).await.problem(422, "hash_set_unreadable");
    let places: Vec<_> =
        refused["faults"].as_array().unwrap().iter().map(|fault| fault["place"].clone()).collect();
    assert_eq!(places, [json!(2), json!(4)], "{refused}");
    for (format, text) in
        [("vics", "{\"value\": [{"), ("vics", "[]"), ("csv", "colour\nred\n"), ("plain", ""), ("plain", "\n")]
    {
        import(&vault, &set(&vault, format), text).await.problem(422, "hash_set_unreadable");
    }
    let torn: Vec<Result<Bytes, std::io::Error>> =
        vec![Ok(format!("{good}\n").into()), Err(std::io::ErrorKind::BrokenPipe.into())];
    import(&vault, &set(&vault, "plain"), Body::from_stream(stream::iter(torn)))
        .await
        .problem(408, "upload_interrupted");
    assert_eq!(rows(&vault).await, (0, 0));
    assert_eq!(search(&vault, json!({"hashes": [good]})).await.is(200).json()["leads"], json!([]));
    assert_eq!(vault.get("/hash-sets").await.is(200).json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_said_of_a_set_is_asked_for_by_field() {
    let vault = Vault::new().await;
    for (field, value) in
        [("name", json!(" ")), ("source", json!("")), ("scheme", json!("a\nb")), ("legal_basis", json!(" "))]
    {
        let mut odd = set(&vault, "csv");
        odd[field] = value;
        assert_eq!(import(&vault, &odd, csv()).await.problem(422, "hash_set_refused")["field"], field);
    }
    let mut over = set(&vault, "csv");
    over["marking"]["retain_until"] = json!("2020-01-01");
    assert_eq!(import(&vault, &over, csv()).await.problem(422, "hash_set_refused")["field"], "marking");
    let mut elsewhere = set(&vault, "csv");
    elsewhere["case"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    import(&vault, &elsewhere, csv()).await.problem(422, "evidence_refused");
    vault.request("POST", "/hash-sets", &[], Body::from(csv())).await.problem(400, "malformed_request");
    assert_eq!(rows(&vault).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hashes_of_a_set_are_given_out_by_no_way_and_lie_nowhere_open() {
    let vault = Vault::new().await;
    let made = import(&vault, &set(&vault, "csv"), csv()).await.is(201).json();
    let id = made["id"].as_str().unwrap();
    vault.content(id).await.problem(403, "hash_set_sealed");
    let bundle = json!({"items": [id], "contents": true, "reason": "for the court"});
    call(&vault, &vault.token, "POST", "/evidence/bundle", bundle).await.problem(403, "hash_set_sealed");
    let shown = vault.get(&format!("/evidence/{id}")).await.is(200).json();
    assert_eq!(shown["custody"]["events"][0]["act"], "acquired", "and no copy was recorded");
    assert_eq!(shown["custody"]["events"].as_array().unwrap().len(), 1);
    for object in vault.objects() {
        let bytes = std::fs::read(object).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(PDQ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_sets_are_made_again_from_what_is_sealed() {
    let mut vault = Vault::new().await;
    let made = import(&vault, &set(&vault, "csv"), csv()).await.is(201).json();
    vault.reopen().await;
    let asked = json!({"hashes": [hash(RED.as_bytes())]});
    let early = search(&vault, asked.clone()).await.is(200).json();
    assert_eq!((&early["leads"], &early["unsearched"][0]["why"]), (&json!([]), &json!("loading")));
    assert_eq!(hash_sets::sync(&vault.node).await.unwrap(), 1);
    assert_eq!(hash_sets::sync(&vault.node).await.unwrap(), 0);
    let found = search(&vault, asked).await.is(200).json();
    assert_eq!((&found["leads"][0]["set"], &found["unsearched"]), (&made["id"], &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_set_is_not_searched_any_more_and_is_withdrawn_once() {
    let vault = Vault::new().await;
    let made = import(&vault, &set(&vault, "csv"), csv()).await.is(201).json();
    let id = made["id"].as_str().unwrap();
    let path = format!("/hash-sets/{id}/withdraw");
    call(&vault, &vault.token, "POST", &path, json!({"reason": "x"})).await.problem(403, "role_forbids");
    let benoit = vault.officer("benoit", Role::ReleasingOfficer).await;
    call(&vault, &benoit, "POST", &path, json!({"reason": " "})).await.problem(422, "hash_set_refused");
    let withdrawn =
        call(&vault, &benoit, "POST", &path, json!({"reason": "superseded"})).await.is(200).json();
    assert_eq!((&withdrawn["state"], &withdrawn["withdrawn_by"]), (&json!("withdrawn"), &json!("benoit")));
    call(&vault, &benoit, "POST", &path, json!({"reason": "again"})).await.problem(409, "hash_set_withdrawn");
    let asked =
        json!({"hashes": [hash(RED.as_bytes())], "sets": [id, "01890a5d-ac96-774b-bcce-b302099a8057"]});
    let found = search(&vault, asked).await.is(200).json();
    assert_eq!(found["leads"], json!([]));
    let why: Vec<_> = found["unsearched"].as_array().unwrap().iter().map(|one| one["why"].clone()).collect();
    assert_eq!(why, [json!("withdrawn"), json!("unknown")]);
    assert_eq!(hash_sets::sync(&vault.node).await.unwrap(), 0);
    vault.content(id).await.problem(403, "hash_set_sealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_in_the_vault_is_taken_into_use_once_and_sealed_from_then_on() {
    let vault = Vault::new().await;
    let list = format!("{}\n", hash(RED.as_bytes()));
    let item = vault.item(list.as_bytes(), &vault.description()).await;
    let bare = json!({"item": item, "legal_basis": "an invented act", "reason": "to search it"});
    let refused = call(&vault, &vault.token, "POST", "/hash-sets/load", bare.clone()).await;
    assert_eq!(refused.problem(422, "hash_set_refused")["field"], "name");
    let mut whole = bare;
    for (field, value) in
        [("name", "Drawings"), ("source", "A museum"), ("scheme", "invented"), ("format", "plain")]
    {
        whole[field] = json!(value);
    }
    let unmarked = call(&vault, &vault.token, "POST", "/hash-sets/load", whole.clone()).await;
    assert_eq!(unmarked.problem(422, "hash_set_refused")["field"], "marking");
    whole["marking"] = marking();
    let made = call(&vault, &vault.token, "POST", "/hash-sets/load", whole.clone()).await.is(201).json();
    assert_eq!((&made["id"], &made["counts"]["entries"]), (&json!(item), &json!(1)));
    call(&vault, &vault.token, "POST", "/hash-sets/load", whole).await.problem(409, "hash_set_known");
    let custody = vault.get(&format!("/evidence/{item}/custody")).await.is(200).json();
    assert_eq!(custody["events"][1]["act"], "examined");
    vault.content(&item).await.problem(403, "hash_set_sealed");
    let found = search(&vault, json!({"hashes": [hash(RED.as_bytes())]})).await.is(200).json();
    assert_eq!(found["leads"].as_array().unwrap().len(), 1);
    assert_eq!(vault.count("hash_set_loaded").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_s_day_is_bounded_and_a_search_that_is_refused_costs_nothing() {
    let vault = Vault::new().await;
    search(&vault, json!({"pdq": ["x"]})).await.problem(422, "hash_set_refused");
    search(&vault, json!({"pdq": [NEAR], "distance": 32})).await.problem(422, "hash_set_refused");
    search(&vault, json!({"pdq": [NEAR], "reason": ""})).await.problem(422, "hash_set_refused");
    search(&vault, json!({})).await.problem(422, "hash_set_refused");
    assert_eq!(vault.rows("/* test */ SELECT COUNT(*) FROM hash_set_budget").await, 0);
    let many = json!({"hashes": vec![hash(b"unknown"); 4_096]});
    assert_eq!(search(&vault, many.clone()).await.is(200).json()["left_today"], 100_000 - 4_096);
    for _ in 1..24 {
        search(&vault, many.clone()).await.is(200);
    }
    let refused = search(&vault, many.clone()).await.problem(429, "budget_spent");
    assert_eq!(refused["left"], 100_000 - 24 * 4_096);
    assert!(refused["retry_after"].as_u64().unwrap() <= 86_400);
    assert_eq!(vault.count("hash_sets_searched").await, 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_strangers_are_kept_apart() {
    let vault = Vault::new().await;
    let auditor = vault.officer("ada", Role::Auditor).await;
    call(&vault, &auditor, "GET", "/hash-sets", Value::Null).await.is(200);
    call(&vault, &auditor, "POST", "/hash-sets/search", json!({"reason": "x", "pdq": [NEAR]}))
        .await
        .problem(403, "role_forbids");
    let metadata = format!("description {}", STANDARD.encode(set(&vault, "csv").to_string()));
    let headers = [("upload-metadata", metadata.as_str())];
    send(&vault.router, &auditor, "POST", "/hash-sets", &headers, Body::from(csv()))
        .await
        .problem(403, "role_forbids");
    send(&vault.router, "", "POST", "/hash-sets", &headers, Body::from(csv()))
        .await
        .problem(401, "not_signed_in");
    vault.get("/hash-sets/01890a5d-ac96-774b-bcce-b302099a8057").await.problem(404, "not_found");
}
