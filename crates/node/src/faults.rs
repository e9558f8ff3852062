//! Places where a test kills the process. In release builds there are none.

/// Ends the process at once, as `SIGKILL` would, if the environment variable `COMITY_DIE_AT` is `name.place`.
#[cfg(debug_assertions)]
pub fn point(name: &str, place: &str) {
    use std::sync::OnceLock;
    static CHOSEN: OnceLock<Option<(String, String)>> = OnceLock::new();
    let read = || {
        let chosen = std::env::var("COMITY_DIE_AT").ok()?;
        chosen.split_once('.').map(|(name, place)| (name.to_owned(), place.to_owned()))
    };
    let chosen = CHOSEN.get_or_init(read).as_ref();
    if chosen.is_some_and(|(n, p)| n == name && p == place) {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub fn point(_name: &str, _place: &str) {}
