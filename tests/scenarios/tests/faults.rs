//! A full disk and a locked database: a clear refusal, nothing lost, and everything delivered once the fault is gone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_node::federation::deliveries_of;
use comity_scenarios::{
    TestFederation,
    hostile::{batch_of, client_of, forge, post},
    letters::{DEAD, QUEUED, RECEIPTED, STORED, STORED_ENTRIES, count, eventually, letter, send},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_at_the_receiver_loses_nothing_and_delivery_goes_on_when_there_is_room() {
    let mut federation = TestFederation::with(
        2,
        |number, config| {
            config.database_pages = (number == 1).then_some(400);
            config.delivery.batch = 8;
        },
        |_| {},
    );
    let france = federation.nodes[0].start().await;
    let spain = federation.nodes[1].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let large = "a long report ".repeat(1_000);
    let sent = send(&france, (0..80).map(|_| letter(&fr, &[&es], &large)).collect()).await;
    let last = sent.last().unwrap().statement().id;
    eventually("Spain's disk is full", || async {
        let refused = "/* test */ SELECT COUNT(*) FROM message";
        count(&spain, refused).await == count(&spain, STORED).await
            && count(&france, QUEUED).await > 0
            && count(&france, RECEIPTED).await > 0
            && count(&france, RECEIPTED).await == count(&spain, STORED).await
    })
    .await;
    let held = count(&france, RECEIPTED).await;
    assert!(held < 80, "the disk was never full");
    assert_eq!(deliveries_of(&france.store, last).await.unwrap()[0].state, "queued");
    federation.nodes[1].stop().await;
    let mut config = federation.nodes[1].config.clone();
    config.database_pages = None;
    config.write(&federation.nodes[1].directory).unwrap();
    let spain = federation.nodes[1].start().await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == 80 }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (80, 80));
    assert_eq!(count(&france, DEAD).await, 0);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_stopped_and_started_again_gets_the_rest() {
    let mut federation = TestFederation::with(2, |_, config| config.delivery.batch = 4, |_| {});
    let france = federation.nodes[0].start().await;
    federation.nodes[1].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    send(&france, (0..60).map(|n| letter(&fr, &[&es], &format!("number {n}"))).collect()).await;
    eventually("some receipts are recorded", || async { count(&france, RECEIPTED).await > 8 }).await;
    federation.nodes[1].stop().await;
    let spain = federation.nodes[1].start().await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == 60 }).await;
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (60, 60));
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_program_holds_puts_the_batch_off_and_loses_nothing() {
    let mut federation = TestFederation::new(2);
    let spain = federation.nodes[1].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let keys = federation.nodes[0].keys();
    let sealing = [federation.nodes[1].membership.members[0].sealing.parse().unwrap()];
    let batch = batch_of(&es, &forge(&letter(&fr, &[&es], "good morning"), &keys, &sealing, |_| ()));
    let client = client_of(&keys);
    let held = comity_scenarios::sqlite::hold(&federation.nodes[1].directory.join("node.sqlite")).await;
    let (status, answer) = post(&client, &federation.nodes[1], batch.clone()).await;
    assert_eq!((status, answer["code"].as_str()), (503, Some("busy")), "{answer}");
    assert_eq!(count(&spain, STORED).await, 0);
    held.release().await;
    let (status, answer) = post(&client, &federation.nodes[1], batch).await;
    assert_eq!(status, 200);
    assert!(answer["outcomes"][0]["receipt"].is_object(), "{answer}");
    assert_eq!((count(&spain, STORED).await, count(&spain, STORED_ENTRIES).await), (1, 1));
    federation.stop().await;
}
