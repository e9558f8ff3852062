//! Tests of the tree, its tiles and its proofs against a naive RFC 6962 reference.

mod tree;
