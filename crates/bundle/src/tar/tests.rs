use super::*;
use proptest::prelude::*;

fn listed(bytes: &[u8]) -> Result<Places, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    std::fs::write(&path, bytes).unwrap();
    list(&File::open(path).unwrap())
}

#[test]
fn a_length_beyond_the_octal_digits_is_written_in_binary() {
    for len in [0, 1, MAX_OCTAL, MAX_OCTAL + 1, u64::MAX] {
        let head = Head::parse(&header("a/b", len, 0).unwrap(), 0).unwrap();
        assert_eq!((head.path.as_str(), head.len, head.kind), ("a/b", len, b'0'));
    }
    let far = [&header("a/b", u64::MAX, 0).unwrap()[..], &[0; 1024]].concat();
    assert!(listed(&far).is_err(), "a length that the archive has not");
}

#[test]
fn a_long_path_is_split_between_its_folders() {
    let path = format!("{}/{}", "f".repeat(150), "n".repeat(100));
    assert_eq!(Head::parse(&header(&path, 0, 0).unwrap(), 0).unwrap().path, path);
    assert!(header(&"n".repeat(101), 0, 0).is_err());
}

#[test]
fn the_padding_fills_the_last_block() {
    for len in [0, 1, 511, 512, 513] {
        assert_eq!((len + padding(len).len() as u64) % 512, 0);
    }
}

proptest! {
    #[test]
    fn random_bytes_are_listed_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2048)) {
        let _ = listed(&bytes);
    }

    #[test]
    fn records_of_extended_headers_are_read_without_a_panic(text in any::<String>()) {
        let _ = records(&text);
    }
}
