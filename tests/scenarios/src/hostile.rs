//! Peers that the registry knows and that behave badly: as a receiver, one that answers whatever a test tells it to; as a
//! sender, one that posts whatever a test gives it.

use crate::TestNode;
use axum::{Router, body::Body, extract::Request, response::Response};
use comity_model::{
    AuthorityId,
    legal::{LawAnswer, LegalBasis},
    statement::{BodyDigest, STATEMENT_TYPE, Statement},
};
use comity_node::{
    exchange::Outgoing,
    federation::{now_millis, tls, wire},
    keys::Keys,
    random,
};
use comity_record::{Envelope, sha256};
use comity_seal::SealingPublicKey;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use rustls::{
    DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use std::{future::Future, sync::Arc};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_rustls::TlsAcceptor;

/// Believes every certificate: hostile peers do not care who calls.
#[derive(Debug)]
struct Gullible;

impl ServerCertVerifier for Gullible {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        tls::provider().signature_verification_algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Gullible {
    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }
    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        tls::provider().signature_verification_algorithms.supported_schemes()
    }
}

fn identity(keys: &Keys) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let key = PrivatePkcs8KeyDer::from(keys.tls_key.expose().to_vec());
    (vec![CertificateDer::from(keys.tls_certificate.clone())], PrivateKeyDer::Pkcs8(key))
}

/// Answers at a node's peer address, with that node's certificate, whatever `answer` makes of the request's bytes.
pub async fn answering<F, A>(place: &TestNode, answer: F) -> JoinHandle<()>
where
    F: Fn(Vec<u8>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let listener = TcpListener::bind(place.config.peer).await.unwrap();
    let (chain, key) = identity(&place.keys());
    let mut config = rustls::ServerConfig::builder_with_provider(tls::provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(Arc::new(Gullible))
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let router = Router::new().fallback(move |request: Request<Body>| {
        let answer = answer.clone();
        async move {
            let bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap_or_default();
            answer(bytes.to_vec()).await
        }
    });
    tokio::spawn(async move {
        // Connections end with this task.
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, router) = (acceptor.clone(), router.clone());
            connections.spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service = TowerToHyperService::new(router);
                let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

/// A client with the certificate of `place`.
pub fn client_of(keys: &Keys) -> reqwest::Client {
    let (chain, key) = identity(keys);
    let mut config = rustls::ClientConfig::builder_with_provider(tls::provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Gullible))
        .with_client_auth_cert(chain, key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(config)
        .http2_prior_knowledge()
        .no_proxy()
        .build()
        .unwrap()
}

/// Signs and seals a letter by hand, changing the statement as the test wants before it is signed.
pub fn forge(
    letter: &Outgoing,
    keys: &Keys,
    sealing: &[SealingPublicKey],
    change: impl FnOnce(&mut serde_json::Value),
) -> Envelope {
    let plain = serde_json::to_vec(&letter.message).unwrap();
    let body = comity_seal::seal(&plain, sealing).unwrap();
    let statement = Statement {
        version: 1,
        id: letter.id,
        kind: letter.message.kind(),
        from: letter.from.clone(),
        to: letter.to.clone(),
        exchange: letter.exchange,
        reply_to: None,
        time: random::now(),
        urgency: letter.urgency,
        marking: letter.marking.clone(),
        legal_basis: LegalBasis {
            answer: LawAnswer::Unknown,
            reason: Some("a rehearsal".into()),
            ..letter.legal_basis.as_written(random::now())
        },
        mode: comity_model::statement::Mode::Exercise,
        body: BodyDigest { sha256: hex::encode(sha256(&body)), size: body.len() as u64 },
    };
    let mut json = serde_json::to_value(&statement).unwrap();
    change(&mut json);
    let key = &keys.authorities[&letter.from].signing[0];
    let statement = key.sign_dsse(STATEMENT_TYPE, &serde_json::to_vec(&json).unwrap()).unwrap();
    Envelope { statement, body }
}

/// A batch of one envelope, with the clock and registry version that an honest sender would give.
pub fn batch_of(to: &AuthorityId, envelope: &Envelope) -> String {
    let statement = String::from_utf8(envelope.statement.to_json()).unwrap();
    wire::write_batch(now_millis().0, 1, &[wire::write_item(to.as_str(), &statement, &envelope.body)])
}

/// Posts a batch; status and JSON of the answer.
pub async fn post(client: &reqwest::Client, place: &TestNode, batch: String) -> (u16, serde_json::Value) {
    let answer =
        client.post(format!("https://{}/v1/envelopes", place.config.peer)).body(batch).send().await.unwrap();
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}
