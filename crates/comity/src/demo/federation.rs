//! The demo's federation: made anew, one process for each node.

use super::narrator::Narrator;
use crate::{
    api::{Api, http},
    failure::Failure,
};
use comity_model::{AuthorityId, AuthorityKind, statement::Mode};
use comity_node::{
    access::{NewOfficer, create_officer, rules::Role},
    config::{Config, DeliveryConfig},
    journal::Actor,
    keys, random,
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
    store::Store,
};
use comity_seal::WorkFactor;
use jiff::SignedDuration;
use std::{
    collections::BTreeMap,
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// The password of every officer of the demo; the nodes listen on this machine alone, and everything in them is invented.
pub const PASSWORD: &str = "comity demo only";
const MARKER: &str = ".comity-demo";
const START_PATIENCE: Duration = Duration::from_secs(20);

/// A party of the demo: directory, authority, kind, and its names in English, French, Spanish and Arabic.
const PARTIES: [(&str, &str, AuthorityKind, [&str; 4]); 4] = [
    (
        "fr",
        "FR-NCB",
        AuthorityKind::Ncb,
        ["NCB Paris", "BCN Paris", "OCN París", "المكتب المركزي الوطني باريس"],
    ),
    (
        "es",
        "ES-NCB",
        AuthorityKind::Ncb,
        ["NCB Madrid", "BCN Madrid", "OCN Madrid", "المكتب المركزي الوطني مدريد"],
    ),
    (
        "ma",
        "MA-NCB",
        AuthorityKind::Ncb,
        ["NCB Rabat", "BCN Rabat", "OCN Rabat", "المكتب المركزي الوطني الرباط"],
    ),
    (
        "hub",
        "EU-HUB",
        AuthorityKind::Hub,
        ["Regional hub", "Plateforme régionale", "Centro regional", "المركز الإقليمي"],
    ),
];

/// A node of the demo.
pub struct DemoNode {
    /// Its directory's name, and the prefix of its officers' names.
    pub short: &'static str,
    /// Its authority.
    pub authority: &'static str,
    /// Where its API is.
    pub base: String,
    process: Child,
}

/// The running federation.
pub struct Federation {
    /// Where everything lies.
    pub directory: PathBuf,
    /// The nodes, in the order of [`PARTIES`].
    pub nodes: Vec<DemoNode>,
}

impl Federation {
    /// Makes the federation anew in `directory` and starts its nodes.
    pub async fn start(directory: &Path, port: u16, narrator: &mut Narrator) -> Result<Self, Failure> {
        narrator.chapter("A federation of four nodes");
        clear(directory)?;
        let ports = ports(port)?;
        let passphrase = hex::encode(random::bytes::<16>());
        write(&directory.join("passphrase"), passphrase.as_bytes())?;
        make(directory, &ports, &passphrase).await?;
        let mut nodes = Vec::new();
        for ((short, authority, ..), (api, _)) in PARTIES.into_iter().zip(&ports) {
            let process = spawn(&directory.join(short), &passphrase)?;
            nodes.push(DemoNode { short, authority, base: format!("http://{api}"), process });
        }
        let mut federation = Self { directory: directory.to_owned(), nodes };
        for number in 0..federation.nodes.len() {
            federation.wait_until_ready(number).await?;
        }
        for node in &federation.nodes {
            narrator.tell(format!("{} at {}", node.authority, node.base));
        }
        narrator.done("four nodes are up, each with its own directory, database, keys and ports");
        Ok(federation)
    }

    async fn wait_until_ready(&mut self, number: usize) -> Result<(), Failure> {
        let http = http()?;
        let directory = self.directory.clone();
        let Some(node) = self.nodes.get_mut(number) else { return Ok(()) };
        let begun = Instant::now();
        loop {
            let ready = http.get(format!("{}/readyz", node.base)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            let ended = node.process.try_wait().map_err(Failure::failed)?;
            if ended.is_some() || begun.elapsed() > START_PATIENCE {
                let log = directory.join(node.short).join("node.log");
                return Err(Failure::Failed(format!(
                    "`{}` does not start; see `{}`",
                    node.authority,
                    log.display()
                )));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Signs in an officer of a node: `officer`, `releasing`, `administrator` or `auditor`.
    pub async fn sign_in(&self, short: &str, role: &str) -> Result<Api, Failure> {
        let node = self.nodes.iter().find(|node| node.short == short);
        let node = node.ok_or_else(|| Failure::failed(format!("no node `{short}`")))?;
        Api::sign_in(&node.base, &format!("{short}-{role}"), PASSWORD).await
    }

    /// The root keys that a stranger would be given.
    pub fn roots(&self) -> PathBuf {
        self.directory.join("fr").join("roots.json")
    }

    /// Tells where to look and how to sign in.
    pub fn show_where_to_look(&self) {
        println!("\nThe nodes stay up until you press Ctrl-C. Look at them in a browser:");
        for node in &self.nodes {
            println!(
                "    {:7} {}   sign in as {short}-officer, {short}-releasing, {short}-administrator or {short}-auditor",
                node.authority,
                node.base,
                short = node.short
            );
        }
        println!("    the password is: {PASSWORD}");
        println!("    the record is {}", self.directory.join("exchange.record.json").display());
    }

    /// Stops every node, orderly.
    pub async fn stop(mut self) {
        for node in &mut self.nodes {
            if let Some(id) = node.process.id() {
                let _ = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
            }
        }
        for node in &mut self.nodes {
            if tokio::time::timeout(Duration::from_secs(10), node.process.wait()).await.is_err() {
                let _ = node.process.kill().await;
            }
        }
    }
}

/// Empties the directory if an earlier demo made it; touches no other.
fn clear(directory: &Path) -> Result<(), Failure> {
    let failed = |fault: std::io::Error| Failure::file(directory, &fault);
    if directory.exists() {
        let empty = fs::read_dir(directory).map_err(failed)?.next().is_none();
        if !empty && !directory.join(MARKER).exists() {
            let text = format!(
                "`{}` was not made by the demo; choose another directory with --dir",
                directory.display()
            );
            return Err(Failure::Usage(text));
        }
        fs::remove_dir_all(directory).map_err(failed)?;
    }
    fs::create_dir_all(directory).map_err(failed)?;
    write(&directory.join(MARKER), b"made by comity demo, which deletes it\n")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    comity_node::files::write_private(path, bytes).map_err(|fault| Failure::file(path, &fault))
}

/// An API and a peer address for each node: from `first` on, or free ones where it is 0.
fn ports(first: u16) -> Result<Vec<(SocketAddr, SocketAddr)>, Failure> {
    let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    if first != 0 {
        let pair =
            |number: u16| (at(first.saturating_add(2 * number)), at(first.saturating_add(2 * number + 1)));
        return Ok((0..4).map(pair).collect());
    }
    // Below those of outgoing connections (from 32768 on), one of which could take a port before its node does.
    let bound = |_| TcpListener::bind(at(u16::try_from(10_000 + random::number() % 22_000).ok()?)).ok();
    // Held open together, so that no port is given twice.
    let held: Vec<TcpListener> = (0..1_000).filter_map(bound).take(8).collect();
    if held.len() < 8 {
        return Err(Failure::failed(
            "hardly a port from 10000 to 31999 is free; name the first of eight with `--port`",
        ));
    }
    let free: Vec<SocketAddr> = held.iter().filter_map(|listener| listener.local_addr().ok()).collect();
    Ok(free.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect())
}

async fn make(directory: &Path, ports: &[(SocketAddr, SocketAddr)], passphrase: &str) -> Result<(), Failure> {
    let now = random::now();
    let roots = RootKeys::generate(3, 2).map_err(Failure::failed)?;
    let mut memberships = Vec::new();
    for ((short, authority, kind, names), (api, peer)) in PARTIES.into_iter().zip(ports) {
        let id: AuthorityId = authority.parse().map_err(Failure::failed)?;
        let names = ["en", "fr", "es", "ar"].into_iter().zip(names);
        let names: BTreeMap<String, String> =
            names.map(|(tag, name)| (tag.to_owned(), name.to_owned())).collect();
        let config = config(short, id.clone(), *api, *peer);
        let new = [NewAuthority { id, kind, names }];
        let at = directory.join(short);
        let made = init_node(&at, &config, &new, &peer.to_string(), passphrase, WorkFactor::MIN, now);
        memberships.push(made.map_err(Failure::failed)?);
    }
    write_identities(directory, passphrase)?;
    let expires = now + SignedDuration::from_hours(24 * 30);
    let registry =
        first_registry("Comity demo", Mode::Exercise, &roots.roots(), &memberships, 2, now, expires);
    let signed = roots.sign(&registry).map_err(Failure::failed)?;
    for (short, authority, ..) in PARTIES {
        let at = directory.join(short);
        install_registry(&at, &signed, &roots.roots()).map_err(Failure::failed)?;
        enter_officers(&at, short, authority).await?;
    }
    Ok(())
}

/// The sealing keys of the demo's authorities, so that other age tools can open what they were sent.
fn write_identities(directory: &Path, passphrase: &str) -> Result<(), Failure> {
    let mut text = String::from("# for the demo only: a real node's keys never leave its key file\n");
    for (short, authority, ..) in PARTIES {
        let file =
            keys::read(&directory.join(short).join("keys.age"), passphrase).map_err(Failure::failed)?;
        for key in file.authorities.get(authority).into_iter().flat_map(|keys| &keys.sealing) {
            text.push_str(&format!("# {authority}\n{}\n", key.to_secret_text().as_str()));
        }
    }
    write(&directory.join("identities.txt"), text.as_bytes())
}

fn config(short: &str, authority: AuthorityId, api: SocketAddr, peer: SocketAddr) -> Config {
    Config {
        name: format!("{short}.comity.example/ledger"),
        authorities: vec![authority],
        api,
        peer,
        database: "node.sqlite".into(),
        database_pages: None,
        evidence: comity_node::config::EvidenceConfig::default(),
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 8 * 60,
        delivery: DeliveryConfig {
            backoff_base_ms: 100,
            backoff_cap_ms: 2_000,
            answer_timeout_ms: 10_000,
            batch: 256,
        },
    }
}

async fn enter_officers(directory: &Path, short: &str, authority: &str) -> Result<(), Failure> {
    let config = Config::read(directory).map_err(Failure::failed)?;
    let store = Store::open(&config.database_url(directory)).await.map_err(Failure::failed)?;
    let roles = [
        ("officer", Role::Officer),
        ("releasing", Role::ReleasingOfficer),
        ("administrator", Role::Administrator),
        ("auditor", Role::Auditor),
    ];
    for (name, role) in roles {
        let officer = NewOfficer {
            name: format!("{short}-{name}"),
            display_name: format!("{} {}", authority, name),
            role,
            authority: authority.parse().map_err(Failure::failed)?,
            password: PASSWORD.to_owned(),
        };
        create_officer(&store, officer, &Actor::Node, random::now()).await.map_err(Failure::failed)?;
    }
    store.close().await;
    Ok(())
}

fn spawn(directory: &Path, passphrase: &str) -> Result<Child, Failure> {
    let program = std::env::current_exe().map_err(Failure::failed)?;
    let log = directory.join("node.log");
    let log = fs::File::create(&log).map_err(|fault| Failure::file(&log, &fault))?;
    Command::new(program)
        .args(["serve", "--dir"])
        .arg(directory)
        .env("COMITY_PASSPHRASE", passphrase)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .map_err(Failure::failed)
}
