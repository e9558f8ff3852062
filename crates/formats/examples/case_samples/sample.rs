//! An invented bundle: the image of a telephone, a file from it with a hostile name, and the answer of a service.

use super::evidence::{
    Acquisition, Act, Collector, CustodyEvent, Description, Item, Method, Officer, PartOf, Phase, Seizure,
    Source, Tool,
};
use comity_model::{
    AuthorityId,
    id::{ItemId, OfficerId},
    legal::{LawAnswer, LegalBasis},
};
use jiff::{Timestamp, civil::date};
use std::collections::BTreeMap;

/// 9 March 2026, 08:00:00 UTC.
const MORNING: i64 = 1_773_043_200;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(MORNING + 60 * minutes).unwrap_or_default()
}

fn authority(code: &str) -> AuthorityId {
    code.parse().unwrap_or_else(|_| unreachable!("`{code}` is an authority"))
}

/// The item with this number.
pub fn item_id(number: u8) -> ItemId {
    ItemId::new(1_773_043_200_000, [number; 10])
}

/// The whole bundle.
pub fn description() -> Description {
    Description {
        bundle: "0195a1f2-7d00-7000-8000-00000000c0de".to_owned(),
        made_at: at(6 * 24 * 60),
        made_by: authority("FR-NCB"),
        case_reference: "FR-2026-00017".to_owned(),
        items: vec![telephone(), photograph(), answer()],
    }
}

fn telephone() -> Item {
    Item {
        id: item_id(1),
        exhibit: "LYON/26/0017-1".to_owned(),
        name: b"telephone.dd".to_vec(),
        size: 64_021_504_000,
        sha256: [0x3c; 32],
        blake3: [0x5e; 32],
        media_type: Some("application/octet-stream".to_owned()),
        part_of: None,
        acquisition: image(),
        seizure: Some(seizure()),
        custody: handed_over(),
        notes: Vec::new(),
    }
}

fn image() -> Acquisition {
    let settings = [("blocksize", "4096"), ("conv", "noerror,sync")];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    Acquisition {
        phase: Phase::Acquisition,
        method: Method::PhysicalImage,
        tools: vec![
            Tool {
                name: "imager".to_owned(),
                version: "4.2.1 (build 77)".to_owned(),
                settings: settings.into(),
            },
            Tool { name: "cable tester".to_owned(), version: "1".to_owned(), settings: BTreeMap::new() },
        ],
        write_blocker: Some("USB bridge, serial WB-004".to_owned()),
        by: Collector {
            authority: authority("FR-NCB"),
            person: "R. Lemaire, 4471".to_owned(),
            role: Some("digital evidence specialist".to_owned()),
        },
        place: "Laboratory, Lyon".to_owned(),
        started_at: at(90),
        finished_at: at(214),
        source: Source {
            description: "Telephone found on the kitchen table".to_owned(),
            make: Some("Examplecom".to_owned()),
            model: Some("E-7".to_owned()),
            serial: Some("356938035643809".to_owned()),
            condition: Some("switched off, screen cracked".to_owned()),
            clock_ahead_seconds: Some(-37),
        },
        deviations: vec!["Sectors 88120 to 88127 could not be read; zeros stand in their place".to_owned()],
    }
}

fn seizure() -> Seizure {
    Seizure {
        ordered_by: authority("FR-PAR"),
        reference: "Order 2026/114 of 8 March 2026".to_owned(),
        law: "Code de procédure pénale, art. 56".to_owned(),
        instrument: Some(LegalBasis {
            instrument: "BUDAPEST".to_owned(),
            article: "31".to_owned(),
            answer: LawAnswer::InForce,
            assessed_on: date(2026, 3, 8),
            reason: None,
            data_set: None,
            event_date: None,
            offence: None,
            supervisor_reason: None,
        }),
        seized_at: at(12),
        place: "12 rue de l’Exemple, Lyon".to_owned(),
    }
}

/// An event; its digest is its place in the sample.
fn event(by: &str, number: u64, place: u8, act: Act, reason: &str) -> CustodyEvent {
    let name = (by == "FR-NCB").then(|| "R. Lemaire, 4471".to_owned());
    CustodyEvent {
        by: authority(by),
        officer: Officer { id: OfficerId::new(1_770_000_000_000, [by.len() as u8; 10]), name },
        number,
        digest: [place; 32],
        at: at(220 + 60 * i64::from(place)),
        act,
        reason: reason.to_owned(),
        basis: None,
        place: Some("Evidence store, room 2".to_owned()),
    }
}

/// Acquired, examined, handed over to Madrid and accepted there. Event 2 of Lyon is missing.
fn handed_over() -> Vec<CustodyEvent> {
    let to = authority("ES-CNP");
    let examined = Act::Examined { how: "keyword search, report LYON/26/R-9".to_owned() };
    let mut events = vec![
        event("FR-NCB", 0, 1, Act::Acquired, "Seized under order 2026/114"),
        event("FR-NCB", 1, 2, examined, "Search for the child’s whereabouts"),
        event("FR-NCB", 3, 3, Act::Transferred { to, keeps_copy: true }, "Request ES-2026-00233"),
        event("ES-CNP", 0, 4, Act::Received { from: authority("FR-NCB"), offer: [3; 32] }, "As requested"),
        event("ES-CNP", 1, 5, Act::Opened, "Reading by the investigating judge"),
    ];
    if let Some(offer) = events.get_mut(2) {
        offer.basis = Some("Directive 2014/41/EU, art. 13".to_owned());
    }
    events
}

/// A name that shows another extension than it has, with a line end, a quote and an invisible character in it.
pub const HOSTILE: &str = "photo \"1\"\n\u{202e}gpj.exe\u{200b} <script> صورة é";

fn photograph() -> Item {
    let acquisition = Acquisition {
        method: Method::Extraction,
        started_at: at(300),
        finished_at: at(301),
        write_blocker: None,
        deviations: Vec::new(),
        ..image()
    };
    let to = authority("ES-CNP");
    Item {
        id: item_id(2),
        exhibit: "LYON/26/0017-1.1".to_owned(),
        name: HOSTILE.as_bytes().to_vec(),
        size: 4_096,
        sha256: [0x9f; 32],
        blake3: [0xa1; 32],
        media_type: Some("image/jpeg".to_owned()),
        part_of: Some(PartOf { item: item_id(1), which: "partition 2, /DCIM/100/IMG_0001.JPG".to_owned() }),
        acquisition,
        seizure: None,
        custody: vec![
            event("FR-NCB", 0, 11, Act::Acquired, "Made from LYON/26/0017-1"),
            event("FR-NCB", 1, 12, Act::Transferred { to, keeps_copy: false }, "Request ES-2026-00233"),
        ],
        notes: Vec::new(),
    }
}

/// Part of an item that is not in the bundle, its name no UTF-8, and no event that says where it comes from.
fn answer() -> Item {
    let image = image();
    let acquisition = Acquisition {
        method: Method::RemoteAcquisition,
        tools: Vec::new(),
        write_blocker: None,
        by: Collector { role: None, ..image.by.clone() },
        source: Source {
            description: "Mail service of Example Ltd".to_owned(),
            make: None,
            model: None,
            serial: Some("someone@mail.example".to_owned()),
            condition: None,
            clock_ahead_seconds: None,
        },
        deviations: Vec::new(),
        ..image
    };
    Item {
        id: item_id(3),
        exhibit: "LYON/26/0017-2".to_owned(),
        name: b"r\xe9ponse.mbox".to_vec(),
        size: 0,
        sha256: [0xe3; 32],
        blake3: [0xaf; 32],
        media_type: None,
        part_of: Some(PartOf { item: item_id(9), which: "answer of 8 March".to_owned() }),
        acquisition,
        seizure: None,
        custody: vec![event("FR-NCB", 0, 21, Act::Opened, "First look")],
        notes: vec!["The event is dated before the one that it follows".to_owned()],
    }
}
