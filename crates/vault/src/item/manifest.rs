//! The manifest of an item: everything about it that is fixed when it is taken in. It is sealed, since its hashes tell whoever
//! knows a file that somebody holds it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Acquisition, Exhibit, ItemId, ItemName, Seizure, Tree};
use crate::Digest;
use crate::chunk::sealed_part_len;

/// The longest manifest that is written or read, in bytes of JSON: room for 100,000 parts, which is 6 TiB in parts of 64 MiB and
/// 100 TiB in parts of 1 GiB.
pub const MAX_MANIFEST_LEN: usize = 16 << 20;
/// The smallest size of a part.
pub const MIN_PART_SIZE: u64 = 16 << 10;
/// The largest size of a part.
pub const MAX_PART_SIZE: u64 = 1 << 30;
const MAX_TEXT_LEN: usize = 200;

/// What a manifest calls itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManifestFormat {
    /// The first version.
    #[serde(rename = "comity/evidence-manifest/v1")]
    V1,
}

/// One part of the item as it is stored. Parts are numbered by their place in [`Manifest::parts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartRef {
    /// SHA-256 of the sealed part, which names it in every vault, packed or not.
    pub sealed_sha256: Digest,
    /// Bytes of the sealed part.
    pub sealed_size: u64,
}

/// An item of evidence, as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format.
    pub format: ManifestFormat,
    /// Its identity.
    pub item: ItemId,
    /// Its name as it was found.
    pub name: ItemName,
    /// Bytes of its content.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: Digest,
    /// BLAKE3 of its content, with what is below the root.
    pub blake3: Tree,
    /// Bytes of content in each part but the last: a power of two of at least [`MIN_PART_SIZE`].
    pub part_size: u64,
    /// Its sealed parts, in order. The last is shorter than the others, and empty where `size` is a multiple of `part_size`.
    pub parts: Vec<PartRef>,
    /// How it is called in the proceedings.
    pub exhibit: Exhibit,
    /// How it was acquired.
    pub acquisition: Acquisition,
    /// Under which authority it was seized; none where it was handed over freely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seizure: Option<Seizure>,
}

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestFault {
    /// Longer than [`MAX_MANIFEST_LEN`].
    #[error(
        "the manifest has {len} bytes, more than the {MAX_MANIFEST_LEN} that are read; ask the sender for a whole one"
    )]
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Not JSON of this format.
    #[error("this is not a manifest of version 1: {detail}; ask the sender for it again")]
    Malformed {
        /// What the parser says.
        detail: String,
    },
    /// The size of its parts is none that is used.
    #[error(
        "a part size of {given} bytes is not used; it is a power of two from {MIN_PART_SIZE} to {MAX_PART_SIZE}"
    )]
    PartSize {
        /// What the manifest says.
        given: u64,
    },
    /// It has more or fewer parts than its size makes.
    #[error(
        "the manifest names {given} parts where {size} bytes make {expected}; a part is missing or was added"
    )]
    PartCount {
        /// Parts that it names.
        given: usize,
        /// Parts that there must be.
        expected: u64,
        /// Bytes of content that it states.
        size: u64,
    },
    /// A part has another length than its content makes.
    #[error(
        "part {part} is said to take {given} bytes where its content makes {expected}; do not use this manifest"
    )]
    PartLen {
        /// The part's number.
        part: u64,
        /// What the manifest says.
        given: u64,
        /// What its content takes when sealed.
        expected: u64,
    },
    /// The groups of hashes do not come to the root, or are not those of such a size.
    #[error("the BLAKE3 groups do not come to the root `{root}`; do not use this manifest")]
    Tree {
        /// The root that the manifest states.
        root: String,
    },
    /// Something that a court will ask for is missing or contradicts itself.
    #[error("`{field}` is empty or contradicts itself; say what it was")]
    Description {
        /// The field.
        field: &'static str,
    },
}

impl Manifest {
    /// Reads a manifest and checks that it agrees with itself.
    ///
    /// # Errors
    /// A [`ManifestFault`].
    pub fn from_json(json: &[u8]) -> Result<Self, ManifestFault> {
        if json.len() > MAX_MANIFEST_LEN {
            return Err(ManifestFault::TooLong { len: json.len() });
        }
        let read = serde_json::from_slice::<Self>(json);
        let manifest = read.map_err(|error| {
            let detail = error.to_string().chars().take(MAX_TEXT_LEN).collect();
            ManifestFault::Malformed { detail }
        })?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as JSON.
    ///
    /// # Errors
    /// [`ManifestFault::TooLong`]: larger parts make fewer of them. [`ManifestFault::Malformed`] where something in it cannot be
    /// written.
    pub fn to_json(&self) -> Result<Vec<u8>, ManifestFault> {
        let written = serde_json::to_vec(self);
        let json = written.map_err(|error| ManifestFault::Malformed { detail: error.to_string() })?;
        if json.len() > MAX_MANIFEST_LEN {
            return Err(ManifestFault::TooLong { len: json.len() });
        }
        Ok(json)
    }

    /// Whether sizes, parts, hashes and description agree with one another. Says nothing of what is stored.
    ///
    /// # Errors
    /// The first [`ManifestFault`].
    pub fn check(&self) -> Result<(), ManifestFault> {
        self.check_parts()?;
        if !self.blake3.fits(self.size) {
            return Err(ManifestFault::Tree { root: self.blake3.root.to_string() });
        }
        let exhibit = self.exhibit.number.trim().is_empty().then_some("exhibit.number");
        let seizure = self.seizure.as_ref().and_then(Seizure::fault);
        match exhibit.or(self.acquisition.fault()).or(seizure) {
            Some(field) => Err(ManifestFault::Description { field }),
            None => Ok(()),
        }
    }

    fn check_parts(&self) -> Result<(), ManifestFault> {
        let given = self.part_size;
        if !given.is_power_of_two() || !(MIN_PART_SIZE..=MAX_PART_SIZE).contains(&given) {
            return Err(ManifestFault::PartSize { given });
        }
        let expected = self.size / self.part_size + 1;
        if self.parts.len() as u64 != expected {
            return Err(ManifestFault::PartCount { given: self.parts.len(), expected, size: self.size });
        }
        for (part, stored) in (0..).zip(&self.parts) {
            let range = self.content_of(part);
            let expected = sealed_part_len(range.end - range.start).unwrap_or(u64::MAX);
            if stored.sealed_size != expected {
                return Err(ManifestFault::PartLen { part, given: stored.sealed_size, expected });
            }
        }
        Ok(())
    }

    /// The bytes of content that part `part` holds; empty beyond the end.
    #[must_use]
    pub fn content_of(&self, part: u64) -> Range<u64> {
        let start = part.saturating_mul(self.part_size).min(self.size);
        start..start.saturating_add(self.part_size).min(self.size)
    }

    /// The numbers of the parts that hold the bytes `range` of the content.
    #[must_use]
    pub fn parts_of(&self, range: &Range<u64>) -> Range<u64> {
        let (start, end) = (range.start, range.end.min(self.size));
        if start >= end || self.part_size == 0 {
            return 0..0;
        }
        start / self.part_size..(end - 1) / self.part_size + 1
    }
}

#[cfg(test)]
pub(crate) mod tests;
