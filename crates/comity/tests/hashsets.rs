//! `comity hashset` against a real node: taken in, shown, searched from files that stay here, loaded from the vault, withdrawn.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

mod evidence_desk;

use comity_node::access::Role;
use comity_scenarios::TestFederation;
use evidence_desk::Desk;
use serde_json::{Value, json};

const MARKING: &str = r#"{"handling": ["H0"], "purpose": "exercise", "source": "A", "information": "1",
    "onward": {"rule": "own_jurisdiction"}, "retain_until": "2090-01-01"}"#;
/// The MD5 of `abc`, and a hash of no picture.
const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";
const PDQ: &str = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";

async fn federation() -> TestFederation {
    let mut federation = TestFederation::with(1, |_, config| config.matching.hash_sets_mib = 1, |_| {});
    for node in &mut federation.nodes {
        node.start().await;
    }
    federation
}

fn put(desk: &Desk, name: &str, content: &str) {
    std::fs::write(desk.place.path().join(name), content).unwrap();
}

/// A desk with a set file and a marking.
async fn desk(federation: &TestFederation, name: &str, role: Role) -> Desk {
    let desk = Desk::new(&federation.nodes[0], name, role).await;
    put(&desk, "marking.json", MARKING);
    put(&desk, "set.csv", &format!("md5,pdq,category\n{ABC},,2\n,{PDQ},1\n"));
    put(&desk, "abc", "abc");
    desk
}

/// The words that import `set.csv` into a case under a name.
fn import_words<'a>(case: &'a str, name: &'a str) -> Vec<&'a str> {
    let set = ["hashset", "import", "set.csv", "--case", case, "--name", name, "--source", "A museum"];
    let scheme = ["--scheme", "invented", "--marking", "marking.json", "--legal-basis", "an act"];
    let taken = ["--reason", "given", "--place", "Lyon"];
    [&set[..], &scheme, &taken].concat()
}

async fn imported(desk: &Desk) -> Value {
    let case = desk.case().await;
    let words = import_words(&case, "Drawings");
    serde_json::from_str(&desk.ok(&[&words[..], &["--json"]].concat()).await).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_is_shown_without_its_hashes_and_searched_from_files_that_stay_here() {
    let federation = federation().await;
    let desk = desk(&federation, "amel", Role::Officer).await;
    let set = imported(&desk).await["id"].as_str().unwrap().to_owned();

    let shown = desk.ok(&["hashset", "show", &set]).await;
    assert!(
        shown.contains("A museum") && shown.contains("counts.entries") && shown.contains("category 2"),
        "{shown}"
    );
    assert!(!shown.contains(ABC) && !desk.ok(&["hashset", "list"]).await.contains(ABC));
    assert_eq!(desk.json(&format!("hashset show {set}")).await["name"], "Drawings");

    let near = format!("pdq:{}d", &PDQ[..63]);
    let words = ["hashset", "search", "abc", "--hash", &near, "--reason", "seized disk", "--json"];
    let found: Value = serde_json::from_str(&desk.ok(&words).await).unwrap();
    let leads = found["leads"].as_array().unwrap();
    let told = |lead: &Value| json!([lead["asked"], lead["hash"], lead["category"], lead["distance"]]);
    assert_eq!(
        leads.iter().map(told).collect::<Vec<_>>(),
        [json!(["abc", "md5", "2", null]), json!([near, "pdq", "1", 4])]
    );
    assert_eq!((&found["searched"][0]["set"], &found["unsearched"]), (&json!(set), &json!([])));
    let closer = ["hashset", "search", "--hash", &near, "--distance", "3", "--reason", "the same"];
    assert!(desk.ok(&closer).await.starts_with("no lead\n1 sets searched"));
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_hashes_than_one_question_holds_are_asked_in_several() {
    let federation = federation().await;
    let desk = desk(&federation, "amel", Role::Officer).await;
    imported(&desk).await;
    let mut list: String = (0..5_000).map(|number| format!("md5:{number:032x}\n")).collect();
    list += &format!("{ABC}\n");
    list.extend((0..1_100).map(|number| format!("pdq:{}{number:04x}\n", &PDQ[..60])));
    put(&desk, "list", &list);
    let words = ["hashset", "search", "--list", "list", "--distance", "0", "--reason", "a list", "--json"];
    let found: Value = serde_json::from_str(&desk.ok(&words).await).unwrap();
    let asked: Vec<&Value> = found["leads"].as_array().unwrap().iter().map(|lead| &lead["asked"]).collect();
    assert_eq!(asked, [&json!(ABC)]);
    assert_eq!(found["left_today"], 100_000 - 5_001 - 1_100);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_of_the_vault_is_loaded_and_a_set_withdrawn_once_by_a_releasing_officer() {
    let federation = federation().await;
    let amel = desk(&federation, "amel", Role::Officer).await;
    let rita = desk(&federation, "rita", Role::ReleasingOfficer).await;
    let item = amel.item("hashes.txt", format!("{PDQ}\n").as_bytes(), "C1").await;
    let load = [
        "hashset",
        "load",
        &item,
        "--name",
        "Bridges",
        "--source",
        "The hub",
        "--scheme",
        "invented",
        "--legal-basis",
        "an act",
        "--reason",
        "handed over",
        "--marking",
        "marking.json",
    ];
    let (code, told) = amel.fails(&load).await;
    assert!(code == 4 && told.contains("`format`"), "{code} {told}");
    let loaded = amel.ok(&[&load[..], &["--format", "plain-pdq"]].concat()).await;
    assert!(loaded.contains(&format!("hash set `{item}` of 1 entries is in use")), "{loaded}");

    let withdraw = ["hashset", "withdraw", &item, "--reason", "a newer one came"];
    assert_eq!(amel.fails(&withdraw).await.0, 4, "an officer may not");
    assert!(rita.ok(&withdraw).await.contains("is withdrawn"));
    let (code, told) = rita.fails(&withdraw).await;
    assert!(code == 4 && told.contains("hash_set_withdrawn"), "{told}");
    let hash = format!("pdq:{PDQ}");
    let search = ["hashset", "search", "--hash", &hash, "--set", &item, "--reason", "again"];
    let (code, told) = amel.fails(&search).await;
    assert!(
        code == 1 && told.contains("(withdrawn)") && told.contains("1 hash sets were not searched"),
        "{told}"
    );
    let nowhere = "01890000-0000-7000-8000-000000000000";
    assert_eq!(amel.fails(&["hashset", "show", nowhere]).await.0, 3);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_for_which_the_node_has_no_room_is_refused_and_leaves_nothing_behind() {
    let federation = federation().await;
    let desk = desk(&federation, "amel", Role::Officer).await;
    // 16 bytes and some more for each: 70,000 do not fit into the one mebibyte of this node.
    put(
        &desk,
        "set.csv",
        &(0..70_000).fold("md5\n".to_owned(), |all, number| all + &format!("{number:032x}\n")),
    );
    let case = desk.case().await;
    let words = import_words(&case, "Many");
    let (code, told) = desk.fails(&words).await;
    assert!(code == 4 && told.contains("hash_sets_full"), "{told}");
    assert_eq!(desk.ok(&["hashset", "list"]).await, "none\n");
    assert_eq!(desk.json("evidence list").await["items"], json!([]));
    federation.stop().await;
}
