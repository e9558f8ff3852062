//! Formats of the field, in and out.
