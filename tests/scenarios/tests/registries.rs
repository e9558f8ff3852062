//! Registry changes on real nodes: newer ones spread, older and unsigned ones are refused, revoked keys stop counting, and
//! an expired federation comes back to life with the next registry.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_node::{federation::registry::adopt, setup::rotate_keys};
use comity_record::directory::signing_key;
use comity_scenarios::{
    TestFederation,
    federation::PASSPHRASE,
    letters::{QUEUED, RECEIPTED, STORED, count, eventually, letter, send},
};
use comity_seal::WorkFactor;
use jiff::{SignedDuration, Timestamp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_registry_at_the_sender_reaches_the_receiver_with_the_next_batch() {
    let mut federation = TestFederation::running(2).await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let next = federation.next_registry(|_| ());
    assert!(adopt(&france, &next).await.unwrap());
    send(&france, vec![letter(&fr, &[&es], "with the new registry")]).await;
    eventually("the receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    assert_eq!(spain.registry().registry().version, 2);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_registry_at_the_receiver_reaches_the_sender_with_the_answer() {
    let mut federation = TestFederation::running(2).await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let next = federation.next_registry(|_| ());
    assert!(adopt(&spain, &next).await.unwrap());
    send(&france, vec![letter(&fr, &[&es], "with the old registry")]).await;
    eventually("the registry is adopted", || async { france.registry().registry().version == 2 }).await;
    eventually("the receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_or_unsigned_registry_is_refused_and_the_one_in_force_stays() {
    let mut federation = TestFederation::running(2).await;
    let france = federation.nodes[0].node();
    let first = federation.signed.clone();
    let second = federation.next_registry(|_| ());
    assert!(adopt(&france, &second).await.unwrap());
    assert!(adopt(&france, &first).await.is_err(), "rolled back");
    assert!(!adopt(&france, &second).await.unwrap(), "the same is not news");
    let mut unsigned = federation.next_registry(|_| ());
    unsigned.signatures.truncate(2);
    assert!(adopt(&france, &unsigned).await.is_err(), "one root signature where two are needed");
    assert_eq!(france.registry().registry().version, 2);
    // The same version with other content, however well signed, is a second history.
    federation.registry.version = 1;
    let twin = federation.next_registry(|registry| registry.federation = "another".into());
    assert!(adopt(&france, &twin).await.is_err());
    federation.stop().await;
    let mut federation = federation_restarted_is_not_rolled_back().await;
    federation.nodes[0].stop().await;
}

/// A node that adopted version 2 keeps it over a restart, although version 1 still lies in its directory.
async fn federation_restarted_is_not_rolled_back() -> TestFederation {
    let mut federation = TestFederation::running(1).await;
    let next = federation.next_registry(|_| ());
    assert!(adopt(&federation.nodes[0].node(), &next).await.unwrap());
    federation.nodes[0].stop().await;
    let again = federation.nodes[0].start().await;
    assert_eq!(again.registry().registry().version, 2);
    federation
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_revoked_key_signs_goes_to_the_dead_letters() {
    let mut federation = TestFederation::running(2).await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    let next = federation.next_registry(|registry| {
        let since = registry.issued;
        registry.members[0].signing[0].revoked_at = Some(since);
    });
    assert!(adopt(&spain, &next).await.unwrap());
    send(&france, vec![letter(&fr, &[&es], "too late")]).await;
    let dead = "/* test */ SELECT COUNT(*) FROM delivery WHERE state = 'dead' AND fault = 'key_revoked'";
    eventually("it is a dead letter", || async { count(&france, dead).await == 1 }).await;
    assert_eq!(count(&spain, STORED).await, 0);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_federation_comes_back_with_the_next_registry() {
    let mut federation = TestFederation::with(2, |_, _| {}, |_| {});
    federation.nodes[0].start().await;
    federation.nodes[1].start().await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    // Sealed while it may leave, delivered when it may be sent.
    let soon = comity_node::random::now() + SignedDuration::from_millis(1_500);
    let short = federation.next_registry(|registry| registry.expires = soon);
    assert!(adopt(&france, &short).await.unwrap());
    assert!(adopt(&spain, &short).await.unwrap());
    eventually("the registry has expired", || async { comity_node::random::now() > soon }).await;
    let refused = comity_node::exchange::prepare(&france, letter(&fr, &[&es], "now?")).await;
    assert!(refused.is_err(), "nothing may leave under an expired registry");
    let next = federation.next_registry(|registry| registry.expires = soon + SignedDuration::from_hours(24));
    assert!(adopt(&spain, &next).await.unwrap());
    eventually("France has asked for the next", || async { france.registry().registry().version == 3 }).await;
    send(&france, vec![letter(&fr, &[&es], "good morning again")]).await;
    eventually("the receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    assert_eq!(count(&france, QUEUED).await, 0);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotated_key_waits_for_the_registry_and_nothing_is_refused_on_the_way() {
    let mut federation = TestFederation::running(2).await;
    let spain = federation.nodes[1].node();
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    federation.nodes[0].stop().await;
    let (directory, config) = (federation.nodes[0].directory.clone(), federation.nodes[0].config.clone());
    let rotated = rotate_keys(
        &directory,
        &config,
        std::slice::from_ref(&fr),
        PASSPHRASE,
        WorkFactor::MIN,
        Timestamp::now(),
    );
    let rotated = rotated.unwrap();
    let france = federation.nodes[0].start().await;
    send(&france, vec![letter(&fr, &[&es], "still under the old key")]).await;
    eventually("the old key counts", || async { count(&france, RECEIPTED).await == 1 }).await;
    let next = federation.next_registry(|registry| {
        let new = rotated.members[0].clone();
        registry.members[0].sealing = new.sealing;
        registry.members[0].signing.insert(0, new.signing[0].clone());
        registry.members[0].signing[1].valid_until = Some(Timestamp::now() + SignedDuration::from_secs(3600));
    });
    assert!(adopt(&france, &next).await.unwrap());
    send(&france, vec![letter(&fr, &[&es], "under the new key")]).await;
    eventually("the new key counts", || async { count(&france, RECEIPTED).await == 2 }).await;
    let newest = signing_key(&rotated.members[0].signing[0].keys).unwrap().key_id();
    let now = Timestamp::now();
    let used = france.keys.signing_key(&fr, &france.registry(), now, now).unwrap();
    assert_eq!(used.public().key_id(), newest);
    send(&spain, vec![letter(&es, &[&fr], "sealed to the new sealing key")]).await;
    eventually("France opens it", || async { count(&france, STORED).await == 1 }).await;
    federation.stop().await;
}
