//! The command line of Comity, and its only binary.
fn main() {}
