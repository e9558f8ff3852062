//! Making a bundle: a node hands in what belongs to it, item by item, and the writer lays it down, hashes it while it does, and has
//! it signed. It knows no node and no database; contents of any size pass through in constant memory.

mod sink;
mod writer;

pub use sink::{FolderSink, Sink, TarSink};
pub use writer::{Made, Writer};

use std::io::Read;

use comity_ledger::InclusionFile;
use comity_model::AuthorityId;
use comity_seal::{Dsse, SealError};
use comity_vault::ItemId;
use comity_vault::custody::EventFault;
use comity_vault::item::ManifestFault;
use jiff::Timestamp;

/// What a bundle is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The authority that makes it.
    pub made_by: AuthorityId,
    /// When, by its clock.
    pub made_at: Timestamp,
    /// Its reference of the case, as the court knows it.
    pub case: String,
    /// For whom, such as the court; in words.
    pub made_for: Option<String>,
}

/// An item of a bundle.
pub struct BundleItem<'a> {
    /// The manifest's JSON, byte for byte as it was taken in: custody events name its hash.
    pub manifest: &'a [u8],
    /// The content, where the court is to have it; otherwise the bundle carries the hashes only.
    pub content: Option<&'a mut dyn Read>,
    /// Its custody events, in any order.
    pub custody: &'a [CustodyRecord],
    /// Messages about the item that were received, with their receipts.
    pub receipts: &'a [MessageRecord],
}

/// A message that was received: what was said, without its sealed body, and the receiver's word for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRecord {
    /// The sender's signed statement.
    pub statement: Dsse,
    /// The receiver's signed receipt.
    pub receipt: Dsse,
}

/// A custody event with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustodyRecord {
    /// The signed event.
    pub event: Dsse,
    /// The journal entry that the authority's ledger commits to; none where another authority did not disclose it.
    pub entry: Option<JournalRecord>,
    /// That the ledger has it.
    pub proof: Option<InclusionFile>,
}

/// A journal entry that is disclosed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRecord {
    /// The entry, byte for byte.
    pub document: String,
    /// Its salt.
    pub salt: [u8; 16],
}

/// A timestamp: what was asked, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The request in DER.
    pub request: Vec<u8>,
    /// The response in DER.
    pub response: Vec<u8>,
}

/// Why a bundle is not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeFault {
    /// The folder, archive or content cannot be written or read.
    #[error("`{path}` cannot be written")]
    Io {
        /// The file in the bundle.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A manifest that agrees not with itself.
    #[error("the manifest of an item is not sound")]
    Manifest(#[from] ManifestFault),
    /// What is handed in as a custody event is none.
    #[error("a custody event of item `{item}` is not sound")]
    Event {
        /// The item.
        item: ItemId,
        /// Why.
        source: EventFault,
    },
    /// An event of another item.
    #[error("a custody event of item `{found}` was handed in for `{item}`; hand in those of the item only")]
    OtherItem {
        /// The item.
        item: ItemId,
        /// The item that the event is of.
        found: ItemId,
    },
    /// The content is not the one that the manifest describes.
    #[error(
        "the content of item `{item}` has another {what} than its manifest says; read it again, and check the vault"
    )]
    Content {
        /// The item.
        item: ItemId,
        /// What differs.
        what: &'static str,
    },
    /// Two files would have one name.
    #[error("`{0}` is in the bundle already; put each thing in once")]
    Twice(String),
    /// No registry, or one that cannot be read.
    #[error("there is no registry that can be read; hand in those that the node adopted, oldest first")]
    Registry,
    /// A timestamp of a file that is not in the bundle.
    #[error("`{0}` is not in the bundle; put it in before its timestamp")]
    NothingToStamp(String),
    /// The signature could not be made.
    #[error("the bundle could not be signed")]
    Sign(#[from] SealError),
}
