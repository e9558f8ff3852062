//! Whether a sighting can be true, and whether it was reported before. Pure functions that flag and never refuse: people
//! decide.

use comity_model::{
    case::Place,
    message::{Alert, Sighting},
};
use jiff::{SignedDuration, Timestamp};

/// The mean radius of the Earth in kilometres.
const EARTH_KM: f64 = 6_371.0;
/// Faster than this, in kilometres an hour, nobody travels: airliners cruise at about 900.
const FASTEST_KM_H: f64 = 1_000.0;
/// Two places within this distance, in kilometres, are one.
const SAME_PLACE_KM: f64 = 1.0;
/// Two sightings within this time may be one.
const SAME_TIME: SignedDuration = SignedDuration::from_mins(30);

/// The distance between two positions (latitude and longitude in degrees) along a great circle, in kilometres.
#[must_use]
pub fn distance_km(one: [f64; 2], other: [f64; 2]) -> f64 {
    let [lat_1, lon_1] = one.map(f64::to_radians);
    let [lat_2, lon_2] = other.map(f64::to_radians);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(lat_2 - lat_1) + lat_1.cos() * lat_2.cos() * half(lon_2 - lon_1);
    2.0 * EARTH_KM * h.clamp(0.0, 1.0).sqrt().asin()
}

/// Why the sighting can hardly be of this child; `None` where nothing speaks against it.
#[must_use]
pub fn implausible(alert: &Alert, seen_at: Timestamp, place: &Place) -> Option<String> {
    let hours = seen_at.duration_since(alert.missing_since).as_secs_f64() / 3_600.0;
    if hours < 0.0 {
        return Some("it is dated before the child was last seen".to_owned());
    }
    let distance = distance_km(alert.last_seen.position?, place.position?);
    let too_far = distance > SAME_PLACE_KM && distance > FASTEST_KM_H * hours;
    too_far.then(|| format!("{distance:.0} km in {hours:.1} h from where the child was last seen"))
}

/// Do two sightings speak of the same place at the same time? By position where both have one, else by the place's words.
#[must_use]
pub fn is_duplicate(one: &Sighting, other: &Sighting) -> bool {
    let apart = one.seen_at.duration_since(other.seen_at).abs();
    let same_place = match (one.place.position, other.place.position) {
        (Some(here), Some(there)) => distance_km(here, there) <= SAME_PLACE_KM,
        _ => one.place.name.trim().to_lowercase() == other.place.name.trim().to_lowercase(),
    };
    apart <= SAME_TIME && same_place
}

#[cfg(test)]
mod tests;
