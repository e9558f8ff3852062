//! Latin against other scripts.

use super::{
    chance,
    data::{Pair, SCRIPTS, quality, recall_at},
    reading::RULE,
};
use crate::report::Section;
use comity_matching::{Bearer, Use, compare_names};
use std::collections::HashMap;

/// One in so many negatives may be taken.
const RATE: f64 = 1e-3;

/// What is wanted of recall at that rate.
fn wanted(script: &str) -> Option<f64> {
    match script {
        "Arabic" | "Hebrew" | "Cyrillic" => Some(0.97),
        "Han" => Some(0.85),
        "Hangul" => Some(0.80),
        _ => None,
    }
}

pub fn measure(pairs: &[Pair]) -> Section {
    let mut section =
        Section::new("Latin against another script, names of two words that training did not see");
    section.note("negatives: a third strangers, a third siblings (the same family name, another forename), a third near names (the nearest of 300 forenames, at least two letters apart)");
    section.note("a negative is called one name by the data where its two words (both forenames, and both family names where they differ) stand together in one line of the tokens or in one group of person_names.txt");
    section.note("by chance of the names: forenames drawn anew 400 times, as many as there are; five draws in a hundred are below the one, five above the other");
    section.note(RULE);
    section.note("the groups of person_names.txt are known to the product too (its table of known forms); not listed are pairs of one person of which no group has either word in both scripts");
    section.note(format!(
        "precision, recall and false positives with the threshold that ships for alerts, {}",
        Use::Alert.threshold()
    ));
    for (script, _) in SCRIPTS {
        let scored: Vec<(f64, &Pair)> = pairs
            .iter()
            .filter(|pair| pair.kind == script)
            .map(|pair| (compare_names(&pair.one, &pair.two, Bearer::Person).score, pair))
            .collect();
        show(&scored);
        Scored(script, &scored).figures(&mut section);
    }
    section
}

/// The negatives that score highest and the positives that score lowest, where `COMITY_BENCH_SHOW` asks for so many.
fn show(scored: &[(f64, &Pair)]) {
    let count = std::env::var("COMITY_BENCH_SHOW").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
    for same in [false, true] {
        let mut of: Vec<_> = scored.iter().filter(|(_, pair)| pair.same == same).collect();
        of.sort_by(|a, b| if same { a.0.total_cmp(&b.0) } else { b.0.total_cmp(&a.0) });
        for (score, pair) in of.into_iter().take(count) {
            let known = [("joined", pair.joined), ("heard", pair.heard), ("unlisted", pair.unlisted)];
            let known: Vec<&str> = known.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
            eprintln!("{} {score:.4} {} | {} {} {known:?}", pair.kind, pair.one, pair.two, pair.way);
        }
    }
}

struct Scored<'a>(&'a str, &'a [(f64, &'a Pair)]);

impl Scored<'_> {
    fn negatives(&self, which: impl Fn(&Pair) -> bool) -> Vec<f64> {
        self.1.iter().filter(|(_, pair)| !pair.same && which(pair)).map(|(score, _)| *score).collect()
    }

    fn positives(&self, which: impl Fn(&Pair) -> bool) -> Vec<f64> {
        self.1.iter().filter(|(_, pair)| pair.same && which(pair)).map(|(score, _)| *score).collect()
    }

    fn figures(&self, section: &mut Section) {
        let script = self.0;
        let positives = self.positives(|_| true);
        let (recall, threshold) = recall_at(self.negatives(|_| true), &positives, RATE);
        section.figure(
            format!("{script}: recall at 1e-3, all negatives, forms of one name among them"),
            recall,
            "",
        );
        section.figure(format!("{script}: score there"), threshold, "");
        self.without_joined(section, &positives);
        self.without_heard(section, &positives);
        for way in ["stranger", "sibling", "near name"] {
            section.figure(
                format!("{script}: recall at 1e-3, {way}s alone"),
                recall_at(self.negatives(|pair| pair.way == way), &positives, RATE).0,
                "",
            );
        }
        let shipped =
            quality(self.1.iter().map(|(score, pair)| (*score >= Use::Alert.threshold(), pair.same)));
        section.figure(format!("{script}: precision as shipped"), shipped.precision, "");
        section.figure(format!("{script}: recall as shipped"), shipped.recall, "");
        section.figure(format!("{script}: false positive rate as shipped"), shipped.false_positives, "");
    }

    fn without_joined(&self, section: &mut Section, positives: &[f64]) {
        let script = self.0;
        let joined = self.negatives(|pair| pair.joined).len();
        section.figure(format!("{script}: negatives that the data call one name"), joined as f64, "");
        let (recall, threshold) = recall_at(self.negatives(|pair| !pair.joined), positives, RATE);
        let name = format!("{script}: recall at 1e-3, negatives that the data do not call one name");
        match wanted(script) {
            Some(least) => section.at_least(&name, recall, "", least),
            None => section.figure(name, recall, ""),
        }
        section.figure(format!("{script}: score there"), threshold, "");
        let counted: Vec<_> = self.1.iter().filter(|(_, pair)| pair.same || !pair.joined).copied().collect();
        let [low, high] = chance::bounds(&counted, RATE);
        section.figure(format!("{script}: that recall by chance of the names, from"), low, "");
        section.figure(format!("{script}: that recall by chance of the names, to"), high, "");
        let unlisted = self.positives(|pair| pair.unlisted);
        let share = |of: &[f64]| of.iter().filter(|score| **score > threshold).count() as f64;
        section.figure(format!("{script}: pairs not listed"), unlisted.len() as f64, "");
        section.figure(
            format!("{script}: recall there of pairs not listed"),
            share(&unlisted) / unlisted.len().max(1) as f64,
            "",
        );
    }

    fn without_heard(&self, section: &mut Section, positives: &[f64]) {
        let script = self.0;
        let heard = self.negatives(|pair| pair.heard && !pair.joined).len();
        section.figure(format!("{script}: further negatives that read alike"), heard as f64, "");
        let (recall, _) = recall_at(self.negatives(|pair| !pair.joined && !pair.heard), positives, RATE);
        section.figure(format!("{script}: recall at 1e-3, without those either"), recall, "");
        section.figure(
            format!("{script}: recall at 1e-3 that a reader of sounds alone could have at most"),
            self.ceiling(),
            "",
        );
    }

    /// Whoever has the Latin name and the sounds of the other takes both or neither of a pair and a negative that agree in them.
    fn ceiling(&self) -> f64 {
        let mut alike: HashMap<&str, usize> = HashMap::new();
        let negatives = self.1.iter().filter(|(_, pair)| !pair.same && !pair.joined);
        let budget = (negatives.clone().count() as f64 * RATE) as usize;
        for (_, pair) in negatives.filter(|(_, pair)| pair.heard) {
            *alike.entry(&pair.one).or_default() += 1;
        }
        let positives: Vec<&str> =
            self.1.iter().filter(|(_, pair)| pair.same).map(|(_, pair)| pair.one.as_str()).collect();
        let mut costs: Vec<usize> =
            positives.iter().map(|one| alike.get(one).copied().unwrap_or(0)).collect();
        costs.sort_unstable();
        let mut spent = 0;
        let taken = costs.iter().take_while(|cost| {
            spent += **cost;
            spent <= budget
        });
        taken.count() as f64 / positives.len().max(1) as f64
    }
}
