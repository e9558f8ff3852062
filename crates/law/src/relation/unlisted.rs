//! Organisations and networks whose members the tables do not list, and what binds nobody.

use super::finding::{Finding, Said};
use crate::Instrument;

/// INTERPOL and the G7 24/7 network have members, which the tables do not list: nothing is known of a pair.
pub(super) fn members_not_listed<'a>(instrument: Instrument) -> Finding<'a> {
    Finding::absent(Said::new("relation.members_not_listed").with("instrument", instrument.code()))
}

/// Models, guidelines of terminology, and requests without a treaty bind nobody, so there is nothing to be in force.
pub(super) fn binds_nobody<'a>(instrument: Instrument) -> Finding<'a> {
    Finding::absent(Said::new("relation.binds_nobody").with("instrument", instrument.code()))
}
