use super::*;
use crate::hits::deconfliction::store::Detail;
use comity_model::id::ExchangeId;
use serde_json::json;

fn row() -> DeconflictionRow {
    DeconflictionRow {
        authority: "FR-NCB".parse().unwrap(),
        id: MessageId::new(1, [1; 10]),
        peer: "ES-NCB".parse().unwrap(),
        exchange: ExchangeId::new(1, [2; 10]),
        direction: Direction::Received,
        state: State::Finished,
        base: "0".repeat(32),
        attempts: 2,
        session: Some("ab".into()),
        own_entries: Some(100),
        peer_entries: Some(120),
        matches: Some(3),
        expires_at: None,
        confirmed_at: Some(Timestamp::UNIX_EPOCH),
        created_at: Timestamp::UNIX_EPOCH,
        changed_at: Timestamp::UNIX_EPOCH,
        tell: false,
        detail: Detail { sent: Some("s".into()), received: Some("r".into()), ..Detail::default() },
        version: 9,
        purged_at: None,
    }
}

fn finished(matches: u64) -> (String, Value) {
    let detail = json!({
        "session": "ab", "own_entries": 100, "peer_entries": 120, "matches": matches, "sent": "s", "received": "r",
    });
    ("deconfliction_finished".into(), detail)
}

fn journal(entries: impl IntoIterator<Item = (String, Value)>) -> Committed {
    let mut committed = Committed::new();
    for (act, detail) in entries {
        committed.entry((row().id.to_string(), act)).or_default().push(detail);
    }
    committed
}

fn acts(more: &[(String, Value)]) -> Committed {
    let plain = |act: &str, detail: Value| (act.to_owned(), detail);
    let before = [
        plain("deconfliction_received", json!({})),
        plain("deconfliction_accepted", json!({})),
        plain("deconfliction_begun", json!({ "attempt": 1 })),
        plain("deconfliction_begun", json!({ "attempt": 2 })),
    ];
    journal(before.into_iter().chain(more.iter().cloned()))
}

#[test]
fn what_the_journal_has_as_it_is_stored_gives_no_finding_and_any_difference_one() {
    assert_eq!(compare(&row(), &acts(&[finished(3)])), [""; 0]);
    assert_eq!(compare(&row(), &acts(&[finished(4)])).len(), 1);
    assert_eq!(compare(&row(), &acts(&[])).len(), 1);
    assert_eq!(compare(&row(), &acts(&[finished(3), finished(3)])).len(), 1);
    let unfinished = DeconflictionRow { state: State::Failed, ..row() };
    assert_eq!(compare(&unfinished, &acts(&[finished(3)])).len(), 1);
    let alone = DeconflictionRow { confirmed_at: None, ..row() };
    assert_eq!(compare(&alone, &acts(&[finished(3)])).len(), 1);
    let more = DeconflictionRow { attempts: 3, ..row() };
    assert_eq!(compare(&more, &acts(&[finished(3)])).len(), 1);
    assert_eq!(compare(&row(), &journal([finished(3)])).len(), 3);
}

#[test]
fn entries_that_were_removed_and_an_offer_that_was_changed_are_found() {
    assert_eq!(compare_kept(&row(), 3), None);
    assert!(compare_kept(&row(), 2).is_some());
    let purged = DeconflictionRow { purged_at: Some(Timestamp::UNIX_EPOCH), ..row() };
    assert_eq!(compare_kept(&purged, 0), None, "what was purged is no finding");
}
