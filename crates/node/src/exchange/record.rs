//! The export of an exchange's record: every journal entry about it, proved under a checkpoint that enough witnesses
//! have cosigned, with the messages and receipts that the entries are about.

use super::store::{MessageRow, messages_of};
use crate::{
    Node,
    federation::{deliveries_of, registry::signed_after, witness::cosigned_head},
    journal::{About, Actor, Entry},
    random,
    store::{Row, Store, StoreError},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use comity_ledger::{InclusionProver, inclusion_tiles};
use comity_model::{
    AuthorityId,
    id::{ExchangeId, MessageId},
};
use comity_record::export::{RECORD_FORMAT, Record, RecordItem, write_record};
use comity_seal::{Dsse, SealError};
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry as Place},
    sync::Arc,
    time::Duration,
};
use tokio::time::timeout;

/// How long an export waits for the witnesses.
const WITNESS_PATIENCE: Duration = Duration::from_secs(15);

/// Why a record is not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such exchange here.
    #[error("exchange `{0}` is not known to this authority")]
    Unknown(ExchangeId),
    /// Witnesses are missing.
    #[error("too few witnesses have cosigned the ledger so far; try again when they can be reached")]
    NotWitnessed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The library.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// One entry as the export needs it.
struct Line {
    seq: u64,
    act: String,
    message: Option<MessageId>,
    document: Option<String>,
    salt: Option<Vec<u8>>,
    commitment: Vec<u8>,
}

/// Writes the record of an exchange at `authority` as the bytes of its file.
///
/// # Errors
/// An [`ExportError`].
pub async fn export(
    node: &Arc<Node>,
    authority: &AuthorityId,
    exchange: ExchangeId,
    actor: Actor,
) -> Result<Vec<u8>, ExportError> {
    let lines = lines(&node.store, authority, exchange).await?;
    let last = lines.last().ok_or(ExportError::Unknown(exchange))?.seq;
    let (size, checkpoint) = witnessed(node, last).await?;
    let items = items(node, authority, exchange, lines, size).await?;
    let record = Record {
        format: RECORD_FORMAT.to_owned(),
        exchange,
        exported_by: authority.clone(),
        exported_at: random::now(),
        registries: signed_after(&node.store, 0).await?,
        origin: node.config.name.clone(),
        checkpoint,
        policy: node.registry().policy_text(&node.config.name),
        items,
    };
    let shared = node.clone();
    let signed = tokio::task::spawn_blocking(move || {
        let key = shared.keys.signing_key(
            &record.exported_by,
            &shared.registry(),
            record.exported_at,
            record.exported_at,
        );
        let key = key.ok_or(SealError::Crypto { what: "find the exporter's signing key" })?;
        write_record(&record, key)
    });
    let bytes = signed.await.map_err(|_| SealError::Crypto { what: "sign the record" })??;
    note_export(&node.store, authority, exchange, actor, &bytes).await?;
    Ok(bytes)
}

async fn note_export(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
    actor: Actor,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let detail =
        serde_json::json!({ "sha256": hex::encode(comity_record::sha256(bytes)), "exchange": exchange });
    let mut tx = store.begin("note_export").await?;
    // The entry does not carry the exchange in its column: it is about the copy, and is no part of the next one.
    tx.record(Entry::new(
        random::now(),
        Some(authority),
        &actor,
        "record_exported",
        About::default(),
        detail,
    ));
    tx.commit().await.map(|_| ())
}

async fn lines(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
) -> Result<Vec<Line>, StoreError> {
    let sql = "/* record_lines */ SELECT seq, act, message, document, salt, commitment FROM journal \
               WHERE exchange = $1 AND authority = $2 AND act NOT IN ('exchange_read', 'alert_read', 'hit_read', \
               'photograph_shown', 'alert_exported') ORDER BY seq";
    // Who looked at what is the authority's own affair: those entries stay in its journal.
    let rows = store.fetch_all(sql, &[exchange.to_string().into(), authority.as_str().into()]).await?;
    let read = |row: &Row| {
        Ok(Line {
            seq: row.unsigned(0)?,
            act: row.text(1)?,
            message: if row.is_null(2) { None } else { Some(row.word(2)?) },
            document: row.optional_text(3)?,
            salt: row.optional_bytes(4)?,
            commitment: row.bytes(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The newest cosigned checkpoint that covers entry `last`, waited for a while.
pub(crate) async fn witnessed(node: &Node, last: u64) -> Result<(u64, String), ExportError> {
    let mut follow = node.follow_cosigned();
    let wait = async {
        loop {
            if let Some((size, text)) = cosigned_head(&node.store).await?
                && size > last
            {
                return Ok((size, text));
            }
            if follow.changed().await.is_err() {
                return Err(ExportError::NotWitnessed);
            }
        }
    };
    timeout(WITNESS_PATIENCE, wait).await.unwrap_or(Err(ExportError::NotWitnessed))
}

async fn items(
    node: &Node,
    authority: &AuthorityId,
    exchange: ExchangeId,
    lines: Vec<Line>,
    size: u64,
) -> Result<Vec<RecordItem>, ExportError> {
    let broken = |fault: comity_ledger::LedgerError| StoreError::Ledger(fault.to_string());
    let mut ids = BTreeSet::new();
    for line in &lines {
        ids.extend(inclusion_tiles(line.seq, size).map_err(broken)?);
    }
    let mut prover = InclusionProver::new(size, node.store.tiles(ids).await?).map_err(broken)?;
    let messages = messages_of(&node.store, authority, exchange).await?;
    let messages: BTreeMap<MessageId, MessageRow> = messages.into_iter().map(|row| (row.id, row)).collect();
    let mut receipts = Receipts::default();
    let mut items = Vec::with_capacity(lines.len());
    for line in lines {
        let message = line.message.and_then(|id| messages.get(&id));
        let tells = matches!(line.act.as_str(), "message_released" | "envelope_stored");
        let told = message.filter(|_| tells);
        let receipt = match (line.act.as_str(), line.message) {
            ("receipt_verified", Some(id)) => {
                receipts.find(&node.store, id, line.document.as_deref()).await?
            }
            _ => None,
        };
        let proof = prover.prove(line.seq).map_err(broken)?;
        items.push(RecordItem {
            index: line.seq,
            document: line.document,
            salt: line.salt.map(hex::encode),
            commitment: hex::encode(line.commitment),
            proof: proof.iter().map(ToString::to_string).collect(),
            statement: told.and_then(|row| Dsse::from_json(row.envelope.as_bytes()).ok()),
            body: told.and_then(|row| row.body.as_ref()).map(|body| BASE64_STANDARD.encode(body)),
            receipt,
        });
    }
    Ok(items)
}

/// The receipts of messages, read once a message.
#[derive(Default)]
struct Receipts(BTreeMap<MessageId, BTreeMap<String, String>>);

impl Receipts {
    /// The receipt that a `receipt_verified` entry is about.
    async fn find(
        &mut self,
        store: &Store,
        message: MessageId,
        document: Option<&str>,
    ) -> Result<Option<Dsse>, StoreError> {
        let document: serde_json::Value =
            serde_json::from_str(document.unwrap_or("null")).unwrap_or_default();
        let Some(receiver) = document["detail"]["receiver"].as_str() else { return Ok(None) };
        let held = match self.0.entry(message) {
            Place::Occupied(known) => known.into_mut(),
            Place::Vacant(place) => {
                let deliveries = deliveries_of(store, message).await?.into_iter();
                let held = deliveries.filter_map(|d| Some((d.authority.to_string(), d.receipt?)));
                place.insert(held.collect())
            }
        };
        Ok(held.get(receiver).and_then(|text| Dsse::from_json(text.as_bytes()).ok()))
    }
}
