//! Latin against other scripts.

use super::data::{Pair, SCRIPTS, quality, recall_at};
use crate::report::Section;
use comity_matching::{Bearer, Use, compare_names};

/// What is wanted of recall at a false positive rate of 1e-3.
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
        let positives: Vec<f64> =
            scored.iter().filter(|(_, pair)| pair.same).map(|(score, _)| *score).collect();
        if std::env::var_os("COMITY_BENCH_SHOW").is_some() {
            let mut wrong: Vec<_> = scored.iter().filter(|(_, pair)| !pair.same).collect();
            wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
            wrong.iter().take(60).for_each(|(score, pair)| {
                eprintln!("{score:.4} {} | {} {} {}", pair.one, pair.two, pair.way, pair.joined)
            });
        }
        let of = |way: Option<&str>| -> Vec<f64> {
            scored
                .iter()
                .filter(|(_, pair)| !pair.same && way.is_none_or(|way| pair.way == way))
                .map(|(score, _)| *score)
                .collect()
        };
        let (recall, threshold) = recall_at(of(None), &positives, 1e-3);
        section.figure(
            format!("{script}: recall at 1e-3, all negatives, forms of one name among them"),
            recall,
            "",
        );
        section.figure(format!("{script}: score there"), threshold, "");
        let two: Vec<f64> =
            scored.iter().filter(|(_, pair)| !pair.same && !pair.joined).map(|(score, _)| *score).collect();
        let joined = scored.iter().filter(|(_, pair)| pair.joined).count();
        section.figure(format!("{script}: negatives that the data call one name"), joined as f64, "");
        let (recall, threshold) = recall_at(two, &positives, 1e-3);
        let name = format!("{script}: recall at 1e-3, negatives that the data do not call one name");
        match wanted(script) {
            Some(least) => section.at_least(&name, recall, "", least),
            None => section.figure(name, recall, ""),
        }
        section.figure(format!("{script}: score there"), threshold, "");
        for way in ["stranger", "sibling", "near name"] {
            section.figure(
                format!("{script}: recall at 1e-3, {way}s alone"),
                recall_at(of(Some(way)), &positives, 1e-3).0,
                "",
            );
        }
        let shipped =
            quality(scored.iter().map(|(score, pair)| (*score >= Use::Alert.threshold(), pair.same)));
        section.figure(format!("{script}: precision as shipped"), shipped.precision, "");
        section.figure(format!("{script}: recall as shipped"), shipped.recall, "");
        section.figure(format!("{script}: false positive rate as shipped"), shipped.false_positives, "");
    }
    section
}
