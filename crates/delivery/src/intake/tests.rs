use super::*;

const NOW: Millis = Millis(100_000_000);

fn facts() -> BatchFacts {
    BatchFacts { sender_clock: NOW, sender_registry: 4, our_registry: 4, may_exchange: Ok(()), limit: 8 }
}

fn batch(ids: &[u32]) -> Arrived<u32> {
    let summaries = ids.iter().map(|id| Summary { id: *id, size: 100 }).collect();
    Arrived::receive(NOW, &facts(), summaries).unwrap()
}

fn good(id: u32, content: u8) -> Result<Checked<u32>, RefusalCode> {
    Ok(Checked { id, digest: [content; 32] })
}

fn refused_as(facts: &BatchFacts, count: usize) -> BatchRefusal {
    Arrived::receive(NOW, facts, vec![Summary { id: 1, size: 1 }; count]).unwrap_err()
}

fn verdicts(answers: &[ItemAnswer<u32>]) -> Vec<Result<u64, RefusalCode>> {
    answers.iter().map(|answer| answer.verdict).collect()
}

#[test]
fn clocks_ten_minutes_apart_are_taken_and_a_millisecond_more_is_not() {
    assert_eq!(clock_verdict(Millis(NOW.0 + 600_000), NOW), Ok(()));
    assert_eq!(clock_verdict(Millis(NOW.0 - 600_000), NOW), Ok(()));
    assert_eq!(clock_verdict(Millis(NOW.0 + 600_001), NOW), Err(RefusalCode::ClockSkew));
    assert_eq!(clock_verdict(Millis(NOW.0 - 600_001), NOW), Err(RefusalCode::ClockSkew));
    assert_eq!(clock_verdict(Millis(u64::MAX), Millis(0)), Err(RefusalCode::ClockSkew));
}

#[test]
fn a_batch_from_a_clock_a_day_wrong_is_put_off_whole() {
    let wrong = BatchFacts { sender_clock: Millis(NOW.0 + 86_400_000), ..facts() };
    assert_eq!(refused_as(&wrong, 1).code, RefusalCode::ClockSkew);
}

#[test]
fn a_batch_from_a_holder_of_a_newer_registry_is_put_off_until_we_have_it() {
    let newer = BatchFacts { sender_registry: 5, may_exchange: Err(RefusalCode::RegistryExpired), ..facts() };
    assert_eq!(
        refused_as(&newer, 1),
        BatchRefusal { code: RefusalCode::RegistryStale, ask_for_registry: true }
    );
}

#[test]
fn an_expired_registry_lets_nothing_in() {
    let expired = BatchFacts { may_exchange: Err(RefusalCode::RegistryExpired), ..facts() };
    assert_eq!(refused_as(&expired, 1).code, RefusalCode::RegistryExpired);
}

#[test]
fn a_batch_of_too_many_envelopes_is_refused_before_any_is_looked_at() {
    assert_eq!(refused_as(&facts(), 9).code, RefusalCode::Oversize);
}

#[test]
fn receipts_are_ordered_for_what_was_stored_and_for_nothing_else() {
    let checked = vec![good(1, 1), Err(RefusalCode::BadSignature), good(3, 3), good(4, 4)];
    let to_commit = batch(&[1, 2, 3, 4]).checked(checked);
    assert_eq!(to_commit.items().iter().map(|item| item.id).collect::<Vec<_>>(), [1, 3, 4]);
    let landed = [Landed::Stored { position: 10 }, Landed::Conflict, Landed::AlreadyStored { position: 5 }];
    let to_sign = to_commit.committed(&landed);
    let ordered: Vec<_> = to_sign.receipts().iter().map(|r| (r.index(), *r.id(), r.position())).collect();
    assert_eq!(ordered, [(0, 1, 10), (3, 4, 5)]);
    let answered = verdicts(&to_sign.answer());
    assert_eq!(answered, [Ok(10), Err(RefusalCode::BadSignature), Err(RefusalCode::Conflict), Ok(5)]);
}

#[test]
fn the_same_envelope_twice_in_a_batch_is_stored_once_and_receipted_twice() {
    let to_commit = batch(&[7, 7]).checked(vec![good(7, 1), good(7, 1)]);
    assert_eq!(to_commit.items().len(), 1);
    let to_sign = to_commit.committed(&[Landed::Stored { position: 3 }]);
    assert_eq!(to_sign.receipts().len(), 2);
    assert_eq!(verdicts(&to_sign.answer()), [Ok(3), Ok(3)]);
}

#[test]
fn the_same_id_with_other_content_in_one_batch_conflicts_with_the_first() {
    let to_commit = batch(&[7, 7]).checked(vec![good(7, 1), good(7, 2)]);
    let answered = verdicts(&to_commit.committed(&[Landed::Stored { position: 3 }]).answer());
    assert_eq!(answered, [Ok(3), Err(RefusalCode::Conflict)]);
}

#[test]
fn a_forged_envelope_does_not_take_the_id_of_the_true_one_behind_it() {
    let to_commit = batch(&[7, 7]).checked(vec![Err(RefusalCode::BadSignature), good(7, 2)]);
    let answered = verdicts(&to_commit.committed(&[Landed::Stored { position: 3 }]).answer());
    assert_eq!(answered, [Err(RefusalCode::BadSignature), Ok(3)]);
}

#[test]
fn a_verdict_that_is_missing_or_for_another_id_stores_nothing() {
    let to_commit = batch(&[1, 2]).checked(vec![good(9, 1)]);
    assert!(to_commit.items().is_empty());
    let answered = verdicts(&to_commit.committed(&[]).answer());
    assert_eq!(answered, [Err(RefusalCode::Malformed), Err(RefusalCode::Malformed)]);
}

#[test]
fn an_item_that_the_driver_forgot_to_place_gets_no_receipt() {
    let to_sign = batch(&[1]).checked(vec![good(1, 1)]).committed(&[]);
    assert!(to_sign.receipts().is_empty());
    assert_eq!(verdicts(&to_sign.answer()), [Err(RefusalCode::Busy)]);
}

#[test]
fn a_commit_that_failed_puts_the_batch_off_with_its_cause() {
    assert_eq!(batch(&[1]).checked(vec![good(1, 1)]).commit_failed(true).code, RefusalCode::StorageFull);
    assert_eq!(batch(&[1]).checked(vec![good(1, 1)]).commit_failed(false).code, RefusalCode::Busy);
}

#[test]
fn stored_content_decides_between_new_duplicate_and_conflict() {
    assert_eq!(classify(None, [1; 32]), Arrival::New);
    assert_eq!(classify(Some([1; 32]), [1; 32]), Arrival::Duplicate);
    assert_eq!(classify(Some([2; 32]), [1; 32]), Arrival::Conflict);
}
