use super::*;
use comity_model::selector::SelectorKind;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
}

fn offer() -> DeconflictionOffer {
    DeconflictionOffer {
        suite: DECONFLICTION_SUITE.into(),
        session: "0123456789abcdef0123456789abcdef".into(),
        entries: 120,
        scope: BTreeSet::from([SelectorKind::Phone]),
        why: "the same ring".into(),
        officer: "f".repeat(32),
        expires_at: at(24),
    }
}

#[test]
fn what_is_no_offer_is_refused_and_said_why() {
    assert_eq!(check_offer(&offer(), at(0)), Ok(()));
    type Change = fn(&mut DeconflictionOffer);
    let wrong: [(Change, &str); 10] = [
        (|offer| offer.suite = "ecdh".into(), "suite"),
        (|offer| offer.session.truncate(30), "session"),
        (|offer| offer.officer = "amel".into(), "officer"),
        (|offer| offer.entries = 0, "number of entries"),
        (|offer| offer.entries = 121, "number of entries"),
        (|offer| offer.entries = 40_000_000, "number of entries"),
        (|offer| offer.scope.clear(), "no kind"),
        (|offer| offer.expires_at = at(0), "expired"),
        (|offer| offer.expires_at = at(24 * 31), "longer than 30 days"),
        (|offer| offer.why = " \0 ".into(), "why"),
    ];
    for (spoil, why) in wrong {
        let mut one = offer();
        spoil(&mut one);
        assert!(check_offer(&one, at(0)).unwrap_err().contains(why), "{why}");
    }
}

#[test]
fn attempts_follow_each_other_and_the_third_is_the_last() {
    assert!(may_begin(1, 0) && may_begin(2, 1) && may_begin(3, 2));
    for (attempt, begun) in [(1, 1), (2, 0), (0, 0), (4, 3), (u64::MAX, u64::MAX)] {
        assert!(!may_begin(attempt, begun), "{attempt} after {begun}");
    }
}

#[test]
fn a_session_is_of_one_offer_and_a_handle_of_one_session() {
    let (one, other) = (MessageId::new(1, [1; 10]), MessageId::new(1, [2; 10]));
    let base = offer().session;
    let all = [session(one, &base), session(other, &base), session(one, "")];
    assert_eq!(BTreeSet::from(all).len(), 3);
    assert_eq!(session(one, &base), all[0]);
    let (first, second) = (handle(&all[0], b"x"), handle(&all[1], b"x"));
    assert!(whole::is_token(&first) && first != second && first != handle(&all[0], b"y"));
}

proptest! {
    #[test]
    fn the_size_that_is_told_is_round_and_leaves_room(entries in 0usize..10_000_000) {
        let told = told_size(entries).unwrap();
        prop_assert!(is_size(told) && told as usize >= entries + 8 + entries / 50);
        prop_assert!(told as usize <= entries * 2 + 100);
    }
}

#[test]
fn a_set_that_is_too_large_to_be_compared_has_no_size() {
    assert_eq!(told_size(15_000_000), None);
    assert_eq!(told_size(usize::MAX), None);
}
