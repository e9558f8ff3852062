//! Accounts, as `instagram:name`: the service's one name and the account's in small letters.
//!
//! Names fold to small letters everywhere, since nearly all services take both for the same; the few whose numbers tell them apart
//! (YouTube's channels) have so many signs that no two differ by that alone. Display names are no accounts.

mod service;

use super::{Context, Fault, Found, onion, phone};
use service::Service;

const NAME_SERVICE: &str =
    "write it as `service:name`, such as `telegram:name`, or give the address of the profile's page";

pub(super) fn canonical(text: &str, context: &Context) -> Result<Found, Fault> {
    if let Some(found) = by_page(text, context) {
        return found;
    }
    if let Some((user, host)) = federated(text) {
        return whole("fediverse", &format!("{user}@{}", onion::host(host)));
    }
    let (service, name) = match text.split_once(':') {
        Some(("", _)) | None => (context.scheme.as_deref(), text),
        Some((at, _)) if at.starts_with('@') => (Some("matrix"), text),
        Some((service, name)) => (Some(service), name),
    };
    let service = service.ok_or(Fault::NoScheme { what: "service", advice: NAME_SERVICE })?;
    match service::named(service) {
        Some(known) => of_service(known, name, context),
        None => whole(&slug(service)?, name),
    }
}

/// `@user@host`, as in the Fediverse.
fn federated(text: &str) -> Option<(&str, &str)> {
    let (user, host) = text.strip_prefix('@')?.split_once('@')?;
    (!user.is_empty() && host.contains('.')).then_some((user, host))
}

/// The service's name as a word: letters, digits, dot, hyphen, underscore.
fn slug(service: &str) -> Result<String, Fault> {
    let service = service.trim().to_lowercase();
    Fault::first_odd(&service, NAME_SERVICE, |c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))?;
    if service.is_empty() {
        Err(Fault::NoScheme { what: "service", advice: NAME_SERVICE })
    } else {
        Ok(service)
    }
}

/// Service and name; the name without the `@` before it.
fn whole(service: &str, name: &str) -> Result<Found, Fault> {
    let name = name.trim().trim_start_matches('@').trim().to_lowercase();
    Fault::first_odd(&name, "an account's name has no spaces; a display name is no account", |c| {
        !c.is_whitespace()
    })?;
    if name.is_empty() { Err(Fault::Empty) } else { Ok(Found::shaped(format!("{service}:{name}"))) }
}

fn of_service(service: &Service, name: &str, context: &Context) -> Result<Found, Fault> {
    let name = name.trim().trim_start_matches('@').trim();
    if service.by_phone
        && let Some(number) = as_phone(name, context)
    {
        return Ok(Found::shaped(format!("{}:{}", service.name, number?)));
    }
    let name: String = name.chars().filter(|c| !(service.drops_spaces && *c == ' ')).collect();
    let plain = service.prefixes.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(&name);
    let advice = "the service's names have no such sign; give the account's name, not the display name";
    Fault::first_odd(plain, advice, |c| c.is_ascii_alphanumeric() || service.signs.contains(c))?;
    if plain.chars().count() > service.most {
        return Err(Fault::length(plain.chars().count(), format!("at most {}", service.most), service.name));
    }
    whole(service.name, &name)
}

/// A number that is an account; without a plus it is taken as written after the calling code.
fn as_phone(name: &str, context: &Context) -> Option<Result<String, Fault>> {
    let is_number = name.starts_with('+') || name.bytes().filter(u8::is_ascii_digit).count() >= 7;
    if !is_number || name.contains(char::is_alphabetic) {
        return None;
    }
    let national = name.starts_with('0') || context.region.is_some();
    let first = phone::canonical(name, context);
    let again = || phone::canonical(&format!("+{name}"), context);
    let found = if national || name.starts_with('+') { first } else { again() };
    Some(found.map(|found| found.value))
}

/// The account behind the address of a page, when it is one.
fn by_page(text: &str, context: &Context) -> Option<Result<Found, Fault>> {
    let lower = text.to_ascii_lowercase();
    let is_page =
        lower.starts_with("http://") || lower.starts_with("https://") || service::begins_with_host(&lower);
    if !is_page {
        return None;
    }
    let host = onion::host(&lower).to_owned();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    Some(match service::at_host(&host) {
        Some(service) => of_page(service, path, context),
        None => of_unknown_host(&host, path),
    })
}

fn of_page(service: &Service, path: &str, context: &Context) -> Result<Found, Fault> {
    let none = Fault::Impossible {
        why: "the page's address names no account, or one in a way that is not known",
        advice: NAME_SERVICE,
    };
    of_service(service, &service::name_in(service, path).ok_or(none)?, context)
}

/// `/@name` is how the servers of the Fediverse write a profile.
fn of_unknown_host(host: &str, path: &str) -> Result<Found, Fault> {
    let name = path.strip_prefix("/@").and_then(|rest| rest.split(['/', '?', '#']).next());
    match name.filter(|name| !name.is_empty() && !name.contains('@') && host.contains('.')) {
        Some(name) => whole("fediverse", &format!("{name}@{host}")),
        None => Err(Fault::Unknown { what: "service's host", found: host.to_owned(), advice: NAME_SERVICE }),
    }
}
