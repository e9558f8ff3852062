use super::*;
use serde_json::json;

fn query() -> MessageId {
    MessageId::new(1, [1; 10])
}

fn sent() -> SentUsage {
    let holder = SentTo {
        authority: "ES-NCB".parse().unwrap(),
        state: AnswerState::Answered,
        epoch: Some(3),
        hits: Some(1),
    };
    SentUsage {
        query: query(),
        asked_by: "amel".into(),
        officer: "0".repeat(32),
        case_reference: "C-1".into(),
        purpose: Purpose::Exercise,
        batch_sha256: "ab".into(),
        count: 16,
        asked_at: Timestamp::UNIX_EPOCH,
        holders: vec![holder],
    }
}

fn journal(entries: &[(&str, serde_json::Value)]) -> Committed {
    let mut committed = Committed::new();
    for (act, detail) in entries {
        committed.entry((query().to_string(), (*act).to_owned())).or_default().push(detail.clone());
    }
    committed
}

#[test]
fn a_query_that_the_journal_has_as_it_is_stored_gives_no_finding_and_any_difference_one() {
    let out = ("selector_query_sent", json!({ "batch_sha256": "ab", "count": 16 }));
    let done = |hits: u64| {
        let detail =
            json!({ "holder": "ES-NCB", "batch_sha256": "ab", "count": 16, "epoch": 3, "hits": hits });
        ("selector_query_finished", detail)
    };
    let state = asked::QueryState::Finished;
    assert_eq!(compare_sent(&sent(), state, &journal(&[out.clone(), done(1)])), []);
    assert_eq!(compare_sent(&sent(), state, &journal(&[out.clone(), done(2)])).len(), 1);
    assert_eq!(compare_sent(&sent(), state, &journal(&[done(1)])).len(), 1);
    let other = ("selector_query_sent", json!({ "batch_sha256": "ab", "count": 64 }));
    assert_eq!(compare_sent(&sent(), state, &journal(&[other, done(1)])).len(), 1);
}

#[test]
fn an_evaluation_that_the_journal_does_not_have_is_found() {
    let one = ReceivedUsage {
        query: query(),
        from: "FR-NCB".parse().unwrap(),
        officer: "0".repeat(32),
        case_reference: "C-1".into(),
        purpose: Purpose::Exercise,
        batch_sha256: "ab".into(),
        count: 16,
        state: received::ReceivedState::Answered,
        epoch: Some(2),
        code: None,
        arrived_at: Timestamp::UNIX_EPOCH,
        hits_claimed: None,
    };
    let detail = |epoch: u64| json!({ "from": "FR-NCB", "batch_sha256": "ab", "count": 16, "epoch": epoch });
    let arrived = ("selector_query_received", detail(0));
    let answered = |epoch| ("selector_query_answered", detail(epoch));
    assert_eq!(compare_received(&one, &journal(&[arrived.clone(), answered(2)])), []);
    assert_eq!(compare_received(&one, &journal(&[arrived.clone(), answered(1)])).len(), 1);
    assert_eq!(compare_received(&one, &journal(std::slice::from_ref(&arrived))).len(), 1);
    assert_eq!(compare_received(&one, &journal(&[answered(2)])).len(), 1);
    let hidden = ReceivedUsage { state: received::ReceivedState::Refused, epoch: None, ..one.clone() };
    assert_eq!(compare_received(&hidden, &journal(&[arrived.clone(), answered(2)])).len(), 1);
    assert_eq!(compare_received(&hidden, &journal(std::slice::from_ref(&arrived))), []);
    let greedy = ReceivedUsage { hits_claimed: Some(17), ..one };
    assert_eq!(compare_received(&greedy, &journal(&[arrived, answered(2)])).len(), 1);
}
