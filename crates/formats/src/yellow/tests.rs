use super::*;

fn notice(members: &str) -> Result<CaseReport, FormatError> {
    read(&format!(r#"{{"entity_id":"2026/1",{members}}}"#), &mut || SubjectId::new(1, [0; 10]))
}

fn fault_at(members: &str) -> String {
    match notice(members) {
        Err(FormatError::Field { at, .. }) => at,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_year_alone_is_a_date_of_birth() {
    let report = notice(r#""name":"X","date_of_birth":"2017""#).unwrap();
    assert_eq!(report.subjects[0].born, "2017".parse().ok());
}

#[test]
fn heights_are_metres_and_zero_is_unknown() {
    assert_eq!(notice(r#""height":1.32"#).unwrap().subjects[0].description.height_cm, Some(132));
    assert_eq!(notice(r#""height":0,"weight":0"#).unwrap().subjects[0].description, Description::default());
    assert_eq!(fault_at(r#""height":132"#), "/height");
    assert_eq!(fault_at(r#""weight":-1"#), "/weight");
}

#[test]
fn an_undetermined_sex_is_unspecified() {
    assert_eq!(notice(r#""sex_id":"U""#).unwrap().subjects[0].sex, Some(Sex::X));
    assert_eq!(fault_at(r#""sex_id":"W""#), "/sex_id");
}

#[test]
fn unknown_members_and_nulls_are_passed_over() {
    let report = notice(r#""_links":{"self":[]},"surprise":[1],"weight":null,"name":"X""#).unwrap();
    assert_eq!(report.subjects.len(), 1);
}

#[test]
fn parents_and_unknown_countries_become_text_and_no_persons() {
    let report =
        notice(r#""father_name":"A","father_forename":"B","mother_name":"C","nationalities":["FR","914"]"#)
            .unwrap();
    assert_eq!(report.subjects.len(), 1);
    assert_eq!(
        report.circumstances,
        "Nationality as given: 914.\nFather as named in the notice: B A.\nMother as named in the notice: C."
    );
    assert_eq!(report.subjects[0].nationalities.len(), 1);
}

#[test]
fn a_name_at_birth_is_an_alias() {
    let report = notice(r#""name":"Lemaire","forename":"Rose","birth_name":"Duval""#).unwrap();
    assert_eq!(report.subjects[0].aliases, [PersonName::new("Duval", "Rose").unwrap()]);
    assert!(notice(r#""name":"Lemaire","forename":"Rose""#).unwrap().subjects[0].aliases.is_empty());
}

#[test]
fn the_title_names_nobody() {
    let report =
        notice(r#""name":"Lemaire","sex_id":"F","date_of_birth":"2017","place":"Lyon","country":"FR""#);
    assert_eq!(report.unwrap().title, "Missing girl, born 2017, missing from Lyon");
}

#[test]
fn a_fault_is_pointed_at() {
    assert_eq!(fault_at(r#""date_of_birth":"09.03.2017""#), "/date_of_birth");
    assert_eq!(fault_at(r#""date_of_birth":"2017-03-09""#), "/date_of_birth");
    assert_eq!(fault_at(r#""date_of_birth":"2017/02/30""#), "/date_of_birth");
    assert_eq!(fault_at(r#""nationalities":["FR",7]"#), "/nationalities/1");
    assert_eq!(fault_at(r#""name":"--""#), "/name");
    assert!(matches!(read("[]", &mut || SubjectId::new(1, [0; 10])), Err(FormatError::Field { .. })));
}
