mod memo;
mod points;
mod properties;
mod rules;

use super::*;
use crate::Language;
use comity_model::marking::HandlingCode;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};

/// An item of which everything is known, and all of it is as it should be. Invented.
fn full() -> Facts {
    Facts {
        acquisition: Some(acquisition()),
        seizure: Some(seizure()),
        exhibit_number: Some("FR-2026-17/3".into()),
        hashes: Some(Hashes {
            algorithms: vec!["SHA-256".into(), "BLAKE3".into()],
            made_on: Some(date(2026, 5, 4)),
            verified: Some(Verification { on: date(2026, 11, 20), intact: true }),
        }),
        custody: Some(Custody { events: 7, breaks: 0, open_hand_overs: Vec::new() }),
        examinations: Some(Examinations { count: 1, without_method: 0 }),
        timestamps: Some(2),
        cosignatures: Some(3),
        marking: Some(marking([HandlingCode::H0])),
        languages: Languages {
            described: vec!["fr-FR".into()],
            translated: vec!["es".into()],
            accepted: vec!["es".into(), "en".into()],
        },
        request: Some(Request { reference: "EIO 12/2026".into(), contents: all_contents() }),
        documents: BTreeMap::from([
            (DocumentKind::Certification, "annex 1".into()),
            (DocumentKind::ProcedureRecord, "annex 2".into()),
            (DocumentKind::WitnessStatement, "annex 3".into()),
            (DocumentKind::ReturnTerms, "annex 4".into()),
        ]),
    }
}

fn acquisition() -> Acquisition {
    Acquisition {
        phase: Some("acquisition".into()),
        method: Some(Method::PhysicalImage),
        tools: vec![Tool { name: "imager".into(), version: Some("2.1".into()) }],
        who: Some("officer 4711".into()),
        place: Some("laboratory, Lyon".into()),
        finished_on: Some(date(2026, 5, 4)),
        source: Some("telephone, serial 0001".into()),
        write_blocker: Some("blocker T8".into()),
        deviations: vec!["three sectors could not be read".into()],
        clock_ahead_seconds: Some(-12),
    }
}

fn seizure() -> Seizure {
    Seizure {
        ordered_by: Some("court of Lyon".into()),
        reference: Some("order 9/2026".into()),
        law: Some("code of procedure, art. 1".into()),
        instrument: Some("EIO 9".into()),
        for_another_state: Some(true),
    }
}

fn marking(codes: impl IntoIterator<Item = HandlingCode>) -> Caveats {
    Caveats {
        handling: codes.into_iter().collect(),
        purpose: Purpose::JudicialProceedings,
        retain_until: date(2030, 1, 1),
        restrictions: None,
        may_pass_on: Some(true),
        permitted: Permissions::default(),
    }
}

fn all_contents() -> BTreeSet<String> {
    Law::shipped().tables().contents.iter().map(|row| row.item.clone()).collect()
}

fn asked(from: &str, to: &str, instrument: Option<Instrument>, facts: Facts) -> Question {
    Question {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        instrument,
        need: Need::Evidence,
        purpose: Purpose::JudicialProceedings,
        event: None,
        on: date(2026, 11, 21),
        matter: pathway::Facts::default(),
        facts,
    }
}

/// From France to Spain, for a court.
fn question(facts: Facts) -> Question {
    asked("FR", "ES", Some(Instrument::Eio), facts)
}
