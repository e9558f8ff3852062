//! Timestamps of a time-stamping authority (RFC 3161, with RFC 5816): the request, and the offline check of what came back.
//!
//! No network, no clock: the caller sends the request and hands in the certificates that it trusts. Whether a certificate was
//! revoked is not asked, which needs lists of that time; who relies on a timestamp years later keeps them beside it.

mod anchors;
mod certificate;
mod fault;
mod request;
mod response;
mod signature;
mod token;
mod wire;

pub use anchors::Anchors;
pub use fault::TimestampFault;
pub use request::{NONCE_LEN, TimestampRequest};
pub use response::{MAX_RESPONSE_LEN, verify_response, verify_token};
pub use token::VerifiedTimestamp;

#[cfg(test)]
mod tests;
