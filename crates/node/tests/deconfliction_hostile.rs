//! What must not come of whole case loads compared with a hostile authority: one that sends what is no frame, comes out of turn,
//! invents matches, says less than it has, calls for others, stops in the middle. It is refused and written down, and learns nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod deconfliction_world;
mod handover_world;

use comity_model::{
    id::MessageId,
    message::{DeconflictionAnswer, DeconflictionOffer, Message, deconfliction::DeconflictionOutcome},
};
use comity_node::{
    federation::client::PeerClient,
    hits::deconfliction::{self, State},
    random,
};
use comity_psi::{
    Seed,
    batch::{FRAME_HEAD, Leader, Setup},
};
use comity_record::sha256;
use deconfliction_world::{
    accept, case_with, comes_to, findings, message, new_deconfliction, nothing_spooled, offered, phones,
    raw_offer, second, view,
};
use handover_world::{ES, FR, MA, PART, World, eventually, id, officer};
use jiff::SignedDuration;
use std::ops::Range;

const LIMIT: usize = 1 << 20;

/// Spain has fifty telephones; Spain and France take as many sessions as are offered.
async fn world(fronted: bool) -> World {
    let mut world = World::with(PART, fronted).await;
    for at in [ES, FR] {
        world.reconfigure(at, |config| config.matching.deconfliction_sessions_per_day = 100).await;
    }
    case_with(&world, ES, "ES-2026-1", &phones(0..50)).await;
    world
}

/// What both nodes take for the session, made as the specification says.
fn session(offer: MessageId, base: &str) -> [u8; 16] {
    let tag = b"comity/deconfliction-session/v1\0".as_slice();
    let all = [tag, offer.as_bytes(), base.as_bytes(), &1u64.to_be_bytes()].concat();
    sha256(&all)[..16].try_into().unwrap()
}

fn inputs(phones: &[String]) -> Vec<Vec<u8>> {
    let bare = |phone: &String| phone.replace(' ', "");
    phones.iter().map(|phone| format!("comity/selector/v1\0phone\0{}", bare(phone)).into_bytes()).collect()
}

/// A leader in France that no officer has seen, against an offer that Spain has accepted.
struct Hostile {
    client: PeerClient,
    base: String,
    leader: Leader,
    own: Vec<Vec<u8>>,
    offer: MessageId,
}

impl Hostile {
    async fn new(world: &World, attempt: u64) -> Self {
        let offer = raw_offer(100);
        let said = world.say(FR, ES, message(&offer)).await;
        accept(world, ES, FR, said).await;
        Self::at(world, (said, &offer), attempt).await
    }

    async fn at(world: &World, (said, offer): (MessageId, &DeconflictionOffer), attempt: u64) -> Self {
        Self::guessing(world, (said, offer), attempt, (random::bytes(), 40..60)).await
    }

    /// With a set and a seed of its choice.
    async fn guessing(
        world: &World,
        (said, offer): (MessageId, &DeconflictionOffer),
        attempt: u64,
        (seed, guesses): ([u8; 32], Range<u32>),
    ) -> Self {
        let own = inputs(&phones(guesses));
        let setup = Setup {
            session: session(said, &offer.session),
            leader: FR.into(),
            follower: ES.into(),
            leader_entries: offer.entries,
            follower_entries: u32::try_from(view(world, ES, said).await.own_entries.unwrap()).unwrap(),
        };
        let leader = Leader::new(&setup, own.len() as u32, Seed::from_bytes(seed)).unwrap();
        let base = format!("/v1/deconfliction/{ES}/{FR}/{said}/{attempt}");
        Self { client: client(world, FR), base, leader, own, offer: said }
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        self.client.post(&format!("{}{path}", self.base), body, LIMIT).await.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        self.client.get(&format!("{}{path}", self.base), LIMIT).await.unwrap()
    }

    async fn begin(&self) {
        assert_eq!(self.post("", Vec::new()).await.0, 204);
    }

    fn frame(&mut self) -> Vec<u8> {
        let wanted: Vec<&Vec<u8>> = self.leader.wanted().iter().map(|n| &self.own[*n as usize]).collect();
        self.leader.masked(&wanted).unwrap()
    }

    /// Both sets are sent; what the leader would tell, frame by frame.
    async fn compared(mut self) -> (Vec<Vec<u8>>, PeerClient, String, MessageId) {
        let frame = self.frame();
        let (status, tags) = self.post("/masked", frame).await;
        assert_eq!(status, 200);
        let own = self.leader.receive_tags(&tags).unwrap();
        let theirs = self.leader.receive_masked(&self.get("/masked/0").await.1).unwrap();
        let mut join = self.leader.join().unwrap();
        join.theirs(&theirs).unwrap();
        join.own(&own).unwrap();
        join.end_part().unwrap();
        let mut matches = join.finish().unwrap();
        assert_eq!(matches.own().len(), 10);
        let frames = std::iter::from_fn(|| matches.next_frame()).collect();
        (frames, self.client, self.base, self.offer)
    }
}

fn client(world: &World, of: &str) -> PeerClient {
    let name = world.node(ES).config.name.clone();
    PeerClient::new(world.node(of), &name).unwrap()
}

/// Spain has refused it for good, has learnt nothing, and its door is closed.
async fn refused(world: &World, hostile: &Hostile, number: usize) -> String {
    let failed = comes_to(world, ES, hostile.offer, State::Failed).await;
    assert_eq!((failed.matches, failed.found.len()), (None, 0));
    let entries = world.entries(ES, "deconfliction_refused").await;
    assert_eq!(entries.len(), number, "{entries:?}");
    assert_eq!(hostile.post("", Vec::new()).await.0, 404);
    entries.last().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_frame_ends_the_session_for_good_and_gives_nothing() {
    let world = world(false).await;
    type Spoil = fn(&mut Vec<u8>);
    let spoils: [(Spoil, &str); 8] = [
        (|frame| frame.truncate(10), "not the frame"),
        (|frame| frame[0] = 4, "not the frame"),
        (|frame| frame[5] ^= 1, "another session"),
        (|frame| frame[20] = 7, "where 0 was due"),
        (|frame| _ = frame.pop(), "wrong size"),
        (|frame| frame[FRAME_HEAD..FRAME_HEAD + 32].fill(0), "small order"),
        (|frame| frame[FRAME_HEAD..FRAME_HEAD + 32].fill(255), "not a canonical"),
        (|frame| frame.resize(300_000, 0), "larger than any"),
    ];
    for (number, (spoil, why)) in (1..).zip(spoils) {
        let mut hostile = Hostile::new(&world, 1).await;
        hostile.begin().await;
        let mut frame = hostile.frame();
        spoil(&mut frame);
        let (status, answer) = hostile.post("/masked", frame).await;
        assert_eq!((status, answer.len()), (400, 0), "{why}");
        let entry = refused(&world, &hostile, number * 2 - 1).await;
        assert!(entry.contains(why), "{why}: {entry}");
        // The closed door that `refused` has tried is written down too.
        let tried = world.entries(ES, "deconfliction_refused").await;
        assert_eq!(tried.len(), number * 2);
    }
    assert!(nothing_spooled(&world, ES));
    assert_eq!(findings(&world, ES).await, [""; 0]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_out_of_turn_or_twice_or_of_another_session_is_refused() {
    let world = world(false).await;
    // Asked for our set before its own is here: it could be made from ours.
    let hostile = Hostile::new(&world, 1).await;
    hostile.begin().await;
    assert_eq!(hostile.get("/masked/0").await.0, 400);
    comes_to(&world, ES, hostile.offer, State::Failed).await;
    // Matches before anything was compared.
    let hostile = Hostile::new(&world, 1).await;
    hostile.begin().await;
    assert_eq!(hostile.post("/matched", vec![4; 60]).await.0, 400);
    comes_to(&world, ES, hostile.offer, State::Failed).await;
    // A frame of ours that is not due.
    let mut hostile = Hostile::new(&world, 1).await;
    hostile.begin().await;
    let frame = hostile.frame();
    assert_eq!(hostile.post("/masked", frame.clone()).await.0, 200);
    // The same again gets the same answer, since its answer may have been lost.
    let again = (hostile.post("/masked", frame.clone()).await, hostile.post("/masked", frame.clone()).await);
    assert_eq!(again.0, again.1);
    assert_eq!(hostile.get("/masked/1").await.0, 400);
    comes_to(&world, ES, hostile.offer, State::Failed).await;
    // A frame that was right in another session.
    let other = Hostile::new(&world, 1).await;
    other.begin().await;
    assert_eq!(other.post("/masked", frame).await.0, 400);
    comes_to(&world, ES, other.offer, State::Failed).await;
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM deconfliction_match").await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn matches_that_were_invented_or_not_confirmed_are_none() {
    let world = world(false).await;
    for spoiled in 0..3 {
        let hostile = Hostile::new(&world, 1).await;
        hostile.begin().await;
        let (mut frames, client, base, offer) = hostile.compared().await;
        match spoiled {
            // Another hash in the confirmation.
            0 => frames[1][FRAME_HEAD] ^= 1,
            // One match points at another entry of the leader's.
            1 => *frames[0].last_mut().unwrap() ^= 1,
            // The confirmation does not come after what matched, but before.
            _ => frames.swap(0, 1),
        }
        let mut last = 0;
        for frame in frames {
            last = client.post(&format!("{base}/matched"), frame, LIMIT).await.unwrap().0;
            if last != 204 {
                break;
            }
        }
        assert_eq!(last, 400, "{spoiled}");
        let failed = comes_to(&world, ES, offer, State::Failed).await;
        assert_eq!((failed.matches, failed.found.len()), (None, 0), "{spoiled}");
    }
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM deconfliction_match").await, 0);
    // An honest program in its place gets through.
    let hostile = Hostile::new(&world, 1).await;
    hostile.begin().await;
    let (frames, client, base, offer) = hostile.compared().await;
    for frame in frames {
        assert_eq!(client.post(&format!("{base}/matched"), frame, LIMIT).await.unwrap().0, 204);
    }
    assert_eq!(comes_to(&world, ES, offer, State::Finished).await.matches, Some(10));
    assert_eq!(client.post(&base, Vec::new(), LIMIT).await.unwrap().0, 410);
    assert_eq!(findings(&world, ES).await, [""; 0]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_offerers_node_finds_the_door_open_and_only_for_what_was_agreed_and_is_due() {
    let world = world(false).await;
    let hostile = Hostile::new(&world, 1).await;
    let third = client(&world, MA);
    let as_france = third.post(&hostile.base, Vec::new(), LIMIT).await.unwrap();
    assert_eq!((as_france.0, as_france.1.len()), (404, 0));
    let as_itself = hostile.base.replace(FR, MA);
    assert_eq!(third.post(&as_itself, Vec::new(), LIMIT).await.unwrap().0, 404);
    let unknown = random::new_id(MessageId::new);
    let nowhere = hostile.base.replace(&hostile.offer.to_string(), &unknown.to_string());
    assert_eq!(hostile.client.post(&nowhere, Vec::new(), LIMIT).await.unwrap().0, 404);
    let entries = world.entries(ES, "deconfliction_refused").await;
    assert_eq!(entries.len(), 3, "{entries:?}");
    assert!(entries[0].contains("another node") && entries[1].contains("no such offer"), "{entries:?}");
    // Asked again and again, it is written down once.
    third.post(&hostile.base, Vec::new(), LIMIT).await.unwrap();
    assert_eq!(world.entries(ES, "deconfliction_refused").await.len(), 3);
    // Attempts are begun one after the other.
    for attempt in [0, 2, 3, u64::MAX] {
        let path = format!("/v1/deconfliction/{ES}/{FR}/{}/{attempt}", hostile.offer);
        assert_eq!(hostile.client.post(&path, Vec::new(), LIMIT).await.unwrap().0, 409, "{attempt}");
    }
    // Received, and not agreed on.
    let early = world.say(FR, ES, message(&raw_offer(100))).await;
    comes_to(&world, ES, early, State::Received).await;
    let path = format!("/v1/deconfliction/{ES}/{FR}/{early}/1");
    assert_eq!(hostile.client.post(&path, Vec::new(), LIMIT).await.unwrap().0, 404);
    // Agreed on, and stale.
    let node = world.node(ES);
    let mut tx = node.store.begin("test_stale").await.unwrap();
    let sql = "/* test */ UPDATE deconfliction SET expires_at = 1 WHERE id = $1";
    tx.execute(sql, &[hostile.offer.to_string().into()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(hostile.post("", Vec::new()).await.0, 404);
    comes_to(&world, ES, hostile.offer, State::Expired).await;
    assert_eq!(world.entries(ES, "deconfliction_expired").await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_stops_in_the_middle_uses_its_attempts_up_and_a_set_that_has_grown_is_not_compared() {
    let mut world = world(false).await;
    world.reconfigure(ES, |config| config.matching.deconfliction_idle_seconds = 2).await;
    let offer = raw_offer(100);
    let said = world.say(FR, ES, message(&offer)).await;
    accept(&world, ES, FR, said).await;
    for attempt in 1..=3 {
        let mut hostile = Hostile::at(&world, (said, &offer), attempt).await;
        hostile.begin().await;
        let frame = hostile.frame();
        assert_eq!(hostile.post("/masked", frame).await.0, 200);
        let broken = async || world.entries(ES, "deconfliction_broken").await.len();
        eventually("the silence is noticed", || async { broken().await == attempt as usize }).await;
        assert_eq!(hostile.get("/masked/0").await.0, 404);
    }
    let failed = comes_to(&world, ES, said, State::Failed).await;
    assert_eq!((failed.attempts, failed.attempts_left, failed.matches), (3, 0, None));
    assert!(world.entries(ES, "deconfliction_broken").await[0].contains("stopped in the middle"));
    assert!(nothing_spooled(&world, ES));

    let hostile = Hostile::new(&world, 1).await;
    case_with(&world, ES, "ES-2026-2", &phones(100..160)).await;
    assert_eq!(hostile.post("", Vec::new()).await.0, 410);
    let failed = comes_to(&world, ES, hostile.offer, State::Failed).await;
    assert!(failed.fault.unwrap().contains("grown"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_breaks_off_and_comes_back_with_other_guesses_is_answered_nothing() {
    let world = world(false).await;
    let offer = raw_offer(100);
    let said = world.say(FR, ES, message(&offer)).await;
    accept(&world, ES, FR, said).await;
    // It has sent its whole set, and taken nothing: what it was answered is worth nothing in a further attempt.
    let seed = random::bytes();
    let mut answers = Vec::new();
    for attempt in 1..=2 {
        let mut hostile = Hostile::guessing(&world, (said, &offer), attempt, (seed, 0..20)).await;
        hostile.begin().await;
        let frame = hostile.frame();
        let (status, tags) = hostile.post("/masked", frame).await;
        assert_eq!(status, 200);
        answers.push(tags);
        if attempt == 2 {
            assert_eq!(hostile.get("/masked/0").await.0, 200);
        }
    }
    assert_ne!(answers[0], answers[1]);
    // Now that it has Spain's set, other guesses would be compared with it.
    let mut hostile = Hostile::guessing(&world, (said, &offer), 3, (seed, 20..40)).await;
    hostile.begin().await;
    let frame = hostile.frame();
    let (status, answer) = hostile.post("/masked", frame).await;
    assert_eq!((status, answer.len()), (400, 0));
    let entry = refused(&world, &hostile, 1).await;
    assert!(entry.contains("another than in an earlier attempt"), "{entry}");
    assert_eq!(kept_seeds(&world, ES).await, 0, "what ties attempts together is gone with the last");
    world.end().await;
}

/// Deconflictions of which something is kept for a further attempt.
async fn kept_seeds(world: &World, at: &str) -> u64 {
    world.count(at, "/* test */ SELECT COUNT(*) FROM deconfliction WHERE detail LIKE '%\"seed\"%'").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_comes_back_with_the_same_set_gets_through_unless_ours_has_changed() {
    let world = world(false).await;
    for changed in [false, true] {
        let offer = raw_offer(100);
        let said = world.say(FR, ES, message(&offer)).await;
        accept(&world, ES, FR, said).await;
        let seed = random::bytes();
        let mut first = Hostile::guessing(&world, (said, &offer), 1, (seed, 40..60)).await;
        first.begin().await;
        let frame = first.frame();
        let tags = first.post("/masked", frame).await;
        let masked = first.get("/masked/0").await;
        assert_eq!(kept_seeds(&world, ES).await, 1);
        if changed {
            case_with(&world, ES, "ES-2026-2", &phones(200..203)).await;
        }
        let again = Hostile::guessing(&world, (said, &offer), 2, (seed, 40..60)).await;
        if changed {
            assert_eq!(again.post("", Vec::new()).await.0, 410);
            let failed = comes_to(&world, ES, said, State::Failed).await;
            assert!(failed.fault.unwrap().contains("has changed since an earlier attempt"));
            continue;
        }
        again.begin().await;
        let frame = Hostile::guessing(&world, (said, &offer), 2, (seed, 40..60)).await.frame();
        assert_eq!(again.post("/masked", frame).await, tags, "what was answered before is answered again");
        assert_eq!(again.get("/masked/0").await, masked);
        // Once more from the start, now to its end.
        let last = Hostile::guessing(&world, (said, &offer), 3, (seed, 40..60)).await;
        last.begin().await;
        let (frames, client, base, _) = last.compared().await;
        for frame in frames {
            assert_eq!(client.post(&format!("{base}/matched"), frame, LIMIT).await.unwrap().0, 204);
        }
        let finished = comes_to(&world, ES, said, State::Finished).await;
        assert_eq!((finished.matches, finished.attempts), (Some(10), 3));
        assert_eq!(kept_seeds(&world, ES).await, 0);
    }
    assert_eq!(findings(&world, ES).await, [""; 0]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_shows_another_set_in_a_further_attempt_is_told_nothing() {
    let world = world(true).await;
    case_with(&world, FR, "FR-2026-1", &phones(40..60)).await;
    // The first attempt breaks off when France is told; in the second it shows its set in another order.
    world.front.alter(|path, mut answer| {
        if path.ends_with("/1/matched") {
            (answer.status, answer.body) = (404, Vec::new());
        }
        if path.starts_with("/v1/deconfliction/") && path.ends_with("/2/masked/0") {
            let (first, second) = answer.body[FRAME_HEAD..FRAME_HEAD + 64].split_at_mut(32);
            first.swap_with_slice(second);
        }
        answer
    });
    let offer = offered(&world, ES, FR).await;
    accept(&world, FR, ES, offer).await;
    let failed = comes_to(&world, ES, offer, State::Failed).await;
    assert!(failed.fault.as_ref().unwrap().contains("another than in an earlier attempt"), "{failed:?}");
    assert_eq!((failed.attempts, failed.matches, failed.found.len()), (2, None, 0));
    let ended = comes_to(&world, FR, offer, State::Ended).await;
    assert_eq!((ended.matches, ended.found.len()), (None, 0));
    assert_eq!(world.entries(ES, "deconfliction_refused").await.len(), 1);
    for at in [FR, ES] {
        assert_eq!(kept_seeds(&world, at).await, 0, "{at}");
        assert_eq!(world.count(at, "/* test */ SELECT COUNT(*) FROM deconfliction_match").await, 0);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_or_answer_that_is_none_or_comes_twice_or_from_somebody_else_has_no_effect() {
    let world = world(false).await;
    let good = raw_offer(100);
    let said = world.say(FR, ES, message(&good)).await;
    comes_to(&world, ES, said, State::Received).await;
    let stale = random::now() - SignedDuration::from_secs(1);
    let wrong = [
        (good.clone(), "used before"),
        (DeconflictionOffer { expires_at: stale, ..raw_offer(100) }, "expired"),
        (raw_offer(101), "number of entries"),
        (raw_offer(u32::MAX), "number of entries"),
        (DeconflictionOffer { suite: "none".into(), ..raw_offer(100) }, "suite"),
        (DeconflictionOffer { scope: [].into(), ..raw_offer(100) }, "no kind"),
    ];
    let mut number = 0;
    for (offer, why) in wrong {
        world.say(FR, ES, message(&offer)).await;
        number += 1;
        let entry = world.without_effect(ES, number).await;
        assert!(entry.contains(why), "{why}: {entry}");
    }
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM deconfliction").await, 1);
    // An acceptance by a third, or for an offer that was never made, or of nonsense.
    let ours = offered(&world, FR, ES).await;
    comes_to(&world, ES, ours, State::Received).await;
    let answer = |offer: MessageId, entries: u32| {
        let outcome = DeconflictionOutcome::Accepted { entries, officer: "0".repeat(32) };
        Message::DeconflictionAnswer(DeconflictionAnswer { offer, outcome })
    };
    world.say(MA, FR, answer(ours, 100)).await;
    assert!(world.without_effect(FR, 1).await.contains("no such offer"));
    world.say(ES, FR, answer(ours, 100)).await;
    assert!(world.without_effect(FR, 2).await.contains("no such offer"), "in another thread");
    assert_eq!(view(&world, FR, ours).await.state, State::Offered);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_answers_what_is_no_frame_is_found_out_and_nothing_is_learnt() {
    let world = world(true).await;
    case_with(&world, FR, "FR-2026-1", &phones(40..60)).await;
    type Spoil = fn(&str, &mut Vec<u8>);
    let spoils: [(Spoil, &str); 5] = [
        (
            |path, body| {
                if path.ends_with("/masked") {
                    body.truncate(30)
                }
            },
            "wrong size",
        ),
        (
            |path, body| {
                if path.ends_with("/masked") {
                    body[5] ^= 1
                }
            },
            "another session",
        ),
        (
            |path, body| {
                if path.ends_with("/masked/0") {
                    body[FRAME_HEAD..FRAME_HEAD + 32].fill(0);
                }
            },
            "small order",
        ),
        (
            |path, body| {
                if path.ends_with("/masked/0") {
                    let first = body[FRAME_HEAD..FRAME_HEAD + 32].to_vec();
                    body[FRAME_HEAD + 32..FRAME_HEAD + 64].copy_from_slice(&first);
                }
            },
            "same entry twice",
        ),
        (
            |path, body| {
                if path.ends_with("/masked/0") {
                    *body = vec![2; 200_000]
                }
            },
            "too large",
        ),
    ];
    for (number, (spoil, why)) in spoils.into_iter().enumerate() {
        world.front.alter(move |path, mut answer| {
            if path.starts_with("/v1/deconfliction/") && answer.status == 200 {
                spoil(path, &mut answer.body);
            }
            answer
        });
        let offer = offered(&world, ES, FR).await;
        accept(&world, FR, ES, offer).await;
        let failed = comes_to(&world, ES, offer, State::Failed).await;
        assert!(failed.fault.as_ref().unwrap().contains(why), "{number}: {failed:?}");
        assert_eq!((failed.matches, failed.found.len()), (None, 0));
        comes_to(&world, FR, offer, State::Ended).await;
        assert!(nothing_spooled(&world, ES));
    }
    assert_eq!(world.entries(ES, "deconfliction_refused").await.len(), 4);
    for at in [FR, ES] {
        assert_eq!(world.count(at, "/* test */ SELECT COUNT(*) FROM deconfliction_match").await, 0);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_is_never_ready_does_not_keep_comparisons_with_others_waiting() {
    let world = world(true).await;
    for at in [FR, MA] {
        case_with(&world, at, "X-2026-1", &phones(40..60)).await;
    }
    // As many as are led at a time get no other word than that the set is being gathered.
    world.front.alter(|path, mut answer| {
        if path.starts_with("/v1/deconfliction/") && path.ends_with("/1") {
            answer.status = 202;
        }
        answer
    });
    let stalled = [offered(&world, ES, FR).await, offered(&world, ES, FR).await];
    for offer in stalled {
        accept(&world, FR, ES, offer).await;
        comes_to(&world, FR, offer, State::Running).await;
    }
    let honest = offered(&world, ES, MA).await;
    accept(&world, MA, ES, honest).await;
    assert_eq!(comes_to(&world, ES, honest, State::Finished).await.matches, Some(10));
    for offer in stalled {
        let waiting = view(&world, ES, offer).await;
        assert_eq!((waiting.state, waiting.attempts), (State::Accepted, 0), "it costs no attempt");
    }
    world.front.honest();
    for offer in stalled {
        assert_eq!(comes_to(&world, ES, offer, State::Finished).await.attempts, 1);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_nobody_confirms_in_time_is_over() {
    let world = world(false).await;
    let offer = offered(&world, FR, ES).await;
    comes_to(&world, ES, offer, State::Received).await;
    for at in [FR, ES] {
        let node = world.node(at);
        let mut tx = node.store.begin("test_overdue").await.unwrap();
        tx.execute("/* test */ UPDATE deconfliction SET expires_at = 1", &[]).await.unwrap();
        tx.commit().await.unwrap();
        node.deconflictions.wake();
        comes_to(&world, at, offer, State::Expired).await;
    }
    let late = deconfliction::confirm(world.node(ES), &second(ES), offer).await;
    assert!(late.is_err());
    let none = deconfliction::prepare(world.node(ES), &officer(ES), new_deconfliction(ES)).await;
    assert!(none.is_err(), "nobody compares with themselves: {}", id(ES));
    world.end().await;
}
