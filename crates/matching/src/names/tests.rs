use super::*;
use proptest::prelude::*;

fn score(one: &str, two: &str) -> f64 {
    compare_names(one, two, Bearer::Unknown).score
}

#[test]
fn spellings_of_one_name_are_one_and_others_are_not() {
    for (one, two) in [
        ("Olaf Schmitt", "Schmitt, Olaf"),
        ("Karim Bensaïd", "BEN SAID Kareem"),
        ("Bob Miller", "Robert Miller"),
        ("Sergei Sokolov", "Сергей Соколов"),
        ("Volodymyr Kovalenko", "Володимир Коваленко"),
        ("Xiaoming Wang", "王小明"),
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("A.B.C. Company", "ABC Co."),
        ("AlisherUmarov", "Alisher Umarov"),
    ] {
        assert!(
            compare_names(one, two, Bearer::Unknown).is_match(Use::Alert),
            "{one} {two} {}",
            score(one, two)
        );
    }
    for (one, two) in [
        ("Sergei Sokolov", "Сергей Иванов"),
        ("Sergei Sokolov", "Анна Соколов"),
        ("Anna Martin", "Olaf Martin"),
        ("Siemens AG", "Volkswagen AG"),
        ("du michalski", "آني ميشالسكي"),
        ("2000 georges", "レオーノフ エルネスト"),
        ("", ""),
        ("Anna", ""),
    ] {
        assert!(
            !compare_names(one, two, Bearer::Unknown).is_match(Use::Alert),
            "{one} {two} {}",
            score(one, two)
        );
    }
}

#[test]
fn a_stray_word_is_no_syllable_of_the_name_beside_it() {
    for (one, two) in [("guzzanti viljoen", "元 维尔容"), ("joanna dekker", "凱爾 德克")] {
        let found = compare_names(one, two, Bearer::Person);
        assert!(found.parts.iter().all(|part| !two[part.theirs.clone()].contains(' ')), "{found:?}");
        assert!(!found.is_match(Use::Alert), "{found:?}");
    }
    assert!(score("Ben Said Karim", "بنسعيد كريم") > 0.8);
}

#[test]
fn a_name_that_comes_twice_goes_with_both() {
    for (one, two) in [("Sergei Sergei", "Сергей Сергей"), ("Sergei Ivanov Sergei", "Иванов Сергей Сергей")]
    {
        let found = compare_names(one, two, Bearer::Person);
        assert_eq!(found.alone, 0, "{found:?}");
        assert!(found.is_match(Use::Merge), "{found:?}");
    }
}

#[test]
fn one_word_in_common_is_not_certain_where_another_has_nobody() {
    let (alone, beside) = (score("Silanus", "シラヌス"), score("Professor Silanus", "ブレス シラヌス"));
    assert!(alone > 0.99 && beside < 0.95, "{alone} {beside}");
}

#[test]
fn the_parts_are_where_they_stand_in_the_text() {
    let (one, two) = ("Sergei Lavrin", "Лаврин, Сергей");
    let found = compare_names(one, two, Bearer::Person);
    let part = found.parts.iter().find(|part| &one[part.ours.clone()] == "Lavrin").unwrap();
    assert_eq!(&two[part.theirs.clone()], "Лаврин");
    assert_eq!(part.how, How::Transliteration);
    assert!(found.reasons().iter().any(|reason| reason.ends_with("the same in another script")));
}

#[test]
fn of_a_hostile_text_no_more_is_looked_at_than_of_a_long_name() {
    let (long, other) = ("аб ".repeat(200_000), "ab ".repeat(200_000));
    assert!(PreparedName::new(&long).words.len() <= 10);
    assert_eq!(
        compare_names(&long, &other, Bearer::Unknown),
        compare_names(&long[..600], &other[..600], Bearer::Unknown)
    );
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[a-zé'. -]{0,24}",
        "[а-яё -]{0,20}",
        "[א-ת ]{0,16}",
        "[ء-ي ]{0,16}",
        "[一-龥·]{0,6}",
        "[가-힣 ]{0,6}",
        "[ァ-ヶー・]{0,10}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_text_compares_the_same_both_ways_and_prepared(one in any_name(), two in any_name()) {
        for bearer in [Bearer::Person, Bearer::Organisation, Bearer::Unknown] {
            let there = compare_names(&one, &two, bearer);
            let back = compare_names(&two, &one, bearer);
            prop_assert!((there.score - back.score).abs() < 1e-12, "{} {}", there.score, back.score);
            let (left, right) = (PreparedName::new(&one), PreparedName::new(&two));
            prop_assert_eq!(score_prepared(&left, &right, bearer), there.score);
            prop_assert!(there.score > 0.0 && there.score < 1.0);
        }
    }

    #[test]
    fn a_name_is_itself(name in "[a-z]{3,9} [a-z]{3,9}") {
        prop_assert!(score(&name, &name) > 0.8);
    }
}
