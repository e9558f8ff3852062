//! PDQ hashes of pixels, and how far photographs are from the reference.

use super::{data::Random, peers, processor};
use crate::report::{Fallible, Section};
use comity_hashes::pdq::{Pixels, hash};
use std::{hint::black_box, path::Path, time::Instant};

/// A megapixel.
const SIDE: usize = 1024;

/// Seconds that are measured.
const LONG: f64 = 3.0;

pub fn measure(_data: &Path, folder: &Path) -> Fallible<Vec<Section>> {
    let mut section = Section::new("PDQ of 1024 x 1024 pixels, decoding apart");
    let mut random = Random(3);
    let picture: Vec<u8> = (0..SIDE * SIDE).flat_map(|_| random.bytes::<3>()).collect();
    let ours = hash(SIDE, SIDE, Pixels::Rgb(&picture))?;
    let (begun, mut made, mut fastest) = (processor(), 0u32, f64::INFINITY);
    while processor() - begun < LONG {
        let one = Instant::now();
        black_box(hash(SIDE, SIDE, black_box(Pixels::Rgb(&picture)))?);
        fastest = fastest.min(one.elapsed().as_secs_f64());
        made += 1;
    }
    let rate = f64::from(made) / (processor() - begun);
    section.at_least("hashes a second of one core", rate, "/s", 300.0);
    section.figure("the fastest of them, by the clock", 1.0 / fastest, "/s");
    section.figure("limit: reading the pixels once into brightness", brightness(&picture), "/s");
    section.note("from red, green and blue to hash and quality; the limit is the first of five passes over the pixels alone");
    Ok(vec![section, peers::pdqhash(folder, &picture, SIDE, &ours)?])
}

/// How often a second the pixels can be weighed and nothing else.
fn brightness(picture: &[u8]) -> f64 {
    let (begun, mut made) = (processor(), 0u32);
    let mut luma = vec![0f32; picture.len() / 3];
    while processor() - begun < LONG / 3.0 {
        for (luma, pixel) in luma.iter_mut().zip(picture.as_chunks::<3>().0) {
            *luma = 0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2]);
        }
        black_box(&luma);
        made += 1;
    }
    f64::from(made) / (processor() - begun)
}
