//! TLS between nodes: version 1.3 only, X25519MLKEM768 only, certificates pinned by the registry on both sides.

use crate::{Node, keys::Keys};
use comity_record::{Directory, sha256};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use std::{
    fmt,
    sync::{Arc, Weak},
};

/// The cryptography of peer connections: the library's suites, and no key exchange but the hybrid one.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    let kx_groups = vec![aws_lc_rs::kx_group::X25519MLKEM768];
    Arc::new(CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() })
}

/// The node to which the registry pins this certificate.
#[must_use]
pub fn pinned_node(directory: &Directory, certificate: &[u8]) -> Option<String> {
    let fingerprint = hex::encode(sha256(certificate));
    let pinned = directory.registry().nodes.iter().find(|node| node.tls_certificates.contains(&fingerprint));
    pinned.map(|node| node.name.clone())
}

fn identity(keys: &Keys) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from(keys.tls_certificate.clone());
    let key = PrivatePkcs8KeyDer::from(keys.tls_key.expose().to_vec());
    (vec![certificate], PrivateKeyDer::Pkcs8(key))
}

/// The settings with which a node answers peers.
///
/// # Errors
/// Where the key or certificate is unusable.
pub fn server_config(node: &Arc<Node>) -> Result<ServerConfig, Error> {
    let verifier = Arc::new(Pinned { node: Arc::downgrade(node), expected: None, provider: provider() });
    let (chain, key) = identity(&node.keys);
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// The settings with which a node calls the peer `expected`.
///
/// # Errors
/// Where the key or certificate is unusable.
pub fn client_config(node: &Arc<Node>, expected: &str) -> Result<ClientConfig, Error> {
    let expected = Some(expected.to_owned());
    let verifier = Arc::new(Pinned { node: Arc::downgrade(node), expected, provider: provider() });
    let (chain, key) = identity(&node.keys);
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// Accepts the certificates that the registry in force pins, and no others; names and dates in them mean nothing.
struct Pinned {
    node: Weak<Node>,
    expected: Option<String>,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Pinned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Pinned({:?})", self.expected)
    }
}

impl Pinned {
    fn accept(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        let refused = Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure);
        let node = self.node.upgrade().ok_or_else(|| refused.clone())?;
        let pinned = pinned_node(&node.registry(), certificate).ok_or_else(|| refused.clone())?;
        if self.expected.as_ref().is_none_or(|expected| *expected == pinned) { Ok(()) } else { Err(refused) }
    }

    fn check(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn tls12() -> Error {
        Error::General("TLS 1.2 is not spoken here".into())
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.accept(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.accept(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
