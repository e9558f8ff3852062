//! The content of a page (ISO 32000-1, 9.4 and 14.6): lines of glyphs, each marked with the tag that it belongs to.

use super::{
    fonts::{FaceId, Fonts},
    layout::{Page, Placed},
    shape::Piece,
    write::packed,
};
use pdf_writer::{Content, Name, Str, TextStr, types::ArtifactType, writers::PositionedItems};
use std::collections::{BTreeMap, BTreeSet};

/// Grey that no output device interprets in its own way; PDF/A wants that or a profile (ISO 19005-2, 6.2.4).
pub(super) const GREY: Name = Name(b"Grey");

/// The glyphs that a document uses, with the text of each.
#[derive(Debug, Default)]
pub(super) struct Used(pub(super) BTreeMap<FaceId, BTreeMap<u16, String>>);

/// The contents of a page as drawn, and the node of each of its marks.
#[derive(Default)]
pub(super) struct Painted {
    /// Deflated; one after the other they are the page's content.
    pub(super) contents: Vec<Vec<u8>>,
    /// The node of mark 0, of mark 1 and so on.
    pub(super) marks: Vec<usize>,
    pub(super) faces: BTreeSet<FaceId>,
}

/// The name of a font among the resources of a page.
pub(super) fn font_name(face: FaceId) -> String {
    format!("F{}", face.index())
}

struct Painter<'a> {
    fonts: &'a Fonts,
    used: &'a mut Used,
    content: Content,
    marks: Vec<usize>,
    faces: BTreeSet<FaceId>,
}

impl Painted {
    /// Draws lines upon those that are drawn already.
    pub(super) fn paint(mut self, page: &Page, fonts: &Fonts, used: &mut Used) -> Self {
        if page.is_empty() && !self.contents.is_empty() {
            return self;
        }
        let content = Content::new();
        let mut painter = Painter { fonts, used, content, marks: self.marks, faces: self.faces };
        painter.content.set_fill_color_space(GREY);
        for lines in page.chunk_by(|one, other| one.node == other.node) {
            painter.chunk(lines);
        }
        let Painter { content, marks, faces, .. } = painter;
        self.contents.push(packed(&content.finish()));
        Self { marks, faces, ..self }
    }
}

impl Painter<'_> {
    /// Lines of one tag become one piece of marked content.
    fn chunk(&mut self, lines: &[Placed]) {
        self.mark(lines.first().and_then(|line| line.node));
        self.content.begin_text();
        for line in lines {
            self.content.set_fill_color([line.grey]);
            for (x, piece) in &line.pieces {
                self.piece(*x, line, piece);
            }
        }
        self.content.end_text();
        self.content.end_marked_content();
    }

    fn mark(&mut self, node: Option<usize>) {
        let name = Name(if node.is_some() { b"P" } else { b"Artifact" });
        let mut marked = self.content.begin_marked_content_with_properties(name);
        let mut properties = marked.properties();
        match (node, i32::try_from(self.marks.len())) {
            (Some(node), Ok(mark)) => {
                properties.identify(mark);
                self.marks.push(node);
            }
            _ => {
                properties.artifact().kind(ArtifactType::Pagination);
            }
        }
    }

    fn piece(&mut self, x: f32, line: &Placed, piece: &Piece) {
        let Some(face) = self.fonts.face(piece.face) else { return };
        let is_exact = self.record(piece);
        let size = line.size * face.scale();
        self.faces.insert(piece.face);
        if !is_exact {
            let mut span = self.content.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(&piece.text));
        }
        self.content.set_font(Name(font_name(piece.face).as_bytes()), size);
        self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, line.baseline]);
        self.glyphs(piece, size);
        if !is_exact {
            self.content.end_marked_content();
        }
    }

    /// Notes the glyphs; do their texts, as noted for the whole document, make up the text of the piece?
    fn record(&mut self, piece: &Piece) -> bool {
        let known = self.used.0.entry(piece.face).or_default();
        let mut is_exact = true;
        for (glyph, text) in piece.glyphs.iter().zip(piece.texts()) {
            is_exact &= !text.is_empty() && known.entry(glyph.id).or_insert_with(|| text.to_owned()) == text;
            if text.is_empty() {
                known.entry(glyph.id).or_default();
            }
        }
        // Readers turn letters that run to the left themselves, and would turn these once more; the tag has their text.
        is_exact || piece.level.is_rtl()
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths within a line of glyphs are far below 2^24")]
    fn glyphs(&mut self, piece: &Piece, size: f32) {
        let Some(face) = self.fonts.face(piece.face) else { return };
        // Where the pen is and where it should be, from the left edge of the piece, in thousandths of the size.
        let (mut pen, mut start, mut raised) = (0_i32, 0_i32, 0_i32);
        for level in piece.glyphs.chunk_by(|one, other| one.up == other.up) {
            let up = level.first().map_or(0, |glyph| glyph.up);
            if up != raised {
                self.content.set_rise(up as f32 * size / 1000.0);
                raised = up;
            }
            let mut shown = self.content.show_positioned();
            let mut items = shown.items();
            let mut run = Vec::new();
            for glyph in level {
                let target = start.saturating_add(glyph.right);
                if target != pen {
                    show(&mut items, &mut run);
                    items.adjust(pen.saturating_sub(target) as f32);
                }
                run.extend(glyph.id.to_be_bytes());
                pen = target.saturating_add(face.sfnt().advance(glyph.id).map_or(0, i32::from));
                start = start.saturating_add(glyph.advance);
            }
            show(&mut items, &mut run);
        }
        if raised != 0 {
            self.content.set_rise(0.0);
        }
    }
}

fn show(items: &mut PositionedItems, run: &mut Vec<u8>) {
    if !run.is_empty() {
        items.show(Str(run));
        run.clear();
    }
}
