//! One frame of a batch intersection, made by a fuzzer, at the party that it is for. The session before it is held once and copied
//! for each input, so that what runs is the reading of the frame; `psi_session` holds the whole session for each input.
//!
//! What is refused leaves the party as it was. What is taken is what a peer may say: tags of any kind, but only the true confirmation.
#![no_main]

mod psi_parties;

use comity_psi::batch::{BatchError, CHECK_BYTES, FRAME_HEAD, Follower, Leader};
use libfuzzer_sys::fuzz_target;
use psi_parties::{FOLLOWERS, LEADERS, entries, parties};
use std::sync::LazyLock;

/// Points of a frame that are the fuzzer's; the others are none, so that a frame costs a few multiplications and not a hundred.
const POINTS: usize = 2;

/// A session without a fault, in its steps: each party before it takes the frame beside it.
struct Session {
    follower: Follower,
    leader_masked: Vec<u8>,
    /// Has sent its own set and has the follower's.
    leader: Leader,
    theirs: Vec<u8>,
    tags: Vec<u8>,
    /// Has sent nothing yet.
    new_leader: Leader,
    follower_masked: Vec<u8>,
    /// Has both sets.
    ready: Follower,
    checks: Vec<u8>,
    matched: Vec<u8>,
    /// Has the matches.
    told: Follower,
    confirmation: Vec<u8>,
}

static SESSION: LazyLock<Session> = LazyLock::new(|| session().expect("an honest session"));

fn session() -> Result<Session, BatchError> {
    let (new_leader, follower) = parties()?;
    let (mut leader, mut ready) = (new_leader.clone(), follower.clone());
    let leader_masked = leader.masked(&entries(leader.wanted(), LEADERS))?;
    let remasked = ready.receive_masked(&leader_masked)?;
    let follower_masked = ready.masked(&entries(ready.wanted(), FOLLOWERS))?;
    let theirs = leader.receive_masked(&follower_masked)?;
    let mut done = leader.clone();
    let own = done.receive_tags(&remasked.answer)?;
    let mut matches = matches_of(done, &theirs, &own)?;
    let (matched, confirmation) =
        (matches.next_frame().unwrap_or_default(), matches.next_frame().unwrap_or_default());
    let mut told = ready.clone();
    told.receive_matched(&matched, &claimed(&told, &remasked.checks, &matched)?)?;
    Ok(Session {
        follower,
        leader_masked,
        leader,
        theirs,
        tags: remasked.answer,
        new_leader,
        follower_masked,
        ready,
        checks: remasked.checks,
        matched,
        told,
        confirmation,
    })
}

fn matches_of(leader: Leader, theirs: &[u8], own: &[u8]) -> Result<comity_psi::batch::Matches, BatchError> {
    let mut join = leader.join()?;
    join.theirs(theirs)?;
    join.own(own)?;
    join.end_part()?;
    join.finish()
}

/// The checks at the places that a frame claims.
fn claimed(follower: &Follower, checks: &[u8], frame: &[u8]) -> Result<Vec<[u8; CHECK_BYTES]>, BatchError> {
    let (checks, _) = checks.as_chunks::<CHECK_BYTES>();
    Ok(follower.claimed(frame)?.iter().map(|place| checks[*place as usize]).collect())
}

/// The frame that was due, with the input as its body, altered by the input, or replaced by it.
fn forged(honest: &[u8], form: u8, data: &[u8]) -> Vec<u8> {
    let (head, body) = honest.split_at(FRAME_HEAD);
    match form % 3 {
        0 => [head, data].concat(),
        1 => data.to_vec(),
        _ => {
            let mut frame = [head, body].concat();
            frame.iter_mut().skip(FRAME_HEAD).zip(data).for_each(|(to, from)| *to ^= from);
            frame
        }
    }
}

/// The same of a frame of points.
fn forged_points(honest: &[u8], form: u8, data: &[u8]) -> Vec<u8> {
    let mut frame = forged(honest, form, data.get(..32 * POINTS).unwrap_or(data));
    if form % 3 != 1 {
        frame.resize(honest.len(), 0xff);
        frame.iter_mut().skip(FRAME_HEAD + 32 * POINTS).for_each(|byte| *byte = 0xff);
    }
    frame
}

fn is_refused_in_its_points(fault: &BatchError, frame: &[u8], honest: &[u8]) {
    let fits = frame.len() == honest.len() && frame.starts_with(&honest[..FRAME_HEAD]);
    let is_point = matches!(fault, BatchError::Point { number: 0, index, .. } if *index <= POINTS);
    assert!(is_point || !fits, "{fault}");
}

fn masked(session: &Session, form: u8, data: &[u8]) {
    let frame = forged_points(&session.leader_masked, form, data);
    let mut party = session.follower.clone();
    match party.receive_masked(&frame) {
        Ok(_) => assert_eq!(form % 3, 1, "points that are none were taken"),
        Err(fault) => {
            is_refused_in_its_points(&fault, &frame, &session.leader_masked);
            assert_eq!(party.commitments(), session.follower.commitments());
        }
    }
    let frame = forged_points(&session.follower_masked, form, data);
    let mut party = session.new_leader.clone();
    if let Err(fault) = party.receive_masked(&frame) {
        is_refused_in_its_points(&fault, &frame, &session.follower_masked);
        assert_eq!(party.commitments(), session.new_leader.commitments());
    }
}

fn tags(session: &Session, form: u8, data: &[u8]) {
    let frame = forged(&session.tags, form, data);
    assert!(session.new_leader.clone().receive_tags(&frame).is_err(), "an answer to what was not sent");
    let mut party = session.leader.clone();
    let Ok(own) = party.receive_tags(&frame) else {
        assert!(party.receive_tags(&session.tags).is_ok(), "a refused frame has moved it on");
        return;
    };
    let Ok(mut matches) = matches_of(party, &session.theirs, &own) else { return };
    assert!(matches.own().iter().all(|own| *own < 10));
    assert!(matches.own().is_sorted_by(|a, b| a < b));
    let frames = std::iter::from_fn(|| matches.next_frame()).take(5).count();
    assert_eq!(frames, 2, "one of matches, and one that confirms them");
}

fn matched(session: &Session, form: u8, data: &[u8]) {
    let frame = forged(&session.matched, form, data);
    let mut party = session.ready.clone();
    let Ok(checks) = claimed(&party, &session.checks, &frame) else {
        assert!(party.claimed(&session.matched).is_ok());
        return;
    };
    let taken = party.receive_matched(&frame, &checks);
    // Padding of ours cannot match; else the frame is as true as its confirmation.
    if taken.is_ok() && frame != session.matched {
        assert!(party.finish(&session.confirmation).is_err(), "matches were invented");
    }
}

fn confirmation(session: &Session, form: u8, data: &[u8]) {
    let frame = forged(&session.confirmation, form, data);
    let found = session.told.clone().finish(&frame);
    assert_eq!(found.is_ok(), frame == session.confirmation);
    assert!(session.ready.clone().finish(&frame).is_err(), "confirmed before it was told");
    if let Ok(found) = found {
        assert_eq!(found, [0, 1, 2, 3, 4]);
    }
}

fuzz_target!(|data: &[u8]| {
    let (which, data) = data.split_first().unwrap_or((&0, &[]));
    let (session, form) = (&*SESSION, which / 4);
    match which % 4 {
        0 => masked(session, form, data),
        1 => tags(session, form, data),
        2 => matched(session, form, data),
        _ => confirmation(session, form, data),
    }
});
