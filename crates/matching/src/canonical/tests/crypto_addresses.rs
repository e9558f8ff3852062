//! Vectors of BIP 173, BIP 350, EIP-55, the CashAddr specification, CIP-19 and the projects' own documents.

use super::{Fault, anywhere, fault, form, is_checked};
use crate::canonical::Context;
use comity_model::selector::SelectorKind::CryptoAddress;

fn coin(code: &str) -> Context {
    anywhere().with_scheme(code)
}

fn stays(code: &str, address: &str) {
    assert_eq!(form(CryptoAddress, address, &anywhere()), format!("{code}:{address}"));
    assert!(is_checked(CryptoAddress, address), "{address}");
    let mut wrong: Vec<char> = address.chars().collect();
    let at = wrong.len() - 3;
    wrong[at] = if wrong[at] == '2' { '3' } else { '2' };
    let wrong: String = wrong.into_iter().collect();
    assert!(super::selector(CryptoAddress, &format!("{code}:{wrong}"), &anywhere()).is_err(), "{wrong}");
}

#[test]
fn addresses_of_each_coin_are_known_by_their_shape_and_verified() {
    for (code, address) in [
        ("btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("btc", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
        ("ltc", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"),
        ("doge", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
        ("trx", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
        ("xrp", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
        ("xrp", "rrrrrrrrrrrrrrrrrrrrrhoLvTp"),
        ("bch", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
        ("ada", "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8"),
        ("ada", "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw"),
        (
            "xmr",
            "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
        ),
        (
            "xmr",
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        ),
    ] {
        stays(code, address);
    }
}

#[test]
fn bip_350_addresses_are_taken_in_either_case() {
    for address in [
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "BC1SW50QGDZ25J",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ] {
        assert_eq!(form(CryptoAddress, address, &anywhere()), format!("btc:{}", address.to_lowercase()));
    }
    let litecoin = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
    assert_eq!(form(CryptoAddress, litecoin, &anywhere()), format!("ltc:{litecoin}"));
}

#[test]
fn invalid_addresses_of_bip_350_are_refused() {
    for address in [
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1gmk9yu",
        "bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ] {
        let fault = fault(CryptoAddress, address, &anywhere());
        assert!(matches!(fault, Fault::Checksum { .. }), "{address}: {fault}");
    }
}

#[test]
fn addresses_of_test_networks_are_refused_as_such() {
    for address in [
        "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
        "btc:mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
    ] {
        let fault = fault(CryptoAddress, address, &anywhere()).to_string();
        assert!(fault.contains("test network"), "{address}: {fault}");
    }
}

#[test]
fn addresses_of_eip_55_fold_to_small_letters_and_a_wrong_case_is_refused() {
    for address in [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ] {
        assert_eq!(form(CryptoAddress, address, &anywhere()), format!("eth:{}", address.to_lowercase()));
    }
    assert!(is_checked(CryptoAddress, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    assert!(!is_checked(CryptoAddress, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"));
    let wrong = fault(CryptoAddress, "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", &anywhere());
    assert_eq!(wrong, Fault::Checksum { rule: "EIP-55" });
}

#[test]
fn a_payment_address_names_its_coin() {
    let of = |raw: &str| form(CryptoAddress, raw, &anywhere());
    let genesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    assert_eq!(of(&format!("bitcoin:{genesis}?amount=0.1&label=x")), format!("btc:{genesis}"));
    let ether = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    assert_eq!(of(&format!("ethereum:{ether}@1?value=2")), format!("eth:{}", ether.to_lowercase()));
    assert_eq!(of(&format!("Polygon:{ether}")), format!("eth:{}", ether.to_lowercase()));
    let transfer = format!("ethereum:{ether}@1/transfer");
    assert_eq!(of(&transfer), format!("eth:{}", ether.to_lowercase()));
}

#[test]
fn bitcoin_cash_is_one_form_whichever_way_it_is_written() {
    let cash = "bch:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a";
    for raw in [
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A",
        "bch:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
    ] {
        assert_eq!(form(CryptoAddress, raw, &anywhere()), cash);
    }
    let script = form(CryptoAddress, "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", &coin("bch"));
    assert_eq!(script, "bch:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq");
    let as_bitcoin = form(CryptoAddress, "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", &anywhere());
    assert_eq!(as_bitcoin, "btc:1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu");
}

#[test]
fn litecoins_old_script_addresses_become_its_own() {
    let new = form(CryptoAddress, "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", &coin("litecoin"));
    assert!(new.starts_with("ltc:M"), "{new}");
    assert_eq!(form(CryptoAddress, &new, &anywhere()), new);
}

#[test]
fn solana_has_no_checksum_and_the_reading_says_so() {
    for address in ["11111111111111111111111111111111", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"] {
        assert_eq!(form(CryptoAddress, address, &anywhere()), format!("sol:{address}"));
        assert!(!is_checked(CryptoAddress, address));
    }
}

#[test]
fn an_address_of_another_coin_than_it_says_is_refused() {
    for raw in ["ltc:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc:DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"] {
        assert!(matches!(fault(CryptoAddress, raw, &anywhere()), Fault::Impossible { .. }), "{raw}");
    }
    assert!(matches!(fault(CryptoAddress, "shells:abc", &anywhere()), Fault::Unknown { what: "coin", .. }));
    assert!(matches!(fault(CryptoAddress, "abc", &anywhere()), Fault::NoScheme { what: "coin", .. }));
}
