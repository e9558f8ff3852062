//! The decisions of cases as pure functions.

use super::CaseError;
use comity_model::{case::CaseReport, subject::SubjectRole};

/// Most persons in a report; more are no report on one matter.
const MAX_SUBJECTS: usize = 100;
/// Most characters of a reference or title.
const MAX_LINE: usize = 300;

/// May the report open a case, as far as its size and its single lines go?
pub(super) fn check(report: &CaseReport) -> Result<(), CaseError> {
    for (field, text) in [("reference", &report.reference), ("title", &report.title)] {
        if text.chars().any(char::is_control) {
            return Err(CaseError::Unfit { field, why: "holds control characters; write it in one line" });
        }
        if text.chars().count() > MAX_LINE {
            return Err(CaseError::Unfit { field, why: "has more than 300 characters; shorten it" });
        }
    }
    if report.subjects.len() > MAX_SUBJECTS {
        return Err(CaseError::Unfit { field: "subjects", why: "names more than 100 persons; split it" });
    }
    Ok(())
}

/// Does the case hold what must be shown with care: a child, or a photograph of anybody?
#[must_use]
pub fn is_protected(report: &CaseReport) -> bool {
    report.subjects.iter().any(|subject| subject.role == SubjectRole::Child || subject.photograph.is_some())
}

/// The report as it is shown by default.
#[must_use]
pub fn without_photographs(mut report: CaseReport) -> CaseReport {
    for subject in &mut report.subjects {
        subject.photograph = None;
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use comity_model::{
        case::CaseKind,
        id::SubjectId,
        subject::{Photograph, Subject},
    };

    fn report(role: SubjectRole) -> CaseReport {
        CaseReport {
            version: 1,
            kind: CaseKind::Abduction,
            reference: "R-1".into(),
            title: "Somebody sought".into(),
            subjects: vec![Subject::new(SubjectId::new(1, [0; 10]), role)],
            circumstances: String::new(),
            happened_at: None,
            place: None,
            vehicles: vec![],
        }
    }

    #[test]
    fn a_case_with_a_child_or_a_photograph_is_protected() {
        assert!(is_protected(&report(SubjectRole::Child)));
        let mut of_adult = report(SubjectRole::Suspect);
        assert!(!is_protected(&of_adult));
        of_adult.subjects[0].photograph =
            Some(Photograph { media_type: "image/png".into(), base64: String::new() });
        assert!(is_protected(&of_adult));
        assert!(!is_protected(&without_photographs(of_adult)));
    }

    #[test]
    fn a_reference_with_control_characters_is_refused() {
        let mut odd = report(SubjectRole::Child);
        assert!(check(&odd).is_ok());
        odd.reference = "R\0-1".into();
        assert!(matches!(check(&odd), Err(CaseError::Unfit { field: "reference", .. })));
    }

    #[test]
    fn a_report_about_a_crowd_is_refused() {
        let mut crowd = report(SubjectRole::Witness);
        crowd.subjects = vec![crowd.subjects[0].clone(); 101];
        assert!(matches!(check(&crowd), Err(CaseError::Unfit { field: "subjects", .. })));
    }
}
