//! Addresses of crypto currencies, as `btc:` and the address; the prefix keeps currencies apart that write the same thing.
//!
//! A coin is found by the address' own shape, by a prefix as in payment addresses (`bitcoin:`), or by the context. Each coin's
//! checksum is verified; Solana has none. An address is not its owner: the same keys written as `1...` and as `bc1...` stay two.

mod cash;
mod coin;

use super::{Context, Fault, Found, base58};
use bech32::primitives::decode::{CheckedHrpstring, SegwitHrpstring};
use coin::Coin;
use sha3::{Digest, Keccak256};

const COMPARE: &str = "compare it with its source";
const TEST_NETWORK: Fault = Fault::Impossible {
    why: "that is an address of a test network, which holds no money",
    advice: "leave it out",
};
const NOT_KNOWN: Fault = Fault::NoScheme {
    what: "coin",
    advice: "its shape is none that is known: write the coin before it, as in `btc:`, and compare it with its source",
};

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    let text = text.split('?').next().unwrap_or(text);
    Fault::first_odd(text, "an address has no spaces; give one address alone", |c| c != ' ')?;
    let (name, address) = match text.split_once(':') {
        Some((name, address)) => (Some(name), address.trim_start_matches('/')),
        None => (context.scheme.as_deref(), text),
    };
    if address.is_empty() {
        return Err(Fault::Empty);
    }
    let coin = name.map(coin::named).transpose()?;
    match coin.or_else(|| coin::by_shape(address)) {
        Some(coin) => Ok(found(coin, address)?.of(coin)),
        None => by_base58(address),
    }
}

/// An address without its coin.
struct Address {
    text: String,
    has_sum: bool,
}

impl Address {
    fn summed(text: impl Into<String>) -> Self {
        Self { text: text.into(), has_sum: true }
    }

    fn of(self, coin: Coin) -> Found {
        let value = format!("{}:{}", coin.code(), self.text);
        if self.has_sum { Found::summed(value) } else { Found::shaped(value) }
    }
}

fn found(coin: Coin, address: &str) -> Result<Address, Fault> {
    match coin {
        Coin::Eth => eth(address),
        Coin::Xmr => xmr(address),
        Coin::Xrp => base58_of(coin, address, base58::RIPPLE),
        Coin::Sol => sol(address),
        Coin::Bch => bch(address),
        Coin::Ada => ada(address),
        Coin::Btc | Coin::Ltc if coin::is_segwit(address) => segwit(coin, address),
        Coin::Btc | Coin::Ltc | Coin::Doge | Coin::Dash | Coin::Zec | Coin::Trx => {
            base58_of(coin, address, base58::BITCOIN)
        }
    }
}

/// Base58 without a named coin: by its version, or 32 bytes of Solana.
fn by_base58(address: &str) -> Result<Found, Fault> {
    let bytes = base58::decode(address, base58::BITCOIN).map_err(|_| NOT_KNOWN)?;
    if let Some(payload) = base58::checked(&bytes) {
        let coin = coin::by_version(payload).ok_or(NOT_KNOWN)?;
        return Ok(base58_of(coin, address, base58::BITCOIN)?.of(coin));
    }
    match bytes.len() {
        32 => Ok(sol(address)?.of(Coin::Sol)),
        25 | 26 => Err(Fault::Checksum { rule: "base58check" }),
        _ => Err(NOT_KNOWN),
    }
}

fn base58_of(coin: Coin, address: &str, alphabet: &[u8; 58]) -> Result<Address, Fault> {
    let bytes = base58::decode(address, alphabet)?;
    let payload = base58::checked(&bytes).ok_or(Fault::Checksum { rule: "base58check" })?;
    if coin::is_of(coin, payload) {
        return Ok(Address::summed(address));
    }
    match (coin, payload) {
        // Litecoin wrote script addresses as Bitcoin does until it took a version of its own.
        (Coin::Ltc, [5, hash @ ..]) if hash.len() == 20 => {
            Ok(Address::summed(base58::encode_checked(&[&[0x32], hash].concat())))
        }
        (Coin::Btc | Coin::Ltc | Coin::Doge, [0x6F | 0xC4 | 0x71 | 0x3A, ..]) => Err(TEST_NETWORK),
        _ => Err(Fault::Impossible {
            why: "its version is of another coin",
            advice: "write the coin that is meant before it",
        }),
    }
}

/// BIP 173 and BIP 350.
fn segwit(coin: Coin, address: &str) -> Result<Address, Fault> {
    let parsed =
        SegwitHrpstring::new(address).map_err(|_| Fault::Checksum { rule: "bech32 (BIP 173, BIP 350)" })?;
    match parsed.hrp().to_lowercase().as_str() {
        "tb" | "bcrt" | "tltc" | "rltc" => Err(TEST_NETWORK),
        prefix if Some(prefix) == coin.segwit() => Ok(Address::summed(address.to_ascii_lowercase())),
        _ => Err(Fault::Impossible { why: "its prefix is of another coin", advice: COMPARE }),
    }
}

/// EIP-55, where large and small letters are mixed; the chains of Ethereum's kind share addresses.
fn eth(address: &str) -> Result<Address, Fault> {
    let address = super::clean::strip_word(address, "pay-").unwrap_or(address);
    let address = address.split('@').next().unwrap_or(address);
    let digits = super::clean::strip_word(address, "0x").unwrap_or(address);
    Fault::first_odd(digits, "such an address is `0x` and 40 digits 0 to 9 and a to f", |c| {
        c.is_ascii_hexdigit()
    })?;
    if digits.len() != 40 {
        return Err(Fault::length(digits.len(), "40", "an address behind `0x`"));
    }
    let lower = digits.to_ascii_lowercase();
    let has_sum = digits != lower && digits != digits.to_ascii_uppercase();
    if has_sum && eip55(&lower) != digits {
        return Err(Fault::Checksum { rule: "EIP-55" });
    }
    Ok(Address { text: format!("0x{lower}"), has_sum })
}

/// A letter is large where the hash of the small ones has its digit at 8 or more.
fn eip55(lower: &str) -> String {
    let hash = hex::encode(Keccak256::digest(lower));
    let is_large = |digit: char| digit.to_digit(16).is_some_and(|value| value >= 8);
    let pairs = lower.chars().zip(hash.chars());
    pairs.map(|(sign, digit)| if is_large(digit) { sign.to_ascii_uppercase() } else { sign }).collect()
}

/// Standard, integrated and subaddresses of the main network. An integrated one keeps its payment number, which tells a
/// service's customers apart.
fn xmr(address: &str) -> Result<Address, Fault> {
    if !matches!(address.len(), 95 | 106) {
        return Err(Fault::length(address.len(), "95 or 106", "a Monero address"));
    }
    let bytes = base58::decode_monero(address)?;
    if !base58::monero_agrees(&bytes) {
        return Err(Fault::Checksum { rule: "Keccak-256 of Monero" });
    }
    match (bytes.first(), bytes.len()) {
        (Some(18 | 42), 69) | (Some(19), 77) => Ok(Address::summed(address)),
        (Some(53 | 54 | 63 | 24 | 25 | 36), _) => Err(TEST_NETWORK),
        _ => Err(Fault::Impossible { why: "its network byte is not Monero's", advice: COMPARE }),
    }
}

/// An Ed25519 key in base58; there is no checksum in it.
fn sol(address: &str) -> Result<Address, Fault> {
    match base58::decode(address, base58::BITCOIN)?.len() {
        32 => Ok(Address { text: address.to_owned(), has_sum: false }),
        found => Err(Fault::length(found, "32 bytes", "a Solana address")),
    }
}

/// CashAddr, of which a legacy address is another way of writing.
fn bch(address: &str) -> Result<Address, Fault> {
    if let Ok(bytes) = base58::decode(address, base58::BITCOIN)
        && let Some([version @ (0 | 5), hash @ ..]) = base58::checked(&bytes)
        && hash.len() == 20
    {
        return Ok(Address::summed(cash::encode(u8::from(*version == 5), hash)));
    }
    cash::canonical(address).map(Address::summed)
}

/// CIP-19: bech32 without Bitcoin's limit of length.
fn ada(address: &str) -> Result<Address, Fault> {
    let parsed = CheckedHrpstring::new::<bech32::Bech32>(address);
    let parsed = parsed.map_err(|_| Fault::Checksum { rule: "bech32 (CIP-19)" })?;
    match (parsed.hrp().to_lowercase().as_str(), parsed.byte_iter().count()) {
        ("addr", 29 | 57) | ("stake", 29) => Ok(Address::summed(address.to_ascii_lowercase())),
        ("addr_test" | "stake_test", _) => Err(TEST_NETWORK),
        _ => Err(Fault::Impossible { why: "its prefix is of another coin", advice: COMPARE }),
    }
}
