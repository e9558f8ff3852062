//! The journal's SQL.

use super::About;
use crate::store::{Row, Store, StoreError, Tx, Value};
use comity_model::{AuthorityId, Nonsense};
use jiff::Timestamp;

/// An entry as it is read back.
#[derive(Debug, Clone)]
pub struct JournalRow {
    /// Its number, which is its index in the ledger.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The authority in whose name.
    pub authority: Option<String>,
    /// Who.
    pub actor: String,
    /// What.
    pub act: String,
    /// About what.
    pub about: About,
    /// The document as it was committed to; absent once erased.
    pub document: Option<String>,
    /// The salt; absent once erased.
    pub salt: Option<Vec<u8>>,
}

impl JournalRow {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        fn id<T: std::str::FromStr<Err = Nonsense>>(row: &Row, at: usize) -> Result<Option<T>, StoreError> {
            if row.is_null(at) { Ok(None) } else { row.word(at).map(Some) }
        }
        Ok(Self {
            seq: row.unsigned(0)?,
            at: row.time(1)?,
            authority: row.optional_text(2)?,
            actor: row.text(3)?,
            act: row.text(4)?,
            about: About {
                exchange: id(row, 5)?,
                message: id(row, 6)?,
                alert: id(row, 7)?,
                hit: id(row, 8)?,
                case: id(row, 9)?,
                item: id(row, 12)?,
            },
            document: row.optional_text(10)?,
            salt: row.optional_bytes(11)?,
        })
    }
}

/// Entries from number `from` on, of one authority and of the node itself, at most `limit` of them.
pub async fn rows_after(
    store: &Store,
    authority: &AuthorityId,
    from: u64,
    limit: u64,
) -> Result<Vec<JournalRow>, StoreError> {
    let sql = "/* journal_after */ SELECT seq, at, authority, actor, act, exchange, message, alert, hit, case_id, \
               document, salt, item FROM journal WHERE seq >= $1 AND (authority = $2 OR authority IS NULL) ORDER BY seq LIMIT $3";
    let rows = store.fetch_all(sql, &[from.into(), authority.as_str().into(), limit.into()]).await?;
    rows.iter().map(JournalRow::read).collect()
}

/// Erases the document and salt of an entry; its commitment stays, so that the ledger still verifies.
pub async fn erase_document(tx: &mut Tx, seq: u64) -> Result<(), StoreError> {
    let sql = "/* erase_document */ UPDATE journal SET document = NULL, salt = NULL WHERE seq = $1";
    tx.execute(sql, &[Value::from(seq)]).await.map(|_| ())
}
