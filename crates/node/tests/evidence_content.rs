//! What items contain: taken away in whole and in ranges, verified with every damage located; and small files in batches.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::body::Body;
use evidence_support::*;
use serde_json::{Value, json};
use std::path::Path;

const LEN: usize = 4 * PART + 1234;

/// Turns one bit of a stored object.
fn flip(object: &Path, at: usize) {
    let mut bytes = std::fs::read(object).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 1;
    std::fs::remove_file(object).unwrap();
    std::fs::write(object, bytes).unwrap();
}

async fn verify(vault: &Vault, item: &str) -> Value {
    vault.request("POST", &format!("/evidence/{item}/verify"), &[], Body::empty()).await.is(200).json()
}

/// One file of a batch.
fn file(description: &Value, size: usize, sha256: &str, content: &[u8]) -> Vec<u8> {
    let mut description = description.clone();
    description["size"] = size.into();
    description["sha256"] = sha256.into();
    let json = description.to_string().into_bytes();
    [&u32::try_from(json.len()).unwrap().to_be_bytes()[..], &json, content].concat()
}

fn numbered(vault: &Vault, number: usize) -> Value {
    let name = json!({"text": format!("IMG_{number:04}.bin")});
    vault.described(&[("/name", name), ("/exhibit/number", format!("B/{number}").into())])
}

async fn batch(vault: &Vault, body: Vec<u8>) -> Answer {
    vault.request("POST", "/evidence/batch", &[], Body::from(body)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_is_exactly_those_bytes_and_each_look_is_in_the_chain_of_custody() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let item = vault.item(&sent, &vault.description()).await;
    let path = format!("/evidence/{item}/content?reason=for%20the%20expert");
    let ranges = [
        ("bytes=0-0", 0..1),
        ("bytes=16380-16390", 16380..16391),
        ("bytes=16384-32767", PART..2 * PART),
        ("bytes=-10", LEN - 10..LEN),
        ("bytes=20000-", 20000..LEN),
        ("bytes=5-999999999", 5..LEN),
    ];
    for (asked, bytes) in ranges.clone() {
        let part = vault.request("GET", &path, &[("range", asked)], Body::empty()).await.is(206);
        assert!(part.bytes == sent[bytes.clone()], "{asked}");
        assert_eq!(part.header("content-range"), format!("bytes {}-{}/{LEN}", bytes.start, bytes.end - 1));
        assert_eq!(part.header("content-length"), bytes.len().to_string());
    }
    vault
        .request("GET", &path, &[("range", "bytes=999999-")], Body::empty())
        .await
        .problem(416, "range_refused");
    let several = vault.request("GET", &path, &[("range", "bytes=0-1,5-6")], Body::empty()).await.is(200);
    assert!(several.bytes == sent);
    let other = [("range", "bytes=0-1"), ("if-range", "\"something else\"")];
    assert!(vault.request("GET", &path, &other, Body::empty()).await.is(200).bytes == sent);
    let copied = ranges.len() + 2;
    assert_eq!(vault.count("custody_copied").await, copied);
    let custody = vault.get(&format!("/evidence/{item}/custody")).await.is(200).json();
    assert_eq!(custody["events"].as_array().unwrap().len(), 1 + copied);
    assert_eq!(custody["events"][1]["event"]["reason"], "for the expert");
    assert_eq!(custody["findings"], json!([]));
    let head = vault.request("HEAD", &path, &[], Body::empty()).await.is(200);
    assert_eq!((head.header("content-length"), head.bytes.len()), (&*LEN.to_string(), 0));
    assert_eq!(vault.count("custody_copied").await, copied, "asking how long it is takes nothing away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_handed_out_without_a_reason_or_to_others() {
    let vault = Vault::new().await;
    let item = vault.item(b"drawn shapes", &vault.description()).await;
    vault.get(&format!("/evidence/{item}/content")).await.is(400);
    vault.get(&format!("/evidence/{item}/content?reason=%20")).await.problem(422, "evidence_refused");
    let auditor = vault.officer("clara", comity_node::access::Role::Auditor).await;
    let path = format!("/evidence/{item}/content?reason=curious");
    send(&vault.router, &auditor, "GET", &path, &[], Body::empty()).await.problem(403, "role_forbids");
    send(&vault.router, "", "GET", &path, &[], Body::empty()).await.is(401);
    assert_eq!(vault.count("custody_copied").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flipped_bit_in_any_stored_object_is_found_and_located() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let item = vault.item(&sent, &vault.description()).await;
    assert_eq!(verify(&vault, &item).await["damage"], json!([]));
    let manifest = vault.get(&format!("/evidence/{item}")).await.json()["manifest"].clone();
    let objects = vault.objects();
    assert_eq!(objects.len(), 5);
    for (turn, object) in objects.iter().enumerate() {
        let whole = std::fs::read(object).unwrap();
        let name = hash(&whole);
        for at in [0, 20, 50, 80 + turn * 31, whole.len() - 1] {
            flip(object, at);
            let damage = verify(&vault, &item).await["damage"].clone();
            assert_eq!(damage.as_array().unwrap().len(), 1, "{damage}");
            assert_eq!(damage[0]["object"], name);
            let part = usize::try_from(damage[0]["part"].as_u64().unwrap()).unwrap();
            assert_eq!(manifest["parts"][part]["sealed_sha256"], name);
            std::fs::write(object, &whole).unwrap();
        }
    }
    std::fs::remove_file(&objects[2]).unwrap();
    let damage = verify(&vault, &item).await;
    assert_eq!(damage["damage"].as_array().unwrap().len(), 1);
    let line = vault.get("/evidence").await.json()["items"][0].clone();
    assert!(line["damage"].as_str().unwrap().starts_with("part "), "{line}");
    assert_eq!(line["verified_at"], damage["verified_at"]);
    assert_eq!(vault.count("evidence_verified").await, 27);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_on_the_way_ends_the_download_and_what_came_before_is_authentic() {
    let vault = Vault::with(|config| config.evidence.part_size = 8 << 20).await;
    let sent = content(18 << 20);
    let item = vault.item(&sent, &vault.description()).await;
    let manifest = vault.get(&format!("/evidence/{item}")).await.json()["manifest"].clone();
    let second = manifest["parts"][1]["sealed_sha256"].as_str().unwrap();
    let objects = vault.objects();
    flip(objects.iter().find(|path| hash(&std::fs::read(path).unwrap()) == second).unwrap(), 5 << 20);
    let torn = vault.content(&item).await.is(200);
    assert!(!torn.whole, "the answer is torn off, and does not look complete");
    assert_eq!(vault.count("custody_copied").await, 1);
    assert_eq!(vault.count("evidence_damaged").await, 1);
    let line = vault.get("/evidence").await.json()["items"][0].clone();
    assert!(line["damage"].as_str().unwrap().starts_with("part 1 "), "{line}");
    assert!(line["verified_at"].is_null());
    let path = format!("/evidence/{item}/content?reason=the%20sound%20part");
    let sound = vault.request("GET", &path, &[("range", "bytes=0-8388607")], Body::empty()).await.is(206);
    assert!(sound.bytes == sent[..8 << 20]);
    let begun = [("range", "bytes=13631480-13631490")];
    vault.request("GET", &path, &begun, Body::empty()).await.problem(409, "evidence_damaged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_one_pack_and_one_transaction_and_each_file_an_item() {
    let vault = Vault::new().await;
    // One is empty, and one is longer than the parts of uploads are.
    let contents: Vec<Vec<u8>> = (0..40).map(|n| content(n * 100)).chain([content(3 * PART)]).collect();
    let one = |(number, content): (usize, &Vec<u8>)| {
        file(&numbered(&vault, number), content.len(), &hash(content), content)
    };
    let body: Vec<u8> = contents.iter().enumerate().flat_map(one).collect();
    let admitted = batch(&vault, body).await.is(201).json();
    let items = admitted["items"].as_array().unwrap();
    assert_eq!((items.len(), vault.objects().len()), (41, 1));
    for (number, (item, sent)) in items.iter().zip(&contents).enumerate() {
        assert_eq!(item["name"], format!("IMG_{number:04}.bin"));
        assert_eq!(item["sha256"], hash(sent));
        let id = item["id"].as_str().unwrap();
        assert!(vault.content(id).await.is(200).bytes == *sent);
    }
    assert_eq!(vault.count("custody_acquired").await, 41);
    flip(&vault.objects()[0], 5000);
    let mut damaged = 0;
    for item in items {
        damaged += verify(&vault, item["id"].as_str().unwrap()).await["damage"].as_array().unwrap().len();
    }
    assert_eq!(damaged, 1, "the damage is one file's, and not that of its neighbours");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_admitted_as_a_whole_or_not_at_all() {
    let vault = Vault::new().await;
    let good = file(&numbered(&vault, 0), 4, &hash(b"good"), b"good");
    let lying = file(&numbered(&vault, 1), 4, &hash(b"good"), b"evil");
    let undescribed = file(&vault.described(&[("/reason", "".into())]), 4, &hash(b"good"), b"good");
    let nameless = file(&vault.described(&[("/name", Value::Null)]), 4, &hash(b"good"), b"good");
    let mut unhashed = numbered(&vault, 2);
    unhashed["size"] = 4.into();
    let unhashed = unhashed.to_string().into_bytes();
    let unhashed = [&u32::try_from(unhashed.len()).unwrap().to_be_bytes()[..], &unhashed, b"good"].concat();
    let cases = [
        (lying, 422, "evidence_differs"),
        (undescribed, 422, "evidence_refused"),
        (nameless, 422, "evidence_refused"),
        (unhashed, 422, "evidence_refused"),
        (good[..good.len() - 1].to_vec(), 422, "evidence_refused"),
        (vec![0, 0], 422, "evidence_refused"),
        (vec![0xff; 8], 422, "evidence_refused"),
        (vec![0, 0, 0, 2, b'{', b'}'], 422, "evidence_refused"),
        (file(&numbered(&vault, 3), usize::MAX, &hash(b""), b""), 413, "upload_too_long"),
        (file(&numbered(&vault, 3), (64 << 20) - 3, &hash(b""), b""), 413, "upload_too_long"),
    ];
    for (bad, status, code) in cases {
        batch(&vault, [good.clone(), bad].concat()).await.problem(status, code);
    }
    batch(&vault, Vec::new()).await.problem(422, "evidence_refused");
    let many: Vec<u8> = (0..4097).flat_map(|n| file(&numbered(&vault, n), 0, &hash(b""), b"")).collect();
    batch(&vault, many).await.problem(422, "evidence_refused");
    assert_eq!(vault.get("/evidence").await.json()["items"], json!([]));
    assert_eq!(vault.count("custody_acquired").await, 0);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_object").await, 0);
    batch(&vault, good).await.is(201);
}

const KEY: &str = "5a1c0e3c-7d0c-4c8e-9b3e-0f6a5a1c0e3c";

async fn keyed(vault: &Vault, body: &[u8], key: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    vault.request("POST", "/evidence/batch", &headers, Body::from(body.to_vec())).await
}

fn files(vault: &Vault, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let one = |number| {
        let content = content(1000 + number);
        file(&numbered(vault, number), content.len(), &hash(&content), &content)
    };
    numbers.flat_map(one).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_is_sent_again_under_its_key_is_the_same_items_and_no_more() {
    let mut vault = Vault::new().await;
    let sent = files(&vault, 0..5);
    let first = keyed(&vault, &sent, KEY).await.is(201).json();
    assert_eq!(keyed(&vault, &sent, KEY).await.is(201).json(), first);
    vault.reopen().await;
    assert_eq!(keyed(&vault, &sent, KEY).await.is(201).json(), first);
    assert_eq!(vault.count("custody_acquired").await, 5);
    keyed(&vault, &files(&vault, 1..6), KEY).await.problem(409, "batch_key_used");
    keyed(&vault, &files(&vault, 0..4), KEY).await.problem(409, "batch_key_used");
    assert_ne!(keyed(&vault, &sent, &KEY.replace('5', "6")).await.is(201).json(), first);
    assert_ne!(batch(&vault, sent.clone()).await.is(201).json(), first);
    assert_eq!(vault.count("custody_acquired").await, 15);
    for wrong in ["short", "with blanks in it 000000000000000000000", &"x".repeat(129)] {
        keyed(&vault, &sent, wrong).await.problem(422, "evidence_refused");
    }
    let later = comity_node::random::now() + jiff::SignedDuration::from_hours(8 * 24);
    comity_node::evidence::batch::forget_old(&vault.node, later).await.unwrap();
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_batch").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_requests_with_one_batch_at_once_one_takes_it_in_and_all_hear_of_its_items() {
    let vault = Vault::new().await;
    let sent = files(&vault, 0..5);
    let many = futures_util::future::join_all((0..4).map(|_| keyed(&vault, &sent, KEY))).await;
    let items: Vec<_> = many.into_iter().map(|answer| answer.is(201).json()).collect();
    assert!(items.iter().all(|one| *one == items[0] && one["items"].as_array().unwrap().len() == 5));
    assert_eq!(vault.count("custody_acquired").await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_of_a_batch_says_neither_its_key_nor_what_came() {
    let vault = Vault::new().await;
    let sent = content(1000);
    let body = file(&numbered(&vault, 0), sent.len(), &hash(&sent), &sent);
    keyed(&vault, &body, KEY).await.is(201);
    let row = vault.node.store.fetch_optional("SELECT name, content, items FROM evidence_batch", &[]).await;
    let row = row.unwrap().unwrap();
    let kept = [0, 1, 2].map(|at| row.text(at).unwrap()).concat();
    for secret in [KEY, &hash(KEY.as_bytes()), &hash(&sent), &hash(&body)] {
        assert!(!kept.contains(secret), "{secret}");
    }
}
