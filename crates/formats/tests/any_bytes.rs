//! Whatever the bytes, a reader answers and does not panic.

use comity_formats::{FormatError, MAX_BYTES, ReportFormat, detect, read_report};
use comity_model::id::SubjectId;
use proptest::prelude::*;

const FORMATS: [ReportFormat; 3] = [ReportFormat::Yellow, ReportFormat::Cap, ReportFormat::Comity];
const SAMPLES: [&[u8]; 3] = [
    include_bytes!("../../../examples/reports/missing-child.yellow.json"),
    include_bytes!("../../../examples/reports/missing-child.cap.xml"),
    include_bytes!("../../../examples/reports/missing-child.comity.json"),
];

fn read_all(bytes: &[u8]) {
    let _ = detect(bytes);
    for format in FORMATS {
        let mut new_id = || SubjectId::new(1, [0; 10]);
        if let Err(fault) = read_report(format, bytes, &mut new_id) {
            assert!(!fault.to_string().is_empty());
        }
    }
}

#[test]
fn more_than_four_mebibytes_are_refused_before_they_are_read() {
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(detect(&large), None);
    let read = read_report(ReportFormat::Cap, &large, &mut || SubjectId::new(1, [0; 10]));
    assert_eq!(read, Err(FormatError::TooLarge { size: MAX_BYTES + 1 }));
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    read_all("[".repeat(1_000_000).as_bytes());
    read_all("<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>".repeat(50_000).as_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        read_all(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn a_damaged_sample_is_read_or_refused(
        which in 0usize..3, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
    ) {
        let mut bytes = SAMPLES[which].to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        read_all(&bytes);
    }
}
