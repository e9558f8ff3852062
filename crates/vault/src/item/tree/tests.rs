use proptest::prelude::*;

use super::*;

fn content(len: u64) -> Vec<u8> {
    (0..len).map(|n| (n % 253) as u8).collect()
}

fn tree_of(content: &[u8], piece: usize) -> Tree {
    let mut hasher = TreeHasher::default();
    content.chunks(piece).for_each(|piece| hasher.update(piece));
    assert_eq!(hasher.size(), content.len() as u64);
    hasher.finish()
}

#[test]
fn the_root_is_that_of_blake3_at_every_edge_of_groups() {
    for len in [0, 1, 1024, GROUP_LEN - 1, GROUP_LEN, GROUP_LEN + 1, 3 * GROUP_LEN, 7 * GROUP_LEN + 11] {
        let content = content(len);
        let tree = tree_of(&content, 300_001);
        assert_eq!(tree.root.as_bytes(), blake3::hash(&content).as_bytes(), "{len}");
        assert_eq!(tree.groups.len() as u64, if len <= GROUP_LEN { 0 } else { len.div_ceil(GROUP_LEN) });
        assert!(tree.fits(len));
    }
}

#[test]
fn each_group_is_verified_alone_and_another_is_not_taken_for_it() {
    let content = content(3 * GROUP_LEN + 5);
    let tree = tree_of(&content, 1 << 16);
    for group in 0..4 {
        let range = tree.group_range(group, content.len() as u64);
        let bytes = &content[range.start as usize..range.end as usize];
        assert!(tree.verifies(group, bytes));
        assert!(!tree.verifies((group + 1) % 4, bytes));
        let mut altered = bytes.to_vec();
        *altered.last_mut().unwrap() ^= 1;
        assert!(!tree.verifies(group, &altered));
        assert!(!tree.verifies(group, &bytes[1..]));
    }
    assert!(!tree.verifies(4, &[]) && !tree.verifies(u64::MAX, b"x"));
}

#[test]
fn a_small_item_is_its_own_group() {
    let tree = tree_of(b"small", 2);
    assert!(tree.verifies(0, b"small"));
    assert!(!tree.verifies(0, b"smalL") && !tree.verifies(1, b"small"));
}

#[test]
fn altered_or_missing_groups_do_not_come_to_the_root() {
    let tree = tree_of(&content(5 * GROUP_LEN + 1), 1 << 20);
    let size = 5 * GROUP_LEN + 1;
    let without = |change: fn(&mut Tree)| {
        let mut changed = tree.clone();
        change(&mut changed);
        changed.fits(size)
    };
    assert!(tree.fits(size));
    assert!(!without(|tree| tree.groups.swap(0, 1)));
    assert!(!without(|tree| {
        tree.groups.pop();
    }));
    assert!(!without(|tree| tree.groups.clear()));
    assert!(!without(|tree| tree.group_size *= 2));
    assert!(!without(|tree| tree.group_size = 3));
    assert!(!without(|tree| tree.root = tree.groups[0]));
    assert!(!tree.fits(size + GROUP_LEN) && !tree.fits(0) && !tree.fits(u64::MAX));
}

#[test]
fn larger_groups_than_the_size_needs_are_refused_although_they_come_to_the_root() {
    let tree = tree_of(&content(4 * GROUP_LEN), 1 << 20);
    let mut hasher = TreeHasher { groups: tree.groups.clone(), ..TreeHasher::default() };
    hasher.join_pairs();
    let joined = Tree { group_size: hasher.group_size, groups: hasher.groups, ..tree };
    assert_eq!(root_of(&joined.groups), Some(joined.root));
    assert!(!joined.fits(4 * GROUP_LEN));
}

/// As if groups were tiny: joining is checked on values, without hashing gigabytes.
#[test]
fn joined_pairs_come_to_the_same_root() {
    let leaves: Vec<_> = (0..9u8).map(|n| TreeHash::from_bytes([n; 32])).collect();
    let mut hasher = TreeHasher { groups: leaves[..8].to_vec(), ..TreeHasher::default() };
    hasher.join_pairs();
    assert_eq!((hasher.groups.len(), hasher.group_size), (4, 2 * GROUP_LEN));
    let joined = [&hasher.groups[..], &leaves[8..]].concat();
    assert_eq!(root_of(&joined), root_of(&leaves));
    assert_ne!(root_of(&joined), root_of(&leaves[..8]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn pieces_make_no_difference(len in 0..4 * GROUP_LEN, piece in 1_000usize..3_000_000) {
        let content = content(len);
        prop_assert_eq!(tree_of(&content, piece), tree_of(&content, content.len().max(1)));
    }
}

#[test]
fn it_goes_on_from_the_end_of_any_group_but_the_first_as_if_it_had_not_stopped() {
    let len = 5 * GROUP_LEN + 77;
    let content = content(len);
    let whole = tree_of(&content, 300_001);
    for (at, known) in [(0, false), (1, false), (2, true), (3, true), (5, true)] {
        let (before, after) = content.split_at((at * GROUP_LEN) as usize);
        let mut hasher = TreeHasher::default();
        hasher.update(before);
        let state = hasher.state();
        assert_eq!(state.is_some(), known, "{at}");
        let Some(state) = state else { continue };
        assert_eq!(state.size(), at * GROUP_LEN);
        let mut later = TreeHasher::from_state(&state).unwrap();
        assert_eq!(later.state().unwrap(), state);
        later.update(after);
        assert_eq!(later.finish(), whole, "{at}");
        assert_eq!(TreeHasher::from_state(&state).unwrap().finish(), tree_of(before, 1 << 16), "{at}");
        hasher.update(b"x");
        assert_eq!(hasher.state(), None);
    }
}

#[test]
fn it_goes_on_also_where_groups_are_joined_with_the_next_byte() {
    let groups = |count| (0..count).map(|n: usize| TreeHash::from_bytes([n as u8; 32])).collect::<Vec<_>>();
    let state = TreeState { group_size: GROUP_LEN, groups: groups(MAX_GROUPS) };
    let ended = TreeHasher::from_state(&state).unwrap().finish();
    assert_eq!((ended.group_size, ended.groups.len()), (GROUP_LEN, MAX_GROUPS));
    let mut hasher = TreeHasher::from_state(&state).unwrap();
    hasher.update(b"one more");
    let tree = hasher.finish();
    assert_eq!((tree.group_size, tree.groups.len()), (2 * GROUP_LEN, MAX_GROUPS / 2 + 1));
    assert!(tree.fits(state.size() + 8));
}

#[test]
fn what_no_hasher_says_is_no_state() {
    let hash = TreeHash::from_bytes([1; 32]);
    for (group_size, groups) in [
        (GROUP_LEN, 0),
        (GROUP_LEN, 1),
        (GROUP_LEN, MAX_GROUPS + 1),
        (GROUP_LEN / 2, 4),
        (GROUP_LEN * 3, 4),
        (0, 4),
    ] {
        let state = TreeState { group_size, groups: vec![hash; groups] };
        assert!(TreeHasher::from_state(&state).is_none(), "{group_size} {groups}");
    }
}
