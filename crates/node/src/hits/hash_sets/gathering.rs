//! Makes the index of a hash set from its entries, segment by segment, so that besides the index itself only one segment's
//! hashes are in memory. How large the index becomes is known from the numbers of hashes alone, and it is kept to what there is room for.

use super::{
    error::Fault,
    held::{Digests, Held},
    store::{CategoryCount, Counts},
};
use comity_hashes::{
    PdqHash, SegmentError,
    exact::{self, Algorithm, ExactSegment},
    near::{self, Delta, Index, LEAST_QUALITY, Segment, Shape},
    set::Entry,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Most entries of a set.
pub(super) const MOST_ENTRIES: u64 = 50_000_000;
/// Digests of one segment.
const DIGESTS: usize = exact::HELD;
/// PDQ hashes of one segment.
const PICTURES: usize = near::HELD;
/// After so many entries it is looked whether there is still room.
const EVERY: u64 = 1 << 14;
/// Bytes of an entry's category, for each of its hashes.
const CATEGORY: u64 = 2;

/// Why no index is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Something in the file.
    Fault(Fault),
    /// It would take more memory than there is room for.
    Full,
}

/// Bytes of memory that the index of a set with so many hashes takes.
pub(super) fn memory_of(counts: &Counts) -> u64 {
    let digests = [
        (Algorithm::Md5, counts.md5),
        (Algorithm::Sha1, counts.sha1),
        (Algorithm::Sha256, counts.sha256),
        (Algorithm::Blake3, counts.blake3),
    ];
    let digests = digests.map(|(algorithm, count)| in_parts(count, DIGESTS, |n| exact::size(algorithm, n)));
    let pictures = in_parts(counts.pdq, PICTURES, |n| near::size(n, Shape::BySize));
    digests.into_iter().fold(pictures, u64::saturating_add)
}

/// Bytes of so many hashes in segments of `most`, with their categories.
fn in_parts(count: u64, most: usize, size: impl Fn(usize) -> usize) -> u64 {
    let (whole, rest) = (count / most as u64, (count % most as u64) as usize);
    let rest = if rest == 0 { 0 } else { size(rest) as u64 };
    whole
        .saturating_mul(size(most) as u64)
        .saturating_add(rest)
        .saturating_add(count.saturating_mul(CATEGORY))
}

/// Gathers the entries of a set.
pub(super) struct Gathering {
    room: u64,
    counts: Counts,
    numbers: HashMap<String, u16>,
    exact: BTreeMap<Algorithm, Pending<u8, ExactSegment>>,
    near: Pending<PdqHash, Arc<Segment>>,
}

/// Hashes of one kind: those of the next segment, and the segments that are made.
struct Pending<T, S> {
    hashes: Vec<T>,
    segments: Vec<S>,
    categories: Vec<u16>,
}

impl<T, S> Default for Pending<T, S> {
    fn default() -> Self {
        Self { hashes: Vec::new(), segments: Vec::new(), categories: Vec::new() }
    }
}

impl<T: Clone, S> Pending<T, S> {
    /// Adds a hash; when there are `most` of it, `make` makes a segment of them.
    fn add(
        &mut self,
        hash: &[T],
        category: u16,
        most: usize,
        make: impl FnOnce(&[T]) -> Result<S, SegmentError>,
    ) -> Result<(), Stop> {
        self.hashes.extend_from_slice(hash);
        self.categories.push(category);
        if self.categories.len().is_multiple_of(most) { self.settle(make) } else { Ok(()) }
    }

    /// Makes a segment of what is there.
    fn settle(&mut self, make: impl FnOnce(&[T]) -> Result<S, SegmentError>) -> Result<(), Stop> {
        if !self.hashes.is_empty() {
            let made = make(&self.hashes).map_err(|why| whole(why.to_string()))?;
            self.segments.push(made);
            self.hashes.clear();
        }
        Ok(())
    }
}

/// What is wrong with the file as a whole.
fn whole(why: String) -> Stop {
    Stop::Fault(Fault { place: 0, why })
}

fn picture_segment(hashes: &[PdqHash]) -> Result<Arc<Segment>, SegmentError> {
    Segment::of(hashes, Shape::BySize).map(Arc::new)
}

impl Gathering {
    /// Nothing yet, and room for so many bytes.
    pub fn new(room: u64) -> Self {
        Self {
            room,
            counts: Counts::default(),
            numbers: HashMap::new(),
            exact: BTreeMap::new(),
            near: Pending::default(),
        }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// Where there are more entries or categories than a set has, or no more room.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Stop> {
        let fault = |why: String| Stop::Fault(Fault { place: entry.place, why });
        if self.counts.entries >= MOST_ENTRIES {
            return Err(fault(format!("is entry {MOST_ENTRIES} and one more; cut the set in several")));
        }
        let category = self.number(entry.category.as_deref().unwrap_or_default().trim());
        let category = category.ok_or_else(|| fault("has one category too many; 65,535 are known".into()))?;
        self.counts.entries += 1;
        if let Some(known) = self.counts.categories.get_mut(usize::from(category)) {
            known.entries += 1;
        }
        self.digests(entry, category)?;
        self.picture(entry, category)?;
        if self.counts.entries.is_multiple_of(EVERY) { self.fits() } else { Ok(()) }
    }

    fn digests(&mut self, entry: &Entry, category: u16) -> Result<(), Stop> {
        let counts = &mut self.counts;
        for (algorithm, count, digest) in [
            (Algorithm::Md5, &mut counts.md5, entry.md5.as_ref().map(<[u8; 16]>::as_slice)),
            (Algorithm::Sha1, &mut counts.sha1, entry.sha1.as_ref().map(<[u8; 20]>::as_slice)),
            (Algorithm::Sha256, &mut counts.sha256, entry.sha256.as_ref().map(<[u8; 32]>::as_slice)),
            (Algorithm::Blake3, &mut counts.blake3, entry.blake3.as_ref().map(<[u8; 32]>::as_slice)),
        ] {
            let Some(digest) = digest else { continue };
            *count += 1;
            let make = |digests: &[u8]| ExactSegment::of(algorithm, digests);
            self.exact.entry(algorithm).or_default().add(digest, category, DIGESTS, make)?;
        }
        Ok(())
    }

    fn picture(&mut self, entry: &Entry, category: u16) -> Result<(), Stop> {
        let Some(hash) = entry.pdq else { return Ok(()) };
        if entry.quality.is_some_and(|quality| quality < LEAST_QUALITY) {
            self.counts.pdq_low += 1;
            return Ok(());
        }
        self.counts.pdq += 1;
        self.near.add(&[hash], category, PICTURES, picture_segment)
    }

    fn number(&mut self, category: &str) -> Option<u16> {
        if let Some(number) = self.numbers.get(category) {
            return Some(*number);
        }
        let number = u16::try_from(self.counts.categories.len()).ok()?;
        self.counts.categories.push(CategoryCount { category: category.to_owned(), entries: 0 });
        self.numbers.insert(category.to_owned(), number);
        Some(number)
    }

    fn fits(&self) -> Result<(), Stop> {
        if memory_of(&self.counts) <= self.room { Ok(()) } else { Err(Stop::Full) }
    }

    /// The set, and what is in it. Takes a while where it is large.
    ///
    /// # Errors
    /// Where it is empty, an index cannot be made of it, or there is no room for it.
    pub fn finish(mut self) -> Result<(Held, Counts), Stop> {
        if self.counts.entries == 0 {
            return Err(whole("it holds no hash; check format and content".into()));
        }
        self.fits()?;
        let mut exact = Vec::with_capacity(self.exact.len());
        for (algorithm, mut pending) in self.exact {
            pending.settle(|digests| ExactSegment::of(algorithm, digests))?;
            pending.categories.shrink_to_fit();
            exact.push(Digests { algorithm, segments: pending.segments, categories: pending.categories });
        }
        self.near.settle(picture_segment)?;
        self.near.categories.shrink_to_fit();
        let held = Held {
            categories: self.counts.categories.iter().map(|one| one.category.clone()).collect(),
            exact,
            near: Index::new(self.near.segments, Delta::default()),
            near_categories: self.near.categories,
            memory: memory_of(&self.counts),
        };
        Ok((held, self.counts))
    }
}
