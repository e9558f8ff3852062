use super::*;
use crate::evidence;

#[path = "../../examples/case_samples/sample.rs"]
pub(crate) mod sample;

fn item(place: usize) -> Item {
    sample::description().items.remove(place)
}

#[test]
fn a_missing_event_is_seen_by_the_numbers_around_it() {
    let item = item(0);
    let chain = Chain::of(&item);
    let gaps: Vec<_> = item.custody.iter().map(|event| chain.gap(event)).collect();
    assert_eq!(gaps, [None, None, Some((2, 2)), None, None]);
}

#[test]
fn a_first_event_with_a_number_above_zero_lacks_all_before_it() {
    let mut item = item(0);
    item.custody.drain(..4);
    let chain = Chain::of(&item);
    assert_eq!(chain.gap(&item.custody[0]), Some((0, 0)));
    assert!(!chain.has_origin());
}

#[test]
fn an_offer_is_open_until_it_is_accepted_or_ended() {
    let mut item = item(0);
    let state = |item: &Item| Chain::of(item).state(&item.custody[2]);
    assert_eq!(state(&item), Some(OfferState::Accepted));
    item.custody[3].act = Act::OfferEnded { offer: [3; 32], declined: true };
    assert_eq!(state(&item), Some(OfferState::Ended));
    item.custody.truncate(3);
    assert_eq!(state(&item), Some(OfferState::Open));
}

#[test]
fn an_answer_to_an_offer_that_is_not_there_and_a_number_used_twice_are_seen() {
    let mut item = item(0);
    item.custody[3].act = Act::Received { from: item.custody[0].by.clone(), offer: [99; 32] };
    item.custody[1].number = 0;
    let chain = Chain::of(&item);
    assert!(chain.lacks_offer(&item.custody[3]));
    assert!(chain.is_fork(1, &item.custody[1]) && !chain.is_fork(0, &item.custody[0]));
}

#[test]
fn whatever_hides_in_a_name_is_seen() {
    assert_eq!(
        shown(sample::HOSTILE.as_bytes()),
        "photo \"1\"⟨U+000A⟩⟨U+202E⟩gpj.exe⟨U+200B⟩ <script> صورة é"
    );
    assert_eq!(shown(b"r\xe9ponse"), "r⟨0xE9⟩ponse");
    assert_eq!(shown("می\u{200c}خواهم".as_bytes()), "می\u{200c}خواهم");
    assert_eq!(shown_text(" one\r\ntwo\u{2066} "), "one two⟨U+2066⟩");
}
