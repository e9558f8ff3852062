//! E-mail, accounts, onion addresses, file hashes.

use super::{Fault, anywhere, fault, form, in_state, is_checked};
use comity_model::selector::SelectorKind::{Account, Email, FileHash, OnionAddress};

#[test]
fn mail_addresses_fold_by_what_their_provider_says() {
    for (written, form_of) in [
        ("Anna.Example+shop@GMail.com", "annaexample@gmail.com"),
        ("anna.example@googlemail.com", "annaexample@gmail.com"),
        ("Anna.Example+shop@example.org", "anna.example+shop@example.org"),
        ("anna.example+x@outlook.com", "anna.example@outlook.com"),
        ("anna@hotmail.com", "anna@hotmail.com"),
        ("anna@me.com", "anna@icloud.com"),
        ("a.n-n_a+1@protonmail.com", "anna@proton.me"),
        ("anna.example@ya.ru", "anna-example@yandex.ru"),
        ("anna-example@yandex.com", "anna-example@yandex.ru"),
        ("anna@yahoo.com", "anna@yahoo.com"),
        ("mailto:anna@example.org?subject=x", "anna@example.org"),
        ("Anna Example <anna@example.org>", "anna@example.org"),
        ("\"anna\"@example.org", "anna@example.org"),
        ("\u{202A}anna\u{200B}@example.org.\u{202C}", "anna@example.org"),
        ("ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna@example.org"),
        ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
        ("अन्ना@example.org", "अन्ना@example.org"),
    ] {
        assert_eq!(form(Email, written, &anywhere()), form_of, "{written}");
    }
}

#[test]
fn hosts_of_other_scripts_become_what_dns_has() {
    for (written, host) in [
        ("Bücher.example", "xn--bcher-kva.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.de", "xn--fa-hia.de"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
        ("example。org", "example.org"),
    ] {
        assert_eq!(form(Email, &format!("a@{written}"), &anywhere()), format!("a@{host}"));
    }
}

#[test]
fn what_is_no_mail_address_is_refused() {
    for text in [
        "anna",
        "@example.org",
        "anna@",
        "anna@localhost",
        "anna@127.0.0.1",
        "anna@-x.org",
        "a..b@example.org",
        "+@gmail.com",
        "a.+b@outlook.com",
    ] {
        assert!(matches!(fault(Email, text, &anywhere()), Fault::Impossible { .. }), "{text}");
    }
    assert!(matches!(
        fault(Email, "an na@example.org", &anywhere()),
        Fault::Character { at: 3, found: ' ', .. }
    ));
    assert!(matches!(
        fault(Email, &format!("{}@example.org", "a".repeat(65)), &anywhere()),
        Fault::TooLong { .. }
    ));
}

#[test]
fn an_account_is_one_form_by_name_or_by_page() {
    for (written, form_of) in [
        ("instagram:Anna.Example", "instagram:anna.example"),
        ("IG:@Anna.Example", "instagram:anna.example"),
        ("https://www.instagram.com/Anna.Example/?hl=en", "instagram:anna.example"),
        ("instagram.com/anna.example", "instagram:anna.example"),
        ("https://twitter.com/Anna_E/status/1", "x:anna_e"),
        ("https://m.facebook.com/profile.php?id=1000001&ref=x", "facebook:1000001"),
        ("https://www.facebook.com/people/Anna-Example/1000001/", "facebook:1000001"),
        ("https://t.me/Anna_E", "telegram:anna_e"),
        ("https://t.me/+447911123456", "telegram:+447911123456"),
        ("tg:+44 7911 123456", "telegram:+447911123456"),
        ("https://wa.me/447911123456", "whatsapp:+447911123456"),
        ("https://api.whatsapp.com/send?phone=447911123456&text=x", "whatsapp:+447911123456"),
        ("whatsapp:+44 7911 123456", "whatsapp:+447911123456"),
        ("https://www.tiktok.com/@anna.e/video/1", "tiktok:anna.e"),
        ("https://www.youtube.com/@AnnaE", "youtube:annae"),
        ("https://www.youtube.com/channel/UCabc-1", "youtube:channel/ucabc-1"),
        ("https://www.roblox.com/users/12345/profile", "roblox:id/12345"),
        ("xbox:Anna E 7", "xbox:annae7"),
        ("Discord:anna#1234", "discord:anna#1234"),
        ("@anna:example.org", "matrix:anna:example.org"),
        ("https://matrix.to/#/@anna:example.org", "matrix:anna:example.org"),
        ("@anna@social.example", "fediverse:anna@social.example"),
        ("https://social.example/@anna", "fediverse:anna@social.example"),
        ("forum.example:Anna", "forum.example:anna"),
        ("service:anna/b", "service:anna/b"),
    ] {
        assert_eq!(form(Account, written, &anywhere()), form_of, "{written}");
    }
    assert_eq!(form(Account, "@Anna", &anywhere().with_scheme("snap")), "snapchat:anna");
    assert_eq!(form(Account, "viber:07911 123456", &in_state("GB")), "viber:+447911123456");
}

#[test]
fn what_names_no_account_is_refused() {
    assert!(matches!(fault(Account, "anna", &anywhere()), Fault::NoScheme { what: "service", .. }));
    assert!(matches!(
        fault(Account, "https://www.instagram.com/p/Cx1/", &anywhere()),
        Fault::Impossible { .. }
    ));
    assert!(matches!(fault(Account, "https://host.example/u/anna", &anywhere()), Fault::Unknown { .. }));
    assert!(matches!(fault(Account, "instagram:Anna Example", &anywhere()), Fault::Character { at: 5, .. }));
    assert!(matches!(fault(Account, "forum.example:Anna Example", &anywhere()), Fault::Character { .. }));
    assert!(matches!(fault(Account, "threema:ABCDEFGHI", &anywhere()), Fault::Length { .. }));
    assert!(matches!(
        fault(Account, "instagram:аnna", &anywhere()),
        Fault::Character { at: 1, found: 'а', .. }
    ));
}

#[test]
fn onion_addresses_of_the_specification_are_verified() {
    for label in [
        "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd",
        "sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd",
        "xa4r2iadxm55fbnqgwwi5mymqdcofiu3w6rpbtqn7b2dyn7mgwj64jyd",
    ] {
        let address = format!("{label}.onion");
        for written in [
            label.to_uppercase(),
            address.clone(),
            format!("http://www.{address}:8080/page?x=1"),
            format!("{address}."),
        ] {
            assert_eq!(form(OnionAddress, &written, &anywhere()), address);
            assert!(is_checked(OnionAddress, &written));
        }
        let wrong = address.replacen(char::is_numeric, "a", 1);
        assert_eq!(fault(OnionAddress, &wrong, &anywhere()), Fault::Checksum { rule: "rend-spec-v3" });
    }
}

#[test]
fn version_2_onion_addresses_are_taken_by_their_shape() {
    assert_eq!(form(OnionAddress, "http://abcdefghij234567.onion/", &anywhere()), "abcdefghij234567.onion");
    assert!(!is_checked(OnionAddress, "abcdefghij234567.onion"));
    assert!(matches!(
        fault(OnionAddress, "abcdefghij23456.onion", &anywhere()),
        Fault::Length { found: 15, .. }
    ));
    assert!(matches!(
        fault(OnionAddress, "abcdefghij234561.onion", &anywhere()),
        Fault::Character { at: 16, .. }
    ));
}

#[test]
fn file_hashes_name_their_algorithm() {
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let of = |raw: &str| form(FileHash, raw, &anywhere());
    assert_eq!(of(&format!("SHA-256: {}", sha256.to_uppercase())), format!("sha256:{sha256}"));
    assert_eq!(
        of("md5:90:01:50:98:3C:D2:4F:B0:D6:96:3F:7D:28:E1:7F:72"),
        "md5:900150983cd24fb0d6963f7d28e17f72"
    );
    assert_eq!(
        of("SHA1=a9993e364706816aba3e25717850c26c9cd0d89d"),
        "sha1:a9993e364706816aba3e25717850c26c9cd0d89d"
    );
    let blake3 = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
    assert_eq!(form(FileHash, blake3, &anywhere().with_scheme("BLAKE3")), format!("blake3:{blake3}"));
    assert!(matches!(fault(FileHash, sha256, &anywhere()), Fault::NoScheme { what: "algorithm", .. }));
    assert!(matches!(
        fault(FileHash, &format!("md5:{sha256}"), &anywhere()),
        Fault::Length { found: 64, .. }
    ));
    assert!(matches!(fault(FileHash, "crc32:00000000", &anywhere()), Fault::Unknown { .. }));
    let empty = "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709";
    assert!(matches!(fault(FileHash, empty, &anywhere()), Fault::Impossible { .. }));
}
