//! Private matching between real nodes: what an honest exchange comes to on both sides, and what must not come of peers that lie,
//! replay, stop or ask too much.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;

use base64::{Engine, prelude::BASE64_STANDARD};
use comity_model::{
    id::{CaseId, MessageId},
    marking::{OnwardRule, Purpose},
    message::{
        HitClaim, Message, SelectorAnswer, SelectorQuery,
        matching::{MATCHING_SUITE, QueryOutcome, QueryRefusal, Refused, ShownHit},
    },
    selector::SelectorKind,
};
use comity_node::{
    access::{Caller, Role},
    hits::{
        MatchingError, ShownField,
        queries::{
            self, AskTo, Asked, Declining, DisclosingHit, NewCanary, NewClaim, NewQuery, QueryView,
            rules::RuleTerms,
        },
    },
    random,
};
use comity_psi::{Seed, oprf::Query};
use handover_world::{ES, FR, FR_COURT, MA, PART, World, eventually, id, marking, new_offer, officer};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

const PHONE: &str = "+212 600 000 841";

/// Nodes, of which France and Spain have the same person in their files and Morocco has nobody.
async fn world(fronted: bool) -> (World, CaseId, CaseId) {
    let world = World::with(PART, fronted).await;
    let (ours, theirs) = (world.case(FR).await, world.case(ES).await);
    for at in [FR, FR_COURT, ES, MA] {
        queries::refresh(world.node(at), &id(at)).await.unwrap();
    }
    (world, ours, theirs)
}

fn phone(value: &str) -> Asked {
    Asked { kind: SelectorKind::Phone, value: value.to_owned() }
}

fn to(names: &[&str]) -> AskTo {
    AskTo::These(names.iter().map(|name| id(name)).collect())
}

fn everyone() -> AskTo {
    serde_json::from_str("\"everyone\"").unwrap()
}

fn new_query(case: CaseId, to: AskTo, selectors: Option<Vec<Asked>>) -> NewQuery {
    NewQuery {
        case,
        selectors,
        persons: BTreeSet::new(),
        with_persons: false,
        to,
        why: "the same telephone may be in their files".into(),
        marking: marking(OnwardRule::OwnJurisdiction),
        legal_basis: new_offer(ES, true).legal_basis,
        urgency: None,
        consent_from: None,
    }
}

async fn finished(world: &World, at: &str, query: MessageId) -> QueryView {
    let view = async || queries::view(world.node(at), &id(at), query).await.unwrap();
    let state = async || serde_json::to_value(view().await.state).unwrap();
    eventually("the query is finished", || async { state().await == "finished" }).await;
    view().await
}

fn states(view: &QueryView) -> Vec<(String, serde_json::Value, Option<u64>)> {
    let state = |holder: &queries::HolderView| {
        (holder.authority.to_string(), serde_json::to_value(holder.state).unwrap(), holder.hits)
    };
    view.holders.iter().map(state).collect()
}

fn auditor(at: &str) -> Caller {
    Caller { role: Role::Auditor, name: "oda".into(), ..officer(at) }
}

async fn findings(world: &World, at: &str) -> Vec<String> {
    let usage = queries::usage(world.node(at), &auditor(at)).await.unwrap();
    usage.findings.into_iter().map(|finding| finding.what).collect()
}

/// The one claim at an authority.
async fn claim_at(world: &World, at: &str) -> MessageId {
    let list = async || queries::list_claims(world.node(at), &id(at), false, 10).await.unwrap();
    eventually("the claim arrives", || async { list().await.len() == 1 }).await;
    list().await[0].id
}

async fn claimed(world: &World, query: MessageId, holder: &str) -> MessageId {
    let new = NewClaim {
        holder: id(holder),
        handles: None,
        why: "we look for him too".into(),
        marking: None,
        legal_basis: None,
    };
    queries::claim(world.node(FR), &officer(FR), query, new).await.unwrap();
    claim_at(world, holder).await
}

async fn answered_hit(world: &World, query: MessageId) -> (String, Option<ShownHit>) {
    let hit = async || {
        let view = queries::view(world.node(FR), &id(FR), query).await.unwrap();
        view.holders.into_iter().flat_map(|holder| holder.found).next().unwrap()
    };
    let state = async || serde_json::to_value(hit().await.state).unwrap().as_str().unwrap().to_owned();
    eventually("the hit is answered", || async { state().await != "claimed" }).await;
    (state().await, hit().await.shown)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_query_asks_everyone_and_only_the_asker_learns_of_the_hit_until_an_officer_decides() {
    let (world, case, _) = world(false).await;
    let amel = officer(FR);
    let query = queries::ask(world.node(FR), &amel, new_query(case, everyone(), None)).await.unwrap();
    let view = finished(&world, FR, query).await;
    let answered = |name: &str, hits| (name.to_owned(), "answered".into(), Some(hits));
    assert_eq!(states(&view), [answered(ES, 1), answered(FR_COURT, 0), answered(MA, 0)]);
    assert_eq!((view.selectors, view.count), (1, 16));
    let hit = &view.holders[0].found[0];
    assert_eq!((hit.kind.as_str(), hit.value.as_str()), ("phone", "+212600000841"));
    assert_eq!(
        world.count(FR, "/* test */ SELECT COUNT(*) FROM selector_query WHERE sealed IS NOT NULL").await,
        0
    );
    assert_eq!(
        world.count(ES, "/* test */ SELECT COUNT(*) FROM received_query WHERE elements IS NOT NULL").await,
        0
    );
    let said = world.entries(ES, "selector_query_answered").await;
    assert!(said[0].contains(&view.batch_sha256) && !said[0].contains("600000841"), "{}", said[0]);
    assert_eq!(world.entries(FR, "selector_query_finished").await.len(), 3);

    let claim = claimed(&world, query, ES).await;
    let luz = Caller { name: "luz".into(), ..officer(ES) };
    let read = queries::read_claim(world.node(ES), &luz, claim).await.unwrap();
    assert_eq!((read.hits, read.case_reference.as_str()), (1, "ES-2026-0107"));
    let entry = &read.handles[0].entries[0];
    assert_eq!((entry.kind.as_str(), entry.person.photograph.is_none()), ("phone", true));
    let choice = DisclosingHit {
        handle: read.handles[0].handle.clone(),
        case: None,
        subject: None,
        fields: BTreeSet::from([ShownField::Born]),
        contact: Some("duty desk".into()),
        note: "call first".into(),
        marking: None,
        legal_basis: new_offer(FR, true).legal_basis,
    };
    queries::disclose(world.node(ES), &luz, claim, choice.clone()).await.unwrap();
    let again = queries::disclose(world.node(ES), &luz, claim, choice).await;
    assert!(matches!(again, Err(MatchingError::Conflict { code: "claim_decided", .. })), "{again:?}");
    let (state, shown) = answered_hit(&world, query).await;
    let shown = shown.unwrap();
    assert_eq!((state.as_str(), shown.contact.as_str()), ("disclosed", "duty desk"));
    let person = shown.person.unwrap();
    assert!(
        person.born.is_some()
            && person.name.is_none()
            && person.role.is_none()
            && person.selectors.is_empty()
    );
    for at in [FR, ES, MA] {
        assert_eq!(findings(&world, at).await, [""; 0], "{at}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_opened_later_is_found_and_a_new_epoch_has_another_key_and_other_handles() {
    let world = World::with(PART, false).await;
    let case = world.case(FR).await;
    let ask = async || {
        queries::refresh(world.node(ES), &id(ES)).await.unwrap();
        let asked = new_query(case, to(&[ES]), Some(vec![phone(PHONE)]));
        let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
        finished(&world, FR, query).await.holders.remove(0)
    };
    let before = ask().await;
    assert_eq!((before.hits, before.found.len()), (Some(0), 0));
    world.case(ES).await;
    let one = ask().await;
    assert_eq!(one.found.len(), 1);
    assert!(queries::rotate(world.node(ES), &id(ES)).await.unwrap());
    let two = ask().await;
    assert_eq!((two.found.len(), two.epoch), (1, one.epoch.map(|epoch| epoch + 1)));
    assert_ne!(one.found[0].handle, two.found[0].handle);
    world.end().await;
}

fn elements(inputs: usize) -> Vec<u8> {
    let inputs = (0..inputs).map(|n| format!("nobody-{n}").into_bytes()).collect();
    Query::new(inputs, Seed::from_bytes(random::bytes())).unwrap().blinded().to_vec()
}

fn raw(elements: &[u8], count: usize) -> SelectorQuery {
    SelectorQuery {
        suite: MATCHING_SUITE.into(),
        case_reference: "FR-1".into(),
        officer: "0".repeat(32),
        count: count as u32,
        elements: BASE64_STANDARD.encode(elements),
        consent: None,
    }
}

async fn say(world: &World, query: SelectorQuery) -> MessageId {
    world.say(FR, ES, Message::SelectorQuery(Box::new(query))).await
}

/// Waits until a holder has refused so many queries: the journal's entries.
async fn refusals(world: &World, number: usize) -> Vec<String> {
    let entries = || world.entries(ES, "selector_query_declined");
    eventually("the query is refused", || async { entries().await.len() >= number }).await;
    entries().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_query_is_refused_before_anything_is_evaluated() {
    let (world, _, _) = world(false).await;
    let good = elements(3);
    // The identity, a number beyond the field, sizes that are none, and less than it says.
    let with = |element: [u8; 32]| [element.as_slice(), &good[32..]].concat();
    let odd = SelectorQuery { officer: "amel".into(), ..raw(&good, 16) };
    let wrong = [
        raw(&with([0; 32]), 16),
        raw(&with([255; 32]), 16),
        raw(&good, 17),
        raw(&good, 4_000_000),
        raw(&good[32..], 16),
        raw(&[], 0),
        odd,
    ];
    let number = wrong.len();
    for query in wrong {
        say(&world, query).await;
    }
    let entries = refusals(&world, number).await;
    assert!(entries.iter().all(|entry| entry.contains("malformed")), "{entries:?}");
    assert_eq!(world.entries(ES, "selector_query_answered").await.len(), 0);
    let evaluated =
        "/* test */ SELECT COUNT(*) FROM message WHERE kind = 'selector_answer' AND content LIKE '%proof%'";
    assert_eq!(world.count(ES, evaluated).await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_asked_again_and_more_than_the_budget_or_a_sweep_without_consent_are_refused() {
    let (world, _, _) = world(false).await;
    let batch = raw(&elements(2), 16);
    say(&world, batch.clone()).await;
    eventually("it is answered", || async { world.entries(ES, "selector_query_answered").await.len() == 1 })
        .await;
    say(&world, batch).await;
    assert!(refusals(&world, 1).await[0].contains("replayed"));
    say(&world, raw(&elements(1100), 4096)).await;
    assert!(refusals(&world, 2).await[1].contains("consent_needed"));
    for _ in 0..3 {
        say(&world, raw(&elements(1000), 1024)).await;
    }
    eventually("three are answered", || async {
        world.entries(ES, "selector_query_answered").await.len() == 4
    })
    .await;
    // 16 and three times 1,024 of 4,096 a day for the officer and the case.
    say(&world, raw(&elements(1000), 1024)).await;
    assert!(refusals(&world, 3).await[2].contains("over_budget"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_for_anothers_query_or_of_too_much_has_no_effect_and_an_unknown_handle_tells_nothing() {
    let (world, case, _) = world(false).await;
    let asked = new_query(case, to(&[ES]), None);
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    let view = finished(&world, FR, query).await;
    let handle = view.holders[0].found[0].handle.clone();
    let claim = |handles: &[&str], hits: u32, epoch: u64| {
        let handles = handles.iter().map(|handle| (*handle).to_owned()).collect();
        Message::HitClaim(HitClaim { query, epoch, hits, handles, why: "because".into() })
    };
    world.say(MA, ES, claim(&[&handle], 1, 1)).await;
    assert!(world.without_effect(ES, 1).await.contains("no query here"));
    world.say(FR, ES, claim(&[&handle], 1, 7)).await;
    assert!(world.without_effect(ES, 2).await.contains("another epoch"));
    world.say(FR, ES, claim(&[&handle], 17, 1)).await;
    assert!(world.without_effect(ES, 3).await.contains("more than was asked"));
    let unknown = "f".repeat(32);
    world.say(FR, ES, claim(&[&unknown], 1, 1)).await;
    let id_of = claim_at(&world, ES).await;
    let read = queries::read_claim(world.node(ES), &officer(ES), id_of).await.unwrap();
    assert!(read.handles[0].entries.is_empty());
    let choice = DisclosingHit {
        handle: unknown,
        case: None,
        subject: None,
        fields: BTreeSet::new(),
        contact: None,
        note: String::new(),
        marking: None,
        legal_basis: new_offer(FR, true).legal_basis,
    };
    let shown = queries::disclose(world.node(ES), &officer(ES), id_of, choice).await;
    assert!(matches!(shown, Err(MatchingError::Unfit { field: "handle", .. })), "{shown:?}");
    let declining = Declining { handles: None, note: "nothing".into() };
    queries::decline(world.node(ES), &officer(ES), id_of, declining).await.unwrap();
    // France never found such a hit: what is said of it has no effect there.
    assert!(world.without_effect(FR, 1).await.contains("no such claim"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_somebody_who_was_not_asked_or_who_has_answered_has_no_effect() {
    let (world, case, _) = world(false).await;
    let asked = new_query(case, to(&[ES]), None);
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    let refused = Refused { code: QueryRefusal::OverBudget, why: "no".into(), again_at: None };
    let answer = SelectorAnswer { query, outcome: QueryOutcome::Refused(refused) };
    let before = finished(&world, FR, query).await;
    world.say(MA, FR, Message::SelectorAnswer(Box::new(answer.clone()))).await;
    assert!(world.without_effect(FR, 1).await.contains("was not asked"));
    world.say(ES, FR, Message::SelectorAnswer(Box::new(answer))).await;
    assert!(world.without_effect(FR, 2).await.contains("answered the query before"));
    assert_eq!(states(&queries::view(world.node(FR), &id(FR), query).await.unwrap()), states(&before));
    world.end().await;
}

/// Spain asks France, whose door gives nothing of its epoch away until it is opened again: the answer waits. The count is of
/// those whom the door has turned away.
async fn held_up(world: &World, case: CaseId) -> (MessageId, Arc<AtomicUsize>) {
    let turned_away = Arc::new(AtomicUsize::new(0));
    let count = turned_away.clone();
    world.front.alter(move |path, mut answer| {
        if path.starts_with("/v1/matching/") {
            count.fetch_add(1, Ordering::SeqCst);
            (answer.status, answer.body) = (503, Vec::new());
        }
        answer
    });
    let asked = new_query(case, to(&[FR]), None);
    let query = queries::ask(world.node(ES), &officer(ES), asked).await.unwrap();
    let checking = "/* test */ SELECT COUNT(*) FROM selector_query_holder WHERE state = 'checking'";
    eventually("the answer waits", || async { world.count(ES, checking).await == 1 }).await;
    (query, turned_away)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_stops_in_the_middle_is_waited_for_and_one_that_changes_its_filter_is_found_out() {
    let (world, _, case) = world(true).await;
    let (query, _) = held_up(&world, case).await;
    world.front.honest();
    let view = finished(&world, ES, query).await;
    assert_eq!(states(&view), [(FR.to_owned(), "answered".into(), Some(1))]);

    // A segment that is not the signed one; asked for by an authority that has kept none.
    let ours = queries::rotate(world.node(FR), &id(FR)).await.unwrap();
    assert!(ours);
    world.front.alter(|path, mut answer| {
        if path.contains("/segments/") {
            answer.body[20] ^= 1;
        }
        answer
    });
    let asked = new_query(case, to(&[FR]), None);
    let query = queries::ask(world.node(ES), &officer(ES), asked).await.unwrap();
    let view = finished(&world, ES, query).await;
    assert_eq!(states(&view), [(FR.to_owned(), "false".into(), None)]);
    assert!(view.holders[0].why.as_ref().unwrap().contains("not the one that the holder has signed"));
    assert_eq!(world.entries(ES, "selector_answer_false").await.len(), 1);
    assert!(view.holders[0].found.is_empty());
    world.end().await;
}

/// What a hostile holder's answer says, in place of what the honest one said.
type Spoil = fn(&mut serde_json::Value);

fn spoil_bytes(value: &mut serde_json::Value, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = BASE64_STANDARD.decode(value.as_str().unwrap()).unwrap();
    change(&mut bytes);
    *value = BASE64_STANDARD.encode(bytes).into();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_a_wrong_proof_point_key_epoch_or_batch_is_false_and_nothing_of_it_is_used() {
    let (world, _, case) = world(true).await;
    let spoils: [Spoil; 7] = [
        |detail| spoil_bytes(&mut detail["proof"], |proof| proof[3] ^= 1),
        |detail| spoil_bytes(&mut detail["proof"], |proof| proof.truncate(10)),
        |detail| spoil_bytes(&mut detail["elements"], |all| all[..32].fill(0)),
        |detail| spoil_bytes(&mut detail["elements"], |all| all.rotate_left(32)),
        |detail| spoil_bytes(&mut detail["public_key"], |key| key[0] ^= 2),
        |detail| detail["epoch"] = 0.into(),
        |detail| detail["batch_sha256"] = "ab".repeat(32).into(),
    ];
    for (number, spoil) in spoils.into_iter().enumerate() {
        let (query, turned_away) = held_up(&world, case).await;
        let node = world.node(ES);
        let sql =
            "/* test */ SELECT id, content FROM message WHERE kind = 'selector_answer' AND content LIKE $1";
        let like = format!("%{query}%");
        let row = node.store.fetch_optional(sql, &[like.into()]).await.unwrap().unwrap();
        let mut content: serde_json::Value = row.json(1).unwrap();
        spoil(&mut content["content"]["outcome"]["detail"]);
        let mut tx = node.store.begin("test_spoil").await.unwrap();
        let sql = "/* test */ UPDATE message SET content = $2 WHERE id = $1";
        tx.execute(sql, &[row.text(0).unwrap().into(), content.to_string().into()]).await.unwrap();
        tx.commit().await.unwrap();
        // A check that began before may have read the honest answer; it is turned away too.
        let before = turned_away.load(Ordering::SeqCst);
        let later = async || {
            node.matching.wake();
            turned_away.load(Ordering::SeqCst) > before + 1
        };
        // What is said wrongly is found out before the holder is asked, in two of the cases.
        let over = async || world.entries(ES, "selector_answer_false").await.len() > number;
        eventually("the changed answer is looked at", || async { later().await || over().await }).await;
        world.front.honest();
        let view = finished(&world, ES, query).await;
        assert_eq!(states(&view), [(FR.to_owned(), "false".into(), None)], "{number}");
        assert_eq!(world.entries(ES, "selector_answer_false").await.len(), number + 1);
    }
    assert_eq!(world.count(ES, "/* test */ SELECT COUNT(*) FROM selector_hit").await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_waits_for_the_consent_of_a_court_that_covers_exactly_its_batch() {
    let (world, case, _) = world(false).await;
    let many: Vec<Asked> = (0..1100)
        .map(|n| phone(&format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100)))
        .chain([phone(PHONE)])
        .collect();
    let sweep = || new_query(case, to(&[ES]), Some(many.clone()));
    let amel = officer(FR);
    let refused = queries::ask(world.node(FR), &amel, sweep()).await;
    assert!(
        matches!(refused, Err(MatchingError::ConsentNeeded { count: 4096, threshold: 1024, .. })),
        "{refused:?}"
    );
    let with_court = NewQuery { consent_from: Some(id(FR_COURT)), ..sweep() };
    let query = queries::ask(world.node(FR), &amel, with_court).await.unwrap();
    let court = world.node(FR_COURT);
    let requests = async || queries::list_sweeps(court, &id(FR_COURT), 10).await.unwrap();
    eventually("the request arrives", || async { requests().await.len() == 1 }).await;
    assert_eq!(world.entries(ES, "selector_query_received").await.len(), 0, "nothing goes out before");
    let request = requests().await.remove(0);
    assert_eq!((request.count, request.purpose), (4096, Purpose::Exercise));
    let judge = Caller { name: "judge".into(), ..officer(FR_COURT) };
    queries::consent(court, &judge, request.id, 24).await.unwrap();
    assert!(queries::consent(court, &judge, request.id, 24).await.is_err());
    let view = finished(&world, FR, query).await;
    assert_eq!(states(&view), [(ES.to_owned(), "answered".into(), Some(1))]);
    // The consent does not carry another batch.
    let sql = "/* test */ SELECT consent FROM selector_query WHERE consent IS NOT NULL";
    let consent = world.node(FR).store.fetch_optional(sql, &[]).await.unwrap().unwrap().text(0).unwrap();
    let other = SelectorQuery { consent: Some(consent), ..raw(&elements(1100), 4096) };
    say(&world, other).await;
    assert!(refusals(&world, 1).await[0].contains("consent_invalid"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn why_consent_was_asked_and_what_peers_published_in_old_epochs_goes_when_it_is_old() {
    let (mut world, case, _) = world(false).await;
    world.reconfigure(ES, |config| config.matching.case_per_day = 20_000).await;
    let many: Vec<Asked> =
        (0..1100).map(|n| phone(&format!("+33 6 12 {:02} {:02} 00", n / 100, n % 100))).collect();
    let sweep = NewQuery { consent_from: Some(id(FR_COURT)), ..new_query(case, to(&[ES]), Some(many)) };
    let query = queries::ask(world.node(FR), &officer(FR), sweep).await.unwrap();
    let court = world.node(FR_COURT);
    let requests = async || queries::list_sweeps(court, &id(FR_COURT), 10).await.unwrap();
    eventually("the request arrives", || async { requests().await.len() == 1 }).await;
    let later = random::now() + jiff::SignedDuration::from_hours(24 * 366);
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 0, "nothing was decided");
    let request = requests().await.remove(0);
    queries::consent(court, &officer(FR_COURT), request.id, 24).await.unwrap();
    finished(&world, FR, query).await;
    queries::rotate(world.node(ES), &id(ES)).await.unwrap();
    let next = new_query(case, to(&[ES]), None);
    let next = queries::ask(world.node(FR), &officer(FR), next).await.unwrap();
    finished(&world, FR, next).await;
    let epochs = "/* test */ SELECT COUNT(*) FROM peer_epoch WHERE holder = 'ES-NCB'";
    let of_others = "/* test */ SELECT COUNT(*) FROM peer_segment s WHERE NOT EXISTS \
                     (SELECT 1 FROM peer_epoch e WHERE e.holder = s.holder AND e.number = s.epoch)";
    assert_eq!(world.count(FR, epochs).await, 2);
    let on_the_way = "/* test */ SELECT COUNT(*) FROM delivery WHERE state <> 'receipted'";
    eventually("everything is delivered", || async { world.count(FR, on_the_way).await == 0 }).await;
    assert_eq!(queries::purge_old(court, random::now()).await.unwrap(), 0, "it is not old enough");
    assert_eq!(world.count(FR, epochs).await, 2);
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 3, "two queries and the request");
    assert_eq!(queries::purge_old(court, later).await.unwrap(), 0, "once");
    assert_eq!((world.count(FR, epochs).await, world.count(FR, of_others).await), (1, 0));
    for act in ["sweep_purged", "peer_epochs_purged"] {
        assert_eq!(world.entries(FR, act).await.len(), 1, "{act}");
    }
    let purged = requests().await.remove(0);
    assert!(purged.purged_at.is_some() && purged.why.is_empty());
    assert_eq!((purged.batch_sha256, purged.count), (request.batch_sha256, 4096));
    let told = "/* test */ SELECT COUNT(*) FROM message WHERE kind LIKE 'sweep%' \
                AND (content IS NOT NULL OR body IS NOT NULL)";
    assert_eq!(world.count(FR, told).await, 0);
    // A further question is asked of the epoch that is kept.
    let last = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    assert_eq!(finished(&world, FR, last).await.holders[0].hits, Some(1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_on_a_canary_is_told_to_the_auditor_and_looks_like_any_other_to_the_asker() {
    let (world, case, _) = world(false).await;
    let oda = auditor(ES);
    let new =
        NewCanary { kind: SelectorKind::Phone, value: "+34 600 000 001".into(), note: "nobody's".into() };
    queries::plant(world.node(ES), &oda, new).await.unwrap();
    queries::refresh(world.node(ES), &id(ES)).await.unwrap();
    assert!(!world.entries(ES, "canary_planted").await[0].contains("600000001"));
    let asked = new_query(case, to(&[ES]), Some(vec![phone("+34600000001")]));
    let query = queries::ask(world.node(FR), &officer(FR), asked).await.unwrap();
    assert_eq!(finished(&world, FR, query).await.holders[0].hits, Some(1));
    let claim = claimed(&world, query, ES).await;
    assert_eq!(world.entries(ES, "canary_touched").await.len(), 1);
    let read = queries::read_claim(world.node(ES), &officer(ES), claim).await.unwrap();
    assert!(read.handles[0].entries.is_empty());
    let usage = queries::usage(world.node(ES), &oda).await.unwrap();
    assert_eq!((usage.canaries_touched.len(), usage.canaries_touched[0].claim), (1, claim));
    let declining = Declining { handles: None, note: String::new() };
    queries::decline(world.node(ES), &officer(ES), claim, declining).await.unwrap();
    assert_eq!(answered_hit(&world, query).await.0, "declined");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_rule_that_two_officers_made_answers_with_reference_and_contact_only() {
    let (world, case, _) = world(false).await;
    let (luz, ana) = (officer(ES), Caller { name: "ana".into(), ..officer(ES) });
    let terms = RuleTerms {
        kinds: BTreeSet::from(["phone".to_owned()]),
        authorities: BTreeSet::from([id(FR)]),
        purposes: BTreeSet::from([Purpose::Exercise]),
        contact: "duty desk Madrid".into(),
        note: String::new(),
        legal_basis: new_offer(FR, true).legal_basis,
        until: None,
    };
    let node = world.node(ES);
    let rule = queries::propose_rule(node, &luz, terms).await.unwrap();
    let alone = queries::confirm_rule(node, &luz, &rule.id).await;
    assert!(matches!(alone, Err(MatchingError::SecondOfficerNeeded(_))));
    let rule = queries::confirm_rule(node, &ana, &rule.id).await.unwrap();
    assert!(rule.signed.is_some() && rule.state == "in_force");
    let query = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    claimed(&world, query, ES).await;
    let (state, shown) = answered_hit(&world, query).await;
    let shown = shown.unwrap();
    assert_eq!((state.as_str(), shown.reference.as_str()), ("disclosed", "ES-2026-0107"));
    assert_eq!((shown.contact.as_str(), shown.person), ("duty desk Madrid", None));
    queries::withdraw_rule(node, &luz, &rule.id).await.unwrap();
    let query = queries::ask(world.node(FR), &officer(FR), new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    let new =
        NewClaim { holder: id(ES), handles: None, why: "again".into(), marking: None, legal_basis: None };
    queries::claim(world.node(FR), &officer(FR), query, new).await.unwrap();
    let open = async || queries::list_claims(node, &id(ES), true, 10).await.unwrap().len();
    eventually("the second claim waits for an officer", || async { open().await == 1 }).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_composer_sees_what_each_holder_takes_and_what_is_used_of_it() {
    let (world, case, _) = world(false).await;
    let amel = officer(FR);
    let query = queries::ask(world.node(FR), &amel, new_query(case, to(&[ES]), None)).await.unwrap();
    finished(&world, FR, query).await;
    let budget = queries::budget(world.node(FR), &amel, Some(case)).await.unwrap();
    assert_eq!((budget.case_selectors, budget.sweep_threshold), (Some(1), Some(1024)));
    let spain = budget.holders.iter().find(|holder| holder.authority == id(ES)).unwrap();
    assert!(spain.publishes && spain.entries.unwrap() > 1, "random entries hide that there is one");
    assert_eq!(
        (spain.used.officer_today, spain.used.case_today, spain.used.authority_in_epoch),
        (16, 16, 16)
    );
    assert_eq!(spain.left.unwrap().case_today, 4096 - 16);
    world.end().await;
}
