//! The delivery protocol as a state machine without I/O.
