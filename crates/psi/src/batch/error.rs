//! Why a session of batch intersection ends.

use super::MOST_BATCH_ENTRIES;

/// Why 32 bytes are no point that may be masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PointFault {
    /// Not below the field's order, 2^255 - 19.
    #[error("is not a canonical coordinate")]
    NotCanonical,
    /// No point of the curve has this coordinate.
    #[error("is not on the curve")]
    NotOnCurve,
    /// Of small order: masking it would give the same for every key (RFC 7748, 6.1).
    #[error("has a small order")]
    SmallOrder,
}

/// Why a session ends. After any of these it is over: nothing of it may be used, and a new one needs a new seed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The two parties' agreement is no session.
    #[error("this is no session: {what}; agree on another one")]
    Setup {
        /// What is wrong.
        what: &'static str,
    },
    /// More entries than were announced, or than a session can have.
    #[error(
        "`{count}` entries do not fit a session of {announced}, nor more than {MOST_BATCH_ENTRIES}; agree on another one"
    )]
    TooManyEntries {
        /// How many there are.
        count: u32,
        /// The padded size that was agreed.
        announced: u32,
    },
    /// Not as many entries handed in as were wanted.
    #[error(
        "`{given}` entries were handed in where {wanted} were wanted; hand in exactly those that `wanted` named"
    )]
    Entries {
        /// What was wanted.
        wanted: usize,
        /// What was given.
        given: usize,
    },
    /// A frame of another kind, or no frame at all.
    #[error("this is not the frame that belongs here; end the session and ask the peer")]
    Kind,
    /// A frame of another session, of other parties, or sent back.
    #[error("this frame belongs to another session; end this one and ask the peer")]
    Session,
    /// A frame that came twice, too early, or too late.
    #[error("frame `{found}` came where {expected} was due; end the session and ask the peer")]
    Order {
        /// The frame that was due; none where all have come.
        expected: u32,
        /// The frame that came.
        found: u32,
    },
    /// A frame of another size than its place in the session gives it.
    #[error("frame `{number}` has a wrong size; end the session and ask the peer")]
    Size {
        /// Which one.
        number: u32,
    },
    /// A point that may not be masked.
    #[error("point {index} of frame {number} {fault}; end the session and ask the peer")]
    Point {
        /// The frame.
        number: u32,
        /// The place in it, from 0.
        index: usize,
        /// What is wrong with it.
        fault: PointFault,
    },
    /// Something was asked for before all that it needs had come: the peer stopped, or is not done.
    #[error("{what} has not come in full; nothing is known yet; wait, or end the session")]
    NotYet {
        /// What is missing.
        what: &'static str,
    },
    /// A point twice in one set, by mistake or to probe.
    #[error("a set has the same entry twice; end the session and remove duplicates")]
    Duplicate,
    /// Spooled bytes that are not what was handed out.
    #[error("the spool has a wrong size; end the session")]
    Spool,
    /// A claim of matches that contradicts what the follower knows.
    #[error("the leader's matches do not hold; nothing of them may be used; tell its operator")]
    FalseMatches,
    /// The cryptographic library refused to work.
    #[error("the cryptographic library failed; end the session")]
    Crypto,
}
