//! Peers that stop, replay, lie, or send what is no point.

use super::*;
use curve25519_dalek::constants::EIGHT_TORSION;

/// A session in which both sets have been exchanged, and the frames that end it.
fn exchanged() -> (Session, Vec<Vec<u8>>) {
    let mut session = Session::new(entries(0..60), entries(50..150));
    session.exchange().unwrap();
    let other = Leader::new(&setup(60, 100), 60, seed(1)).unwrap();
    let leader = std::mem::replace(&mut session.leader, other);
    let mut matches = compare(leader, &session.theirs, &session.own).unwrap();
    let frames = std::iter::from_fn(|| matches.next_frame()).collect();
    (session, frames)
}

#[test]
fn a_setup_that_no_two_parties_agree_on_is_refused() {
    let good = setup(100, 100);
    let bad = [
        Setup { leader: String::new(), ..good.clone() },
        Setup { follower: "x".repeat(256), ..good.clone() },
        Setup { follower: good.leader.clone(), ..good.clone() },
        Setup { leader_entries: 101, ..good.clone() },
        Setup { follower_entries: 0, ..good.clone() },
        Setup { follower_entries: 20_000_000, ..good.clone() },
    ];
    for setup in bad {
        assert!(matches!(Leader::new(&setup, 1, seed(1)), Err(BatchError::Setup { .. })), "{setup:?}");
    }
    let refused = Leader::new(&good, 101, seed(1)).err();
    assert_eq!(refused, Some(BatchError::TooManyEntries { count: 101, announced: 100 }));
}

#[test]
fn a_frame_of_any_other_session_is_refused() {
    let good = setup(100, 100);
    let others = [
        Setup { session: [8; 16], ..good.clone() },
        Setup { leader: "CC-THREE".into(), ..good.clone() },
        Setup { leader: good.follower.clone(), follower: good.leader.clone(), ..good.clone() },
        Setup { follower_entries: 120, ..good.clone() },
    ];
    for other in others {
        let frame = Leader::new(&other, 0, seed(1)).unwrap().masked::<&[u8]>(&[]).unwrap();
        let mut follower = Follower::new(&good, 0, seed(2)).unwrap();
        assert_eq!(follower.receive_masked(&frame), Err(BatchError::Session), "{other:?}");
    }
}

#[test]
fn a_partys_own_frame_sent_back_is_refused() {
    let mut session = Session::new(entries(0..60), entries(50..150));
    let (leaders, followers) = (session.leaders_frame(), session.followers_frame());
    assert_eq!(session.leader.receive_masked(&leaders), Err(BatchError::Kind));
    assert_eq!(session.follower.receive_masked(&followers), Err(BatchError::Kind));
}

#[test]
fn a_replayed_frame_and_one_that_skips_another_are_refused() {
    let mut session = Session::new(entries(0..5000), entries(0..5000));
    let (first, second) = (session.leaders_frame(), session.leaders_frame());
    let refused = session.follower.receive_masked(&second);
    assert_eq!(refused, Err(BatchError::Order { expected: 0, found: 1 }));
    session.follower.receive_masked(&first).unwrap();
    let refused = session.follower.receive_masked(&first);
    assert_eq!(refused, Err(BatchError::Order { expected: 1, found: 0 }));
    session.follower.receive_masked(&second).unwrap();
    let refused = session.follower.receive_masked(&second);
    assert_eq!(refused, Err(BatchError::Order { expected: 2, found: 1 }));
}

#[test]
fn an_answer_to_what_was_not_sent_yet_is_refused() {
    let mut session = Session::new(entries(0..60), entries(50..150));
    let frame = session.leaders_frame();
    let answer = session.follower.receive_masked(&frame).unwrap().answer;
    let mut early = Leader::new(&setup(60, 100), 60, seed(1)).unwrap();
    assert_eq!(early.receive_tags(&answer), Err(BatchError::Order { expected: 0, found: 0 }));
}

#[test]
fn frames_of_a_wrong_size_or_count_are_refused() {
    let mut session = Session::new(entries(0..60), entries(50..150));
    let frame = session.leaders_frame();
    for length in 0..frame.len() {
        assert!(session.follower.receive_masked(&frame[..length]).is_err(), "{length}");
    }
    let longer = [&frame[..], &[0; 32]].concat();
    assert_eq!(session.follower.receive_masked(&longer), Err(BatchError::Size { number: 0 }));
    let mut miscounted = frame;
    miscounted[24] ^= 1;
    assert_eq!(session.follower.receive_masked(&miscounted), Err(BatchError::Size { number: 0 }));
}

/// All points of small order (RFC 8032's encoding, either sign of x where x is not zero).
const SMALL_ORDER: [&str; 8] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// Not below 2^255 - 19, with either sign.
const NOT_CANONICAL: [&str; 3] = [
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// No x belongs to y = 2.
const NOT_ON_CURVE: &str = "0200000000000000000000000000000000000000000000000000000000000000";

#[test]
fn points_that_may_not_be_masked_are_refused_with_their_place() {
    let small = SMALL_ORDER.map(|point| (point, PointFault::SmallOrder));
    let not_canonical = NOT_CANONICAL.map(|point| (point, PointFault::NotCanonical));
    let bad = small.into_iter().chain(not_canonical).chain([(NOT_ON_CURVE, PointFault::NotOnCurve)]);
    for (point, fault) in bad {
        let mut session = Session::new(entries(0..400), entries(50..150));
        let mut frame = session.leaders_frame();
        let at = FRAME_HEAD + 300 * 32;
        frame[at..at + 32].copy_from_slice(&hex::decode(point).unwrap());
        let refused = session.follower.receive_masked(&frame);
        assert_eq!(refused, Err(BatchError::Point { number: 0, index: 300, fault }), "{point}");
    }
}

/// A peer that adds a point of order eight to a masked one gains nothing: the multiple is the same.
#[test]
fn what_a_peer_adds_of_small_order_has_no_effect() {
    let key = MaskKey::new(&seed(1)).unwrap();
    let point = MaskKey::new(&seed(2)).unwrap().mask_entries(&[3; 32], &entries(0..1))[0];
    let decoded = CompressedEdwardsY(point).decompress().unwrap();
    let added = (decoded + EIGHT_TORSION[1]).compress().to_bytes();
    assert_ne!(added, point);
    assert_eq!(key.mask_points(&[added]), key.mask_points(&[point]));
}

#[test]
fn a_peer_that_stops_leaves_nothing_known() {
    let mut session = Session::new(entries(0..60), entries(50..150));
    let frame = session.leaders_frame();
    let answer = session.follower.receive_masked(&frame).unwrap().answer;
    session.leader.receive_tags(&answer).unwrap();
    assert!(matches!(session.leader.join(), Err(BatchError::NotYet { .. })));
    assert_eq!(
        session.follower.finish(&[]),
        Err(BatchError::NotYet { what: "the leader's set or its matches" })
    );
    let (session, frames) = exchanged();
    assert!(matches!(session.follower.finish(&frames[1]), Err(BatchError::NotYet { .. })));
}

#[test]
fn a_set_with_an_entry_twice_is_refused() {
    let twice: Vec<Vec<u8>> = [entries(0..10), entries(3..4)].concat();
    assert_eq!(intersect(twice.clone(), entries(0..10)).err(), Some(BatchError::Duplicate));
    assert_eq!(intersect(entries(0..10), twice).err(), Some(BatchError::Duplicate));
}

#[test]
fn spools_that_were_cut_short_are_noticed() {
    let mut session = Session::new(entries(0..60), entries(50..150));
    session.exchange().unwrap();
    let theirs = &session.theirs[..session.theirs.len() - THEIRS_BYTES];
    assert_eq!(compare(session.leader, theirs, &session.own).err(), Some(BatchError::Spool));
}

#[test]
fn matches_that_the_leader_invents_are_refused() {
    let (mut session, frames) = exchanged();
    // Another bit, with the place of a point that does not match.
    let mut lying = frames[0].clone();
    let bit = (0..100).find(|bit| lying[FRAME_HEAD + bit / 8] >> (bit % 8) & 1 == 0).unwrap();
    lying[FRAME_HEAD + bit / 8] |= 1 << (bit % 8);
    lying.extend([0, 0, 7]);
    session.receive_matched(&lying).unwrap();
    assert_eq!(session.follower.finish(&frames[1]), Err(BatchError::FalseMatches));
}

#[test]
fn every_flipped_byte_of_the_last_frames_is_refused() {
    let (session, frames) = exchanged();
    let (checks, places) = (session.checks, [frames[0].len(), frames[1].len()]);
    for (number, place) in (0..2).flat_map(|number| (0..places[number]).map(move |place| (number, place))) {
        let (mut session, mut frames) = exchanged();
        assert_eq!(session.checks, checks);
        frames[number][place] ^= 1 << (place % 8);
        let finished = session.receive_matched(&frames[0]).and_then(|()| session.follower.finish(&frames[1]));
        assert!(finished.is_err(), "byte {place} of frame {number}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn a_flipped_byte_of_any_exchanged_frame_is_refused_or_gives_no_false_match(
        which in 0usize..3, place in any::<prop::sample::Index>(), bit in 0u8..8,
    ) {
        let mut session = Session::new(entries(0..60), entries(50..150));
        let mut leaders = session.leaders_frame();
        let mut followers = session.followers_frame();
        let flip = |frame: &mut Vec<u8>| { let at = place.index(frame.len()); frame[at] ^= 1 << bit; };
        if which == 0 { flip(&mut leaders) }
        if which == 1 { flip(&mut followers) }
        let own = session.follower.receive_masked(&leaders).and_then(|mut remasked| {
            if which == 2 { flip(&mut remasked.answer) }
            session.leader.receive_tags(&remasked.answer)
        });
        let theirs = session.leader.receive_masked(&followers);
        if let (Ok(own), Ok(theirs)) = (own, theirs) {
            let matches = compare(session.leader, &theirs, &own).unwrap();
            prop_assert!(matches.own().iter().all(|own| (50..60).contains(own)));
            prop_assert!(matches.own().len() >= 9);
        }
    }

    #[test]
    fn no_bytes_make_a_party_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (mut session, _) = exchanged();
        prop_assert!(session.leader.receive_tags(&bytes).is_err());
        prop_assert!(session.leader.receive_masked(&bytes).is_err());
        prop_assert!(session.follower.receive_masked(&bytes).is_err());
        prop_assert!(session.follower.claimed(&bytes).is_err());
        prop_assert!(session.follower.finish(&bytes).is_err());
    }
}
