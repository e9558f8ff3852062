use super::*;
use crate::{
    access::{Caller, Role},
    cases,
    config::{Config, DeliveryConfig, EvidenceConfig, MatchingConfig},
    evidence::{
        self, Hand,
        describe::Description,
        epochs::blocking,
        rotate::{Ending, begin_next},
        upload::{Patch, begin, receive},
    },
    journal::Actor,
    setup::{NewAuthority, RootKeys, first_registry, init_node, install_registry},
};
use comity_model::{AuthorityKind, id::OfficerId, statement::Mode};
use comity_seal::WorkFactor;
use comity_vault::store::{Catalogue, ItemReader};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use tempfile::TempDir;

const PART: usize = 16 << 10;
const CHILD: &[u8] = include_bytes!("../../../../../examples/reports/missing-child.comity.json");

fn own() -> AuthorityId {
    "FR-NCB".parse().unwrap()
}

/// A node with an officer's case, ready for uploads.
struct World {
    node: Arc<Node>,
    hand: Hand,
    description: Description,
    _directory: TempDir,
}

async fn world() -> World {
    let directory = TempDir::new().unwrap();
    let at = directory.path().join("node");
    let config = Config {
        name: "fr-ncb.test.example/ledger".into(),
        authorities: vec![own()],
        api: "127.0.0.1:0".parse().unwrap(),
        peer: "127.0.0.1:0".parse().unwrap(),
        database: "node.sqlite".into(),
        database_pages: None,
        session_minutes: 30,
        delivery: DeliveryConfig::default(),
        evidence: EvidenceConfig { part_size: PART as u64, ..EvidenceConfig::default() },
        matching: MatchingConfig::default(),
    };
    let names = BTreeMap::from([("en".to_owned(), "Bureau".to_owned())]);
    let new = [NewAuthority { id: own(), kind: AuthorityKind::Ncb, names }];
    let (now, phrase) = (random::now(), "for tests only");
    let since = now - SignedDuration::from_hours(24);
    let member = init_node(&at, &config, &new, "127.0.0.1:1", phrase, WorkFactor::MIN, since).unwrap();
    let roots = RootKeys::generate(1, 1).unwrap();
    let expires = now + SignedDuration::from_hours(24);
    let registry = first_registry("test", Mode::Exercise, &roots.roots(), &[member], 0, now, expires);
    install_registry(&at, &roots.sign(&registry).unwrap(), &roots.roots()).unwrap();
    let node = Node::open(&at, phrase).await.unwrap();
    let officer = random::new_id(OfficerId::new);
    let (name, display_name) = ("amel".to_owned(), "Officer Amel".to_owned());
    let caller = Caller { officer, name, display_name, role: Role::Officer, authority: own() };
    let case = cases::import(&node, &caller, None, CHILD).await.unwrap().id;
    let json = serde_json::json!({
        "case": case, "name": {"text": "drawing-7.bin"}, "exhibit": {"number": "EX/2026/0841-1"},
        "acquisition": {
            "phase": "acquisition", "method": "physical_image", "by": {"authority": "FR-NCB", "person": "A. Lemaire"},
            "place": "Lyon", "started_at": "2026-01-05T09:00:00Z", "finished_at": "2026-01-05T10:00:00Z",
            "source": {"description": "a memory card"},
        },
        "reason": "seized in the search of 5 January",
    });
    let description = Description::from_json(json.to_string().as_bytes()).unwrap();
    World { node, hand: Hand::from(&caller), description, _directory: directory }
}

impl World {
    async fn send(&self, item: ItemId, from: usize, bytes: &[u8]) -> u64 {
        let patch = Patch { offset: from as u64, length: Some(bytes.len() as u64), checksum: None };
        let body = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::copy_from_slice(bytes))]);
        receive(&self.node, &self.hand, item, patch, body).await.unwrap().offset
    }

    async fn row(&self, item: ItemId) -> UploadRow {
        upload_store::load(&self.node.store, &own(), item).await.unwrap().unwrap()
    }

    /// Begins an upload and sends `bytes` of it; nothing of it rests in memory then.
    async fn begun(&self, length: usize, bytes: &[u8]) -> ItemId {
        let item = begin(&self.node, &self.hand, length as u64, self.description.clone()).await.unwrap();
        self.send(item, 0, bytes).await;
        self.node.evidence.uploads.let_go();
        item
    }

    async fn resume(&self, row: UploadRow) -> Result<Live, UploadFault> {
        let node = self.node.clone();
        tokio::task::spawn_blocking(move || Live::resume(&node, &row)).await.unwrap()
    }

    async fn content(&self, item: ItemId) -> Vec<u8> {
        let (node, opened) =
            (self.node.clone(), evidence::open_item(&self.node, &own(), item).await.unwrap());
        let read = blocking(move || {
            let (catalogue, mut content) = (Catalogue::default(), Vec::new());
            let reader = ItemReader::new(&node.evidence.blobs, &catalogue, &opened.manifest, opened.key);
            reader.read(0..opened.manifest.size, |bytes| content.extend_from_slice(bytes))?;
            Ok(content)
        });
        read.await.unwrap()
    }
}

fn content(len: usize) -> Vec<u8> {
    (0..len).map(|n| (n.wrapping_mul(7) ^ (n >> 9)) as u8).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_whose_epoch_ends_while_it_is_resumed_goes_on_and_loses_no_byte() {
    let world = world().await;
    let (sent, first) = (content(3 * PART + 77), PART + 5000);
    let item = world.begun(sent.len(), &sent[..first]).await;
    // What a request reads, just before an administrator ends all epochs but the new one.
    let read_before = world.row(item).await;
    begin_next(&world.node, &own(), &Actor::Node, Ending::AtOnce).await.unwrap();
    let live = world.resume(read_before).await.unwrap();
    assert_eq!((live.noted, live.intake.durable()), (first as u64, first as u64));
    drop(live);
    assert_eq!(world.send(item, first, &sent[first..]).await, sent.len() as u64);
    assert_eq!(world.content(item).await, sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_said_of_an_upload_opens_also_when_its_epoch_ends_between_two_reads() {
    let world = world().await;
    let item = world.begun(PART, b"a beginning").await;
    let read_before = world.row(item).await;
    for _ in 0..2 {
        begin_next(&world.node, &own(), &Actor::Node, Ending::AtOnce).await.unwrap();
    }
    let described = upload::descriptions(&world.node, vec![read_before]).await.unwrap();
    assert_eq!(described[0].1.as_ref(), Some(&world.description));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_whose_epoch_key_is_lost_says_that_it_is() {
    let world = world().await;
    let item = world.begun(PART, b"a beginning").await;
    world.node.evidence.epochs.end(&own(), 1).unwrap();
    let fault = world.resume(world.row(item).await).await.map(|_| ()).unwrap_err();
    assert!(matches!(fault, UploadFault::Evidence(EvidenceError::EpochGone { number: 1 })), "{fault}");
    let begun = begin(&world.node, &world.hand, 10, world.description.clone()).await;
    assert!(begun.is_err());
}

impl World {
    fn object(&self, name: Digest) -> std::path::PathBuf {
        let name = name.to_string();
        let mut folders = vec![self._directory.path().join("node")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().replace('/', "").ends_with(&name) {
                    return path;
                }
            }
        }
        panic!("object {name} is not there");
    }

    async fn set_mark(&self, item: ItemId, mark: Option<Vec<u8>>) {
        let mut tx = self.node.store.begin("set_mark").await.unwrap();
        let sql = "/* set_mark */ UPDATE evidence_upload SET mark = $2 WHERE item = $1";
        tx.execute(sql, &[item.to_string().into(), mark.into()]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_from_its_mark_and_reads_nothing_before_it_again() {
    if !comity_vault::digest::OpenSha256::pays() {
        return;
    }
    let world = world().await;
    // 200 parts: marks are made after 128 and 192 of them.
    let (sent, first) = (content(200 * PART + 99), 196 * PART + 5000);
    let item = world.begun(sent.len(), &sent[..first]).await;
    let durable = upload_store::durable(&world.node.store, &world.row(item).await).await.unwrap();
    let (mark, object) = (durable.mark.unwrap(), world.object(durable.parts[0].sealed_sha256));
    let away = object.with_extension("away");
    std::fs::rename(&object, &away).unwrap();
    drop(world.resume(world.row(item).await).await.unwrap());
    // Without a mark, or with one that was altered, all is read.
    let mut altered = mark.clone();
    altered[40] ^= 1;
    for wrong in [None, Some(altered.clone())] {
        world.set_mark(item, wrong).await;
        assert!(world.resume(world.row(item).await).await.is_err());
    }
    std::fs::rename(&away, &object).unwrap();
    world.set_mark(item, Some(altered)).await;
    drop(world.resume(world.row(item).await).await.unwrap());
    world.set_mark(item, Some(mark)).await;
    assert_eq!(world.send(item, first, &sent[first..]).await, sent.len() as u64);
    assert_eq!(world.content(item).await, sent);
    let opened = evidence::open_item(&world.node, &own(), item).await.unwrap();
    assert_eq!(opened.manifest.sha256, Digest::of(&sent));
}
