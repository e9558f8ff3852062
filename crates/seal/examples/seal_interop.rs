//! Prints, as JSON, a signed envelope and a sealed body with the keys to check them, for other implementations:
//! `cargo run -p comity-seal --example seal_interop`. The keys are made for the occasion and worth nothing.

use std::error::Error;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use comity_seal::{SealingKey, SigningKey, seal};

const TYPE: &str = "application/vnd.example.statement+json";
const BODY: &[u8] = b"a body for another implementation";

fn main() -> Result<(), Box<dyn Error>> {
    let signing = SigningKey::generate()?;
    let envelope = signing.sign_dsse(TYPE, br#"{"greeting":"bonjour"}"#)?;
    let keys = [SealingKey::generate()?, SealingKey::generate()?];
    let to = [keys[0].public().clone(), keys[1].public().clone()];
    let identities = [keys[0].to_secret_text(), keys[1].to_secret_text()];
    let long = vec![7; 200_000];
    let out = serde_json::json!({
        "public_key": signing.public(),
        "key_id": signing.public().key_id(),
        "envelope": envelope,
        "identities": [identities[0].as_str(), identities[1].as_str()],
        "recipients": [to[0].to_string(), to[1].to_string()],
        "body": STANDARD.encode(BODY),
        "sealed_to_both": STANDARD.encode(seal(BODY, &to)?),
        "long_body": STANDARD.encode(&long),
        "long_sealed_to_first": STANDARD.encode(seal(&long, &to[..1])?),
    });
    println!("{out}");
    Ok(())
}
