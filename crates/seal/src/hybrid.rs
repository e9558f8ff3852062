//! age's hybrid post-quantum recipient `mlkem768x25519` (C2SP age specification), over the HPKE library's X-Wing
//! (KEM 0x647a, HKDF-SHA256, ChaCha20-Poly1305). To be replaced by the age library's own once it has one.

use std::collections::HashSet;

use age::{DecryptError, EncryptError};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::body::MAX_RECIPIENTS;
use crate::sealing::{SealingKey, SealingPublicKey};

const TAG: &str = "mlkem768x25519";
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";
/// Keeps hybrid recipients apart from ones that a quantum computer could open (C2SP age specification).
const LABEL: &str = "postquantum";
/// Bytes of the ML-KEM-768 ciphertext, which precedes the X25519 share (FIPS 203, table 3).
const ML_KEM_CIPHERTEXT_LEN: usize = 1088;
/// Bytes of a sealed file key: the key and a Poly1305 tag.
const SEALED_FILE_KEY_LEN: usize = FILE_KEY_BYTES + 16;

/// Everybody that one body is sealed to.
pub(crate) struct Recipients<'a>(pub(crate) &'a [&'a SealingPublicKey]);

impl age::Recipient for Recipients<'_> {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let wrapped = self.0.iter().map(|key| wrap(key, file_key));
        let mut stanzas = wrapped.collect::<Result<Vec<_>, _>>()?;
        // By the encapsulated keys, which look random: the order tells nothing about the recipients.
        stanzas.sort_by(|a, b| a.args.cmp(&b.args));
        Ok((stanzas, HashSet::from([LABEL.to_owned()])))
    }
}

fn wrap(key: &SealingPublicKey, file_key: &FileKey) -> Result<Stanza, EncryptError> {
    let (encapsulated, body) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        key.hpke(),
        INFO,
        file_key.expose_secret(),
        &[],
    )
    .map_err(|e| EncryptError::Io(std::io::Error::other(e.to_string())))?;
    Ok(Stanza { tag: TAG.to_owned(), args: vec![STANDARD_NO_PAD.encode(encapsulated.to_bytes())], body })
}

impl age::Identity for SealingKey {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        match encapsulated_key(stanza) {
            Some(encapsulated) => unwrap(self, &encapsulated, &stanza.body).map(Ok),
            None => Some(Err(DecryptError::InvalidHeader)),
        }
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        if stanzas.iter().filter(|s| s.tag == TAG).count() > MAX_RECIPIENTS {
            return Some(Err(DecryptError::InvalidHeader));
        }
        stanzas.iter().find_map(|stanza| self.unwrap_stanza(stanza))
    }
}

type Encapsulated = <XWing as Kem>::EncappedKey;

/// The stanza's encapsulated key, where it keeps the specification's rules: one argument, canonical base64 of
/// 1,120 bytes, a contributory X25519 share, and a body of 32 bytes.
fn encapsulated_key(stanza: &Stanza) -> Option<Encapsulated> {
    let [argument] = stanza.args.as_slice() else {
        return None;
    };
    let bytes = STANDARD_NO_PAD.decode(argument).ok()?;
    if stanza.body.len() != SEALED_FILE_KEY_LEN || is_low_order(bytes.get(ML_KEM_CIPHERTEXT_LEN..)?) {
        return None;
    }
    Encapsulated::from_bytes(&bytes).ok()
}

/// `None` where the stanza is for another key: X-Wing rejects implicitly, so only the tag tells.
fn unwrap(key: &SealingKey, encapsulated: &Encapsulated, body: &[u8]) -> Option<FileKey> {
    let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeR::Base,
        key.hpke(),
        encapsulated,
        INFO,
        body,
        &[],
    );
    let opened = Zeroizing::new(opened.ok()?);
    let file_key: [u8; FILE_KEY_BYTES] = opened.as_slice().try_into().ok()?;
    let file_key = Zeroizing::new(file_key);
    Some(FileKey::init_with_mut(|bytes| bytes.copy_from_slice(file_key.as_ref())))
}

/// The X25519 u-coordinates, bit 255 cleared, that give an all-zero shared secret with every private key
/// (RFC 7748, section 6.1, bids to check for it): 0, 1, the two of order 8, p - 1, p and p + 1.
const LOW_ORDER: [[u8; 32]; 7] = [
    with_ends(0x00, 0x00, 0x00),
    with_ends(0x01, 0x00, 0x00),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    with_ends(0xec, 0xff, 0x7f),
    with_ends(0xed, 0xff, 0x7f),
    with_ends(0xee, 0xff, 0x7f),
];

const fn with_ends(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Whether an X25519 public value would contribute nothing. Values that are not 32 bytes long would not either.
pub(crate) fn is_low_order(point: &[u8]) -> bool {
    let Ok(mut point) = <[u8; 32]>::try_from(point) else {
        return true;
    };
    point[31] &= 0x7f;
    LOW_ORDER.contains(&point)
}

#[cfg(test)]
mod tests;
