//! The two parties of a batch intersection that targets hold: ten entries each, five of them in common.

use comity_psi::Seed;
use comity_psi::batch::{BatchError, Follower, Leader, Setup};

/// The first entry of the leader, which has ten.
pub const LEADERS: u32 = 0;
/// The first entry of the follower, which has ten too.
pub const FOLLOWERS: u32 = 5;

/// Both parties before anything was sent.
pub fn parties() -> Result<(Leader, Follower), BatchError> {
    let setup = Setup {
        session: [1; 16],
        leader: "A".into(),
        follower: "B".into(),
        leader_entries: 100,
        follower_entries: 100,
    };
    let leader = Leader::new(&setup, 10, Seed::from_bytes([1; 32]))?;
    let follower = Follower::new(&setup, 10, Seed::from_bytes([2; 32]))?;
    Ok((leader, follower))
}

/// The entries of these numbers, of the party whose first one is given.
pub fn entries(wanted: Vec<u32>, first: u32) -> Vec<[u8; 4]> {
    wanted.iter().map(|entry| (entry + first).to_be_bytes()).collect()
}
