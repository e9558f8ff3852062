//! Access: local accounts, sign-in, sessions, lock-out, and what each role may do. What is *not* here: what an act needs
//! beyond the role, such as the second officer of a release, which is its own capability's rule.

mod caller;
pub mod rules;
pub mod session;

pub use caller::{COOKIE, CSRF_HEADER, Caller, token_of};
pub use rules::{Act, Role, allows};
