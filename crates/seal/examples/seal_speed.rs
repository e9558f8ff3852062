//! Measures one operation at a time, on one thread: `cargo run --release -p comity-seal --example seal_speed`.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use comity_seal::{
    Dsse, KeyFile, MAX_RECIPIENTS, SealingKey, SealingPublicKey, SigningKey, WorkFactor, decrypt_key_file,
    encrypt_key_file, open, seal,
};

const TYPE: &str = "application/vnd.example.statement+json";

/// Runs `operation` for about half a second and prints its mean time.
fn measure<T>(
    name: &str,
    mut operation: impl FnMut() -> Result<T, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let mut runs = 0u32;
    while start.elapsed() < Duration::from_millis(500) {
        black_box(operation()?);
        runs += 1;
    }
    let each = start.elapsed() / runs;
    println!("{name:<44} {:>10.1} µs", each.as_secs_f64() * 1e6);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    signatures()?;
    bodies()?;
    key_files()
}

fn signatures() -> Result<(), Box<dyn Error>> {
    let key = SigningKey::generate()?;
    let verifier = key.public().verifier()?;
    let payload = [b'x'; 1024];
    let dsse = key.sign_dsse(TYPE, &payload)?;
    let json = dsse.to_json();
    println!("an envelope of 1 KiB is {} bytes of JSON", json.len());
    measure("make a signing key", || Ok(SigningKey::generate()?))?;
    measure("sign 1 KiB with both", || Ok(key.sign_dsse(TYPE, &payload)?))?;
    measure("verify both, prepared", || Ok(verifier.verify(&dsse, TYPE)?))?;
    measure("verify both, parsing the key", || Ok(dsse.verify(key.public(), TYPE)?))?;
    measure("write JSON", || Ok(dsse.to_json()))?;
    measure("read JSON", || Ok(Dsse::from_json(&json)?))
}

fn bodies() -> Result<(), Box<dyn Error>> {
    let keys = [SealingKey::generate()?, SealingKey::generate()?, SealingKey::generate()?];
    let to = [0, 1, 2].map(|i: usize| keys[i].public().clone());
    let text = to[0].to_string();
    measure("make a sealing key", || Ok(SealingKey::generate()?))?;
    measure("parse a public sealing key", || Ok(text.parse::<SealingPublicKey>()?))?;
    for size in [1024, 1 << 20] {
        let body = vec![7; size];
        for count in [1, 3] {
            let sealed = seal(&body, &to[..count])?;
            let what = format!("{size} bytes, {count} recipient(s)");
            measure(&format!("seal {what}"), || Ok(seal(&body, &to[..count])?))?;
            measure(&format!("open {what}"), || Ok(open(&sealed, &keys[0], size)?))?;
        }
    }
    many_recipients(&keys[0])
}

/// What the largest bodies and the worst headers cost their reader.
fn many_recipients(key: &SealingKey) -> Result<(), Box<dyn Error>> {
    let others = (0..MAX_RECIPIENTS).map(|_| SealingKey::generate());
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let to: Vec<_> = others.iter().map(|key| key.public().clone()).collect();
    let sealed = seal(b"", &to)?;
    measure("seal to 256 recipients", || Ok(seal(b"", &to)?))?;
    measure("find that none of 256 is us", || Ok(open(&sealed, key, 0).is_err()))?;
    let stanza = format!("-> {}\n\n", "x".repeat(1800));
    let worst = format!("age-encryption.org/v1\n{}--- {}\n", stanza.repeat(285), "A".repeat(43));
    measure("refuse the longest header", || Ok(open(worst.as_bytes(), key, 0).is_err()))
}

fn key_files() -> Result<(), Box<dyn Error>> {
    let keys = KeyFile::default();
    for (name, work) in [("fast", WorkFactor::FAST), ("strong", WorkFactor::STRONG)] {
        let file = encrypt_key_file(&keys, "invented", work)?;
        measure(&format!("open a key file, {name} work factor"), || {
            Ok(decrypt_key_file(&file, "invented")?)
        })?;
    }
    Ok(())
}
