use super::*;
use proptest::prelude::*;

fn costs_of(latin: &[u8], native: &[u8], limit: u16) -> (u16, Vec<lattice::Step>) {
    let model = model();
    let table = model.table(Script::Hangul).unwrap();
    let lattice = Lattice::<LARGE>::of(model, table, latin, native, limit);
    let mut steps = Vec::new();
    if lattice.cost() <= limit {
        lattice.walk(table, latin, native, |step| steps.push(step));
    }
    (lattice.cost(), steps)
}

proptest! {
    #[test]
    fn a_limit_changes_neither_the_cost_nor_the_way_of_what_stays_below_it(
        latin in proptest::collection::vec(1_u8..27, 1..12),
        native in proptest::collection::vec(1_u8..60, 1..12),
        limit in 0_u16..2_000,
    ) {
        let free = costs_of(&latin, &native, u16::MAX - 1);
        let bound = costs_of(&latin, &native, limit);
        if free.0 <= limit {
            prop_assert_eq!(free, bound);
        } else {
            prop_assert!(bound.0 > limit);
        }
    }
}

#[test]
fn characters_of_one_syllable_are_told_apart_by_the_sounds_that_they_write() {
    let logit = |latin: &str, native: &str| {
        let (latin, native) = (training::symbols(latin).unwrap().1, training::symbols(native).unwrap().1);
        model().logit(Script::Han, &latin, &native).unwrap()
    };
    assert!(logit("roman", "罗曼") > logit("roman", "洛曼"));
    assert!(logit("conrad", "康拉德") > logit("conrad", "克拉德"));
}

#[test]
fn a_character_without_what_tells_it_apart_is_its_syllable() {
    let of = |native: &str| training::symbols(native).unwrap().1;
    let plain = |native: &str| training::plain_symbols(Script::Han, &of(native));
    assert_ne!(of("罗"), of("洛"));
    assert_eq!(of("罗"), of("羅"));
    assert_eq!(plain("罗"), plain("洛"));
    assert_ne!(plain("罗"), plain("里"));
}
