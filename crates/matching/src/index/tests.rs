use super::*;
use comity_model::{
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{PersonName, SubjectRole},
};
use proptest::prelude::*;

fn person(family: &str, forename: &str, born: &str) -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [0; 10]), SubjectRole::AllegedTaker);
    person.name = PersonName::new(family, forename).ok();
    person.born = born.parse().ok();
    person
}

fn ids(index: &PersonIndex, who: &Subject) -> Vec<u64> {
    index.find(who, 10).into_iter().map(|found| found.id).collect()
}

#[test]
fn a_person_is_found_in_any_script_and_with_a_slip_in_the_date() {
    let mut index = PersonIndex::new();
    index.insert(1, &person("Sokolov", "Sergei", "1984-06-02"));
    index.insert(2, &person("Martin", "Anna", "1984-06-02"));
    index.settle();
    index.insert(3, &person("Bensaïd", "Karim", "1990-01-01"));
    assert_eq!(ids(&index, &person("Соколов", "Сергей", "1985-06-02")), [1]);
    assert_eq!(ids(&index, &person("Sergey", "Lavrow", "1984-02-06")), [1]);
    assert_eq!(ids(&index, &person("Ben Said", "Kareem", "1990")), [3]);
}

#[test]
fn whoever_was_taken_out_or_replaced_is_not_found() {
    let mut index = PersonIndex::new();
    let sokolov = person("Sokolov", "Sergei", "1984-06-02");
    index.insert(1, &sokolov);
    index.insert(2, &sokolov);
    assert!(index.remove(1) && !index.remove(1));
    index.insert(2, &person("Martin", "Anna", "1984-06-02"));
    index.settle();
    assert!(ids(&index, &sokolov).is_empty());
    assert_eq!(ids(&index, &person("Martin", "Anna", "1984-06-02")), [2]);
    assert_eq!(index.len(), 1);
}

#[test]
fn a_selector_in_common_finds_whoever_has_another_name() {
    let with_phone = |mut person: Subject| {
        person.selectors.push(Selector::new(SelectorKind::Phone, "+212600000001").unwrap());
        person
    };
    let mut index = PersonIndex::new();
    index.insert(1, &with_phone(person("Sokolov", "Sergei", "1984-06-02")));
    assert_eq!(ids(&index, &with_phone(person("Martin", "", ""))), [1]);
}

proptest! {
    #[test]
    fn what_compares_as_a_hit_is_found(family in "[a-z]{3,9}", forename in "[a-z]{3,9}", at in 0usize..9, year in 1950i16..2010) {
        let ours = person(&family, &forename, &format!("{year}-06-02"));
        let mut slipped: Vec<char> = family.chars().collect();
        let end = slipped.len();
        slipped.remove(at % end);
        let theirs = person(&slipped.iter().collect::<String>(), &forename, &format!("{year}"));
        let mut index = PersonIndex::new();
        index.insert(7, &theirs);
        if crate::compare(&ours, &theirs).is_hit {
            prop_assert_eq!(ids(&index, &ours), [7]);
        }
    }
}
