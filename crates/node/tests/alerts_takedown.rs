//! The end of an alert: names and photographs go everywhere, and the originator hears of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts_world;
mod words;

use alerts_world::*;
use comity_model::{
    case::Place,
    id::MessageId,
    message::{AlertCancellation, AlertUpdate, CancellationReason, Information, Message, Withdrawal},
};
use comity_node::{
    alerts::{self, AlertState, NewSighting},
    hits::{self, Disclose, ShownField},
    random,
};
use std::collections::BTreeSet;
use words::says;

async fn cancel(world: &World, alert: MessageId) {
    let reason = CancellationReason::ChildFound;
    let note = "Inès is back with her mother";
    alerts::cancel(world.node(FR), &officer(FR, "amel"), alert, reason, note).await.unwrap();
}

fn names_in(dump: &str) -> Vec<&str> {
    // The last two are a photograph's first bytes and the number of a passport.
    let telling = ["Lemaire", "Inès", "In\\u00e8s", "lemaire", "iVBORw0KGgo", "00ZZ00001"];
    let is_telling = |line: &&str| {
        telling.iter().any(|name| line.contains(name)) || ["Ines", "ines"].iter().any(|name| says(line, name))
    };
    dump.lines().filter(is_telling).collect()
}

/// An alert that has left its names wherever it can at Spain: hit, disclosure, sighting, update, free message.
async fn talked_about(world: &World) -> MessageId {
    world.case(ES, SPANISH).await;
    let alert = world.delivered().await;
    let view = world.alert(FR, alert).await;
    let (mut text, exchange) = (view.alert, view.exchange);
    text.circumstances = "Inès Lemaire was seen at the border".into();
    alerts::update(world.node(FR), &officer(FR, "amel"), alert, "Inès was seen", text, Over::default())
        .await
        .unwrap();
    world.carry(FR, ES).await;
    let luz = officer(ES, "luz");
    let new = NewSighting {
        seen_at: random::now(),
        place: Place { name: "Algeciras".into(), jurisdiction: None, position: None },
        what: "a girl called Ines".into(),
        basis_reason: None,
        authorisation: None,
    };
    alerts::report_sighting(world.node(ES), &luz, alert, new).await.unwrap();
    let hit = world.hits(ES).await.remove(0).id;
    let choice = Disclose {
        fields: BTreeSet::from([ShownField::Name]),
        note: "may be with Inès Lemaire".into(),
        marking: None,
        legal_basis: legal_basis(),
    };
    hits::disclose(world.node(ES), &luz, hit, choice).await.unwrap();
    let words = Information { subject: "Lemaire".into(), text: "Is Inès' passport 00-ZZ?".into() };
    world.send(ES, FR, exchange, Message::Information(words)).await;
    world.carry(ES, FR).await;
    alert
}

#[tokio::test]
async fn a_cancellation_withdraws_names_and_photographs_from_every_row() {
    let world = World::new().await;
    let alert = talked_about(&world).await;
    assert!(names_in(&world.dump(ES).await).len() > 5, "the test would prove nothing");
    cancel(&world, alert).await;
    assert_eq!(world.carry(FR, ES).await, ["alert_cancellation"]);
    let dump = world.dump(ES).await;
    assert!(names_in(&dump).is_empty(), "{:#?}", names_in(&dump));
    assert!(dump.contains("BENSAID"), "our own case keeps its data");
    let sql = "/* test_bodies */ SELECT id FROM message WHERE kind IN ('alert', 'alert_update', 'disclosure') \
               AND body IS NOT NULL";
    assert!(
        world.node(ES).store.fetch_all(sql, &[]).await.unwrap().is_empty(),
        "sealed bodies that we could open"
    );
    let view = world.alert(ES, alert).await;
    assert_eq!(view.alert.child.name, None);
    assert!(view.alert.alleged_taker.unwrap().name.is_none() && view.hits[0].theirs.name.is_none());
    assert_eq!(world.count(ES, "identity_withdrawn").await, 1);
}

#[tokio::test]
async fn the_originator_withdraws_its_own_alert_and_keeps_its_case() {
    let world = World::new().await;
    let alert = world.delivered().await;
    cancel(&world, alert).await;
    let view = world.alert(FR, alert).await;
    assert_eq!((view.state, view.alert.child.name.is_none()), (AlertState::Cancelled, true));
    let case = comity_node::cases::read(world.node(FR), &officer(FR, "amel"), view.case.unwrap(), false)
        .await
        .unwrap();
    assert!(case.report.subjects[0].name.is_some());
}

#[tokio::test]
async fn the_receivers_confirm_and_the_originator_counts_them() {
    let world = World::new().await;
    let alert = world.delivered().await;
    cancel(&world, alert).await;
    for receiver in [ES, MA] {
        world.carry(FR, receiver).await;
        alerts::withdraw_pending(world.node(receiver)).await;
        assert_eq!(world.alert(receiver, alert).await.state, AlertState::Withdrawn);
        assert_eq!(world.alert(FR, alert).await.state, AlertState::Cancelled);
        assert_eq!(world.carry(receiver, FR).await, ["withdrawal"]);
    }
    let view = world.alert(FR, alert).await;
    assert!(view.deliveries.iter().all(|delivery| delivery.withdrawn_at.is_some()));
    assert_eq!(view.state, AlertState::Withdrawn);
    assert_eq!(world.count(FR, "withdrawal_confirmed").await, 2);
}

#[tokio::test]
async fn a_withdrawal_is_sent_once_however_often_the_rule_runs() {
    let world = World::new().await;
    let alert = world.delivered().await;
    cancel(&world, alert).await;
    world.carry(FR, ES).await;
    let node = world.node(ES);
    tokio::join!(
        alerts::withdraw_pending(node),
        alerts::withdraw_pending(node),
        alerts::withdraw_pending(node)
    );
    assert_eq!(alerts::withdraw_pending(node).await, 0);
    assert_eq!(world.carry(ES, FR).await, ["withdrawal"]);
}

#[tokio::test]
async fn a_cancellation_by_another_authority_has_no_effect() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let exchange = world.alert(ES, alert).await.exchange;
    let reason = CancellationReason::ChildFound;
    let forged = AlertCancellation { alert, reason, note: String::new() };
    world.send(MA, ES, exchange, Message::AlertCancellation(forged)).await;
    world.carry(MA, ES).await;
    let view = world.alert(ES, alert).await;
    assert_eq!((view.state, view.alert.child.name.is_some()), (AlertState::Released, true));
    assert_eq!(world.why_without_effect(ES).await, "the alert is of another authority");
    alerts::withdraw_pending(world.node(ES)).await;
    assert!(world.carry(ES, MA).await.is_empty() && world.carry(ES, FR).await.is_empty());
}

#[tokio::test]
async fn an_update_by_another_authority_or_of_an_unknown_alert_has_no_effect() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let view = world.alert(ES, alert).await;
    let mut text = view.alert.clone();
    text.headline = "Another headline".into();
    let update = |alert| {
        let (now_reads, what_changed) = (Box::new(text.clone()), "x".to_owned());
        Message::AlertUpdate(AlertUpdate { alert, now_reads, what_changed })
    };
    world.send(MA, ES, view.exchange, update(alert)).await;
    world.carry(MA, ES).await;
    assert_eq!(world.why_without_effect(ES).await, "the alert is of another authority");
    world.send(MA, ES, view.exchange, update(random::new_id(MessageId::new))).await;
    world.carry(MA, ES).await;
    assert_eq!(world.why_without_effect(ES).await, "the alert is not known here");
    assert_eq!(world.alert(ES, alert).await.alert, view.alert);
}

#[tokio::test]
async fn a_withdrawal_that_nobody_asked_for_has_no_effect() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let exchange = world.alert(ES, alert).await.exchange;
    let withdrawal = |cancellation| {
        let withdrawn_at = random::now();
        Message::Withdrawal(Withdrawal { alert, cancellation, withdrawn_at, withdrawn: vec![] })
    };
    world.send(ES, FR, exchange, withdrawal(alert)).await;
    world.carry(ES, FR).await;
    assert_eq!(world.why_without_effect(FR).await, "the alert was not cancelled");
    cancel(&world, alert).await;
    world.send(ES, FR, exchange, withdrawal(alert)).await;
    world.carry(ES, FR).await;
    assert_eq!(world.why_without_effect(FR).await, "the alert was cancelled by another message");
    assert!(world.alert(FR, alert).await.deliveries.iter().all(|delivery| delivery.withdrawn_at.is_none()));
}

#[tokio::test]
async fn an_alert_that_arrives_after_its_cancellation_names_nobody() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let alert = world.released().await;
    cancel(&world, alert).await;
    assert_eq!(world.carry_where(FR, ES, |kind| kind == "alert_cancellation").await.len(), 1);
    assert_eq!(world.why_without_effect(ES).await, "the alert is not known here");
    assert_eq!(world.carry(FR, ES).await, ["alert"]);
    let dump = world.dump(ES).await;
    assert!(names_in(&dump).is_empty(), "{:#?}", names_in(&dump));
    assert!(world.hits(ES).await.is_empty());
    alerts::withdraw_pending(world.node(ES)).await;
    assert_eq!(world.carry(ES, FR).await, ["withdrawal"]);
}

#[tokio::test]
async fn an_update_that_arrives_after_the_cancellation_names_nobody() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let text = world.alert(FR, alert).await.alert;
    alerts::update(world.node(FR), &officer(FR, "amel"), alert, "Inès was seen", text, Over::default())
        .await
        .unwrap();
    cancel(&world, alert).await;
    world.carry_where(FR, ES, |kind| kind == "alert_cancellation").await;
    assert_eq!(world.carry(FR, ES).await, ["alert_update"]);
    let dump = world.dump(ES).await;
    assert!(names_in(&dump).is_empty(), "{:#?}", names_in(&dump));
    assert_eq!(world.why_without_effect(ES).await, "the alert is over");
}

#[tokio::test]
async fn an_update_that_arrives_before_its_alert_is_what_is_read() {
    let world = World::new().await;
    let alert = world.released().await;
    let mut text = world.alert(FR, alert).await.alert;
    text.circumstances = "seen at the border".into();
    alerts::update(world.node(FR), &officer(FR, "amel"), alert, "seen", text, Over::default()).await.unwrap();
    world.carry_where(FR, ES, |kind| kind == "alert_update").await;
    world.carry(FR, ES).await;
    assert_eq!(world.alert(ES, alert).await.alert.circumstances, "seen at the border");
}

#[tokio::test]
async fn after_the_end_nothing_is_reported_disclosed_or_corrected() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let alert = world.delivered().await;
    let text = world.alert(FR, alert).await.alert;
    let hit = world.hits(ES).await[0].id;
    cancel(&world, alert).await;
    world.carry(FR, ES).await;
    let luz = officer(ES, "luz");
    let choice = Disclose {
        fields: BTreeSet::from([ShownField::Name]),
        note: String::new(),
        marking: None,
        legal_basis: legal_basis(),
    };
    let disclosed = hits::disclose(world.node(ES), &luz, hit, choice).await;
    assert!(
        matches!(disclosed, Err(hits::MatchingError::Conflict { code: "alert_over", .. })),
        "{disclosed:?}"
    );
    let place = Place { name: "x".into(), jurisdiction: None, position: None };
    let what = "x".into();
    let new = NewSighting { seen_at: random::now(), place, what, basis_reason: None, authorisation: None };
    assert!(alerts::report_sighting(world.node(ES), &luz, alert, new).await.is_err());
    assert!(
        alerts::update(world.node(FR), &officer(FR, "amel"), alert, "x", text, Over::default())
            .await
            .is_err()
    );
}
