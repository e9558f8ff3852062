//! That it is unchanged, who had it, and what shows both.

use super::{Ask, Finding};
use crate::{
    Phrase,
    admissibility::facts::{Hashes, Verification},
};

fn hashes<'a>(ask: &Ask<'a>) -> Option<&'a Hashes> {
    ask.facts().hashes.as_ref().filter(|hashes| !hashes.algorithms.is_empty())
}

/// A hash made no later than the day of the acquisition.
pub(in super::super) fn hash_at_acquisition(ask: &Ask<'_>) -> Finding {
    let Some(hashes) = hashes(ask) else {
        return Finding::missing(Phrase::new("admissibility.hash.missing"));
    };
    let acquired = ask.facts().acquisition.as_ref().and_then(|known| known.finished_on);
    let (Some(made), Some(acquired)) = (hashes.made_on, acquired) else {
        return Finding::unknown(Phrase::new("admissibility.hash.no_day"));
    };
    let about = |key| Phrase::new(key).with("made", made).with("acquired", acquired);
    if made > acquired {
        return Finding::missing(about("admissibility.hash.late"));
    }
    Finding::met(about("admissibility.hash.met").with("algorithms", hashes.algorithms.join(", ")))
}

/// The content was read again and matched.
pub(in super::super) fn hash_verified(ask: &Ask<'_>) -> Finding {
    let last = hashes(ask).and_then(|hashes| hashes.verified);
    match last {
        Some(Verification { on, intact: true }) => {
            Finding::met(Phrase::new("admissibility.verified.met").with("on", on))
        }
        Some(Verification { on, intact: false }) => {
            Finding::missing(Phrase::new("admissibility.verified.damaged").with("on", on))
        }
        None => Finding::missing(Phrase::new("admissibility.verified.missing")),
    }
}

/// A chain of custody without a break.
pub(in super::super) fn custody(ask: &Ask<'_>) -> Finding {
    let Some(custody) = &ask.facts().custody else {
        return Finding::unknown(Phrase::new("admissibility.custody.unknown"));
    };
    match (custody.events, custody.breaks) {
        (0, _) => Finding::missing(Phrase::new("admissibility.custody.missing")),
        (events, 0) => Finding::met(Phrase::new("admissibility.custody.met").with("events", events)),
        (_, breaks) => Finding::missing(Phrase::new("admissibility.custody.broken").with("breaks", breaks)),
    }
}

/// No hand-over to anybody but the receiver waits.
pub(in super::super) fn hand_overs(ask: &Ask<'_>) -> Finding {
    let Some(custody) = &ask.facts().custody else {
        return Finding::unknown(Phrase::new("admissibility.custody.unknown"));
    };
    let open = |to: &String| Phrase::new("admissibility.hand_overs.missing").with("to", to);
    let open = custody.open_hand_overs.iter().map(open).collect();
    Finding::met_unless(open, Phrase::new("admissibility.hand_overs.met"))
}

/// Timestamps by an authority of its own.
pub(in super::super) fn timestamps(ask: &Ask<'_>) -> Finding {
    match ask.facts().timestamps {
        None => Finding::unknown(Phrase::new("admissibility.timestamps.unknown")),
        Some(0) => Finding::missing(Phrase::new("admissibility.timestamps.missing")),
        Some(count) => Finding::met(Phrase::new("admissibility.timestamps.met").with("count", count)),
    }
}

/// Cosignatures of other nodes on the ledger's checkpoint.
pub(in super::super) fn cosignatures(ask: &Ask<'_>) -> Finding {
    match ask.facts().cosignatures {
        None => Finding::unknown(Phrase::new("admissibility.cosignatures.unknown")),
        Some(0) => Finding::missing(Phrase::new("admissibility.cosignatures.missing")),
        Some(count) => Finding::met(Phrase::new("admissibility.cosignatures.met").with("count", count)),
    }
}
