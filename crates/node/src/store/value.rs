//! Values bound to statements and rows read back, alike for both engines.

use super::StoreError;
use comity_model::Nonsense;
use serde::de::DeserializeOwned;
use sqlx::{Row as _, ValueRef as _, postgres::PgRow, sqlite::SqliteRow};
use std::str::FromStr;

/// A value bound to `$1`, `$2`, ... of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, or null.
    Text(Option<String>),
    /// An integer, or null. Times are Unix milliseconds; truth is 0 or 1.
    Integer(Option<i64>),
    /// Bytes, or null.
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        // Sizes and Unix milliseconds stay far below 2^63.
        Self::Integer(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(Some(i64::from(value)))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(value: Option<Vec<u8>>) -> Self {
        Self::Bytes(value)
    }
}

impl From<jiff::Timestamp> for Value {
    fn from(value: jiff::Timestamp) -> Self {
        Self::Integer(Some(value.as_millisecond()))
    }
}

impl From<Option<jiff::Timestamp>> for Value {
    fn from(value: Option<jiff::Timestamp>) -> Self {
        Self::Integer(value.map(|time| time.as_millisecond()))
    }
}

/// A row of an answer; columns are numbered from 0 in the order of the statement.
pub struct Row(pub(super) Inner);

pub(super) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($row:expr, $at:expr, $kind:ty, $expected:literal) => {{
        let wrong = |_| StoreError::Corrupt { column: $at, expected: $expected };
        match &$row.0 {
            Inner::Sqlite(row) => row.try_get::<$kind, _>($at).map_err(wrong),
            Inner::Postgres(row) => row.try_get::<$kind, _>($at).map_err(wrong),
        }
    }};
}

impl Row {
    /// SQLite reads null as an empty text or zero where a value is asked for; that is refused here, for both engines.
    fn refuse_null(&self, column: usize, expected: &'static str) -> Result<(), StoreError> {
        if self.is_null(column) { Err(StoreError::Corrupt { column, expected }) } else { Ok(()) }
    }

    /// A text that is there.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.refuse_null(column, "a text")?;
        column!(self, column, String, "a text")
    }

    /// A text that may be null.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        column!(self, column, Option<String>, "a text or null")
    }

    /// An integer that is there.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        self.refuse_null(column, "an integer")?;
        column!(self, column, i64, "an integer")
    }

    /// An integer that may be null.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        column!(self, column, Option<i64>, "an integer or null")
    }

    /// A count or size.
    pub fn unsigned(&self, column: usize) -> Result<u64, StoreError> {
        u64::try_from(self.integer(column)?).map_err(|_| StoreError::Corrupt { column, expected: "a count" })
    }

    /// Bytes that are there.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.refuse_null(column, "bytes")?;
        column!(self, column, Vec<u8>, "bytes")
    }

    /// Bytes that may be null.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        column!(self, column, Option<Vec<u8>>, "bytes or null")
    }

    /// A time.
    pub fn time(&self, column: usize) -> Result<jiff::Timestamp, StoreError> {
        let wrong = |_| StoreError::Corrupt { column, expected: "a time in Unix milliseconds" };
        jiff::Timestamp::from_millisecond(self.integer(column)?).map_err(wrong)
    }

    /// A time that may be null.
    pub fn optional_time(&self, column: usize) -> Result<Option<jiff::Timestamp>, StoreError> {
        if self.is_null(column) { Ok(None) } else { self.time(column).map(Some) }
    }

    /// An identifier, code or other word of the model, stored as text.
    pub fn word<T: FromStr<Err = Nonsense>>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| StoreError::Corrupt { column, expected: "a word of the model" })
    }

    /// A document stored as JSON text.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let wrong = |_| StoreError::Corrupt { column, expected: "a JSON document of the model" };
        serde_json::from_str(&self.text(column)?).map_err(wrong)
    }

    /// A document stored as JSON text, or null.
    pub fn optional_json<T: DeserializeOwned>(&self, column: usize) -> Result<Option<T>, StoreError> {
        if self.is_null(column) { Ok(None) } else { self.json(column).map(Some) }
    }

    /// A code of the model (an enum that serialises as one string), stored as bare text.
    pub fn code<T: DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let wrong = |_| StoreError::Corrupt { column, expected: "a code of the model" };
        serde_json::from_value(serde_json::Value::String(self.text(column)?)).map_err(wrong)
    }

    /// Is the column null?
    #[must_use]
    pub fn is_null(&self, column: usize) -> bool {
        match &self.0 {
            Inner::Sqlite(row) => row.try_get_raw(column).is_ok_and(|value| value.is_null()),
            Inner::Postgres(row) => row.try_get_raw(column).is_ok_and(|value| value.is_null()),
        }
    }
}

/// A code of the model (an enum that serialises as one string) as the bare text in which it is stored.
pub fn code_text<T: serde::Serialize>(code: &T) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// A document as the JSON text in which it is stored.
pub fn json_text<T: serde::Serialize>(document: &T) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
