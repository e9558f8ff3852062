//! Segments of a filter as bytes: `CPF1`, the window's logarithm (1 byte), three zeros, entries (4), windows (4), seed (8),
//! then five bytes for each place. Numbers are little-endian. The holder's signed statement names SHA-256 of these bytes.

use super::fuse::{self, Layout, PRINT_BYTES};
use super::handle::Tag;
use crate::oprf::Output;
use crate::padding::{MOST_ENTRIES, is_padded_size, padded_entries};
use crate::seed::Seed;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// The most segments of one filter: with more, false hits would be more frequent than stated.
pub const MAX_SEGMENTS: usize = 500;

const MAGIC: &[u8; 4] = b"CPF1";

/// Why a segment or a filter is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// More entries than a segment may have.
    #[error(
        "`{count}` entries are too many for one segment; split them into segments of at most {MOST_ENTRIES}"
    )]
    TooMany {
        /// How many there were.
        count: usize,
    },
    /// No filter was found for these entries. Practically impossible.
    #[error("no filter was found for these entries; begin a new epoch with a new key")]
    Unbuildable,
    /// Bytes that are no segment.
    #[error("this is no segment of a filter: {what}; fetch it again")]
    Malformed {
        /// What is wrong.
        what: &'static str,
    },
    /// More segments than the stated rate of false hits allows.
    #[error("a filter of `{count}` segments is refused; merge them into at most {MAX_SEGMENTS}")]
    TooManySegments {
        /// How many there were.
        count: usize,
    },
}

const SHORT: FilterError = FilterError::Malformed { what: "it ends too early" };

/// One part of a filter. Holds which outputs are in it, and nothing by which to find them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    entries: u32,
    layout: Layout,
    prints: Vec<[u8; PRINT_BYTES]>,
}

impl Segment {
    /// Builds a segment, padded with random entries to a round size (see [`padded_entries`]). The same outputs and seed give
    /// the same bytes; outputs that come twice count once.
    ///
    /// # Errors
    /// [`FilterError::TooMany`], [`FilterError::Unbuildable`].
    pub fn build(outputs: &[Output], seed: &Seed) -> Result<Self, FilterError> {
        let mut tags: Vec<Tag> = outputs.par_iter().map(Tag::of).collect();
        tags.par_sort_unstable();
        tags.dedup();
        let entries = padded_entries(tags.len()).ok_or(FilterError::TooMany { count: tags.len() })?;
        let padding = u64::from(entries).saturating_sub(tags.len() as u64);
        tags.extend((0..padding).map(|number| Tag::from_bytes(&*seed.draw("filter padding", number))));
        let (layout, prints) = fuse::build(&tags).ok_or(FilterError::Unbuildable)?;
        Ok(Self { entries, layout, prints })
    }

    /// The bytes that are published.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&[self.layout.window_log, 0, 0, 0]);
        bytes.extend_from_slice(&self.entries.to_le_bytes());
        bytes.extend_from_slice(&self.layout.windows.to_le_bytes());
        bytes.extend_from_slice(&self.layout.seed.to_le_bytes());
        bytes.extend_from_slice(self.prints.as_flattened());
        bytes
    }

    /// Decodes a segment. Its size is checked against what it says of itself before anything is kept.
    ///
    /// # Errors
    /// [`FilterError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FilterError> {
        let mut rest = bytes;
        if take::<4>(&mut rest)? != *MAGIC {
            return Err(FilterError::Malformed { what: "it does not start with `CPF1`" });
        }
        let [window_log, 0, 0, 0] = take::<4>(&mut rest)? else {
            return Err(FilterError::Malformed { what: "it sets bytes that are not in use" });
        };
        let entries = u32::from_le_bytes(take(&mut rest)?);
        let windows = u32::from_le_bytes(take(&mut rest)?);
        let layout = Layout { seed: u64::from_le_bytes(take(&mut rest)?), window_log, windows };
        check(&layout, entries)?;
        let (prints, left) = rest.as_chunks::<PRINT_BYTES>();
        if prints.len() != layout.places() || !left.is_empty() {
            return Err(FilterError::Malformed { what: "its size is not what it says of itself" });
        }
        Ok(Self { entries, layout, prints: prints.to_vec() })
    }

    /// Number of entries, padding included.
    pub fn entries(&self) -> u32 {
        self.entries
    }

    /// Its size in bytes.
    pub fn size(&self) -> usize {
        self.prints.as_flattened().len().saturating_add(24)
    }

    /// SHA-256 of its bytes, as a statement names it.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }

    /// Whether an output is in it.
    pub fn contains(&self, output: &Output) -> bool {
        self.holds(&Tag::of(output))
    }

    pub(crate) fn holds(&self, tag: &Tag) -> bool {
        fuse::holds(&self.layout, &self.prints, tag)
    }

    /// For measuring the rate of false hits bit by bit.
    #[cfg(test)]
    pub(crate) fn difference(&self, tag: &Tag) -> u64 {
        fuse::difference(&self.layout, &self.prints, tag)
    }
}

/// Refuses sizes that no builder makes. The windows that the formula gives may differ by one between machines, so the bound
/// is on the whole.
fn check(layout: &Layout, entries: u32) -> Result<(), FilterError> {
    if !is_padded_size(entries) {
        return Err(FilterError::Malformed { what: "its number of entries is not a padded one" });
    }
    let most = (entries as usize).saturating_mul(3).saturating_add(1024);
    let in_range = (2..=18).contains(&layout.window_log) && (1..=MOST_ENTRIES).contains(&layout.windows);
    if !in_range || !(entries as usize..=most).contains(&layout.places()) {
        return Err(FilterError::Malformed { what: "its places do not fit its entries" });
    }
    Ok(())
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], FilterError> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(SHORT)?;
    *rest = after;
    Ok(*taken)
}

/// All segments of a holder's current statement. An output is held where one segment holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    segments: Vec<Segment>,
}

impl Filter {
    /// Of segments that the caller has checked against the statement.
    ///
    /// # Errors
    /// [`FilterError::TooManySegments`].
    pub fn new(segments: Vec<Segment>) -> Result<Self, FilterError> {
        match segments.len() {
            0..=MAX_SEGMENTS => Ok(Self { segments }),
            count => Err(FilterError::TooManySegments { count }),
        }
    }

    /// Whether the holder has what gave this output. True for everything it has; true for other things at most once in
    /// [`super::FALSE_POSITIVE_ONE_IN`].
    pub fn contains(&self, output: &Output) -> bool {
        let tag = Tag::of(output);
        self.segments.iter().any(|segment| segment.holds(&tag))
    }

    /// Number of entries in all segments, padding included.
    pub fn entries(&self) -> u64 {
        self.segments.iter().map(|segment| u64::from(segment.entries)).sum()
    }
}
