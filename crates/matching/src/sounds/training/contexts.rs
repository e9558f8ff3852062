//! Learns the weights of `data/contexts.bin` from pairs of words that are one name, and from the nearest that are not.

use super::{Draft, FEATURES};
use crate::{
    script::Script,
    sounds::{
        contexts::{PLACES, Reader},
        cut,
        lattice::{LARGE, Lattice},
        net::{ROWS_A_STEP, rows},
        sides::Side,
        sum,
    },
};

const ROUNDS: usize = 12;
const STEP: f32 = 0.12;
/// What pulls weights to nothing.
const RIDGE: f32 = 4e-4;

/// A pair of words, as the weights see it.
#[derive(Debug, Clone)]
pub struct Example {
    pub(super) dense: [f32; FEATURES],
    places: Vec<u32>,
    /// Rows of the net, a list for each step.
    pub(super) steps: Vec<Vec<u16>>,
    /// Is it one name?
    pub same: bool,
    /// How much it counts.
    pub share: f32,
}

impl Draft {
    /// A pair of words; `None` where it is too far apart to be looked at.
    #[must_use]
    pub fn example(&self, script: Script, pair: (&[u8], &[u8]), same: bool, share: f32) -> Option<Example> {
        let table = self.0.table(script)?;
        let (latin, native) = (cut(pair.0), cut(pair.1));
        let dense = self.0.costs(script, latin, native)?.features();
        if sum(&dense, &table.weights) < crate::sounds::FLOOR {
            return None;
        }
        let sides = (Side::latin(&self.0, table, script, latin), Side::native(table, script, native));
        let lattice = Lattice::<LARGE>::of(table, &sides.0, &sides.1, u16::MAX - 1);
        let (mut reader, mut places, mut steps) = (Reader::new(latin, native), Vec::new(), Vec::new());
        lattice.walk(|step| {
            reader.read(step, |place| places.push(place as u32));
            let mut seen = Vec::with_capacity(ROWS_A_STEP);
            rows(latin, native, step, |row| seen.push(row as u16));
            steps.push(seen);
        });
        Some(Example { dense, places, steps, same, share })
    }

    /// The odds by the first weights alone; below a floor they are not told exactly.
    #[must_use]
    pub fn first(&self, script: Script, pair: (&[u8], &[u8])) -> f32 {
        self.0.logit(script, pair.0, pair.1).unwrap_or(-9.0)
    }

    /// The first weights of a script.
    #[must_use]
    pub fn first_weights(&self, script: Script) -> [f32; FEATURES] {
        self.0.table(script).map(|table| table.weights).unwrap_or_default()
    }
}

/// Learnt weights of one script.
pub struct Weights {
    script: Script,
    dense: [f32; FEATURES],
    places: Vec<f32>,
}

impl Weights {
    /// Logistic regression by steps that become smaller where there were many (`AdaGrad`), from the weights in `first` on.
    #[must_use]
    pub fn learn(script: Script, first: [f32; FEATURES], examples: &[Example]) -> Self {
        let mut new = Self { script, dense: first, places: vec![0.0; PLACES] };
        let mut squares = (vec![1e-2_f32; PLACES], [1.0_f32; FEATURES]);
        let mut seed = 11_u64;
        for round in 0..ROUNDS {
            let step = STEP / (1.0 + round as f32 * 0.25);
            for _ in 0..examples.len() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let chosen = examples.get((seed >> 33) as usize % examples.len().max(1));
                chosen.into_iter().for_each(|example| new.take(example, step, &mut squares));
            }
        }
        new
    }

    fn take(&mut self, example: &Example, step: f32, squares: &mut (Vec<f32>, [f32; FEATURES])) {
        let truth = if example.same { 1.0 } else { 0.0 };
        let error = (truth - 1.0 / (1.0 + (-self.odds(example)).exp())) * example.share;
        for (at, feature) in example.dense.iter().enumerate() {
            let slope = error * feature;
            squares.1[at] += slope * slope;
            self.dense[at] += step * slope / squares.1[at].sqrt();
        }
        for place in &example.places {
            let at = *place as usize;
            let slope = error - RIDGE * self.places[at];
            squares.0[at] += slope * slope;
            self.places[at] += step * slope / squares.0[at].sqrt();
        }
    }

    /// The logarithm of the odds that a pair is one name.
    fn odds(&self, example: &Example) -> f32 {
        self.odds_trusting(example, 1.0)
    }

    /// The same, where a share of what was learnt of places counts.
    #[must_use]
    pub fn odds_trusting(&self, example: &Example, trust: f32) -> f32 {
        let places: f32 = example.places.iter().filter_map(|place| self.places.get(*place as usize)).sum();
        sum(&example.dense, &self.dense) + places * trust
    }
}

/// The file: each script's number, unit, dense weights, and places in units.
#[must_use]
pub fn write_contexts(all: &[Weights]) -> Vec<u8> {
    let mut out = Vec::new();
    for one in all {
        let most = one.places.iter().fold(0.1_f32, |most, weight| most.max(weight.abs()));
        let unit = most.min(4.0) / 127.0;
        out.push(one.script as u8);
        out.extend(unit.to_le_bytes());
        one.dense.iter().for_each(|weight| out.extend(weight.to_le_bytes()));
        let units = one.places.iter().map(|weight| (weight / unit).round().clamp(-127.0, 127.0) as i8);
        out.extend(units.map(i8::cast_unsigned));
    }
    out
}
