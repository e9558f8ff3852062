//! Data sets: the one shipped with this program, and newer ones that an authority's legal desk signed.

pub mod shipped;

use crate::tables::{Tables, read::RowFault};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The payload type of a signed data set in its DSSE envelope.
pub const SET_TYPE: &str = "application/vnd.comity.law-set.v1+json";

/// A data set as it travels: its name, its date, and its tables as CSV text by name (`hague_1980_acceptances`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Name: lower-case letters, digits and hyphens, at most 60.
    pub id: String,
    /// The date for which it was put together.
    pub dated: Date,
    /// What it is, for people.
    #[serde(default)]
    pub title: String,
    /// CSV text by table name.
    pub tables: BTreeMap<String, String>,
}

/// A data set that was read and checked.
#[derive(Debug, Clone)]
pub struct DataSet {
    /// Its name.
    pub id: String,
    /// Its date.
    pub dated: Date,
    /// Its rows.
    pub tables: Tables,
}

/// Why a data set is refused. Nothing of it is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetFault {
    /// The name or another head field is not what it should be.
    #[error("{0}")]
    Head(String),
    /// Rows are wrong; each says where and why.
    #[error("{} rows cannot be taken; the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Rows(Vec<RowFault>),
}

impl DataSet {
    /// Reads and checks a bundle by itself.
    pub fn read(bundle: &Bundle) -> Result<Self, SetFault> {
        let tables = crate::tables::read::read(&bundle.id, &bundle.tables).map_err(SetFault::Rows)?;
        Ok(Self { id: bundle.id.clone(), dated: bundle.dated, tables })
    }
}
