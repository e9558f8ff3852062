//! The fonts that the program carries, and which of them draws which character.

use super::{PdfError, sfnt::Sfnt};
use harfrust::{Buffer, ClusterLevel, Direction, Font, ShapeOptions, ShaperFont};
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

/// Stands for a character without a shape; Noto Sans has it.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// One of [`FACES`], by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FaceId(usize);

impl FaceId {
    /// The place in [`FACES`].
    pub(super) fn index(self) -> usize {
        self.0
    }
}

struct Source {
    name: &'static str,
    bytes: &'static [u8],
    bold: bool,
    arabic: bool,
    /// Arabic letters are small for their em; this makes them as large as the Latin ones beside them.
    scale: f32,
}

macro_rules! face {
    ($name:literal, $bold:literal, $arabic:literal, $scale:literal) => {
        Source {
            name: $name,
            bytes: include_bytes!(concat!("../../fonts/", $name, ".ttf")),
            bold: $bold,
            arabic: $arabic,
            scale: $scale,
        }
    };
}

static FACES: [Source; 6] = [
    face!("NotoSans-Regular", false, false, 1.0),
    face!("NotoSans-Bold", true, false, 1.0),
    face!("NotoNaskhArabic-Regular", false, true, 1.12),
    face!("NotoNaskhArabic-Bold", true, true, 1.12),
    face!("NotoSansSymbols-Regular", false, false, 1.0),
    face!("NotoSansSymbols2-Regular", false, false, 1.0),
];

/// Words that are kept with their glyphs at most, for each face and direction.
const MOST_KEPT: usize = 20_000;
/// The longest of them, in bytes.
const LONGEST_KEPT: usize = 32;

/// A glyph as the shaper placed it; lengths in thousandths of the font's size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) advance: i32,
    pub(super) right: i32,
    pub(super) up: i32,
    /// Where its character begins in the shaped text, in bytes.
    pub(super) cluster: usize,
}

/// A font, read.
pub(super) struct Face {
    font: Font,
    sfnt: Sfnt<'static>,
    source: &'static Source,
    /// What was shaped before, by direction: the same words stand again and again in long documents, and shaping costs most.
    shaped: [RefCell<HashMap<String, Vec<Glyph>>>; 2],
}

/// All of them.
pub(super) struct Fonts {
    faces: Vec<Face>,
    /// Which of the faces have a character, as far as it was asked.
    known: RefCell<BTreeMap<char, Vec<bool>>>,
}

impl Fonts {
    pub(super) fn load() -> Result<Self, PdfError> {
        let faces = FACES.iter().map(Face::read).collect::<Result<_, _>>()?;
        Ok(Self { faces, known: RefCell::default() })
    }

    pub(super) fn face(&self, id: FaceId) -> Option<&Face> {
        self.faces.get(id.0)
    }

    /// The font for a character: of the wanted weight and the script of the line's direction, if one of these has it.
    pub(super) fn choose(&self, character: char, bold: bool, right_to_left: bool) -> Option<FaceId> {
        let mut known = self.known.borrow_mut();
        let has = known
            .entry(character)
            .or_insert_with(|| self.faces.iter().map(|face| face.has(character)).collect());
        let having = self.faces.iter().enumerate().zip(has).filter(|(_, has)| **has).map(|(face, _)| face);
        let rank = |face: &Face| (face.source.arabic != right_to_left, face.source.bold != bold);
        having.min_by_key(|(_, face)| rank(face)).map(|(index, _)| FaceId(index))
    }
}

impl Face {
    fn read(source: &'static Source) -> Result<Self, PdfError> {
        let broken = || PdfError::Font(source.name);
        let font = Font::new(source.bytes, 0).ok_or_else(broken)?;
        let sfnt = Sfnt::read(source.bytes).ok_or_else(broken)?;
        Ok(Self { font, sfnt, source, shaped: Default::default() })
    }

    pub(super) fn name(&self) -> &'static str {
        self.source.name
    }

    pub(super) fn scale(&self) -> f32 {
        self.source.scale
    }

    pub(super) fn is_bold(&self) -> bool {
        self.source.bold
    }

    pub(super) fn sfnt(&self) -> &Sfnt<'static> {
        &self.sfnt
    }

    fn has(&self, character: char) -> bool {
        ShaperFont::new(&self.font).nominal_glyph(character.into()).is_some()
    }

    /// The glyphs of a text that runs in one direction, from left to right.
    pub(super) fn shape(&self, text: &str, right_to_left: bool) -> Vec<Glyph> {
        let [left, right] = &self.shaped;
        let shaped = if right_to_left { right } else { left };
        if let Some(glyphs) = shaped.borrow().get(text) {
            return glyphs.clone();
        }
        let glyphs = self.shape_anew(text, right_to_left);
        // What is so long is a hash or the like, and stands nowhere else.
        if text.len() <= LONGEST_KEPT {
            let mut shaped = shaped.borrow_mut();
            if shaped.len() >= MOST_KEPT {
                shaped.clear();
            }
            shaped.insert(text.to_owned(), glyphs.clone());
        }
        glyphs
    }

    fn shape_anew(&self, text: &str, right_to_left: bool) -> Vec<Glyph> {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.set_cluster_level(ClusterLevel::MonotoneCharacters);
        let font = ShaperFont::new(&self.font);
        // The only failures are a buffer without direction and a foreign plan.
        if harfrust::shape(&font, &mut buffer, ShapeOptions::new()).is_err() {
            return Vec::new();
        }
        let placed = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
        placed.filter_map(|(info, position)| glyph(info, position)).collect()
    }
}

fn glyph(info: &harfrust::GlyphInfo, position: &harfrust::GlyphPosition) -> Option<Glyph> {
    Some(Glyph {
        id: u16::try_from(info.glyph_id).ok()?,
        advance: position.x_advance,
        right: position.x_offset,
        up: position.y_offset,
        cluster: usize::try_from(info.cluster).ok()?,
    })
}
