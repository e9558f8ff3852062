//! Text into words of placed glyphs: directions by the Unicode bidirectional algorithm (UAX #9), places where a line may end
//! by UAX #14, glyphs by the shaper.

use super::fonts::{FaceId, Fonts, Glyph, REPLACEMENT};
use std::collections::BTreeSet;
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// Text between two forced line ends. Lengths here are in ems: parts of the size in which it will be set.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    /// The direction of the whole; parts of it may run the other way.
    pub(super) base: Level,
    pub(super) words: Vec<Word>,
}

/// What stays on one line, with the spaces after it.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// In the order of reading.
    pub(super) pieces: Vec<Piece>,
}

/// Glyphs of one font that run one way.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) face: FaceId,
    pub(super) level: Level,
    pub(super) text: String,
    /// From left to right.
    pub(super) glyphs: Vec<Glyph>,
    pub(super) width: f32,
    pub(super) is_space: bool,
}

/// The texts of a document become paragraphs here, and what had to be replaced is collected.
pub(super) struct Shaper<'a> {
    pub(super) fonts: &'a Fonts,
    /// Do lines of the document begin on the right?
    pub(super) right_to_left: bool,
    pub(super) replaced: BTreeSet<char>,
}

impl Shaper<'_> {
    /// The paragraphs of a text, one for each of its lines.
    pub(super) fn paragraphs(&mut self, text: &str, bold: bool) -> Vec<Paragraph> {
        let text = text.replace("\r\n", "\n").replace(['\u{2028}', '\u{2029}'], "\n");
        text.trim().split('\n').map(|line| self.paragraph(line.trim(), bold)).collect()
    }

    fn paragraph(&mut self, text: &str, bold: bool) -> Paragraph {
        let text: String = text.chars().filter_map(|character| self.clean(character)).collect();
        let base = self.base(&text);
        let levels = BidiInfo::new(&text, Some(base)).levels;
        let mut start = 0;
        let mut words = Vec::new();
        for (end, _) in unicode_linebreak::linebreaks(&text) {
            if let (Some(word), Some(levels)) = (text.get(start..end), levels.get(start..end)) {
                words.push(self.word(word, levels, bold));
            }
            start = end;
        }
        words.retain(|word| !word.pieces.is_empty());
        Paragraph { base, words }
    }

    /// The character that is set for this one. Control characters become spaces; soft hyphens and variants are left out.
    fn clean(&mut self, character: char) -> Option<char> {
        match character {
            '\u{ad}'
            | '\u{feff}'
            | '\u{2060}'..='\u{2065}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0000}'..='\u{e0fff}' => None,
            _ if character.is_control() => Some(' '),
            _ if is_invisible(character) || self.fonts.choose(character, false, false).is_some() => {
                Some(character)
            }
            _ if character.is_whitespace() => Some(' '),
            _ => {
                self.replaced.insert(character);
                Some(REPLACEMENT)
            }
        }
    }

    /// The document's direction, but for a text of which all letters run the other way.
    fn base(&self, text: &str) -> Level {
        let has =
            |wanted: &[BidiClass]| text.chars().any(|character| wanted.contains(&bidi_class(character)));
        let (left, right) = (has(&[BidiClass::L]), has(&[BidiClass::R, BidiClass::AL]));
        let right_to_left = if left == right { self.right_to_left } else { right };
        if right_to_left { Level::rtl() } else { Level::ltr() }
    }

    fn word(&self, text: &str, levels: &[Level], bold: bool) -> Word {
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, character) in text.char_indices() {
            let Some(level) = levels.get(at).copied().filter(|level| is_drawn(character, *level)) else {
                continue;
            };
            let Some(face) = self.fonts.choose(character, bold, level.is_rtl()) else { continue };
            let is_space = character.is_whitespace();
            match pieces.last_mut() {
                Some(last) if (last.face, last.level, last.is_space) == (face, level, is_space) => {
                    last.text.push(character)
                }
                _ => pieces.push(Piece::new(face, level, character)),
            }
        }
        pieces.iter_mut().for_each(|piece| piece.shape(self.fonts));
        Word { pieces }
    }
}

/// Characters that steer others and have no shape of their own.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}

/// Joiners matter to Arabic letters; the other invisible characters have done their work when levels are known.
fn is_drawn(character: char, level: Level) -> bool {
    !is_invisible(character) || level.is_rtl() && matches!(character, '\u{200c}' | '\u{200d}')
}

impl Piece {
    fn new(face: FaceId, level: Level, first: char) -> Self {
        let text = String::from(first);
        Self { face, level, text, glyphs: Vec::new(), width: 0.0, is_space: first.is_whitespace() }
    }

    fn shape(&mut self, fonts: &Fonts) {
        let Some(face) = fonts.face(self.face) else { return };
        self.glyphs = face.shape(&self.text, self.level.is_rtl());
        self.measure(face.scale());
    }

    #[expect(clippy::cast_precision_loss, reason = "advances of glyphs are far below 2^24")]
    fn measure(&mut self, scale: f32) {
        self.width = self.glyphs.iter().map(|glyph| glyph.advance as f32).sum::<f32>() * scale / 1000.0;
    }

    /// The text of the glyph at a place, from its cluster to the next one; empty for further glyphs of a cluster.
    pub(super) fn text_of(&self, index: usize) -> &str {
        let Some(glyph) = self.glyphs.get(index) else { return "" };
        let before = |other: &Glyph| other.cluster == glyph.cluster;
        if self.glyphs.iter().take(index).any(before) {
            return "";
        }
        let later = self.glyphs.iter().map(|other| other.cluster).filter(|cluster| *cluster > glyph.cluster);
        self.text.get(glyph.cluster..later.min().unwrap_or(self.text.len())).unwrap_or_default()
    }

    /// This piece cut at every place between two clusters, in the order of reading.
    fn clusters(&self, scale: f32) -> Vec<Self> {
        let starts: BTreeSet<usize> = self.glyphs.iter().map(|glyph| glyph.cluster).collect();
        let ends = starts.iter().copied().skip(1).chain([self.text.len()]);
        starts.iter().zip(ends).map(|(start, end)| self.cluster(*start, end, scale)).collect()
    }

    fn cluster(&self, start: usize, end: usize, scale: f32) -> Self {
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        let here = self.glyphs.iter().filter(|glyph| glyph.cluster == start);
        let glyphs = here.map(|glyph| Glyph { cluster: 0, ..glyph.clone() }).collect();
        let mut piece = Self { text, glyphs, ..self.clone() };
        piece.measure(scale);
        piece
    }
}

impl Word {
    /// Its width without the spaces at its end.
    pub(super) fn width(&self) -> f32 {
        let spaces = self.pieces.iter().rev().take_while(|piece| piece.is_space).count();
        let kept = self.pieces.len().saturating_sub(spaces);
        self.pieces.iter().take(kept).map(|piece| piece.width).sum()
    }

    pub(super) fn full_width(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.width).sum()
    }

    fn letters(&self, fonts: &Fonts) -> Vec<Self> {
        let scale = |piece: &Piece| fonts.face(piece.face).map_or(1.0, super::fonts::Face::scale);
        let pieces = self.pieces.iter().flat_map(|piece| piece.clusters(scale(piece)));
        pieces.map(|piece| Self { pieces: vec![piece] }).collect()
    }
}

impl Paragraph {
    /// Allows line ends anywhere in words that are wider than the column.
    pub(super) fn split_words_above(&mut self, width: f32, fonts: &Fonts) {
        let cut = |word: Word| if word.width() > width { word.letters(fonts) } else { vec![word] };
        self.words = std::mem::take(&mut self.words).into_iter().flat_map(cut).collect();
    }

    /// The lines of this paragraph in a column of this width: words that fit together.
    pub(super) fn lines(&self, width: f32) -> Vec<&[Word]> {
        let mut lines = Vec::new();
        let mut rest = self.words.as_slice();
        while !rest.is_empty() {
            let (line, below) = rest.split_at(fitting(rest, width).clamp(1, rest.len()));
            lines.push(line);
            rest = below;
        }
        lines
    }
}

/// How many of the words fit in the width.
fn fitting(words: &[Word], width: f32) -> usize {
    let mut used = 0.0;
    let fits = |word: &&Word| {
        let end = used + word.width();
        used += word.full_width();
        end <= width
    };
    words.iter().take_while(fits).count()
}
