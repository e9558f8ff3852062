//! Passwords: argon2id with the parameters that OWASP's password storage cheat sheet names (19 MiB, 2 passes, 1 lane), a few at a time.

use super::AccessError;
use crate::random;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::{sync::LazyLock, time::Duration};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    task::spawn_blocking,
    time::timeout,
};
use zeroize::Zeroizing;

/// Memory of one hashing, in KiB.
const MEMORY_KIB: u32 = 19_456;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Hashings at a time in this process: guessing passwords must not take the processor from the node's work.
const AT_A_TIME: usize = 2;
/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

static TURNS: Semaphore = Semaphore::const_new(AT_A_TIME);
/// Compared with where the name is unknown, so that the time taken does not tell.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash_now(&hex::encode(random::bytes::<32>())).unwrap_or_default());

/// The right to hash one password.
pub(super) struct Turn(#[allow(dead_code, reason = "held for its drop")] SemaphorePermit<'static>);

/// Waits for a turn.
pub(super) async fn turn() -> Result<Turn, AccessError> {
    match timeout(PATIENCE, TURNS.acquire()).await {
        Ok(Ok(permit)) => Ok(Turn(permit)),
        _ => Err(AccessError::Busy),
    }
}

/// The hash of a new password, as a PHC string with its own salt.
pub(super) async fn hash(password: &str) -> Result<String, AccessError> {
    let _turn = turn().await?;
    let password = Zeroizing::new(password.to_owned());
    let hashed = spawn_blocking(move || hash_now(&password)).await;
    hashed.ok().flatten().ok_or(AccessError::Hashing)
}

/// Is it the password of that hash? Without a hash it takes as long and is `false`.
pub(super) async fn matches(turn: Turn, hash: Option<String>, password: &str) -> Result<bool, AccessError> {
    let password = Zeroizing::new(password.to_owned());
    let compared = spawn_blocking(move || {
        let _turn = turn;
        let known = hash.is_some();
        // Compared in either case: a name that nobody has takes as long.
        let right = verify_now(hash.as_ref().unwrap_or(&NOBODYS), &password);
        known && right
    });
    compared.await.map_err(|_| AccessError::Hashing)
}

fn argon2id() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Option<String> {
    let salt: [u8; 16] = random::bytes();
    let hash = argon2id()?.hash_password_with_salt(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

fn verify_now(hash: &str, password: &str) -> bool {
    let (Ok(hash), Some(argon2)) = (PasswordHash::new(hash), argon2id()) else { return false };
    argon2.verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_names_its_parameters_and_fits_its_password_alone() {
        let stored = hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse battery").await.unwrap(), "each has its own salt");
        let right = matches(turn().await.unwrap(), Some(stored.clone()), "correct horse battery").await;
        assert!(right.unwrap());
        assert!(!matches(turn().await.unwrap(), Some(stored), "correct horse batterz").await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        assert!(!matches(turn().await.unwrap(), None, "anything at all").await.unwrap());
        assert!(!matches(turn().await.unwrap(), Some("garbage".into()), "anything").await.unwrap());
        assert!(NOBODYS.starts_with("$argon2id$"), "the dummy takes as long as a real one");
    }
}
