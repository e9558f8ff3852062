#![doc = include_str!("../README.md")]

mod bag;
pub mod layout;
pub mod make;
pub mod report;
mod source;
mod tar;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod verify;

pub use make::{
    About, BundleItem, CustodyRecord, FolderSink, JournalRecord, Made, MakeFault, MessageRecord, Sink, Stamp,
    TarSink, Writer,
};
pub use report::{Counts, Finding, Report, Severity, StampSeen};
pub use verify::{Trust, verify, verify_watched};
