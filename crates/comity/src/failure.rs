//! How a command ends when it does not end well: a text, and an exit code that a script can rely on.

use std::{fmt::Display, process::ExitCode};

/// A command that did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was checked does not hold.
    #[error("{0}")]
    DoesNotHold(String),
    /// It was asked for wrongly.
    #[error("{0}")]
    Usage(String),
    /// A file or node is not there.
    #[error("{0}")]
    NotFound(String),
    /// The node refused.
    #[error("{0}")]
    Refused(String),
    /// Something else went wrong.
    #[error("{0}")]
    Failed(String),
}

impl Failure {
    /// A fault of another kind, with its causes.
    pub fn failed(fault: impl Display) -> Self {
        Self::Failed(fault.to_string())
    }

    /// A file that cannot be read or written.
    pub fn file(path: &std::path::Path, fault: &std::io::Error) -> Self {
        let text = format!("`{}`: {fault}", path.display());
        if fault.kind() == std::io::ErrorKind::NotFound { Self::NotFound(text) } else { Self::Failed(text) }
    }

    fn code(&self) -> u8 {
        match self {
            Self::DoesNotHold(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Refused(_) => 4,
            Self::Failed(_) => 5,
        }
    }

    /// Says what went wrong, and gives the exit code.
    pub fn exit(&self, json: bool) -> ExitCode {
        if json {
            eprintln!("{}", serde_json::json!({ "error": self.to_string(), "exit_code": self.code() }));
        } else {
            eprintln!("comity: {self}");
        }
        ExitCode::from(self.code())
    }
}
