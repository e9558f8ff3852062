//! Persons, hash sets and private queries once more, on PostgreSQL: the same tests, the same SQL.

#![allow(clippy::duplicate_mod, reason = "each of the files brings its helpers along")]

#[path = "hits_hash_sets.rs"]
mod hits_hash_sets;
#[path = "hits_persons.rs"]
mod hits_persons;
#[path = "person_queries.rs"]
mod person_queries;
#[path = "query_oversight.rs"]
mod query_oversight;
#[path = "selector_queries.rs"]
mod selector_queries;
