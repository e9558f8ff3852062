#![doc = include_str!("../README.md")]

pub mod batch;
pub mod epoch;
pub mod group;
pub mod oprf;
pub mod padding;
pub mod seed;

pub use seed::Seed;
