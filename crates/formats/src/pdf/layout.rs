//! Blocks onto pages: line by line, on one page in smaller letters where that is enough, otherwise on several.

use super::{
    fonts::Fonts,
    plan::{Block, Plan, Style},
    shape::{Paragraph, Piece, Shaper, Word},
};
use std::collections::BTreeSet;
use unicode_bidi::{BidiInfo, Level};

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Room on the left and on the right, 20 mm.
const SIDE: f32 = 56.7;
const TOP: f32 = 54.0;
const BOTTOM: f32 = 40.0;
/// The width of lines.
pub(super) const COLUMN: f32 = PAGE.0 - 2.0 * SIDE;
/// The size of text, in points; smaller ones are tried down to [`SMALLEST`] if all fits on one page then.
pub(super) const LARGEST: f32 = 10.5;
const SMALLEST: f32 = 7.0;
const STEP: f32 = 0.25;
/// From line to line, in sizes of the letters. Arabic letters reach higher and lower.
const LEADING: f32 = 1.32;
const ARABIC_LEADING: f32 = 1.62;

/// A line at its place. What it holds is in the order of reading.
#[derive(Debug)]
pub(super) struct Placed {
    /// Its tag; none for what only decorates the page.
    pub(super) node: Option<usize>,
    pub(super) size: f32,
    pub(super) grey: f32,
    /// Above the lower edge of the page.
    pub(super) baseline: f32,
    /// Pieces with the place of their left edges.
    pub(super) pieces: Vec<(f32, Piece)>,
}

/// The lines of a page.
pub(super) type Page = Vec<Placed>;

/// Lays out all pages, at least one.
pub(super) fn pages(plan: &Plan, fonts: &Fonts) -> Vec<Page> {
    let mut pages = body(plan);
    let count = pages.len();
    for (index, page) in pages.iter_mut().enumerate() {
        let is_last = index + 1 == count;
        page.extend(foot(plan, is_last));
        if count > 1 {
            page.extend(number(plan, fonts, index + 1, count));
        }
    }
    pages
}

/// In the largest size in which it is one page; in [`LARGEST`] if there is none.
fn body(plan: &Plan) -> Vec<Page> {
    if Setter::set(plan, SMALLEST).len() == 1 {
        let mut size = LARGEST;
        while size > SMALLEST {
            let pages = Setter::set(plan, size);
            if pages.len() == 1 {
                return pages;
            }
            size -= STEP;
        }
        return Setter::set(plan, SMALLEST);
    }
    Setter::set(plan, LARGEST)
}

/// Fills pages from top to bottom.
struct Setter<'a> {
    plan: &'a Plan,
    size: f32,
    /// Where the body of a page ends.
    floor: f32,
    /// The top of what comes next.
    top: f32,
    pages: Vec<Page>,
}

impl<'a> Setter<'a> {
    fn set(plan: &'a Plan, size: f32) -> Vec<Page> {
        let floor = BOTTOM + foot_height(plan) + 2.0 * LARGEST;
        let mut setter = Self { plan, size, floor, top: PAGE.1 - TOP, pages: vec![Vec::new()] };
        for (index, block) in plan.blocks.iter().enumerate() {
            setter.block(block, plan.blocks.get(index + 1));
        }
        setter.pages
    }

    fn block(&mut self, block: &Block, next: Option<&Block>) {
        let is_first = self.pages.last().is_some_and(Vec::is_empty);
        let style = block.style;
        self.top -= if is_first { 0.0 } else { style.above * self.size };
        let height: f32 = block.paragraphs.iter().map(|paragraph| self.height(paragraph, style)).sum();
        let following = next
            .filter(|_| style.leads)
            .map_or(0.0, |next| 2.0 * next.style.size * self.size * ARABIC_LEADING);
        if style.leads && !is_first && self.top - height - following < self.floor {
            self.turn();
        }
        for (index, paragraph) in block.paragraphs.iter().enumerate() {
            let label = block.label.as_ref().filter(|_| index == 0);
            self.paragraph(block, paragraph, label);
        }
    }

    fn height(&self, paragraph: &Paragraph, style: Style) -> f32 {
        let lines = paragraph.lines(self.width(style)).len().max(1);
        let lines: f32 = std::iter::repeat_n(1.0, lines).sum();
        lines * leading(paragraph) * style.size * self.size
    }

    /// The width of a column in ems of the style.
    fn width(&self, style: Style) -> f32 {
        (COLUMN / self.size - style.indent) / style.size
    }

    fn paragraph(&mut self, block: &Block, paragraph: &Paragraph, label: Option<&(usize, Paragraph)>) {
        let style = block.style;
        let height = leading(paragraph) * style.size * self.size;
        let mut label = label;
        for line in paragraph.lines(self.width(style)) {
            if self.top - height < self.floor {
                self.turn();
            }
            let baseline = self.top - height * 0.76;
            if let Some((node, mark)) = label.take() {
                self.place(*node, Style { indent: 0.25, ..style }, baseline, mark.base, &mark.words);
            }
            self.place(block.node, style, baseline, paragraph.base, line);
            self.top -= height;
        }
        if paragraph.words.is_empty() {
            self.top -= height;
        }
    }

    fn place(&mut self, node: usize, style: Style, baseline: f32, base: Level, words: &[Word]) {
        let edge = Edge { indent: style.indent * self.size, right: self.plan.right_to_left };
        let line = placed(Some(node), style, self.size, baseline, base, words, &edge);
        if let Some(page) = self.pages.last_mut() {
            page.push(line);
        }
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.top = PAGE.1 - TOP;
    }
}

/// Where lines begin.
struct Edge {
    indent: f32,
    /// On the right?
    right: bool,
}

fn placed(
    node: Option<usize>,
    style: Style,
    size: f32,
    baseline: f32,
    base: Level,
    words: &[Word],
    edge: &Edge,
) -> Placed {
    let size = size * style.size;
    let pieces: Vec<&Piece> = words.iter().flat_map(|word| &word.pieces).collect();
    let spaces = pieces.iter().rev().take_while(|piece| piece.is_space).count();
    let levels = levels(&pieces, spaces, base);
    let width: f32 = pieces.iter().take(pieces.len() - spaces).map(|piece| piece.width * size).sum();
    let hanging: f32 = pieces.iter().rev().take(spaces).map(|piece| piece.width * size).sum();
    let left = if edge.right { PAGE.0 - SIDE - edge.indent - width } else { SIDE + edge.indent };
    // Spaces at the end of a line that runs to the left are drawn before its left end.
    let mut x = if base.is_rtl() { left - hanging } else { left };
    let mut lefts = vec![0.0; pieces.len()];
    for index in BidiInfo::reorder_visual(&levels) {
        if let (Some(at), Some(piece)) = (lefts.get_mut(index), pieces.get(index)) {
            *at = x;
            x += piece.width * size;
        }
    }
    let pieces = lefts.into_iter().zip(pieces.into_iter().cloned()).collect();
    Placed { node, size, grey: style.grey, baseline, pieces }
}

/// Spaces at the end of a line run as the paragraph does (UAX #9, L1).
fn levels(pieces: &[&Piece], spaces: usize, base: Level) -> Vec<Level> {
    let kept = pieces.len().saturating_sub(spaces);
    pieces.iter().enumerate().map(|(index, piece)| if index < kept { piece.level } else { base }).collect()
}

fn leading(paragraph: &Paragraph) -> f32 {
    if paragraph.has_right_to_left() { ARABIC_LEADING } else { LEADING }
}

/// Room for page numbers beside the foot, in ems of its style.
const NUMBER: f32 = 6.0;

fn foot_lines(block: &Block) -> Vec<(&Paragraph, &[Word])> {
    let width = COLUMN / (LARGEST * block.style.size) - NUMBER;
    let lines = block
        .paragraphs
        .iter()
        .flat_map(|paragraph| paragraph.lines(width).into_iter().map(move |line| (paragraph, line)));
    // A foot is a line or two; more than a fifth of the page would leave no room for the document.
    lines.take(12).collect()
}

fn foot_height(plan: &Plan) -> f32 {
    let lines = plan.foot.iter().flat_map(foot_lines);
    lines.map(|(paragraph, _)| leading(paragraph) * plan.number.size * LARGEST).sum()
}

/// The foot belongs to the text once, on the last page; on the others it decorates.
fn foot(plan: &Plan, is_last: bool) -> Vec<Placed> {
    let mut top = BOTTOM + foot_height(plan);
    let mut lines = Vec::new();
    for (block, (paragraph, line)) in
        plan.foot.iter().flat_map(|block| foot_lines(block).into_iter().map(move |line| (block, line)))
    {
        let height = leading(paragraph) * block.style.size * LARGEST;
        let node = Some(block.node).filter(|_| is_last);
        let edge = Edge { indent: 0.0, right: plan.right_to_left };
        lines.push(placed(node, block.style, LARGEST, top - height * 0.76, paragraph.base, line, &edge));
        top -= height;
    }
    lines
}

/// `2 / 3`, at the end of the last line of the page.
fn number(plan: &Plan, fonts: &Fonts, page: usize, count: usize) -> Option<Placed> {
    let mut shaper = Shaper { fonts, right_to_left: false, replaced: BTreeSet::new() };
    let text = shaper.paragraphs(&format!("{page} / {count}"), false).pop()?;
    let edge = Edge { indent: 0.0, right: !plan.right_to_left };
    Some(placed(None, plan.number, LARGEST, BOTTOM + 3.0, text.base, &text.words, &edge))
}
