//! A desk with the command line at a node, and a connection that can stand still.

use comity_node::{
    access::{NewOfficer, Role, create_officer},
    journal::Actor,
    random,
};
use comity_scenarios::TestNode;
use serde_json::Value;
use std::{
    ffi::OsStr,
    net::SocketAddr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
    process::Command,
    sync::Notify,
    task::JoinHandle,
};

const PASSWORD: &str = "an invented passphrase";
const REPORT: &[u8] = include_bytes!("../../../../examples/reports/missing-child.comity.json");
/// What the template says is a description as it stands.
pub const DESCRIPTION: &str = include_str!("../../src/command/evidence/add/template.toml");

/// An officer with a working directory.
pub struct Desk {
    /// Where the node answers.
    pub base: String,
    officer: String,
    /// The working directory.
    pub place: TempDir,
}

impl Desk {
    pub async fn new(node: &TestNode, name: &str, role: Role) -> Self {
        let (officer, authority) = (name.to_owned(), node.authority.clone());
        let display_name = format!("Officer {name}");
        let new =
            NewOfficer { name: officer.clone(), display_name, role, authority, password: PASSWORD.into() };
        create_officer(&node.node().store, new, &Actor::Node, random::now()).await.unwrap();
        let place = TempDir::new().unwrap();
        std::fs::write(place.path().join("description.toml"), DESCRIPTION).unwrap();
        std::fs::write(place.path().join("report.json"), REPORT).unwrap();
        Self { base: format!("http://{}", node.config.api), officer, place }
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_comity"));
        command.current_dir(self.place.path()).args(words);
        command.env("COMITY_NODE", &self.base).env("COMITY_OFFICER", &self.officer);
        command.env("COMITY_PASSWORD", PASSWORD).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    async fn run(&self, words: &[&str]) -> (i32, String, String) {
        let output = self.command(words).output().await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// What a command prints that succeeds.
    pub async fn ok(&self, words: &[&str]) -> String {
        let (code, told, faults) = self.run(words).await;
        assert_eq!(code, 0, "{words:?}: {told}{faults}");
        told
    }

    /// Its answer as JSON.
    pub async fn json(&self, words: &str) -> Value {
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&words).await).unwrap()
    }

    /// The exit code of a command that does not succeed, and all that it prints.
    pub async fn fails(&self, words: &[&str]) -> (i32, String) {
        let (code, told, faults) = self.run(words).await;
        assert_ne!(code, 0, "{words:?}: {told}");
        (code, told + &faults)
    }

    /// A case of this authority; the same each time.
    pub async fn case(&self) -> String {
        let listed = self.json("case list").await;
        if let Some(case) = listed["items"][0]["id"].as_str() {
            return case.to_owned();
        }
        self.json("case import report.json").await["id"].as_str().unwrap().to_owned()
    }

    /// Takes one file in.
    pub async fn item(&self, name: &str, bytes: &[u8], exhibit: &str) -> String {
        let case = self.case().await;
        std::fs::write(self.place.path().join(name), bytes).unwrap();
        let add =
            format!("evidence add {name} --case {case} --description description.toml --exhibit {exhibit}");
        let added = self.json(&add).await;
        std::fs::remove_file(self.place.path().join(name)).unwrap();
        added["items"][0]["item"].as_str().unwrap().to_owned()
    }
}

/// Writes files, with the folders that their names need.
pub fn folder(at: &Path, files: &[(&[u8], Vec<u8>)]) {
    for (name, bytes) in files {
        let path = at.join(OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// A connection in front of a node, which counts what is sent to it, and stands still after so many bytes.
pub struct Proxy {
    address: SocketAddr,
    sent: Arc<AtomicU64>,
    full: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(node: SocketAddr, most: Option<u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, full) = (Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
        let (counted, told) = (sent.clone(), full.clone());
        let task = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(pass(client, node, most, counted.clone(), told.clone()));
            }
        });
        Self { address, sent, full, task }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes that were sent to the node.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// Waits until it stands still.
    pub async fn full(&self) {
        self.full.notified().await;
    }

    pub async fn stop(self) {
        self.task.abort();
    }
}

async fn pass(
    client: TcpStream,
    node: SocketAddr,
    most: Option<u64>,
    sent: Arc<AtomicU64>,
    full: Arc<Notify>,
) {
    let server = TcpStream::connect(node).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
    let mut piece = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from_client.read(&mut piece).await {
        if most.is_some_and(|most| sent.load(Ordering::SeqCst) >= most) {
            full.notify_one();
            // Until the client is gone.
            while let Ok(1..) = from_client.read(&mut piece).await {}
            return;
        }
        sent.fetch_add(read as u64, Ordering::SeqCst);
        if to_server.write_all(&piece[..read]).await.is_err() {
            return;
        }
    }
}
