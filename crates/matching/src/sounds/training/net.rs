//! Learns the nets of `data/net.bin` from the examples that [`super::Weights`] are learnt from.

use super::{Example, FEATURES};
use crate::{
    script::Script,
    sounds::{
        net::{HIDDEN, Net, ROWS},
        sum,
    },
};

const ROUNDS: usize = 6;
const STEP: f32 = 0.05;
/// What pulls rows to nothing.
const RIDGE: f32 = 1e-4;
/// The widest that rows, and what sums count for, are at the beginning.
const BEGIN: [f32; 2] = [0.2, 0.1];

type Row = [f32; HIDDEN];

/// A learnt net, as it ships.
pub struct LearntNet {
    script: Script,
    net: Net,
}

impl LearntNet {
    /// By steps that become smaller where there were many (`AdaGrad`), the weights of costs from `first` on.
    #[must_use]
    pub fn learn(script: Script, first: [f32; FEATURES], examples: &[Example]) -> Self {
        let mut seed = 11;
        let mut learner = Learner::new(first, &mut seed);
        for round in 0..ROUNDS {
            let step = STEP / (1.0 + round as f32 * 0.5);
            for _ in 0..examples.len() {
                let chosen = examples.get(next(&mut seed) as usize % examples.len().max(1));
                chosen.into_iter().for_each(|example| learner.take(example, step));
            }
        }
        Self { script, net: learner.rounded() }
    }

    /// The logarithm of the odds that a pair is one name.
    #[must_use]
    pub fn odds(&self, example: &Example) -> f32 {
        let mut opinion = self.net.begin(&[], &[]);
        example.steps.iter().for_each(|rows| opinion.take_rows(rows));
        opinion.odds(&example.dense)
    }
}

/// The file: each script's number, unit, dense weights, what sums count for, and rows.
#[must_use]
pub fn write_nets(all: &[LearntNet]) -> Vec<u8> {
    let mut out = Vec::new();
    for LearntNet { script, net } in all {
        out.push(*script as u8);
        out.extend(net.unit.to_le_bytes());
        net.dense.iter().for_each(|weight| out.extend(weight.to_le_bytes()));
        let rows = std::iter::once(&net.out).chain(&net.rows);
        out.extend(rows.flatten().map(|weight| (*weight as i8).cast_unsigned()));
    }
    out
}

/// A number below 2^31 that looks random.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// From -1 to 1.
fn around_zero(seed: &mut u64) -> f32 {
    next(seed) as f32 / (1_u64 << 30) as f32 - 1.0
}

/// Weights, and the sum of the squares of what moved them.
struct Learner {
    dense: [f32; FEATURES],
    out: Row,
    rows: Vec<Row>,
    squares: ([f32; FEATURES], Row, Vec<Row>),
}

/// Squares of a row that was never moved.
const UNMOVED: Row = [0.1; HIDDEN];

impl Learner {
    fn new(dense: [f32; FEATURES], seed: &mut u64) -> Self {
        let mut rows = vec![[0.0; HIDDEN]; ROWS];
        rows.iter_mut().flatten().for_each(|weight| *weight = around_zero(seed) * BEGIN[0]);
        let mut out = [0.0; HIDDEN];
        // Half of the sums speak for one name at the beginning, half against.
        for (at, weight) in out.iter_mut().enumerate() {
            *weight = around_zero(seed).abs() * BEGIN[1] * if at % 2 == 0 { 1.0 } else { -1.0 };
        }
        Self { dense, out, rows, squares: ([1.0; FEATURES], [1.0; HIDDEN], vec![UNMOVED; ROWS]) }
    }

    fn sums(&self, rows: &[u16]) -> Row {
        let mut sums = [0.0; HIDDEN];
        for row in rows.iter().filter_map(|row| self.rows.get(usize::from(*row))) {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
        }
        sums
    }

    fn take(&mut self, example: &Example, step: f32) {
        let steps: Vec<Row> = example.steps.iter().map(|rows| self.sums(rows)).collect();
        let mut all = [0.0_f32; HIDDEN];
        for sums in &steps {
            all.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum.max(0.0));
        }
        let said = sum(&example.dense, &self.dense)
            + all.iter().zip(&self.out).map(|(all, weight)| all * weight).sum::<f32>();
        let truth = if example.same { 1.0 } else { 0.0 };
        let error = (truth - 1.0 / (1.0 + (-said).exp())) * example.share;
        let back = self.out.map(|weight| weight * error);
        let (of_dense, of_out, of_rows) = &mut self.squares;
        mend(&mut self.dense, of_dense, &example.dense.map(|feature| feature * error), step);
        mend(&mut self.out, of_out, &all.map(|all| all * error), step);
        for (sums, rows) in steps.iter().zip(&example.steps) {
            let mut slope = back;
            slope.iter_mut().zip(sums).filter(|(_, sum)| **sum <= 0.0).for_each(|(slope, _)| *slope = 0.0);
            for row in rows.iter().map(|row| usize::from(*row)) {
                let mut slope = slope;
                slope.iter_mut().zip(&self.rows[row]).for_each(|(slope, weight)| *slope -= RIDGE * weight);
                mend(&mut self.rows[row], &mut of_rows[row], &slope, step);
            }
        }
    }

    /// In whole numbers; rows that nothing was learnt of say nothing.
    fn rounded(self) -> Net {
        let most = |weights: &[f32]| weights.iter().fold(0.01_f32, |most, weight| most.max(weight.abs()));
        let moved = self
            .rows
            .iter()
            .zip(&self.squares.2)
            .map(|(row, squares)| if *squares == UNMOVED { [0.0; HIDDEN] } else { *row });
        let rows: Vec<Row> = moved.collect();
        let units = [most(&self.out) / 127.0, most(rows.as_flattened()) / 127.0];
        let round = |weight: f32, unit: f32| (weight / unit).round() as i16;
        Net {
            dense: self.dense,
            unit: units[0] * units[1],
            out: self.out.map(|weight| round(weight, units[0])),
            rows: rows.into_iter().map(|row| row.map(|weight| round(weight, units[1]))).collect(),
        }
    }
}

/// Moves weights along a slope, by less where there were many moves.
fn mend<const N: usize>(weights: &mut [f32; N], squares: &mut [f32; N], slope: &[f32; N], step: f32) {
    for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(slope) {
        *square += slope * slope;
        *weight += step * slope / square.sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sounds::{
            cut,
            lattice::{LARGE, Lattice},
            sides::Side,
        },
        training::{Draft, symbols},
    };

    /// What a net that was written and read again says of two words, by their own steps.
    fn read_again(draft: &Draft, nets: &[Option<Net>], (latin, native): (&[u8], &[u8])) -> f32 {
        let table = draft.0.table(Script::Cyrillic).unwrap();
        let sides = (
            Side::latin(&draft.0, table, Script::Cyrillic, latin),
            Side::native(table, Script::Cyrillic, native),
        );
        let mut opinion = nets[Script::Cyrillic as usize].as_ref().unwrap().begin(cut(latin), cut(native));
        Lattice::<LARGE>::of(table, &sides.0, &sides.1, u16::MAX - 1).walk(|step| opinion.take(step));
        opinion.odds(&draft.0.costs(Script::Cyrillic, latin, native).unwrap().features())
    }

    #[test]
    fn what_was_learnt_is_what_is_read_and_tells_the_pairs_apart() {
        let draft =
            Draft::read(include_bytes!("../../../data/sounds.bin"), include_str!("../../../data/sounds.txt"));
        let word = |text: &str| symbols(text).unwrap().1;
        let pairs = [("ivan", "Иван", true), ("sergei", "Сергей", true), ("marina", "Марина", true)]
            .into_iter()
            .chain([("ivan", "Иванна", false), ("sergei", "Сергий", false), ("marina", "Мария", false)]);
        let pairs: Vec<(Vec<u8>, Vec<u8>, bool)> =
            pairs.map(|(latin, native, same)| (word(latin), word(native), same)).collect();
        let examples: Vec<Example> = pairs
            .iter()
            .map(|(latin, native, same)| {
                draft.example(Script::Cyrillic, (latin, native), *same, 1.0).unwrap()
            })
            .collect();
        let many: Vec<Example> = examples.iter().cycle().take(600).cloned().collect();
        let learnt = LearntNet::learn(Script::Cyrillic, draft.first_weights(Script::Cyrillic), &many);
        let odds: Vec<f32> = examples.iter().map(|example| learnt.odds(example)).collect();
        let nets = Net::read_all(&write_nets(&[learnt]));
        for ((latin, native, same), odds) in pairs.iter().zip(odds) {
            assert_eq!(odds > 0.0, *same, "{odds}");
            assert_eq!(read_again(&draft, &nets, (latin, native)), odds);
        }
    }
}
