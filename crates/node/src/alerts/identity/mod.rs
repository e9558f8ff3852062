//! Taking names, photographs and identifiers out of what is kept, as the end of an alert demands. Pure functions; where
//! the texts are kept is [`takedown`](super::takedown)'s business.

use comity_model::{
    id::MessageId,
    message::{Alert, Message},
    subject::{PersonName, Subject},
};
use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What stands where a name stood.
const GAP: &str = "[withdrawn]";
/// Most names of one person that are looked for in free text; a sender may give thousands.
const MAX_NAMES: usize = 16;
/// Most words of names that are looked for.
const MAX_WORDS: usize = 256;

/// The words of the names that are to be withdrawn, without case and accents.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// Adds the names in an alert.
    pub(super) fn add(&mut self, alert: &Alert) {
        for person in [Some(&alert.child), alert.alleged_taker.as_ref()].into_iter().flatten() {
            let names = person.name.iter().chain(&person.aliases).take(MAX_NAMES);
            names.for_each(|name| self.add_name(name));
        }
    }

    fn add_name(&mut self, name: &PersonName) {
        for part in [&name.family, &name.forename] {
            let words: Vec<String> = words(part).map(|(_, word)| fold(word)).collect();
            // `de` or `al` within a longer name is no name; a whole name of two letters is.
            let least = if words.len() == 1 { 2 } else { 3 };
            let fits = |word: &String| word.chars().count() >= least || !word.is_ascii();
            for word in words.into_iter().filter(fits) {
                if self.0.len() < MAX_WORDS {
                    self.0.insert(word);
                }
            }
        }
    }

    /// The text without the names; `None` where it holds none.
    pub(super) fn redact(&self, text: &str) -> Option<String> {
        let mut redacted = String::new();
        let mut end = 0;
        for (start, word) in words(text).filter(|(_, word)| self.holds(&fold(word))) {
            redacted.push_str(text.get(end..start)?);
            redacted.push_str(GAP);
            end = start + word.len();
        }
        redacted.push_str(text.get(end..)?);
        (end > 0).then_some(redacted)
    }

    /// Is the word a name, or a name with an ending or a prefix?
    fn holds(&self, word: &str) -> bool {
        self.0.contains(word) || self.0.iter().any(|name| is_telling(name) && word.contains(name.as_str()))
    }

    fn clean(&self, text: &mut String, taken: &mut BTreeSet<&'static str>) {
        if let Some(redacted) = self.redact(text) {
            *text = redacted;
            taken.insert("names in texts");
        }
    }
}

/// Is the name long enough to be told within a longer word? Scripts without spaces need fewer letters.
fn is_telling(name: &str) -> bool {
    let letters = name.chars().count();
    letters >= 4
        || (letters >= 3 && !name.is_ascii())
        || (letters >= 2 && name.chars().all(|c| c >= '\u{0e00}'))
}

fn fold(word: &str) -> String {
    word.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

/// The words of a text with their byte offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    text.split(move |c: char| !is_word(c))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// Takes names, photographs, identifiers and plates out of an alert; says what, in plain words.
pub(super) fn withdraw_alert(alert: &mut Alert, names: &Names) -> BTreeSet<&'static str> {
    let mut taken = withdraw_subject(&mut alert.child, names);
    if let Some(taker) = &mut alert.alleged_taker {
        taken.extend(withdraw_subject(taker, names));
    }
    for vehicle in &mut alert.vehicles {
        names.clean(&mut vehicle.description, &mut taken);
        taken.extend(vehicle.plate.take().map(|_| "plate"));
    }
    for text in [&mut alert.headline, &mut alert.circumstances, &mut alert.requested_action] {
        names.clean(text, &mut taken);
    }
    names.clean(&mut alert.last_seen.name, &mut taken);
    taken
}

/// The same for one person.
pub(super) fn withdraw_subject(subject: &mut Subject, names: &Names) -> BTreeSet<&'static str> {
    let mut taken: BTreeSet<&'static str> = subject.withdraw_identity().into_iter().collect();
    if !subject.selectors.is_empty() {
        subject.selectors.clear();
        taken.insert("identifiers");
    }
    let look = &mut subject.description;
    let texts =
        [&mut look.eyes, &mut look.hair, &mut look.marks, &mut look.clothing, &mut subject.birthplace];
    for text in texts.into_iter().flatten() {
        names.clean(text, &mut taken);
    }
    taken
}

/// The same for a message, as far as it is about that alert; other messages lose only the names in their texts.
pub(super) fn withdraw_message(
    message: &mut Message,
    id: MessageId,
    alert: MessageId,
    names: &Names,
) -> BTreeSet<&'static str> {
    let mut taken = BTreeSet::new();
    match message {
        Message::Alert(content) if id == alert => taken = withdraw_alert(content, names),
        Message::AlertUpdate(content) if content.alert == alert => {
            taken = withdraw_alert(&mut content.now_reads, names);
            names.clean(&mut content.what_changed, &mut taken);
        }
        Message::Disclosure(content) if content.alert == alert => {
            taken = withdraw_subject(&mut content.subject, names);
            names.clean(&mut content.note, &mut taken);
        }
        Message::Sighting(content) if content.alert == alert => {
            names.clean(&mut content.what, &mut taken);
            names.clean(&mut content.place.name, &mut taken);
        }
        Message::AlertCancellation(content) => names.clean(&mut content.note, &mut taken),
        Message::Information(content) => {
            names.clean(&mut content.subject, &mut taken);
            names.clean(&mut content.text, &mut taken);
        }
        _ => {}
    }
    taken
}

#[cfg(test)]
mod tests;
