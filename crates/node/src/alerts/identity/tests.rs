use super::*;
use comity_model::{
    case::{Place, Vehicle},
    id::{SightingId, SubjectId},
    message::{AlertUpdate, Information, Sighting},
    selector::{Selector, SelectorKind},
    subject::{Photograph, SubjectRole},
};
use jiff::Timestamp;
use proptest::prelude::*;

fn alert() -> Alert {
    let mut child = Subject::new(SubjectId::new(1, [1; 10]), SubjectRole::Child);
    child.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
    child.aliases = vec![PersonName::new("de la Cruz", "Nini").unwrap()];
    child.photograph = Some(Photograph { media_type: "image/png".into(), base64: "AAAA".into() });
    child.description.marks = Some("bracelet with INÈS on it".into());
    let mut taker = Subject::new(SubjectId::new(2, [2; 10]), SubjectRole::AllegedTaker);
    taker.name = Some(PersonName::new("Bensaïd", "Karim").unwrap());
    taker.selectors = vec![Selector::new(SelectorKind::Phone, "+212600000841").unwrap()];
    Alert {
        headline: "Girl of 9 missing from Lyon".into(),
        child,
        alleged_taker: Some(taker),
        vehicles: vec![Vehicle { description: "car of Bensaid".into(), plate: Some("FR:ZZ841ZZ".into()) }],
        circumstances: "Ines was to be brought back by Karim. Lemaire's mother waited de 6 a 7.".into(),
        missing_since: Timestamp::UNIX_EPOCH,
        last_seen: Place { name: "Lyon, house of the Lemaires".into(), jurisdiction: None, position: None },
        requested_action: "locate Inès, inform".into(),
        runs_until: Timestamp::UNIX_EPOCH,
    }
}

fn names() -> Names {
    let mut names = Names::default();
    names.add(&alert());
    names
}

fn holds_no_name(json: &str) -> bool {
    let plain = fold(json);
    ["ines", "lemaire", "cruz", "nini", "bensaid", "karim", "aaaa", "212600", "841"]
        .iter()
        .all(|part| !plain.contains(part))
}

#[test]
fn a_withdrawn_alert_names_nobody_anywhere() {
    let mut withdrawn = alert();
    let taken = withdraw_alert(&mut withdrawn, &names());
    let json = serde_json::to_string(&withdrawn).unwrap();
    assert!(holds_no_name(&json), "{json}");
    assert_eq!(
        taken.into_iter().collect::<Vec<_>>(),
        ["identifiers", "name", "names in texts", "photograph", "plate"]
    );
    assert!(withdrawn.circumstances.contains("de 6 a 7"), "particles stay: {}", withdrawn.circumstances);
    assert_eq!(withdrawn.headline, alert().headline);
}

#[test]
fn withdrawing_twice_takes_nothing_more() {
    let mut withdrawn = alert();
    withdraw_alert(&mut withdrawn, &names());
    assert!(withdraw_alert(&mut withdrawn, &names()).is_empty());
}

#[test]
fn a_name_is_found_with_an_ending_without_its_accents_and_in_other_scripts() {
    let mut names = names();
    names.add_name(&PersonName::new("山田", "سلمى").unwrap());
    for text in ["INES", "Lemaires", "l'ines", "山田さん", "وسلمى"] {
        assert!(names.redact(text).is_some_and(|redacted| redacted.contains(GAP)), "{text}");
    }
    for text in ["", "a line without", "de la", "inside", "Lyon"] {
        assert_eq!(names.redact(text), None, "{text}");
    }
}

#[test]
fn messages_about_the_alert_lose_their_names_and_others_keep_theirs() {
    let (id, other) = (MessageId::new(1, [1; 10]), MessageId::new(2, [2; 10]));
    let update = |alert_id| {
        let now_reads = Box::new(alert());
        Message::AlertUpdate(AlertUpdate { alert: alert_id, now_reads, what_changed: "Karim seen".into() })
    };
    let sighting = Message::Sighting(Sighting {
        id: SightingId::new(1, [0; 10]),
        alert: id,
        seen_at: Timestamp::UNIX_EPOCH,
        place: Place { name: "port".into(), jurisdiction: None, position: None },
        what: "Inès on a ferry".into(),
    });
    let information =
        Message::Information(Information { subject: "Lemaire".into(), text: "about Nini".into() });
    for mut message in [update(id), sighting, information] {
        assert!(!withdraw_message(&mut message, other, id, &names()).is_empty());
        assert!(holds_no_name(&serde_json::to_string(&message).unwrap()));
    }
    assert!(withdraw_message(&mut update(other), other, id, &names()).is_empty());
    assert!(withdraw_message(&mut Message::Alert(Box::new(alert())), other, id, &names()).is_empty());
}

proptest! {
    #[test]
    fn no_name_survives_in_any_text(before in "\\PC{0,20}", after in "\\PC{0,20}", name in "\\p{L}{4,10}") {
        let mut names = Names::default();
        names.add_name(&PersonName::new(&name, "").unwrap());
        let text = format!("{before} {name} {after}");
        let redacted = names.redact(&text).unwrap();
        prop_assert!(!redacted.split_whitespace().any(|word| word == name));
    }

    #[test]
    fn a_text_without_the_name_stays_as_it_is(text in "[0-9 .,;]{0,40}") {
        prop_assert_eq!(names().redact(&text), None);
    }
}
