//! Several segments and what was added since, searched as one.

use super::{
    delta::Delta,
    search::{Finder, Hit},
    segment::Segment,
};
use crate::hash::PdqHash;
use std::sync::Arc;

/// Hashes in segments and a delta. Positions go on from one segment to the next, and then through the delta.
#[derive(Debug, Clone, Default)]
pub struct Index {
    segments: Vec<Arc<Segment>>,
    delta: Delta,
}

impl Index {
    /// Of these segments and this delta.
    #[must_use]
    pub fn new(segments: Vec<Arc<Segment>>, delta: Delta) -> Self {
        Self { segments, delta }
    }

    /// How many hashes there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len() as u64).sum::<u64>() + self.delta.len() as u64
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The hash at a position.
    #[must_use]
    pub fn hash(&self, position: u64) -> Option<PdqHash> {
        let mut left = usize::try_from(position).ok()?;
        for segment in &self.segments {
            if left < segment.len() {
                return segment.hash(left);
            }
            left -= segment.len();
        }
        self.delta.hash(left)
    }

    /// What was added since the last segment.
    #[must_use]
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// Adds a hash to the delta, and says at which position.
    pub fn add(&mut self, hash: PdqHash) -> u64 {
        let position = self.len();
        self.delta.add(hash);
        position
    }

    /// Puts a segment made of the whole delta in its place; positions stay.
    pub fn settle(&mut self, segment: Arc<Segment>) -> Result<(), Arc<Segment>> {
        if segment.len() != self.delta.len() {
            return Err(segment);
        }
        self.segments.push(segment);
        self.delta = Delta::default();
        Ok(())
    }

    /// All hashes within `radius` (0 to 256) of the query, by position: every one, and no other.
    #[must_use]
    pub fn search(&self, finder: &mut Finder, query: &PdqHash, radius: u32) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.search_into(finder, query, radius, &mut hits);
        hits.sort_unstable();
        hits
    }

    /// The same, appended to `hits` in no order.
    pub fn search_into(&self, finder: &mut Finder, query: &PdqHash, radius: u32, hits: &mut Vec<Hit>) {
        let mut first = 0;
        for segment in &self.segments {
            finder.search(segment, query, radius, first, hits);
            first += segment.len() as u64;
        }
        finder.search_rows(self.delta.rows(), query, radius, first, hits);
    }
}
