//! The evidence vault as a service: items are taken in, described, opened, handed over, given back and destroyed, and every
//! event of their custody is signed, journalled and in the ledger. Sealing and storing is `comity_vault`'s business; nothing
//! here shows what an item contains.

mod admissibility;
pub mod batch;
mod bundle;
pub mod collect;
pub mod content;
mod custody;
pub mod describe;
mod described;
pub mod dispose;
mod epochs;
mod error;
pub mod handover;
pub mod http;
mod intake;
mod items;
mod proofs;
pub mod rotate;
pub mod scrub;
mod stamps;
mod store;
pub mod tasks;
pub mod upload;
pub mod upload_fault;
mod upload_store;
pub mod vault_status;

pub use admissibility::{Use, checklist_of};
pub use bundle::{BundleOrder, make_bundle};
pub use custody::{Hand, NewEvent, chain_of, custody_entries, custody_of, record_event};
pub use epochs::Epochs;
pub(crate) use epochs::{new_key, salt};
pub use error::EvidenceError;
pub(crate) use handover::arrived;
pub use intake::Uploads;
pub(crate) use items::catalogue;
pub use items::{NewItem, Opened, admit, list, load, open_item};
pub use proofs::{EventProof, prove_events, proved_events};
pub use store::{CustodyRow, ItemRow, ItemState};
pub use tasks::start;
pub use upload_store::UploadRow;

use crate::config::Config;
use comity_blobs::Blobs;
use std::path::Path;

/// What the capability holds while the node runs. Cheap to clone.
#[derive(Clone)]
pub struct Evidence {
    /// The stored objects, and the small named files beside them.
    pub blobs: Blobs,
    /// The keys under which wrapped keys are kept.
    pub epochs: Epochs,
    /// The uploads that bytes come to at the moment.
    pub uploads: Uploads,
    /// What is being handed over.
    pub hand_overs: handover::HandOvers,
}

impl Evidence {
    /// Opens the store of objects that the settings name.
    ///
    /// # Errors
    /// Where it cannot be reached or written.
    pub fn open(config: &Config, directory: &Path) -> Result<Self, EvidenceError> {
        let runtime = tokio::runtime::Handle::current();
        Ok(Self::over(Blobs::open(&config.evidence.store, directory, &runtime)?))
    }

    /// Over a store of objects that is open.
    #[must_use]
    pub fn over(blobs: Blobs) -> Self {
        Self {
            epochs: Epochs::new(blobs.clone()),
            blobs,
            uploads: Uploads::default(),
            hand_overs: handover::HandOvers::new(),
        }
    }
}
