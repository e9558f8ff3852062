//! A file of digests, checked when it is opened, and lookups in it.

use super::{
    Algorithm,
    build::{build, size},
    format::{Fields, KIND, Layout, first_bits, layout, read_fields},
};
use crate::{
    bytes::Bytes,
    head::{Head, SegmentError},
    vector::prefetch,
};
use std::{io::Cursor, path::Path};

/// Lookups that ask for memory together.
const TOGETHER: usize = 64;

/// Digests in a bucket that are compared one after the other; more are halved.
const FEW: usize = 16;

/// Digests that never change. Places are those in which they were given.
pub struct ExactSegment {
    bytes: Bytes,
    algorithm: Algorithm,
    count: usize,
    bits: u32,
    layout: Layout,
}

impl ExactSegment {
    /// Makes one of these digests in memory, in a room that is [`size`] bytes from the beginning.
    pub fn of(algorithm: Algorithm, digests: &[u8]) -> Result<Self, SegmentError> {
        let length = size(algorithm, digests.len() / algorithm.length());
        let mut room = Cursor::new(Vec::with_capacity(length));
        build(algorithm, digests, &mut room)?;
        Self::from_bytes(room.into_inner())
    }

    /// Maps a segment's file and checks all of it. The file must never be written to again; replace it by another one.
    pub fn open(path: &Path) -> Result<Self, SegmentError> {
        Self::read(Bytes::map(path)?)
    }

    /// The same from memory.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, SegmentError> {
        Self::read(Bytes::Owned(bytes))
    }

    fn read(bytes: Bytes) -> Result<Self, SegmentError> {
        let head = Head::read(&bytes, KIND)?;
        let Fields { algorithm, count, bits } = read_fields(head.fields)?;
        let layout = layout(count, algorithm.length(), bits).ok_or(SegmentError::Cut)?;
        head.check(&bytes, layout.length)?;
        let segment = Self { bytes, algorithm, count, bits, layout };
        segment.check()?;
        Ok(segment)
    }

    /// A checksum says that nothing was changed, not that it was right: the digests must be sorted, and each where the directory says.
    fn check(&self) -> Result<(), SegmentError> {
        let length = self.algorithm.length();
        let digests = self.digests();
        let (mut before, mut end) = (&[][..], 0);
        for bucket in 0..1usize << self.bits {
            let range = self.bucket(bucket);
            if range.start != end || range.end < end || range.end > self.count {
                return Err(SegmentError::Malformed("directory"));
            }
            end = range.end;
            for digest in digests.get(range.start * length..end * length).unwrap_or_default().chunks(length) {
                if first_bits(digest, self.bits) != bucket || digest < before {
                    return Err(SegmentError::Malformed("order of digests"));
                }
                before = digest;
            }
        }
        let places = self.bytes.get(self.layout.places.clone()).unwrap_or_default().as_chunks::<4>().0;
        if end != self.count || places.iter().any(|place| u32::from_le_bytes(*place) as usize >= self.count) {
            return Err(SegmentError::Malformed("directory"));
        }
        Ok(())
    }

    /// How many digests it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Has it none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the file, all of which are mapped.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What made the digests.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The places of this digest, in order; none where it is not there, or has another length.
    #[must_use]
    pub fn find(&self, digest: &[u8]) -> Vec<u32> {
        let mut places = Vec::new();
        if digest.len() == self.algorithm.length() {
            self.find_many(digest, |_, place| places.push(place));
        }
        places
    }

    /// Looks up many digests, one after the other in `digests` (a rest that is shorter is left out), and tells for each that is there its
    /// number and each of its places.
    pub fn find_many(&self, digests: &[u8], found: impl FnMut(usize, u32)) {
        match self.algorithm.length() {
            16 => self.find_all(digests.as_chunks::<16>().0, found),
            20 => self.find_all(digests.as_chunks::<20>().0, found),
            _ => self.find_all(digests.as_chunks::<32>().0, found),
        }
    }

    fn find_all<const N: usize>(&self, queries: &[[u8; N]], mut found: impl FnMut(usize, u32)) {
        let rows = self.digests();
        let (rows_of, _) = rows.as_chunks::<N>();
        let directory = self.bytes.get(self.layout.directory.clone()).unwrap_or_default();
        for (first, queries) in (0..).step_by(TOGETHER).zip(queries.chunks(TOGETHER)) {
            queries.iter().for_each(|query| prefetch(directory, first_bits(query, self.bits) * 4));
            let mut buckets = [(0usize, 0usize); TOGETHER];
            for (query, bucket) in queries.iter().zip(&mut buckets) {
                let range = self.bucket(first_bits(query, self.bits));
                *bucket = (range.start, range.end);
                (range.start * N..range.end * N).step_by(64).take(3).for_each(|line| prefetch(rows, line));
                prefetch(rows, (range.end * N).saturating_sub(1));
            }
            for (query, (start, end)) in queries.iter().zip(&mut buckets) {
                let same = equal(rows_of.get(*start..*end).unwrap_or_default(), query);
                (*start, *end) = (*start + same.start, *start + same.end);
                if start < end {
                    prefetch(&self.bytes, self.layout.places.start + *start * 4);
                }
            }
            for (number, (start, end)) in (first..).zip(buckets).take(queries.len()) {
                (start..end).for_each(|at| found(number, self.place(at)));
            }
        }
    }

    fn digests(&self) -> &[u8] {
        self.bytes.get(self.layout.digests.clone()).unwrap_or_default()
    }

    #[inline]
    fn bucket(&self, number: usize) -> std::ops::Range<usize> {
        let at = self.layout.directory.start + number * 4;
        match self.bytes.get(at..at + 8).and_then(|both| both.first_chunk::<8>()) {
            Some(&[a, b, c, d, e, f, g, h]) => {
                u32::from_le_bytes([a, b, c, d]) as usize..u32::from_le_bytes([e, f, g, h]) as usize
            }
            None => 0..0,
        }
    }

    fn place(&self, at: usize) -> u32 {
        let places = self.bytes.get(self.layout.places.clone()).unwrap_or_default();
        places.as_chunks::<4>().0.get(at).map_or(0, |place| u32::from_le_bytes(*place))
    }
}

/// Where in the sorted bucket this digest stands.
#[inline]
fn equal<const N: usize>(bucket: &[[u8; N]], digest: &[u8; N]) -> std::ops::Range<usize> {
    let start = if bucket.len() <= FEW {
        bucket.iter().position(|row| row == digest).unwrap_or(bucket.len())
    } else {
        bucket.partition_point(|row| row < digest)
    };
    let same = bucket.get(start..).unwrap_or_default().iter().take_while(|row| *row == digest).count();
    start..start + same
}

impl std::fmt::Debug for ExactSegment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("ExactSegment");
        shown.field("algorithm", &self.algorithm).field("len", &self.count).finish_non_exhaustive()
    }
}
