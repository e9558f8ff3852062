//! The tables as typed rows. Reading and checking them is in [`read`].

pub mod read;

use crate::{
    Cite, Instrument, Need,
    admissibility::{Fact, Scope, Weight},
};
use comity_model::Jurisdiction;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, sync::Arc};

macro_rules! tables {
    ($($name:ident $file:literal;)*) => {
        /// A table by the name of its file without `.csv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Table { $(#[doc = $file] #[serde(rename = $file)] $name,)* }

        impl Table {
            /// Every table.
            pub const ALL: &'static [Table] = &[$(Table::$name,)*];

            /// The file's name without `.csv`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Table::$name => $file,)* }
            }
        }
    };
}

tables! {
    Hague1980Parties "hague_1980_parties";
    Hague1980Acceptances "hague_1980_acceptances";
    Hague1980Territories "hague_1980_territories";
    Hague1996Parties "hague_1996_parties";
    Hague1996Objections "hague_1996_objections";
    Luxembourg1980Parties "luxembourg_1980_parties";
    LanzaroteParties "lanzarote_parties";
    BudapestParties "budapest_parties";
    Cets224Signatures "cets224_signatures";
    CoeMla1959Parties "coe_mla_1959_parties";
    CoeExtradition1957Parties "coe_extradition_1957_parties";
    PalermoProtocolParties "palermo_protocol_parties";
    UntocParties "untoc_parties";
    CrcOpscParties "crc_opsc_parties";
    EuInstrumentsByState "eu_instruments_by_state";
    Deadlines "deadlines";
    TimeComputationRules "time_computation_rules";
    Grounds "grounds";
    RequiredContents "required_contents";
    OffenceMap "offence_map";
    AgeDefinitions "age_definitions";
    NeedToInstrument "need_to_instrument";
    Admissibility "admissibility";
}

impl Table {
    /// For a table of parties, the instrument.
    #[must_use]
    pub fn parties_of(self) -> Option<Instrument> {
        Some(match self {
            Table::Hague1980Parties => Instrument::Hague1980,
            Table::Hague1996Parties => Instrument::Hague1996,
            Table::Luxembourg1980Parties => Instrument::Luxembourg1980,
            Table::LanzaroteParties => Instrument::Lanzarote,
            Table::BudapestParties => Instrument::Budapest,
            Table::Cets224Signatures => Instrument::Cets224,
            Table::CoeMla1959Parties => Instrument::Mla1959,
            Table::CoeExtradition1957Parties => Instrument::Extradition1957,
            Table::PalermoProtocolParties => Instrument::PalermoTip,
            Table::UntocParties => Instrument::Untoc,
            Table::CrcOpscParties => Instrument::Opsc,
            _ => return None,
        })
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// How a state stands to a treaty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It ratified, accepted or approved.
    Ratified,
    /// It succeeded to a party.
    Succeeded,
    /// A territory to which a party's extension continues.
    Continued,
    /// It acceded.
    Acceded,
    /// It is a party; how it became one is not said.
    Party,
    /// A list names it for some act, which may be no more than a signature.
    Listed,
    /// It has only signed.
    Signatory,
    /// It has ratified an instrument that is not in force.
    RatifiedNotInForce,
    /// It is not a party.
    NotParty,
}

/// A state's standing under one treaty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The state.
    pub state: Jurisdiction,
    /// Its standing.
    pub status: Status,
    /// Entry into force for the state.
    pub entry_into_force: Option<Date>,
    /// The first day on which it is no longer bound, after a denunciation (column `no_longer_bound_from`, may be absent).
    pub no_longer_bound_from: Option<Date>,
    /// The parts of the state to which it applies, in words.
    pub scope: Option<String>,
}

/// An acceptance of an accession under art. 38(4) of the Hague Convention of 1980, or that there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The state that acceded.
    pub acceding: Jurisdiction,
    /// The state that accepted, or did not.
    pub accepting: Jurisdiction,
    /// Whether it accepted; `false` holds on the row's own date only.
    pub accepted: bool,
    /// Entry into force between the two.
    pub in_force: Option<Date>,
}

/// A part of a state, or a territory, with its own dates under the Hague Convention of 1980 (arts. 39, 40).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerritoryRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// ISO 3166-1 (`HK`) or 3166-2 (`CA-AB`) code.
    pub place: crate::Place,
    /// The state that extended or declared; a territory that passed to another state has a row for each.
    pub state: Jurisdiction,
    /// The other state or territory for which the date holds; `None` for all.
    pub towards: Option<Jurisdiction>,
    /// The first day on which it applies; `None` where the table gives none.
    pub from: Option<Date>,
    /// The first day on which it no longer applies, or on which the territory passed to another state.
    pub until: Option<Date>,
    /// Whether it applies at all (`false`: mainland China, on the row's own date only).
    pub applies: bool,
}

/// An objection to an accession under art. 58(3) of the Hague Convention of 1996.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The state that acceded.
    pub acceding: Jurisdiction,
    /// The state that objected.
    pub objecting: Jurisdiction,
    /// When the depositary notified the objection.
    pub notified: Option<Date>,
}

/// Whether a member state takes part in an act of the Union.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Participation {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Under an agreement or a decision of its own.
    BySeparateDecision,
}

/// A state's participation in an act or agreement of the Union.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The act.
    pub instrument: Instrument,
    /// The state; the code `EU` stands for the Union's member states together.
    pub state: Jurisdiction,
    /// Whether it takes part.
    pub participates: Participation,
    /// From when.
    pub applies_from: Option<Date>,
    /// The first day on which it no longer takes part (column `no_longer_bound_from`, may be absent).
    pub no_longer_bound_from: Option<Date>,
}

/// A row of `deadlines.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// What starts the period, in words.
    pub trigger: String,
    /// The length, in `unit`.
    pub length: u16,
    /// The unit as written, such as `calendar_weeks`.
    pub unit: String,
    /// The kind as written, such as `target` or `limit`.
    pub kind: String,
    /// Who is bound.
    pub bound: String,
    /// What follows.
    pub consequence: String,
}

/// A row of `time_computation_rules.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeRule {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// `EU`, `COE`, or an instrument's code.
    pub scope: String,
    /// The article.
    pub article: String,
    /// The rule.
    pub rule: String,
    /// A remark.
    pub remark: String,
}

/// A row of `grounds.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// The ground.
    pub ground: String,
    /// Its kind as written.
    pub kind: String,
    /// Who must show it or decides on it.
    pub decider: String,
}

/// A row of `required_contents.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// What the request must contain.
    pub item: String,
    /// `must`, `may`, ... as written.
    pub obligation: String,
    /// Which language.
    pub language: String,
    /// Which form.
    pub form: String,
}

/// A row of `offence_map.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffenceRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The harmonised concept, such as `C08`.
    pub concept: String,
    /// The concept in words.
    pub name: String,
    /// The term of the Luxembourg Guidelines.
    pub term: String,
    /// The code of the International Classification of Crime for Statistical Purposes.
    pub iccs: Option<String>,
    /// The instrument that defines it.
    pub instrument: Instrument,
    /// The article that does.
    pub article: String,
}

/// A row of `age_definitions.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The instrument.
    pub instrument: Instrument,
    /// The article.
    pub article: String,
    /// The term defined, such as `child`.
    pub term: String,
    /// The definition.
    pub definition: String,
    /// A remark.
    pub remark: String,
}

/// A row of `need_to_instrument.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// The need.
    pub need: Need,
    /// The instruments that work together, the first being the one that is cited.
    pub instruments: Vec<Instrument>,
    /// The instrument column as written, such as `MLA_1959 + ETS 99 + ETS 182`.
    pub written: String,
    /// The condition in words.
    pub condition: String,
    /// The channel.
    pub channel: String,
    /// The kinds of authority.
    pub authorities: String,
    /// 1 is first.
    pub priority: u8,
}

/// A row of `admissibility.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissibilityRow {
    /// Where the row stands.
    pub cite: Arc<Cite>,
    /// For whom it holds.
    pub scope: Scope,
    /// The article, clause or practice.
    pub article: String,
    /// What is asked: a code that is said in every language, or a text of its own.
    pub requirement: String,
    /// What meets it.
    pub met_by: Fact,
    /// How much it weighs.
    pub weight: Weight,
}

/// Every row of a data set, or of several laid over each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// By instrument.
    pub parties: BTreeMap<Instrument, Vec<Party>>,
    /// Hague 1980.
    pub acceptances: Vec<Acceptance>,
    /// Hague 1980.
    pub territories: Vec<TerritoryRow>,
    /// Hague 1996.
    pub objections: Vec<Objection>,
    /// Acts of the Union.
    pub participants: Vec<Participant>,
    /// Deadlines.
    pub deadlines: Vec<DeadlineRow>,
    /// How time is counted.
    pub time_rules: Vec<TimeRule>,
    /// Grounds of refusal.
    pub grounds: Vec<GroundRow>,
    /// What a request contains.
    pub contents: Vec<ContentRow>,
    /// Offences.
    pub offences: Vec<OffenceRow>,
    /// Ages.
    pub ages: Vec<AgeRow>,
    /// Needs.
    pub needs: Vec<NeedRow>,
    /// What evidence for another state should have with it.
    pub admissibility: Vec<AdmissibilityRow>,
}
