//! The signed registry: a DSSE envelope that a threshold of root keys has signed.

use crate::directory::signing_verifier;
use comity_model::registry::{REGISTRY_TYPE, Registry, SigningKeys};
use comity_seal::{Dsse, SignatureFault, SigningKey, Verifier};

/// Why a signed registry is not believed.
#[derive(Debug, thiserror::Error)]
pub enum SignedRegistryFault {
    /// A root key cannot be read.
    #[error("a root key cannot be read: {0}")]
    RootKey(String),
    /// Too few roots have signed it, or what they signed is something else.
    #[error("the registry is not signed by enough of its root keys: {0}")]
    Signature(#[from] SignatureFault),
    /// The signed text is no registry.
    #[error("the signed text is no registry: {0}")]
    Malformed(String),
}

/// Checks that `threshold` of `roots` have signed `dsse`, and reads the registry in it.
///
/// # Errors
/// A [`SignedRegistryFault`].
pub fn verify_registry(
    dsse: &Dsse,
    roots: &[SigningKeys],
    threshold: usize,
) -> Result<Registry, SignedRegistryFault> {
    let verifiers: Vec<Verifier> =
        roots.iter().map(signing_verifier).collect::<Result<_, _>>().map_err(SignedRegistryFault::RootKey)?;
    let payload = comity_seal::verify_threshold(dsse, &verifiers, threshold, REGISTRY_TYPE)?;
    read(payload.payload())
}

/// Reads a registry before anything was checked: to show it, or to learn which roots it claims.
///
/// # Errors
/// [`SignedRegistryFault::Malformed`].
pub fn unverified_registry(dsse: &Dsse) -> Result<Registry, SignedRegistryFault> {
    read(&dsse.payload)
}

fn read(payload: &[u8]) -> Result<Registry, SignedRegistryFault> {
    serde_json::from_slice(payload).map_err(|fault| SignedRegistryFault::Malformed(fault.to_string()))
}

/// Signs a registry with one root key; more are added with [`SigningKey::add_signatures`].
///
/// # Errors
/// Where the library fails.
pub fn sign_registry(registry: &Registry, root: &SigningKey) -> Result<Dsse, comity_seal::SealError> {
    root.sign_dsse(REGISTRY_TYPE, &serde_json::to_vec(registry).unwrap_or_default())
}
