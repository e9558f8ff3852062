use super::curve::MaskKey;
use super::*;
use crate::Seed;
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use curve25519_dalek::edwards::CompressedEdwardsY;
use proptest::prelude::*;
use std::collections::BTreeSet;

mod faults;

/// A whole session in memory.
struct Session {
    leader: Leader,
    follower: Follower,
    leaders: Vec<Vec<u8>>,
    followers: Vec<Vec<u8>>,
    theirs: Vec<u8>,
    own: Vec<u8>,
    checks: Vec<u8>,
    wire: usize,
}

fn seed(byte: u8) -> Seed {
    Seed::from_bytes([byte; 32])
}

fn entries(range: std::ops::Range<u32>) -> Vec<Vec<u8>> {
    range.map(|i| format!("entry {i}").into_bytes()).collect()
}

fn setup(leader: usize, follower: usize) -> Setup {
    let padded = |count| crate::padding::padded_entries(count).unwrap();
    Setup {
        session: [9; 16],
        leader: "AA-ONE".into(),
        follower: "BB-TWO".into(),
        leader_entries: padded(leader),
        follower_entries: padded(follower),
    }
}

impl Session {
    fn new(leaders: Vec<Vec<u8>>, followers: Vec<Vec<u8>>) -> Self {
        let setup = setup(leaders.len(), followers.len());
        let leader = Leader::new(&setup, leaders.len() as u32, seed(1)).unwrap();
        let follower = Follower::new(&setup, followers.len() as u32, seed(2)).unwrap();
        let (theirs, own, checks) = (vec![], vec![], vec![]);
        Self { leader, follower, leaders, followers, theirs, own, checks, wire: 0 }
    }

    fn leaders_frame(&mut self) -> Vec<u8> {
        let wanted: Vec<_> = self.leader.wanted().iter().map(|i| &self.leaders[*i as usize]).collect();
        self.leader.masked(&wanted).unwrap()
    }

    fn followers_frame(&mut self) -> Vec<u8> {
        let wanted: Vec<_> = self.follower.wanted().iter().map(|i| &self.followers[*i as usize]).collect();
        self.follower.masked(&wanted).unwrap()
    }

    /// Both sets are sent, each chunk answered as it comes.
    fn exchange(&mut self) -> Result<(), BatchError> {
        while !self.leader.is_sent() {
            let frame = self.leaders_frame();
            let remasked = self.follower.receive_masked(&frame)?;
            self.wire += frame.len() + remasked.answer.len();
            self.checks.extend(remasked.checks);
            self.own.extend(self.leader.receive_tags(&remasked.answer)?);
        }
        while !self.follower.is_sent() {
            let frame = self.followers_frame();
            self.wire += frame.len();
            self.theirs.extend(self.leader.receive_masked(&frame)?);
        }
        Ok(())
    }

    fn claimed(&self, frame: &[u8]) -> Result<Vec<[u8; CHECK_BYTES]>, BatchError> {
        let (checks, _) = self.checks.as_chunks::<CHECK_BYTES>();
        Ok(self.follower.claimed(frame)?.iter().map(|place| checks[*place as usize]).collect())
    }

    fn receive_matched(&mut self, frame: &[u8]) -> Result<(), BatchError> {
        let checks = self.claimed(frame)?;
        self.follower.receive_matched(frame, &checks)
    }
}

fn compare(leader: Leader, theirs: &[u8], own: &[u8]) -> Result<Matches, BatchError> {
    let mut join = leader.join()?;
    for _ in 0..join.parts() {
        for piece in theirs.chunks(THEIRS_BYTES * 1000) {
            join.theirs(piece)?;
        }
        join.own(own)?;
        join.end_part()?;
    }
    join.finish()
}

/// What both learn, and the bytes that went over the wire.
fn intersect(
    leaders: Vec<Vec<u8>>,
    followers: Vec<Vec<u8>>,
) -> Result<(Vec<u32>, Vec<u32>, usize), BatchError> {
    let mut session = Session::new(leaders, followers);
    session.exchange()?;
    let Session { leader, theirs, own, .. } = session;
    let mut matches = compare(leader, &theirs, &own)?;
    let frames: Vec<_> = std::iter::from_fn(|| matches.next_frame()).collect();
    let (last, rest) = frames.split_last().unwrap();
    let (checks, _) = session.checks.as_chunks::<CHECK_BYTES>();
    let mut follower = session.follower;
    for frame in rest {
        let claimed: Vec<_> = follower.claimed(frame)?.iter().map(|place| checks[*place as usize]).collect();
        follower.receive_matched(frame, &claimed)?;
    }
    let wire = session.wire + frames.iter().map(Vec::len).sum::<usize>();
    Ok((matches.own().to_vec(), follower.finish(last)?, wire))
}

fn plain(mine: &[Vec<u8>], others: &[Vec<u8>]) -> Vec<u32> {
    let others: BTreeSet<_> = others.iter().collect();
    (0..).zip(mine).filter(|(_, entry)| others.contains(entry)).map(|(number, _)| number).collect()
}

#[test]
fn sets_of_several_frames_are_intersected_and_the_wire_carries_little_more_than_forty_bytes_an_entry() {
    let (leaders, followers) = (entries(0..5000), entries(4000..12_000));
    let (own, theirs, wire) = intersect(leaders.clone(), followers.clone()).unwrap();
    assert_eq!(own, plain(&leaders, &followers));
    assert_eq!(theirs, plain(&followers, &leaders));
    // 32 + 8 bytes for each of the leader's, 32 and a bit for each of the follower's, 3 for each match, and heads.
    assert_eq!(wire, 5000 * 40 + 8000 * 32 + 1000 + 1000 * 3 + (2 + 2 + 2 + 2 + 1) * FRAME_HEAD + 32);
}

#[test]
fn equal_sets_and_sets_without_anything_in_common_are_intersected() {
    let (own, theirs, _) = intersect(entries(0..120), entries(0..120)).unwrap();
    assert_eq!((own.len(), theirs.len()), (120, 120));
    let (own, theirs, _) = intersect(entries(0..50), entries(50..60)).unwrap();
    assert_eq!((own.len(), theirs.len()), (0, 0));
    let (own, theirs, _) = intersect(entries(0..0), entries(0..3)).unwrap();
    assert_eq!((own.len(), theirs.len()), (0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_intersection_is_the_plain_one_for_any_sets(
        leaders in prop::collection::btree_set(prop::collection::vec(any::<u8>(), 0..2), 0..130),
        followers in prop::collection::btree_set(prop::collection::vec(any::<u8>(), 0..2), 0..130),
    ) {
        let (leaders, followers) = (Vec::from_iter(leaders), Vec::from_iter(followers));
        let (own, theirs, _) = intersect(leaders.clone(), followers.clone()).unwrap();
        prop_assert_eq!(own, plain(&leaders, &followers));
        prop_assert_eq!(theirs, plain(&followers, &leaders));
    }
}

#[test]
fn masking_commutes() {
    let (a, b) = (MaskKey::new(&seed(1)).unwrap(), MaskKey::new(&seed(2)).unwrap());
    let ab = b.mask_points(&a.mask_entries(&[3; 32], &entries(0..600))).unwrap();
    let ba = a.mask_points(&b.mask_entries(&[3; 32], &entries(0..600))).unwrap();
    assert_eq!(ab, ba);
    assert_eq!(BTreeSet::from_iter(ab).len(), 600);
}

/// The same function by another library, whose code is the plain ladder of RFC 7748: an oracle for whatever the processor has.
#[test]
fn masking_a_point_is_x25519_of_its_coordinate() {
    let key = MaskKey::new(&seed(1)).unwrap();
    let points = MaskKey::new(&seed(2)).unwrap().mask_entries(&[3; 32], &entries(0..300));
    let secret = *seed(1).draw("mask key", 0).first_chunk::<32>().unwrap();
    let secret = PrivateKey::from_private_key(&X25519, &secret).unwrap();
    let ladder = |point: &[u8; 32]| {
        let u = CompressedEdwardsY(*point).decompress().unwrap().to_montgomery().to_bytes();
        agree(&secret, UnparsedPublicKey::new(&X25519, u), (), |shared| Ok(shared.try_into().unwrap()))
            .unwrap()
    };
    assert_eq!(key.mask_points(&points).unwrap(), points.iter().map(ladder).collect::<Vec<[u8; 32]>>());
}

#[test]
fn what_one_party_sent_is_what_the_other_got() {
    let mut session = Session::new(entries(0..10), entries(5..20));
    session.exchange().unwrap();
    let (leader, follower) = (session.leader.commitments(), session.follower.commitments());
    assert_eq!(leader.sent, follower.received);
    assert_eq!(leader.received, follower.sent);
    assert_ne!(leader.sent, leader.received);
}

#[test]
fn the_order_and_the_points_of_a_set_change_with_the_seed() {
    let setup = setup(100, 100);
    let frame = |byte| {
        let mut leader = Leader::new(&setup, 100, seed(byte)).unwrap();
        let wanted: Vec<_> = leader.wanted().iter().map(|i| i.to_be_bytes()).collect();
        (leader.wanted(), leader.masked(&wanted).unwrap())
    };
    let ((first, first_frame), (second, second_frame)) = (frame(1), frame(2));
    assert_ne!(first, second);
    assert_ne!(first, (0..100).collect::<Vec<_>>());
    let points =
        |frame: &[u8]| frame[FRAME_HEAD..].as_chunks::<32>().0.iter().copied().collect::<BTreeSet<_>>();
    assert!(points(&first_frame).is_disjoint(&points(&second_frame)));
    assert_eq!(points(&first_frame).len(), 100);
}
