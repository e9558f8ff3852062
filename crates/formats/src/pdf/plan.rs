//! A document as blocks of text with their style, and the tree of tags to which they belong. Texts are not shaped here: glyphs
//! take a hundred times the room of letters, and a page needs only its own.

use super::{
    Document, Line, Section,
    layout::{COLUMN, LARGEST},
    shape::{Paragraph, Shaper},
};
use pdf_writer::types::StructRole;

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
}

/// Text with one style.
#[derive(Debug)]
pub(super) struct Block<'d> {
    /// Its place in [`Plan::nodes`].
    pub(super) node: usize,
    pub(super) style: Style,
    pub(super) text: &'d str,
    /// The bullet or box before it, with the place of its node.
    pub(super) label: Option<(usize, &'static str)>,
}

/// What is to be laid out.
pub(super) struct Plan<'d> {
    pub(super) nodes: Vec<Node>,
    pub(super) blocks: Vec<Block<'d>>,
    pub(super) foot: Option<Block<'d>>,
    /// `1 / 3` and so on are shaped when the number of pages is known.
    pub(super) number: Style,
    pub(super) right_to_left: bool,
}

/// A plan while it is made.
struct Planner<'d> {
    nodes: Vec<Node>,
    blocks: Vec<Block<'d>>,
    /// The nodes of the open list and of the body of its last item.
    list: Option<(usize, usize)>,
}

impl<'d> Plan<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let mut planner = Planner { nodes: Vec::new(), blocks: Vec::new(), list: None };
        let root = planner.node(StructRole::Document, None);
        planner.block(StructRole::H1, root, TITLE, &document.title);
        planner.block(StructRole::P, root, SUBTITLE, &document.subtitle);
        for section in &document.sections {
            planner.section(root, section);
        }
        planner.block(StructRole::P, root, FOOT, &document.foot);
        let foot = if document.foot.trim().is_empty() { None } else { planner.blocks.pop() };
        let Planner { nodes, blocks, .. } = planner;
        Self { nodes, blocks, foot, number: FOOT, right_to_left: document.right_to_left() }
    }
}

impl Block<'_> {
    pub(super) fn paragraphs(&self, shaper: &mut Shaper<'_>) -> Vec<Paragraph> {
        let mut paragraphs = shaper.paragraphs(self.text, self.style.bold);
        let width = (COLUMN / LARGEST - self.style.indent) / self.style.size;
        for paragraph in &mut paragraphs {
            paragraph.split_words_above(width, shaper.fonts);
        }
        paragraphs
    }
}

impl<'d> Planner<'d> {
    fn node(&mut self, role: StructRole, parent: Option<usize>) -> usize {
        self.nodes.push(Node { role, parent });
        self.nodes.len() - 1
    }

    /// Nothing for an empty text.
    fn block(&mut self, role: StructRole, parent: usize, style: Style, text: &'d str) {
        if !text.trim().is_empty() {
            let node = self.node(role, Some(parent));
            self.blocks.push(Block { node, style, text, label: None });
        }
    }

    fn section(&mut self, root: usize, section: &'d Section) {
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

    fn line(&mut self, section: usize, line: &'d Line) {
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
    fn below(&mut self, role: StructRole, section: usize, style: Style, text: &'d str) {
        self.list = None;
        self.block(role, section, style, text);
    }

    /// An item of the open list, or of a new one.
    fn item(&mut self, section: usize, mark: &'static str, text: &'d str) {
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
        if let Some(block) = self.blocks.last_mut() {
            block.label = Some((label, mark));
        }
    }

    /// Below an item a source belongs to the item.
    fn source(&mut self, section: usize, text: &'d str) {
        match self.list {
            Some((_, body)) => self.block(StructRole::P, body, Style { indent: ITEM.indent, ..SOURCE }, text),
            None => self.block(StructRole::P, section, SOURCE, text),
        }
    }
}
