use super::*;
use crate::set::{DataSet, shipped::shipped};
use jiff::civil::date;
use proptest::prelude::*;

fn refused(json: &str) -> String {
    match Bundle::from_json(json.as_bytes()) {
        Err(SetFault::Head(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_shipped_set_travels_as_json_and_back() {
    let json = serde_json::to_vec(&shipped()).unwrap();
    assert_eq!(Bundle::from_json(&json), Ok(shipped()));
}

#[test]
fn files_become_tables_by_their_names() {
    let files = [("grounds.csv".to_owned(), "a".to_owned()), ("deadlines".to_owned(), "b".to_owned())];
    let bundle = Bundle::new("desk-1", date(2026, 12, 1), "ours", files).unwrap();
    assert_eq!(bundle.tables.keys().collect::<Vec<_>>(), ["deadlines", "grounds"]);
}

#[test]
fn a_file_that_is_there_twice_is_refused() {
    let files = [("grounds.csv".to_owned(), String::new()), ("grounds".to_owned(), String::new())];
    assert!(Bundle::new("desk-1", date(2026, 12, 1), "", files).is_err());
}

#[test]
fn a_table_that_the_json_names_twice_is_refused() {
    let json = r#"{"id":"a","dated":"2026-12-01","tables":{"grounds":"x","grounds":"y"}}"#;
    assert!(refused(json).contains("`grounds` is there twice"));
}

#[test]
fn a_field_that_is_not_known_is_refused() {
    let json = r#"{"id":"a","dated":"2026-12-01","tables":{"grounds":"x"},"more":1}"#;
    assert!(refused(json).contains("`more`"));
}

#[test]
fn a_name_of_other_letters_or_none_is_refused() {
    for id in ["", "A", "a b", "../a", "a_b", "é", &"a".repeat(61)] {
        let json = serde_json::json!({"id": id, "dated": "2026-12-01", "tables": {"grounds": "x"}});
        assert!(refused(&json.to_string()).contains("no name"), "{id}");
    }
}

#[test]
fn an_impossible_or_incredible_date_is_refused() {
    for dated in ["2026-02-30", "0001-01-01", "9999-12-31", "tomorrow"] {
        let json = serde_json::json!({"id": "a", "dated": dated, "tables": {"grounds": "x"}});
        refused(&json.to_string());
    }
}

#[test]
fn a_title_that_is_long_or_has_lines_is_refused() {
    for title in ["a\nb".to_owned(), "a".repeat(201)] {
        let json =
            serde_json::json!({"id": "a", "dated": "2026-12-01", "title": title, "tables": {"grounds": "x"}});
        assert!(refused(&json.to_string()).contains("title"));
    }
}

#[test]
fn a_set_without_tables_is_refused() {
    assert!(refused(r#"{"id":"a","dated":"2026-12-01","tables":{}}"#).contains("no tables"));
}

#[test]
fn a_set_that_is_too_large_is_refused_before_it_is_read() {
    let bytes = vec![b' '; LARGEST_SET + 1];
    assert!(matches!(Bundle::from_json(&bytes), Err(SetFault::Head(reason)) if reason.contains("divide it")));
    let files = [("grounds".to_owned(), "x".repeat(LARGEST_SET))];
    assert!(Bundle::new("a", date(2026, 12, 1), "", files).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Bundle::from_json(&bytes);
    }

    #[test]
    fn no_tables_make_the_reader_panic(name in "[a-z0-9_]{0,12}|grounds|deadlines", text in ".{0,200}") {
        let json = serde_json::json!({"id": "a", "dated": "2026-12-01", "tables": {name: text}}).to_string();
        if let Ok(bundle) = Bundle::from_json(json.as_bytes()) {
            let _ = DataSet::read(&bundle);
        }
    }
}
