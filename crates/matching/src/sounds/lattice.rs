//! The cheapest alignment of a Latin and a native word, and the way it took.

use super::{
    LATIN_CHUNK, MAX_WORD, Model, NATIVE_CHUNK, NEVER, STRANGE, Table, column_bit, latin_code, native_code,
};

/// The size for words of any length.
pub(crate) const LARGE: usize = MAX_WORD + 4;
/// The size for words of up to [`SHORT`] symbols.
pub(crate) const SMALL: usize = SHORT + 4;
pub(crate) const SHORT: usize = 12;

/// What is reached at which cost; `N` is at least four more than the longer word has symbols.
pub(crate) struct Lattice<const N: usize> {
    best: [[u16; N]; N],
    columns: [[u16; NATIVE_CHUNK]; N],
    rows: [[u16; LATIN_CHUNK]; N],
    /// The columns of the chunks at a place, and those that a row has a cost in, as bits.
    column_bits: [[u64; NATIVE_CHUNK]; N],
    row_columns: [[u64; LATIN_CHUNK]; N],
    n: usize,
    m: usize,
    /// The least that the Latin and the native symbols from a place on cost.
    latin_rest: [u16; N],
    native_rest: [u16; N],
}

/// Letters that an alignment takes together: `l` Latin ones from `i`, `k` native ones from `j`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) i: usize,
    pub(crate) j: usize,
    pub(crate) l: usize,
    pub(crate) k: usize,
}

impl<const N: usize> Lattice<N> {
    /// Aligns two words of at most `N` less four symbols; ways that cost more than `limit` are not followed.
    pub(crate) fn of(model: &Model, table: &Table, latin: &[u8], native: &[u8], limit: u16) -> Self {
        let (n, m) = (latin.len().min(N - 4), native.len().min(N - 4));
        let mut new = Self {
            best: [[u16::MAX; N]; N],
            columns: [[0; NATIVE_CHUNK]; N],
            rows: [[0; LATIN_CHUNK]; N],
            column_bits: [[0; NATIVE_CHUNK]; N],
            row_columns: [[0; LATIN_CHUNK]; N],
            n,
            m,
            latin_rest: [0; N],
            native_rest: [0; N],
        };
        new.look_up(model, table, latin, native);
        new.latin_rest = rest(latin, n, &new.rows, (&table.dropped, &table.row_least));
        new.native_rest = rest(native, m, &new.columns, (&table.added, &table.column_least));
        new.fill(table, latin, native, limit);
        new
    }

    /// Finds the rows and columns of the chunks.
    fn look_up(&mut self, model: &Model, table: &Table, latin: &[u8], native: &[u8]) {
        for j in 0..self.m {
            for k in 0..NATIVE_CHUNK {
                if let Some(chunk) = native.get(j..=j + k) {
                    let column = table.columns.get(native_code(chunk)).copied().unwrap_or(0);
                    self.columns[j][k] = column;
                    self.column_bits[j][k] = column_bit(column);
                }
            }
        }
        for i in 0..self.n {
            for l in 0..LATIN_CHUNK {
                if let Some(chunk) = latin.get(i..=i + l) {
                    let number = model.chunks.get(latin_code(chunk)).copied().unwrap_or(0);
                    let row = table.rows.get(usize::from(number)).copied().unwrap_or(0);
                    self.rows[i][l] = row;
                    self.row_columns[i][l] = table.row_columns.get(usize::from(row)).copied().unwrap_or(0);
                }
            }
        }
    }

    /// What both words cost together; more than the limit where no way stays below it.
    pub(crate) fn cost(&self) -> u16 {
        self.best[self.n][self.m]
    }

    fn fill(&mut self, table: &Table, latin: &[u8], native: &[u8], limit: u16) {
        let (n, m) = (self.n, self.m);
        self.best[0][0] = 0;
        if self.latin_rest[0].max(self.native_rest[0]) > limit {
            return;
        }
        for i in 0..=n {
            let dropped = latin.get(i).map_or(u16::MAX, |symbol| cost(&table.dropped, *symbol));
            for j in 0..=m {
                let here = self.best[i][j];
                let least = here.saturating_add(self.latin_rest[i].max(self.native_rest[j]));
                if least > limit || here == u16::MAX {
                    continue;
                }
                if let Some(symbol) = native.get(j).filter(|_| j < m) {
                    relax(&mut self.best[i][j + 1], here, cost(&table.added, *symbol));
                }
                if i == n {
                    continue;
                }
                relax(&mut self.best[i + 1][j], here, dropped);
                if j < m {
                    relax(&mut self.best[i + 1][j + 1], here, STRANGE);
                    self.chunks(table, (i, j), here);
                }
            }
        }
    }

    #[inline]
    fn chunks(&mut self, table: &Table, (i, j): (usize, usize), here: u16) {
        for (k, (column, bit)) in self.columns[j].into_iter().zip(self.column_bits[j]).enumerate() {
            for (l, (row, columns)) in self.rows[i].into_iter().zip(self.row_columns[i]).enumerate() {
                if columns & bit == 0 {
                    continue;
                }
                let cell = table.cell(row, column);
                if cell != NEVER {
                    relax(&mut self.best[i + l + 1][j + k + 1], here, u16::from(cell));
                }
            }
        }
    }

    /// The steps of the cheapest way, the last first.
    pub(crate) fn walk(&self, table: &Table, latin: &[u8], native: &[u8], mut each: impl FnMut(Step)) {
        let (mut i, mut j) = (self.n, self.m);
        while i + j > 0 {
            let Some((l, k)) = self.step_to(table, latin, native, (i, j)) else { return };
            i -= l;
            j -= k;
            each(Step { i, j, l, k });
        }
    }

    /// Letters that the last step to a place takes; the longest of equals.
    fn step_to(
        &self,
        table: &Table,
        latin: &[u8],
        native: &[u8],
        (i, j): (usize, usize),
    ) -> Option<(usize, usize)> {
        let here = self.best[i][j];
        let fits = |(l, k): (usize, usize), cost: u16| {
            self.best[i - l][j - k].checked_add(cost).is_some_and(|sum| sum == here)
        };
        for l in (1..=LATIN_CHUNK.min(i)).rev() {
            for k in (1..=NATIVE_CHUNK.min(j)).rev() {
                let cell = table.cell(self.rows[i - l][l - 1], self.columns[j - k][k - 1]);
                if cell != NEVER && fits((l, k), u16::from(cell)) {
                    return Some((l, k));
                }
            }
        }
        if i > 0 && fits((1, 0), cost(&table.dropped, *latin.get(i - 1)?)) {
            return Some((1, 0));
        }
        if j > 0 && fits((0, 1), cost(&table.added, *native.get(j - 1)?)) {
            return Some((0, 1));
        }
        (i > 0 && j > 0 && fits((1, 1), STRANGE)).then_some((1, 1))
    }
}

/// The least that the symbols from each place on cost, whatever they go with.
fn rest<const N: usize, const K: usize>(
    word: &[u8],
    length: usize,
    chunks: &[[u16; K]; N],
    (alone, least): (&[u8], &[u8]),
) -> [u16; N] {
    let mut out = [0_u16; N];
    for at in (0..length).rev() {
        let one = word.get(at).map_or(STRANGE, |symbol| cost(alone, *symbol).min(STRANGE));
        let mut best = out[at + 1].saturating_add(one);
        for (more, chunk) in chunks[at].iter().enumerate().filter(|(_, chunk)| **chunk != 0) {
            let costs = least.get(usize::from(*chunk)).map_or(0, |cost| u16::from(*cost));
            relax(&mut best, out[at + more + 1], costs);
        }
        out[at] = best;
    }
    out
}

#[inline]
fn relax(slot: &mut u16, here: u16, more: u16) {
    *slot = (*slot).min(here.saturating_add(more));
}

#[inline]
fn cost(costs: &[u8], symbol: u8) -> u16 {
    costs.get(usize::from(symbol)).map_or(STRANGE, |cost| u16::from(*cost))
}
