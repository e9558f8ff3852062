//! Lays a set over another: rows with a key that is there replace, others add. Each row keeps the name of its set.

use super::contradiction::{Says, contradiction, contradiction_of};
use crate::tables::{
    Acceptance, Tables,
    read::{
        MOST_FAULTS, RowFault,
        keys::{Keyed, parties},
    },
};
use std::collections::{BTreeSet, HashMap};

/// Lays `over` on top of `under`. That nothing contradicts is asked before, by [`contradictions`].
pub(crate) fn lay(under: &mut Tables, over: &Tables) {
    drop_what_is_corrected(&mut under.acceptances, &over.acceptances);
    for (instrument, rows) in &over.parties {
        replace(under.parties.entry(*instrument).or_default(), rows);
    }
    replace(&mut under.acceptances, &over.acceptances);
    replace(&mut under.territories, &over.territories);
    replace(&mut under.objections, &over.objections);
    replace(&mut under.participants, &over.participants);
    replace(&mut under.deadlines, &over.deadlines);
    replace(&mut under.time_rules, &over.time_rules);
    replace(&mut under.grounds, &over.grounds);
    replace(&mut under.contents, &over.contents);
    replace(&mut under.offences, &over.offences);
    replace(&mut under.ages, &over.ages);
    replace(&mut under.needs, &over.needs);
    replace(&mut under.admissibility, &over.admissibility);
}

fn replace<R: Keyed>(under: &mut Vec<R>, over: &[R]) {
    if under.is_empty() {
        return under.extend_from_slice(over);
    }
    if over.is_empty() {
        return;
    }
    let mut places: HashMap<String, usize> =
        under.iter().enumerate().map(|(place, row)| (row.key(), place)).collect();
    for row in over {
        let next = under.len();
        let place = *places.entry(row.key()).or_insert(next);
        match under.get_mut(place) {
            Some(old) => *old = row.clone(),
            None => under.push(row.clone()),
        }
    }
}

/// An acceptance and its absence on a day have keys of their own, so a newer row leaves both standing; where both cannot be
/// true, the older one goes.
fn drop_what_is_corrected(under: &mut Vec<Acceptance>, over: &[Acceptance]) {
    let mut newer: HashMap<_, Vec<&Acceptance>> = HashMap::new();
    for row in over {
        newer.entry((row.acceding, row.accepting)).or_default().push(row);
    }
    under.retain(|old| {
        let rows = newer.get(&(old.acceding, old.accepting)).map(Vec::as_slice).unwrap_or_default();
        let mut opposite = rows.iter().filter(|row| row.accepted != old.accepted);
        !opposite.any(|row| contradiction(&old.says(), &row.says()).is_some())
    });
}

/// The rows of `over` that contradict rows of high confidence in `base`, each with the line that it contradicts.
pub(crate) fn contradictions(base: &Tables, over: &Tables) -> Vec<RowFault> {
    let mut faults = Vec::new();
    for (instrument, rows) in &over.parties {
        against(parties(base, *instrument), rows, &mut faults);
    }
    against(&base.acceptances, &over.acceptances, &mut faults);
    against(&base.territories, &over.territories, &mut faults);
    against(&base.objections, &over.objections, &mut faults);
    against(&base.participants, &over.participants, &mut faults);
    against(&base.deadlines, &over.deadlines, &mut faults);
    against(&base.ages, &over.ages, &mut faults);
    faults.sort_by(|one, other| (&one.file, one.line).cmp(&(&other.file, other.line)));
    faults.dedup();
    faults.truncate(MOST_FAULTS);
    faults
}

fn against<R: Says>(base: &[R], over: &[R], faults: &mut Vec<RowFault>) {
    let mut older: HashMap<String, Vec<&R>> = HashMap::new();
    let wanted: BTreeSet<String> = over.iter().map(Says::matter).collect();
    for row in base.iter().filter(|row| wanted.contains(&row.matter())) {
        older.entry(row.matter()).or_default().push(row);
    }
    for row in over {
        let rows = older.get(&row.matter()).map(Vec::as_slice).unwrap_or_default();
        faults.extend(rows.iter().filter_map(|old| fault(*old, row)));
    }
}

fn fault<R: Says>(old: &R, row: &R) -> Option<RowFault> {
    let reason = contradiction_of(old, row)?;
    let (was, is) = (old.cite(), row.cite());
    let reason = format!("contradicts {}.csv line {} of `{}`: {reason}", was.table, was.line, was.set);
    Some(RowFault { file: is.table.name().to_owned(), line: is.line, reason })
}
