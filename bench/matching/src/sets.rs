//! Measures.

use crate::report::{Fallible, Section};

/// What was measured.
pub fn measure() -> Fallible<Vec<Section>> {
    Ok(Vec::new())
}
