//! A batch intersection in which one frame is what a fuzzer makes of it: its body alone, since its head must hold the session.
//! It is refused, or no party sees a match that is none.
#![no_main]

mod psi_parties;

use comity_psi::batch::{BatchError, CHECK_BYTES, FRAME_HEAD};
use libfuzzer_sys::fuzz_target;
use psi_parties::{FOLLOWERS, LEADERS, entries, parties};

fn session(data: &[u8]) -> Result<(), BatchError> {
    let (mut leader, mut follower) = parties()?;
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
    let frame = forge(0, leader.masked(&entries(leader.wanted(), LEADERS))?);
    let remasked = follower.receive_masked(&frame)?;
    let own = leader.receive_tags(&forge(1, remasked.answer))?;
    let frame = forge(2, follower.masked(&entries(follower.wanted(), FOLLOWERS))?);
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
