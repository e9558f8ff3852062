//! Rows held to be one person through other rows. Groups are joined where the mean of their pairs allows it, the surest
//! first, so that one chance link does not join two persons.

use super::{DuplicatePair, THRESHOLD};
use std::collections::{BTreeMap, HashMap};

/// What a pair without findings of its own counts, when two groups are joined.
const UNSEEN: f64 = 0.02;
/// The mean from which on two groups are one.
const JOIN: f64 = 0.33;
/// Pairs below this are not shown.
const SHOWN: f64 = 0.01;
/// Rows of one person for whom all pairs are shown.
const LARGEST: usize = 200;

/// Pairs with those that follow from others, and for each row the first row of its person.
pub(super) fn close(rows: usize, mut direct: Vec<DuplicatePair>) -> (Vec<DuplicatePair>, Vec<usize>) {
    direct.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.a, a.b).cmp(&(b.a, b.b))));
    let scores: HashMap<(usize, usize), f64> =
        direct.iter().map(|pair| ((pair.a, pair.b), pair.score)).collect();
    let mut groups: Vec<usize> = (0..rows).collect();
    let mut members: Vec<Vec<usize>> = (0..rows).map(|row| vec![row]).collect();
    let mut joined: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for pair in direct.iter().take_while(|pair| pair.score >= THRESHOLD) {
        let (one, two) = (groups[pair.a], groups[pair.b]);
        if one == two || members[one].len() + members[two].len() > LARGEST {
            continue;
        }
        let mean = mean(&members[one], &members[two], &scores);
        if mean < JOIN {
            continue;
        }
        for (a, b) in
            members[one].iter().flat_map(|a| members[two].iter().map(move |b| (*a.min(b), *a.max(b))))
        {
            joined.insert((a, b), pair.score.min(0.5 + mean / 2.0));
        }
        let moved = std::mem::take(&mut members[two]);
        moved.iter().for_each(|row| groups[*row] = one);
        members[one].extend(moved);
    }
    let mut first: HashMap<usize, usize> = HashMap::new();
    let clusters =
        groups.iter().enumerate().map(|(row, group)| *first.entry(*group).or_insert(row)).collect();
    (shown(direct, joined), clusters)
}

fn mean(one: &[usize], two: &[usize], scores: &HashMap<(usize, usize), f64>) -> f64 {
    let pairs = one.iter().flat_map(|a| two.iter().map(move |b| (*a.min(b), *a.max(b))));
    let sum: f64 = pairs.map(|pair| scores.get(&pair).copied().unwrap_or(UNSEEN)).sum();
    sum / (one.len() * two.len()) as f64
}

/// A pair within a group has at least the score by which the group was joined; one across groups at most a little under the threshold.
fn shown(direct: Vec<DuplicatePair>, mut joined: BTreeMap<(usize, usize), f64>) -> Vec<DuplicatePair> {
    let mut out: Vec<DuplicatePair> = direct
        .into_iter()
        .map(|pair| match joined.remove(&(pair.a, pair.b)) {
            Some(score) => DuplicatePair { score: pair.score.max(score), ..pair },
            None => DuplicatePair { score: pair.score.min(THRESHOLD * 0.98), ..pair },
        })
        .filter(|pair| pair.score >= SHOWN)
        .collect();
    out.extend(joined.into_iter().map(|((a, b), score)| DuplicatePair { a, b, score, bits: 0.0 }));
    out.sort_by_key(|pair| (pair.a, pair.b));
    out
}
