use super::*;
use crate::{Instrument, Law, set::shipped::shipped};
use jiff::civil::date;

const PARTIES: &str = "iso2,status,entry_into_force,no_longer_bound_from,source,as_of,confidence\n";
const PAIRS: &str = "acceding_iso2,accepting_iso2,status,date_in_force,source,as_of,confidence\n";
const ACTS: &str = "instrument,iso2,participates,applies_from,source,as_of,confidence\n";

fn bundle(id: &str, dated: Date, table: &str, text: &str) -> Bundle {
    Bundle::new(id, dated, "", [(table.to_owned(), text.to_owned())]).unwrap()
}

fn set(table: &str, text: &str) -> DataSet {
    DataSet::read(&bundle("newer", date(2026, 12, 1), table, text)).unwrap()
}

/// Lays rows over the shipped tables.
fn over(table: &str, head: &str, rows: &str) -> Result<Law, SetFault> {
    Law::shipped().with(&set(table, &format!("{head}{rows}\n")))
}

/// The line of a shipped row, by how it begins.
fn shipped_line(table: &str, begins: &str) -> usize {
    let bundle = shipped();
    1 + bundle.tables[table].lines().position(|line| line.starts_with(begins)).unwrap()
}

/// Lays a row over that must be refused, and asserts that the reason names the shipped row and says `reason`.
fn refused(table: &str, head: &str, row: &str, begins: &str, reason: &str) {
    let Err(SetFault::Rows(faults)) = over(table, head, row) else { panic!("`{row}` was taken") };
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((fault.file.as_str(), fault.line), (table, 2));
    let line = shipped_line(table, begins);
    let expected = format!("contradicts {table}.csv line {line} of `comity-2026-11-21`: {reason}");
    assert_eq!(fault.reason, expected);
}

fn party(law: &Law, instrument: Instrument, state: &str) -> crate::tables::Party {
    let rows = &law.tables().parties[&instrument];
    rows.iter().find(|row| row.state.code() == state).unwrap().clone()
}

#[test]
fn the_shipped_law_holds_its_rows_and_its_date() {
    let law = Law::shipped();
    assert_eq!(law.tables().acceptances.len(), 180);
    assert_eq!((law.name(), law.dated()), ("comity-2026-11-21", Some(date(2026, 11, 21))));
}

#[test]
fn a_row_with_a_key_that_is_there_replaces_and_others_add() {
    let text = format!(
        "{PARTIES}AD,party,2017-03-01,,register,2026-12-01,high\nZW,party,2026-12-01,,register,2026-12-01,high\n"
    );
    let law = Law::shipped().with(&set("budapest_parties", &text)).unwrap();
    let rows = &law.tables().parties[&Instrument::Budapest];
    assert_eq!(rows.len(), 43);
    let andorra = party(&law, Instrument::Budapest, "AD");
    assert_eq!(andorra.entry_into_force, Some(date(2017, 3, 1)));
    assert_eq!((andorra.cite.set.as_str(), andorra.cite.line), ("newer", 2));
    assert_eq!(party(&law, Instrument::Budapest, "AL").cite.set, "comity-2026-11-21");
    assert_eq!(law.name(), "comity-2026-11-21 + newer");
    assert_eq!(law.dated(), Some(date(2026, 12, 1)));
}

#[test]
fn the_law_under_a_set_stays_as_it_was() {
    let newer = over("budapest_parties", PARTIES, "ZW,party,2026-12-01,,register,2026-12-01,high").unwrap();
    assert_eq!(Law::shipped().tables().parties[&Instrument::Budapest].len(), 42);
    assert_eq!(newer.as_known_on(date(2026, 11, 30)).unwrap().name(), "comity-2026-11-21");
    assert_eq!(newer.as_known_on(date(2026, 12, 1)).unwrap().name(), newer.name());
    assert!(newer.as_known_on(date(2020, 1, 1)).is_none());
}

#[test]
fn sets_given_together_are_laid_in_their_order() {
    let base = DataSet::read(&shipped()).unwrap();
    let newer = set("budapest_parties", &format!("{PARTIES}AD,party,2017-03-01,,r,2026-12-01,high\n"));
    let law = Law::from_sets(&[base, newer]);
    assert_eq!(party(&law, Instrument::Budapest, "AD").cite.set, "newer");
    assert_eq!(law.tables().acceptances.len(), 180);
    assert!(Law::from_sets(&[]).tables().parties.is_empty());
}

#[test]
fn another_entry_into_force_than_a_shipped_one_of_high_confidence_is_refused() {
    refused(
        "hague_1980_parties",
        PARTIES,
        "FR,ratification,1984-12-01,,s,2026-12-01,high",
        "FR,",
        "there it is in force from 1983-12-01, here from 1984-12-01",
    );
}

#[test]
fn a_party_that_is_said_to_be_none_is_refused() {
    refused(
        "hague_1980_parties",
        PARTIES,
        "FR,not party,,,s,2026-12-01,high",
        "FR,",
        "there it is in force from 1983-12-01, here it is not as of 2026-12-01",
    );
}

#[test]
fn an_entry_into_force_that_is_left_out_is_refused() {
    refused(
        "hague_1980_parties",
        PARTIES,
        "FR,ratification,,,s,2026-12-01,high",
        "FR,",
        "there it is in force from 1983-12-01, here no day is given",
    );
}

#[test]
fn a_ratification_that_is_said_to_be_an_accession_is_refused_where_that_decides() {
    refused(
        "hague_1980_parties",
        PARTIES,
        "FR,accession,1983-12-01,,s,2026-12-01,high",
        "FR,",
        "there it is a ratification, here an accession",
    );
}

#[test]
fn a_lead_does_not_replace_a_primary_source() {
    refused(
        "hague_1980_parties",
        PARTIES,
        "FR,ratification,1983-12-01,,s,2026-12-01,low",
        "FR,",
        "a row of low confidence cannot replace one of high confidence",
    );
}

#[test]
fn a_denunciation_is_no_contradiction() {
    let row = "FR,ratification,1983-12-01,2026-12-01,s,2026-12-01,high";
    let law = over("hague_1980_parties", PARTIES, row).unwrap();
    let france = party(&law, Instrument::Hague1980, "FR");
    assert_eq!(france.no_longer_bound_from, Some(date(2026, 12, 1)));
}

#[test]
fn a_row_of_medium_confidence_can_be_corrected() {
    let law = over("hague_1980_parties", PARTIES, "AD,accession,2011-08-01,,s,2026-12-01,high").unwrap();
    let andorra = party(&law, Instrument::Hague1980, "AD");
    assert_eq!(andorra.entry_into_force, Some(date(2011, 8, 1)));
}

#[test]
fn a_state_that_was_no_party_on_a_day_may_have_become_one_later_but_not_before() {
    let table = "crc_opsc_parties";
    let none = party_begin(table, ",not party,");
    let late = format!("{none},accession,2024-01-01,,s,2026-12-01,high");
    assert!(over(table, PARTIES, &late).is_ok());
    let early = format!("{none},accession,2020-01-01,,s,2026-12-01,high");
    let reason = "there it is not in force as of 2022-08-25, here it is from 2020-01-01";
    refused(table, PARTIES, &early, &format!("{none},"), reason);
    let undated = format!("{none},party,,,s,2022-08-25,high");
    let reason = "there it is not in force as of 2022-08-25, here it is as of 2022-08-25";
    refused(table, PARTIES, &undated, &format!("{none},"), reason);
}

/// The state of a shipped row of high confidence that holds a text.
fn party_begin(table: &str, holds: &str) -> String {
    let bundle = shipped();
    let row =
        bundle.tables[table].lines().find(|line| line.contains(holds) && line.contains(",high,")).unwrap();
    row[..2].to_owned()
}

#[test]
fn another_day_for_an_acceptance_of_high_confidence_is_refused() {
    refused(
        "hague_1980_acceptances",
        PAIRS,
        "AD,CH,in_force,2012-02-01,s,2026-12-01,high",
        "AD,CH,",
        "there it is in force from 2012-01-01, here from 2012-02-01",
    );
}

#[test]
fn an_acceptance_of_high_confidence_is_not_denied_for_a_later_day_but_for_an_earlier_one() {
    refused(
        "hague_1980_acceptances",
        PAIRS,
        "AD,CH,not_accepted,,s,2020-01-01,medium",
        "AD,CH,",
        "there it is in force from 2012-01-01, here it is not as of 2020-01-01",
    );
    let law = over("hague_1980_acceptances", PAIRS, "AD,CH,not_accepted,,s,2011-12-31,medium").unwrap();
    assert_eq!(law.tables().acceptances.len(), 181);
}

#[test]
fn an_acceptance_without_a_day_may_get_one_that_is_not_later() {
    let pair = "AD,AT";
    let taken = format!("{pair},in_force,2015-11-01,s,2026-12-01,high");
    let law = over("hague_1980_acceptances", PAIRS, &taken).unwrap();
    assert_eq!(law.tables().acceptances.len(), 180);
    let late = format!("{pair},in_force,2019-01-01,s,2026-12-01,high");
    let reason = "there it is in force as of 2018-12-10, here only from 2019-01-01";
    refused("hague_1980_acceptances", PAIRS, &late, pair, reason);
}

#[test]
fn an_accession_not_accepted_on_a_day_may_be_accepted_from_a_later_one() {
    let negative = "BR,GB,not_accepted";
    assert_eq!(shipped_line("hague_1980_acceptances", negative), 22);
    // Brazil and the United Kingdom: shipped with both rows; a day before the negative one contradicts both.
    let row = "BR,GB,in_force,2000-01-01,s,2026-12-01,high";
    let Err(SetFault::Rows(faults)) = over("hague_1980_acceptances", PAIRS, row) else { panic!() };
    assert_eq!(faults.len(), 2, "{faults:?}");
}

#[test]
fn a_newer_row_of_the_pair_removes_what_it_corrects() {
    // Shipped with medium confidence: accepted by the United Kingdom as of 2009-05-01, its day not readable.
    let row = "CR,GB,not_accepted,,s,2026-12-01,high";
    let law = over("hague_1980_acceptances", PAIRS, row).unwrap();
    let pair = |row: &&crate::tables::Acceptance| row.acceding.code() == "CR" && row.accepting.code() == "GB";
    let rows: Vec<_> = law.tables().acceptances.iter().filter(pair).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| !row.accepted));
}

#[test]
fn denmark_does_not_become_bound_by_brussels_iib_on_a_day_that_was_read_otherwise() {
    let row = "BRUSSELS_IIB,DK,yes,2022-08-01,s,2026-12-01,high";
    let reason = "there it is not in force as of 2026-11-21, here it is from 2022-08-01";
    refused("eu_instruments_by_state", ACTS, row, "BRUSSELS_IIB,Regulation (EU) 2019/1111,DK", reason);
    let row = "BRUSSELS_IIB,FR,no,,s,2026-12-01,high";
    let reason = "there it is in force from 2022-08-01, here it is not as of 2026-12-01";
    refused("eu_instruments_by_state", ACTS, row, "BRUSSELS_IIB,Regulation (EU) 2019/1111,FR", reason);
}

#[test]
fn a_period_of_a_primary_source_keeps_its_length() {
    let head =
        "instrument,article,trigger_event,length,unit,kind,bound_actor,consequence,source,as_of,confidence\n";
    let shipped = shipped();
    let line = shipped.tables["deadlines"].lines().find(|line| line.starts_with("HAGUE_1980,11(2)")).unwrap();
    let row = line.replace(",6,calendar_weeks,", ",7,calendar_weeks,");
    let row = row.strip_suffix(',').unwrap();
    let reason = "there it is 6 calendar_weeks, here 7 calendar_weeks";
    refused("deadlines", head, row, "HAGUE_1980,11(2)", reason);
}

#[test]
fn an_age_of_a_primary_source_keeps_its_number_but_not_its_words() {
    let head = "instrument,article,term,definition,remark,source,as_of,confidence\n";
    let reason = "there it is 16, here 18";
    refused(
        "age_definitions",
        head,
        "HAGUE_1980,4,child,under 18,,s,2026-12-01,high",
        "HAGUE_1980,4",
        reason,
    );
    assert!(over("age_definitions", head, "HAGUE_1980,4,child,below 16,,s,2026-12-01,high").is_ok());
}

#[test]
fn what_an_earlier_import_said_may_be_corrected_by_a_later_one() {
    let first = over("budapest_parties", PARTIES, "ZW,party,2026-12-01,,s,2026-12-01,high").unwrap();
    let text = format!("{PARTIES}ZW,party,2026-11-01,,s,2026-12-01,high\n");
    let later = DataSet::read(&bundle("later", date(2026, 12, 2), "budapest_parties", &text)).unwrap();
    let law = first.with(&later).unwrap();
    assert_eq!(party(&law, Instrument::Budapest, "ZW").cite.set, "later");
    assert_eq!(law.as_known_on(date(2026, 12, 1)).unwrap().name(), first.name());
}

#[test]
fn a_set_older_than_the_newest_or_with_its_name_is_refused() {
    let text = format!("{PARTIES}ZW,party,2020-01-01,,s,2020-01-01,high\n");
    let older = DataSet::read(&bundle("older", date(2026, 11, 20), "budapest_parties", &text)).unwrap();
    assert!(
        matches!(Law::shipped().with(&older), Err(SetFault::Head(reason)) if reason.contains("2026-11-20"))
    );
    let again = bundle("comity-2026-11-21", date(2026, 12, 1), "budapest_parties", &text);
    let again = DataSet::read(&again).unwrap();
    assert!(
        matches!(Law::shipped().with(&again), Err(SetFault::Head(reason)) if reason.contains("loaded already"))
    );
}

#[test]
fn nothing_of_a_set_is_loaded_where_one_row_of_it_is_refused() {
    let files = [
        ("budapest_parties.csv".to_owned(), format!("{PARTIES}ZW,party,2026-12-01,,s,2026-12-01,high\n")),
        ("hague_1980_parties.csv".to_owned(), format!("{PARTIES}FR,not party,,,s,2026-12-01,high\n")),
    ];
    let newer = Bundle::new("newer", date(2026, 12, 1), "", files).unwrap();
    let law = Law::shipped();
    assert!(law.with(&DataSet::read(&newer).unwrap()).is_err());
    assert_eq!(law.tables().parties[&Instrument::Budapest].len(), 42);
    let mut broken = newer.clone();
    broken.tables.insert("grounds".into(), "nothing".into());
    assert!(matches!(DataSet::read(&broken), Err(SetFault::Rows(_))));
}

#[test]
fn a_row_read_after_the_date_of_its_set_is_refused() {
    let text = format!("{PARTIES}ZW,party,2026-12-01,,s,2026-12-02,high\n");
    let newer = bundle("newer", date(2026, 12, 1), "budapest_parties", &text);
    let Err(SetFault::Rows(faults)) = DataSet::read(&newer) else { panic!() };
    assert_eq!(
        faults[0].to_string(),
        "budapest_parties.csv line 2: `as_of` is after 2026-12-01, the date of the set"
    );
}
