//! Real nodes on loopback that hand evidence over. What peers ask of the first of them passes a front that holds the keys of all
//! and can alter, hold back and count what it passes on: a giver that lies, and a line that breaks. In test files whose names end
//! in `_postgres` the databases are on the PostgreSQL that `COMITY_TEST_POSTGRES` names; elsewhere they are SQLite files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

#[path = "../addresses/mod.rs"]
pub mod addresses;
#[path = "../database/mod.rs"]
mod database;
pub mod front;

use addresses::own_addresses;
use comity_model::{
    AuthorityId, AuthorityKind,
    id::{CaseId, ExchangeId, ItemId, MessageId, OfficerId},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::Message,
    statement::{Mode, Urgency},
};
use comity_node::{
    Node,
    access::{Caller, Role},
    cases,
    config::{Config, DeliveryConfig, EvidenceConfig},
    evidence::{
        self, NewItem,
        handover::{self, NewOffer, OfferRow, OfferState},
    },
    exchange::{self, Outgoing},
    journal::{About, Actor},
    law::{Basis, BasisChoice},
    random,
    run::{Running, start},
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
};
use comity_seal::WorkFactor;
use comity_vault::{
    chunk::{ItemKey, Salt},
    custody::Act,
    item::{Acquisition, Collector, Exhibit, ItemName, Manifest, ManifestFormat, Method, Phase, Source},
    store::{Intake, Taken},
};
use database::Database;
use front::Front;
use jiff::{SignedDuration, ToSpan, Zoned};
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;

/// Served by one node, behind the front.
pub const FR: &str = "FR-NCB";
pub const FR_COURT: &str = "FR-TJ-PARIS";
pub const ES: &str = "ES-NCB";
pub const MA: &str = "MA-NCB";
const NODES: [&[&str]; 3] = [&[FR, FR_COURT], &[ES], &[MA]];
const CASE: &[u8] = include_bytes!("../../../../examples/reports/own-case-spain.comity.json");
/// Bytes of content in a part.
pub const PART: u64 = 64 << 10;

pub struct World {
    places: BTreeMap<&'static str, Place>,
    running: BTreeMap<&'static str, Running>,
    pub front: Front,
    directory: TempDir,
}

struct Place {
    directory: PathBuf,
    /// Where tests run on PostgreSQL.
    _database: Option<Database>,
}

pub fn id(authority: &str) -> AuthorityId {
    authority.parse().unwrap()
}

/// The authority by which a node goes here.
fn node_of(authority: &str) -> &'static str {
    NODES.iter().find(|served| served.contains(&authority)).unwrap()[0]
}

impl World {
    pub async fn new() -> Self {
        Self::with(PART, true).await
    }

    /// With parts of that size, and with the front or without it.
    pub async fn with(part_size: u64, fronted: bool) -> Self {
        let directory = TempDir::new().unwrap();
        let ports = own_addresses(7);
        let mut memberships = Vec::new();
        let mut places = BTreeMap::new();
        for (number, served) in NODES.iter().enumerate() {
            let mut config = config(served, ports[2 * number], ports[2 * number + 1]);
            config.evidence.part_size = part_size;
            let database = Database::new().await;
            if let Some(database) = &database {
                config.database.clone_from(&database.address);
            }
            let at = directory.path().join(served[0]);
            let address = if number == 0 && fronted { ports[6] } else { config.peer };
            let since = random::now() - SignedDuration::from_hours(24);
            let new: Vec<_> = served.iter().map(|one| authority(one)).collect();
            let work = WorkFactor::MIN;
            let made = init_node(&at, &config, &new, &address.to_string(), "for tests only", work, since);
            memberships.push(made.unwrap());
            places.insert(served[0], Place { directory: at, _database: database });
        }
        let roots = RootKeys::generate(1, 1).unwrap();
        let now = random::now();
        let expires = now + SignedDuration::from_hours(24);
        let registry = first_registry("test", Mode::Exercise, &roots.roots(), &memberships, 1, now, expires);
        let signed = roots.sign(&registry).unwrap();
        for place in places.values() {
            install_registry(&place.directory, &signed, &roots.roots()).unwrap();
        }
        let front = Front::new(ports[6], ports[1]);
        let mut world = Self { places, running: BTreeMap::new(), front, directory };
        for served in NODES {
            world.start(served[0]).await;
        }
        if !fronted {
            return world;
        }
        let callers = [ES, MA].map(|name| world.node(name).clone());
        world.front.serve(world.node(FR).clone(), &callers).await;
        world
    }

    pub async fn start(&mut self, authority: &str) {
        let name = node_of(authority);
        let node = Node::open(&self.places[name].directory, "for tests only").await.unwrap();
        self.running.insert(name, start(node).await.unwrap());
    }

    /// The same over a disk whose every change is told to `watcher` before it is made.
    pub async fn start_watched(&mut self, authority: &str, watcher: comity_blobs::Watcher) {
        let name = node_of(authority);
        let directory = &self.places[name].directory;
        let mut node = Node::open(directory, "for tests only").await.unwrap();
        let disk = comity_blobs::Disk::watched(&directory.join("evidence"), Some(watcher)).unwrap();
        Arc::get_mut(&mut node).unwrap().evidence = evidence::Evidence::over(disk.into());
        self.running.insert(name, start(node).await.unwrap());
    }

    pub async fn stop(&mut self, authority: &str) {
        self.running.remove(node_of(authority)).unwrap().stop().await;
    }

    /// Starts a node again with other settings.
    pub async fn reconfigure(&mut self, authority: &str, change: impl FnOnce(&mut Config)) {
        self.stop(authority).await;
        let directory = &self.places[node_of(authority)].directory;
        let mut config = Config::read(directory).unwrap();
        change(&mut config);
        config.write(directory).unwrap();
        self.start(authority).await;
    }

    /// Where a node keeps its files.
    pub fn directory(&self, authority: &str) -> &std::path::Path {
        &self.places[node_of(authority)].directory
    }

    pub fn node(&self, authority: &str) -> &Arc<Node> {
        self.running[node_of(authority)].node()
    }

    /// The database of a node, whether it runs or not.
    pub async fn store_of(&self, authority: &str) -> comity_node::store::Store {
        match self.running.get(node_of(authority)) {
            Some(running) => running.node().store.clone(),
            None => {
                let directory = &self.places[node_of(authority)].directory;
                Node::open(directory, "for tests only").await.unwrap().store.clone()
            }
        }
    }

    pub async fn case(&self, authority: &str) -> CaseId {
        match cases::import(self.node(authority), &officer(authority), None, CASE).await {
            Ok(case) => case.id,
            Err(cases::CaseError::AlreadyOpen { case, .. }) => case,
            Err(fault) => panic!("{fault}"),
        }
    }

    /// Takes an item in, as an upload would.
    pub async fn item(&self, authority: &str, content: &[u8]) -> ItemId {
        self.item_of(authority, content, |_| {}).await
    }

    /// The same, with the manifest changed before it is signed.
    pub async fn item_of(&self, authority: &str, content: &[u8], change: impl Fn(&mut Manifest)) -> ItemId {
        let bytes = content.to_vec();
        self.item_from(authority, PART, std::iter::once(bytes), change).await
    }

    /// The same, from pieces of content.
    pub async fn item_from(
        &self,
        authority: &str,
        part_size: u64,
        pieces: impl Iterator<Item = Vec<u8>> + Send + 'static,
        change: impl Fn(&mut Manifest),
    ) -> ItemId {
        let node = self.node(authority);
        let (item, key) = (random::new_id(ItemId::new), ItemKey::new(random::bytes()));
        let (blobs, own) = (node.evidence.blobs.clone(), key.clone());
        let taken = tokio::task::spawn_blocking(move || {
            let salts = || Salt::new(random::bytes());
            let mut intake = Intake::new(&blobs, own, item, part_size, salts).unwrap();
            pieces.for_each(|piece| intake.update(&piece).unwrap());
            intake.finish().unwrap()
        });
        let mut manifest = manifest(item, authority, taken.await.unwrap());
        change(&mut manifest);
        let new = NewItem {
            manifest,
            key,
            case: self.case(authority).await,
            act: Act::Acquired,
            reason: "seized in the search of 3 May".into(),
            marking: None,
            received_from: None,
            retain_until: None,
            before: Vec::new(),
            packed: Vec::new(),
        };
        let caller = officer(authority);
        evidence::admit(node, &(&caller).into(), vec![new], async |_| Ok(())).await.unwrap();
        item
    }

    pub async fn offer(&self, from: &str, to: &str, item: ItemId, keeps_copy: bool) -> MessageId {
        handover::offer(self.node(from), &officer(from), item, new_offer(to, keeps_copy)).await.unwrap()
    }

    /// Waits until an offer has arrived.
    pub async fn arrived(&self, at: &str, offer: MessageId) -> OfferRow {
        let node = self.node(at);
        eventually("the offer arrives", || async { handover::load(node, &id(at), offer).await.is_ok() })
            .await;
        handover::load(node, &id(at), offer).await.unwrap()
    }

    pub async fn state(&self, at: &str, offer: MessageId) -> OfferState {
        handover::load(self.node(at), &id(at), offer).await.unwrap().state
    }

    pub async fn comes_to(&self, at: &str, offer: MessageId, state: OfferState) -> OfferRow {
        let what = format!("the offer is {state:?} at {at}");
        eventually(&what, || async { self.state(at, offer).await == state }).await;
        handover::load(self.node(at), &id(at), offer).await.unwrap()
    }

    /// Accepts an offer once it has arrived.
    pub async fn accept(&self, at: &str, offer: MessageId) {
        self.arrived(at, offer).await;
        let case = self.case(at).await;
        handover::accept(self.node(at), &officer(at), offer, case, "asked for it").await.unwrap();
    }

    /// A whole hand-over.
    pub async fn hand_over(&self, from: &str, to: &str, item: ItemId, keeps_copy: bool) -> MessageId {
        let offer = self.offer(from, to, item, keeps_copy).await;
        self.accept(to, offer).await;
        self.comes_to(to, offer, OfferState::Accepted).await;
        self.comes_to(from, offer, OfferState::Accepted).await;
        offer
    }

    /// The content of an item, opened at one authority.
    pub async fn content(&self, at: &str, item: ItemId) -> Vec<u8> {
        let node = self.node(at).clone();
        let opened = evidence::open_item(&node, &id(at), item).await.unwrap();
        tokio::task::spawn_blocking(move || {
            let catalogue = comity_vault::store::Catalogue::default();
            let (blobs, manifest) = (&node.evidence.blobs, &opened.manifest);
            let reader = comity_vault::store::ItemReader::new(blobs, &catalogue, manifest, opened.key);
            let mut content = Vec::new();
            reader.read(0..manifest.size, |bytes| content.extend_from_slice(bytes)).unwrap();
            content
        })
        .await
        .unwrap()
    }

    /// The chain as one authority knows it: digests in order, what is wrong with it, and who holds the item.
    pub async fn chain(&self, at: &str, item: ItemId) -> (Vec<String>, Vec<String>, Vec<String>) {
        let rows = evidence::custody_of(self.node(at), &id(at), item).await.unwrap();
        let chain = evidence::chain_of(item, &rows).unwrap();
        let events = chain.events().iter().map(|event| event.digest().to_string()).collect();
        let findings = chain.check().iter().map(|finding| finding.kind.to_string()).collect();
        let holders = chain.holders().iter().map(ToString::to_string).collect();
        (events, findings, holders)
    }

    /// The documents of an act in a node's journal.
    pub async fn entries(&self, at: &str, act: &str) -> Vec<String> {
        let sql = "/* test_entries */ SELECT document FROM journal WHERE act = $1 ORDER BY seq";
        let rows = self.node(at).store.fetch_all(sql, &[act.into()]).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap()).collect()
    }

    /// A number that a query counts.
    pub async fn count(&self, at: &str, sql: &'static str) -> u64 {
        self.node(at).store.fetch_optional(sql, &[]).await.unwrap().unwrap().unsigned(0).unwrap()
    }

    /// Sends a message past the rules of hand-overs, as a faulty or hostile program would.
    pub async fn say(&self, from: &str, to: &str, message: Message) -> MessageId {
        let new = new_offer(to, true);
        let outgoing = Outgoing {
            id: random::new_id(MessageId::new),
            from: id(from),
            to: BTreeSet::from([id(to)]),
            exchange: random::new_id(ExchangeId::new),
            reply_to: None,
            urgency: new.urgency,
            marking: new.marking,
            legal_basis: Basis::chosen(new.legal_basis, "tester"),
            message,
        };
        let node = self.node(from);
        let prepared = exchange::prepare(node, outgoing).await.unwrap();
        let mut tx = node.store.begin("test_say").await.unwrap();
        exchange::put(&mut tx, &prepared, &Actor::Node, About::default()).await.unwrap();
        tx.commit().await.unwrap();
        node.wake_outbox();
        prepared.statement().id
    }

    /// Waits for the `number`th message without effect at a node, and gives why it had none.
    pub async fn without_effect(&self, at: &str, number: usize) -> String {
        let entries = || self.entries(at, "message_without_effect");
        eventually("a message has no effect", || async { entries().await.len() >= number }).await;
        entries().await.swap_remove(number - 1)
    }

    /// Stops all nodes.
    pub async fn end(mut self) {
        for served in NODES {
            if self.running.contains_key(served[0]) {
                self.stop(served[0]).await;
            }
        }
    }
}

fn authority(name: &str) -> NewAuthority {
    let names = BTreeMap::from([("en".to_owned(), name.to_owned())]);
    let kind = if name == FR_COURT { AuthorityKind::Court } else { AuthorityKind::Ncb };
    NewAuthority { id: id(name), kind, names }
}

fn config(served: &[&str], api: SocketAddr, peer: SocketAddr) -> Config {
    Config {
        name: format!("{}.test.example/ledger", served[0].to_lowercase()),
        authorities: served.iter().map(|authority| id(authority)).collect(),
        api,
        peer,
        database: "node.sqlite".into(),
        database_pages: None,
        evidence: EvidenceConfig { part_size: PART, ..EvidenceConfig::default() },
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 30,
        delivery: DeliveryConfig {
            backoff_base_ms: 20,
            backoff_cap_ms: 100,
            answer_timeout_ms: 5_000,
            batch: 256,
        },
    }
}

pub fn officer(authority: &str) -> Caller {
    let officer = random::new_id(OfficerId::new);
    let (name, display_name) = ("amel".to_owned(), "Officer Amel".to_owned());
    Caller { officer, name, display_name, role: Role::ReleasingOfficer, authority: id(authority) }
}

pub fn marking(onward: OnwardRule) -> Marking {
    Marking {
        handling: BTreeSet::from([HandlingCode::H0]),
        restrictions: None,
        purpose: Purpose::Exercise,
        source: SourceEvaluation::A,
        information: InformationEvaluation::Certain,
        onward,
        retain_until: Zoned::now().date().saturating_add(30.days()),
    }
}

pub fn new_offer(to: &str, keeps_copy: bool) -> NewOffer {
    NewOffer {
        to: id(to),
        keeps_copy,
        reason: "letter of request 17".into(),
        note: "image of the laptop".into(),
        marking: marking(OnwardRule::OwnJurisdiction),
        legal_basis: BasisChoice {
            instrument: "INTERPOL_RPD".into(),
            article: "10".into(),
            reason: Some("a rehearsal".into()),
            event_date: None,
            offence: None,
            authorisation: None,
        },
        urgency: Urgency::Routine,
        exchange: None,
    }
}

pub fn content(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n.wrapping_mul(7) ^ (n >> 9)) as u8).collect()
}

fn manifest(item: ItemId, authority: &str, taken: Taken) -> Manifest {
    let at = random::now();
    Manifest {
        format: ManifestFormat::V1,
        item,
        name: ItemName::new(b"laptop.img").unwrap(),
        size: taken.size,
        sha256: taken.sha256,
        blake3: taken.blake3,
        part_size: taken.part_size,
        parts: taken.parts,
        exhibit: Exhibit { number: "PJ/2026/17-3".into(), part_of: None },
        acquisition: Acquisition {
            phase: Phase::Acquisition,
            method: Method::PhysicalImage,
            tools: Vec::new(),
            write_blocker: None,
            by: Collector { authority: id(authority), person: "4711".into(), role: None },
            place: "Lyon".into(),
            started_at: at,
            finished_at: at,
            source: Source {
                description: "laptop".into(),
                make: None,
                model: None,
                serial: None,
                condition: None,
                clock_ahead_seconds: None,
            },
            deviations: Vec::new(),
        },
        seizure: None,
    }
}

/// Waits until a condition holds; fails the test when it does not within a minute.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    patience.await.unwrap_or_else(|_| panic!("it did not come to this in time: {what}"));
}
