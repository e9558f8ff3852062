//! What can go wrong, one enum for each thing that a caller does. Texts name the fault and the next step;
//! none of them carries secret material.

use crate::sign::{Algorithm, KeyId};

/// A key could not be made, read or used to produce something.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The cryptographic library refused an operation that should always work.
    #[error("the cryptographic library failed to {what}; check that the system's random source works")]
    Crypto {
        /// The operation, as a verb phrase.
        what: &'static str,
    },
    /// A key's text or bytes are not a key of the kind expected.
    #[error("this is not {expected}: {detail}; ask the key's owner for it again")]
    NotAKey {
        /// The kind of key that was expected.
        expected: &'static str,
        /// What is wrong with the input; never the input itself, which may be secret.
        detail: String,
    },
    /// A body was to be sealed to nobody.
    #[error("there is no recipient to seal to; name at least one")]
    NoRecipients,
    /// A body was to be sealed to more recipients than a reader would accept.
    #[error("{given} recipients are more than the {limit} that one sealed body may have; seal several")]
    TooManyRecipients {
        /// How many distinct recipients were given.
        given: usize,
        /// The limit, [`crate::MAX_RECIPIENTS`].
        limit: usize,
    },
    /// A scrypt work factor is outside the range that this crate writes and reads.
    #[error("work factor `{given}` is outside {min} to {max}; choose the base-two logarithm of N")]
    WorkFactor {
        /// The base-two logarithm that was asked for.
        given: u8,
        /// The smallest allowed.
        min: u8,
        /// The largest allowed.
        max: u8,
    },
    /// Reading the plaintext or writing the sealed output failed.
    #[error("reading the body or writing its sealed form failed")]
    Io(#[from] std::io::Error),
}

/// Why a signed envelope is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// The bytes are not a DSSE v1 envelope.
    #[error("this is not a DSSE envelope: {detail}; ask the sender to send it again")]
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// The envelope is of another type than the caller handles.
    #[error("the envelope's type is `{found}` where `{expected}` is needed; it must not be read as that")]
    WrongPayloadType {
        /// The type that the envelope states.
        found: String,
        /// The type that the caller asked for.
        expected: String,
    },
    /// One of the two required signatures is not there.
    #[error("the {algorithm} signature is missing; both are required, ask the sender to sign again")]
    MissingSignature {
        /// The algorithm whose signature is missing.
        algorithm: Algorithm,
    },
    /// Two signatures claim to be by the same half of the same key.
    #[error("there is more than one {algorithm} signature by the same key; ask the sender to sign again")]
    DuplicateSignature {
        /// The algorithm that occurs twice.
        algorithm: Algorithm,
    },
    /// A signature names a key that is not the expected one.
    #[error("the signature names the unknown key `{keyid}`; look it up in the registry")]
    UnknownKey {
        /// The key that the envelope names, shortened where it is very long.
        keyid: String,
    },
    /// A signature does not fit the content and the key.
    #[error("the {algorithm} signature is false; the content was altered or signed by another key")]
    BadSignature {
        /// The algorithm whose signature failed.
        algorithm: Algorithm,
    },
    /// Fewer of the given keys signed than are needed.
    #[error("{found} of the known keys signed where {needed} are needed; gather more signatures")]
    TooFewSigners {
        /// How many distinct known keys signed, with both halves.
        found: usize,
        /// The threshold.
        needed: usize,
    },
    /// The expected public key itself cannot be used.
    #[error("the public key is not a valid {algorithm} key; look it up in the registry")]
    BadPublicKey {
        /// The half that is not valid.
        algorithm: Algorithm,
    },
}

/// Why a sealed body does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The bytes are not an age v1 file, or its header breaks the format's rules.
    #[error("this is not a sealed body (an age v1 file); ask the sender to send it again")]
    Malformed,
    /// None of our keys opens it.
    #[error("the body is sealed to somebody else; ask the sender to seal it to your present key")]
    NotForUs,
    /// It ends before its end.
    #[error("the sealed body is cut short; fetch it again")]
    Truncated,
    /// It was altered after sealing.
    #[error("the sealed body was altered after sealing; fetch it again")]
    Damaged,
    /// It holds more than the caller accepts.
    #[error("the body is larger than the {limit} bytes that are accepted; ask for it as an object")]
    TooLarge {
        /// The caller's limit, in bytes of plaintext.
        limit: u64,
    },
    /// Reading the sealed input or writing the opened output failed.
    #[error("reading the sealed body or writing the opened one failed")]
    Io(#[source] std::io::Error),
}

/// Why a key file does not open.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileFault {
    /// The passphrase does not open the file.
    #[error("the passphrase does not open the key file; check it and try again")]
    WrongPassphrase,
    /// The file is not an age file under a passphrase.
    #[error("this is not a key file (an age v1 file under a passphrase); check the path")]
    Malformed,
    /// The file is cut short or was altered.
    #[error("the key file is damaged; restore it from its backup")]
    Damaged,
    /// Opening it would take more work than this crate accepts.
    #[error("the key file asks for scrypt work factor {required}, above {max}; check where it came from")]
    ExcessiveWork {
        /// The base-two logarithm that the file asks for.
        required: u8,
        /// The largest that is accepted.
        max: u8,
    },
    /// The decrypted document is not one that this version reads.
    #[error("the key file's content is not of a known version: {detail}; upgrade the program")]
    UnknownContent {
        /// What is wrong; never any secret.
        detail: String,
    },
    /// The key file could not be written.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Why a key may not be relied on at a given time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// No record has this key.
    #[error("key `{key_id}` is unknown; fetch the newest registry")]
    Unknown {
        /// The key asked for.
        key_id: KeyId,
    },
    /// The key becomes valid later.
    #[error("key `{key_id}` is not valid before {valid_from} (unix ms); check the clocks")]
    NotYetValid {
        /// The key asked for.
        key_id: KeyId,
        /// Unix milliseconds.
        valid_from: i64,
    },
    /// The key's time is over.
    #[error("key `{key_id}` expired at {valid_until} (unix ms); ask its owner for a newer signature")]
    Expired {
        /// The key asked for.
        key_id: KeyId,
        /// Unix milliseconds.
        valid_until: i64,
    },
    /// The key was revoked.
    #[error("key `{key_id}` is revoked since {revoked_at} (unix ms); ask its owner for its new key")]
    Revoked {
        /// The key asked for.
        key_id: KeyId,
        /// Unix milliseconds.
        revoked_at: i64,
    },
    /// No record is valid at this time.
    #[error("no key is valid at {time} (unix ms); fetch the newest registry")]
    NoneValid {
        /// The time asked for, unix milliseconds.
        time: i64,
    },
}
