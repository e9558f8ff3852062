//! The request for a timestamp.

use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Decode, Encode};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::TimestampFault;
use super::wire::{MessageImprint, SHA_256, TimeStampReq};

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 16;
const MAX_REQUEST_LEN: usize = 4096;

/// A request: the SHA-256 of what is to be stamped, and a nonce that the answer must repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRequest {
    der: Vec<u8>,
    imprint: [u8; 32],
    nonce: Vec<u8>,
}

impl TimestampRequest {
    /// A request for a timestamp of what has this SHA-256, with the authority's certificates. `nonce` is fresh and random.
    ///
    /// # Errors
    /// [`TimestampFault::Malformed`] where the encoder fails, which it does not for these lengths.
    pub fn new(sha256: [u8; 32], nonce: [u8; NONCE_LEN]) -> Result<Self, TimestampFault> {
        let fault = TimestampFault::malformed("request");
        let number = UintRef::new(&nonce).map_err(&fault)?;
        let request = TimeStampReq {
            version: 1,
            imprint: MessageImprint {
                algorithm: AlgorithmIdentifierRef { oid: SHA_256, parameters: Some(AnyRef::NULL) },
                hash: OctetStringRef::new(&sha256).map_err(&fault)?,
            },
            policy: None,
            nonce: Some(number),
            cert_req: true,
        };
        let nonce = number.as_bytes().to_vec();
        Ok(Self { der: request.to_der().map_err(&fault)?, imprint: sha256, nonce })
    }

    /// Reads a request that was kept, such as a `.tsq` file of `openssl ts`. It must be over SHA-256 and have a nonce.
    ///
    /// # Errors
    /// A [`TimestampFault`].
    pub fn read(der: &[u8]) -> Result<Self, TimestampFault> {
        if der.len() > MAX_REQUEST_LEN {
            return Err(TimestampFault::TooLong { len: der.len() });
        }
        let request = TimeStampReq::from_der(der).map_err(TimestampFault::malformed("request"))?;
        if request.version != 1 {
            return Err(TimestampFault::NotAsDemanded("version of the request"));
        }
        if !request.cert_req {
            return Err(TimestampFault::NotAsDemanded("request without certificates"));
        }
        let imprint = sha256_of(&request.imprint)?;
        let nonce = request.nonce.ok_or(TimestampFault::NotAsDemanded("nonce in the request"))?;
        Ok(Self { der: der.to_vec(), imprint, nonce: nonce.as_bytes().to_vec() })
    }

    /// The request as it is sent, with the media type `application/timestamp-query`.
    #[must_use]
    pub fn to_der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of what is to be stamped.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        &self.imprint
    }

    pub(super) fn nonce(&self) -> &[u8] {
        &self.nonce
    }
}

/// The imprint, which must be a SHA-256.
pub(super) fn sha256_of(imprint: &MessageImprint<'_>) -> Result<[u8; 32], TimestampFault> {
    let algorithm = &imprint.algorithm;
    let plain = algorithm.parameters.is_none_or(AnyRef::is_null);
    if algorithm.oid != SHA_256 || !plain {
        return Err(TimestampFault::Algorithm { what: "imprint", oid: algorithm.oid.to_string() });
    }
    imprint.hash.as_bytes().try_into().map_err(|_| TimestampFault::NotAsDemanded("imprint"))
}
