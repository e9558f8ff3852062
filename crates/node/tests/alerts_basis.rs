//! The law and alerts: what a release, a sighting and an end need where the tables contradict the basis.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alerts_world;

use alerts_world::*;
use comity_model::{case::Place, id::AuthorisationId, message::CancellationReason};
use comity_node::{
    alerts::{self, AlertError, NewSighting},
    exchange::ExchangeError,
    law::{BasisError, NewAuthorisation, authorise},
    random,
};
use jiff::civil::date;
use std::collections::BTreeSet;

/// An alert on the Hague Convention for a removal before it was in force between the two states (art. 35).
fn contradicted() -> alerts::Raise {
    let mut given = raise(&[ES]);
    given.legal_basis.instrument = "HAGUE_1980".into();
    given.legal_basis.article = "7".into();
    given.legal_basis.event_date = Some(date(1983, 1, 1));
    given
}

async fn authorised(world: &World, authority: &str, by: &str, to: &str) -> AuthorisationId {
    let new = NewAuthorisation {
        instrument: "HAGUE_1980".into(),
        article: "7".into(),
        to: BTreeSet::from([id(to)]),
        reason: "the child is in danger".into(),
    };
    authorise(world.node(authority), &releasing(authority, by), new).await.unwrap().id
}

fn over(authorisation: AuthorisationId) -> Over {
    Over { basis_reason: None, authorisation: Some(authorisation) }
}

#[tokio::test]
async fn a_contradicted_alert_is_released_on_a_third_officers_authorisation_and_ended_without_any() {
    let world = World::new().await;
    let case = world.case(FR, CHILD).await;
    let node = world.node(FR);
    let alert = alerts::raise(node, &officer(FR, "amel"), case, contradicted()).await.unwrap();
    let draft = world.alert(FR, alert).await;
    assert_eq!(draft.assessment.unwrap()["verdict"], "contradicted", "the draft says so at once");
    let benoit = releasing(FR, "benoit");
    let refused = alerts::release(node, &benoit, alert, None, Over::default()).await;
    let refused =
        matches!(refused, Err(AlertError::Exchange(ExchangeError::Basis(BasisError::Refused { .. }))));
    assert!(refused, "no reason of the draft stands against a contradiction");
    let own = authorised(&world, FR, "benoit", ES).await;
    let alone = alerts::release(node, &benoit, alert, None, over(own)).await;
    let alone =
        matches!(alone, Err(AlertError::Exchange(ExchangeError::Basis(BasisError::Authorisation(_)))));
    assert!(alone, "the releasing officer cannot authorise it too");
    alerts::release(node, &releasing(FR, "chloe"), alert, None, over(own)).await.unwrap();
    assert_eq!(world.count(FR, "basis_overridden").await, 1);
    world.carry(FR, ES).await;
    let received = world.alert(ES, alert).await;
    assert_eq!(received.assessment.unwrap()["verdict"], "contradicted");
    assert_eq!(world.count(ES, "basis_contradicted").await, 1);

    let seen = |authorisation| NewSighting {
        seen_at: random::now(),
        place: Place { name: "Algeciras".into(), jurisdiction: None, position: None },
        what: "a girl in a red coat".into(),
        basis_reason: None,
        authorisation,
    };
    let luz = officer(ES, "luz");
    assert!(alerts::report_sighting(world.node(ES), &luz, alert, seen(None)).await.is_err());
    let given = authorised(&world, ES, "pilar", FR).await;
    alerts::report_sighting(world.node(ES), &luz, alert, seen(Some(given))).await.unwrap();

    let reason = CancellationReason::ChildFound;
    alerts::cancel(node, &officer(FR, "amel"), alert, reason, "").await.unwrap();
    assert_eq!(world.carry(FR, ES).await, ["alert_cancellation"]);
    let ended = world.alert(ES, alert).await;
    assert_eq!((ended.alert.child.name, ended.assessment), (None, None), "no birthday stays in a reason");
}
