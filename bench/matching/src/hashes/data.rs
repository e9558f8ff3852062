//! Hashes to search, the same in every run.
//!
//! *Uniform*: random bits. *Clustered*: 10,000 centres whose sizes fall with the square root of their rank (the largest has 50,000 of
//! 10 million); each centre's bits stand above the median of 256 values that share 24 hidden factors, so that bits depend on each
//! other and half of them are set, as in PDQ; each member differs from its centre in 0 to 60 bits, the lesser of two draws. Queries
//! are members with 0 to 39 bits flipped.

use comity_hashes::PdqHash;

/// Which hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Uniform,
    Clustered,
}

const CENTRES: usize = 10_000;
const FACTORS: usize = 24;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn under(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.chunks_mut(8).for_each(|part| part.copy_from_slice(&self.next().to_le_bytes()[..part.len()]));
        bytes
    }

    /// About normal: the sum of twelve draws.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| (self.next() >> 11) as f64 / (1u64 << 53) as f64).sum::<f64>() - 6.0
    }

    fn flip(&mut self, hash: &PdqHash, bits: usize) -> PdqHash {
        let mut hash = *hash;
        for _ in 0..bits {
            let bit = self.under(256);
            hash.0[bit / 8] ^= 1 << (bit % 8);
        }
        hash
    }
}

pub fn hashes(kind: Kind, count: usize) -> Vec<PdqHash> {
    let mut random = Random(7);
    match kind {
        Kind::Uniform => (0..count).map(|_| PdqHash(random.bytes())).collect(),
        Kind::Clustered => clustered(count, &mut random),
    }
}

fn clustered(count: usize, random: &mut Random) -> Vec<PdqHash> {
    let weight = |rank: usize| 1.0 / ((rank + 1) as f64).sqrt();
    let all: f64 = (0..CENTRES).map(weight).sum();
    let mut hashes = Vec::with_capacity(count);
    for rank in 0..CENTRES {
        let centre = centre(random);
        let members = (count as f64 * weight(rank) / all).ceil() as usize;
        for _ in 0..members.min(count - hashes.len()) {
            let bits = random.under(61).min(random.under(61));
            hashes.push(random.flip(&centre, bits));
        }
    }
    for last in (1..hashes.len()).rev() {
        let other = random.under(last + 1);
        hashes.swap(last, other);
    }
    hashes
}

fn centre(random: &mut Random) -> PdqHash {
    let factors: [f64; FACTORS] = std::array::from_fn(|_| random.normal());
    let value = |bit: usize, own: f64| {
        let sign = if (bit / FACTORS).is_multiple_of(2) { 0.8 } else { -0.8 };
        own + sign * factors[bit % FACTORS] + 0.3 * factors[bit * 7 % FACTORS]
    };
    let values: [f64; 256] = std::array::from_fn(|bit| value(bit, random.normal()));
    let mut sorted = values;
    sorted.sort_by(f64::total_cmp);
    let mut hash = PdqHash::default();
    for bit in (0..256).filter(|bit| values[*bit] > sorted[127]) {
        hash.0[bit / 8] |= 1 << (bit % 8);
    }
    hash
}

/// Queries near what is there.
pub fn queries(hashes: &[PdqHash], count: usize) -> Vec<PdqHash> {
    let mut random = Random(11);
    let query = |_| {
        let hash = hashes[random.under(hashes.len())];
        let bits = random.under(40);
        random.flip(&hash, bits)
    };
    (0..count).map(query).collect()
}
