//! Secrets that a command needs: from a file or the environment, never from the command line, which others can see.

use crate::failure::Failure;
use std::path::Path;

/// The passphrase of a key file: the first line of `file`, or the environment variable `COMITY_PASSPHRASE`.
pub fn passphrase(file: Option<&Path>) -> Result<String, Failure> {
    secret(file, "COMITY_PASSPHRASE", "--passphrase-file")
}

/// The first line of `file`, or the environment variable `variable`.
pub fn secret(file: Option<&Path>, variable: &str, option: &str) -> Result<String, Failure> {
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|fault| Failure::file(path, &fault))?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    std::env::var(variable).map_err(|_| {
        Failure::Usage(format!("a secret is missing: set {variable}, or name its file with {option}"))
    })
}
