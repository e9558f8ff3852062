//! What every answer carries: how sure it is, and the rows that it rests on.

use crate::{Phrase, tables::Table};
use comity_model::legal::LawAnswer;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How well a row is sourced. `Low` is a lead to be confirmed and never makes an answer `in_force` or `not_in_force`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Recollection, or an approximation: shown as *to be confirmed*.
    Low,
    /// A secondary or partial source.
    Medium,
    /// A primary source, or several that agree.
    High,
}

/// A row of the tables as an answer cites it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Cite {
    /// The table.
    pub table: Table,
    /// The line in its file, the header being line 1.
    pub line: u32,
    /// Where the row comes from.
    pub source: String,
    /// The date for which the source was read; a negative row holds on that date only.
    pub as_of: Option<Date>,
    /// How well it is sourced.
    pub confidence: Confidence,
    /// What the row adds in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The data set that brought the row.
    pub set: String,
}

/// Writes shared rows as plain ones; for `#[serde(serialize_with)]`.
pub(crate) fn rows<S: serde::Serializer>(rows: &[Arc<Cite>], out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(rows.iter().map(AsRef::as_ref))
}

/// Whether an instrument binds two places on a date, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// The answer on the date that was asked.
    pub state: LawAnswer,
    /// Since when it is in force between the two; `None` also where it is in force and the tables give no date.
    pub since: Option<Date>,
    /// The last day on which it is in force, after a denunciation or where a territory changed hands.
    pub until: Option<Date>,
    /// The rule that the answer follows from, with its article.
    pub rule: Phrase,
    /// The weakest of the rows relied on; `None` where the answer rests on the absence of a row.
    pub confidence: Option<Confidence>,
    /// Limits that the reader must know.
    pub caveats: Vec<Phrase>,
    /// The rows relied on, and for `unknown` those that are leads to be confirmed.
    #[serde(serialize_with = "rows")]
    pub sources: Vec<Arc<Cite>>,
}

impl Relation {
    /// Whether the state is `in_force`.
    #[must_use]
    pub fn binds(&self) -> bool {
        self.state == LawAnswer::InForce
    }
}
