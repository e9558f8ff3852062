//! The exported record: it holds as a whole, without any node; and not one byte of it can be changed unnoticed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_model::{AuthorityId, id::ExchangeId};
use comity_node::{exchange::record::export, journal::Actor, random};
use comity_record::verify::{Anchor, Report, verify_record};
use comity_scenarios::{
    TestFederation,
    letters::{RECEIPTED, STORED, count, eventually, letter, send},
};

struct Exported {
    file: Vec<u8>,
    anchor: Anchor,
    spain: Vec<u8>,
}

/// Three letters from France to Spain and Morocco in one exchange, exported by France and by Spain.
async fn exported() -> Exported {
    let federation = TestFederation::running(3).await;
    let (france, spain) = (federation.nodes[0].node(), federation.nodes[1].node());
    let names: Vec<AuthorityId> = federation.nodes.iter().map(|node| node.authority.clone()).collect();
    let exchange = random::new_id(ExchangeId::new);
    let letters = ["one", "two", "three"].map(|text| {
        let mut letter = letter(&names[0], &[&names[1], &names[2]], text);
        letter.exchange = exchange;
        letter
    });
    send(&france, letters.to_vec()).await;
    eventually("every receipt is recorded", || async { count(&france, RECEIPTED).await == 6 }).await;
    assert_eq!(count(&spain, STORED).await, 3);
    let actor = Actor::Officer("tester".into());
    let file = export(&france, &names[0], exchange, actor.clone()).await.unwrap();
    let spain = export(&spain, &names[1], exchange, actor).await.unwrap();
    let roots = federation.roots.roots();
    federation.stop().await;
    Exported { file, spain, anchor: Anchor { roots: roots.roots, threshold: roots.threshold } }
}

fn faults(report: &Report) -> String {
    report.faults.iter().map(|fault| format!("{}: {}\n", fault.at, fault.what)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_holds_and_no_changed_byte_goes_unnoticed() {
    let Exported { file, spain, anchor } = exported().await;
    let report = verify_record(&file, Some(&anchor));
    assert!(report.holds(), "{}", faults(&report));
    assert_eq!((report.messages, report.receipts, report.witnesses.len()), (3, 6, 2));
    let received = verify_record(&spain, Some(&anchor));
    assert!(received.holds(), "{}", faults(&received));
    assert_eq!((received.messages, received.receipts), (3, 0));
    let step = (file.len() / 400).max(1);
    for at in (0..file.len()).step_by(step).chain(0..40) {
        let mut changed = file.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let report = verify_record(&changed, Some(&anchor));
        assert!(!report.holds(), "a change at byte {at} went unnoticed");
        assert!(report.faults.iter().all(|fault| !fault.at.is_empty() && !fault.what.is_empty()));
    }
    for cut in [0, 1, file.len() / 2, file.len() - 1] {
        assert!(!verify_record(&file[..cut], Some(&anchor)).holds(), "cut at {cut}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_under_other_roots_does_not_hold() {
    let Exported { file, .. } = exported().await;
    let others = comity_node::setup::RootKeys::generate(3, 2).unwrap().roots();
    let report = verify_record(&file, Some(&Anchor { roots: others.roots, threshold: others.threshold }));
    assert!(report.faults.iter().any(|fault| fault.at == "/registries/0"), "{}", faults(&report));
    let unanchored = verify_record(&file, None);
    assert!(unanchored.holds() && !unanchored.anchored);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_holds_after_its_receiver_has_left_the_federation_and_not_under_a_revoked_key() {
    let mut federation = TestFederation::running(4).await;
    let france = federation.nodes[0].node();
    let names: Vec<AuthorityId> = federation.nodes.iter().map(|node| node.authority.clone()).collect();
    let letter = letter(&names[0], &[&names[1]], "one");
    let exchange = letter.exchange;
    send(&france, vec![letter]).await;
    eventually("the receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    let issued = random::now();
    let left = federation.next_registry(|registry| {
        registry.issued = issued;
        let leaver = registry.members.remove(1);
        registry.nodes.retain(|node| node.name != leaver.node);
    });
    assert!(comity_node::federation::registry::adopt(&france, &left).await.unwrap());
    let actor = Actor::Officer("tester".into());
    let roots = federation.roots.roots();
    let anchor = Anchor { roots: roots.roots, threshold: roots.threshold };
    let file = export(&france, &names[0], exchange, actor.clone()).await.unwrap();
    let report = verify_record(&file, Some(&anchor));
    assert!(report.holds(), "{}", faults(&report));
    assert_eq!((report.messages, report.receipts), (1, 1));
    let revoked = federation.next_registry(|registry| {
        let since = registry.issued - jiff::SignedDuration::from_hours(1);
        registry.members[0].signing[0].revoked_at = Some(since);
    });
    assert!(comity_node::federation::registry::adopt(&france, &revoked).await.unwrap());
    let file = export(&france, &names[0], exchange, actor).await.unwrap();
    let report = verify_record(&file, Some(&anchor));
    assert!(report.faults.iter().any(|fault| fault.what.contains("revoked")), "{}", faults(&report));
    federation.stop().await;
}
