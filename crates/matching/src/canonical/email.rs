//! E-mail addresses: the host by IDNA (UTS 46), the name in small letters, and what is known of a provider's own rules.
//!
//! RFC 5321 lets a host tell large letters from small ones; none of note does. What a provider ignores (Gmail's dots, what
//! follows a plus) is dropped only where that provider says so, since elsewhere it may be another person.

use super::{Fault, Found, clean};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// How a provider reads the name before the `@`.
struct Provider {
    /// The host that stands for all its hosts.
    host: &'static str,
    /// Hosts whose addresses are the same mailboxes.
    same: &'static [&'static str],
    /// What follows this sign is a label and not part of the mailbox.
    label: Option<char>,
    /// Signs that make no difference.
    ignored: &'static [char],
}

const NONE: &[char] = &[];

/// Rules as commonly known of these providers; to be confirmed, for a provider may change them.
const PROVIDERS: [Provider; 6] = [
    Provider { host: "gmail.com", same: &["gmail.com", "googlemail.com"], label: Some('+'), ignored: &['.'] },
    Provider {
        host: "icloud.com",
        same: &["icloud.com", "me.com", "mac.com"],
        label: Some('+'),
        ignored: NONE,
    },
    Provider {
        host: "proton.me",
        same: &["proton.me", "protonmail.com", "pm.me"],
        label: Some('+'),
        ignored: &['.', '-', '_'],
    },
    // Yandex takes dot and hyphen for the same; see `folded`.
    Provider {
        host: "yandex.ru",
        same: &[
            "yandex.ru",
            "ya.ru",
            "yandex.com",
            "yandex.by",
            "yandex.kz",
            "yandex.ua",
            "yandex.com.tr",
            "narod.ru",
        ],
        label: Some('+'),
        ignored: NONE,
    },
    Provider { host: "tuta.com", same: &["tuta.com"], label: None, ignored: NONE },
    Provider { host: "fastmail.com", same: &["fastmail.com"], label: Some('+'), ignored: NONE },
];

/// Hosts that drop what follows a plus and are otherwise themselves.
const PLUS_LABELS: [&str; 18] = [
    "outlook.com",
    "outlook.fr",
    "outlook.de",
    "outlook.es",
    "outlook.it",
    "hotmail.com",
    "hotmail.fr",
    "hotmail.de",
    "hotmail.es",
    "hotmail.it",
    "hotmail.co.uk",
    "live.com",
    "live.fr",
    "live.co.uk",
    "msn.com",
    "fastmail.fm",
    "zohomail.com",
    "hey.com",
];
/// Hosts that gave out names with dots where RFC 5321 has none.
const LOOSE_DOTS: [&str; 3] = ["docomo.ne.jp", "ezweb.ne.jp", "au.com"];
const ADVICE: &str = "write the address alone, as in `name@example.org`";

pub(super) fn canonical(text: &str) -> Result<Found, Fault> {
    let text = address(text);
    let missing =
        Fault::Impossible { why: "it has no `@` with a name before and a host behind it", advice: ADVICE };
    let (name, host) = text.rsplit_once('@').ok_or_else(|| missing.clone())?;
    let (name, host) = (name.trim(), host.trim().trim_end_matches('.'));
    if name.is_empty() || host.is_empty() {
        return Err(missing);
    }
    let host = ascii_host(host)?;
    let name = name.to_lowercase();
    let name = unquoted(&name)?;
    let provider = PROVIDERS.iter().find(|provider| provider.same.contains(&host.as_str()));
    let name = folded(name, &host, provider)?;
    let host = provider.map_or(host.as_str(), |provider| provider.host);
    if name.len() > 64 {
        return Err(Fault::TooLong { found: name.len(), most: 64 });
    }
    Ok(Found::shaped(format!("{name}@{host}")))
}

/// The address in `mailto:address?subject=` or `Name <address>`.
fn address(text: &str) -> &str {
    if let Some((_, inside)) = text.rsplit_once('<') {
        return inside.split('>').next().unwrap_or(inside).trim();
    }
    match clean::strip_word(text, "mailto:") {
        Some(rest) => rest.split('?').next().unwrap_or(rest).trim(),
        None => text,
    }
}

/// The host as DNS has it: UTS 46 without transitional processing, in `xn--` where needed, with at least one dot.
fn ascii_host(host: &str) -> Result<String, Fault> {
    let wrong = Fault::Impossible { why: "its host is no name that DNS can have", advice: ADVICE };
    let ascii = Uts46::new()
        .to_ascii(host.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| wrong.clone())?;
    let is_number =
        ascii.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if !ascii.contains('.') || is_number { Err(wrong) } else { Ok(ascii.into_owned()) }
}

/// A dot-atom of RFC 5322, with letters of other scripts (RFC 6531); quotes fall away when nothing needs them.
fn unquoted(name: &str) -> Result<&str, Fault> {
    let inside = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = inside.filter(|inside| !inside.is_empty()).unwrap_or(name);
    let fits = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || is_mark(c);
    Fault::first_odd(name, ADVICE, fits)?;
    Ok(name)
}

/// Marks that letters of other scripts carry.
fn is_mark(sign: char) -> bool {
    unicode_normalization::char::is_combining_mark(sign)
}

fn folded(name: &str, host: &str, provider: Option<&Provider>) -> Result<String, Fault> {
    let label =
        if PLUS_LABELS.contains(&host) { Some('+') } else { provider.and_then(|provider| provider.label) };
    let kept = label.and_then(|sign| name.split(sign).next()).unwrap_or(name);
    let ignored = provider.map_or(NONE, |provider| provider.ignored);
    let mut kept: String = kept.chars().filter(|c| !ignored.contains(c)).collect();
    if provider.is_some_and(|provider| provider.host == "yandex.ru") {
        kept = kept.replace('.', "-");
    }
    let odd_dots = kept.starts_with('.') || kept.ends_with('.') || kept.contains("..");
    if odd_dots && !LOOSE_DOTS.contains(&host) {
        let why = "a dot stands where none may stand before the `@`";
        return Err(Fault::Impossible { why, advice: ADVICE });
    }
    if kept.is_empty() {
        return Err(Fault::Impossible {
            why: "nothing is left of its name by the provider's rules",
            advice: ADVICE,
        });
    }
    Ok(kept)
}
