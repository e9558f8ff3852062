//! The proof that an item was given back or destroyed, made so that it is checked offline: the signed custody event, the journal
//! entries with their places in the ledger under one cosigned checkpoint, and the epochs under whose keys backups have its wrap.

use super::{WRAP_DESTROYED, store};
use crate::{
    Node,
    evidence::{
        EventProof, EvidenceError, ItemRow, ItemState, chain_of, custody_of, load,
        rotate::{EpochRow, epochs_of},
    },
    exchange::record::{ExportError, witnessed},
    federation::registry::signed_after,
    store::StoreError,
};
use comity_ledger::{InclusionFile, InclusionProver, SignedCheckpoint, inclusion_tiles};
use comity_model::{AuthorityId, id::ItemId};
use comity_seal::Dsse;
use comity_vault::{Digest, custody::Act};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A journal entry of a proof, before it is proved.
pub(super) struct Line {
    pub seq: u64,
    pub act: String,
    pub document: String,
    pub salt: Vec<u8>,
}

/// What proves that an item was given back or destroyed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Disposal {
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// What has become of it.
    pub state: ItemState,
    /// SHA-256 of the custody event's payload, as the journal entry names it.
    #[schema(value_type = String)]
    pub event_sha256: Digest,
    /// The custody event: DSSE, signed by the authority.
    #[schema(value_type = Object)]
    pub event: Dsse,
    /// The journal entry of the event.
    #[schema(value_type = Object)]
    pub event_proof: EventProof,
    /// The journal entry that names the epoch under which the destroyed wrap was kept.
    #[schema(value_type = Object)]
    pub wrap_proof: EventProof,
    /// The epochs under whose keys backups may hold the wrap, oldest first.
    pub epochs: Vec<EpochProof>,
    /// Are the keys of all of them gone?
    pub complete: bool,
    /// When they are: were, or are going to be as the settings stand.
    #[schema(value_type = String, format = DateTime)]
    pub complete_after: Timestamp,
    /// The origin of the ledger in which the entries are.
    pub origin: String,
    /// The C2SP tlog-policy for its checkpoints.
    pub policy: String,
    /// The signed registries, from the first, which say whose keys those are.
    #[schema(value_type = Vec<Object>)]
    pub registries: Vec<Dsse>,
    /// What this proves, in words.
    pub proves: Vec<String>,
    /// What it does not prove.
    pub does_not_prove: Vec<String>,
}

/// An epoch, with what the journal says of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EpochProof {
    /// Its number.
    pub number: u64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub begun_at: Timestamp,
    /// When it was retired.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retired_at: Option<Timestamp>,
    /// When its key was removed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// When its key is gone, as the settings stand.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// The journal entries `epoch_begun`, `epoch_retired`, `epoch_ended`, as far as there are any.
    #[schema(value_type = Vec<Object>)]
    pub entries: Vec<EventProof>,
}

/// What the journal and the custody say of a disposal.
struct Found {
    event: Digest,
    dsse: Dsse,
    event_line: Line,
    wrap_line: Line,
    epochs: Vec<(EpochRow, Vec<Line>)>,
}

/// The proof of the disposal of an item. Waits a while for the witnesses.
///
/// # Errors
/// [`EvidenceError::Conflict`] where the item was not disposed of here, [`EvidenceError::NotWitnessed`], or where the database fails.
pub async fn disposal_of(
    node: &Node,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Disposal, EvidenceError> {
    let row = load(node, authority, item).await?;
    if !matches!(row.state, ItemState::Returned | ItemState::Destroyed) {
        let why = format!(
            "the item is `{}`; there is a proof once it is returned or destroyed",
            row.state.as_str()
        );
        return Err(EvidenceError::Conflict { code: "not_disposed", why });
    }
    let found = find(node, authority, &row).await?;
    let prover = Prover::new(node, &found).await?;
    prover.disposal(node, &row, found).await
}

async fn find(node: &Node, authority: &AuthorityId, row: &ItemRow) -> Result<Found, EvidenceError> {
    let lost = || {
        EvidenceError::unfit(
            "item",
            "has no readable event and journal entries of its disposal; restore them",
        )
    };
    let events = custody_of(node, authority, row.id).await?;
    let chain = chain_of(row.id, &events)?;
    let ends = |act: &Act| matches!(act, Act::Returned { .. } | Act::Destroyed { .. });
    let own = chain.events();
    let last = own.iter().rev().find(|one| one.event().by == *authority && ends(&one.event().act));
    let event = last.ok_or_else(lost)?.digest();
    let kept = events.iter().find(|kept| kept.sha256 == event).ok_or_else(lost)?;
    let dsse = Dsse::from_json(kept.event.as_bytes()).map_err(|_| lost())?;
    let mut lines = store::lines_of_item(&node.store, authority, row.id).await?;
    let names = |line: &Line| detail(line, "event").as_str() == Some(event.to_string().as_str());
    let mut take = |wrap: bool| {
        let at = lines.iter().position(|line| names(line) && (line.act == WRAP_DESTROYED) == wrap)?;
        Some(lines.swap_remove(at))
    };
    let (event_line, wrap_line) = (take(false).ok_or_else(lost)?, take(true).ok_or_else(lost)?);
    let newest = detail(&wrap_line, "epoch").as_u64().ok_or_else(lost)?;
    let epochs = epochs_during(node, authority, row, newest).await?;
    Ok(Found { event, dsse, event_line, wrap_line, epochs })
}

/// The epochs in which the wrap may have been kept: those from when the item was taken in up to `newest`.
async fn epochs_during(
    node: &Node,
    authority: &AuthorityId,
    row: &ItemRow,
    newest: u64,
) -> Result<Vec<(EpochRow, Vec<Line>)>, EvidenceError> {
    let mut lines = store::lines_of_epochs(&node.store, authority).await?;
    let mut found = Vec::new();
    for epoch in epochs_of(&node.store, authority).await? {
        let during = epoch.retired_at.is_none_or(|at| at >= row.taken_at);
        if epoch.number <= newest && during {
            let own = |line: &mut Line| detail(line, "epoch").as_u64() == Some(epoch.number);
            found.push((epoch, lines.extract_if(.., own).collect()));
        }
    }
    Ok(found)
}

fn detail(line: &Line, name: &str) -> serde_json::Value {
    let document: serde_json::Value = serde_json::from_str(&line.document).unwrap_or_default();
    document.pointer(&format!("/detail/{name}")).cloned().unwrap_or_default()
}

fn broken(fault: impl std::fmt::Display) -> StoreError {
    StoreError::Ledger(fault.to_string())
}

/// Proves journal entries under one cosigned checkpoint.
struct Prover {
    prover: InclusionProver<crate::store::TileSet>,
    checkpoint: SignedCheckpoint,
}

impl Prover {
    async fn new(node: &Node, found: &Found) -> Result<Self, EvidenceError> {
        let of_epochs = found.epochs.iter().flat_map(|(_, lines)| lines);
        let all: Vec<u64> =
            [&found.event_line, &found.wrap_line].into_iter().chain(of_epochs).map(|line| line.seq).collect();
        let last = all.iter().copied().max().unwrap_or_default();
        let (size, text) = witnessed(node, last).await.map_err(|fault| match fault {
            ExportError::Store(fault) => EvidenceError::Store(fault),
            _ => EvidenceError::NotWitnessed,
        })?;
        let mut ids = BTreeSet::new();
        for seq in all {
            ids.extend(inclusion_tiles(seq, size).map_err(broken)?);
        }
        let prover = InclusionProver::new(size, node.store.tiles(ids).await?).map_err(broken)?;
        Ok(Self { prover, checkpoint: text.parse().map_err(broken)? })
    }

    fn prove(&mut self, line: Line) -> Result<EventProof, EvidenceError> {
        let proof = self.prover.prove(line.seq).map_err(broken)?;
        let checkpoint = self.checkpoint.clone();
        let file = InclusionFile { extra: None, index: line.seq, proof, checkpoint };
        Ok(EventProof { document: line.document, salt: hex::encode(line.salt), proof: file.to_string() })
    }

    async fn disposal(mut self, node: &Node, row: &ItemRow, found: Found) -> Result<Disposal, EvidenceError> {
        let config = &node.config.evidence;
        let complete = found.epochs.iter().all(|(epoch, _)| epoch.ended_at.is_some());
        let ends = found.epochs.iter().map(|(epoch, _)| epoch.ends_at(config)).max();
        let mut epochs = Vec::new();
        for (epoch, lines) in found.epochs {
            let entries = lines.into_iter().map(|line| self.prove(line)).collect::<Result<_, _>>()?;
            epochs.push(EpochProof {
                number: epoch.number,
                begun_at: epoch.begun_at,
                retired_at: epoch.retired_at,
                ended_at: epoch.ended_at,
                ends_at: epoch.ends_at(config),
                entries,
            });
        }
        Ok(Disposal {
            item: row.id,
            state: row.state,
            event_sha256: found.event,
            event: found.dsse,
            event_proof: self.prove(found.event_line)?,
            wrap_proof: self.prove(found.wrap_line)?,
            epochs,
            complete,
            complete_after: ends.unwrap_or(row.taken_at),
            origin: node.config.name.clone(),
            policy: node.registry().policy_text(&node.config.name),
            registries: signed_after(&node.store, 0).await?,
            proves: proves(complete),
            does_not_prove: does_not_prove(complete),
        })
    }
}

fn proves(complete: bool) -> Vec<String> {
    let mut said = vec![
        "the authority signed that its officer gave the item back or destroyed it, when and why".to_owned(),
        "the ledger of its node has held that statement since before the checkpoint, and the witnesses who cosigned \
         the checkpoint saw this ledger and no other"
            .to_owned(),
        "the node says that the wrap of the item's key left its live database in the same transaction".to_owned(),
    ];
    if complete {
        said.push(
            "the node says that the keys of all epochs under which a backup of its database can hold the wrap were removed"
                .to_owned(),
        );
    }
    said
}

fn does_not_prove(complete: bool) -> Vec<String> {
    let mut said = vec![
        "that nobody copied the content, the item's key or an epoch's key before: no software can show that".to_owned(),
        "that other authorities to whom the item was handed over, or who kept a copy, destroyed theirs; the custody chain \
         names them"
            .to_owned(),
        "that storage under the node keeps no older versions or snapshots of the files of epoch keys; its operator answers for \
         that"
            .to_owned(),
    ];
    if !complete {
        said.push(
            "that backups of the database cannot open the item yet: not all of the epochs below have ended"
                .to_owned(),
        );
    }
    said
}
