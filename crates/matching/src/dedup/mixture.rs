//! Two kinds of pairs, of one person and of two, told apart by expectation maximisation (Winkler 1988): what random pairs have in
//! common is counted, the rest follows from the pairs themselves.

use super::{
    columns::{Column, FieldKind},
    levels::{Counted, Finding, LEVELS, Row, compare},
};

const ROUNDS: usize = 40;
/// Random pairs that are counted.
const SAMPLE: usize = 200_000;
/// Pairs of one person among candidates, to begin with.
const BEGIN: f64 = 0.02;
/// What a level of pairs of one person has to begin with.
const FIRST: [f64; LEVELS] = [0.70, 0.10, 0.05, 0.04, 0.04, 0.07];

/// The learnt weights.
pub(super) struct Mixture {
    /// Share of pairs of one person with each level, and of pairs of two, by column.
    same: Vec<[f64; LEVELS]>,
    other: Vec<[f64; LEVELS]>,
    /// Bits that speak against any random pair.
    prior: f64,
}

pub(super) fn learn(
    rows: &[Row],
    columns: &[Column],
    counted: &Counted,
    candidates: &[(usize, usize)],
    findings: &[Vec<Finding>],
) -> Mixture {
    let all = (rows.len() as f64 * (rows.len() as f64 - 1.0) / 2.0).max(1.0);
    let mut model = Mixture {
        same: vec![FIRST; columns.len()],
        other: at_random(rows, columns, counted),
        prior: (BEGIN * candidates.len() as f64 / all).max(1e-12).log2(),
    };
    for _ in 0..ROUNDS {
        let mut sums = vec![[0.0; LEVELS]; columns.len()];
        let mut expected = 0.0;
        for found in findings {
            let p = model.score(model.bits(found));
            expected += p;
            for (sum, finding) in sums.iter_mut().zip(found) {
                if let Some(slot) = sum.get_mut(finding.level) {
                    *slot += p;
                }
            }
        }
        for ((same, sum), column) in model.same.iter_mut().zip(&sums).zip(columns) {
            let strength = if column.kind == FieldKind::Sex { 20.0 } else { 10.0 };
            let total: f64 = sum.iter().sum::<f64>() + strength;
            same.iter_mut()
                .zip(sum)
                .zip(FIRST)
                .for_each(|((slot, sum), first)| *slot = (sum + strength * first) / total);
        }
        model.prior = ((expected + 1.0) / all).min(0.5).log2();
    }
    model
}

/// Shares of levels among random pairs.
fn at_random(rows: &[Row], columns: &[Column], counted: &Counted) -> Vec<[f64; LEVELS]> {
    let mut sums = vec![[0.05; LEVELS]; columns.len()];
    let mut seed = 88_172_645_463_325_252_u64;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % rows.len().max(1) as u64) as usize
    };
    for _ in 0..SAMPLE.min(rows.len() * rows.len()) {
        let (a, b) = (next(), next());
        let (Some(one), Some(two)) = (rows.get(a), rows.get(b)) else { continue };
        if a == b {
            continue;
        }
        for (sum, finding) in sums.iter_mut().zip(compare(one, two, columns, counted)) {
            if let Some(slot) = sum.get_mut(finding.level) {
                *slot += 1.0;
            }
        }
    }
    sums.into_iter()
        .map(|sum| {
            let total: f64 = sum.iter().sum();
            sum.map(|count| count / total)
        })
        .collect()
}

impl Mixture {
    pub(super) fn bits(&self, found: &[Finding]) -> f64 {
        let weight = |((same, other), finding): ((&[f64; LEVELS], &[f64; LEVELS]), &Finding)| match (
            same.get(finding.level),
            other.get(finding.level),
        ) {
            (Some(same), Some(other)) => (same / other).log2() + finding.rarity,
            _ => 0.0,
        };
        self.same.iter().zip(&self.other).zip(found).map(weight).sum()
    }

    pub(super) fn score(&self, bits: f64) -> f64 {
        let odds = (bits + self.prior).clamp(-60.0, 60.0).exp2();
        odds / (1.0 + odds)
    }

    pub(super) fn shown(&self, columns: &[Column]) -> Vec<(String, Vec<(&'static str, f64)>)> {
        const NAMES: [&str; LEVELS] =
            ["the same", "nearly the same", "alike", "somewhat alike", "little alike", "different"];
        let of = |(same, other): (&[f64; LEVELS], &[f64; LEVELS])| {
            NAMES
                .iter()
                .zip(same.iter().zip(other))
                .map(|(name, (same, other))| (*name, (same / other).log2()))
                .collect()
        };
        columns
            .iter()
            .zip(self.same.iter().zip(&self.other))
            .map(|(column, shares)| (column.name.clone(), of(shares)))
            .collect()
    }
}
