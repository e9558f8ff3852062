//! A receiver without room for what it fetches, at every single change of its store: the hand-over waits, both sides see it, what is
//! here stays, and it goes on by itself once there is room again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handover_world;

use comity_blobs::{Step, Watcher};
use comity_model::id::MessageId;
use comity_node::evidence::{
    self,
    handover::{self, OfferRow, OfferState},
};
use handover_world::{ES, FR, PART, World, content, eventually, id};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// Two full parts and a short one.
const LEN: usize = 2 * PART as usize + 1234;
const PLENTY: i64 = i64::MAX;
/// The changes that opening a store makes: three directories, 256 for objects, and their syncs. A full disk does not hinder them.
const OPENING: i64 = 3 + 256 + 3;

/// How many changes the receiver's store has room for.
#[derive(Clone)]
struct Room(Arc<AtomicI64>);

impl Room {
    fn is(&self, changes: i64) {
        self.0.store(changes, Ordering::SeqCst);
    }

    /// Did something not fit since it was last said how much room there is?
    fn was_full(&self) -> bool {
        self.0.load(Ordering::SeqCst) < 0
    }

    fn watcher(&self) -> Watcher {
        let room = self.0.clone();
        Arc::new(move |step| {
            // What gives room back always fits.
            if step == Step::Remove || room.fetch_sub(1, Ordering::SeqCst) > 0 {
                return Ok(());
            }
            room.store(-1, Ordering::SeqCst);
            Err(io::ErrorKind::StorageFull.into())
        })
    }
}

async fn world() -> (World, Room) {
    let (mut world, room) = (World::new().await, Room(Arc::new(AtomicI64::new(PLENTY))));
    world.stop(ES).await;
    world.start_watched(ES, room.watcher()).await;
    (world, room)
}

async fn row(world: &World, at: &str, offer: MessageId) -> OfferRow {
    handover::load(world.node(at), &id(at), offer).await.unwrap()
}

/// The numbers of the parts that are here.
async fn here(world: &World, offer: &OfferRow) -> Vec<u64> {
    let sql = "/* test */ SELECT number FROM evidence_part WHERE authority = $1 AND item = $2";
    let values = [ES.into(), offer.item.to_string().into()];
    let rows = world.node(ES).store.fetch_all(sql, &values).await.unwrap();
    rows.iter().map(|row| row.unsigned(0).unwrap()).collect()
}

async fn waits(world: &World) -> usize {
    world.entries(ES, "evidence_fetch_waiting").await.len()
}

async fn resumed(world: &World) -> usize {
    world.entries(ES, "evidence_fetch_resumed").await.len()
}

fn asks_for(path: &str, part: u64) -> bool {
    path.split('?').next().unwrap().ends_with(&format!("/parts/{part}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn at_whichever_change_the_receiver_is_full_the_hand_over_waits_for_room_and_then_goes_on() {
    let (world, room) = world().await;
    let mut full_at = 0;
    loop {
        let bytes = content(LEN + usize::try_from(full_at).unwrap());
        let item = world.item(FR, &bytes).await;
        let offer = world.offer(FR, ES, item, true).await;
        world.arrived(ES, offer).await;
        let before = waits(&world).await;
        room.is(full_at);
        world.accept(ES, offer).await;
        eventually("it waits or is here", || async {
            let row = row(&world, ES, offer).await;
            row.waits_for_room() || row.state == OfferState::Accepted
        })
        .await;
        if !room.was_full() {
            break;
        }
        // A part that only had to be found again goes on without room.
        eventually("the giver sees it, or it is here", || async {
            let (given, got) = (row(&world, FR, offer).await, row(&world, ES, offer).await);
            given.waits_for_room() || got.state == OfferState::Accepted
        })
        .await;
        // Tried again and again, it is in the journal once.
        assert_eq!(waits(&world).await, before + 1);
        let waiting = row(&world, ES, offer).await;
        let kept = here(&world, &waiting).await;
        world.front.asked();
        room.is(PLENTY);
        world.comes_to(ES, offer, OfferState::Accepted).await;
        let asked = world.front.asked();
        for part in &kept {
            assert!(!asked.iter().any(|path| asks_for(path, *part)), "full at change {full_at}: {asked:?}");
        }
        assert_eq!(world.content(ES, item).await, bytes, "full at change {full_at}");
        let given = world.comes_to(FR, offer, OfferState::Accepted).await;
        assert!(!given.waits_for_room() && row(&world, ES, offer).await.fault.is_none());
        assert_eq!(row(&world, ES, offer).await.fetched, bytes.len() as u64);
        full_at += 1;
    }
    assert!(full_at > 10, "the store was full at {full_at} changes only");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_giver_sees_that_it_goes_on_before_it_is_over() {
    let (world, room) = world().await;
    let item = world.item(FR, &content(6 * PART as usize)).await;
    let offer = world.offer(FR, ES, item, true).await;
    world.arrived(ES, offer).await;
    room.is(0);
    world.accept(ES, offer).await;
    eventually("the giver sees it", || async { row(&world, FR, offer).await.waits_for_room() }).await;
    assert_eq!(world.state(FR, offer).await, OfferState::Open);
    let waiting = row(&world, ES, offer).await;
    assert!(waiting.waits_for_room() && waiting.state == OfferState::Fetching);
    assert!(evidence::load(world.node(ES), &id(ES), item).await.is_err());
    // The last part is held back: the others find room.
    world.front.alter(|path, mut answer| {
        if asks_for(path, 5) {
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    room.is(PLENTY);
    eventually("it goes on", || async { resumed(&world).await == 1 }).await;
    eventually("the giver sees that", || async { !row(&world, FR, offer).await.waits_for_room() }).await;
    assert_eq!(world.state(FR, offer).await, OfferState::Open);
    world.front.honest();
    world.comes_to(FR, offer, OfferState::Accepted).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_while_there_is_no_room_loses_no_part_and_no_wait() {
    let (mut world, room) = world().await;
    let bytes = content(LEN);
    let item = world.item(FR, &bytes).await;
    let offer = world.offer(FR, ES, item, true).await;
    world.arrived(ES, offer).await;
    // Room for one part, or one and a half.
    room.is(9);
    world.accept(ES, offer).await;
    eventually("it waits", || async { row(&world, ES, offer).await.waits_for_room() }).await;
    world.stop(ES).await;
    room.is(OPENING);
    world.start_watched(ES, room.watcher()).await;
    assert_eq!(waits(&world).await, 1);
    let waiting = row(&world, ES, offer).await;
    assert!(waiting.waits_for_room() && waiting.state == OfferState::Fetching);
    let kept = here(&world, &waiting).await;
    world.front.asked();
    room.is(PLENTY);
    world.comes_to(ES, offer, OfferState::Accepted).await;
    let asked = world.front.asked();
    assert!(!asked.iter().any(|path| kept.iter().any(|part| asks_for(path, *part))), "{kept:?} {asked:?}");
    assert_eq!(world.content(ES, item).await, bytes);
    assert_eq!(world.entries(ES, "evidence_fetch_waiting").await.len(), 1);
    world.end().await;
}
