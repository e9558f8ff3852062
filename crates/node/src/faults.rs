//! Places where a test kills the process. In release builds there are none.

/// Ends the process at once, as `SIGKILL` would, if the environment variable `COMITY_DIE_AT` names this place.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::OnceLock;
    static CHOSEN: OnceLock<Option<String>> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| std::env::var("COMITY_DIE_AT").ok());
    if chosen.as_deref() == Some(name) {
        std::process::abort();
    }
}

/// Nothing.
#[cfg(not(debug_assertions))]
pub fn point(_name: &str) {}
