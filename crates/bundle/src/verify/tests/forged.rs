//! What a maker signs although it is false: each part is checked by itself, whatever the signature over the whole says.

use std::collections::BTreeMap;

use comity_seal::Dsse;
use comity_vault::custody::{CUSTODY_EVENT_TYPE, Event};
use serde_json::Value;

use super::*;
use crate::bag::{info_text, manifest_text, oxum};
use crate::layout::{self, BundleSeal};
use crate::testing::{MAKER, OTHER};

impl Bundle {
    /// Writes manifests and signature anew, as a maker would who wants this to pass.
    pub(super) fn reseal(&self) {
        self.reseal_by(MAKER);
    }

    fn reseal_by(&self, by: &str) {
        let paths: Vec<String> = self.files().into_iter().filter(|path| path.starts_with("data/")).collect();
        let bytes = paths.iter().map(|path| self.read(path).len() as u64).sum();
        let files: BTreeMap<_, _> =
            paths.into_iter().map(|path| (path.clone(), Digest::of(&self.read(&path)))).collect();
        self.write(layout::BAG_INFO, info_text(&[("Payload-Oxum", oxum(bytes, files.len()))]).as_bytes());
        self.write(layout::MANIFEST, manifest_text(&files).as_bytes());
        let tags = [layout::BAGIT, layout::BAG_INFO, layout::MANIFEST];
        let tags = tags.map(|path| (path.to_owned(), Digest::of(&self.read(path))));
        self.write(layout::TAG_MANIFEST, manifest_text(&tags.into()).as_bytes());
        let old = Dsse::from_json(&self.read(layout::SIGNATURE)).unwrap();
        let mut seal: BundleSeal = serde_json::from_slice(&old.payload).unwrap();
        seal.tagmanifest_sha256 = Digest::of(&self.read(layout::TAG_MANIFEST));
        seal.timestamp = None;
        for path in [layout::TAG_REQUEST, layout::TAG_RESPONSE] {
            let _ = std::fs::remove_file(self.root().join(path));
        }
        let key = &self.invented.federation.holder(by).signing;
        let dsse = key.sign_dsse(layout::BUNDLE_TYPE, &serde_json::to_vec(&seal).unwrap()).unwrap();
        self.write(layout::SIGNATURE, &dsse.to_json());
    }

    fn path(&self, ending: &str) -> String {
        self.files().into_iter().find(|path| path.ends_with(ending)).unwrap()
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.root().join(path)).unwrap();
    }

    fn change_json(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let mut value: Value = serde_json::from_slice(&self.read(path)).unwrap();
        change(&mut value);
        self.write(path, &serde_json::to_vec(&value).unwrap());
    }

    /// Changes an event and has its own authority sign it again.
    fn change_event(&self, path: &str, change: impl FnOnce(&mut Event)) {
        let old = Dsse::from_json(&self.read(path)).unwrap();
        let mut event = Event::from_json(&old.payload).unwrap();
        change(&mut event);
        let key = &self.invented.federation.holder(event.by.as_str()).signing;
        let new = key.sign_dsse(CUSTODY_EVENT_TYPE, &event.to_json().unwrap()).unwrap();
        self.write(path, &new.to_json());
    }
}

#[test]
fn a_bundle_that_was_sealed_again_without_a_change_holds() {
    let bundle = Bundle::new();
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.holds() && report.counts.timestamps == 1, "{report}");
}

#[test]
fn a_bundle_signed_by_another_than_it_says_does_not_hold() {
    let bundle = Bundle::new();
    bundle.reseal_by(OTHER);
    let report = bundle.verify();
    assert!(said(&report, layout::SIGNATURE).contains("none of `FR-NCB`"), "{report}");
}

#[test]
fn a_content_that_is_not_the_manifests_is_found() {
    let bundle = Bundle::new();
    let path = bundle.path("0.bin");
    let mut content = bundle.read(&path);
    content[1234] ^= 1;
    bundle.write(&path, &content);
    bundle.reseal();
    let report = bundle.verify();
    assert!(said(&report, &path).contains("its SHA-256 differs"), "{report}");
    assert_eq!(report.counts.contents, 1);
}

#[test]
fn an_event_that_was_altered_or_signed_by_another_is_found() {
    let bundle = Bundle::new();
    let path = bundle.path("00001-FR-NCB.dsse.json");
    let whole = bundle.read(&path);
    let mut dsse = Dsse::from_json(&whole).unwrap();
    let mut event = Event::from_json(&dsse.payload).unwrap();
    event.reason = "another reason".into();
    dsse.payload = event.to_json().unwrap();
    bundle.write(&path, &dsse.to_json());
    bundle.reseal();
    assert!(names(&bundle.verify(), &path), "altered");
    let other = &bundle.invented.federation.holder(OTHER).signing;
    let dsse = other.sign_dsse(CUSTODY_EVENT_TYPE, &Dsse::from_json(&whole).unwrap().payload).unwrap();
    bundle.write(&path, &dsse.to_json());
    bundle.reseal();
    let report = bundle.verify();
    assert!(said(&report, &path).contains("none of `FR-NCB`"), "{report}");
    let item = layout::item_folder(Event::from_json(&dsse.payload).unwrap().item);
    assert!(
        !report.holds() && report.count(Severity::Break) > 0,
        "{item}: the chain has a gap then: {report}"
    );
}

#[test]
fn an_event_that_its_authority_rewrote_contradicts_ledger_and_chain() {
    let bundle = Bundle::new();
    let path = bundle.path("00001-FR-NCB.dsse.json");
    bundle.change_event(&path, |event| event.reason = "another reason".into());
    bundle.reseal();
    let report = bundle.verify();
    let entry = path.replace(".dsse.json", ".entry.json");
    assert!(said(&report, &entry).contains("its event differs"), "{report}");
    let next = path.replace("00001-", "00002-");
    assert!(said(&report, &next).contains("one of them was altered"), "{report}");
}

#[test]
fn an_event_that_was_left_out_leaves_a_gap() {
    let bundle = Bundle::new();
    let stem = bundle.path("00001-FR-NCB.dsse.json").replace(".dsse.json", "");
    for ending in ["dsse.json", "entry.json", "tlog-proof"] {
        bundle.remove(&format!("{stem}.{ending}"));
    }
    bundle.change_json(layout::INDEX, |index| index["items"][0]["events"] = 9.into());
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.is_genuine() && !report.holds(), "{report}");
    assert!(
        said(&report, &format!("{}.dsse.json", stem.replace("00001", "00002")))
            .contains("are missing before"),
        "{report}"
    );
    assert!(report.to_string().ends_with("a break in the chain of custody"), "{report}");
}

#[test]
fn a_journal_entry_of_another_event_or_another_text_is_found() {
    let bundle = Bundle::new();
    let path = bundle.path("00001-FR-NCB.entry.json");
    let whole = bundle.read(&path);
    bundle.write(&path, &bundle.read(&path.replace("00001-", "00002-")));
    bundle.reseal();
    assert!(said(&bundle.verify(), &path).contains("of something else"));
    bundle.write(&path, &whole);
    bundle.change_json(&path, |entry| {
        let text = entry["document"].as_str().unwrap().replace("officer:invented", "officer:another1");
        entry["document"] = text.into();
    });
    bundle.reseal();
    let report = bundle.verify();
    assert!(names(&report, &path.replace(".entry.json", ".tlog-proof")), "{report}");
    assert_eq!(report.counts.proofs, 19);
}

#[test]
fn a_proof_of_another_place_or_ledger_is_found() {
    let bundle = Bundle::new();
    let path = bundle.path("00001-FR-NCB.tlog-proof");
    for other in ["00002-FR-NCB.tlog-proof", "00001-MA-NCB.tlog-proof"] {
        bundle.write(&path, &bundle.read(&bundle.path(other)));
        bundle.reseal();
        let report = bundle.verify();
        assert!(names(&report, &path), "{other}: {report}");
    }
}

#[test]
fn a_checkpoint_without_its_witnesses_proves_nothing() {
    let bundle = Bundle::new();
    let path = bundle.path("00001-FR-NCB.tlog-proof");
    let text = String::from_utf8(bundle.read(&path)).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("/witness")).collect();
    bundle.write(&path, format!("{}\n", kept.join("\n")).as_bytes());
    bundle.reseal();
    let report = bundle.verify();
    assert!(said(&report, &path).contains("is not met"), "{report}");
}

#[test]
fn the_makers_own_events_must_be_proved_and_others_are_noted() {
    let bundle = Bundle::new();
    let (own, other) = (bundle.path("00001-FR-NCB.tlog-proof"), bundle.path("00001-MA-NCB.tlog-proof"));
    bundle.remove(&own);
    bundle.remove(&other);
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.is_genuine() && !report.holds(), "{report}");
    assert!(
        said(&report, &own.replace("tlog-proof", "dsse.json")).contains("the maker's own ledger"),
        "{report}"
    );
    assert!(report.to_string().contains("1 events of `MA-NCB` are signed, without proof"), "{report}");
}

#[test]
fn a_paper_without_its_event_is_found() {
    let bundle = Bundle::new();
    let event = bundle.path("00003-MA-NCB.dsse.json");
    bundle.remove(&event);
    bundle.reseal();
    assert!(names(&bundle.verify(), &event.replace("dsse.json", "entry.json")));
}

#[test]
fn an_index_or_key_list_that_says_something_else_is_found() {
    let bundle = Bundle::new();
    let whole = bundle.read(layout::INDEX);
    let changes: [fn(&mut Value); 5] = [
        |index| index["items"][0]["sha256"] = index["items"][1]["sha256"].clone(),
        |index| index["items"][0]["exhibit"] = "B/1".into(),
        |index| drop(index["items"].as_array_mut().unwrap().pop()),
        |index| index["made_by"] = OTHER.into(),
        |index| index["roots"] = "00".into(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        bundle.change_json(layout::INDEX, change);
        bundle.reseal();
        let report = bundle.verify();
        assert!(names(&report, layout::INDEX), "change {number}: {report}");
        bundle.write(layout::INDEX, &whole);
    }
    bundle.change_json(layout::KEYS, |keys| keys["nodes"] = Value::Null);
    bundle.reseal();
    assert!(names(&bundle.verify(), layout::KEYS));
}

#[test]
fn a_timestamp_of_another_file_or_authority_is_found() {
    let bundle = Bundle::new();
    let response = bundle.path(".1.tsr");
    let other = tempfile::tempdir().unwrap();
    let authority = TimeStamper::new(other.path());
    let of = layout::stamped_path(response.strip_suffix(".tsr").unwrap()).unwrap();
    let digest = Digest::of(&bundle.read(&of));
    for (stamp, said_of_it) in [
        (authority.stamp(digest), "no chain leads"),
        (authority.stamp(Digest::of(b"another")), "asked for another file"),
    ] {
        bundle.write(&response, &stamp.response);
        bundle.write(&response.replace(".tsr", ".tsq"), &stamp.request);
        bundle.reseal();
        let report = bundle.verify();
        assert!(said(&report, &response).contains(said_of_it), "{report}");
    }
}

#[test]
fn an_event_of_a_key_that_was_revoked_before_is_found() {
    let bundle = Bundle::new();
    let mut registry = bundle.invented.federation.registry.clone();
    registry.version = 2;
    registry.members[1].signing[0].revoked_at = Some(crate::testing::start());
    bundle.write("data/registry/0001.dsse.json", &bundle.invented.federation.sign(&registry).to_json());
    let directory = comity_record::Directory::new(registry).unwrap();
    bundle.write(layout::KEYS, keys_text(&directory).as_bytes());
    bundle.reseal();
    let report = bundle.verify();
    let path = bundle.path("00000-MA-NCB.dsse.json");
    assert!(said(&report, &path).contains("was revoked"), "{report}");
    assert_eq!((report.counts.events, report.counts.registries), (12, 2), "{report}");
}

#[test]
fn an_event_from_before_a_revocation_counts_only_where_its_ledger_proves_the_time() {
    let bundle = Bundle::new();
    let mut registry = bundle.invented.federation.registry.clone();
    registry.version = 2;
    registry.members[1].signing[0].revoked_at = Some(made_at() - jiff::SignedDuration::from_hours(1));
    bundle.write("data/registry/0001.dsse.json", &bundle.invented.federation.sign(&registry).to_json());
    let directory = comity_record::Directory::new(registry).unwrap();
    bundle.write(layout::KEYS, keys_text(&directory).as_bytes());
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.holds() && report.counts.events == 20, "{report}");
    let proof = bundle.path("00003-MA-NCB.tlog-proof");
    bundle.remove(&proof);
    bundle.reseal();
    let event = proof.replace(".tlog-proof", ".dsse.json");
    assert!(said(&bundle.verify(), &event).contains("was revoked"));
}

#[test]
fn a_registry_that_goes_back_is_refused() {
    let bundle = Bundle::new();
    let same = bundle.read("data/registry/0000.dsse.json");
    bundle.write("data/registry/0001.dsse.json", &same);
    bundle.reseal();
    assert!(said(&bundle.verify(), "data/registry/0001.dsse.json").contains("does not grow"));
}

#[test]
fn a_file_that_no_version_knows_is_noted() {
    let bundle = Bundle::new();
    bundle.write("data/more.txt", b"more");
    bundle.reseal();
    let report = bundle.verify();
    assert!(report.holds(), "{report}");
    assert!(said(&report, "data/more.txt").contains("does not know what it is"), "{report}");
}
