//! The index for people of a court bundle of 1,000 items with ten events each: PDF/A, in a process of its own so that its memory is
//! its own.

use super::own::most_memory;
use crate::report::{Fallible, Section};
use comity_formats::{
    evidence::{
        Acquisition, Act, Collector, CustodyEvent, Description, Item, Method, Officer, Phase, Source, Tool,
    },
    evidence_index::{Index, Language, print},
};
use comity_model::id::{ItemId, OfficerId};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, time::Instant};

const ITEMS: u64 = 1_000;
const EVENTS: u64 = 10;
/// What the bundle may take to make, contents apart; its index is a part of that.
const MOST_SECONDS: f64 = 10.0;

/// All of it.
pub fn measure(section: &mut Section, data: &Path) -> Fallible<()> {
    let answer = super::own::run("index", data, data)?;
    let number = |name: &str| answer[name].as_f64().ok_or("the child said something else");
    let name = "index (PDF) of 1,000 items and 10,000 events";
    section.under(name, number("seconds")?, "s", MOST_SECONDS);
    section.figure("  pages", number("pages")?, "");
    section.figure("  bytes", number("bytes")? / 1e6, "MB");
    section.figure("  most memory of the process", number("memory_mb")?, "MB");
    Ok(())
}

/// What the child process does.
pub fn print_index() -> Fallible<Value> {
    let items = (0..ITEMS).map(item).collect::<Fallible<Vec<_>>>()?;
    let description = Description {
        bundle: "measured".to_owned(),
        made_at: at(0)?,
        made_by: "FR-NCB".parse()?,
        case_reference: "LYON/26/0017".to_owned(),
        items,
    };
    let index =
        Index { description: &description, findings: &[], timestamps: &[], checkpoints: &[], commands: &[] };
    let begun = Instant::now();
    let printed = print(&index, Language::En)?;
    let seconds = begun.elapsed().as_secs_f64();
    let (pages, bytes) = (printed.pages, printed.bytes.len());
    Ok(json!({ "seconds": seconds, "pages": pages, "bytes": bytes, "memory_mb": most_memory()? }))
}

fn at(minutes: i64) -> Fallible<Timestamp> {
    Ok(Timestamp::from_second(1_772_355_600 + 60 * minutes)?)
}

fn item(number: u64) -> Fallible<Item> {
    let acquisition = Acquisition {
        phase: Phase::Acquisition,
        method: Method::FileCopy,
        tools: vec![Tool {
            name: "imager".to_owned(),
            version: "4.2.1".to_owned(),
            settings: BTreeMap::new(),
        }],
        write_blocker: None,
        by: Collector { authority: "FR-NCB".parse()?, person: "4711".to_owned(), role: None },
        place: "Lyon".to_owned(),
        started_at: at(0)?,
        finished_at: at(60)?,
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
    Ok(Item {
        id: ItemId::new(number, [7; 10]),
        exhibit: format!("LYON/26/0017-{number}"),
        name: format!("drawing {number:04}.png").into_bytes(),
        size: 1 << 20,
        sha256: [0x9f; 32],
        blake3: [0xa1; 32],
        media_type: None,
        part_of: None,
        acquisition,
        seizure: None,
        custody: (0..EVENTS).map(event).collect::<Fallible<_>>()?,
        notes: Vec::new(),
    })
}

fn event(number: u64) -> Fallible<CustodyEvent> {
    Ok(CustodyEvent {
        by: "FR-NCB".parse()?,
        officer: Officer { id: OfficerId::new(1, [7; 10]), name: Some("R. Lemaire, 4471".to_owned()) },
        number,
        digest: [u8::try_from(number)?; 32],
        at: at(100 + i64::try_from(number)?)?,
        act: if number == 0 { Act::Acquired } else { Act::Opened },
        reason: "reading for the investigating judge".to_owned(),
        basis: None,
        place: Some("Evidence store, room 2".to_owned()),
    })
}
