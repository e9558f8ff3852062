use proptest::prelude::*;

use super::*;

fn name(bytes: impl AsRef<[u8]>) -> ItemName {
    ItemName::new(bytes.as_ref()).unwrap()
}

#[test]
fn a_name_is_kept_as_it_was_found() {
    for given in
        ["IMG_0001.JPG", "صورة.jpg", "e\u{301}t\u{e9}", "../../etc/passwd", "a\u{202E}gpj.exe", " \n"]
    {
        let kept = name(given);
        assert_eq!(kept.as_bytes(), given.as_bytes());
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<ItemName>(&json).unwrap(), kept);
    }
}

#[test]
fn a_name_in_another_encoding_is_kept_as_bytes() {
    let latin1 = name(b"caf\xe9.txt");
    assert_eq!(serde_json::to_string(&latin1).unwrap(), r#"{"bytes":"636166e92e747874"}"#);
    assert_eq!(serde_json::from_str::<ItemName>(r#"{"bytes":"636166e92e747874"}"#).unwrap(), latin1);
    assert_eq!(latin1.display(), "caf⟨0xE9⟩.txt");
    assert_eq!(latin1.file_name(), "caf_.txt");
}

#[test]
fn text_written_as_bytes_is_refused_so_that_a_name_has_one_way_of_being_written() {
    for written in
        [r#"{"bytes":"61"}"#, r#"{"bytes":"6"}"#, r#"{"bytes":""}"#, r#"{"text":""}"#, r#"{"tekst":"a"}"#]
    {
        assert!(serde_json::from_str::<ItemName>(written).is_err(), "{written}");
    }
}

#[test]
fn an_empty_or_endless_name_is_refused() {
    assert_eq!(ItemName::new(b""), Err(NameFault::Empty));
    assert!(ItemName::new(&[b'a'; MAX_NAME_LEN]).is_ok());
    assert_eq!(ItemName::new(&[b'a'; MAX_NAME_LEN + 1]), Err(NameFault::TooLong { len: MAX_NAME_LEN + 1 }));
}

#[test]
fn a_name_for_people_shows_what_hides() {
    let cases = [
        ("holiday\u{202E}gpj.exe", "holiday⟨U+202E⟩gpj.exe"),
        ("a\u{200B}b", "a⟨U+200B⟩b"),
        ("a\r\nb\tc\0", "a⟨U+000D⟩⟨U+000A⟩b⟨U+0009⟩c⟨U+0000⟩"),
        ("\u{2066}x\u{2069}\u{FEFF}", "⟨U+2066⟩x⟨U+2069⟩⟨U+FEFF⟩"),
        ("pay\u{200D}load", "pay⟨U+200D⟩load"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("photo \u{E0041}", "photo ⟨U+E0041⟩"),
        ("صورة.jpg", "صورة.jpg"),
        ("写真 1.png", "写真 1.png"),
        ("a\u{A0}b", "a⟨U+00A0⟩b"),
    ];
    for (given, shown) in cases {
        assert_eq!(name(given).display(), shown);
    }
}

#[test]
fn a_file_name_stays_in_its_folder() {
    let cases = [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "_"),
        (".", "_"),
        (".bashrc", "bashrc"),
        ("C:\\Windows\\x.dll", "C__Windows_x.dll"),
        ("a\u{2215}b\u{FF0F}c", "a_b_c"),
        ("nul.txt", "_nul.txt"),
        ("COM7", "_COM7"),
        ("COMPANY", "COMPANY"),
        ("-rf", "rf"),
        ("-.x", "x"),
        (". - .x", "x"),
        ("- . -", "_"),
        ("report. ", "report"),
        ("x\u{202E}y", "x_y"),
        ("what?*.doc", "what__.doc"),
        ("صورة.jpg", "صورة.jpg"),
    ];
    for (given, made) in cases {
        assert_eq!(name(given).file_name(), made, "{given:?}");
    }
}

#[test]
fn a_long_file_name_keeps_its_extension() {
    let made = name(format!("{}.jpeg", "é".repeat(400))).file_name();
    assert!(made.len() <= 200 && made.ends_with("é.jpeg"), "{made}");
}

proptest! {
    #[test]
    fn no_name_escapes_or_hides(bytes in prop::collection::vec(any::<u8>(), 1..300), text in "\\PC{0,40}[./\\\\\u{202E}]{1,3}\\PC{0,40}") {
        for given in [name(&bytes), name(&text)] {
            let made = given.file_name();
            prop_assert!(!made.is_empty() && made.len() <= 201 && made != "." && made != "..");
            prop_assert!(!made.contains(['/', '\\', '\0', '\n']));
            prop_assert!(!made.starts_with(['.', '-']) && !made.ends_with(['.', ' ']), "{}", made);
            let hidden = ['\u{202A}', '\u{202E}', '\u{2066}', '\u{200B}', '\n', '\u{1B}', '\u{7F}', '\u{9B}'];
            prop_assert!(!given.display().contains(hidden) && !made.contains(hidden));
            let json = serde_json::to_string(&given).unwrap();
            prop_assert_eq!(serde_json::from_str::<ItemName>(&json).unwrap(), given);
        }
    }
}
