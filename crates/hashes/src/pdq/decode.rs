//! Pictures from files, within limits, so that a small file that says it is huge costs nothing.

use super::{PdqError, Pixels, Variants, variants};
use image::{ColorType, DynamicImage, ImageError, ImageReader, error::LimitErrorKind};
use std::io::Cursor;

/// What a picture may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels.
    pub pixels: u64,
    /// Longest side, in pixels.
    pub side: u32,
    /// Most bytes that decoding takes.
    pub memory: u64,
}

impl Default for Limits {
    /// 100 million pixels, 32,768 pixels a side, 512 MiB.
    fn default() -> Self {
        Self { pixels: 100_000_000, side: 32_768, memory: 512 << 20 }
    }
}

/// The hashes of a JPEG or PNG file. Turning marks in the file (Exif) are not followed: the variants hold all turns. What is transparent
/// counts with the colour that it has.
pub fn of_image(bytes: &[u8], limits: &Limits) -> Result<Variants, PdqError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut reader = reader.map_err(|fault| PdqError::Decode(fault.to_string()))?;
    let (width, height) = dimensions(bytes)?;
    if u64::from(width) * u64::from(height) > limits.pixels || width.max(height) > limits.side {
        return Err(too_large(width, height, limits));
    }
    let mut allowed = image::Limits::no_limits();
    allowed.max_image_width = Some(limits.side);
    allowed.max_image_height = Some(limits.side);
    allowed.max_alloc = Some(limits.memory);
    reader.limits(allowed);
    let picture = reader.decode().map_err(|fault| refused(&fault, width, height, limits))?;
    of_decoded(picture)
}

fn dimensions(bytes: &[u8]) -> Result<(u32, u32), PdqError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let reader = reader.map_err(|fault| PdqError::Decode(fault.to_string()))?;
    reader.into_dimensions().map_err(|fault| PdqError::Decode(fault.to_string()))
}

fn too_large(width: u32, height: u32, limits: &Limits) -> PdqError {
    PdqError::TooLarge {
        width: u64::from(width),
        height: u64::from(height),
        pixels: limits.pixels,
        side: u64::from(limits.side),
    }
}

fn refused(fault: &ImageError, width: u32, height: u32, limits: &Limits) -> PdqError {
    match fault {
        ImageError::Limits(limit)
            if matches!(
                limit.kind(),
                LimitErrorKind::DimensionError | LimitErrorKind::InsufficientMemory
            ) =>
        {
            too_large(width, height, limits)
        }
        other => PdqError::Decode(other.to_string()),
    }
}

fn of_decoded(picture: DynamicImage) -> Result<Variants, PdqError> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    match picture.color() {
        ColorType::L8 => variants(width, height, Pixels::Gray(picture.into_luma8().as_raw())),
        _ => variants(width, height, Pixels::Rgb(picture.into_rgb8().as_raw())),
    }
}
