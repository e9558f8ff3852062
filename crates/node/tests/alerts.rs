//! The life of an alert: raised, released by two, received, answered, corrected, ended.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts_world;

use alerts_world::*;
use comity_model::{
    case::Place,
    id::{ExchangeId, SubjectId},
    message::{Alert, AlertCancellation, CancellationReason, Message, MissingItem},
    selector::{Selector, SelectorKind},
    subject::{PersonName, Subject, SubjectRole},
};
use comity_node::{
    alerts::{self, AlertError, AlertState, NewSighting, Raise},
    exchange::ExchangeError,
    random,
};
use jiff::SignedDuration;

#[tokio::test]
async fn a_released_alert_needs_a_second_officer() {
    let world = World::new().await;
    let alert = world.raised().await;
    let alone = alerts::release(world.node(FR), &releasing(FR, "amel"), alert, None, Over::default()).await;
    assert!(matches!(alone, Err(AlertError::SecondOfficerNeeded)), "{alone:?}");
    assert_eq!(world.alert(FR, alert).await.state, AlertState::Raised);
    assert!(world.carry(FR, ES).await.is_empty());
    alerts::release(world.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await.unwrap();
    let view = world.alert(FR, alert).await;
    assert_eq!((view.state, view.emergency_reason.as_deref()), (AlertState::Released, None));
    assert_eq!((view.raised_by.as_deref(), view.released_by.as_deref()), (Some("amel"), Some("benoit")));
    assert_eq!(world.carry(FR, ES).await, ["alert"]);
    assert_eq!(world.count(FR, "alert_released").await, 1);
}

#[tokio::test]
async fn an_officer_who_changed_the_draft_is_no_second_officer() {
    let world = World::new().await;
    let alert = world.raised().await;
    let mut text = world.alert(FR, alert).await.alert;
    text.circumstances = "Written anew".into();
    alerts::update(world.node(FR), &releasing(FR, "benoit"), alert, "", text, Over::default()).await.unwrap();
    let by_writer =
        alerts::release(world.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await;
    assert!(matches!(by_writer, Err(AlertError::SecondOfficerNeeded)));
    alerts::release(world.node(FR), &releasing(FR, "chloe"), alert, None, Over::default()).await.unwrap();
    assert_eq!(world.alert(FR, alert).await.alert.circumstances, "Written anew");
}

#[tokio::test]
async fn in_an_emergency_one_officer_releases_with_a_reason_that_the_journal_keeps() {
    let world = World::new().await;
    let alert = world.raised().await;
    let officer = releasing(FR, "amel");
    alerts::release(
        world.node(FR),
        &officer,
        alert,
        Some("the ferry leaves in ten minutes"),
        Over::default(),
    )
    .await
    .unwrap();
    let view = world.alert(FR, alert).await;
    assert_eq!(view.emergency_reason.as_deref(), Some("the ferry leaves in ten minutes"));
    assert_eq!(world.count(FR, "alert_released_in_emergency").await, 1);
    assert_eq!(world.count(FR, "alert_released").await, 0);
}

#[tokio::test]
async fn an_incomplete_alert_is_kept_and_refused_at_release_with_what_is_missing() {
    let world = World::new().await;
    let case = world.case(FR, UNRELATED).await;
    let bare = Raise { headline: None, runs_for_hours: None, ..raise(&[ES]) };
    let alert = alerts::raise(world.node(FR), &officer(FR, "amel"), case, bare).await.unwrap();
    let view = world.alert(FR, alert).await;
    assert!(view.missing.contains(&MissingItem::Headline), "{:?}", view.missing);
    assert!(view.missing.contains(&MissingItem::RunsUntil), "{:?}", view.missing);
    match alerts::release(world.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await {
        Err(AlertError::Incomplete(missing)) => assert_eq!(missing, view.missing),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_alert_to_nobody_to_a_stranger_or_under_no_law_may_not_leave() {
    let world = World::new().await;
    let case = world.case(FR, CHILD).await;
    let mut lawless = raise(&[ES]);
    lawless.legal_basis.reason = None;
    let mut unmarked = raise(&[ES]);
    unmarked.marking.handling.clear();
    for given in [raise(&[]), raise(&["DE-NCB"]), lawless, unmarked] {
        let alert = alerts::raise(world.node(FR), &officer(FR, "amel"), case, given).await.unwrap();
        let refused =
            alerts::release(world.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await;
        let expected = matches!(
            refused,
            Err(AlertError::Exchange(
                ExchangeError::Statement(_) | ExchangeError::NotMember(_) | ExchangeError::Basis(_)
            ))
        );
        assert!(expected, "{refused:?}");
        assert_eq!(world.alert(FR, alert).await.state, AlertState::Raised);
    }
    assert_eq!(world.count(FR, "message_released").await, 0);
}

#[tokio::test]
async fn an_alert_is_released_once() {
    let world = World::new().await;
    let alert = world.released().await;
    let again = alerts::release(world.node(FR), &releasing(FR, "chloe"), alert, None, Over::default()).await;
    assert!(matches!(again, Err(AlertError::State(_))), "{again:?}");
    assert_eq!(world.count(FR, "message_released").await, 1);
}

#[tokio::test]
async fn the_receiver_sees_the_alert_as_it_was_released() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let (ours, theirs) = (world.alert(FR, alert).await, world.alert(ES, alert).await);
    assert_eq!(theirs.alert, ours.alert);
    assert_eq!((theirs.state, theirs.from, theirs.exchange), (AlertState::Released, id(FR), ours.exchange));
    let delivery = ours.deliveries.iter().find(|delivery| delivery.authority == id(ES)).unwrap();
    assert_eq!((delivery.state.as_str(), delivery.milliseconds), ("receipted", Some(25)));
    assert_eq!(world.count(ES, "alert_received").await, 1);
}

#[tokio::test]
async fn an_update_reaches_the_receivers_and_one_by_a_receiver_is_refused() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let mut text = world.alert(FR, alert).await.alert;
    text.child.description.clothing = Some("blue coat".into());
    let by_receiver =
        alerts::update(world.node(ES), &officer(ES, "luz"), alert, "coat", text.clone(), Over::default())
            .await;
    assert!(matches!(by_receiver, Err(AlertError::NotOurs)));
    alerts::update(
        world.node(FR),
        &officer(FR, "amel"),
        alert,
        "The coat is blue",
        text.clone(),
        Over::default(),
    )
    .await
    .unwrap();
    assert_eq!(world.carry(FR, ES).await, ["alert_update"]);
    assert_eq!(world.alert(ES, alert).await.alert, text);
}

#[tokio::test]
async fn an_update_about_another_child_or_without_an_end_ahead_may_not_leave() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let text = world.alert(FR, alert).await.alert;
    let mut other = text.clone();
    other.child.id = random::new_id(SubjectId::new);
    let refused =
        alerts::update(world.node(FR), &officer(FR, "amel"), alert, "x", other, Over::default()).await;
    assert!(matches!(refused, Err(AlertError::Unfit { field: "child", .. })), "{refused:?}");
    let mut ended = text;
    ended.runs_until = random::now();
    let refused =
        alerts::update(world.node(FR), &officer(FR, "amel"), alert, "x", ended, Over::default()).await;
    assert!(matches!(refused, Err(AlertError::Incomplete(_))), "{refused:?}");
}

fn sighting(name: &str, position: Option<[f64; 2]>) -> NewSighting {
    NewSighting {
        seen_at: random::now() - SignedDuration::from_mins(5),
        place: Place { name: name.into(), jurisdiction: None, position },
        what: "A girl in a red coat with a man".into(),
        basis_reason: None,
        authorisation: None,
    }
}

#[tokio::test]
async fn a_sighting_at_a_receiver_reaches_the_originator_and_is_flagged_where_it_cannot_be() {
    let world = World::new().await;
    let alert = world.delivered().await;
    for (name, position) in
        [("Algeciras", Some([36.1408, -5.4562])), ("Algeciras, port", Some([36.1410, -5.4560]))]
    {
        alerts::report_sighting(world.node(ES), &officer(ES, "luz"), alert, sighting(name, position))
            .await
            .unwrap();
    }
    assert_eq!(world.carry(ES, FR).await, ["sighting", "sighting"]);
    let seen = world.alert(FR, alert).await.sightings;
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|sighting| sighting.from == id(ES)));
    assert_eq!((seen[0].duplicate_of, seen[1].duplicate_of), (None, Some(seen[0].id)));
    assert_eq!(world.alert(ES, alert).await.sightings.len(), 2);
    assert_eq!(world.count(FR, "sighting_received").await, 2);
}

#[tokio::test]
async fn a_sighting_of_our_own_stays_here() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let own = sighting("Lyon, station", None);
    alerts::report_sighting(world.node(FR), &officer(FR, "amel"), alert, own).await.unwrap();
    assert_eq!(world.alert(FR, alert).await.sightings.len(), 1);
    assert!(world.carry(FR, ES).await.is_empty());
}

#[tokio::test]
async fn a_sighting_in_the_future_or_nowhere_is_refused() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let ahead = NewSighting { seen_at: random::now() + SignedDuration::from_hours(1), ..sighting("x", None) };
    for new in [ahead, sighting(" ", None), sighting("x", Some([91.0, 0.0]))] {
        let refused = alerts::report_sighting(world.node(ES), &officer(ES, "luz"), alert, new).await;
        assert!(matches!(refused, Err(AlertError::Unfit { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_draft_can_be_given_up_without_a_word_to_anybody() {
    let world = World::new().await;
    let alert = world.raised().await;
    let reason = CancellationReason::RaisedInError;
    alerts::cancel(world.node(FR), &officer(FR, "amel"), alert, reason, "").await.unwrap();
    let view = world.alert(FR, alert).await;
    assert_eq!((view.state, view.alert.child.name), (AlertState::Cancelled, None));
    assert!(world.carry(FR, ES).await.is_empty());
    let released =
        alerts::release(world.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await;
    assert!(matches!(released, Err(AlertError::State(_))));
}

#[tokio::test]
async fn an_alert_is_written_as_cap_once_it_is_released() {
    let world = World::new().await;
    let alert = world.raised().await;
    let officer = releasing(FR, "benoit");
    let early = alerts::cap::export(world.node(FR), &officer, alert, "fr").await;
    assert!(matches!(early, Err(AlertError::State(_))));
    alerts::release(world.node(FR), &officer, alert, None, Over::default()).await.unwrap();
    let text = alerts::cap::export(world.node(FR), &officer, alert, "fr").await.unwrap();
    let document = comity_formats::cap::read(&text).unwrap();
    assert_eq!((document.identifier, document.sender.as_str()), (alert.to_string(), FR));
    assert_eq!(document.status, comity_formats::cap::Status::Exercise);
    alerts::cancel(world.node(FR), &officer, alert, CancellationReason::ChildFound, "").await.unwrap();
    let text = alerts::cap::export(world.node(FR), &officer, alert, "fr").await.unwrap();
    assert!(!text.contains("Lemaire"), "{text}");
    assert_eq!(world.count(FR, "alert_exported").await, 2);
}

#[tokio::test]
async fn photographs_are_shown_only_when_asked_for_and_then_with_an_entry() {
    let world = World::new().await;
    let alert = world.delivered().await;
    let officer = officer(ES, "luz");
    let without = alerts::read(world.node(ES), &officer, alert, false).await.unwrap();
    assert!(without.alert.child.photograph.is_none() && without.alert.child.name.is_some());
    assert_eq!(world.count(ES, "photograph_shown").await, 0);
    let with = alerts::read(world.node(ES), &officer, alert, true).await.unwrap();
    assert!(with.alert.child.photograph.is_some());
    assert_eq!((world.count(ES, "alert_read").await, world.count(ES, "photograph_shown").await), (1, 1));
}

/// An alert that no officer would write: nothing is said, and what is said is beyond all measure.
fn odd_alert() -> Alert {
    let mut child = Subject::new(random::new_id(SubjectId::new), SubjectRole::Witness);
    child.name = Some(PersonName { family: "x".repeat(50_000), forename: "\0".into() });
    child.aliases = (0..5_000).map(|n| PersonName::new(&format!("Name{n}"), "Karim").unwrap()).collect();
    child.born = Some("1984".parse().unwrap());
    child.selectors = vec![Selector::new(SelectorKind::Account, "service:a\0b").unwrap()];
    let nowhere = Place { name: "\0".into(), jurisdiction: None, position: Some([1e300, -1e300]) };
    Alert {
        headline: "\0\u{202e}".into(),
        child: child.clone(),
        alleged_taker: Some(child),
        vehicles: vec![],
        circumstances: String::new(),
        missing_since: jiff::Timestamp::MAX,
        last_seen: nowhere,
        requested_action: String::new(),
        runs_until: jiff::Timestamp::MIN,
    }
}

#[tokio::test]
async fn an_odd_alert_is_stored_with_what_it_lacks_and_can_be_withdrawn() {
    let world = World::new().await;
    world.case(ES, SPANISH).await;
    let exchange = random::new_id(ExchangeId::new);
    let alert = world.send(FR, ES, exchange, Message::Alert(Box::new(odd_alert()))).await;
    assert_eq!(world.carry(FR, ES).await, ["alert"]);
    assert_eq!(world.alert(ES, alert).await.state, AlertState::Expired);
    assert!(world.dump(ES).await.contains("child_sex"), "the entry names what is missing");
    let (reason, note) = (CancellationReason::RaisedInError, String::new());
    let end = AlertCancellation { alert, reason, note };
    world.send(FR, ES, exchange, Message::AlertCancellation(end)).await;
    assert_eq!(world.carry(FR, ES).await, ["alert_cancellation"]);
    assert!(!world.dump(ES).await.contains("Name4999"));
    assert_eq!(world.count(ES, "message_without_effect").await, 0);
}
