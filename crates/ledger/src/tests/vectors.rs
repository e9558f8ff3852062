//! Published vectors: certificate-transparency's eight-leaf tree, the examples of the C2SP specifications, and an
//! ML-DSA-44 checkpoint made by another implementation.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use super::tree::{naive_path, naive_root};
use crate::note::Note;
use crate::*;

/// The leaves of certificate-transparency's reference tree.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Its roots, from one leaf to eight.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hash(text: &str) -> Hash {
    Hash::try_from(hex::decode(text).unwrap().as_slice()).unwrap()
}

fn hashes(texts: &[&str]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

fn tree() -> (Vec<Hash>, TileMap) {
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect();
    let tiles = Edge::empty().append(&leaves).into_iter().collect();
    (leaves, tiles)
}

#[test]
fn the_empty_root_is_sha_256_of_nothing() {
    assert_eq!(empty_root(), hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    assert_eq!(Edge::empty().root(), empty_root());
}

#[test]
fn the_eight_leaf_tree_has_its_published_roots() {
    let (leaves, _) = tree();
    let mut edge = Edge::empty();
    for (leaf, root) in leaves.iter().zip(ROOTS) {
        edge.append(&[*leaf]);
        assert_eq!(edge.root(), hash(root), "size {}", edge.size());
    }
    assert_eq!(naive_root(&leaves), hash(ROOTS[7]));
}

#[test]
fn the_eight_leaf_tree_has_its_published_inclusion_proofs() {
    let (leaves, tiles) = tree();
    let cases: [(u64, u64, &[&str]); 4] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ];
    for (index, size, proof) in cases {
        let (at, root) = (index as usize, hash(ROOTS[size as usize - 1]));
        assert_eq!(prove_inclusion(index, size, &tiles).unwrap(), hashes(proof));
        assert_eq!(naive_path(at, &leaves[..size as usize]), hashes(proof));
        assert_eq!(verify_inclusion(leaves[at], index, size, root, &hashes(proof)), Ok(()));
    }
}

#[test]
fn the_eight_leaf_tree_has_its_published_consistency_proofs() {
    let (_, tiles) = tree();
    let cases: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old, new, proof) in cases {
        let (before, after) = (hash(ROOTS[old as usize - 1]), hash(ROOTS[new as usize - 1]));
        assert_eq!(prove_consistency(old, new, &tiles).unwrap(), hashes(proof));
        assert_eq!(verify_consistency(old, before, new, after, &hashes(proof)), Ok(()));
    }
}

/// Checks a note's first line with an Ed25519 key, whatever its text.
fn note_verifies(key: &NoteVerifier, note: &str, text: &str) -> bool {
    let note = Note::parse(note).unwrap();
    assert_eq!(key.key_id(), note.signatures[0].key_id());
    let public = UnparsedPublicKey::new(&ED25519, key.public_key());
    public.verify(text.as_bytes(), note.signatures[0].signature()).is_ok()
}

#[test]
fn the_verifier_key_and_the_note_of_the_signed_note_specification_fit() {
    let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let key = NoteVerifier::parse(text).unwrap();
    assert_eq!(
        (key.name(), key.kind(), key.to_string().as_str()),
        ("example.com/foo", KeyKind::Ed25519, text)
    );
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    assert_eq!(Note::parse(note).unwrap().to_string(), note);
    assert!(note_verifies(&key, note, "This is an example message.\n"));
}

#[test]
fn a_seed_makes_the_key_that_the_reference_implementation_makes() {
    let secret = "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173";
    let seed: [u8; 32] = hex::decode(secret).unwrap().try_into().unwrap();
    let signer = NoteSigner::from_seed("PeterNeumann", &seed).unwrap();
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(signer.verifier().to_string(), vkey);
}

#[test]
fn the_checkpoint_of_the_specification_is_read_and_written_byte_for_byte() {
    let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let signed = SignedCheckpoint::parse(note).unwrap();
    let checkpoint = signed.unverified();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(signed.signatures()[1].signature()[..8], 1_679_315_147u64.to_be_bytes());
    assert_eq!(signed.to_string(), note);
}

#[test]
fn the_signature_in_that_example_is_the_go_checksum_databases_and_verifies() {
    let key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    let head = "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let note = format!(
        "{head}\n— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    );
    let key = NoteVerifier::parse(key).unwrap();
    assert!(note_verifies(&key, &note, head));
    assert!(!note_verifies(&key, &note, &head.replace("20852163", "20852164")));
}

#[test]
fn an_ml_dsa_44_checkpoint_of_another_implementation_verifies() {
    let key = NoteVerifier::parse(include_str!("data/mldsa44.vkey").trim_end()).unwrap();
    assert_eq!(key.kind(), KeyKind::CosignatureMlDsa44);
    let note = include_str!("data/mldsa44.note");
    let signed = SignedCheckpoint::parse(note).unwrap();
    assert_eq!(signed.to_string(), note);
    let verified = signed.verify_log(&key).unwrap();
    assert_eq!((verified.origin(), verified.size()), ("example.com/mldsa-log", 1));
    let altered = SignedCheckpoint::parse(&note.replacen("\n1\n", "\n2\n", 1)).unwrap();
    assert!(matches!(altered.verify_log(&key), Err(NoteFault::BadSignature { .. })));
}
