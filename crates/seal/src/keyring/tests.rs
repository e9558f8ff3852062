//! Each rule on which key may be relied on when, at its very edge.

use super::*;

/// A key that has nothing but a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named(u8);

impl Identified for Named {
    fn key_id(&self) -> KeyId {
        id(self.0)
    }
}

fn id(name: u8) -> KeyId {
    KeyId::from_hash([name; 32])
}

fn record(name: u8, valid_from: i64, valid_until: Option<i64>) -> KeyRecord<Named> {
    KeyRecord { key: Named(name), valid_from, valid_until, revoked_at: None, reason: None }
}

fn revoked(name: u8, valid_from: i64, revoked_at: i64) -> KeyRecord<Named> {
    KeyRecord {
        revoked_at: Some(revoked_at),
        reason: Some(RevocationReason::Compromised),
        ..record(name, valid_from, None)
    }
}

#[test]
fn a_key_is_valid_from_its_first_millisecond_and_not_before() {
    let records = [record(1, 100, None)];
    let fault = KeyFault::NotYetValid { key_id: id(1), valid_from: 100 };
    assert_eq!(key_at(&records, id(1), 99), Err(fault));
    assert!(key_at(&records, id(1), 100).is_ok());
    assert!(key_at(&records, id(1), i64::MAX).is_ok());
}

#[test]
fn a_key_is_valid_until_the_last_millisecond_before_its_end() {
    let records = [record(1, 100, Some(200))];
    assert!(key_at(&records, id(1), 199).is_ok());
    let fault = KeyFault::Expired { key_id: id(1), valid_until: 200 };
    assert_eq!(key_at(&records, id(1), 200), Err(fault));
}

#[test]
fn a_key_is_valid_before_its_revocation_and_not_from_then_on() {
    let records = [revoked(1, 100, 150)];
    assert!(key_at(&records, id(1), 149).is_ok());
    let fault = KeyFault::Revoked { key_id: id(1), revoked_at: 150 };
    assert_eq!(key_at(&records, id(1), 150), Err(fault));
}

#[test]
fn a_key_without_a_record_is_unknown() {
    let fault = KeyFault::Unknown { key_id: id(2) };
    assert_eq!(key_at(&[record(1, 0, None)], id(2), 10), Err(fault));
}

#[test]
fn a_key_that_was_renewed_is_valid_in_both_periods() {
    let records = [record(1, 100, Some(200)), record(1, 300, Some(400))];
    assert_eq!(key_at(&records, id(1), 150), Ok(&records[0]));
    assert_eq!(key_at(&records, id(1), 350), Ok(&records[1]));
    assert!(key_at(&records, id(1), 250).is_err());
}

#[test]
fn a_revocation_outweighs_another_record_of_the_same_key() {
    for records in [[revoked(1, 0, 50), record(1, 0, None)], [record(1, 0, None), revoked(1, 0, 50)]] {
        let fault = KeyFault::Revoked { key_id: id(1), revoked_at: 50 };
        assert_eq!(key_at(&records, id(1), 60), Err(fault));
        assert_eq!(newest_at(&records, 60), Err(KeyFault::NoneValid { time: 60 }));
    }
}

#[test]
fn the_newest_valid_key_is_the_one_to_use() {
    let records = [record(1, 0, None), record(2, 100, None), revoked(3, 150, 160)];
    assert_eq!(newest_at(&records, 50).unwrap().key, Named(1));
    assert_eq!(newest_at(&records, 120).unwrap().key, Named(2));
    assert_eq!(newest_at(&records, 155).unwrap().key, Named(3));
    assert_eq!(newest_at(&records, 160).unwrap().key, Named(2));
    assert_eq!(newest_at(&records, -1), Err(KeyFault::NoneValid { time: -1 }));
}

#[test]
fn a_record_survives_json() {
    let key = crate::sign::SigningKey::generate().unwrap();
    let record = KeyRecord {
        key: key.public().clone(),
        valid_from: 1,
        valid_until: Some(2),
        revoked_at: Some(3),
        reason: Some(RevocationReason::Superseded),
    };
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<KeyRecord>(&json).unwrap(), record);
}
