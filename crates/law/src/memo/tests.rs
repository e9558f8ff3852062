use super::*;
use crate::{
    Law, Need,
    pathway::{Facts, Question, pathways},
};
use jiff::{Timestamp, civil::date};

fn question(from: &str, to: &str, need: Need) -> Question {
    let facts = Facts {
        child_born: Some(date(2014, 3, 9)),
        offence: (!matches!(need, Need::ReturnOfAbductedChild)).then(|| "C10".into()),
        ..Facts::default()
    };
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    Question { from, to, need, event: Some(date(2024, 3, 1)), on: date(2024, 5, 1), facts }
}

fn written(from: &str, to: &str, need: Need, language: Language) -> Memo {
    let now: Timestamp = "2024-05-01T10:00:00Z".parse().unwrap();
    memo(&pathways(Law::shipped(), &question(from, to, need), now), language)
}

#[test]
fn the_memo_of_a_return_in_english() {
    insta::assert_snapshot!(written("FR", "ES", Need::ReturnOfAbductedChild, Language::En).text());
}

#[test]
fn the_memo_of_a_return_without_a_known_treaty_in_french() {
    insta::assert_snapshot!(written("FR", "MA", Need::ReturnOfAbductedChild, Language::Fr).text());
}

#[test]
fn the_memo_of_a_preservation_in_spanish() {
    insta::assert_snapshot!(written("ES", "US", Need::PreservationComputerData, Language::Es).text());
}

#[test]
fn the_memo_of_an_access_request_in_arabic() {
    insta::assert_snapshot!(written("MA", "ES", Need::AccessRights, Language::Ar).text());
}

#[test]
fn every_memo_fits_on_a_page_names_its_data_and_leaves_no_key_or_value_unsaid() {
    let pairs = [("FR", "ES"), ("FR", "DK"), ("DE", "US"), ("TD", "NR"), ("GB", "FR")];
    for (need, (from, to)) in Need::ALL.into_iter().zip(pairs.into_iter().cycle()) {
        for language in Language::ALL {
            let text = written(from, to, need, language).text();
            assert!(text.lines().count() <= page::LINES, "{from} {to} {need}: {}", text.lines().count());
            assert!(text.contains(Law::shipped().name()));
            for unsaid in ["memo.", "pathway.", "relation.", "deadline.", "{"] {
                assert!(!text.contains(unsaid), "{unsaid}: {text}");
            }
        }
    }
}

#[test]
fn what_is_left_out_of_the_page_is_counted() {
    let text = written("FR", "ES", Need::ReturnOfAbductedChild, Language::En).text();
    assert!(text.contains("more in the full answer"), "{text}");
}

#[test]
fn only_a_translated_memo_says_that_it_is_a_working_translation() {
    let foot = |language| written("FR", "ES", Need::Evidence, language).foot;
    assert!(!foot(Language::En).contains("ranslation"));
    assert!(foot(Language::Fr).contains("Traduction de travail"));
}

#[test]
fn a_return_memo_has_room_for_the_identities_the_dates_and_the_other_pathways() {
    let text = written("FR", "ES", Need::ReturnOfAbductedChild, Language::En).text();
    for wanted in [
        "identity of the applicant",
        "grounds on which return is claimed",
        "2025-03-0",
        "2030-03-09",
        "HAGUE_1996: in force",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
