//! The members of a notice, each read with the JSON pointer of its fault.

use super::FORMAT;
use crate::FormatError;
use comity_model::PartialDate;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The members of a notice; `null`, empty text and absence are the same.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn parse(text: &str) -> Result<Self, FormatError> {
        match serde_json::from_str(text).map_err(|fault| FormatError::json(FORMAT, &fault))? {
            Value::Object(members) if members.contains_key("entity_id") => Ok(Self(members)),
            _ => Err(fault("", "a notice is an object with `entity_id`; give one notice, not a list")),
        }
    }

    fn given(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        matches!(self.text(key), Ok(Some(_)))
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<String>, FormatError> {
        match self.given(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(_) => Err(fault(key, "give text, or leave it out")),
        }
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, FormatError> {
        let Some(value) = self.given(key) else { return Ok(Vec::new()) };
        let items = value.as_array().ok_or_else(|| fault(key, "give a list of texts, or leave it out"))?;
        let text = |(at, item): (usize, &Value)| {
            let text = item.as_str().map(|text| text.trim().to_owned());
            text.ok_or_else(|| fault(&format!("{key}/{at}"), "give text"))
        };
        items.iter().enumerate().map(text).collect()
    }

    /// A date as `YYYY/MM/DD`, `YYYY/MM` or `YYYY`.
    pub(super) fn date(&self, key: &str) -> Result<Option<PartialDate>, FormatError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let bad = || fault(key, &format!("`{text}` is not a date as YYYY/MM/DD or YYYY"));
        if text.contains('-') {
            return Err(bad());
        }
        text.replace('/', "-").parse().map(Some).map_err(|_| bad())
    }

    /// A number times `factor`, rounded; zero means unknown, as notices write it.
    pub(super) fn measure(
        &self,
        key: &str,
        factor: f64,
        range: RangeInclusive<u16>,
    ) -> Result<Option<u16>, FormatError> {
        let Some(value) = self.given(key) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| fault(key, "give a number, or leave it out"))?;
        if number == 0.0 {
            return Ok(None);
        }
        let scaled = (number * factor).round();
        if !(f64::from(*range.start())..=f64::from(*range.end())).contains(&scaled) {
            return Err(fault(key, &format!("`{number}` is no height in metres or weight in kilograms")));
        }
        Ok(Some(scaled as u16))
    }
}

fn fault(key: &str, why: &str) -> FormatError {
    FormatError::field(FORMAT, format!("/{key}"), why)
}
