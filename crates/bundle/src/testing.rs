//! Invented federations, items and bundles, for tests, examples and measurements. Keys are counted, not random: never for use.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "invented data; a fault ends the test"
)]

mod messages;
mod tsa;

pub use messages::message;
pub use tsa::TimeStamper;

use std::collections::BTreeMap;
use std::io::Read;

use comity_ledger::{
    Checkpoint, CosignatureSigner, Edge, InclusionFile, InclusionProver, KeyKind, NoteSigner,
    SignedCheckpoint, TileMap, leaf_hash,
};
use comity_model::id::OfficerId;
use comity_model::registry::{Member, NodeRecord, Registry, SigningKeyRecord};
use comity_model::statement::Mode;
use comity_model::{AuthorityId, AuthorityKind};
use comity_record::commitment;
use comity_record::directory::signing_keys;
use comity_record::registry::sign_registry;
use comity_record::verify::Anchor;
use comity_seal::{Dsse, SealingKey, SigningKey};
use comity_vault::custody::{Act, CUSTODY_EVENT_TYPE, Event, EventFormat};
use comity_vault::item::{
    Acquisition, Collector, Exhibit, ItemName, Manifest, ManifestFormat, Method, PartRef, Phase, Source,
    TreeHasher,
};
use comity_vault::{Digest, ItemId};
use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use serde_json::json;

use crate::make::{
    About, BundleItem, CustodyRecord, JournalRecord, Made, MessageRecord, Sink, Stamp, Writer,
};
use crate::verify::Trust;

/// The authority that makes the bundles.
pub const MAKER: &str = "FR-NCB";
/// The authority that receives the items.
pub const OTHER: &str = "MA-NCB";
const AUTHORITIES: [&str; 3] = [MAKER, OTHER, "ES-NCB"];

/// The time at which everything begins.
#[must_use]
pub fn start() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

/// The time at which the bundles are made.
#[must_use]
pub fn made_at() -> Timestamp {
    start() + SignedDuration::from_hours(24)
}

/// An authority by its name.
#[must_use]
pub fn authority(name: &str) -> AuthorityId {
    name.parse().unwrap()
}

/// An authority with its keys, and those of its node.
pub struct Holder {
    /// Its name.
    pub id: AuthorityId,
    /// Its signing key.
    pub signing: SigningKey,
    /// Its node's ledger key, whose name is the node's.
    pub ledger: NoteSigner,
    /// Its node's keys as a witness.
    pub witness: [CosignatureSigner; 2],
    sealing: SealingKey,
}

impl Holder {
    fn new(number: u8, name: &str) -> Self {
        let node = format!("{}.comity.example/ledger", name.to_lowercase());
        let witness = |kind, salt: u8| {
            CosignatureSigner::from_seed(&format!("{node}/witness"), kind, &[number + salt; 32])
        };
        Self {
            id: authority(name),
            signing: SigningKey::from_seeds(&[number; 32], &[number + 10; 32]).unwrap(),
            ledger: NoteSigner::from_seed(&node, &[number + 20; 32]).unwrap(),
            witness: [
                witness(KeyKind::CosignatureEd25519, 30).unwrap(),
                witness(KeyKind::CosignatureMlDsa44, 40).unwrap(),
            ],
            sealing: SealingKey::generate().unwrap(),
        }
    }

    fn node(&self) -> NodeRecord {
        NodeRecord {
            name: self.ledger.verifier().name().to_owned(),
            address: "node.example:443".into(),
            tls_certificates: [].into(),
            ledger: self.ledger.verifier().to_string(),
            witness: self.witness.iter().map(|key| key.verifier().to_string()).collect(),
        }
    }

    fn member(&self) -> Member {
        Member {
            authority: self.id.clone(),
            kind: AuthorityKind::Ncb,
            names: BTreeMap::new(),
            signing: vec![SigningKeyRecord {
                keys: signing_keys(self.signing.public()),
                valid_from: start() - SignedDuration::from_hours(24),
                valid_until: None,
                revoked_at: None,
            }],
            sealing: self.sealing.public().to_string(),
            node: self.ledger.verifier().name().to_owned(),
        }
    }
}

/// Three authorities with a node each, two roots that must both sign, and one witness that must cosign.
pub struct Federation {
    /// The authorities.
    pub holders: Vec<Holder>,
    roots: [SigningKey; 2],
    /// The registry.
    pub registry: Registry,
}

impl Default for Federation {
    fn default() -> Self {
        let holders: Vec<Holder> = (1..).zip(AUTHORITIES).map(|(n, name)| Holder::new(n, name)).collect();
        let roots = [91, 92].map(|n| SigningKey::from_seeds(&[n; 32], &[n + 100; 32]).unwrap());
        let registry = Registry {
            format: 1,
            federation: "invented".into(),
            mode: Mode::Exercise,
            version: 1,
            issued: start() - SignedDuration::from_hours(12),
            expires: start() + SignedDuration::from_hours(24 * 365),
            roots: roots.iter().map(|root| signing_keys(root.public())).collect(),
            threshold: 2,
            nodes: holders.iter().map(Holder::node).collect(),
            members: holders.iter().map(Holder::member).collect(),
            witness_quorum: 1,
        };
        Self { holders, roots, registry }
    }
}

impl Federation {
    /// The registry with the signatures of both roots.
    #[must_use]
    pub fn signed(&self) -> Dsse {
        self.sign(&self.registry)
    }

    /// Another registry with the signatures of both roots.
    #[must_use]
    pub fn sign(&self, registry: &Registry) -> Dsse {
        let mut dsse = sign_registry(registry, &self.roots[0]).unwrap();
        self.roots[1].add_signatures(&mut dsse).unwrap();
        dsse
    }

    /// The roots, as a reader has them from elsewhere.
    #[must_use]
    pub fn trust(&self) -> Trust {
        let roots = Anchor { roots: self.registry.roots.clone(), threshold: 2 };
        Trust { roots: Some(roots), ..Trust::default() }
    }

    /// The authority of that name.
    #[must_use]
    pub fn holder(&self, id: &str) -> &Holder {
        self.holders.iter().find(|holder| holder.id.as_str() == id).unwrap()
    }

    /// A checkpoint of `by`'s ledger, cosigned by all other nodes.
    fn checkpoint(&self, by: &Holder, edge: &Edge) -> SignedCheckpoint {
        let head = Checkpoint::new(by.ledger.verifier().name(), edge.size(), edge.root()).unwrap();
        let time = u64::try_from(made_at().as_second()).unwrap();
        let others = self.holders.iter().filter(|other| other.id != by.id);
        let lines: Vec<_> =
            others.flat_map(|other| &other.witness).map(|key| key.sign(&head, time).unwrap()).collect();
        let mut signed = SignedCheckpoint::sign(head, &by.ledger).unwrap();
        lines.into_iter().for_each(|line| signed.add_signature_line(line).unwrap());
        signed
    }
}

/// An item with its content and custody.
pub struct InventedItem {
    /// The manifest.
    pub manifest: Vec<u8>,
    /// The content.
    pub content: Vec<u8>,
    /// Its custody events.
    pub custody: Vec<CustodyRecord>,
    /// Messages about it; none unless they are put in.
    pub receipts: Vec<MessageRecord>,
}

/// What a bundle is made of.
pub struct Invented {
    /// Who takes part.
    pub federation: Federation,
    /// The items.
    pub items: Vec<InventedItem>,
    /// The checkpoints under which everything is proved, one of each ledger.
    pub checkpoints: Vec<SignedCheckpoint>,
}

fn item_id(number: usize) -> ItemId {
    let ms = u64::try_from(start().as_millisecond()).unwrap() + number as u64;
    ItemId::new(ms, [7; 10])
}

fn manifest(number: usize, content: &[u8]) -> Manifest {
    let part_size = 1 << 20;
    let mut tree = TreeHasher::default();
    tree.update(content);
    let size = content.len() as u64;
    let parts = (0..size / part_size + 1).map(|part| {
        let len = size.saturating_sub(part * part_size).min(part_size);
        let sealed_size = comity_vault::chunk::sealed_part_len(len).unwrap();
        PartRef { sealed_sha256: Digest::of(&part.to_be_bytes()), sealed_size }
    });
    Manifest {
        format: ManifestFormat::V1,
        item: item_id(number),
        name: ItemName::new(format!("pièce {number}.bin").as_bytes()).unwrap(),
        size,
        sha256: Digest::of(content),
        blake3: tree.finish(),
        part_size,
        parts: parts.collect(),
        exhibit: Exhibit { number: format!("A/{number}"), part_of: None },
        acquisition: Acquisition {
            phase: Phase::Acquisition,
            method: Method::FileCopy,
            tools: Vec::new(),
            write_blocker: None,
            by: Collector { authority: authority(MAKER), person: "invented".into(), role: None },
            place: "nowhere".into(),
            started_at: start(),
            finished_at: start(),
            source: Source {
                description: "invented bytes".into(),
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

fn content(number: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| (at.wrapping_mul(31) ^ number.wrapping_mul(17)) as u8).collect()
}

/// Writes the strand of one authority after the other.
struct Strands<'a> {
    federation: &'a Federation,
    manifest: Digest,
    item: ItemId,
    minute: i64,
    events: Vec<(Dsse, Event)>,
}

impl Strands<'_> {
    fn does(&mut self, by: &str, act: Act) -> Digest {
        self.minute += 1;
        let own = self.events.iter().rfind(|(_, event)| event.by.as_str() == by);
        let event = Event {
            format: EventFormat::V1,
            item: self.item,
            manifest: self.manifest,
            by: authority(by),
            officer: OfficerId::new(1, [1; 10]),
            number: own.map_or(0, |(_, event)| event.number + 1),
            previous: own.map(|(dsse, _)| Digest::of(&dsse.payload)),
            at: start() + SignedDuration::from_mins(self.minute),
            act,
            reason: "case 12/2026".into(),
            basis: None,
            place: None,
        };
        let dsse = self
            .federation
            .holder(by)
            .signing
            .sign_dsse(CUSTODY_EVENT_TYPE, &event.to_json().unwrap())
            .unwrap();
        let digest = Digest::of(&dsse.payload);
        self.events.push((dsse, event));
        digest
    }
}

/// Ten events: acquired, opened and examined by the maker, handed over with a copy kept, and examined by the receiver.
fn custody(federation: &Federation, item: ItemId, manifest: Digest) -> Vec<(Dsse, Event)> {
    let mut strands = Strands { federation, manifest, item, minute: 0, events: Vec::new() };
    let examined = || Act::Examined { how: "report 7".into() };
    strands.does(MAKER, Act::Acquired);
    strands.does(MAKER, Act::Opened);
    strands.does(MAKER, examined());
    strands.does(MAKER, Act::Copied { onto: "disk 3".into() });
    strands.does(MAKER, examined());
    let offer = strands.does(MAKER, Act::Transferred { to: authority(OTHER), keeps_copy: true });
    strands.does(OTHER, Act::Received { from: authority(MAKER), offer });
    strands.does(OTHER, Act::Opened);
    strands.does(OTHER, examined());
    strands.does(OTHER, examined());
    strands.events
}

fn journal(dsse: &Dsse, event: &Event, salt: [u8; 16]) -> JournalRecord {
    let act = format!("custody_{}", event.act.as_str());
    let detail = json!({ "item": event.item, "event": Digest::of(&dsse.payload), "number": event.number });
    let document = json!({
        "act": act, "at": event.at, "authority": event.by, "actor": "officer:invented", "about": {}, "detail": detail,
    });
    JournalRecord { document: document.to_string(), salt }
}

impl Invented {
    /// A federation with `items` items of `len` bytes each, and ten custody events for each.
    #[must_use]
    pub fn new(items: usize, len: usize) -> Self {
        let federation = Federation::default();
        let made: Vec<_> = (0..items)
            .into_par_iter()
            .map(|number| {
                let content = content(number, len);
                let json = manifest(number, &content).to_json().unwrap();
                let events = custody(&federation, item_id(number), Digest::of(&json));
                let records = events.into_iter().map(|(dsse, event)| {
                    let entry = journal(&dsse, &event, [number as u8; 16]);
                    (event.by, CustodyRecord { event: dsse, entry: Some(entry), proof: None })
                });
                (json, content, records.collect::<Vec<_>>())
            })
            .collect();
        let mut invented = Self { federation, items: Vec::new(), checkpoints: Vec::new() };
        let mut owners = Vec::new();
        for (manifest, content, records) in made {
            let (by, custody): (Vec<_>, Vec<_>) = records.into_iter().unzip();
            owners.push(by);
            invented.items.push(InventedItem { manifest, content, custody, receipts: Vec::new() });
        }
        invented.prove(&owners);
        invented
    }

    /// Puts the entries of each authority into its ledger, and a proof beside each event.
    fn prove(&mut self, owners: &[Vec<AuthorityId>]) {
        for name in [MAKER, OTHER] {
            let by = self.federation.holder(name);
            let mut places = Vec::new();
            let mut leaves = vec![leaf_hash(b"an entry before")];
            for (item, owners) in owners.iter().enumerate() {
                for (event, _) in owners.iter().enumerate().filter(|(_, owner)| owner.as_str() == name) {
                    let entry = self.items[item].custody[event].entry.as_ref().unwrap();
                    places.push((item, event, leaves.len() as u64));
                    leaves.push(leaf_hash(&commitment(&entry.salt, entry.document.as_bytes())));
                }
            }
            let mut edge = Edge::empty();
            let tiles: TileMap = edge.append(&leaves).into_iter().collect();
            let checkpoint = self.federation.checkpoint(by, &edge);
            let mut prover = InclusionProver::new(edge.size(), &tiles).unwrap();
            for (item, event, index) in places {
                let proof = prover.prove(index).unwrap();
                let file = InclusionFile { extra: None, index, proof, checkpoint: checkpoint.clone() };
                self.items[item].custody[event].proof = Some(file);
            }
            self.checkpoints.push(checkpoint);
        }
    }

    /// What the bundle is about.
    #[must_use]
    pub fn about(&self) -> About {
        About {
            made_by: authority(MAKER),
            made_at: made_at(),
            case: "12/2026".into(),
            made_for: Some("a court".into()),
        }
    }

    /// Begins a bundle with all items, each with its content, and the checkpoints.
    pub fn begin<S: Sink>(&self, sink: S) -> Writer<S> {
        let mut writer = Writer::begin(sink, self.about(), &[self.federation.signed()]).unwrap();
        for item in &self.items {
            let mut content = item.content.as_slice();
            let content: Option<&mut dyn Read> = Some(&mut content);
            let given = BundleItem {
                manifest: &item.manifest,
                content,
                custody: &item.custody,
                receipts: &item.receipts,
            };
            writer.item(given).unwrap();
        }
        for checkpoint in &self.checkpoints {
            writer.checkpoint(checkpoint).unwrap();
        }
        writer
    }

    /// Signs a bundle as its maker.
    pub fn sign<S: Sink>(&self, made: Made<S>, stamp: Option<&Stamp>) -> S {
        made.sign(&self.federation.holder(MAKER).signing, stamp).unwrap()
    }

    /// Makes the whole bundle, without timestamps.
    pub fn write<S: Sink>(&self, sink: S) -> S {
        self.sign(self.begin(sink).finish().unwrap(), None)
    }
}
