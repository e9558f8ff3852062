//! Two real nodes: one sealed message with its receipt from end to end, bursts, restarts, and peers that were down.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_scenarios::{
    TestFederation,
    letters::{DEAD, QUEUED, RECEIPTED, STORED, STORED_ENTRIES, count, eventually, letter, send},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealed_message_arrives_and_its_receipt_comes_back() {
    let federation = TestFederation::running(2).await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let (fr, es) = (&federation.nodes[0].authority, &federation.nodes[1].authority);
    send(&france, vec![letter(fr, &[es], "good morning")]).await;
    eventually("the receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    assert_eq!(count(&spain, STORED).await, 1);
    assert_eq!(count(&spain, STORED_ENTRIES).await, 1);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_ten_thousand_to_a_peer_that_was_down_arrives_whole_and_once() {
    const BURST: u64 = 10_000;
    let mut federation = TestFederation::new(2);
    let france = federation.nodes[0].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    for _ in 0..BURST / 500 {
        send(&france, (0..500).map(|n| letter(&fr, &[&es], &format!("number {n}"))).collect()).await;
    }
    assert_eq!(count(&france, QUEUED).await, BURST);
    let spain = federation.nodes[1].start().await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == BURST }).await;
    assert_eq!(count(&spain, STORED).await, BURST);
    assert_eq!(count(&spain, STORED_ENTRIES).await, BURST);
    assert_eq!(count(&france, DEAD).await, 0);
    federation.stop().await;
}
