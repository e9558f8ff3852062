//! DSSE v1 envelopes: the JSON form and the pre-authentication encoding (secure-systems-lab DSSE 1.0.0,
//! `protocol.md` and `envelope.md`). An envelope that was only parsed is not to be believed: [`Dsse::verify`]
//! gives the payload that is. Not for the meaning of payloads.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoding::{from_base64, to_base64};
use crate::error::SignatureFault;
use crate::sign::{KeyId, SigningPublicKey, parse_signature_key_id};
use crate::verify::{VerifiedPayload, shorten};

/// The most signatures that an envelope may carry: enough for a registry's root keys, and a bound on the work
/// that a stranger can cause.
pub const MAX_SIGNATURES: usize = 64;

/// A signed envelope that has not been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dsse {
    /// What the payload is, and how to read it. Signed.
    pub payload_type: String,
    /// The signed bytes. Not to be acted on before [`Dsse::verify`].
    pub payload: Vec<u8>,
    /// The signatures, in no particular order.
    pub signatures: Vec<DsseSignature>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsseSignature {
    /// A hint, itself not signed, on which key made it; empty where the envelope has none.
    pub keyid: String,
    /// The raw signature.
    pub sig: Vec<u8>,
}

/// `PAE(type, body)`: the bytes that are signed.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    let mut message = Vec::with_capacity(head.len() + payload.len());
    message.extend_from_slice(head.as_bytes());
    message.extend_from_slice(payload);
    message
}

impl Dsse {
    /// Reads the JSON form. Fields that the specification does not name are ignored, as it demands.
    ///
    /// # Errors
    /// [`SignatureFault::Malformed`].
    pub fn from_json(json: &[u8]) -> Result<Self, SignatureFault> {
        serde_json::from_slice(json)
            .map_err(|e| SignatureFault::Malformed { detail: shorten(&e.to_string()) })
    }

    /// Writes the JSON form, with standard base64.
    pub fn to_json(&self) -> Vec<u8> {
        // A map with text keys and values always has a JSON form.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Checks that the envelope is of the expected type and carries exactly the two signatures of `key`.
    ///
    /// # Errors
    /// A [`SignatureFault`] that says which rule it breaks.
    pub fn verify(
        &self,
        key: &SigningPublicKey,
        expected_payload_type: &str,
    ) -> Result<VerifiedPayload, SignatureFault> {
        key.verifier()?.verify(self, expected_payload_type)
    }

    /// The keys that the signatures claim to be by, each once, in order of appearance. Only a hint, to find the
    /// keys to verify with.
    pub fn claimed_signers(&self) -> Vec<KeyId> {
        let mut ids = Vec::new();
        for signature in &self.signatures {
            if let Some((id, _)) = parse_signature_key_id(&signature.keyid)
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
        ids
    }
}

#[derive(Serialize)]
struct EnvelopeOut<'a> {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: &'a str,
    signatures: Vec<SignatureOut<'a>>,
}

#[derive(Serialize)]
struct SignatureOut<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    keyid: &'a str,
    sig: String,
}

impl Serialize for Dsse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let signatures =
            self.signatures.iter().map(|s| SignatureOut { keyid: &s.keyid, sig: to_base64(&s.sig) });
        EnvelopeOut {
            payload: to_base64(&self.payload),
            payload_type: &self.payload_type,
            signatures: signatures.collect(),
        }
        .serialize(serializer)
    }
}

#[derive(Deserialize)]
struct EnvelopeIn {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<SignatureIn>,
}

#[derive(Deserialize)]
struct SignatureIn {
    #[serde(default)]
    keyid: Option<String>,
    sig: String,
}

impl<'de> Deserialize<'de> for Dsse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let read = EnvelopeIn::deserialize(deserializer)?;
        if read.signatures.len() > MAX_SIGNATURES {
            return Err(D::Error::custom("it has more signatures than are accepted"));
        }
        let signatures = read.signatures.into_iter().map(signature_in);
        Ok(Self {
            payload_type: read.payload_type,
            payload: from_base64(&read.payload).map_err(D::Error::custom)?,
            signatures: signatures.collect::<Result<_, _>>().map_err(D::Error::custom)?,
        })
    }
}

fn signature_in(read: SignatureIn) -> Result<DsseSignature, base64::DecodeError> {
    Ok(DsseSignature { keyid: read.keyid.unwrap_or_default(), sig: from_base64(&read.sig)? })
}

#[cfg(test)]
mod tests;
