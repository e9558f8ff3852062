use super::*;
use comity_matching::compare;
use comity_model::{
    id::SubjectId,
    message::Verdict,
    selector::Selector,
    subject::{PersonName, Photograph, Sex, SubjectRole},
};
use proptest::prelude::*;

fn ours() -> Subject {
    let mut person = Subject::new(SubjectId::new(1, [1; 10]), SubjectRole::Suspect);
    person.name = Some(PersonName::new("BENSAID", "Karim").unwrap());
    person.aliases = vec![PersonName::new("Alaoui", "Karim").unwrap()];
    person.born = Some("1984-06-02".parse().unwrap());
    person.birthplace = Some("Tangier".into());
    person.sex = Some(Sex::M);
    person.nationalities = BTreeSet::from(["MA".parse().unwrap()]);
    person.languages = BTreeSet::from(["ara".to_owned()]);
    person.description.height_cm = Some(178);
    person.selectors = vec![Selector::new(SelectorKind::Phone, "+212600000841").unwrap()];
    person.photograph = Some(Photograph { media_type: "image/png".into(), base64: "AAAA".into() });
    person
}

fn theirs() -> Subject {
    Subject::new(SubjectId::new(2, [2; 10]), SubjectRole::AllegedTaker)
}

fn any_fields() -> impl Strategy<Value = BTreeSet<ShownField>> {
    use ShownField::*;
    let all = [
        Role,
        Name,
        Aliases,
        Sex,
        Born,
        Birthplace,
        Nationalities,
        Languages,
        Description,
        Photograph,
        Selectors,
    ];
    proptest::collection::btree_set(proptest::sample::select(all.to_vec()), 0..8)
}

#[test]
fn nothing_chosen_shows_nothing_of_ours() {
    assert_eq!(shown(&ours(), &theirs(), &BTreeSet::new()), theirs());
}

#[test]
fn the_name_is_shown_only_if_it_was_chosen() {
    let fields = BTreeSet::from([ShownField::Born, ShownField::Selectors]);
    let text = serde_json::to_string(&shown(&ours(), &theirs(), &fields)).unwrap();
    assert!(text.contains("1984-06-02") && text.contains("+212600000841"));
    for hidden in ["BENSAID", "Alaoui", "Tangier", "suspect", "178", "AAAA", "ara"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn a_reason_goes_only_with_its_field() {
    let reason = |field: &str| ReasonField {
        field: field.into(),
        verdict: Verdict::Agrees,
        why: "same".into(),
        weight: None,
    };
    let reasons = ["name", "born", "phone", "document"].map(reason);
    let named = |fields: &[ShownField]| -> Vec<String> {
        let fields = fields.iter().copied().collect();
        reasons_shown(&reasons, &fields).into_iter().map(|reason| reason.field).collect()
    };
    assert_eq!(named(&[ShownField::Name]), ["name"]);
    assert_eq!(named(&[ShownField::Selectors]), ["phone", "document"]);
    assert!(named(&[]).is_empty());
}

#[test]
fn a_flood_of_names_and_identifiers_is_cut() {
    let mut flood = ours();
    flood.aliases = (0..5_000).map(|n| PersonName::new(&format!("Name{n}"), "Other").unwrap()).collect();
    flood.selectors =
        (0..5_000).map(|n| Selector::new(SelectorKind::Phone, &format!("+3310000{n:04}")).unwrap()).collect();
    flood.name = Some(PersonName::new(&"x".repeat(100_000), "y").unwrap());
    let keys = index_keys(&flood);
    assert!(keys.len() <= MAX_KEYS);
    assert_eq!(keys.iter().filter(|key| key.starts_with("sel:")).count(), MAX_SELECTORS);
    assert!(searchable(&flood).name.is_none());
}

#[test]
fn a_key_never_holds_a_nul() {
    let mut odd = ours();
    odd.selectors = vec![Selector::new(SelectorKind::Account, "svc:a\0b").unwrap()];
    assert!(index_keys(&odd).iter().all(|key| !key.contains('\0')));
}

#[test]
fn what_is_indexed_and_what_is_compared_agree() {
    let (one, other) = (ours(), Subject { id: theirs().id, ..ours() });
    assert!(compare(&searchable(&one), &searchable(&other)).is_hit);
    assert!(index_keys(&one).iter().any(|key| index_keys(&other).contains(key)));
}

proptest! {
    #[test]
    fn a_field_that_was_not_chosen_is_silent(fields in any_fields()) {
        let person = shown(&ours(), &theirs(), &fields);
        let says = |field| fields.contains(&field);
        prop_assert_eq!(person.name.is_some(), says(ShownField::Name));
        prop_assert_eq!(!person.aliases.is_empty(), says(ShownField::Aliases));
        prop_assert_eq!(person.born.is_some(), says(ShownField::Born));
        prop_assert_eq!(person.birthplace.is_some(), says(ShownField::Birthplace));
        prop_assert_eq!(person.sex.is_some(), says(ShownField::Sex));
        prop_assert_eq!(!person.nationalities.is_empty(), says(ShownField::Nationalities));
        prop_assert_eq!(!person.languages.is_empty(), says(ShownField::Languages));
        prop_assert_eq!(!person.description.is_empty(), says(ShownField::Description));
        prop_assert_eq!(person.photograph.is_some(), says(ShownField::Photograph));
        prop_assert_eq!(!person.selectors.is_empty(), says(ShownField::Selectors));
        prop_assert_eq!(person.role == ours().role, says(ShownField::Role));
        prop_assert_ne!(person.id, ours().id);
    }
}
