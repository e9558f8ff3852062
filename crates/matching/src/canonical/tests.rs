//! What holds for every kind; the vectors of each stand in files of their own.

mod crypto_addresses;
mod numbers;
mod texts;

use super::{Canonical, CanonicalError, Checked, Context, Fault, read, selector};
use comity_model::selector::{Selector, SelectorKind};
use proptest::prelude::*;

fn in_state(state: &str) -> Context {
    Context::in_region(state.parse().unwrap())
}

fn anywhere() -> Context {
    Context::default()
}

fn form(kind: SelectorKind, raw: &str, context: &Context) -> String {
    let made = selector(kind, raw, context);
    made.unwrap_or_else(|error| panic!("{error}")).value().to_owned()
}

fn fault(kind: SelectorKind, raw: &str, context: &Context) -> Fault {
    let made = selector(kind, raw, context);
    made.expect_err(raw).fault().clone()
}

fn is_checked(kind: SelectorKind, raw: &str) -> bool {
    read(kind, raw, &anywhere()).unwrap().checked == Checked::Checksum
}

fn kinds() -> impl Strategy<Value = SelectorKind> {
    prop::sample::select(SelectorKind::ALL.to_vec())
}

fn contexts() -> impl Strategy<Value = Context> {
    let regions =
        prop::sample::select(vec!["", "FR", "US", "RU", "SA", "IT", "MX", "AR", "EU", "HU", "GB", "TM"]);
    let schemes = prop::sample::select(vec![
        "",
        "btc",
        "bch",
        "ltc",
        "sol",
        "instagram",
        "whatsapp",
        "passport",
        "sha256",
    ]);
    (regions, schemes).prop_map(|(region, scheme)| Context {
        region: region.parse().ok(),
        scheme: (!scheme.is_empty()).then(|| scheme.to_owned()),
    })
}

/// Text that looks enough like identifiers to come far into the rules.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[+0]{0,3}[0-9 ()./-]{3,20}( ext\\. ?[0-9]{1,4})?",
        "[a-zA-Z0-9.+_-]{1,12}@(gmail\\.com|proton\\.me|ya\\.ru|outlook\\.com|[a-zéß]{1,9}\\.[a-z]{2,4})",
        "(instagram|x|telegram|youtube|roblox|svc|xbox|whatsapp|matrix|discord)(:|\\.com/)@?[A-Za-z0-9_./+# :-]{1,20}",
        "https?://(www\\.)?(t\\.me|wa\\.me|vk\\.com|youtube\\.com|m\\.me|host\\.example)/[@a-zA-Z0-9_./?=+-]{0,20}",
        "(FR|SA|RU|ES|CN|DE):([a-zA-Z_ -]{1,12}:)?[\\PC]{1,14}",
        "(btc|bch|eth|sol|xmr)?:?[1-9A-HJ-NP-Za-km-z]{20,50}",
        "(0x)?[0-9a-fA-F]{40}",
        "(md5|sha1|sha-256|b3)[:=][0-9a-fA-F]{32,64}",
        "[a-z2-7]{16}(\\.onion)?",
        "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_canonical_form_of_a_canonical_form_is_itself(kind in kinds(), raw in texts(), context in contexts(), other in contexts()) {
        if let Ok(once) = selector(kind, &raw, &context) {
            for context in [anywhere(), context, other] {
                let twice = selector(kind, once.value(), &context);
                prop_assert_eq!(twice.as_ref(), Ok(&once));
            }
        }
    }

    #[test]
    fn a_canonical_form_is_a_selector_in_its_normal_form(kind in kinds(), raw in texts(), context in contexts()) {
        if let Ok(made) = selector(kind, &raw, &context) {
            let normal = Selector::new(kind, made.value()).unwrap();
            prop_assert_eq!(normal.value(), made.value());
        }
    }

    #[test]
    fn marks_of_direction_and_joiners_change_nothing(kind in kinds(), raw in texts(), at in 0usize..40) {
        let split = raw.char_indices().map(|(at, _)| at).nth(at).unwrap_or(raw.len());
        let (head, rest) = raw.split_at(split);
        let marked = format!("\u{202B}{head}\u{200E}\u{200D}{rest}\u{202C}\u{FEFF}");
        let (plain, marked) = (selector(kind, &raw, &anywhere()), selector(kind, &marked, &anywhere()));
        if raw.len() < 2_000 {
            prop_assert_eq!(plain.ok(), marked.ok());
        }
    }
}

#[test]
fn two_kinds_of_one_text_are_two_inputs() {
    let of = |kind, raw| selector(kind, raw, &anywhere()).unwrap().input();
    let plate = of(SelectorKind::Plate, "FR:AB123CD");
    assert_eq!(plate, b"comity/selector/v1\0plate\0FR:AB123CD");
    assert_ne!(plate, of(SelectorKind::Account, "FR:AB123CD"));
}

#[test]
fn an_error_says_what_where_and_what_to_do() {
    let text = |kind, raw: &str| selector(kind, raw, &anywhere()).unwrap_err().to_string();
    same(
        &text(SelectorKind::Phone, "01 23 45 67 89"),
        "phone `01 23 45 67 89`: it does not say of which state it is; write it with `+` and the country's calling code, \
         or name the state it was noted in",
    );
    same(
        &text(SelectorKind::CryptoAddress, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"),
        "crypto_address `0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD`: its check digits do not agree by EIP-55, so that at \
         least one character is wrong; compare it with its source",
    );
    same(
        &text(SelectorKind::Phone, "+33 1 2b 45"),
        "phone `+33 1 2b 45`: character 8 is `b`, which cannot stand there; write the digits alone, as in `+33 1 23 45 67 89`",
    );
}

fn same(found: &str, expected: &str) {
    assert_eq!(found, expected);
}

#[test]
fn nothing_and_far_too_much_are_refused() {
    for kind in SelectorKind::ALL {
        assert_eq!(fault(kind, " \u{200B}\u{202E}\t", &anywhere()), Fault::Empty, "{kind}");
        let long = "9".repeat(1_000_000);
        assert!(matches!(fault(kind, &long, &anywhere()), Fault::TooLong { found: 1_000_000, .. }), "{kind}");
    }
}

#[test]
fn an_error_repeats_no_more_than_eighty_characters() {
    let error: CanonicalError = selector(SelectorKind::Email, &"é".repeat(900), &anywhere()).unwrap_err();
    assert_eq!(error.given().chars().count(), 81);
    assert_eq!(error.kind(), SelectorKind::Email);
}

#[test]
fn forms_sort_by_kind_and_value() {
    let made = |raw| selector(SelectorKind::Email, raw, &anywhere()).unwrap();
    let mut two: Vec<Canonical> = vec![made("b@example.org"), made("a@example.org")];
    two.sort();
    assert_eq!(two.first().map(Canonical::value), Some("a@example.org"));
}
