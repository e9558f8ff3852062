//! Keys, signatures, sealed bodies and key files.
