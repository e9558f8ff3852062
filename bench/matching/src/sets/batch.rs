//! Two whole sets, both parties in this process, frames handed over in memory.

use super::{Data, timed};
use crate::report::{Fallible, Section};
use comity_psi::Seed;
use comity_psi::batch::{CHECK_BYTES, Follower, Leader, Setup, THEIRS_BYTES};
use comity_psi::padding::padded_entries;

/// What a session leaves behind.
struct Outcome {
    leader: usize,
    follower: usize,
    wire: usize,
}

pub fn measure(data: &Data) -> Fallible<Section> {
    let count = data.own.len();
    let mut section = Section::new("sets: batch intersection");
    let (outcome, cpu, wall) = timed(|| run(data));
    let outcome = outcome?;
    if (outcome.leader, outcome.follower) != (data.common(), data.common()) {
        return Err("the intersection is not the plain one".into());
    }
    section.figure("entries of each party", count as f64, "");
    section.under("both parties", cpu, "CPU s", 90.0 * count as f64 / 1e6);
    section.figure("wall time, two cores shared by both", wall, "s");
    section.under(
        "wire, both ways, half of the entries in common",
        outcome.wire as f64 / 1e6,
        "MB",
        75.0 * count as f64 / 1e6,
    );
    section.figure("found by each", outcome.leader as f64, "");
    Ok(section)
}

fn run(data: &Data) -> Fallible<Outcome> {
    let padded = |entries: &[String]| padded_entries(entries.len()).ok_or("too many entries");
    let setup = Setup {
        session: [7; 16],
        leader: "XX-ONE".into(),
        follower: "XX-TWO".into(),
        leader_entries: padded(&data.own)?,
        follower_entries: padded(&data.theirs)?,
    };
    let size = |entries: &[String]| u32::try_from(entries.len());
    let mut leader = Leader::new(&setup, size(&data.own)?, Seed::from_bytes([1; 32]))?;
    let mut follower = Follower::new(&setup, size(&data.theirs)?, Seed::from_bytes([2; 32]))?;
    let (mut own, mut theirs, mut checks, mut wire) = (Vec::new(), Vec::new(), Vec::new(), 0);
    while !leader.is_sent() {
        let frame = leader.masked(&pick(&data.own, &leader.wanted()))?;
        let remasked = follower.receive_masked(&frame)?;
        wire += frame.len() + remasked.answer.len();
        checks.extend(remasked.checks);
        own.extend(leader.receive_tags(&remasked.answer)?);
    }
    while !follower.is_sent() {
        let frame = follower.masked(&pick(&data.theirs, &follower.wanted()))?;
        wire += frame.len();
        theirs.extend(leader.receive_masked(&frame)?);
    }
    let mut join = leader.join()?;
    for _ in 0..join.parts() {
        theirs.chunks(THEIRS_BYTES * 4096).try_for_each(|piece| join.theirs(piece))?;
        join.own(&own)?;
        join.end_part()?;
    }
    tell(join.finish()?, follower, &checks, wire)
}

fn tell(
    mut matches: comity_psi::batch::Matches,
    mut follower: Follower,
    checks: &[u8],
    mut wire: usize,
) -> Fallible<Outcome> {
    let frames: Vec<Vec<u8>> = std::iter::from_fn(|| matches.next_frame()).collect();
    let (last, matched) = frames.split_last().ok_or("no last frame")?;
    let (checks, _) = checks.as_chunks::<CHECK_BYTES>();
    for frame in matched {
        let places = follower.claimed(frame)?;
        let wanted: Vec<_> = places.iter().filter_map(|place| checks.get(*place as usize).copied()).collect();
        follower.receive_matched(frame, &wanted)?;
    }
    wire += frames.iter().map(Vec::len).sum::<usize>();
    let follower = follower.finish(last)?.len();
    Ok(Outcome { leader: matches.own().len(), follower, wire })
}

fn pick<'a>(entries: &'a [String], wanted: &[u32]) -> Vec<&'a String> {
    wanted.iter().filter_map(|number| entries.get(*number as usize)).collect()
}
