//! What the steps of an alignment say beyond their cost: each with its neighbours, weighed by what tells a name from the nearest other
//! ones. Weights stand in one array a script, at places that are hashes of what they are for.

use super::{FEATURES, latin_code, lattice::Step, native_code, read_float};
use crate::script::Script;

/// Places of weights in each script, a power of two.
pub(crate) const PLACES: usize = 1 << BITS;
const BITS: u32 = 18;
/// The share of what was learnt that counts: it knows the pairs that it was learnt from too well. Chosen on names that neither training
/// nor measuring saw.
pub const TRUST: f32 = 0.9;
/// Before the first letter, and after the last.
const EDGE: u8 = 254;

/// Weights of one script.
#[derive(Default)]
pub(crate) struct Contexts {
    pub(crate) dense: [f32; FEATURES],
    /// What one unit of `places` is worth.
    pub(crate) unit: f32,
    pub(crate) places: Vec<i8>,
}

impl Contexts {
    /// Reads what `training::write_contexts` wrote, one for each script.
    pub(crate) fn read_all(mut bytes: &[u8]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        all.resize_with(Script::ALL.len(), Self::default);
        while let Some((script, contexts)) = Self::read(&mut bytes) {
            if let Some(slot) = all.get_mut(usize::from(script)) {
                *slot = contexts;
            }
        }
        all
    }

    fn read(bytes: &mut &[u8]) -> Option<(u8, Self)> {
        let (&script, mut rest) = bytes.split_first()?;
        let mut new = Self { unit: read_float(&mut rest)? * TRUST, ..Self::default() };
        for weight in &mut new.dense {
            *weight = read_float(&mut rest)?;
        }
        let (places, tail) = rest.split_at_checked(PLACES)?;
        new.places = places.iter().map(|byte| byte.cast_signed()).collect();
        *bytes = tail;
        Some((script, new))
    }

    pub(crate) fn at(&self, place: usize) -> i32 {
        self.places.get(place).map_or(0, |weight| i32::from(*weight))
    }
}

/// Goes through the steps of an alignment, the last first, and says where their weights stand.
pub(crate) struct Reader<'a> {
    latin: &'a [u8],
    native: &'a [u8],
    after: u32,
    then: u32,
    /// The last two Latin letters: they tell the language.
    end: u32,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(latin: &'a [u8], native: &'a [u8]) -> Self {
        let end = latin.iter().rev().take(2).fold(0, |end, symbol| end << 8 | u32::from(*symbol));
        Self { latin, native, after: 1, then: 1, end }
    }

    pub(crate) fn read(&mut self, step: Step, mut each: impl FnMut(usize)) {
        let Step { i, j, l, k } = step;
        let of = |word: &'a [u8], from: usize, count: usize| word.get(from..from + count).unwrap_or_default();
        let (latin, native) = (of(self.latin, i, l), of(self.native, j, k));
        let this =
            mix((latin_code(latin) as u32) << 4 | (l as u32) << 2 | k as u32, native_code(native) as u32);
        let at = |word: &[u8], place: Option<usize>| {
            u32::from(place.and_then(|place| word.get(place)).copied().unwrap_or(EDGE))
        };
        let (before, next) = (at(self.latin, i.checked_sub(1)), at(self.latin, Some(i + l)));
        let (sooner, later) = (at(self.latin, i.checked_sub(2)), at(self.latin, Some(i + l + 1)));
        let (native_before, native_next) = (at(self.native, j.checked_sub(1)), at(self.native, Some(j + k)));
        let with = |kind: u32, what: u32| (mix(this, kind << 24 ^ what) >> (32 - BITS)) as usize;
        each(with(1, 0));
        each(with(2, before));
        each(with(3, next));
        each(with(4, before << 8 | next));
        each(with(5, native_before));
        each(with(6, native_next));
        each(with(7, native_before << 8 | native_next));
        each(with(8, self.after & 0xFF_FFFF));
        each(with(9, mix(self.after, self.then) & 0xFF_FFFF));
        each(with(10, self.end));
        each(with(11, sooner << 8 | before));
        each(with(12, next << 8 | later));
        self.then = self.after;
        self.after = this;
    }
}

#[inline]
fn mix(a: u32, b: u32) -> u32 {
    let mixed = (u64::from(a) << 32 | u64::from(b)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32) as u32
}
