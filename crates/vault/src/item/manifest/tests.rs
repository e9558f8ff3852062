use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Collector, Method, PartOf, Phase, Source, Tool, TreeHasher};
use super::*;

pub(crate) fn item() -> ItemId {
    ItemId::new(1_700_000_000_000, [3; 10])
}

pub(crate) fn acquisition() -> Acquisition {
    Acquisition {
        phase: Phase::Acquisition,
        method: Method::PhysicalImage,
        tools: vec![Tool {
            name: "imager".into(),
            version: "2.1".into(),
            settings: BTreeMap::from([("block size".into(), "1 MiB".into())]),
        }],
        write_blocker: Some("bridge T8u".into()),
        by: Collector {
            authority: "FR-NCB".parse().unwrap(),
            person: "service number 4711".into(),
            role: Some("digital evidence specialist".into()),
        },
        place: "laboratory, room 3".into(),
        started_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        finished_at: "2026-03-01T11:30:00Z".parse().unwrap(),
        source: Source {
            description: "flash drive, 64 GB".into(),
            make: Some("Example".into()),
            model: None,
            serial: Some("0001".into()),
            condition: Some("in a sealed bag".into()),
            clock_ahead_seconds: None,
        },
        deviations: vec!["2 sectors could not be read".into()],
    }
}

/// A manifest of `content` whose parts are named by what they would hold, not really sealed.
pub(crate) fn manifest(content: &[u8], part_size: u64) -> Manifest {
    let mut tree = TreeHasher::default();
    tree.update(content);
    let count = content.len() as u64 / part_size + 1;
    let part = |part: u64| {
        let start = (part * part_size) as usize;
        let end = (start + part_size as usize).min(content.len());
        let sealed_size = sealed_part_len((end - start) as u64).unwrap();
        PartRef { sealed_sha256: Digest::of(&content[start..end]), sealed_size }
    };
    Manifest {
        format: ManifestFormat::V1,
        item: item(),
        name: ItemName::new("disk.img".as_bytes()).unwrap(),
        size: content.len() as u64,
        sha256: Digest::of(content),
        blake3: tree.finish(),
        part_size,
        parts: (0..count).map(part).collect(),
        exhibit: Exhibit {
            number: "AB/1".into(),
            part_of: Some(PartOf { item: ItemId::new(1, [0; 10]), which: "partition 2".into() }),
        },
        acquisition: acquisition(),
        seizure: Some(Seizure {
            ordered_by: "FR-NCB".parse().unwrap(),
            reference: "order 12/2026".into(),
            law: "code of criminal procedure, art. 56".into(),
            instrument: None,
            seized_at: "2026-02-27T06:00:00Z".parse().unwrap(),
            place: "a flat".into(),
        }),
    }
}

fn example() -> Manifest {
    manifest(&[5; 100_000], MIN_PART_SIZE)
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Manifest, ManifestFault> {
    let mut json = serde_json::to_value(example()).unwrap();
    change(&mut json);
    Manifest::from_json(json.to_string().as_bytes())
}

#[test]
fn a_manifest_survives_being_written() {
    for len in [0, 1, 16_384, 100_000, 3 << 20] {
        let manifest = manifest(&vec![1; len], MIN_PART_SIZE);
        assert_eq!(Manifest::from_json(&manifest.to_json().unwrap()), Ok(manifest));
    }
}

#[test]
fn a_manifest_longer_than_what_is_read_is_not_written() {
    let mut manifest = example();
    manifest.acquisition.deviations = vec!["x".repeat(MAX_MANIFEST_LEN)];
    assert!(matches!(manifest.to_json(), Err(ManifestFault::TooLong { .. })));
    let long = vec![b' '; MAX_MANIFEST_LEN + 1];
    assert_eq!(Manifest::from_json(&long), Err(ManifestFault::TooLong { len: MAX_MANIFEST_LEN + 1 }));
}

#[test]
fn a_hundred_thousand_parts_fit() {
    let mut manifest = example();
    manifest.parts = vec![PartRef { sealed_size: u64::MAX >> 20, ..manifest.parts[0] }; 100_000];
    manifest.blake3.groups = vec![manifest.blake3.root; 4096];
    assert!(manifest.to_json().unwrap().len() < MAX_MANIFEST_LEN);
}

#[test]
fn an_unknown_field_or_version_is_refused() {
    assert!(matches!(changed(|json| json["extra"] = json!(1)), Err(ManifestFault::Malformed { .. })));
    assert!(changed(|json| json["acquisition"]["extra"] = json!(1)).is_err());
    assert!(changed(|json| json["format"] = json!("comity/evidence-manifest/v2")).is_err());
    assert!(changed(|json| json["item"] = json!("67e55044-10b1-426f-9247-bb680e5fe0c8")).is_err());
    assert!(changed(|_| ()).is_ok());
}

#[test]
fn a_missing_added_or_wrongly_sized_part_is_noticed() {
    let parts = |change: fn(&mut Vec<Value>)| changed(|json| change(json["parts"].as_array_mut().unwrap()));
    let fault = parts(|parts| drop(parts.pop())).unwrap_err();
    assert_eq!(fault, ManifestFault::PartCount { given: 6, expected: 7, size: 100_000 });
    assert!(matches!(parts(|parts| parts.push(parts[0].clone())), Err(ManifestFault::PartCount { .. })));
    assert!(matches!(parts(|parts| parts.swap(0, 6)), Err(ManifestFault::PartLen { part: 0, .. })));
    assert!(matches!(
        parts(|parts| parts[6]["sealed_size"] = json!(1)),
        Err(ManifestFault::PartLen { part: 6, .. })
    ));
}

#[test]
fn sizes_that_lie_are_noticed() {
    assert!(changed(|json| json["size"] = json!(100_001)).is_err());
    assert!(matches!(changed(|json| json["size"] = json!(u64::MAX)), Err(ManifestFault::PartCount { .. })));
    for size in [0u64, 1, 3, 8192, MIN_PART_SIZE + 1, 2 << 30, u64::MAX] {
        let fault = changed(|json| json["part_size"] = json!(size)).unwrap_err();
        assert_eq!(fault, ManifestFault::PartSize { given: size });
    }
}

#[test]
fn groups_that_do_not_come_to_the_root_are_noticed() {
    let mut manifest = manifest(&vec![1; 3 << 20], 1 << 20);
    assert_eq!(manifest.check(), Ok(()));
    manifest.blake3.groups.swap(0, 1);
    assert!(matches!(manifest.check(), Err(ManifestFault::Tree { .. })));
}

#[test]
fn what_a_court_asks_for_may_not_be_blank() {
    let blank = |pointer: &str, with: Value| {
        let fault = changed(|json| *json.pointer_mut(pointer).unwrap() = with);
        match fault {
            Err(ManifestFault::Description { field }) => field,
            other => panic!("{pointer}: {other:?}"),
        }
    };
    assert_eq!(blank("/exhibit/number", json!(" ")), "exhibit.number");
    assert_eq!(blank("/acquisition/by/person", json!("")), "acquisition.by.person");
    assert_eq!(blank("/acquisition/tools/0/version", json!("")), "acquisition.tools");
    assert_eq!(blank("/acquisition/place", json!("")), "acquisition.place");
    assert_eq!(blank("/acquisition/source/description", json!("")), "acquisition.source.description");
    assert_eq!(blank("/acquisition/finished_at", json!("2026-03-01T09:59:59Z")), "acquisition.finished_at");
    assert_eq!(blank("/seizure/reference", json!("")), "seizure.reference");
    assert_eq!(blank("/seizure/law", json!("")), "seizure.law");
}

#[test]
fn the_parts_of_a_range_are_those_that_hold_it() {
    let manifest = example();
    let size = manifest.size;
    assert_eq!(manifest.parts_of(&(0..size)), 0..7);
    assert_eq!(manifest.parts_of(&(16_383..16_385)), 0..2);
    assert_eq!(manifest.parts_of(&(16_384..16_385)), 1..2);
    assert_eq!(manifest.parts_of(&(5..5)), 0..0);
    assert_eq!(manifest.parts_of(&(size..u64::MAX)), 0..0);
    assert_eq!(manifest.content_of(6), 98_304..100_000);
    assert_eq!(manifest.content_of(u64::MAX), size..size);
}

proptest! {
    #[test]
    fn random_bytes_are_no_manifest(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Manifest::from_json(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_of_json_never_panics(place in any::<prop::sample::Index>(), byte: u8) {
        let mut json = example().to_json().unwrap();
        let place = place.index(json.len());
        json[place] = byte;
        let _ = Manifest::from_json(&json);
    }
}
