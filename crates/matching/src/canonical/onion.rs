//! Onion addresses: version 3 with its checksum (Tor rend-spec-v3, 6, `[ONIONADDRESS]`), version 2 by its shape, since old files
//! still hold them.

use super::{Fault, Found};
use sha3::{Digest, Sha3_256};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const VERSION: u8 = 3;

pub(super) fn canonical(text: &str) -> Result<Found, Fault> {
    let host = host(&text.to_lowercase()).to_owned();
    let label = match host.strip_suffix(".onion") {
        Some(name) => name.rsplit('.').next().unwrap_or(name),
        None => host.as_str(),
    };
    let advice = "an onion address has letters a to z and digits 2 to 7 before `.onion`";
    Fault::first_odd(label, advice, |c| u8::try_from(c).is_ok_and(|byte| ALPHABET.contains(&byte)))?;
    match label.len() {
        56 if agrees(&decode(label)) => Ok(Found::summed(format!("{label}.onion"))),
        56 => Err(Fault::Checksum { rule: "rend-spec-v3" }),
        16 => Ok(Found::shaped(format!("{label}.onion"))),
        found => Err(Fault::length(found, "56 (version 3) or 16 (version 2)", "an onion address")),
    }
}

/// The host of what may be the address of a page.
pub(super) fn host(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let named = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    named.split(':').next().unwrap_or(named).trim_end_matches('.')
}

/// RFC 4648 base32 of 56 characters, which leave no bits over.
fn decode(label: &str) -> Vec<u8> {
    let values = label.bytes().filter_map(|sign| (0u8..).zip(ALPHABET).find(|(_, known)| **known == sign));
    let mut out = Vec::with_capacity(35);
    let (mut bits, mut held) = (0u32, 0u32);
    for (value, _) in values {
        bits = (bits << 5 | u32::from(value)) & 0xFFFF;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.extend(u8::try_from(bits >> held & 0xFF));
        }
    }
    out
}

fn agrees(bytes: &[u8]) -> bool {
    let Some((key, [sum @ .., version])) = bytes.split_at_checked(32) else { return false };
    let hash = Sha3_256::new()
        .chain_update(b".onion checksum")
        .chain_update(key)
        .chain_update([*version])
        .finalize();
    *version == VERSION && hash.starts_with(sum) && sum.len() == 2
}
