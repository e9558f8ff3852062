//! Persons of an authority's own cases: searched for, found to be in the files twice, merged, and the merge undone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;
mod words;

use axum::body::Body;
use comity_model::id::SubjectId;
use comity_node::{
    access::Role,
    hits::persons,
    random,
    store::{Bulk, Value as Sql},
};
use evidence_support::{Answer, Vault, own, send};
use serde_json::{Value, json};
use words::says;

/// Persons of the large test; a fifth of a second on an idle machine. Measure with more by `COMITY_CROWD=100000`.
const CROWD: usize = 2_000;

fn report(reference: &str, subjects: Value) -> Body {
    let report = json!({
        "version": 1, "kind": "exploitation", "reference": reference, "title": "A matter under work",
        "subjects": subjects, "circumstances": "Invented.",
    });
    Body::from(report.to_string())
}

fn person(family: &str, forename: &str, born: &str) -> Value {
    json!({"role": "suspect", "name": {"family": family, "forename": forename}, "born": born, "sex": "M"})
}

async fn open(vault: &Vault, reference: &str, subjects: Value) -> Value {
    vault
        .request("POST", "/cases/import?format=comity", &[], report(reference, subjects))
        .await
        .is(201)
        .json()
}

async fn call(vault: &Vault, method: &str, path: &str, body: Value) -> Answer {
    let json = [("content-type", "application/json")];
    vault.request(method, path, &json, Body::from(body.to_string())).await
}

/// The first person of a case, as merges name it.
fn first(case: &Value) -> Value {
    json!({"case": case["id"], "subject": case["report"]["subjects"][0]["id"]})
}

async fn two_cases(vault: &Vault) -> (Value, Value) {
    let one = open(vault, "X-1", json!([person("Novák", "Petr", "1971-05-04")])).await;
    let mut other = person("NOVAK", "Petr", "1971-05-04");
    other["birthplace"] = json!("Brno");
    other["sex"] = json!("X");
    (one, open(vault, "X-2", json!([other, person("Ruiz", "Ana", "1990-01-02")])).await)
}

async fn merge(vault: &Vault, subjects: &[&Value]) -> Answer {
    let body = json!({"subjects": subjects, "reason": "the same scar, seen by an officer"});
    call(vault, "POST", "/person-merges", body).await
}

#[tokio::test]
async fn a_person_is_found_by_name_and_year_and_what_was_searched_for_is_not_written_down() {
    let vault = Vault::new().await;
    let (one, _) = two_cases(&vault).await;
    let found = vault.get("/persons?name=Petr%20Nov%C3%A1k&born=1971").await.is(200).json();
    let items = found["items"].as_array().unwrap();
    assert_eq!((items.len(), &found["more"]), (2, &json!(false)), "{found}");
    assert!(items.iter().all(|item| item["likely"] == true && item["score"].as_f64().unwrap() > 0.0));
    assert!(items.iter().any(|item| item["case"] == one["id"] && item["case_reference"] == "X-1"));
    let reason = items[0]["reasons"].as_array().unwrap().iter().find(|reason| reason["field"] == "name");
    assert_eq!(reason.unwrap()["verdict"], "agrees");
    let journal = vault.journal().await;
    let searched = journal.iter().find(|(act, _)| act == "persons_searched").unwrap();
    let detail = serde_json::from_str::<Value>(&searched.1).unwrap()["detail"].clone();
    assert_eq!(detail, json!({"given": ["name", "born"], "shown": 2}));
    assert_eq!(journal.iter().filter(|(act, _)| act == "person_shown").count(), 2 + 1, "and the duplicate's");
    for word in ["Nov", "Petr", "1971"] {
        assert!(journal.iter().all(|(_, document)| !says(document, word)), "{word}: {journal:?}");
    }
}

#[tokio::test]
async fn a_selector_finds_its_person_and_photographs_are_not_shown() {
    let vault = Vault::new().await;
    let path = "/persons?selector=document:FR:passport:00ZZ00001";
    let found = vault.get(path).await.is(200).json();
    assert_eq!(found["items"][0]["case"], vault.case.as_str());
    assert_eq!(found["items"][0]["subject"]["name"]["family"], "Lemaire");
    assert!(found["items"][0]["subject"].get("photograph").is_none());
}

#[tokio::test]
async fn a_search_that_is_too_wide_or_nonsense_is_refused() {
    let vault = Vault::new().await;
    for (query, code) in [
        ("", "search_too_wide"),
        ("sex=F", "search_too_wide"),
        ("born=1984-13-01", "person_refused"),
        ("name=A%20B&family=B&born=1984", "person_refused"),
        ("selector=shoe:43", "person_refused"),
        ("selector=phone", "person_refused"),
        ("sex=Q", "person_refused"),
        ("nationality=France", "person_refused"),
        ("name=--&born=1984", "person_refused"),
    ] {
        vault.get(&format!("/persons?{query}")).await.problem(422, code);
    }
    let long = "x".repeat(201);
    assert_eq!(
        vault.get(&format!("/persons?name={long}")).await.problem(422, "person_refused")["field"],
        "name"
    );
    assert_eq!(vault.count("persons_searched").await, 0);
}

#[tokio::test]
async fn whoever_sees_no_case_searches_and_merges_nothing() {
    let vault = Vault::new().await;
    let (one, other) = two_cases(&vault).await;
    let auditor = vault.officer("ada", Role::Auditor).await;
    let body = json!({"subjects": [first(&one), first(&other)], "reason": "x"}).to_string();
    for (method, path) in
        [("GET", "/persons?name=x&born=1984"), ("GET", "/person-merges"), ("POST", "/person-merges")]
    {
        let json = [("content-type", "application/json")];
        let answer = send(&vault.router, &auditor, method, path, &json, Body::from(body.clone())).await;
        answer.problem(403, "role_forbids");
        let nobody = send(&vault.router, "", method, path, &json, Body::from(body.clone())).await;
        nobody.problem(401, "not_signed_in");
    }
}

#[tokio::test]
async fn a_case_whose_person_is_known_is_opened_and_says_so() {
    let vault = Vault::new().await;
    let (one, other) = two_cases(&vault).await;
    assert!(one.get("duplicates").is_none());
    let duplicates = other["duplicates"].as_array().unwrap();
    assert_eq!(duplicates.len(), 1);
    assert_eq!(duplicates[0]["case"], one["id"]);
    assert_eq!(duplicates[0]["of"], first(&other)["subject"]);
    assert_eq!(duplicates[0]["subject"]["name"]["family"], "Novák");
    let path = format!("/cases/{}/duplicates", one["id"].as_str().unwrap());
    let again = vault.get(&path).await.is(200).json();
    assert_eq!(again["items"][0]["case"], other["id"]);
    merge(&vault, &[&first(&one), &first(&other)]).await.is(201);
    assert_eq!(vault.get(&path).await.is(200).json()["items"], json!([]), "they are one already");
}

#[tokio::test]
async fn a_merged_person_shows_both_sources_and_where_they_disagree_until_it_is_undone() {
    let vault = Vault::new().await;
    let (one, other) = two_cases(&vault).await;
    let path = format!("/cases/{}", one["id"].as_str().unwrap());
    let before = vault.get(&path).await.is(200).json();
    assert_eq!(before["persons"], json!([]));
    let merged = merge(&vault, &[&first(&one), &first(&other)]).await.is(201).json();
    assert_eq!(merged["merge"]["state"], "standing");
    assert_eq!(merged["merge"]["merged_by"], "amel");
    let shown = vault.get(&path).await.is(200).json();
    assert_eq!(shown["report"], before["report"], "nothing of the case is changed");
    let person = &shown["persons"][0];
    assert_eq!(person["subjects"].as_array().unwrap().len(), 2);
    let of = |field: &str| {
        person["fields"].as_array().unwrap().iter().find(|view| view["field"] == field).unwrap().clone()
    };
    assert_eq!(of("name")["values"].as_array().unwrap().len(), 2);
    assert_eq!(of("born")["values"][0]["sources"], json!([0, 1]));
    assert_eq!(of("birthplace")["values"][0]["value"], "Brno");
    assert_eq!((&of("sex")["disagrees"], &of("birthplace")["disagrees"]), (&json!(false), &json!(false)));
    let id = merged["merge"]["id"].as_str().unwrap();
    let undone =
        call(&vault, "POST", &format!("/person-merges/{id}/undo"), json!({"reason": "brothers"})).await;
    let undone = undone.is(200).json();
    assert_eq!(
        (&undone["merge"]["state"], undone["persons"].as_array().unwrap().len()),
        (&json!("undone"), 2)
    );
    let after = vault.get(&path).await.is(200).json();
    assert_eq!(after["persons"], before["persons"]);
    assert_eq!((vault.count("persons_merged").await, vault.count("merge_undone").await), (2, 2));
    let journal = vault.journal().await;
    assert!(journal.iter().all(|(_, text)| !says(text, "scar") && !text.contains("brothers")));
}

#[tokio::test]
async fn merges_form_a_chain_in_which_each_stands_or_falls_alone() {
    let vault = Vault::new().await;
    let (one, other) = two_cases(&vault).await;
    let third = open(&vault, "X-3", json!([person("Novak", "P.", "1971")])).await;
    let (a, b, c) = (first(&one), first(&other), first(&third));
    let early = merge(&vault, &[&a, &b]).await.is(201).json();
    let late = merge(&vault, &[&b, &c]).await.is(201).json();
    assert_eq!(late["persons"].as_array().unwrap().len(), 1);
    assert_eq!(late["persons"][0]["subjects"].as_array().unwrap().len(), 3);
    let refused = merge(&vault, &[&a, &c]).await.problem(409, "persons_merged");
    assert!(refused["merge"] == early["merge"]["id"] || refused["merge"] == late["merge"]["id"]);
    let path = format!("/person-merges/{}/undo", early["merge"]["id"].as_str().unwrap());
    let undone = call(&vault, "POST", &path, json!({"reason": "a mistake"})).await.is(200).json();
    let sizes: Vec<usize> = undone["persons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["subjects"].as_array().unwrap().len())
        .collect();
    assert!(sizes == [1, 2] || sizes == [2, 1], "{sizes:?}");
    call(&vault, "POST", &path, json!({"reason": "again"})).await.problem(409, "merge_undone");
    merge(&vault, &[&a, &b]).await.is(201);
    let all = vault.get("/person-merges").await.is(200).json();
    let states: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|merge| merge["state"].clone()).collect();
    assert_eq!(states.iter().filter(|state| **state == json!("undone")).count(), 1);
    assert_eq!(states.len(), 3);
    let found = vault.get("/persons?name=Petr%20Novak&born=1971-05-04").await.is(200).json();
    assert_eq!(found["items"][0]["same_person"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_merge_needs_two_persons_of_own_cases_and_a_reason() {
    let vault = Vault::new().await;
    let (one, other) = two_cases(&vault).await;
    let (a, b) = (first(&one), first(&other));
    merge(&vault, &[&a]).await.problem(422, "person_refused");
    merge(&vault, &[&a, &a]).await.problem(422, "person_refused");
    let stranger = json!({"case": a["case"], "subject": b["subject"]});
    merge(&vault, &[&a, &stranger]).await.problem(404, "not_found");
    let silent = json!({"subjects": [a, b], "reason": " "});
    assert_eq!(
        call(&vault, "POST", "/person-merges", silent).await.problem(422, "person_refused")["field"],
        "reason"
    );
    let nowhere = random::new_id(SubjectId::new);
    vault.get(&format!("/person-merges/{nowhere}")).await.problem(404, "not_found");
    vault.get(&format!("/persons/{}/{nowhere}", vault.case)).await.problem(404, "not_found");
    assert_eq!(vault.count("persons_merged").await, 0);
    assert_eq!(vault.get("/person-merges").await.is(200).json()["items"], json!([]));
}

static CROWD_ROWS: Bulk = Bulk::new(
    "/* test_crowd */ INSERT INTO case_subject (authority, case_id, subject_id, subject) VALUES",
    4,
    "",
);

#[tokio::test]
async fn in_a_crowd_only_those_that_share_a_key_are_compared_and_while_keys_are_made_anew_a_search_says_so() {
    let mut vault = Vault::new().await;
    let crowd = std::env::var("COMITY_CROWD").ok().and_then(|n| n.parse().ok()).unwrap_or(CROWD);
    let row = |n: usize| {
        let mut subject = person(&name_of(n), &name_of(n / 7), &format!("{}-02-03", 1940 + n % 60));
        let id = SubjectId::new(n as u64, [7; 10]);
        subject["id"] = json!(id);
        let text = |text: &str| Sql::from(text);
        vec![text(own().as_str()), text(&vault.case), text(&id.to_string()), text(&subject.to_string())]
    };
    let rows: Vec<_> = (0..crowd).map(row).collect();
    let mut tx = vault.node.store.begin("test_crowd").await.unwrap();
    tx.execute_many(&CROWD_ROWS, &rows).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/persons?family={}&forename={}&born=1940-02-03", name_of(600), name_of(600 / 7));
    assert_eq!(vault.get(&path).await.is(200).json()["items"], json!([]), "without keys nobody is found");
    vault.reopen().await;
    let meanwhile = vault.get(&path).await.is(200).json();
    assert_eq!(
        (&meanwhile["items"], &meanwhile["not_indexed"]),
        (&json!([]), &json!(crowd)),
        "the start waits for nobody"
    );
    let began = std::time::Instant::now();
    assert_eq!(persons::rebuild(&vault.node.store, random::now()).await.unwrap(), crowd as u64);
    let rebuilt = began.elapsed();
    let began = std::time::Instant::now();
    let found = vault.get(&path).await.is(200).json();
    eprintln!("{crowd} persons: keys made in {rebuilt:?}, one search in {:?}", began.elapsed());
    assert_eq!((&found["items"][0]["likely"], &found["not_indexed"]), (&json!(true), &json!(0)), "{found}");
    assert!(found["compared"].as_u64().unwrap() < crowd as u64 / 10, "{}", found["compared"]);
    assert_eq!(persons::rebuild(&vault.node.store, random::now()).await.unwrap(), 0, "they are made once");
}

/// An invented name, another for each number.
fn name_of(mut number: usize) -> String {
    let syllables = ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu"];
    let mut name = String::from("K");
    for _ in 0..5 {
        name.push_str(syllables[number % 10]);
        number /= 10;
    }
    name
}
