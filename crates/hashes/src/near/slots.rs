//! How the 256 bits are cut into slots, and how much each slot may differ: the general pigeonhole principle.
//!
//! Give each slot a tolerance `t` of -1 or more such that all `t + 1` together are the radius plus one. A hash within the radius
//! then differs in some slot by at most that slot's tolerance; for if every slot `i` differed by `t_i + 1` or more, all together
//! would differ by more than the radius. Going round the slots in a circle says more: counting `d_i - (t_i + 1)` from slot to
//! slot ends below zero, so the slot right after the (last) highest count has only negative counts ahead of it. So some slot `i`
//! has both `d_i <= t_i` and `d_i + d_next <= t_i + t_next + 1`. The second is what the sketches are for; nothing within the
//! radius is ever missed, whatever the tolerances are, so they are chosen for each query by what they cost.

use crate::hash::BYTES;

/// The largest tolerance of a slot.
pub(super) const MOST_TOLERANCE: usize = 2;

/// Choices for a slot: tolerance -1 (not looked at) to 2.
pub(super) const CHOICES: usize = MOST_TOLERANCE + 2;

/// Most slots of a segment.
pub(super) const MOST_SLOTS: usize = 16;

/// What is flipped in an address of so many bits to reach all within distance 2, nearest first.
pub(super) fn flips(bits: u32) -> Vec<u32> {
    let once = (0..bits).map(|bit| 1 << bit);
    let twice = (0..bits).flat_map(|bit| (bit + 1..bits).map(move |other| 1 << bit | 1 << other));
    std::iter::once(0).chain(once).chain(twice).collect()
}

/// How many addresses of so many bits lie within distance 0, 1 and 2 of one.
pub(super) fn balls(bits: u32) -> [usize; MOST_TOLERANCE + 1] {
    let bits = bits as usize;
    [1, 1 + bits, 1 + bits + bits * bits.saturating_sub(1) / 2]
}

/// One slot: bytes of the permuted hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// The first byte.
    start: usize,
    /// Two, three or four bytes.
    pub bytes: usize,
    /// How many of its bits are the address in its table.
    pub address_bits: u32,
}

impl Slot {
    /// Addresses of its table.
    pub fn addresses(&self) -> usize {
        1 << self.address_bits
    }

    /// The address of this hash.
    #[inline]
    pub fn address(&self, hash: &[u8; BYTES]) -> u32 {
        self.bits(hash) as u32 & (self.addresses() - 1) as u32
    }

    /// The 16 bits after the address, in a circle: the rest of this slot and the beginning of the next.
    #[inline]
    pub fn sketch(&self, hash: &[u8; BYTES]) -> u16 {
        (self.bits(hash) >> self.address_bits) as u16
    }

    /// The bits from the slot's beginning.
    #[inline]
    fn bits(&self, hash: &[u8; BYTES]) -> u64 {
        let at = |place: usize| hash.get((self.start + place) % BYTES).copied().unwrap_or_default();
        u64::from_le_bytes(std::array::from_fn(at))
    }

    /// Which bits of the sketch belong to this slot.
    pub fn own(&self) -> u16 {
        let rest = (self.bytes as u32 * 8).saturating_sub(self.address_bits).min(16);
        ((1u32 << rest) - 1) as u16
    }
}

/// The slots of these sizes in bytes, one after the other, for so many rows; nothing where they are not a partition of the hash.
pub(super) fn slots(sizes: &[u8], rows: usize) -> Option<Vec<Slot>> {
    let valid = sizes.len() <= MOST_SLOTS
        && sizes.iter().all(|size| (2..=4).contains(size))
        && sizes.iter().map(|size| usize::from(*size)).sum::<usize>() == BYTES;
    let mut start = 0;
    let cut = |size: &u8| {
        let bytes = usize::from(*size);
        let slot = Slot { start, bytes, address_bits: address_bits(bytes, rows) };
        start += bytes;
        slot
    };
    valid.then(|| sizes.iter().map(cut).collect())
}

/// A longer slot may have a longer address: buckets of some 32 rows lie in one or two lines of memory.
fn address_bits(bytes: usize, rows: usize) -> u32 {
    match bytes {
        2 => 16,
        _ => rows.checked_ilog2().unwrap_or(0).saturating_sub(5).clamp(16, 20),
    }
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
        for bits in [16, 18, 20] {
            let mut flips = flips(bits);
            assert!(flips.is_sorted_by_key(|flip| flip.count_ones()));
            for (distance, ball) in balls(bits).into_iter().enumerate() {
                assert_eq!(flips.iter().filter(|flip| flip.count_ones() as usize <= distance).count(), ball);
            }
            flips.sort_unstable();
            assert!((0..1u32 << bits).filter(|flip| flip.count_ones() <= 2).eq(flips));
        }
    }

    #[test]
    fn only_a_partition_of_the_hash_makes_slots() {
        assert!(slots(&[2; 16], 9).is_some());
        for bad in [&[2u8; 15][..], &[2; 17], &[1; 32], &[8; 4], &[]] {
            assert!(slots(bad, 9).is_none());
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
