//! Custody: who had an item, when and why.
