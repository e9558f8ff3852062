//! Tokens of a real `openssl ts`, and what must not pass.

mod authority;

use self::authority::{Authority, Leaf, sha256};
use super::*;

const FILE: &[u8] = b"what was seized";

fn request() -> TimestampRequest {
    TimestampRequest::new(sha256(FILE), [7; NONCE_LEN]).unwrap()
}

#[test]
fn a_token_of_openssl_holds_with_every_kind_of_key() {
    for (key, digest) in
        [("rsa:2048", "sha256"), ("P-256", "sha256"), ("P-384", "sha384"), ("P-521", "sha512")]
    {
        let authority = Authority::new(&Leaf { key, ..Leaf::default() });
        let response = authority.stamp(request().to_der(), digest);
        let stamp = verify_response(&response, &request(), &authority.anchors()).unwrap();
        assert!(stamp.authority.contains("Invented TSA"), "{stamp:?}");
        assert_eq!((stamp.policy.as_str(), stamp.accuracy_micros), ("1.2.3.4.1", Some(1_500_100)));
        let age = std::time::SystemTime::now().duration_since(stamp.time.into()).unwrap();
        assert!(age.as_secs() < 600, "the time is that of the authority: {}", stamp.time);
    }
}

#[test]
fn a_token_alone_holds_as_its_response_does() {
    let authority = Authority::new(&Leaf::default());
    let response = authority.stamp(request().to_der(), "sha256");
    let token = authority.token_of(&response);
    let stamp = verify_token(&token, &request(), &authority.anchors()).unwrap();
    assert_eq!(stamp, verify_response(&response, &request(), &authority.anchors()).unwrap());
}

#[test]
fn signatures_by_pss_and_ed25519_hold_which_openssl_makes_as_cms() {
    let from = Authority::new(&Leaf::default());
    let content = from.content_of(&from.stamp(request().to_der(), "sha256"));
    let pss = ["-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1"];
    for (key, options) in [("rsa:2048", &pss[..]), ("ed25519", &["-md", "sha512"])] {
        let authority = Authority::new(&Leaf { key, ..Leaf::default() });
        let Some(token) = authority.sign_cms(&content, options) else {
            assert_eq!(key, "ed25519", "openssl before 3.2 signs no attributes with Ed25519");
            continue;
        };
        verify_token(&token, &request(), &authority.anchors()).unwrap();
        let other = verify_token(&token, &request(), &from.anchors());
        assert!(matches!(other, Err(TimestampFault::NoChain { .. })), "{other:?}");
    }
}

#[test]
fn a_chain_over_an_intermediate_authority_holds_to_the_root_alone() {
    let authority = Authority::below_an_intermediate();
    let response = authority.stamp(request().to_der(), "sha256");
    verify_response(&response, &request(), &authority.anchors()).unwrap();
}

#[test]
fn a_token_of_another_file_or_another_request_is_refused() {
    let authority = Authority::new(&Leaf::default());
    let response = authority.stamp(request().to_der(), "sha256");
    let other = TimestampRequest::new(sha256(b"another file"), [7; NONCE_LEN]).unwrap();
    let found = hex::encode(sha256(FILE));
    assert_eq!(
        verify_response(&response, &other, &authority.anchors()),
        Err(TimestampFault::OtherImprint { found })
    );
    let other = TimestampRequest::new(sha256(FILE), [8; NONCE_LEN]).unwrap();
    assert_eq!(verify_response(&response, &other, &authority.anchors()), Err(TimestampFault::OtherNonce));
}

#[test]
fn a_flipped_bit_in_any_byte_is_noticed() {
    for key in ["rsa:2048", "P-256"] {
        let authority = Authority::new(&Leaf { key, ..Leaf::default() });
        let (anchors, response) = (authority.anchors(), authority.stamp(request().to_der(), "sha256"));
        for at in 0..response.len() {
            let mut altered = response.clone();
            altered[at] ^= 1 << (at % 8);
            let checked = verify_response(&altered, &request(), &anchors);
            assert!(checked.is_err(), "byte {at} of {}, {key}", response.len());
        }
    }
}

#[test]
fn a_token_that_was_cut_or_lengthened_is_refused() {
    let authority = Authority::new(&Leaf::default());
    let (anchors, mut response) = (authority.anchors(), authority.stamp(request().to_der(), "sha256"));
    for len in (0..response.len()).step_by(7) {
        assert!(verify_response(&response[..len], &request(), &anchors).is_err(), "{len}");
    }
    response.push(0);
    let longer = verify_response(&response, &request(), &anchors);
    assert!(matches!(longer, Err(TimestampFault::Malformed { .. })), "{longer:?}");
    let huge = verify_response(&vec![0x30; MAX_RESPONSE_LEN + 1], &request(), &anchors);
    assert_eq!(huge, Err(TimestampFault::TooLong { len: MAX_RESPONSE_LEN + 1 }));
}

#[test]
fn another_authority_or_none_is_not_trusted() {
    let authority = Authority::new(&Leaf::default());
    let response = authority.stamp(request().to_der(), "sha256");
    for anchors in [Authority::new(&Leaf::default()).anchors(), Anchors::new()] {
        let checked = verify_response(&response, &request(), &anchors);
        assert!(matches!(checked, Err(TimestampFault::NoChain { .. })), "{checked:?}");
    }
}

#[test]
fn a_certificate_that_was_not_valid_at_the_time_is_refused() {
    let authority = Authority::new(&Leaf { is_over: true, ..Leaf::default() });
    let response = authority.stamp(request().to_der(), "sha256");
    let checked = verify_response(&response, &request(), &authority.anchors());
    assert!(matches!(checked, Err(TimestampFault::NotValidThen { .. })), "{checked:?}");
}

#[test]
fn an_anchor_that_was_not_valid_at_the_time_is_refused() {
    let authority = Authority::with_root_that_is_over();
    let response = authority.stamp(request().to_der(), "sha256");
    let checked = verify_response(&response, &request(), &authority.anchors());
    assert!(matches!(checked, Err(TimestampFault::NotValidThen { .. })), "{checked:?}");
}

#[test]
fn a_certificate_that_is_not_for_timestamps_alone_is_refused() {
    let from = Authority::new(&Leaf::default());
    let content = from.content_of(&from.stamp(request().to_der(), "sha256"));
    for usage in ["", "timeStamping", "critical,timeStamping,codeSigning", "critical,codeSigning"] {
        let authority = Authority::new(&Leaf { usage, ..Leaf::default() });
        let token = authority.sign_cms(&content, &["-md", "sha256"]).unwrap();
        let checked = verify_token(&token, &request(), &authority.anchors());
        assert!(matches!(checked, Err(TimestampFault::NotForTimestamps(_))), "{usage}: {checked:?}");
    }
}

#[test]
fn a_refusal_says_what_the_authority_said() {
    let authority = Authority::new(&Leaf::default());
    let unknown = TimestampRequest::new(sha256(FILE), [7; NONCE_LEN]).unwrap();
    let mut der = unknown.to_der().to_vec();
    // The number of the hash algorithm, which the authority does not take.
    let at = der.windows(3).position(|bytes| bytes == [4, 2, 1]).unwrap();
    der[at + 2] = 4;
    let checked = verify_response(&authority.stamp(&der, "sha256"), &request(), &authority.anchors());
    assert!(matches!(checked, Err(TimestampFault::NotGranted { status: 2, .. })), "{checked:?}");
}

#[test]
fn a_request_comes_back_as_it_was_written_and_openssl_reads_it() {
    let nonce = [0, 0, 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
    let request = TimestampRequest::new(sha256(FILE), nonce).unwrap();
    assert_eq!(TimestampRequest::read(request.to_der()).unwrap(), request);
    let text = authority::text_of_request(request.to_der());
    assert!(text.contains("Certificate required: yes"), "{text}");
    assert!(text.contains("Nonce: 0xFF0102030405060708090A0B0C0D"), "{text}");
    assert!(matches!(TimestampRequest::read(&request.to_der()[1..]), Err(TimestampFault::Malformed { .. })));
}

#[test]
fn what_is_no_certificate_is_no_anchor() {
    let mut anchors = Anchors::new();
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for odd in [&b""[..], b"text", pem.as_bytes()] {
        assert!(matches!(anchors.add(odd), Err(TimestampFault::Malformed { .. })));
    }
    assert!(anchors.is_empty());
}

proptest::proptest! {
    #[test]
    fn random_bytes_are_no_timestamp(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        proptest::prop_assert!(verify_response(&bytes, &request(), &Anchors::new()).is_err());
        proptest::prop_assert!(verify_token(&bytes, &request(), &Anchors::new()).is_err());
        let _ = TimestampRequest::read(&bytes);
    }
}
