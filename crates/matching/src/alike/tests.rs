use super::*;
use crate::words::words;
use proptest::prelude::*;

fn found(z: f32) -> Alike {
    Alike { z, how: How::Transliteration, edits: 0.5 }
}

/// What becomes of odds of two single words by what the table knows of them.
fn with(z: f32, one: &str, two: &str) -> Alike {
    match (words(one).as_slice(), words(two).as_slice()) {
        ([one], [two]) => known(found(z), one, two),
        _ => FAR,
    }
}

#[test]
fn forms_that_are_known_otherwise_speak_against_two_words_the_more_the_more_is_known() {
    let (joined, strange) = (with(2.0, "sergei", "сергей"), with(2.0, "zzqxwv", "жжщцв"));
    let (both, latin, native) =
        (with(2.0, "sergei", "иван"), with(2.0, "sergei", "жжщцв"), with(2.0, "zzqxwv", "сергей"));
    assert!(both.z < latin.z && latin.z < native.z && native.z < strange.z && strange.z < joined.z);
    assert_eq!(
        (strange.how, joined.how, both.how),
        (How::Transliteration, How::Equivalent, How::Transliteration)
    );
    assert_eq!(with(6.0, "sergei", "сергей").how, How::Transliteration);
}

#[test]
fn what_is_known_says_the_same_both_ways() {
    for (one, two) in [("sergei", "иван"), ("sergei", "жжщцв"), ("сергей", "zzqxwv"), ("иван", "יוסף")]
    {
        assert_eq!(with(1.5, one, two), with(1.5, two, one));
    }
}

#[test]
fn sounds_of_chinese_characters_count_for_less() {
    let gain = |one: &str, two: &str| with(4.0, one, two).z - with(2.0, one, two).z;
    assert!(gain("zzqxwv", "马") < gain("zzqxwv", "жжщцв"));
}

#[test]
fn odds_of_two_scripts_stay_within_their_bounds() {
    assert_eq!(with(-20.0, "sergei", "иван").z, -SURE);
    assert_eq!(with(-20.0, "sergei", "сергей").z, 1.0);
    assert_eq!(with(20.0, "sergei", "сергей").z, SUREST);
}

proptest! {
    #[test]
    fn edits_are_those_of_the_library(a in "[a-d]{0,32}", b in "[a-d]{0,32}") {
        prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), strsim::osa_distance(&a, &b));
    }

    #[test]
    fn edits_of_any_symbols_are_bounded_and_the_same_both_ways(
        a in proptest::collection::vec(0_u8.., 0..40), b in proptest::collection::vec(0_u8.., 0..40),
    ) {
        let edits = distance(&a, &b);
        prop_assert_eq!(edits, distance(&b, &a));
        prop_assert!(edits <= a.len().max(b.len()).min(MAX_WORD));
    }
}
