//! Looks for what is asked in the entries of a set, some at a time: a set may be of any size and is never in memory as a whole.
//!
//! What is asked by digest is an index in which all entries of a batch are looked up. With pictures it is the other way round: when
//! many are asked for, an index is made of the batch, and when few are, every entry is compared with each, which costs less.

use super::asked::{Asked, word};
use crate::failure::Failure;
use comity_hashes::{
    PdqHash, SegmentError,
    exact::{Algorithm, ExactSegment},
    near::{Delta, Finder, Index, RADIUS, Segment, Shape},
    set::Entry,
};
use std::sync::Arc;

/// Entries of a batch.
const ENTRIES: usize = 1 << 18;
/// The same beyond the distance at which pictures are alike, where nearly everything may be found.
const FEW_ENTRIES: usize = 1 << 12;
/// From how many PDQ hashes on an index of a batch costs less than it saves.
const MANY: usize = 1_000;

/// What is looked for, ready to be looked up.
pub struct Wanted {
    names: Vec<String>,
    digests: Vec<(ExactSegment, Vec<usize>)>,
    pdq: Vec<(PdqHash, usize)>,
    distance: u32,
    many: usize,
}

/// What is told of an entry.
pub struct Row {
    pub place: u64,
    pub category: Option<String>,
    pub reference: Option<String>,
}

/// An entry that has what is looked for.
pub struct Lead<'a> {
    pub asked: &'a str,
    pub hash: &'static str,
    pub distance: Option<u32>,
    pub row: &'a Row,
}

/// By entry, kind of hash, and what was asked; with the distance of PDQ hashes.
type Found = (usize, usize, usize, Option<u32>);

impl Wanted {
    /// With PDQ hashes up to this distance.
    pub fn new(asked: Asked, distance: u32) -> Result<Self, Failure> {
        let mut digests = Vec::new();
        for (algorithm, (given, of)) in asked.digests {
            digests.push((ExactSegment::of(algorithm, &given).map_err(Failure::failed)?, of));
        }
        Ok(Self { names: asked.names, digests, pdq: asked.pdq, distance, many: MANY })
    }
}

/// Entries that were read and not looked up yet.
pub struct Batch<'a> {
    wanted: &'a Wanted,
    rows: Vec<Row>,
    /// For each index of `wanted` the digests of entries, and whose they are.
    digests: Vec<(Vec<u8>, Vec<usize>)>,
    pdq: Vec<PdqHash>,
    pdq_of: Vec<usize>,
    finder: Finder,
}

impl<'a> Batch<'a> {
    pub fn new(wanted: &'a Wanted) -> Self {
        Self {
            wanted,
            rows: Vec::new(),
            digests: wanted.digests.iter().map(|_| Default::default()).collect(),
            pdq: Vec::new(),
            pdq_of: Vec::new(),
            finder: Finder::default(),
        }
    }

    /// Takes an entry, where it has a hash of a kind that is looked for.
    pub fn take(&mut self, entry: Entry) {
        let (row, mut is_looked_up) = (self.rows.len(), false);
        for ((segment, _), (digests, of)) in self.wanted.digests.iter().zip(&mut self.digests) {
            if let Some(digest) = digest_of(&entry, segment.algorithm()) {
                digests.extend_from_slice(digest);
                of.push(row);
                is_looked_up = true;
            }
        }
        if let Some(hash) = entry.pdq.filter(|_| !self.wanted.pdq.is_empty()) {
            self.pdq.push(hash);
            self.pdq_of.push(row);
            is_looked_up = true;
        }
        if is_looked_up {
            let Entry { place, category, reference, .. } = entry;
            self.rows.push(Row { place, category, reference });
        }
    }

    /// Is it time to look them up?
    pub fn is_full(&self) -> bool {
        self.rows.len() >= if self.wanted.distance > RADIUS { FEW_ENTRIES } else { ENTRIES }
    }

    /// Hands on what is found, by entry; of several variants of a picture the nearest. The batch is empty then.
    pub fn look_up(&mut self, mut each: impl FnMut(Lead<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut found = Vec::new();
        self.exact(&mut found);
        self.near(&mut found).map_err(Failure::failed)?;
        found.sort_unstable();
        found.dedup_by_key(|(row, kind, asked, _)| (*row, *kind, *asked));
        for (row, kind, asked, distance) in found {
            if let (Some(row), Some(asked)) = (self.rows.get(row), self.wanted.names.get(asked)) {
                let digests = self.wanted.digests.get(kind);
                let hash = digests.map_or("pdq", |(segment, _)| word(segment.algorithm()));
                each(Lead { asked, hash, distance, row })?;
            }
        }
        self.clear();
        Ok(())
    }

    fn exact(&self, found: &mut Vec<Found>) {
        for (kind, ((segment, asked), (digests, of))) in
            self.wanted.digests.iter().zip(&self.digests).enumerate()
        {
            segment.find_many(digests, |entry, place| {
                if let (Some(row), Some(asked)) = (of.get(entry), asked.get(place as usize)) {
                    found.push((*row, kind, *asked, None));
                }
            });
        }
    }

    fn near(&mut self, found: &mut Vec<Found>) -> Result<(), SegmentError> {
        if self.pdq.is_empty() {
            return Ok(());
        }
        let (index, kind) = (self.index()?, self.wanted.digests.len());
        let mut hits = Vec::new();
        for (hash, asked) in &self.wanted.pdq {
            hits.clear();
            index.search_into(&mut self.finder, hash, self.wanted.distance, &mut hits);
            let row = |position: u64| self.pdq_of.get(usize::try_from(position).ok()?).copied();
            found.extend(
                hits.iter().filter_map(|hit| Some((row(hit.position)?, kind, *asked, Some(hit.distance)))),
            );
        }
        Ok(())
    }

    /// The PDQ hashes of the batch: with tables where many are looked for, else plain rows.
    fn index(&self) -> Result<Index, SegmentError> {
        if self.wanted.pdq.len() >= self.wanted.many {
            let segment = Segment::of(&self.pdq, Shape::BySize)?;
            return Ok(Index::new(vec![Arc::new(segment)], Delta::default()));
        }
        let mut rows = Delta::default();
        self.pdq.iter().for_each(|hash| rows.add(*hash));
        Ok(Index::new(Vec::new(), rows))
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.digests.iter_mut().for_each(|(digests, of)| {
            digests.clear();
            of.clear();
        });
        self.pdq.clear();
        self.pdq_of.clear();
    }
}

fn digest_of(entry: &Entry, algorithm: Algorithm) -> Option<&[u8]> {
    match algorithm {
        Algorithm::Md5 => entry.md5.as_ref().map(<[u8; 16]>::as_slice),
        Algorithm::Sha1 => entry.sha1.as_ref().map(<[u8; 20]>::as_slice),
        Algorithm::Sha256 => entry.sha256.as_ref().map(<[u8; 32]>::as_slice),
        Algorithm::Blake3 => entry.blake3.as_ref().map(<[u8; 32]>::as_slice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes around a few centres, so that some are near each other.
    fn drawn(number: u64) -> PdqHash {
        let centre = (number % 7) as u8;
        let mut bits: [u8; 32] = std::array::from_fn(|at| centre.wrapping_mul(at as u8 ^ 0x5a));
        let mut state = number | 1;
        for _ in 0..number % 40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let bit = (state >> 33) as usize % 256;
            bits[bit / 8] ^= 1 << (bit % 8);
        }
        PdqHash(bits)
    }

    fn found(wanted: &Wanted, entries: u64) -> Vec<(String, u64, u32)> {
        let (mut batch, mut all) = (Batch::new(wanted), Vec::new());
        for place in 0..entries {
            batch.take(Entry { place, pdq: Some(drawn(place * 3)), ..Entry::default() });
        }
        let each = |lead: Lead<'_>| {
            all.push((lead.asked.to_owned(), lead.row.place, lead.distance.unwrap()));
            Ok(())
        };
        batch.look_up(each).unwrap();
        assert!(batch.rows.is_empty() && batch.pdq.is_empty());
        all
    }

    #[test]
    fn with_an_index_of_the_entries_and_without_the_same_is_found_as_by_comparing_each_with_each() {
        let names = (0..60).map(|number| format!("asked {number}")).collect();
        // Two hashes for each: what is nearer counts.
        let pdq = (0..120).map(|number| (drawn(number * 5 + 1), number as usize / 2)).collect();
        let mut wanted = Wanted { names, digests: Vec::new(), pdq, distance: 12, many: usize::MAX };
        let mut expected = Vec::new();
        for place in 0..60_000 {
            let entry = drawn(place * 3);
            for asked in 0..60 {
                let variants = wanted.pdq.iter().filter(|(_, of)| *of == asked);
                let nearest = variants.map(|(hash, _)| hash.distance(&entry)).min().unwrap();
                if nearest <= 12 {
                    expected.push((format!("asked {asked}"), place, nearest));
                }
            }
        }
        assert!(expected.len() > 1_000);
        assert_eq!(found(&wanted, 60_000), expected);
        wanted.many = 1;
        assert_eq!(found(&wanted, 60_000), expected);
    }
}
