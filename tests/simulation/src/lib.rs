//! A seeded simulation of the delivery protocol with faults.
