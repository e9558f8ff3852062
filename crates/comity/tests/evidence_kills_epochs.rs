//! A node that dies, as by `SIGKILL`, between any two steps of a change of epochs, or of a destruction. Whatever the moment: after
//! the restart every item opens, the upload that was under way goes on, what was destroyed stays destroyed, and the change is gone
//! through with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

mod evidence_killed;

use comity_model::id::ItemId;
use comity_node::{
    Node,
    access::Role,
    evidence::{
        self, EvidenceError, Hand,
        batch::{SmallFile, take_in_batch},
        describe::Description,
    },
};
use comity_vault::Digest;
use evidence_killed::{Desk, PART, acknowledged, count, wait};
use serde_json::{Value, json};
use std::sync::Arc;

/// More than are sealed anew in one transaction.
const ITEMS: usize = 300;
const LEN: usize = 2 * PART as usize + 500;

fn small(desk: &Desk, number: usize) -> SmallFile {
    let content = format!("note {number}").into_bytes();
    let described = desk.description(&Digest::of(&content).to_string()).to_string();
    SmallFile { description: Description::from_json(described.as_bytes()).unwrap(), content }
}

/// A vault with items, one that is to be destroyed, and an upload that is under way.
struct Filled {
    desk: Desk,
    items: Vec<ItemId>,
    doomed: ItemId,
    upload: String,
    /// Who disposes, and who administers.
    tokens: [String; 2],
}

fn content() -> Vec<u8> {
    (0..LEN).map(|at| u8::try_from((at * at / 7 + at) % 251).unwrap()).collect()
}

impl Filled {
    async fn new() -> Self {
        let desk = Desk::new().await;
        let tokens = [
            desk.officer("bruno", Role::ReleasingOfficer).await,
            desk.officer("clara", Role::Administrator).await,
        ];
        let node = desk.asleep().await;
        let files = (0..=ITEMS).map(|number| small(&desk, number)).collect();
        let admitted = take_in_batch(&node, &Hand::from(&desk.caller), files, None).await.unwrap();
        let mut items: Vec<ItemId> = admitted.into_iter().map(|one| one.item).collect();
        let doomed = items.pop().unwrap();
        node.store.close().await;
        let mut child = desk.spawn(None).await;
        let upload = desk.begin(LEN, &Digest::of(&content()).to_string()).await.unwrap();
        let sent = desk.patch(&upload, 0, &content()[..PART as usize + 100]).await.unwrap();
        assert_eq!(acknowledged(&sent), PART as usize + 100);
        child.kill().unwrap();
        wait(child).await;
        Self { desk, items, doomed, upload, tokens }
    }

    async fn post(&self, token: &str, path: &str, body: Value) -> reqwest::Result<Value> {
        let request = self.desk.request_of(token, "POST", path).header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        assert!(status.is_success(), "{status} {text}");
        Ok(serde_json::from_str(&text).unwrap())
    }

    async fn destroy(&self) -> reqwest::Result<Value> {
        let order = json!({ "act": {"destroyed": {"how": "its keys"}}, "reason": "retention is over" });
        self.post(&self.tokens[0], &format!("/evidence/{}/dispose", self.doomed), order).await
    }

    async fn change_epoch(&self) -> reqwest::Result<Value> {
        self.post(&self.tokens[1], "/evidence/vault/epoch", json!({"end_retired": true})).await
    }

    /// Every item that was not destroyed opens.
    async fn all_open(&self, node: &Arc<Node>) {
        for (number, item) in self.items.iter().enumerate() {
            let opened = evidence::open_item(node, &self.desk.home().authority, *item).await;
            let opened = opened.unwrap_or_else(|fault| panic!("item {number}: {fault}"));
            assert_eq!(opened.manifest.sha256, Digest::of(format!("note {number}").as_bytes()));
        }
    }

    /// The doomed item opens no more, and nothing that opens it is kept.
    async fn is_destroyed(&self, node: &Arc<Node>) {
        let opened = evidence::open_item(node, &self.desk.home().authority, self.doomed).await;
        assert!(matches!(opened, Err(EvidenceError::NotHeld { state: "destroyed" })));
        let sql = "/* test */ SELECT item FROM evidence_wrap WHERE item = $1";
        assert!(node.store.fetch_optional(sql, &[self.doomed.to_string().into()]).await.unwrap().is_none());
    }

    fn has_key(&self, node: &Arc<Node>, epoch: u64) -> bool {
        node.evidence.epochs.key(node, &self.desk.home().authority, epoch).is_ok()
    }
}

/// The node dies at `place` while an epoch changes, after an item was destroyed.
async fn dies_in_a_change_at(place: &str) {
    let vault = Filled::new().await;
    let mut child = vault.desk.spawn(None).await;
    vault.destroy().await.unwrap();
    child.kill().unwrap();
    wait(child).await;
    let child = vault.desk.spawn(Some(place)).await;
    assert!(vault.change_epoch().await.is_err(), "the node did not die at {place}");
    assert!(!wait(child).await, "the node ended by itself");

    let node = vault.desk.asleep().await;
    vault.all_open(&node).await;
    vault.is_destroyed(&node).await;
    let ended = "/* test */ SELECT COUNT(*) FROM evidence_epoch WHERE ended_at IS NOT NULL";
    let said = "/* test */ SELECT COUNT(*) FROM journal WHERE act = 'epoch_ended'";
    assert_eq!(count(&node, ended).await, count(&node, said).await);
    assert!(
        count(&node, said).await == 0 || !vault.has_key(&node, 1),
        "a key that is said to be gone is there"
    );
    node.store.close().await;

    let mut child = vault.desk.spawn(None).await;
    vault.change_epoch().await.unwrap();
    let offset = vault.desk.offset(&vault.upload).await;
    assert_eq!(offset, PART as usize + 100);
    let rest = vault.desk.patch(&vault.upload, offset, &content()[offset..]).await.unwrap();
    assert_eq!(acknowledged(&rest), LEN);
    child.kill().unwrap();
    wait(child).await;

    let node = vault.desk.asleep().await;
    vault.all_open(&node).await;
    vault.is_destroyed(&node).await;
    let newest = count(&node, "/* test */ SELECT MAX(number) FROM evidence_epoch").await;
    assert_eq!((1..=newest).filter(|epoch| vault.has_key(&node, *epoch)).collect::<Vec<_>>(), [newest]);
    assert_eq!((count(&node, ended).await, count(&node, said).await), (newest - 1, newest - 1));
    let old = "/* test */ SELECT COUNT(*) FROM evidence_wrap WHERE epoch < (SELECT MAX(number) FROM evidence_epoch)";
    assert_eq!(count(&node, old).await, 0);
}

/// The node dies at `place` while an item is destroyed: it is destroyed, or as it was.
async fn dies_in_a_destruction_at(place: &str, is_done: bool) {
    let vault = Filled::new().await;
    let child = vault.desk.spawn(Some(place)).await;
    assert!(vault.destroy().await.is_err(), "the node did not die at {place}");
    assert!(!wait(child).await, "the node ended by itself");
    let node = vault.desk.asleep().await;
    vault.all_open(&node).await;
    let said = "/* test */ SELECT COUNT(*) FROM journal WHERE act IN ('custody_destroyed', 'wrap_destroyed')";
    if is_done {
        vault.is_destroyed(&node).await;
        assert_eq!(count(&node, said).await, 2);
    } else {
        let opened = evidence::open_item(&node, &vault.desk.home().authority, vault.doomed).await.unwrap();
        assert_eq!(opened.manifest.sha256, Digest::of(format!("note {ITEMS}").as_bytes()));
        assert_eq!(count(&node, said).await, 0);
    }
    node.store.close().await;
    let mut child = vault.desk.spawn(None).await;
    if !is_done {
        vault.destroy().await.unwrap();
    }
    vault.change_epoch().await.unwrap();
    child.kill().unwrap();
    wait(child).await;
    let node = vault.desk.asleep().await;
    vault.all_open(&node).await;
    vault.is_destroyed(&node).await;
    assert!(!vault.has_key(&node, 1));
}

macro_rules! deaths {
    ($($name:ident: $who:ident($($how:expr),+);)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $who($($how),+).await;
        }
    )*};
}

deaths! {
    before_an_epoch_begins: dies_in_a_change_at("begin_epoch.before_commit");
    when_an_epoch_has_begun: dies_in_a_change_at("begin_epoch.after_commit");
    between_two_batches_of_keys: dies_in_a_change_at("reseal_wraps.between_batches");
    before_an_epoch_retires: dies_in_a_change_at("retire_epoch.before_commit");
    when_an_epoch_has_retired: dies_in_a_change_at("retire_epoch.after_commit");
    when_a_key_is_gone_and_nobody_has_said_so: dies_in_a_change_at("end_epoch.before_commit");
    when_a_key_is_gone_and_it_is_said: dies_in_a_change_at("end_epoch.after_commit");
    before_an_item_is_destroyed: dies_in_a_destruction_at("dispose_of_evidence.before_commit", false);
    when_an_item_is_destroyed_and_nobody_knows: dies_in_a_destruction_at("dispose_of_evidence.after_commit", true);
}
