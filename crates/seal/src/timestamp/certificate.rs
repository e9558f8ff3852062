//! The certificate of the signer: which it is, what it is for, and its chain to an anchor.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use jiff::Timestamp;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage as X509KeyUsage};

use super::wire::IssuerAndSerial;
use super::{Anchors, TimestampFault};

const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// The content of the identifier above in DER.
const TIME_STAMPING_DER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];

/// The certificates that came with a token.
pub(super) struct Certificates(pub(super) Vec<CertificateDer<'static>>);

/// The signer's certificate in both forms in which it is used.
pub(super) struct Signer<'a> {
    pub(super) der: &'a CertificateDer<'static>,
    pub(super) certificate: Certificate,
}

impl Certificates {
    /// The one that issuer and serial number name.
    pub(super) fn signer(&self, named: &IssuerAndSerial) -> Result<Signer<'_>, TimestampFault> {
        for der in &self.0 {
            let certificate = Certificate::from_der(der).map_err(TimestampFault::malformed("certificate"))?;
            let held = certificate.tbs_certificate();
            if *held.issuer() == named.issuer && *held.serial_number() == named.serial {
                return Ok(Signer { der, certificate });
            }
        }
        Err(TimestampFault::NoCertificate)
    }
}

impl Signer<'_> {
    /// The subject, as text.
    pub(super) fn subject(&self) -> String {
        crate::verify::shorten(&self.certificate.tbs_certificate().subject().to_string())
    }

    pub(super) fn key(&self) -> Result<EndEntityCert<'_>, TimestampFault> {
        EndEntityCert::try_from(self.der)
            .map_err(|fault| TimestampFault::Malformed { what: "certificate", detail: fault.to_string() })
    }

    /// RFC 3161, section 2.3: the extended key usage is critical and time stamping alone; RFC 5280: the key may sign.
    pub(super) fn check_usage(&self) -> Result<(), TimestampFault> {
        let refused = || TimestampFault::NotForTimestamps(self.subject());
        let tbs = self.certificate.tbs_certificate();
        let extensions = tbs.extensions().map_or(&[][..], |all| all.as_slice());
        let usage: Vec<_> = extensions.iter().filter(|one| one.extn_id == EXTENDED_KEY_USAGE).collect();
        let [usage] = usage.as_slice() else { return Err(refused()) };
        let purposes = ExtendedKeyUsage::from_der(usage.extn_value.as_bytes()).map_err(|_| refused())?;
        let may_sign = match tbs.get_extension::<X509KeyUsage>() {
            Ok(Some((_, usage))) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        };
        if usage.critical && purposes.0 == [TIME_STAMPING] && may_sign { Ok(()) } else { Err(refused()) }
    }

    /// That a chain of certificates, all valid at `at`, leads to one of the anchors.
    pub(super) fn check_chain(
        &self,
        others: &Certificates,
        anchors: &Anchors,
        at: Timestamp,
    ) -> Result<(), TimestampFault> {
        let valid = |anchor: &&CertificateDer<'static>| is_valid_at(anchor, at);
        let all: Vec<_> = anchors.0.iter().collect();
        let then: Vec<_> = anchors.0.iter().filter(valid).collect();
        match (self.chain(others, &then, at), self.chain(others, &all, at)) {
            (Ok(()), _) => Ok(()),
            (Err(_), Ok(())) => {
                Err(TimestampFault::NotValidThen { at, detail: "the trusted certificate".to_owned() })
            }
            (Err(fault @ (Error::CertExpired { .. } | Error::CertNotValidYet { .. })), _) => {
                Err(TimestampFault::NotValidThen { at, detail: fault.to_string() })
            }
            (Err(fault), _) => {
                Err(TimestampFault::NoChain { signer: self.subject(), detail: fault.to_string() })
            }
        }
    }

    fn chain(
        &self,
        others: &Certificates,
        anchors: &[&CertificateDer<'static>],
        at: Timestamp,
    ) -> Result<(), Error> {
        let seconds = u64::try_from(at.as_second()).map_err(|_| Error::BadDerTime)?;
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let anchors = anchors.iter().map(|one| webpki::anchor_from_trusted_cert(one));
        let anchors: Vec<TrustAnchor<'_>> = anchors.collect::<Result<_, _>>()?;
        let others: Vec<_> = others.0.iter().filter(|other| *other != self.der).cloned().collect();
        let key = EndEntityCert::try_from(self.der)?;
        // The signer itself was asked above; authorities between often say nothing.
        let usage = KeyUsage::required_if_present(TIME_STAMPING_DER);
        key.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &others, time, usage, None, None).map(|_| ())
    }
}

fn is_valid_at(certificate: &CertificateDer<'_>, at: Timestamp) -> bool {
    let Ok(certificate) = Certificate::from_der(certificate) else { return false };
    let validity = certificate.tbs_certificate().validity();
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let (from, to) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
    (from.as_secs()..=to.as_secs()).contains(&seconds)
}

/// Reads the certificates of signed data; other kinds than X.509 are refused.
pub(super) fn certificates(
    given: Option<&der::asn1::SetOfVec<der::asn1::Any>>,
) -> Result<Certificates, TimestampFault> {
    let given = given.ok_or(TimestampFault::NoCertificate)?;
    let read = given.iter().map(|one| {
        let der = one.to_der().map_err(TimestampFault::malformed("certificate"))?;
        Certificate::from_der(&der).map_err(TimestampFault::malformed("certificate"))?;
        Ok(CertificateDer::from(der))
    });
    Ok(Certificates(read.collect::<Result<_, TimestampFault>>()?))
}
