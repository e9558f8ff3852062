//! How evidence is shown to people. What others wrote reaches the terminal without control characters.

use serde_json::Value;
use std::fmt::Write;

/// A text of a JSON document, harmless on a terminal; `-` where there is none.
pub fn said(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "-".to_owned(),
        Value::String(text) => text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}

/// Rows with columns as wide as their widest cell; the first row is the heading.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A table of objects: the heading and the field (a JSON pointer) of each column.
pub fn objects(list: &[Value], columns: &[(&str, &str)]) -> String {
    let heading = columns.iter().map(|(heading, _)| (*heading).to_owned()).collect();
    let row = |object: &Value| {
        columns.iter().map(|(_, field)| said(object.pointer(field).unwrap_or(&Value::Null))).collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(heading).chain(list.iter().map(row)).collect();
    if list.is_empty() { "none".to_owned() } else { table(&rows) }
}

/// The chain of custody as a line for each event, with what is wrong or open below.
pub fn custody(chain: &Value) -> String {
    let mut text = String::from("custody:");
    for view in list(&chain["events"]) {
        let event = &view["event"];
        let (at, by, number) = (said(&event["at"]), said(&event["by"]), said(&event["number"]));
        let _ = write!(text, "\n  {at}  {by} #{number}  {}{}", said(&view["act"]), details(&event["act"]));
        let _ = write!(text, "\n      {}", said(&event["reason"]));
        for (name, field) in [("basis", &event["basis"]), ("place", &event["place"])] {
            if !field.is_null() {
                let _ = write!(text, "; {name}: {}", said(field));
            }
        }
    }
    for finding in list(&chain["findings"]) {
        let word = if finding["is_break"] == true { "BREAK" } else { "open" };
        let _ = write!(
            text,
            "\n  {word} {} #{}: {}",
            said(&finding["by"]),
            said(&finding["number"]),
            said(&finding["what"])
        );
    }
    let holders: Vec<String> = list(&chain["holders"]).iter().map(said).collect();
    let _ = write!(
        text,
        "\nheld by {}",
        if holders.is_empty() { "nobody".to_owned() } else { holders.join(", ") }
    );
    text
}

/// What an act says beyond its name: `{"examined": {"how": ...}}`.
fn details(act: &Value) -> String {
    let fields = act.as_object().and_then(|act| act.values().next()).and_then(Value::as_object);
    let each = |(name, value): (&String, &Value)| format!("{name} {}", said(value));
    let told: Vec<String> = fields.into_iter().flatten().map(each).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

/// The elements of a list, or none.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_line_up_and_no_control_character_reaches_a_terminal() {
        let shown =
            objects(&[json!({"a": "x\u{1b}[2J"}), json!({"b": 7})], &[("first", "/a"), ("second", "/b")]);
        assert_eq!(shown, "first  second\nx\u{FFFD}[2J  -\n-      7");
    }

    #[test]
    fn a_break_in_the_chain_is_told_below_the_events() {
        let chain = json!({
            "events": [{"act": "examined", "event": {"at": "2026-01-02T03:04:05Z", "by": "FR-NCB", "number": 1,
                "act": {"examined": {"how": "hash list"}}, "reason": "as asked"}}],
            "findings": [{"by": "FR-NCB", "number": 1, "what": "number 0 is missing", "is_break": true}],
            "holders": ["FR-NCB"],
        });
        let shown = custody(&chain);
        assert!(shown.contains("FR-NCB #1  examined (how hash list)\n      as asked"), "{shown}");
        assert!(shown.contains("BREAK FR-NCB #1: number 0 is missing\nheld by FR-NCB"), "{shown}");
    }
}
