//! Names of two persons: every name and alias of one against every one of the other.

use crate::{
    likeness::{Likeness, likeness},
    reason,
    text::{Unit, units},
};
use comity_model::{
    message::{ReasonField, Verdict},
    subject::{PersonName, Subject},
};

/// Parts of a name that are looked at; more is not a name.
const MAX_UNITS: usize = 12;
/// From so many parts on, one may differ.
const ONE_MAY_DIFFER_FROM: usize = 4;
/// Names of one person that are looked at.
pub(crate) const MAX_NAMES: usize = 16;

/// What the comparison of names found.
pub(crate) struct NameOutcome {
    pub(crate) name: ReasonField,
    pub(crate) aliases: ReasonField,
    /// Two whole names agree or are near.
    pub(crate) is_whole: bool,
    /// One side has only one part of a name, and that part is the same.
    pub(crate) is_partial: bool,
}

/// A name taken apart.
pub(crate) struct Parts {
    family: Vec<Unit>,
    forename: Vec<Unit>,
}

impl Parts {
    pub(crate) fn of(name: &PersonName) -> Self {
        let cut = |text: &str| units(text).into_iter().take(MAX_UNITS / 2).collect();
        Self { family: cut(&name.family), forename: cut(&name.forename) }
    }

    pub(crate) fn units(&self) -> Vec<&Unit> {
        self.family.iter().chain(&self.forename).collect()
    }

    /// All letters in one, family name first and last: names that are split otherwise are the same here.
    pub(crate) fn run_together(&self) -> [String; 2] {
        let text = |units: &[Unit]| units.iter().map(|unit| unit.joined.as_str()).collect::<String>();
        let (family, forename) = (text(&self.family), text(&self.forename));
        [format!("{family}{forename}"), format!("{forename}{family}")]
    }
}

/// How two names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Agrees,
    Near,
    Partial,
    Differs,
}

pub(crate) fn compare(ours: &Subject, theirs: &Subject) -> NameOutcome {
    let our_names = names(ours);
    let their_names = names(theirs);
    let mut main = None;
    let mut other: Option<Found> = None;
    for (is_our_alias, one) in &our_names {
        for (is_their_alias, two) in &their_names {
            let found = found(one, two);
            if *is_our_alias || *is_their_alias {
                other = Some(other.map_or(found, |best| best.min(found)));
            } else {
                main = Some((found, why(found, one, two)));
            }
        }
    }
    let all = [main.as_ref().map(|(found, _)| *found), other];
    NameOutcome {
        is_whole: all.iter().flatten().any(|found| *found <= Found::Near),
        is_partial: all.contains(&Some(Found::Partial)),
        name: main.map_or_else(
            || reason("name", Verdict::Silent, "no name on one side"),
            |(found, why)| reason("name", verdict(found), why),
        ),
        aliases: aliases(other),
    }
}

/// The name and the aliases, each with whether it is an alias.
pub(crate) fn names(subject: &Subject) -> Vec<(bool, Parts)> {
    let name = subject.name.iter().map(|name| (false, Parts::of(name)));
    let aliases = subject.aliases.iter().map(|name| (true, Parts::of(name)));
    name.chain(aliases).filter(|(_, parts)| !parts.units().is_empty()).take(MAX_NAMES).collect()
}

fn verdict(found: Found) -> Verdict {
    match found {
        Found::Agrees => Verdict::Agrees,
        Found::Near | Found::Partial => Verdict::Near,
        Found::Differs => Verdict::Differs,
    }
}

fn aliases(found: Option<Found>) -> ReasonField {
    let why = match found {
        None => return reason("aliases", Verdict::Silent, "no alias on either side"),
        Some(Found::Agrees) => "an alias is the same as a name of the other",
        Some(Found::Near) => "an alias is like a name of the other",
        Some(Found::Partial) => "an alias is the same as a part of a name of the other",
        Some(Found::Differs) => "no alias is like a name of the other",
    };
    reason("aliases", found.map_or(Verdict::Silent, verdict), why)
}

/// Pairs of units, the most alike first, each unit once.
fn pair_up(one: &[&Unit], two: &[&Unit]) -> Vec<(usize, usize, Likeness)> {
    let mut all = Vec::new();
    for (i, left) in one.iter().enumerate() {
        all.extend(two.iter().enumerate().map(|(j, right)| (i, j, likeness(left, right))));
    }
    all.retain(|(_, _, likeness)| *likeness != Likeness::Different);
    // Two pairs of the same sum share no unit, so that the outcome does not depend on who is `one`.
    all.sort_by_key(|(i, j, likeness)| (*likeness, i + j));
    let mut taken: Vec<(usize, usize, Likeness)> = Vec::new();
    for pair in all {
        if !taken.iter().any(|(i, j, _)| *i == pair.0 || *j == pair.1) {
            taken.push(pair);
        }
    }
    taken
}

fn found(one: &Parts, two: &Parts) -> Found {
    let (left, right) = (one.units(), two.units());
    let pairs = pair_up(&left, &right);
    let (short, long) = (left.len().min(right.len()), left.len().max(right.len()));
    let same = pairs.iter().filter(|(_, _, likeness)| *likeness == Likeness::Same).count();
    let anchored = pairs.iter().any(|(i, j, likeness)| is_anchor(&left, &right, (*i, *j), *likeness));
    if same == long && long > 1 && anchored {
        return Found::Agrees;
    }
    if left.len() + right.len() > 2 && split_otherwise(one, two) {
        return Found::Near;
    }
    let unmatched = short - pairs.len();
    let forgiven = usize::from(short >= ONE_MAY_DIFFER_FROM);
    let abbreviated = pairs.iter().filter(|(_, _, likeness)| *likeness == Likeness::Abbreviated).count();
    match short {
        1 if same == 1 && anchored => Found::Partial,
        0 | 1 => Found::Differs,
        _ if unmatched <= forgiven && anchored && abbreviated * 2 <= pairs.len() => Found::Near,
        _ => Found::Differs,
    }
}

/// At least one part must sound the same: it is what the blocking keys index.
fn is_anchor(left: &[&Unit], right: &[&Unit], (i, j): (usize, usize), likeness: Likeness) -> bool {
    let both = left.get(i).zip(right.get(j));
    likeness <= Likeness::Alike && both.is_some_and(|(one, two)| one.sounds_like(two))
}

fn split_otherwise(one: &Parts, two: &Parts) -> bool {
    let (left, right) = (one.run_together(), two.run_together());
    left.iter().any(|text| text.chars().nth(1).is_some() && right.contains(text))
}

fn why(found: Found, one: &Parts, two: &Parts) -> String {
    let family = part_why("family name", &one.family, &two.family);
    let forename = part_why("forename", &one.forename, &two.forename);
    let in_place = !(family.ends_with("differs") || forename.ends_with("differs"));
    match found {
        Found::Agrees if in_place => "same family name, same forename".to_owned(),
        Found::Agrees => "same parts of the name in another order".to_owned(),
        Found::Partial => "the only part of a name that one side has is the same".to_owned(),
        Found::Near if !in_place => "parts of the name alike, in another order or split otherwise".to_owned(),
        Found::Near | Found::Differs => format!("{family}, {forename}"),
    }
}

fn part_why(word: &str, one: &[Unit], two: &[Unit]) -> String {
    if one.is_empty() || two.is_empty() {
        return format!("{word} not known on both sides");
    }
    let (left, right): (Vec<&Unit>, Vec<&Unit>) = (one.iter().collect(), two.iter().collect());
    let pairs = pair_up(&left, &right);
    let worst = pairs.iter().map(|(_, _, likeness)| *likeness).max().unwrap_or(Likeness::Different);
    let whole = pairs.len() == left.len() && pairs.len() == right.len();
    match worst {
        Likeness::Same if whole => format!("{word} same"),
        Likeness::Same => format!("{word} shares a part"),
        Likeness::Alike => format!("{word} alike"),
        Likeness::Abbreviated => format!("{word} abbreviated on one side"),
        Likeness::Different => format!("{word} differs"),
    }
}
