//! The one record of every act. Each act that changes something writes its entries in its own transaction; the ledger
//! takes a salted commitment to each, so that personal data can be erased and the log still verifies.

pub mod http;
pub mod ledger;
mod store;

pub use store::{JournalRow, erase_document, rows_after};

use crate::{
    random,
    store::{Bulk, Value},
};
use comity_ledger::{Hash, leaf_hash};
use comity_model::{
    AuthorityId,
    id::{CaseId, ExchangeId, HitId, ItemId, MessageId},
};
use comity_record::commitment;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an act was about; what live updates and searches are keyed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct About {
    /// The exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub exchange: Option<ExchangeId>,
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageId>,
    /// The alert, by the message that raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub alert: Option<MessageId>,
    /// The hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hit: Option<HitId>,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub case: Option<CaseId>,
    /// The item of evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub item: Option<ItemId>,
}

/// Who acted: an officer by name, a rule of the authority, or the node itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An officer, by the name to sign in with.
    Officer(String),
    /// A standing rule.
    Rule(&'static str),
    /// The node's own housekeeping.
    Node,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Officer(name) => write!(out, "officer:{name}"),
            Self::Rule(name) => write!(out, "rule:{name}"),
            Self::Node => out.write_str("node"),
        }
    }
}

pub(crate) static INSERT_ENTRIES: Bulk = Bulk::new(
    "/* insert_journal */ INSERT INTO journal \
     (seq, at, authority, actor, act, exchange, message, alert, hit, case_id, document, salt, commitment, item) VALUES",
    14,
    "",
);

/// One entry of the journal, before it has its number.
#[derive(Debug, Clone)]
pub struct Entry {
    at: Timestamp,
    authority: Option<AuthorityId>,
    actor: String,
    act: String,
    about: About,
    document: String,
    salt: [u8; 16],
    commitment: [u8; 32],
}

impl Entry {
    /// An entry whose document names the act, the time, the authority, the actor, what it was about, and `detail`.
    #[must_use]
    pub fn new(
        at: Timestamp,
        authority: Option<&AuthorityId>,
        actor: &Actor,
        act: &str,
        about: About,
        detail: serde_json::Value,
    ) -> Self {
        let document = serde_json::json!({
            "act": act, "at": at, "authority": authority, "actor": actor.to_string(), "about": about, "detail": detail,
        });
        Self::of_document(at, authority, actor, act, about, document.to_string())
    }

    /// An entry whose document has a shape of its own, such as that which a receipt discloses.
    #[must_use]
    pub fn of_document(
        at: Timestamp,
        authority: Option<&AuthorityId>,
        actor: &Actor,
        act: &str,
        about: About,
        document: String,
    ) -> Self {
        let salt = random::bytes();
        let commitment = commitment(&salt, document.as_bytes());
        let (actor, act) = (actor.to_string(), act.to_owned());
        Self { at, authority: authority.cloned(), actor, act, about, document, salt, commitment }
    }

    /// The salt of the entry, which whoever checks it must be given.
    #[must_use]
    pub fn salt(&self) -> [u8; 16] {
        self.salt
    }

    /// The document, byte for byte as it is committed to.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// The hash of the ledger's leaf.
    #[must_use]
    pub fn leaf(&self) -> Hash {
        leaf_hash(&self.commitment)
    }

    pub(crate) fn into_values(self, seq: u64) -> [Value; 14] {
        let text = |id: Option<String>| Value::from(id);
        [
            Value::from(seq),
            Value::from(self.at),
            text(self.authority.map(|authority| authority.to_string())),
            Value::from(self.actor),
            Value::from(self.act),
            text(self.about.exchange.map(|id| id.to_string())),
            text(self.about.message.map(|id| id.to_string())),
            text(self.about.alert.map(|id| id.to_string())),
            text(self.about.hit.map(|id| id.to_string())),
            text(self.about.case.map(|id| id.to_string())),
            Value::from(self.document),
            Value::from(self.salt.to_vec()),
            Value::from(self.commitment.to_vec()),
            text(self.about.item.map(|id| id.to_string())),
        ]
    }
}
