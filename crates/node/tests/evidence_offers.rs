//! Hand-overs of what lies in packs, messages that overtake each other, and offers as the API shows them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod handover_world;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use comity_model::{
    id::{ItemId, MessageId},
    marking::OnwardRule,
};
use comity_node::{
    access::{self, NewOfficer, Role},
    evidence::{
        self, EvidenceError, Hand, ItemState,
        batch::{SmallFile, take_in_batch},
        collect, content as vault_content,
        describe::Description,
        handover::{self, OfferState},
    },
    journal::Actor,
    random, web,
};
use comity_vault::Digest;
use handover_world::{ES, FR, FR_COURT, World, content, eventually, id, marking, new_offer, officer};
use serde_json::{Value, json};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tower::ServiceExt;

/// Takes small items in, which share one pack.
async fn packed(world: &World, sizes: &[usize]) -> Vec<ItemId> {
    let (node, caller, case) = (world.node(FR), officer(FR), world.case(FR).await);
    let file = |(number, size): (usize, &usize)| {
        let content = content(*size);
        let described = json!({
            "case": case, "name": {"text": format!("note-{number}.txt")},
            "exhibit": {"number": format!("PJ/2026/17-{number}")},
            "acquisition": {
                "phase": "acquisition", "method": "file_copy", "place": "Lyon",
                "by": {"authority": FR, "person": "4711"}, "source": {"description": "laptop"},
                "started_at": "2026-01-05T09:00:00Z", "finished_at": "2026-01-05T10:00:00Z",
            },
            "reason": "a rehearsal", "sha256": Digest::of(&content),
        });
        let description = Description::from_json(described.to_string().as_bytes()).unwrap();
        SmallFile { description, content }
    };
    let files = sizes.iter().enumerate().map(file).collect();
    let admitted = take_in_batch(node, &Hand::from(&caller), files, None).await.unwrap();
    assert_eq!(objects(world, FR).len(), 1, "they are one object");
    admitted.into_iter().map(|one| one.item).collect()
}

/// The stored objects of a node.
fn objects(world: &World, at: &str) -> Vec<PathBuf> {
    fn walk(at: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(at).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&world.node(at).directory_path.join("evidence/objects"), &mut found);
    found
}

/// Is an item whole at an authority, as a verification of all of it says?
async fn is_whole(world: &World, at: &str, item: ItemId) -> bool {
    let verified = vault_content::verify(world.node(at), &Hand::from(&officer(at)), item).await.unwrap();
    verified.damage.is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn items_that_share_a_pack_are_handed_over_one_by_one() {
    let world = World::new().await;
    let sizes = [10, 5000, 60_000];
    let items = packed(&world, &sizes).await;
    for (item, size) in [(items[2], sizes[2]), (items[0], sizes[0])] {
        world.hand_over(FR, ES, item, true).await;
        assert_eq!(world.content(ES, item).await, content(size));
        assert_eq!(world.chain(FR, item).await, world.chain(ES, item).await);
    }
    assert!(evidence::load(world.node(ES), &id(ES), items[1]).await.is_err(), "nobody offered that one");
    assert_eq!(objects(&world, ES).len(), 2, "of the pack, only what was offered has gone");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_item_that_goes_without_a_copy_leaves_its_neighbours_and_comes_back() {
    let world = World::new().await;
    let items = packed(&world, &[10, 5000]).await;
    world.hand_over(FR, ES, items[0], false).await;
    let state = async |item| evidence::load(world.node(FR), &id(FR), item).await.unwrap().state;
    assert_eq!((state(items[0]).await, state(items[1]).await), (ItemState::HandedOver, ItemState::Held));
    assert!(is_whole(&world, FR, items[1]).await);
    world.hand_over(ES, FR, items[0], false).await;
    assert_eq!(state(items[0]).await, ItemState::Held);
    assert!(is_whole(&world, FR, items[0]).await && is_whole(&world, FR, items[1]).await);
    assert_eq!(world.chain(FR, items[0]).await.1, Vec::<String>::new());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_two_authorities_of_a_node_need_stays_as_long_as_one_needs_it() {
    let world = World::new().await;
    let items = packed(&world, &[10, 5000]).await;
    world.hand_over(FR, FR_COURT, items[0], false).await;
    assert!(is_whole(&world, FR_COURT, items[0]).await);
    let then = SystemTime::now() - Duration::from_secs(2 * 24 * 3600);
    for object in objects(&world, FR) {
        File::options().write(true).open(object).unwrap().set_modified(then).unwrap();
    }
    collect::collect(world.node(FR), random::now()).await.unwrap();
    assert!(is_whole(&world, FR_COURT, items[0]).await && is_whole(&world, FR, items[1]).await);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_place_in_a_pack_is_noticed_by_the_receiver_and_its_neighbours_go() {
    let world = World::new().await;
    let items = packed(&world, &[60_000, 5000]).await;
    let pack = objects(&world, FR).remove(0);
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[30_000] ^= 1;
    std::fs::remove_file(&pack).unwrap();
    std::fs::write(&pack, bytes).unwrap();
    let offer = world.offer(FR, ES, items[0], true).await;
    world.accept(ES, offer).await;
    let failed = world.comes_to(ES, offer, OfferState::Failed).await;
    assert!(failed.fault.unwrap().contains("not those that the manifest names"));
    world.hand_over(FR, ES, items[1], true).await;
    assert_eq!(world.content(ES, items[1]).await, content(5000));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_arrives_before_its_offer_ends_it() {
    let mut world = World::with(handover_world::PART, false).await;
    let item = world.item(FR, &content(100)).await;
    world.stop(ES).await;
    let offer = world.offer(FR, ES, item, true).await;
    handover::withdraw(world.node(FR), &officer(FR), offer, "another laptop").await.unwrap();
    // The offer is held up on its way; the withdrawal is not.
    world.stop(FR).await;
    delay(&world, offer, random::now() + jiff::SignedDuration::from_hours(1)).await;
    world.start(FR).await;
    world.start(ES).await;
    assert!(world.without_effect(ES, 1).await.contains("no such offer"));
    delay(&world, offer, jiff::Timestamp::UNIX_EPOCH).await;
    world.node(FR).wake_outbox();
    world.arrived(ES, offer).await;
    world.comes_to(ES, offer, OfferState::Withdrawn).await;
    let kept = "/* test */ SELECT COUNT(*) FROM evidence_offer WHERE kept IS NOT NULL OR epoch IS NOT NULL";
    assert_eq!(world.count(ES, kept).await, 0, "the key is not kept");
    let case = world.case(ES).await;
    let late = handover::accept(world.node(ES), &officer(ES), offer, case, "late").await;
    assert!(matches!(late, Err(EvidenceError::Conflict { code: "offer_answered", .. })), "{late:?}");
    world.end().await;
}

/// When a message of FR is due to be sent.
async fn delay(world: &World, message: MessageId, until: jiff::Timestamp) {
    let store = world.store_of(FR).await;
    let mut tx = store.begin("test_delay").await.unwrap();
    let sql = "/* test */ UPDATE delivery SET next_at = $1 WHERE message = $2 AND state = 'queued'";
    assert_eq!(tx.execute(sql, &[until.into(), message.to_string().into()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

/// The API of a node, as one officer uses it.
struct Desk {
    router: Router,
    token: String,
}

impl Desk {
    async fn new(world: &World, at: &str, name: &str, role: Role) -> Self {
        let node = world.node(at);
        let (password, authority) = ("an invented passphrase".to_owned(), id(at));
        let (name, display_name) = (name.to_owned(), format!("Officer {name}"));
        let new =
            NewOfficer { name: name.clone(), display_name, role, authority, password: password.clone() };
        access::create_officer(&node.store, new, &Actor::Node, random::now()).await.unwrap();
        let session = access::sign_in(node, &name, &password, random::now()).await;
        let token = session.unwrap_or_else(|fault| panic!("{fault}")).token;
        Self { router: web::router(node.clone()), token }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
        let (parts, body) = self.router.clone().oneshot(request.unwrap()).await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        (parts.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    async fn post(&self, path: &str, status: u16, body: Value) -> Value {
        let (found, answer) = self.call("POST", path, body).await;
        assert_eq!(found, status, "{answer}");
        answer
    }

    async fn refused(&self, path: &str, status: u16, code: &str, body: Value) {
        assert_eq!(self.post(path, status, body).await["code"], code);
    }

    /// Waits until an offer is seen in a state.
    async fn sees(&self, offer: &str, state: &str) -> Value {
        let path = format!("/evidence/offers/{offer}");
        eventually(state, || async { self.call("GET", &path, Value::Null).await.1["state"] == state }).await;
        self.get(&path).await
    }
}

fn order(to: &str) -> Value {
    let new = new_offer(to, true);
    json!({
        "to": to, "keeps_copy": true, "reason": new.reason, "note": new.note,
        "marking": marking(OnwardRule::OwnJurisdiction), "legal_basis": {
            "instrument": "INTERPOL_RPD", "article": "10", "reason": "a rehearsal",
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_made_read_accepted_and_received_over_the_api() {
    let world = World::new().await;
    let giver = Desk::new(&world, FR, "amel", Role::ReleasingOfficer).await;
    let receiver = Desk::new(&world, ES, "blanca", Role::Officer).await;
    let bytes = content(200_000);
    let item = world.item(FR, &bytes).await;
    let made = giver.post(&format!("/evidence/{item}/offers"), 201, order(ES)).await;
    assert_eq!(
        (&made["state"], &made["direction"], &made["peer"]),
        (&json!("open"), &json!("outgoing"), &json!(ES))
    );
    let offer = made["message"].as_str().unwrap();
    let seen = receiver.sees(offer, "open").await;
    for (field, value) in [
        ("item", json!(item)),
        ("direction", json!("incoming")),
        ("peer", json!(FR)),
        ("size", json!(bytes.len())),
        ("exhibit", json!("PJ/2026/17-3")),
        ("name", json!("laptop.img")),
        ("note", json!("image of the laptop")),
        ("keeps_copy", json!(true)),
        ("marking", json!(marking(OnwardRule::OwnJurisdiction))),
    ] {
        assert_eq!(seen[field], value, "{field}");
    }
    // Whoever is to receive it reads on which law, and both sides read the same.
    assert_eq!(
        (&seen["legal_basis"]["instrument"], &seen["legal_basis"]["article"]),
        (&json!("INTERPOL_RPD"), &json!("10"))
    );
    assert_eq!(seen["legal_basis"], made["legal_basis"]);
    let listed = receiver.get("/evidence/offers?direction=incoming&state=open").await;
    assert_eq!(listed["items"], json!([seen]));
    assert_eq!(receiver.get("/evidence/offers?direction=outgoing").await["items"], json!([]));
    let case = world.case(ES).await;
    let acceptance = json!({ "case": case, "reason": "asked for it" });
    let accepted = receiver.post(&format!("/evidence/offers/{offer}/accept"), 202, acceptance.clone()).await;
    assert!(["fetching", "accepted"].contains(&accepted["state"].as_str().unwrap()));
    assert_eq!(receiver.sees(offer, "accepted").await["fetched"], json!(bytes.len()));
    giver.sees(offer, "accepted").await;
    assert_eq!(world.content(ES, item).await, bytes);
    receiver.refused(&format!("/evidence/offers/{offer}/accept"), 409, "item_known", acceptance).await;
    let late = json!({ "reason": "too late" });
    receiver.refused(&format!("/evidence/offers/{offer}/decline"), 409, "offer_answered", late).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_are_declined_and_withdrawn_over_the_api_and_every_refusal_has_its_code() {
    let world = World::new().await;
    let giver = Desk::new(&world, FR, "amel", Role::ReleasingOfficer).await;
    let clerk = Desk::new(&world, FR, "clara", Role::Officer).await;
    let receiver = Desk::new(&world, ES, "blanca", Role::Officer).await;
    let auditor = Desk::new(&world, ES, "diego", Role::Auditor).await;
    let item = world.item(FR, &content(100)).await;
    let offers = format!("/evidence/{item}/offers");
    clerk.refused(&offers, 403, "role_forbids", order(ES)).await;
    giver.refused(&offers, 422, "evidence_refused", order(FR)).await;
    giver.refused(&offers, 422, "not_member", order("PT-NCB")).await;
    let nowhere = random::new_id(ItemId::new);
    giver.refused(&format!("/evidence/{nowhere}/offers"), 404, "not_found", order(ES)).await;
    let first = giver.post(&offers, 201, order(ES)).await["message"].as_str().unwrap().to_owned();
    let alone = json!({ "keeps_copy": false });
    let mut second = order(ES);
    second["keeps_copy"] = alone["keeps_copy"].clone();
    giver.refused(&offers, 409, "offer_open", second).await;
    receiver.sees(&first, "open").await;
    let why = json!({ "reason": "no proceedings here" });
    let to = |end: &str| format!("/evidence/offers/{first}/{end}");
    auditor.refused(&to("decline"), 403, "role_forbids", why.clone()).await;
    receiver.refused(&to("withdraw"), 403, "role_forbids", why.clone()).await;
    assert_eq!(receiver.post(&to("decline"), 200, why.clone()).await["state"], "declined");
    giver.sees(&first, "declined").await;
    giver.refused(&to("withdraw"), 409, "offer_answered", why.clone()).await;
    let third = giver.post(&offers, 201, order(ES)).await["message"].as_str().unwrap().to_owned();
    let withdrawn = giver.post(&format!("/evidence/offers/{third}/withdraw"), 200, why.clone()).await;
    assert_eq!(withdrawn["state"], "withdrawn");
    receiver.sees(&third, "withdrawn").await;
    let unknown = random::new_id(MessageId::new);
    receiver.refused(&format!("/evidence/offers/{unknown}/decline"), 404, "not_found", why).await;
    world.end().await;
}
