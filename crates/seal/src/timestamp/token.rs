//! What a token says: the time, and of what.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Tag, Tagged};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::request::sha256_of;
use super::wire::{Accuracy, TstInfo};
use super::{TimestampFault, TimestampRequest};

/// A timestamp that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedTimestamp {
    /// The time, by the authority's clock.
    pub time: Timestamp,
    /// How far that clock may be off, in microseconds; not said by all authorities.
    pub accuracy_micros: Option<u64>,
    /// The number of the timestamp, in hexadecimal.
    pub serial: String,
    /// The policy under which it was made, as an object identifier in dots.
    pub policy: String,
    /// The subject of the signer's certificate.
    pub authority: String,
}

/// Reads the content and checks that it answers `request`.
pub(super) fn read(content: &[u8], request: &TimestampRequest) -> Result<VerifiedTimestamp, TimestampFault> {
    let info = TstInfo::from_der(content).map_err(TimestampFault::malformed("content"))?;
    if info.version != 1 {
        return Err(TimestampFault::NotAsDemanded("version of the content"));
    }
    if info.extensions.iter().flatten().any(|extension| extension.critical) {
        return Err(TimestampFault::NotAsDemanded("critical extension"));
    }
    let imprint = sha256_of(&info.imprint)?;
    if imprint != *request.sha256() {
        return Err(TimestampFault::OtherImprint { found: hex::encode(imprint) });
    }
    if info.nonce.is_none_or(|nonce| nonce.as_bytes() != request.nonce()) {
        return Err(TimestampFault::OtherNonce);
    }
    Ok(VerifiedTimestamp {
        time: time_of(info.time)?,
        accuracy_micros: info.accuracy.as_ref().map(micros),
        serial: hex::encode(info.serial.as_bytes()),
        policy: ObjectIdentifier::to_string(&info.policy),
        authority: String::new(),
    })
}

fn micros(accuracy: &Accuracy) -> u64 {
    let of = |value: Option<u16>| u64::from(value.unwrap_or(0));
    u64::from(accuracy.seconds.unwrap_or(0)) * 1_000_000 + of(accuracy.millis) * 1000 + of(accuracy.micros)
}

/// `YYYYMMDDhhmmss[.f...]Z` (RFC 3161, section 2.4.2).
fn time_of(any: AnyRef<'_>) -> Result<Timestamp, TimestampFault> {
    let odd = || TimestampFault::NotAsDemanded("time");
    if any.tag() != Tag::GeneralizedTime {
        return Err(odd());
    }
    let text = std::str::from_utf8(any.value()).map_err(|_| odd())?.strip_suffix('Z').ok_or_else(odd)?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
        return Err(odd());
    }
    let part = |from: usize, to: usize| whole.get(from..to).and_then(|text| text.parse::<i8>().ok());
    let year = whole.get(..4).and_then(|text| text.parse::<i16>().ok());
    let nanos: i32 = format!("{fraction:0<9}").parse().map_err(|_| odd())?;
    let time = (|| {
        DateTime::new(year?, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?, nanos).ok()
    })();
    time.and_then(|time| TimeZone::UTC.to_timestamp(time).ok()).ok_or_else(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Result<Timestamp, TimestampFault> {
        time_of(AnyRef::new(Tag::GeneralizedTime, text.as_bytes()).unwrap())
    }

    #[test]
    fn a_time_may_have_fractions_and_nothing_else() {
        assert_eq!(time("20260301100001Z").unwrap(), "2026-03-01T10:00:01Z".parse().unwrap());
        assert_eq!(time("20260301100001.25Z").unwrap(), "2026-03-01T10:00:01.25Z".parse().unwrap());
        for odd in
            ["20260301100001", "202603011000Z", "20261301100001Z", "20260301100001.Z", "2026030110000+Z", ""]
        {
            assert_eq!(time(odd), Err(TimestampFault::NotAsDemanded("time")), "{odd}");
        }
    }
}
