//! What one word is to a table: the numbers of its chunks and what it costs alone, found once for all words that it is laid beside.

use super::{
    Costs, LATIN_CHUNK, Model, NATIVE_CHUNK, Odds, STRANGE, Table, alone, column_bit, cost, cut, latin_code,
    lattice::LARGE, model, native_code,
};
use crate::{script::Script, sounds::MAX_WORD};

/// A word on its side of a lattice.
pub(crate) struct Side<const CHUNK: usize> {
    /// The script of the table, not of the word.
    script: Script,
    symbols: [u8; MAX_WORD],
    length: usize,
    /// Row or column of the chunks at a place, by length.
    pub(super) chunks: [[u16; CHUNK]; LARGE],
    /// The columns of these chunks, or those that their rows have a cost in, as bits.
    pub(super) bits: [[u64; CHUNK]; LARGE],
    /// The least that the symbols from a place on cost, whatever they go with.
    pub(super) rest: [u16; LARGE],
    /// What the word costs without the other.
    pub(super) alone: u16,
}

pub(crate) type LatinSide = Side<LATIN_CHUNK>;
pub(crate) type NativeSide = Side<NATIVE_CHUNK>;

impl<const CHUNK: usize> Side<CHUNK> {
    pub(super) fn word(&self) -> &[u8] {
        self.symbols.get(..self.length).unwrap_or_default()
    }

    fn is(&self, script: Script, word: &[u8]) -> bool {
        self.script == script && self.word() == word
    }

    /// The word with its chunks, each by `find` to its number and bits; costs are of single symbols and the least of chunks.
    fn new(
        script: Script,
        word: &[u8],
        find: impl Fn(&[u8]) -> (u16, u64),
        (single, least): (&[u8], &[u8]),
        alone: u16,
    ) -> Self {
        let mut new = Self {
            script,
            symbols: [0; MAX_WORD],
            length: word.len().min(MAX_WORD),
            chunks: [[0; CHUNK]; LARGE],
            bits: [[0; CHUNK]; LARGE],
            rest: [0; LARGE],
            alone,
        };
        new.symbols.iter_mut().zip(word).for_each(|(slot, symbol)| *slot = *symbol);
        for at in (0..new.length).rev() {
            let symbol = word.get(at).copied().unwrap_or_default();
            let mut best = new.rest[at + 1].saturating_add(cost(single, usize::from(symbol)).min(STRANGE));
            for more in 0..CHUNK {
                let Some(chunk) = word.get(at..=at + more) else { break };
                let (number, bits) = find(chunk);
                (new.chunks[at][more], new.bits[at][more]) = (number, bits);
                if number != 0 {
                    let costs = least.get(usize::from(number)).map_or(0, |cost| u16::from(*cost));
                    best = best.min(new.rest[at + more + 1].saturating_add(costs));
                }
            }
            new.rest[at] = best;
        }
        new
    }
}

impl LatinSide {
    pub(super) fn latin(model: &Model, table: &Table, script: Script, word: &[u8]) -> Self {
        let word = cut(word);
        let find = |chunk: &[u8]| {
            let number = model.chunks.get(latin_code(chunk)).copied().unwrap_or(0);
            let row = table.rows.get(usize::from(number)).copied().unwrap_or(0);
            (row, table.row_columns.get(usize::from(row)).copied().unwrap_or(0))
        };
        let alone = alone(&table.latin_follows, 64, word);
        Self::new(script, word, find, (&table.dropped, &table.row_least), alone)
    }
}

impl NativeSide {
    pub(super) fn native(table: &Table, script: Script, word: &[u8]) -> Self {
        let word = cut(word);
        let find = |chunk: &[u8]| {
            let column = table.columns.get(native_code(chunk)).copied().unwrap_or(0);
            (column, column_bit(column))
        };
        let alone = alone(&table.native_follows, table.native_letters, word);
        Self::new(script, word, find, (&table.added, &table.column_least), alone)
    }
}

impl Costs {
    /// All but `joint`.
    pub(super) fn alone(latin: &LatinSide, native: &NativeSide) -> Self {
        Self {
            joint: 0,
            latin_alone: latin.alone,
            native_alone: native.alone,
            latin_length: latin.length as u8,
            native_length: native.length as u8,
        }
    }
}

/// The sides of the words of two names.
#[derive(Default)]
pub(crate) struct Sides {
    latin: Vec<LatinSide>,
    native: Vec<NativeSide>,
}

impl Sides {
    /// As [`Model::logit`]; what is below `floor` is not told exactly.
    pub(crate) fn logit(&mut self, script: Script, latin: &[u8], native: &[u8], floor: f32) -> Option<f32> {
        let (model, latin, native) = (model(), cut(latin), cut(native));
        let table = model.table(script)?;
        let latin = found(&mut self.latin, (script, latin), || Side::latin(model, table, script, latin))?;
        let native = found(&mut self.native, (script, native), || Side::native(table, script, native))?;
        Some(Odds { model, table, script, floor }.of(latin, native))
    }
}

fn found<'a, const CHUNK: usize>(
    sides: &'a mut Vec<Side<CHUNK>>,
    (script, word): (Script, &[u8]),
    make: impl FnOnce() -> Side<CHUNK>,
) -> Option<&'a Side<CHUNK>> {
    let at = sides.iter().position(|side| side.is(script, word)).unwrap_or(sides.len());
    if at == sides.len() {
        if at == 0 {
            sides.reserve(4);
        }
        sides.push(make());
    }
    sides.get(at)
}
