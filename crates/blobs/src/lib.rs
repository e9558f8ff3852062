#![doc = include_str!("../README.md")]

mod blobs;
mod disk;
mod fault;
mod named;
mod s3;

pub use blobs::{BlobPending, Blobs};
pub use disk::{Disk, DiskPending, Step, Watcher};
pub use fault::{NamedFault, is_full};
pub use named::{MAX_NAMED_LEN, Named};
pub use s3::{S3, S3Pending};
