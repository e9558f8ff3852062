//! What a sender does with bad answers: the message stays in its outbox, nobody else is delayed, and the delivery is made
//! once an honest node answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use comity_ledger::InclusionFile;
use comity_model::receipt::{RECEIPT_TYPE, Receipt};
use comity_node::keys::Keys;
use comity_scenarios::{
    TestFederation,
    hostile::{answering, client_of},
    letters::{DEAD, QUEUED, RECEIPTED, STORED, count, eventually, letter, send},
};
use comity_seal::Dsse;
use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

const FAULTED: &str = "/* test */ SELECT COUNT(*) FROM delivery WHERE state = 'queued' AND attempts > 0";

/// France writes to Spain and Morocco; Spain's place is taken by a hostile peer. Morocco gets its letter; Spain's stays in
/// the outbox until the hostile peer is called `calls` times; then the real Spain comes up and gets it, once.
async fn survives<F, A>(calls: u64, answer: F)
where
    F: Fn(Vec<u8>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    let mut federation = TestFederation::with(3, |_, config| config.delivery.answer_timeout_ms = 300, |_| {});
    let france = federation.nodes[0].start().await;
    federation.nodes[2].start().await;
    let called = Arc::new(AtomicU64::new(0));
    let counter = called.clone();
    let hostile = answering(&federation.nodes[1], move |bytes| {
        counter.fetch_add(1, Ordering::SeqCst);
        answer(bytes)
    })
    .await;
    let names: Vec<_> = federation.nodes.iter().map(|node| node.authority.clone()).collect();
    send(
        &france,
        vec![letter(&names[0], &[&names[1]], "to Spain"), letter(&names[0], &[&names[2]], "to Morocco")],
    )
    .await;
    eventually("Morocco's receipt is recorded", || async { count(&france, RECEIPTED).await == 1 }).await;
    eventually("the hostile peer was called", || async { called.load(Ordering::SeqCst) >= calls }).await;
    assert_eq!(count(&france, RECEIPTED).await, 1);
    assert_eq!(count(&france, QUEUED).await, 1);
    hostile.abort();
    let _ = hostile.await;
    let spain = federation.nodes[1].start().await;
    eventually("Spain's receipt is recorded", || async { count(&france, RECEIPTED).await == 2 }).await;
    assert_eq!(count(&spain, STORED).await, 1);
    assert_eq!(count(&france, DEAD).await, 0);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_for_an_answer_loses_nothing() {
    survives(2, |_| async { "certainly".into_response() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_without_a_reason_loses_nothing() {
    survives(2, |_| async { (axum::http::StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response() }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_at_all_loses_nothing() {
    survives(2, |_| pending::<Response>()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_never_ends_loses_nothing() {
    survives(2, |_| async {
        // One byte now, the next one never: a trickle that the time limit on the whole answer must end.
        let trickle = tokio::io::duplex(8);
        let (mut writer, reader) = (trickle.0, trickle.1);
        tokio::spawn(async move {
            use tokio::io::AsyncWriteExt;
            let _ = writer.write_all(b"{").await;
            pending::<()>().await;
        });
        Body::from_stream(tokio_util_stream(reader)).into_response()
    })
    .await;
}

/// The bytes of a reader as a stream of chunks.
fn tokio_util_stream(
    reader: tokio::io::DuplexStream,
) -> impl futures_util::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    futures_util::stream::unfold(reader, |mut reader| async move {
        use tokio::io::AsyncReadExt;
        let mut byte = vec![0; 1];
        match reader.read(&mut byte).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some((Ok(byte), reader)),
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_for_nothing_that_was_sent_loses_nothing() {
    survives(2, |_| async {
        axum::Json(serde_json::json!({"version":1,"registry":1,"outcomes":[]})).into_response()
    })
    .await;
}

/// Answers with Spain's real receipts, changed; Spain itself runs elsewhere with the same keys and database.
async fn with_changed_receipts(change: fn(&mut serde_json::Value)) {
    with_receipts(|_| change).await;
}

/// As [`with_changed_receipts`], with Spain's own keys in the hands of whoever changes.
async fn with_receipts<C>(changer: impl FnOnce(Keys) -> C)
where
    C: Fn(&mut serde_json::Value) + Clone + Send + Sync + 'static,
{
    let mut federation =
        TestFederation::with(2, |_, config| config.delivery.answer_timeout_ms = 3_000, |_| {});
    let change = changer(federation.nodes[1].keys());
    let france = federation.nodes[0].start().await;
    let (fr, es) = (federation.nodes[0].authority.clone(), federation.nodes[1].authority.clone());
    // The real Spain listens at another port; the hostile proxy has its place in the registry.
    let real = comity_scenarios::addresses::own_addresses(1)[0];
    let mut config = federation.nodes[1].config.clone();
    config.peer = real;
    config.write(&federation.nodes[1].directory).unwrap();
    let spain = federation.nodes[1].start().await;
    let (client, honest) =
        (client_of(&federation.nodes[0].keys()), Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let switch = honest.clone();
    let proxy = answering(&federation.nodes[1], move |bytes| {
        let (client, honest, change) = (client.clone(), switch.load(Ordering::SeqCst), change.clone());
        async move {
            let url = format!("https://{real}/v1/envelopes");
            let Ok(answer) = client.post(url).body(bytes).send().await else { return "".into_response() };
            let Ok(bytes) = answer.bytes().await else { return "".into_response() };
            let mut answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
            if !honest {
                change(&mut answer);
            }
            axum::Json(answer).into_response()
        }
    })
    .await;
    send(&france, vec![letter(&fr, &[&es], "one"), letter(&fr, &[&es], "two")]).await;
    eventually("the false receipts were noticed", || async { count(&france, FAULTED).await == 2 }).await;
    assert_eq!(count(&france, RECEIPTED).await, 0);
    honest.store(true, Ordering::SeqCst);
    eventually("the true receipts are recorded", || async { count(&france, RECEIPTED).await == 2 }).await;
    assert_eq!(count(&spain, STORED).await, 2);
    proxy.abort();
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_for_something_else_is_not_believed() {
    with_changed_receipts(|answer| {
        if let Some(outcomes) = answer["outcomes"].as_array_mut() {
            if outcomes.len() > 1 {
                outcomes.swap(0, 1);
            } else if let Some(only) = outcomes.first_mut() {
                // Alone in its batch it cannot be swapped: it is made the receipt of nothing.
                only["receipt"]["payload"] = serde_json::json!("e30=");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_with_a_flipped_signature_is_not_believed() {
    with_changed_receipts(|answer| {
        for outcome in answer["outcomes"].as_array_mut().into_iter().flatten() {
            let signature = &mut outcome["receipt"]["signatures"][0]["sig"];
            let text = signature.as_str().unwrap_or_default().to_owned();
            let first = if text.starts_with('A') { "B" } else { "A" };
            *signature = serde_json::json!(format!("{first}{}", &text[1..]));
        }
    })
    .await;
}

/// Spain itself signs what is not so: both signatures hold, and only the proof gives it away.
async fn signed_lies(lie: fn(&mut Receipt)) {
    with_receipts(|keys| {
        let key = keys.authorities.values().next().expect("Spain has keys").signing[0].clone();
        move |answer: &mut serde_json::Value| {
            for outcome in answer["outcomes"].as_array_mut().into_iter().flatten() {
                let honest: Dsse = serde_json::from_value(outcome["receipt"].clone()).unwrap();
                let mut receipt: Receipt = serde_json::from_slice(&honest.payload).unwrap();
                lie(&mut receipt);
                let signed = key.sign_dsse(RECEIPT_TYPE, &serde_json::to_vec(&receipt).unwrap()).unwrap();
                outcome["receipt"] = serde_json::to_value(&signed).unwrap();
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_well_signed_receipt_with_a_false_proof_is_not_believed() {
    signed_lies(|receipt| {
        let mut file = InclusionFile::parse(&receipt.proof).unwrap();
        file.index += 1;
        receipt.proof = file.to_string();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_well_signed_receipt_for_an_entry_that_is_not_in_the_ledger_is_not_believed() {
    signed_lies(|receipt| receipt.salt = "00".repeat(16)).await;
}
