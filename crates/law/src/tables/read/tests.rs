use super::*;
use crate::{Instrument, set::shipped::shipped, tables::Status};
use proptest::prelude::*;

const PARTIES: &str = "iso2,status,instrument_date,entry_into_force,source,as_of,confidence\n";
const PAIRS: &str = "acceding_iso2,accepting_iso2,status,date_in_force,source,as_of,confidence\n";

fn read_one(table: &str, text: &str) -> Result<Tables, Vec<RowFault>> {
    read("test", &BTreeMap::from([(table.to_owned(), text.to_owned())]))
}

/// Reads one table that must be refused for one reason, and returns line and reason.
fn refused(table: &str, text: &str) -> (u32, String) {
    let faults = read_one(table, text).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].file, table);
    (faults[0].line, faults[0].reason.clone())
}

/// Reads rows of parties to Hague 1996 after a good first row, and returns the fault.
fn party_refused(row: &str) -> (u32, String) {
    let good = "FR,ratification,2010-10-15,2011-02-01,s,2022-02-02,high\n";
    refused("hague_1996_parties", &format!("{PARTIES}{good}{row}\n"))
}

#[test]
fn every_shipped_table_holds_the_rows_that_its_readme_counts() {
    let bundle = shipped();
    let tables = read(&bundle.id, &bundle.tables).unwrap();
    let parties = |instrument| tables.parties[&instrument].len();
    assert_eq!(parties(Instrument::Hague1980), 103);
    assert_eq!(tables.acceptances.len(), 180);
    assert_eq!(tables.territories.len(), 14);
    assert_eq!((parties(Instrument::Hague1996), tables.objections.len()), (60, 1));
    assert_eq!(tables.participants.len(), 274);
    assert_eq!((tables.deadlines.len(), tables.time_rules.len()), (59, 6));
    assert_eq!(tables.grounds.len(), 86);
    assert_eq!(tables.contents.len(), 86);
    assert_eq!((tables.offences.len(), tables.ages.len()), (62, 10));
    assert_eq!(tables.needs.len(), 38);
    assert_eq!(tables.admissibility.len(), 34);
}

#[test]
fn every_table_of_parties_is_shipped_whole() {
    let bundle = shipped();
    assert_eq!(bundle.tables.len(), Table::ALL.len());
    let tables = read(&bundle.id, &bundle.tables).unwrap();
    for table in Table::ALL {
        let Some(instrument) = table.parties_of() else { continue };
        let lines = bundle.tables[table.name()].lines().count();
        assert_eq!(tables.parties[&instrument].len() + 1, lines, "{table}");
    }
}

#[test]
fn a_row_names_its_file_line_and_set() {
    let bundle = shipped();
    let tables = read(&bundle.id, &bundle.tables).unwrap();
    let morocco = tables.parties[&Instrument::Hague1980].iter().find(|row| row.state.code() == "MA").unwrap();
    let line = bundle.tables["hague_1980_parties"].lines().nth(morocco.cite.line as usize - 1).unwrap();
    assert!(line.starts_with("MA,Morocco,accession"), "{line}");
    assert_eq!((morocco.status, morocco.cite.set.as_str()), (Status::Acceded, "comity-2026-11-21"));
}

#[test]
fn a_byte_order_mark_windows_lines_and_blank_lines_are_taken() {
    let text = "\u{feff}iso2,status,entry_into_force,source,as_of,confidence,note\r\n\r\n\r\n\
                FR,ratification,2011-02-01,\"a \"\"b\"\", c\",2022-02-02,high,\r\n\r\nZZ,party,,s,,high,\r\n";
    let faults = read_one("hague_1996_parties", text).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [6]);
    let tables = read_one("hague_1996_parties", &text.replace("ZZ", "DE")).unwrap();
    let rows = &tables.parties[&Instrument::Hague1996];
    assert_eq!((rows[0].cite.line, rows[0].cite.source.as_str()), (4, "a \"b\", c"));
    assert_eq!(rows[1].cite.line, 6);
}

#[test]
fn a_column_for_the_end_may_be_added() {
    let text =
        format!("{PARTIES}FR,ratification,2010-10-15,2011-02-01,s,2022-02-02,high\n").replace('\n', ",X\n");
    let text = text.replacen(",X", ",no_longer_bound_from", 1).replacen(",X", ",2025-01-01", 1);
    let tables = read_one("hague_1996_parties", &text).unwrap();
    let end = tables.parties[&Instrument::Hague1996][0].no_longer_bound_from;
    assert_eq!(end, Some(jiff::civil::date(2025, 1, 1)));
}

#[test]
fn a_table_that_is_not_known_is_refused() {
    let (line, reason) = refused("hague_1890_parties", PARTIES);
    assert_eq!(line, 0);
    assert!(reason.starts_with("is no table"), "{reason}");
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(refused("grounds", "").0, 0);
    assert_eq!(refused("grounds", "\u{feff}\n\n").0, 0);
}

#[test]
fn an_unknown_column_is_refused() {
    let text = "iso2,status,entry_into_force,no_longer_bound,source,as_of,confidence\n";
    let (line, reason) = refused("hague_1996_parties", text);
    assert_eq!((line, reason.contains("`no_longer_bound`")), (1, true), "{reason}");
}

#[test]
fn a_missing_column_is_refused() {
    let (line, reason) = refused("hague_1996_parties", "iso2,entry_into_force,source,as_of,confidence\n");
    assert_eq!((line, reason.as_str()), (1, "lacks the column `status`"));
}

#[test]
fn a_column_that_is_there_twice_is_refused() {
    let text = PARTIES.replace("iso2,", "iso2,iso2,");
    assert_eq!(refused("hague_1996_parties", &text), (1, "has the column `iso2` twice".into()));
}

#[test]
fn a_row_with_too_many_values_is_refused() {
    let (line, reason) = party_refused("DE,ratification,2010-09-17,2011-01-01,s,2022-02-02,high,more");
    assert_eq!((line, reason.as_str()), (3, "has 8 values where the header has 7 columns"));
}

#[test]
fn an_open_quotation_mark_does_not_swallow_the_rows_after_it() {
    let (line, reason) =
        party_refused("DE,ratification,2010-09-17,2011-01-01,s,2022-02-02,\"high\nES,party,,,s,,high");
    assert_eq!(line, 3);
    assert!(reason.contains("quotation mark"), "{reason}");
}

#[test]
fn an_unknown_state_is_refused() {
    let (line, reason) = party_refused("ZZ,ratification,2010-09-17,2011-01-01,s,2022-02-02,high");
    assert_eq!((line, reason.contains("`ZZ`")), (3, true), "{reason}");
}

#[test]
fn an_unknown_instrument_is_refused() {
    let text = "instrument,article,ground,kind,burden_or_decider,source,as_of,confidence\n\
                HAGUE_1890,3,g,optional,,s,2026-11-21,high\n";
    let (line, reason) = refused("grounds", text);
    assert_eq!((line, reason.contains("`HAGUE_1890`")), (2, true), "{reason}");
}

#[test]
fn an_impossible_date_is_refused() {
    for date in
        ["2024-02-30", "2023-02-29", "20240101", "2024-1-1", "01.02.2024", "0024-01-01", "2024-01-01T00"]
    {
        let (line, reason) = party_refused(&format!("DE,ratification,,{date},s,2022-02-02,high"));
        assert_eq!((line, reason.contains(date)), (3, true), "{reason}");
    }
}

#[test]
fn a_leap_day_is_taken() {
    let text = format!("{PARTIES}DE,party,,2024-02-29,s,2024-03-01,high\n");
    assert!(read_one("hague_1996_parties", &text).is_ok());
}

#[test]
fn an_unknown_status_is_refused() {
    let (line, reason) = party_refused("DE,ratified,,2011-01-01,s,2022-02-02,high");
    assert_eq!((line, reason.contains("`ratified`; it can be `ratification`")), (3, true), "{reason}");
}

#[test]
fn an_unknown_confidence_is_refused() {
    let (line, reason) = party_refused("DE,ratification,,2011-01-01,s,2022-02-02,certain");
    assert_eq!((line, reason.contains("`certain`")), (3, true), "{reason}");
}

#[test]
fn a_row_without_a_source_is_refused() {
    let fault = party_refused("DE,ratification,,2011-01-01, ,2022-02-02,high");
    assert_eq!(fault, (3, "`source` is empty".into()));
}

#[test]
fn a_state_that_is_there_twice_is_refused() {
    let fault = party_refused("FR,accession,2010-10-15,2011-02-01,s,2022-02-02,high");
    assert_eq!(fault, (3, "says again what line 2 says of FR; keep one of them".into()));
}

#[test]
fn an_entry_into_force_before_the_instrument_is_refused_but_for_a_succession() {
    let (line, reason) = party_refused("DE,ratification,2011-01-01,2010-09-17,s,2022-02-02,high");
    assert_eq!(
        (line, reason.as_str()),
        (3, "`entry_into_force` is 2010-09-17, before `instrument_date`, which is 2011-01-01")
    );
    let text = format!("{PARTIES}BA,succession,1993-08-23,1992-03-06,s,2022-02-02,high\n");
    assert!(read_one("hague_1980_parties", &text).is_ok());
}

#[test]
fn a_signatory_with_an_entry_into_force_is_refused() {
    assert_eq!(party_refused("CA,signatory-only,,2011-01-01,s,2022-02-02,high").0, 3);
}

#[test]
fn a_negative_row_without_its_day_is_refused() {
    let (line, reason) = party_refused("CA,not party,,,s,,high");
    assert_eq!((line, reason.contains("own day only")), (3, true), "{reason}");
    let text = format!("{PAIRS}MA,FR,not_accepted,,s,,high\n");
    assert_eq!(refused("hague_1980_acceptances", &text).0, 2);
}

#[test]
fn a_state_that_leaves_before_it_entered_is_refused() {
    let text = "iso2,status,entry_into_force,no_longer_bound_from,source,as_of,confidence\n\
                FR,ratification,2011-02-01,2011-02-01,s,2022-02-02,high\n";
    assert_eq!(refused("hague_1996_parties", text).0, 2);
}

#[test]
fn an_acceptance_that_one_row_gives_and_a_later_one_denies_is_refused() {
    for positive in ["MA,FR,in_force,2010-01-01,s,2012-01-01,high", "MA,FR,in_force,,s,2012-01-01,high"] {
        let text = format!("{PAIRS}{positive}\nMA,FR,not_accepted,,s,2014-01-01,high\n");
        let (line, reason) = refused("hague_1980_acceptances", &text);
        assert_eq!((line, reason.contains("contradicts line 2")), (3, true), "{reason}");
        let before = text.replace("2014-01-01", "2009-01-01");
        assert!(read_one("hague_1980_acceptances", &before).is_ok());
    }
}

#[test]
fn a_state_does_not_accept_its_own_accession() {
    let text = format!("{PAIRS}MA,MA,in_force,2010-01-01,s,2012-01-01,high\n");
    assert_eq!(refused("hague_1980_acceptances", &text).0, 2);
}

#[test]
fn a_length_that_is_no_number_and_a_unit_that_is_not_known_are_both_told() {
    let head = "instrument,article,trigger_event,length,unit,kind,bound_actor,consequence,\
                source,as_of,confidence\n";
    for length in ["six", "-6", "6.5", "70000", "+6", ""] {
        let text =
            format!("{head}HAGUE_1980,11(2),t,{length},calendar_weeks,target,court,,s,2026-11-21,high\n");
        assert_eq!(refused("deadlines", &text).0, 2);
    }
    let text = format!("{head}HAGUE_1980,11(2),t,six,fortnights,target,court,,s,2026-11-21,high\n");
    let faults = read_one("deadlines", &text).unwrap_err();
    assert_eq!(faults.len(), 2, "{faults:?}");
}

#[test]
fn a_need_or_priority_that_is_not_known_is_refused() {
    let head = "need,instrument,condition,channel,authority_kind,priority,source,as_of,confidence\n";
    for (need, instrument, priority) in [
        ("money", "HAGUE_1980", "1"),
        ("evidence", "ETS 99", "1"),
        ("evidence", "EIO + NOTHING", "1"),
        ("evidence", "EIO", "0"),
        ("evidence", "EIO", "256"),
    ] {
        let text = format!("{head}{need},{instrument},,c,a,{priority},s,2026-11-21,high\n");
        assert_eq!(refused("need_to_instrument", &text).0, 2);
    }
}

#[test]
fn a_row_of_admissibility_with_a_word_that_is_not_known_is_refused() {
    let head = "scope,article,requirement,met_by,weight,source,as_of,confidence\n";
    let taken = |row: &str| read_one("admissibility", &format!("{head}{row},s,2026-11-21,high\n"));
    assert!(taken("*,,custody_unbroken,custody,must").is_ok());
    assert!(taken("CA-QC,art. 2,A sworn statement,witness_statement,where_applicable").is_ok());
    for (row, said) in [
        ("ZZ,1,custody_unbroken,custody,must", "`ZZ`"),
        ("HAGUE_1890,1,custody_unbroken,custody,must", "`HAGUE_1890`"),
        ("*,1,custody_unbrocken,custody,must", "`custody_unbrocken`"),
        ("*,1,,custody,must", "`requirement` is empty"),
        ("*,1,custody_unbroken,good_looks,must", "`good_looks`"),
        ("*,1,custody_unbroken,custody,perhaps", "`perhaps`"),
        ("EIO,,custody_unbroken,custody,must", "`article` is empty"),
        ("ES,,A sworn statement,witness_statement,must", "`article` is empty"),
    ] {
        let (line, reason) = refused("admissibility", &format!("{head}{row},s,2026-11-21,high\n"));
        assert_eq!((line, reason.contains(said)), (2, true), "{row}: {reason}");
    }
}

#[test]
fn the_same_requirement_of_one_article_twice_is_refused() {
    let head = "scope,article,requirement,met_by,weight,source,as_of,confidence\n";
    let row = "ES,1,A sworn statement,witness_statement,must,s,2026-11-21,high\n";
    assert_eq!(refused("admissibility", &format!("{head}{row}{row}")).0, 3);
}

#[test]
fn the_instruments_that_work_together_are_read_from_words() {
    let bundle = shipped();
    let needs = read(&bundle.id, &bundle.tables).unwrap().needs;
    let of = |written: &str| needs.iter().find(|row| row.written == written).unwrap().instruments.clone();
    assert_eq!(of("BRUSSELS_IIB + HAGUE_1980"), [Instrument::BrusselsIIb, Instrument::Hague1980]);
    assert_eq!(of("MLA_1959 + ETS 99 + ETS 182"), [Instrument::Mla1959]);
    assert_eq!(of("MLA_1959 (ETS 182 art. 20)"), [Instrument::Mla1959]);
}

#[test]
fn every_need_has_an_instrument() {
    let bundle = shipped();
    let needs = read(&bundle.id, &bundle.tables).unwrap().needs;
    for need in crate::Need::ALL {
        assert!(needs.iter().any(|row| row.need == need), "{need}");
    }
}

#[test]
fn all_faults_are_told_in_the_order_of_files_and_lines_but_no_more_than_a_hundred() {
    let row = "ZZ,ratification,,2011-01-01,s,2022-02-02,high\n";
    let files = BTreeMap::from([
        ("hague_1996_parties".to_owned(), format!("{PARTIES}{row}{row}")),
        ("budapest_parties".to_owned(), format!("{PARTIES}{row}")),
    ]);
    let faults = read("test", &files).unwrap_err();
    let told: Vec<_> = faults.iter().map(|fault| (fault.file.as_str(), fault.line)).collect();
    assert_eq!(told, [("budapest_parties", 2), ("hague_1996_parties", 2), ("hague_1996_parties", 3)]);
    let faults = read_one("hague_1996_parties", &format!("{PARTIES}{}", row.repeat(500))).unwrap_err();
    assert_eq!(faults.len(), MOST_FAULTS);
}

/// Text that has something of a table, so that a test reaches the rows.
fn table_like() -> impl Strategy<Value = (String, String)> {
    let value = prop_oneof![
        "[A-Z]{2}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "ratification|in_force|not party|high|low",
        "[0-9]{0,6}",
        ".{0,8}",
        Just(String::new()),
        Just("HAGUE_1980".to_owned()),
        Just("\"".to_owned()),
    ];
    let rows = proptest::collection::vec(proptest::collection::vec(value, 1..14), 0..6);
    let table = proptest::sample::select(Table::ALL);
    (table, rows).prop_map(|(table, rows)| {
        let bundle = shipped();
        let head = bundle.tables[table.name()].lines().next().unwrap_or_default().to_owned();
        let rows = rows.into_iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
        (table.name().to_owned(), format!("{head}\n{rows}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_makes_the_reader_panic(table in proptest::sample::select(Table::ALL), text in any::<String>()) {
        let _ = read_one(table.name(), &text);
    }

    #[test]
    fn no_rows_make_the_reader_panic((table, text) in table_like()) {
        if let Err(faults) = read_one(&table, &text) {
            prop_assert!(faults.iter().all(|fault| fault.file == table && fault.line as usize <= text.len() + 1));
        }
    }

    #[test]
    fn a_shipped_table_with_a_byte_changed_never_panics(
        table in proptest::sample::select(Table::ALL), at in any::<proptest::sample::Index>(), by in any::<char>()
    ) {
        let text = &shipped().tables[table.name()];
        let letters: Vec<char> = text.chars().collect();
        let at = at.index(letters.len());
        let changed: String = letters.iter().enumerate().map(|(n, was)| if n == at { by } else { *was }).collect();
        let _ = read_one(table.name(), &changed);
    }
}
