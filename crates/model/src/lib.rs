//! The words every part of Comity speaks: pure types, no I/O.
