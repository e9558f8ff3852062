#![doc = include_str!("../README.md")]

mod bytes;
mod file;
mod hash;
pub mod near;
mod vector;

pub use hash::{BYTES, NotPdq, PdqHash};
pub use vector::Level;
