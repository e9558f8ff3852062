//! The service: composes the engines into one authority's node.
