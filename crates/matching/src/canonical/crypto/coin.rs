//! The coins, their names and the versions of their addresses.

use super::super::{Fault, clean};

/// A coin whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coin {
    Btc,
    Ltc,
    Bch,
    Doge,
    Dash,
    Zec,
    Trx,
    Eth,
    Xmr,
    Xrp,
    Sol,
    Ada,
}

/// First word is the code; the others are names and prefixes in use. Chains that share Ethereum's addresses are `eth`.
const NAMES: [(Coin, &[&str]); 12] = [
    (Coin::Btc, &["btc", "bitcoin", "xbt", "lightning"]),
    (Coin::Ltc, &["ltc", "litecoin"]),
    (Coin::Bch, &["bch", "bitcoincash"]),
    (Coin::Doge, &["doge", "dogecoin"]),
    (Coin::Dash, &["dash"]),
    (Coin::Zec, &["zec", "zcash"]),
    (Coin::Trx, &["trx", "tron", "trc20"]),
    (
        Coin::Eth,
        &[
            "eth",
            "ethereum",
            "erc20",
            "bsc",
            "bnb",
            "bep20",
            "polygon",
            "matic",
            "arbitrum",
            "optimism",
            "base",
            "avax",
            "avalanche",
            "etc",
            "xdai",
            "gnosis",
        ],
    ),
    (Coin::Xmr, &["xmr", "monero"]),
    (Coin::Xrp, &["xrp", "ripple"]),
    (Coin::Sol, &["sol", "solana"]),
    (Coin::Ada, &["ada", "cardano"]),
];

/// Version bytes of base58check and the coin; behind each stand 20 bytes.
const VERSIONS: [(&[u8], Coin); 12] = [
    (&[0x00], Coin::Btc),
    (&[0x05], Coin::Btc),
    (&[0x30], Coin::Ltc),
    (&[0x32], Coin::Ltc),
    (&[0x1E], Coin::Doge),
    (&[0x16], Coin::Doge),
    (&[0x4C], Coin::Dash),
    (&[0x10], Coin::Dash),
    (&[0x1C, 0xB8], Coin::Zec),
    (&[0x1C, 0xBD], Coin::Zec),
    (&[0x41], Coin::Trx),
    (&[0x00], Coin::Xrp),
];

impl Coin {
    pub(super) fn code(self) -> &'static str {
        let entry = NAMES.iter().find(|(coin, _)| *coin == self);
        entry.and_then(|(_, names)| names.first()).copied().unwrap_or_default()
    }

    /// The prefix of its segregated witness addresses.
    pub(super) fn segwit(self) -> Option<&'static str> {
        match self {
            Coin::Btc => Some("bc"),
            Coin::Ltc => Some("ltc"),
            _ => None,
        }
    }
}

pub(super) fn named(name: &str) -> Result<Coin, Fault> {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let known = NAMES.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(coin, _)| *coin);
    known.ok_or_else(|| Fault::Unknown {
        what: "coin",
        found: name.to_owned(),
        advice: "write one of btc, ltc, bch, doge, dash, zec, trx, eth, xmr, xrp, sol, ada, or leave the prefix out",
    })
}

/// By what the address begins with and its length; what is left is base58.
pub(super) fn by_shape(address: &str) -> Option<Coin> {
    let begins = |prefix| clean::strip_word(address, prefix).is_some();
    let segwit = [
        ("bc1", Coin::Btc),
        ("tb1", Coin::Btc),
        ("bcrt1", Coin::Btc),
        ("ltc1", Coin::Ltc),
        ("tltc1", Coin::Ltc),
    ];
    let cardano = [("addr1", Coin::Ada), ("stake1", Coin::Ada), ("addr_test1", Coin::Ada)];
    if begins("0x") {
        return Some(Coin::Eth);
    }
    let prefixed = segwit.into_iter().chain(cardano).find(|(prefix, _)| begins(prefix));
    match (address.len(), address.as_bytes().first()) {
        _ if prefixed.is_some() => prefixed.map(|(_, coin)| coin),
        (95 | 106, Some(b'4' | b'8')) => Some(Coin::Xmr),
        (42, Some(b'q' | b'p' | b'z' | b'r' | b'Q' | b'P')) => Some(Coin::Bch),
        (25..=35, Some(b'r')) => Some(Coin::Xrp),
        _ => None,
    }
}

pub(super) fn is_segwit(address: &str) -> bool {
    ["bc1", "tb1", "bcrt1", "ltc1", "tltc1", "rltc1"]
        .iter()
        .any(|hrp| clean::strip_word(address, hrp).is_some())
}

/// The coin of version and payload, where it is the only one that writes it so.
pub(super) fn by_version(payload: &[u8]) -> Option<Coin> {
    VERSIONS.iter().find(|(version, _)| fits(version, payload)).map(|(_, coin)| *coin)
}

pub(super) fn is_of(coin: Coin, payload: &[u8]) -> bool {
    VERSIONS.iter().any(|(version, known)| *known == coin && fits(version, payload))
}

fn fits(version: &[u8], payload: &[u8]) -> bool {
    payload.strip_prefix(version).is_some_and(|hash| hash.len() == 20)
}
