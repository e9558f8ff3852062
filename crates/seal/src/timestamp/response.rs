//! The check of a response or token, from the outside in: granted, form, signer, digest, signature, content, chain.

use der::asn1::{Any, OctetStringRef, SetOfVec};
use der::{Decode, Encode};
use x509_cert::spki::AlgorithmIdentifier;

use super::certificate::{Signer, certificates};
use super::wire::{
    Attribute, CONTENT_TYPE, CertId, CertIdV2, ContentInfo, MESSAGE_DIGEST, SHA_1, SHA_256, SIGNED_DATA,
    SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SignedData, SignerInfo, SigningCertificate, TST_INFO,
    TimeStampResp,
};
use super::{Anchors, TimestampFault, TimestampRequest, VerifiedTimestamp, signature, token};

/// The longest response that is read, in bytes: room for long chains of certificates.
pub const MAX_RESPONSE_LEN: usize = 256 << 10;

/// Checks that `response` (a `TimeStampResp`, such as a `.tsr` file) grants `request`, and that its token holds.
///
/// # Errors
/// A [`TimestampFault`] that says what does not hold.
pub fn verify_response(
    response: &[u8],
    request: &TimestampRequest,
    anchors: &Anchors,
) -> Result<VerifiedTimestamp, TimestampFault> {
    check_length(response)?;
    let read = TimeStampResp::from_der(response).map_err(TimestampFault::malformed("response"))?;
    let status = &read.status;
    // A timestamp that was granted with modifications (1) is none that was asked for.
    if status.status != 0 || status.failure.is_some() {
        let said = status.text.as_ref().map(|text| crate::verify::shorten(&text.join("; ")));
        return Err(TimestampFault::NotGranted { status: status.status, said });
    }
    let token = read.token.ok_or(TimestampFault::NotAsDemanded("missing token"))?;
    verify_content(&token, request, anchors)
}

/// As [`verify_response`], for the token alone (a `TimeStampToken`, a CMS message).
///
/// # Errors
/// A [`TimestampFault`] that says what does not hold.
pub fn verify_token(
    token: &[u8],
    request: &TimestampRequest,
    anchors: &Anchors,
) -> Result<VerifiedTimestamp, TimestampFault> {
    check_length(token)?;
    let read = ContentInfo::from_der(token).map_err(TimestampFault::malformed("token"))?;
    verify_content(&read, request, anchors)
}

fn check_length(bytes: &[u8]) -> Result<(), TimestampFault> {
    let len = bytes.len();
    if len > MAX_RESPONSE_LEN { Err(TimestampFault::TooLong { len }) } else { Ok(()) }
}

fn verify_content(
    token: &ContentInfo<'_>,
    request: &TimestampRequest,
    anchors: &Anchors,
) -> Result<VerifiedTimestamp, TimestampFault> {
    if token.content_type != SIGNED_DATA {
        return Err(TimestampFault::NotAsDemanded("content type"));
    }
    let data: SignedData<'_> = token.content.decode_as().map_err(TimestampFault::malformed("signed data"))?;
    let [signer_info] = data.signers.as_slice() else {
        return Err(TimestampFault::NotAsDemanded("number of signers"));
    };
    let info: SignerInfo<'_> = signer_info.decode_as().map_err(TimestampFault::malformed("signer"))?;
    check_form(&data, &info)?;
    let all = certificates(data.certificates.as_ref())?;
    let signer = all.signer(&info.sid)?;
    check_attributes(&data, &info, &signer)?;
    check_signature(&info, &signer)?;
    let mut stamp = token::read(data.content.content.as_bytes(), request)?;
    signer.check_usage()?;
    signer.check_chain(&all, anchors, stamp.time)?;
    stamp.authority = signer.subject();
    Ok(stamp)
}

/// RFC 5652, section 5.1, and RFC 3161, section 2.4.2: what stands outside the signature is as it must be.
fn check_form(data: &SignedData<'_>, info: &SignerInfo<'_>) -> Result<(), TimestampFault> {
    let digests = data.digest_algorithms.as_slice();
    let demanded = [
        (data.version == 3 && info.version == 1, "version"),
        (data.content.content_type == TST_INFO, "content type"),
        (digests == [info.digest_algorithm.clone()], "list of digest algorithms"),
        (data.crls.is_none(), "list of revocations"),
    ];
    demanded
        .into_iter()
        .find(|(holds, _)| !holds)
        .map_or(Ok(()), |(_, what)| Err(TimestampFault::NotAsDemanded(what)))
}

fn check_attributes(
    data: &SignedData<'_>,
    info: &SignerInfo<'_>,
    signer: &Signer<'_>,
) -> Result<(), TimestampFault> {
    let malformed = TimestampFault::malformed("signed attribute");
    let kind =
        one(&info.signed, CONTENT_TYPE)?.ok_or(TimestampFault::NotAsDemanded("signed content type"))?;
    if kind.decode_as::<der::asn1::ObjectIdentifier>().map_err(&malformed)? != TST_INFO {
        return Err(TimestampFault::NotAsDemanded("signed content type"));
    }
    let digest = one(&info.signed, MESSAGE_DIGEST)?.ok_or(TimestampFault::NotAsDemanded("signed digest"))?;
    let digest: &OctetStringRef = digest.decode_as().map_err(&malformed)?;
    if digest.as_bytes() != signature::hash(&info.digest_algorithm, data.content.content.as_bytes())? {
        return Err(TimestampFault::Digest);
    }
    check_named_certificate(&info.signed, signer)
}

/// The value of an attribute that may stand there once and have one value.
fn one(
    attributes: &SetOfVec<Attribute>,
    kind: der::asn1::ObjectIdentifier,
) -> Result<Option<&Any>, TimestampFault> {
    let mut found = attributes.iter().filter(|attribute| attribute.kind == kind);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(attribute), None) => match attribute.values.as_slice() {
            [value] => Ok(Some(value)),
            _ => Err(TimestampFault::NotAsDemanded("number of attribute values")),
        },
        _ => Err(TimestampFault::NotAsDemanded("number of attributes")),
    }
}

/// RFC 5035 and RFC 5816: the signed attributes name the signer's certificate first, by its hash.
fn check_named_certificate(
    attributes: &SetOfVec<Attribute>,
    signer: &Signer<'_>,
) -> Result<(), TimestampFault> {
    let named = [one(attributes, SIGNING_CERTIFICATE)?, one(attributes, SIGNING_CERTIFICATE_V2)?];
    if named.iter().all(Option::is_none) {
        return Err(TimestampFault::NotAsDemanded("name of the signer's certificate"));
    }
    let malformed = TimestampFault::malformed("name of the signer's certificate");
    for (value, is_v2) in named.into_iter().zip([false, true]) {
        let Some(value) = value else { continue };
        let list: SigningCertificate<'_> = value.decode_as().map_err(&malformed)?;
        let first = list.certificates.first().ok_or(TimestampFault::OtherCertificate)?;
        let (algorithm, hash) = if is_v2 {
            let id: CertIdV2<'_> = first.decode_as().map_err(&malformed)?;
            (id.algorithm.unwrap_or(AlgorithmIdentifier { oid: SHA_256, parameters: None }), id.hash)
        } else {
            let id: CertId<'_> = first.decode_as().map_err(&malformed)?;
            (AlgorithmIdentifier { oid: SHA_1, parameters: None }, id.hash)
        };
        if signature::hash_of_certificate(&algorithm, signer.der)? != hash.as_bytes() {
            return Err(TimestampFault::OtherCertificate);
        }
    }
    Ok(())
}

/// RFC 5652, section 5.4: what is signed are the attributes as a SET, in DER.
fn check_signature(info: &SignerInfo<'_>, signer: &Signer<'_>) -> Result<(), TimestampFault> {
    let signed = info.signed.to_der().map_err(TimestampFault::malformed("signed attributes"))?;
    let (algorithm, digest) = (&info.signature_algorithm, info.digest_algorithm.oid);
    signature::verify(&signer.key()?, algorithm, digest, &signed, info.signature.as_bytes())
}
