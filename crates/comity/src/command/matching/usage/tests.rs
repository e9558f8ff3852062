use super::*;
use serde_json::{Value, json};

fn export(authority: &str, sent: Value, received: Value) -> Export {
    let usage = json!({ "sent": sent, "received": received, "findings": [] });
    serde_json::from_value(json!({ "authority": authority, "at": "2026-11-21T10:00:00Z", "usage": usage }))
        .unwrap()
}

fn sent(query: &str, state: &str, more: Value) -> Value {
    let mut holder = json!({ "authority": "ES-NCB", "state": state, "epoch": 4, "hits": 2 });
    holder.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({
        "query": query, "batch_sha256": "aa", "count": 16, "officer": "0f", "case_reference": "FR-1", "purpose": "exercise",
        "asked_at": "2026-11-20T10:00:00Z", "holders": [holder],
    })
}

fn received(query: &str, state: &str, more: Value) -> Value {
    let mut one = json!({
        "query": query, "from": "FR-NCB", "batch_sha256": "aa", "count": 16, "officer": "0f", "case_reference": "FR-1",
        "purpose": "exercise", "state": state, "epoch": 4, "hits_claimed": 2, "arrived_at": "2026-11-20T10:00:01Z",
    });
    one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    one
}

/// What differs where France has the one list and Spain the other.
fn differs(ours: Value, theirs: Value) -> Vec<String> {
    let (fr, es) = (export("FR-NCB", ours, json!([])), export("ES-NCB", json!([]), theirs));
    let report = compare(&fr, &es, false);
    // Whose file comes first makes no difference.
    assert_eq!(compare(&es, &fr, false).differences.len(), report.differences.len());
    report.differences.into_iter().map(|difference| difference.what).collect()
}

#[test]
fn two_sides_that_say_the_same_do_not_differ() {
    let nothing = json!({});
    assert_eq!(
        differs(json!([sent("q", "answered", nothing.clone())]), json!([received("q", "answered", nothing)])),
        [""; 0]
    );
    let unclaimed = json!({ "hits_claimed": null });
    assert_eq!(
        differs(json!([sent("q", "answered", json!({}))]), json!([received("q", "answered", unclaimed)])),
        [""; 0]
    );
}

#[test]
fn each_thing_in_which_they_can_differ_is_named() {
    let cases = [
        (json!({}), json!({ "batch_sha256": "bb" }), "the digest of the batch differs"),
        (json!({}), json!({ "count": 64 }), "the count differs"),
        (json!({}), json!({ "officer": "0e" }), "the officer differs"),
        (json!({}), json!({ "case_reference": "FR-2" }), "the case differs"),
        (json!({ "epoch": 5 }), json!({}), "the epoch differs"),
        (json!({ "hits": 1 }), json!({}), "the asker found 1, and said 2"),
        (json!({}), json!({ "state": "refused" }), "the asker has it as answered, the holder as refused"),
    ];
    for (ours, theirs, what) in cases {
        let found = differs(json!([sent("q", "answered", ours)]), json!([received("q", "answered", theirs)]));
        assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
    }
}

#[test]
fn what_one_side_does_not_know_is_a_difference_unless_it_is_under_way_or_too_old() {
    let known = |query: &str, state| json!([sent(query, state, json!({}))]);
    assert!(differs(known("q", "answered"), json!([]))[0].contains("never received it"));
    assert_eq!(differs(known("q", "waiting"), json!([])), [""; 0]);
    assert!(differs(json!([]), json!([received("q", "answered", json!({}))]))[0].contains("never asked it"));
    let many: Vec<Value> =
        (0..500).map(|n| received(&format!("q{n}"), "answered", json!({ "from": "MA-NCB" }))).collect();
    assert_eq!(differs(known("q", "answered"), json!(many)), [""; 0], "the list does not reach back so far");
}
