//! Sealed bodies: binary age v1 files, sealed to one or more authorities with the hybrid post-quantum recipient,
//! so that the age tool (1.3 or later) opens them. What an observer of a sealed body learns is its length and
//! the number of recipients, not who they are. Not for evidence objects, which need ranges.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};

use age::{DecryptError, Decryptor, EncryptError, Encryptor, Identity};

use crate::error::{OpenFault, SealError};
use crate::hybrid::Recipients;
use crate::sealing::{SealingKey, SealingPublicKey};

/// The most recipients of one sealed body. Each costs about 1.6 KB, and its readers a decapsulation.
pub const MAX_RECIPIENTS: usize = 256;
/// The longest header that is read, in bytes: room for [`MAX_RECIPIENTS`].
const MAX_HEADER_LEN: usize = 512 * 1024;
/// The most lines of a header: two for each stanza, and some for stanzas of other kinds.
const MAX_HEADER_LINES: usize = 2 * MAX_RECIPIENTS + 64;
const FIRST_LINE: &[u8] = b"age-encryption.org/v1\n";
/// What begins the header's last line.
const LAST_LINE: &[u8] = b"\n---";
/// Room for one stanza with its line ends, for sizing a buffer.
const STANZA_LEN: usize = 1600;

/// Seals `body` to each of `to`; a key that is given twice counts once.
///
/// # Errors
/// [`SealError::NoRecipients`], [`SealError::TooManyRecipients`].
pub fn seal(body: &[u8], to: &[SealingPublicKey]) -> Result<Vec<u8>, SealError> {
    let overhead = STANZA_LEN.saturating_mul(to.len().min(MAX_RECIPIENTS) + 1);
    let mut sealed = Vec::with_capacity(body.len().saturating_add(overhead));
    seal_stream(body, &mut sealed, to)?;
    Ok(sealed)
}

/// Seals all that `body` gives into `sealed`, in constant memory, and returns how many bytes of plaintext.
///
/// # Errors
/// As [`seal`], and [`SealError::Io`]: what was written then is not a whole file and must be thrown away.
pub fn seal_stream(
    mut body: impl Read,
    sealed: impl Write,
    to: &[SealingPublicKey],
) -> Result<u64, SealError> {
    let mut writer = encryptor(to)?.wrap_output(sealed)?;
    let copied = io::copy(&mut body, &mut writer)?;
    writer.finish()?;
    Ok(copied)
}

fn encryptor(to: &[SealingPublicKey]) -> Result<Encryptor, SealError> {
    let distinct = distinct(to);
    if distinct.is_empty() {
        return Err(SealError::NoRecipients);
    }
    if distinct.len() > MAX_RECIPIENTS {
        return Err(SealError::TooManyRecipients { given: distinct.len(), limit: MAX_RECIPIENTS });
    }
    let recipients = Recipients(&distinct);
    Encryptor::with_recipients(std::iter::once(&recipients as &dyn age::Recipient)).map_err(encrypt_failed)
}

fn distinct(keys: &[SealingPublicKey]) -> Vec<&SealingPublicKey> {
    let mut seen = std::collections::BTreeSet::new();
    keys.iter().filter(|key| seen.insert(key.key_id())).collect()
}

fn encrypt_failed(error: EncryptError) -> SealError {
    match error {
        EncryptError::MissingRecipients => SealError::NoRecipients,
        EncryptError::Io(error) => SealError::Io(error),
        _ => SealError::Crypto { what: "seal a body" },
    }
}

/// Opens a sealed body of at most `max_plain` bytes with one key.
///
/// # Errors
/// An [`OpenFault`]. Where the last part is cut off, it cannot be told from an altered one: [`OpenFault::Damaged`].
pub fn open(sealed: &[u8], key: &SealingKey, max_plain: usize) -> Result<Vec<u8>, OpenFault> {
    open_with_any(sealed, std::slice::from_ref(key), max_plain)
}

/// Opens a sealed body with whichever of several keys fits: the present one and those rotated out.
///
/// # Errors
/// As [`open`].
pub fn open_with_any(sealed: &[u8], keys: &[SealingKey], max_plain: usize) -> Result<Vec<u8>, OpenFault> {
    let mut plain = Vec::with_capacity(sealed.len().min(max_plain));
    let prefix = sealed.get(..MAX_HEADER_LEN).unwrap_or(sealed);
    check_header(prefix)?;
    copy_opened(sealed, keys, &mut plain, max_plain as u64)?;
    Ok(plain)
}

/// Opens a sealed body from a reader into a writer, in constant memory, and returns how many bytes of plaintext.
/// Each part is authenticated before it is written, but only `Ok` tells that nothing is missing: on an error the
/// caller must throw away what was written.
///
/// # Errors
/// As [`open`], and [`OpenFault::Io`].
pub fn open_stream(
    sealed: impl Read,
    key: &SealingKey,
    plain: impl Write,
    max_plain: u64,
) -> Result<u64, OpenFault> {
    open_with_any_stream(sealed, std::slice::from_ref(key), plain, max_plain)
}

/// [`open_stream`] with whichever of several keys fits.
///
/// # Errors
/// As [`open_stream`].
pub fn open_with_any_stream(
    mut sealed: impl Read,
    keys: &[SealingKey],
    plain: impl Write,
    max_plain: u64,
) -> Result<u64, OpenFault> {
    let mut prefix = Vec::new();
    let limit = MAX_HEADER_LEN as u64;
    sealed.by_ref().take(limit).read_to_end(&mut prefix).map_err(OpenFault::Io)?;
    check_header(&prefix)?;
    let whole = Cursor::new(prefix).chain(BufReader::with_capacity(64 * 1024, sealed));
    copy_opened(whole, keys, plain, max_plain)
}

/// Bounds the work that the age library does on a header, before it does any.
fn check_header(prefix: &[u8]) -> Result<(), OpenFault> {
    if !prefix.starts_with(FIRST_LINE) {
        let cut = FIRST_LINE.starts_with(prefix);
        return Err(if cut { OpenFault::Truncated } else { OpenFault::Malformed });
    }
    let end = prefix.windows(LAST_LINE.len()).position(|w| w == LAST_LINE);
    let Some(header) = end.and_then(|end| prefix.get(..end)) else {
        let cut = prefix.len() < MAX_HEADER_LEN;
        return Err(if cut { OpenFault::Truncated } else { OpenFault::Malformed });
    };
    match header.iter().filter(|byte| **byte == b'\n').count() {
        0..=MAX_HEADER_LINES => Ok(()),
        _ => Err(OpenFault::Malformed),
    }
}

fn copy_opened(
    sealed: impl BufRead,
    keys: &[SealingKey],
    mut plain: impl Write,
    max_plain: u64,
) -> Result<u64, OpenFault> {
    let decryptor = Decryptor::new_buffered(sealed).map_err(decrypt_failed)?;
    let identities = keys.iter().map(|key| key as &dyn Identity);
    let mut opened = decryptor.decrypt(identities).map_err(decrypt_failed)?;
    let copied = io::copy(&mut opened.by_ref().take(max_plain), &mut plain).map_err(read_failed)?;
    match opened.read(&mut [0]).map_err(read_failed)? {
        0 => Ok(copied),
        _ => Err(OpenFault::TooLarge { limit: max_plain }),
    }
}

fn decrypt_failed(error: DecryptError) -> OpenFault {
    match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => OpenFault::NotForUs,
        DecryptError::InvalidMac | DecryptError::DecryptionFailed => OpenFault::Damaged,
        DecryptError::Io(error) => read_failed(error),
        _ => OpenFault::Malformed,
    }
}

fn read_failed(error: io::Error) -> OpenFault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => OpenFault::Truncated,
        io::ErrorKind::InvalidData => OpenFault::Damaged,
        _ => OpenFault::Io(error),
    }
}

#[cfg(test)]
mod tests;
