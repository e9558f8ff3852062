//! How the 256 bits are cut into slots, and how much each slot may differ: the general pigeonhole principle.
//!
//! Give each slot a tolerance `t` of -1 or more such that all `t + 1` together are the radius plus one. A hash within the radius
//! then differs in some slot by at most that slot's tolerance; for if every slot `i` differed by `t_i + 1` or more, all together
//! would differ by more than the radius. Going round the slots in a circle says more: counting `d_i - (t_i + 1)` from slot to
//! slot ends below zero, so the slot right after the (last) highest count has only negative counts ahead of it. So some slot `i`
//! has both `d_i <= t_i` and `d_i + d_next <= t_i + t_next + 1`. The second is what the sketches are for; nothing within the
//! radius is ever missed, whatever the tolerances are, so they are chosen for each query by what they cost.

use crate::hash::BYTES;

/// Bits of an address in each slot's table.
pub(super) const ADDRESS_BITS: u32 = 16;

/// Addresses of a table.
pub(super) const ADDRESSES: usize = 1 << ADDRESS_BITS;

/// The largest tolerance of a slot.
pub(super) const MOST_TOLERANCE: usize = 2;

/// Choices for a slot: tolerance -1 (not looked at) to 2.
pub(super) const CHOICES: usize = MOST_TOLERANCE + 2;

/// How many addresses lie within distance 0, 1 and 2 of one.
pub(super) const BALL: [usize; MOST_TOLERANCE + 1] = [1, 17, 137];

/// Most slots of a segment.
pub(super) const MOST_SLOTS: usize = 16;

/// What is flipped in an address to reach all within distance 2, nearest first.
pub(super) const FLIPS: [u16; 137] = flips();

const fn flips() -> [u16; 137] {
    let mut flips = [0; 137];
    let (mut at, mut a) = (1, 0);
    while a < 16 {
        flips[at] = 1 << a;
        at += 1;
        a += 1;
    }
    a = 0;
    while a < 16 {
        let mut b = a + 1;
        while b < 16 {
            flips[at] = 1 << a | 1 << b;
            at += 1;
            b += 1;
        }
        a += 1;
    }
    flips
}

/// One slot: bytes of the permuted hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The first byte.
    pub start: usize,
    /// Two, three or four bytes, of which the first two are the address.
    pub bytes: usize,
}

impl Slot {
    /// The address of this hash.
    pub fn address(&self, hash: &[u8; BYTES]) -> u16 {
        u16::from_le_bytes([at(hash, self.start), at(hash, self.start + 1)])
    }

    /// The 16 bits after the address, in a circle: the rest of this slot and the beginning of the next.
    pub fn sketch(&self, hash: &[u8; BYTES]) -> u16 {
        u16::from_le_bytes([at(hash, self.start + 2), at(hash, self.start + 3)])
    }

    /// Which bits of the sketch belong to this slot.
    pub fn own(&self) -> u16 {
        match self.bytes {
            2 => 0,
            3 => 0x00ff,
            _ => 0xffff,
        }
    }
}

fn at(hash: &[u8; BYTES], place: usize) -> u8 {
    hash.get(place % BYTES).copied().unwrap_or_default()
}

/// The slots of these sizes in bytes, one after the other; nothing where they are not a partition of the hash.
pub(super) fn slots(sizes: &[u8]) -> Option<Vec<Slot>> {
    let valid = sizes.len() <= MOST_SLOTS
        && sizes.iter().all(|size| (2..=4).contains(size))
        && sizes.iter().map(|size| usize::from(*size)).sum::<usize>() == BYTES;
    let mut start = 0;
    let cut = |size: &u8| {
        let slot = Slot { start, bytes: usize::from(*size) };
        start += slot.bytes;
        slot
    };
    valid.then(|| sizes.iter().map(cut).collect())
}

/// Chooses a tolerance for each slot, as `t + 1`, so that they add up to `radius + 1` and cost least; with that cost. `costs`
/// holds for each slot what each choice costs. Nothing where the radius is too large for so many slots.
pub(super) fn tolerances(costs: &[[f32; CHOICES]], radius: u32) -> Option<(Vec<usize>, f32)> {
    let budget = radius as usize + 1;
    if budget > costs.len() * (CHOICES - 1) {
        return None;
    }
    // The least cost of spending so much on the slots so far, and what the last of them got.
    let mut least = vec![f32::INFINITY; budget + 1];
    least[0] = 0.0;
    let mut chosen = vec![[0u8; 64]; costs.len()];
    for (cost, chosen) in costs.iter().zip(&mut chosen) {
        let mut now = vec![f32::INFINITY; budget + 1];
        for (spent, (best, choice)) in now.iter_mut().zip(chosen.iter_mut()).enumerate() {
            for (give, price) in cost.iter().enumerate().take(spent + 1) {
                let total = least.get(spent - give).map_or(f32::INFINITY, |before| before + price);
                if total < *best {
                    (*best, *choice) = (total, give as u8);
                }
            }
        }
        least = now;
    }
    let mut left = budget;
    let mut given: Vec<usize> = Vec::with_capacity(costs.len());
    for chosen in chosen.iter().rev() {
        let give = chosen.get(left).map_or(0, |give| usize::from(*give));
        left = left.saturating_sub(give);
        given.push(give);
    }
    given.reverse();
    least.get(budget).map(|cost| (given, *cost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_flips_are_all_addresses_within_two_bits_nearest_first() {
        let mut all: Vec<u16> = (0..=u16::MAX).filter(|flip| flip.count_ones() <= 2).collect();
        assert!(FLIPS.is_sorted_by_key(|flip| flip.count_ones()));
        let mut flips = FLIPS.to_vec();
        (flips.sort_unstable(), all.sort_unstable());
        assert_eq!(flips, all);
    }

    #[test]
    fn only_a_partition_of_the_hash_makes_slots() {
        assert!(slots(&[2; 16]).is_some());
        for bad in [&[2u8; 15][..], &[2; 17], &[1; 32], &[8; 4], &[]] {
            assert!(slots(bad).is_none());
        }
    }

    proptest! {
        #[test]
        fn tolerances_add_up_to_the_radius_plus_one_and_cost_least(
            costs in proptest::collection::vec(proptest::array::uniform4(0f32..100.0), 1..5), radius in 0u32..15,
        ) {
            let most = costs.len() * 3;
            match tolerances(&costs, radius) {
                None => prop_assert!(radius as usize + 1 > most),
                Some((given, cost)) => {
                    prop_assert_eq!(given.iter().sum::<usize>(), radius as usize + 1);
                    let mut best = f32::INFINITY;
                    for code in 0..4usize.pow(costs.len() as u32) {
                        let give: Vec<usize> = (0..costs.len() as u32).map(|slot| code / 4usize.pow(slot) % 4).collect();
                        if give.iter().sum::<usize>() == radius as usize + 1 {
                            best = best.min(give.iter().zip(&costs).map(|(give, cost)| cost[*give]).sum());
                        }
                    }
                    prop_assert!((cost - best).abs() < 1e-3);
                }
            }
        }
    }
}
