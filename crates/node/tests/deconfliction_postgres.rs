//! Whole case loads compared once more, on PostgreSQL: the same tests, the same SQL.

#![allow(clippy::duplicate_mod, reason = "each of the files brings its helpers along")]

#[path = "deconfliction.rs"]
mod deconfliction;
#[path = "deconfliction_hostile.rs"]
mod deconfliction_hostile;
#[path = "deconfliction_replicas.rs"]
mod deconfliction_replicas;
