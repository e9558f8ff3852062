//! The SQL of hand-overs.

use crate::{
    evidence::{ItemRow, epochs::KeptKey, store::digest},
    store::{Row, Store, StoreError, Tx, Value, code_text, json_text},
};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, ItemId, MessageId, OfficerId},
    legal::LegalBasis,
    marking::Marking,
    message::{EvidenceOffer, Message},
};
use comity_vault::{Digest, item::PartRef};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Which way an item goes, as the authority sees it whose vault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Offered to us.
    Incoming,
    /// Offered by us.
    Outgoing,
}

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// Nobody has answered.
    Open,
    /// Accepted by an officer here; its parts are being fetched.
    Fetching,
    /// The receiver has the item whole.
    Accepted,
    /// The receiver does not take it.
    Declined,
    /// The giver took it back.
    Withdrawn,
    /// What the giver sent is not what was offered; accepting again tries again.
    Failed,
}

/// An offer as one authority keeps it.
#[derive(Debug, Clone)]
pub struct OfferRow {
    /// Whose vault.
    pub authority: AuthorityId,
    /// The message that made it.
    pub message: MessageId,
    /// The item.
    pub item: ItemId,
    /// Which way.
    pub direction: Direction,
    /// The other side.
    pub peer: AuthorityId,
    /// The thread.
    pub exchange: ExchangeId,
    /// Where it stands.
    pub state: OfferState,
    /// Does the giver keep a copy?
    pub keeps_copy: bool,
    /// SHA-256 of the custody event that offers.
    pub event: Digest,
    /// What was said; without the wrapped key.
    pub offer: EvidenceOffer,
    /// The conditions.
    pub marking: Marking,
    /// The basis in law.
    pub legal_basis: LegalBasis,
    /// The case here.
    pub case: Option<CaseId>,
    /// The item's key, of an incoming offer that is not answered.
    pub(super) kept: Option<KeptKey>,
    /// The manifest, sealed under the item's key, of one that is being fetched.
    pub(super) manifest: Option<Vec<u8>>,
    /// The officer who offered or accepted, and the name in the journal.
    pub officer: Option<(OfficerId, String)>,
    /// Why the officer did.
    pub reason: Option<String>,
    /// Bytes of content that are here.
    pub fetched: u64,
    /// What went wrong.
    pub fault: Option<String>,
    /// When it was made or arrived.
    pub made_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

fn text(id: &impl ToString) -> Value {
    Value::from(id.to_string())
}

const LOAD: &str = "/* evidence_offer */ SELECT authority, message, item, direction, peer, exchange, state, \
    keeps_copy, event_sha256, content, marking, legal_basis, case_id, epoch, kept, manifest, officer, actor, reason, fetched, \
    fault, made_at, changed_at FROM evidence_offer WHERE authority = $1 AND message = $2";

impl OfferRow {
    fn values(&self) -> Vec<Value> {
        let (officer, actor) = self.officer.clone().unzip();
        let (epoch, kept) = self.kept.clone().map(|kept| (kept.epoch, kept.kept)).unzip();
        vec![
            self.authority.as_str().into(),
            text(&self.message),
            text(&self.item),
            code_text(&self.direction).into(),
            self.peer.as_str().into(),
            text(&self.exchange),
            code_text(&self.state).into(),
            self.keeps_copy.into(),
            text(&self.event),
            json_text(&self.offer).into(),
            json_text(&self.marking).into(),
            json_text(&self.legal_basis).into(),
            self.case.map(|case| case.to_string()).into(),
            Value::Integer(epoch.and_then(|epoch| i64::try_from(epoch).ok())),
            kept.into(),
            self.manifest.clone().into(),
            officer.map(|officer| officer.to_string()).into(),
            actor.into(),
            self.reason.clone().into(),
            self.fetched.into(),
            self.fault.clone().into(),
            self.made_at.into(),
            self.changed_at.into(),
        ]
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let kept = match (row.optional_integer(13)?, row.optional_bytes(14)?) {
            (Some(_), Some(kept)) => Some(KeptKey { epoch: row.unsigned(13)?, kept }),
            _ => None,
        };
        let officer = row.optional_text(16)?.and_then(|id| id.parse().ok());
        Ok(Self {
            authority: row.word(0)?,
            message: row.word(1)?,
            item: row.word(2)?,
            direction: row.code(3)?,
            peer: row.word(4)?,
            exchange: row.word(5)?,
            state: row.code(6)?,
            keeps_copy: row.integer(7)? != 0,
            event: digest(row, 8)?,
            offer: row.json(9)?,
            marking: row.json(10)?,
            legal_basis: row.json(11)?,
            case: row.optional_text(12)?.and_then(|id| id.parse().ok()),
            kept,
            manifest: row.optional_bytes(15)?,
            officer: officer.zip(row.optional_text(17)?),
            reason: row.optional_text(18)?,
            fetched: row.unsigned(19)?,
            fault: row.optional_text(20)?,
            made_at: row.time(21)?,
            changed_at: row.time(22)?,
        })
    }

    fn key(&self) -> [Value; 2] {
        [self.authority.as_str().into(), text(&self.message)]
    }
}

/// Stores an offer; `false` where that message's is there already.
pub(super) async fn insert(tx: &mut Tx, row: &OfferRow) -> Result<bool, StoreError> {
    let sql = "/* insert_evidence_offer */ INSERT INTO evidence_offer (authority, message, item, direction, peer, exchange, \
               state, keeps_copy, event_sha256, content, marking, legal_basis, case_id, epoch, kept, manifest, officer, actor, \
               reason, fetched, fault, made_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
               $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) ON CONFLICT (authority, message) DO NOTHING";
    Ok(tx.execute(sql, &row.values()).await? == 1)
}

/// One offer.
pub(super) async fn load(
    store: &Store,
    authority: &AuthorityId,
    message: MessageId,
) -> Result<Option<OfferRow>, StoreError> {
    let row = store.fetch_optional(LOAD, &[authority.as_str().into(), text(&message)]).await?;
    row.map(|row| OfferRow::read(&row)).transpose()
}

/// One offer, in a transaction.
pub(super) async fn load_in(
    tx: &mut Tx,
    authority: &AuthorityId,
    message: MessageId,
) -> Result<Option<OfferRow>, StoreError> {
    let row = tx.fetch_optional(LOAD, &[authority.as_str().into(), text(&message)]).await?;
    row.map(|row| OfferRow::read(&row)).transpose()
}

/// Offers of an authority, newest first.
pub(super) async fn list(
    store: &Store,
    authority: &AuthorityId,
    direction: Option<Direction>,
    state: Option<OfferState>,
    limit: u64,
) -> Result<Vec<OfferRow>, StoreError> {
    let sql = "/* evidence_offers */ SELECT authority, message, item, direction, peer, exchange, state, \
               keeps_copy, event_sha256, content, marking, legal_basis, case_id, epoch, kept, manifest, officer, actor, reason, \
               fetched, fault, made_at, changed_at FROM evidence_offer WHERE authority = $1 AND ($2 = '' OR direction = $2) \
               AND ($3 = '' OR state = $3) ORDER BY made_at DESC, message DESC LIMIT $4";
    let direction = direction.map(|direction| code_text(&direction)).unwrap_or_default();
    let state = state.map(|state| code_text(&state)).unwrap_or_default();
    let values = [authority.as_str().into(), direction.into(), state.into(), limit.into()];
    store.fetch_all(sql, &values).await?.iter().map(OfferRow::read).collect()
}

/// The offers of an item that are not answered, in one direction.
pub(super) async fn pending_of(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
    direction: Direction,
) -> Result<Vec<OfferRow>, StoreError> {
    let sql = "/* pending_offers */ SELECT authority, message, item, direction, peer, exchange, state, \
               keeps_copy, event_sha256, content, marking, legal_basis, case_id, epoch, kept, manifest, officer, actor, reason, \
               fetched, fault, made_at, changed_at FROM evidence_offer WHERE authority = $1 AND item = $2 AND direction = $3 \
               AND state IN ('open', 'fetching')";
    let values = [authority.as_str().into(), text(&item), code_text(&direction).into()];
    tx.fetch_all(sql, &values).await?.iter().map(OfferRow::read).collect()
}

/// An offer that was not answered, as the giver's node asks for it at each request of the receiver's.
pub(super) struct Offered {
    /// To whom.
    pub to: AuthorityId,
    /// What keeps it waiting there.
    pub fault: Option<String>,
}

/// The authorities to which an item is offered and that have not answered.
pub(super) async fn offered_to(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<Offered>, StoreError> {
    let sql = "/* offered_to */ SELECT peer, fault FROM evidence_offer WHERE authority = $1 AND item = $2 \
               AND direction = 'outgoing' AND state = 'open'";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), text(&item)]).await?;
    rows.iter().map(|row| Ok(Offered { to: row.word(0)?, fault: row.optional_text(1)? })).collect()
}

/// Notes what keeps the receiver of an offer waiting; none once it goes on.
pub(super) async fn note_outgoing(
    tx: &mut Tx,
    authority: &AuthorityId,
    (item, to): (ItemId, &AuthorityId),
    fault: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "/* offer_fault_there */ UPDATE evidence_offer SET fault = $4, changed_at = $5 \
               WHERE authority = $1 AND item = $2 AND peer = $3 AND direction = 'outgoing' AND state = 'open'";
    let now = crate::random::now();
    let fault = fault.map(str::to_owned);
    let values = [authority.as_str().into(), text(&item), to.as_str().into(), fault.into(), now.into()];
    tx.execute(sql, &values).await.map(|_| ())
}

/// What is being fetched, by whom and which.
pub(super) async fn fetching(store: &Store) -> Result<Vec<(AuthorityId, MessageId)>, StoreError> {
    let sql = "/* fetching */ SELECT authority, message FROM evidence_offer WHERE direction = 'incoming' \
               AND state = 'fetching' ORDER BY changed_at";
    store.fetch_all(sql, &[]).await?.iter().map(|row| Ok((row.word(0)?, row.word(1)?))).collect()
}

/// Moves an offer on from the state that `row` has; `false` where it has moved meanwhile. An answered one loses what was kept
/// for the fetch.
pub(super) async fn move_on(
    tx: &mut Tx,
    row: &OfferRow,
    to: OfferState,
    fault: Option<String>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let over = matches!(to, OfferState::Accepted | OfferState::Declined | OfferState::Withdrawn);
    let sql = if over {
        "/* end_offer */ UPDATE evidence_offer SET state = $3, fault = $4, changed_at = $5, epoch = NULL, kept = NULL, \
         manifest = NULL WHERE authority = $1 AND message = $2 AND state = $6"
    } else {
        "/* move_offer */ UPDATE evidence_offer SET state = $3, fault = $4, changed_at = $5 \
         WHERE authority = $1 AND message = $2 AND state = $6"
    };
    let (to, from) = (code_text(&to).into(), code_text(&row.state).into());
    Ok(tx.execute(sql, &[authority, message, to, fault.into(), now.into(), from]).await? == 1)
}

/// Marks an offer as accepted by an officer, to be fetched; `false` where it has moved on meanwhile.
pub(super) async fn begin_fetch(tx: &mut Tx, row: &OfferRow) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let (officer, actor) = row.officer.clone().unzip();
    let sql = "/* begin_fetch */ UPDATE evidence_offer SET state = 'fetching', case_id = $3, officer = $4, actor = $5, \
               reason = $6, fault = NULL, fetched = 0, changed_at = $7 \
               WHERE authority = $1 AND message = $2 AND state IN ('open', 'failed')";
    let values = [
        authority,
        message,
        row.case.map(|case| case.to_string()).into(),
        officer.map(|officer| officer.to_string()).into(),
        actor.into(),
        row.reason.clone().into(),
        row.changed_at.into(),
    ];
    if tx.execute(sql, &values).await? == 0 {
        return Ok(false);
    }
    forget_parts(tx, &row.authority, row.item).await?;
    Ok(true)
}

/// Keeps the manifest of an offer that is being fetched.
pub(super) async fn keep_manifest(tx: &mut Tx, row: &OfferRow, sealed: Vec<u8>) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let sql = "/* offer_manifest */ UPDATE evidence_offer SET manifest = $3 \
               WHERE authority = $1 AND message = $2 AND state = 'fetching'";
    Ok(tx.execute(sql, &[authority, message, sealed.into()]).await? == 1)
}

/// Notes what keeps a fetch waiting; none once it goes on.
pub(super) async fn note_fault(tx: &mut Tx, row: &OfferRow, fault: Option<String>) -> Result<(), StoreError> {
    let [authority, message] = row.key();
    let sql = "/* offer_fault */ UPDATE evidence_offer SET fault = $3 \
               WHERE authority = $1 AND message = $2 AND state = 'fetching'";
    tx.execute(sql, &[authority, message, fault.into()]).await.map(|_| ())
}

/// Notes what keeps a fetch waiting; `false` where it was noted before.
pub(super) async fn note_fault_anew(tx: &mut Tx, row: &OfferRow, fault: &str) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let sql = "/* offer_fault_anew */ UPDATE evidence_offer SET fault = $3 WHERE authority = $1 AND message = $2 \
               AND state = 'fetching' AND (fault IS NULL OR fault <> $3)";
    Ok(tx.execute(sql, &[authority, message, fault.into()]).await? == 1)
}

/// Ends what kept a fetch waiting; `false` where that was not it.
pub(super) async fn end_fault(tx: &mut Tx, row: &OfferRow, fault: &str) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let sql = "/* end_offer_fault */ UPDATE evidence_offer SET fault = NULL WHERE authority = $1 AND message = $2 \
               AND state = 'fetching' AND fault = $3";
    Ok(tx.execute(sql, &[authority, message, fault.into()]).await? == 1)
}

/// Notes that a part is here, durably, with its bytes of content; `false` where the offer is not being fetched any more. A wait for
/// room goes on: the part may only have been found again.
pub(super) async fn note_part(
    tx: &mut Tx,
    row: &OfferRow,
    number: u64,
    part: PartRef,
    content: u64,
) -> Result<bool, StoreError> {
    let [authority, message] = row.key();
    let sql = "/* offer_fetched */ UPDATE evidence_offer SET fetched = fetched + $3, changed_at = $4, \
               fault = CASE WHEN fault = $5 THEN fault ELSE NULL END \
               WHERE authority = $1 AND message = $2 AND state = 'fetching'";
    let (now, waits) = (crate::random::now(), super::room::HERE);
    if tx.execute(sql, &[authority.clone(), message, content.into(), now.into(), waits.into()]).await? == 0 {
        return Ok(false);
    }
    let sql = "/* offer_part */ INSERT INTO evidence_part (authority, item, number, sealed_sha256, sealed_size) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (authority, item, number) \
               DO UPDATE SET sealed_sha256 = excluded.sealed_sha256, sealed_size = excluded.sealed_size";
    let values =
        [authority, text(&row.item), number.into(), text(&part.sealed_sha256), part.sealed_size.into()];
    tx.execute(sql, &values).await?;
    Ok(true)
}

/// The parts of an item that are noted as being here.
pub(super) async fn parts(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<BTreeMap<u64, Digest>, StoreError> {
    let sql = "/* fetched_parts */ SELECT number, sealed_sha256 FROM evidence_part WHERE authority = $1 AND item = $2";
    let rows = store.fetch_all(sql, &[authority.as_str().into(), text(&item)]).await?;
    rows.iter().map(|row| Ok((row.unsigned(0)?, digest(row, 1)?))).collect()
}

/// Forgets which parts are here. Only for items that are not on their way in by an upload.
pub(super) async fn forget_parts(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<(), StoreError> {
    let sql = "/* forget_parts */ DELETE FROM evidence_part WHERE authority = $1 AND item = $2";
    tx.execute(sql, &[authority.as_str().into(), text(&item)]).await.map(|_| ())
}

/// Gives up what was fetched of an item that is not held: nothing refers to its objects any more.
pub(super) async fn give_up(tx: &mut Tx, authority: &AuthorityId, item: ItemId) -> Result<(), StoreError> {
    forget_parts(tx, authority, item).await?;
    let sql = "/* give_up_objects */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2 AND NOT EXISTS \
               (SELECT 1 FROM evidence_item i WHERE i.authority = $1 AND i.id = $2 AND i.state = 'held')";
    tx.execute(sql, &[authority.as_str().into(), text(&item)]).await.map(|_| ())
}

/// The item has gone to another authority without a copy: nothing of it opens here any more.
pub(super) async fn hand_over(tx: &mut Tx, authority: &AuthorityId, item: ItemId) -> Result<(), StoreError> {
    let values = [authority.as_str().into(), text(&item)];
    let sql = "/* handed_over */ UPDATE evidence_item SET state = 'handed_over', manifest = NULL \
               WHERE authority = $1 AND id = $2";
    tx.execute(sql, &values).await?;
    tx.execute("/* drop_wrap */ DELETE FROM evidence_wrap WHERE authority = $1 AND item = $2", &values)
        .await?;
    tx.execute("/* drop_objects */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2", &values)
        .await?;
    forget_parts(tx, authority, item).await
}

/// An item that had gone is here again.
pub(super) async fn take_back(tx: &mut Tx, row: &ItemRow) -> Result<(), StoreError> {
    let sql = "/* taken_back */ UPDATE evidence_item SET state = 'held', case_id = $3, manifest = $4, marking = $5, \
               received_from = $6, retain_until = $7, taken_at = $8, taken_by = $9, verified_at = $8, damage = NULL \
               WHERE authority = $1 AND id = $2 AND state = 'handed_over'";
    let values = [
        row.authority.as_str().into(),
        text(&row.id),
        text(&row.case),
        row.manifest.clone().into(),
        row.marking.as_ref().map(json_text).into(),
        row.received_from.as_ref().map(|from| from.to_string()).into(),
        row.retain_until.map(|day| day.to_string()).into(),
        row.taken_at.into(),
        row.taken_by.as_str().into(),
    ];
    tx.execute(sql, &values).await.map(|_| ())
}

/// Notes that an item was read as a whole and is what its manifest says.
pub(super) async fn set_verified(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "/* offer_verified */ UPDATE evidence_item SET verified_at = $3, damage = NULL WHERE authority = $1 AND id = $2";
    tx.execute(sql, &[authority.as_str().into(), text(&item), now.into()]).await.map(|_| ())
}

/// The newest event of an authority on an item: its digest and the signed text.
pub(super) async fn last_event(
    tx: &mut Tx,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Option<String>, StoreError> {
    let sql = "/* last_event */ SELECT event FROM evidence_custody WHERE authority = $1 AND item = $2 \
               AND by_authority = $1 ORDER BY number DESC LIMIT 1";
    let row = tx.fetch_optional(sql, &[authority.as_str().into(), text(&item)]).await?;
    row.map(|row| row.text(0)).transpose()
}

/// Takes the wrapped key out of what is kept of an offer's message, and the sealed body too where it was received: the key stays
/// under the epoch alone, so that destroying it destroys it.
pub(super) async fn hide_key(
    tx: &mut Tx,
    authority: &AuthorityId,
    (message, sender): (MessageId, &AuthorityId),
    offer: &EvidenceOffer,
) -> Result<EvidenceOffer, StoreError> {
    let shown = EvidenceOffer { key: String::new(), ..offer.clone() };
    let content = json_text(&Message::EvidenceOffer(Box::new(shown.clone())));
    let sql = "/* hide_key */ UPDATE message SET content = $4, \
               body = CASE WHEN direction = 'incoming' THEN NULL ELSE body END \
               WHERE authority = $1 AND id = $2 AND sender = $3";
    let values = [authority.as_str().into(), text(&message), sender.as_str().into(), content.into()];
    tx.execute(sql, &values).await?;
    Ok(shown)
}

/// Has the giver taken an offer back before it arrived? Delivery keeps no order.
pub(super) async fn was_withdrawn(tx: &mut Tx, row: &OfferRow) -> Result<bool, StoreError> {
    let sql = "/* early_withdrawal */ SELECT content FROM message WHERE authority = $1 AND exchange = $2 AND sender = $3 \
               AND direction = 'incoming' AND kind = 'evidence_answer'";
    let values = [row.authority.as_str().into(), text(&row.exchange), row.peer.as_str().into()];
    for found in tx.fetch_all(sql, &values).await? {
        if let Some(Message::EvidenceAnswer(answer)) = found.optional_json(0)?
            && answer.offer == row.message
            && answer.outcome == comity_model::message::OfferOutcome::Withdrawn
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Is there such a case?
pub(super) async fn has_case(
    store: &Store,
    authority: &AuthorityId,
    case: CaseId,
) -> Result<bool, StoreError> {
    let sql = "/* offer_case */ SELECT 1 FROM case_file WHERE authority = $1 AND id = $2";
    Ok(store.fetch_optional(sql, &[authority.as_str().into(), text(&case)]).await?.is_some())
}

/// Is an item of that identifier on its way in by an upload?
pub(super) async fn is_uploaded(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<bool, StoreError> {
    let sql = "/* offer_upload */ SELECT 1 FROM evidence_upload WHERE authority = $1 AND item = $2";
    Ok(store.fetch_optional(sql, &[authority.as_str().into(), text(&item)]).await?.is_some())
}

/// Do both take part in an exchange?
pub(super) async fn is_party(
    store: &Store,
    authority: &AuthorityId,
    exchange: ExchangeId,
    other: &AuthorityId,
) -> Result<bool, StoreError> {
    let sql =
        "/* offer_exchange */ SELECT sender, recipients FROM message WHERE authority = $1 AND exchange = $2";
    for row in store.fetch_all(sql, &[authority.as_str().into(), text(&exchange)]).await? {
        let recipients: std::collections::BTreeSet<AuthorityId> = row.json(1)?;
        if row.word::<AuthorityId>(0)? == *other || recipients.contains(other) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A journal entry about a custody event of ours: its number, the document and the salt.
pub(super) type Line = (u64, String, Vec<u8>);

/// The journal entries about an authority's own custody events on an item.
pub(super) async fn custody_lines(
    store: &Store,
    authority: &AuthorityId,
    item: ItemId,
) -> Result<Vec<Line>, StoreError> {
    let sql = "/* handed_lines */ SELECT seq, document, salt FROM journal WHERE item = $1 AND authority = $2 \
               AND act LIKE 'custody_%' AND document IS NOT NULL AND salt IS NOT NULL ORDER BY seq";
    let rows = store.fetch_all(sql, &[text(&item), authority.as_str().into()]).await?;
    rows.iter().map(|row| Ok((row.unsigned(0)?, row.text(1)?, row.bytes(2)?))).collect()
}

fn lease_name(message: MessageId) -> Value {
    format!("evidence-offer/{message}").into()
}

/// Takes or renews the lease on a fetch; `false` where another replica has it.
pub(super) async fn take_lease(
    store: &Store,
    message: MessageId,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let mut tx = store.begin("take_fetch").await?;
    let sql = "/* take_fetch */ INSERT INTO lane (node, holder, leased_until) VALUES ($1, $2, $3) ON CONFLICT (node) \
               DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until \
               WHERE lane.holder = excluded.holder OR lane.leased_until < $4";
    let taken = tx.execute(sql, &[lease_name(message), holder.into(), until.into(), now.into()]).await?;
    tx.commit().await?;
    Ok(taken == 1)
}

/// Gives the lease on a fetch back.
pub(super) async fn drop_lease(store: &Store, message: MessageId, holder: &str) -> Result<(), StoreError> {
    let mut tx = store.begin("drop_fetch").await?;
    let sql = "/* drop_fetch */ DELETE FROM lane WHERE node = $1 AND holder = $2";
    tx.execute(sql, &[lease_name(message), holder.into()]).await?;
    tx.commit().await.map(|_| ())
}
