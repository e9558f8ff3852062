//! From the alignment of two names to one score: a logistic regression over few features, learnt from pairs of names of
//! which it is known whether they are one.

use super::{Aligned, Bearer, PreparedName, align, align::comes_after, is_organisation};
use crate::{
    alike::{How, SURE},
    words::{Role, Word},
};
use std::sync::LazyLock;

/// Features of a pair of names.
pub const FEATURES: usize = 12;

const CROSSED: usize = 6;
const ALONE: usize = 7;
const COUNT: usize = 9;
const DOUBT: usize = 10;
/// The surest that two names in two scripts are by one word, where another is left over.
const ONE_WORD: f64 = 3.5;

/// Two lines, persons and organisations: the weights of the features.
const FILE: &str = include_str!("../../data/names.txt");

static WEIGHTS: LazyLock<[[f64; FEATURES]; 2]> = LazyLock::new(|| {
    let mut out = [[0.0; FEATURES]; 2];
    for (row, line) in out.iter_mut().zip(FILE.lines().filter(|line| !line.starts_with('#'))) {
        row.iter_mut()
            .zip(line.split_whitespace().skip(1))
            .for_each(|(slot, text)| *slot = text.parse().unwrap_or(0.0));
    }
    out
});

/// The features of two names, and whether they are compared as organisations: what training sees.
#[must_use]
pub fn features(one: &PreparedName, two: &PreparedName, bearer: Bearer) -> ([f64; FEATURES], bool) {
    let aligned = align(&one.words, &two.words);
    (seen(&one.words, &two.words, &aligned), is_organisation(one, two, bearer))
}

pub(super) fn score(ours: &[Word], theirs: &[Word], aligned: &Aligned, organisation: bool) -> f64 {
    if ours.is_empty() || theirs.is_empty() {
        return 1e-9;
    }
    let weights = &WEIGHTS[usize::from(organisation)];
    let features = seen(ours, theirs, aligned);
    let z: f64 = if aligned
        .pairs
        .iter()
        .any(|pair| pair.alike.how == How::Transliteration || crosses(ours, theirs, pair))
    {
        transliterated(&features)
    } else {
        features.iter().zip(weights).map(|(x, w)| x * w).sum()
    };
    1.0 / (1.0 + (-z.clamp(-20.0, 20.0)).exp())
}

fn crosses(ours: &[Word], theirs: &[Word], pair: &super::align::Pair) -> bool {
    let script =
        |words: &[Word], mask: u32| words.get(mask.trailing_zeros() as usize).map(|word| word.script);
    script(ours, pair.ours) != script(theirs, pair.theirs)
}

/// Names in two scripts: all pairs must be right, and little may be left over. The odds that all pairs are right, less what is
/// left over.
fn transliterated(features: &[f64; FEATURES]) -> f64 {
    let (doubt, alone) = (features[DOUBT].max(1e-6), features[ALONE]);
    let together = -(doubt.exp_m1()).ln();
    // One word in common, however sure, does not make up for one that has nobody.
    let together = if features[COUNT] < 0.0 && alone > 0.0 { together.min(ONE_WORD) } else { together };
    together - 5.0 * alone - features[CROSSED] * 0.5 + features[COUNT].min(0.0) * 0.3
}

fn weight(words: &[Word], mask: u32) -> f32 {
    words.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, word)| word.weight()).sum()
}

fn is_core(words: &[Word], mask: u32) -> bool {
    words.iter().enumerate().any(|(at, word)| mask >> at & 1 == 1 && word.is_core())
}

/// The features; sums are made in one order, whoever is `ours`.
fn seen(ours: &[Word], theirs: &[Word], aligned: &Aligned) -> [f64; FEATURES] {
    if comes_after(ours, theirs) {
        seen_in_order(theirs, ours, aligned.clone().turned())
    } else {
        seen_in_order(ours, theirs, aligned.clone())
    }
}

fn seen_in_order(ours: &[Word], theirs: &[Word], mut aligned: Aligned) -> [f64; FEATURES] {
    let (all_ours, all_theirs) = (weight(ours, u32::MAX), weight(theirs, u32::MAX));
    let (mut matched_ours, mut matched_theirs, mut worst, mut edits, mut edited) = (0.0, 0.0, SURE, 0.0, 0.0);
    let (mut initials, mut crossed, mut conflict, mut sure) = (0.0_f32, 0.0_f32, 0.0_f32, 0.0_f32);
    let (mut last, mut doubt) = (None, 0.0_f32);
    aligned.pairs.sort_by_key(|pair| pair.ours);
    for pair in &aligned.pairs {
        let (one, two) = (weight(ours, pair.ours), weight(theirs, pair.theirs));
        let p = 1.0 / (1.0 + (-pair.alike.z).exp());
        matched_ours += one * p;
        matched_theirs += two * p;
        let core = is_core(ours, pair.ours) && is_core(theirs, pair.theirs);
        if core {
            worst = worst.min(pair.alike.z);
            edits += pair.alike.edits * one.max(two);
            edited += one.max(two);
            conflict = conflict.max((1.0 - p) * one.min(two));
            doubt += (-pair.alike.z).exp().ln_1p();
        }
        if pair.alike.z > 0.0 {
            initials += if pair.alike.how == How::Initial { 1.0 } else { 0.0 };
            sure += if core { 1.0 } else { 0.0 };
            if last.is_some_and(|last| pair.theirs < last) {
                crossed = 1.0;
            }
            last = Some(pair.theirs);
        }
    }
    let shorter = if all_ours <= all_theirs { matched_ours / all_ours } else { matched_theirs / all_theirs };
    let longer = if all_ours <= all_theirs { matched_theirs / all_theirs } else { matched_ours / all_ours };
    let alone = (all_ours - weight(ours, aligned.ours)) + (all_theirs - weight(theirs, aligned.theirs));
    let forms = contradicting_forms(ours, theirs);
    let out = [
        1.0,
        shorter * 0.0,
        longer,
        worst.clamp(-4.0, SURE) / 4.0,
        if edited > 0.0 { edits / edited } else { 1.0 },
        initials,
        crossed,
        alone / (all_ours + all_theirs),
        conflict / 5.0,
        (sure.min(3.0) - 2.0).max(-1.0),
        doubt.min(20.0),
        forms,
    ];
    out.map(f64::from)
}

/// Legal forms on both sides, none of them the same.
fn contradicting_forms(ours: &[Word], theirs: &[Word]) -> f32 {
    let of = |words: &[Word]| -> Vec<u16> {
        words
            .iter()
            .filter_map(|word| if let Role::Form(number) = word.role { Some(number) } else { None })
            .collect()
    };
    let (one, two) = (of(ours), of(theirs));
    let apart = !one.is_empty() && !two.is_empty() && !one.iter().any(|form| two.contains(form));
    if apart { 1.0 } else { 0.0 }
}
