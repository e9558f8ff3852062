//! A memo as plain text, and whether it fits on a page.

use super::{Line, Memo};

/// Columns of a line.
const COLUMNS: usize = 100;

/// Lines of a page of plain text: A4 at eight points, with margins.
pub const LINES: usize = 80;

pub(super) fn fits(memo: &Memo, lines: usize) -> bool {
    text(memo).lines().count() <= lines
}

pub(super) fn text(memo: &Memo) -> String {
    let mut out = String::new();
    wrap(&mut out, "", &memo.title);
    wrap(&mut out, "", &memo.subtitle);
    for section in &memo.sections {
        out.push('\n');
        wrap(&mut out, "## ", &section.heading);
        for line in &section.lines {
            match line {
                Line::Text(text) => wrap(&mut out, "", text),
                Line::Point(text) => wrap(&mut out, "- ", text),
                Line::Tick(text) => wrap(&mut out, "[ ] ", text),
                Line::Source(text) => wrap(&mut out, "  ", text),
            }
        }
    }
    out.push('\n');
    wrap(&mut out, "", &memo.foot);
    out
}

/// Writes a paragraph with a mark before its first line and as much space before the others. A word that is longer than a
/// line, such as an address, stands on a line of its own.
fn wrap(out: &mut String, mark: &str, text: &str) {
    let indent = " ".repeat(mark.chars().count());
    let mut line = mark.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            out.push_str(line.trim_end());
            out.push('\n');
            line.clone_from(&indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_paragraph_is_wrapped_under_its_mark_and_a_long_word_is_left_whole() {
        let mut out = String::new();
        wrap(&mut out, "- ", &"word ".repeat(40));
        assert!(out.lines().all(|line| line.chars().count() <= COLUMNS));
        assert!(out.lines().skip(1).all(|line| line.starts_with("  word")));
        let mut out = String::new();
        wrap(&mut out, "", &format!("see {}", "x".repeat(120)));
        assert_eq!(out.lines().count(), 2);
    }
}
