//! A time-stamping authority made with the openssl command, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use comity_seal::timestamp::{Anchors, NONCE_LEN, TimestampRequest};
use comity_vault::Digest;

use crate::make::Stamp;

const CONFIG: &str = "\
[tsa]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
";

/// An authority that stamps.
pub struct TimeStamper(PathBuf);

impl TimeStamper {
    /// Makes the authority's keys and certificates in `folder`.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let authority = Self(folder.to_owned());
        std::fs::write(folder.join("tsa.cnf"), CONFIG).unwrap();
        std::fs::write(folder.join("serial"), "01\n").unwrap();
        authority.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out root.key");
        authority.run("req -x509 -new -key root.key -out root.pem -subj /CN=Invented-root -days 3650");
        authority.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out tsa.key");
        authority.run("req -new -key tsa.key -subj /CN=Invented-TSA -out tsa.csr");
        authority.run(
            "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -out tsa.pem -days 365 -set_serial 17 -extfile tsa.cnf -extensions leaf",
        );
        authority
    }

    fn run(&self, arguments: &str) {
        let done = Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output().unwrap();
        assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// The root certificate, as PEM.
    #[must_use]
    pub fn root(&self) -> Vec<u8> {
        std::fs::read(self.0.join("root.pem")).unwrap()
    }

    /// The root certificate, as it is trusted.
    #[must_use]
    pub fn anchors(&self) -> Anchors {
        let mut anchors = Anchors::new();
        anchors.add(&self.root()).unwrap();
        anchors
    }

    /// Stamps something by its SHA-256.
    #[must_use]
    pub fn stamp(&self, digest: Digest) -> Stamp {
        let request = TimestampRequest::new(*digest.as_bytes(), [9; NONCE_LEN]).unwrap().to_der().to_vec();
        std::fs::write(self.0.join("request.tsq"), &request).unwrap();
        self.run(
            "ts -reply -config tsa.cnf -section tsa -queryfile request.tsq -inkey tsa.key -signer tsa.pem -out response.tsr",
        );
        Stamp { request, response: std::fs::read(self.0.join("response.tsr")).unwrap() }
    }
}
