//! Brightness of each pixel, as the reference weighs colours.

use super::{PdqError, Pixels};
use crate::vector::{self, Level};
use std::ops::Range;

/// Are there as many values as width and height say?
pub(super) fn check(width: usize, height: usize, pixels: Pixels<'_>) -> Result<(), PdqError> {
    let (given, each) = match pixels {
        Pixels::Luma(luma) => (luma.len(), 1),
        Pixels::Gray(gray) => (gray.len(), 1),
        Pixels::Rgb(rgb) => (rgb.len(), 3),
    };
    let wanted = width.checked_mul(height).and_then(|all| all.checked_mul(each));
    if wanted == Some(given) { Ok(()) } else { Err(PdqError::Size { width, height, given }) }
}

/// Puts the brightness of these pixels into `to`.
pub(super) fn fill(pixels: Pixels<'_>, places: Range<usize>, to: &mut Vec<f32>) {
    to.clear();
    match pixels {
        Pixels::Luma(luma) => to.extend_from_slice(luma.get(places).unwrap_or_default()),
        Pixels::Gray(gray) => {
            to.extend(gray.get(places).unwrap_or_default().iter().map(|value| f32::from(*value)))
        }
        Pixels::Rgb(rgb) => {
            vector::brightness(Level::best(), rgb.as_chunks().0.get(places).unwrap_or_default(), to)
        }
    }
}
