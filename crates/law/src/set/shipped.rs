//! The tables that this program ships, compiled in.

use super::Bundle;
use jiff::civil::date;

macro_rules! files {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../../law/", $name, ".csv"))),)*]
    };
}

/// The shipped tables as a bundle.
#[must_use]
pub fn shipped() -> Bundle {
    let files = files! {
        "hague_1980_parties" "hague_1980_acceptances" "hague_1980_territories" "hague_1996_parties"
        "hague_1996_objections" "luxembourg_1980_parties" "lanzarote_parties" "budapest_parties" "cets224_signatures"
        "coe_mla_1959_parties" "coe_extradition_1957_parties" "palermo_protocol_parties" "untoc_parties"
        "crc_opsc_parties" "eu_instruments_by_state" "deadlines" "time_computation_rules" "grounds"
        "required_contents" "offence_map" "age_definitions" "need_to_instrument" "admissibility"
    };
    Bundle {
        id: "comity-2026-11-21".into(),
        dated: date(2026, 11, 21),
        title: "The tables shipped with Comity".into(),
        tables: files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    }
}
