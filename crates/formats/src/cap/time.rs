use comity_model::Nonsense;
use jiff::{Timestamp, civil::DateTime, tz::Offset};
use std::{fmt, str::FromStr};

const EXPECTED: &str = "a CAP time such as `2026-03-09T18:30:00+01:00`: whole seconds and an offset, `-00:00` for UTC, never `Z`";

/// A moment as CAP writes it: whole seconds, with an offset (CAP 1.2, section 3.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapTime {
    instant: Timestamp,
    offset: Offset,
}

impl CapTime {
    /// A moment in UTC, cut to the second.
    #[must_use]
    pub fn utc(instant: Timestamp) -> Self {
        let whole = Timestamp::from_second(instant.as_second()).unwrap_or(instant);
        Self { instant: whole, offset: Offset::UTC }
    }

    /// The moment.
    #[must_use]
    pub fn instant(&self) -> Timestamp {
        self.instant
    }
}

impl fmt::Display for CapTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.offset.to_datetime(self.instant);
        let minutes = self.offset.seconds() / 60;
        let sign = if minutes > 0 { '+' } else { '-' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        write!(out, "{}{sign}{hours:02}:{minutes:02}", local.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

impl FromStr for CapTime {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        parse(text).ok_or_else(|| Nonsense::new(text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<CapTime> {
    let pattern = "dddd-dd-ddTdd:dd:ddsdd:dd";
    let fits = |(given, wanted): (char, char)| match wanted {
        'd' => given.is_ascii_digit(),
        's' => matches!(given, '+' | '-'),
        other => given == other,
    };
    if text.chars().count() != pattern.len() || !text.chars().zip(pattern.chars()).all(fits) {
        return None;
    }
    let local: DateTime = text.get(..19)?.parse().ok()?;
    let (hours, minutes): (i32, i32) = (text.get(20..22)?.parse().ok()?, text.get(23..25)?.parse().ok()?);
    if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) {
        return None;
    }
    let east = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(if text.get(19..20)? == "-" { -east } else { east }).ok()?;
    Some(CapTime { instant: offset.to_timestamp(local).ok()?, offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_written_with_a_negative_zero_offset() {
        let time = CapTime::utc("2026-03-09T17:30:00.75Z".parse().unwrap());
        assert_eq!(time.to_string(), "2026-03-09T17:30:00-00:00");
    }

    #[test]
    fn an_offset_survives_and_z_is_refused() {
        let time: CapTime = "2026-03-09T18:30:00+01:00".parse().unwrap();
        assert_eq!(time.instant(), "2026-03-09T17:30:00Z".parse().unwrap());
        assert_eq!(time.to_string(), "2026-03-09T18:30:00+01:00");
        for bad in [
            "2026-03-09T18:30:00Z",
            "2026-03-09T18:30:00",
            "2026-03-09T18:30:00,01:00",
            "2026-03-09T18:30:00.5+01:00",
            "2026-02-30T18:30:00+01:00",
            "2026-03-09T18:30:00+15:00",
            "2026-03-09t18:30:00+01:00",
        ] {
            assert!(bad.parse::<CapTime>().is_err(), "{bad}");
        }
    }
}
