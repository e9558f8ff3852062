//! A federation of real nodes on loopback.

use crate::addresses::own_addresses;
use comity_model::{AuthorityId, AuthorityKind, registry::Registry, statement::Mode};
use comity_node::{
    Node,
    config::{Config, DeliveryConfig},
    keys::Keys,
    random,
    run::{Running, start},
    setup::{Membership, NewAuthority, RootKeys, first_registry, init_node, install_registry},
};
use comity_seal::{Dsse, WorkFactor};
use jiff::SignedDuration;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tempfile::TempDir;

pub const PASSPHRASE: &str = "for tests only";

/// The parties of every test federation, in this order.
pub const AUTHORITIES: [&str; 4] = ["FR-NCB", "ES-NCB", "MA-NCB", "EU-HUB"];

/// A node's place: its files and ports. The node runs while [`TestNode::running`] is there.
pub struct TestNode {
    pub authority: AuthorityId,
    pub directory: PathBuf,
    pub config: Config,
    pub membership: Membership,
    pub running: Option<Running>,
}

impl TestNode {
    /// Starts the node, or starts it again after a stop.
    pub async fn start(&mut self) -> Arc<Node> {
        let node = Node::open(&self.directory, PASSPHRASE).await.expect("the node opens");
        self.running = Some(start(node.clone()).await.expect("the node starts"));
        node
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    pub fn node(&self) -> Arc<Node> {
        self.running.as_ref().expect("the node runs").node().clone()
    }

    /// The node's secrets, for peers that pretend to be it.
    pub fn keys(&self) -> Keys {
        let file = comity_node::keys::read(&self.directory.join("keys.age"), PASSPHRASE).unwrap();
        Keys::open(file, &self.config.name, &self.config.authorities).unwrap()
    }
}

/// Nodes, their registry and its root keys.
pub struct TestFederation {
    pub roots: RootKeys,
    pub registry: Registry,
    pub signed: Dsse,
    pub nodes: Vec<TestNode>,
    _directory: TempDir,
}

impl TestFederation {
    /// A federation of `count` nodes, none of them started.
    pub fn new(count: usize) -> Self {
        Self::with(count, |_, _| {}, |_| {})
    }

    /// As [`TestFederation::new`], with settings and registry changed before anything is signed.
    pub fn with(count: usize, settings: impl Fn(usize, &mut Config), change: impl Fn(&mut Registry)) -> Self {
        let directory = TempDir::new().unwrap();
        let roots = RootKeys::generate(3, 2).unwrap();
        let now = random::now();
        let ports = own_addresses(2 * count);
        let mut nodes = Vec::new();
        for (number, authority) in AUTHORITIES.iter().take(count).enumerate() {
            let authority: AuthorityId = authority.parse().unwrap();
            let short = authority.as_str().to_lowercase();
            let mut config = Config {
                name: format!("{short}.test.example/ledger"),
                authorities: vec![authority.clone()],
                api: ports[2 * number],
                peer: ports[2 * number + 1],
                database: "node.sqlite".into(),
                database_pages: None,
                evidence: comity_node::config::EvidenceConfig::default(),
                matching: comity_node::config::MatchingConfig::default(),
                session_minutes: 30,
                delivery: DeliveryConfig {
                    backoff_base_ms: 20,
                    backoff_cap_ms: 200,
                    answer_timeout_ms: 5_000,
                    batch: 256,
                },
            };
            settings(number, &mut config);
            let at = directory.path().join(&short);
            let new =
                [NewAuthority { id: authority.clone(), kind: AuthorityKind::Ncb, names: BTreeMap::new() }];
            let since = now - SignedDuration::from_hours(24 * 365);
            let address = config.peer.to_string();
            let membership =
                init_node(&at, &config, &new, &address, PASSPHRASE, WorkFactor::MIN, since).unwrap();
            nodes.push(TestNode { authority, directory: at, config, membership, running: None });
        }
        let memberships: Vec<Membership> = nodes.iter().map(|node| node.membership.clone()).collect();
        let expires = now + SignedDuration::from_hours(24);
        let quorum = count.saturating_sub(1).min(2);
        let mut registry =
            first_registry("test", Mode::Exercise, &roots.roots(), &memberships, quorum, now, expires);
        change(&mut registry);
        let signed = roots.sign(&registry).unwrap();
        for node in &nodes {
            install_registry(&node.directory, &signed, &roots.roots()).unwrap();
        }
        Self { roots, registry, signed, nodes, _directory: directory }
    }

    /// A federation of `count` running nodes.
    pub async fn running(count: usize) -> Self {
        let mut federation = Self::new(count);
        for node in &mut federation.nodes {
            node.start().await;
        }
        federation
    }

    /// Signs a changed registry with the next version.
    pub fn next_registry(&mut self, change: impl FnOnce(&mut Registry)) -> Dsse {
        self.registry.version += 1;
        change(&mut self.registry);
        self.roots.sign(&self.registry).unwrap()
    }

    pub async fn stop(mut self) {
        for node in &mut self.nodes {
            node.stop().await;
        }
    }
}
