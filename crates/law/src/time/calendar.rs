//! By whose clock, by whose holidays and by which rules a period is counted.

use super::{Clock, Moment};
use crate::{Instrument, Law, Place, instrument::Regime, tables::TimeRule};
use comity_model::Jurisdiction;

/// The calendar of the authority that is bound, under an instrument.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    law: &'a Law,
    instrument: Instrument,
    clock: Clock,
}

impl<'a> Calendar<'a> {
    /// The calendar of a place for the periods of an instrument. `zone` is an IANA name; it chooses where the place has
    /// several and is passed over where it is not one of them.
    #[must_use]
    pub fn new(law: &'a Law, instrument: Instrument, place: &Place, zone: Option<&str>) -> Self {
        Self { law, instrument, clock: Clock::of(place, zone) }
    }

    /// Whose holidays and zone count.
    #[must_use]
    pub fn place(&self) -> Jurisdiction {
        self.clock.place()
    }

    /// Whether the periods are those of an act of the Union (Regulation 1182/71 art. 1).
    #[must_use]
    pub fn of_union_act(&self) -> bool {
        self.instrument.regime() == Regime::EuropeanUnion
    }

    /// The zone in which a moment is meant, where there is no doubt.
    #[must_use]
    pub fn zone(&self, moment: Moment) -> Option<String> {
        self.clock.zone(moment)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A rule of Regulation 1182/71, by its article such as `3(4)`.
    pub(super) fn union_rule(&self, article: &str) -> Option<&'a TimeRule> {
        let rules = self.law.tables().time_rules.iter();
        rules
            .into_iter()
            .find(|rule| rule.scope == "EU" && rule.article.ends_with(&format!("art. {article}")))
    }

    /// The instrument's own rules of computation for an article.
    pub(super) fn own_rule(&self, article: &str) -> Option<&'a TimeRule> {
        let mut rules = self.law.tables().time_rules.iter();
        let code = self.instrument.code();
        rules.find(|rule| rule.scope == code && rule.article.split(", ").any(|one| one == article))
    }
}
