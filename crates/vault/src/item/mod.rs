//! What an item is: its identity, its name, its hashes, how it was acquired and seized; sealed to the authorities that may read
//! it. Not what happened to it later: see [`crate::custody`].

mod acquisition;
mod kept;
mod manifest;
mod name;
mod sealed;
mod tree;

pub use acquisition::{Acquisition, Collector, Exhibit, Method, PartOf, Phase, Seizure, Source, Tool};
pub use comity_model::id::ItemId;
pub use kept::{
    Kept, KeptFault, keep_again, keep_key, keep_manifest, keep_wrap, open_kept, open_kept_manifest,
    open_kept_wrap,
};
pub(crate) use kept::{keep, open};
pub use manifest::{
    MAX_MANIFEST_LEN, MAX_PART_SIZE, MIN_PART_SIZE, Manifest, ManifestFault, ManifestFormat, PartRef,
};
pub use name::{ItemName, MAX_NAME_LEN, NameFault};
pub use sealed::{SealedFault, open_manifest, seal_manifest, unwrap_key, wrap_key};
pub use tree::{GROUP_LEN, Tree, TreeHasher, TreeState, root_over};

#[cfg(test)]
pub(crate) use manifest::tests::manifest as example_manifest;
