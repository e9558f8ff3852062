#![doc = include_str!("../README.md")]

pub mod access;
pub mod alerts;
pub mod cases;
pub mod config;
pub mod evidence;
pub mod exchange;
pub mod faults;
pub mod federation;
pub mod files;
pub mod hits;
pub mod journal;
pub mod keys;
pub mod law;
mod locks;
mod node;
pub mod random;
pub mod run;
pub mod setup;
pub mod store;
pub mod web;

pub use node::{Node, NodeError};
