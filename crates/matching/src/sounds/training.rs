//! Makes the tables of `data/sounds.bin` from pairs of words by expectation maximisation. No I/O: `examples/train` reads and writes.

mod contexts;
mod net;

pub use super::{FEATURES, contexts::TRUST};
use super::{LATIN_CHUNK, LATIN_CODES, MAX_WORD, Model, NATIVE_CHUNK, NEVER, UNITS, latin_code, native_code};
use crate::letters::plain;
pub use crate::letters::unmarked;
use crate::script::Script;
pub use contexts::{Example, Weights, write_contexts};
pub use net::{LearntNet, write_nets};
use std::collections::BTreeMap;

/// Two spellings of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Latin symbols.
    pub latin: Vec<u8>,
    /// Symbols of the other script.
    pub native: Vec<u8>,
    /// How much the pair counts.
    pub weight: f64,
}

/// Seen this often, a Latin chunk of two or three letters gets a row.
const LATIN_SEEN: f64 = 12.0;
/// And a native chunk of two a column.
const NATIVE_SEEN: f64 = 12.0;
const ROUNDS: usize = 8;
/// What a longer chunk pays for each symbol beyond one on each side.
const LONG: f64 = 0.35;
/// Cells of smaller expected count are forgotten.
const KEPT: f64 = 0.7;
const SMALLEST: f64 = 1e-7;

/// The learnt tables of one script.
pub struct Trained {
    script: Script,
    latin: Vec<usize>,
    native: Vec<usize>,
    cells: Vec<f64>,
    dropped: Vec<f64>,
    added: Vec<f64>,
    latin_follows: Vec<u8>,
    native_follows: Vec<u8>,
    native_letters: usize,
}

struct Counts {
    cells: Vec<f64>,
    dropped: Vec<f64>,
    added: Vec<f64>,
}

/// Counts of chunks, the frequent ones kept, with their numbers.
fn inventory(words: impl Iterator<Item = (Vec<usize>, f64)>, single_below: usize, seen: f64) -> Vec<usize> {
    let mut counts: BTreeMap<usize, f64> = BTreeMap::new();
    for (codes, weight) in words {
        for code in codes {
            *counts.entry(code).or_default() += weight;
        }
    }
    counts
        .into_iter()
        .filter(|(code, count)| *code < single_below || *count >= seen)
        .map(|(code, _)| code)
        .collect()
}

fn codes(word: &[u8], longest: usize, code: fn(&[u8]) -> usize) -> Vec<usize> {
    let chunks = (0..word.len()).flat_map(|i| (1..=longest).filter_map(move |l| word.get(i..i + l)));
    chunks.map(code).collect()
}

impl Trained {
    /// Learns from pairs.
    #[must_use]
    pub fn learn(script: Script, pairs: &[Pair]) -> Self {
        let latin = inventory(
            pairs.iter().map(|pair| (codes(&pair.latin, LATIN_CHUNK, latin_code), pair.weight)),
            64,
            LATIN_SEEN,
        );
        let native = inventory(
            pairs.iter().map(|pair| (codes(&pair.native, NATIVE_CHUNK, native_code), pair.weight)),
            256,
            NATIVE_SEEN,
        );
        let native_letters = 1 + native.iter().filter(|code| **code < 256).max().copied().unwrap_or(0);
        let size = latin.len() * native.len();
        let mut trained = Self {
            script,
            cells: vec![1.0 / size as f64; size],
            dropped: vec![0.001; 64],
            added: vec![0.001; 256],
            latin_follows: follows(pairs.iter().map(|pair| (&pair.latin, pair.weight)), 64),
            native_follows: follows(pairs.iter().map(|pair| (&pair.native, pair.weight)), native_letters),
            latin,
            native,
            native_letters,
        };
        let mut numbers = Numbers::of(&trained);
        let mut trust = vec![1.0; pairs.len()];
        for round in 0..ROUNDS {
            let counts = trained.expect(pairs, &mut trust, &numbers, round >= 2);
            trained.maximise(counts, round + 1 == ROUNDS);
            numbers = Numbers::of(&trained);
        }
        trained
    }

    fn expect(&self, pairs: &[Pair], trust: &mut [f64], numbers: &Numbers, doubt: bool) -> Counts {
        let mut counts =
            Counts { cells: vec![0.0; self.cells.len()], dropped: vec![0.0; 64], added: vec![0.0; 256] };
        for (pair, trust) in pairs.iter().zip(trust) {
            let (n, m) = (pair.latin.len().min(MAX_WORD), pair.native.len().min(MAX_WORD));
            let mut lattice = Lattice::new(self, numbers, &pair.latin[..n], &pair.native[..m]);
            let total = lattice.forward();
            if total <= 0.0 || !total.is_finite() {
                continue;
            }
            if doubt {
                let alone = f64::from(
                    super::alone(&self.latin_follows, 64, &pair.latin)
                        + super::alone(&self.native_follows, self.native_letters, &pair.native),
                ) / f64::from(UNITS);
                let shared = alone + total.log2();
                // One pair in twenty is not a pair; that is chance against what is shared.
                *trust = 1.0 / (1.0 + 0.05 * (-(shared - 2.0)).exp2().min(1e9));
            }
            lattice.backward(total, pair.weight * *trust, &mut counts);
        }
        counts
    }

    fn maximise(&mut self, counts: Counts, last: bool) {
        let least = if last { KEPT } else { 0.02 };
        let kept = |count: f64| if count < least { 0.0 } else { count };
        let cells: f64 = counts.cells.iter().map(|count| kept(*count)).sum();
        let rest: f64 = counts.dropped.iter().chain(&counts.added).sum();
        let all = (cells + rest + 400.0).max(1.0);
        self.cells = counts.cells.iter().map(|count| kept(*count) / all).collect();
        self.dropped = counts.dropped.iter().map(|count| (count + 1.0) / all).collect();
        self.added = counts.added.iter().map(|count| (count + 0.5) / all).collect();
    }

    /// The file: the Latin chunks of all tables, then each table.
    #[must_use]
    pub fn write(all: &[Self]) -> Vec<u8> {
        let mut chunks: Vec<usize> =
            all.iter().flat_map(|one| one.used_rows().into_iter().map(|(code, _)| code)).collect();
        chunks.sort_unstable();
        chunks.dedup();
        let mut out = Vec::new();
        number(&mut out, chunks.len());
        chunks.iter().for_each(|code| number(&mut out, *code));
        for one in all {
            one.write_one(&mut out, &chunks);
        }
        out
    }

    fn used_rows(&self) -> Vec<(usize, Vec<(usize, u8)>)> {
        let row = |at: usize| -> Vec<(usize, u8)> {
            let cells =
                self.cells.get(at * self.native.len()..(at + 1) * self.native.len()).unwrap_or_default();
            cells
                .iter()
                .enumerate()
                .filter(|(_, p)| **p > 0.0)
                .map(|(column, p)| (column + 1, bits(*p)))
                .filter(|(_, bits)| *bits != NEVER)
                .collect()
        };
        self.latin
            .iter()
            .enumerate()
            .map(|(at, code)| (*code, row(at)))
            .filter(|(_, row)| !row.is_empty())
            .collect()
    }

    fn write_one(&self, out: &mut Vec<u8>, chunks: &[usize]) {
        number(out, self.script as usize);
        number(out, self.native_letters);
        number(out, self.native.len());
        self.native.iter().for_each(|code| number(out, *code));
        out.extend(self.dropped.iter().map(|p| bits(*p)));
        out.extend(self.added.iter().map(|p| bits(*p)));
        out.extend(&self.latin_follows);
        out.extend(&self.native_follows);
        let rows = self.used_rows();
        number(out, rows.len());
        for (code, row) in rows {
            number(out, chunks.binary_search(&code).map_or(0, |at| at + 1));
            number(out, row.len());
            for (column, cost) in row {
                out.extend((column as u16).to_le_bytes());
                out.push(cost);
            }
        }
    }
}

fn number(out: &mut Vec<u8>, value: usize) {
    out.extend((value as u32).to_le_bytes());
}

fn bits(p: f64) -> u8 {
    (-p.max(SMALLEST).log2() * f64::from(UNITS)).round().clamp(0.0, 240.0) as u8
}

/// Costs of neighbours, in eighths of a bit.
fn follows<'a>(words: impl Iterator<Item = (&'a Vec<u8>, f64)>, letters: usize) -> Vec<u8> {
    let mut counts = vec![0.0; letters * letters];
    let mut singles = vec![0.1; letters];
    for (word, weight) in words {
        let mut before = 0;
        for symbol in word.iter().map(|symbol| usize::from(*symbol).min(letters - 1)).chain([0]) {
            counts[before * letters + symbol] += weight;
            singles[symbol] += weight;
            before = symbol;
        }
    }
    let all: f64 = singles.iter().sum();
    let mut out = Vec::with_capacity(counts.len());
    for row in counts.chunks(letters) {
        let sum: f64 = row.iter().sum();
        out.extend(
            row.iter().zip(&singles).map(|(count, single)| bits((count + 5.0 * single / all) / (sum + 5.0))),
        );
    }
    out
}

/// Numbers of chunks by code.
struct Numbers {
    latin: Vec<u32>,
    native: Vec<u32>,
}

impl Numbers {
    fn of(trained: &Trained) -> Self {
        let index = |codes: &[usize], size: usize| {
            let mut out = vec![u32::MAX; size];
            for (at, code) in codes.iter().enumerate() {
                out[*code] = at as u32;
            }
            out
        };
        Self { latin: index(&trained.latin, LATIN_CODES), native: index(&trained.native, 1 << 16) }
    }
}

struct Lattice<'a> {
    trained: &'a Trained,
    numbers: &'a Numbers,
    latin: &'a [u8],
    native: &'a [u8],
    before: Vec<f64>,
    after: Vec<f64>,
}

/// What a step of the lattice consumes, its probability, and where it is counted.
struct Step {
    l: usize,
    k: usize,
    p: f64,
    cell: usize,
}

impl<'a> Lattice<'a> {
    fn new(trained: &'a Trained, numbers: &'a Numbers, latin: &'a [u8], native: &'a [u8]) -> Self {
        let size = (latin.len() + 1) * (native.len() + 1);
        Self { trained, numbers, latin, native, before: vec![0.0; size], after: vec![0.0; size] }
    }

    fn at(&self, i: usize, j: usize) -> usize {
        i * (self.native.len() + 1) + j
    }

    fn steps(&self, i: usize, j: usize, mut each: impl FnMut(Step)) {
        if let Some(symbol) = self.latin.get(i) {
            each(Step {
                l: 1,
                k: 0,
                p: self.trained.dropped[usize::from((*symbol).min(63))],
                cell: usize::from((*symbol).min(63)),
            });
        }
        if let Some(symbol) = self.native.get(j) {
            each(Step {
                l: 0,
                k: 1,
                p: self.trained.added[usize::from(*symbol)],
                cell: usize::from(*symbol),
            });
        }
        for l in 1..=LATIN_CHUNK {
            let Some(chunk) = self.latin.get(i..i + l) else { break };
            let row = self.numbers.latin[latin_code(chunk)];
            if row == u32::MAX {
                continue;
            }
            for k in 1..=NATIVE_CHUNK {
                let Some(chunk) = self.native.get(j..j + k) else { break };
                let column = self.numbers.native[native_code(chunk)];
                if column == u32::MAX {
                    continue;
                }
                let cell = row as usize * self.trained.native.len() + column as usize;
                let p = self.trained.cells[cell] * LONG.powi((l + k - 2) as i32);
                if p > 0.0 {
                    each(Step { l, k, p, cell });
                }
            }
        }
    }

    fn forward(&mut self) -> f64 {
        self.before[0] = 1.0;
        for i in 0..=self.latin.len() {
            for j in 0..=self.native.len() {
                let here = self.before[self.at(i, j)];
                if here <= 0.0 {
                    continue;
                }
                let mut steps = Vec::new();
                self.steps(i, j, |step| steps.push((self.at(i + step.l, j + step.k), here * step.p)));
                for (to, p) in steps {
                    self.before[to] += p;
                }
            }
        }
        self.before.last().copied().unwrap_or(0.0)
    }

    fn backward(&mut self, total: f64, weight: f64, counts: &mut Counts) {
        if let Some(last) = self.after.last_mut() {
            *last = 1.0;
        }
        for i in (0..=self.latin.len()).rev() {
            for j in (0..=self.native.len()).rev() {
                let here = self.at(i, j);
                let mut sum = if here + 1 == self.after.len() { 1.0 } else { 0.0 };
                let mut seen = Vec::new();
                self.steps(i, j, |step| {
                    let through = step.p * self.after[self.at(i + step.l, j + step.k)];
                    sum += through;
                    seen.push((step.l, step.k, step.cell, through));
                });
                for (l, k, cell, through) in seen {
                    let expected = weight * self.before[here] * through / total;
                    match (l, k) {
                        (_, 0) => counts.dropped[cell] += expected,
                        (0, _) => counts.added[cell] += expected,
                        _ => counts.cells[cell] += expected,
                    }
                }
                self.after[here] = sum;
            }
        }
    }
}

/// Weights of the logit by gradient descent, from pairs that are the same name (`true`) and pairs that are not.
#[must_use]
pub fn weigh(examples: &[([f32; FEATURES], bool, f32)]) -> [f32; FEATURES] {
    let mut weights = [0.0_f64; FEATURES];
    let mut second = [[0.0_f64; FEATURES]; FEATURES];
    for _ in 0..25 {
        let mut gradient = [0.0_f64; FEATURES];
        second.iter_mut().enumerate().for_each(|(at, row)| {
            row.fill(0.0);
            row[at] = 1.0;
        });
        for (features, same, share) in examples {
            let z: f64 = features.iter().zip(&weights).map(|(x, w)| f64::from(*x) * w).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let error = (if *same { 1.0 } else { 0.0 } - p) * f64::from(*share);
            let curve = (p * (1.0 - p)).max(1e-6) * f64::from(*share);
            for i in 0..FEATURES {
                gradient[i] += error * f64::from(features[i]);
                for j in 0..FEATURES {
                    second[i][j] += curve * f64::from(features[i]) * f64::from(features[j]);
                }
            }
        }
        let step = solve(second, gradient);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step.clamp(-5.0, 5.0));
    }
    weights.map(|weight| weight as f32)
}

/// Gaussian elimination.
fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = (i..N).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap_or(i);
        a.swap(i, pivot);
        b.swap(i, pivot);
        let head = a[i];
        if head[i].abs() < 1e-12 {
            continue;
        }
        for row in i + 1..N {
            let factor = a[row][i] / head[i];
            for column in i..N {
                a[row][column] -= factor * head[column];
            }
            b[row] -= factor * b[i];
        }
    }
    let mut x = [0.0; N];
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|j| a[i][j] * x[j]).sum();
        x[i] = if a[i][i].abs() < 1e-12 { 0.0 } else { (b[i] - known) / a[i][i] };
    }
    x
}

/// A model in memory, to measure before it is written.
pub struct Draft(Model);

impl Draft {
    /// From what was learnt.
    #[must_use]
    pub fn of(all: &[Trained]) -> Self {
        Self(Model::read(&Trained::write(all)))
    }

    /// From the files of tables and weights, without the weights of contexts.
    #[must_use]
    pub fn read(sounds: &[u8], weights: &str) -> Self {
        let mut model = Model::read(sounds);
        model.weigh(weights);
        Self(model)
    }

    /// The file of the most probable Latin letters.
    #[must_use]
    pub fn romanised(&self) -> Vec<u8> {
        super::romanised::write(&self.0)
    }

    /// Features of a pair.
    #[must_use]
    pub fn features(&self, script: Script, pair: (&[u8], &[u8])) -> Option<[f32; FEATURES]> {
        Some(self.0.costs(script, pair.0, pair.1)?.features())
    }
}

/// Symbols without what tells them from others of one sound.
#[must_use]
pub fn plain_symbols(script: Script, symbols: &[u8]) -> Vec<u8> {
    symbols.iter().map(|symbol| plain(script, *symbol)).collect()
}

/// A word's script and symbols; `None` where it mixes scripts or has no letter.
#[must_use]
pub fn symbols(word: &str) -> Option<(Script, Vec<u8>)> {
    use crate::letters::{Kind, letter};
    use unicode_normalization::UnicodeNormalization;
    let (mut script, mut out) = (None, Vec::new());
    for c in word.nfc() {
        let letter = letter(c);
        if let Kind::Letter(of) = letter.kind {
            if script.is_some_and(|script| script != of) {
                return None;
            }
            script = Some(of);
            out.extend(super::heard(letter.symbols));
        }
    }
    Some((script?, out))
}

pub use crate::{
    equivalents::short,
    names::{FEATURES as NAME_FEATURES, features as name_features},
    words::word_hash,
};

/// Logistic regression with a ridge: the weights that explain `examples` (features, truth, share) best.
#[must_use]
pub fn fit<const N: usize>(examples: &[([f64; N], bool, f64)], ridge: f64) -> [f64; N] {
    let mut weights = [0.0_f64; N];
    for _ in 0..30 {
        let mut gradient: [f64; N] = weights.map(|weight| -ridge * weight);
        let mut second = [[0.0_f64; N]; N];
        second.iter_mut().enumerate().for_each(|(at, row)| row[at] = ridge + 1e-9);
        for (features, same, share) in examples {
            let z: f64 = features.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let (error, curve) =
                ((if *same { 1.0 } else { 0.0 } - p) * share, (p * (1.0 - p)).max(1e-6) * share);
            for i in 0..N {
                gradient[i] += error * features[i];
                for j in 0..N {
                    second[i][j] += curve * features[i] * features[j];
                }
            }
        }
        let step = solve(second, gradient);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step.clamp(-4.0, 4.0));
    }
    weights
}

/// The keys of a single word.
#[must_use]
pub fn keys_of(word: &str) -> Vec<u32> {
    crate::words::words(word).first().map(crate::sound_key::sound_keys).unwrap_or_default()
}
