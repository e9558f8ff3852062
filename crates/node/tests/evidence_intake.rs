//! Uploads of evidence: by tus, in pieces of any size, over interruptions and restarts, and every refusal.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_support;

use axum::body::{Body, Bytes};
use base64::{Engine, engine::general_purpose::STANDARD};
use comity_node::{access::Role, evidence, random};
use evidence_support::*;
use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::{io, time::Duration};

/// Content with four parts and something.
const LEN: usize = 4 * PART + 1234;

/// A body that breaks off after `bytes`.
fn torn(bytes: &[u8]) -> Body {
    let frames: Vec<_> = bytes.chunks(5000).map(|frame| Ok(Bytes::copy_from_slice(frame))).collect();
    let broken = Err(io::Error::from(io::ErrorKind::ConnectionReset));
    Body::from_stream(stream::iter(frames.into_iter().chain([broken])))
}

/// A body of which `bytes` come, and then nothing for ever.
fn stalled(bytes: &[u8]) -> Body {
    let first = Ok::<_, io::Error>(Bytes::copy_from_slice(bytes));
    Body::from_stream(stream::iter([first]).chain(stream::pending()))
}

/// The item is admitted, is what was sent, and nothing is left of its upload.
async fn is_admitted(vault: &Vault, path: &str, sent: &[u8]) {
    let item = item_of(path);
    let view = vault.get(&format!("/evidence/{item}")).await.is(200).json();
    assert_eq!(view["manifest"]["sha256"], hash(sent));
    assert_eq!((view["size"].as_u64(), view["state"].as_str()), (Some(sent.len() as u64), Some("held")));
    assert_eq!(view["custody"]["events"][0]["act"], "acquired");
    let downloaded = vault.content(&item).await.is(200);
    assert!(downloaded.whole && downloaded.bytes == sent);
    let parts = view["manifest"]["parts"].as_array().unwrap().len() as u64;
    assert_eq!(parts, (sent.len() / PART) as u64 + 1);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_upload").await, 0);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_part").await, 0);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_piece").await, 0);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_object").await, parts);
    let head = vault.head(path).await.is(200);
    assert_eq!(
        (head.header("upload-offset"), head.header("upload-length")),
        (&*sent.len().to_string(), &*sent.len().to_string())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_in_pieces_of_odd_sizes_is_the_content() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.described(&[("/sha256", hash(&sent).into())])).await;
    let (mut offset, mut sizes) = (0, [1, 7, 4095, PART, PART + 1, 100, 20_001].into_iter().cycle());
    while offset < LEN {
        assert_eq!(vault.head(&path).await.is(200).offset(), offset as u64);
        let end = LEN.min(offset + sizes.next().unwrap());
        let piece = sent[offset..end].to_vec();
        let sum = checksum(&piece);
        let checked = [("upload-checksum", sum.as_str())];
        let more = if offset % 2 == 0 { &checked[..] } else { &[] };
        let answer = vault.patch(&path, offset as u64, Body::from(piece), more).await.is(204);
        assert_eq!(answer.offset(), end as u64);
        offset = end;
    }
    is_admitted(&vault, &path, &sent).await;
    assert_eq!((vault.count("evidence_upload_started").await, vault.count("custody_acquired").await), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_breaks_off_anywhere_goes_on_exactly_there_also_after_a_restart() {
    let mut vault = Vault::new().await;
    let sent = content(LEN);
    let cuts = [1, 100, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 5, 4 * PART, LEN - 1];
    let path = vault.upload(LEN, &vault.description()).await;
    for (turn, cut) in cuts.into_iter().enumerate() {
        let offset = vault.head(&path).await.is(200).offset();
        vault
            .patch(&path, offset, torn(&sent[offset as usize..cut]), &[])
            .await
            .problem(408, "upload_interrupted");
        assert_eq!(vault.head(&path).await.is(200).offset(), cut as u64, "what came is kept");
        if turn % 2 == 0 {
            vault.reopen().await;
            assert_eq!(
                vault.head(&path).await.is(200).offset(),
                cut as u64,
                "and a restart does not lose it"
            );
        }
    }
    vault.patch(&path, LEN as u64 - 1, Body::from(sent[LEN - 1..].to_vec()), &[]).await.is(204);
    is_admitted(&vault, &path, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_vanishes_leaves_what_it_sent() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    let request = vault.patch(&path, 0, stalled(&sent[..PART + 77]), &[]);
    assert!(tokio::time::timeout(Duration::from_millis(300), request).await.is_err());
    let offset = vault.head(&path).await.is(200).offset();
    assert_eq!(offset, PART as u64 + 77);
    vault.patch(&path, offset, Body::from(sent[PART + 77..].to_vec()), &[]).await.is(204);
    is_admitted(&vault, &path, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_content_of_nothing_and_one_of_whole_parts_alone_are_items_too() {
    let vault = Vault::new().await;
    let empty = vault.item(b"", &vault.description()).await;
    assert_eq!(vault.content(&empty).await.is(200).bytes, b"");
    let whole = content(2 * PART);
    let item = vault.item(&whole, &vault.description()).await;
    assert!(vault.content(&item).await.is(200).bytes == whole);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_upload").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_does_not_fit_its_upload_is_refused_and_keeps_nothing() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    vault.patch(&path, 0, Body::from(sent[..50].to_vec()), &[]).await.is(204);
    let wrong = vault.patch(&path, 49, Body::from(sent[49..60].to_vec()), &[]).await;
    assert_eq!(wrong.offset(), 50);
    wrong.problem(409, "upload_offset");
    let length = LEN.to_string();
    let long = vault.patch(&path, 50, Body::from(sent.clone()), &[("content-length", &length)]).await;
    long.problem(413, "upload_too_long");
    assert_eq!(vault.head(&path).await.offset(), 50);
    let false_sum = checksum(b"something else");
    let altered = Body::from(sent[50..40_000].to_vec());
    let altered = vault.patch(&path, 50, altered, &[("upload-checksum", &false_sum)]).await;
    altered.problem(460, "checksum_mismatch");
    assert_eq!(vault.head(&path).await.offset(), 50);
    let sum = checksum(&sent[50..]);
    vault
        .patch(&path, 50, torn(&sent[50..9000]), &[("upload-checksum", &sum)])
        .await
        .problem(408, "upload_interrupted");
    assert_eq!(vault.head(&path).await.offset(), 50, "bytes that were never compared are not kept");
    for wrong in ["md5 abc", "sha256 ???", "sha256 YWJj", "sha256"] {
        let body = Body::from(sent[50..].to_vec());
        vault.patch(&path, 50, body, &[("upload-checksum", wrong)]).await.problem(400, "malformed_request");
    }
    vault.patch(&path, 50, Body::from(sent[50..].to_vec()), &[("upload-checksum", &sum)]).await.is(204);
    is_admitted(&vault, &path, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_bytes_than_announced_without_a_length_end_the_request_and_the_upload_goes_on() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    let more = [&sent[..], &sent[..]].concat();
    let frames =
        more.chunks(5000).map(|frame| Ok::<_, io::Error>(Bytes::copy_from_slice(frame))).collect::<Vec<_>>();
    let body = Body::from_stream(stream::iter(frames));
    vault.patch(&path, 0, body, &[]).await.problem(413, "upload_too_long");
    let offset = vault.head(&path).await.is(200).offset();
    assert!(offset > 0 && offset < LEN as u64);
    vault.patch(&path, offset, Body::from(sent[offset as usize..].to_vec()), &[]).await.is(204);
    is_admitted(&vault, &path, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_that_is_not_what_was_declared_is_never_admitted() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.described(&[("/sha256", hash(b"another").into())])).await;
    vault.patch(&path, 0, Body::from(sent.clone()), &[]).await.problem(422, "evidence_differs");
    vault.get(&format!("/evidence/{}", item_of(&path))).await.is(404);
    vault.head(&path).await.is(410);
    vault.patch(&path, 0, Body::from(sent), &[]).await.problem(410, "upload_refused");
    let listed = vault.get("/evidence/uploads").await.is(200).json();
    assert!(listed["uploads"][0]["fault"].is_string());
    assert_eq!(vault.count("evidence_refused").await, 1);
    assert_eq!(vault.count("custody_acquired").await, 0);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_object").await, 0, "what came of it is garbage");
    let keys = vault.rows("SELECT COUNT(*) FROM evidence_upload WHERE LENGTH(kept) > 0").await;
    assert_eq!(keys, 0, "its key is gone");
    vault.tus("DELETE", &path, &[], Body::empty()).await.is(204);
    vault.head(&path).await.is(404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_says_what_was_said_of_it_until_it_is_an_item_or_refused() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let described = vault.described(&[("/sha256", hash(&sent).into())]);
    let path = vault.upload(LEN, &described).await;
    let undeclared = vault.upload(LEN, &vault.description()).await;
    let given = vault.head(&path).await.is(200).header("upload-metadata").to_owned();
    let given = STANDARD.decode(given.strip_prefix("description ").unwrap()).unwrap();
    let given: Value = serde_json::from_slice(&given).unwrap();
    assert_eq!((&given["sha256"], &given["exhibit"]), (&described["sha256"], &described["exhibit"]));
    assert_eq!(given["acquisition"]["started_at"], described["acquisition"]["started_at"]);
    let listed = vault.get("/evidence/uploads").await.is(200).json();
    let declared = |path: &str| {
        let of = |upload: &&Value| upload["item"] == item_of(path);
        listed["uploads"].as_array().unwrap().iter().find(of).unwrap()["sha256"].clone()
    };
    assert_eq!((declared(&path), declared(&undeclared)), (hash(&sent).into(), Value::Null));
    vault.patch(&path, 0, Body::from(sent), &[]).await.is(204);
    assert_eq!(vault.head(&path).await.is(200).header("upload-metadata"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_requests_at_once_the_second_is_told_to_wait() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    let other = vault.upload(LEN, &vault.description()).await;
    let (feed, fed) = tokio::sync::mpsc::channel::<Result<Bytes, io::Error>>(1);
    let body = stream::unfold(fed, |mut fed| async { fed.recv().await.map(|next| (next, fed)) });
    let second = async {
        feed.send(Ok(Bytes::copy_from_slice(&sent[..100]))).await.unwrap();
        feed.send(Ok(Bytes::copy_from_slice(&sent[100..200]))).await.unwrap();
        vault.patch(&path, 0, Body::from(sent.clone()), &[]).await.problem(423, "upload_locked");
        vault.tus("DELETE", &path, &[], Body::empty()).await.problem(423, "upload_locked");
        // Another upload is not held up.
        vault.patch(&other, 0, Body::from(sent.clone()), &[]).await.is(204);
        drop(feed);
    };
    let (first, ()) = tokio::join!(vault.patch(&path, 0, Body::from_stream(body), &[]), second);
    assert_eq!(first.is(204).offset(), 200);
    vault.tus("DELETE", &path, &[], Body::empty()).await.is(204);
    assert_eq!(vault.count("evidence_upload_abandoned").await, 1);
    is_admitted(&vault, &other, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_replicas_one_goes_on_and_the_other_is_told_where() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let path = vault.upload(LEN, &vault.description()).await;
    vault.patch(&path, 0, Body::from(sent[..PART].to_vec()), &[]).await.is(204);
    let replica = vault.replica().await;
    let (feed, fed) = tokio::sync::mpsc::channel::<Result<Bytes, io::Error>>(1);
    let body = stream::unfold(fed, |mut fed| async { fed.recv().await.map(|next| (next, fed)) });
    let offset = PART.to_string();
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("content-type", "application/offset+octet-stream"),
        ("upload-offset", offset.as_str()),
    ];
    let meanwhile = async {
        feed.send(Ok(Bytes::copy_from_slice(&sent[PART..PART + 10]))).await.unwrap();
        feed.send(Ok(Bytes::copy_from_slice(&sent[PART + 10..PART + 20]))).await.unwrap();
        vault.patch(&path, PART as u64, Body::from(sent[PART..3 * PART + 1].to_vec()), &[]).await.is(204);
        drop(feed);
    };
    let late = send(&replica, &vault.token, "PATCH", &path, &headers, Body::from_stream(body));
    let (late, ()) = tokio::join!(late, meanwhile);
    late.problem(409, "upload_offset");
    let offset = vault.head(&path).await.offset();
    assert_eq!(offset, 3 * PART as u64 + 1);
    vault.patch(&path, offset, Body::from(sent[offset as usize..].to_vec()), &[]).await.is(204);
    is_admitted(&vault, &path, &sent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_description_that_a_court_would_not_take_is_refused_before_the_first_byte() {
    let vault = Vault::new().await;
    let missing = random::new_id(comity_model::id::ItemId::new).to_string();
    let no_case = random::new_id(comity_model::id::CaseId::new).to_string();
    let tomorrow = (random::now() + SignedDuration::from_hours(24)).to_string();
    let seizure = |at: &str| json!({"ordered_by": OWN, "reference": "26/11", "law": "CPP art. 56", "seized_at": at, "place": "Lyon"});
    let cases: Vec<(&str, Value, &str)> = vec![
        ("/case", no_case.into(), "case"),
        ("/reason", " ".into(), "reason"),
        ("/exhibit/number", "".into(), ""),
        ("/exhibit/number", "a\u{0}b".into(), "exhibit.number"),
        ("/exhibit/part_of", json!({"item": missing, "which": "partition 2"}), "exhibit.part_of"),
        ("/acquisition/by/authority", "ES-NCB".into(), "acquisition.by.authority"),
        ("/acquisition/by/person", "".into(), ""),
        ("/acquisition/finished_at", tomorrow.clone().into(), "acquisition"),
        ("/acquisition/finished_at", "2026-01-05T08:00:00Z".into(), ""),
        ("/seizure", seizure(&tomorrow), "seizure.seized_at"),
        ("/retain_until", "2020-01-01".into(), "retain_until"),
        ("/name", json!({"text": ""}), "description"),
        ("/acquisition", Value::Null, "description"),
        ("/surprise", 1.into(), "description"),
    ];
    for (field, value, named) in cases {
        let refused = vault.begin(LEN, &vault.described(&[(field, value)])).await;
        assert_eq!(refused.header("tus-resumable"), "1.0.0");
        let refused = refused.problem(422, "evidence_refused");
        assert_eq!(refused["field"].as_str().unwrap_or_default(), named, "{field}: {refused}");
    }
    assert_eq!(vault.count("evidence_upload_started").await, 0);
    let whole = vault.item(b"the whole", &vault.description()).await;
    let part = json!({"item": whole, "which": "partition 2"});
    let described = vault.described(&[
        ("/exhibit/part_of", part),
        ("/seizure", seizure("2026-01-05T08:00:00Z")),
        ("/retain_until", "2099-01-01".into()),
    ]);
    let item = vault.item(b"a part", &described).await;
    let view = vault.get(&format!("/evidence/{item}")).await.json();
    assert_eq!((&view["part_of"], &view["retain_until"]), (&json!(whole), &json!("2099-01-01")));
    assert_eq!(view["custody"]["events"][0]["event"]["basis"], "26/11; CPP art. 56");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_protocol_is_tus_and_only_officers_take_evidence_in() {
    let vault = Vault::new().await;
    let options = vault.request("OPTIONS", "/evidence/uploads", &[], Body::empty()).await.is(204);
    assert_eq!(options.header("tus-extension"), "creation,checksum,termination,expiration");
    assert_eq!(
        (options.header("tus-version"), options.header("tus-checksum-algorithm")),
        ("1.0.0", "sha256")
    );
    let path = vault.upload(10, &vault.description()).await;
    let unversioned = vault.request("HEAD", &path, &[], Body::empty()).await.is(412);
    assert_eq!(unversioned.header("tus-version"), "1.0.0");
    let begun = vault.begin(10, &vault.description()).await.is(201);
    assert!(begun.header("upload-expires").ends_with(" GMT"));
    let plain = [("upload-offset", "0"), ("content-type", "text/plain")];
    vault.tus("PATCH", &path, &plain, Body::from("x")).await.problem(415, "unsupported_media_type");
    vault.begin(usize::MAX, &vault.description()).await.problem(413, "upload_too_long");
    vault.tus("POST", "/evidence/uploads", &[("upload-length", "1")], Body::empty()).await.is(400);
    vault.tus("POST", "/evidence/uploads", &[("upload-length", "-1")], Body::empty()).await.is(400);
    let auditor = vault.officer("clara", Role::Auditor).await;
    for (method, path) in
        [("POST", "/evidence/uploads"), ("PATCH", path.as_str()), ("POST", "/evidence/batch")]
    {
        let version = [("tus-resumable", "1.0.0")];
        let refused = send(&vault.router, &auditor, method, path, &version, Body::empty()).await;
        refused.problem(403, "role_forbids");
        send(&vault.router, "", method, path, &version, Body::empty()).await.is(401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_nobody_goes_on_with_is_given_up_and_a_fresh_one_is_not() {
    let vault = Vault::with(|config| config.evidence.upload_hours = 1).await;
    let path = vault.upload(LEN, &vault.description()).await;
    vault.patch(&path, 0, Body::from(content(2 * PART + 5)), &[]).await.is(204);
    let soon = random::now() + SignedDuration::from_mins(59);
    assert_eq!(evidence::upload::expire(&vault.node, soon).await.unwrap(), 0);
    let late = random::now() + SignedDuration::from_mins(61);
    assert_eq!(evidence::upload::expire(&vault.node, late).await.unwrap(), 1);
    vault.head(&path).await.is(404);
    assert_eq!(vault.rows("SELECT COUNT(*) FROM evidence_object").await, 0);
    assert_eq!(vault.count("evidence_upload_abandoned").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_are_kept_to_the_byte_and_shown_harmlessly() {
    let vault = Vault::new().await;
    let names: [(&[u8], &str); 5] = [
        (b"../../../etc/passwd", "../../../etc/passwd"),
        ("annexe\u{202E}gpj.exe".as_bytes(), "annexe⟨U+202E⟩gpj.exe"),
        (b"\xff\xfe drawing", "⟨0xFF⟩⟨0xFE⟩ drawing"),
        (b"a\r\nSet-Cookie: x\0.bin", "a⟨U+000D⟩⟨U+000A⟩Set-Cookie: x⟨U+0000⟩.bin"),
        (b"<script>alert(1)</script>\"; x=\"", "<script>alert(1)</script>\"; x=\""),
    ];
    for (name, shown) in names {
        let written = match std::str::from_utf8(name) {
            Ok(text) => json!({"text": text}),
            Err(_) => json!({"bytes": hex::encode(name)}),
        };
        let item = vault.item(b"drawn shapes", &vault.described(&[("/name", written.clone())])).await;
        let view = vault.get(&format!("/evidence/{item}")).await.json();
        assert_eq!((&view["name"], &view["manifest"]["name"]), (&json!(shown), &written));
        let answer = vault.content(&item).await.is(200);
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\""), "{disposition}");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
        assert!(!disposition.contains('/') && !disposition.contains('<'), "{disposition}");
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("sandbox"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_hash_nor_name_nor_exhibit_number_is_in_the_journal_or_the_hash_in_the_database() {
    let vault = Vault::new().await;
    let sent = content(LEN);
    let described = vault.described(&[("/sha256", hash(&sent).into())]);
    let path = vault.upload(LEN, &described).await;
    vault.patch(&path, 0, Body::from(sent[..20_000].to_vec()), &[]).await.is(204);
    let row = vault.node.store.fetch_optional("SELECT description FROM evidence_upload", &[]).await.unwrap();
    let kept = row.unwrap().bytes(0).unwrap();
    assert!(
        !kept.windows(8).any(|window| window == &hash(&sent).as_bytes()[..8]),
        "the description is sealed"
    );
    vault.patch(&path, 20_000, Body::from(sent[20_000..].to_vec()), &[]).await.is(204);
    let item = item_of(&path);
    vault.content(&item).await.is(200);
    vault.request("POST", &format!("/evidence/{item}/verify"), &[], Body::empty()).await.is(200);
    let false_sum = vault.upload(4, &vault.described(&[("/sha256", hash(b"x").into())])).await;
    vault.patch(&false_sum, 0, Body::from("four"), &[]).await.is(422);
    let journal = vault.journal().await;
    for act in [
        "evidence_upload_started",
        "custody_acquired",
        "custody_copied",
        "evidence_verified",
        "evidence_refused",
    ] {
        assert!(journal.iter().any(|(found, _)| found == act), "{act}");
    }
    for secret in
        [hash(&sent).as_str(), &hash(b"four"), "drawing-7", "EX/2026/0841-1", "Lemaire", "memory card"]
    {
        assert!(journal.iter().all(|(_, document)| !document.contains(secret)), "{secret}");
    }
}
