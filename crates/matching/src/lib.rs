//! Comparison of persons, with reasons.
