//! Fonts inside the file (ISO 32000-1, 9.7): the used glyphs, their widths, and the text that each stands for.

use super::{
    PdfError,
    fonts::{Face, FaceId, Fonts},
    paint::Used,
    write::{Refs, packed},
};
use pdf_writer::{
    Filter, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Glyph numbers are used as they are, so there is no character collection.
const COLLECTION: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// For a glyph that only completes the one before it, such as the dots of a letter: a character without width.
const NOTHING: char = '\u{200b}';

/// Writes all fonts; tells under which number each can be found.
pub(super) fn embed(
    pdf: &mut Pdf,
    refs: &mut Refs,
    fonts: &Fonts,
    used: &Used,
) -> Result<BTreeMap<FaceId, Ref>, PdfError> {
    let mut places = BTreeMap::new();
    for (id, glyphs) in &used.0 {
        if let Some(face) = fonts.face(*id) {
            let place = font(pdf, refs, face, glyphs).ok_or(PdfError::Font(face.name()))?;
            places.insert(*id, place);
        }
    }
    Ok(places)
}

fn font(pdf: &mut Pdf, refs: &mut Refs, face: &Face, glyphs: &BTreeMap<u16, String>) -> Option<Ref> {
    let [whole, descendant, descriptor, texts, program] = std::array::from_fn(|_| refs.next());
    let subset = face.sfnt().subset(&glyphs.keys().copied().collect::<BTreeSet<_>>())?;
    let name = format!("{}+{}", tag(&subset), face.name());
    let name = Name(name.as_bytes());
    pdf.type0_font(whole)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(texts);
    widths(pdf, descendant, descriptor, face, glyphs, name)?;
    describe(pdf, descriptor, program, face, name)?;
    let map = packed(&text_map(glyphs));
    pdf.stream(texts, &map).filter(Filter::FlateDecode);
    let length = i32::try_from(subset.len()).ok()?;
    let subset = packed(&subset);
    pdf.stream(program, &subset).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
    Some(whole)
}

fn widths(
    pdf: &mut Pdf,
    id: Ref,
    descriptor: Ref,
    face: &Face,
    glyphs: &BTreeMap<u16, String>,
    name: Name,
) -> Option<()> {
    let mut font = pdf.cid_font(id);
    font.subtype(CidFontType::Type2)
        .base_font(name)
        .system_info(COLLECTION)
        .font_descriptor(descriptor)
        .cid_to_gid_map_predefined(Name(b"Identity"))
        .default_width(0.0);
    let mut widths = font.widths();
    for glyph in glyphs.keys() {
        widths.same(*glyph, *glyph, f32::from(face.sfnt().advance(*glyph)?));
    }
    Some(())
}

fn describe(pdf: &mut Pdf, id: Ref, program: Ref, face: &Face, name: Name) -> Option<()> {
    let [left, bottom, right, top] = face.sfnt().bounds()?.map(f32::from);
    let (ascent, descent) = face.sfnt().ascent_and_descent()?;
    pdf.font_descriptor(id)
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(f32::from(ascent))
        .descent(f32::from(descent))
        .cap_height(714.0)
        .stem_v(if face.is_bold() { 140.0 } else { 80.0 })
        .font_file2(program);
    Some(())
}

/// Which text each glyph stands for (9.10.3).
fn text_map(glyphs: &BTreeMap<u16, String>) -> Vec<u8> {
    let mut map = UnicodeCmap::<u16>::new(Name(b"Comity"), COLLECTION);
    for (glyph, text) in glyphs {
        if text.is_empty() {
            map.pair(*glyph, NOTHING);
        } else {
            map.pair_with_multiple(*glyph, text.chars());
        }
    }
    map.finish().into_vec()
}

/// Six letters that tell one subset of a font from another (9.6.4).
fn tag(subset: &[u8]) -> String {
    Sha256::digest(subset).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
