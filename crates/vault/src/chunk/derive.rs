//! From the item's key to the keys of one message (C2SP chunked-encryption, "Key derivation").

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hkdf::{HKDF_SHA512, KeyType, Prk};
use zeroize::Zeroizing;

use super::{CHUNK_LEN, COMMITMENT_LEN, ChunkFault, SALT_LEN, TAG_LEN};

const KEY_LEN: usize = 32;
const NONCE_LEN: usize = 12;
const OUTPUT_LEN: usize = KEY_LEN + NONCE_LEN + COMMITMENT_LEN;
const INFO: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";

/// The key of one item. Wiped when dropped.
#[derive(Clone)]
pub struct ItemKey(Zeroizing<[u8; KEY_LEN]>);

impl ItemKey {
    /// The key with these bytes, which a secure random source must have given.
    #[must_use]
    pub fn new(bytes: [u8; KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The secret bytes, for wrapping.
    pub(crate) fn secret(&self) -> &[u8; KEY_LEN] {
        &self.0
    }
}

impl fmt::Debug for ItemKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ItemKey(secret)")
    }
}

/// What makes the keys of one message different from those of every other under the same item key.
///
/// A salt must never be used for two messages under one key: give each a fresh one from a secure random source.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; SALT_LEN]);

impl Salt {
    /// The salt with these bytes.
    #[must_use]
    pub fn new(bytes: [u8; SALT_LEN]) -> Self {
        Self(bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8; SALT_LEN] {
        &self.0
    }
}

/// The keys of one message.
pub(super) struct MessageKeys {
    key: LessSafeKey,
    base_nonce: [u8; NONCE_LEN],
    commitment: [u8; COMMITMENT_LEN],
}

struct OutputLen;

impl KeyType for OutputLen {
    fn len(&self) -> usize {
        OUTPUT_LEN
    }
}

impl MessageKeys {
    pub(super) fn derive(key: &ItemKey, salt: &Salt, context: &[u8]) -> Result<Self, ChunkFault> {
        let refused = |_| ChunkFault::Crypto { what: "derive a key" };
        let prk = Prk::new_less_safe(HKDF_SHA512, key.secret());
        let mut output = Zeroizing::new([0; OUTPUT_LEN]);
        let info = [INFO, salt.as_bytes(), context];
        prk.expand(&info, OutputLen).map_err(refused)?.fill(output.as_mut()).map_err(refused)?;
        let (secret, rest) = output.split_at(KEY_LEN);
        let (nonce, committed) = rest.split_at(NONCE_LEN);
        let mut keys = Self {
            key: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, secret).map_err(refused)?),
            base_nonce: [0; NONCE_LEN],
            commitment: [0; COMMITMENT_LEN],
        };
        keys.base_nonce.copy_from_slice(nonce);
        keys.commitment.copy_from_slice(committed);
        Ok(keys)
    }

    pub(super) fn commitment(&self) -> &[u8; COMMITMENT_LEN] {
        &self.commitment
    }

    pub(super) fn is_committed_by(&self, commitment: &[u8]) -> bool {
        verify_slices_are_equal(&self.commitment, commitment).is_ok()
    }

    /// The base nonce with the chunk's number over its last eight bytes.
    fn nonce(&self, chunk: u64) -> Nonce {
        let mut nonce = self.base_nonce;
        let counter = nonce.iter_mut().skip(NONCE_LEN - 8);
        counter.zip(chunk.to_be_bytes()).for_each(|(byte, number)| *byte ^= number);
        Nonce::assume_unique_for_key(nonce)
    }

    /// Appends the sealed form of one chunk to `out`.
    pub(super) fn seal(&self, chunk: u64, plain: &[u8], out: &mut Vec<u8>) -> Result<(), ChunkFault> {
        debug_assert!(plain.len() <= CHUNK_LEN);
        let start = out.len();
        out.resize(start + plain.len() + TAG_LEN, 0);
        let sealed = out.get_mut(start..).unwrap_or_default();
        let (body, tag) = sealed.split_at_mut(plain.len());
        let nonce = self.nonce(chunk);
        let done = self.key.seal_out_of_place_scatter(nonce, Aad::empty(), plain, body, &[], tag);
        done.map_err(|_| ChunkFault::Crypto { what: "seal a chunk" })
    }

    /// Opens one chunk in place; `None` where it was altered.
    pub(super) fn open<'a>(&self, chunk: u64, sealed: &'a mut [u8]) -> Option<&'a [u8]> {
        let opened = self.key.open_in_place(self.nonce(chunk), Aad::empty(), sealed);
        opened.ok().map(|plain| &*plain)
    }
}
