use super::*;
use crate::{
    evidence::store::insert_objects,
    store::testing::{on_both_engines, open},
};
use comity_blobs::Disk;
use comity_model::{AuthorityId, id::ItemId};
use comity_vault::store::{Pending, ReadObjects};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::Path,
    time::{Duration, SystemTime},
};

fn authority() -> AuthorityId {
    "FR-NCB".parse().unwrap()
}

fn item(number: u8) -> ItemId {
    ItemId::new(1, [number; 10])
}

/// The object of that number.
fn content(number: u8) -> Vec<u8> {
    vec![number; 100]
}

fn name(number: u8) -> Digest {
    Digest::of(&content(number))
}

fn put(blobs: &Blobs, number: u8) {
    let mut pending = blobs.create().unwrap();
    pending.write(&content(number)).unwrap();
    pending.commit(name(number)).unwrap();
}

/// Makes an object two days old.
fn age(folder: &Path, number: u8) {
    let name = name(number).to_string();
    let path = folder.join("objects").join(&name[..2]).join(&name);
    let then = SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
}

async fn refer(store: &Store, number: u8, by: u8) {
    let mut tx = store.begin("test").await.unwrap();
    insert_objects(&mut tx, &authority(), &[(item(by), name(number), 100)]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn unrefer(store: &Store, number: u8, by: u8) {
    let sql = "/* test */ DELETE FROM evidence_object WHERE authority = $1 AND item = $2 AND name = $3";
    let mut tx = store.begin("test").await.unwrap();
    let values = [authority().as_str().into(), item(by).to_string().into(), name(number).to_string().into()];
    tx.execute(sql, &values).await.unwrap();
    tx.commit().await.unwrap();
}

/// What happens around the collector. Numbers are of objects and of items.
#[derive(Debug, Clone)]
enum Step {
    /// Sealed here: stored, and referred to later or never.
    Put(u8),
    /// Time passes over an object.
    Age(u8),
    /// Sealed here: the reference of a young object is committed.
    Refer(u8, u8),
    /// Comes from elsewhere: the reference first, then the object, which may be here, old, already; while a page is collected.
    Arrive(u8, u8),
    /// An item is disposed of.
    Unrefer(u8, u8),
    /// A page of the collector.
    Collect(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (object, by) = (0..12_u8, 0..4_u8);
    prop_oneof![
        object.clone().prop_map(Step::Put),
        object.clone().prop_map(Step::Age),
        (object.clone(), by.clone()).prop_map(|(object, by)| Step::Refer(object, by)),
        (object.clone(), by.clone()).prop_map(|(object, by)| Step::Arrive(object, by)),
        (object, by).prop_map(|(object, by)| Step::Unrefer(object, by)),
        (1..6_usize).prop_map(Step::Collect),
    ]
}

/// What must be so.
#[derive(Default)]
struct Model {
    stored: BTreeSet<u8>,
    old: BTreeSet<u8>,
    referred: BTreeMap<u8, BTreeSet<u8>>,
    after: Option<Digest>,
}

impl Model {
    fn is_referred(&self, number: u8) -> bool {
        self.referred.get(&number).is_some_and(|by| !by.is_empty())
    }

    async fn apply(&mut self, step: Step, store: &Store, blobs: &Blobs, folder: &Path) {
        match step {
            Step::Put(number) => {
                put(blobs, number);
                self.stored.insert(number);
                self.old.remove(&number);
            }
            Step::Age(number) if self.stored.contains(&number) => {
                age(folder, number);
                self.old.insert(number);
            }
            Step::Refer(number, by) if self.stored.contains(&number) && !self.old.contains(&number) => {
                refer(store, number, by).await;
                self.referred.entry(number).or_default().insert(by);
            }
            Step::Arrive(number, by) => {
                let arrive = async {
                    refer(store, number, by).await;
                    put(blobs, number);
                };
                let (page, ()) = tokio::join!(self.collect(store, blobs, 4), arrive);
                self.collected(page);
                self.stored.insert(number);
                self.old.remove(&number);
                self.referred.entry(number).or_default().insert(by);
            }
            Step::Unrefer(number, by) => {
                unrefer(store, number, by).await;
                self.referred.entry(number).or_default().remove(&by);
            }
            Step::Collect(limit) => {
                let page = self.collect(store, blobs, limit).await;
                for name in &page.deleted {
                    let number = (0..12).find(|number| super::tests::name(*number) == *name).unwrap();
                    assert!(!self.is_referred(number) && self.old.contains(&number), "{number}");
                }
                self.collected(page);
            }
            Step::Age(_) | Step::Refer(..) => {}
        }
        for number in (0..12).filter(|number| self.is_referred(*number)) {
            assert!(blobs.len(name(number)).unwrap().is_some(), "object {number} is referred to and gone");
        }
    }

    async fn collect(&self, store: &Store, blobs: &Blobs, limit: usize) -> Page {
        page(store, blobs, self.after, limit, random::now()).await.unwrap()
    }

    fn collected(&mut self, page: Page) {
        self.after = page.last;
        for deleted in page.deleted {
            self.stored.retain(|number| name(*number) != deleted);
            self.old.retain(|number| name(*number) != deleted);
        }
    }
}

#[tokio::test]
async fn nothing_referred_to_is_ever_deleted_and_all_that_is_old_and_unreferred_to_is() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let mut runner = TestRunner::new(Config::default());
        for _ in 0..12 {
            let folder = tempfile::tempdir().unwrap();
            let blobs = Blobs::from(Disk::open(folder.path()).unwrap());
            let steps = prop::collection::vec(step(), 40).new_tree(&mut runner).unwrap().current();
            let mut model = Model::default();
            for step in &steps {
                model.apply(step.clone(), &store, &blobs, folder.path()).await;
            }
            let last = page(&store, &blobs, None, 100, random::now()).await.unwrap();
            model.collected(last);
            for number in 0..12 {
                let there = blobs.len(name(number)).unwrap().is_some();
                let garbage = !model.is_referred(number) && model.old.contains(&number);
                assert_eq!(there, model.stored.contains(&number), "{number} of {steps:?}");
                assert!(!(there && garbage), "{number} of {steps:?} is garbage and still there");
                for by in 0..4 {
                    unrefer(&store, number, by).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_pack_is_kept_while_an_item_in_it_is_and_its_index_goes_with_it() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::from(Disk::open(folder.path()).unwrap());
        let sql = "/* test */ INSERT INTO evidence_packed (part, pack, start, size) VALUES ('p', $1, 0, 1)";
        let mut tx = store.begin("test").await.unwrap();
        tx.execute(sql, &[name(1).to_string().into()]).await.unwrap();
        tx.commit().await.unwrap();
        put(&blobs, 1);
        age(folder.path(), 1);
        refer(&store, 1, 1).await;
        refer(&store, 1, 2).await;
        let collect = async || page(&store, &blobs, None, 10, random::now()).await.unwrap().deleted;
        let index =
            async || store.fetch_all("/* test */ SELECT part FROM evidence_packed", &[]).await.unwrap().len();
        unrefer(&store, 1, 1).await;
        assert_eq!((collect().await, index().await), (vec![], 1));
        unrefer(&store, 1, 2).await;
        assert_eq!((collect().await, index().await), (vec![name(1)], 0));
    })
    .await;
}

#[tokio::test]
async fn what_an_upload_stored_is_kept_whatever_its_age() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::from(Disk::open(folder.path()).unwrap());
        for number in [1, 2, 3] {
            put(&blobs, number);
            age(folder.path(), number);
        }
        let mut tx = store.begin("test").await.unwrap();
        let part = "/* test */ INSERT INTO evidence_part (authority, item, number, sealed_sha256, sealed_size) \
                    VALUES ('FR-NCB', 'i', 0, $1, 100)";
        let piece = "/* test */ INSERT INTO evidence_piece (authority, item, start, size, sealed_sha256, sealed_size) \
                     VALUES ('FR-NCB', 'i', 0, 1, $1, 100)";
        tx.execute(part, &[name(1).to_string().into()]).await.unwrap();
        tx.execute(piece, &[name(2).to_string().into()]).await.unwrap();
        tx.commit().await.unwrap();
        let page = page(&store, &blobs, None, 10, random::now()).await.unwrap();
        assert_eq!(page.deleted, [name(3)]);
    })
    .await;
}

#[tokio::test]
async fn an_object_is_garbage_a_day_after_it_was_stored_and_not_before() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::from(Disk::open(folder.path()).unwrap());
        put(&blobs, 1);
        let stored = Timestamp::try_from(blobs.modified(name(1)).unwrap().unwrap()).unwrap();
        let nearly = stored + YOUNG - SignedDuration::from_millis(1);
        assert_eq!(page(&store, &blobs, None, 10, nearly).await.unwrap().deleted, []);
        assert_eq!(page(&store, &blobs, None, 10, stored + YOUNG).await.unwrap().deleted, [name(1)]);
    })
    .await;
}
