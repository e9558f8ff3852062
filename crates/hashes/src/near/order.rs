//! The order in which a segment keeps the bits, chosen by its hashes: bits that say the same are put into different slots, so that
//! the buckets of each table are as even as the data allow. The distance does not depend on the order.

use super::slots::Slot;
use crate::hash::{BYTES, PdqHash};

/// Bits of a hash.
const BITS: usize = BYTES * 8;

/// Hashes that are looked at to choose an order.
const SAMPLE: usize = 16_384;

/// Where each bit of the kept hash comes from.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Order {
    from: [u8; BITS],
    /// For each half byte and each of its values, the kept bits that it sets.
    parts: Box<[[u64; 4]]>,
}

impl Order {
    /// An order written as for each kept bit the original one; nothing where that is no permutation.
    pub fn new(from: [u8; BITS]) -> Option<Self> {
        let mut seen = [false; BITS];
        from.iter().for_each(|bit| seen[usize::from(*bit)] = true);
        seen.iter().all(|seen| *seen).then(|| Self { parts: parts(&from), from })
    }

    /// As it is written.
    pub fn written(&self) -> &[u8; BITS] {
        &self.from
    }

    /// The order that suits these hashes and slots.
    pub fn of(hashes: &[PdqHash], slots: &[Slot]) -> Self {
        let columns = columns(hashes);
        let from = spread(&columns, slots);
        let plain = || std::array::from_fn(|bit| bit as u8);
        Self::new(from).unwrap_or_else(|| Self { parts: parts(&plain()), from: plain() })
    }

    /// The hash with its bits in this order.
    #[inline]
    pub fn keep(&self, hash: &PdqHash) -> [u8; BYTES] {
        let mut words = [0u64; 4];
        for (byte, parts) in hash.0.iter().zip(self.parts.as_chunks::<32>().0) {
            let (low, high) = (parts[usize::from(byte & 15)], parts[usize::from(byte >> 4) + 16]);
            words.iter_mut().zip(low.iter().zip(&high)).for_each(|(word, (low, high))| *word |= low | high);
        }
        let mut kept = [0; BYTES];
        kept.as_chunks_mut::<8>().0.iter_mut().zip(words).for_each(|(room, word)| *room = word.to_le_bytes());
        kept
    }

    /// The original of a kept hash.
    pub fn original(&self, kept: &[u8; BYTES]) -> PdqHash {
        let mut hash = [0u8; BYTES];
        for (bit, from) in self.from.iter().enumerate() {
            let set = kept[bit / 8] >> (bit % 8) & 1;
            hash[usize::from(*from) / 8] |= set << (from % 8);
        }
        PdqHash(hash)
    }
}

fn parts(from: &[u8; BITS]) -> Box<[[u64; 4]]> {
    let mut to = [0usize; BITS];
    from.iter().enumerate().for_each(|(bit, from)| to[usize::from(*from)] = bit);
    let part = |half: usize, value: usize| {
        let mut words = [0u64; 4];
        for bit in (0..4).filter(|bit| value >> bit & 1 == 1) {
            let place = to[half * 4 + bit];
            words[place / 64] |= 1 << (place % 64);
        }
        words
    };
    (0..BITS / 4).flat_map(|half| (0..16).map(move |value| part(half, value))).collect()
}

/// For each bit, its value in each hash of an even sample.
fn columns(hashes: &[PdqHash]) -> Vec<Vec<u64>> {
    let step = hashes.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&PdqHash> = hashes.iter().step_by(step).collect();
    let column = |bit: usize| {
        let word = |part: &[&PdqHash]| {
            let value = |hash: &PdqHash| u64::from(hash.0[bit / 8] >> (bit % 8) & 1);
            part.iter().enumerate().fold(0, |word, (at, hash)| word | value(hash) << at)
        };
        sample.chunks(64).map(word).collect()
    };
    (0..BITS).map(column).collect()
}

/// How much two bits say the same: the square of how far their agreement is from half, so that two constant bits count as well.
fn likeness(a: &[u64], b: &[u64]) -> f32 {
    let differing: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
    let all = (a.len() * 64).max(1) as f32;
    let off = 1.0 - 2.0 * differing as f32 / all;
    off * off
}

/// Deals the bits to the slots: the most dependent first, each where it is least like what is there. Addresses are filled first.
fn spread(columns: &[Vec<u64>], slots: &[Slot]) -> [u8; BITS] {
    let alike: Vec<Vec<f32>> =
        columns.iter().map(|a| columns.iter().map(|b| likeness(a, b)).collect()).collect();
    let total = |bit: &usize| alike[*bit].iter().sum::<f32>();
    let mut bits: Vec<usize> = (0..BITS).collect();
    bits.sort_by(|a, b| total(b).total_cmp(&total(a)));
    // The least dependent 16 bits a slot make the addresses; what is left over only fills up.
    let fill = BITS - slots.len() * 16;
    let (rest, addresses) = bits.split_at(fill);
    let mut dealt: Vec<Vec<usize>> = slots.iter().map(|_| Vec::new()).collect();
    addresses.iter().for_each(|bit| deal(*bit, &alike, &mut dealt, |_| 16));
    rest.iter().for_each(|bit| {
        deal(*bit, &alike, &mut dealt, |slot| slots.get(slot).map_or(0, |slot| slot.bytes * 8))
    });
    let mut from = [0; BITS];
    from.iter_mut().zip(dealt.iter().flatten()).for_each(|(from, bit)| *from = *bit as u8);
    from
}

fn deal(bit: usize, alike: &[Vec<f32>], dealt: &mut [Vec<usize>], room: impl Fn(usize) -> usize) {
    let cost = |there: &Vec<usize>| there.iter().map(|other| alike[bit][*other]).sum::<f32>();
    let free = dealt.iter_mut().enumerate().filter(|(slot, there)| there.len() < room(*slot));
    if let Some((_, there)) =
        free.min_by(|a, b| cost(a.1).total_cmp(&cost(b.1)).then(a.1.len().cmp(&b.1.len())))
    {
        there.push(bit);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::slots::slots, *};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_order_keeps_distances_and_gives_the_original_back(
            hashes in proptest::collection::vec(any::<[u8; 32]>().prop_map(PdqHash), 2..20),
        ) {
            let order = Order::of(&hashes, &slots(&[2; 16], 9).unwrap());
            for pair in hashes.windows(2) {
                let kept = [order.keep(&pair[0]), order.keep(&pair[1])];
                prop_assert_eq!(crate::vector::distance(&kept[0], &kept[1]), pair[0].distance(&pair[1]));
                prop_assert_eq!(order.original(&kept[0]), pair[0]);
            }
            prop_assert!(Order::new(*order.written()).is_some());
        }
    }

    #[test]
    fn what_is_no_permutation_is_no_order() {
        assert!(Order::new([7; 256]).is_none());
    }

    #[test]
    fn bits_that_always_agree_land_in_different_addresses() {
        // Bits 0 to 15 of each hash are copies of one another; all others vary by themselves.
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as u8
        };
        let hashes: Vec<PdqHash> = (0..2000)
            .map(|_| {
                let mut hash = PdqHash(std::array::from_fn(|_| next()));
                let copy = if hash.0[0] & 1 == 1 { 0xff } else { 0 };
                (hash.0[0], hash.0[1]) = (copy, copy);
                hash
            })
            .collect();
        let slots = slots(&[2; 16], 9).unwrap();
        let order = Order::of(&hashes, &slots);
        for slot in order.written().chunks(16) {
            assert!(slot.iter().filter(|bit| **bit < 16).count() <= 2, "{slot:?}");
        }
    }
}
