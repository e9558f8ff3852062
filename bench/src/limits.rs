//! What this machine allows, whatever the program: one core's cryptography, one disk's forced writes.

use crate::report::{Fallible, Section};
use comity_seal::{SealingKey, SigningKey, open, seal};
use std::{
    fs::OpenOptions,
    hint::black_box,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

const TYPE: &str = "application/vnd.example.statement+json";

/// Microseconds of one operation on one core.
fn each<T>(mut operation: impl FnMut() -> Fallible<T>) -> Fallible<f64> {
    let (begun, mut runs) = (Instant::now(), 0u32);
    while begun.elapsed() < Duration::from_millis(700) {
        black_box(operation()?);
        runs += 1;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(runs.max(1)))
}

/// All of it.
pub fn measure(data: &Path) -> Fallible<Section> {
    let mut section = Section::new("limits of this machine");
    let signing = SigningKey::generate()?;
    let verifier = signing.public().verifier()?;
    let sealing = SealingKey::generate()?;
    let to = [sealing.public().clone()];
    let text = [b'x'; 1024];
    let (signed, sealed) = (signing.sign_dsse(TYPE, &text)?, seal(&text, &to)?);
    let sign = each(|| Ok(signing.sign_dsse(TYPE, &text)?))?;
    let verify = each(|| Ok(verifier.verify(&signed, TYPE)?))?;
    let closed = each(|| Ok(seal(&text, &to)?))?;
    let opened = each(|| Ok(open(&sealed, &sealing, text.len())?))?;
    section.figure("sign 1 KiB (Ed25519 and ML-DSA-65), one core", 1e6 / sign, "/s");
    section.figure("verify both signatures, one core", 1e6 / verify, "/s");
    section.figure("seal 1 KiB (X-Wing), one core", 1e6 / closed, "/s");
    section.figure("open 1 KiB, one core", 1e6 / opened, "/s");
    // Statement: signed and verified. Body: sealed and opened. Receipt: signed and verified.
    let envelope = 2.0 * (sign + verify) + closed + opened;
    section.figure("cryptography of one envelope with its receipt", envelope, "µs");
    section.figure("envelopes a second by cryptography alone, one core", 1e6 / envelope, "/s");
    section.figure("forced writes (fdatasync after 4 KiB)", forced_writes(data)?, "/s");
    Ok(section)
}

fn forced_writes(data: &Path) -> Fallible<f64> {
    let path = data.join("forced-writes");
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).open(&path)?;
    let (begun, mut writes) = (Instant::now(), 0u32);
    while begun.elapsed() < Duration::from_secs(2) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        writes += 1;
    }
    let rate = f64::from(writes) / begun.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}
