//! Rows as rules: what is text in `deadlines.csv` as types, each with an id of its own.

use super::{
    DeadlineKind,
    start::{self, Start},
};
use crate::{Instrument, Law, tables::DeadlineRow, time::Unit};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// A row of `deadlines.csv`, read.
pub(super) struct Rule<'a> {
    pub(super) id: String,
    pub(super) row: &'a DeadlineRow,
    /// `None` where the row's unit is none that is known.
    pub(super) unit: Option<Unit>,
    /// A kind that is not known counts as the weakest, a target.
    pub(super) kind: DeadlineKind,
    pub(super) start: Cow<'static, Start>,
}

/// The rules of an instrument, in the order of the table.
pub(super) fn rules(law: &Law, instrument: Instrument) -> Vec<Rule<'_>> {
    let all = &law.tables().deadlines;
    let rows: Vec<_> = all.iter().filter(|row| row.instrument == instrument).collect();
    (0..rows.len()).filter_map(|at| rule(&rows, at)).collect()
}

fn rule<'a>(rows: &[&'a DeadlineRow], at: usize) -> Option<Rule<'a>> {
    let row = *rows.get(at)?;
    Some(Rule {
        id: id(rows, at, row),
        row,
        unit: row.unit.parse().ok(),
        kind: row.kind.parse().unwrap_or(DeadlineKind::Target),
        start: start::of(row),
    })
}

/// Instrument and article; the length where the article has several rows; a number where even that is not enough.
fn id(rows: &[&DeadlineRow], at: usize, row: &DeadlineRow) -> String {
    let plain = format!("{}/{}", row.instrument, row.article);
    let same = |other: &&&DeadlineRow| other.article == row.article;
    if rows.iter().filter(same).count() < 2 {
        return plain;
    }
    let long = format!("{plain}:{}_{}", row.length, row.unit);
    let twin = |other: &&&DeadlineRow| same(other) && other.length == row.length && other.unit == row.unit;
    match rows.iter().take(at).filter(twin).count() {
        0 => long,
        before => format!("{long}:{}", before + 1),
    }
}

/// An event that an officer may tell: what it is, which deadlines it starts and which it meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trigger {
    /// The code, for [`super::Event::event`].
    pub code: String,
    /// What it is, in the words of the tables.
    pub text: String,
    /// The ids of the deadlines that it starts.
    pub starts: Vec<String>,
    /// The ids of the deadlines that it meets.
    pub meets: Vec<String>,
}

/// The events that matter under an instrument: first those that start a period, then those that only meet one.
#[must_use]
pub fn triggers(law: &Law, instrument: Instrument) -> Vec<Trigger> {
    let rules = rules(law, instrument);
    let mut found = Vec::new();
    for rule in &rules {
        entry(&mut found, &rule.start.trigger, &rule.row.trigger).starts.push(rule.id.clone());
    }
    for rule in &rules {
        for code in &rule.start.met_by {
            let text = format!("{}: {}", rule.row.article, rule.row.consequence);
            entry(&mut found, code, &text).meets.push(rule.id.clone());
        }
    }
    found
}

fn entry<'a>(found: &'a mut Vec<Trigger>, code: &str, text: &str) -> &'a mut Trigger {
    let at = found.iter().position(|known| known.code == code).unwrap_or(found.len());
    if at == found.len() {
        found.push(Trigger { code: code.into(), text: text.into(), starts: Vec::new(), meets: Vec::new() });
    }
    &mut found[at]
}
