use super::*;
use proptest::prelude::*;

const MD5: &str = "0123456789abcdef0123456789ABCDEF";
const SHA1: &str = "0123456789abcdef0123456789abcdef01234567";
const WIDE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn items(list: &str, format: Format) -> (Vec<Item>, Result<Summary, SetError>) {
    limited(list.as_bytes(), format, &Limits::default())
}

fn limited(list: &[u8], format: Format, limits: &Limits) -> (Vec<Item>, Result<Summary, SetError>) {
    let mut items = Vec::new();
    // A small buffer, so that items lie across its ends.
    let list = io::BufReader::with_capacity(7, list);
    let summary = read(list, format, limits, |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    (items, summary)
}

fn entries(items: &[Item]) -> Vec<&Entry> {
    items
        .iter()
        .filter_map(|item| if let Item::Entry(entry) = item { Some(&**entry) } else { None })
        .collect()
}

fn refused(items: &[Item]) -> Vec<(u64, &Reason)> {
    let told = |item| {
        if let &Item::Refused(Refused { place, ref reason }) = item { Some((place, reason)) } else { None }
    };
    items.iter().filter_map(told).collect()
}

#[test]
fn a_vics_list_gives_its_media_and_tells_of_each_bad_one() {
    let list = format!(
        r#"{{"@odata.context": "http://example.org/$metadata#Media", "value": [
            {{"MediaID": 1, "Category": 0, "MD5": "{MD5}", "SHA1": "{SHA1}", "MediaSize": 2835, "DateUpdated": "2026-01-02T00:00:00Z", "IsPrecategorized": "true"}},
            {{"MediaID": "two", "Category": "3", "MD5": "", "AlternativeHashes": [{{"HashName": "PDQ", "HashValue": "{WIDE}"}}, {{"HashName": "other", "HashValue": "x"}}]}},
            {{"MediaID": 3, "MD5": "xyz"}}, {{"MediaID": 4}}, 17, {{"MediaID": {{}}, "MD5": "{MD5}"}},
            {{"MediaID": 7, "Comments": "brackets ]}} and \"marks\\", "MD5": "{MD5}"}}
        ], "after": [1, {{"value": []}}]}}"#
    );
    let (items, summary) = items(&list, Format::Vics);
    assert_eq!(summary.unwrap(), Summary { entries: 3, refused: 4, skipped: 0, stopped: false });
    let entries = entries(&items);
    assert_eq!(
        (entries[0].md5, entries[0].size),
        (Some(*b"\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef"), Some(2835))
    );
    assert_eq!(
        (entries[0].place, entries[0].category.as_deref(), entries[0].reference.as_deref()),
        (1, Some("0"), Some("1"))
    );
    assert!(entries[1].md5.is_none() && entries[1].pdq.is_some());
    assert_eq!(entries[2].place, 7);
    let refused = refused(&items);
    assert_eq!(refused.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [3, 4, 5, 6]);
    assert!(matches!(refused[0].1, Reason::Field { field: "MD5", .. }));
    assert_eq!(refused[1].1, &Reason::NoHash);
}

#[test]
fn media_within_cases_are_found_too() {
    let list = format!(
        r#"{{"value":[{{"CaseID":"c","Media":[{{"MD5":"{MD5}"}},{{"SHA1":"{SHA1}"}}],"Count":2}},{{"CaseID":"d","Media":[]}}]}}"#
    );
    let (items, summary) = items(&list, Format::Vics);
    assert_eq!(summary.unwrap().entries, 2);
    assert_eq!(entries(&items)[1].place, 2);
}

#[test]
fn json_that_is_broken_between_items_ends_the_reading_with_its_place() {
    let whole = format!(r#"{{"value":[{{"MD5":"{MD5}"}}]}}"#);
    for length in 1..whole.len() {
        assert!(matches!(items(&whole[..length], Format::Vics).1, Err(SetError::Syntax { .. })), "{length}");
    }
    for bad in ["[]", "{\"value\":[1}", "{\"value\":[1,]}", "{\"value\" 1}", "{value:1}", "{} x"] {
        assert!(matches!(items(bad, Format::Vics).1, Err(SetError::Syntax { .. })), "{bad}");
    }
    let deep = format!("{{\"x\":{}", "[".repeat(100_000));
    assert!(matches!(items(&deep, Format::Vics).1, Err(SetError::Syntax { .. })));
    for none in ["{}", "{\"value\":7}", "{\"values\":[]}"] {
        assert!(matches!(items(none, Format::Vics).1, Err(SetError::NoMedia)), "{none}");
    }
}

#[test]
fn an_item_above_the_limit_is_refused_and_the_next_one_is_read() {
    let limits = Limits { item: 100, ..Limits::default() };
    let long = "x".repeat(5000);
    let json = format!(r#"{{"value":[{{"MD5":"{MD5}","Comments":"{long}"}},{{"MD5":"{MD5}"}}]}}"#);
    for (list, format) in [
        (json, Format::Vics),
        (format!("{MD5} {long}\n{MD5}"), Format::Plain(Wide::Sha256)),
        (format!("md5\n{long}\n{MD5}\n"), Format::Csv),
    ] {
        let (items, summary) = limited(list.as_bytes(), format, &limits);
        assert_eq!(
            (summary.unwrap().entries, refused(&items)[0].1),
            (1, &Reason::TooLong(100)),
            "{format:?}"
        );
    }
}

#[test]
fn a_table_is_read_by_its_headers_whatever_their_order_spelling_and_separator() {
    for separator in [",", ";", "\t"] {
        let line = |fields: [&str; 5]| fields.join(separator) + "\r\n";
        let list = format!(
            "\u{feff}{}{}\n{}",
            line(["File Name", "SHA-1", "Colour", "Category", "PDQ hash"]),
            line(["\"a \"\"b\"\"\"", SHA1, "red", "2", WIDE]),
            line(["c", "", "", "", ""])
        );
        let (items, summary) = items(&list, Format::Csv);
        assert_eq!(summary.unwrap(), Summary { entries: 1, refused: 1, skipped: 1, stopped: false });
        let entry = entries(&items)[0];
        assert_eq!(
            (entry.reference.as_deref(), entry.category.as_deref(), entry.place),
            (Some("a \"b\""), Some("2"), 2)
        );
        assert!(entry.sha1.is_some() && entry.pdq.is_some());
        assert_eq!(refused(&items), [(4, &Reason::NoHash)]);
    }
}

#[test]
fn each_bad_line_of_a_table_is_told_with_its_reason() {
    let list = format!(
        "md5,quality,size\n{MD5},1\n\"{MD5},1,1\n{MD5},101,1\n{MD5},1,-1\n{MD5}x,1,1\n\"{MD5}\"1,1,1\n"
    );
    let (items, summary) = limited(&[list.as_bytes(), b"\xff\n"].concat(), Format::Csv, &Limits::default());
    assert_eq!((summary.unwrap().refused, items.len()), (7, 7));
    let reasons: Vec<&Reason> = refused(&items).into_iter().map(|(_, reason)| reason).collect();
    assert_eq!(reasons[0], &Reason::Columns(2, 3));
    assert_eq!(reasons[1], &Reason::OpenQuote);
    assert_eq!(reasons[6], &Reason::NotUtf8);
}

#[test]
fn a_table_without_a_hash_is_refused() {
    for list in ["", "name,size\n", "\n"] {
        assert!(matches!(items(list, Format::Csv).1, Err(SetError::NoHashColumn(_))), "{list:?}");
    }
}

#[test]
fn plain_lists_are_read_as_the_usual_tools_write_them() {
    let list = format!(
        "# a list\n{MD5}\n{SHA1}  a name\n{WIDE} *b.bin\nMD5 (c (1).jpg) = {MD5}\n\n; end\nnonsense\n{MD5}0\n"
    );
    for wide in [Wide::Sha256, Wide::Blake3, Wide::Pdq] {
        let (items, summary) = items(&list, Format::Plain(wide));
        assert_eq!(summary.unwrap(), Summary { entries: 4, refused: 2, skipped: 3, stopped: false });
        let entries = entries(&items);
        assert_eq!(entries[1].reference.as_deref(), Some("a name"));
        assert_eq!(entries[2].reference.as_deref(), Some("b.bin"));
        assert_eq!(entries[3].reference.as_deref(), Some("c (1).jpg"));
        let of = [entries[2].sha256.is_some(), entries[2].blake3.is_some(), entries[2].pdq.is_some()];
        assert_eq!(of, [wide == Wide::Sha256, wide == Wide::Blake3, wide == Wide::Pdq]);
        assert_eq!(refused(&items).iter().map(|(place, _)| *place).collect::<Vec<_>>(), [8, 9]);
    }
}

#[test]
fn a_list_with_too_many_entries_is_refused_and_a_reader_may_stop() {
    let list = format!("{MD5}\n").repeat(5);
    let limits = Limits { entries: 3, ..Limits::default() };
    assert!(matches!(
        limited(list.as_bytes(), Format::Plain(Wide::Sha256), &limits).1,
        Err(SetError::TooMany(3))
    ));
    let summary =
        read(list.as_bytes(), Format::Plain(Wide::Sha256), &Limits::default(), |_| ControlFlow::Break(()));
    assert_eq!(summary.unwrap(), Summary { entries: 1, stopped: true, ..Summary::default() });
}

#[test]
fn the_same_hash_twice_and_differently_is_refused() {
    let list = format!("md5,MD5 hash\n{MD5},{MD5}\n{MD5},{}\n", MD5.replace('0', "1"));
    let (items, summary) = items(&list, Format::Csv);
    assert_eq!((summary.unwrap().entries, refused(&items)[0].1), (1, &Reason::Twice("MD5")));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic_and_every_item_is_counted(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in [Format::Vics, Format::Csv, Format::Plain(Wide::Pdq)] {
            let (items, summary) = limited(&bytes, format, &Limits { item: 64, entries: 100 });
            if let Ok(summary) = summary {
                prop_assert_eq!(summary.entries + summary.refused, items.len() as u64);
            }
        }
    }

    #[test]
    fn any_text_in_a_medium_is_read_as_json_reads_it(texts in proptest::collection::vec(".{0,40}", 1..5)) {
        let media: Vec<_> = texts.iter().map(|text| serde_json::json!({ "Comments": text, "MD5": MD5, "Tags": [text] })).collect();
        let list = serde_json::json!({ "before": texts, "value": media }).to_string();
        let (items, summary) = items(&list, Format::Vics);
        prop_assert_eq!(summary.unwrap().entries, texts.len() as u64);
        prop_assert_eq!(items.len(), texts.len());
    }
}
