//! What crosses crates: scenarios on real nodes, the shape of the house.
