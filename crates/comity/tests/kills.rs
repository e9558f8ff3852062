//! A node that dies, as by `SIGKILL`, between any two steps of send, receive, commit and receipt. Whatever the moment: each
//! message for which the sender holds a receipt is in the receiver's database and ledger exactly once, and every other one
//! is still in the sender's outbox; and once the node is back, all of them arrive.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_node::{Node, run::start};
use comity_scenarios::{
    TestFederation, TestNode,
    federation::PASSPHRASE,
    letters::{DEAD, QUEUED, RECEIPTED, STORED, STORED_ENTRIES, count, eventually, letter, send},
};
use std::process::{Child, Command, Stdio};

const LETTERS: u64 = 20;

/// Runs a node as a process of its own, which dies at `place` where one is given.
fn spawn(node: &TestNode, place: Option<&str>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
    command.args(["serve", "--dir"]).arg(&node.directory).env("COMITY_PASSPHRASE", PASSPHRASE);
    command.env("COMITY_LOG", "off").stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(place) = place {
        command.env("COMITY_DIE_AT", place);
    }
    command.spawn().unwrap()
}

async fn died(mut child: Child) {
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert!(!ended.success(), "the node ended by itself");
}

fn settings(_: usize, config: &mut comity_node::config::Config) {
    config.delivery.batch = 8;
}

/// Spain dies at `place` while France sends.
async fn receiver_dies_at(place: &str) {
    let mut federation = TestFederation::with(2, settings, |_| {});
    let france = federation.nodes[0].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let spain = spawn(&federation.nodes[1], Some(place));
    send(&france, (0..LETTERS).map(|n| letter(&fr, &[&es], &format!("number {n}"))).collect()).await;
    died(spain).await;
    // What the sender holds receipts for is there; looked at without running anything.
    let asleep = Node::open(&federation.nodes[1].directory, PASSPHRASE).await.unwrap();
    let receipted = count(&france, RECEIPTED).await;
    assert!(receipted <= count(&asleep, STORED).await);
    assert_eq!(count(&asleep, STORED).await, count(&asleep, STORED_ENTRIES).await);
    assert_eq!(receipted + count(&france, QUEUED).await, LETTERS);
    asleep.store.close().await;
    let spain = federation.nodes[1].start().await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == LETTERS }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (LETTERS, LETTERS));
    assert_eq!(count(&france, DEAD).await, 0);
    federation.stop().await;
}

/// France dies at `place` while it delivers what was committed before.
async fn sender_dies_at(place: &str) {
    let mut federation = TestFederation::with(2, settings, |_| {});
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let spain = federation.nodes[1].start().await;
    let asleep = Node::open(&federation.nodes[0].directory, PASSPHRASE).await.unwrap();
    send(&asleep, (0..LETTERS).map(|n| letter(&fr, &[&es], &format!("number {n}"))).collect()).await;
    asleep.store.close().await;
    died(spawn(&federation.nodes[0], Some(place))).await;
    let asleep = Node::open(&federation.nodes[0].directory, PASSPHRASE).await.unwrap();
    assert!(count(&asleep, RECEIPTED).await <= count(&spain, STORED).await);
    assert_eq!(count(&asleep, RECEIPTED).await + count(&asleep, QUEUED).await, LETTERS);
    let running = start(asleep.clone()).await.unwrap();
    eventually("every receipt is recorded", || async { count(&asleep, RECEIPTED).await == LETTERS }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (LETTERS, LETTERS));
    assert_eq!(count(&asleep, DEAD).await, 0);
    running.stop().await;
    federation.stop().await;
}

macro_rules! deaths {
    ($($name:ident: $who:ident($place:literal);)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $who($place).await;
        }
    )*};
}

deaths! {
    a_receiver_that_dies_before_its_commit_loses_nothing: receiver_dies_at("receive_batch.before_commit");
    a_receiver_that_dies_after_its_commit_and_before_its_receipts_loses_nothing:
        receiver_dies_at("receive_batch.after_commit");
    a_receiver_that_dies_before_its_answer_loses_nothing: receiver_dies_at("receive_batch.before_answer");
    a_sender_that_dies_before_it_sends_loses_nothing: sender_dies_at("send_batch.before_send");
    a_sender_that_dies_with_the_receipts_in_hand_loses_nothing: sender_dies_at("send_batch.after_answer");
    a_sender_that_dies_before_it_records_the_receipts_loses_nothing: sender_dies_at("record_verdicts.before_commit");
    a_sender_that_dies_after_it_recorded_the_receipts_loses_nothing: sender_dies_at("record_verdicts.after_commit");
}

/// `SIGKILL` from outside, at moments that nobody chose, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_killed_again_and_again_gets_everything_once() {
    let mut federation = TestFederation::with(2, settings, |_| {});
    let france = federation.nodes[0].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    send(&france, (0..100).map(|n| letter(&fr, &[&es], &format!("number {n}"))).collect()).await;
    for round in 1..=4 {
        let mut spain = spawn(&federation.nodes[1], None);
        let enough = round * 16;
        eventually("some more receipts are recorded", || async { count(&france, RECEIPTED).await >= enough })
            .await;
        spain.kill().unwrap();
        spain.wait().unwrap();
    }
    let spain = federation.nodes[1].start().await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == 100 }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (100, 100));
    federation.stop().await;
}
