//! Polygons and circles. The schema takes any text for them; here they must lie on the globe and be closed
//! (CAP 1.2, section 3.2.4).

use comity_model::Nonsense;
use std::{fmt, str::FromStr};

const POLYGON: &str = "a polygon: 4 to 10000 points `latitude,longitude` in degrees, separated by spaces, the last as the first";
const CIRCLE: &str = "a circle: `latitude,longitude radius`, in degrees and kilometres";
/// Half the Earth's circumference in kilometres; a larger radius means nothing.
const LARGEST_RADIUS_KM: f64 = 20_038.0;

/// A closed polygon on the globe, as latitudes and longitudes in degrees (WGS 84).
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon(Vec<[f64; 2]>);

impl Polygon {
    /// Builds a polygon of at least four points, the last the same as the first, of which three differ.
    ///
    /// # Errors
    /// Where it is not closed, or leaves the globe.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, Nonsense> {
        let bad = || Nonsense::new("polygon", POLYGON);
        let closed = points.first() == points.last() && (4..=10_000).contains(&points.len());
        if !closed || !points.iter().all(|point| on_the_globe(*point)) {
            return Err(bad());
        }
        let mut distinct: Vec<&[f64; 2]> = Vec::new();
        for point in &points {
            if distinct.len() < 3 && !distinct.contains(&point) {
                distinct.push(point);
            }
        }
        if distinct.len() < 3 { Err(bad()) } else { Ok(Self(points)) }
    }

    /// The points, the last the same as the first.
    #[must_use]
    pub fn points(&self) -> &[[f64; 2]] {
        &self.0
    }
}

impl FromStr for Polygon {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let bad = || Nonsense::new(text, POLYGON);
        let points: Option<Vec<[f64; 2]>> = text.split_ascii_whitespace().map(point).collect();
        Self::new(points.ok_or_else(bad)?).map_err(|_| bad())
    }
}

impl fmt::Display for Polygon {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, [latitude, longitude]) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(out, "{space}{latitude},{longitude}")?;
        }
        Ok(())
    }
}

/// A circle on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    centre: [f64; 2],
    radius_km: f64,
}

impl Circle {
    /// Builds a circle from latitude and longitude in degrees and a radius in kilometres; zero means a point.
    ///
    /// # Errors
    /// Where the centre leaves the globe, or the radius is negative or longer than half the Earth's circumference.
    pub fn new(centre: [f64; 2], radius_km: f64) -> Result<Self, Nonsense> {
        if on_the_globe(centre) && (0.0..=LARGEST_RADIUS_KM).contains(&radius_km) {
            Ok(Self { centre, radius_km })
        } else {
            Err(Nonsense::new("circle", CIRCLE))
        }
    }

    /// Latitude and longitude of the centre in degrees.
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        self.centre
    }

    /// The radius in kilometres.
    #[must_use]
    pub fn radius_km(&self) -> f64 {
        self.radius_km
    }
}

impl FromStr for Circle {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let bad = || Nonsense::new(text, CIRCLE);
        let parts: Vec<&str> = text.split_ascii_whitespace().collect();
        let [centre, radius] = parts.as_slice() else { return Err(bad()) };
        let (centre, radius) = (point(centre).ok_or_else(bad)?, number(radius).ok_or_else(bad)?);
        Self::new(centre, radius).map_err(|_| bad())
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [latitude, longitude] = self.centre;
        write!(out, "{latitude},{longitude} {}", self.radius_km)
    }
}

fn on_the_globe([latitude, longitude]: [f64; 2]) -> bool {
    latitude.abs() <= 90.0 && longitude.abs() <= 180.0
}

/// `latitude,longitude` as numbers, without a look at the globe.
pub(super) fn point(text: &str) -> Option<[f64; 2]> {
    let (latitude, longitude) = text.split_once(',')?;
    Some([number(latitude)?, number(longitude)?])
}

/// A decimal number as XML Schema has it: digits, one dot, one sign; no exponent, infinity or NaN.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-'));
    text.parse().ok().filter(|value: &f64| plain && value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_polygon_on_the_globe_is_read_and_written_alike() {
        let text = "45.5,4.5 46,4.5 46,5.25 45.5,4.5";
        assert_eq!(text.parse::<Polygon>().unwrap().to_string(), text);
    }

    #[test]
    fn a_polygon_that_is_open_flat_or_off_the_globe_is_refused() {
        for bad in [
            "",
            "45,4 46,4 46,5 45,5",
            "45,4 46,4 45,4",
            "45,4 46,4 45,4 45,4",
            "91,4 46,4 46,5 91,4",
            "45,4 46,181 46,5 45,4",
            "45,4 nan,4 46,5 45,4",
            "45,4,46,4",
        ] {
            assert!(bad.parse::<Polygon>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_circle_needs_a_centre_on_the_globe_and_a_radius_that_means_something() {
        assert_eq!("45.76,4.84 25".parse::<Circle>().unwrap().radius_km(), 25.0);
        for bad in
            ["45.76,4.84", "45.76 4.84 2", "45.76,4.84 -1", "45.76,4.84 1e3", "45.76,4.84 30000", "95,4 1"]
        {
            assert!(bad.parse::<Circle>().is_err(), "{bad}");
        }
    }
}
