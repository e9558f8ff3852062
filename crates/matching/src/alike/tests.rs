use super::*;

fn found(z: f32) -> Alike {
    Alike { z, how: How::Transliteration, edits: 0.5 }
}

#[test]
fn known_forms_say_more_than_sounds_and_known_names_that_are_never_together_less() {
    let (heard, joined, apart) =
        (known(found(2.0), None), known(found(2.0), Some(true)), known(found(2.0), Some(false)));
    assert!(apart.z < heard.z && heard.z < joined.z);
    assert_eq!(
        (heard.how, joined.how, apart.how),
        (How::Transliteration, How::Equivalent, How::Transliteration)
    );
    assert_eq!(known(found(6.0), Some(true)).how, How::Transliteration);
}

#[test]
fn odds_of_two_scripts_stay_within_their_bounds() {
    assert_eq!(known(FAR, Some(false)).z, -SURE);
    assert_eq!(known(FAR, Some(true)).z, 1.0);
    assert_eq!(known(found(SUREST), Some(true)).z, SUREST);
}
