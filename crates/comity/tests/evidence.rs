//! `comity evidence`, against real nodes: taken in over an interruption, got back to the byte, handed over, bundled, checked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod evidence_desk;

use comity_node::access::Role;
use comity_scenarios::{TestFederation, letters::eventually};
use evidence_desk::{DESCRIPTION, Desk, Proxy, files_below, folder};
use serde_json::json;
use std::os::unix::{fs::symlink, net::UnixListener};

/// Parts as small as a node takes them, so that small files have several.
async fn federation() -> TestFederation {
    let mut federation = TestFederation::with(2, |_, config| config.evidence.part_size = 64 << 10, |_| {});
    for node in &mut federation.nodes {
        node.start().await;
    }
    federation
}

/// Bytes that no two places share.
fn content(len: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    (0..len).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_with_odd_names_is_taken_in_once_and_comes_back_to_the_byte() {
    let federation = federation().await;
    let desk = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let case = desk.case().await;
    let names: [&[u8]; 7] =
        [b"-rf", b"DCIM/100/IMG_1.JPG", b"a\nb", b"caf\xe9", b"empty", "x\u{202E}gpj.exe".as_bytes(), b"z"];
    let sizes = [10, 70_000, 1, 300, 0, 65_535, 200_000];
    let files: Vec<_> =
        names.iter().zip(sizes).map(|(name, size)| (*name, content(size, size as u32))).collect();
    folder(&desk.place.path().join("phone"), &files);
    symlink("/etc/hostname", desk.place.path().join("phone/link")).unwrap();
    let _socket = UnixListener::bind(desk.place.path().join("phone/socket")).unwrap();

    let add = format!("evidence add phone --case {case} --description description.toml --exhibit A7");
    let added = desk.json(&add).await;
    let items = added["items"].as_array().unwrap();
    assert_eq!((items.len(), &added["failed"]), (7, &json!(0)), "{added}");
    assert_eq!(added["skipped"].as_array().unwrap().len(), 2, "the link and the socket are named: {added}");
    for (number, (item, size)) in items.iter().zip(sizes).enumerate() {
        assert_eq!((&item["exhibit"], &item["size"]), (&json!(format!("A7/{}", number + 1)), &json!(size)));
        assert_eq!(item["state"], "taken_in");
    }

    let again = desk.json(&add).await;
    for (item, before) in again["items"].as_array().unwrap().iter().zip(items) {
        assert_eq!((&item["state"], &item["item"]), (&json!("already_in"), &before["item"]));
    }
    let listed = desk.json(&format!("evidence list --case {case}")).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 7);

    for (item, (name, bytes)) in items.iter().zip(&files) {
        let id = item["item"].as_str().unwrap();
        let shown = desk.json(&format!("evidence show {id}")).await;
        let expected = match std::str::from_utf8(name) {
            Ok(text) => json!({ "text": text }),
            Err(_) => json!({ "bytes": "636166e9" }),
        };
        assert_eq!(shown["manifest"]["name"], expected);
        assert_eq!(shown["manifest"]["sha256"], item["sha256"]);
        desk.ok(&["evidence", "get", id, "--to", &format!("got-{id}"), "--reason", "for the test"]).await;
        assert_eq!(&std::fs::read(desk.place.path().join(format!("got-{id}"))).unwrap(), bytes);
        let custody = desk.json(&format!("evidence custody {id}")).await;
        let acts: Vec<_> = custody["events"].as_array().unwrap().iter().map(|event| &event["act"]).collect();
        assert_eq!(acts, ["acquired", "copied"]);
    }
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_add_that_is_killed_midway_goes_on_where_it_was() {
    let federation = federation().await;
    let mut desk = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let case = desk.case().await;
    let image = content(4 << 20, 7);
    std::fs::write(desk.place.path().join("disk.img"), &image).unwrap();
    let add = format!("evidence add disk.img --case {case} --description description.toml --exhibit B1");

    // The connection stands still after half of the image, and then the command is killed.
    let direct = desk.base.clone();
    let proxy = Proxy::start(federation.nodes[0].config.api, Some(2 << 20)).await;
    desk.base = proxy.base();
    let mut child = desk.command(&add.split(' ').collect::<Vec<_>>()).spawn().unwrap();
    proxy.full().await;
    child.kill().await.unwrap();
    proxy.stop().await;
    desk.base = direct;
    let received = || async {
        let uploads = desk.json("evidence uploads").await;
        uploads["uploads"][0]["received"].as_u64().unwrap_or(0)
    };
    eventually("what came is kept", || async { received().await > 1 << 20 }).await;
    assert!(desk.json("evidence list").await["items"].as_array().unwrap().is_empty());

    let proxy = Proxy::start(federation.nodes[0].config.api, None).await;
    desk.base = proxy.base();
    let added = desk.json(&add).await;
    assert_eq!(
        (&added["items"][0]["state"], &added["items"][0]["exhibit"]),
        (&json!("taken_in"), &json!("B1"))
    );
    assert!(proxy.sent() < 3 << 20, "only what was missing went over the wire, not {} bytes", proxy.sent());
    let id = added["items"][0]["item"].as_str().unwrap();
    desk.ok(&["evidence", "get", id, "--to", "back.img", "--reason", "for the test"]).await;
    assert_eq!(std::fs::read(desk.place.path().join("back.img")).unwrap(), image);
    assert_eq!(desk.json("evidence uploads").await["uploads"], json!([]));
    proxy.stop().await;
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_broke_off_goes_on_and_nothing_is_written_over() {
    let federation = federation().await;
    let desk = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let image = content(1 << 20, 3);
    let id = desk.item("disk.img", &image, "C1").await;
    let part = desk.place.path().join(format!("back.img.{id}.part"));
    std::fs::write(&part, &image[..300_000]).unwrap();
    desk.ok(&["evidence", "get", &id, "--to", "back.img", "--reason", "for the test"]).await;
    assert_eq!(std::fs::read(desk.place.path().join("back.img")).unwrap(), image);
    assert!(!part.exists());

    let get = ["evidence", "get", &id, "--to", "back.img", "--reason", "for the test"];
    let (code, told) = desk.fails(&get).await;
    assert!(code == 2 && told.contains("is there already"), "{told}");

    // A beginning that is another file's is found out by the hash, and thrown away.
    std::fs::write(desk.place.path().join(format!("other.img.{id}.part")), [0; 1000]).unwrap();
    let (code, told) =
        desk.fails(&["evidence", "get", &id, "--to", "other.img", "--reason", "for the test"]).await;
    assert!(code == 1 && told.contains("SHA-256"), "{told}");
    assert!(!desk.place.path().join("other.img").exists());
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_taken_in_is_named_and_the_rest_is_taken() {
    let federation = federation().await;
    let desk = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let case = desk.case().await;
    folder(&desk.place.path().join("phone"), &[(b"1", content(10, 1)), (b"2", content(10, 2))]);
    let add = format!("evidence add phone --case {case} --description description.toml --exhibit D");
    desk.json(&add).await;
    // The second file is another one now, under an exhibit number that is used.
    std::fs::write(desk.place.path().join("phone/2"), b"changed").unwrap();
    folder(&desk.place.path().join("phone"), &[(b"3", content(10, 3))]);
    let (code, told) = desk.fails(&add.split(' ').collect::<Vec<_>>()).await;
    assert!(code == 1 && told.contains("1 of 3 files"), "{told}");
    assert_eq!(
        desk.json(&format!("evidence list --case {case}")).await["items"].as_array().unwrap().len(),
        3
    );

    let wrong = DESCRIPTION.replace("started_at", "begun_at");
    std::fs::write(desk.place.path().join("wrong.toml"), wrong).unwrap();
    let add = format!("evidence add phone --case {case} --description wrong.toml --exhibit E");
    let (code, told) = desk.fails(&add.split(' ').collect::<Vec<_>>()).await;
    assert!(code == 2 && told.contains("begun_at") && told.contains("evidence template"), "{told}");
    let (code, _) = desk.fails(&["evidence", "show", "00000000-0000-7000-8000-000000000000"]).await;
    assert_eq!(code, 3);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_holds_as_folder_and_archive_and_one_flipped_byte_is_found() {
    let federation = federation().await;
    let desk = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let id = desk.item("notes.bin", &content(100_000, 5), "F1").await;
    desk.ok(&[
        "evidence",
        "record",
        &id,
        "--act",
        "examined",
        "--how",
        "hash list, report 12",
        "--reason",
        "asked for",
    ])
    .await;
    let roots = federation.nodes[0].directory.join("roots.json");
    let roots = roots.to_str().unwrap();
    for to in ["bundle", "bundle.tar"] {
        desk.ok(&[
            "evidence",
            "bundle",
            &id,
            "--to",
            to,
            "--contents",
            "--language",
            "fr",
            "--reason",
            "for the court",
        ])
        .await;
        let told = desk.ok(&["verify", "bundle", to, "--roots", roots]).await;
        assert!(told.contains("everything holds") && told.contains("root keys"), "{told}");
    }
    let report = desk.json(&format!("verify bundle bundle --roots {roots}")).await;
    assert_eq!((&report["holds"], &report["counts"]["contents"]), (&json!(true), &json!(1)));
    assert!(report["counts"]["proofs"].as_u64().unwrap() >= 2, "{report}");

    let mut checked = 0;
    for path in files_below(&desk.place.path().join("bundle")) {
        let before = std::fs::read(&path).unwrap();
        let mut bytes = before.clone();
        let Some(middle) = bytes.len().checked_sub(1).map(|last| last / 2) else { continue };
        bytes[middle] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let (code, _) = desk.fails(&["verify", "bundle", "bundle", "--roots", roots, "--json"]).await;
        assert_eq!(code, 1, "{}", path.display());
        std::fs::write(&path, &before).unwrap();
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
    desk.ok(&["verify", "bundle", "bundle", "--roots", roots]).await;

    let archive = desk.place.path().join("bundle.tar");
    let mut bytes = std::fs::read(&archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&archive, bytes).unwrap();
    assert_eq!(desk.fails(&["verify", "bundle", "bundle.tar", "--roots", roots]).await.0, 1);
    let (code, told) = desk
        .fails(&[
            "evidence",
            "bundle",
            &id,
            "--to",
            "bundle",
            "--language",
            "fr",
            "--reason",
            "for the court",
        ])
        .await;
    assert!(code == 2 && told.contains("is there already"), "{told}");
    assert_eq!(desk.fails(&["verify", "bundle", "nowhere"]).await.0, 3);
    federation.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_is_offered_and_accepted_is_the_same_at_both_authorities() {
    let federation = federation().await;
    let amel = Desk::new(&federation.nodes[0], "amel", Role::Officer).await;
    let boss = Desk::new(&federation.nodes[0], "boss", Role::ReleasingOfficer).await;
    let lucia = Desk::new(&federation.nodes[1], "lucia", Role::Officer).await;
    let image = content(300_000, 9);
    let id = amel.item("disk.img", &image, "G1").await;
    let case = lucia.case().await;
    let marking = json!({
        "handling": ["H0"], "purpose": "judicial_proceedings", "source": "A", "information": "1",
        "onward": { "rule": "own_jurisdiction" }, "retain_until": "2099-01-01",
    });
    std::fs::write(boss.place.path().join("marking.json"), marking.to_string()).unwrap();
    let basis = json!({ "instrument": "EIO", "article": "12", "reason": "the ministry confirms tomorrow" });
    std::fs::write(boss.place.path().join("basis.json"), basis.to_string()).unwrap();
    let offer = format!(
        "evidence offer {id} --to ES-NCB --marking marking.json --legal-basis basis.json --reason requested"
    );
    let first = boss.json(&offer).await;
    let message = first["message"].as_str().unwrap();
    let arrived = || async {
        let offers = lucia.json("evidence offers --direction incoming --state open").await;
        offers["items"]
            .as_array()
            .is_some_and(|offers| offers.iter().any(|offer| offer["message"] == message))
    };
    eventually("the offer has arrived", arrived).await;
    let accepted =
        lucia.json(&format!("evidence accept {message} --case {case} --reason asked-for --wait")).await;
    assert_eq!(accepted["state"], "accepted", "{accepted}");
    lucia.ok(&["evidence", "get", &id, "--to", "disk.img", "--reason", "for the test"]).await;
    assert_eq!(std::fs::read(lucia.place.path().join("disk.img")).unwrap(), image);
    let there = lucia.json(&format!("evidence show {id}")).await;
    let here = amel.json(&format!("evidence show {id}")).await;
    assert_eq!(there["manifest_sha256"], here["manifest_sha256"]);
    federation.stop().await;
}
