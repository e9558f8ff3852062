//! What proves custody events to others: the journal entry that names the event, its salt, and the proof that the ledger of the
//! authority's node has it, under a checkpoint that enough witnesses have cosigned.

use super::{CustodyRow, EvidenceError, store};
use crate::{
    Node,
    exchange::record::{ExportError, witnessed},
    store::{Row, Store, StoreError, Value},
};
use comity_ledger::{InclusionFile, InclusionProver, SignedCheckpoint, inclusion_tiles};
use comity_model::{AuthorityId, id::ItemId};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What proves one event. As JSON it travels with a hand-over, and is kept in [`CustodyRow::proof`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventProof {
    /// The journal entry, byte for byte.
    pub document: String,
    /// Its salt: 32 hexadecimal digits.
    pub salt: String,
    /// That the ledger has it: a C2SP tlog-proof file.
    pub proof: String,
}

/// A journal entry about a custody event.
struct Line {
    seq: u64,
    document: String,
    salt: Vec<u8>,
}

/// The proofs of an authority's own custody events on these items, by the digest of the event. Waits a while for the witnesses.
///
/// # Errors
/// [`EvidenceError::NotWitnessed`] where too few of them answer; where the database fails.
pub async fn prove_events(
    node: &Arc<Node>,
    authority: &AuthorityId,
    items: &[ItemId],
) -> Result<BTreeMap<String, EventProof>, EvidenceError> {
    let mut lines = Vec::new();
    for item in items {
        lines.extend(lines_of(&node.store, authority, *item).await?);
    }
    let Some(last) = lines.iter().map(|line| line.seq).max() else { return Ok(BTreeMap::new()) };
    let (size, text) = witnessed(node, last).await.map_err(not_witnessed)?;
    let checkpoint: SignedCheckpoint = text.parse().map_err(broken)?;
    let mut ids = BTreeSet::new();
    for line in &lines {
        ids.extend(inclusion_tiles(line.seq, size).map_err(broken)?);
    }
    let mut prover = InclusionProver::new(size, node.store.tiles(ids).await?).map_err(broken)?;
    let mut proofs = BTreeMap::new();
    for line in lines {
        let proof = prover.prove(line.seq).map_err(broken)?;
        let file = InclusionFile { extra: None, index: line.seq, proof, checkpoint: checkpoint.clone() };
        let Some(event) = event_of(&line.document) else { continue };
        let (document, salt) = (line.document, hex::encode(line.salt));
        proofs.insert(event, EventProof { document, salt, proof: file.to_string() });
    }
    Ok(proofs)
}

/// The events of an item with what proves each: our own from our ledger, those of others as they came with a hand-over.
///
/// # Errors
/// As [`prove_events`].
pub async fn proved_events(
    node: &Arc<Node>,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<(CustodyRow, Option<EventProof>)>, EvidenceError> {
    let mut own = prove_events(node, authority, &[item]).await?;
    let events = store::events(&node.store, authority, item).await?;
    Ok(events.into_iter().map(|row| with_proof(row, &mut own)).collect())
}

/// An event with its proof, taken from `own` where it is ours.
pub(super) fn with_proof(
    row: CustodyRow,
    own: &mut BTreeMap<String, EventProof>,
) -> (CustodyRow, Option<EventProof>) {
    let kept = row.proof.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let proof = kept.or_else(|| own.remove(&row.sha256.to_string()));
    (row, proof)
}

async fn lines_of(store: &Store, authority: &AuthorityId, item: ItemId) -> Result<Vec<Line>, StoreError> {
    let sql = "/* custody_lines */ SELECT seq, document, salt FROM journal WHERE item = $1 AND authority = $2 \
               AND act LIKE 'custody_%' AND document IS NOT NULL AND salt IS NOT NULL ORDER BY seq";
    let values: [Value; 2] = [item.to_string().into(), authority.as_str().into()];
    let rows = store.fetch_all(sql, &values).await?;
    let read = |row: &Row| Ok(Line { seq: row.unsigned(0)?, document: row.text(1)?, salt: row.bytes(2)? });
    rows.iter().map(read).collect()
}

fn event_of(document: &str) -> Option<String> {
    let document: serde_json::Value = serde_json::from_str(document).ok()?;
    document["detail"]["event"].as_str().map(str::to_owned)
}

fn broken(fault: impl std::fmt::Display) -> StoreError {
    StoreError::Ledger(fault.to_string())
}

fn not_witnessed(fault: ExportError) -> EvidenceError {
    match fault {
        ExportError::Store(fault) => fault.into(),
        _ => EvidenceError::NotWitnessed,
    }
}
