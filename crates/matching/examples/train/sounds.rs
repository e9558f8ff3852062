//! The tables of sounds, and how well they tell names apart.

use crate::pairs::{self, Spelt, held_out, measured};
use comity_matching::{
    Script,
    training::{Draft, Pair, Trained, weigh},
};
use std::{fs, path::Path, time::Instant};

/// Pairs of the groups beyond this are thinned out.
const ENOUGH: usize = 80_000;

type Row = (Pair, Spelt);

/// The tables. One token in ten is left out, for measuring.
pub fn make(data: &Path, out: &Path) {
    let all = pairs::for_each(&pairs::by_script(data), learn);
    fs::write(out.join("sounds.bin"), Trained::write(&all)).unwrap();
}

fn learn(script: Script, rows: &[Row]) -> Trained {
    let start = Instant::now();
    let every = (rows.len() / ENOUGH).max(1);
    let chosen =
        rows.iter().enumerate().filter(|(at, (_, spelt))| spelt.token || at % every == 0).map(|(_, row)| row);
    let train: Vec<Pair> = chosen
        .filter(|(_, spelt)| !held_out(&spelt.latin))
        .flat_map(|(pair, _)| augment(script, pair))
        .collect();
    let trained = Trained::learn(script, &train);
    println!("{}: {} pairs, {:?}", script.name(), train.len(), start.elapsed());
    trained
}

/// The tables and weights that were made last.
pub fn draft(out: &Path) -> Draft {
    let weights = fs::read_to_string(out.join("sounds.txt")).unwrap();
    Draft::read(&fs::read(out.join("sounds.bin")).unwrap(), &weights)
}

/// The most probable Latin letters, of the tables that were made last.
pub fn make_romanised(out: &Path) {
    fs::write(out.join("romanised.bin"), draft(out).romanised()).unwrap();
}

/// The weights of the logits, for the tables made before, and how well they tell names apart.
pub fn make_weights(data: &Path, out: &Path) {
    let draft = draft(out);
    let mut text = String::from(
        "# bias, shared bits a letter, joint bits a letter, shared bits / 10, logarithm of the length, joint bits / 10\n",
    );
    for (script, rows) in &pairs::by_script(data) {
        let known: Vec<&Row> = rows
            .iter()
            .filter(|(_, spelt)| !held_out(&spelt.latin) && (spelt.count >= 2.0 || !spelt.token))
            .collect();
        let weights = weigh(&examples(&draft, *script, &known));
        text.push_str(script.name());
        weights.iter().for_each(|weight| text.push_str(&format!(" {weight:.4}")));
        text.push('\n');
        measure(&draft, &weights, *script, rows);
    }
    print!("{text}");
    fs::write(out.join("sounds.txt"), text).unwrap();
}

/// As it is, and without marks; Chinese characters also as no more than their syllables.
fn augment(script: Script, pair: &Pair) -> Vec<Pair> {
    let plain = |of: Script, symbols: &[u8]| comity_matching::training::plain_symbols(of, symbols);
    let latin = plain(Script::Latin, &pair.latin);
    let mut all = vec![pair.clone()];
    if latin != pair.latin {
        all.push(Pair { latin, ..pair.clone() });
    }
    let native = plain(script, &pair.native);
    if script != Script::Latin && native != pair.native {
        all.extend(all.clone().into_iter().map(|pair| Pair { native: native.clone(), ..pair }));
    }
    let share = if all.len() == 1 { 1.0 } else { 1.2 / all.len() as f64 };
    all.iter_mut().for_each(|pair| pair.weight *= share);
    all
}

pub fn mix(n: &mut u64) -> usize {
    *n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*n >> 33) as usize
}

/// Same names, and not: strangers and the nearest of a hundred strangers.
fn examples(
    draft: &Draft,
    script: Script,
    rows: &[&Row],
) -> Vec<([f32; comity_matching::training::FEATURES], bool, f32)> {
    let mut out = Vec::new();
    let mut seed = 1;
    let every = (rows.len() / 12_000).max(1);
    for (pair, spelt) in rows.iter().step_by(every) {
        let Some(features) = draft.features(script, (&pair.latin, &pair.native)) else { continue };
        out.push((features, true, 1.0));
        let near = nearest(rows, pair, &spelt.latin, &mut seed, 40);
        for (other, share) in [(near, 1.0), (&rows[mix(&mut seed) % rows.len()].0, 1.0)] {
            if other.latin != pair.latin && other.native != pair.native {
                let features = draft.features(script, (&pair.latin, &other.native)).unwrap();
                out.push((features, false, share));
            }
        }
    }
    out
}

fn nearest<'a>(rows: &[&'a Row], pair: &Pair, latin: &str, seed: &mut u64, tries: usize) -> &'a Pair {
    let text = |pair: &Pair| -> String { pair.latin.iter().map(|s| char::from(s + 64)).collect() };
    let of = text(pair);
    let _ = latin;
    let picks = (0..tries)
        .map(|_| &rows[mix(seed) % rows.len()].0)
        .filter(|other| other.latin != pair.latin && other.native != pair.native);
    let found = picks
        .max_by(|a, b| strsim::jaro_winkler(&of, &text(a)).total_cmp(&strsim::jaro_winkler(&of, &text(b))));
    found.unwrap_or(&rows[0].0)
}

/// Recall at false positive rates, tokens and names of two tokens, on what was held out.
fn measure(draft: &Draft, weights: &[f32], script: Script, rows: &[Row]) {
    for (what, least) in [("all", 0.0), ("seen twice", 2.0)] {
        let held: Vec<&Row> = rows
            .iter()
            .filter(|(_, spelt)| {
                measured(&spelt.latin)
                    && (spelt.token || script == Script::Latin || rows.len() < 9_000)
                    && spelt.count >= least
            })
            .collect();
        if held.len() < 50 {
            continue;
        }
        let logit = |pair: (&[u8], &[u8])| -> f64 {
            let features = draft.features(script, pair).unwrap();
            features.iter().zip(weights).map(|(x, w)| f64::from(x * w)).sum()
        };
        let likely = |z: f64| -(1.0 + (-z).exp()).ln();
        let mut seed = 9;
        let (mut same, mut random, mut sibling, mut near) = (vec![], vec![], vec![], vec![]);
        let mut tokens = vec![];
        for at in 0..20_000 {
            let one = &held[at % held.len()].0;
            let two = &held[mix(&mut seed) % held.len()].0;
            let (three, four) = (&held[mix(&mut seed) % held.len()].0, &held[mix(&mut seed) % held.len()].0);
            let (z1, z2) =
                (likely(logit((&one.latin, &one.native))), likely(logit((&two.latin, &two.native))));
            same.push(z1 + z2);
            tokens.push(z1);
            if three.native == one.native || four.native == two.native || three.latin == one.latin {
                continue;
            }
            let z3 = likely(logit((&one.latin, &three.native)));
            random.push(z3 + likely(logit((&two.latin, &four.native))));
            sibling.push(z3 + z2);
            if at < 4000 {
                let close = nearest(&held, one, "", &mut seed, 500);
                near.push(likely(logit((&one.latin, &close.native))) + z2);
            }
        }
        let at = |negatives: &mut Vec<f64>, rate: f64| {
            negatives.sort_by(|a, b| b.total_cmp(a));
            let threshold = negatives[((negatives.len() as f64) * rate) as usize];
            let recall = same.iter().filter(|z| **z > threshold).count() as f64 / same.len() as f64;
            format!("{recall:.3}@{:.3}", threshold.exp())
        };
        let mut mixed: Vec<f64> = random[..2000.min(random.len())]
            .iter()
            .chain(&sibling[..2000.min(sibling.len())])
            .chain(&near[..2000.min(near.len())])
            .copied()
            .collect();
        let good = tokens.iter().filter(|z| z.exp() > 0.5).count() as f64 / tokens.len() as f64;
        println!(
            "{} {what} ({}): random {} sibling {} near {} mixed {}; tokens over .5 {good:.3}",
            script.name(),
            held.len(),
            at(&mut random, 1e-3),
            at(&mut sibling, 1e-3),
            at(&mut near, 1e-3),
            at(&mut mixed, 1e-3)
        );
    }
}

/// How many spellings of one name share a key, and how many strangers do.
pub fn measure_keys(data: &Path) {
    use comity_matching::training::keys_of;
    for (script, rows) in pairs::by_script(data) {
        let rows: Vec<&Row> =
            rows.iter().filter(|(_, spelt)| spelt.count >= 2.0 || !spelt.token).take(20_000).collect();
        let keys: Vec<(Vec<u32>, Vec<u32>)> =
            rows.iter().map(|(_, spelt)| (keys_of(&spelt.latin), keys_of(&spelt.native))).collect();
        let shared = |a: &[u32], b: &[u32]| a.iter().any(|key| b.contains(key));
        let same = keys.iter().filter(|(a, b)| shared(a, b)).count();
        let mut seed = 3;
        let strangers =
            (0..rows.len()).filter(|at| shared(&keys[*at].0, &keys[mix(&mut seed) % keys.len()].1)).count();
        println!(
            "{}: share a key {:.3}, strangers {:.5}",
            script.name(),
            same as f64 / rows.len() as f64,
            strangers as f64 / rows.len() as f64
        );
    }
}
