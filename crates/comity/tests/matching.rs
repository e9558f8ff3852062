//! `comity match` and `comity hashset import --check`, as an analyst and a script use them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

fn run(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(directory)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its words ends before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn told(input: &str, arguments: &[&str]) -> (String, String, i32) {
    let output = run(Path::new("."), arguments, input.as_bytes());
    (text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn with_files(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

const PAIRS: &str = "note,name1,name2\n\
    \"a, b\",Karim Bensaid,Karim Bensaid\n\
    ,Anna Example,Otto Muster\n";

#[test]
fn each_pair_of_names_is_written_with_its_score_and_decision_and_keeps_its_columns() {
    let (out, _, code) = told(PAIRS, &["match", "names", "--csv", "-"]);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!((code, rows.len()), (0, 3));
    assert_eq!(rows[0], "note,name1,name2,score,decision");
    assert!(
        rows[1].starts_with("\"a, b\",Karim Bensaid,Karim Bensaid,0.") && rows[1].ends_with(",match"),
        "{out}"
    );
    assert!(rows[2].starts_with(",Anna Example,Otto Muster,0.") && rows[2].ends_with(",no_match"), "{out}");
    let (out, _, _) = told(PAIRS, &["match", "names", "--csv", "-", "--json", "--explain"]);
    let rows = lines(&out);
    assert_eq!((&rows[0]["note"], &rows[0]["decision"]), (&json!("a, b"), &json!("match")));
    assert!(rows[0]["score"].as_f64().unwrap() > rows[1]["score"].as_f64().unwrap());
    assert!(rows[1]["reasons"].as_str().unwrap().contains("different"));
}

#[test]
fn columns_of_other_names_and_another_delimiter_are_taken() {
    let input = "\u{FEFF}ours;theirs\nKarim Bensaid;Karim Bensaid\n";
    let words = ["match", "names", "--csv", "-", "--one", "ours", "--other", "theirs", "--delimiter", ";"];
    let (out, error, code) = told(input, &words);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("ours,theirs,score,decision\nKarim Bensaid,Karim Bensaid,0."), "{out}");
}

#[test]
fn what_is_wrong_with_a_table_is_told_with_line_and_column() {
    let names = ["match", "names", "--csv", "-"];
    for (input, expected, expected_code) in [
        ("a,b\nx,y\n", "`-` has no column `name1`; it has `a`, `b`", 2),
        ("", "`-` is empty; its first line must name the columns", 1),
        ("name1,name2,score\n", "`-` has a column `score` already", 2),
        ("name1,name2\na,b\nc\n", "`-`, line 3, column `name2`: 1 fields where the first line has 2", 1),
        ("name1,name2\n\"a\nb\",c\nd,e,f\n", "`-`, line 4, column 3: 3 fields where the first line has 2", 1),
    ] {
        let (_, error, code) = told(input, &names);
        assert!(error.contains(expected) && code == expected_code, "{input:?}: {code} {error}");
    }
    let output = run(Path::new("."), &names, b"name1,name2\na,b\nc,d\xFF\n");
    let error = text(&output.stderr);
    assert!(error.contains("`-`, line 3, column `name2`: byte 2 is not UTF-8"), "{error}");
    let (_, error, code) = told("", &["match", "names", "--csv", "no-such-file.csv", "--json"]);
    let error: Value = serde_json::from_str(&error).unwrap();
    assert_eq!((code, &error["exit_code"]), (3, &json!(3)));
}

#[test]
fn rows_that_describe_one_person_are_found_by_their_ids() {
    let mut table = String::from("unique_id,first_name,surname,dob,city\n");
    for number in 0..40 {
        let (month, day) = (number % 12 + 1, number % 28 + 1);
        table += &format!(
            "p{number},Name{number},Family{number},19{}-{month:02}-{day:02},Town{number}\n",
            50 + number
        );
    }
    table += "again,Name7,Family7,1957-08-08,Town7\n";
    let (out, error, code) = told(&table, &["match", "persons", "--csv", "-"]);
    assert_eq!(code, 0, "{error}");
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows[0], "id_a,id_b,score");
    assert!(rows[1].starts_with("p7,again,"), "{out}");
    let (_, error, code) = told("id,first_name\n1,A\n1,B\n", &["match", "persons", "--csv", "-"]);
    assert!(error.contains("`-`, line 3, column `id`: `1` stands in line 2 already") && code == 1, "{error}");
}

#[test]
fn selectors_get_their_canonical_form_or_the_reason_why_they_have_none() {
    let input = "kind,value,region,note\n\
        phone,01 23 45 67 89,FR,a\n\
        email,Anna.E+x@googlemail.com,,b\n\
        iban,GB82 WEST 1234 5698 7654 33,,c\n";
    let (out, error, code) = told(input, &["match", "selectors", "--csv", "-"]);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows[0], "kind,value,region,note,canonical,checked,refused");
    assert_eq!(rows[1], "phone,01 23 45 67 89,FR,a,+33123456789,shape,");
    assert_eq!(rows[2], "email,Anna.E+x@googlemail.com,,b,annae@gmail.com,shape,");
    assert!(rows[3].starts_with("iban,GB82 WEST 1234 5698 7654 33,,c,,,\"its check digits"), "{out}");
    assert_eq!((error.trim(), code), ("comity: 1 of 3 values refused", 1));
}

#[test]
fn selectors_are_taken_from_the_command_line_and_from_a_list_too() {
    let words = [
        "match",
        "selectors",
        "--kind",
        "phone",
        "--region",
        "GB",
        "--json",
        "020 7031 3000",
        "+442070313000",
    ];
    let (out, _, code) = told("", &words);
    let rows = lines(&out);
    assert_eq!(code, 0);
    assert!(rows.iter().all(|row| row["canonical"] == "+442070313000"), "{out}");
    let words = ["match", "selectors", "--kind", "file_hash", "--scheme", "md5", "--list", "-"];
    let (out, _, code) = told("900150983CD24FB0D6963F7D28E17F72\n\n", &words);
    assert_eq!(code, 0);
    assert!(out.ends_with(",md5:900150983cd24fb0d6963f7d28e17f72,shape,\n"), "{out}");
    let (_, error, code) = told("kind,value\nshoe,42\n", &["match", "selectors", "--csv", "-"]);
    assert!(error.contains("`-`, line 2, column `kind`: `shoe`") && code == 1, "{error}");
}

#[test]
fn files_have_their_digests_and_one_that_is_missing_stops_no_other() {
    let folder = with_files(&[("abc", "abc"), ("other", "x")]);
    let output = run(folder.path(), &["match", "hashes", "abc", "missing", "other"], b"");
    let out = text(&output.stdout);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(rows[0], "file,size,md5,sha1,sha256,blake3");
    assert_eq!(
        rows[1],
        "abc,3,900150983cd24fb0d6963f7d28e17f72,a9993e364706816aba3e25717850c26c9cd0d89d,\
         ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,\
         6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    );
    assert!(rows[2].starts_with("other,1,"));
    assert!(text(&output.stderr).contains("`missing`"));
    assert_eq!(output.status.code(), Some(3));
}

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[test]
fn hashes_are_found_in_hash_sets_of_each_shape_and_pictures_within_a_distance() {
    let near = format!("{}7", &ZEROS[1..]);
    let folder = with_files(&[
        ("abc", "abc"),
        ("set.csv", &format!("MD5;PDQ;Category\n900150983cd24fb0d6963f7d28e17f72;;2\n;{near};1\nzz;;1\n")),
        ("plain.txt", "# list\na9993e364706816aba3e25717850c26c9cd0d89d  abc.bin\n"),
    ]);
    let pdq = format!("pdq:{ZEROS}");
    let words =
        ["match", "hashes", "abc", "--hash", &pdq, "--in", "set.csv", "--in", "plain.txt", "--distance", "3"];
    let output = run(folder.path(), &words, b"");
    assert_eq!(
        text(&output.stdout),
        format!(
            "asked,hash,distance,set,place,category,reference\n\
             abc,md5,,set.csv,2,2,\n\
             {pdq},pdq,3,set.csv,3,1,\n\
             abc,sha1,,plain.txt,2,,abc.bin\n"
        )
    );
    assert!(text(&output.stderr).contains("`set.csv`: 1 entries refused"), "{}", text(&output.stderr));
    let closer = [&words[..words.len() - 1], &["2"]].concat();
    assert!(!text(&run(folder.path(), &closer, b"").stdout).contains("pdq,"));
}

#[test]
fn a_hash_that_is_none_is_refused_with_what_to_write() {
    let folder = with_files(&[("set.txt", ""), ("no-set", "a picture, say")]);
    let output = run(folder.path(), &["match", "hashes", "--hash", "md5:12", "--in", "set.txt"], b"");
    assert!(text(&output.stderr).contains("`md5:12` is no hash; write `md5:`"));
    assert_eq!(output.status.code(), Some(2));
    let itself =
        run(folder.path(), &["match", "hashes", "--hash", &format!("pdq:{ZEROS}"), "--in", "no-set"], b"");
    assert!(text(&itself.stderr).contains("`no-set` has no entry that can be read"));
    assert_eq!(itself.status.code(), Some(1));
    let list = ["match", "hashes", "--list", "-", "--in", "set.txt"];
    let output = run(folder.path(), &list, b"md5:900150983cd24fb0d6963f7d28e17f72\nnone\n");
    assert!(text(&output.stderr).contains("`-`, line 2: `none` is no hash"));
    assert_eq!(output.status.code(), Some(1));
}

/// An uncompressed grey bitmap would be no JPEG or PNG: it is refused by name, and the others go on.
#[test]
fn what_is_no_picture_is_refused_by_name() {
    let folder = with_files(&[("text.jpg", "no picture")]);
    let output = run(folder.path(), &["match", "pdq", "text.jpg"], b"");
    assert_eq!(text(&output.stdout), "file,hash,quality\n");
    assert!(text(&output.stderr).contains("`text.jpg`: the picture cannot be read"));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_hash_set_is_checked_without_any_node() {
    let folder = with_files(&[
        (
            "good.csv",
            "md5,category\n900150983cd24fb0d6963f7d28e17f72,2\nd41d8cd98f00b204e9800998ecf8427e,2\n",
        ),
        ("bad.txt", "900150983cd24fb0d6963f7d28e17f72\n\nnonsense\n"),
    ]);
    let good = run(folder.path(), &["hashset", "import", "good.csv", "--check"], b"");
    assert_eq!(text(&good.stdout), "`good.csv`: csv, 2 entries, 0 refused\nhashes: MD5 2\ncategories: 2 2\n");
    assert_eq!(good.status.code(), Some(0));
    let bad = run(folder.path(), &["hashset", "import", "bad.txt", "--check", "--json"], b"");
    let check: Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!(
        (&check["format"], &check["entries"], &check["refused"]),
        (&json!("plain"), &json!(1), &json!(1))
    );
    assert_eq!(check["faults"][0]["place"], 3);
    assert_eq!(bad.status.code(), Some(1));
    let unsaid = run(folder.path(), &["hashset", "import", "good.csv"], b"");
    assert_eq!(unsaid.status.code(), Some(2), "a set is imported into a case, with its name and marking");
}
