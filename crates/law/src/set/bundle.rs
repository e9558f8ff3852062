//! A data set as it travels.

use super::SetFault;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{collections::BTreeMap, fmt};

/// The payload type of a signed data set in its DSSE envelope.
pub const SET_TYPE: &str = "application/vnd.comity.law-set.v1+json";

/// The most bytes that a data set can have; the shipped one has some 0.6 million.
pub const LARGEST_SET: usize = 16 * 1024 * 1024;

/// The most letters of a name.
const LONGEST_ID: usize = 60;

/// The most letters of a title.
const LONGEST_TITLE: usize = 200;

/// The years for which a set can be put together.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

/// A data set as it travels: its name, its date, and its tables as CSV text by name (`hague_1980_acceptances`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Name: lower-case letters, digits and hyphens, at most 60.
    pub id: String,
    /// The date for which it was put together.
    pub dated: Date,
    /// What it is, for people; at most 200 letters on one line.
    #[serde(default)]
    pub title: String,
    /// CSV text by table name.
    #[serde(deserialize_with = "each_once")]
    pub tables: BTreeMap<String, String>,
}

impl Bundle {
    /// Puts a set together from files by name, with or without `.csv`.
    ///
    /// # Errors
    ///
    /// A file that is there twice, or a head that is not what it should be.
    pub fn new(
        id: &str,
        dated: Date,
        title: &str,
        files: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SetFault> {
        let mut tables = BTreeMap::new();
        for (name, text) in files {
            let table = name.strip_suffix(".csv").unwrap_or(&name).to_owned();
            if tables.insert(table, text).is_some() {
                return Err(SetFault::Head(format!("the file `{name}` is there twice")));
            }
        }
        let bundle = Self { id: id.to_owned(), dated, title: title.to_owned(), tables };
        bundle.check().map(|()| bundle)
    }

    /// Reads a set from JSON and checks its head.
    ///
    /// # Errors
    ///
    /// JSON that is no set, is too large, names a table twice, or has a head that is not what it should be.
    pub fn from_json(bytes: &[u8]) -> Result<Self, SetFault> {
        if bytes.len() > LARGEST_SET {
            return Err(too_large(bytes.len()));
        }
        let read = serde_json::from_slice::<Self>(bytes);
        let bundle = read.map_err(|fault| SetFault::Head(format!("is no data set: {fault}")))?;
        bundle.check().map(|()| bundle)
    }

    /// Checks everything but the rows.
    ///
    /// # Errors
    ///
    /// The first thing that is not what it should be.
    pub fn check(&self) -> Result<(), SetFault> {
        let size = self.tables.iter().map(|(name, text)| name.len() + text.len()).sum();
        if size > LARGEST_SET {
            return Err(too_large(size));
        }
        let fault = self.head_fault();
        fault.map_or(Ok(()), |reason| Err(SetFault::Head(reason)))
    }

    fn head_fault(&self) -> Option<String> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=LONGEST_ID).contains(&self.id.len()) || !self.id.bytes().all(letter) {
            let id = self.id.chars().take(LONGEST_ID).collect::<String>().escape_debug().to_string();
            return Some(format!(
                "`{id}` is no name of a data set; take {LONGEST_ID} lower-case letters, digits and hyphens at most"
            ));
        }
        if !YEARS.contains(&self.dated.year()) {
            return Some(format!("`{}` is dated {}, which cannot be", self.id, self.dated));
        }
        if self.title.chars().count() > LONGEST_TITLE || self.title.chars().any(char::is_control) {
            return Some(format!(
                "the title of `{}` is not one line of at most {LONGEST_TITLE} letters",
                self.id
            ));
        }
        self.tables.is_empty().then(|| format!("`{}` has no tables; give at least one", self.id))
    }
}

fn too_large(size: usize) -> SetFault {
    SetFault::Head(format!("the data set has {size} bytes, the most is {LARGEST_SET}; divide it"))
}

/// Reads the tables and refuses a name that is there twice: whoever checked the signature may have seen the other one.
fn each_once<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, String>, D::Error> {
    struct Tables;
    impl<'de> de::Visitor<'de> for Tables {
        type Value = BTreeMap<String, String>;
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("CSV text by table name")
        }
        fn visit_map<M: de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut tables = BTreeMap::new();
            while let Some((name, text)) = map.next_entry::<String, String>()? {
                if tables.contains_key(&name) {
                    return Err(de::Error::custom(format!("the table `{name}` is there twice")));
                }
                tables.insert(name, text);
            }
            Ok(tables)
        }
    }
    input.deserialize_map(Tables)
}

#[cfg(test)]
mod tests;
