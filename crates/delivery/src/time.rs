//! Time as a parameter: a point in time is handed in, never asked for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// The point `duration` later; stops at the end of time instead of overflowing.
    #[must_use]
    pub fn after(self, duration: Duration) -> Millis {
        let added = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Millis(self.0.saturating_add(added))
    }

    /// How long from `earlier` to this point; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Millis) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The distance between two points, whichever comes first.
    #[must_use]
    pub fn distance(self, other: Millis) -> Duration {
        Duration::from_millis(self.0.abs_diff(other.0))
    }

    /// Whether something planned for `at`, at most `horizon` ahead when it was planned, is due.
    ///
    /// A point further away than the horizon can only come from a clock that has since gone back: it is due
    /// at once, so that a clock set right again never holds up delivery.
    #[must_use]
    pub fn has_reached(self, at: Millis, horizon: Duration) -> bool {
        self >= at || at > self.after(horizon)
    }
}
