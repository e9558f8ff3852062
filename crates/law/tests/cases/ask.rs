//! The questions of the cases: read, asked of the engine, and the answers written as words.
//!
//! - `relation INSTRUMENT ONE OTHER on=DAY`
//! - `event INSTRUMENT ONE OTHER event=DAY` and `age INSTRUMENT born=DAY on=DAY`
//! - `deadline ID FROM TO now=INSTANT CODE@MOMENT ... zone=ZONE`
//! - `pathways NEED FROM TO on=DAY event=DAY born=DAY offence=CONCEPT decision=yes electronic=yes penalty=YEARS`
//! - `claim INSTRUMENT ARTICLE KIND PURPOSE FROM TO,TO on=DAY event=DAY born=DAY offence=CONCEPT`
//! - `dual FROM TO CONCEPT on=DAY penalty=YEARS child=YEARS`
//!
//! In an article `_` stands for a space; `none` for no receiver.

use comity_law::{
    Cite, Instrument, Law, Need, Phrase, Place, Relation,
    basis::{Claim, check},
    deadline::{Event, Matter, Standing, deadlines},
    offence::{Act, dual_criminality_of},
    pathway::{Answer, Facts, Question, pathways},
    relation::{age::applies_to_child, applies_to_event},
    time::{Due, Moment},
};
use comity_model::{legal::LawAnswer, message::MessageKind};
use jiff::{Timestamp, civil::Date};
use std::{collections::BTreeSet, error::Error, str::FromStr, sync::Arc};

type Fallible<T> = Result<T, Box<dyn Error>>;
pub type Words = BTreeSet<String>;

/// The words of a question: those by position, and those with a name.
struct Asked<'a> {
    plain: Vec<&'a str>,
    named: Vec<(&'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn read(question: &'a str) -> Self {
        let words = question.split(' ').skip(1);
        let (named, plain): (Vec<_>, Vec<_>) =
            words.partition(|word| word.contains('=') || word.contains('@'));
        let named =
            named.into_iter().filter_map(|word| word.split_once('=').or_else(|| word.split_once('@')));
        Self { plain, named: named.collect() }
    }

    fn word(&self, at: usize) -> Fallible<&'a str> {
        self.plain.get(at).copied().ok_or_else(|| format!("word {} is missing", at + 1).into())
    }

    fn at<T: FromStr<Err: Error + 'static>>(&self, at: usize) -> Fallible<T> {
        Ok(self.word(at)?.parse()?)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn value<T: FromStr<Err: Error + 'static>>(&self, name: &str) -> Fallible<Option<T>> {
        Ok(self.text(name).map(str::parse).transpose()?)
    }

    fn day(&self, name: &str) -> Fallible<Date> {
        self.value(name)?.ok_or_else(|| format!("`{name}=` is missing").into())
    }

    fn yes(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value == "yes")
    }
}

/// The engine's answer to a question, as words.
pub fn answer(question: &str) -> Fallible<Words> {
    let asked = Asked::read(question);
    match question.split(' ').next().unwrap_or_default() {
        "relation" => relation(&asked),
        "event" => event(&asked),
        "age" => age(&asked),
        "deadline" => deadline(&asked),
        "pathways" => ways(&asked),
        "claim" => claim(&asked),
        "dual" => dual(&asked),
        other => Err(format!("`{other}` is no question").into()),
    }
}

fn state(answer: LawAnswer) -> &'static str {
    match answer {
        LawAnswer::InForce => "in_force",
        LawAnswer::NotInForce => "not_in_force",
        LawAnswer::Unknown => "unknown",
    }
}

fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".into(), |value| value.to_string())
}

fn cites(words: &mut Words, sources: &[Arc<Cite>]) {
    for row in sources {
        words.insert(format!("cites={}", row.table));
        words.insert(format!("leads={:?}", row.confidence).to_lowercase());
    }
}

fn keys(words: &mut Words, name: &str, phrases: &[Phrase]) {
    words.extend(phrases.iter().map(|phrase| format!("{name}={}", phrase.key())));
}

fn words_of(relation: &Relation) -> Words {
    let mut words = Words::from([
        state(relation.state).into(),
        format!("since={}", or_dash(relation.since)),
        format!("until={}", or_dash(relation.until)),
        format!("rule={}", relation.rule.key()),
        format!(
            "confidence={}",
            or_dash(relation.confidence.map(|known| format!("{known:?}").to_lowercase()))
        ),
    ]);
    keys(&mut words, "caveat", &relation.caveats);
    cites(&mut words, &relation.sources);
    words
}

fn relation(asked: &Asked<'_>) -> Fallible<Words> {
    let (one, other): (Place, Place) = (asked.at(1)?, asked.at(2)?);
    Ok(words_of(&Law::shipped().relation(asked.at(0)?, &one, &other, asked.day("on")?)))
}

fn event(asked: &Asked<'_>) -> Fallible<Words> {
    let (one, other): (Place, Place) = (asked.at(1)?, asked.at(2)?);
    let found = applies_to_event(Law::shipped(), asked.at(0)?, &one, &other, asked.day("event")?);
    Ok(found.map_or_else(|| Words::from(["no_rule".into()]), |found| words_of(&found)))
}

fn age(asked: &Asked<'_>) -> Fallible<Words> {
    let found = applies_to_child(Law::shipped(), asked.at(0)?, asked.day("born")?, asked.day("on")?);
    let Some(found) = found else { return Ok(Words::from(["no_rule".into()])) };
    let last = format!("last={}", or_dash(found.last_day));
    let mut words = Words::from([state(found.state).into(), last, format!("rule={}", found.rule.key())]);
    cites(&mut words, &found.sources);
    Ok(words)
}

fn moment(text: &str) -> Fallible<Moment> {
    Ok(if text.contains('T') { Moment::Instant(text.parse()?) } else { Moment::Day(text.parse()?) })
}

fn deadline(asked: &Asked<'_>) -> Fallible<Words> {
    let id = asked.word(0)?;
    let instrument: Instrument = id.split('/').next().unwrap_or_default().parse()?;
    let events = asked.named.iter().filter(|(name, _)| !matches!(*name, "now" | "zone"));
    let events = events
        .map(|(event, at)| Ok(Event { event: (*event).to_owned(), at: moment(at)? }))
        .collect::<Fallible<_>>()?;
    let zone = asked.text("zone").map(str::to_owned);
    let matter = Matter { from: asked.at(1)?, to: asked.at(2)?, events, zone };
    let now: Timestamp = asked.value("now")?.unwrap_or(Timestamp::UNIX_EPOCH);
    let all = deadlines(Law::shipped(), instrument, &matter, now);
    let found = all.into_iter().find(|deadline| deadline.id == id).ok_or("there is no such deadline")?;
    let mut words = Words::from([
        format!("kind={}", serde_json::to_value(found.kind)?.as_str().unwrap_or_default()),
        format!("side={}", serde_json::to_value(found.side)?.as_str().unwrap_or_default()),
        format!("standing={}", standing(&found.standing)),
    ]);
    keys(&mut words, "caveat", &found.caveats);
    if let Some(due) = &found.due {
        due_words(&mut words, due);
    }
    Ok(words)
}

fn due_words(words: &mut Words, due: &Due) {
    words.insert(format!("due={}", or_dash(due.at)));
    words.insert(format!("runs_on={}", or_dash(due.runs_on_to)));
    words.insert(format!("zone={}", or_dash(due.zone.as_deref())));
    words.insert(format!("place={}", or_dash(due.place)));
    keys(words, "because", &due.because);
}

fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::NotStarted => "not_started",
        Standing::Running { .. } => "running",
        Standing::Paused => "paused",
        Standing::Met => "met",
        Standing::Late { met: true, .. } => "met_late",
        Standing::Late { met: false, .. } => "late",
        Standing::Over { .. } => "over",
        Standing::Unknown => "unknown",
    }
}

fn ways(asked: &Asked<'_>) -> Fallible<Words> {
    let facts = Facts {
        child_born: asked.value("born")?,
        offence: asked.text("offence").map(str::to_owned),
        enforceable_decision: asked.yes("decision"),
        electronic: asked.yes("electronic"),
        emergency: asked.yes("emergency"),
        highest_penalty_years: asked.value("penalty")?,
        ..Facts::default()
    };
    let need: Need = asked.at(0)?;
    let (event, on) = (asked.value("event")?, asked.day("on")?);
    let question = Question { from: asked.at(1)?, to: asked.at(2)?, need, event, on, facts };
    Ok(words_of_pathways(&pathways(Law::shipped(), &question, Timestamp::UNIX_EPOCH)))
}

fn words_of_pathways(answer: &Answer) -> Words {
    let mut words = Words::new();
    words.insert(format!("fallback={}", or_dash(answer.fallback.as_ref().map(|way| way.instrument))));
    words.insert(format!("first={}", or_dash(answer.pathways.first().map(|way| way.instrument))));
    words.insert(format!("second={}", or_dash(answer.pathways.get(1).map(|way| way.instrument))));
    keys(&mut words, "caveat", &answer.caveats);
    for way in &answer.pathways {
        let named = way.instrument.code();
        words.insert(format!("{named}={}", state(way.usable)));
        words.insert(format!("{named}:instruments={}", way.relations.len()));
        keys(&mut words, &format!("{named}:reason"), &way.reasons);
        keys(&mut words, &format!("{named}:caveat"), &way.caveats);
        words.extend(way.grounds.iter().map(|ground| format!("{named}:ground={}", ground.article)));
        words.extend(
            way.contents.iter().map(|item| format!("{named}:content={}", item.article.replace(' ', "_"))),
        );
        words.extend(way.deadlines.iter().map(|deadline| format!("{named}:deadline={}", deadline.id)));
        let dual = way.dual_criminality.as_ref().map(|dual| state(dual.met));
        words.insert(format!("{named}:dual={}", or_dash(dual)));
    }
    words
}

fn kind(text: &str) -> Fallible<MessageKind> {
    use MessageKind::{Alert, AlertCancellation, AlertUpdate, Disclosure, Information, Sighting, Withdrawal};
    let all = [Alert, AlertUpdate, AlertCancellation, Withdrawal, Sighting, Disclosure, Information];
    all.into_iter().find(|known| known.as_str() == text).ok_or_else(|| format!("`{text}` is no kind").into())
}

fn claim(asked: &Asked<'_>) -> Fallible<Words> {
    let (from, to): (Place, &str) = (asked.at(4)?, asked.word(5)?);
    let to = if to == "none" {
        Vec::new()
    } else {
        to.split(',').map(str::parse).collect::<Result<Vec<Place>, _>>()?
    };
    let claim = Claim {
        instrument: asked.word(0)?,
        article: &asked.word(1)?.replace('_', " "),
        kind: kind(asked.word(2)?)?,
        purpose: asked.word(3)?,
        from: &from,
        to: &to,
        on: asked.day("on")?,
        event: asked.value("event")?,
        child_born: asked.value("born")?,
        offence: asked.text("offence"),
    };
    let found = check(Law::shipped(), &claim);
    let verdict = serde_json::to_value(found.verdict)?;
    let mut words = Words::from([verdict.as_str().unwrap_or_default().to_owned()]);
    keys(&mut words, "reason", &found.reasons);
    cites(&mut words, &found.sources);
    Ok(words)
}

fn dual(asked: &Asked<'_>) -> Fallible<Words> {
    let (one, other): (Place, Place) = (asked.at(0)?, asked.at(1)?);
    let act = Act { highest_penalty_years: asked.value("penalty")?, child_age_years: asked.value("child")? };
    let found = dual_criminality_of(Law::shipped(), &one, &other, asked.word(2)?, asked.day("on")?, act);
    let Some(found) = found else { return Ok(Words::from(["no_concept".into()])) };
    let mut words = Words::from([state(found.met).into()]);
    let covered = found.covered_by.iter().map(|row| format!("covered={}/{}", row.instrument, row.article));
    words.extend(covered.map(|word| word.replace(' ', "_")));
    keys(&mut words, "waived", &found.waived_by);
    keys(&mut words, "remains", &found.remains);
    Ok(words)
}
