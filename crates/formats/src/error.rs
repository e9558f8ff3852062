use crate::{MAX_BYTES, ReportFormat};
use comity_model::case::CaseFault;

/// Why a file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// More than [`MAX_BYTES`].
    #[error("the file has {size} bytes and at most {MAX_BYTES} are read; leave out or shrink photographs")]
    TooLarge {
        /// Size in bytes.
        size: usize,
    },
    /// Another character encoding.
    #[error("the {format} file is not UTF-8 from byte {at} on; save it as UTF-8")]
    NotUtf8 {
        /// The format that was expected.
        format: ReportFormat,
        /// Offset of the first bad byte.
        at: usize,
    },
    /// Not JSON or XML at all.
    #[error("the {format} file breaks off at line {line}, column {column}: {why}; correct it there")]
    Malformed {
        /// The format that was expected.
        format: ReportFormat,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// One field says what it may not say.
    #[error("the {format} file is wrong at `{at}`: {why}")]
    Field {
        /// The format that was expected.
        format: ReportFormat,
        /// JSON pointer, or path of the element with its line.
        at: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The report as a whole cannot open a case.
    #[error("the {format} file cannot open a case: {fault}")]
    Report {
        /// The format.
        format: ReportFormat,
        /// What is missing.
        fault: CaseFault,
    },
}

impl FormatError {
    pub(crate) fn field(format: ReportFormat, at: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Field { format, at: at.into(), why: why.into() }
    }

    pub(crate) fn json(format: ReportFormat, fault: &serde_json::Error) -> Self {
        let why = fault.to_string();
        let why = why.split(" at line ").next().unwrap_or_default().to_owned();
        Self::Malformed { format, line: fault.line(), column: fault.column(), why }
    }
}
