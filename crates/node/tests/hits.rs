//! A person of ours in another's alert: found on arrival, shown only as an officer decides.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts_world;

use alerts_world::*;
use comity_model::{
    id::HitId,
    message::{Message, Verdict},
};
use comity_node::{
    alerts,
    exchange::messages_of,
    hits::{self, Disclose, HitState, MatchingError, ShownField},
};
use std::collections::BTreeSet;

#[tokio::test]
async fn an_arriving_alert_makes_a_hit_with_reasons_and_nothing_goes_out() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let alert = world.delivered().await;
    let hits = world.hits(ES).await;
    assert_eq!(hits.len(), 1);
    let hit = &hits[0];
    assert_eq!((hit.alert, hit.state, hit.case_reference.as_str()), (alert, HitState::Open, "ES-2026-0107"));
    let verdict =
        |field: &str| hit.reasons.iter().find(|reason| reason.field == field).map(|reason| reason.verdict);
    assert_eq!(verdict("phone"), Some(Verdict::Agrees));
    assert_eq!(verdict("born"), Some(Verdict::Agrees));
    assert_eq!(verdict("birthplace"), Some(Verdict::Differs));
    assert_eq!(hit.ours.name.as_ref().unwrap().family, "BENSAID");
    assert_eq!(hit.theirs.name.as_ref().unwrap().family, "Bensaïd");
    assert_eq!(world.alert(ES, alert).await.hits.len(), 1);
    assert_eq!(world.count(ES, "hit_found").await, 1);
    assert!(world.carry(ES, FR).await.is_empty());
}

#[tokio::test]
async fn an_unrelated_case_makes_no_hit() {
    let world = World::new().await;
    world.case(ES, UNRELATED).await;
    world.case(FR, SPANISH).await;
    world.delivered().await;
    assert!(world.hits(ES).await.is_empty());
    assert!(world.hits(FR).await.is_empty(), "an authority's own alert makes no hit with its own cases");
}

#[tokio::test]
async fn a_case_opened_while_the_alert_runs_makes_the_same_hit() {
    let world = World::new().await;
    let alert = world.delivered().await;
    world.case(ES, UNRELATED).await;
    assert!(world.hits(ES).await.is_empty());
    world.case(ES, SPANISH).await;
    let hits = world.hits(ES).await;
    assert_eq!((hits.len(), hits[0].alert), (1, alert));
}

#[tokio::test]
async fn an_update_brings_an_open_hit_up_to_date_and_makes_it_no_second_time() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let alert = world.delivered().await;
    let mut text = world.alert(FR, alert).await.alert;
    text.alleged_taker.as_mut().unwrap().birthplace = Some("Tánger".into());
    alerts::update(world.node(FR), &officer(FR, "amel"), alert, "birthplace", text, Over::default())
        .await
        .unwrap();
    world.carry(FR, ES).await;
    let hits = world.hits(ES).await;
    assert_eq!(hits.len(), 1);
    let birthplace = hits[0].reasons.iter().find(|reason| reason.field == "birthplace").unwrap();
    assert_eq!(birthplace.verdict, Verdict::Agrees);
    assert_eq!(world.count(ES, "hit_found").await, 1);
}

fn choice(fields: &[ShownField]) -> Disclose {
    Disclose {
        fields: fields.iter().copied().collect(),
        note: "rents a flat by the port".into(),
        marking: None,
        legal_basis: legal_basis(),
    }
}

async fn one_hit(world: &World) -> HitId {
    world.case(ES, SPANISH).await;
    world.delivered().await;
    world.hits(ES).await[0].id
}

#[tokio::test]
async fn a_disclosure_shows_only_the_chosen_fields() {
    let world = World::new().await;
    let hit = one_hit(&world).await;
    let luz = officer(ES, "luz");
    hits::disclose(world.node(ES), &luz, hit, choice(&[ShownField::Born, ShownField::Selectors]))
        .await
        .unwrap();
    assert_eq!(world.carry(ES, FR).await, ["disclosure"]);
    let exchange = world.hits(ES).await[0].exchange;
    let messages = messages_of(&world.node(FR).store, &id(FR), exchange).await.unwrap();
    let found = messages.into_iter().find_map(|message| match message.content {
        Some(Message::Disclosure(content)) => Some(content),
        _ => None,
    });
    let disclosure = found.unwrap();
    assert_eq!((disclosure.subject.name, disclosure.subject.birthplace), (None, None));
    assert!(disclosure.subject.born.is_some() && disclosure.subject.selectors.len() == 1);
    let fields: BTreeSet<&str> = disclosure.reasons.iter().map(|reason| reason.field.as_str()).collect();
    assert!(fields.contains("phone") && !fields.contains("name") && !fields.contains("birthplace"));
    assert_eq!(
        (disclosure.reference.as_str(), disclosure.note.as_str()),
        ("ES-2026-0107", "rents a flat by the port")
    );
    assert_eq!(world.count(ES, "hit_disclosed").await, 1);
    assert_eq!(world.count(FR, "disclosure_received").await, 1);
    let text = world.dump(FR).await;
    assert!(!text.contains("BENSAID") && !text.contains("Tánger"), "what was not chosen has arrived");
}

#[tokio::test]
async fn a_hit_is_decided_once() {
    let world = World::new().await;
    let hit = one_hit(&world).await;
    let (node, luz) = (world.node(ES), officer(ES, "luz"));
    hits::dismiss(node, &luz, hit, "another person").await.unwrap();
    let view = world.hits(ES).await.remove(0);
    assert_eq!((view.state, view.decision_reason.as_deref()), (HitState::Dismissed, Some("another person")));
    assert_eq!(view.decided_by.as_deref(), Some("luz"));
    let again = hits::disclose(node, &luz, hit, choice(&[ShownField::Name])).await;
    assert!(matches!(again, Err(MatchingError::Conflict { code: "hit_decided", .. })), "{again:?}");
    assert!(matches!(
        hits::dismiss(node, &luz, hit, "x").await,
        Err(MatchingError::Conflict { code: "hit_decided", .. })
    ));
    assert!(world.carry(ES, FR).await.is_empty());
}

#[tokio::test]
async fn a_decision_needs_its_fields_its_reason_and_its_law() {
    let world = World::new().await;
    let hit = one_hit(&world).await;
    let (node, luz) = (world.node(ES), officer(ES, "luz"));
    assert!(matches!(
        hits::disclose(node, &luz, hit, choice(&[])).await,
        Err(MatchingError::Unfit { field: "fields", .. })
    ));
    assert!(matches!(
        hits::dismiss(node, &luz, hit, " ").await,
        Err(MatchingError::Unfit { field: "reason", .. })
    ));
    let mut lawless = choice(&[ShownField::Name]);
    lawless.legal_basis.reason = None;
    assert!(matches!(hits::disclose(node, &luz, hit, lawless).await, Err(MatchingError::Exchange(_))));
    assert_eq!(world.hits(ES).await[0].state, HitState::Open);
}

#[tokio::test]
async fn another_authority_s_hit_is_not_there() {
    let world = World::new().await;
    let hit = one_hit(&world).await;
    let stranger = officer(FR, "luz");
    assert!(matches!(
        hits::read(world.node(ES), &stranger, hit, false).await,
        Err(MatchingError::NotFound("hit"))
    ));
    assert!(matches!(
        hits::dismiss(world.node(ES), &stranger, hit, "x").await,
        Err(MatchingError::NotFound("hit"))
    ));
}

#[tokio::test]
async fn a_running_alert_is_searched_again_when_a_newer_program_makes_other_keys() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    world.delivered().await;
    let store = &world.node(ES).store;
    let mut tx = store.begin("test_older_keys").await.unwrap();
    for sql in [
        "/* test */ DELETE FROM hit",
        "/* test */ DELETE FROM subject_key",
        "/* test */ DELETE FROM alert_key",
        "/* test */ UPDATE case_subject SET keys = 0",
        "/* test */ UPDATE alert SET keys = 0",
    ] {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let now = comity_node::random::now();
    assert_eq!(hits::persons::rebuild(store, now).await.unwrap(), 2);
    assert_eq!(world.hits(ES).await.len(), 1);
    assert_eq!(world.count(ES, "hit_found").await, 2);
    assert_eq!(hits::persons::rebuild(store, now).await.unwrap(), 0);
}

#[tokio::test]
async fn an_alert_that_arrives_while_keys_are_made_anew_is_searched_again_when_they_are() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let store = &world.node(ES).store;
    let mut tx = store.begin("test_older_keys").await.unwrap();
    for sql in ["/* test */ DELETE FROM subject_key", "/* test */ UPDATE case_subject SET keys = 0"] {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.delivered().await;
    assert_eq!(world.hits(ES).await.len(), 0, "nobody is indexed yet");
    hits::persons::rebuild(store, comity_node::random::now()).await.unwrap();
    assert_eq!(world.hits(ES).await.len(), 1);
}
