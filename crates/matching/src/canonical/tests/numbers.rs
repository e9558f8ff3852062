//! Telephones, IBANs, documents, plates.

use super::{Fault, anywhere, fault, form, in_state, is_checked};
use comity_model::selector::SelectorKind::{Document, Iban, Phone, Plate};

#[test]
fn national_numbers_become_e_164_by_the_plan_of_their_state() {
    for (state, written, number) in [
        ("CH", "044 668 18 00", "+41446681800"),
        ("US", "(650) 253-0000", "+16502530000"),
        ("US", "1-650-253-0000", "+16502530000"),
        ("US", "011 44 20 7031 3000", "+442070313000"),
        ("GB", "(020) 7031 3000", "+442070313000"),
        ("IT", "02 3661 8300", "+390236618300"),
        ("AR", "011 8765-4321", "+541187654321"),
        ("AR", "011 15 8765-4321", "+5491187654321"),
        ("NZ", "03-331 6005", "+6433316005"),
        ("FR", "01.23.45.67.89", "+33123456789"),
        ("MA", "0600-000841", "+212600000841"),
        ("HU", "06 1 234 5678", "+3612345678"),
        ("FR", "0044 20 7031 3000", "+442070313000"),
        ("EG", "\u{202B}٠١٠٠ ١٢٣ ٤٥٦٧\u{202C}", "+201001234567"),
    ] {
        assert_eq!(form(Phone, written, &in_state(state)), number, "{state} {written}");
    }
}

#[test]
fn international_numbers_need_no_state() {
    for (written, number) in [
        ("+33 1 23.45-67 89", "+33123456789"),
        ("tel:+44-20-7031-3000;ext=12", "+442070313000"),
        ("+44 (0)20 7031 3000", "+442070313000"),
        ("+44 020 7031 3000", "+442070313000"),
        ("0033 1 23 45 67 89", "+33123456789"),
        ("+1 650 253 0000 ext. 42", "+16502530000"),
        ("+1 650 253 0000x42", "+16502530000"),
        ("＋３３１２３４５６７８９", "+33123456789"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+39 02 3661 8300", "+390236618300"),
        ("+800 1234 5678", "+80012345678"),
        ("+7 800 555 35 35", "+78005553535"),
    ] {
        assert_eq!(form(Phone, written, &anywhere()), number, "{written}");
        assert_eq!(form(Phone, written, &in_state("DE")), number, "{written}");
    }
}

#[test]
fn impossible_numbers_are_refused() {
    assert!(matches!(fault(Phone, "0123456789", &anywhere()), Fault::NoRegion { .. }));
    assert!(matches!(fault(Phone, "+33 1 23 45 67", &anywhere()), Fault::Length { .. }));
    assert!(matches!(fault(Phone, "+999 123 456 78", &anywhere()), Fault::Unknown { .. }));
    assert!(matches!(fault(Phone, "112", &in_state("FR")), Fault::Length { .. }));
    assert!(matches!(fault(Phone, "01 23 45 67 89", &in_state("EU")), Fault::Unknown { .. }));
    assert!(matches!(
        fault(Phone, "1-800-FLOWERS", &in_state("US")),
        Fault::Character { at: 7, found: 'F', .. }
    ));
    assert!(matches!(fault(Phone, "+33+123456789", &anywhere()), Fault::Character { at: 4, .. }));
}

#[test]
fn ibans_of_the_registry_are_taken_and_one_wrong_sign_is_refused() {
    for iban in [
        "GB29NWBK60161331926819",
        "GB82WEST12345698765432",
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "BE68539007547034",
        "SA0380000000608010167519",
        "BR1800360305000010009795493C1",
        "LC55HEMM000100010012001200023015",
        "CH9300762011623852957",
        "NL91ABNA0417164300",
        "SE4550000000058398257466",
        "PL61109010140000071219812874",
        "TR330006100519786457841326",
        "UA213223130000026007233566001",
        "QA58DOHB00001234567890ABCDEFG",
        "RU0304452522540817810538091310419",
    ] {
        assert_eq!(form(Iban, iban, &anywhere()), iban);
        assert!(is_checked(Iban, iban));
        let (head, last) = iban.split_at(iban.len() - 1);
        let wrong = format!("{head}{}", if last == "1" { '2' } else { '1' });
        assert!(matches!(fault(Iban, &wrong, &anywhere()), Fault::Checksum { .. }), "{wrong}");
    }
    assert_eq!(form(Iban, "IBAN: gb82 west 1234-5698-7654-32", &anywhere()), "GB82WEST12345698765432");
}

#[test]
fn an_iban_of_the_wrong_length_state_or_check_digits_is_refused() {
    assert!(matches!(fault(Iban, "GB82WEST1234569876543", &anywhere()), Fault::Length { .. }));
    assert!(matches!(fault(Iban, "US82WEST12345698765432", &anywhere()), Fault::Unknown { .. }));
    assert!(matches!(fault(Iban, "GB82WEST1234569876543é", &anywhere()), Fault::Character { at: 22, .. }));
    // 00 would agree where 97 does: check digits are 02 to 98.
    let with_97 = (0..1_000u32)
        .map(|n| format!("BE97{n:012}"))
        .find(|iban| super::selector(Iban, iban, &anywhere()).is_ok());
    let with_00 = with_97.unwrap().replacen("97", "00", 1);
    assert!(matches!(fault(Iban, &with_00, &anywhere()), Fault::Checksum { .. }));
}

#[test]
fn a_number_of_one_country_alone_or_beyond_e_164_is_refused_as_the_selector_would() {
    for (written, digits) in [("+980818", 6), ("+49 1234567 12345678", 17)] {
        assert!(
            matches!(fault(Phone, written, &anywhere()), Fault::Length { found, .. } if found == digits),
            "{written}"
        );
    }
    assert_eq!(form(Phone, "+290 8123", &anywhere()), "+2908123");
}

#[test]
fn documents_have_state_type_and_number() {
    for (written, form_of) in [
        ("FR:passport:12 ab 34567", "FR:passport:12AB34567"),
        ("fr:Pass:12-AB-34567", "FR:passport:12AB34567"),
        ("MA:id card:be 000841", "MA:identity_card:BE000841"),
        ("RU:passport:45 08 № 123456", "RU:passport:4508123456"),
        ("UA:passport:АВ 123456", "UA:passport:AB123456"),
        ("FR:12AB34567", "FR:document:12AB34567"),
    ] {
        assert_eq!(form(Document, written, &anywhere()), form_of);
    }
    let by_context = form(Document, "12AB34567", &in_state("FR").with_scheme("passeport"));
    assert_eq!(by_context, "FR:passport:12AB34567");
    assert!(matches!(fault(Document, "passport:12AB34567", &anywhere()), Fault::Unknown { .. }));
    assert!(matches!(fault(Document, "12AB34567", &anywhere()), Fault::NoRegion { .. }));
    assert!(matches!(fault(Document, "FR:passport:1", &anywhere()), Fault::Length { .. }));
}

#[test]
fn a_machine_readable_zone_is_verified_and_gives_its_number() {
    let second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let both = format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{second}");
    for (zone, number) in [
        (second, "L898902C3"),
        (&both, "L898902C3"),
        ("L898902C<3", "L898902C"),
        ("HA672242<6", "HA672242"),
        ("D231458907UTO7408122F1204159<<<<<<<6", "D23145890"),
    ] {
        assert_eq!(
            form(Document, &format!("NL:passport:{zone}"), &anywhere()),
            format!("NL:passport:{number}")
        );
    }
    assert!(is_checked(Document, "NL:passport:L898902C<3"));
    assert!(!is_checked(Document, "NL:passport:L898902C"));
    assert_eq!(fault(Document, "NL:passport:L898902C<4", &anywhere()), Fault::Checksum { rule: "ICAO 9303" });
    assert!(matches!(fault(Document, "NL:passport:L898<3", &anywhere()), Fault::Length { .. }));
}

#[test]
fn personal_numbers_are_verified_by_the_rule_of_their_state() {
    for (written, form_of) in [
        ("ES:dni:12345678-Z", "ES:national_id:12345678Z"),
        ("ES:nie:X1234567L", "ES:national_id:X1234567L"),
        ("CN:resident_id:11010519491231002x", "CN:national_id:11010519491231002X"),
        ("BR:cpf:111.444.777-35", "BR:national_id:11144477735"),
        ("PL:pesel:44051401359", "PL:national_id:44051401359"),
        ("TR:tckn:10000000146", "TR:national_id:10000000146"),
        ("IL:teudat_zehut:000000018", "IL:national_id:000000018"),
        ("CL:rut:12.345.678-5", "CL:national_id:123456785"),
        ("NL:bsn:111222333", "NL:national_id:111222333"),
        ("BE:niss:85.07.30-033.28", "BE:national_id:85073003328"),
    ] {
        assert_eq!(form(Document, written, &anywhere()), form_of);
        assert!(is_checked(Document, written), "{written}");
        let wrong = written.replacen('1', "2", 1).replacen("85.0", "85.1", 1);
        assert!(matches!(fault(Document, &wrong, &anywhere()), Fault::Checksum { .. }), "{wrong}");
    }
    assert_eq!(form(Document, "SE:national_id:121212-1212", &anywhere()), "SE:national_id:1212121212");
}

#[test]
fn plates_lose_separators_and_look_alikes() {
    for (written, form_of) in [
        ("FR:ab-123-cd", "FR:AB123CD"),
        ("fr: AB 123 CD", "FR:AB123CD"),
        ("RU:А123ВС 77", "RU:A123BC77"),
        ("RU:A123BC77", "RU:A123BC77"),
        ("GR:ΥΑΒ-1234", "GR:YAB1234"),
        ("DE:TÜ•AB 12", "DE:TÜAB12"),
        ("JP:品川 ５００ さ 12-34", "JP:品川500さ1234"),
        ("SA:أ ب ح ١٢٣٤", "SA:ABJ1234"),
        ("EG:١٢٣ س ص", "EG:123سص"),
    ] {
        assert_eq!(form(Plate, written, &anywhere()), form_of, "{written}");
    }
    assert_eq!(form(Plate, "AB-123-CD", &in_state("FR")), "FR:AB123CD");
    assert_eq!(form(Plate, "BE:1-ABC-234", &in_state("FR")), "BE:1ABC234");
    assert!(matches!(fault(Plate, "AB-123-CD", &anywhere()), Fault::NoRegion { .. }));
    assert!(matches!(fault(Plate, "ZZ:AB123CD", &in_state("FR")), Fault::Unknown { .. }));
    assert!(matches!(fault(Plate, "FR:---", &anywhere()), Fault::Empty));
    assert!(matches!(fault(Plate, "FR:AB=1", &anywhere()), Fault::Character { at: 3, found: '=', .. }));
    assert!(matches!(fault(Plate, "FR:1234567890123", &anywhere()), Fault::Length { .. }));
}
