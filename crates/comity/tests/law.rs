//! `comity law`, as an officer, a script and a legal desk use it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

fn run(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_comity"))
        .current_dir(directory)
        .env("COMITY_PASSPHRASE", "for tests only")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn law(arguments: &str) -> Output {
    let words: Vec<&str> = std::iter::once("law").chain(arguments.split_whitespace()).collect();
    run(Path::new("."), &words, "")
}

fn answer(arguments: &str) -> Value {
    let output = law(&format!("{arguments} --json"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn one_relation_is_one_object_with_its_rule_and_sources() {
    let relation = answer("relation HAGUE_1980 ES MA --on 2024-05-01");
    assert_eq!((&relation["state"], &relation["since"]), (&json!("in_force"), &json!("2011-05-01")));
    assert!(relation["rule"].as_str().unwrap().contains("38(4)"));
    assert_eq!(
        (&relation["confidence"], &relation["data_set"]),
        (&json!("high"), &json!("comity-2026-11-21"))
    );
    let sources = relation["sources"].as_array().unwrap();
    assert!(sources.iter().any(|row| row["table"] == "hague_1980_acceptances" && row["line"].is_u64()));
    let open = answer("relation HAGUE_1980 FR MA --on 2024-05-01");
    assert_eq!((&open["state"], &open["since"]), (&json!("unknown"), &Value::Null));
}

#[test]
fn questions_as_json_lines_are_answered_line_by_line_and_a_wrong_one_stops_nothing() {
    let lines = r#"{"instrument":"BRUSSELS_IIB","from":"FR","to":"DK","on":"2024-05-01"}
{"instrument":"BRUSSELS_IIB","from":"ZZ","to":"DK"}
{"instrument":"BRUSSELS_IIB","from":"FR","to":"DE","on":"2024-05-01"}
"#;
    let output = run(Path::new("."), &["law", "relation", "--stdin"], lines);
    let told = text(&output.stdout);
    let answers: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers[0]["state"], "not_in_force");
    assert!(answers[1]["error"].as_str().unwrap().contains("ZZ") && answers[1]["line"] == 2);
    assert_eq!(answers[2]["state"], "in_force");
    assert_eq!(output.status.code(), Some(2), "a script learns that a line was wrong");
}

#[test]
fn pathways_are_told_for_people_and_whole_for_programs() {
    let question = "ES MA --need return --event 2024-05-01 --child-born 2012-03-09 --on 2024-06-01";
    let told = text(&law(question).stdout);
    assert!(told.contains("HAGUE_1980") && told.contains("2028-03-09"), "{told}");
    let whole = answer(question);
    assert_eq!(whole["pathways"][0]["instrument"], "HAGUE_1980");
    assert_eq!(whole["pathways"][0]["usable"], "in_force");
    assert!(whole["pathways"][0]["contents"].as_array().unwrap().len() > 5);
    let french = text(&law(&format!("{question} --language fr")).stdout);
    assert!(french.contains("autorité centrale") || french.contains("Autorité centrale"), "{french}");
}

#[test]
fn a_memo_is_set_as_pdf_in_each_language() {
    let place = tempfile::tempdir().unwrap();
    for language in ["en", "fr", "es", "ar"] {
        let file = format!("memo.{language}.pdf");
        let words = ["law", "ES", "MA", "--need", "return", "--language", language, "--pdf", &file];
        assert!(run(place.path(), &words, "").status.success());
        assert!(std::fs::read(place.path().join(&file)).unwrap().starts_with(b"%PDF-"));
    }
}

#[test]
fn the_relation_table_is_symmetric_and_can_be_had_for_one_state() {
    let csv = text(&law("matrix HAGUE_1980 --on 2024-05-01 --format csv").stdout);
    assert!(csv.starts_with("one,other,state,since\n"));
    assert!(csv.contains("ES,MA,in_force,2011-05-01\n") && csv.contains("MA,ES,in_force,2011-05-01\n"));
    let of_one = answer("matrix HAGUE_1980 --on 2024-05-01 --of MA --all");
    assert_eq!(of_one["relations"].as_array().unwrap().len(), 249);
}

#[test]
fn working_days_skip_easter_and_who_is_late_is_told() {
    let question = "deadlines ES FR --instrument BRUSSELS_IIB --at return_application_received=2024-03-27 \
                    --now 2024-04-08T10:00:00Z";
    let all = answer(question);
    let found = all.as_array().unwrap().iter().find(|one| one["id"] == "BRUSSELS_IIB/23(2)").unwrap();
    assert_eq!((&found["due"]["at"], &found["due"]["zone"]), (&json!("2024-04-04"), &json!("Europe/Paris")));
    let late = answer(&format!("{question} --late"));
    assert_eq!(late.as_array().unwrap().len(), 1);
    assert_eq!(late[0]["standing"]["by"], "4 days");
}

#[test]
fn a_basis_that_the_tables_contradict_ends_with_1() {
    let contradicted = law("check BRUSSELS_IIB 23 --from FR --to DK --purpose return_of_child");
    assert_eq!(contradicted.status.code(), Some(1));
    assert!(text(&contradicted.stdout).starts_with("CONTRADICTED"));
    let supported = law("check HAGUE_1980 8 --from ES --to MA --purpose return_of_child");
    assert!(supported.status.success() && text(&supported.stdout).starts_with("SUPPORTED"));
}

const HEADER: &str = "acceding_iso2,accepting_iso2,status,date_in_force,acceptance_deposit_date,date_basis,source,as_of,confidence,note\n";

fn desk(row: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join("tables")).unwrap();
    let table = format!("{HEADER}{row}\n");
    std::fs::write(place.path().join("tables/hague_1980_acceptances.csv"), table).unwrap();
    let words = ["init", "--dir", "fr", "--name", "fr.example/ledger", "--authority", "FR-NCB=ncb=Paris"];
    assert!(run(place.path(), &words, "").status.success());
    place
}

fn sign(place: &Path) -> Output {
    let words = "law sign tables --dir fr --id desk-1 --dated 2026-12-01 --authority FR-NCB --out set.json";
    run(place, &words.split(' ').collect::<Vec<_>>(), "")
}

#[test]
fn a_data_set_is_signed_previewed_and_used_and_the_old_answer_stays_to_be_had() {
    let place =
        desk("MA,FR,in_force,2013-02-01,,stated,the official table of the depositary,2026-12-01,high,");
    let signed = sign(place.path());
    assert!(signed.status.success(), "{}", text(&signed.stderr));
    let preview = run(place.path(), &["law", "preview", "set.json", "--on", "2026-12-01", "--json"], "");
    let changes: Value = serde_json::from_slice(&preview.stdout).unwrap();
    assert_eq!(changes["relations"].as_array().unwrap().len(), 1);
    assert_eq!(changes["relations"][0]["after"]["since"], "2013-02-01");
    let ask = |more: &[&str]| {
        let words = [
            "law",
            "relation",
            "HAGUE_1980",
            "FR",
            "MA",
            "--on",
            "2024-05-01",
            "--json",
            "--set",
            "set.json",
        ];
        let output = run(place.path(), &[&words, more].concat(), "");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let new = ask(&[]);
    assert_eq!((&new["state"], &new["data_set"]), (&json!("in_force"), &json!("comity-2026-11-21 + desk-1")));
    let old = ask(&["--as-known-on", "2026-11-30"]);
    assert_eq!((&old["state"], &old["data_set"]), (&json!("unknown"), &json!("comity-2026-11-21")));
}

#[test]
fn a_wrong_data_set_is_refused_with_file_line_and_reason_and_nothing_is_written() {
    for (row, reason) in [
        ("MA,XX,in_force,2013-02-01,,stated,s,2026-12-01,high,", "XX"),
        ("MA,FR,in_force,2013-02-30,,stated,s,2026-12-01,high,", "2013-02-30"),
        ("MA,ES,in_force,2014-05-01,,stated,s,2026-12-01,high,", "2011-05-01"),
    ] {
        let place = desk(row);
        let refused = sign(place.path());
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        assert!(told.contains("hague_1980_acceptances.csv line 2") && told.contains(reason), "{told}");
        assert!(!place.path().join("set.json").exists());
    }
}
