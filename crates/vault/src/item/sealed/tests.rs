use comity_seal::open;

use super::super::manifest::tests::{item, manifest};
use super::*;

fn key() -> ItemKey {
    ItemKey::new([42; 32])
}

#[test]
fn a_manifest_is_read_by_those_it_is_sealed_to_and_by_nobody_else() {
    let (ours, theirs, stranger) =
        (SealingKey::generate().unwrap(), SealingKey::generate().unwrap(), SealingKey::generate().unwrap());
    let manifest = manifest(b"content", 1 << 20);
    let sealed = seal_manifest(&manifest, &[ours.public().clone(), theirs.public().clone()]).unwrap();
    for reader in [ours, theirs] {
        assert_eq!(open_manifest(&sealed, item(), &[reader]).unwrap(), manifest);
    }
    assert!(matches!(
        open_manifest(&sealed, item(), &[stranger]),
        Err(SealedFault::Age(OpenFault::NotForUs))
    ));
}

#[test]
fn an_unsound_manifest_is_not_sealed() {
    let ours = SealingKey::generate().unwrap();
    let mut manifest = manifest(b"content", 1 << 20);
    manifest.size += 1;
    assert!(matches!(seal_manifest(&manifest, &[ours.public().clone()]), Err(SealedFault::Manifest(_))));
}

#[test]
fn a_wrapped_key_comes_back_after_a_rotation_of_ours() {
    let (old, new) = (SealingKey::generate().unwrap(), SealingKey::generate().unwrap());
    let wrapped = wrap_key(&key(), item(), old.public()).unwrap();
    assert_eq!(unwrap_key(&wrapped, item(), &[new, old]).unwrap().secret(), key().secret());
}

#[test]
fn a_wrap_or_manifest_of_another_item_is_not_taken() {
    let ours = SealingKey::generate().unwrap();
    let other = ItemId::new(5, [5; 10]);
    let wrapped = wrap_key(&key(), other, ours.public()).unwrap();
    let keys = [ours];
    assert!(
        matches!(unwrap_key(&wrapped, item(), &keys), Err(SealedFault::OtherItem { found, .. }) if found == other)
    );
    let sealed = seal_manifest(&manifest(b"x", 1 << 20), &[keys[0].public().clone()]).unwrap();
    assert!(matches!(open_manifest(&sealed, other, &keys), Err(SealedFault::OtherItem { .. })));
}

#[test]
fn any_altered_byte_of_a_wrap_is_found() {
    let ours = SealingKey::generate().unwrap();
    let wrapped = wrap_key(&key(), item(), ours.public()).unwrap();
    let keys = [ours];
    for place in 0..wrapped.len() {
        let mut altered = wrapped.clone();
        altered[place] ^= 1 << (place % 8);
        assert!(unwrap_key(&altered, item(), &keys).is_err(), "byte {place} of {}", wrapped.len());
    }
    for cut in [0, 10, wrapped.len() / 2, wrapped.len() - 1] {
        assert!(unwrap_key(&wrapped[..cut], item(), &keys).is_err());
    }
}

#[test]
fn what_is_wrapped_can_be_read_with_age_alone() {
    let ours = SealingKey::generate().unwrap();
    let wrapped = wrap_key(&key(), item(), ours.public()).unwrap();
    let json = open(&wrapped, &ours, 1000).unwrap();
    let expected =
        format!(r#"{{"format":"comity/item-key/v1","item":"{}","key":"{}"}}"#, item(), "2a".repeat(32));
    assert_eq!(String::from_utf8(json).unwrap(), expected);
}

#[test]
fn a_body_that_is_no_wrapped_key_is_refused() {
    let ours = SealingKey::generate().unwrap();
    let written = format!(r#"{{"format":"comity/item-key/v1","item":"{}","key":"2a"}}"#, item());
    for body in ["", "{}", &written, &written.replace("v1", "v2")] {
        let sealed = seal(body.as_bytes(), &[ours.public().clone()]).unwrap();
        let fault = unwrap_key(&sealed, item(), std::slice::from_ref(&ours)).unwrap_err();
        assert!(matches!(fault, SealedFault::NotAKey), "{body}: {fault}");
    }
}
