//! Two nodes on this machine, each a process of the release binary with its own directory, database, keys and ports.

use crate::{api::Api, report::Fallible};
use comity_model::{AuthorityId, AuthorityKind, statement::Mode};
use comity_node::{
    access::{NewOfficer, create_officer, rules::Role},
    config::{Config, DeliveryConfig},
    journal::Actor,
    random,
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
    store::{DatabaseUrl, Store},
};
use comity_seal::WorkFactor;
use jiff::SignedDuration;
use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// The passphrase and the password of everything here, all of which is invented.
pub const SECRET: &str = "comity bench only";
/// Who signs in.
pub const OFFICER: &str = "bench";
const PARTIES: [(&str, &str); 2] = [("fr", "FR-NCB"), ("es", "ES-NCB")];

/// A node's directory and address.
#[derive(Debug, Clone)]
pub struct Place {
    pub directory: PathBuf,
    pub api: SocketAddr,
}

/// A running node.
pub struct Process {
    pub place: Place,
    child: Child,
    /// From its start to the first good answer of `/readyz`.
    pub ready_after: Duration,
}

/// Makes sender and receiver anew in `directory`.
pub async fn make(directory: &Path) -> Fallible<[Place; 2]> {
    if directory.exists() {
        std::fs::remove_dir_all(directory)?;
    }
    let held: Vec<TcpListener> =
        (0..4).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    let ports: Vec<SocketAddr> = held.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?;
    let (now, roots) = (random::now(), RootKeys::generate(1, 1)?);
    let (mut memberships, mut places) = (Vec::new(), Vec::new());
    for ((short, authority), pair) in PARTIES.into_iter().zip(ports.chunks_exact(2)) {
        let &[api, peer] = pair else { continue };
        let id: AuthorityId = authority.parse()?;
        let config = config(short, id.clone(), api, peer);
        let new = [NewAuthority { id, kind: AuthorityKind::Ncb, names: BTreeMap::new() }];
        let at = directory.join(short);
        memberships.push(init_node(&at, &config, &new, &peer.to_string(), SECRET, WorkFactor::MIN, now)?);
        places.push(Place { directory: at, api });
    }
    let expires = now + SignedDuration::from_hours(24 * 365);
    let registry = first_registry("bench", Mode::Exercise, &roots.roots(), &memberships, 1, now, expires);
    let signed = roots.sign(&registry)?;
    for (place, (_, authority)) in places.iter().zip(PARTIES) {
        install_registry(&place.directory, &signed, &roots.roots())?;
        enter_officer(&place.directory, authority).await?;
    }
    places.try_into().map_err(|_| "two places were to be made".into())
}

fn config(short: &str, authority: AuthorityId, api: SocketAddr, peer: SocketAddr) -> Config {
    Config {
        name: format!("{short}.bench.example/ledger"),
        authorities: vec![authority],
        api,
        peer,
        database: "node.sqlite".into(),
        database_pages: None,
        evidence: comity_node::config::EvidenceConfig::default(),
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 8 * 60,
        delivery: DeliveryConfig::default(),
    }
}

async fn enter_officer(directory: &Path, authority: &str) -> Fallible<()> {
    let store = open(directory).await?;
    let officer = NewOfficer {
        name: OFFICER.to_owned(),
        display_name: "Bench".to_owned(),
        role: Role::Officer,
        authority: authority.parse()?,
        password: SECRET.to_owned(),
    };
    create_officer(&store, officer, &Actor::Node, random::now()).await?;
    store.close().await;
    Ok(())
}

/// The database of a node, to count in; a running node does not mind readers.
pub async fn open(directory: &Path) -> Fallible<Store> {
    Ok(Store::open(&DatabaseUrl::Sqlite(directory.join("node.sqlite"))).await?)
}

/// The number that a counting query gives.
pub async fn count(store: &Store, sql: &'static str) -> Fallible<u64> {
    Ok(store.fetch_optional(sql, &[]).await?.ok_or("nothing was counted")?.unsigned(0)?)
}

/// The program beside this one.
pub fn program() -> Fallible<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("comity");
    if program.exists() {
        Ok(program)
    } else {
        Err(format!("`{}` is missing; build it first", program.display()).into())
    }
}

impl Process {
    /// Starts the node and waits until it is ready.
    pub async fn start(place: &Place) -> Fallible<Self> {
        let log = std::fs::File::create(place.directory.join("node.log"))?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let begun = Instant::now();
        let child = Command::new(program()?)
            .args(["serve", "--dir"])
            .arg(&place.directory)
            .env("COMITY_PASSPHRASE", SECRET)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let mut process = Self { place: place.clone(), child, ready_after: Duration::ZERO };
        loop {
            let ready = http.get(format!("http://{}/readyz", place.api)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                process.ready_after = begun.elapsed();
                return Ok(process);
            }
            if process.child.try_wait()?.is_some() || begun.elapsed() > Duration::from_secs(30) {
                return Err(
                    format!("`{}` does not start; see its node.log", place.directory.display()).into()
                );
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Signs in at the node.
    pub async fn sign_in(&self) -> Fallible<Api> {
        Api::sign_in(&format!("http://{}", self.place.api), OFFICER, SECRET).await
    }

    /// Memory in use, in MiB, and processor time used so far, in seconds.
    pub fn usage(&self) -> Fallible<(f64, f64)> {
        let id = self.child.id().ok_or("the node has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // After the name: state is field 3, user and system time are fields 14 and 15, in hundredths of a second.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks: f64 =
            fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok((kib / 1024.0, ticks / 100.0))
    }

    /// Stops the node, orderly.
    pub async fn stop(mut self) -> Fallible<()> {
        if let Some(id) = self.child.id() {
            Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        }
        if tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}
