//! How a name in one script is written in Latin letters, learnt from pairs. A pair of words costs the bits of its cheapest
//! alignment by chunks (one to three Latin letters against one or two symbols of the other script), and what the two
//! words cost alone says how much of that is shared: pointwise mutual information. Not a romanisation: both directions of
//! a choice (Khaled, Chalid) are good.

pub mod training;

use crate::{letters::NONE, script::Script};
use std::sync::LazyLock;

/// Symbols of a word that are looked at.
pub(crate) const MAX_WORD: usize = 32;
/// Costs are in eighths of a bit.
pub(crate) const UNITS: f32 = 8.0;
/// A chunk pair that was never seen.
const NEVER: u8 = 255;
/// What two symbols cost that have nothing to do with each other.
const STRANGE: u16 = 26 * 8;
/// The most that a letter alone costs, so that letters that were never seen are no evidence of anything.
const DEAREST: u16 = 12 * 8;
pub(crate) const LATIN_CHUNK: usize = 3;
pub(crate) const NATIVE_CHUNK: usize = 2;
const LATIN_CODES: usize = 1 << 18;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model::read(include_bytes!("../../data/sounds.bin"));
    model.weigh(include_str!("../../data/sounds.txt"));
    model
});

/// All tables.
pub(crate) struct Model {
    /// Latin chunk, by its code, to its number; 0 is none.
    chunks: Vec<u16>,
    tables: Vec<Option<Table>>,
}

/// One script against Latin.
#[derive(Default)]
pub(crate) struct Table {
    /// Row of a chunk's number; 0 is none.
    rows: Vec<u16>,
    /// Column of a native chunk's code; 0 is none.
    columns: Vec<u16>,
    width: usize,
    cells: Vec<u8>,
    dropped: Vec<u8>,
    added: Vec<u8>,
    latin_follows: Vec<u8>,
    native_follows: Vec<u8>,
    native_letters: usize,
    /// Weights of the logit, over [`Costs::features`].
    weights: [f32; FEATURES],
    /// Most probable Latin letters of a native symbol or chunk, by column.
    pub(crate) romanised: Vec<u32>,
}

/// Features of the logit.
pub const FEATURES: usize = 6;

/// Code of up to three Latin symbols, six bits each.
pub(crate) fn latin_code(chunk: &[u8]) -> usize {
    chunk.iter().rev().fold(0, |code, symbol| code << 6 | usize::from((*symbol).min(63)))
}

/// Code of up to two native symbols, a byte each.
pub(crate) fn native_code(chunk: &[u8]) -> usize {
    chunk.iter().rev().fold(0, |code, symbol| code << 8 | usize::from(*symbol))
}

/// What an alignment found, in eighths of a bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Costs {
    pub(crate) joint: u16,
    pub(crate) latin_alone: u16,
    pub(crate) native_alone: u16,
    pub(crate) latin_length: u8,
    pub(crate) native_length: u8,
}

impl Costs {
    /// What the logit weighs.
    pub(crate) fn features(&self) -> [f32; FEATURES] {
        let (n, m) = (f32::from(self.latin_length.max(1)), f32::from(self.native_length.max(1)));
        let joint = f32::from(self.joint) / UNITS;
        let shared = (f32::from(self.latin_alone) + f32::from(self.native_alone)) / UNITS - joint;
        let length = (n + m) / 2.0;
        [1.0, shared / length, joint / length, shared / 10.0, length.ln(), joint / 10.0]
    }
}

/// The tables.
pub(crate) fn model() -> &'static Model {
    &MODEL
}

impl Model {
    /// The logarithm of the odds (base e) that a Latin and a native word are the same name; `None` where there is no table.
    pub(crate) fn logit(&self, script: Script, latin: &[u8], native: &[u8]) -> Option<f32> {
        let table = self.tables.get(script as usize)?.as_ref()?;
        let features = self.costs(table, latin, native).features();
        Some(features.iter().zip(&table.weights).map(|(feature, weight)| feature * weight).sum())
    }

    /// The most probable Latin letters of a native word, chunk by chunk, the longer chunk first.
    pub(crate) fn romanise(&self, script: Script, native: &[u8]) -> Option<Vec<u8>> {
        let table = self.table(script)?;
        let mut out = Vec::with_capacity(native.len() * 2);
        let mut rest = native;
        while let Some((_, tail)) = rest.split_first() {
            let longest = (1..=NATIVE_CHUNK.min(rest.len())).rev().find_map(|k| {
                let code = table.romanised_of(rest.get(..k)?)?;
                Some((k, code))
            });
            let (k, code) = longest.unwrap_or((1, 0));
            out.extend(
                (0..LATIN_CHUNK).map(|at| (code >> (6 * at) & 63) as u8).take_while(|symbol| *symbol != 0),
            );
            rest = rest.get(k..).unwrap_or(tail);
            if out.len() >= MAX_WORD {
                break;
            }
        }
        out.truncate(MAX_WORD);
        Some(out)
    }

    pub(crate) fn table(&self, script: Script) -> Option<&Table> {
        self.tables.get(script as usize)?.as_ref()
    }

    pub(crate) fn costs(&self, table: &Table, latin: &[u8], native: &[u8]) -> Costs {
        let latin = &latin[..latin.len().min(MAX_WORD)];
        let native = &native[..native.len().min(MAX_WORD)];
        Costs {
            joint: self.joint(table, latin, native),
            latin_alone: alone(&table.latin_follows, 64, latin),
            native_alone: alone(&table.native_follows, table.native_letters, native),
            latin_length: latin.len() as u8,
            native_length: native.len() as u8,
        }
    }

    /// The cheapest alignment.
    fn joint(&self, table: &Table, latin: &[u8], native: &[u8]) -> u16 {
        let (n, m) = (latin.len(), native.len());
        let mut columns = [[0_u16; NATIVE_CHUNK]; MAX_WORD];
        for (j, slot) in columns.iter_mut().enumerate().take(m) {
            for (k, column) in slot.iter_mut().enumerate() {
                if let Some(chunk) = native.get(j..=j + k) {
                    *column = table.columns.get(native_code(chunk)).copied().unwrap_or(0);
                }
            }
        }
        let mut best = [[u16::MAX; MAX_WORD + 4]; MAX_WORD + 4];
        best[0][0] = 0;
        for i in 0..=n {
            let rows = self.rows(table, latin, i);
            let dropped = latin.get(i).map_or(u16::MAX, |symbol| cost(&table.dropped, usize::from(*symbol)));
            for j in 0..=m {
                let here = best[i][j];
                if here == u16::MAX {
                    continue;
                }
                if j < m {
                    relax(&mut best[i][j + 1], here, cost(&table.added, usize::from(native[j])));
                }
                if i == n {
                    continue;
                }
                relax(&mut best[i + 1][j], here, dropped);
                if j == m {
                    continue;
                }
                relax(&mut best[i + 1][j + 1], here, STRANGE);
                for (k, column) in columns[j & (MAX_WORD - 1)].iter().enumerate() {
                    if *column == 0 {
                        continue;
                    }
                    for (l, row) in rows.iter().enumerate() {
                        let cell = table.cells.get(usize::from(*row) * table.width + usize::from(*column));
                        let Some(&cell) = cell else { continue };
                        if cell != NEVER {
                            relax(&mut best[i + l + 1][j + k + 1], here, u16::from(cell));
                        }
                    }
                }
            }
        }
        best[n][m]
    }

    /// Rows of the chunks that begin at `i`; row 0 is empty.
    fn rows(&self, table: &Table, latin: &[u8], i: usize) -> [u16; LATIN_CHUNK] {
        let mut rows = [0; LATIN_CHUNK];
        for (l, row) in rows.iter_mut().enumerate() {
            if let Some(chunk) = latin.get(i..=i + l) {
                let number = self.chunks.get(latin_code(chunk)).copied().unwrap_or(0);
                *row = table.rows.get(usize::from(number)).copied().unwrap_or(0);
            }
        }
        rows
    }
}

#[inline]
fn relax(slot: &mut u16, here: u16, more: u16) {
    *slot = (*slot).min(here.saturating_add(more));
}

#[inline]
fn cost(costs: &[u8], at: usize) -> u16 {
    costs.get(at).map_or(STRANGE, |cost| u16::from(*cost))
}

/// What a word costs alone, by pairs of neighbours; 0 is the boundary.
fn alone(follows: &[u8], letters: usize, word: &[u8]) -> u16 {
    let mut before = 0;
    let mut sum = 0_u16;
    for symbol in word.iter().map(|symbol| usize::from(*symbol)).chain([0]) {
        let symbol = symbol.min(letters.saturating_sub(1));
        sum = sum.saturating_add(cost(follows, before * letters + symbol).min(DEAREST));
        before = symbol;
    }
    sum
}

/// Reads what `training::Trained::write` wrote. What cannot be read is left out: the file is part of the program.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head.to_vec())
    }
    fn number(&mut self) -> Option<usize> {
        let bytes = self.bytes(4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    }
}

impl Model {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut model = Self { chunks: vec![0; LATIN_CODES], tables: Vec::new() };
        model.tables.resize_with(Script::ALL.len(), || None);
        let mut reader = Reader(bytes);
        let codes = model.read_chunks(&mut reader).unwrap_or_default();
        while let Some((script, table)) = Table::read(&mut reader, &codes) {
            if let Some(slot) = model.tables.get_mut(script) {
                *slot = Some(table);
            }
        }
        model
    }

    /// Takes the weights of the logits: a line a script, its name and the weights.
    fn weigh(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split_whitespace();
            let name = parts.next().unwrap_or_default();
            let script = Script::ALL.iter().find(|script| script.name() == name);
            let table = script.and_then(|script| self.tables.get_mut(*script as usize)?.as_mut());
            let weights = parts.map(|text| text.parse().unwrap_or(0.0));
            table
                .into_iter()
                .flat_map(|table| &mut table.weights)
                .zip(weights)
                .for_each(|(slot, weight)| *slot = weight);
        }
    }

    fn read_chunks(&mut self, reader: &mut Reader<'_>) -> Option<Vec<u32>> {
        let count = reader.number()?;
        let mut codes = vec![0];
        for number in 1..=count {
            let code = reader.number()?;
            *self.chunks.get_mut(code)? = u16::try_from(number).ok()?;
            codes.push(code as u32);
        }
        Some(codes)
    }
}

impl Table {
    fn romanised_of(&self, chunk: &[u8]) -> Option<u32> {
        let column = *self.columns.get(native_code(chunk))?;
        self.romanised.get(usize::from(column)).copied().filter(|code| *code != 0)
    }

    fn read(reader: &mut Reader<'_>, codes: &[u32]) -> Option<(usize, Self)> {
        let mut table = Self::default();
        let script = reader.number()?;
        table.native_letters = reader.number()?;
        table.width = reader.number()? + 1;
        table.columns = vec![0; 1 << 16];
        for number in 1..table.width {
            *table.columns.get_mut(reader.number()?)? = u16::try_from(number).ok()?;
        }
        table.dropped = reader.bytes(64)?;
        table.added = reader.bytes(256)?;
        table.latin_follows = reader.bytes(64 * 64)?;
        table.native_follows = reader.bytes(table.native_letters * table.native_letters)?;
        table.rows = vec![0; codes.len()];
        table.cells = vec![NEVER; table.width];
        let mut cheapest = vec![NEVER; table.width];
        table.romanised = vec![0; table.width];
        for row in 1..=reader.number()? {
            let (number, cells) = (reader.number()?, reader.number()?);
            *table.rows.get_mut(number)? = u16::try_from(row).ok()?;
            table.cells.resize((row + 1) * table.width, NEVER);
            for _ in 0..cells {
                let bytes = reader.bytes(3)?;
                let &[low, high, cost] = bytes.as_slice() else { return None };
                let column = usize::from(u16::from_le_bytes([low, high]));
                *table.cells.get_mut(row * table.width + column)? = cost;
                if cheapest.get(column).is_some_and(|least| cost < *least) {
                    cheapest[column] = cost;
                    table.romanised[column] = codes.get(number).copied().unwrap_or(0);
                }
            }
        }
        Some((script, table))
    }
}

/// Symbols of a word without the absent ones.
pub(crate) fn heard(symbols: [u8; 3]) -> impl Iterator<Item = u8> {
    symbols.into_iter().filter(|symbol| *symbol != NONE)
}
