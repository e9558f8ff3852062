//! Brightness of each pixel, as the reference weighs colours.

use super::{PdqError, Pixels};

/// The weights of red, green and blue.
const WEIGHTS: [f32; 3] = [0.299, 0.587, 0.114];

/// What each value of each colour adds.
const SHARES: [[f32; 256]; 3] = shares();

const fn shares() -> [[f32; 256]; 3] {
    let mut shares = [[0.0; 256]; 3];
    let mut colour = 0;
    while colour < 3 {
        let mut value = 0;
        while value < 256 {
            shares[colour][value] = WEIGHTS[colour] * value as f32;
            value += 1;
        }
        colour += 1;
    }
    shares
}

/// The brightness of all pixels.
pub(super) fn of(width: usize, height: usize, pixels: Pixels<'_>) -> Result<Vec<f32>, PdqError> {
    let (given, each) = match pixels {
        Pixels::Luma(luma) => (luma.len(), 1),
        Pixels::Gray(gray) => (gray.len(), 1),
        Pixels::Rgb(rgb) => (rgb.len(), 3),
    };
    if width.checked_mul(height).and_then(|all| all.checked_mul(each)) != Some(given) {
        return Err(PdqError::Size { width, height, given });
    }
    Ok(match pixels {
        Pixels::Luma(luma) => luma.to_vec(),
        Pixels::Gray(gray) => gray.iter().map(|value| f32::from(*value)).collect(),
        Pixels::Rgb(rgb) => rgb.as_chunks::<3>().0.iter().map(weigh).collect(),
    })
}

#[inline(always)]
fn weigh(&[red, green, blue]: &[u8; 3]) -> f32 {
    let [reds, greens, blues] = &SHARES;
    reds[usize::from(red)] + greens[usize::from(green)] + blues[usize::from(blue)]
}
