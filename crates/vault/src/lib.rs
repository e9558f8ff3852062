#![doc = include_str!("../README.md")]

pub mod chunk;
pub mod custody;
pub mod digest;
pub mod item;
pub mod store;

pub use digest::{Digest, TreeHash};
pub use item::ItemId;
