//! Base58 as Bitcoin, Ripple and Monero write it. Not a general codec: at most 128 characters.

use super::Fault;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

pub(super) const BITCOIN: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
pub(super) const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
const MOST: usize = 128;
const ADVICE: &str = "base58 leaves out 0, O, I and l; compare it with its source";
/// Characters of a Monero block of that many bytes.
const MONERO_SIZES: [usize; 9] = [0, 2, 3, 5, 6, 7, 9, 10, 11];

fn value(alphabet: &[u8; 58], sign: u8) -> Option<u32> {
    (0..).zip(alphabet).find(|(_, known)| **known == sign).map(|(value, _)| value)
}

fn values(text: &str, alphabet: &[u8; 58]) -> Result<Vec<u32>, Fault> {
    if text.len() > MOST {
        return Err(Fault::length(text.len(), format!("at most {MOST}"), "an address"));
    }
    let fits = |sign: char| u8::try_from(sign).is_ok_and(|byte| value(alphabet, byte).is_some());
    Fault::first_odd(text, ADVICE, fits)?;
    Ok(text.bytes().filter_map(|sign| value(alphabet, sign)).collect())
}

/// The bytes; each leading sign for nought is a byte nought.
pub(super) fn decode(text: &str, alphabet: &[u8; 58]) -> Result<Vec<u8>, Fault> {
    let values = values(text, alphabet)?;
    let mut out: Vec<u8> = Vec::new();
    for value in &values {
        let mut carry = *value;
        for byte in &mut out {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        out.extend((carry > 0).then_some((carry & 0xFF) as u8));
    }
    out.extend(values.iter().take_while(|value| **value == 0).map(|_| 0));
    out.reverse();
    Ok(out)
}

/// The text of bytes.
pub(super) fn encode(bytes: &[u8], alphabet: &[u8; 58]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    digits.extend(bytes.iter().take_while(|byte| **byte == 0).map(|_| 0));
    digits
        .iter()
        .rev()
        .filter_map(|digit| alphabet.get(usize::from(*digit)))
        .map(|sign| char::from(*sign))
        .collect()
}

fn double_sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(bytes)).into()
}

/// Version and payload of base58check; `None` when the four bytes at its end do not agree.
pub(super) fn checked(bytes: &[u8]) -> Option<&[u8]> {
    let (payload, sum) = bytes.split_at_checked(bytes.len().checked_sub(4)?)?;
    double_sha256(payload).starts_with(sum).then_some(payload)
}

/// The base58check text of version and payload.
pub(super) fn encode_checked(payload: &[u8]) -> String {
    let sum = double_sha256(payload);
    let whole: Vec<u8> = payload.iter().chain(sum.iter().take(4)).copied().collect();
    encode(&whole, BITCOIN)
}

/// Monero's base58: blocks of eleven characters for eight bytes, and what is left.
pub(super) fn decode_monero(text: &str) -> Result<Vec<u8>, Fault> {
    let values = values(text, BITCOIN)?;
    let mut out = Vec::new();
    for block in values.chunks(11) {
        let too_large = Fault::Checksum { rule: "Monero's base58" };
        let size = MONERO_SIZES.iter().position(|size| *size == block.len()).ok_or(too_large.clone())?;
        let number = block.iter().fold(0u128, |sum, value| sum * 58 + u128::from(*value));
        if number >> (8 * size) != 0 {
            return Err(too_large);
        }
        out.extend(number.to_be_bytes().into_iter().skip(16 - size));
    }
    Ok(out)
}

/// Monero's checksum: the first four bytes of Keccak-256.
pub(super) fn monero_agrees(bytes: &[u8]) -> bool {
    let split = bytes.len().checked_sub(4).and_then(|at| bytes.split_at_checked(at));
    split.is_some_and(|(payload, sum)| Keccak256::digest(payload).starts_with(sum))
}
