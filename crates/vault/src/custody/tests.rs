use comity_model::AuthorityId;
use comity_model::id::OfficerId;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Digest, ItemId};

const FR: &str = "FR-NCB";
const MA: &str = "MA-NCB";
const ES: &str = "ES-NCB";

fn authority(name: &str) -> AuthorityId {
    name.parse().unwrap()
}

fn item() -> ItemId {
    ItemId::new(1_700_000_000_000, [3; 10])
}

fn minute(minute: i64) -> Timestamp {
    "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
}

/// Writes events as authorities would: each follows the last of its own strand, a minute after the last of all.
#[derive(Default, Clone)]
struct Story {
    entries: Vec<Entry>,
}

impl Story {
    fn next(&self, by: &str, act: Act) -> Event {
        let own = self.entries.iter().rfind(|entry| entry.event().by.as_str() == by);
        Event {
            format: EventFormat::V1,
            item: item(),
            manifest: Digest::of(b"manifest"),
            by: authority(by),
            officer: OfficerId::new(1, [1; 10]),
            number: own.map_or(0, |entry| entry.event().number + 1),
            previous: own.map(Entry::digest),
            at: minute(self.entries.len() as i64),
            act,
            reason: "case 12/2026".into(),
            basis: None,
            place: None,
        }
    }

    fn push(&mut self, event: &Event) -> Digest {
        let entry = Entry::read(&event.to_json().unwrap()).unwrap();
        self.entries.push(entry);
        self.entries.last().unwrap().digest()
    }

    fn does(&mut self, by: &str, act: Act) -> Digest {
        let event = self.next(by, act);
        self.push(&event)
    }

    fn offers(&mut self, by: &str, to: &str, keeps_copy: bool) -> Digest {
        self.does(by, Act::Transferred { to: authority(to), keeps_copy })
    }

    fn accepts(&mut self, by: &str, from: &str, offer: Digest) -> Digest {
        self.does(by, Act::Received { from: authority(from), offer })
    }

    fn chain(&self) -> Chain {
        Chain::new(item(), self.entries.clone())
    }

    fn kinds(&self) -> Vec<FindingKind> {
        self.chain().check().into_iter().map(|finding| finding.kind).collect()
    }

    fn holders(&self) -> Vec<String> {
        self.chain().holders().into_iter().map(|holder| holder.as_str().to_owned()).collect()
    }
}

/// France acquires and examines, gives it to Morocco for good, Morocco examines and destroys.
fn handed_over() -> Story {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    story.does(FR, Act::Opened);
    story.does(FR, Act::Examined { how: "report 7".into() });
    let offer = story.offers(FR, MA, false);
    story.accepts(MA, FR, offer);
    story.does(MA, Act::Opened);
    story.does(MA, Act::Destroyed { how: "keys destroyed, minutes 9".into() });
    story
}

#[test]
fn a_whole_chain_has_nothing_to_find() {
    let mut story = handed_over();
    assert_eq!(story.kinds(), []);
    story.entries.reverse();
    story.entries.extend(story.entries.clone());
    assert_eq!(story.kinds(), [], "neither order nor repetition matters");
    assert!(story.holders().is_empty());
}

#[test]
fn an_item_goes_away_and_comes_back() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let out = story.offers(FR, ES, false);
    story.accepts(ES, FR, out);
    assert_eq!(story.holders(), [ES]);
    let back = story.offers(ES, FR, false);
    story.accepts(FR, ES, back);
    story.does(FR, Act::Opened);
    assert_eq!(story.kinds(), []);
    assert_eq!(story.holders(), [FR]);
}

#[test]
fn a_giver_who_keeps_a_copy_stays_a_holder() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    for to in [MA, ES] {
        let offer = story.offers(FR, to, true);
        story.accepts(to, FR, offer);
    }
    story.does(FR, Act::Opened);
    assert_eq!(story.kinds(), []);
    assert_eq!(story.holders(), [ES, FR, MA]);
}

#[test]
fn an_offer_that_nobody_accepted_is_shown_and_breaks_nothing() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    story.offers(FR, MA, false);
    story.does(FR, Act::Opened);
    let findings = story.chain().check();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind, FindingKind::HandOverOpen(authority(MA)));
    assert!(!findings[0].is_break());
    assert_eq!(story.holders(), [FR]);
    assert_eq!(
        findings[0].to_string(),
        "event 1 of `FR-NCB`: the hand-over to `MA-NCB` was offered and not accepted"
    );
}

#[test]
fn who_gave_it_away_acts_on_it_no_more() {
    let mut story = handed_over();
    story.does(FR, Act::Opened);
    let findings = story.chain().check();
    assert_eq!(findings, [Finding { event: Some((authority(FR), 4)), kind: FindingKind::NotHolding }]);
    assert!(findings[0].is_break());
}

#[test]
fn nothing_follows_a_destruction_or_a_return() {
    for end in [Act::Destroyed { how: "keys destroyed".into() }, Act::Returned { to: "the owner".into() }] {
        let mut story = Story::default();
        story.does(FR, Act::Acquired);
        story.does(FR, end);
        story.does(FR, Act::Copied { onto: "disk 3".into() });
        assert_eq!(story.kinds(), [FindingKind::NotHolding]);
    }
}

#[test]
fn who_never_had_it_cannot_act() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    story.does(ES, Act::Opened);
    assert_eq!(story.kinds(), [FindingKind::NotHolding]);
}

#[test]
fn a_chain_without_origin_or_with_two_is_noticed() {
    let mut story = Story::default();
    assert_eq!(story.kinds(), [FindingKind::NoOrigin]);
    story.does(FR, Act::Acquired);
    story.does(MA, Act::Acquired);
    assert_eq!(story.kinds(), [FindingKind::AcquiredTwice]);
}

#[test]
fn an_acceptance_without_its_offer_or_of_somebody_elses_is_noticed() {
    let mut story = Story::default();
    let origin = story.does(FR, Act::Acquired);
    story.accepts(MA, FR, Digest::of(b"no such offer"));
    assert_eq!(story.kinds(), [FindingKind::OfferMissing(Digest::of(b"no such offer"))]);

    let mut story = Story { entries: story.entries[..1].to_vec() };
    story.accepts(MA, FR, origin);
    assert_eq!(story.kinds(), [FindingKind::OfferMissing(origin)], "an event that is no offer");

    let mut story = Story { entries: story.entries[..1].to_vec() };
    let offer = story.offers(FR, ES, false);
    story.accepts(MA, FR, offer);
    let kinds = story.kinds();
    assert!(
        kinds.contains(&FindingKind::OfferOfOthers { by: authority(FR), to: authority(ES) }),
        "{kinds:?}"
    );
    assert!(kinds.contains(&FindingKind::HandOverOpen(authority(ES))));
}

#[test]
fn an_acceptance_that_names_another_giver_or_is_of_another_item_is_noticed() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let offer = story.offers(FR, MA, true);
    let before = story.clone();
    let others = FindingKind::OfferOfOthers { by: authority(FR), to: authority(MA) };
    story.accepts(MA, ES, offer);
    assert!(story.kinds().contains(&others), "{:?}", story.kinds());

    let mut story = before;
    let mut of_another = story.next(MA, Act::Received { from: authority(FR), offer });
    of_another.item = ItemId::new(9, [9; 10]);
    story.push(&of_another);
    assert!(story.kinds().contains(&others), "{:?}", story.kinds());
}

#[test]
fn an_offer_is_accepted_once_and_not_before_it_was_made() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let offer = story.offers(FR, MA, true);
    story.accepts(MA, FR, offer);
    story.accepts(MA, FR, offer);
    assert_eq!(story.kinds(), [FindingKind::OfferTaken(offer)]);

    story.entries.truncate(2);
    let mut early = story.next(MA, Act::Received { from: authority(FR), offer });
    early.at = minute(0);
    story.push(&early);
    assert_eq!(story.kinds(), [FindingKind::ReceivedBeforeOffered(minute(1))]);
}

#[test]
fn what_is_given_away_to_two_is_noticed() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let (first, second) = (story.offers(FR, MA, false), story.offers(FR, ES, false));
    story.accepts(MA, FR, first);
    assert_eq!(story.kinds(), [FindingKind::HandOverOpen(authority(ES))]);
    story.accepts(ES, FR, second);
    assert_eq!(story.kinds(), [FindingKind::GivenTwice]);
}

#[test]
fn events_of_another_item_or_description_are_noticed() {
    let mut story = handed_over();
    let mut other = story.next(ES, Act::Acquired);
    other.item = ItemId::new(9, [9; 10]);
    story.push(&other);
    assert!(story.kinds().contains(&FindingKind::OtherItem(other.item)));

    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let mut other = story.next(FR, Act::Opened);
    other.manifest = Digest::of(b"another manifest");
    story.push(&other);
    assert_eq!(story.kinds(), [FindingKind::OtherManifest(other.manifest)]);
}

#[test]
fn a_date_that_goes_back_is_noticed() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    story.does(FR, Act::Opened);
    let mut event = story.next(FR, Act::Opened);
    event.at = minute(0);
    story.push(&event);
    assert_eq!(story.kinds(), [FindingKind::TimeBackwards(minute(1))]);
}

#[test]
fn a_gap_is_named_and_does_not_accuse_what_comes_after_it() {
    let mut story = handed_over();
    story.entries.remove(1);
    let findings = story.chain().check();
    assert_eq!(findings, [Finding { event: Some((authority(FR), 2)), kind: FindingKind::Gap(1..2) }]);

    let mut story = handed_over();
    story.entries.drain(4..6);
    let kinds = story.kinds();
    assert_eq!(kinds, [FindingKind::Gap(0..2), FindingKind::HandOverOpen(authority(MA))]);
}

#[test]
fn an_event_that_was_replaced_is_noticed_by_the_one_after_it() {
    let mut story = handed_over();
    let mut forged = story.entries[1].event().clone();
    forged.reason = "another reason".into();
    story.entries[1] = Entry::read(&forged.to_json().unwrap()).unwrap();
    assert!(matches!(story.kinds()[..], [FindingKind::Link { .. }]));
    story.push(handed_over().entries[1].event());
    assert!(story.kinds().iter().any(|kind| matches!(kind, FindingKind::Fork(_))));
}

#[test]
fn an_event_survives_being_written_and_unknown_fields_are_refused() {
    for entry in handed_over().entries {
        let json = entry.event().to_json().unwrap();
        assert_eq!(Event::from_json(&json).unwrap(), *entry.event());
        for pointer in ["", "/act", "/act/received", "/act/transferred", "/act/examined"] {
            let mut value: Value = serde_json::from_slice(&json).unwrap();
            let Some(object) = value.pointer_mut(pointer).and_then(Value::as_object_mut) else { continue };
            object.insert("extra".into(), json!(1));
            let fault = Event::from_json(value.to_string().as_bytes());
            assert!(matches!(fault, Err(EventFault::Malformed { .. })), "{pointer}: {value}");
        }
    }
}

#[test]
fn an_unsound_event_is_neither_written_nor_read() {
    let story = handed_over();
    let refused = |change: &dyn Fn(&mut Event)| {
        let mut event = story.entries[2].event().clone();
        change(&mut event);
        let json = serde_json::to_vec(&event).unwrap();
        assert_eq!(event.to_json().unwrap_err(), Event::from_json(&json).unwrap_err());
        event.to_json().unwrap_err()
    };
    assert_eq!(refused(&|event| event.reason = " ".into()), EventFault::Blank { field: "reason" });
    assert_eq!(refused(&|event| event.previous = None), EventFault::Previous { number: 2 });
    assert_eq!(refused(&|event| event.number = 0), EventFault::Previous { number: 0 });
    assert_eq!(
        refused(&|event| event.act = Act::Examined { how: String::new() }),
        EventFault::Blank { field: "act.how" }
    );
    let to_itself = |event: &mut Event| event.act = Act::Transferred { to: authority(FR), keeps_copy: true };
    assert_eq!(refused(&to_itself), EventFault::ToItself(authority(FR)));
    let long = vec![b' '; MAX_EVENT_LEN + 1];
    assert!(matches!(Event::from_json(&long), Err(EventFault::TooLong { .. })));
}

/// A lawful history, from choices: each step lets a holder act, or hands over.
fn lawful(choices: &[(u8, u8)]) -> Story {
    let names = [FR, MA, ES];
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    for (who, what) in choices {
        let holders = story.holders();
        let Some(by) = holders.get(usize::from(*who) % holders.len().max(1)) else { break };
        let to = names[usize::from(*what / 8) % 3];
        match what % 8 {
            0 | 1 if !holders.iter().any(|holder| holder == to) => {
                let offer = story.offers(by, to, what % 8 == 0);
                story.accepts(to, by, offer);
            }
            2 => drop(story.does(by, Act::Examined { how: "report".into() })),
            3 => drop(story.does(by, Act::Copied { onto: "disk".into() })),
            4 if *what > 200 => drop(story.does(by, Act::Destroyed { how: "keys".into() })),
            _ => drop(story.does(by, Act::Opened)),
        }
    }
    story
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_lawful_history_has_no_findings(choices in prop::collection::vec(any::<(u8, u8)>(), 0..30)) {
        prop_assert_eq!(lawful(&choices).kinds(), []);
    }

    #[test]
    fn whatever_is_taken_out_leaves_a_trace_unless_it_ends_a_strand(
        choices in prop::collection::vec(any::<(u8, u8)>(), 1..30),
        which in any::<prop::sample::Index>(),
    ) {
        let mut story = lawful(&choices);
        let taken = story.entries.remove(which.index(story.entries.len()));
        let event = taken.event();
        let later = story.entries.iter().any(|e| e.event().by == event.by && e.event().number > event.number);
        if later {
            let gap = FindingKind::Gap(event.number..event.number + 1);
            prop_assert!(story.kinds().contains(&gap), "{:?}", story.kinds());
        }
    }

    #[test]
    fn any_selection_of_events_is_judged_without_a_panic(
        choices in prop::collection::vec(any::<(u8, u8)>(), 1..20),
        kept in prop::collection::vec(any::<bool>(), 40),
    ) {
        let mut story = lawful(&choices);
        let mut kept = kept.into_iter();
        story.entries.retain(|_| kept.next().unwrap_or(false));
        let _ = (story.chain().check(), story.chain().holders());
    }

    #[test]
    fn random_bytes_are_no_event(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Event::from_json(&bytes).is_err());
    }
}

#[test]
fn an_offer_that_ended_is_open_no_longer_and_the_giver_still_holds() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let offer = story.offers(FR, ES, false);
    story.does(FR, Act::OfferEnded { offer, declined: true });
    assert_eq!(story.kinds(), []);
    assert_eq!(story.holders(), [FR]);
}

#[test]
fn who_accepts_what_had_ended_or_ends_what_was_never_offered_is_noticed() {
    let mut story = Story::default();
    story.does(FR, Act::Acquired);
    let offer = story.offers(FR, ES, true);
    story.does(FR, Act::OfferEnded { offer, declined: false });
    story.accepts(ES, FR, offer);
    let unknown = Digest::of(b"no offer");
    story.does(FR, Act::OfferEnded { offer: unknown, declined: false });
    assert_eq!(story.kinds(), [FindingKind::AcceptedAfterEnd(offer), FindingKind::NoSuchOffer(unknown)]);
}

#[test]
fn the_word_for_an_act_is_the_one_that_its_event_writes() {
    let (other, offer) = (authority(ES), Digest::of(b"offer"));
    let acts = [
        Act::Acquired,
        Act::Received { from: other.clone(), offer },
        Act::Opened,
        Act::Copied { onto: "a disk".into() },
        Act::Examined { how: "read".into() },
        Act::Transferred { to: other, keeps_copy: true },
        Act::OfferEnded { offer, declined: true },
        Act::Returned { to: "its owner".into() },
        Act::Destroyed { how: "keys".into() },
    ];
    for act in acts {
        let written = serde_json::to_value(&act).unwrap();
        let word = written.as_str().or_else(|| written.as_object()?.keys().next().map(String::as_str));
        assert_eq!(word, Some(act.as_str()));
    }
}
