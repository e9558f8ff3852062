//! How a name in one script is written in Latin letters, learnt from pairs. A pair of words costs the bits of its cheapest
//! alignment by chunks (one to three Latin letters against one or two symbols of the other script), and what the two
//! words cost alone says how much of that is shared: pointwise mutual information. Not a romanisation: both directions of
//! a choice (Khaled, Chalid) are good.

mod contexts;
mod lattice;
mod net;
mod romanised;
mod sides;
pub mod training;

use crate::{letters::NONE, script::Script};
use contexts::Contexts;
use lattice::{LARGE, Lattice, SHORT, SMALL};
use net::Net;
pub(crate) use romanised::romanise;
pub(crate) use sides::Sides;
use sides::{LatinSide, NativeSide, Side};
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
/// Odds below which two words are not looked at further.
pub(crate) const FLOOR: f32 = -5.0;
pub(crate) const LATIN_CHUNK: usize = 3;
pub(crate) const NATIVE_CHUNK: usize = 2;
const LATIN_CODES: usize = 1 << 18;

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model::read(include_bytes!("../../data/sounds.bin"));
    model.weigh(include_str!("../../data/sounds.txt"));
    model.contexts = Contexts::read_all(include_bytes!("../../data/contexts.bin"));
    model.nets = Net::read_all(include_bytes!("../../data/net.bin"));
    model
});

/// All tables.
pub(crate) struct Model {
    /// Latin chunk, by its code, to its number; 0 is none.
    chunks: Vec<u16>,
    tables: Vec<Option<Table>>,
    /// One a script; empty where there is none.
    contexts: Vec<Contexts>,
    /// One a script; none where there are no contexts.
    nets: Vec<Option<Net>>,
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
    /// The least that a chunk costs, whatever it goes with, by row and by column.
    row_least: Vec<u8>,
    /// Bits of the columns ([`column_bit`]) that a row has a cost in: most have none in common with a word.
    row_columns: Vec<u64>,
    column_least: Vec<u8>,
    dropped: Vec<u8>,
    added: Vec<u8>,
    latin_follows: Vec<u8>,
    native_follows: Vec<u8>,
    native_letters: usize,
    /// Weights of the logit, over [`Costs::features`].
    weights: [f32; FEATURES],
    /// Most probable Latin letters of a native symbol or chunk, by column.
    romanised: Vec<u32>,
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
    /// The most that both may cost together so that the odds are not below `floor`: they fall with that cost, in a line.
    fn limit(
        &self,
        [_, shared, joint, all_shared, _, all_joint]: &[f32; FEATURES],
        odds: f32,
        floor: f32,
    ) -> u16 {
        let fall = ((shared - joint) / self.length() + (all_shared - all_joint) / 10.0) / UNITS;
        if fall <= 0.0 { u16::MAX - 1 } else { ((odds - floor) / fall).clamp(0.0, 60_000.0) as u16 }
    }

    /// Half the symbols of both words.
    fn length(&self) -> f32 {
        (f32::from(self.latin_length.max(1)) + f32::from(self.native_length.max(1))) / 2.0
    }

    /// What the logit weighs.
    pub(crate) fn features(&self) -> [f32; FEATURES] {
        let joint = f32::from(self.joint) / UNITS;
        let shared = (f32::from(self.latin_alone) + f32::from(self.native_alone)) / UNITS - joint;
        let length = self.length();
        [1.0, shared / length, joint / length, shared / 10.0, length.ln(), joint / 10.0]
    }
}

fn sum(features: &[f32; FEATURES], weights: &[f32; FEATURES]) -> f32 {
    features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum()
}

/// The tables.
pub(crate) fn model() -> &'static Model {
    &MODEL
}

impl Model {
    /// The logarithm of the odds (base e) that a Latin and a native word are the same name; `None` where there is no table. What is
    /// below [`FLOOR`] is not told exactly.
    pub(crate) fn logit(&self, script: Script, latin: &[u8], native: &[u8]) -> Option<f32> {
        let table = self.table(script)?;
        let (latin, native) = (Side::latin(self, table, script, latin), Side::native(table, script, native));
        Some(Odds { model: self, table, script, floor: FLOOR }.of(&latin, &native))
    }

    pub(crate) fn table(&self, script: Script) -> Option<&Table> {
        self.tables.get(script as usize)?.as_ref()
    }

    /// What two words cost, together and alone.
    pub(crate) fn costs(&self, script: Script, latin: &[u8], native: &[u8]) -> Option<Costs> {
        let table = self.table(script)?;
        let (latin, native) = (Side::latin(self, table, script, latin), Side::native(table, script, native));
        let joint = Lattice::<LARGE>::of(table, &latin, &native, u16::MAX - 1).cost();
        Some(Costs { joint, ..Costs::alone(&latin, &native) })
    }
}

/// Weighs two words; odds below the floor are not told exactly.
struct Odds<'a> {
    model: &'a Model,
    table: &'a Table,
    script: Script,
    floor: f32,
}

impl Odds<'_> {
    fn of(&self, latin: &LatinSide, native: &NativeSide) -> f32 {
        let weights = &self.table.weights;
        let costs = Costs::alone(latin, native);
        let limit = costs.limit(weights, sum(&costs.features(), weights), self.floor);
        if latin.rest[0].max(native.rest[0]) > limit {
            FLOOR - 2.0
        } else if latin.word().len().max(native.word().len()) <= SHORT {
            self.within::<SMALL>(latin, native, costs, limit)
        } else {
            self.within::<LARGE>(latin, native, costs, limit)
        }
    }

    fn within<const N: usize>(
        &self,
        latin: &LatinSide,
        native: &NativeSide,
        costs: Costs,
        limit: u16,
    ) -> f32 {
        let lattice = Lattice::<N>::of(self.table, latin, native, limit);
        let costs = Costs { joint: lattice.cost(), ..costs };
        if costs.joint > limit {
            return FLOOR - 2.0;
        }
        let contexts = self.model.contexts.get(self.script as usize).filter(|contexts| contexts.unit > 0.0);
        let Some(contexts) = contexts else { return sum(&costs.features(), &self.table.weights) };
        let net = self.model.nets.get(self.script as usize).and_then(Option::as_ref);
        let (mut reader, mut units) = (contexts::Reader::new(latin.word(), native.word()), 0);
        let mut opinion = net.map(|net| net.begin(latin.word(), native.word()));
        lattice.walk(|step| {
            reader.read(step, |place| units += contexts.at(place));
            opinion.iter_mut().for_each(|opinion| opinion.take(step));
        });
        let features = costs.features();
        let odds = sum(&features, &contexts.dense) + units as f32 * contexts.unit;
        opinion.map_or(odds, |opinion| (odds + opinion.odds(&features)) / 2.0)
    }
}

fn cut(word: &[u8]) -> &[u8] {
    word.get(..MAX_WORD).unwrap_or(word)
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

/// Takes a number from what is left of a file.
fn read_float(rest: &mut &[u8]) -> Option<f32> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    Some(f32::from_le_bytes(*head))
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
        let mut model =
            Self { chunks: vec![0; LATIN_CODES], tables: Vec::new(), contexts: Vec::new(), nets: Vec::new() };
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
    /// What a chunk of each side costs together; [`NEVER`] where it was not seen.
    #[inline]
    fn cell(&self, row: u16, column: u16) -> u8 {
        self.cells.get(usize::from(row) * self.width + usize::from(column)).copied().unwrap_or(NEVER)
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
        table.column_least = vec![NEVER; table.width];
        (table.row_least, table.row_columns) = (vec![NEVER], vec![0]);
        table.romanised = vec![0; table.width];
        for row in 1..=reader.number()? {
            let (number, cells) = (reader.number()?, reader.number()?);
            *table.rows.get_mut(number)? = u16::try_from(row).ok()?;
            table.cells.resize((row + 1) * table.width, NEVER);
            let (mut row_least, mut row_columns) = (NEVER, 0);
            for _ in 0..cells {
                let bytes = reader.bytes(3)?;
                let &[low, high, cost] = bytes.as_slice() else { return None };
                let column = usize::from(u16::from_le_bytes([low, high]));
                *table.cells.get_mut(row * table.width + column)? = cost;
                row_least = row_least.min(cost);
                row_columns |= column_bit(column as u16);
                if table.column_least.get(column).is_some_and(|least| cost < *least) {
                    table.column_least[column] = cost;
                    table.romanised[column] = codes.get(number).copied().unwrap_or(0);
                }
            }
            table.row_least.push(row_least);
            table.row_columns.push(row_columns);
        }
        Some((script, table))
    }
}

/// One of 64 bits for a column; none for the absent one.
#[inline]
fn column_bit(column: u16) -> u64 {
    if column == 0 { 0 } else { 1 << (column.wrapping_mul(0x9E37) >> 10) }
}

/// Symbols of a word without the absent ones.
pub(crate) fn heard(symbols: [u8; 3]) -> impl Iterator<Item = u8> {
    symbols.into_iter().filter(|symbol| *symbol != NONE)
}

#[cfg(test)]
mod tests;
