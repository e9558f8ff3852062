//! The end of items: given back or destroyed, proved, and beyond recovery from a backup once the epoch of their keys has ended.
//! With it epochs that change, the scrubber, and what the vault says of itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use comity_ledger::{InclusionFile, leaf_hash};
use comity_model::id::{CaseId, ItemId, OfficerId};
use comity_node::{
    Node,
    access::Role,
    evidence::{
        self, EvidenceError, Hand, NewItem,
        rotate::{self, Turned},
        scrub::{self, Pace},
    },
    journal::{Actor, ledger},
    random,
};
use comity_record::{Directory, commitment, receipt::salt_from_hex, registry::unverified_registry};
use comity_seal::Dsse;
use comity_vault::{
    Digest,
    chunk::{ItemKey, Salt},
    custody::{Act, CUSTODY_EVENT_TYPE, Event},
    item::{Exhibit, ItemName, MIN_PART_SIZE, Manifest, ManifestFormat, PartOf},
    store::Intake,
};
use evidence_support::{OWN, PASSPHRASE, Vault, item_of, own};
use jiff::{SignedDuration, civil::date};
use serde_json::{Value, json};
use sqlx::Connection;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tower::ServiceExt;

struct TestNode {
    node: Arc<Node>,
    vault: Vault,
}

struct Answer {
    status: u16,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    #[track_caller]
    fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self.json()
    }

    #[track_caller]
    fn problem(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

impl TestNode {
    async fn new() -> Self {
        let vault = Vault::new().await;
        Self { node: vault.node.clone(), vault }
    }

    async fn officer(&self, name: &str, role: Role) -> String {
        self.vault.officer(name, role).await
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: Body) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let (parts, body) = self.vault.router.clone().oneshot(request).await.unwrap().into_parts();
        Answer { status: parts.status.as_u16(), bytes: to_bytes(body, 1 << 24).await.unwrap().to_vec() }
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.call("GET", &format!("/api/v1{path}"), token, Body::empty()).await
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("POST", &format!("/api/v1{path}"), token, Body::from(body.to_string())).await
    }
}

/// Whoever takes items in.
fn taker() -> Hand {
    Hand { officer: OfficerId::new(1, [1; 10]), authority: own(), actor: Actor::Officer("taker".into()) }
}

fn manifest(node: &Node, item: ItemId, key: &ItemKey, exhibit: &str, part_of: Option<ItemId>) -> Manifest {
    let salts = || Salt::new(random::bytes());
    let mut intake = Intake::new(&node.evidence.blobs, key.clone(), item, MIN_PART_SIZE, salts).unwrap();
    intake.update(&exhibit.as_bytes().repeat(10_000)).unwrap();
    let taken = intake.finish().unwrap();
    let acquisition = json!({
        "phase": "acquisition", "method": "file_copy", "by": {"authority": OWN, "person": "service number 1"},
        "place": "a laboratory", "started_at": "2026-03-01T10:00:00Z", "finished_at": "2026-03-01T11:00:00Z",
        "source": {"description": "an invented drive"},
    });
    Manifest {
        format: ManifestFormat::V1,
        item,
        name: ItemName::new(b"report.pdf").unwrap(),
        size: taken.size,
        sha256: taken.sha256,
        blake3: taken.blake3,
        part_size: taken.part_size,
        parts: taken.parts,
        exhibit: Exhibit {
            number: exhibit.into(),
            part_of: part_of.map(|item| PartOf { item, which: "a page".into() }),
        },
        acquisition: serde_json::from_value(acquisition).unwrap(),
        seizure: None,
    }
}

/// Takes an item in, of some 50,000 bytes in several parts.
async fn take_in(node: &Arc<Node>, exhibit: &str, part_of: Option<ItemId>) -> ItemId {
    let (item, key) = (random::new_id(ItemId::new), ItemKey::new(random::bytes()));
    let new = NewItem {
        manifest: manifest(node, item, &key, exhibit, part_of),
        key,
        case: CaseId::new(1, [7; 10]),
        act: Act::Acquired,
        reason: "a rehearsal".into(),
        marking: None,
        received_from: None,
        retain_until: Some(date(2026, 3, 1)),
        before: Vec::new(),
        packed: Vec::new(),
    };
    evidence::admit(node, &taker(), vec![new], async |_| Ok(())).await.unwrap();
    item
}

fn destroyed() -> Value {
    json!({ "act": {"destroyed": {"how": "its keys, by the rules of the vault"}}, "reason": "retention is over" })
}

async fn count(node: &Node, sql: &'static str) -> u64 {
    node.store.fetch_optional(sql, &[]).await.unwrap().unwrap().unsigned(0).unwrap()
}

/// As if the witnesses had answered; none are needed here.
async fn cosign(node: &Node) {
    let size = node.store.ledger_size().await.unwrap();
    let root = ledger::root_at(node, size).await.unwrap();
    let head = ledger::sign_head(node, size, root).unwrap().to_string();
    let sql = "/* test */ UPDATE ledger_head SET cosigned_size = $1, cosigned = $2 WHERE id = 1";
    let mut tx = node.store.begin("test").await.unwrap();
    tx.execute(sql, &[size.into(), head.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

/// The documents of journal entries of that act.
async fn journal(node: &Node, act: &'static str) -> Vec<Value> {
    let sql = "/* test */ SELECT document FROM journal WHERE act = $1 ORDER BY seq";
    let rows = node.store.fetch_all(sql, &[act.into()]).await.unwrap();
    rows.iter().map(|row| row.json::<Value>(0).unwrap()["detail"].clone()).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A backup as the handbook has it made: database, keys, settings and objects, without the keys of epochs.
async fn back_up(node: &Node, to: &Path) {
    let from = &node.directory_path;
    std::fs::create_dir_all(to).unwrap();
    for file in ["node.toml", "keys.age", "registry.json", "roots.json"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
    let database = format!("sqlite://{}", from.join("node.sqlite").display());
    let mut connection = sqlx::SqliteConnection::connect(&database).await.unwrap();
    let copy = to.join("node.sqlite").display().to_string();
    sqlx::query("VACUUM INTO $1").bind(copy).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    copy_folder(&from.join("evidence/objects"), &to.join("evidence/objects"));
}

/// Opens a copy of a backup, with the keys of epochs as the live store has them now.
async fn restore(backup: &Path, live: &Node, into: PathBuf) -> Arc<Node> {
    copy_folder(backup, &into);
    copy_folder(&live.directory_path.join("evidence/named"), &into.join("evidence/named"));
    Node::open(&into, PASSPHRASE).await.unwrap()
}

#[tokio::test]
async fn a_backup_opens_a_destroyed_item_until_its_epoch_ends_and_never_after() {
    if env!("CARGO_CRATE_NAME").ends_with("_postgres") {
        // The copy of the database is a file here; what is under which epoch is alike on both engines.
        return;
    }
    let node = TestNode::new().await;
    let (second, keeper) = (
        node.officer("second", Role::ReleasingOfficer).await,
        node.officer("keeper", Role::Administrator).await,
    );
    let (gone, stays) = (take_in(&node.node, "AB/1", None).await, take_in(&node.node, "AB/2", None).await);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup");
    back_up(&node.node, &backup).await;

    let done = node.post(&format!("/evidence/{gone}/dispose"), &second, destroyed()).await.ok();
    assert_eq!(done["epoch"], 1);
    let rotated = node.post("/evidence/vault/epoch", &keeper, json!({})).await.ok();
    assert_eq!(rotated, json!({"begun": 2, "resealed": 1, "retired": [1], "ended": [], "warning": null}));

    // The control: while the old epoch's key is there, the backup gives the item back. So the end of the epoch is what counts.
    let before = restore(&backup, &node.node, folder.path().join("before")).await;
    assert_eq!(evidence::open_item(&before, &own(), gone).await.unwrap().manifest.exhibit.number, "AB/1");
    before.store.close().await;

    let rotated = node.post("/evidence/vault/epoch", &keeper, json!({"end_retired": true})).await.ok();
    assert_eq!(rotated["ended"], json!([1, 2]));
    assert!(rotated["warning"].as_str().unwrap().contains("backups"));

    let after = restore(&backup, &node.node, folder.path().join("after")).await;
    for item in [gone, stays] {
        let refused = evidence::open_item(&after, &own(), item).await.err().unwrap();
        assert!(matches!(refused, EvidenceError::EpochGone { number: 1 }), "{refused}");
    }
    after.store.close().await;

    // The live node has lost nothing else, and its ledger is whole.
    let opened = evidence::open_item(&node.node, &own(), stays).await.unwrap();
    assert_eq!(opened.manifest.exhibit.number, "AB/2");
    let refused = evidence::open_item(&node.node, &own(), gone).await.err().unwrap();
    assert!(matches!(refused, EvidenceError::NotHeld { state: "destroyed" }), "{refused}");
    verify_ledger(&node.node).await;
}

/// Every entry of the journal is what its leaf in the ledger commits to.
async fn verify_ledger(node: &Node) {
    let size = node.store.ledger_size().await.unwrap();
    let root = ledger::root_at(node, size).await.unwrap();
    let rows = node
        .store
        .fetch_all("/* test */ SELECT document, salt FROM journal ORDER BY seq", &[])
        .await
        .unwrap();
    assert_eq!(rows.len() as u64, size);
    for (index, row) in (0..).zip(&rows) {
        let salt: [u8; 16] = row.bytes(1).unwrap().try_into().unwrap();
        let leaf = leaf_hash(&commitment(&salt, row.text(0).unwrap().as_bytes()));
        let proof = ledger::prove_entry(node, index, size).await.unwrap();
        comity_ledger::verify_inclusion(leaf, index, size, root, &proof).unwrap();
    }
}

#[tokio::test]
async fn destroying_takes_wrap_manifest_references_and_name_and_keeps_exhibit_and_custody() {
    let node = TestNode::new().await;
    let second = node.officer("second", Role::ReleasingOfficer).await;
    let item = take_in(&node.node, "AB/1", None).await;
    let done = node.post(&format!("/evidence/{item}/dispose"), &second, destroyed()).await.ok();
    for sql in [
        "/* test */ SELECT COUNT(*) FROM evidence_wrap",
        "/* test */ SELECT COUNT(*) FROM evidence_object",
        "/* test */ SELECT COUNT(manifest) FROM evidence_item",
    ] {
        assert_eq!(count(&node.node, sql).await, 0, "{sql}");
    }
    let shown = node.get(&format!("/evidence/{item}"), &second).await.ok();
    assert_eq!(
        (&shown["state"], &shown["name"], &shown["exhibit"]),
        (&json!("destroyed"), &json!(""), &json!("AB/1"))
    );
    let last = shown["custody"]["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["act"], &last["sha256"]), (&json!("destroyed"), &done["event"]));
    let entry = &journal(&node.node, "wrap_destroyed").await[0];
    assert_eq!(
        (&entry["epoch"], &entry["early"], &entry["event"]),
        (&json!(1), &json!(false), &done["event"])
    );
    let again = node.post(&format!("/evidence/{item}/dispose"), &second, destroyed()).await;
    assert_eq!(again.problem(409), "item_not_held");
}

#[tokio::test]
async fn who_took_it_in_does_not_dispose_of_it_and_neither_does_another_role() {
    let node = TestNode::new().await;
    let (taker, officer) =
        (node.officer("taker", Role::ReleasingOfficer).await, node.officer("other", Role::Officer).await);
    let item = take_in(&node.node, "AB/1", None).await;
    let path = format!("/evidence/{item}/dispose");
    assert_eq!(node.post(&path, &taker, destroyed()).await.problem(403), "second_person");
    assert_eq!(node.post(&path, &officer, destroyed()).await.problem(403), "role_forbids");
    let act = json!({ "act": "opened", "reason": "by mistake" });
    let second = node.officer("second", Role::ReleasingOfficer).await;
    assert_eq!(node.post(&path, &second, act).await.problem(422), "evidence_refused");
    evidence::open_item(&node.node, &own(), item).await.unwrap();
}

#[tokio::test]
async fn a_whole_is_disposed_of_after_its_parts_and_a_return_names_whom_it_went_to() {
    let node = TestNode::new().await;
    let second = node.officer("second", Role::ReleasingOfficer).await;
    let whole = take_in(&node.node, "AB/1", None).await;
    let part = take_in(&node.node, "AB/1/1", Some(whole)).await;
    let refused = node.post(&format!("/evidence/{whole}/dispose"), &second, destroyed()).await;
    assert!(
        refused.text().contains("AB/1/1") && refused.text().contains(&part.to_string()),
        "{}",
        refused.text()
    );
    assert_eq!(refused.problem(409), "parts_held");
    let returned = json!({ "act": {"returned": {"to": "the owner"}}, "reason": "released by the court" });
    for item in [part, whole] {
        node.post(&format!("/evidence/{item}/dispose"), &second, returned.clone()).await.ok();
    }
    let shown = node.get(&format!("/evidence/{whole}"), &second).await.ok();
    assert_eq!((&shown["state"], &shown["name"]), (&json!("returned"), &json!("report.pdf")));
    assert_eq!(shown["custody"]["events"][1]["event"]["act"]["returned"]["to"], "the owner");
}

#[tokio::test]
async fn an_unfinished_upload_of_a_part_stands_in_the_way_and_an_epoch_takes_its_key_along() {
    let node = TestNode::new().await;
    let second = node.officer("second", Role::ReleasingOfficer).await;
    let whole = take_in(&node.node, "AB/1", None).await;
    let part = json!({ "number": "AB/1/1", "part_of": {"item": whole, "which": "a page"} });
    let description = node.vault.described(&[("/exhibit", part)]);
    let content = vec![7; 1000];
    let path = node.vault.upload(content.len(), &description).await;
    let order = format!("/evidence/{whole}/dispose");
    let refused = node.post(&order, &second, destroyed()).await;
    assert!(refused.text().contains(&item_of(&path)), "{}", refused.text());
    assert_eq!(refused.problem(409), "part_uploading");
    let turned = rotate::begin_next(&node.node, &own(), &Actor::Node, rotate::Ending::AtOnce).await.unwrap();
    assert_eq!((turned.resealed, turned.ended), (2, vec![1]));
    node.vault.patch(&path, 0, Body::from(content), &[]).await.is(204);
    let item = item_of(&path).parse().unwrap();
    evidence::open_item(&node.node, &own(), item).await.unwrap();
    assert_eq!(node.post(&order, &second, destroyed()).await.problem(409), "parts_held");
}

#[tokio::test]
async fn the_proof_of_destruction_is_verified_with_the_registry_alone() {
    let node = TestNode::new().await;
    let (second, keeper) = (
        node.officer("second", Role::ReleasingOfficer).await,
        node.officer("keeper", Role::Administrator).await,
    );
    let item = take_in(&node.node, "AB/1", None).await;
    let path = format!("/evidence/{item}/disposal");
    assert_eq!(node.get(&path, &second).await.problem(409), "not_disposed");
    node.post(&format!("/evidence/{item}/dispose"), &second, destroyed()).await.ok();
    cosign(&node.node).await;
    let proof = node.get(&path, &second).await.ok();
    assert_eq!((&proof["complete"], proof["epochs"].as_array().unwrap().len()), (&json!(false), 1));
    assert_eq!(check(&proof), ["custody_destroyed", "wrap_destroyed", "epoch_begun"]);

    node.post("/evidence/vault/epoch", &keeper, json!({"end_retired": true})).await.ok();
    cosign(&node.node).await;
    let proof = node.get(&path, &second).await.ok();
    assert_eq!((&proof["complete"], &proof["epochs"][0]["number"]), (&json!(true), &json!(1)));
    let acts = ["custody_destroyed", "wrap_destroyed", "epoch_begun", "epoch_retired", "epoch_ended"];
    assert_eq!(check(&proof), acts);

    // And the checks see what is wrong.
    let mut forged = proof.clone();
    let document = forged["wrap_proof"]["document"].as_str().unwrap().replace("\"epoch\":1", "\"epoch\":9");
    forged["wrap_proof"]["document"] = document.into();
    assert!(std::panic::catch_unwind(|| check(&forged)).is_err());
}

/// Checks a proof offline: the signature, every journal entry's place in the ledger. The acts of the entries.
fn check(proof: &Value) -> Vec<String> {
    let registry: Dsse = serde_json::from_value(proof["registries"][0].clone()).unwrap();
    let directory = Directory::new(unverified_registry(&registry).unwrap()).unwrap();
    let event: Dsse = serde_json::from_value(proof["event"].clone()).unwrap();
    let said = Event::from_json(&event.payload).unwrap();
    let keys = &directory.registry().members.iter().find(|member| member.authority == own()).unwrap().signing;
    let verifier = comity_record::directory::signing_verifier(&keys[0].keys).unwrap();
    verifier.verify(&event, CUSTODY_EVENT_TYPE).unwrap();
    assert_eq!(proof["event_sha256"], Digest::of(&event.payload).to_string());
    assert!(matches!(said.act, Act::Destroyed { .. }));

    let entries =
        proof["epochs"].as_array().unwrap().iter().flat_map(|epoch| epoch["entries"].as_array().unwrap());
    let all: Vec<&Value> = [&proof["event_proof"], &proof["wrap_proof"]].into_iter().chain(entries).collect();
    for entry in &all[..2] {
        let document: Value = serde_json::from_str(entry["document"].as_str().unwrap()).unwrap();
        assert_eq!(document["detail"]["event"], proof["event_sha256"]);
    }
    all.into_iter().map(|entry| check_entry(entry, &directory, proof["origin"].as_str().unwrap())).collect()
}

fn check_entry(entry: &Value, directory: &Directory, origin: &str) -> String {
    let document = entry["document"].as_str().unwrap();
    let salt = salt_from_hex(entry["salt"].as_str().unwrap()).unwrap();
    let file = InclusionFile::parse(entry["proof"].as_str().unwrap()).unwrap();
    let leaf = leaf_hash(&commitment(&salt, document.as_bytes()));
    let policy = directory.policy(origin).unwrap();
    file.verify_leaf(leaf, &directory.keys_of(origin).unwrap().ledger, &policy).unwrap();
    serde_json::from_str::<Value>(document).unwrap()["act"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_of_epochs_that_was_cut_short_is_gone_through_with_and_loses_no_item() {
    let node = TestNode::new().await;
    let mut items = Vec::new();
    for number in 0..5 {
        items.push(take_in(&node.node, &format!("AB/{number}"), None).await);
    }
    // Killed after the new epoch began: its key is stored and the database names it, and nothing was sealed again.
    node.node.evidence.epochs.make(&node.node, &own(), 2).unwrap();
    let sql = "/* test */ INSERT INTO evidence_epoch (authority, number, begun_at) VALUES ($1, 2, $2)";
    let mut tx = node.node.store.begin("test").await.unwrap();
    tx.execute(sql, &[OWN.into(), random::now().into()]).await.unwrap();
    tx.commit().await.unwrap();
    items.push(take_in(&node.node, "AB/new", None).await);
    for item in &items {
        evidence::open_item(&node.node, &own(), *item).await.unwrap();
    }
    let turned = rotate::keep_up(&node.node, &own(), random::now()).await.unwrap();
    assert_eq!(turned, Turned { begun: None, resealed: 5, retired: vec![1], ended: vec![] });
    for item in &items {
        evidence::open_item(&node.node, &own(), *item).await.unwrap();
    }
    let again = rotate::keep_up(&node.node, &own(), random::now()).await.unwrap();
    assert_eq!(again, Turned::default());
}

#[tokio::test]
async fn epochs_begin_and_end_by_their_days() {
    let node = TestNode::new().await;
    assert_eq!(rotate::keep_up(&node.node, &own(), random::now()).await.unwrap(), Turned::default());
    let item = take_in(&node.node, "AB/1", None).await;
    let after = |days: i64| random::now() + SignedDuration::from_hours(24 * days);
    assert_eq!(rotate::keep_up(&node.node, &own(), after(29)).await.unwrap(), Turned::default());
    let begun = rotate::keep_up(&node.node, &own(), after(31)).await.unwrap();
    assert_eq!(begun, Turned { begun: Some(2), resealed: 1, retired: vec![1], ended: vec![] });
    // The next one is due by now as well; the first ends 30 days after it was retired.
    let ended = rotate::keep_up(&node.node, &own(), after(62)).await.unwrap();
    assert_eq!((ended.begun, ended.ended), (Some(3), vec![1]));
    evidence::open_item(&node.node, &own(), item).await.unwrap();
    let [begun, ended] = [journal(&node.node, "epoch_begun").await, journal(&node.node, "epoch_ended").await];
    assert_eq!((begun.len(), ended), (3, vec![json!({ "epoch": 1 })]));
}

#[tokio::test]
async fn another_replica_forgets_the_key_of_an_epoch_that_ended() {
    let node = TestNode::new().await;
    let item = take_in(&node.node, "AB/1", None).await;
    let other = Node::open(&node.node.directory_path, PASSPHRASE).await.unwrap();
    evidence::open_item(&other, &own(), item).await.unwrap();
    rotate::begin_next(&node.node, &own(), &Actor::Node, rotate::Ending::AtOnce).await.unwrap();
    assert!(other.evidence.epochs.key(&other, &own(), 1).is_ok(), "it has read the key and kept it");
    rotate::keep_up(&other, &own(), random::now()).await.unwrap();
    let gone = other.evidence.epochs.key(&other, &own(), 1).err().unwrap();
    assert!(matches!(gone, EvidenceError::EpochGone { number: 1 }), "{gone}");
    evidence::open_item(&other, &own(), item).await.unwrap();
}

#[tokio::test]
async fn an_epoch_under_which_a_key_does_not_open_is_not_retired_and_the_item_is_named() {
    let node = TestNode::new().await;
    let keeper = node.officer("keeper", Role::Administrator).await;
    let (broken, whole) = (take_in(&node.node, "AB/1", None).await, take_in(&node.node, "AB/2", None).await);
    let sql = "/* test */ UPDATE evidence_wrap SET kept = $2 WHERE item = $1";
    let mut tx = node.node.store.begin("test").await.unwrap();
    tx.execute(sql, &[broken.to_string().into(), vec![0_u8; 100].into()]).await.unwrap();
    tx.commit().await.unwrap();
    let refused = node.post("/evidence/vault/epoch", &keeper, json!({"end_retired": true})).await;
    assert!(refused.text().contains(&broken.to_string()), "{}", refused.text());
    assert_eq!(refused.problem(409), "wrap_damaged");
    assert!(node.node.evidence.epochs.key(&node.node, &own(), 1).is_ok(), "a restored row must open");
    evidence::open_item(&node.node, &own(), whole).await.unwrap();
    let second = node.officer("second", Role::ReleasingOfficer).await;
    node.post(&format!("/evidence/{broken}/dispose"), &second, destroyed()).await.ok();
    let done = node.post("/evidence/vault/epoch", &keeper, json!({"end_retired": true})).await.ok();
    assert_eq!(done["ended"], json!([1, 2]));
}

fn object_path(node: &Node, name: &str) -> PathBuf {
    node.directory_path.join("evidence/objects").join(&name[..2]).join(name)
}

#[tokio::test]
async fn the_scrubber_finds_a_flipped_bit_and_a_missing_object_and_says_so_on_the_items() {
    let node = TestNode::new().await;
    let keeper = node.officer("keeper", Role::Administrator).await;
    let (rotten, lost, sound) = (
        take_in(&node.node, "AB/1", None).await,
        take_in(&node.node, "AB/2", None).await,
        take_in(&node.node, "AB/3", None).await,
    );
    let object = async |item: ItemId| {
        let sql = "/* test */ SELECT name FROM evidence_object WHERE item = $1 ORDER BY name LIMIT 1";
        let row = node.node.store.fetch_optional(sql, &[item.to_string().into()]).await.unwrap().unwrap();
        row.text(0).unwrap()
    };
    let (altered, missing) = (object(rotten).await, object(lost).await);
    let path = object_path(&node.node, &altered);
    let whole = std::fs::read(&path).unwrap();
    let mut bytes = whole.clone();
    bytes[1000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    std::fs::remove_file(object_path(&node.node, &missing)).unwrap();

    let objects = count(&node.node, "/* test */ SELECT COUNT(*) FROM evidence_object").await;
    let pass = async || scrub::pass(&node.node, random::now(), &Pace::full()).await.unwrap();
    let found = pass().await;
    assert_eq!((found.checked, found.damaged), (objects, 2));
    let entries = journal(&node.node, "evidence_rot_found").await;
    assert_eq!(entries.len(), 2);
    assert!(entries.contains(&json!({ "object": altered, "what": "altered", "items": [rotten] })));
    assert!(entries.contains(&json!({ "object": missing, "what": "missing", "items": [lost] })));
    let damage = async |item| evidence::load(&node.node, &own(), item).await.unwrap().damage;
    assert!(
        damage(rotten).await.unwrap().contains(&altered) && damage(lost).await.unwrap().contains("missing")
    );
    assert_eq!(damage(sound).await, None);
    let status = node.get("/evidence/vault", &keeper).await.ok();
    assert_eq!((&status["scrub"]["checked"], &status["scrub"]["damaged"]), (&json!(objects), &json!(2)));
    let metrics = node.call("GET", "/metrics", "", Body::empty()).await.text();
    assert!(metrics.contains("comity_evidence_items 3\n") && metrics.contains("comity_evidence_damaged 2\n"));

    // What is restored from a copy is noted as well, once.
    std::fs::write(&path, whole).unwrap();
    assert_eq!(pass().await.damaged, 1);
    assert_eq!((damage(rotten).await, journal(&node.node, "evidence_rot_mended").await.len()), (None, 1));
    assert_eq!(journal(&node.node, "evidence_rot_found").await.len(), 2);
}

#[tokio::test]
async fn a_pass_that_was_stopped_goes_on_with_what_was_not_checked() {
    let node = TestNode::new().await;
    take_in(&node.node, "AB/1", None).await;
    let before = random::now();
    let stopped = Pace::full();
    stopped.stop();
    assert_eq!(scrub::pass(&node.node, before, &stopped).await.unwrap().checked, 0);
    let sql = "/* test */ UPDATE evidence_scrub SET checked_at = $1 WHERE name = (SELECT MIN(name) FROM evidence_scrub)";
    let mut tx = node.node.store.begin("test").await.unwrap();
    tx.execute(sql, &[random::now().into()]).await.unwrap();
    tx.commit().await.unwrap();
    let objects = count(&node.node, "/* test */ SELECT COUNT(*) FROM evidence_scrub").await;
    assert_eq!(scrub::pass(&node.node, before, &Pace::full()).await.unwrap().checked, objects - 1);
    assert_eq!(scrub::pass(&node.node, before, &Pace::full()).await.unwrap().checked, 0);
}

#[tokio::test]
async fn the_vault_says_how_it_is_to_administrators_and_what_is_due_to_officers() {
    let node = TestNode::new().await;
    let (keeper, officer) =
        (node.officer("keeper", Role::Administrator).await, node.officer("officer", Role::Officer).await);
    let empty = node.get("/evidence/vault", &keeper).await.ok();
    assert_eq!((&empty["items"], &empty["epoch"]), (&json!(0), &json!(null)));
    let item = take_in(&node.node, "AB/1", None).await;
    let status = node.get("/evidence/vault", &keeper).await.ok();
    assert_eq!((&status["items"], &status["bytes"], &status["due"]), (&json!(1), &json!(40_000), &json!(1)));
    assert_eq!((&status["objects"], &status["epoch"]["number"]), (&json!(3), &json!(1)));
    assert_eq!(node.get("/evidence/vault", &officer).await.problem(403), "role_forbids");
    let due = node.get("/evidence?due=true", &officer).await.ok();
    assert_eq!(due["items"][0]["id"], item.to_string());
    node.post("/evidence/vault/epoch", &keeper, json!({})).await.ok();
    let status = node.get("/evidence/vault", &keeper).await.ok();
    assert_eq!((&status["epoch"]["number"], &status["retired"][0]["number"]), (&json!(2), &json!(1)));
    let begun = node.post("/evidence/vault/scrub", &keeper, Value::Null).await;
    assert_eq!((begun.status, &begun.json()["objects"]), (202, &json!(3)));
}
