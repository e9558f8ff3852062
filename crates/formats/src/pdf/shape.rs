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
        let text = isolate_numbers(&text);
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

/// Dates such as `2026-03-09` keep their order between Arabic letters, where the parts would change places (UAX #9, W2).
fn isolate_numbers(text: &str) -> String {
    let is_part = |character: char| character.is_ascii_digit() || character == '-';
    let mut isolated = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let (number, after) = from.split_at(from.find(|character| !is_part(character)).unwrap_or(from.len()));
        let is_date = number.split('-').count() > 2 && number.split('-').all(|part| !part.is_empty());
        isolated.push_str(before);
        isolated.push_str(&if is_date { format!("\u{2066}{number}\u{2069}") } else { number.to_owned() });
        rest = after;
    }
    isolated + rest
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

    /// The text of each glyph, from its cluster to the next one; empty for further glyphs of a cluster.
    pub(super) fn texts(&self) -> Vec<&str> {
        let starts: BTreeSet<usize> = self.glyphs.iter().map(|glyph| glyph.cluster).collect();
        let mut open = starts.clone();
        let text = |start: usize| {
            let end = starts.range(start + 1..).next().copied().unwrap_or(self.text.len());
            self.text.get(start..end).unwrap_or_default()
        };
        let glyphs = self.glyphs.iter().map(|glyph| glyph.cluster);
        glyphs.map(|cluster| if open.remove(&cluster) { text(cluster) } else { "" }).collect()
    }

    /// This piece cut at every place between two clusters, in the order of reading.
    fn clusters(&self, scale: f32) -> Vec<Self> {
        let same = |one: &Glyph, other: &Glyph| one.cluster == other.cluster;
        let mut parts: Vec<(&str, &[Glyph])> = self
            .texts()
            .into_iter()
            .filter(|text| !text.is_empty())
            .zip(self.glyphs.chunk_by(same))
            .collect();
        if self.level.is_rtl() {
            parts.reverse();
        }
        parts.into_iter().map(|(text, glyphs)| self.cluster(text, glyphs, scale)).collect()
    }

    fn cluster(&self, text: &str, glyphs: &[Glyph], scale: f32) -> Self {
        let glyphs = glyphs.iter().map(|glyph| Glyph { cluster: 0, ..glyph.clone() }).collect();
        let Self { face, level, is_space, .. } = *self;
        let mut piece = Self { face, level, text: text.to_owned(), glyphs, width: 0.0, is_space };
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
    pub(super) fn has_right_to_left(&self) -> bool {
        self.words.iter().flat_map(|word| &word.pieces).any(|piece| piece.level.is_rtl() && !piece.is_space)
    }

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
