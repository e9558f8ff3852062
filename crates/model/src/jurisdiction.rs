//! Jurisdictions by ISO 3166-1 alpha-2 code.

use crate::Nonsense;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Officially assigned ISO 3166-1 alpha-2 codes, two letters each, and the reserved or user-assigned codes that the
/// field uses: `EU` and `UN` for regional and global bodies, `XK` for Kosovo.
const CODES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICK\
CLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETEUFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU\
IDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMW\
MXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSY\
SZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUNUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// A state or territory with its own law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[A-Z]{2}$"))]
pub struct Jurisdiction([u8; 2]);

impl Jurisdiction {
    /// Every code that is accepted, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Jurisdiction> {
        CODES.as_bytes().chunks_exact(2).map(|pair| Jurisdiction([pair[0], pair[1]]))
    }

    /// The two letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl FromStr for Jurisdiction {
    type Err = Nonsense;
    fn from_str(text: &str) -> Result<Self, Nonsense> {
        Self::all()
            .find(|known| known.code() == text)
            .ok_or_else(|| Nonsense::new(text, "an ISO 3166-1 alpha-2 code"))
    }
}

impl TryFrom<String> for Jurisdiction {
    type Error = Nonsense;
    fn try_from(text: String) -> Result<Self, Nonsense> {
        text.parse()
    }
}

impl From<Jurisdiction> for String {
    fn from(value: Jurisdiction) -> String {
        value.code().to_owned()
    }
}

impl fmt::Display for Jurisdiction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_249_assigned_codes_and_three_reserved_ones() {
        assert_eq!(Jurisdiction::all().count(), 249 + 3);
        assert!(Jurisdiction::all().is_sorted());
    }

    #[test]
    fn lower_case_and_unassigned_codes_are_refused() {
        for text in ["fr", "ZZ", "FRA", "", "F", "é"] {
            assert!(text.parse::<Jurisdiction>().is_err(), "{text}");
        }
    }
}
