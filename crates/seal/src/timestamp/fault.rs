//! What can be wrong with a timestamp.

use jiff::Timestamp;

/// Why a timestamp is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampFault {
    /// Longer than any timestamp.
    #[error("the timestamp has {len} bytes, more than are read; ask the authority for a new one")]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// Not DER of the form that the standard gives.
    #[error("the {what} cannot be read: {detail}; ask the authority for a new timestamp")]
    Malformed {
        /// Which part.
        what: &'static str,
        /// What the parser says.
        detail: String,
    },
    /// The authority refused to stamp.
    #[error("the authority did not grant the request: status {status}{}; see what it says and ask again", .said.as_ref().map(|said| format!(" (`{said}`)")).unwrap_or_default())]
    NotGranted {
        /// PKIStatus (RFC 3161, section 2.4.2).
        status: u8,
        /// What it says, as text.
        said: Option<String>,
    },
    /// Something in it has another version, type or number than the standard allows.
    #[error("its {0} is not what RFC 3161 demands; ask the authority for a new timestamp")]
    NotAsDemanded(&'static str),
    /// It stamps something else.
    #[error("the timestamp is of something else: its imprint is `{found}`; find the one of this file")]
    OtherImprint {
        /// The imprint in hexadecimal.
        found: String,
    },
    /// It answers another request.
    #[error("the timestamp answers another request: its nonce differs; ask again")]
    OtherNonce,
    /// An algorithm that is not supported or no longer safe.
    #[error(
        "algorithm {oid} is not accepted for the {what}; ask an authority that uses SHA-2 and RSA, ECDSA or Ed25519"
    )]
    Algorithm {
        /// What it is used for.
        what: &'static str,
        /// Its object identifier.
        oid: String,
    },
    /// The content was changed after it was signed.
    #[error("the signed digest is not that of the content; the timestamp was altered")]
    Digest,
    /// The signature does not hold.
    #[error("the signature of the time-stamping authority does not hold; the timestamp was altered")]
    Signature,
    /// The certificate of the signer is not with it.
    #[error("the certificate of the signer is not in the timestamp; ask for one with certificates")]
    NoCertificate,
    /// The certificate is not the one that the signed attributes name (RFC 5035).
    #[error("the certificate is not the one that the signed attributes name; it was exchanged")]
    OtherCertificate,
    /// The certificate is not for timestamps alone (RFC 3161, section 2.3).
    #[error(
        "the certificate of `{0}` is not for timestamps alone; its extended key usage must be critical and nothing else"
    )]
    NotForTimestamps(String),
    /// The certificate was not valid when the timestamp was made.
    #[error("a certificate was not valid at {at}: {detail}")]
    NotValidThen {
        /// The time of the timestamp.
        at: Timestamp,
        /// What the check of the chain says.
        detail: String,
    },
    /// No chain leads to a trusted certificate.
    #[error(
        "no chain leads from `{signer}` to a certificate that is trusted here: {detail}; check the trusted certificates"
    )]
    NoChain {
        /// The subject of the signer's certificate.
        signer: String,
        /// What the check of the chain says.
        detail: String,
    },
}

impl TimestampFault {
    pub(super) fn malformed(what: &'static str) -> impl Fn(der::Error) -> Self {
        move |fault| Self::Malformed { what, detail: crate::verify::shorten(&fault.to_string()) }
    }
}
