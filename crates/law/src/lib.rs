#![doc = include_str!("../README.md")]

pub mod admissibility;
pub mod answer;
pub mod basis;
pub mod deadline;
pub mod instrument;
pub mod law;
pub mod memo;
pub mod need;
pub mod offence;
pub mod pathway;
pub mod phrase;
pub mod place;
pub mod relation;
pub mod set;
pub mod tables;
pub mod texts;
pub mod time;

pub use answer::{Cite, Confidence, Relation};
pub use instrument::Instrument;
pub use law::Law;
pub use need::Need;
pub use phrase::{Language, Phrase};
pub use place::Place;
