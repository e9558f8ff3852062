//! What a holder publishes of its set for one epoch: a filter over the outputs of its key, in segments, so that a small
//! addition is a small download. Each output also gives a handle, by which a requester claims a hit and the holder finds
//! its entry. Not for who may fetch it; not for the statement that names and signs the segments.
//!
//! **Removal** is by rebuilding: the segment that held the entry is built anew without it and takes its place. A peer that
//! kept the old segment still sees the old hit, until the next epoch's key makes all old segments useless; the holder's own
//! table of handles decides what a claim yields, at once.

mod fuse;
mod handle;
mod segment;
#[cfg(test)]
mod tests;

pub use handle::{Handle, NotAHandle};
pub use segment::{Filter, FilterError, MAX_SEGMENTS, Segment};

/// One lookup in so many finds what is not there, at most, over all segments of a filter together: each segment answers
/// falsely once in 2^40 lookups, and there are at most [`MAX_SEGMENTS`].
pub const FALSE_POSITIVE_ONE_IN: u64 = 1_000_000_000;
