use super::*;
use proptest::prelude::*;

fn open(pieces: &[&[u8]]) -> Digest {
    let mut hash = OpenSha256::default();
    pieces.iter().for_each(|piece| hash.update(piece));
    hash.finish()
}

#[test]
fn the_examples_of_fips_180_come_out() {
    let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    let expected = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            std::str::from_utf8(long).unwrap(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ];
    for (text, hash) in expected {
        assert_eq!(open(&[text.as_bytes()]).to_string(), hash, "{text}");
    }
    let million = vec![b'a'; 1_000_000];
    let hash = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    assert_eq!(open(&[&million]).to_string(), hash);
}

#[test]
fn every_length_around_a_block_s_end_comes_to_the_same_as_the_other_library_s() {
    let bytes: Vec<u8> = (0..300_u16).map(|n| (n * 7) as u8).collect();
    for len in 0..bytes.len() {
        assert_eq!(open(&[&bytes[..len]]), Digest::of(&bytes[..len]), "{len}");
    }
}

fn cut(bytes: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    ends.extend([0, bytes.len()]);
    ends.sort_unstable();
    ends.windows(2).map(|pair| bytes[pair[0]..pair[1]].to_vec()).collect()
}

#[test]
fn a_state_is_to_be_had_after_whole_blocks_only() {
    for len in 0..200 {
        let mut hash = OpenSha256::default();
        hash.update(&vec![7; len]);
        assert_eq!(hash.state().is_some(), len % BLOCK_LEN == 0, "{len}");
    }
}

proptest! {
    #[test]
    fn it_goes_on_from_a_state_as_if_it_had_not_stopped(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        blocks in any::<usize>(),
    ) {
        let (before, after) = bytes.split_at(blocks % (bytes.len() / BLOCK_LEN + 1) * BLOCK_LEN);
        let mut hash = OpenSha256::default();
        hash.update(before);
        let mut later = OpenSha256::from_state(&hash.state().unwrap()).unwrap();
        later.update(after);
        prop_assert_eq!(later.finish(), Digest::of(&bytes));
    }

    #[test]
    fn two_messages_in_turn_come_to_the_same_as_each_alone(
        one in proptest::collection::vec(any::<u8>(), 0..2000),
        other in proptest::collection::vec(any::<u8>(), 0..2000),
        cuts in proptest::collection::vec(any::<usize>(), 0..6),
        other_cuts in proptest::collection::vec(any::<usize>(), 0..6),
    ) {
        let (pieces, others) = (cut(&one, &cuts), cut(&other, &other_cuts));
        let (mut first, mut second) = (OpenSha256::default(), OpenSha256::default());
        for turn in 0..pieces.len().max(others.len()) {
            let piece = |of: &[Vec<u8>]| of.get(turn).cloned().unwrap_or_default();
            first.update_both(&piece(&pieces), &mut second, &piece(&others));
        }
        prop_assert_eq!((first.finish(), second.finish()), (Digest::of(&one), Digest::of(&other)));
    }
}
