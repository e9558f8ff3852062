//! Messages for scenarios: sent through a node as an officer's command would, and counted where they arrive.

use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::{Information, Message},
    statement::Urgency,
};
use comity_node::{
    Node,
    exchange::{Outgoing, Prepared, prepare_many, put},
    journal::{About, Actor},
    law::{Basis, BasisChoice},
    random,
};
use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

pub fn marking() -> Marking {
    Marking {
        handling: BTreeSet::from([HandlingCode::H0]),
        restrictions: None,
        purpose: Purpose::LocateMissingChild,
        source: SourceEvaluation::A,
        information: InformationEvaluation::Certain,
        onward: OnwardRule::OwnJurisdiction,
        retain_until: jiff::civil::date(2099, 1, 1),
    }
}

pub fn choice() -> BasisChoice {
    BasisChoice {
        instrument: "INTERPOL_RPD".into(),
        article: "97".into(),
        reason: Some("a rehearsal".into()),
        event_date: None,
        offence: None,
        authorisation: None,
    }
}

/// A short letter.
pub fn letter(from: &AuthorityId, to: &[&AuthorityId], text: &str) -> Outgoing {
    Outgoing {
        id: random::new_id(MessageId::new),
        from: from.clone(),
        to: to.iter().map(|to| (*to).clone()).collect(),
        exchange: random::new_id(ExchangeId::new),
        reply_to: None,
        urgency: Urgency::Routine,
        marking: marking(),
        legal_basis: Basis::chosen(choice(), "tester"),
        message: Message::Information(Information { subject: "rehearsal".into(), text: text.into() }),
    }
}

/// Seals, signs and commits letters in one transaction, and wakes the couriers.
pub async fn send(node: &Arc<Node>, letters: Vec<Outgoing>) -> Vec<Prepared> {
    let prepared = prepare_many(node, letters).await.expect("the letters may leave");
    let mut tx = node.store.begin("test_send").await.unwrap();
    for one in &prepared {
        put(&mut tx, one, &Actor::Officer("tester".into()), About::default()).await.unwrap();
    }
    tx.commit().await.unwrap();
    node.wake_outbox();
    prepared
}

/// The number that a counting query gives.
pub async fn count(node: &Node, sql: &'static str) -> u64 {
    node.store.fetch_optional(sql, &[]).await.unwrap().unwrap().unsigned(0).unwrap()
}

pub const RECEIPTED: &str = "/* test */ SELECT COUNT(*) FROM delivery WHERE state = 'receipted'";
pub const QUEUED: &str = "/* test */ SELECT COUNT(*) FROM delivery WHERE state = 'queued'";
pub const DEAD: &str = "/* test */ SELECT COUNT(*) FROM delivery WHERE state = 'dead'";
pub const STORED: &str = "/* test */ SELECT COUNT(*) FROM message WHERE direction = 'incoming'";
pub const STORED_ENTRIES: &str = "/* test */ SELECT COUNT(*) FROM journal WHERE act = 'envelope_stored'";

/// Waits until a condition holds; fails the test when it does not within two minutes.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let patience = tokio::time::timeout(Duration::from_secs(120), async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    patience.await.unwrap_or_else(|_| panic!("it did not come to this in time: {what}"));
}
