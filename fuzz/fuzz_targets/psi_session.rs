//! A batch intersection in which one frame is what a fuzzer makes of it: its body alone, since its head must hold the session.
//! It is refused, or no party sees a match that is none.
#![no_main]

use comity_psi::Seed;
use comity_psi::batch::{BatchError, CHECK_BYTES, FRAME_HEAD, Follower, Leader, Setup};
use libfuzzer_sys::fuzz_target;

/// Entries 0 to 9 are the leader's, 5 to 14 the follower's.
fn session(data: &[u8]) -> Result<(), BatchError> {
    let setup = Setup {
        session: [1; 16],
        leader: "A".into(),
        follower: "B".into(),
        leader_entries: 100,
        follower_entries: 100,
    };
    let mut leader = Leader::new(&setup, 10, Seed::from_bytes([1; 32]))?;
    let mut follower = Follower::new(&setup, 10, Seed::from_bytes([2; 32]))?;
    let (which, data) = data.split_first().unwrap_or((&0, &[]));
    let forge = |number: u8, frame: Vec<u8>| match frame.split_at_checked(FRAME_HEAD) {
        Some((head, body)) if which % 6 == number => {
            let mut body = body.to_vec();
            body.iter_mut().zip(data).for_each(|(to, from)| *to ^= from);
            [head, &body].concat()
        }
        _ if which % 6 == 5 && which / 6 == number => data.to_vec(),
        _ => frame,
    };
    let entries = |wanted: Vec<u32>, first: u32| {
        wanted.iter().map(|entry| (entry + first).to_be_bytes()).collect::<Vec<_>>()
    };
    let frame = forge(0, leader.masked(&entries(leader.wanted(), 0))?);
    let remasked = follower.receive_masked(&frame)?;
    let own = leader.receive_tags(&forge(1, remasked.answer))?;
    let frame = forge(2, follower.masked(&entries(follower.wanted(), 5))?);
    let theirs = leader.receive_masked(&frame)?;
    let mut join = leader.join()?;
    join.theirs(&theirs)?;
    join.own(&own)?;
    join.end_part()?;
    let mut matches = join.finish()?;
    assert!(matches.own().iter().all(|own| (5..10).contains(own)));
    let matched = forge(3, matches.next_frame().unwrap_or_default());
    let (checks, _) = remasked.checks.as_chunks::<CHECK_BYTES>();
    let claimed: Vec<_> = follower.claimed(&matched)?.iter().map(|place| checks[*place as usize]).collect();
    follower.receive_matched(&matched, &claimed)?;
    let found = follower.finish(&forge(4, matches.next_frame().unwrap_or_default()))?;
    assert!(found.len() <= 5);
    Ok(())
}

fuzz_target!(|data: &[u8]| {
    let _ = session(data);
});
