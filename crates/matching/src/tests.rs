use super::*;
use comity_model::{
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{PersonName, Sex, Subject, SubjectRole},
};
use proptest::prelude::*;

fn person(family: &str, forename: &str, born: &str) -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::AllegedTaker);
    person.name = PersonName::new(family, forename).ok();
    person.born = born.parse().ok();
    person
}

fn with(mut person: Subject, kind: SelectorKind, value: &str) -> Subject {
    person.selectors.push(Selector::new(kind, value).unwrap());
    person
}

fn verdict_of(found: &Comparison, field: &str) -> Verdict {
    found.reasons.iter().find(|reason| reason.field == field).unwrap().verdict
}

fn share_a_key(one: &Subject, two: &Subject) -> bool {
    !blocking_keys(one).is_disjoint(&blocking_keys(two))
}

#[test]
fn the_same_passport_is_a_hit_whatever_the_rest_says() {
    let ours = with(person("Alaoui", "Said", "1970"), SelectorKind::Document, "MA:passport:XA 000001");
    let theirs = with(person("Bensaïd", "Karim", "1984"), SelectorKind::Document, "MA:passport:xa000001");
    let found = compare(&ours, &theirs);
    assert!(found.is_hit);
    assert_eq!(verdict_of(&found, "document"), Verdict::Agrees);
    assert_eq!(verdict_of(&found, "name"), Verdict::Differs);
    assert_eq!(verdict_of(&found, "born"), Verdict::Differs);
    assert!(share_a_key(&ours, &theirs));
}

#[test]
fn selectors_written_in_two_ways_are_a_hit_by_their_canonical_form() {
    for (kind, ours, theirs) in [
        (SelectorKind::Email, "said.alaoui+a@gmail.com", "saidalaoui@googlemail.com"),
        (SelectorKind::Account, "https://www.instagram.com/Said.A/", "ig:@said.a"),
        (SelectorKind::Plate, "RU:А123ВС77", "RU:A123BC77"),
        (
            SelectorKind::CryptoAddress,
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        ),
        (SelectorKind::Iban, "GB82 WEST 1234 5698 7654 32", "gb82west12345698765432"),
        (SelectorKind::FileHash, "no-algorithm-that-is-known:00", "no-algorithm-that-is-known:00"),
    ] {
        let ours = with(person("Alaoui", "Said", "1970"), kind, ours);
        let theirs = with(person("Bensaïd", "Karim", "1984"), kind, theirs);
        assert!(compare(&ours, &theirs).is_hit, "{kind}");
        assert!(share_a_key(&ours, &theirs), "{kind}");
    }
}

#[test]
fn a_passport_one_character_apart_is_near_and_no_hit() {
    let ours = with(person("Alaoui", "Said", "1970"), SelectorKind::Document, "MA:passport:XA000001");
    let theirs = with(person("Bensaïd", "Karim", "1984"), SelectorKind::Document, "MA:passport:XA000007");
    let found = compare(&ours, &theirs);
    assert_eq!(verdict_of(&found, "document"), Verdict::Near);
    assert!(!found.is_hit);
}

#[test]
fn spellings_of_one_name_with_the_same_birth_are_hits_and_share_a_key() {
    let ours = person("Bensaïd", "Karim", "1984-06-02");
    for (family, forename, born) in [
        ("BENSAID", "Karim", "1984-06-02"),
        ("BEN SAID", "KARIM", "1984-06-02"),
        ("Bensaid", "Kareem", "1984"),
        ("Ben-Saïd", "Karim Mohamed", "1984-06"),
        ("Karim", "Bensaid", "1984-06-02"),
        ("", "Karim Bensaid", "1984-06-02"),
        ("Bensaid", "K.", "1984-06-02"),
        ("Bensayd", "Karrim", "1984-06-02"),
        ("BensaidKarim", "", "1984-06-02"),
        ("Bensaid", "", "1984-06-02"),
    ] {
        let theirs = person(family, forename, born);
        assert!(compare(&ours, &theirs).is_hit, "{family}, {forename}");
        assert!(compare(&theirs, &ours).is_hit, "{family}, {forename}");
        assert!(share_a_key(&ours, &theirs), "{family}, {forename}");
    }
}

#[test]
fn another_person_is_no_hit() {
    let ours = person("Bensaïd", "Karim", "1984-06-02");
    for (family, forename, born) in [
        ("Bensaid", "Youssef", "1984-06-02"),
        ("Alaoui", "Karim", "1984-06-02"),
        ("Bensaid", "Karim", "1991-11-23"),
        ("Bensaid", "", "1984"),
        ("B", "K", "1984-06-02"),
    ] {
        assert!(!compare(&ours, &person(family, forename, born)).is_hit, "{family}, {forename}, {born}");
    }
}

#[test]
fn a_contradicting_sex_prevents_a_hit_by_name_and_an_unspecified_one_does_not() {
    let (mut ours, mut theirs) = (person("Bensaïd", "Karim", "1984"), person("Bensaïd", "Karim", "1984"));
    ours.sex = Some(Sex::M);
    theirs.sex = Some(Sex::F);
    assert!(!compare(&ours, &theirs).is_hit);
    theirs.sex = Some(Sex::X);
    assert!(compare(&ours, &theirs).is_hit);
}

#[test]
fn without_a_birth_on_both_sides_a_name_makes_no_hit() {
    let (ours, theirs) = (person("Bensaïd", "Karim", "1984"), person("Bensaïd", "Karim", ""));
    let found = compare(&ours, &theirs);
    assert!(!found.is_hit);
    assert_eq!(verdict_of(&found, "name"), Verdict::Agrees);
    assert_eq!(verdict_of(&found, "born"), Verdict::Silent);
}

#[test]
fn an_alias_can_make_the_hit() {
    let mut ours = person("Alaoui", "Said", "1984-06-02");
    ours.aliases.push(PersonName::new("Bensaid", "Karim").unwrap());
    let theirs = person("Bensaïd", "Karim", "1984-06-02");
    let found = compare(&ours, &theirs);
    assert!(found.is_hit && share_a_key(&ours, &theirs));
    assert_eq!(verdict_of(&found, "name"), Verdict::Differs);
    assert_eq!(verdict_of(&found, "aliases"), Verdict::Agrees);
}

#[test]
fn appearance_changes_nothing() {
    let (ours, mut theirs) = (person("Bensaïd", "Karim", "1984"), person("Bensaïd", "Karim", "1984"));
    let before = compare(&ours, &theirs);
    theirs.description.height_cm = Some(150);
    theirs.description.marks = Some("a scar".into());
    assert_eq!(compare(&ours, &theirs), before);
}

#[test]
fn a_slip_in_the_birth_date_is_named_and_weighs_less_than_the_same_date() {
    let ours = person("Bensaïd", "Karim", "1984-06-02");
    for slip in ["1984-02-06", "1984-06-03", "1985-06-02"] {
        let found = compare(&ours, &person("Bensaïd", "Karim", slip));
        assert_eq!(verdict_of(&found, "born"), Verdict::Near, "{slip}");
        assert!(found.is_hit && share_a_key(&ours, &person("Bensaïd", "Karim", slip)), "{slip}");
        assert!(found.total < compare(&ours, &ours).total - 5.0, "{slip}");
    }
}

#[test]
fn another_script_is_no_obstacle() {
    for (one, two) in [
        (("Bensaïd", "Karim"), ("بن سعيد", "كريم")),
        (("Sokolov", "Sergei"), ("Соколов", "Сергей")),
        (("Kaplan", "Miriam"), ("קפלן", "מרים")),
        (("Papadopoulos", "Eleni"), ("Παπαδόπουλος", "Ελένη")),
        (("Tanaka", "Haruto"), ("タナカ", "ハルト")),
        (("Kim", "Minjun"), ("김", "민준")),
        (("Wang", "Xiaoming"), ("王", "小明")),
        (("Sharma", "Rahul"), ("शर्मा", "राहुल")),
    ] {
        let (ours, theirs) = (person(one.0, one.1, "1984-06-02"), person(two.0, two.1, "1984-06-02"));
        let found = compare(&ours, &theirs);
        assert!(found.is_hit, "{one:?} {two:?} {:?}", found.reasons);
        let sibling = person(two.0, "", "1986-01-20");
        assert!(!compare(&ours, &sibling).is_hit);
    }
}

#[test]
fn a_rare_family_name_in_common_weighs_more_than_a_frequent_one() {
    let of = |family: &str| compare(&person(family, "Anna", "1984"), &person(family, "Anna", "1984")).total;
    assert!(of("Quatremère") > of("Martin") + 3.0, "{} {}", of("Quatremère"), of("Martin"));
}

#[test]
fn reasons_give_no_values() {
    let mut ours = with(person("Bensaïd", "Karim", "1984-06-02"), SelectorKind::Phone, "+212600000001");
    let mut theirs = with(person("Bensaid", "Kareem", "1984-06-02"), SelectorKind::Phone, "+212600000001");
    ours.birthplace = Some("Rabat".into());
    theirs.birthplace = Some("Salé".into());
    for reason in compare(&ours, &theirs).reasons {
        let why = reason.why.to_lowercase();
        for value in ["bensa", "kar", "1984", "212", "rabat", "sal"] {
            assert!(!why.contains(value), "{why}");
        }
    }
}

fn any_name() -> impl Strategy<Value = (String, String)> {
    let syllable = prop::sample::select(vec![
        "ka", "rim", "ben", "sa", "id", "mo", "ham", "ed", "al", "ou", "i", "you", "ssef", "le", "mai", "re",
        "gar", "cia", "lo", "pez", "har", "h", "dji", "na",
    ]);
    let word = prop::collection::vec(syllable, 1..4).prop_map(|parts| parts.concat());
    let words = prop::collection::vec(word, 0..3).prop_map(|parts| parts.join(" "));
    (words.clone(), words)
}

/// One slip: a letter dropped, doubled, exchanged with its neighbour or replaced.
fn slip(text: &str, at: usize, how: u8) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = at % letters.len().max(1);
    match how {
        0 if letters.len() > 3 => drop(letters.remove(at)),
        1 if !letters.is_empty() => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        3 if !letters.is_empty() => letters[at] = 'e',
        _ => {}
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whoever_is_a_hit_shares_a_key_and_the_order_does_not_matter(
        (family, forename) in any_name(), at in 0usize..20, how in 0u8..5, swap in any::<bool>(), drop_forename in any::<bool>()
    ) {
        let ours = person(&family, &forename, "1984-06-02");
        let mut parts = (slip(&family, at, how), if drop_forename { String::new() } else { forename });
        if swap {
            parts = (parts.1, parts.0);
        }
        let theirs = person(&parts.0, &parts.1, "1984-06-02");
        let (there, back) = (compare(&ours, &theirs), compare(&theirs, &ours));
        prop_assert_eq!(there.is_hit, back.is_hit);
        prop_assert!(!there.is_hit || share_a_key(&ours, &theirs), "{:?} {:?}", ours.name, theirs.name);
    }

    #[test]
    fn any_text_compares_without_panic_and_hits_share_a_key(
        one in "\\PC{0,24}", two in "\\PC{0,24}", three in "[a-cA-C' .-]{0,12}", four in "[a-cA-C' .-]{0,12}"
    ) {
        for (left, right) in [((&one, &two), (&two, &one)), ((&three, &four), (&four, &three)), ((&three, &one), (&four, &one))] {
            let ours = person(left.0, left.1, "1984-06-02");
            let theirs = person(right.0, right.1, "1984-06-02");
            let found = compare(&ours, &theirs);
            prop_assert_eq!(found.is_hit, compare(&theirs, &ours).is_hit);
            prop_assert!(!found.is_hit || share_a_key(&ours, &theirs), "{:?} {:?}", ours.name, theirs.name);
        }
    }

    #[test]
    fn a_person_with_two_parts_of_a_name_and_a_birth_is_a_hit_with_itself(
        family in "[a-z]{2,12}", forename in "[a-z]{2,12}"
    ) {
        let one = person(&family, &forename, "1984-06-02");
        prop_assert!(compare(&one, &one).is_hit);
    }
}
