//! The structures of RFC 3161 (timestamps), RFC 5652 (signed data) and RFC 5035 (which certificate) that are read or written.
//! Only shapes: what they may hold is checked where they are used.

use der::asn1::{Any, AnyRef, BitStringRef, IntRef, ObjectIdentifier, OctetStringRef, SetOfVec, UintRef};
use der::{Sequence, ValueOrd};
use x509_cert::ext::Extensions;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifier, AlgorithmIdentifierRef};

pub(super) const SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
pub(super) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
pub(super) const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
pub(super) const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
pub(super) const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
pub(super) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
pub(super) const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
pub(super) const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// `MessageImprint`: what is stamped.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint<'a> {
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) hash: &'a OctetStringRef,
}

/// `TimeStampReq` (RFC 3161, section 2.4.1), as far as it is written here.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TimeStampReq<'a> {
    pub(super) version: u8,
    pub(super) imprint: MessageImprint<'a>,
    #[asn1(optional = "true")]
    pub(super) policy: Option<ObjectIdentifier>,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<UintRef<'a>>,
    #[asn1(default = "Default::default")]
    pub(super) cert_req: bool,
}

/// `TimeStampResp` (section 2.4.2).
#[derive(Debug, Clone, Sequence)]
pub(super) struct TimeStampResp<'a> {
    pub(super) status: StatusInfo<'a>,
    #[asn1(optional = "true")]
    pub(super) token: Option<ContentInfo<'a>>,
}

/// `PKIStatusInfo`.
#[derive(Debug, Clone, Sequence)]
pub(super) struct StatusInfo<'a> {
    pub(super) status: u8,
    #[asn1(optional = "true")]
    pub(super) text: Option<Vec<String>>,
    #[asn1(optional = "true")]
    pub(super) failure: Option<BitStringRef<'a>>,
}

/// `ContentInfo` (RFC 5652, section 3).
#[derive(Debug, Clone, Sequence)]
pub(super) struct ContentInfo<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: AnyRef<'a>,
}

/// `SignedData` (section 5.1).
#[derive(Debug, Clone, Sequence)]
pub(super) struct SignedData<'a> {
    pub(super) version: u8,
    pub(super) digest_algorithms: SetOfVec<AlgorithmIdentifier<Any>>,
    pub(super) content: EncapsulatedContent<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) certificates: Option<SetOfVec<Any>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) crls: Option<SetOfVec<Any>>,
    pub(super) signers: SetOfVec<Any>,
}

/// `EncapsulatedContentInfo` (section 5.2).
#[derive(Debug, Clone, Sequence)]
pub(super) struct EncapsulatedContent<'a> {
    pub(super) content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) content: &'a OctetStringRef,
}

/// `SignerInfo` (section 5.3).
#[derive(Debug, Clone, Sequence)]
pub(super) struct SignerInfo<'a> {
    pub(super) version: u8,
    pub(super) sid: IssuerAndSerial,
    pub(super) digest_algorithm: AlgorithmIdentifier<Any>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    pub(super) signed: SetOfVec<Attribute>,
    pub(super) signature_algorithm: AlgorithmIdentifier<Any>,
    pub(super) signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) unsigned: Option<SetOfVec<Attribute>>,
}

/// `IssuerAndSerialNumber` (section 10.2.4).
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct IssuerAndSerial {
    pub(super) issuer: Name,
    pub(super) serial: SerialNumber,
}

/// `Attribute` (section 5.3).
#[derive(Debug, Clone, PartialEq, Eq, Sequence, ValueOrd)]
pub(super) struct Attribute {
    pub(super) kind: ObjectIdentifier,
    pub(super) values: SetOfVec<Any>,
}

/// `TSTInfo` (RFC 3161, section 2.4.2). The time is read by hand: it may have fractions of a second.
#[derive(Debug, Clone, Sequence)]
pub(super) struct TstInfo<'a> {
    pub(super) version: u8,
    pub(super) policy: ObjectIdentifier,
    pub(super) imprint: MessageImprint<'a>,
    pub(super) serial: IntRef<'a>,
    pub(super) time: AnyRef<'a>,
    #[asn1(optional = "true")]
    pub(super) accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub(super) ordering: bool,
    #[asn1(optional = "true")]
    pub(super) nonce: Option<UintRef<'a>>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub(super) tsa: Option<AnyRef<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    pub(super) extensions: Option<Extensions>,
}

/// `Accuracy`.
#[derive(Debug, Clone, Sequence)]
pub(super) struct Accuracy {
    #[asn1(optional = "true")]
    pub(super) seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) micros: Option<u16>,
}

/// `SigningCertificate` and `SigningCertificateV2` (RFC 5035), which differ in what names a certificate.
#[derive(Debug, Clone, Sequence)]
pub(super) struct SigningCertificate<'a> {
    pub(super) certificates: Vec<AnyRef<'a>>,
    #[asn1(optional = "true")]
    pub(super) policies: Option<Vec<Any>>,
}

/// `ESSCertID`: SHA-1 of a certificate.
#[derive(Debug, Clone, Sequence)]
pub(super) struct CertId<'a> {
    pub(super) hash: &'a OctetStringRef,
    #[asn1(optional = "true")]
    pub(super) issuer: Option<AnyRef<'a>>,
}

/// `ESSCertIDv2`: a hash of a certificate, SHA-256 where no algorithm is named.
#[derive(Debug, Clone, Sequence)]
pub(super) struct CertIdV2<'a> {
    #[asn1(optional = "true")]
    pub(super) algorithm: Option<AlgorithmIdentifier<Any>>,
    pub(super) hash: &'a OctetStringRef,
    #[asn1(optional = "true")]
    pub(super) issuer: Option<AnyRef<'a>>,
}
