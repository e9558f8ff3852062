//! Hard pairs of names, at the threshold that ships.

use super::data::{Pair, quality};
use crate::report::Section;
use comity_matching::{Bearer, Use, compare_names};

pub fn measure(pairs: &[Pair]) -> Section {
    let mut section = Section::new("hard name pairs (nomenklatura, the half for development)");
    section.note(format!("decision at the threshold that ships for alerts, {}; weights were learnt from these pairs, cross-validated F1 in crates/matching/README.md", Use::Alert.threshold()));
    let said: Vec<(bool, &Pair)> = pairs
        .iter()
        .map(|pair| (compare_names(&pair.one, &pair.two, Bearer::Unknown).is_match(Use::Alert), pair))
        .collect();
    for (name, persons, wanted) in [("all", false, 0.85), ("persons", true, 0.80)] {
        let found = quality(
            said.iter()
                .filter(|(_, pair)| !persons || pair.kind == "Person")
                .map(|(said, pair)| (*said, pair.same)),
        );
        section.at_least(&format!("F1, {name}"), found.f1, "", wanted);
        section.figure(format!("precision, {name}"), found.precision, "");
        section.figure(format!("recall, {name}"), found.recall, "");
        section.figure(format!("false positive rate, {name}"), found.false_positives, "");
    }
    section
}
