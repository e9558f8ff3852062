//! The instruments that the engine has rules for, by the codes of the tables.

use comity_model::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How an instrument comes to bind two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Regime {
    /// Between ratifying states by itself; an accession only towards the states that accepted it.
    Acceptance,
    /// Between all parties, but an accession not towards a state that objected in time.
    Objection,
    /// Between all parties.
    Multilateral,
    /// Between the member states of the European Union that take part.
    EuropeanUnion,
    /// Between one side and each state of the other, by an agreement of the Union.
    UnionAgreement,
    /// Between the members of an organisation or network whose members the tables do not list.
    Unlisted,
    /// No instrument that binds: terminology, models, and what is done without a treaty.
    None,
}

macro_rules! instruments {
    ($($name:ident $code:literal $regime:ident $title:literal;)*) => {
        /// A treaty, Union act, agreement or network.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Instrument { $(#[doc = $title] $name,)* }

        impl Instrument {
            /// Every instrument, in the order of the code.
            pub const ALL: &'static [Instrument] = &[$(Instrument::$name,)*];

            /// The code in tables, messages and JSON.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Instrument::$name => $code,)* }
            }

            /// The official title, shortened.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Instrument::$name => $title,)* }
            }

            /// How it comes to bind two states.
            #[must_use]
            pub fn regime(self) -> Regime {
                match self { $(Instrument::$name => Regime::$regime,)* }
            }
        }
    };
}

instruments! {
    Hague1980 "HAGUE_1980" Acceptance "Hague Convention of 25 October 1980 on the Civil Aspects of International Child Abduction";
    Hague1996 "HAGUE_1996" Objection "Hague Convention of 19 October 1996 on Parental Responsibility and Protection of Children";
    BrusselsIIb "BRUSSELS_IIB" EuropeanUnion "Council Regulation (EU) 2019/1111 (Brussels IIb)";
    Luxembourg1980 "LUX_1980" Multilateral "European Convention of 20 May 1980 on Custody of Children (ETS 105)";
    Lanzarote "LANZAROTE" Multilateral "Council of Europe Convention on Protection of Children (CETS 201)";
    Budapest "BUDAPEST" Multilateral "Convention on Cybercrime (ETS 185)";
    Cets224 "CETS_224" Multilateral "Second Additional Protocol to the Convention on Cybercrime (CETS 224)";
    Mla1959 "MLA_1959" Multilateral "European Convention on Mutual Assistance in Criminal Matters (ETS 30)";
    Extradition1957 "EXTRADITION_1957" Multilateral "European Convention on Extradition (ETS 24)";
    PalermoTip "PALERMO_TIP" Multilateral "Protocol to Prevent, Suppress and Punish Trafficking in Persons";
    Untoc "UNTOC" Multilateral "United Nations Convention against Transnational Organized Crime";
    Opsc "OPSC" Multilateral "Optional Protocol to the Convention on the Rights of the Child on the Sale of Children";
    Eio "EIO" EuropeanUnion "Directive 2014/41/EU on the European Investigation Order";
    Eaw "EAW" EuropeanUnion "Framework Decision 2002/584/JHA on the European Arrest Warrant";
    EEvidence "E_EVIDENCE" EuropeanUnion "Regulation (EU) 2023/1543 on electronic evidence";
    JitFd "JIT_FD" EuropeanUnion "Framework Decision 2002/465/JHA on joint investigation teams";
    Europol "EUROPOL" EuropeanUnion "Regulation (EU) 2016/794 on Europol";
    PrumII "PRUM_II" EuropeanUnion "Regulation (EU) 2024/982 (Prüm II)";
    Directive2023977 "DIR_2023_977" EuropeanUnion "Directive (EU) 2023/977 on information exchange between law enforcement authorities";
    Directive201193 "DIR_2011_93" EuropeanUnion "Directive 2011/93/EU on combating crimes against children";
    Directive201136 "DIR_2011_36" EuropeanUnion "Directive 2011/36/EU on trafficking in human beings";
    Mla2000 "MLA_2000" EuropeanUnion "EU Convention on Mutual Assistance in Criminal Matters of 29 May 2000";
    EuNoIsSurrender "EU_NO_IS_SURRENDER" UnionAgreement "Agreement of the EU with Iceland and Norway on surrender";
    EuUkTcaPart3 "EU_UK_TCA_PART3" UnionAgreement "EU-UK Trade and Cooperation Agreement, Part Three";
    Interpol "INTERPOL" Unlisted "INTERPOL Constitution and Rules on the Processing of Data";
    G7Network "G7_24_7" Unlisted "G7 24/7 network of contact points";
    NonTreaty "NON_TREATY" None "Without a treaty";
    UnModelMla1990 "UN_MODEL_MLA_1990" None "United Nations Model Treaty on Mutual Assistance in Criminal Matters";
    LuxembourgTerminology "LUX_TERMINOLOGY" None "Luxembourg Terminology Guidelines";
}

/// Other names under which messages cite an instrument.
const ALIASES: &[(&str, Instrument)] =
    &[("INTERPOL_RPD", Instrument::Interpol), ("LUXEMBOURG_1980", Instrument::Luxembourg1980)];

impl FromStr for Instrument {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        let by_code = Self::ALL.iter().copied().find(|known| known.code() == text);
        by_code
            .or_else(|| ALIASES.iter().find(|(alias, _)| *alias == text).map(|(_, known)| *known))
            .ok_or_else(|| Nonsense::new(text, "an instrument code such as `HAGUE_1980`"))
    }
}

impl fmt::Display for Instrument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl Serialize for Instrument {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Instrument {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Instrument {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instrument".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = Self::ALL.iter().map(|known| known.code()).collect();
        schemars::json_schema!({ "type": "string", "enum": codes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_is_named_once() {
        for known in Instrument::ALL {
            assert_eq!(known.code().parse::<Instrument>().as_ref(), Ok(known));
        }
        let codes: std::collections::BTreeSet<_> = Instrument::ALL.iter().map(|known| known.code()).collect();
        assert_eq!(codes.len(), Instrument::ALL.len());
        assert_eq!("INTERPOL_RPD".parse(), Ok(Instrument::Interpol));
        assert!("HAGUE_1900".parse::<Instrument>().is_err());
    }
}
