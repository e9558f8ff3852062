//! The certificates that are trusted: those of time-stamping authorities' roots, or of any authority below them.

use der::Decode;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_cert::Certificate;

use super::TimestampFault;

/// The most certificates that are taken.
const MAX_ANCHORS: usize = 256;

/// Trusted certificates, as X.509. Each is a trust anchor, self-signed or not.
#[derive(Debug, Clone, Default)]
pub struct Anchors(pub(super) Vec<CertificateDer<'static>>);

impl Anchors {
    /// No certificate at all: no timestamp holds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds certificates: PEM with one or more, or one in DER.
    ///
    /// # Errors
    /// [`TimestampFault::Malformed`] where it holds no certificate or one that cannot be read.
    pub fn add(&mut self, pem_or_der: &[u8]) -> Result<(), TimestampFault> {
        let malformed = |detail: &str| TimestampFault::Malformed {
            what: "trusted certificate",
            detail: detail.to_owned(),
        };
        let found = if Certificate::from_der(pem_or_der).is_ok() {
            vec![CertificateDer::from(pem_or_der.to_vec())]
        } else {
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem_or_der).collect();
            read.map_err(|_| malformed("it is neither PEM nor DER"))?
        };
        if found.is_empty() || self.0.len() + found.len() > MAX_ANCHORS {
            return Err(malformed("there is no certificate in it, or too many in all"));
        }
        for one in &found {
            Certificate::from_der(one).map_err(TimestampFault::malformed("trusted certificate"))?;
            webpki::anchor_from_trusted_cert(one).map_err(|fault| malformed(&fault.to_string()))?;
        }
        self.0.extend(found);
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
