//! The words of `admissibility.csv` that are codes: whom a row binds, what meets it, how much weighs, what it asks.

use crate::{Instrument, Phrase, Place};
use comity_model::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// For whom a row holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// For evidence that goes to any state; written `*`.
    Every,
    /// For evidence that goes under an instrument.
    Instrument(Instrument),
    /// For evidence that goes to a state, or to a part of one.
    Place(Place),
}

impl Scope {
    /// The instrument, if it is one.
    #[must_use]
    pub fn instrument(&self) -> Option<Instrument> {
        match self {
            Scope::Instrument(instrument) => Some(*instrument),
            Scope::Every | Scope::Place(_) => None,
        }
    }

    /// Whether it is the law of the state to which the evidence goes, or of the part of it that was named.
    #[must_use]
    pub fn is_law_of(&self, to: &Place) -> bool {
        match self {
            Scope::Place(place) => {
                place.jurisdiction() == to.jurisdiction() && (place.part().is_none() || place == to)
            }
            Scope::Every | Scope::Instrument(_) => false,
        }
    }
}

impl FromStr for Scope {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        if text == "*" {
            return Ok(Scope::Every);
        }
        let instrument = text.parse().map(Scope::Instrument);
        let scope = instrument.or_else(|_| text.parse().map(Scope::Place));
        scope.map_err(|_| Nonsense::new(text, "`*`, an instrument code or a jurisdiction code"))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Every => out.write_str("*"),
            Scope::Instrument(instrument) => instrument.fmt(out),
            Scope::Place(place) => place.fmt(out),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// How much a point weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Without it the evidence is open to attack, or the instrument is not kept.
    Must,
    /// Must, where the case is one that it speaks of.
    WhereApplicable,
    /// It helps, and nothing falls without it.
    GoodPractice,
}

impl Weight {
    /// The words of the column `weight`.
    pub(crate) const WORDS: &'static [(&'static str, Weight)] = &[
        ("must", Weight::Must),
        ("where_applicable", Weight::WhereApplicable),
        ("good_practice", Weight::GoodPractice),
    ];
}

macro_rules! facts {
    ($($name:ident $code:literal $says:literal;)*) => {
        /// What can meet a requirement: a fact that the vault can know, or `not_known_here`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Fact { $(#[doc = $says] #[serde(rename = $code)] $name,)* }

        impl Fact {
            /// Every fact.
            pub const ALL: &'static [Fact] = &[$(Fact::$name,)*];

            /// The words of the column `met_by`.
            pub(crate) const WORDS: &'static [(&'static str, Fact)] = &[$(($code, Fact::$name),)*];

            /// The code in tables and JSON.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Fact::$name => $code,)* }
            }
        }
    };
}

facts! {
    Acquisition "acquisition" "Who acquired the item, where, when, how and in which process.";
    Tools "tools" "The tools that acquired it, each with its version.";
    Source "source" "From what it was acquired.";
    WriteBlocker "write_blocker" "What kept the original from being written to.";
    Deviations "deviations" "What went otherwise than planned.";
    Clock "clock" "How far the source's clock was off.";
    HashAtAcquisition "hash_at_acquisition" "A hash made when it was acquired.";
    HashVerified "hash_verified" "The content was read again and matched its hash.";
    Custody "custody" "The chain of custody has no break.";
    HandOvers "hand_overs" "No hand-over to anybody else is open.";
    ExhibitNumber "exhibit_number" "The exhibit number.";
    Examinations "examinations" "Each examination with its method.";
    SeizureAuthority "seizure_authority" "Who ordered the seizure, by which reference, under which law.";
    SeizureInstrument "seizure_instrument" "The instrument, where it was seized for another state.";
    Purpose "purpose" "The marking's purpose is that of the transfer.";
    JudicialUse "judicial_use" "No handling code forbids use in judicial proceedings (H1).";
    Onward "onward" "Onward rule and handling code H2 let it go to the receiver.";
    Restrictions "restrictions" "The restrictions that H3 announces.";
    Retention "retention" "The retention date has not passed.";
    Timestamps "timestamps" "Timestamps by an authority of its own (RFC 3161).";
    Cosignatures "cosignatures" "Cosignatures of other nodes on the ledger's checkpoint.";
    Language "language" "A language that the receiver accepts.";
    Request "request" "The request or application to which it belongs.";
    Certification "certification" "A certification of the copy.";
    ProcedureRecord "procedure_record" "A record that the procedures asked for were followed.";
    WitnessStatement "witness_statement" "A statement of a witness or expert.";
    ReturnTerms "return_terms" "Whether the item comes back.";
    NotKnownHere "not_known_here" "Nothing that the vault can know; somebody has to be asked.";
}

macro_rules! requirements {
    ($($code:literal)*) => {
        /// The requirements that are said in every language, and the keys of their sentences.
        pub(crate) const REQUIREMENTS: &[(&str, &str)] =
            &[$(($code, concat!("admissibility.requirement.", $code)),)*];
    };
}

requirements! {
    "acquisition_documented" "tools_named" "source_identified" "original_protected" "deviations_told" "clock_compared"
    "hash_at_acquisition" "hash_verified" "custody_unbroken" "hand_overs_closed" "exhibit_numbered"
    "examinations_described" "seizure_lawful" "seizure_for_another_state" "purpose_allows" "judicial_use_allowed"
    "passing_on_allowed" "restrictions_kept" "retention_running" "language_understood" "time_proven" "record_witnessed"
    "own_law_followed" "sworn_evidence" "certified_copies" "return_settled" "procedures_followed" "use_limited"
    "appended_to_application"
}

/// Whether a requirement is a code that is said in every language, or a text of its row: a text has a space.
pub(crate) fn is_requirement(text: &str) -> bool {
    text.contains(' ') || key_of(text).is_some()
}

/// What a row asks: the sentence of its code, or its own text.
pub(crate) fn requirement(text: &str) -> Phrase {
    match key_of(text) {
        Some(key) => Phrase::new(key),
        None => Phrase::new("admissibility.requirement.own").with("text", text),
    }
}

fn key_of(code: &str) -> Option<&'static str> {
    REQUIREMENTS.iter().find(|(known, _)| *known == code).map(|(_, key)| *key)
}
