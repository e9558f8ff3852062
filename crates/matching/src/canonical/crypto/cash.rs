//! CashAddr of Bitcoin Cash: `bitcoincash:` (left out here), a version, a hash and 40 bits of BCH code.

use super::super::Fault;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const PREFIX: &[u8] = b"bitcoincash";
/// Bytes of the hash by the three lowest bits of the version.
const SIZES: [usize; 8] = [20, 24, 28, 32, 40, 48, 56, 64];
const RULE: Fault = Fault::Checksum { rule: "CashAddr" };

/// The address without prefix, in small letters, of the plain type: token-aware types lead to the same script.
pub(super) fn canonical(address: &str) -> Result<String, Fault> {
    let lower = address.to_ascii_lowercase();
    if address != lower && address != address.to_ascii_uppercase() {
        let advice = "CashAddr is all small or all large; compare it with its source";
        return Err(Fault::Impossible { why: "large and small letters are mixed", advice });
    }
    let value = |sign: u8| (0u8..).zip(ALPHABET).find(|(_, known)| **known == sign).map(|(value, _)| value);
    let advice = "CashAddr leaves out 1, b, i and o; compare it with its source";
    Fault::first_odd(&lower, advice, |c| u8::try_from(c).is_ok_and(|byte| value(byte).is_some()))?;
    let values: Vec<u8> = lower.bytes().filter_map(value).collect();
    if polymod(values.iter().copied()) != 0 {
        return Err(RULE);
    }
    let (version, hash) = payload(&values).ok_or(RULE)?;
    Ok(encode(version >> 3 & 1, &hash))
}

/// Version and hash, when padding and size are as they must be.
fn payload(values: &[u8]) -> Option<(u8, Vec<u8>)> {
    let data = values.get(..values.len().checked_sub(8)?)?;
    let (mut held, mut bits, mut bytes) = (0u32, 0u32, Vec::new());
    for value in data {
        bits = (bits << 5 | u32::from(*value)) & 0xFFFF;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    let (version, hash) = bytes.split_first()?;
    let padded = held < 5 && bits & ((1 << held) - 1) == 0;
    let fits = *version < 32 && SIZES.get(usize::from(version & 7)) == Some(&hash.len());
    (padded && fits).then(|| (*version, hash.to_vec()))
}

/// The text of a hash: type 0 is a key's, 1 a script's.
pub(super) fn encode(kind: u8, hash: &[u8]) -> String {
    let size = (0u8..).zip(SIZES).find(|(_, size)| *size == hash.len()).map_or(0, |(code, _)| code);
    let mut values = fives(&[&[kind << 3 | size], hash].concat());
    let sum = polymod(values.iter().copied().chain([0; 8]));
    values.extend((0..8).rev().map(|at| (sum >> (5 * at) & 31) as u8));
    values
        .iter()
        .filter_map(|value| ALPHABET.get(usize::from(*value)))
        .map(|sign| char::from(*sign))
        .collect()
}

/// Groups of five bits, padded with noughts.
fn fives(bytes: &[u8]) -> Vec<u8> {
    let (mut held, mut bits, mut out) = (0u32, 0u32, Vec::new());
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xFFFF;
        held += 8;
        while held >= 5 {
            held -= 5;
            out.push((bits >> held & 31) as u8);
        }
    }
    if held > 0 {
        out.push((bits << (5 - held) & 31) as u8);
    }
    out
}

/// The BCH code of the CashAddr specification over prefix, a nought and the values.
fn polymod(values: impl Iterator<Item = u8>) -> u64 {
    let prefix = PREFIX.iter().map(|sign| sign & 31).chain([0]);
    let step = |sum: u64, value: u8| {
        let top = sum >> 35;
        let mut next = (sum & 0x07_FFFF_FFFF) << 5 ^ u64::from(value);
        for (bit, term) in [0x98_F2BC_8E61, 0x79_B76D_99E2, 0xF3_3E5F_B3C4, 0xAE_2EAB_E2A8, 0x1E_4F43_E470u64]
            .into_iter()
            .enumerate()
        {
            next ^= if top >> bit & 1 == 1 { term } else { 0 };
        }
        next
    };
    prefix.chain(values).fold(1, step) ^ 1
}
