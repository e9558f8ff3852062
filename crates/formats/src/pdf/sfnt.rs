//! The tables of a TrueType font (ISO/IEC 14496-22), and a smaller font with some of its glyphs only.
//! Glyphs keep their numbers, so nothing that names them has to change.

use std::collections::BTreeSet;

/// What a PDF needs of a font; it brings its own `cmap`.
const KEPT: [&[u8; 4]; 4] = [b"head", b"hhea", b"hmtx", b"maxp"];

/// A font file, in which tables are found by name.
#[derive(Debug)]
pub(super) struct Sfnt<'a> {
    bytes: &'a [u8],
    glyphs: u16,
    wide_offsets: bool,
}

impl<'a> Sfnt<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut font = Self { bytes, glyphs: 0, wide_offsets: false };
        font.glyphs = word(font.table(b"maxp")?, 4)?;
        font.wide_offsets = word(font.table(b"head")?, 50)? != 0;
        (word(font.table(b"head")?, 18)? == 1000).then_some(font)
    }

    pub(super) fn table(&self, name: &[u8; 4]) -> Option<&'a [u8]> {
        let count = usize::from(word(self.bytes, 4)?);
        let entries = self.bytes.get(12..)?.chunks_exact(16).take(count);
        let entry = entries.into_iter().find(|entry| entry.starts_with(name))?;
        let start = long(entry, 8)?;
        self.bytes.get(start..start.checked_add(long(entry, 12)?)?)
    }

    /// How far the pen moves after a glyph, in thousandths of the size.
    pub(super) fn advance(&self, glyph: u16) -> Option<u16> {
        let count = word(self.table(b"hhea")?, 34)?;
        word(self.table(b"hmtx")?, usize::from(glyph.min(count.checked_sub(1)?)) * 4)
    }

    /// The box around all glyphs: left, bottom, right, top, in thousandths of the size.
    pub(super) fn bounds(&self) -> Option<[i16; 4]> {
        let head = self.table(b"head")?;
        Some([signed(head, 36)?, signed(head, 38)?, signed(head, 40)?, signed(head, 42)?])
    }

    /// Highest and lowest line, in thousandths of the size.
    pub(super) fn ascent_and_descent(&self) -> Option<(i16, i16)> {
        let hhea = self.table(b"hhea")?;
        Some((signed(hhea, 4)?, signed(hhea, 6)?))
    }

    fn offset(&self, glyph: u16) -> Option<usize> {
        let loca = self.table(b"loca")?;
        let at = usize::from(glyph);
        if self.wide_offsets { long(loca, at * 4) } else { Some(usize::from(word(loca, at * 2)?) * 2) }
    }

    fn outline(&self, glyph: u16) -> Option<&'a [u8]> {
        self.table(b"glyf")?.get(self.offset(glyph)?..self.offset(glyph.checked_add(1)?)?)
    }

    /// A font with the outlines of these glyphs alone, and of the glyphs that they are made of.
    pub(super) fn subset(&self, wanted: &BTreeSet<u16>) -> Option<Vec<u8>> {
        let wanted = self.with_parts(wanted);
        let mut loca = Vec::new();
        let mut glyf = Vec::new();
        for glyph in 0..self.glyphs {
            loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
            if wanted.contains(&glyph) {
                glyf.extend(self.outline(glyph)?);
                glyf.resize(glyf.len().next_multiple_of(4), 0);
            }
        }
        loca.extend(u32::try_from(glyf.len()).ok()?.to_be_bytes());
        self.assemble(glyf, loca)
    }

    fn assemble(&self, glyf: Vec<u8>, loca: Vec<u8>) -> Option<Vec<u8>> {
        let mut tables = vec![(b"glyf", glyf), (b"loca", loca)];
        for name in KEPT {
            tables.push((name, self.table(name)?.to_vec()));
        }
        tables.sort_by_key(|(name, _)| **name);
        for (name, table) in &mut tables {
            if *name == b"head" {
                table.get_mut(8..12)?.fill(0);
                table.get_mut(50..52)?.copy_from_slice(&[0, 1]);
            }
        }
        file(&tables)
    }

    /// These glyphs, glyph 0, and all that composite ones among them name.
    fn with_parts(&self, wanted: &BTreeSet<u16>) -> BTreeSet<u16> {
        let mut all = BTreeSet::new();
        let mut open: Vec<u16> = wanted.iter().copied().chain([0]).collect();
        while let Some(glyph) = open.pop() {
            if all.insert(glyph) {
                open.extend(parts(self.outline(glyph).unwrap_or_default()));
            }
        }
        all
    }
}

/// The glyphs of which a composite outline is made; none for a simple one.
fn parts(outline: &[u8]) -> Vec<u16> {
    let mut found = Vec::new();
    let mut at = 10;
    let is_composite = signed(outline, 0).is_some_and(|contours| contours < 0);
    let part = |at| Some((word(outline, at)?, word(outline, at + 2)?)).filter(|_| is_composite);
    while let Some((flags, glyph)) = part(at) {
        found.push(glyph);
        if flags & 0x20 == 0 {
            break;
        }
        let arguments = if flags & 1 == 0 { 2 } else { 4 };
        let scales = [(0x08, 2), (0x40, 4), (0x80, 8)];
        at += 4 + arguments + scales.iter().find(|(bit, _)| flags & bit != 0).map_or(0, |(_, size)| *size);
    }
    found
}

/// A font file of these tables, which are sorted by name.
fn file(tables: &[(&[u8; 4], Vec<u8>)]) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let power = count.checked_ilog2()?;
    let range = 16_u16.checked_shl(power)?;
    let mut head = vec![0, 1, 0, 0];
    for number in [count, range, u16::try_from(power).ok()?, count.checked_mul(16)?.checked_sub(range)?] {
        head.extend(number.to_be_bytes());
    }
    let mut body = Vec::new();
    let start = head.len() + tables.len() * 16;
    for (name, table) in tables {
        head.extend(*name);
        head.extend(checksum(table).to_be_bytes());
        head.extend(u32::try_from(start + body.len()).ok()?.to_be_bytes());
        head.extend(u32::try_from(table.len()).ok()?.to_be_bytes());
        body.extend(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    head.extend(body);
    Some(head)
}

fn checksum(table: &[u8]) -> u32 {
    let padded = |chunk: &[u8]| {
        let mut word = [0; 4];
        word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        u32::from_be_bytes(word)
    };
    table.chunks(4).map(padded).fold(0, u32::wrapping_add)
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn signed(bytes: &[u8], at: usize) -> Option<i16> {
    word(bytes, at).map(u16::cast_signed)
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let number = u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?);
    usize::try_from(number).ok()
}
