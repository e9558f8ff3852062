//! The index of a large court bundle, in a process of its own: this file has one test, so that the memory is all that test's.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that fails panics")]

use comity_formats::{
    evidence::{
        Acquisition, Act, Collector, CustodyEvent, Description, Item, Method, Officer, Phase, Source,
    },
    evidence_index::{Index, Language, print},
};
use comity_model::id::{ItemId, OfficerId};
use jiff::Timestamp;

const ITEMS: u64 = 300;
/// Bytes that the process may take at most: those of the invented bundle and of the file included.
const MOST: u64 = 150 << 20;

fn at(minutes: u64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + 60 * i64::try_from(minutes).unwrap()).unwrap()
}

fn item(number: u64) -> Item {
    let acquisition = Acquisition {
        phase: Phase::Acquisition,
        method: Method::FileCopy,
        tools: Vec::new(),
        write_blocker: None,
        by: Collector { authority: "FR-NCB".parse().unwrap(), person: "4711".to_owned(), role: None },
        place: "Lyon".to_owned(),
        started_at: at(0),
        finished_at: at(60),
        source: Source {
            description: "a landscape, drawn".to_owned(),
            make: None,
            model: None,
            serial: None,
            condition: None,
            clock_ahead_seconds: None,
        },
        deviations: Vec::new(),
    };
    Item {
        id: ItemId::new(number, [7; 10]),
        exhibit: format!("LYON/26/0017-{number}"),
        name: format!("drawing {number:04}.png").into_bytes(),
        size: 1 << 20,
        sha256: [u8::try_from(number % 251).unwrap(); 32],
        blake3: [u8::try_from(number % 241).unwrap(); 32],
        media_type: None,
        part_of: None,
        acquisition,
        seizure: None,
        custody: (0..10).map(|place| event(number, place)).collect(),
        notes: Vec::new(),
    }
}

fn event(item: u64, number: u64) -> CustodyEvent {
    CustodyEvent {
        by: "FR-NCB".parse().unwrap(),
        officer: Officer { id: OfficerId::new(1, [7; 10]), name: Some("R. Lemaire, 4471".to_owned()) },
        number,
        digest: [u8::try_from((item * 10 + number) % 239).unwrap(); 32],
        at: at(100 + number),
        act: if number == 0 { Act::Acquired } else { Act::Opened },
        reason: "reading for the investigating judge".to_owned(),
        basis: None,
        place: Some("Evidence store, room 2".to_owned()),
    }
}

/// The most that this process has had in memory, in bytes.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
}

#[test]
fn an_index_takes_memory_for_its_file_and_not_for_the_glyphs_of_all_its_pages() {
    let description = Description {
        bundle: "measured".to_owned(),
        made_at: at(0),
        made_by: "FR-NCB".parse().unwrap(),
        case_reference: "LYON/26/0017".to_owned(),
        items: (0..ITEMS).map(item).collect(),
    };
    let index =
        Index { description: &description, findings: &[], timestamps: &[], checkpoints: &[], commands: &[] };
    let printed = print(&index, Language::En).unwrap();
    assert!(printed.pages > 200, "{}", printed.pages);
    let most = most_memory();
    assert!(most < MOST, "{} MB for {} pages", most >> 20, printed.pages);
}
