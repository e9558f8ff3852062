//! What was measured, as a table and as JSON.

use serde_json::{Value, json};
use std::fmt::Write;

/// A benchmark ends at the first fault, which is printed.
pub type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One figure.
#[derive(Debug, Clone)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// What it should be, where something was asked: at least (`>=`), or under (`<`).
    wanted: Option<(&'static str, f64)>,
}

/// What one benchmark has measured.
#[derive(Debug, Clone)]
pub struct Section {
    name: &'static str,
    figures: Vec<Figure>,
    notes: Vec<String>,
}

impl Section {
    /// Nothing measured yet.
    pub fn new(name: &'static str) -> Self {
        Self { name, figures: Vec::new(), notes: Vec::new() }
    }

    /// A figure.
    pub fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit, wanted: None });
    }

    /// A figure that should be at least `least`.
    pub fn at_least(&mut self, name: &str, value: f64, unit: &'static str, least: f64) {
        self.figures.push(Figure { name: name.into(), value, unit, wanted: Some((">=", least)) });
    }

    /// A figure that should be under `most`.
    pub fn under(&mut self, name: &str, value: f64, unit: &'static str, most: f64) {
        self.figures.push(Figure { name: name.into(), value, unit, wanted: Some(("<", most)) });
    }

    /// What a reader should know.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    fn to_json(&self) -> Value {
        let figure = |figure: &Figure| {
            let wanted = figure.wanted.map(|(sign, bound)| format!("{sign} {bound}"));
            json!({ "name": figure.name, "value": round(figure.value), "unit": figure.unit, "wanted": wanted, "met": figure.met() })
        };
        let figures: Vec<Value> = self.figures.iter().map(figure).collect();
        json!({ "name": self.name, "figures": figures, "notes": self.notes })
    }
}

impl Figure {
    fn met(&self) -> Option<bool> {
        self.wanted.map(|(sign, bound)| if sign == "<" { self.value < bound } else { self.value >= bound })
    }

    fn line(&self) -> String {
        let wanted = self.wanted.map(|(sign, bound)| format!("{sign} {}", plain(bound))).unwrap_or_default();
        let met = match self.met() {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "",
        };
        let text =
            format!("  {:<64} {:>12} {:<8} {wanted:>10} {met}", self.name, plain(self.value), self.unit);
        text.trim_end().to_owned()
    }
}

/// Three significant digits for what is small.
fn round(value: f64) -> f64 {
    let scale = if value.abs() < 10.0 {
        1000.0
    } else if value.abs() < 1000.0 {
        10.0
    } else {
        1.0
    };
    (value * scale).round() / scale
}

fn plain(value: f64) -> String {
    round(value).to_string()
}

/// The sections for people.
pub fn table(sections: &[Section]) -> String {
    let mut text = String::new();
    for section in sections {
        let _ = writeln!(text, "{}", section.name);
        for figure in &section.figures {
            let _ = writeln!(text, "{}", figure.line());
        }
        for note in &section.notes {
            let _ = writeln!(text, "  note: {note}");
        }
    }
    text
}

/// The sections for programs.
pub fn json(sections: &[Section]) -> Fallible<String> {
    let sections: Vec<Value> = sections.iter().map(Section::to_json).collect();
    Ok(serde_json::to_string_pretty(&json!({ "sections": sections }))? + "\n")
}

/// On what was measured.
pub fn machine() -> Section {
    let mut section = Section::new("machine");
    section.figure("cores", cores() as f64, "");
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    if let Some((_, model)) = model {
        section.note(model.trim());
    }
    section.figure("others' load at the beginning (1 minute)", load(), "");
    section
}

/// How many processors there are.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The machine's load over the last minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

/// The value below which this part of the values lies; 0 where there is none.
pub fn share(sorted: &[f64], part: f64) -> f64 {
    let at = (sorted.len() as f64 * part) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
