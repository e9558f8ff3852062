//! A node that dies, as by `SIGKILL`, between any two writes of an upload. Whatever the moment: no byte that was acknowledged is
//! lost, nothing is evidence that was not admitted, and the upload goes on where it ended and comes to the same hashes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

mod evidence_killed;

use comity_model::id::ItemId;
use comity_node::evidence;
use comity_vault::Digest;
use evidence_killed::{Desk, PART, acknowledged, count, wait};

/// Where the requests of an upload end.
const STEPS: [usize; 4] = [100, 40_000, 40_001, 3 * PART as usize + 500];

fn content() -> Vec<u8> {
    (0..STEPS[3]).map(|at| u8::try_from((at * at / 7 + at) % 251).unwrap()).collect()
}

async fn begin(desk: &Desk) -> reqwest::Result<String> {
    desk.begin(STEPS[3], &Digest::of(&content()).to_string()).await
}

/// Goes on from `offset`; how many bytes were acknowledged before the node died, if it did.
async fn go_on(desk: &Desk, path: &str, from: usize) -> (usize, bool) {
    let (sent, mut offset) = (content(), from);
    for end in STEPS.into_iter().skip_while(|end| *end <= from) {
        match desk.patch(path, offset, &sent[offset..end]).await {
            Ok(answer) => offset = acknowledged(&answer),
            Err(_) => return (offset, true),
        }
    }
    (offset, false)
}

/// The node dies at `place` while an officer takes an item in.
async fn dies_at(place: &str) {
    let desk = Desk::new().await;
    let child = desk.spawn(Some(place)).await;
    let (path, before) = match begin(&desk).await {
        Ok(path) => {
            let (acknowledged, broke) = go_on(&desk, &path, 0).await;
            assert!(broke, "the node did not die at {place}");
            (Some(path), acknowledged)
        }
        Err(_) => (None, 0),
    };
    assert!(!wait(child).await, "the node ended by itself");
    let mut child = desk.spawn(None).await;
    let path = match path {
        Some(path) => path,
        None => begin(&desk).await.unwrap(),
    };
    let offset = desk.offset(&path).await;
    assert!(offset >= before, "{before} bytes were acknowledged, and {offset} are left");
    assert_eq!(go_on(&desk, &path, offset).await, (STEPS[3], false));
    child.kill().unwrap();
    wait(child).await;
    let node = desk.asleep().await;
    let item: ItemId = path.rsplit('/').next().unwrap().parse().unwrap();
    let opened = evidence::open_item(&node, &desk.home().authority, item).await.unwrap();
    assert_eq!(opened.manifest.sha256, Digest::of(&content()));
    let acquired = "/* test */ SELECT COUNT(*) FROM journal WHERE act = 'custody_acquired'";
    assert_eq!(count(&node, acquired).await, 1);
}

macro_rules! deaths {
    ($($name:ident: $place:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            dies_at($place).await;
        }
    )*};
}

deaths! {
    before_an_upload_begins: "begin_upload.before_commit";
    when_an_upload_has_begun: "begin_upload.after_commit";
    when_bytes_are_stored_and_not_noted: "keep_upload.after_flush";
    before_bytes_are_noted: "note_upload.before_commit";
    when_bytes_are_noted_and_not_acknowledged: "note_upload.after_commit";
    when_all_bytes_have_come: "finish_upload.before_admission";
    before_the_admission: "admit_evidence.before_commit";
    when_the_item_is_admitted_and_nobody_knows: "admit_evidence.after_commit";
}
