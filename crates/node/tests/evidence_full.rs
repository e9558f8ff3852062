//! A store of evidence without room, at every single change that it is asked for: whoever sends is told so and what to do,
//! nothing that was acknowledged is lost, and everything goes on once there is room again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::body::Body;
use comity_blobs::Step;
use evidence_support::*;
use serde_json::json;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// Content with two parts and something.
const LEN: usize = 2 * PART + 1234;
/// Where the requests of an upload end: in a part, in the next, and at its end.
const STEPS: [usize; 3] = [100, PART + 5000, LEN];
const PLENTY: i64 = i64::MAX;

/// How many changes the store has room for.
#[derive(Clone)]
struct Room(Arc<AtomicI64>);

impl Room {
    fn is(&self, changes: i64) {
        self.0.store(changes, Ordering::SeqCst);
    }

    /// Did something not fit since it was last said how much room there is?
    fn was_full(&self) -> bool {
        self.0.load(Ordering::SeqCst) < 0
    }

    /// One more change; those that give room back always fit.
    fn take(&self, step: Step) -> io::Result<()> {
        if step == Step::Remove || self.0.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        self.0.store(-1, Ordering::SeqCst);
        Err(io::ErrorKind::StorageFull.into())
    }
}

async fn vault() -> (Vault, Room) {
    let mut vault = Vault::new().await;
    let room = Room(Arc::new(AtomicI64::new(PLENTY)));
    let taken = room.clone();
    vault.reopen_watched(Arc::new(move |step| taken.take(step))).await;
    (vault, room)
}

/// What a full store says, and that it says what to do.
#[track_caller]
fn says_full(answer: Answer) {
    let problem = answer.problem(507, "storage_full");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("make room") && detail.contains("go on"), "{detail}");
}

/// Sends what is missing, a request after the other; how much was acknowledged, and whether it ended because of a full store.
async fn go_on(vault: &Vault, path: &str, sent: &[u8], from: usize) -> (usize, bool) {
    let mut offset = from;
    for end in STEPS.into_iter().skip_while(|end| *end <= from) {
        let answer = vault.patch(path, offset as u64, Body::from(sent[offset..end].to_vec()), &[]).await;
        if answer.status != 204 {
            says_full(answer);
            return (offset, true);
        }
        offset = answer.offset() as usize;
    }
    (offset, false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_whichever_change_the_store_is_full_an_upload_keeps_what_was_acknowledged_and_goes_on_later() {
    let (vault, room) = vault().await;
    let sent = content(LEN);
    let described = vault.described(&[("/sha256", hash(&sent).into())]);
    vault.item(b"the epoch begins", &vault.description()).await;
    let mut full_at = 0;
    loop {
        let path = vault.upload(LEN, &described).await;
        room.is(full_at);
        let (acknowledged, full) = go_on(&vault, &path, &sent, 0).await;
        if !full {
            break;
        }
        let offset = vault.head(&path).await.is(200).offset() as usize;
        assert!((acknowledged..LEN).contains(&offset), "full at change {full_at}: {acknowledged}, {offset}");
        // Whoever tries again without room is told the same, and loses nothing either.
        let again = vault.patch(&path, offset as u64, Body::from(sent[offset..].to_vec()), &[]).await;
        says_full(again);
        let kept = vault.head(&path).await.is(200).offset() as usize;
        assert!(kept >= offset, "full at change {full_at}");
        room.is(PLENTY);
        let rest = Body::from(sent[kept..].to_vec());
        assert_eq!(vault.patch(&path, kept as u64, rest, &[]).await.is(204).offset(), LEN as u64);
        let item = vault.content(&item_of(&path)).await.is(200);
        assert!(item.whole && item.bytes == sent, "full at change {full_at}");
        full_at += 1;
    }
    assert!(full_at > 15, "the store was full at {full_at} changes only");
    assert_eq!(vault.count("custody_acquired").await as i64, full_at + 2);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_upload").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_while_the_store_is_full_changes_nothing() {
    let (mut vault, room) = vault().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    vault.patch(&path, 0, Body::from(sent[..STEPS[1]].to_vec()), &[]).await.is(204);
    room.is(0);
    let rest = || Body::from(sent[STEPS[1]..].to_vec());
    says_full(vault.patch(&path, STEPS[1] as u64, rest(), &[]).await);
    vault.reopen().await;
    assert_eq!(vault.head(&path).await.is(200).offset(), STEPS[1] as u64);
    vault.patch(&path, STEPS[1] as u64, rest(), &[]).await.is(204);
    assert!(vault.content(&item_of(&path)).await.is(200).bytes == sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_for_which_there_is_no_room_is_admitted_later_and_never_in_part() {
    let (vault, room) = vault().await;
    let file = |number: usize| {
        let content = content(1000 + number);
        let name = json!({"text": format!("IMG_{number}.bin")});
        let mut described = vault.described(&[("/name", name), ("/sha256", hash(&content).into())]);
        described["size"] = content.len().into();
        let described = described.to_string().into_bytes();
        [&u32::try_from(described.len()).unwrap().to_be_bytes()[..], &described, &content].concat()
    };
    let body: Vec<u8> = (0..5).flat_map(file).collect();
    let mut full_at = 0;
    loop {
        room.is(full_at);
        let answer = vault.request("POST", "/evidence/batch", &[], Body::from(body.clone())).await;
        if !room.was_full() {
            assert_eq!(answer.is(201).json()["items"].as_array().unwrap().len(), 5);
            break;
        }
        says_full(answer);
        assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_item").await, 0, "full at change {full_at}");
        assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_object").await, 0);
        full_at += 1;
    }
    assert!(full_at > 3);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_item").await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_that_was_full_from_its_first_key_on_works_once_there_is_room() {
    let (vault, room) = vault().await;
    room.is(0);
    says_full(vault.begin(LEN, &vault.description()).await);
    room.is(PLENTY);
    let sent = content(LEN);
    let item = vault.item(&sent, &vault.description()).await;
    assert!(vault.content(&item).await.is(200).bytes == sent);
}
