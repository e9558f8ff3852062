use super::*;
use proptest::prelude::*;

fn sets(word: &str) -> Sets {
    hash_of(word).map(sets_of).unwrap_or_default()
}

#[test]
fn a_known_name_says_in_which_scripts_its_forms_are() {
    let known = sets("sergei");
    assert!(known.has(Script::Cyrillic) && known.has(Script::Latin));
    assert!(sets("сергей").has(Script::Latin));
    assert!(Script::ALL.iter().all(|script| !sets("zzqxwv").has(*script)));
    assert_eq!(together(known, sets("сергей")), Some(true));
    assert_eq!(together(known, sets("иван")), Some(false));
    assert_eq!(together(known, sets("zzqxwv")), None);
}

proptest! {
    #[test]
    fn scripts_are_taken_out_of_entries_and_gathered_by_set(
        words in prop::collection::vec((any::<u32>(), 0_u32..40, 0_u32..13), 0..60)
    ) {
        let entries = words.iter().map(|(hash, set, script)| (*hash, script << SET_BITS | set)).collect();
        let (plain, scripts) = with_scripts(entries);
        prop_assert_eq!(plain, words.iter().map(|(hash, set, _)| (*hash, *set)).collect::<Vec<_>>());
        for set in 0..40 {
            let of = words.iter().filter(|(_, other, _)| *other == set);
            let bits = of.fold(0_u16, |bits, (.., script)| bits | 1 << script);
            prop_assert_eq!(scripts[set as usize], bits);
        }
    }
}
