//! Pairs of names a second, on one core, from the text on.

use super::data::{Pair, mix};
use crate::report::Section;
use comity_matching::{Bearer, PreparedName, compare_names, score_prepared};
use std::{hint::black_box, time::Instant};

pub fn measure(hard: &[Pair], scripts: &[Pair]) -> Section {
    let mut section = Section::new("name pairs a second, one core");
    let mut seed = 1;
    let mut random = |from: &[Pair]| -> Vec<Pair> {
        (0..20_000)
            .filter_map(|_| {
                let (one, two) =
                    (from.get(mix(&mut seed) % from.len())?, from.get(mix(&mut seed) % from.len())?);
                Some(Pair { two: two.two.clone(), ..one.clone() })
            })
            .collect()
    };
    let strangers = random(hard);
    let foreign: Vec<Pair> = scripts.iter().step_by(7).cloned().collect();
    for (name, pairs, wanted) in [
        ("hard pairs, from text", hard, Some(200_000.0)),
        ("strangers of the hard pairs, from text", &strangers, Some(200_000.0)),
        ("Latin against another script, from text", &foreign, Some(200_000.0)),
    ] {
        let rate = rate(pairs, |pair| compare_names(&pair.one, &pair.two, Bearer::Unknown).score);
        match wanted {
            Some(least) => section.at_least(name, rate, "/s", least),
            None => section.figure(name, rate, "/s"),
        }
    }
    let prepared: Vec<(PreparedName, PreparedName)> =
        hard.iter().map(|pair| (PreparedName::new(&pair.one), PreparedName::new(&pair.two))).collect();
    section.figure(
        "hard pairs, taken apart before",
        rate(&prepared, |(one, two)| score_prepared(one, two, Bearer::Unknown)),
        "/s",
    );
    section
}

/// A second of this thread's own time, whoever else uses the machine.
fn rate<T>(pairs: &[T], mut score: impl FnMut(&T) -> f64) -> f64 {
    pairs.iter().take(100).for_each(|pair| {
        black_box(score(pair));
    });
    let (start, begin, mut done) = (Instant::now(), own_seconds(), 0);
    while start.elapsed().as_millis() < 3_000 {
        pairs.iter().for_each(|pair| {
            black_box(score(pair));
        });
        done += pairs.len();
    }
    let own = own_seconds().zip(begin).map(|(end, begin)| end - begin).filter(|own| *own > 0.1);
    done as f64 / own.unwrap_or_else(|| start.elapsed().as_secs_f64())
}

/// Seconds that this thread has run, where the system says so.
pub fn own_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}
