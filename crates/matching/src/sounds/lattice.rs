//! The cheapest alignment of a Latin and a native word, and the way it took.

use super::{
    LATIN_CHUNK, MAX_WORD, NATIVE_CHUNK, NEVER, STRANGE, Table, cost,
    sides::{LatinSide, NativeSide},
};

/// The size for words of any length.
pub(crate) const LARGE: usize = MAX_WORD + 4;
/// The size for words of up to [`SHORT`] symbols.
pub(crate) const SMALL: usize = SHORT + 4;
pub(crate) const SHORT: usize = 12;

/// What is reached at which cost; `N` is at least four more than the longer word has symbols.
pub(crate) struct Lattice<'a, const N: usize> {
    best: [[u16; N]; N],
    table: &'a Table,
    latin: &'a LatinSide,
    native: &'a NativeSide,
    n: usize,
    m: usize,
}

/// Letters that an alignment takes together: `l` Latin ones from `i`, `k` native ones from `j`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) i: usize,
    pub(crate) j: usize,
    pub(crate) l: usize,
    pub(crate) k: usize,
}

impl<'a, const N: usize> Lattice<'a, N> {
    /// Aligns two words of at most `N` less four symbols; ways that cost more than `limit` are not followed.
    pub(crate) fn of(table: &'a Table, latin: &'a LatinSide, native: &'a NativeSide, limit: u16) -> Self {
        let (n, m) = (latin.word().len().min(N - 4), native.word().len().min(N - 4));
        let mut new = Self { best: [[u16::MAX; N]; N], table, latin, native, n, m };
        new.fill(limit);
        new
    }

    /// What both words cost together; more than the limit where no way stays below it.
    pub(crate) fn cost(&self) -> u16 {
        self.best[self.n][self.m]
    }

    fn fill(&mut self, limit: u16) {
        let (n, m, table) = (self.n, self.m, self.table);
        let (latin, native) = (self.latin, self.native);
        self.best[0][0] = 0;
        for i in 0..=n {
            let dropped =
                latin.word().get(i).map_or(u16::MAX, |symbol| cost(&table.dropped, usize::from(*symbol)));
            for j in 0..=m {
                let here = self.best[i][j];
                let least = here.saturating_add(latin.rest[i].max(native.rest[j]));
                if least > limit || here == u16::MAX {
                    continue;
                }
                if let Some(symbol) = native.word().get(j).filter(|_| j < m) {
                    relax(&mut self.best[i][j + 1], here, cost(&table.added, usize::from(*symbol)));
                }
                if i == n {
                    continue;
                }
                relax(&mut self.best[i + 1][j], here, dropped);
                if j < m {
                    relax(&mut self.best[i + 1][j + 1], here, STRANGE);
                    self.chunks((i, j), here);
                }
            }
        }
    }

    #[inline]
    fn chunks(&mut self, (i, j): (usize, usize), here: u16) {
        let (latin, native) = (self.latin, self.native);
        let (rows, columns) = (latin.chunks[i], native.chunks[j]);
        let mut seen = 0_u32;
        for (l, in_row) in latin.bits[i].into_iter().enumerate() {
            for (k, bit) in native.bits[j].into_iter().enumerate() {
                seen |= u32::from(in_row & bit != 0) << (l * NATIVE_CHUNK + k);
            }
        }
        while seen != 0 {
            let at = seen.trailing_zeros() as usize;
            let (l, k) = (at / NATIVE_CHUNK % LATIN_CHUNK, at % NATIVE_CHUNK);
            // Without a branch on what is loaded: it may be far away in memory, and the next loads should not wait for it.
            let cell = self.table.cell(rows[l], columns[k]);
            let cost = u16::from(cell) | if cell == NEVER { u16::MAX } else { 0 };
            relax(&mut self.best[i + l + 1][j + k + 1], here, cost);
            seen &= seen - 1;
        }
    }

    /// The steps of the cheapest way, the last first.
    pub(crate) fn walk(&self, mut each: impl FnMut(Step)) {
        let (mut i, mut j) = (self.n, self.m);
        while i + j > 0 {
            let Some((l, k)) = self.step_to((i, j)) else { return };
            i -= l;
            j -= k;
            each(Step { i, j, l, k });
        }
    }

    /// Letters that the last step to a place takes; the longest of equals.
    fn step_to(&self, (i, j): (usize, usize)) -> Option<(usize, usize)> {
        let (here, table) = (self.best[i][j], self.table);
        let fits = |(l, k): (usize, usize), cost: u16| {
            self.best[i - l][j - k].checked_add(cost).is_some_and(|sum| sum == here)
        };
        for l in (1..=LATIN_CHUNK.min(i)).rev() {
            for k in (1..=NATIVE_CHUNK.min(j)).rev() {
                let cell = table.cell(self.latin.chunks[i - l][l - 1], self.native.chunks[j - k][k - 1]);
                if cell != NEVER && fits((l, k), u16::from(cell)) {
                    return Some((l, k));
                }
            }
        }
        let single = |costs: &[u8], word: &[u8], at: usize| Some(cost(costs, usize::from(*word.get(at)?)));
        if i > 0 && fits((1, 0), single(&table.dropped, self.latin.word(), i - 1)?) {
            return Some((1, 0));
        }
        if j > 0 && fits((0, 1), single(&table.added, self.native.word(), j - 1)?) {
            return Some((0, 1));
        }
        (i > 0 && j > 0 && fits((1, 1), STRANGE)).then_some((1, 1))
    }
}

#[inline]
fn relax(slot: &mut u16, here: u16, more: u16) {
    *slot = (*slot).min(here.saturating_add(more));
}
