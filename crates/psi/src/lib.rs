#![doc = include_str!("../README.md")]

pub mod group;
pub mod oprf;
pub mod seed;

pub use seed::Seed;
