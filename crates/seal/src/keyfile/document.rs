//! The JSON document inside a key file, version 1. Not for anything outside of an encrypted file.

use super::{AuthorityKeys, BTreeMap, Deserialize, KeyFile, Secret, Serialize, Zeroizing};
use crate::encoding::{from_base64, to_base64};
use crate::error::{KeyFileFault, SealError};
use crate::sealing::SealingKey;
use crate::sign::{SEED_LEN, SigningKey};

const FORMAT: &str = "comity-key-file";
const VERSION: u32 = 1;

/// Text that is secret: borrowed from, or written to, a buffer that is wiped.
type SecretText = Zeroizing<String>;

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    version: u32,
    authorities: BTreeMap<String, AuthorityText>,
    secrets: BTreeMap<String, SecretText>,
}

#[derive(Serialize, Deserialize)]
struct AuthorityText {
    signing: Vec<SigningText>,
    sealing: Vec<SecretText>,
}

#[derive(Serialize, Deserialize)]
struct SigningText {
    ed25519_seed: SecretText,
    ml_dsa_65_seed: SecretText,
}

/// Writes the document, in a buffer that is wiped and was large enough from the start.
pub(super) fn write(keys: &KeyFile) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let document = Document {
        format: FORMAT.to_owned(),
        version: VERSION,
        authorities: keys.authorities.iter().map(authority_text).collect(),
        secrets: keys.secrets.iter().map(secret_text).collect(),
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(estimate(keys)));
    let what = "write a key file";
    serde_json::to_writer(&mut *plain, &document).map_err(|_| SealError::Crypto { what })?;
    Ok(plain)
}

/// No less than the document's length: a key takes less than 256 bytes, a name at most six for each byte.
pub(super) fn estimate(keys: &KeyFile) -> usize {
    let authority = |(name, keys): (&String, &AuthorityKeys)| {
        64 + 6 * name.len() + 256 * (keys.signing.len() + keys.sealing.len())
    };
    let secret = |(name, secret): (&String, &Secret)| 64 + 6 * name.len() + 2 * secret.expose().len();
    128 + keys.authorities.iter().map(authority).sum::<usize>()
        + keys.secrets.iter().map(secret).sum::<usize>()
}

fn authority_text((id, keys): (&String, &AuthorityKeys)) -> (String, AuthorityText) {
    let text = AuthorityText {
        signing: keys.signing.iter().map(signing_text).collect(),
        sealing: keys.sealing.iter().map(SealingKey::to_secret_text).collect(),
    };
    (id.clone(), text)
}

fn signing_text(key: &SigningKey) -> SigningText {
    SigningText {
        ed25519_seed: Zeroizing::new(to_base64(key.ed25519_seed())),
        ml_dsa_65_seed: Zeroizing::new(to_base64(key.ml_dsa_65_seed())),
    }
}

fn secret_text((name, secret): (&String, &Secret)) -> (String, SecretText) {
    (name.clone(), Zeroizing::new(to_base64(secret.expose())))
}

/// Reads a document of version 1.
pub(super) fn read(plain: &[u8]) -> Result<KeyFile, KeyFileFault> {
    let head: Head = serde_json::from_slice(plain).map_err(|_| unknown("it has no version"))?;
    if head.format != FORMAT || head.version != VERSION {
        return Err(unknown("its format or version is a different one"));
    }
    let document: Document =
        serde_json::from_slice(plain).map_err(|_| unknown("a part is missing or of the wrong type"))?;
    Ok(KeyFile {
        authorities: read_map(document.authorities, read_authority)?,
        secrets: read_map(document.secrets, |text| read_base64(&text).map(Secret))?,
    })
}

fn read_map<T, U>(
    map: BTreeMap<String, T>,
    read: impl Fn(T) -> Result<U, KeyFileFault>,
) -> Result<BTreeMap<String, U>, KeyFileFault> {
    let pairs = map.into_iter();
    pairs.map(|(name, value)| Ok((name, read(value)?))).collect()
}

fn read_authority(text: AuthorityText) -> Result<AuthorityKeys, KeyFileFault> {
    let sealing = text.sealing.iter().map(|text| Ok(SealingKey::parse(text)?));
    Ok(AuthorityKeys {
        signing: text.signing.iter().map(read_signing).collect::<Result<_, _>>()?,
        sealing: sealing.collect::<Result<_, KeyFileFault>>()?,
    })
}

fn read_signing(text: &SigningText) -> Result<SigningKey, KeyFileFault> {
    let ed25519 = read_seed(&text.ed25519_seed)?;
    let ml_dsa_65 = read_seed(&text.ml_dsa_65_seed)?;
    Ok(SigningKey::from_seeds(&ed25519, &ml_dsa_65)?)
}

fn read_seed(text: &str) -> Result<Zeroizing<[u8; SEED_LEN]>, KeyFileFault> {
    let bytes = read_base64(text)?;
    let seed: [u8; SEED_LEN] =
        bytes.as_slice().try_into().map_err(|_| unknown("a seed is not 32 bytes long"))?;
    Ok(Zeroizing::new(seed))
}

fn read_base64(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyFileFault> {
    let bytes = from_base64(text).map_err(|_| unknown("a secret is not base64"))?;
    Ok(Zeroizing::new(bytes))
}

fn unknown(detail: &str) -> KeyFileFault {
    KeyFileFault::UnknownContent { detail: detail.to_owned() }
}
