//! Two replicas of one node, on one database and one store of objects, that take in, change epochs, collect garbage and scrub at
//! once: nothing is lost, and nothing that takes long is done twice.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::{Router, body::Body};
use comity_node::{
    Node,
    evidence::{
        collect,
        rotate::{self, Ending},
        scrub::{self, Pace, Scrubbed},
    },
    journal::Actor,
    random,
};
use comity_vault::{
    Digest,
    store::{Objects, Pending},
};
use evidence_support::*;
use jiff::SignedDuration;
use std::{
    collections::BTreeSet,
    fs::File,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Content with two parts and something.
const LEN: usize = 2 * PART + 1234;
const ITEMS: usize = 6;
const GARBAGE: u8 = 12;
const TURNS: usize = 4;

/// One of the replicas.
struct Replica {
    node: Arc<Node>,
    router: Router,
    token: String,
}

impl Replica {
    async fn of(vault: &Vault) -> Self {
        let node = vault.another().await;
        Self { router: comity_node::web::router(node.clone()), node, token: vault.token.clone() }
    }

    /// Takes items in, each in three requests; their identifiers.
    async fn take_in(&self, vault: &Vault, first: usize) -> Vec<String> {
        let mut items = Vec::new();
        for number in first..first + ITEMS {
            let begun = vault.begin_at(&self.router, LEN, &vault.description()).await.is(201);
            let path = begun.header("location").strip_prefix("/api/v1").unwrap().to_owned();
            let (sent, mut offset) = (content_of(number), 0);
            for end in [100, PART + 5000, LEN] {
                let at = offset.to_string();
                let headers = [
                    ("tus-resumable", "1.0.0"),
                    ("content-type", "application/offset+octet-stream"),
                    ("upload-offset", at.as_str()),
                ];
                let body = Body::from(sent[offset..end].to_vec());
                send(&self.router, &self.token, "PATCH", &path, &headers, body).await.is(204);
                offset = end;
            }
            items.push(item_of(&path));
        }
        items
    }

    /// Begins one epoch after the other.
    async fn turn_epochs(&self, ending: Ending) {
        for _ in 0..TURNS {
            rotate::begin_next(&self.node, &own(), &Actor::Node, ending).await.unwrap();
        }
    }

    /// Collects garbage, again and again; how much that was.
    async fn collect(&self) -> u64 {
        let mut count = 0;
        for _ in 0..TURNS {
            count += collect::collect(&self.node, random::now()).await.unwrap();
        }
        count
    }
}

fn content_of(number: usize) -> Vec<u8> {
    let mut content = content(LEN);
    content[0] = u8::try_from(number).unwrap();
    content
}

/// Stores objects to which nothing refers, two days ago.
fn litter(vault: &Vault) {
    let blobs = &vault.node.evidence.blobs;
    let names: BTreeSet<Digest> = (0..GARBAGE)
        .map(|number| {
            let (mut pending, bytes) = (blobs.create().unwrap(), vec![number; 100]);
            pending.write(&bytes).unwrap();
            pending.commit(Digest::of(&bytes)).unwrap();
            Digest::of(&bytes)
        })
        .collect();
    let then = SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    for path in vault.objects() {
        let name = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
        if names.contains(&name) {
            File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
        }
    }
}

async fn every_item_opens(vault: &Vault, items: &[String]) {
    for (number, item) in items.iter().enumerate() {
        let answer = vault.content(item).await.is(200);
        assert!(answer.whole && answer.bytes == content_of(number), "item {number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_that_do_everything_at_once_lose_nothing_and_do_nothing_twice() {
    let vault = Vault::new().await;
    let (a, b) = (Replica::of(&vault).await, Replica::of(&vault).await);
    litter(&vault);
    let ending = Ending::AfterGrace;
    let (from_a, from_b, (), (), at_a, at_b) = tokio::join!(
        a.take_in(&vault, 0),
        b.take_in(&vault, ITEMS),
        a.turn_epochs(ending),
        b.turn_epochs(ending),
        a.collect(),
        b.collect(),
    );
    let items = [from_a, from_b].concat();
    every_item_opens(&vault, &items).await;
    assert_eq!(at_a + at_b, u64::from(GARBAGE), "each piece of garbage is collected once");
    let referred = vault.rows("SELECT COUNT(DISTINCT name) FROM evidence_object").await;
    let objects = vault.objects().len() as u64;
    assert!(objects >= referred, "{objects} objects, of which {referred} are needed");
    assert_eq!(vault.count("custody_acquired").await, 2 * ITEMS);
    // Each epoch began once and retired once, and one is current.
    let epochs = vault.rows("SELECT COUNT(*) FROM evidence_epoch").await;
    let retired = vault.rows("SELECT COUNT(*) FROM evidence_epoch WHERE retired_at IS NOT NULL").await;
    assert_eq!(vault.count("epoch_begun").await as u64, epochs);
    assert_eq!(vault.count("epoch_retired").await as u64, retired);
    rotate::begin_next(&a.node, &own(), &Actor::Node, Ending::AtOnce).await.unwrap();
    let left = "SELECT COUNT(*) FROM evidence_wrap WHERE epoch < (SELECT MAX(number) FROM evidence_epoch)";
    assert_eq!(vault.rows(left).await, 0);
    every_item_opens(&vault, &items).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_are_read_while_both_replicas_end_epochs_at_once() {
    let vault = Vault::new().await;
    let (a, b) = (Replica::of(&vault).await, Replica::of(&vault).await);
    let items = a.take_in(&vault, 0).await;
    let ((), (), (), ()) = tokio::join!(
        a.turn_epochs(Ending::AtOnce),
        b.turn_epochs(Ending::AtOnce),
        every_item_opens(&vault, &items),
        every_item_opens(&vault, &items),
    );
    every_item_opens(&vault, &items).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_replicas_one_scrubs_and_each_object_is_read_once() {
    let vault = Vault::new().await;
    let (a, b) = (Replica::of(&vault).await, Replica::of(&vault).await);
    a.take_in(&vault, 0).await;
    let objects = vault.rows("SELECT COUNT(DISTINCT name) FROM evidence_object").await;
    let (now, pace) = (random::now(), Pace::full());
    let (at_a, at_b) =
        tokio::join!(scrub::turn(&a.node, "a", now, &pace), scrub::turn(&b.node, "b", now, &pace));
    let checked = [at_a, at_b].map(|turn| turn.unwrap().unwrap_or_default().checked);
    assert_eq!(checked.iter().sum::<u64>(), objects, "{checked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_died_while_it_scrubbed_is_waited_for_and_then_replaced() {
    let vault = Vault::new().await;
    let (a, b) = (Replica::of(&vault).await, Replica::of(&vault).await);
    a.take_in(&vault, 0).await;
    let slow = Pace::at_most(1);
    let dying = scrub::turn(&a.node, "a", random::now(), &slow);
    assert!(tokio::time::timeout(Duration::from_millis(500), dying).await.is_err());
    slow.stop();
    let pace = Pace::full();
    let soon = random::now() + SignedDuration::from_secs(60);
    assert_eq!(scrub::turn(&b.node, "b", soon, &pace).await.unwrap(), None, "the lease runs");
    let later = random::now() + SignedDuration::from_secs(180);
    let objects = vault.rows("SELECT COUNT(DISTINCT name) FROM evidence_object").await;
    let all = Scrubbed { checked: objects, damaged: 0 };
    assert_eq!(scrub::turn(&b.node, "b", later, &pace).await.unwrap(), Some(all));
}

/// Ends epoch 1 in a transaction that commits only when told to, while `work` waits for it.
async fn meets_the_end_of_an_epoch<T>(vault: &Vault, work: impl Future<Output = T>) -> T {
    let node = &vault.node;
    let (shared, whose) = (node.clone(), own());
    let make = move || shared.evidence.epochs.make(&shared, &whose, 2).unwrap();
    tokio::task::spawn_blocking(make).await.unwrap();
    let mut tx = node.store.begin("test_epoch").await.unwrap();
    let retire = "/* test */ UPDATE evidence_epoch SET retired_at = begun_at WHERE number = 1";
    assert_eq!(tx.execute(retire, &[]).await.unwrap(), 1);
    let begin = "/* test */ INSERT INTO evidence_epoch (authority, number, begun_at) VALUES ($1, 2, $2)";
    tx.execute(begin, &[OWN.into(), random::now().into()]).await.unwrap();
    let mut work = std::pin::pin!(work);
    let waited = tokio::time::timeout(Duration::from_millis(700), &mut work).await;
    assert!(waited.is_err(), "it did not wait for the epoch");
    tx.commit().await.unwrap();
    work.await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_admission_that_meets_the_end_of_an_epoch_keeps_its_keys_under_the_next() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    vault.patch(&path, 0, Body::from(sent[..PART].to_vec()), &[]).await.is(204);
    let rest = vault.patch(&path, PART as u64, Body::from(sent[PART..].to_vec()), &[]);
    meets_the_end_of_an_epoch(&vault, rest).await.is(204);
    assert_eq!(vault.rows("SELECT epoch FROM evidence_wrap").await, 2);
    let item = vault.content(&item_of(&path)).await.is(200);
    assert!(item.whole && item.bytes == sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_begins_when_an_epoch_ends_begins_under_the_next() {
    let vault = Vault::new().await;
    vault.item(b"the first epoch begins", &vault.description()).await;
    let description = vault.description();
    let begun = meets_the_end_of_an_epoch(&vault, vault.begin(LEN, &description)).await.is(201);
    let path = begun.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(vault.rows("SELECT epoch FROM evidence_upload").await, 2);
    vault.patch(&path, 0, Body::from(content(LEN)), &[]).await.is(204);
    assert!(vault.content(&item_of(&path)).await.is(200).bytes == content(LEN));
}
