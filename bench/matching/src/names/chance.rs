//! How much of a recall is chance: the same with the forenames drawn anew, as often as they are, some twice and some not at all (a bootstrap by
//! forename, since pairs that share one rise and fall together).

use super::data::{Pair, mix};
use std::collections::HashMap;

const DRAWS: usize = 400;

/// Recall where `rate` of the negatives is taken, of the pairs that are given: what five in a hundred draws are below, and above.
pub fn bounds(scored: &[(f64, &Pair)], rate: f64) -> [f64; 2] {
    let mut numbers = HashMap::new();
    let mut of: Vec<(f64, bool, usize)> = scored
        .iter()
        .map(|(score, pair)| {
            let next = numbers.len();
            let forename = pair.one.split(' ').next().unwrap_or_default();
            (*score, pair.same, *numbers.entry(forename).or_insert(next))
        })
        .collect();
    of.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut seed = 3;
    let mut recalls: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut drawn = vec![0_usize; numbers.len()];
            (0..drawn.len()).for_each(|_| drawn[mix(&mut seed) % numbers.len()] += 1);
            recall(&of, &drawn, rate)
        })
        .collect();
    recalls.sort_by(f64::total_cmp);
    [DRAWS / 20, DRAWS - 1 - DRAWS / 20].map(|at| recalls.get(at).copied().unwrap_or(0.0))
}

/// Of pairs from the highest score down, those of two names before those of one, each as often as its forename was drawn.
fn recall(of: &[(f64, bool, usize)], drawn: &[usize], rate: f64) -> f64 {
    let all = |same: bool| of.iter().filter(|pair| pair.1 == same).map(|pair| drawn[pair.2]).sum::<usize>();
    let may = (all(false) as f64 * rate) as usize;
    let (mut taken, mut found) = (0, 0);
    for (_, same, forename) in of {
        *(if *same { &mut found } else { &mut taken }) += drawn[*forename];
        if taken > may {
            break;
        }
    }
    found as f64 / all(true).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(forename: usize, same: bool) -> Pair {
        Pair {
            one: format!("{forename} last"),
            two: String::new(),
            same,
            kind: String::new(),
            way: "same",
            joined: false,
            heard: false,
            unlisted: false,
        }
    }

    #[test]
    fn a_recall_lies_within_what_chance_makes_of_it() {
        let pairs: Vec<Pair> = (0..200).flat_map(|at| [pair(at, true), pair(at, false)]).collect();
        let score = |(at, pair): (usize, &Pair)| if pair.same { (at * 7 % 400) as f64 } else { 40.0 };
        let scored: Vec<(f64, &Pair)> = pairs.iter().enumerate().map(|one| (score(one), one.1)).collect();
        let [low, high] = bounds(&scored, 1e-3);
        assert!(0.8 < low && low < 0.9 && 0.9 < high && high < 0.95, "{low} {high}");
    }

    #[test]
    fn what_is_told_apart_in_every_draw_leaves_nothing_to_chance() {
        let pairs: Vec<Pair> = (0..50).flat_map(|at| [pair(at, true), pair(at, false)]).collect();
        let scored: Vec<(f64, &Pair)> =
            pairs.iter().map(|pair| (if pair.same { 0.9 } else { 0.1 }, pair)).collect();
        assert_eq!(bounds(&scored, 1e-3), [1.0, 1.0]);
    }
}
