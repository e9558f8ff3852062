//! What a text says to whoever reads it.

#![allow(missing_docs)]

/// The longest run of letters and digits that is read as words; identifiers, digests, keys and signatures are longer.
const LONGEST: usize = 24;

/// Does a text say a word? Identifiers, digests, keys and signatures are left out: in them any four letters come up by chance.
pub fn says(text: &str, word: &str) -> bool {
    let is_coded = |letter: char| letter.is_ascii_alphanumeric() || "+/=_-".contains(letter);
    let runs = text.split_inclusive(|letter| !is_coded(letter));
    runs.filter(|run| run.len() <= LONGEST).collect::<String>().contains(word)
}

#[test]
fn what_comes_up_in_a_digest_is_not_said() {
    let digest = "{\"sha256\":\"90a51971de77a9f3b7c2e1f0\",\"id\":\"01a20718-1971-7df8-abe5-9138b3cf5d5d\"}";
    assert!(digest.contains("1971") && !says(digest, "1971"));
    for text in ["{\"born\":\"1971-05-04\"}", "novák|petr|1971", "{\"born\":1971}", "1971"] {
        assert!(says(text, "1971"), "{text}");
    }
    assert!(says("Petr Nov\u{e1}k", "Nov\u{e1}k"));
}
