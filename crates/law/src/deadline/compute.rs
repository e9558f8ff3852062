//! From rules and events to deadlines.

use super::{
    Deadline, DeadlineKind, Event, Matter, Standing,
    rule::{Rule, rules},
    standing::Situation,
    start::Whose,
};
use crate::{
    Confidence, Instrument, Law, Phrase, Place,
    time::{Calendar, Due, Moment, interrupted},
};
use comity_model::Jurisdiction;
use jiff::Timestamp;
use std::str::FromStr;

pub(super) fn deadlines(law: &Law, instrument: Instrument, matter: &Matter, now: Timestamp) -> Vec<Deadline> {
    let rules = rules(law, instrument);
    if rules.is_empty() {
        return Vec::new();
    }
    let work = Work { matter, now, calendars: Calendars::new(law, instrument, matter), rules: &rules };
    rules.iter().map(|rule| work.deadline(rule)).collect()
}

/// The calendars of those who may be bound.
struct Calendars<'a> {
    requesting: Calendar<'a>,
    requested: Calendar<'a>,
    depositary: Calendar<'a>,
}

impl<'a> Calendars<'a> {
    fn new(law: &'a Law, instrument: Instrument, matter: &Matter) -> Self {
        let of = |place: &Place| Calendar::new(law, instrument, place, matter.zone.as_deref());
        let netherlands = Jurisdiction::from_str("NL").map_or_else(|_| matter.to.clone(), Place::from);
        Self { requesting: of(&matter.from), requested: of(&matter.to), depositary: of(&netherlands) }
    }
}

struct Work<'a> {
    matter: &'a Matter,
    now: Timestamp,
    calendars: Calendars<'a>,
    rules: &'a [Rule<'a>],
}

/// The times at which a period rested.
#[derive(Default)]
struct Pauses {
    closed: Vec<(Moment, Moment)>,
    open: Option<Moment>,
}

/// A period that was counted.
struct Counted {
    due: Due,
    paused: bool,
    caveats: Vec<Phrase>,
}

impl Work<'_> {
    fn deadline(&self, rule: &Rule<'_>) -> Deadline {
        let started = self.started(rule);
        let counted = started.map(|start| self.counted(rule, start));
        let standing = match (&counted, started) {
            (Some(counted), Some(start)) => self.standing(rule, counted, start),
            _ => Standing::NotStarted,
        };
        let mut caveats = own_caveats(rule);
        let due = counted.map(|counted| {
            caveats.extend(counted.caveats);
            counted.due
        });
        if standing == Standing::Unknown && due.as_ref().is_some_and(|due| due.at.is_some()) {
            caveats.push(Phrase::new("deadline.give_time_and_zone"));
        }
        described(rule, started, due, standing, caveats)
    }

    /// When the event that starts the period happened first.
    fn started(&self, rule: &Rule<'_>) -> Option<Moment> {
        self.told(rule, &rule.start.trigger).into_iter().next()
    }

    fn counted(&self, rule: &Rule<'_>, start: Moment) -> Counted {
        let mut counted = match rule.kind {
            DeadlineKind::Extension if rule.start.known => self.extension(rule, start),
            _ => self.plain(rule, start),
        };
        if self.told(rule, &rule.start.trigger).len() > 1 {
            counted
                .caveats
                .push(Phrase::new("deadline.counted_from_the_first").with("trigger", &rule.start.trigger));
        }
        if rule.kind != DeadlineKind::Extension {
            self.extend(rule, &mut counted);
        }
        counted
    }

    /// The row's own length from its event, with its pauses.
    fn plain(&self, rule: &Rule<'_>, start: Moment) -> Counted {
        self.run(rule, start, rule)
    }

    /// The length of `rule` from `start`, with the pauses of `period`.
    fn run(&self, rule: &Rule<'_>, start: Moment, period: &Rule<'_>) -> Counted {
        let calendar = self.calendar(rule);
        let pauses = self.pauses(period);
        let mut caveats = Vec::new();
        if (pauses.open.is_some() || !pauses.closed.is_empty()) && period.start.suspended_by.is_none() {
            caveats.push(Phrase::new("deadline.no_rule_of_suspension").with("article", &period.row.article));
        }
        let mut due = match rule.unit {
            Some(unit) => interrupted(start, rule.row.length.into(), unit, calendar, &pauses.closed),
            None => Due { because: vec![unknown_unit(rule)], ..nothing(calendar) },
        };
        let paused = pauses.open.is_some_and(|since| self.rests(calendar, &due, since));
        if let (true, Some(since)) = (paused, pauses.open) {
            let because = Phrase::new("deadline.suspended_since").with("since", since);
            due = Due { because: vec![because], ..nothing(calendar) };
        }
        Counted { due, paused, caveats }
    }

    /// Whether a pause that has not ended began before the end of the period and before now.
    fn rests(&self, calendar: &Calendar<'_>, due: &Due, since: Moment) -> bool {
        let began = calendar.clock().begin(since).0;
        began <= self.now && due.at.is_none_or(|at| began <= calendar.clock().over(at).1)
    }

    /// An extension goes on from the end of the period that it prolongs (EIO art. 12(5), EAW art. 17(4), e-Evidence
    /// art. 11(1)), if its event came before that end.
    fn extension(&self, rule: &Rule<'_>, start: Moment) -> Counted {
        let calendar = self.calendar(rule);
        let Some((base, from)) = self.extended(rule) else {
            let because =
                Phrase::new("deadline.nothing_to_extend").with("articles", rule.start.extends.join(", "));
            return Counted {
                due: Due { because: vec![because], ..nothing(calendar) },
                paused: false,
                caveats: vec![],
            };
        };
        let counted = self.plain(base, from);
        let Some(end) = counted.due.at else { return counted };
        let latest = counted.due.runs_on_to.map_or(end, Moment::Day);
        if calendar.clock().begin(start).0 > calendar.clock().over(latest).1 {
            let because = Phrase::new("deadline.extended_too_late").with("event", start).with("end", end);
            return Counted { due: Due { because: vec![because], ..nothing(calendar) }, ..counted };
        }
        let mut longer = self.run(rule, end, rule);
        let because = Phrase::new("deadline.extends").with("article", &base.row.article).with("end", end);
        longer.due.because.insert(0, because);
        longer.due.sources.push(base.row.cite.clone());
        longer
    }

    /// The period that an extension prolongs: the first of those that it may prolong which has started.
    fn extended(&self, rule: &Rule<'_>) -> Option<(&Rule<'_>, Moment)> {
        rule.start.extends.iter().find_map(|article| {
            let base = self.rules.iter().find(|base| {
                base.row.article == *article && base.kind != DeadlineKind::Extension && base.id != rule.id
            })?;
            Some((base, self.started(base)?))
        })
    }

    /// Where an extension of this period was announced in time, its end is the period's end.
    fn extend(&self, rule: &Rule<'_>, counted: &mut Counted) {
        for extension in self.rules.iter().filter(|other| other.start.extends.contains(&rule.row.article)) {
            let prolongs = self.extended(extension).is_some_and(|(base, _)| base.id == rule.id);
            let Some(start) = self.started(extension).filter(|_| prolongs && !counted.paused) else {
                continue;
            };
            let longer = self.extension(extension, start);
            if longer.due.at.is_some() {
                counted.due = longer.due;
                let caveat = Phrase::new("deadline.extended_by").with("article", &extension.row.article);
                counted.caveats.push(caveat);
                counted.caveats.extend(longer.caveats);
                counted.caveats.extend(confidence_caveat(extension));
            } else {
                counted.caveats.extend(longer.due.because);
            }
        }
    }

    fn standing(&self, rule: &Rule<'_>, counted: &Counted, start: Moment) -> Standing {
        let clock = self.calendar(rule).clock();
        if clock.begin(start).0 > self.now {
            return Standing::NotStarted;
        }
        let met = self.met(rule, start);
        if counted.paused {
            return if met.is_some() { Standing::Met } else { Standing::Paused };
        }
        let situation = Situation { clock, kind: rule.kind, owed: rule.start.owed, met, now: self.now };
        situation.standing(&counted.due)
    }

    /// When the period was met: the first event that does, not before its start and not after now.
    fn met(&self, rule: &Rule<'_>, start: Moment) -> Option<Moment> {
        let clock = self.calendar(rule).clock();
        let own = format!("met:{}", rule.id);
        let codes = rule.start.met_by.iter().chain(std::iter::once(&own));
        let told = codes.flat_map(|code| self.told(rule, code));
        let fits = |at: &Moment| clock.over(*at).1 >= clock.begin(start).0 && clock.begin(*at).0 <= self.now;
        told.filter(fits).min_by_key(|at| clock.begin(*at))
    }

    /// Each `paused:` with the first `resumed:` after it.
    fn pauses(&self, rule: &Rule<'_>) -> Pauses {
        let clock = self.calendar(rule).clock();
        let resumed = self.told(rule, &format!("resumed:{}", rule.id));
        let mut pauses = Pauses::default();
        for paused in self.told(rule, &format!("paused:{}", rule.id)) {
            let covered = pauses.closed.last().is_some_and(|(_, to)| clock.begin(*to) > clock.begin(paused));
            if covered || pauses.open.is_some() {
                continue;
            }
            match resumed.iter().find(|at| clock.begin(**at) >= clock.begin(paused)) {
                Some(to) => pauses.closed.push((paused, *to)),
                None => pauses.open = Some(paused),
            }
        }
        pauses
    }

    /// The moments at which an event is said to have happened, the earliest first.
    fn told(&self, rule: &Rule<'_>, code: &str) -> Vec<Moment> {
        let clock = self.calendar(rule).clock();
        let same = |event: &&Event| event.event == code;
        let mut moments: Vec<_> = self.matter.events.iter().filter(same).map(|event| event.at).collect();
        moments.sort_by_key(|at| clock.begin(*at));
        moments
    }

    fn calendar(&self, rule: &Rule<'_>) -> &Calendar<'_> {
        match rule.start.clock {
            Whose::Requesting => &self.calendars.requesting,
            Whose::Requested => &self.calendars.requested,
            Whose::Depositary => &self.calendars.depositary,
        }
    }
}

fn described(
    rule: &Rule<'_>,
    started: Option<Moment>,
    due: Option<Due>,
    standing: Standing,
    caveats: Vec<Phrase>,
) -> Deadline {
    let row = rule.row;
    Deadline {
        id: rule.id.clone(),
        instrument: row.instrument,
        article: row.article.clone(),
        kind: rule.kind,
        trigger: rule.start.trigger.clone(),
        trigger_text: row.trigger.clone(),
        length: format!("{} {}", row.length, row.unit),
        bound: row.bound.clone(),
        side: rule.start.side,
        consequence: row.consequence.clone(),
        started,
        due,
        standing,
        caveats,
        sources: vec![row.cite.clone()],
    }
}

/// What holds of the row whatever happened.
fn own_caveats(rule: &Rule<'_>) -> Vec<Phrase> {
    let unlisted = Phrase::new("deadline.bound_side_not_listed");
    let target = Phrase::new("deadline.target_only");
    confidence_caveat(rule)
        .into_iter()
        .chain((!rule.start.known).then_some(unlisted))
        .chain((rule.kind == DeadlineKind::Target).then_some(target))
        .collect()
}

fn confidence_caveat(rule: &Rule<'_>) -> Option<Phrase> {
    let low = rule.row.cite.confidence == Confidence::Low;
    low.then(|| Phrase::new("deadline.row_to_confirm").with("article", &rule.row.article))
}

fn unknown_unit(rule: &Rule<'_>) -> Phrase {
    Phrase::new("deadline.unknown_unit").with("unit", &rule.row.unit)
}

fn nothing(calendar: &Calendar<'_>) -> Due {
    let place = Some(calendar.place());
    Due { at: None, runs_on_to: None, zone: None, place, because: Vec::new(), sources: Vec::new() }
}
