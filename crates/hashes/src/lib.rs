#![doc = include_str!("../README.md")]

mod bytes;
pub mod digests;
pub mod exact;
mod file;
mod hash;
mod head;
pub mod near;
pub mod pdq;
pub mod set;
mod vector;

pub use hash::{BYTES, NotPdq, PdqHash};
pub use head::SegmentError;
pub use vector::Level;
