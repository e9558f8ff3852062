use super::*;
use crate::evidence::tests::sample::{description, item_id};
use phrases::{Catalogue, FILES};

fn texts(document: &Document) -> Vec<String> {
    let plain = |text: &String| text.replace(['\u{2066}', '\u{2068}', '\u{2069}'], "");
    let of = |line: &Line| match line {
        Line::Text(text) | Line::Point(text) | Line::Tick(text) => plain(text),
        Line::Source(text) | Line::Heading(text) | Line::Strong(text) => plain(text),
    };
    let section = |section: &Section| {
        [plain(&section.heading)].into_iter().chain(section.lines.iter().map(of)).collect::<Vec<_>>()
    };
    document.sections.iter().flat_map(section).collect()
}

fn strong(section: &Section) -> usize {
    section.lines.iter().filter(|line| matches!(line, Line::Strong(_))).count()
}

fn index(description: &Description) -> Index<'_> {
    Index { description, findings: &[], timestamps: &[], checkpoints: &[], commands: &[] }
}

fn english(description: &Description) -> Document {
    document(&index(description), Language::En, &BTreeSet::new())
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_sentence_is_in_every_language_with_the_same_values() {
    let read = |(_, text): (Language, &str)| serde_json::from_str::<Catalogue>(text).unwrap();
    let [english, others @ ..] = FILES.map(read);
    for other in others {
        assert_eq!(english.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (key, sentence) in &english {
            let is_alternative = key.starts_with("custody.gap_one");
            assert!(is_alternative || names(sentence) == names(&other[key]), "{key}: {}", other[key]);
        }
    }
}

#[test]
fn every_value_finds_its_place_and_every_key_its_sentence() {
    for language in Language::ALL {
        let bundle = full();
        let findings = [Finding { item: Some(item_id(1)), status: "met".into(), text: "a".into() }];
        let lines = ["one".to_owned()];
        let index = Index {
            findings: &findings,
            timestamps: &lines,
            checkpoints: &lines,
            commands: &lines,
            ..index(&bundle)
        };
        for text in texts(&document(&index, language, &BTreeSet::new())) {
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(
                !text.contains("heading.") && !text.contains("act.") && !text.contains("custody."),
                "{text}"
            );
        }
    }
}

/// The sample with every act there is.
fn full() -> Description {
    use crate::evidence::Act;
    let mut all = description();
    let model = all.items[0].custody[0].clone();
    let (from, to, offer) = (model.by.clone(), model.by.clone(), [7; 32]);
    let detail = || "detail".to_owned();
    let acts = [
        Act::Acquired,
        Act::Received { from, offer },
        Act::Opened,
        Act::Copied { onto: detail() },
        Act::Examined { how: detail() },
        Act::Transferred { to: to.clone(), keeps_copy: false },
        Act::Transferred { to, keeps_copy: true },
        Act::OfferEnded { offer, declined: true },
        Act::OfferEnded { offer, declined: false },
        Act::Returned { to: detail() },
        Act::Destroyed { how: detail() },
    ];
    all.items[0].custody =
        acts.into_iter().map(|act| crate::evidence::CustodyEvent { act, ..model.clone() }).collect();
    all
}

#[test]
fn a_value_that_looks_like_a_name_of_another_value_stays_as_it_is() {
    let said = phrases::say(Language::En, "event.reason", &[("reason", "{reason} {act} {")]);
    assert_eq!(said, "Reason: {reason} {act} {.");
}

#[test]
fn a_hash_stands_in_groups_of_eight_digits_on_two_lines() {
    let mut bundle = description();
    bundle.items[0].sha256 = std::array::from_fn(|place| place as u8);
    let wanted = "SHA-256 of its content:\n00010203  04050607  08090a0b  0c0d0e0f\n10111213  14151617  18191a1b  1c1d1e1f";
    assert!(texts(&english(&bundle)).iter().any(|text| text == wanted));
}

#[test]
fn gaps_and_open_hand_overs_are_said_in_words_where_they_are() {
    let document = english(&description());
    let texts = texts(&document);
    let place = |wanted: &str| texts.iter().rposition(|text| text.contains(wanted)).unwrap();
    assert!(place("event 1: examined") < place("GAP: event 2 of FR-NCB is missing here"));
    assert!(place("GAP: event 2 of FR-NCB") < place("event 3: offered to ES-CNP, keeping a copy"));
    assert!(place("offered to ES-CNP, keeping none") < place("OPEN HAND-OVER: the offer to ES-CNP"));
    assert_eq!(texts.iter().filter(|text| text.contains("OPEN HAND-OVER")).count(), 2);
    assert!(place("Gaps, open hand-overs and notes") < place("LYON/26/0017-1: GAP: event 2 of FR-NCB"));
    assert!(place("NO ORIGIN") > place("Exhibit LYON/26/0017-2"));
    assert!(place("NOTE: The event is dated before") > place("NO ORIGIN"));
    assert!(!texts.iter().any(|text| text.contains("No gap")));
}

#[test]
fn an_account_without_a_gap_says_so() {
    let mut bundle = description();
    bundle.items.truncate(1);
    bundle.items[0].custody.truncate(2);
    let document = english(&bundle);
    assert!(texts(&document).iter().any(|text| text == "No gap in the numbers and no open hand-over."));
    assert_eq!(document.sections.last().map(strong), Some(1), "the deviation");
}

#[test]
fn a_hostile_name_is_one_line_and_apart_from_what_stands_around_it() {
    let document = english(&description());
    let heading = &document.sections[5].heading;
    let wanted = "Exhibit \u{2068}LYON/26/0017-1.1\u{2069}: \u{2068}photo \"1\"‹U+000A›‹U+202E›gpj.exe‹U+200B› <script> صورة é\u{2069}";
    assert_eq!(heading, wanted);
}

#[test]
fn no_text_of_others_leaves_its_isolation() {
    let mut bundle = description();
    bundle.case_reference = "\u{2069}\u{202e}17".to_owned();
    let document = english(&bundle);
    assert!(document.subtitle.starts_with("Case \u{2068}‹U+2069›‹U+202E›17\u{2069}."));
}

#[test]
fn names_that_no_font_can_draw_still_look_different() {
    let print = |name: &str| {
        let mut bundle = description();
        bundle.items[0].name = name.as_bytes().to_vec();
        print(&index(&bundle), Language::En).unwrap()
    };
    let (one, other) = (print("山.jpg"), print("田.jpg"));
    assert!(one.replaced.is_empty());
    assert_ne!(one.bytes, other.bytes);
}

#[test]
fn the_same_bundle_gives_the_same_bytes_in_every_language() {
    for language in Language::ALL {
        let printed = print(&index(&description()), language).unwrap();
        assert_eq!(printed, print(&index(&description()), language).unwrap());
        assert!(printed.replaced.is_empty(), "{language:?}: {:?}", printed.replaced);
        assert!(printed.pages >= 3, "{}", printed.pages);
    }
}

#[test]
fn sizes_are_grouped_by_thousands() {
    let texts = texts(&english(&description()));
    assert!(texts.iter().any(|text| text.contains("64\u{202f}021\u{202f}504\u{202f}000 bytes")));
    assert!(texts.iter().any(|text| text.contains("(0 bytes)")));
}

#[test]
fn a_finding_names_the_exhibit() {
    let bundle = description();
    let findings = [
        Finding { item: Some(item_id(2)), status: "missing".into(), text: "No seizure".into() },
        Finding { item: None, status: "met".into(), text: "Translated".into() },
    ];
    let document = document(&Index { findings: &findings, ..index(&bundle) }, Language::En, &BTreeSet::new());
    let texts = texts(&document);
    assert!(texts.contains(&"[missing] LYON/26/0017-1.1: No seizure".to_owned()));
    assert!(texts.contains(&"[met] Translated".to_owned()));
}
