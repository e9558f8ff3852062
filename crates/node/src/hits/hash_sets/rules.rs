//! The decisions about hash sets as pure functions: what must be said of one, what may be asked, and how an item of evidence
//! says that it is one.

use super::HashSetError;
use crate::{access::Caller, evidence::describe::Description};
use comity_model::{
    id::{CaseId, ItemId},
    marking::Marking,
};
use comity_vault::item::{Acquisition, Collector, Exhibit, ItemName, Manifest, Method, Phase, Source, Tool};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The tool in the acquisition of an item that is a hash set. Whoever receives the item knows it by that.
const TOOL: &str = "comity hash set";
/// Most characters of a line.
const MAX_LINE: usize = 200;
/// Most characters of a legal basis or a reason.
const MAX_TEXT: usize = 2_000;

/// How a file of hashes is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetFormat {
    /// JSON in the shape of Project VIC's VICS 2.0.
    Vics,
    /// Comma-separated values with a line of names.
    Csv,
    /// One hash a line: MD5, SHA-1 or SHA-256 by its length.
    Plain,
    /// The same, where 64 digits are BLAKE3.
    #[serde(rename = "plain_blake3")]
    PlainBlake3,
    /// The same, where 64 digits are PDQ.
    PlainPdq,
}

/// What is said of a hash set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetWords {
    /// What it is called.
    pub name: String,
    /// Who compiled it.
    pub source: String,
    /// By which scheme its entries have their categories.
    pub scheme: String,
    /// Its version, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How it is written.
    pub format: SetFormat,
}

/// A hash set to take in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSet {
    /// The case as part of which it is kept.
    pub case: CaseId,
    /// What it is called.
    pub name: String,
    /// Who compiled it.
    pub source: String,
    /// By which scheme its entries have their categories.
    pub scheme: String,
    /// Its version, where it has one.
    #[serde(default)]
    pub version: Option<String>,
    /// How it is written.
    pub format: SetFormat,
    /// The conditions under which it was given.
    pub marking: Marking,
    /// Under which law it is kept.
    pub legal_basis: String,
    /// Why it is taken in.
    pub reason: String,
    /// Where it was received, for the custody.
    pub place: String,
    /// How it is called as an exhibit; its identifier otherwise.
    #[serde(default)]
    pub exhibit: Option<String>,
}

impl NewSet {
    /// What is said of it.
    pub(super) fn words(&self) -> SetWords {
        SetWords {
            name: self.name.trim().to_owned(),
            source: self.source.trim().to_owned(),
            scheme: self.scheme.trim().to_owned(),
            version: self
                .version
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
            format: self.format,
        }
    }

    /// The description under which it becomes an item of evidence.
    ///
    /// # Errors
    /// A name that is none.
    pub(super) fn description(
        &self,
        caller: &Caller,
        item: ItemId,
        now: Timestamp,
    ) -> Result<Description, HashSetError> {
        let words = self.words();
        let name = ItemName::new(words.name.as_bytes())
            .map_err(|fault| HashSetError::unfit("name", format!("is no name: {fault}")))?;
        let number = self.exhibit.clone().unwrap_or_else(|| format!("HASH-SET {item}"));
        let acquisition = Acquisition {
            phase: Phase::Acquisition,
            method: Method::HandedOver,
            tools: vec![tool(&words)],
            write_blocker: None,
            by: Collector {
                authority: caller.authority.clone(),
                person: caller.display_name.clone(),
                role: None,
            },
            place: self.place.clone(),
            started_at: now,
            finished_at: now,
            source: Source {
                description: format!("hash set `{}` compiled by {}", words.name, words.source),
                make: None,
                model: None,
                serial: None,
                condition: None,
                clock_ahead_seconds: None,
            },
            deviations: Vec::new(),
        };
        Ok(Description {
            case: self.case,
            name,
            exhibit: Exhibit { number, part_of: None },
            acquisition,
            seizure: None,
            reason: self.reason.clone(),
            retain_until: Some(self.marking.retain_until),
            sha256: None,
        })
    }
}

fn tool(words: &SetWords) -> Tool {
    let mut settings = BTreeMap::from([
        ("name".to_owned(), words.name.clone()),
        ("source".to_owned(), words.source.clone()),
        ("scheme".to_owned(), words.scheme.clone()),
        ("format".to_owned(), crate::store::code_text(&words.format)),
    ]);
    settings.extend(words.version.clone().map(|version| ("version".to_owned(), version)));
    Tool { name: TOOL.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), settings }
}

/// What an item says of itself as a hash set; none where it is none.
pub(super) fn said_by(manifest: &Manifest) -> Option<SetWords> {
    let tool = manifest.acquisition.tools.iter().find(|tool| tool.name == TOOL)?;
    let of = |name: &str| tool.settings.get(name).cloned().unwrap_or_default();
    let format = serde_json::from_value(serde_json::Value::String(of("format")));
    Some(SetWords {
        name: of("name"),
        source: of("source"),
        scheme: of("scheme"),
        version: tool.settings.get("version").cloned(),
        format: format.unwrap_or(SetFormat::Plain),
    })
}

/// Does the item say that it is a hash set?
pub(super) fn is_hash_set(manifest: &Manifest) -> bool {
    manifest.acquisition.tools.iter().any(|tool| tool.name == TOOL)
}

/// Is everything said that must be?
///
/// # Errors
/// The first field that does not fit.
pub(super) fn check(
    words: &SetWords,
    legal_basis: &str,
    marking: &Marking,
    now: Timestamp,
) -> Result<(), HashSetError> {
    let version = words.version.as_deref().unwrap_or("-");
    let lines = [
        ("name", &*words.name),
        ("source", &*words.source),
        ("scheme", &*words.scheme),
        ("version", version),
    ];
    for (field, line) in lines {
        if line.trim().is_empty() {
            return Err(HashSetError::unfit(field, "is blank; say it"));
        }
        if line.chars().any(char::is_control) || line.chars().nth(MAX_LINE).is_some() {
            let why = "has more than 200 characters or control characters; write it in one line";
            return Err(HashSetError::unfit(field, why));
        }
    }
    text("legal_basis", legal_basis)?;
    let today = now.to_zoned(TimeZone::UTC).date();
    marking.check(today).map_err(|fault| HashSetError::unfit("marking", format!("is refused: {fault}")))
}

/// A text that says something, in bounds, and without what no text holds.
///
/// # Errors
/// Where it is blank or too long.
pub(super) fn text(field: &'static str, given: &str) -> Result<String, HashSetError> {
    let text = given.trim().replace('\0', "");
    if text.is_empty() {
        return Err(HashSetError::unfit(field, "is blank; say it"));
    }
    if text.chars().nth(MAX_TEXT).is_some() {
        return Err(HashSetError::unfit(field, "has more than 2000 characters; shorten it"));
    }
    Ok(text)
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
