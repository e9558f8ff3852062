//! PDQ: 256 bits of a picture by which its copies are found again, and how much there is to see in it.
//!
//! Made as the reference in C++ makes it, operation for operation: brightness, two passes of a box filter in each direction, 64 by 64
//! samples, the 16 by 16 lowest frequencies of a cosine transform without the constant one, and each of them compared with their
//! median. The published rule asks for the same hash from the same pixels, and for at most 10 differing bits from the same file at a
//! quality of 80 or more, since decoders differ.
//!
//! Not for decoding (but behind the feature `decode`), and not for faces or persons: it finds copies of the same picture only.

mod dct;
#[cfg(feature = "decode")]
mod decode;
mod filter;
mod luma;
mod slide;
#[cfg(test)]
mod tests;

#[cfg(feature = "decode")]
pub use decode::{Limits, of_image};

use crate::PdqHash;
use dct::Frequencies;

/// The shortest side that has a hash.
const LEAST_SIDE: usize = 5;

/// Samples along each side.
const SAMPLES: usize = 64;

/// A picture's hash and quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pdq {
    /// The hash.
    pub hash: PdqHash,
    /// How much there is to see, 0 to 100; under [`crate::near::LEAST_QUALITY`] the hash says little.
    pub quality: u8,
}

/// The hashes of a picture's eight turned and mirrored variants, all from one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variants {
    /// As it is; turned by 90, 180 and 270 degrees; mirrored top to bottom and left to right; mirrored along either diagonal. The order of the
    /// reference.
    pub hashes: [PdqHash; 8],
    /// How much there is to see, 0 to 100.
    pub quality: u8,
}

impl Variants {
    /// The picture as it is.
    #[must_use]
    pub fn as_it_is(&self) -> Pdq {
        Pdq { hash: self.hashes[0], quality: self.quality }
    }
}

/// Why a picture has no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdqError {
    /// The pixels are not as many as width and height say.
    #[error("`{given}` values are no picture of {width} by {height}; give one of each pixel and colour")]
    Size {
        /// Columns.
        width: usize,
        /// Rows.
        height: usize,
        /// How many values were given.
        given: usize,
    },
    /// Larger than the limits allow.
    #[error(
        "a picture of {width} by {height} is above the limit of {pixels} pixels and {side} a side; make it smaller first"
    )]
    TooLarge {
        /// Columns.
        width: u64,
        /// Rows.
        height: u64,
        /// Most pixels.
        pixels: u64,
        /// Longest side.
        side: u64,
    },
    /// Neither JPEG nor PNG, or damaged.
    #[error("the picture cannot be read: {0}; give a whole JPEG or PNG file")]
    Decode(String),
}

/// The pixels of a picture, row by row from the top.
#[derive(Debug, Clone, Copy)]
pub enum Pixels<'a> {
    /// Brightness, 0 to 255.
    Luma(&'a [f32]),
    /// Brightness in bytes.
    Gray(&'a [u8]),
    /// Red, green and blue.
    Rgb(&'a [u8]),
}

/// The hash of a picture. A side under 5 pixels has the hash 0 and quality 0, as in the reference.
pub fn hash(width: usize, height: usize, pixels: Pixels<'_>) -> Result<Pdq, PdqError> {
    let Some((frequencies, quality)) = frequencies(width, height, pixels)? else {
        return Ok(Pdq { hash: PdqHash::default(), quality: 0 });
    };
    Ok(Pdq { hash: frequencies.bits(), quality })
}

/// The hashes of all eight variants.
pub fn variants(width: usize, height: usize, pixels: Pixels<'_>) -> Result<Variants, PdqError> {
    let Some((frequencies, quality)) = frequencies(width, height, pixels)? else {
        return Ok(Variants { hashes: [PdqHash::default(); 8], quality: 0 });
    };
    Ok(Variants { hashes: frequencies.variants().map(|variant| variant.bits()), quality })
}

fn frequencies(
    width: usize,
    height: usize,
    pixels: Pixels<'_>,
) -> Result<Option<(Frequencies, u8)>, PdqError> {
    luma::check(width, height, pixels)?;
    if width < LEAST_SIDE || height < LEAST_SIDE {
        return Ok(None);
    }
    let samples = filter::samples(width, height, pixels);
    Ok(Some((Frequencies::of(&samples), quality(&samples))))
}

/// The sum of all steps between neighbouring samples, in hundredths of the full brightness, each rounded towards zero.
fn quality(samples: &[[f32; SAMPLES]; SAMPLES]) -> u8 {
    let step = |a: &f32, b: &f32| (((a - b) * 100.0) / 255.0) as i32;
    let across =
        |row: &[f32; SAMPLES]| row.iter().zip(row.iter().skip(1)).map(|(a, b)| step(a, b).abs()).sum::<i32>();
    let down = |(above, below): (&[f32; SAMPLES], &[f32; SAMPLES])| {
        above.iter().zip(below).map(|(a, b)| step(a, b).abs()).sum::<i32>()
    };
    let sum = samples.iter().map(across).sum::<i32>()
        + samples.iter().zip(samples.iter().skip(1)).map(down).sum::<i32>();
    (sum / 90).clamp(0, 100) as u8
}
