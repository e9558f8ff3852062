//! The vectors of Project Wycheproof for Cobblestone-256, see `tests/vectors/README.md`.

use aws_lc_rs::digest::{SHA512, digest};
use serde_json::Value;

use super::super::*;

const VECTORS: &str = include_str!("../../../tests/vectors/cobblestone_256_wycheproof.json");

struct Vector {
    id: u64,
    key: ItemKey,
    context: Vec<u8>,
    sealed: Vec<u8>,
    flags: Vec<String>,
    valid: Option<(u64, String)>,
}

fn vector(value: &Value) -> Vector {
    let text = |name: &str| value[name].as_str().unwrap();
    let bytes = |name| hex::decode(text(name)).unwrap();
    let flags = value["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap().to_owned());
    let valid = text("result") == "valid";
    Vector {
        id: value["tcId"].as_u64().unwrap(),
        key: ItemKey::new(bytes("key").try_into().unwrap()),
        context: bytes("ctx"),
        sealed: miniz_oxide::inflate::decompress_to_vec_zlib(&bytes("ct")).unwrap(),
        flags: flags.collect(),
        valid: valid.then(|| (value["msgLength"].as_u64().unwrap(), text("msgSha512").to_owned())),
    }
}

fn vectors() -> Vec<Vector> {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    all["tests"].as_array().unwrap().iter().map(vector).collect()
}

fn opened(vector: &Vector) -> Result<Vec<u8>, ChunkFault> {
    let len = vector.sealed.len() as u64;
    let mut opener = Opener::open(&vector.sealed[..], len, &vector.key, &vector.context)?;
    let mut plain = Vec::new();
    opener.read(0..opener.size(), &mut plain)?;
    Ok(plain)
}

#[test]
fn valid_vectors_open_to_their_message() {
    let valid: Vec<_> = vectors().into_iter().filter(|vector| vector.valid.is_some()).collect();
    assert_eq!(valid.len(), 7);
    for vector in valid {
        let plain = opened(&vector).unwrap();
        let (len, sha) = vector.valid.as_ref().unwrap();
        assert_eq!(plain.len() as u64, *len, "{}", vector.id);
        assert_eq!(hex::encode(digest(&SHA512, &plain)), *sha, "{}", vector.id);
    }
}

#[test]
fn valid_vectors_are_sealed_to_the_same_bytes() {
    for vector in vectors().into_iter().filter(|vector| vector.valid.is_some()) {
        let salt = Salt::new(vector.sealed[..SALT_LEN].try_into().unwrap());
        let mut sealer = Sealer::new(&vector.key, &vector.context, salt).unwrap();
        let mut out = Vec::new();
        sealer.update(&opened(&vector).unwrap(), &mut out).unwrap();
        sealer.finish(&mut out).unwrap();
        assert_eq!(out, vector.sealed, "{}", vector.id);
    }
}

#[test]
fn invalid_vectors_are_refused_where_their_flags_say() {
    let invalid: Vec<_> = vectors().into_iter().filter(|vector| vector.valid.is_none()).collect();
    assert_eq!(invalid.len(), 22);
    for vector in invalid {
        assert!(opened(&vector).is_err(), "{}", vector.id);
        let has = |flag: &str| vector.flags.iter().any(|given| given == flag);
        let len = vector.sealed.len() as u64;
        let head = Opener::head(&vector.sealed[..], &[], len, &vector.key, &vector.context);
        assert_eq!(
            matches!(head, Err(ChunkFault::WrongKey { .. })) || len < HEADER_LEN as u64,
            has("HeaderFailure"),
            "{}",
            vector.id
        );
        let length_is_authentic = Opener::open(&vector.sealed[..], len, &vector.key, &vector.context).is_ok();
        assert_eq!(length_is_authentic, has("ValidFinalChunk"), "{}", vector.id);
    }
}
