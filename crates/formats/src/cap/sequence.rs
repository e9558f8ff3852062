//! Walks the children of an element in the order that the schema lays down, and says where something else stands.

use super::tree::Element;
use crate::{FormatError, ReportFormat};
use comity_model::Nonsense;
use std::str::FromStr;

pub(super) struct Sequence<'a> {
    element: &'a Element,
    path: String,
    next: usize,
}

impl<'a> Sequence<'a> {
    /// Walks `element`, which stands at `path`.
    pub(super) fn of(element: &'a Element, path: &str) -> Result<Self, FormatError> {
        if element.text.is_empty() {
            Ok(Self { element, path: path.to_owned(), next: 0 })
        } else {
            Err(fault(element, path, "there is text where only elements may stand"))
        }
    }

    /// The path of a child, counted from 1.
    pub(super) fn path_of(&self, name: &str, at: usize) -> String {
        format!("{}/{name}[{}]", self.path, at + 1)
    }

    pub(super) fn element(&mut self, name: &str) -> Option<&'a Element> {
        let found = self.element.children.get(self.next).filter(|child| child.name == name)?;
        self.next += 1;
        Some(found)
    }

    pub(super) fn elements(&mut self, name: &str) -> Vec<&'a Element> {
        std::iter::from_fn(|| self.element(name)).collect()
    }

    fn leaf(&self, child: &'a Element) -> Result<&'a str, FormatError> {
        if child.children.is_empty() {
            Ok(&child.text)
        } else {
            Err(fault(child, &format!("{}/{}", self.path, child.name), "it may hold text only"))
        }
    }

    /// The text of an optional element; empty text is absence.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, FormatError> {
        let Some(child) = self.element(name) else { return Ok(None) };
        let text = self.leaf(child)?;
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    /// The text of an element that must be there and say something.
    pub(super) fn required(&mut self, name: &str) -> Result<String, FormatError> {
        let missing = self.missing(name);
        self.text(name)?.ok_or(missing)
    }

    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>, FormatError> {
        let found = self.elements(name);
        found.into_iter().map(|child| self.leaf(child).map(str::to_owned)).collect()
    }

    pub(super) fn parsed<T: FromStr<Err = Nonsense>>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, FormatError> {
        let Some(child) = self.element(name) else { return Ok(None) };
        self.parse(child).map(Some)
    }

    pub(super) fn required_parsed<T: FromStr<Err = Nonsense>>(
        &mut self,
        name: &str,
    ) -> Result<T, FormatError> {
        let missing = self.missing(name);
        self.parsed(name)?.ok_or(missing)
    }

    pub(super) fn all_parsed<T: FromStr<Err = Nonsense>>(
        &mut self,
        name: &str,
    ) -> Result<Vec<T>, FormatError> {
        let found = self.elements(name);
        found.into_iter().map(|child| self.parse(child)).collect()
    }

    fn parse<T: FromStr<Err = Nonsense>>(&self, child: &'a Element) -> Result<T, FormatError> {
        let path = format!("{}/{}", self.path, child.name);
        self.leaf(child)?.parse().map_err(|wrong: Nonsense| fault(child, &path, &wrong.to_string()))
    }

    fn missing(&self, name: &str) -> FormatError {
        let why = match self.element.children.get(self.next) {
            Some(found) => format!("`{name}` is missing or empty before `{}`; give it there", found.name),
            None => format!("`{name}` is missing or empty; give it"),
        };
        fault(self.element, &self.path, &why)
    }

    /// A fault of this element as a whole.
    pub(super) fn fault(&self, why: &str) -> FormatError {
        fault(self.element, &self.path, why)
    }

    /// Nothing may be left over.
    pub(super) fn finish(self) -> Result<(), FormatError> {
        match self.element.children.get(self.next) {
            None => Ok(()),
            Some(left) => Err(fault(
                left,
                &format!("{}/{}", self.path, left.name),
                "CAP 1.2 does not have this element in this place; check its name and the order",
            )),
        }
    }
}

fn fault(element: &Element, path: &str, why: &str) -> FormatError {
    FormatError::field(ReportFormat::Cap, format!("{path} (line {})", element.line), why)
}
