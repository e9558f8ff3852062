//! Exact search for all PDQ hashes within a Hamming distance: none within the radius is ever missed, whatever the data.
//!
//! A [`Segment`] is a file that never changes: the rows, and for each of a few slots of bits a table of all rows by the slot's address
//! (16 bits), with a sketch of the 16 bits that follow. A lookup reads the buckets around the query's address in each table,
//! sifts the sketches with vector instructions, and compares the few rows that remain. What each slot may differ by is chosen for
//! each query by what it costs (see `slots`); where tables would cost more than reading all rows, all rows are read. An [`Index`] is a list
//! of segments and a [`Delta`] of what was added since, which is read whole.
//!
//! Not for hashes of other lengths, and not for nearest neighbours without a bound.

mod build;
mod clusters;
mod delta;
mod format;
mod index;
mod order;
mod search;
mod segment;
mod slots;
#[cfg(test)]
mod tests;

pub use build::{Shape, build, build_file, size};
pub use clusters::clusters;
pub use delta::{Delta, DeltaFile, Torn};
pub use index::Index;
pub use search::{Finder, Hit, Work};
pub use segment::Segment;

/// The distance up to which two hashes are taken for the same picture, as the authors of PDQ advise.
pub const RADIUS: u32 = 31;

/// Hashes of one segment of a set that is held in memory: while it is made, these are in memory besides. A lookup costs less in few
/// large ones.
pub const HELD: usize = 1 << 22;

/// The quality from which a hash is worth comparing, as the authors of PDQ advise.
pub const LEAST_QUALITY: u8 = 50;
