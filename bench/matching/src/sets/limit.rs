//! What the group's arithmetic costs at least: four multiplications for each entry of a million against a million, whoever
//! programs it.

use super::timed;
use crate::report::Section;
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use curve25519_dalek::{RistrettoPoint, Scalar};
use std::hint::black_box;

const POINTS: usize = 20_000;
const ROUNDS: usize = 3;

/// The least of some rounds, in microseconds for each point: one thread, CPU time.
fn least(mut work: impl FnMut()) -> f64 {
    let round = |_| timed(&mut work).1;
    let seconds = (0..ROUNDS).map(round).fold(f64::MAX, f64::min);
    seconds * 1e6 / POINTS as f64
}

pub fn measure(count: usize) -> Section {
    let mut section = Section::new("sets: the limit of the arithmetic");
    let multiplications = 4.0 * count as f64;
    for (name, micros) in [("ristretto255, curve25519-dalek", multiply()), ("X25519, AWS-LC", ladder())] {
        section.figure(format!("one multiplication: {name}"), micros, "us");
        let total = micros * multiplications / 1e6;
        section.figure(format!("two sets of {count}, both parties: {name}"), total, "CPU s");
    }
    section.note("limit = 4 multiplications for each entry, the least of 3 rounds of 20,000 in one thread; hashing, decoding and encoding come on top");
    section.note(backend());
    section
}

#[allow(unexpected_cfgs, reason = "set for the library by whoever builds for AVX-512, as its README says")]
fn backend() -> &'static str {
    if cfg!(curve25519_dalek_backend = "avx512") {
        "curve25519-dalek was built with its AVX-512 IFMA backend"
    } else {
        "curve25519-dalek as it builds by default (AVX2)"
    }
}

fn multiply() -> f64 {
    let scalar = Scalar::from_bytes_mod_order([0x5a; 32]);
    let point = RistrettoPoint::mul_base(&scalar);
    least(|| {
        let mut point = point;
        for _ in 0..POINTS {
            point = scalar * point;
        }
        black_box(point);
    })
}

fn ladder() -> f64 {
    let Ok(key) = PrivateKey::from_private_key(&X25519, &[0x5a; 32]) else { return f64::NAN };
    least(|| {
        let mut point = [9u8; 32];
        for _ in 0..POINTS {
            let peer = UnparsedPublicKey::new(&X25519, point);
            let shared = agree(&key, peer, (), |shared| shared.try_into().map_err(|_| ()));
            point = shared.unwrap_or_default();
        }
        black_box(point);
    })
}
