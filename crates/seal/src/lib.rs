#![doc = include_str!("../README.md")]

pub mod body;
pub mod dsse;
mod encoding;
pub mod error;
mod hybrid;
pub mod keyfile;
pub mod keyring;
pub mod sealing;
pub mod sign;
pub mod timestamp;
pub mod verify;

pub use body::{MAX_RECIPIENTS, open, open_stream, open_with_any, open_with_any_stream, seal, seal_stream};
pub use dsse::{Dsse, DsseSignature, pae};
pub use error::{KeyFault, KeyFileFault, OpenFault, SealError, SignatureFault};
pub use keyfile::{AuthorityKeys, KeyFile, Secret, WorkFactor, decrypt_key_file, encrypt_key_file};
pub use keyring::{Identified, KeyRecord, RevocationReason, key_at, newest_at};
pub use sealing::{SealingKey, SealingPublicKey};
pub use sign::{Algorithm, KeyId, SigningKey, SigningPublicKey};
pub use verify::{VerifiedPayload, Verifier, verify_threshold};
