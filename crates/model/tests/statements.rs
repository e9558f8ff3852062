//! What may leave: the checks that a statement and a registry carry in themselves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use comity_model::{
    id::{ExchangeId, MessageId},
    legal::{LawAnswer, LegalBasis},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::MessageKind,
    registry::{Registry, RegistryFault},
    statement::{BodyDigest, MAX_BODY_BYTES, Mode, Statement, StatementFault, Urgency},
};
use std::collections::BTreeSet;

fn statement() -> Statement {
    Statement {
        version: 1,
        id: MessageId::new(1, [1; 10]),
        kind: MessageKind::Alert,
        from: "FR-NCB".parse().unwrap(),
        to: BTreeSet::from(["ES-NCB".parse().unwrap()]),
        exchange: ExchangeId::new(1, [2; 10]),
        reply_to: None,
        time: "2026-11-21T10:00:00Z".parse().unwrap(),
        urgency: Urgency::Immediate,
        marking: Marking {
            handling: BTreeSet::from([HandlingCode::H0]),
            restrictions: None,
            purpose: Purpose::LocateMissingChild,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward: OnwardRule::AskOriginator,
            retain_until: jiff::civil::date(2027, 1, 1),
        },
        legal_basis: LegalBasis {
            instrument: "INTERPOL_RPD".into(),
            article: "90".into(),
            answer: LawAnswer::InForce,
            assessed_on: jiff::civil::date(2026, 11, 21),
            reason: None,
            data_set: None,
            event_date: None,
            offence: None,
            supervisor_reason: None,
        },
        mode: Mode::Exercise,
        body: BodyDigest { sha256: "0".repeat(64), size: 10 },
    }
}

#[test]
fn a_sound_statement_may_leave_and_survives_json() {
    assert_eq!(statement().check(), Ok(()));
    let json = serde_json::to_string(&statement()).unwrap();
    assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), statement());
}

#[test]
fn a_statement_without_basis_or_marking_cannot_be_read() {
    for part in ["legal_basis", "marking", "mode", "body"] {
        let mut json = serde_json::to_value(statement()).unwrap();
        json.as_object_mut().unwrap().remove(part);
        assert!(serde_json::from_value::<Statement>(json).is_err(), "{part}");
    }
}

#[test]
fn a_statement_to_nobody_or_to_its_sender_is_refused() {
    let nobody = Statement { to: BTreeSet::new(), ..statement() };
    assert!(matches!(nobody.check(), Err(StatementFault::Recipients(0))));
    let itself = Statement { to: BTreeSet::from(["FR-NCB".parse().unwrap()]), ..statement() };
    assert!(matches!(itself.check(), Err(StatementFault::Recipients(1))));
}

#[test]
fn an_oversize_body_or_a_digest_that_is_none_is_refused() {
    let large = BodyDigest { size: MAX_BODY_BYTES + 1, ..statement().body };
    assert_eq!(Statement { body: large, ..statement() }.check(), Err(StatementFault::Body));
    let shouting = BodyDigest { sha256: "A".repeat(64), ..statement().body };
    assert_eq!(Statement { body: shouting, ..statement() }.check(), Err(StatementFault::Body));
}

#[test]
fn a_registry_whose_threshold_cannot_be_met_is_refused() {
    let registry = Registry {
        format: 1,
        federation: "test".into(),
        mode: Mode::Exercise,
        version: 1,
        issued: "2026-01-01T00:00:00Z".parse().unwrap(),
        expires: "2027-01-01T00:00:00Z".parse().unwrap(),
        roots: vec![],
        threshold: 1,
        nodes: vec![],
        members: vec![],
        witness_quorum: 0,
    };
    assert!(matches!(registry.check(), Err(RegistryFault::Threshold { threshold: 1, roots: 0 })));
}
