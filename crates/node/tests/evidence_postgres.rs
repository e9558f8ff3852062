//! Taking evidence in, handing it out and ending it once more, on PostgreSQL: the same tests, the same SQL.

#![allow(clippy::duplicate_mod, reason = "each of the files brings its helpers along")]

#[path = "evidence_content.rs"]
mod evidence_content;
#[path = "evidence_disposal.rs"]
mod evidence_disposal;
#[path = "evidence_full.rs"]
mod evidence_full;
#[path = "evidence_intake.rs"]
mod evidence_intake;
#[path = "evidence_replicas.rs"]
mod evidence_replicas;
