//! A time-stamping authority made with the openssl command, in a folder of its own.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::timestamp::Anchors;

const CONFIG: &str = "\
[tsa]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_alg = sha256

[ca]
default_ca = invented
[invented]
database = issued
serial = numbers
new_certs_dir = .
policy = any
default_md = sha256
unique_subject = no
[any]
commonName = supplied
";
const PAST: [&str; 4] = ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"];
const LONG: [&str; 4] = ["-startdate", "20200101000000Z", "-enddate", "20490101000000Z"];

/// What the authority's certificate is to be.
pub struct Leaf<'a> {
    pub key: &'a str,
    /// The extended key usage; none where empty.
    pub usage: &'a str,
    /// Whether it ended long ago.
    pub is_over: bool,
}

impl Default for Leaf<'_> {
    fn default() -> Self {
        Self { key: "P-256", usage: "critical,timeStamping", is_over: false }
    }
}

pub struct Authority(TempDir);

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().try_into().unwrap()
}

pub fn text_of_request(der: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("request.tsq"), der).unwrap();
    String::from_utf8(run(folder.path(), &["ts", "-query", "-in", "request.tsq", "-text"]).unwrap()).unwrap()
}

/// The output, where the command succeeds.
fn run(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    if !done.status.success() {
        eprintln!("openssl {}: {}", arguments.join(" "), String::from_utf8_lossy(&done.stderr));
    }
    done.status.success().then_some(done.stdout)
}

impl Authority {
    pub fn new(leaf: &Leaf<'_>) -> Self {
        let authority = Self::with_root(LONG);
        authority.issue("root", "tsa", leaf);
        authority
    }

    pub fn with_root_that_is_over() -> Self {
        let authority = Self::with_root(PAST);
        authority.issue("root", "tsa", &Leaf::default());
        authority
    }

    pub fn below_an_intermediate() -> Self {
        let authority = Self::with_root(LONG);
        authority.key("P-384", "middle");
        authority.write("middle.ext", b"basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
        authority.sign(
            &["-cert", "root.pem", "-keyfile", "root.key"],
            "middle",
            "/CN=Invented intermediate",
            LONG,
        );
        authority.issue("middle", "tsa", &Leaf::default());
        authority
    }

    fn with_root(dates: [&str; 4]) -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        authority.write("tsa.cnf", CONFIG.as_bytes());
        for (name, text) in [("serial", "0a\n"), ("numbers", "11\n"), ("issued", "")] {
            authority.write(name, text.as_bytes());
        }
        authority.key("P-256", "root");
        authority.write("root.ext", b"basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n");
        authority.sign(&["-selfsign", "-keyfile", "root.key"], "root", "/CN=Invented root", dates);
        authority
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        run(self.0.path(), arguments).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    fn key(&self, kind: &str, name: &str) {
        let out = format!("{name}.key");
        let option = match kind.split_once(':') {
            Some((_, bits)) => vec![
                "-algorithm".to_owned(),
                "RSA".into(),
                "-pkeyopt".into(),
                format!("rsa_keygen_bits:{bits}"),
            ],
            None if kind == "ed25519" => vec!["-algorithm".to_owned(), "ED25519".into()],
            None => vec![
                "-algorithm".to_owned(),
                "EC".into(),
                "-pkeyopt".into(),
                format!("ec_paramgen_curve:{kind}"),
            ],
        };
        let option: Vec<&str> = option.iter().map(String::as_str).collect();
        self.run(&[&["genpkey"], option.as_slice(), &["-out", &out]].concat());
    }

    fn issue(&self, issuer: &str, name: &str, leaf: &Leaf<'_>) {
        self.key(leaf.key, name);
        let usage =
            if leaf.usage.is_empty() { String::new() } else { format!("extendedKeyUsage={}\n", leaf.usage) };
        let extensions = format!("basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n{usage}");
        self.write(&format!("{name}.ext"), extensions.as_bytes());
        let (by, by_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        let dates = if leaf.is_over { PAST } else { LONG };
        self.sign(&["-cert", &by, "-keyfile", &by_key], name, "/CN=Invented TSA", dates);
    }

    fn sign(&self, issuer: &[&str], name: &str, subject: &str, dates: [&str; 4]) {
        let of = |end: &str| format!("{name}.{end}");
        let (key, csr, pem, extensions) = (of("key"), of("csr"), of("pem"), of("ext"));
        self.run(&["req", "-new", "-key", &key, "-subj", subject, "-out", &csr]);
        let fixed = [
            "ca",
            "-batch",
            "-notext",
            "-config",
            "tsa.cnf",
            "-in",
            &csr,
            "-out",
            &pem,
            "-extfile",
            &extensions,
        ];
        self.run(&[&fixed, issuer, &dates].concat());
    }

    /// The root, as PEM.
    pub fn anchors(&self) -> Anchors {
        let mut anchors = Anchors::new();
        anchors.add(&self.read("root.pem")).unwrap();
        assert_eq!(anchors.len(), 1);
        anchors
    }

    pub fn stamp(&self, request: &[u8], digest: &str) -> Vec<u8> {
        self.write("request.tsq", request);
        let mut arguments = vec![
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-section",
            "tsa",
            "-queryfile",
            "request.tsq",
            "-inkey",
            "tsa.key",
            "-signer",
            "tsa.pem",
            "-out",
            "response.tsr",
        ];
        let digest = format!("-{digest}");
        arguments.push(&digest);
        if self.0.path().join("middle.pem").exists() {
            arguments.extend(["-chain", "middle.pem"]);
        }
        self.run(&arguments);
        self.read("response.tsr")
    }

    pub fn token_of(&self, response: &[u8]) -> Vec<u8> {
        self.write("response.tsr", response);
        self.run(&["ts", "-reply", "-in", "response.tsr", "-token_out", "-out", "token.der"]);
        self.read("token.der")
    }

    /// What a token signs.
    pub fn content_of(&self, response: &[u8]) -> Vec<u8> {
        self.token_of(response);
        let arguments =
            ["cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der", "-out", "content.der"];
        self.run(&arguments);
        self.read("content.der")
    }

    /// The content signed as CMS, with what `openssl ts` does not offer; none where this openssl cannot.
    pub fn sign_cms(&self, content: &[u8], options: &[&str]) -> Option<Vec<u8>> {
        self.write("content.der", content);
        let fixed = [
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-cades",
            "-nosmimecap",
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
            "-in",
            "content.der",
            "-signer",
            "tsa.pem",
            "-inkey",
            "tsa.key",
            "-outform",
            "DER",
            "-out",
            "signed.der",
        ];
        run(self.0.path(), &[&fixed, options].concat())?;
        Some(self.read("signed.der"))
    }
}
