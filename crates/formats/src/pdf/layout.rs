//! Blocks onto pages: line by line, on one page in smaller letters where that is enough, otherwise on several.

use super::{
    fonts::Fonts,
    plan::{Block, Plan, Style},
    shape::{Paragraph, Piece, Shaper, Word},
};
use std::collections::{BTreeMap, BTreeSet};
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

/// What is known once all pages are laid out.
pub(super) struct Laid<'d> {
    /// The texts of nodes in the order of reading, where glyphs from left to right do not tell it.
    pub(super) spoken: BTreeMap<usize, &'d str>,
    pub(super) replaced: BTreeSet<char>,
    foot: Option<Foot>,
    number: Style,
    right_to_left: bool,
}

/// Lays out the bodies of all pages, at least one, and hands each on when it is full.
pub(super) fn lay_out<'d>(plan: &Plan<'d>, fonts: &Fonts, mut full: impl FnMut(Page)) -> Laid<'d> {
    let mut shaper = Shaper { fonts, right_to_left: plan.right_to_left, replaced: BTreeSet::new() };
    let foot = plan.foot.as_ref().map(|block| Foot::of(block, &mut shaper));
    let floor = BOTTOM + foot.as_ref().map_or(0.0, Foot::height) + 2.0 * LARGEST;
    let size = size(plan, &mut shaper, floor);
    let mut setter = Setter::new(plan, &mut shaper, size, floor);
    setter.set(&mut |page| {
        full(page);
        true
    });
    let mut spoken = setter.spoken;
    spoken.extend(foot.as_ref().zip(plan.foot.as_ref()).and_then(|(foot, block)| {
        let runs_left = foot.paragraphs.iter().any(Paragraph::has_right_to_left);
        runs_left.then(|| (block.node, block.text.trim()))
    }));
    let (number, right_to_left) = (plan.number, plan.right_to_left);
    Laid { spoken, replaced: shaper.replaced, foot, number, right_to_left }
}

impl Laid<'_> {
    /// What stands below the body of a page: foot and number.
    pub(super) fn below(&self, fonts: &Fonts, page: usize, count: usize) -> Page {
        let mut lines =
            self.foot.as_ref().map_or_else(Vec::new, |foot| foot.lines(page == count, self.right_to_left));
        if count > 1 {
            lines.extend(self.number(fonts, page, count));
        }
        lines
    }

    /// `2 / 3`, at the end of the last line of the page.
    fn number(&self, fonts: &Fonts, page: usize, count: usize) -> Option<Placed> {
        let mut shaper = Shaper { fonts, right_to_left: false, replaced: BTreeSet::new() };
        let text = shaper.paragraphs(&format!("{page} / {count}"), false).pop()?;
        let edge = Edge { indent: 0.0, right: !self.right_to_left };
        Some(placed(None, self.number, LARGEST, BOTTOM + 3.0, text.base, &text.words, &edge))
    }
}

/// The largest size in which all is one page; [`LARGEST`] if there is none.
fn size(plan: &Plan<'_>, shaper: &mut Shaper<'_>, floor: f32) -> f32 {
    // The first page that is full ends the trial.
    let mut is_one_page = |size: f32| Setter::new(plan, shaper, size, floor).set(&mut |_| false) == 1;
    if !is_one_page(SMALLEST) {
        return LARGEST;
    }
    let mut size = LARGEST;
    while size > SMALLEST && !is_one_page(size) {
        size -= STEP;
    }
    size.max(SMALLEST)
}

/// Fills pages from top to bottom.
struct Setter<'a, 'd, 'f> {
    plan: &'a Plan<'d>,
    shaper: &'a mut Shaper<'f>,
    size: f32,
    /// Where the body of a page ends.
    floor: f32,
    /// The top of what comes next.
    top: f32,
    page: Page,
    /// Pages that are full.
    full: Vec<Page>,
    spoken: BTreeMap<usize, &'d str>,
}

impl<'a, 'd, 'f> Setter<'a, 'd, 'f> {
    fn new(plan: &'a Plan<'d>, shaper: &'a mut Shaper<'f>, size: f32, floor: f32) -> Self {
        let (page, full, spoken) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { plan, shaper, size, floor, top: PAGE.1 - TOP, page, full, spoken }
    }

    /// Hands pages on as they are full, for as long as they are wanted; how many there were, counting the one that was not wanted
    /// and the one after it.
    fn set(&mut self, wanted: &mut dyn FnMut(Page) -> bool) -> usize {
        let mut count = 1;
        for (index, block) in self.plan.blocks.iter().enumerate() {
            self.block(block, self.plan.blocks.get(index + 1));
            for page in std::mem::take(&mut self.full) {
                count += 1;
                if !wanted(page) {
                    return count;
                }
            }
        }
        wanted(std::mem::take(&mut self.page));
        count
    }

    fn block(&mut self, block: &Block<'d>, next: Option<&Block<'d>>) {
        let paragraphs = block.paragraphs(self.shaper);
        if paragraphs.iter().any(Paragraph::has_right_to_left) {
            self.spoken.insert(block.node, block.text.trim());
        }
        let style = block.style;
        let is_first = self.page.is_empty();
        self.top -= if is_first { 0.0 } else { style.above * self.size };
        let height: f32 = paragraphs.iter().map(|paragraph| self.height(paragraph, style)).sum();
        let following = next
            .filter(|_| style.leads)
            .map_or(0.0, |next| 2.0 * next.style.size * self.size * ARABIC_LEADING);
        if style.leads && !is_first && self.top - height - following < self.floor {
            self.turn();
        }
        let shaped = |(node, mark): (usize, &str)| Some((node, self.shaper.paragraphs(mark, false).pop()?));
        let label = block.label.and_then(shaped);
        for (index, paragraph) in paragraphs.iter().enumerate() {
            self.paragraph(block, paragraph, label.as_ref().filter(|_| index == 0));
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

    fn paragraph(&mut self, block: &Block<'d>, paragraph: &Paragraph, label: Option<&(usize, Paragraph)>) {
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
        self.page.push(placed(Some(node), style, self.size, baseline, base, words, &edge));
    }

    fn turn(&mut self) {
        self.full.push(std::mem::take(&mut self.page));
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

/// What stands at the bottom of every page.
struct Foot {
    node: usize,
    style: Style,
    paragraphs: Vec<Paragraph>,
}

impl Foot {
    fn of(block: &Block<'_>, shaper: &mut Shaper<'_>) -> Self {
        Self { node: block.node, style: block.style, paragraphs: block.paragraphs(shaper) }
    }

    fn shaped(&self) -> Vec<(&Paragraph, &[Word])> {
        let width = COLUMN / (LARGEST * self.style.size) - NUMBER;
        let lines = self
            .paragraphs
            .iter()
            .flat_map(|paragraph| paragraph.lines(width).into_iter().map(move |line| (paragraph, line)));
        // A foot is a line or two; more than a fifth of the page would leave no room for the document.
        lines.take(12).collect()
    }

    fn height(&self) -> f32 {
        let lines = self.shaped();
        lines.iter().map(|(paragraph, _)| leading(paragraph) * self.style.size * LARGEST).sum()
    }

    /// It belongs to the text once, on the last page; on the others it decorates.
    fn lines(&self, is_last: bool, right: bool) -> Vec<Placed> {
        let mut top = BOTTOM + self.height();
        let mut lines = Vec::new();
        for (paragraph, line) in self.shaped() {
            let height = leading(paragraph) * self.style.size * LARGEST;
            let node = Some(self.node).filter(|_| is_last);
            let (edge, baseline) = (Edge { indent: 0.0, right }, top - height * 0.76);
            lines.push(placed(node, self.style, LARGEST, baseline, paragraph.base, line, &edge));
            top -= height;
        }
        lines
    }
}
