//! What a court of another state will ask of an item, point by point, with what meets it: the vault's facts put to the law engine.

use super::{EvidenceError, chain_of, custody_of, items::Opened, open_item, stamps};
use crate::{Node, federation::witness::cosigned_head, law, random};
use comity_law::{
    Instrument, Need,
    admissibility::{
        Acquisition, Caveats, Checklist, Custody, Examinations, Facts, Hashes, Languages, Method,
        Permissions, Question, Seizure, Tool, Verification, checklist,
    },
    pathway,
};
use comity_model::{AuthorityId, Jurisdiction, id::ItemId, marking::Purpose};
use comity_vault::{
    custody::{Act, Chain, FindingKind},
    item as vault,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::sync::Arc;

/// Where the item is to be used, and under what.
#[derive(Debug, Clone)]
pub struct Use {
    /// The state whose court is to take it.
    pub to: Jurisdiction,
    /// The instrument; without one, that of the item's own description, or the first that is in force.
    pub instrument: Option<Instrument>,
    /// What for.
    pub purpose: Purpose,
    /// The authority that is to receive it, where it is known.
    pub receiver: Option<AuthorityId>,
}

/// The checklist for an item.
///
/// # Errors
/// Where the item is not held or cannot be read.
pub async fn checklist_of(
    node: &Arc<Node>,
    authority: &AuthorityId,
    item: ItemId,
    wanted: &Use,
) -> Result<Checklist, EvidenceError> {
    let opened = open_item(node, authority, item).await?;
    let chain = chain_of(item, &custody_of(node, authority, item).await?)?;
    let law = law::refresh(node).await?;
    let mut facts = facts(&opened, &chain, wanted.receiver.as_ref());
    facts.timestamps = Some(count(stamps::stamps_of(node, authority, item).await?.len()));
    let quorum = node.registry().registry().witness_quorum;
    facts.cosignatures = Some(if cosigned_head(&node.store).await?.is_some() { count(quorum) } else { 0 });
    let own = opened.manifest.seizure.as_ref().and_then(|seizure| seizure.instrument.as_ref());
    let own = own.and_then(|basis| basis.instrument.parse().ok());
    let question = Question {
        from: authority.jurisdiction().into(),
        to: wanted.to.into(),
        instrument: wanted.instrument.or(own),
        need: Need::Evidence,
        purpose: wanted.purpose,
        event: None,
        on: day(random::now()),
        matter: pathway::Facts::default(),
        facts,
    };
    Ok(checklist(&law.law, &question))
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// What the vault knows of an item. What it does not know stays open, and meets nothing.
fn facts(opened: &Opened, chain: &Chain, receiver: Option<&AuthorityId>) -> Facts {
    let manifest = &opened.manifest;
    let examined = chain.events().iter().filter(|e| matches!(e.event().act, Act::Examined { .. })).count();
    Facts {
        acquisition: Some(acquisition(&manifest.acquisition)),
        seizure: manifest.seizure.as_ref().map(seizure),
        exhibit_number: Some(manifest.exhibit.number.clone()),
        hashes: Some(hashes(opened)),
        custody: Some(custody(chain)),
        examinations: Some(Examinations { count: count(examined), without_method: 0 }),
        timestamps: None,
        cosignatures: None,
        marking: caveats(opened, receiver),
        languages: Languages::default(),
        request: None,
        documents: std::collections::BTreeMap::default(),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn acquisition(given: &vault::Acquisition) -> Acquisition {
    let source = match &given.source.serial {
        Some(serial) => format!("{} ({serial})", given.source.description),
        None => given.source.description.clone(),
    };
    Acquisition {
        phase: serde_json::to_value(given.phase).ok().and_then(|code| code.as_str().map(str::to_owned)),
        method: Some(method(given.method)),
        tools: given
            .tools
            .iter()
            .map(|tool| Tool { name: tool.name.clone(), version: Some(tool.version.clone()) })
            .collect(),
        who: Some(format!("{}, {}", given.by.person, given.by.authority)),
        place: Some(given.place.clone()),
        finished_on: Some(day(given.finished_at)),
        source: Some(source),
        write_blocker: given.write_blocker.clone(),
        deviations: given.deviations.clone(),
        clock_ahead_seconds: given.source.clock_ahead_seconds,
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

fn seizure(given: &vault::Seizure) -> Seizure {
    let instrument = given.instrument.as_ref();
    Seizure {
        ordered_by: Some(given.ordered_by.to_string()),
        reference: Some(given.reference.clone()),
        law: Some(given.law.clone()),
        instrument: instrument.map(|basis| format!("{} {}", basis.instrument, basis.article)),
        for_another_state: Some(instrument.is_some()),
    }
}

fn hashes(opened: &Opened) -> Hashes {
    let verified =
        opened.row.verified_at.map(|at| Verification { on: day(at), intact: opened.row.damage.is_none() });
    Hashes {
        algorithms: vec!["SHA-256".to_owned(), "BLAKE3".to_owned()],
        made_on: Some(day(opened.row.taken_at)),
        verified,
    }
}

fn custody(chain: &Chain) -> Custody {
    let findings = chain.check();
    let open = |kind: &FindingKind| match kind {
        FindingKind::HandOverOpen(to) => Some(to.to_string()),
        _ => None,
    };
    Custody {
        events: count(chain.events().len()),
        breaks: count(findings.iter().filter(|finding| finding.is_break()).count()),
        open_hand_overs: findings.iter().filter_map(|finding| open(&finding.kind)).collect(),
    }
}

fn caveats(opened: &Opened, receiver: Option<&AuthorityId>) -> Option<Caveats> {
    let marking = opened.row.marking.as_ref()?;
    Some(Caveats {
        handling: marking.handling.clone(),
        purpose: marking.purpose,
        retain_until: marking.retain_until,
        restrictions: marking.restrictions.clone(),
        may_pass_on: receiver.map(|receiver| marking.may_pass_on(&opened.row.authority, receiver)),
        permitted: Permissions::default(),
    })
}
