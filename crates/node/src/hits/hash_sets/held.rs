//! A hash set in memory, ready to be searched: for each kind of digest a sorted index, for PDQ one by distance, and for each
//! place in them the entry's category. Nothing else of an entry is kept, and no hash can be read back through it.

use comity_hashes::{
    PdqHash,
    exact::{Algorithm, ExactSegment},
    near::{Finder, Index},
};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// A set that is searched.
pub(crate) struct Held {
    pub(super) categories: Vec<String>,
    pub(super) exact: Vec<Digests>,
    pub(super) near: Index,
    pub(super) near_categories: Vec<u16>,
    pub(super) memory: u64,
}

/// The digests of one kind.
pub(super) struct Digests {
    pub(super) algorithm: Algorithm,
    pub(super) segments: Vec<ExactSegment>,
    /// By place, which goes on from one segment to the next.
    pub(super) categories: Vec<u16>,
}

/// What of a set fits one hash: its category, the distance, and how many entries there are of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub category: Option<String>,
    pub distance: Option<u32>,
    pub entries: u64,
}

impl Held {
    /// Bytes of memory that it takes.
    pub fn memory(&self) -> u64 {
        self.memory
    }

    /// What is in it of a digest.
    pub fn exact(&self, algorithm: Algorithm, digest: &[u8]) -> Vec<Match> {
        let mut found = Grouped::default();
        for digests in self.exact.iter().filter(|digests| digests.algorithm == algorithm) {
            let mut first = 0;
            for segment in &digests.segments {
                let places = segment.find(digest).into_iter().map(|place| first + place as usize);
                places.for_each(|place| found.add(digests.categories.get(place), None));
                first += segment.len();
            }
        }
        found.named(&self.categories)
    }

    /// What is in it within a distance.
    pub fn near(&self, finder: &mut Finder, hash: &PdqHash, distance: u32) -> Vec<Match> {
        let mut found = Grouped::default();
        for hit in self.near.search(finder, hash, distance) {
            let category = usize::try_from(hit.position).ok().and_then(|at| self.near_categories.get(at));
            found.add(category, Some(hit.distance));
        }
        found.named(&self.categories)
    }
}

/// Finds by category.
#[derive(Default)]
struct Grouped(BTreeMap<u16, (Option<u32>, u64)>);

impl Grouped {
    fn add(&mut self, category: Option<&u16>, distance: Option<u32>) {
        let Some(category) = category else { return };
        let (nearest, entries) = self.0.entry(*category).or_insert((distance, 0));
        *nearest = (*nearest).min(distance);
        *entries += 1;
    }

    fn named(self, categories: &[String]) -> Vec<Match> {
        let name = |number: u16| categories.get(usize::from(number)).filter(|name| !name.is_empty()).cloned();
        let found = |(category, (distance, entries))| Match { category: name(category), distance, entries };
        self.0.into_iter().map(found).collect()
    }
}
