//! Sealing and opening, and every way in which a sealed body can be wrong.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use proptest::prelude::*;

use super::*;

/// One key and one good sealed body, made once.
static GOOD: LazyLock<(SealingKey, Vec<u8>)> = LazyLock::new(|| {
    let key = key();
    let sealed = sealed_to(&[&key], b"a body");
    (key, sealed)
});

fn key() -> SealingKey {
    SealingKey::generate().unwrap()
}

fn sealed_to(keys: &[&SealingKey], body: &[u8]) -> Vec<u8> {
    let to: Vec<_> = keys.iter().map(|key| key.public().clone()).collect();
    seal(body, &to).unwrap()
}

/// The hybrid stanzas, each as its line and its body. (The age library adds one that means nothing.)
fn stanzas(sealed: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(sealed).into_owned();
    let lines: Vec<_> = text.lines().collect();
    let pairs = lines.windows(2).filter(|pair| pair[0].starts_with("-> mlkem768x25519 "));
    pairs.map(|pair| pair.join("\n")).collect()
}

#[test]
fn each_recipient_opens_what_was_sealed_to_several() {
    let keys = [key(), key(), key()];
    let sealed = sealed_to(&[&keys[0], &keys[1], &keys[2]], b"to three");
    for key in &keys {
        assert_eq!(open(&sealed, key, 100).unwrap(), b"to three");
    }
    assert!(matches!(open(&sealed, &key(), 100), Err(OpenFault::NotForUs)));
}

#[test]
fn a_body_sealed_to_somebody_else_is_not_for_us() {
    let opened = open(&GOOD.1, &key(), 100);
    assert!(matches!(opened, Err(OpenFault::NotForUs)));
}

#[test]
fn a_body_opens_with_any_key_that_was_kept() {
    let keys = [key(), key(), GOOD.0.clone()];
    assert_eq!(open_with_any(&GOOD.1, &keys, 100).unwrap(), b"a body");
    assert!(matches!(open_with_any(&GOOD.1, &[], 100), Err(OpenFault::NotForUs)));
}

#[test]
fn a_body_sealed_with_a_classical_recipient_is_not_for_us() {
    let recipient = age::x25519::Identity::generate().to_public();
    let sealed = age::encrypt(&recipient, b"a body").unwrap();
    assert!(matches!(open(&sealed, &key(), 100), Err(OpenFault::NotForUs)));
}

#[test]
fn sealing_to_nobody_is_refused() {
    assert!(matches!(seal(b"", &[]), Err(SealError::NoRecipients)));
}

#[test]
fn a_body_goes_to_as_many_recipients_as_the_limit_says_and_no_more() {
    let keys: Vec<_> = (0..=MAX_RECIPIENTS).map(|_| key()).collect();
    let keys: Vec<_> = keys.iter().collect();
    let sealed = sealed_to(&keys[..MAX_RECIPIENTS], b"to many");
    assert_eq!(open(&sealed, keys[0], 100).unwrap(), b"to many");
    let to: Vec<_> = keys.iter().map(|key| key.public().clone()).collect();
    assert!(matches!(seal(b"", &to), Err(SealError::TooManyRecipients { given: 257, limit: 256 })));
}

#[test]
fn a_recipient_that_is_given_twice_counts_once() {
    let (a, b) = (key(), key());
    assert_eq!(stanzas(&sealed_to(&[&a, &b, &a], b"")).len(), 2);
}

#[test]
fn an_empty_body_is_sealed_and_opened() {
    let key = key();
    assert_eq!(open(&sealed_to(&[&key], b""), &key, 0).unwrap(), b"");
}

#[test]
fn a_body_larger_than_accepted_is_refused_and_one_of_that_size_is_not() {
    assert_eq!(open(&GOOD.1, &GOOD.0, 6).unwrap(), b"a body");
    let opened = open(&GOOD.1, &GOOD.0, 5);
    assert!(matches!(opened, Err(OpenFault::TooLarge { limit: 5 })));
}

#[test]
fn a_body_cut_at_any_byte_does_not_open() {
    let header = GOOD.1.len() - 16 - (6 + 16);
    for end in 0..GOOD.1.len() {
        let fault = open(&GOOD.1[..end], &GOOD.0, 100).unwrap_err();
        match end < header {
            true => assert!(matches!(fault, OpenFault::Truncated), "{end}: {fault:?}"),
            false => assert!(matches!(fault, OpenFault::Truncated | OpenFault::Damaged), "{end}: {fault:?}"),
        }
    }
}

#[test]
fn a_body_with_something_after_its_end_does_not_open() {
    let mut sealed = GOOD.1.clone();
    sealed.push(0);
    assert!(matches!(open(&sealed, &GOOD.0, 100), Err(OpenFault::Damaged)));
}

#[test]
fn bytes_that_are_no_age_file_are_malformed() {
    for garbage in [&b"{}"[..], b"age-encryption.org/v2\n-> a\n\n--- x\n", &[0; 2000]] {
        let opened = open(garbage, &GOOD.0, 100);
        assert!(matches!(opened, Err(OpenFault::Malformed)));
    }
}

#[test]
fn a_header_without_an_end_is_malformed_and_not_read_for_ever() {
    let endless = FIRST_LINE.chain(io::repeat(b'x'));
    let opened = open_stream(endless, &GOOD.0, io::sink(), 100);
    assert!(matches!(opened, Err(OpenFault::Malformed)));
}

#[test]
fn a_header_with_more_lines_than_recipients_could_need_is_malformed() {
    let mut sealed = FIRST_LINE.to_vec();
    sealed.extend(b"-> a\n\n".repeat(MAX_HEADER_LINES));
    sealed.extend_from_slice(b"--- mac\n");
    let opened = open(&sealed, &GOOD.0, 100);
    assert!(matches!(opened, Err(OpenFault::Malformed)));
}

#[test]
fn a_sealed_body_shows_its_recipients_by_number_only() {
    let (a, b) = (key(), key());
    let [first, second, other] = [&a, &a, &b].map(|key| {
        let shown = stanzas(&sealed_to(&[key], b"same"));
        assert_eq!(shown.len(), 1);
        shown[0]["-> mlkem768x25519 ".len()..].to_owned()
    });
    assert_eq!((first.len(), second.len()), (other.len(), other.len()));
    let share = |run: &[u8], text: &str| text.as_bytes().windows(run.len()).any(|w| w == run);
    for run in first.as_bytes().windows(10) {
        assert!(!share(run, &second) && !share(run, &other));
    }
    let public = STANDARD_NO_PAD.encode(a.public().to_bytes());
    assert!(!public.as_bytes().windows(10).any(|run| share(run, &first)));
}

#[test]
fn the_order_of_stanzas_does_not_follow_the_order_of_recipients() {
    let keys = [key(), key(), key(), key()];
    let shown = stanzas(&sealed_to(&[&keys[0], &keys[1], &keys[2], &keys[3]], b""));
    assert_eq!(shown.len(), 4);
    assert!(shown.is_sorted());
}

#[test]
fn a_large_body_passes_through_streams_unchanged() {
    let key = key();
    let body: Vec<u8> = (0..3_000_001u32).map(|i| (i % 251) as u8).collect();
    let mut sealed = Vec::new();
    let to = [key.public().clone()];
    assert_eq!(seal_stream(body.as_slice(), &mut sealed, &to).unwrap(), 3_000_001);
    let mut plain = Vec::new();
    let opened = open_stream(sealed.as_slice(), &key, &mut plain, 3_000_001);
    assert_eq!(opened.unwrap(), 3_000_001);
    assert!(plain == body);
}

#[test]
fn a_stream_cut_between_its_parts_is_truncated() {
    let key = key();
    let sealed = sealed_to(&[&key], &[1; 2 * 65536]);
    let part = 65536 + 16;
    let cut = &sealed[..sealed.len() - part];
    let opened = open_stream(cut, &key, io::sink(), 1 << 20);
    assert!(matches!(opened, Err(OpenFault::Truncated | OpenFault::Damaged)));
}

#[test]
fn a_writer_that_fails_is_not_mistaken_for_a_bad_body() {
    let opened = open_stream(GOOD.1.as_slice(), &GOOD.0, &mut [0u8; 2][..], 100);
    assert!(matches!(opened, Err(OpenFault::Io(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_bit_flipped_anywhere_does_not_open(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut sealed = GOOD.1.clone();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert!(open(&sealed, &GOOD.0, 100).is_err());
    }

    #[test]
    fn any_bytes_after_a_true_beginning_are_refused_without_a_panic(tail: Vec<u8>) {
        let mut sealed = FIRST_LINE.to_vec();
        sealed.extend(tail);
        prop_assert!(open(&sealed, &GOOD.0, 100).is_err());
    }

    #[test]
    fn what_is_sealed_is_opened(body in prop::collection::vec(any::<u8>(), 0..200_000)) {
        let sealed = sealed_to(&[&GOOD.0], &body);
        prop_assert!(open(&sealed, &GOOD.0, body.len()).unwrap() == body);
    }
}
