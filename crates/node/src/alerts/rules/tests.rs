use super::*;
use comity_model::{
    case::CaseKind,
    legal::{LawAnswer, LegalBasis},
    marking::{HandlingCode, InformationEvaluation, OnwardRule, Purpose, SourceEvaluation},
    statement::Urgency,
};
use proptest::prelude::*;

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn subject(number: u8, role: SubjectRole) -> Subject {
    Subject::new(SubjectId::new(1, [number; 10]), role)
}

fn report() -> CaseReport {
    CaseReport {
        version: 1,
        kind: CaseKind::Abduction,
        reference: "R-1".into(),
        title: "A child is missing".into(),
        subjects: vec![
            subject(3, SubjectRole::Witness),
            subject(1, SubjectRole::Child),
            subject(2, SubjectRole::AllegedTaker),
        ],
        circumstances: "not brought back".into(),
        happened_at: Some(time(0)),
        place: Some(Place { name: "Lyon".into(), jurisdiction: None, position: None }),
        vehicles: vec![Vehicle { description: "blue car".into(), plate: None }],
    }
}

fn row() -> AlertRow {
    let id = MessageId::new(1, [1; 10]);
    let day = jiff::civil::date(2026, 1, 1);
    AlertRow {
        authority: "ES-NCB".parse().unwrap(),
        id,
        direction: Direction::Incoming,
        exchange: ExchangeId::new(1, [1; 10]),
        case: None,
        sender: "FR-NCB".parse().unwrap(),
        recipients: BTreeSet::from(["ES-NCB".parse().unwrap(), "MA-NCB".parse().unwrap()]),
        state: StoredState::Released,
        urgency: Urgency::Immediate,
        marking: Marking {
            handling: BTreeSet::from([HandlingCode::H0]),
            restrictions: None,
            purpose: Purpose::Exercise,
            source: SourceEvaluation::A,
            information: InformationEvaluation::Certain,
            onward: OnwardRule::OwnJurisdiction,
            retain_until: day,
        },
        legal_basis: LegalBasis {
            instrument: "INTERPOL_RPD".into(),
            article: "10".into(),
            answer: LawAnswer::InForce,
            assessed_on: day,
            reason: None,
            data_set: None,
            event_date: None,
            offence: None,
            supervisor_reason: None,
        },
        alert: draft(
            Draft { runs_until: Some(time(3_600)), ..Draft::default() },
            &report(),
            time(9),
            subject(9, SubjectRole::Child).id,
        ),
        written_by: BTreeSet::new(),
        latest: id,
        changed_at: time(0),
        raised_by: None,
        raised_at: time(0),
        released_by: None,
        released_at: Some(time(0)),
        emergency_reason: None,
        cancelled_at: None,
        cancellation: None,
        withdrawn: vec![],
        authorisation: None,
    }
}

#[test]
fn a_draft_takes_from_its_case_what_the_officer_does_not_say() {
    let nobody = subject(9, SubjectRole::Child).id;
    let alert = draft(Draft::default(), &report(), time(9), nobody);
    assert_eq!(alert.child.id, subject(1, SubjectRole::Child).id);
    assert_eq!(alert.alleged_taker.map(|taker| taker.id), Some(subject(2, SubjectRole::AllegedTaker).id));
    assert_eq!((alert.missing_since, alert.last_seen.name.as_str()), (time(0), "Lyon"));
    assert_eq!((alert.circumstances.as_str(), alert.vehicles.len()), ("not brought back", 1));
}

#[test]
fn what_the_officer_says_goes_before_the_case() {
    let given = Draft {
        circumstances: Some("seen leaving".into()),
        missing_since: Some(time(5)),
        ..Draft::default()
    };
    let alert = draft(given, &report(), time(9), subject(9, SubjectRole::Child).id);
    assert_eq!((alert.circumstances.as_str(), alert.missing_since), ("seen leaving", time(5)));
}

#[test]
fn a_case_without_a_child_makes_a_draft_that_says_what_is_missing() {
    let bare = CaseReport { subjects: vec![], happened_at: None, place: None, ..report() };
    let alert = draft(Draft::default(), &bare, time(9), subject(9, SubjectRole::Child).id);
    assert_eq!((alert.child.id, alert.missing_since), (subject(9, SubjectRole::Child).id, time(9)));
    let missing = missing(&alert, time(10));
    for item in [MissingItem::ChildName, MissingItem::LastSeen, MissingItem::RunsUntil, MissingItem::Headline]
    {
        assert!(missing.contains(&item), "{item:?}");
    }
}

#[test]
fn an_alert_whose_end_has_passed_may_not_leave() {
    let alert = row().alert;
    assert!(!missing(&alert, time(3_599)).contains(&MissingItem::RunsUntil));
    assert!(missing(&alert, time(3_600)).contains(&MissingItem::RunsUntil));
}

#[test]
fn whoever_wrote_a_word_of_it_needs_a_second_officer_or_an_emergency() {
    let writers = BTreeSet::from(["amel".to_owned(), "benoit".to_owned()]);
    assert_eq!(release_path(&writers, "chloe", None), Some(ReleasePath::TwoOfficers));
    assert_eq!(release_path(&writers, "chloe", Some("haste")), Some(ReleasePath::TwoOfficers));
    for writer in ["amel", "benoit"] {
        assert_eq!(release_path(&writers, writer, None), None);
        assert_eq!(release_path(&writers, writer, Some("  ")), None);
        let haste = ReleasePath::Emergency("the ferry leaves".into());
        assert_eq!(release_path(&writers, writer, Some(" the ferry leaves ")), Some(haste));
    }
}

#[test]
fn an_alert_expires_by_itself_and_only_while_it_runs() {
    assert_eq!(state(&row(), false, time(3_599)), AlertState::Released);
    assert_eq!(state(&row(), false, time(3_600)), AlertState::Expired);
    let over = AlertRow { state: StoredState::Withdrawn, ..row() };
    assert_eq!(state(&over, false, time(3_600)), AlertState::Withdrawn);
    let draft = AlertRow { state: StoredState::Raised, ..row() };
    assert_eq!(state(&draft, false, time(3_600)), AlertState::Raised);
}

#[test]
fn our_cancelled_alert_is_withdrawn_once_every_receiver_has_confirmed() {
    let ours = AlertRow { state: StoredState::Cancelled, direction: Direction::Outgoing, ..row() };
    assert_eq!(state(&ours, false, time(0)), AlertState::Cancelled);
    assert_eq!(state(&ours, true, time(0)), AlertState::Withdrawn);
    let theirs = AlertRow { direction: Direction::Incoming, ..ours };
    assert_eq!(state(&theirs, true, time(0)), AlertState::Cancelled);
}

#[test]
fn only_the_originator_may_change_an_alert_in_its_exchange_while_it_is_not_over() {
    let (fr, ma) = ("FR-NCB".parse().unwrap(), "MA-NCB".parse().unwrap());
    let may = |row: Option<&AlertRow>, from, exchange| originator_may_change(row, from, exchange);
    let known = row();
    assert!(may(Some(&known), &fr, known.exchange).is_ok());
    assert!(may(None, &fr, known.exchange).is_err());
    assert!(may(Some(&known), &ma, known.exchange).is_err());
    assert!(may(Some(&known), &fr, ExchangeId::new(2, [2; 10])).is_err());
    for over in [StoredState::Cancelled, StoredState::Withdrawn] {
        assert!(may(Some(&AlertRow { state: over, ..row() }), &fr, known.exchange).is_err());
    }
    let ours = AlertRow { direction: Direction::Outgoing, ..row() };
    assert!(may(Some(&ours), &fr, known.exchange).is_err());
}

#[test]
fn only_a_recipient_may_answer_and_only_after_the_right_cancellation_confirm() {
    let (es, de) = ("ES-NCB".parse().unwrap(), "DE-NCB".parse().unwrap());
    let (ours, other) = (MessageId::new(5, [5; 10]), MessageId::new(6, [6; 10]));
    let running = AlertRow { direction: Direction::Outgoing, ..row() };
    assert!(recipient_may_answer(Some(&running), &es).is_ok());
    assert!(recipient_may_answer(Some(&running), &de).is_err());
    assert!(recipient_may_answer(Some(&row()), &es).is_err());
    assert!(recipient_may_answer(None, &es).is_err());
    let draft = AlertRow { released_at: None, ..running.clone() };
    assert!(recipient_may_answer(Some(&draft), &es).is_err());
    assert!(recipient_may_confirm(Some(&running), &es, ours).is_err());
    let over = AlertRow { cancellation: Some(ours), state: StoredState::Cancelled, ..running };
    assert!(recipient_may_confirm(Some(&over), &es, ours).is_ok());
    assert!(recipient_may_confirm(Some(&over), &es, other).is_err());
    assert!(recipient_may_confirm(Some(&over), &de, ours).is_err());
}

#[test]
fn a_cancellation_may_leave_after_the_alert_s_retention_has_ended() {
    let marking = row().marking;
    let later = marking_that_runs(&marking, "2026-03-01T12:00:00Z".parse().unwrap());
    assert_eq!(later.retain_until, jiff::civil::date(2026, 3, 1));
    let earlier = marking_that_runs(&marking, "2025-03-01T12:00:00Z".parse().unwrap());
    assert_eq!(earlier, marking);
}

proptest! {
    #[test]
    fn nobody_releases_alone_what_they_wrote_without_a_reason(names in proptest::collection::btree_set("[a-z]{1,3}", 1..5), who in "[a-z]{1,3}") {
        let path = release_path(&names, &who, None);
        prop_assert_eq!(path.is_some(), !names.contains(&who));
    }

    #[test]
    fn an_end_after_any_number_of_hours_lies_ahead_and_within_a_leap_year(hours in any::<u32>()) {
        let end = end_after(time(0), hours);
        prop_assert!(end >= time(0) && end <= time(366 * 24 * 3_600));
    }
}
