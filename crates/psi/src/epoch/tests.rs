use super::handle::Tag;
use super::*;
use crate::Seed;
use crate::oprf::Output;
use proptest::prelude::*;
use sha2::{Digest, Sha512};

fn output(number: u64) -> Output {
    Output(Sha512::digest(number.to_le_bytes()).into())
}

fn outputs(range: std::ops::Range<u64>) -> Vec<Output> {
    range.map(output).collect()
}

fn seed() -> Seed {
    Seed::from_bytes([5; 32])
}

#[test]
fn everything_that_was_put_in_is_found_whatever_the_size() {
    for count in [0, 1, 2, 99, 100, 101, 1000, 30_000] {
        let segment = Segment::build(&outputs(0..count), &seed()).unwrap();
        assert!(outputs(0..count).iter().all(|output| segment.contains(output)), "{count}");
    }
}

#[test]
fn a_larger_segment_takes_under_six_bytes_an_entry() {
    let segment = Segment::build(&outputs(0..200_000), &seed()).unwrap();
    assert_eq!(segment.entries(), 200_000);
    assert!(segment.size() < 200_000 * 61 / 10, "{}", segment.size());
    assert_eq!(segment.to_bytes().len(), segment.size());
}

/// The full rate, once in 2^40, cannot be seen in a test. What can: of lookups that are not there, one in 2^b agrees in the
/// first b bits, for each b that a test can count, whichever bits these are; so no bit depends on another.
#[test]
fn false_positives_come_as_often_as_stated() {
    let segment = Segment::build(&outputs(0..50_000), &seed()).unwrap();
    let lookups = 1u64 << 20;
    let mut agreeing = [0u64; 4];
    for number in 0..lookups {
        let difference = segment.difference(&Tag::of(&output(1_000_000 + number)));
        assert_ne!(difference, 0);
        for (shift, count) in [0, 10, 20, 30].into_iter().zip(&mut agreeing) {
            *count += u64::from(difference >> shift & 0x3ff == 0);
        }
    }
    // 1024 expected of each; six standard deviations are 192.
    assert!(agreeing.iter().all(|count| count.abs_diff(lookups >> 10) < 192), "{agreeing:?}");
    let worst = MAX_SEGMENTS as f64 / (1u64 << 40) as f64;
    assert!(worst <= 1.0 / FALSE_POSITIVE_ONE_IN as f64);
}

#[test]
fn a_small_addition_is_a_small_segment_and_a_removal_a_segment_built_anew() {
    let base = Segment::build(&outputs(0..20_000), &seed()).unwrap();
    let addition = Segment::build(&outputs(20_000..20_030), &seed()).unwrap();
    assert!(addition.size() < 1200);
    let filter = Filter::new(vec![base, addition]).unwrap();
    assert!(filter.contains(&output(5)) && filter.contains(&output(20_010)));
    assert!(!filter.contains(&output(20_030)));
    assert_eq!(filter.entries(), 20_100);
    let without = Filter::new(vec![Segment::build(&outputs(1..20_000), &seed()).unwrap()]).unwrap();
    assert!(!without.contains(&output(0)) && without.contains(&output(5)));
}

#[test]
fn the_size_of_a_segment_tells_only_the_class_of_its_number_of_entries() {
    let sizes: Vec<usize> =
        [1001, 1100, 1200].map(|count| Segment::build(&outputs(0..count), &seed()).unwrap().size()).to_vec();
    assert!(sizes.windows(2).all(|pair| pair[0] == pair[1]), "{sizes:?}");
}

#[test]
fn the_same_outputs_and_seed_give_the_same_bytes_in_any_order() {
    let mut reversed = outputs(0..500);
    reversed.reverse();
    reversed.push(output(3));
    let first = Segment::build(&outputs(0..500), &seed()).unwrap();
    assert_eq!(first, Segment::build(&reversed, &seed()).unwrap());
    assert_ne!(first, Segment::build(&outputs(0..499), &seed()).unwrap());
}

#[test]
fn a_segment_survives_publication_and_a_damaged_head_is_refused() {
    let segment = Segment::build(&outputs(0..300), &seed()).unwrap();
    let bytes = segment.to_bytes();
    assert_eq!(Segment::from_bytes(&bytes).unwrap(), segment);
    for length in 0..bytes.len() {
        assert!(Segment::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Segment::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    for place in 0..16 {
        let mut flipped = bytes.clone();
        flipped[place] ^= 0x80;
        assert!(matches!(Segment::from_bytes(&flipped), Err(FilterError::Malformed { .. })), "{place}");
    }
}

#[test]
fn more_segments_than_the_stated_rate_allows_are_refused() {
    let segment = Segment::build(&[], &seed()).unwrap();
    let refused = Filter::new(vec![segment; MAX_SEGMENTS + 1]);
    assert_eq!(refused, Err(FilterError::TooManySegments { count: MAX_SEGMENTS + 1 }));
}

#[test]
fn a_handle_is_written_as_hexadecimal_and_differs_from_what_the_filter_holds() {
    let handle = Handle::of(&output(1));
    assert_eq!(handle.to_string().parse(), Ok(handle));
    for text in ["", "0", "zz", &"0".repeat(31), &"0".repeat(33), &"A".repeat(32), &"é".repeat(16)] {
        assert_eq!(text.parse::<Handle>(), Err(NotAHandle), "{text}");
    }
    let tag = Tag::of(&output(1));
    assert_ne!(handle.0[..8], tag.place.to_le_bytes());
    assert_ne!(Handle::of(&output(2)), handle);
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_or_a_lookup_fail(mut bytes in prop::collection::vec(any::<u8>(), 0..200), head in any::<bool>()) {
        if head && bytes.len() > 8 {
            bytes[..4].copy_from_slice(b"CPF1");
            bytes[5..8].fill(0);
        }
        if let Ok(segment) = Segment::from_bytes(&bytes) {
            prop_assert_eq!(segment.to_bytes(), bytes);
            segment.contains(&output(1));
        }
    }
}
