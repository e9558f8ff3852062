//! Access: local accounts, sign-in, sessions, lock-out, and what each role may do. What is *not* here: what an act needs
//! beyond the role, such as the second officer of a release, which is its own capability's rule.

mod caller;
pub mod http;
mod officers;
mod password;
pub mod rules;
pub mod session;
mod sign_in;
mod store;

pub use caller::{COOKIE, CSRF_HEADER, Caller, token_of};
pub use officers::{NewOfficer, create_officer, officers};
pub use rules::{Act, OfficerFault, Role, allows};
pub use session::{Session, sign_out};
pub use sign_in::{SignedIn, sign_in};

use crate::{store::StoreError, web::Problem};
use axum::http::StatusCode;
use jiff::Timestamp;

/// Why nobody signs in, or no account is made.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Alike for a wrong name and a wrong password.
    #[error("name or password is wrong; try again, after five failures the account is locked for a while")]
    SignInFailed,
    /// Too many failures.
    #[error("after too many failures nobody signs in under this name until `{until}`")]
    LockedOut {
        /// Until when.
        until: Timestamp,
    },
    /// Too many sign-ins at once.
    #[error("too many sign-ins at once; try again")]
    Busy,
    /// The name is somebody's already.
    #[error("the name `{0}` is taken; choose another")]
    NameTaken(String),
    /// Words that do not fit.
    #[error(transparent)]
    Officer(#[from] OfficerFault),
    /// The library fails.
    #[error("the password cannot be hashed")]
    Hashing,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for Problem {
    fn from(fault: AccessError) -> Self {
        let detail = fault.to_string();
        match fault {
            AccessError::SignInFailed => {
                Self::new(StatusCode::UNAUTHORIZED, "sign_in_failed", "sign-in failed", detail)
            }
            AccessError::LockedOut { until } => {
                let seconds = until.duration_since(crate::random::now()).as_secs().max(1);
                Self::too_many("locked_out", detail).with("retry_after", seconds)
            }
            AccessError::Busy => Self::unavailable("busy", detail).with("retry_after", 1),
            AccessError::NameTaken(_) => Self::conflict("name_taken", detail),
            AccessError::Officer(_) => Self::unprocessable("officer_refused", detail),
            AccessError::Store(fault) => fault.into(),
            AccessError::Hashing => {
                tracing::error!("a password cannot be hashed");
                Self::internal()
            }
        }
    }
}
