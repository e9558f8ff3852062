use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const ON: Date = date(2026, 11, 20);

/// A claim that owns what it claims, so that tests can change one thing.
#[derive(Debug, Clone)]
struct Said {
    instrument: &'static str,
    article: &'static str,
    kind: MessageKind,
    purpose: &'static str,
    from: &'static str,
    to: &'static [&'static str],
    event: Option<Date>,
    child_born: Option<Date>,
    offence: Option<&'static str>,
}

/// A return application between two states that ratified, with everything in order.
fn application() -> Said {
    Said {
        instrument: "HAGUE_1980",
        article: "8",
        kind: MessageKind::Information,
        purpose: "return_of_child",
        from: "FR",
        to: &["US"],
        event: Some(date(2026, 10, 1)),
        child_born: Some(date(2018, 3, 9)),
        offence: None,
    }
}

/// A request for preservation of data, with everything in order.
fn preservation() -> Said {
    Said {
        instrument: "BUDAPEST",
        article: "29(2)",
        purpose: "criminal_investigation",
        to: &["DE"],
        event: None,
        child_born: None,
        ..application()
    }
}

fn checked(said: &Said) -> Assessment {
    let from = said.from.parse().unwrap();
    let to: Vec<Place> = said.to.iter().map(|code| code.parse().unwrap()).collect();
    let claim = Claim {
        instrument: said.instrument,
        article: said.article,
        kind: said.kind,
        purpose: said.purpose,
        from: &from,
        to: &to,
        on: ON,
        event: said.event,
        child_born: said.child_born,
        offence: said.offence,
    };
    check(Law::shipped(), &claim)
}

/// The verdict, and the keys of the reasons.
fn found(said: &Said) -> (Verdict, Vec<&'static str>) {
    let assessment = checked(said);
    (assessment.verdict, assessment.reasons.iter().map(Phrase::key).collect())
}

/// Asserts the verdict and that it is there for the reason.
#[track_caller]
fn assert_found(said: &Said, verdict: Verdict, reason: &str) {
    let (was, reasons) = found(said);
    assert_eq!(was, verdict, "{reasons:?}");
    assert!(reasons.contains(&reason), "{reasons:?} lacks {reason}");
}

#[test]
fn a_claim_that_the_tables_carry_is_supported_with_its_rows() {
    let assessment = checked(&application());
    let said: Vec<_> = assessment.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(assessment.verdict, Verdict::Supported, "{said:#?}");
    assert!(assessment.sources.iter().any(|cite| cite.table == crate::tables::Table::Hague1980Parties));
    assert_eq!(assessment.data_set, Law::shipped().name());
}

#[test]
fn the_rules_stand_in_their_order() {
    let names: Vec<_> = rules::RULES.iter().map(|(name, _)| *name).collect();
    let order =
        ["1 places", "2 relation", "3 event", "4 age", "5 article", "6 purpose and kind", "7 offence"];
    assert_eq!(names, order);
}

#[test]
fn an_instrument_without_tables_is_unknown_and_its_name_is_shown_cut() {
    let said = Said { instrument: "the {Hague}\u{7} thing", ..application() };
    assert_found(&said, Verdict::Unknown, "basis.instrument_unknown");
    assert!(checked(&said).reasons[0].to_string().contains("“the Hague thing”"));
}

#[test]
fn a_claim_without_a_receiver_is_unknown() {
    assert_found(&Said { to: &[], ..application() }, Verdict::Unknown, "basis.no_receiver");
}

#[test]
fn a_regional_or_global_body_is_no_state_on_either_side() {
    assert_found(&Said { to: &["UN"], ..application() }, Verdict::Unknown, "basis.no_state");
    assert_found(&Said { from: "EU", ..application() }, Verdict::Unknown, "basis.no_state");
}

#[test]
fn a_treaty_that_is_not_in_force_between_the_two_contradicts_the_claim() {
    let said = Said { instrument: "BRUSSELS_IIB", article: "23(2)", to: &["DK"], ..application() };
    assert_found(&said, Verdict::Contradicted, "basis.not_in_force");
}

#[test]
fn a_relation_that_the_tables_do_not_show_is_unknown() {
    assert_found(&Said { to: &["AF"], ..application() }, Verdict::Unknown, "basis.relation_unknown");
}

#[test]
fn the_worst_receiver_decides_and_its_reason_comes_first() {
    let said =
        Said { instrument: "BRUSSELS_IIB", article: "23(2)", to: &["DE", "DK", "US"], ..application() };
    let assessment = checked(&said);
    assert_eq!(assessment.verdict, Verdict::Contradicted);
    assert_eq!(assessment.reasons[0].key(), "basis.not_in_force");
    assert!(assessment.reasons[0].to_string().contains("DK"));
}

#[test]
fn within_one_state_a_treaty_between_states_neither_carries_nor_contradicts() {
    assert_found(&Said { to: &["FR"], ..application() }, Verdict::Unknown, "basis.same_state");
}

#[test]
fn a_removal_before_entry_into_force_between_the_two_contradicts_the_claim() {
    let early = Some(date(2010, 5, 1));
    let said = Said { from: "ES", to: &["MA"], event: early, child_born: None, ..application() };
    assert_found(&said, Verdict::Contradicted, "relation.hague_1980.event_outside");
    let later = Said { event: Some(date(2011, 5, 1)), ..said };
    assert_found(&later, Verdict::Supported, "relation.hague_1980.event_covered");
}

#[test]
fn an_earlier_removal_leaves_access_open() {
    let early = Some(date(2010, 5, 1));
    let said = Said { from: "ES", to: &["MA"], article: "21", event: early, ..application() };
    assert_found(&said, Verdict::Unknown, "basis.event_before_access");
}

#[test]
fn an_event_that_is_not_given_is_remarked_and_lowers_nothing() {
    assert_found(&Said { event: None, ..application() }, Verdict::Supported, "basis.event_not_given");
}

#[test]
fn a_child_of_sixteen_is_outside_the_convention_of_1980_and_one_a_day_younger_is_not() {
    let born = |day| Said { child_born: Some(date(2010, 11, day)), ..application() };
    assert_found(&born(20), Verdict::Contradicted, "relation.age.reached");
    assert_eq!(found(&born(21)).0, Verdict::Supported);
}

#[test]
fn a_person_of_eighteen_is_outside_the_convention_of_1996() {
    let said = |born| Said {
        instrument: "HAGUE_1996",
        article: "33(1)",
        to: &["DE"],
        child_born: Some(born),
        ..application()
    };
    assert_found(&said(date(2008, 11, 20)), Verdict::Contradicted, "relation.age.reached");
    assert_ne!(found(&said(date(2008, 11, 21))).0, Verdict::Contradicted);
}

#[test]
fn brussels_iib_ends_at_sixteen_for_a_return_alone() {
    let said = |purpose| Said {
        instrument: "BRUSSELS_IIB",
        article: "80(1)",
        to: &["DE"],
        purpose,
        child_born: Some(date(2009, 1, 1)),
        ..application()
    };
    assert_found(&said("return_of_child"), Verdict::Contradicted, "relation.age.reached");
    assert_eq!(found(&said("child_protection")).0, Verdict::Supported);
}

#[test]
fn an_article_is_known_by_its_parts_however_it_is_written() {
    for article in ["8", "art. 8", "8(2)(a)", "Article 13(1)(b)", "13", "21", "8, 28", "6"] {
        assert_found(&Said { article, ..application() }, Verdict::Supported, "basis.article_known");
    }
}

#[test]
fn an_article_that_the_tables_do_not_hold_is_unknown_and_its_neighbours_are_named() {
    let said = Said { article: "99", ..application() };
    assert_found(&said, Verdict::Unknown, "basis.article_not_in_tables");
    let assessment = checked(&said);
    assert!(assessment.reasons[0].to_string().contains("44"), "{}", assessment.reasons[0]);
    let seven = checked(&Said { article: "7", ..application() });
    assert!(seven.reasons[0].to_string().contains("6, 8, "), "{}", seven.reasons[0]);
    let part = Said { article: "13(7)", ..application() };
    assert_found(&part, Verdict::Unknown, "basis.part_not_in_tables");
    let one_of_two = Said { article: "8, 99", ..application() };
    assert_found(&one_of_two, Verdict::Unknown, "basis.article_not_in_tables");
}

#[test]
fn an_article_that_cannot_be_read_is_unknown() {
    for article in ["", "   ", "the usual one", "(", "🙂"] {
        assert_found(&Said { article, ..application() }, Verdict::Unknown, "basis.article_unreadable");
    }
}

#[test]
fn an_article_known_from_recollection_alone_is_to_be_confirmed() {
    let said =
        Said { instrument: "EAW", article: "17(2)", purpose: "judicial_proceedings", ..preservation() };
    let (verdict, reasons) = found(&said);
    let is_low = Law::shipped().tables().deadlines.iter().any(|row| {
        row.instrument == Instrument::Eaw
            && row.article == "17(2)"
            && row.cite.confidence == crate::Confidence::Low
    });
    assert!(is_low);
    assert_eq!(verdict, Verdict::Unknown);
    assert!(reasons.contains(&"basis.article_to_confirm"), "{reasons:?}");
}

#[test]
fn an_article_mentioned_for_another_instrument_of_the_same_row_is_not_taken() {
    let said = Said { instrument: "BRUSSELS_IIB", article: "6", to: &["DE"], ..application() };
    assert_found(&said, Verdict::Unknown, "basis.article_not_in_tables");
    let own = Said { article: "76", ..said };
    assert_found(&own, Verdict::Supported, "basis.article_known");
}

#[test]
fn a_civil_instrument_does_not_carry_a_prosecution_and_is_not_contradicted_by_it() {
    for purpose in ["criminal_investigation", "judicial_proceedings"] {
        assert_found(&Said { purpose, ..application() }, Verdict::Unknown, "basis.civil_not_criminal");
    }
}

#[test]
fn a_purpose_or_a_kind_that_the_instrument_does_not_serve_is_unknown() {
    let purpose = Said { purpose: "child_protection", ..preservation() };
    assert_found(&purpose, Verdict::Unknown, "basis.purpose_not_served");
    let kind = Said { kind: MessageKind::Alert, ..preservation() };
    assert_found(&kind, Verdict::Unknown, "basis.kind_not_served");
    let nonsense = Said { purpose: "curiosity", ..application() };
    assert_found(&nonsense, Verdict::Unknown, "basis.purpose_unknown");
}

#[test]
fn the_need_that_mentions_the_article_is_the_one_that_is_cited() {
    let reasons = checked(&preservation()).reasons;
    let served = reasons.iter().find(|reason| reason.key() == "basis.need_served").unwrap();
    assert!(served.to_string().contains("preservation_computer_data"), "{served}");
}

#[test]
fn every_purpose_of_the_model_is_known_to_the_rules() {
    use comity_model::marking::Purpose as Of;
    let all = [
        Of::LocateMissingChild,
        Of::ReturnOfChild,
        Of::CriminalInvestigation,
        Of::JudicialProceedings,
        Of::ChildProtection,
        Of::Exercise,
    ];
    for purpose in all {
        let code = serde_json::to_value(purpose).unwrap();
        assert!(scope::needs_of_purpose(code.as_str().unwrap()).is_some(), "{code}");
    }
}

#[test]
fn an_instrument_that_the_table_of_needs_does_not_name_is_unknown() {
    let said = Said { instrument: "PALERMO_TIP", article: "3", ..preservation() };
    assert_found(&said, Verdict::Unknown, "basis.no_need");
}

#[test]
fn an_offence_that_the_instrument_defines_is_supported() {
    let said = Said { article: "27", offence: Some("C09"), ..preservation() };
    assert_found(&said, Verdict::Supported, "basis.offence_defined");
}

#[test]
fn an_offence_that_the_instrument_does_not_define_is_unknown() {
    let said = Said { article: "27", offence: Some("C19"), ..preservation() };
    assert_found(&said, Verdict::Unknown, "basis.offence_not_defined");
    let nonsense = Said { offence: Some("C99"), ..preservation() };
    assert_found(&nonsense, Verdict::Unknown, "basis.offence_unknown");
}

#[test]
fn preservation_needs_no_dual_criminality() {
    let said = Said { offence: Some("C19"), ..preservation() };
    assert_found(&said, Verdict::Supported, "basis.offence_preservation");
}

#[test]
fn trafficking_counts_under_the_convention_on_organised_crime_where_the_protocol_binds_both() {
    let said =
        Said { instrument: "UNTOC", article: "18", offence: Some("C22"), to: &["US"], ..preservation() };
    let (_, reasons) = found(&said);
    assert!(reasons.contains(&"basis.offence_by_protocol"), "{reasons:?}");
    let other = Said { offence: Some("C08"), ..said };
    assert_found(&other, Verdict::Unknown, "basis.offence_not_defined");
}

#[test]
fn assistance_without_a_list_of_offences_rests_on_dual_criminality() {
    let said =
        Said { instrument: "EXTRADITION_1957", article: "12(2)", offence: Some("C10"), ..preservation() };
    assert!(found(&said).1.contains(&"basis.offence_in_both"));
    let open = Said { offence: Some("C26"), ..said };
    assert_found(&open, Verdict::Unknown, "basis.offence_open");
}

#[test]
fn parental_abduction_is_the_civil_wrong_that_the_convention_is_about() {
    assert_found(&Said { offence: Some("C24"), ..application() }, Verdict::Supported, "basis.offence_civil");
    assert_found(
        &Said { offence: Some("C08"), ..application() },
        Verdict::Unknown,
        "basis.civil_and_offence",
    );
}

#[test]
fn an_instrument_whose_members_are_not_listed_is_never_supported() {
    let said = Said { instrument: "INTERPOL_RPD", article: "10", kind: MessageKind::Alert, ..application() };
    assert_found(&said, Verdict::Unknown, "basis.relation_unknown");
}

#[test]
fn the_gravest_reasons_come_first() {
    let said = Said { article: "99", child_born: Some(date(2000, 1, 1)), ..application() };
    let (verdict, reasons) = found(&said);
    assert_eq!((verdict, reasons[0]), (Verdict::Contradicted, "relation.age.reached"));
    assert_eq!(reasons[1], "basis.article_not_in_tables");
}

#[test]
fn every_reason_is_a_sentence_of_the_catalogue() {
    let all = [
        application(),
        preservation(),
        Said { offence: Some("C26"), ..preservation() },
        Said { article: "99", to: &["FR", "AF", "UN", "MA"], ..application() },
    ];
    for reason in all.iter().flat_map(|said| checked(said).reasons) {
        let text = reason.to_string();
        assert!(text.contains(' ') && !text.contains('{'), "{text}");
    }
}

#[test]
fn a_claim_of_half_the_convention_names_no_article() {
    assert_found(&Said { article: "1-45", ..application() }, Verdict::Unknown, "basis.article_unreadable");
}

#[test]
fn every_sentence_of_the_catalogues_is_said_and_every_one_said_is_there() {
    let code = [
        include_str!("mod.rs"),
        include_str!("rules.rs"),
        include_str!("../offence/mod.rs"),
        include_str!("../offence/coverage.rs"),
        include_str!("../offence/waiver.rs"),
    ];
    let quoted = code.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
    let keys = quoted.filter(|text| text.starts_with("basis.") || text.starts_with("offence."));
    let said: std::collections::BTreeSet<String> = keys.map(str::to_owned).collect();
    let files = [include_str!("../phrases/en/basis.json"), include_str!("../phrases/en/offence.json")];
    let read = |text| serde_json::from_str::<std::collections::BTreeMap<String, String>>(text).unwrap();
    let written: std::collections::BTreeSet<String> =
        files.into_iter().flat_map(|text| read(text).into_keys()).collect();
    assert_eq!(said, written);
}

#[test]
fn a_message_to_everybody_is_told_each_thing_once() {
    let everybody: Vec<&str> =
        comity_model::Jurisdiction::all().map(|all| all.to_string().leak() as &str).collect();
    let said = Said { to: everybody.leak(), article: "29", offence: Some("C10"), ..preservation() };
    let start = std::time::Instant::now();
    let assessment = checked(&said);
    println!("a message to every jurisdiction: {:?}", start.elapsed());
    assert_eq!(assessment.reasons.len(), once(assessment.reasons.clone()).len());
    assert_eq!(assessment.sources.len(), once(assessment.sources.clone()).len());
    assert!(assessment.verdict > Verdict::Supported, "some of them are unknown");
}

fn any_claim() -> impl Strategy<Value = (String, String, String, Option<String>, Vec<usize>)> {
    let codes: Vec<String> = Instrument::ALL.iter().map(|known| known.code().to_owned()).collect();
    let instrument = prop_oneof![3 => prop::sample::select(codes), 1 => "\\PC{0,40}"];
    let article = prop_oneof!["[0-9]{1,2}(\\([0-9a-f]\\)){0,2}", "\\PC{0,200}"];
    let purpose = prop_oneof!["return_of_child|criminal_investigation|exercise", "\\PC{0,20}"];
    let offence = prop::option::of(prop_oneof!["C[0-2][0-9]", "\\PC{0,20}"]);
    (instrument, article, purpose, offence, prop::collection::vec(0_usize..252, 0..5))
}

proptest! {
    #[test]
    fn any_claim_has_a_verdict_that_no_order_of_receivers_changes(
        (instrument, article, purpose, offence, to) in any_claim(), from in 0_usize..252,
        born in prop::option::of(-9999_i16..=9999), event in prop::option::of(-9999_i16..=9999),
    ) {
        let place = |at: &usize| Place::from(comity_model::Jurisdiction::all().nth(*at).unwrap());
        let (from, mut to) = (place(&from), to.iter().map(place).collect::<Vec<_>>());
        let there = to.clone();
        to.reverse();
        let claim = Claim {
            instrument: &instrument, article: &article, kind: MessageKind::Information, purpose: &purpose,
            from: &from, to: &there, on: ON, event: event.map(|year| date(year, 2, 28)),
            child_born: born.map(|year| date(year, 12, 31)), offence: offence.as_deref(),
        };
        let assessment = check(Law::shipped(), &claim);
        prop_assert!(!assessment.reasons.is_empty());
        prop_assert_eq!(&assessment, &check(Law::shipped(), &Claim { to: &to, ..claim.clone() }));
        if assessment.verdict == Verdict::Supported {
            let known = instrument.parse::<Instrument>().unwrap();
            prop_assert!(there.iter().all(|to| Law::shipped().relation(known, &from, to, ON).binds()));
        }
    }
}
