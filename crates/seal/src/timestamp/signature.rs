//! Digests and signatures by their object identifiers. SHA-1 only names a certificate (RFC 5035), and signs nothing.

use aws_lc_rs::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
use der::Encode;
use der::asn1::{Any, ObjectIdentifier};
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::EndEntityCert;
use webpki::aws_lc_rs as known;
use x509_cert::spki::AlgorithmIdentifier;

use super::TimestampFault;
use super::wire::{SHA_1, SHA_256, SHA_384, SHA_512};

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const RSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ECDSA_SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The hash of `bytes` by an algorithm that signs.
pub(super) fn hash(algorithm: &AlgorithmIdentifier<Any>, bytes: &[u8]) -> Result<Vec<u8>, TimestampFault> {
    if algorithm.oid == SHA_1 {
        return Err(refused("digest", algorithm));
    }
    hash_of_certificate(algorithm, bytes)
}

/// As [`hash`], with SHA-1, which may name a certificate.
pub(super) fn hash_of_certificate(
    algorithm: &AlgorithmIdentifier<Any>,
    bytes: &[u8],
) -> Result<Vec<u8>, TimestampFault> {
    let by = match algorithm.oid {
        _ if !is_plain(algorithm) => return Err(refused("digest", algorithm)),
        SHA_256 => &SHA256,
        SHA_384 => &SHA384,
        SHA_512 => &SHA512,
        SHA_1 => &SHA1_FOR_LEGACY_USE_ONLY,
        _ => return Err(refused("digest", algorithm)),
    };
    Ok(digest::digest(by, bytes).as_ref().to_vec())
}

fn refused(what: &'static str, algorithm: &AlgorithmIdentifier<Any>) -> TimestampFault {
    TimestampFault::Algorithm { what, oid: algorithm.oid.to_string() }
}

fn is_plain(algorithm: &AlgorithmIdentifier<Any>) -> bool {
    algorithm.parameters.as_ref().is_none_or(Any::is_null)
}

/// Verifies `signature` over `message` with the key of `signer`.
pub(super) fn verify(
    signer: &EndEntityCert<'_>,
    algorithm: &AlgorithmIdentifier<Any>,
    digest: ObjectIdentifier,
    message: &[u8],
    signature: &[u8],
) -> Result<(), TimestampFault> {
    let candidates = candidates(algorithm, digest)?;
    let holds = candidates.iter().any(|one| signer.verify_signature(*one, message, signature).is_ok());
    if holds { Ok(()) } else { Err(TimestampFault::Signature) }
}

/// The algorithms that an identifier may stand for: with ECDSA the curve is the key's.
fn candidates(
    algorithm: &AlgorithmIdentifier<Any>,
    digest: ObjectIdentifier,
) -> Result<Vec<Algorithm>, TimestampFault> {
    let (oid, plain) = (algorithm.oid, is_plain(algorithm));
    let found = match (oid, digest) {
        (RSA | RSA_SHA_256, SHA_256) if plain => vec![known::RSA_PKCS1_2048_8192_SHA256],
        (RSA | RSA_SHA_384, SHA_384) if plain => vec![known::RSA_PKCS1_2048_8192_SHA384],
        (RSA | RSA_SHA_512, SHA_512) if plain => vec![known::RSA_PKCS1_2048_8192_SHA512],
        (RSA_PSS, SHA_256) => pss(algorithm, known::RSA_PSS_2048_8192_SHA256_LEGACY_KEY),
        (RSA_PSS, SHA_384) => pss(algorithm, known::RSA_PSS_2048_8192_SHA384_LEGACY_KEY),
        (RSA_PSS, SHA_512) => pss(algorithm, known::RSA_PSS_2048_8192_SHA512_LEGACY_KEY),
        (ECDSA_SHA_256, SHA_256) if algorithm.parameters.is_none() => {
            vec![known::ECDSA_P256_SHA256, known::ECDSA_P384_SHA256, known::ECDSA_P521_SHA256]
        }
        (ECDSA_SHA_384, SHA_384) if algorithm.parameters.is_none() => {
            vec![known::ECDSA_P384_SHA384, known::ECDSA_P256_SHA384, known::ECDSA_P521_SHA384]
        }
        (ECDSA_SHA_512, SHA_512) if algorithm.parameters.is_none() => {
            vec![known::ECDSA_P521_SHA512, known::ECDSA_P384_SHA512, known::ECDSA_P256_SHA512]
        }
        // RFC 8419 demands SHA-512 for the attributes.
        (ED25519, SHA_512) if algorithm.parameters.is_none() => vec![known::ED25519],
        _ => Vec::new(),
    };
    if found.is_empty() { Err(refused("signature", algorithm)) } else { Ok(found) }
}

/// PSS only with MGF1 and a salt of the same hash, as its parameters must say to the byte.
fn pss(algorithm: &AlgorithmIdentifier<Any>, by: Algorithm) -> Vec<Algorithm> {
    let given = algorithm.to_der().unwrap_or_default();
    let expected = by.signature_alg_id();
    // Algorithm identifiers are compared without their outermost tag and length.
    if given.strip_prefix(&[0x30]).and_then(|rest| rest.get(1..)) == Some(expected.as_ref()) {
        vec![by]
    } else {
        Vec::new()
    }
}
