//! A hash set in memory, ready to be searched: for each kind of digest a sorted index, for PDQ one by distance, and for each
//! place in them the entry's category. Nothing else of an entry is kept, and no hash can be read back through it.

use super::{
    error::Fault,
    store::{CategoryCount, Counts},
};
use comity_hashes::{
    PdqHash,
    exact::{self, Algorithm, ExactSegment},
    near::{self, Delta, Finder, Index, LEAST_QUALITY, Segment, Shape},
    set::Entry,
};
use std::{
    collections::{BTreeMap, HashMap},
    io::Cursor,
    sync::Arc,
};

/// Most entries of a set: what fits into memory with some care.
pub(super) const MOST_ENTRIES: u64 = 50_000_000;
/// PDQ hashes of one segment.
const A_SEGMENT: usize = 1 << 22;

/// A set that is searched.
pub(crate) struct Held {
    categories: Vec<String>,
    exact: Vec<(ExactSegment, Vec<u16>)>,
    near: Index,
    near_categories: Vec<u16>,
}

/// What of a set fits one hash: its category, the distance, and how many entries there are of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub category: Option<String>,
    pub distance: Option<u32>,
    pub entries: u64,
}

/// Gathers the entries of a set.
#[derive(Default)]
pub(super) struct Gathering {
    entries: u64,
    categories: Vec<(String, u64)>,
    numbers: HashMap<String, u16>,
    digests: BTreeMap<Algorithm, (Vec<u8>, Vec<u16>)>,
    pdq: Vec<PdqHash>,
    pdq_categories: Vec<u16>,
    pdq_low: u64,
}

impl Gathering {
    /// Takes the next entry.
    ///
    /// # Errors
    /// Where there are more entries or categories than a set has.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Fault> {
        let fault = |why: String| Fault { place: entry.place, why };
        if self.entries >= MOST_ENTRIES {
            return Err(fault(format!("is entry {MOST_ENTRIES} and one more; cut the set in several")));
        }
        let category = self.number(entry.category.as_deref().unwrap_or_default().trim());
        let category = category.ok_or_else(|| fault("has one category too many; 65,535 are known".into()))?;
        self.entries += 1;
        if let Some((_, count)) = self.categories.get_mut(usize::from(category)) {
            *count += 1;
        }
        for (algorithm, digest) in [
            (Algorithm::Md5, entry.md5.as_ref().map(<[u8; 16]>::as_slice)),
            (Algorithm::Sha1, entry.sha1.as_ref().map(<[u8; 20]>::as_slice)),
            (Algorithm::Sha256, entry.sha256.as_ref().map(<[u8; 32]>::as_slice)),
            (Algorithm::Blake3, entry.blake3.as_ref().map(<[u8; 32]>::as_slice)),
        ] {
            if let Some(digest) = digest {
                let (digests, categories) = self.digests.entry(algorithm).or_default();
                digests.extend_from_slice(digest);
                categories.push(category);
            }
        }
        match entry.pdq {
            Some(_) if entry.quality.is_some_and(|quality| quality < LEAST_QUALITY) => self.pdq_low += 1,
            Some(hash) => {
                self.pdq.push(hash);
                self.pdq_categories.push(category);
            }
            None => {}
        }
        Ok(())
    }

    fn number(&mut self, category: &str) -> Option<u16> {
        if let Some(number) = self.numbers.get(category) {
            return Some(*number);
        }
        let number = u16::try_from(self.categories.len()).ok()?;
        self.categories.push((category.to_owned(), 0));
        self.numbers.insert(category.to_owned(), number);
        Some(number)
    }

    /// The set, and what is in it. Takes a while where it is large.
    ///
    /// # Errors
    /// Where it is empty, or an index cannot be made of it.
    pub fn finish(self) -> Result<(Held, Counts), Fault> {
        let fault = |why: String| Fault { place: 0, why };
        if self.entries == 0 {
            return Err(fault("it holds no hash; check format and content".into()));
        }
        let counts = self.counts();
        let mut held = Held {
            categories: self.categories.into_iter().map(|(category, _)| category).collect(),
            exact: Vec::with_capacity(self.digests.len()),
            near: Index::default(),
            near_categories: self.pdq_categories,
        };
        for (algorithm, (digests, categories)) in self.digests {
            let mut bytes = Cursor::new(Vec::new());
            exact::build(algorithm, &digests, &mut bytes).map_err(|why| fault(why.to_string()))?;
            drop(digests);
            let segment =
                ExactSegment::from_bytes(bytes.into_inner()).map_err(|why| fault(why.to_string()))?;
            held.exact.push((segment, categories));
        }
        let mut segments = Vec::new();
        for hashes in self.pdq.chunks(A_SEGMENT) {
            let mut bytes = Cursor::new(Vec::new());
            near::build(hashes, Shape::BySize, &mut bytes).map_err(|why| fault(why.to_string()))?;
            let segment = Segment::from_bytes(bytes.into_inner()).map_err(|why| fault(why.to_string()))?;
            segments.push(Arc::new(segment));
        }
        held.near = Index::new(segments, Delta::default());
        Ok((held, counts))
    }

    fn counts(&self) -> Counts {
        let of = |algorithm: Algorithm| self.digests.get(&algorithm).map_or(0, |(_, all)| all.len() as u64);
        let category = |(category, entries): &(String, u64)| CategoryCount {
            category: category.clone(),
            entries: *entries,
        };
        Counts {
            entries: self.entries,
            md5: of(Algorithm::Md5),
            sha1: of(Algorithm::Sha1),
            sha256: of(Algorithm::Sha256),
            blake3: of(Algorithm::Blake3),
            pdq: self.pdq.len() as u64,
            pdq_low: self.pdq_low,
            categories: self.categories.iter().map(category).collect(),
        }
    }
}

impl Held {
    /// What is in it of a digest.
    pub fn exact(&self, algorithm: Algorithm, digest: &[u8]) -> Vec<Match> {
        let mut found = Grouped::default();
        for (segment, categories) in self.exact.iter().filter(|(segment, _)| segment.algorithm() == algorithm)
        {
            for position in segment.find(digest) {
                found.add(categories.get(position as usize), None);
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
