//! Three nodes of one federation, without a network: what one has in its outbox is carried to the other's intake by hand,
//! so that every step happens when the test says so. In the test `alerts_postgres` the databases are on the PostgreSQL that
//! `COMITY_TEST_POSTGRES` names; elsewhere, and without it, they are SQLite files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, missing_docs)]

#[path = "../database/mod.rs"]
mod database;

use comity_model::{
    AuthorityId, AuthorityKind,
    id::{CaseId, ExchangeId, MessageId, OfficerId},
    marking::{HandlingCode, InformationEvaluation, Marking, OnwardRule, Purpose, SourceEvaluation},
    message::Message,
    statement::{Mode, Urgency},
};
pub use comity_node::alerts::Over;
use comity_node::{
    Node,
    access::{Caller, Role},
    alerts::{self, AlertView, Raise},
    cases,
    config::{Config, DeliveryConfig},
    exchange::{self, Outgoing},
    federation::{
        intake::take_batch,
        now_millis,
        wire::{ItemOutcome, write_batch, write_item},
    },
    hits::{self, HitView},
    journal::{About, Actor},
    law::{Basis, BasisChoice},
    random,
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
};
use comity_seal::WorkFactor;
use database::Database;
use jiff::{SignedDuration, ToSpan, Zoned};
use sqlx::{AssertSqlSafe, Column, PgPool, Row, SqlitePool};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};
use tempfile::TempDir;

pub const FR: &str = "FR-NCB";
pub const ES: &str = "ES-NCB";
pub const MA: &str = "MA-NCB";
const ALL: [&str; 3] = [FR, ES, MA];

pub const CHILD: &[u8] = include_bytes!("../../../../examples/reports/missing-child.comity.json");
pub const YELLOW: &[u8] = include_bytes!("../../../../examples/reports/missing-child.yellow.json");
pub const CAP: &[u8] = include_bytes!("../../../../examples/reports/missing-child.cap.xml");
pub const SPANISH: &[u8] = include_bytes!("../../../../examples/reports/own-case-spain.comity.json");
pub const UNRELATED: &[u8] = include_bytes!("../../../../examples/reports/own-case-unrelated.comity.json");

pub struct World {
    nodes: BTreeMap<&'static str, Arc<Node>>,
    /// On PostgreSQL; empty where they are SQLite files.
    databases: BTreeMap<&'static str, Database>,
    directory: TempDir,
}

pub fn id(authority: &str) -> AuthorityId {
    authority.parse().unwrap()
}

impl World {
    pub async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let mut databases = BTreeMap::new();
        for authority in ALL {
            databases.extend(Database::new().await.map(|database| (authority, database)));
        }
        let memberships: Vec<_> = ALL
            .iter()
            .map(|authority| {
                let config = config(authority, databases.get(authority));
                let new = [NewAuthority {
                    id: id(authority),
                    kind: AuthorityKind::Ncb,
                    names: BTreeMap::from([("en".to_owned(), (*authority).to_owned())]),
                }];
                let since = random::now() - SignedDuration::from_hours(24);
                let at = directory.path().join(authority);
                init_node(&at, &config, &new, "127.0.0.1:1", "for tests only", WorkFactor::MIN, since)
                    .unwrap()
            })
            .collect();
        let roots = RootKeys::generate(1, 1).unwrap();
        let now = random::now();
        let expires = now + SignedDuration::from_hours(24);
        let registry = first_registry("test", Mode::Exercise, &roots.roots(), &memberships, 0, now, expires);
        let signed = roots.sign(&registry).unwrap();
        let mut nodes = BTreeMap::new();
        for authority in ALL {
            let at = directory.path().join(authority);
            install_registry(&at, &signed, &roots.roots()).unwrap();
            nodes.insert(authority, Node::open(&at, "for tests only").await.unwrap());
        }
        Self { nodes, databases, directory }
    }

    pub fn node(&self, authority: &str) -> &Arc<Node> {
        &self.nodes[authority]
    }

    /// Opens a case and gives its identifier.
    pub async fn case(&self, authority: &str, report: &[u8]) -> CaseId {
        cases::import(self.node(authority), &officer(authority, "opener"), None, report).await.unwrap().id
    }

    /// Raises the sample alert at France, to Spain and Morocco, in a case opened for it.
    pub async fn raised(&self) -> MessageId {
        let case = self.case(FR, CHILD).await;
        alerts::raise(self.node(FR), &officer(FR, "amel"), case, raise(&[ES, MA])).await.unwrap()
    }

    /// The same, released by a second officer; still in the outbox.
    pub async fn released(&self) -> MessageId {
        let alert = self.raised().await;
        alerts::release(self.node(FR), &releasing(FR, "benoit"), alert, None, Over::default()).await.unwrap();
        alert
    }

    /// The same, carried to Spain and Morocco.
    pub async fn delivered(&self) -> MessageId {
        let alert = self.released().await;
        self.carry(FR, ES).await;
        self.carry(FR, MA).await;
        alert
    }

    pub async fn alert(&self, authority: &str, alert: MessageId) -> AlertView {
        alerts::read(self.node(authority), &officer(authority, "reader"), alert, true).await.unwrap()
    }

    pub async fn hits(&self, authority: &str) -> Vec<HitView> {
        hits::list(self.node(authority), &id(authority), 100).await.unwrap()
    }

    /// Carries what waits for a recipient to its node, in the order of the outbox; gives the kinds of messages carried.
    pub async fn carry(&self, from: &str, to: &str) -> Vec<String> {
        self.carry_where(from, to, |_| true).await
    }

    /// The same, but only the kinds of messages that are wanted now.
    pub async fn carry_where(&self, from: &str, to: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let sql = "/* test_outbox */ SELECT m.id, m.kind, m.envelope, m.body FROM delivery d JOIN message m \
                   ON m.id = d.message AND m.authority = d.sender WHERE d.sender = $1 AND d.recipient = $2 \
                   AND d.state = 'queued' ORDER BY d.urgency, d.queued_at, d.message";
        let rows = self.node(from).store.fetch_all(sql, &[from.into(), to.into()]).await.unwrap();
        let mut carried = Vec::new();
        for row in rows {
            let kind = row.text(1).unwrap();
            if !wanted(&kind) {
                continue;
            }
            let item = write_item(to, &row.text(2).unwrap(), &row.bytes(3).unwrap());
            let batch = write_batch(now_millis().0, 1, &[item]);
            let answer =
                take_batch(self.node(to), &self.node(from).config.name, batch.into_bytes()).await.unwrap();
            for outcome in &answer.outcomes {
                assert!(matches!(outcome, ItemOutcome::Receipt(_)), "{outcome:?}");
            }
            self.receipted(from, &row.text(0).unwrap(), to).await;
            carried.push(kind);
        }
        carried
    }

    async fn receipted(&self, from: &str, message: &str, to: &str) {
        let mut tx = self.node(from).store.begin("test_receipted").await.unwrap();
        let sql = "/* test_receipted */ UPDATE delivery SET state = 'receipted', receipted_at = queued_at + 25 \
                   WHERE message = $1 AND recipient = $2";
        tx.execute(sql, &[message.into(), to.into()]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Sends a message as if an officer or a faulty program had made it, without the rules of its capability.
    pub async fn send(&self, from: &str, to: &str, exchange: ExchangeId, message: Message) -> MessageId {
        let outgoing = Outgoing {
            id: random::new_id(MessageId::new),
            from: id(from),
            to: BTreeSet::from([id(to)]),
            exchange,
            reply_to: None,
            urgency: Urgency::Immediate,
            marking: marking(),
            legal_basis: Basis::chosen(legal_basis(), "tester"),
            message,
        };
        let node = self.node(from);
        let prepared = exchange::prepare(node, outgoing).await.unwrap();
        let mut tx = node.store.begin("test_send").await.unwrap();
        exchange::put(&mut tx, &prepared, &Actor::Node, About::default()).await.unwrap();
        tx.commit().await.unwrap();
        prepared.statement().id
    }

    /// The acts in an authority's journal, in order.
    pub async fn acts(&self, authority: &str) -> Vec<String> {
        let sql = "/* test_acts */ SELECT act FROM journal ORDER BY seq";
        let rows = self.node(authority).store.fetch_all(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap()).collect()
    }

    /// How often an act stands in an authority's journal.
    pub async fn count(&self, authority: &str, act: &str) -> usize {
        self.acts(authority).await.iter().filter(|written| *written == act).count()
    }

    /// Why the last message had no effect.
    pub async fn why_without_effect(&self, authority: &str) -> String {
        let sql = "/* test_without_effect */ SELECT document FROM journal WHERE act = 'message_without_effect' \
                   ORDER BY seq DESC";
        let rows = self.node(authority).store.fetch_all(sql, &[]).await.unwrap();
        let document: serde_json::Value = rows.first().unwrap().json(0).unwrap();
        document["detail"]["why"].as_str().unwrap().to_owned()
    }

    /// Everything that is readable in every column of every row of every table, a line for each; but for the tables of the
    /// law, which are public and long.
    pub async fn dump(&self, authority: &str) -> String {
        match self.databases.get(authority) {
            Some(database) => dump_postgres(&database.address).await,
            None => dump_sqlite(&self.directory.path().join(authority).join("node.sqlite")).await,
        }
    }
}

async fn dump_sqlite(path: &Path) -> String {
    let pool = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'law_set'";
    let mut dump = String::new();
    for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
        let name: String = table.get(0);
        let sql = AssertSqlSafe(format!("SELECT * FROM {name}"));
        for row in sqlx::query(sql).fetch_all(&pool).await.unwrap() {
            for column in row.columns() {
                let bytes: Option<Vec<u8>> = row.try_get_unchecked(column.ordinal()).unwrap();
                let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
                dump.push_str(&format!("{name}.{}: {text}\n", column.name()));
            }
        }
    }
    pool.close().await;
    dump
}

async fn dump_postgres(address: &str) -> String {
    let pool = PgPool::connect(address).await.unwrap();
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' \
                  AND table_name <> 'law_set'";
    let mut dump = String::new();
    for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
        let name: String = table.get(0);
        let sql = AssertSqlSafe(format!("SELECT row.*::text FROM {name} AS row"));
        for row in sqlx::query(sql).fetch_all(&pool).await.unwrap() {
            dump.push_str(&format!("{name}.row: {}\n", row.get::<String, _>(0)));
        }
    }
    pool.close().await;
    dump
}

fn config(authority: &str, database: Option<&Database>) -> Config {
    Config {
        name: format!("{}.test.example/ledger", authority.to_lowercase()),
        authorities: vec![id(authority)],
        api: "127.0.0.1:0".parse().unwrap(),
        peer: "127.0.0.1:0".parse().unwrap(),
        database: database.map_or("node.sqlite", |database| &database.address).into(),
        database_pages: None,
        evidence: comity_node::config::EvidenceConfig::default(),
        matching: comity_node::config::MatchingConfig::default(),
        session_minutes: 30,
        delivery: DeliveryConfig::default(),
    }
}

fn caller(authority: &str, name: &str, role: Role) -> Caller {
    let officer = random::new_id(OfficerId::new);
    let (name, display_name) = (name.to_owned(), format!("Officer {name}"));
    Caller { officer, name, display_name, role, authority: id(authority) }
}

pub fn officer(authority: &str, name: &str) -> Caller {
    caller(authority, name, Role::Officer)
}

pub fn releasing(authority: &str, name: &str) -> Caller {
    caller(authority, name, Role::ReleasingOfficer)
}

pub fn marking() -> Marking {
    Marking {
        handling: BTreeSet::from([HandlingCode::H0]),
        restrictions: None,
        purpose: Purpose::Exercise,
        source: SourceEvaluation::A,
        information: InformationEvaluation::Certain,
        onward: OnwardRule::OwnJurisdiction,
        retain_until: Zoned::now().date().saturating_add(30.days()),
    }
}

pub fn legal_basis() -> BasisChoice {
    BasisChoice {
        instrument: "INTERPOL_RPD".into(),
        article: "10".into(),
        reason: Some("a rehearsal".into()),
        event_date: None,
        offence: None,
        authorisation: None,
    }
}

pub fn raise(to: &[&str]) -> Raise {
    Raise {
        to: to.iter().map(|authority| id(authority)).collect(),
        alert: alerts::Draft::default(),
        headline: Some("Girl of 9 missing from Lyon".into()),
        requested_action: Some("Locate, inform at once".into()),
        runs_for_hours: Some(72),
        urgency: Urgency::Immediate,
        marking: marking(),
        legal_basis: legal_basis(),
    }
}
