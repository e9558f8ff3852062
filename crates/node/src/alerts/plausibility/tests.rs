use super::*;
use comity_model::{
    id::{MessageId, SightingId, SubjectId},
    subject::{Subject, SubjectRole},
};
use proptest::prelude::*;

const LYON: [f64; 2] = [45.7578, 4.832];
const ALGECIRAS: [f64; 2] = [36.1408, -5.4562];

fn place(name: &str, position: Option<[f64; 2]>) -> Place {
    Place { name: name.into(), jurisdiction: None, position }
}

fn hours(hours: i64) -> Timestamp {
    Timestamp::from_second(1_000_000 + hours * 3_600).unwrap()
}

fn alert() -> Alert {
    Alert {
        headline: String::new(),
        child: Subject::new(SubjectId::new(1, [1; 10]), SubjectRole::Child),
        alleged_taker: None,
        vehicles: vec![],
        circumstances: String::new(),
        missing_since: hours(0),
        last_seen: place("Lyon", Some(LYON)),
        requested_action: String::new(),
        runs_until: hours(72),
    }
}

fn sighting(name: &str, position: Option<[f64; 2]>, seen_at: Timestamp) -> Sighting {
    let (id, alert) = (SightingId::new(1, [0; 10]), MessageId::new(1, [0; 10]));
    Sighting { id, alert, seen_at, place: place(name, position), what: String::new() }
}

#[test]
fn lyon_to_algeciras_is_some_1370_kilometres() {
    assert!((1_350.0..1_390.0).contains(&distance_km(LYON, ALGECIRAS)), "{}", distance_km(LYON, ALGECIRAS));
}

#[test]
fn a_sighting_that_outruns_an_airliner_is_implausible() {
    let port = place("Algeciras", Some(ALGECIRAS));
    let why = implausible(&alert(), hours(1), &port).unwrap();
    assert!(why.contains("1.0 h"), "{why}");
    assert_eq!(implausible(&alert(), hours(2), &port), None);
    assert_eq!(implausible(&alert(), hours(0), &place("Lyon", Some(LYON))), None);
}

#[test]
fn a_sighting_before_the_child_was_last_seen_is_implausible() {
    assert!(implausible(&alert(), hours(-1), &place("Lyon", None)).is_some());
}

#[test]
fn without_positions_nothing_speaks_against_a_sighting() {
    assert_eq!(implausible(&alert(), hours(1), &place("Ushuaia", None)), None);
}

#[test]
fn the_same_place_within_half_an_hour_is_reported_twice() {
    let first = sighting("port", Some(ALGECIRAS), hours(30));
    let near = sighting("ferry terminal", Some([36.1438, -5.4530]), hours(30));
    assert!(is_duplicate(&first, &near));
    assert!(!is_duplicate(&first, &sighting("port", Some(ALGECIRAS), hours(31))));
    assert!(!is_duplicate(&first, &sighting("port", Some(LYON), hours(30))));
    assert!(is_duplicate(&sighting("The Port", None, hours(1)), &sighting("the port ", None, hours(1))));
}

proptest! {
    #[test]
    fn a_distance_is_symmetric_finite_and_at_most_half_way_round(
        a in -90.0..90.0_f64, b in -180.0..180.0_f64, c in -90.0..90.0_f64, d in -180.0..180.0_f64
    ) {
        let there = distance_km([a, b], [c, d]);
        prop_assert!((0.0..=20_016.0).contains(&there));
        prop_assert!((there - distance_km([c, d], [a, b])).abs() < 1e-6);
    }

    #[test]
    fn waiting_makes_no_sighting_less_plausible(early in 0_i64..100, more in 0_i64..100, lat in -90.0..90.0_f64) {
        let somewhere = place("x", Some([lat, 0.0]));
        if implausible(&alert(), hours(early), &somewhere).is_none() {
            prop_assert!(implausible(&alert(), hours(early + more), &somewhere).is_none());
        }
    }
}
