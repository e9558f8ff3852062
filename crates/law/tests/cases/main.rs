//! Cases with expected answers that were taken by hand from the tables' rows and the rules of `law/README.md`, never from
//! what the engine said. One CSV a subject: a sentence for people, the question, the expected answer, what it follows from.
//!
//! A question is a line of words, read in `ask.rs`; an expected answer is a list of words, each of which must be among
//! those that the engine's answer is written as.

#![allow(clippy::panic, reason = "a test may fail by panic, in its helpers too")]

mod ask;

use ask::answer;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FILES: [(&str, &str); 6] = [
    ("relations.csv", include_str!("relations.csv")),
    ("children_and_events.csv", include_str!("children_and_events.csv")),
    ("deadlines.csv", include_str!("deadlines.csv")),
    ("pathways.csv", include_str!("pathways.csv")),
    ("claims.csv", include_str!("claims.csv")),
    ("offences.csv", include_str!("offences.csv")),
];

#[derive(Debug, Deserialize)]
struct Case {
    sentence: String,
    question: String,
    expected: String,
    source: String,
    #[serde(skip)]
    at: String,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (file, text) in FILES {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for (number, case) in reader.deserialize().enumerate() {
            let case: Case = case.unwrap_or_else(|fault| panic!("{file}: {fault}"));
            all.push(Case { at: format!("{file}:{}", number + 2), ..case });
        }
    }
    all
}

/// What is missing from the answer; `None` where the answer is as expected.
fn failure(case: &Case) -> Option<String> {
    let found = match answer(&case.question) {
        Ok(found) => found,
        Err(fault) => return Some(format!("{} {}\n  cannot be asked: {fault}", case.at, case.sentence)),
    };
    let missing: Vec<_> = case.expected.split(' ').filter(|word| !found.contains(*word)).collect();
    if missing.is_empty() {
        return None;
    }
    let said: Vec<_> = found.iter().map(String::as_str).collect();
    Some(format!(
        "{} {}\n  asked:    {}\n  expected: {}\n  because:  {}\n  missing:  {}\n  answer:   {}",
        case.at,
        case.sentence,
        case.question,
        case.expected,
        case.source,
        missing.join(" "),
        said.join(" ")
    ))
}

#[test]
fn every_case_is_answered_as_the_sources_say() {
    let cases = cases();
    let failures: Vec<_> = cases.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{} of {} cases:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn there_are_enough_cases_and_each_says_what_it_follows_from() {
    let cases = cases();
    assert!(cases.len() >= 170, "{}", cases.len());
    for case in &cases {
        assert!(case.sentence.contains(' ') && case.source.len() > 5, "{}", case.at);
        assert!(!case.expected.is_empty() && case.expected.trim() == case.expected, "{}", case.at);
    }
    let questions: BTreeSet<_> = cases.iter().map(|case| &case.question).collect();
    assert_eq!(questions.len(), cases.len(), "a question stands twice");
}

/// Which questions the cases ask of each instrument, by the answer that is expected first.
fn answers_by_instrument() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in cases() {
        let mut words = case.question.split(' ');
        if words.next() == Some("relation") {
            let instrument = words.next().unwrap_or_default().to_owned();
            let first = case.expected.split(' ').next().unwrap_or_default().to_owned();
            found.entry(instrument).or_default().insert(first);
        }
    }
    found
}

#[test]
fn every_instrument_has_cases_with_every_answer_that_the_tables_allow_it() {
    let found = answers_by_instrument();
    for instrument in comity_law::Instrument::ALL {
        let answers = found.get(instrument.code()).unwrap_or_else(|| panic!("no case for {instrument}"));
        assert!(answers.contains("unknown"), "{instrument}");
    }
    let all_three = [
        "HAGUE_1980",
        "HAGUE_1996",
        "BRUSSELS_IIB",
        "LUX_1980",
        "LANZAROTE",
        "BUDAPEST",
        "PALERMO_TIP",
        "UNTOC",
        "OPSC",
        "EAW",
        "E_EVIDENCE",
        "EU_UK_TCA_PART3",
    ];
    for instrument in all_three {
        assert_eq!(found[instrument].len(), 3, "{instrument}: {:?}", found[instrument]);
    }
}

#[test]
fn every_deadline_of_the_tables_has_a_case() {
    let asked: BTreeSet<String> = cases()
        .iter()
        .filter(|case| case.question.starts_with("deadline "))
        .filter_map(|case| case.question.split(' ').nth(1).map(str::to_owned))
        .collect();
    let known = comity_law::Instrument::ALL
        .iter()
        .flat_map(|instrument| comity_law::deadline::triggers(comity_law::Law::shipped(), *instrument))
        .flat_map(|trigger| trigger.starts);
    let without: Vec<_> = known.filter(|id| !asked.contains(id)).collect();
    assert!(without.is_empty(), "{without:?}");
}
