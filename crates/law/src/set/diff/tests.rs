use super::*;
use crate::set::{Bundle, DataSet, shipped::shipped};
use jiff::civil::date;
use proptest::prelude::*;
use std::sync::LazyLock;

const PARTIES: &str = "iso2,status,entry_into_force,no_longer_bound_from,source,as_of,confidence\n";

static BASE: LazyLock<DataSet> = LazyLock::new(|| DataSet::read(&shipped()).unwrap());

fn laid(files: Vec<(String, String)>) -> Law {
    let bundle = Bundle::new("newer", date(2026, 12, 1), "", files).unwrap();
    Law::from_sets(&[BASE.clone(), DataSet::read(&bundle).unwrap()])
}

fn one(table: &str, text: String) -> Law {
    laid(vec![(table.to_owned(), text)])
}

/// Every pair under every instrument, asked one by one.
fn scan(places: &BTreeSet<Place>, before: &Law, after: &Law, on: Date) -> Vec<Change> {
    let mut found = Vec::new();
    for instrument in Instrument::ALL {
        for one in places.iter().filter(|one| is_asked(*instrument, one)) {
            let others = places.iter().filter(|other| one < *other && is_asked(*instrument, other));
            found.extend(others.filter_map(|other| change(before, after, *instrument, one, other, on)));
        }
    }
    found.sort_by_key(|change| (change.instrument, change.one.clone(), change.other.clone()));
    found
}

fn sample() -> BTreeSet<Place> {
    let codes = "AD CA CA-AB CA-YT CH CN CR DE DK EU FR GB HK IE IS MA MO RS SV US XK ZW";
    codes.split(' ').map(|code| code.parse().unwrap()).collect()
}

#[test]
fn a_new_party_changes_its_relations_with_the_other_parties_and_nothing_else() {
    let after = one("budapest_parties", format!("{PARTIES}ZW,party,2026-12-01,,register,2026-12-01,high\n"));
    let changes = diff(Law::shipped(), &after, date(2026, 12, 1));
    let zimbabwe: Place = "ZW".parse().unwrap();
    assert!(changes.relations.len() >= 42, "{}", changes.relations.len());
    assert!(changes.relations.iter().all(|change| change.instrument == Instrument::Budapest));
    assert!(changes.relations.iter().all(|change| change.one == zimbabwe || change.other == zimbabwe));
    let bound = changes.relations.iter().filter(|change| change.after.state == LawAnswer::InForce);
    assert_eq!(bound.count(), 42);
    let row = TableChange { table: Table::BudapestParties, added: 1, replaced: 0, removed: 0 };
    assert_eq!(changes.rows, [row]);
}

#[test]
fn a_denunciation_shows_before_and_after() {
    let row = "FR,ratification,1983-12-01,2026-12-01,register,2026-12-01,high";
    let after = one("hague_1980_parties", format!("{PARTIES}{row}\n"));
    let changes = diff(Law::shipped(), &after, date(2026, 12, 1));
    let with_germany = |change: &&Change| {
        (change.one.to_string(), change.other.to_string()) == ("DE".to_owned(), "FR".to_owned())
    };
    let change = changes.relations.iter().find(with_germany).unwrap();
    assert_eq!((change.before.state, change.after.state), (LawAnswer::InForce, LawAnswer::NotInForce));
    assert_eq!(changes.rows[0].replaced, 1);
}

#[test]
fn rows_said_again_change_nothing() {
    let again = ["hague_1980_parties", "grounds", "eu_instruments_by_state"];
    let files = again.map(|name| (name.to_owned(), shipped().tables[name].clone()));
    let after = laid(files.to_vec());
    assert_eq!(after.tables().grounds[0].cite.set, "newer");
    assert_eq!(diff(Law::shipped(), &after, date(2026, 12, 1)), Changes::default());
}

#[test]
fn what_is_not_about_relations_is_counted_by_table() {
    let text = "instrument,article,ground,kind,burden_or_decider,source,as_of,confidence\n\
                HAGUE_1980,20,new words,optional,,s,2026-12-01,high\n";
    let after = one("grounds", text.to_owned());
    let changes = diff(Law::shipped(), &after, date(2026, 12, 1));
    assert!(changes.relations.is_empty());
    assert_eq!(changes.rows, [TableChange { table: Table::Grounds, added: 1, replaced: 0, removed: 0 }]);
    let back = diff(&after, Law::shipped(), date(2026, 12, 1));
    assert_eq!(back.rows, [TableChange { table: Table::Grounds, added: 0, replaced: 0, removed: 1 }]);
}

#[test]
fn a_row_of_a_state_moves_the_territories_to_which_it_extended() {
    let after = one("hague_1980_parties", format!("{PARTIES}CN,accession,1997-07-01,,s,2026-12-01,medium\n"));
    let found = diff_among(&sample(), Law::shipped(), &after, date(2026, 12, 1));
    assert!(found.relations.iter().any(|change| change.other.to_string() == "HK"));
    assert_eq!(found.relations, scan(&sample(), Law::shipped(), &after, date(2026, 12, 1)));
}

#[test]
fn the_union_as_a_side_of_its_agreements_moves_every_pair() {
    let head = "instrument,iso2,participates,applies_from,source,as_of,confidence\n";
    let row = "EU_UK_TCA_PART3,EU,yes,2021-01-01,s,2026-11-30,high\n";
    let after = one("eu_instruments_by_state", format!("{head}{row}"));
    let found = diff_among(&sample(), Law::shipped(), &after, date(2026, 12, 1));
    assert_eq!(found.relations, scan(&sample(), Law::shipped(), &after, date(2026, 12, 1)));
}

fn state() -> impl Strategy<Value = String> {
    let codes: Vec<String> = sample().iter().map(|place| place.jurisdiction().code().to_owned()).collect();
    proptest::sample::select(codes)
}

fn day() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["", "1985-01-01", "2003-06-01", "2026-11-30"]).prop_map(str::to_owned)
}

fn confidence() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["low", "medium", "high"])
}

fn party() -> impl Strategy<Value = (String, String)> {
    let tables: Vec<_> = Table::ALL.iter().filter(|table| table.parties_of().is_some()).copied().collect();
    let status = proptest::sample::select(vec!["ratification", "accession", "party", "not party"]);
    (proptest::sample::select(tables), state(), status, day(), confidence()).prop_map(
        |(table, state, status, day, confidence)| {
            let day = if status == "not party" { String::new() } else { day };
            (table.name().to_owned(), format!("{PARTIES}{state},{status},{day},,s,2026-11-30,{confidence}\n"))
        },
    )
}

fn pair() -> impl Strategy<Value = (String, String)> {
    let head = "acceding_iso2,accepting_iso2,status,date_in_force,source,as_of,confidence\n";
    (state(), state(), day(), any::<bool>(), confidence()).prop_filter_map(
        "two states",
        move |(one, other, day, accepted, confidence)| {
            let (status, day) = if accepted { ("in_force", day) } else { ("not_accepted", String::new()) };
            let text = format!("{head}{one},{other},{status},{day},s,2026-11-30,{confidence}\n");
            (one != other).then(|| ("hague_1980_acceptances".to_owned(), text))
        },
    )
}

fn territory() -> impl Strategy<Value = (String, String)> {
    let place = proptest::sample::select(vec!["CA-YT", "CA-AB", "HK", "MO", "RS-KM", "AU"]);
    (place, state(), day(), confidence()).prop_map(|(place, state, day, confidence)| {
        let head = "place,state,towards,status,from,until,source,as_of,confidence\n";
        let text = format!("{head}{place},{state},,applies,{day},,s,2026-11-30,{confidence}\n");
        ("hague_1980_territories".to_owned(), text)
    })
}

fn objection() -> impl Strategy<Value = (String, String)> {
    (state(), state(), confidence()).prop_filter_map("two states", |(one, other, confidence)| {
        let head = "acceding_iso2,objecting_iso2,notification_date,source,as_of,confidence\n";
        let text = format!("{head}{one},{other},,s,2026-11-30,{confidence}\n");
        (one != other).then(|| ("hague_1996_objections".to_owned(), text))
    })
}

fn participant() -> impl Strategy<Value = (String, String)> {
    let act = proptest::sample::select(vec!["BRUSSELS_IIB", "EAW", "EU_UK_TCA_PART3", "MLA_2000"]);
    let part = proptest::sample::select(vec!["yes", "no", "by_agreement_or_separate_decision"]);
    (act, state(), part, day(), confidence()).prop_map(|(act, state, part, day, confidence)| {
        let day = if part == "no" { String::new() } else { day };
        let head = "instrument,iso2,participates,applies_from,source,as_of,confidence\n";
        let text = format!("{head}{act},{state},{part},{day},s,2026-11-30,{confidence}\n");
        ("eu_instruments_by_state".to_owned(), text)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The shortcut finds what asking every pair finds, whichever kind of row changed.
    #[test]
    fn asking_the_touched_pairs_finds_what_asking_every_pair_finds(
        first in prop_oneof![party(), pair(), territory(), objection(), participant()],
        second in prop_oneof![party(), pair(), territory(), objection(), participant()],
    ) {
        let mut files = vec![first];
        files.extend(Some(second).filter(|(table, _)| *table != files[0].0));
        let (before, after, on) = (Law::shipped(), laid(files), date(2026, 11, 30));
        let found = diff_among(&sample(), before, &after, on);
        prop_assert_eq!(found.relations, scan(&sample(), before, &after, on));
        let back = diff_among(&sample(), &after, before, on);
        prop_assert_eq!(back.relations, scan(&sample(), &after, before, on));
    }
}
