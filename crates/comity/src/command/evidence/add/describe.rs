//! The description of what is taken in: a file that an officer fills in once for all files of one acquisition.

use crate::{cli::evidence::Add, failure::Failure};
use comity_vault::item::{Acquisition, ItemName, PartOf, Seizure};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// What `comity evidence template` prints.
pub const TEMPLATE: &str = include_str!("template.toml");

/// What an officer says of the files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    retain_until: Option<Date>,
    #[serde(default)]
    exhibit: Option<Numbered>,
    acquisition: Acquisition,
    #[serde(default)]
    seizure: Option<Seizure>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    part_of: Option<PartOf>,
}

impl Description {
    /// Reads the file that the command names; an exhibit number and a reason of the command line take its place.
    pub fn read(add: &Add) -> Result<Self, Failure> {
        let path = &add.description;
        let text = std::fs::read_to_string(path).map_err(|fault| Failure::file(path, &fault))?;
        let mut description = Self::parse(&text).map_err(|why| {
            Failure::Usage(format!(
                "`{}` {why}; `comity evidence template` prints one to fill in",
                path.display()
            ))
        })?;
        let part_of = description.exhibit.take().map(|exhibit| (exhibit.number, exhibit.part_of));
        let (number, part_of) = part_of.unwrap_or_default();
        let number = add.exhibit.clone().or(number).filter(|number| !number.trim().is_empty());
        description.exhibit = Some(Numbered { number, part_of });
        description.reason =
            add.reason.clone().or(description.reason).filter(|reason| !reason.trim().is_empty());
        if description.reason.is_none() {
            return Err(Failure::Usage(
                "the reason is missing: give --reason, or `reason` in the description".into(),
            ));
        }
        description.exhibit()?;
        Ok(description)
    }

    /// TOML, or JSON where it begins like JSON.
    fn parse(text: &str) -> Result<Self, String> {
        let value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|fault| format!("is no JSON: {fault}"))?
        } else {
            let table: toml::Table = toml::from_str(text).map_err(|fault| format!("is no TOML: {fault}"))?;
            plain(toml::Value::Table(table))
        };
        serde_json::from_value(value).map_err(|fault| format!("is no description: {fault}"))
    }

    /// The exhibit number of the whole.
    pub fn exhibit(&self) -> Result<&str, Failure> {
        let number = self.exhibit.as_ref().and_then(|exhibit| exhibit.number.as_deref());
        number.ok_or_else(|| {
            Failure::Usage(
                "the exhibit number is missing: give --exhibit, or `number` under [exhibit]".into(),
            )
        })
    }

    /// What the node is told of one file.
    pub fn of(&self, add: &Add, name: &ItemName, exhibit: &str, sha256: &str) -> Value {
        let mut told = json!({
            "case": add.case, "name": name, "exhibit": { "number": exhibit }, "acquisition": self.acquisition,
            "reason": self.reason, "sha256": sha256,
        });
        if let Some(part_of) = self.exhibit.as_ref().and_then(|exhibit| exhibit.part_of.as_ref()) {
            told["exhibit"]["part_of"] = json!(part_of);
        }
        if let Some(seizure) = &self.seizure {
            told["seizure"] = json!(seizure);
        }
        if let Some(day) = self.retain_until {
            told["retain_until"] = json!(day);
        }
        told
    }
}

/// TOML as JSON; dates and instants become text as RFC 3339 writes them.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(when) => when.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(plain).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_description_and_says_what_is_wrong_when_a_field_is_misspelt() {
        let description = Description::parse(TEMPLATE).unwrap();
        assert!(description.seizure.is_some() && description.acquisition.tools.len() == 1);
        let wrong = TEMPLATE.replace("started_at", "begun_at");
        assert!(Description::parse(&wrong).unwrap_err().contains("begun_at"));
    }

    #[test]
    fn a_description_in_json_is_taken_as_well() {
        let table: toml::Table = toml::from_str(TEMPLATE).unwrap();
        let json = plain(toml::Value::Table(table)).to_string();
        assert_eq!(
            Description::parse(&json).unwrap().acquisition,
            Description::parse(TEMPLATE).unwrap().acquisition
        );
    }
}
