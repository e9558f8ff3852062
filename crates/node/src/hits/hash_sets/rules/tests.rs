use super::*;
use comity_model::marking::{HandlingCode, InformationEvaluation, OnwardRule, Purpose, SourceEvaluation};
use comity_vault::{Digest, item::TreeHasher, store::Taken};
use jiff::civil::date;
use std::collections::BTreeSet;

fn marking() -> Marking {
    Marking {
        handling: BTreeSet::from([HandlingCode::H0]),
        restrictions: None,
        purpose: Purpose::Exercise,
        source: SourceEvaluation::A,
        information: InformationEvaluation::Certain,
        onward: OnwardRule::AskOriginator,
        retain_until: date(2030, 1, 1),
    }
}

fn now() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn words() -> SetWords {
    SetWords {
        name: "Drawings".into(),
        source: "A museum".into(),
        scheme: "invented".into(),
        version: Some("3".into()),
        format: SetFormat::Csv,
    }
}

#[test]
fn everything_must_be_said_of_a_set_and_its_marking_must_run() {
    assert!(check(&words(), "an invented law", &marking(), now()).is_ok());
    let refused = |words: SetWords, law: &str, marking: Marking| match check(&words, law, &marking, now()) {
        Err(HashSetError::Unfit { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(SetWords { name: " ".into(), ..words() }, "law", marking()), "name");
    assert_eq!(refused(SetWords { source: "a\nb".into(), ..words() }, "law", marking()), "source");
    assert_eq!(refused(SetWords { scheme: "x".repeat(201), ..words() }, "law", marking()), "scheme");
    assert_eq!(refused(words(), " ", marking()), "legal_basis");
    let over = Marking { retain_until: date(2026, 1, 4), ..marking() };
    assert_eq!(refused(words(), "law", over), "marking");
}

#[test]
fn an_item_says_that_it_is_a_hash_set_and_what_it_was_called() {
    let json = serde_json::json!({
        "case": CaseId::new(1, [1; 10]), "name": "Drawings", "source": "A museum", "scheme": "invented",
        "version": "3", "format": "csv", "marking": marking(), "legal_basis": "a law", "reason": "given",
        "place": "Lyon",
    });
    let new: NewSet = serde_json::from_value(json).unwrap();
    let caller = Caller {
        officer: comity_model::id::OfficerId::new(1, [1; 10]),
        name: "amel".into(),
        display_name: "Amel".into(),
        role: crate::access::Role::Officer,
        authority: "FR-NCB".parse().unwrap(),
    };
    let item = ItemId::new(1, [2; 10]);
    let description = new.description(&caller, item, now()).unwrap();
    let blake3 = TreeHasher::default().finish();
    let taken = Taken { size: 0, sha256: Digest::of(b""), blake3, part_size: 1 << 14, parts: Vec::new() };
    let mut manifest = description.manifest(item, taken);
    assert!(is_hash_set(&manifest));
    assert_eq!(said_by(&manifest), Some(words()));
    manifest.acquisition.tools.clear();
    assert_eq!((is_hash_set(&manifest), said_by(&manifest)), (false, None));
}
