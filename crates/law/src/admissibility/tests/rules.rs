//! One test for one rule, the cases worked out by hand.

use super::*;
use crate::admissibility::rules::{Ask, find};

fn look_as(fact: Fact, question: &Question, weight: Weight) -> (Status, String) {
    let finding = find(fact, &Ask { question, weight });
    let said: Vec<String> = finding.said.iter().map(ToString::to_string).collect();
    (finding.status, said.join(" "))
}

/// What a rule finds, for a point that must be, after a change of the full facts.
fn after(fact: Fact, change: impl FnOnce(&mut Facts)) -> (Status, String) {
    let mut facts = full();
    change(&mut facts);
    look_as(fact, &question(facts), Weight::Must)
}

fn stands(fact: Fact, change: impl FnOnce(&mut Facts)) -> Status {
    after(fact, change).0
}

fn acquired(facts: &mut Facts) -> &mut Acquisition {
    facts.acquisition.as_mut().unwrap()
}

fn marked(facts: &mut Facts) -> &mut Caveats {
    facts.marking.as_mut().unwrap()
}

#[test]
fn every_fact_that_is_there_meets_its_rule_but_those_of_which_there_is_nothing_to_meet() {
    for fact in Fact::ALL {
        let expected = match fact {
            Fact::Restrictions => Status::NotApplicable,
            Fact::NotKnownHere => Status::Unknown,
            _ => Status::Met,
        };
        assert_eq!(stands(*fact, |_| ()), expected, "{}", fact.code());
    }
}

#[test]
fn nothing_known_meets_nothing() {
    for fact in Fact::ALL {
        let (status, said) = after(*fact, |facts| *facts = Facts::default());
        assert!(matches!(status, Status::Missing | Status::Unknown), "{}: {said}", fact.code());
    }
}

#[test]
fn an_acquisition_lacks_each_thing_that_is_not_said_or_is_blank() {
    let (status, said) = after(Fact::Acquisition, |facts| {
        acquired(facts).who = Some("  ".into());
        acquired(facts).finished_on = None;
    });
    assert_eq!(status, Status::Missing);
    assert!(said.contains("Add who acquired it") && said.contains("Add when"), "{said}");
    assert!(!said.contains("Add where"), "{said}");
    for lacking in [
        |known: &mut Acquisition| known.place = None,
        |known: &mut Acquisition| known.method = None,
        |known: &mut Acquisition| known.phase = None,
    ] {
        assert_eq!(stands(Fact::Acquisition, |facts| lacking(acquired(facts))), Status::Missing);
    }
}

#[test]
fn a_tool_without_a_version_is_named_and_what_was_handed_over_needs_no_tool() {
    let (status, said) = after(Fact::Tools, |facts| {
        acquired(facts).tools.push(Tool { name: "copier".into(), version: None });
    });
    assert_eq!((status, said.contains("version of copier")), (Status::Missing, true), "{said}");
    assert_eq!(stands(Fact::Tools, |facts| acquired(facts).tools.clear()), Status::Missing);
    let handed_over = |facts: &mut Facts| {
        acquired(facts).tools.clear();
        acquired(facts).method = Some(Method::HandedOver);
    };
    assert_eq!(stands(Fact::Tools, handed_over), Status::NotApplicable);
}

#[test]
fn the_source_is_met_by_its_description() {
    let (status, said) = after(Fact::Source, |_| ());
    assert_eq!((status, said.as_str()), (Status::Met, "Source: telephone, serial 0001."));
    assert_eq!(stands(Fact::Source, |facts| acquired(facts).source = None), Status::Missing);
}

#[test]
fn a_write_blocker_is_asked_for_only_where_a_medium_was_connected() {
    let without = |method| {
        stands(Fact::WriteBlocker, |facts| {
            acquired(facts).write_blocker = None;
            acquired(facts).method = method;
        })
    };
    for method in [Method::PhysicalImage, Method::LogicalImage, Method::FileCopy] {
        assert_eq!(without(Some(method)), Status::Missing);
    }
    for method in [Method::LiveAcquisition, Method::RemoteAcquisition, Method::HandedOver, Method::Extraction]
    {
        assert_eq!(without(Some(method)), Status::NotApplicable);
    }
    assert_eq!(without(None), Status::Unknown);
}

#[test]
fn that_no_deviation_is_noted_does_not_say_that_there_was_none() {
    assert_eq!(stands(Fact::Deviations, |facts| acquired(facts).deviations.clear()), Status::Unknown);
    assert_eq!(
        stands(Fact::Deviations, |facts| acquired(facts).deviations = vec![" ".into()]),
        Status::Unknown
    );
}

#[test]
fn a_clock_is_compared_where_there_was_a_device() {
    let without = |method| {
        stands(Fact::Clock, |facts| {
            acquired(facts).clock_ahead_seconds = None;
            acquired(facts).method = method;
        })
    };
    assert_eq!(without(Some(Method::LiveAcquisition)), Status::Missing);
    assert_eq!(without(Some(Method::RemoteAcquisition)), Status::NotApplicable);
    assert_eq!(without(None), Status::Unknown);
}

#[test]
fn a_hash_of_a_later_day_than_the_acquisition_does_not_meet() {
    let made = |day| stands(Fact::HashAtAcquisition, |facts| facts.hashes.as_mut().unwrap().made_on = day);
    assert_eq!(made(Some(date(2026, 5, 4))), Status::Met);
    assert_eq!(made(Some(date(2026, 5, 5))), Status::Missing);
    assert_eq!(made(None), Status::Unknown);
    assert_eq!(stands(Fact::HashAtAcquisition, |facts| acquired(facts).finished_on = None), Status::Unknown);
    let none = |facts: &mut Facts| facts.hashes.as_mut().unwrap().algorithms.clear();
    assert_eq!(stands(Fact::HashAtAcquisition, none), Status::Missing);
}

#[test]
fn content_that_was_not_read_again_or_did_not_match_is_not_verified() {
    let verified = |last| stands(Fact::HashVerified, |facts| facts.hashes.as_mut().unwrap().verified = last);
    assert_eq!(verified(None), Status::Missing);
    assert_eq!(verified(Some(Verification { on: date(2026, 11, 20), intact: false })), Status::Missing);
    let (_, said) = after(Fact::HashVerified, |_| ());
    assert_eq!(said, "The whole content matched on 2026-11-20.");
}

#[test]
fn a_chain_with_a_break_or_without_an_event_is_not_unbroken() {
    let chain = |custody| stands(Fact::Custody, |facts| facts.custody = custody);
    assert_eq!(chain(Some(Custody { events: 4, breaks: 1, ..Custody::default() })), Status::Missing);
    assert_eq!(chain(Some(Custody::default())), Status::Missing);
    assert_eq!(chain(None), Status::Unknown);
}

#[test]
fn each_open_hand_over_is_named() {
    let (status, said) = after(Fact::HandOvers, |facts| {
        facts.custody.as_mut().unwrap().open_hand_overs = vec!["DE-LAB".into(), "IT-LAB".into()];
    });
    assert_eq!(status, Status::Missing);
    assert!(said.contains("DE-LAB") && said.contains("IT-LAB"), "{said}");
}

#[test]
fn an_exhibit_number_of_spaces_is_none() {
    assert_eq!(stands(Fact::ExhibitNumber, |facts| facts.exhibit_number = Some(" ".into())), Status::Missing);
}

#[test]
fn an_examination_must_say_how_it_was_done() {
    let done = |count, without_method| {
        stands(Fact::Examinations, |facts| facts.examinations = Some(Examinations { count, without_method }))
    };
    assert_eq!((done(2, 1), done(0, 0)), (Status::Missing, Status::NotApplicable));
}

#[test]
fn a_seizure_needs_authority_reference_and_law() {
    for lacking in [
        |seizure: &mut Seizure| seizure.ordered_by = None,
        |seizure: &mut Seizure| seizure.reference = None,
        |seizure: &mut Seizure| seizure.law = Some(String::new()),
    ] {
        let status = stands(Fact::SeizureAuthority, |facts| lacking(facts.seizure.as_mut().unwrap()));
        assert_eq!(status, Status::Missing);
    }
}

#[test]
fn the_instrument_of_a_seizure_is_missing_only_where_it_was_for_another_state() {
    let without = |for_another_state| {
        stands(Fact::SeizureInstrument, |facts| {
            facts.seizure = Some(Seizure { instrument: None, for_another_state, ..seizure() });
        })
    };
    assert_eq!(without(Some(true)), Status::Missing);
    assert_eq!(without(Some(false)), Status::NotApplicable);
    assert_eq!(without(None), Status::Unknown);
}

#[test]
fn another_purpose_needs_the_permission_of_who_gave_it() {
    let other = |facts: &mut Facts| marked(facts).purpose = Purpose::CriminalInvestigation;
    let (status, said) = after(Fact::Purpose, other);
    assert_eq!(status, Status::Missing);
    assert!(said.contains("criminal_investigation") && said.contains("judicial_proceedings"), "{said}");
    let permitted = |facts: &mut Facts| {
        other(facts);
        marked(facts).permitted.purpose = Some("letter 8".into());
    };
    assert_eq!(stands(Fact::Purpose, permitted), Status::Met);
}

#[test]
fn h1_forbids_judicial_use_without_permission_and_says_nothing_of_other_purposes() {
    let h1 = |facts: &mut Facts| facts.marking = Some(marking([HandlingCode::H0, HandlingCode::H1]));
    let (status, said) = after(Fact::JudicialUse, h1);
    assert_eq!((status, said.contains("H1")), (Status::Missing, true), "{said}");
    let permitted = |facts: &mut Facts| {
        h1(facts);
        marked(facts).permitted.judicial_use = Some("letter 9".into());
    };
    assert_eq!(
        after(Fact::JudicialUse, permitted),
        (Status::Met, "Permitted by who gave it: letter 9.".into())
    );
    let mut facts = full();
    h1(&mut facts);
    let investigation = Question { purpose: Purpose::CriminalInvestigation, ..question(facts) };
    assert_eq!(look_as(Fact::JudicialUse, &investigation, Weight::Must).0, Status::NotApplicable);
}

#[test]
fn a_permission_for_one_thing_is_none_for_another() {
    let h1 = |facts: &mut Facts| {
        facts.marking = Some(marking([HandlingCode::H1]));
        marked(facts).permitted.purpose = Some("letter 8".into());
        marked(facts).permitted.passing_on = Some("letter 8".into());
    };
    assert_eq!(stands(Fact::JudicialUse, h1), Status::Missing);
}

#[test]
fn what_may_not_be_passed_on_needs_permission() {
    let may = |may, permission: Option<&str>| {
        stands(Fact::Onward, |facts| {
            marked(facts).may_pass_on = may;
            marked(facts).permitted.passing_on = permission.map(str::to_owned);
        })
    };
    assert_eq!((may(Some(false), None), may(None, None)), (Status::Missing, Status::Unknown));
    assert_eq!(may(Some(false), Some("letter 10")), Status::Met);
}

#[test]
fn restrictions_in_words_are_shown_for_people_to_judge() {
    let (status, said) = after(Fact::Restrictions, |facts| {
        facts.marking = Some(marking([HandlingCode::H3]));
        marked(facts).restrictions = Some("not to the press".into());
    });
    assert_eq!((status, said.ends_with("not to the press")), (Status::Unknown, true), "{said}");
}

#[test]
fn retention_runs_to_the_end_of_its_last_day() {
    let until = |day| stands(Fact::Retention, |facts| marked(facts).retain_until = day);
    assert_eq!(until(date(2026, 11, 21)), Status::Met);
    assert_eq!(until(date(2026, 11, 20)), Status::Missing);
}

#[test]
fn that_there_is_no_timestamp_or_cosignature_is_told_apart_from_that_nobody_looked() {
    assert_eq!(stands(Fact::Timestamps, |facts| facts.timestamps = Some(0)), Status::Missing);
    assert_eq!(stands(Fact::Timestamps, |facts| facts.timestamps = None), Status::Unknown);
    assert_eq!(stands(Fact::Cosignatures, |facts| facts.cosignatures = Some(0)), Status::Missing);
    assert_eq!(stands(Fact::Cosignatures, |facts| facts.cosignatures = None), Status::Unknown);
}

#[test]
fn a_language_counts_where_the_receiver_said_that_it_accepts_it() {
    let read = |described: &str, translated: &[&str], accepted: &[&str]| {
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        stands(Fact::Language, |facts| {
            facts.languages = Languages {
                described: vec![described.to_owned()],
                translated: tags(translated),
                accepted: tags(accepted),
            };
        })
    };
    assert_eq!(read("FR", &[], &["fr-BE"]), Status::Met);
    assert_eq!(read("fr", &["es"], &["en", "es"]), Status::Met);
    assert_eq!(read("fr", &[], &["es"]), Status::Missing);
    assert_eq!(read("fr", &["es"], &[]), Status::Unknown);
    assert_eq!(stands(Fact::Language, |facts| facts.languages.described.clear()), Status::Met);
}

#[test]
fn an_absent_document_or_request_is_missing_only_where_it_must_be() {
    let kinds = [Fact::Certification, Fact::ProcedureRecord, Fact::WitnessStatement, Fact::ReturnTerms];
    for fact in kinds.into_iter().chain([Fact::Request]) {
        let bare = question(Facts::default());
        assert_eq!(look_as(fact, &bare, Weight::Must).0, Status::Missing);
        assert_eq!(look_as(fact, &bare, Weight::WhereApplicable).0, Status::Unknown);
    }
    let other = |facts: &mut Facts| {
        facts.documents.remove(&DocumentKind::Certification);
    };
    assert_eq!(stands(Fact::Certification, other), Status::Missing);
    assert_eq!(stands(Fact::WitnessStatement, other), Status::Met);
}

#[test]
fn what_the_vault_cannot_know_is_unknown_whatever_it_knows() {
    assert_eq!(stands(Fact::NotKnownHere, |_| ()), Status::Unknown);
}
