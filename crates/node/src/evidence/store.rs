//! The SQL of evidence.

use super::{epochs::KeptKey, rotate::hold_epoch};
use crate::store::{Bulk, Row, Store, StoreError, Tx, Value, code_text, json_text};
use comity_model::{
    AuthorityId,
    id::{CaseId, ItemId},
    marking::Marking,
};
use comity_vault::{Digest, store::Location};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What has become of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It is here.
    Held,
    /// Another authority has it, and no copy was kept.
    HandedOver,
    /// Given back to whom it belongs.
    Returned,
    /// Its keys are destroyed.
    Destroyed,
}

impl ItemState {
    /// The state as it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::HandedOver => "handed_over",
            Self::Returned => "returned",
            Self::Destroyed => "destroyed",
        }
    }
}

/// An item in a line: what lists show, and what the manifest need not be opened for.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRow {
    /// Whose vault.
    pub authority: AuthorityId,
    /// The item.
    pub id: ItemId,
    /// The case it belongs to here.
    pub case: CaseId,
    /// What has become of it.
    pub state: ItemState,
    /// The exhibit number.
    pub exhibit: String,
    /// The name, for people.
    pub name: String,
    /// Bytes of content.
    pub size: u64,
    /// The item of which it is a part.
    pub part_of: Option<ItemId>,
    /// SHA-256 of the manifest's JSON.
    pub manifest_sha256: Digest,
    /// The manifest, sealed under the item's key; absent once destroyed.
    pub manifest: Option<Vec<u8>>,
    /// The conditions under which another authority gave it; absent for what was acquired here.
    pub marking: Option<Marking>,
    /// Who handed it over; absent for what was acquired here.
    pub received_from: Option<AuthorityId>,
    /// The day after which it is due to be returned or destroyed.
    pub retain_until: Option<Date>,
    /// When it was taken in.
    pub taken_at: Timestamp,
    /// The officer who took it in, by name.
    pub taken_by: String,
    /// How many custody events this authority has made.
    pub events: u64,
    /// When it was last read as a whole and compared with its manifest.
    pub verified_at: Option<Timestamp>,
    /// What was found damaged then.
    pub damage: Option<String>,
}

static INSERT_ITEMS: Bulk = Bulk::new(
    "/* insert_evidence_items */ INSERT INTO evidence_item (authority, id, case_id, state, exhibit, name, size, \
     part_of, manifest_sha256, manifest, marking, received_from, retain_until, taken_at, taken_by, events, last_event) VALUES",
    17,
    "",
);
static INSERT_WRAPS: Bulk = Bulk::new(
    "/* insert_evidence_wraps */ INSERT INTO evidence_wrap (authority, item, epoch, kept) VALUES",
    4,
    "",
);
static INSERT_EVENTS: Bulk = Bulk::new(
    "/* insert_custody */ INSERT INTO evidence_custody (authority, item, sha256, by_authority, number, at, event, proof) VALUES",
    8,
    " ON CONFLICT (authority, item, sha256) DO NOTHING",
);
static INSERT_OBJECTS: Bulk = Bulk::new(
    "/* insert_evidence_objects */ INSERT INTO evidence_object (name, authority, item, size) VALUES",
    4,
    " ON CONFLICT (name, authority, item) DO NOTHING",
);
static HOLD_OBJECTS: Bulk = Bulk::new(
    "/* hold_evidence_objects */ INSERT INTO evidence_scrub (name, checked_at) VALUES",
    2,
    " ON CONFLICT (name) DO UPDATE SET name = excluded.name",
);
static INSERT_PACKED: Bulk = Bulk::new(
    "/* insert_evidence_packed */ INSERT INTO evidence_packed (part, pack, start, size) VALUES",
    4,
    " ON CONFLICT (part) DO NOTHING",
);

/// A custody event as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct CustodyRow {
    /// SHA-256 of the payload.
    pub sha256: Digest,
    /// Who acted.
    pub by: AuthorityId,
    /// Its place among that authority's events.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The signed event: DSSE as JSON.
    pub event: String,
    /// What came with the event of another authority to prove it: see the hand-over. Absent for our own.
    pub proof: Option<String>,
}

fn text(id: &impl ToString) -> Value {
    Value::from(id.to_string())
}

impl ItemRow {
    fn values(&self, last_event: Digest) -> Vec<Value> {
        vec![
            self.authority.as_str().into(),
            text(&self.id),
            text(&self.case),
            self.state.as_str().into(),
            self.exhibit.as_str().into(),
            self.name.as_str().into(),
            self.size.into(),
            self.part_of.map(|id| id.to_string()).into(),
            text(&self.manifest_sha256),
            self.manifest.clone().into(),
            self.marking.as_ref().map(json_text).into(),
            self.received_from.as_ref().map(|from| from.to_string()).into(),
            self.retain_until.map(|day| day.to_string()).into(),
            self.taken_at.into(),
            self.taken_by.as_str().into(),
            self.events.into(),
            text(&last_event).clone(),
        ]
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let optional = |at: usize| row.optional_text(at);
        Ok(Self {
            authority: row.word(0)?,
            id: row.word(1)?,
            case: row.word(2)?,
            state: row.code(3)?,
            exhibit: row.text(4)?,
            name: row.text(5)?,
            size: row.unsigned(6)?,
            part_of: optional(7)?.and_then(|id| id.parse().ok()),
            manifest_sha256: digest(row, 8)?,
            manifest: row.optional_bytes(9)?,
            marking: row.optional_json(10)?,
            received_from: optional(11)?.and_then(|from| from.parse().ok()),
            retain_until: optional(12)?.and_then(|day| day.parse().ok()),
            taken_at: row.time(13)?,
            taken_by: row.text(14)?,
            events: row.unsigned(15)?,
            verified_at: row.optional_time(16)?,
            damage: optional(17)?,
        })
    }
}

/// A digest in a column.
pub(super) fn digest(row: &Row, at: usize) -> Result<Digest, StoreError> {
    let found = row.text(at)?;
    found.parse().map_err(|_| StoreError::Ledger(format!("`{found}` is stored where a digest should be")))
}

/// Stores items with the digest of the event that brought each here.
pub(super) async fn insert_items(tx: &mut Tx, items: &[(ItemRow, Digest)]) -> Result<(), StoreError> {
    let rows: Vec<_> = items.iter().map(|(item, event)| item.values(*event)).collect();
    tx.execute_many(&INSERT_ITEMS, &rows).await.map(|_| ())
}

/// One item.
pub(super) async fn item(
    store: &Store,
    authority: &AuthorityId,
    id: ItemId,
) -> Result<Option<ItemRow>, StoreError> {
    let sql = "/* evidence_item */ SELECT authority, id, case_id, state, exhibit, name, size, part_of, manifest_sha256, \
               manifest, marking, received_from, retain_until, taken_at, taken_by, events, verified_at, damage \
               FROM evidence_item WHERE authority = $1 AND id = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), text(&id)]).await?;
    row.as_ref().map(ItemRow::read).transpose()
}

/// Items of a case, or of all cases, newest first, without their manifests.
pub(super) async fn items(
    store: &Store,
    authority: &AuthorityId,
    case: Option<CaseId>,
    after: Option<ItemId>,
    limit: u64,
) -> Result<Vec<ItemRow>, StoreError> {
    let all = "/* evidence_items */ SELECT authority, id, case_id, state, exhibit, name, size, part_of, manifest_sha256, \
               NULL, marking, received_from, retain_until, taken_at, taken_by, events, verified_at, damage \
               FROM evidence_item WHERE authority = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    let of_case = "/* evidence_items_of_case */ SELECT authority, id, case_id, state, exhibit, name, size, part_of, \
                   manifest_sha256, NULL, marking, received_from, retain_until, taken_at, taken_by, events, verified_at, \
                   damage FROM evidence_item WHERE authority = $1 AND id < $2 AND case_id = $4 ORDER BY id DESC LIMIT $3";
    // Identifiers sort by their time; `g` comes after every hexadecimal digit.
    let after = after.map_or_else(|| "g".to_owned(), |item| item.to_string());
    let mut values: Vec<Value> = vec![authority.as_str().into(), after.into(), limit.into()];
    values.extend(case.map(|case| text(&case)));
    let rows = store.fetch_all(if case.is_some() { of_case } else { all }, &values).await?;
    rows.iter().map(ItemRow::read).collect()
}

/// The held items past the day until which they are retained, newest first, without their manifests.
pub(super) async fn items_due(
    store: &Store,
    authority: &AuthorityId,
    today: Date,
    after: Option<ItemId>,
    limit: u64,
) -> Result<Vec<ItemRow>, StoreError> {
    let sql = "/* evidence_items_due */ SELECT authority, id, case_id, state, exhibit, name, size, part_of, manifest_sha256, \
               NULL, marking, received_from, retain_until, taken_at, taken_by, events, verified_at, damage \
               FROM evidence_item WHERE authority = $1 AND id < $2 AND state = 'held' AND retain_until < $4 \
               ORDER BY id DESC LIMIT $3";
    let after = after.map_or_else(|| "g".to_owned(), |item| item.to_string());
    let values = [authority.as_str().into(), after.into(), limit.into(), today.to_string().into()];
    store.fetch_all(sql, &values).await?.iter().map(ItemRow::read).collect()
}

/// Takes the next number in this authority's strand, and holds the item's row until the commit: the number, the digest of the
/// event before, the digest of the manifest, and the state.
pub(super) async fn next_event(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: ItemId,
) -> Result<Option<(u64, Option<Digest>, Digest, ItemState)>, StoreError> {
    let sql = "/* next_custody_event */ UPDATE evidence_item SET events = events + 1 WHERE authority = $1 AND id = $2 \
               RETURNING events, last_event, manifest_sha256, state";
    let row = tx.fetch_optional(sql, &[authority.as_str().into(), text(&id)]).await?;
    let read = |row: Row| {
        let last = row.optional_text(1)?.and_then(|digest| digest.parse().ok());
        Ok((row.unsigned(0)?.saturating_sub(1), last, digest(&row, 2)?, row.code(3)?))
    };
    row.map(read).transpose()
}

/// Notes the newest event of this authority's strand.
pub(super) async fn set_last_event(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: ItemId,
    event: Digest,
) -> Result<(), StoreError> {
    let sql =
        "/* last_custody_event */ UPDATE evidence_item SET last_event = $3 WHERE authority = $1 AND id = $2";
    tx.execute(sql, &[authority.as_str().into(), text(&id), text(&event)]).await.map(|_| ())
}

/// Changes what has become of an item.
pub(super) async fn set_state(
    tx: &mut Tx,
    authority: &AuthorityId,
    id: ItemId,
    state: ItemState,
) -> Result<(), StoreError> {
    let sql = "/* evidence_state */ UPDATE evidence_item SET state = $3 WHERE authority = $1 AND id = $2";
    tx.execute(sql, &[authority.as_str().into(), text(&id), code_text(&state).into()]).await.map(|_| ())
}

/// Stores custody events in an authority's vault; those that are there already stay as they are.
pub(super) async fn insert_events(
    tx: &mut Tx,
    authority: &AuthorityId,
    events: &[(ItemId, CustodyRow)],
) -> Result<(), StoreError> {
    let values = |(item, row): &(ItemId, CustodyRow)| {
        vec![
            Value::from(authority.as_str()),
            text(item),
            text(&row.sha256),
            row.by.as_str().into(),
            row.number.into(),
            row.at.into(),
            row.event.as_str().into(),
            row.proof.clone().into(),
        ]
    };
    let rows: Vec<_> = events.iter().map(values).collect();
    tx.execute_many(&INSERT_EVENTS, &rows).await.map(|_| ())
}

/// The custody events of an item as this vault knows them, in the order of their dates.
pub(super) async fn events(
    store: &Store,
    authority: &AuthorityId,
    id: ItemId,
) -> Result<Vec<CustodyRow>, StoreError> {
    let sql = "/* custody */ SELECT sha256, by_authority, number, at, event, proof FROM evidence_custody \
               WHERE authority = $1 AND item = $2 ORDER BY at, by_authority, number";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), text(&id)]).await?;
    let read = |row: &Row| {
        Ok(CustodyRow {
            sha256: digest(row, 0)?,
            by: row.word(1)?,
            number: row.unsigned(2)?,
            at: row.time(3)?,
            event: row.text(4)?,
            proof: row.optional_text(5)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes that items need these objects, each with its bytes.
pub(super) async fn insert_objects(
    tx: &mut Tx,
    authority: &AuthorityId,
    objects: &[(ItemId, Digest, u64)],
) -> Result<(), StoreError> {
    let values = |(item, name, size): &(ItemId, Digest, u64)| {
        vec![text(name), authority.as_str().into(), text(item), (*size).into()]
    };
    let rows: Vec<_> = objects.iter().map(values).collect();
    tx.execute_many(&INSERT_OBJECTS, &rows).await?;
    // The rows of checks are the lock between new references and the collector of garbage. In one order, for no deadlock.
    let names: BTreeSet<_> = objects.iter().map(|(_, name, _)| name.to_string()).collect();
    let rows: Vec<_> = names.into_iter().map(|name| vec![name.into(), 0_i64.into()]).collect();
    tx.execute_many(&HOLD_OBJECTS, &rows).await.map(|_| ())
}

/// Notes where parts are in packs.
pub(super) async fn insert_packed(tx: &mut Tx, parts: &[(Digest, Location)]) -> Result<(), StoreError> {
    let values = |(part, at): &(Digest, Location)| {
        vec![text(part), text(&at.object), at.at.start.into(), (at.at.end - at.at.start).into()]
    };
    let rows: Vec<_> = parts.iter().map(values).collect();
    tx.execute_many(&INSERT_PACKED, &rows).await.map(|_| ())
}

/// Where a part is, if it is in a pack.
pub(super) async fn packed(store: &Store, part: Digest) -> Result<Option<Location>, StoreError> {
    let sql = "/* evidence_packed */ SELECT pack, start, size FROM evidence_packed WHERE part = $1";
    let row = store.fetch_optional(sql, &[text(&part)]).await?;
    let read = |row: Row| {
        let (start, size) = (row.unsigned(1)?, row.unsigned(2)?);
        Ok(Location { object: digest(&row, 0)?, at: start..start.saturating_add(size) })
    };
    row.map(read).transpose()
}

/// Keeps wraps of items' keys.
pub(super) async fn insert_wraps(
    tx: &mut Tx,
    authority: &AuthorityId,
    wraps: &[(ItemId, KeptKey)],
) -> Result<(), StoreError> {
    let values = |(item, kept): &(ItemId, KeptKey)| {
        vec![Value::from(authority.as_str()), text(item), kept.epoch.into(), kept.kept.clone().into()]
    };
    // An epoch that retired since its key was asked for takes no wraps: they would be lost with it.
    let epochs: BTreeSet<_> = wraps.iter().map(|(_, kept)| kept.epoch).collect();
    for epoch in epochs {
        hold_epoch(tx, authority, epoch).await?;
    }
    let rows: Vec<_> = wraps.iter().map(values).collect();
    tx.execute_many(&INSERT_WRAPS, &rows).await.map(|_| ())
}

/// The wrap of an item's key.
pub(super) async fn kept_key(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<KeptKey>, StoreError> {
    let sql = "/* evidence_wrap */ SELECT epoch, kept FROM evidence_wrap WHERE authority = $1 AND item = $2";
    let row = store.fetch_optional(sql, &[authority.as_str().into(), text(&item)]).await?;
    row.map(|row| Ok(KeptKey { epoch: row.unsigned(0)?, kept: row.bytes(1)? })).transpose()
}

/// The epoch in which new wraps are kept.
pub(super) async fn current_epoch(store: &Store, authority: &AuthorityId) -> Result<Option<u64>, StoreError> {
    let sql = "/* current_epoch */ SELECT number FROM evidence_epoch WHERE authority = $1 AND retired_at IS NULL \
               ORDER BY number DESC LIMIT 1";
    let row = store.fetch_optional(sql, &[authority.as_str().into()]).await?;
    row.map(|row| row.unsigned(0)).transpose()
}

/// Notes an epoch; false where it is there already, which stays.
pub(super) async fn insert_epoch(
    tx: &mut Tx,
    authority: &AuthorityId,
    number: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "/* insert_epoch */ INSERT INTO evidence_epoch (authority, number, begun_at) VALUES ($1, $2, $3) \
               ON CONFLICT (authority, number) DO NOTHING";
    tx.execute(sql, &[authority.as_str().into(), number.into(), now.into()]).await.map(|count| count > 0)
}
