//! Stored objects: named by the SHA-256 of what is stored, created and never changed. Large parts are objects of their own;
//! small ones share packs. Storage itself is handed in as [`Objects`].

mod intake;
mod memory;
mod objects;
mod pack;
mod piece;
mod pipeline;
mod reader;
mod verify;

pub use intake::{Intake, IntakeFault, Taken, take_in_small};
pub use memory::{Fault, MemoryObjects};
pub use objects::{Created, Objects, Pending, ReadObjects, StoreFault};
pub use pack::{MAX_PACK_ENTRIES, PACK_ID, PackEntry, PackFault, PackIndex, PackWriter, Trailer};
pub use piece::{MAX_PIECE, PIECE_ID, PieceRef, read_piece, store_piece};
pub use pipeline::{MARK_PARTS, Mark, PipelinedIntake, Plan};
pub use reader::{AuditFinding, Catalogue, Damage, ItemReader, Location, ReadFault, audit_object};

#[cfg(test)]
mod tests;
