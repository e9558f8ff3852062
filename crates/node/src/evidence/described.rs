//! An item in the words of the formats: what the CASE description and the index of a court bundle are made of.

use super::{EvidenceError, custody_entries, items::Opened, store::CustodyRow};
use comity_formats::evidence::{
    Acquisition, Act, Collector, CustodyEvent, Item, Method, Officer, PartOf, Phase, Seizure, Source, Tool,
};
use comity_vault::{
    custody::{self as chain, Chain},
    item::{self as vault},
};

/// The item with its custody and what its chain finds, as the formats take it.
///
/// # Errors
/// Where an event that is kept cannot be read.
pub fn described(opened: &Opened, events: &[CustodyRow]) -> Result<Item, EvidenceError> {
    let manifest = &opened.manifest;
    let entries = custody_entries(events)?;
    let chain = Chain::new(manifest.item, entries);
    let custody = chain.events().into_iter().map(event).collect();
    Ok(Item {
        id: manifest.item,
        exhibit: manifest.exhibit.number.clone(),
        name: manifest.name.as_bytes().to_vec(),
        size: manifest.size,
        sha256: *manifest.sha256.as_bytes(),
        blake3: *manifest.blake3.root.as_bytes(),
        media_type: None,
        part_of: manifest.exhibit.part_of.as_ref().map(part_of),
        acquisition: acquisition(&manifest.acquisition),
        seizure: manifest.seizure.as_ref().map(seizure),
        custody,
        notes: Vec::new(),
    })
}

fn part_of(part: &vault::PartOf) -> PartOf {
    PartOf { item: part.item, which: part.which.clone() }
}

fn acquisition(given: &vault::Acquisition) -> Acquisition {
    let phase = match given.phase {
        vault::Phase::Identification => Phase::Identification,
        vault::Phase::Collection => Phase::Collection,
        vault::Phase::Acquisition => Phase::Acquisition,
        vault::Phase::Preservation => Phase::Preservation,
    };
    Acquisition {
        phase,
        method: method(given.method),
        tools: given.tools.iter().map(tool).collect(),
        write_blocker: given.write_blocker.clone(),
        by: Collector {
            authority: given.by.authority.clone(),
            person: given.by.person.clone(),
            role: given.by.role.clone(),
        },
        place: given.place.clone(),
        started_at: given.started_at,
        finished_at: given.finished_at,
        source: source(&given.source),
        deviations: given.deviations.clone(),
    }
}

fn method(given: vault::Method) -> Method {
    match given {
        vault::Method::PhysicalImage => Method::PhysicalImage,
        vault::Method::LogicalImage => Method::LogicalImage,
        vault::Method::FileCopy => Method::FileCopy,
        vault::Method::LiveAcquisition => Method::LiveAcquisition,
        vault::Method::RemoteAcquisition => Method::RemoteAcquisition,
        vault::Method::HandedOver => Method::HandedOver,
        vault::Method::Extraction => Method::Extraction,
    }
}

fn tool(given: &vault::Tool) -> Tool {
    Tool { name: given.name.clone(), version: given.version.clone(), settings: given.settings.clone() }
}

fn source(given: &vault::Source) -> Source {
    Source {
        description: given.description.clone(),
        make: given.make.clone(),
        model: given.model.clone(),
        serial: given.serial.clone(),
        condition: given.condition.clone(),
        clock_ahead_seconds: given.clock_ahead_seconds,
    }
}

fn seizure(given: &vault::Seizure) -> Seizure {
    Seizure {
        ordered_by: given.ordered_by.clone(),
        reference: given.reference.clone(),
        law: given.law.clone(),
        instrument: given.instrument.clone(),
        seized_at: given.seized_at,
        place: given.place.clone(),
    }
}

fn event(entry: &chain::Entry) -> CustodyEvent {
    let event = entry.event();
    CustodyEvent {
        by: event.by.clone(),
        officer: Officer { id: event.officer, name: None },
        number: event.number,
        digest: *entry.digest().as_bytes(),
        at: event.at,
        act: act(&event.act),
        reason: event.reason.clone(),
        basis: event.basis.clone(),
        place: event.place.clone(),
    }
}

fn act(given: &chain::Act) -> Act {
    match given.clone() {
        chain::Act::Acquired => Act::Acquired,
        chain::Act::Received { from, offer } => Act::Received { from, offer: *offer.as_bytes() },
        chain::Act::Opened => Act::Opened,
        chain::Act::Copied { onto } => Act::Copied { onto },
        chain::Act::Examined { how } => Act::Examined { how },
        chain::Act::Transferred { to, keeps_copy } => Act::Transferred { to, keeps_copy },
        chain::Act::OfferEnded { offer, declined } => Act::OfferEnded { offer: *offer.as_bytes(), declined },
        chain::Act::Returned { to } => Act::Returned { to },
        chain::Act::Destroyed { how } => Act::Destroyed { how },
    }
}
