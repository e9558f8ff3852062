//! Answers of the legal engine as text for people.

use super::ask::Row;
use crate::cli::law::MatrixAsk;
use comity_law::Law;
use comity_model::legal::LawAnswer;
use jiff::civil::Date;
use serde_json::Value;
use std::fmt::Write;

fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or("-")
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// `in_force` as people write it.
fn spoken(state: &str) -> String {
    state.replace('_', " ")
}

pub fn relation(answer: &Value) -> String {
    let mut text = format!(
        "{} between {} and {} on {}: {}",
        word(answer, "instrument"),
        word(answer, "from"),
        word(answer, "to"),
        word(answer, "on"),
        spoken(word(answer, "state")).to_uppercase()
    );
    if let Some(since) = answer["since"].as_str() {
        let _ = write!(text, " since {since}");
    }
    let _ = write!(text, "\n{}", word(answer, "rule"));
    for caveat in list(answer, "caveats").iter().filter_map(Value::as_str) {
        let _ = write!(text, "\nNote: {caveat}");
    }
    let _ = write!(text, "{}\nData set {}", sources(answer), word(answer, "data_set"));
    text
}

fn sources(answer: &Value) -> String {
    let line = |row: &Value| {
        let (table, line) = (word(row, "table"), row["line"].as_u64().unwrap_or_default());
        let (as_of, confidence) = (word(row, "as_of"), word(row, "confidence"));
        let sure = if confidence == "low" { "to be confirmed" } else { confidence };
        format!("\n  {table}.csv line {line}, as of {as_of}, {sure}: {}", word(row, "source"))
    };
    let rows: String = list(answer, "sources").iter().map(line).collect();
    if rows.is_empty() { "\nNo row of the tables speaks of it".into() } else { format!("\nSources:{rows}") }
}

/// A table with one line for each pair that is not unknown; each pair once where all states are shown.
pub fn matrix(ask: &MatrixAsk, on: Date, law: &Law, rows: &[Row]) -> String {
    let once: Vec<&Row> = rows.iter().filter(|row| ask.of.is_some() || row.one < row.other).collect();
    let count = |state| once.iter().filter(|row| row.state == state).count();
    let mut text = format!(
        "{} on {on}, data set {}: {} pairs in force, {} not in force; of all others the tables do not tell\n",
        ask.instrument,
        law.name(),
        count(LawAnswer::InForce),
        count(LawAnswer::NotInForce)
    );
    for row in once {
        let since = row.since.map(|since| since.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{} {} {:12} {since}", row.one, row.other, state(row.state));
    }
    text
}

/// One line for each pair in each order, with a header.
pub fn csv(rows: &[Row]) -> String {
    let mut text = String::from("one,other,state,since\n");
    for row in rows {
        let since = row.since.map(|since| since.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{},{},{},{since}", row.one, row.other, state(row.state));
    }
    text
}

fn state(state: LawAnswer) -> &'static str {
    match state {
        LawAnswer::InForce => "in_force",
        LawAnswer::NotInForce => "not_in_force",
        LawAnswer::Unknown => "unknown",
    }
}

pub fn triggers(answer: &Value) -> String {
    let line = |one: &Value| {
        let ids =
            |field: &str| list(one, field).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        let mut text = format!("{}\n    {}", word(one, "code"), word(one, "text"));
        for (field, what) in [("starts", "starts"), ("meets", "meets")] {
            let ids = ids(field);
            if !ids.is_empty() {
                let _ = write!(text, "\n    {what} {ids}");
            }
        }
        text
    };
    answer.as_array().into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}

pub fn deadlines(answer: &Value) -> String {
    let all: Vec<String> = answer.as_array().into_iter().flatten().map(deadline).collect();
    if all.is_empty() { "no deadline answers to this".into() } else { all.join("\n") }
}

fn deadline(one: &Value) -> String {
    let due = &one["due"];
    let ends = due["at"].as_str().unwrap_or(if due.is_null() { "not started" } else { "cannot be computed" });
    let zone = due["zone"].as_str().map(|zone| format!(" ({zone})")).unwrap_or_default();
    let standing = &one["standing"];
    let how = match word(standing, "state") {
        "late" => format!(", LATE by {}", word(standing, "by")),
        "running" => format!(", {} left", word(standing, "left")),
        "over" => format!(", over since {}", word(standing, "since")),
        "not_started" => String::new(),
        other => format!(", {}", spoken(other)),
    };
    let mut text = format!(
        "{:26} {ends}{zone}{how}\n    {} from: {}; binds: {}",
        word(one, "id"),
        word(one, "length").replace('_', " "),
        word(one, "trigger_text"),
        word(one, "bound")
    );
    for note in list(due, "because").iter().chain(list(one, "caveats")).filter_map(Value::as_str) {
        let _ = write!(text, "\n    {note}");
    }
    text
}

pub fn offences(answer: &Value) -> String {
    let line = |one: &Value| {
        let mut text =
            format!("{}  {}\n     term: {}", word(one, "id"), word(one, "name"), word(one, "term"));
        for definition in list(one, "definitions") {
            let low = list(definition, "sources").iter().all(|row| word(row, "confidence") == "low");
            let confirm = if low { " (to be confirmed)" } else { "" };
            let (instrument, article) = (word(definition, "instrument"), word(definition, "article"));
            let _ = write!(text, "\n     {instrument} art. {article}{confirm}");
        }
        text
    };
    answer.as_array().into_iter().flatten().map(line).collect::<Vec<_>>().join("\n")
}

pub fn dual_criminality(answer: &Value) -> String {
    let met = if word(answer, "met") == "in_force" { "met" } else { "not settled by the tables" };
    let mut text = format!("Dual criminality: {met}");
    for definition in list(answer, "covered_by") {
        let (instrument, article) = (word(definition, "instrument"), word(definition, "article"));
        let _ = write!(text, "\n  covered by {instrument} art. {article}, in force for both");
    }
    for waiver in list(answer, "waived_by").iter().filter_map(Value::as_str) {
        let _ = write!(text, "\n  waived: {waiver}");
    }
    for rest in list(answer, "remains").iter().filter_map(Value::as_str) {
        let _ = write!(text, "\n  for a lawyer: {rest}");
    }
    format!("{text}{}", sources(answer))
}

pub fn assessment(answer: &Value) -> String {
    let mut text = word(answer, "verdict").to_uppercase();
    for reason in list(answer, "reasons").iter().filter_map(Value::as_str) {
        let _ = write!(text, "\n- {reason}");
    }
    format!("{text}{}\nData set {}", sources(answer), word(answer, "data_set"))
}
