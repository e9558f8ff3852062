//! A follower whose node runs as two replicas on one database: the session of a comparison lives in one of them, and a leader whose
//! requests reach the other finds the way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod deconfliction_world;
mod handover_world;

use comity_model::id::MessageId;
use comity_node::{
    Node,
    config::Config,
    hits::deconfliction::State,
    random,
    run::{Running, start},
};
use deconfliction_world::{accept, case_with, comes_to, findings, offered, phones, values, view};
use handover_world::{ES, FR, PART, World, addresses::own_addresses, eventually};
use jiff::SignedDuration;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const COMMON: [&str; 2] = ["+33612000300", "+33612000400"];

/// France follows, behind the front.
async fn world() -> World {
    let world = World::with(PART, true).await;
    case_with(&world, FR, "FR-2026-1", &phones(0..5)).await;
    case_with(&world, ES, "ES-2026-1", &phones(3..9)).await;
    world
}

/// A second replica of France's node: the same keys and database, ports and files of its own.
struct Replica {
    running: Running,
    peer: SocketAddr,
    _directory: TempDir,
}

/// What a further replica of an authority's node starts from, and where peers reach it.
fn twin(world: &World, of: &str) -> (TempDir, SocketAddr) {
    let (of, directory) = (world.directory(of), TempDir::new().unwrap());
    for file in ["keys.age", "registry.json", "roots.json"] {
        std::fs::copy(of.join(file), directory.path().join(file)).unwrap();
    }
    let mut config = Config::read(of).unwrap();
    if !config.database.contains("://") {
        config.database = of.join(&config.database).to_str().unwrap().to_owned();
    }
    let own = own_addresses(2);
    (config.api, config.peer) = (own[0], own[1]);
    config.matching.deconfliction_idle_seconds = 120;
    config.write(directory.path()).unwrap();
    (directory, own[1])
}

async fn replica(world: &World) -> Replica {
    let (directory, peer) = twin(world, FR);
    let node = Node::open(directory.path(), "for tests only").await.unwrap();
    Replica { running: start(node).await.unwrap(), peer, _directory: directory }
}

/// A replica that can die: whatever it does ends where it is, and nothing is given back.
struct Mortal {
    runtime: Runtime,
    running: Running,
    peer: SocketAddr,
    _directory: TempDir,
}

impl Mortal {
    async fn new(world: &World, of: &str) -> Self {
        let (directory, peer) = twin(world, of);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let at = directory.path().to_owned();
        let begun = async move { start(Node::open(&at, "for tests only").await.unwrap()).await.unwrap() };
        let running = runtime.spawn(begun).await.unwrap();
        Self { runtime, running, peer, _directory: directory }
    }

    fn die(self) {
        self.runtime.shutdown_background();
        drop(self.running);
    }
}

/// What was held at that authority by whoever is no more is held no longer.
async fn time_passes(world: &World, at: &str) {
    let mut tx = world.node(at).store.begin("test_death").await.unwrap();
    let past = (random::now() - SignedDuration::from_secs(1)).as_millisecond();
    let sql = "/* test */ UPDATE deconfliction SET lease_until = $1 WHERE lease IS NOT NULL";
    tx.execute(sql, &[past.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the follower has answered, by the end of the path: attempt and frame.
type Answers = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Keeps the follower's answers; those to one path are lost.
fn kept(world: &World, lost: &'static str) -> Answers {
    let answers = Answers::default();
    let noted = answers.clone();
    world.front.alter(move |path, mut answer| {
        if is_frame(path) && answer.status == 200 {
            let which: Vec<&str> = path.split('/').skip(6).collect();
            noted.lock().unwrap().insert(which.join("/"), answer.body.clone());
            if path.ends_with(lost) {
                (answer.status, answer.body) = (503, Vec::new());
            }
        }
        answer
    });
    answers
}

/// Both have it in the second attempt, on the consent that was given once.
async fn both_finish_on_one_consent(world: &World, offer: MessageId) {
    both_finish(world, offer).await;
    for at in [FR, ES] {
        let done = view(world, at, offer).await;
        assert_eq!((done.attempts, done.attempts_left), (2, 1), "{at}");
        assert_eq!(world.entries(at, "deconfliction_begun").await.len(), 2, "{at}");
        assert_eq!(world.entries(at, "deconfliction_refused").await, [""; 0], "{at}");
    }
    assert_eq!(world.entries(ES, "deconfliction_offered").await.len(), 1);
    assert_eq!(world.entries(FR, "deconfliction_accepted").await.len(), 1);
}

fn is_frame(path: &str) -> bool {
    path.contains("/masked") || path.ends_with("/matched")
}

/// Whether what peers ask about comparisons reaches the other replica: not yet.
fn misleading(world: &World, other: SocketAddr) -> Arc<AtomicBool> {
    let to_other = Arc::new(AtomicBool::new(false));
    let turn = to_other.clone();
    let is_turned = move |path: &str| path.starts_with("/v1/deconfliction/") && turn.load(Ordering::SeqCst);
    world.front.share(other, is_turned);
    to_other
}

async fn both_finish(world: &World, offer: MessageId) {
    comes_to(world, ES, offer, State::Finished).await;
    comes_to(world, FR, offer, State::Finished).await;
    for at in [FR, ES] {
        assert_eq!(values(&view(world, at, offer).await), COMMON, "{at}");
        assert_eq!(findings(world, at).await, [""; 0], "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_reach_the_other_replica_cost_no_attempt() {
    let world = world().await;
    let other = replica(&world).await;
    // Every second request goes to the other replica, wherever the session is.
    let (asked, misled) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    world.front.share(other.peer, move |path| {
        path.starts_with("/v1/deconfliction/") && asked.fetch_add(1, Ordering::SeqCst) % 2 == 1
    });
    let count = misled.clone();
    world.front.alter(move |path, answer| {
        count.fetch_add(usize::from(is_frame(path) && answer.status == 421), Ordering::SeqCst);
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    both_finish(&world, offer).await;
    assert_eq!(view(&world, ES, offer).await.attempts, 1);
    assert!(misled.load(Ordering::SeqCst) > 1, "some went astray");
    assert_eq!(world.entries(FR, "deconfliction_broken").await.len(), 0);
    other.running.stop().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_another_replica_has_taken_over_is_not_broken_by_the_silence_of_the_one_before() {
    let mut world = world().await;
    world.reconfigure(FR, |config| config.matching.deconfliction_idle_seconds = 1).await;
    let other = replica(&world).await;
    // The first attempt breaks off at one replica; the second is begun at the other, and waits there.
    let to_other = misleading(&world, other.peer);
    let (turn, open) = (to_other.clone(), Arc::new(AtomicBool::new(false)));
    let (opened, held_up) = (open.clone(), Arc::new(AtomicUsize::new(0)));
    let count = held_up.clone();
    world.front.alter(move |path, mut answer| {
        if path.ends_with("/1/masked/0") {
            turn.store(true, Ordering::SeqCst);
            (answer.status, answer.body) = (404, Vec::new());
        } else if path.ends_with("/2/masked") && !opened.load(Ordering::SeqCst) {
            count.fetch_add(1, Ordering::SeqCst);
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    let begun = async || world.entries(FR, "deconfliction_begun").await.len();
    eventually("the second attempt is begun", || async { begun().await == 2 }).await;
    let held = "/* test */ SELECT COUNT(*) FROM deconfliction WHERE lease IS NOT NULL";
    assert_eq!(world.count(FR, held).await, 1);
    // The first replica looks meanwhile for sessions of which nothing was heard for a second.
    let looked = async || {
        world.node(FR).deconflictions.wake();
        held_up.load(Ordering::SeqCst) >= 3
    };
    eventually("the second attempt was held up for more than a second", || async { looked().await }).await;
    open.store(true, Ordering::SeqCst);
    both_finish(&world, offer).await;
    assert_eq!(view(&world, FR, offer).await.attempts, 2);
    let broken = world.entries(FR, "deconfliction_broken").await;
    assert_eq!(broken.len(), 1, "only the first: {broken:?}");
    other.running.stop().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replica_that_died_held_is_lost_when_its_time_is_over_and_costs_an_attempt() {
    let world = world().await;
    let other = replica(&world).await;
    let to_other = misleading(&world, other.peer);
    let turn = to_other.clone();
    let misled = Arc::new(AtomicUsize::new(0));
    let count = misled.clone();
    world.front.alter(move |path, answer| {
        // Once the leader's set is there, the replica that has it is not reached any more.
        if path.ends_with("/1/masked") {
            turn.store(true, Ordering::SeqCst);
        }
        count.fetch_add(usize::from(answer.status == 421), Ordering::SeqCst);
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    eventually("the other replica is asked", || async { misled.load(Ordering::SeqCst) > 2 }).await;
    let store = &world.node(FR).store;
    let mut tx = store.begin("test_death").await.unwrap();
    let past = (random::now() - SignedDuration::from_secs(1)).as_millisecond();
    let sql = "/* test */ UPDATE deconfliction SET lease_until = $1, lease = 'a replica that is no more'";
    tx.execute(sql, &[past.into()]).await.unwrap();
    tx.commit().await.unwrap();
    both_finish(&world, offer).await;
    assert_eq!(view(&world, ES, offer).await.attempts, 2);
    other.running.stop().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followers_replica_that_dies_in_the_middle_is_followed_by_another_and_no_more_is_shown_than_once() {
    // Before the follower has shown its own set, a further attempt has another key; after that it repeats every byte.
    for (lost, is_repeated) in [("/1/masked", false), ("/1/masked/0", true)] {
        let world = world().await;
        let mortal = Mortal::new(&world, FR).await;
        let to_mortal = misleading(&world, mortal.peer);
        to_mortal.store(true, Ordering::SeqCst);
        let answers = kept(&world, lost);
        let offer = offered(&world, ES, FR).await;
        accept(&world, FR, ES, offer).await;
        let is_there = || answers.lock().unwrap().contains_key(&lost[1..]);
        eventually("it is in the middle", || async { is_there() }).await;
        to_mortal.store(false, Ordering::SeqCst);
        mortal.die();
        time_passes(&world, FR).await;
        both_finish_on_one_consent(&world, offer).await;
        let answers = answers.lock().unwrap().clone();
        assert_eq!(answers["1/masked"] == answers["2/masked"], is_repeated, "{lost}");
        if is_repeated {
            assert_eq!(answers["1/masked/0"], answers["2/masked/0"]);
        }
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaders_replica_that_dies_in_the_middle_is_followed_by_another_that_repeats_every_byte() {
    let mut world = world().await;
    // Nothing is begun before the replica that is to die is the only one of Spain's.
    world.front.alter(|path, mut answer| {
        if path.starts_with("/v1/deconfliction/") {
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    comes_to(&world, ES, offer, State::Accepted).await;
    world.stop(ES).await;
    let answers = kept(&world, "/1/masked/0");
    let mortal = Mortal::new(&world, ES).await;
    let is_there = || answers.lock().unwrap().contains_key("1/masked/0");
    eventually("it is in the middle", || async { is_there() }).await;
    mortal.die();
    world.start(ES).await;
    time_passes(&world, ES).await;
    both_finish_on_one_consent(&world, offer).await;
    // The same tags under the same key: the leader has sent the same points.
    let answers = answers.lock().unwrap().clone();
    for frame in ["masked", "masked/0"] {
        assert_eq!(answers[&format!("1/{frame}")], answers[&format!("2/{frame}")], "{frame}");
    }
    world.end().await;
}
