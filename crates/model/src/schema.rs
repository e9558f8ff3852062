//! JSON Schemas (draft 2020-12) of everything that travels or is imported.

use crate::{
    case::CaseReport,
    message::{
        Message,
        matching::{EpochStatement, SweepConsent},
    },
    receipt::Receipt,
    registry::Registry,
    statement::Statement,
};
use schemars::{Schema, schema_for};

/// Every exported schema with the name of its file, without extension.
#[must_use]
pub fn all() -> Vec<(&'static str, Schema)> {
    vec![
        ("case-report", schema_for!(CaseReport)),
        ("epoch-statement", schema_for!(EpochStatement)),
        ("message", schema_for!(Message)),
        ("receipt", schema_for!(Receipt)),
        ("registry", schema_for!(Registry)),
        ("statement", schema_for!(Statement)),
        ("sweep-consent", schema_for!(SweepConsent)),
    ]
}
