//! Weights of the steps of alignments, and the nets over them: each pair against the nearest names, strangers, and what sounds most alike of many.

use crate::{
    pairs::{self, Spelt, Truth, held_out, measured},
    sounds::{self, mix},
};
use comity_matching::{
    Script,
    training::{Draft, Example, LearntNet, Pair, TRUST, Weights, unmarked, write_contexts, write_nets},
};
use std::{fs, path::Path, time::Instant};

/// Pairs of a script that are learnt from.
const ENOUGH: usize = 60_000;
/// Of so many the nearest by letters, and the nearest by sound.
const MANY: usize = 250;

struct Row<'a> {
    pair: &'a Pair,
    spelt: &'a Spelt,
    plain: String,
}

pub fn make(data: &Path, out: &Path) {
    let draft = sounds::draft(out);
    let truth = Truth::read(data);
    let mut scripts = pairs::by_script(data);
    let only = std::env::var("COMITY_ONLY").ok();
    let asked = |script: Script| only.as_ref().is_none_or(|only| only.contains(script.name()));
    scripts.retain(|script, _| *script != Script::Latin && asked(*script));
    let made =
        pairs::for_each(&scripts, |script, rows| Maker { draft: &draft, script, truth: &truth }.make(rows));
    if only.is_none() {
        let (contexts, nets): (Vec<Weights>, Vec<LearntNet>) = made.into_iter().unzip();
        fs::write(out.join("contexts.bin"), write_contexts(&contexts)).unwrap();
        fs::write(out.join("net.bin"), write_nets(&nets)).unwrap();
    }
}

fn plain(latin: &[u8]) -> String {
    latin.iter().map(|symbol| char::from(unmarked(*symbol) + 96)).collect()
}

struct Maker<'a> {
    draft: &'a Draft,
    script: Script,
    truth: &'a Truth,
}

impl Maker<'_> {
    fn make(&self, rows: &[(Pair, Spelt)]) -> (Weights, LearntNet) {
        let start = Instant::now();
        let (rows, held) = self.rows(rows);
        let (examples, first) = (self.examples(&rows), self.draft.first_weights(self.script));
        let made =
            (Weights::learn(self.script, first, &examples), LearntNet::learn(self.script, first, &examples));
        println!("{}: {} pairs, {:?}", self.script.name(), rows.len(), start.elapsed());
        self.measure(&held, &made);
        made
    }

    /// What is learnt from, sorted by Latin letters, and what was held out.
    fn rows<'r>(&self, rows: &'r [(Pair, Spelt)]) -> (Vec<Row<'r>>, Vec<Row<'r>>) {
        let read = |(pair, spelt): &'r (Pair, Spelt)| Row { pair, spelt, plain: plain(&pair.latin) };
        let (held, mut rows): (Vec<Row<'r>>, Vec<Row<'r>>) =
            rows.iter().map(read).partition(|row| held_out(&row.spelt.latin));
        let chosen = |row: &Row<'_>| row.spelt.token && measured(&row.spelt.latin);
        let held = held.into_iter().filter(chosen).collect();
        rows.retain(|row| self.first(row, row) > if row.spelt.token { -4.0 } else { -1.0 });
        let every = (rows.len() / ENOUGH).max(1);
        let mut at = 0;
        rows.retain(|row| {
            at += 1;
            at % every == 0 || (row.spelt.token && row.spelt.count >= 2.0)
        });
        rows.sort_by(|a, b| a.plain.cmp(&b.plain).then(a.pair.native.cmp(&b.pair.native)));
        (rows, held)
    }

    fn first(&self, one: &Row<'_>, two: &Row<'_>) -> f32 {
        self.draft.first(self.script, (&one.pair.latin, &two.pair.native))
    }

    fn example(&self, latin: &[u8], native: &Row<'_>, same: bool, share: f32) -> Option<Example> {
        self.draft.example(self.script, (latin, &native.pair.native), same, share)
    }

    fn are_two(&self, one: &Row<'_>, two: &Row<'_>) -> bool {
        one.pair.native != two.pair.native
            && strsim::osa_distance(&one.plain, &two.plain) > 1
            && !self.truth.same((&one.spelt.latin, &one.spelt.native), (&two.spelt.latin, &two.spelt.native))
    }

    /// Each pair against the nearest by letters, a stranger, and what sounds most alike of its neighbours and of strangers.
    fn examples(&self, rows: &[Row<'_>]) -> Vec<Example> {
        let (mut examples, mut seed) = (Vec::new(), 1);
        // Where vowels are not written, the next names in the alphabet teach something; elsewhere many of them are the same name.
        let abjad = matches!(self.script, Script::Arabic | Script::Hebrew);
        for (at, row) in rows.iter().enumerate() {
            let unmarked: Vec<u8> = row.pair.latin.iter().map(|symbol| unmarked(*symbol)).collect();
            // Half of them as they are, half without marks.
            let latin = if mix(&mut seed).is_multiple_of(2) { &unmarked } else { &row.pair.latin };
            let share = if row.spelt.token && row.spelt.count < 2.0 { 0.7 } else { 1.0 };
            examples.extend(self.example(latin, row, true, share));
            let neighbours = (1..=20).flat_map(|step| [at.checked_sub(step * 3), Some(at + step * 3)]);
            let neighbours = neighbours.flatten().filter_map(|at| rows.get(at)).filter(|_| abjad);
            let strangers = (0..MANY).map(|_| &rows[mix(&mut seed) % rows.len()]).collect::<Vec<_>>();
            let near = top(
                3,
                strangers.iter().map(|other| (strsim::jaro_winkler(&row.plain, &other.plain), *other)),
            );
            let heard = neighbours.chain(strangers.iter().copied());
            let mut others: Vec<(&Row<'_>, f32)> = near.into_iter().map(|other| (other, 0.6)).collect();
            others.extend(strangers.first().map(|other| (*other, 0.5)));
            let heard = heard.map(|other| (f64::from(self.first(row, other)), other));
            others.extend(top(if abjad { 4 } else { 3 }, heard).into_iter().map(|other| (other, 0.4)));
            for (other, share) in others {
                if self.are_two(row, other) {
                    examples.extend(self.example(latin, other, false, share));
                }
            }
        }
        examples
    }

    /// Words that were held out, against the nearest of 300.
    fn measure(&self, held: &[Row<'_>], (weights, net): &(Weights, LearntNet)) {
        let (mut same, mut near, mut seed) = (Vec::new(), Vec::new(), 7);
        if held.len() < 300 {
            return;
        }
        let example = |one: &Row<'_>, two: &Row<'_>| self.example(&one.pair.latin, two, true, 1.0);
        for _ in 0..12_000 {
            let row = &held[mix(&mut seed) % held.len()];
            same.push(example(row, row));
            let others =
                (0..300).map(|_| &held[mix(&mut seed) % held.len()]).filter(|other| self.are_two(row, other));
            let nearest = top(1, others.map(|other| (strsim::jaro_winkler(&row.plain, &other.plain), other)));
            near.extend(nearest.into_iter().map(|other| example(row, other)));
        }
        let report = |name: &str, odds: &dyn Fn(&Example) -> f32| {
            println!("  {} {name}: recall {}", self.script.name(), recalls(&same, &near, odds));
        };
        report("contexts", &|example| weights.odds_trusting(example, TRUST));
        report("net", &|example| net.odds(example));
        report("both", &|example| (weights.odds_trusting(example, TRUST) + net.odds(example)) / 2.0);
    }
}

/// Recall of `same` where a share of `near` is taken.
fn recalls(same: &[Option<Example>], near: &[Option<Example>], odds: &dyn Fn(&Example) -> f32) -> String {
    let odds = |example: &Option<Example>| example.as_ref().map_or(-9.0, odds);
    let same: Vec<f32> = same.iter().map(odds).collect();
    let mut near: Vec<f32> = near.iter().map(odds).collect();
    near.sort_by(|a, b| b.total_cmp(a));
    let at = |share: f64| {
        let bound = near[(near.len() as f64 * share) as usize];
        let above = same.iter().filter(|odds| **odds > bound).count();
        format!("{:.3} at {share}", above as f64 / same.len() as f64)
    };
    [0.003, 0.005, 0.01, 0.02].map(at).join(", ")
}

fn top<'a, 'r>(count: usize, scored: impl Iterator<Item = (f64, &'a Row<'r>)>) -> Vec<&'a Row<'r>> {
    let mut all: Vec<(f64, &Row<'_>)> = scored.collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.into_iter().take(count).map(|(_, row)| row).collect()
}
