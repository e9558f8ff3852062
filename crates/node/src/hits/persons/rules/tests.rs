use super::*;
use comity_model::{
    id::SubjectId,
    selector::{Selector, SelectorKind},
    subject::{PersonName, Sex, SubjectRole},
};

fn person(family: &str, forename: &str, born: &str) -> Subject {
    Subject {
        name: Some(PersonName::new(family, forename).unwrap()),
        born: Some(born.parse().unwrap()),
        ..Subject::new(SubjectId::new(1, [1; 10]), SubjectRole::Suspect)
    }
}

fn field<'a>(views: &'a [FieldView], name: &str) -> &'a FieldView {
    views.iter().find(|view| view.field == name).unwrap()
}

#[test]
fn the_same_person_ranks_above_a_namesake_of_another_year() {
    let sought = person("Bensaïd", "Karim", "1984-06-02");
    let same = ranked(&sought, &person("BENSAID", "Karim", "1984-06-02"), Use::Search);
    let namesake = ranked(&sought, &person("Bensaïd", "Karim", "1951-01-30"), Use::Search);
    let stranger = ranked(&sought, &person("Novák", "Petr", "1990-01-30"), Use::Search);
    assert!(same.likely && same.score > namesake.score && namesake.score > stranger.score);
    assert!(worth_showing(&same) && !worth_showing(&stranger));
}

#[test]
fn sources_that_contradict_each_other_disagree_and_those_that_say_less_do_not() {
    let mut one = person("Bensaïd", "Karim", "1984-06-02");
    let mut two = person("Bensaïd", "Karim", "1984");
    (one.sex, two.sex) = (Some(Sex::M), Some(Sex::F));
    let views = side_by_side(&[&one, &two]);
    assert!(field(&views, "sex").disagrees);
    let born = field(&views, "born");
    assert!(!born.disagrees, "the year is that of the date");
    assert_eq!(
        (born.values.len(), &born.values[0].sources, &born.values[1].sources),
        (2, &vec![0], &vec![1])
    );
    let name = field(&views, "name");
    assert_eq!((name.values.len(), &name.values[0].sources), (1, &vec![0, 1]));
    assert!(views.iter().all(|view| view.field != "birthplace"), "none says anything of it");
}

#[test]
fn a_person_can_have_two_telephones_and_not_two_birthdays() {
    let mut one = person("Bensaïd", "Karim", "1984-06-02");
    let mut two = person("Bensaïd", "Karim", "1985-07-03");
    one.selectors = vec![Selector::new(SelectorKind::Phone, "+34900000001").unwrap()];
    two.selectors = vec![Selector::new(SelectorKind::Phone, "+34900000002").unwrap()];
    let views = side_by_side(&[&one, &two]);
    assert!(!field(&views, "selectors").disagrees && field(&views, "selectors").values.len() == 2);
    assert!(field(&views, "born").disagrees);
}

#[test]
fn a_reason_is_said_in_bounds_and_without_nul() {
    assert_eq!(reason(" same\0 scar ").unwrap(), "same scar");
    for bad in ["", "  ", "\0", &"x".repeat(2_001)] {
        assert!(matches!(reason(bad), Err(PersonError::Unfit { field: "reason", .. })), "{bad:?}");
    }
}
