use super::*;
use proptest::prelude::*;

fn costs_of(latin: &[u8], native: &[u8], limit: u16) -> (u16, Vec<lattice::Step>) {
    let model = model();
    let table = model.table(Script::Hangul).unwrap();
    let script = Script::Hangul;
    let sides = (Side::latin(model, table, script, latin), Side::native(table, script, native));
    let lattice = Lattice::<LARGE>::of(table, &sides.0, &sides.1, limit);
    let mut steps = Vec::new();
    if lattice.cost() <= limit {
        lattice.walk(|step| steps.push(step));
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

proptest! {
    #[test]
    fn words_laid_beside_several_others_have_the_odds_that_they_have_alone(
        latin in proptest::collection::vec(proptest::collection::vec(1_u8..63, 1..40), 1..4),
        native in proptest::collection::vec(proptest::collection::vec(1_u8..80, 1..40), 1..4),
    ) {
        let mut sides = Sides::default();
        for script in [Script::Hangul, Script::Han, Script::Latin, Script::Hangul] {
            for (one, two) in latin.iter().flat_map(|one| native.iter().map(move |two| (one, two))) {
                let found = sides.logit(script, one, two, FLOOR);
                prop_assert_eq!(found, model().logit(script, one, two));
            }
        }
    }

    #[test]
    fn a_floor_changes_nothing_of_what_is_sure_enough(at in 0_usize..6, floor in -12.0_f32..6.0) {
        let (script, latin, native) = [
            (Script::Cyrillic, "sokolov", "соколов"),
            (Script::Cyrillic, "sokolov", "иванов"),
            (Script::Hebrew, "rosenberg", "רוזנברג"),
            (Script::Han, "roman", "罗曼"),
            (Script::Arabic, "karim", "كريم"),
            (Script::Arabic, "karim", "قاسم"),
        ][at];
        let (latin, native) = (training::symbols(latin).unwrap().1, training::symbols(native).unwrap().1);
        let costs = model().costs(script, &latin, &native).unwrap();
        let first = sum(&costs.features(), &model().table(script).unwrap().weights);
        let all = Sides::default().logit(script, &latin, &native, -1e3);
        let found = Sides::default().logit(script, &latin, &native, floor);
        // A hair is left for rounding at the floor itself.
        if first > floor + 0.1 {
            prop_assert_eq!(found, all);
        } else if first < floor - 0.1 {
            prop_assert_eq!(found, Some(FLOOR - 2.0));
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
