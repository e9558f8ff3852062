//! Entries evaluated under a key, and the filter's segments made of them with random ones between, which hide how many there are.

use super::{MatchingError, Source};
use crate::hits::queries::engine;
use comity_psi::oprf::HolderKey;

/// Most entries in one segment.
const SEGMENT: usize = 1 << 20;

/// A part of the filter.
pub struct Segment {
    pub sha256: String,
    pub entries: u64,
    pub content: Vec<u8>,
}

/// One of our persons, or a canary, under a handle.
pub struct EntryRow {
    pub handle: String,
    pub source: Source,
}

/// What was made of sources.
#[derive(Default)]
pub struct Built {
    pub segments: Vec<Segment>,
    pub entries: Vec<EntryRow>,
}

/// Evaluates sources and makes segments of them. Takes processor time.
pub(super) fn build(key: &HolderKey, sources: &[Source]) -> Result<Built, MatchingError> {
    // Several persons may have the same selector: it is evaluated once.
    let mut inputs: Vec<&[u8]> = sources.iter().map(|source| source.keyed.input.as_slice()).collect();
    inputs.sort_unstable();
    inputs.dedup();
    let outputs = key.outputs(&inputs)?;
    let handles: std::collections::HashMap<&[u8], String> =
        inputs.iter().copied().zip(outputs.iter().map(engine::handle)).collect();
    let mut segments = Vec::new();
    let mut rest = outputs.as_slice();
    while segments.is_empty() || !rest.is_empty() {
        let (some, later) = rest.split_at(rest.len().min(SEGMENT));
        let (content, entries) = engine::segment(some)?;
        segments.push(Segment::new(content, entries));
        rest = later;
    }
    let entry = |source: &Source| {
        let handle = handles.get(source.keyed.input.as_slice())?.clone();
        Some(EntryRow { handle, source: source.clone() })
    };
    Ok(Built { segments, entries: sources.iter().filter_map(entry).collect() })
}
