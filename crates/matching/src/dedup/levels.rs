//! The findings of two rows, column by column, in levels; and which rows are compared at all.

use super::{
    MAX_BLOCK, MAX_PAIRS,
    columns::{Column, FieldKind},
};
use crate::{
    Bearer, PreparedName, alike::distance, birth::compare_births, names::score_prepared,
    sound_key::sound_keys,
};
use comity_model::PartialDate;
use std::collections::{BTreeSet, HashMap};

/// Levels of a column, the same first, the different last.
pub(super) const LEVELS: usize = 6;

/// A value, prepared.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) text: String,
    name: Option<PreparedName>,
    date: Option<PartialDate>,
}

/// A row, prepared: a value for each column, absent where it is empty.
#[derive(Debug, Clone)]
pub(super) struct Row(pub(super) Vec<Option<Value>>);

impl Row {
    pub(super) fn new<T: AsRef<str>>(row: &[T], columns: &[Column]) -> Self {
        let value = |column: &Column| {
            let text = row.get(column.at)?.as_ref().trim().to_lowercase();
            let text: String = text.chars().take(200).collect();
            let is_name = !matches!(column.kind, FieldKind::Email | FieldKind::Identifier | FieldKind::Birth);
            let name = is_name.then(|| PreparedName::new(&text));
            let date = if column.kind == FieldKind::Birth { date(&text) } else { None };
            (!text.is_empty()).then_some(Value { name, date, text })
        };
        Self(columns.iter().map(value).collect())
    }
}

/// A date as `2016-03-09`, `09/03/2016` or `20160309`.
fn date(text: &str) -> Option<PartialDate> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 => {
            PartialDate::new(year.parse().ok()?, month.parse().ok(), day.parse().ok()).ok()
        }
        [_] if digits.len() == 8 => PartialDate::new(
            digits.get(..4)?.parse().ok()?,
            digits.get(4..6)?.parse().ok(),
            digits.get(6..)?.parse().ok(),
        )
        .ok(),
        _ => text.get(..10.min(text.len()))?.parse().ok(),
    }
}

/// What two rows say in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finding {
    /// `LEVELS` where one side says nothing.
    pub(super) level: usize,
    /// How much rarer or more frequent than usual the value in common is, in bits.
    pub(super) rarity: f64,
}

/// Values of each column with their frequency.
pub(super) struct Counted(Vec<HashMap<String, f64>>);

pub(super) fn count(rows: &[Row], columns: &[Column]) -> Counted {
    let of = |at: usize| {
        let mut counts: HashMap<String, f64> = HashMap::new();
        for value in rows.iter().filter_map(|row| row.0.get(at)?.as_ref()) {
            *counts.entry(value.text.clone()).or_default() += 1.0;
        }
        let all: f64 = counts.values().sum();
        counts.values_mut().for_each(|count| *count /= all.max(1.0));
        counts
    };
    Counted((0..columns.len()).map(of).collect())
}

impl Counted {
    /// Chance that two random values are the same.
    fn usual(&self, at: usize) -> f64 {
        self.0.get(at).map_or(1.0, |counts| counts.values().map(|share| share * share).sum::<f64>()).max(1e-9)
    }
}

pub(super) fn compare(one: &Row, two: &Row, columns: &[Column], counted: &Counted) -> Vec<Finding> {
    columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let (Some(Some(a)), Some(Some(b))) = (one.0.get(at), two.0.get(at)) else {
                return Finding { level: LEVELS, rarity: 0.0 };
            };
            if a.text == b.text {
                let share = counted.0.get(at).and_then(|counts| counts.get(&a.text)).copied().unwrap_or(1.0);
                return Finding { level: 0, rarity: (counted.usual(at) / share).log2().clamp(-4.0, 4.0) };
            }
            Finding { level: level(column.kind, a, b), rarity: 0.0 }
        })
        .collect()
}

fn level(kind: FieldKind, a: &Value, b: &Value) -> usize {
    match kind {
        FieldKind::Birth => births(a, b),
        FieldKind::Email => emails(&a.text, &b.text),
        FieldKind::Identifier => by_edits(&a.text, &b.text, [0.12, 0.25, 0.3, 0.4]),
        FieldKind::Sex => LEVELS - 1,
        _ => names(a, b),
    }
}

/// Share of letters that edits change.
fn edits(a: &str, b: &str) -> f64 {
    let bytes = |text: &str| text.chars().take(32).map(|c| u32::from(c) as u8).collect::<Vec<u8>>();
    let (a, b) = (bytes(a), bytes(b));
    distance(&a, &b) as f64 / a.len().max(b.len()).max(1) as f64
}

fn by_edits(a: &str, b: &str, most: [f64; 4]) -> usize {
    let share = edits(a, b);
    most.iter().position(|most| share <= *most).map_or(LEVELS - 1, |at| at + 1)
}

fn names(a: &Value, b: &Value) -> usize {
    let by_edits = by_edits(&a.text, &b.text, [0.18, 0.26, 0.34, 0.5]);
    let score =
        a.name.as_ref().zip(b.name.as_ref()).map_or(0.0, |(a, b)| score_prepared(a, b, Bearer::Person));
    let by_name = match score {
        score if score > 0.9 => 1,
        score if score > 0.75 => 2,
        score if score > 0.5 => 3,
        _ => LEVELS - 1,
    };
    by_edits.min(by_name)
}

fn births(a: &Value, b: &Value) -> usize {
    let by_edits = match (edits(&a.text, &b.text) * 10.0).round() as usize {
        0 | 1 => 1,
        2 => 3,
        3 => 4,
        _ => LEVELS - 1,
    };
    let Some((one, two)) = a.date.zip(b.date) else { return by_edits };
    let by_date = match compare_births(one.into(), two.into()).bits {
        bits if bits >= 6.0 => 1,
        bits if bits >= 3.0 => 2,
        bits if bits >= 1.0 => 3,
        bits if bits > -2.0 => 4,
        _ => LEVELS - 1,
    };
    by_edits.min(by_date)
}

/// The name before the `@` says more than what is behind it.
fn emails(a: &str, b: &str) -> usize {
    let parts = |text: &str| {
        text.split_once('@')
            .map_or((text.to_owned(), String::new()), |(user, host)| (user.to_owned(), host.to_owned()))
    };
    let (one, two) = (parts(a), parts(b));
    if one.0 == two.0 && one.0.len() > 3 {
        return 1;
    }
    match (edits(a, b), edits(&one.0, &two.0)) {
        (whole, _) if whole <= 0.12 => 1,
        (whole, user) if whole <= 0.22 || user <= 0.15 => 2,
        (whole, user) if whole <= 0.32 || user <= 0.25 => 3,
        (whole, user) if whole <= 0.42 || user <= 0.34 => 4,
        _ => LEVELS - 1,
    }
}

/// Pairs of rows that share a key.
pub(super) fn candidates(rows: &[Row], columns: &[Column]) -> Vec<(usize, usize)> {
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (number, row) in rows.iter().enumerate() {
        for key in keys(row, columns) {
            blocks.entry(key).or_default().push(number);
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut blocks: Vec<Vec<usize>> =
        blocks.into_values().filter(|block| (2..=MAX_BLOCK).contains(&block.len())).collect();
    blocks.sort_by_key(|block| (block.len(), block.first().copied()));
    for block in blocks {
        for (at, one) in block.iter().enumerate() {
            pairs.extend(
                block.iter().skip(at + 1).map(|two| (*one.min(two), *one.max(two))).filter(|(a, b)| a != b),
            );
        }
        if pairs.len() > MAX_PAIRS {
            break;
        }
    }
    pairs.into_iter().collect()
}

fn keys(row: &Row, columns: &[Column]) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (column, value) in columns.iter().zip(&row.0) {
        let Some(value) = value else { continue };
        match column.kind {
            FieldKind::Birth => date_keys(value, &mut keys),
            FieldKind::Email => {
                keys.insert(format!("e{}", value.text));
                let user = value.text.split('@').next().unwrap_or_default();
                keys.insert(format!("u{}", user.chars().take(5).collect::<String>()));
            }
            FieldKind::Identifier => {
                keys.insert(format!("i{}", value.text));
            }
            FieldKind::Family | FieldKind::Forename | FieldKind::FullName => {
                let words = value.name.iter().flat_map(|name| &name.words);
                keys.extend(words.flat_map(sound_keys).map(|sound| format!("n{sound:x}")));
            }
            _ => {}
        }
    }
    keys
}

/// The day, and what is left of it where one part is mistaken.
fn date_keys(value: &Value, keys: &mut BTreeSet<String>) {
    keys.insert(format!("b{}", value.text));
    if let Some(date) = value.date.and_then(|date| date.full()) {
        keys.insert(format!("y{}-{}", date.year(), date.month()));
        keys.insert(format!("z{}-{}", date.year(), date.day()));
        keys.insert(format!("d{}-{}", date.month().min(date.day()), date.month().max(date.day())));
    }
}
