//! The text files of a bag (RFC 8493): manifests and `bag-info.txt`.

use std::collections::BTreeMap;
use std::fmt::Write;

use comity_vault::Digest;

use crate::layout::is_safe;

/// The lines of a manifest, in the order of paths. Two spaces, as `sha256sum -c` reads them.
pub(crate) fn manifest_text(files: &BTreeMap<String, Digest>) -> String {
    files.iter().fold(String::with_capacity(files.len() * 160), |mut text, (path, digest)| {
        let _ = writeln!(text, "{digest}  {path}");
        text
    })
}

/// Reads a manifest as it is written here.
pub(crate) fn parse_manifest(text: &str) -> Result<BTreeMap<String, Digest>, String> {
    let mut files = BTreeMap::new();
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("the last line was cut".to_owned());
    }
    for (number, line) in (1..).zip(text.lines()) {
        let (digest, path) =
            line.split_once("  ").ok_or_else(|| format!("line {number} is no hash and path"))?;
        let digest = digest.parse::<Digest>().map_err(|fault| format!("line {number}: {fault}"))?;
        if !is_safe(path) {
            return Err(format!("line {number} names a path that does not stay inside the bundle"));
        }
        if files.insert(path.to_owned(), digest).is_some() {
            return Err(format!("line {number} names a path that was named before"));
        }
    }
    Ok(files)
}

/// `bag-info.txt`: labels and values, one line each.
pub(crate) fn info_text(labels: &[(&str, String)]) -> String {
    labels.iter().fold(String::new(), |mut text, (label, value)| {
        let line: String =
            value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let _ = writeln!(text, "{label}: {}", line.trim());
        text
    })
}

/// `Payload-Oxum`: bytes and files of the payload (section 2.2.2).
pub(crate) fn oxum(bytes: u64, files: usize) -> String {
    format!("{bytes}.{files}")
}

/// The value of `Payload-Oxum` in `bag-info.txt`.
pub(crate) fn oxum_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("Payload-Oxum: "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_manifest_names_each_path_once_and_inside() {
        let hash = Digest::of(b"");
        for odd in [
            format!("{hash}  a\n{hash}  a\n"),
            format!("{hash}  ../a\n"),
            format!("{hash} a\n"),
            format!("{hash}  a"),
            "00  a\n".to_owned(),
        ] {
            assert!(parse_manifest(&odd).is_err(), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn a_manifest_comes_back(names in prop::collection::btree_set("[a-zé ]{0,8}[a-z]", 0..20)) {
            let files: BTreeMap<_, _> = names.into_iter().map(|name| (name.clone(), Digest::of(name.as_bytes()))).collect();
            prop_assert_eq!(parse_manifest(&manifest_text(&files)).unwrap(), files);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>()) {
            let _ = parse_manifest(&text);
        }
    }
}
