//! A document as blocks of shaped text with their style, and the tree of tags to which they belong.

use super::{
    Document, Line, Section,
    fonts::Fonts,
    layout::{COLUMN, LARGEST},
    shape::{Paragraph, Shaper},
};
use pdf_writer::types::StructRole;
use std::collections::BTreeSet;

/// How a block looks. Lengths are in ems of the document's size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) bold: bool,
    /// 0 is black, 1 is white.
    pub(super) grey: f32,
    /// Room above.
    pub(super) above: f32,
    /// Room on the side on which lines begin.
    pub(super) indent: f32,
    /// Does it stay on one page with what follows?
    pub(super) leads: bool,
}

const TEXT: Style = Style { size: 1.0, bold: false, grey: 0.0, above: 0.45, indent: 0.0, leads: false };
const TITLE: Style = Style { size: 1.6, bold: true, above: 0.0, leads: true, ..TEXT };
const SUBTITLE: Style = Style { size: 1.05, grey: 0.3, above: 0.3, leads: true, ..TEXT };
const HEADING: Style = Style { size: 1.15, bold: true, above: 1.1, leads: true, ..TEXT };
const SUBHEADING: Style = Style { size: 1.0, bold: true, grey: 0.3, above: 0.8, leads: true, ..TEXT };
const STRONG: Style = Style { bold: true, ..TEXT };
const ITEM: Style = Style { above: 0.3, indent: 1.5, ..TEXT };
const SOURCE: Style = Style { size: 0.82, grey: 0.35, above: 0.08, ..TEXT };
const FOOT: Style = Style { size: 0.78, grey: 0.35, above: 0.0, ..TEXT };

/// A node of the tree of tags.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) role: StructRole,
    pub(super) parent: Option<usize>,
    /// Its text in the order of reading, where glyphs from left to right do not tell it.
    pub(super) spoken: Option<String>,
}

/// Text with one style.
#[derive(Debug)]
pub(super) struct Block {
    /// Its place in [`Plan::nodes`].
    pub(super) node: usize,
    pub(super) style: Style,
    pub(super) paragraphs: Vec<Paragraph>,
    /// The bullet or box before it, with the place of its node.
    pub(super) label: Option<(usize, Paragraph)>,
}

/// What is to be laid out.
pub(super) struct Plan {
    pub(super) nodes: Vec<Node>,
    pub(super) blocks: Vec<Block>,
    pub(super) foot: Option<Block>,
    /// `1 / 3` and so on are shaped when the number of pages is known.
    pub(super) number: Style,
    pub(super) right_to_left: bool,
    pub(super) replaced: BTreeSet<char>,
}

/// A plan while it is made.
struct Planner<'a> {
    shaper: Shaper<'a>,
    nodes: Vec<Node>,
    blocks: Vec<Block>,
    /// The nodes of the open list and of the body of its last item.
    list: Option<(usize, usize)>,
}

impl Plan {
    pub(super) fn of(document: &Document, fonts: &Fonts) -> Self {
        let right_to_left = document.right_to_left();
        let shaper = Shaper { fonts, right_to_left, replaced: BTreeSet::new() };
        let mut planner = Planner { shaper, nodes: Vec::new(), blocks: Vec::new(), list: None };
        let root = planner.node(StructRole::Document, None);
        planner.block(StructRole::H1, root, TITLE, &document.title);
        planner.block(StructRole::P, root, SUBTITLE, &document.subtitle);
        for section in &document.sections {
            planner.section(root, section);
        }
        planner.block(StructRole::P, root, FOOT, &document.foot);
        let foot = if document.foot.trim().is_empty() { None } else { planner.blocks.pop() };
        let Planner { shaper, nodes, blocks, .. } = planner;
        Self { nodes, blocks, foot, number: FOOT, right_to_left, replaced: shaper.replaced }
    }
}

impl Planner<'_> {
    fn node(&mut self, role: StructRole, parent: Option<usize>) -> usize {
        self.nodes.push(Node { role, parent, spoken: None });
        self.nodes.len() - 1
    }

    /// Nothing for an empty text.
    fn block(&mut self, role: StructRole, parent: usize, style: Style, text: &str) {
        if !text.trim().is_empty() {
            let node = self.node(role, Some(parent));
            let paragraphs = self.paragraphs(text, style);
            let runs_left = paragraphs.iter().any(Paragraph::has_right_to_left);
            if let Some(node) = self.nodes.get_mut(node).filter(|_| runs_left) {
                node.spoken = Some(text.trim().to_owned());
            }
            self.blocks.push(Block { node, style, paragraphs, label: None });
        }
    }

    fn paragraphs(&mut self, text: &str, style: Style) -> Vec<Paragraph> {
        let mut paragraphs = self.shaper.paragraphs(text, style.bold);
        let width = (COLUMN / LARGEST - style.indent) / style.size;
        for paragraph in &mut paragraphs {
            paragraph.split_words_above(width, self.shaper.fonts);
        }
        paragraphs
    }

    fn section(&mut self, root: usize, section: &Section) {
        if section.lines.iter().all(|line| line.text().trim().is_empty()) && section.heading.trim().is_empty()
        {
            return;
        }
        let node = self.node(StructRole::Sect, Some(root));
        self.block(StructRole::H2, node, HEADING, &section.heading);
        for line in &section.lines {
            self.line(node, line);
        }
        self.list = None;
    }

    fn line(&mut self, section: usize, line: &Line) {
        match line {
            Line::Point(text) => self.item(section, "\u{2022}", text),
            Line::Tick(text) => self.item(section, "\u{2610}", text),
            Line::Source(text) => self.source(section, text),
            Line::Text(text) => self.below(StructRole::P, section, TEXT, text),
            Line::Heading(text) => self.below(StructRole::H3, section, SUBHEADING, text),
            Line::Strong(text) => self.below(StructRole::P, section, STRONG, text),
        }
    }

    /// A block that ends the open list.
    fn below(&mut self, role: StructRole, section: usize, style: Style, text: &str) {
        self.list = None;
        self.block(role, section, style, text);
    }

    /// An item of the open list, or of a new one.
    fn item(&mut self, section: usize, mark: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let list = match self.list {
            Some((list, _)) => list,
            None => self.node(StructRole::L, Some(section)),
        };
        let item = self.node(StructRole::LI, Some(list));
        let label = self.node(StructRole::Lbl, Some(item));
        let body = self.node(StructRole::LBody, Some(item));
        self.list = Some((list, body));
        self.block(StructRole::P, body, ITEM, text);
        let mark = self.shaper.paragraphs(mark, false).pop();
        if let (Some(block), Some(mark)) = (self.blocks.last_mut(), mark) {
            block.label = Some((label, mark));
        }
    }

    /// Below an item a source belongs to the item.
    fn source(&mut self, section: usize, text: &str) {
        match self.list {
            Some((_, body)) => self.block(StructRole::P, body, Style { indent: ITEM.indent, ..SOURCE }, text),
            None => self.block(StructRole::P, section, SOURCE, text),
        }
    }
}
