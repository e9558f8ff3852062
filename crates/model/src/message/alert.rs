//! The alert for a missing child, its update, its cancellation, and the take-down that answers a cancellation.

use crate::{
    case::{Place, Vehicle},
    id::MessageId,
    subject::{Subject, SubjectRole},
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A child's disappearance made known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// One line without names, which may be shown on a locked screen.
    pub headline: String,
    /// The child.
    pub child: Subject,
    /// The person said to have taken the child, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alleged_taker: Option<Subject>,
    /// Vehicles that may be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicles: Vec<Vehicle>,
    /// What happened.
    pub circumstances: String,
    /// When the child went missing.
    pub missing_since: Timestamp,
    /// Where the child was last seen.
    pub last_seen: Place,
    /// What the receiver is asked to do.
    pub requested_action: String,
    /// When the alert ends by itself, unless it is cancelled before.
    pub runs_until: Timestamp,
}

/// Something that an alert should say and does not. Saving is always possible; release is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingItem {
    /// The headline is empty, or holds the child's or the taker's name.
    Headline,
    /// The child's name (notices ask for family name and forename).
    ChildName,
    /// The child's date of birth, at least the year.
    ChildBorn,
    /// The child's sex.
    ChildSex,
    /// A description, a photograph or both.
    ChildDescription,
    /// What happened.
    Circumstances,
    /// Where the child was last seen.
    LastSeen,
    /// What the receiver is asked to do.
    RequestedAction,
    /// An end that lies after the beginning.
    RunsUntil,
    /// The subject given as the child or as the taker has another role.
    Roles,
}

impl Alert {
    /// What is still missing before the alert may be released; empty when it is complete. The minimum is that of an
    /// INTERPOL Yellow Notice: name, sex, year of birth, and a description or photograph.
    #[must_use]
    pub fn missing(&self) -> Vec<MissingItem> {
        let child = &self.child;
        let blank = |text: &str| text.trim().is_empty();
        let taker_role =
            self.alleged_taker.as_ref().is_none_or(|taker| taker.role == SubjectRole::AllegedTaker);
        [
            (blank(&self.headline) || self.headline_names_somebody(), MissingItem::Headline),
            (child.name.is_none(), MissingItem::ChildName),
            (child.born.is_none(), MissingItem::ChildBorn),
            (child.sex.is_none(), MissingItem::ChildSex),
            (child.description.is_empty() && child.photograph.is_none(), MissingItem::ChildDescription),
            (blank(&self.circumstances), MissingItem::Circumstances),
            (blank(&self.last_seen.name) || !self.last_seen.is_on_the_globe(), MissingItem::LastSeen),
            (blank(&self.requested_action), MissingItem::RequestedAction),
            (self.runs_until <= self.missing_since, MissingItem::RunsUntil),
            (child.role != SubjectRole::Child || !taker_role, MissingItem::Roles),
        ]
        .into_iter()
        .filter_map(|(is_missing, item)| is_missing.then_some(item))
        .collect()
    }

    fn headline_names_somebody(&self) -> bool {
        let headline = self.headline.to_lowercase();
        let people = [Some(&self.child), self.alleged_taker.as_ref()];
        let families =
            people.into_iter().flatten().filter_map(|person| person.name.as_ref()).map(|name| &name.family);
        families.filter(|family| !family.is_empty()).any(|family| headline.contains(&family.to_lowercase()))
    }
}

/// What changed since the alert; absent fields stay as they were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertUpdate {
    /// The message that raised the alert.
    pub alert: MessageId,
    /// The alert as it now reads.
    pub now_reads: Box<Alert>,
    /// What changed, in a line.
    pub what_changed: String,
}

/// Why an alert ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancellationReason {
    /// The child was found.
    ChildFound,
    /// It was raised in error.
    RaisedInError,
    /// It is no longer needed for another reason.
    NoLongerNeeded,
}

/// The alert is over; names and photographs are to be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertCancellation {
    /// The message that raised the alert.
    pub alert: MessageId,
    /// Why it ends.
    pub reason: CancellationReason,
    /// What else the receiver should know; no names.
    #[serde(default)]
    pub note: String,
}

/// The receiver's word that it has withdrawn names and photographs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The message that raised the alert.
    pub alert: MessageId,
    /// The cancellation that is answered.
    pub cancellation: MessageId,
    /// When it was done.
    pub withdrawn_at: Timestamp,
    /// What was withdrawn, in plain words: `name`, `photograph`, `sealed body`.
    pub withdrawn: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::SubjectId,
        subject::{PersonName, Sex},
    };

    fn bare() -> Alert {
        let subject = |role| Subject::new(SubjectId::new(1, [1; 10]), role);
        Alert {
            headline: String::new(),
            child: subject(SubjectRole::Child),
            alleged_taker: None,
            vehicles: vec![],
            circumstances: String::new(),
            missing_since: Timestamp::UNIX_EPOCH,
            last_seen: Place { name: String::new(), jurisdiction: None, position: None },
            requested_action: String::new(),
            runs_until: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_bare_alert_names_everything_that_is_missing() {
        assert_eq!(bare().missing().len(), 9);
    }

    #[test]
    fn a_headline_that_names_the_child_may_not_leave() {
        let mut alert = bare();
        alert.child.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
        alert.headline = "Girl of 9, LEMAIRE, missing from Lyon".into();
        assert!(alert.missing().contains(&MissingItem::Headline));
        alert.headline = "Girl of 9 missing from Lyon".into();
        assert!(!alert.missing().contains(&MissingItem::Headline));
    }

    #[test]
    fn a_complete_alert_misses_nothing() {
        let mut alert = bare();
        alert.headline = "Girl of 9 missing from Lyon".into();
        alert.child.name = Some(PersonName::new("Lemaire", "Inès").unwrap());
        alert.child.born = Some("2017".parse().unwrap());
        alert.child.sex = Some(Sex::F);
        alert.child.description.height_cm = Some(132);
        alert.circumstances = "not returned after a visit".into();
        alert.last_seen.name = "Lyon".into();
        alert.requested_action = "locate, inform at once".into();
        alert.runs_until = Timestamp::from_second(1).unwrap();
        assert_eq!(alert.missing(), []);
    }
}
