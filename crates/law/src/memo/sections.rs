//! What stands in each section of a memo.

use super::{
    Line, Memo, Room, Section,
    sources::Sources,
    words::{answer as state, length, moment, need, standing, title},
};
use crate::{
    Language, Need, Phrase,
    deadline::Deadline,
    pathway::{Answer, Content, Ground, Pathway},
    texts::in_language,
};
use comity_model::legal::LawAnswer;

/// What the sections share while a memo is written.
struct Draft<'a> {
    answer: &'a Answer,
    best: Option<&'a Pathway>,
    language: Language,
    room: Room,
    sources: Sources,
}

/// A memo whose lists have no more points than there is room for.
pub(super) fn draft(answer: &Answer, language: Language, room: Room) -> Memo {
    let best = answer.pathways.first().filter(|first| first.usable != LawAnswer::NotInForce);
    let mut draft = Draft { answer, best, language, room, sources: Sources::default() };
    let mut sections = vec![
        draft.in_a_sentence(),
        draft.first_step(),
        draft.checklist(),
        draft.deadlines(),
        draft.grounds(),
        draft.others(),
        draft.caveats(),
    ];
    sections.push(draft.numbered_sources());
    sections.retain(|section| !section.lines.is_empty());
    Memo { language, title: draft.title(), subtitle: draft.subtitle(), sections, foot: draft.foot() }
}

impl<'a> Draft<'a> {
    fn say(&self, phrase: &Phrase) -> String {
        phrase.say(self.language)
    }

    fn word(&self, key: &'static str) -> String {
        Phrase::new(key).say(self.language)
    }

    fn text(&self, english: &'a str) -> &'a str {
        in_language(self.language, english)
    }

    fn section(&self, heading: &'static str, lines: Vec<Line>) -> Section {
        Section { heading: self.word(heading), lines }
    }

    fn title(&self) -> String {
        let question = &self.answer.question;
        let said = Phrase::new("memo.title").with("need", need(question.need, self.language));
        self.say(&said.with("from", &question.from).with("to", &question.to))
    }

    fn subtitle(&self) -> String {
        let question = &self.answer.question;
        let mut parts = vec![self.say(&Phrase::new("memo.on").with("on", question.on))];
        let facts = &question.facts;
        parts.extend(question.event.map(|day| self.say(&Phrase::new("memo.event").with("event", day))));
        parts.extend(facts.child_born.map(|day| self.say(&Phrase::new("memo.born").with("born", day))));
        parts.extend(
            facts.offence.as_ref().map(|code| self.say(&Phrase::new("memo.offence").with("offence", code))),
        );
        parts.join(" · ")
    }

    fn in_a_sentence(&self) -> Section {
        let question = &self.answer.question;
        let said = match self.best {
            Some(best) if best.usable == LawAnswer::InForce => {
                Phrase::new("memo.sentence.in_force").with("instrument", self.instruments(best))
            }
            Some(best) => Phrase::new("memo.sentence.unknown").with("instrument", self.instruments(best)),
            None => Phrase::new("memo.sentence.none").with("need", need(question.need, self.language)),
        };
        let said = said.with("from", &question.from).with("to", &question.to);
        self.section("memo.heading.sentence", vec![Line::Text(self.say(&said))])
    }

    /// The titles of a pathway's instruments, joined by `+`.
    fn instruments(&self, pathway: &Pathway) -> String {
        let titles = pathway.relations.iter().map(|part| title(part.instrument, self.language));
        titles.collect::<Vec<_>>().join(" + ")
    }

    fn first_step(&mut self) -> Section {
        let mut lines = Vec::new();
        if let Some(best) = self.best {
            lines.extend(self.through(best));
            for part in &best.relations {
                let marks = self.sources.cite(&part.relation.sources);
                let stands = standing(&part.relation, self.language);
                let rule = self.say(&part.relation.rule);
                lines.push(Line::Point(format!("{}: {stands}. {rule}{marks}", part.instrument)));
            }
            lines.extend(best.reasons.iter().map(|reason| Line::Point(self.say(reason))));
            self.sources.cite(&best.sources);
        }
        lines.extend(self.fallback());
        self.section("memo.heading.first", lines)
    }

    fn through(&self, pathway: &'a Pathway) -> [Line; 2] {
        let channel = Phrase::new("memo.channel").with("channel", self.text(&pathway.channel));
        let authorities =
            Phrase::new("memo.authorities").with("authorities", self.text(&pathway.authorities));
        let condition = Phrase::new("memo.condition").with("condition", self.text(&pathway.condition));
        let first = format!("{} {}", self.say(&channel), self.say(&authorities));
        [Line::Text(first), Line::Text(self.say(&condition))]
    }

    fn fallback(&mut self) -> Option<Line> {
        let fallback = self.answer.fallback.as_ref()?;
        let marks = self.sources.cite(&fallback.sources);
        let said = Phrase::new("memo.fallback").with("channel", self.text(&fallback.channel));
        let said = said.with("authorities", self.text(&fallback.authorities));
        Some(Line::Text(format!("{}{marks}", self.say(&said))))
    }

    /// The first points of a list as lines, and how many are left out.
    fn some<T>(&mut self, room: usize, list: &[T], line: impl Fn(&mut Self, &T) -> Line) -> Vec<Line> {
        let mut lines: Vec<Line> = list.iter().take(room).map(|item| line(self, item)).collect();
        lines.extend(self.more(list.len(), room));
        lines
    }

    /// How many of a list are left out, if any.
    fn more(&self, all: usize, room: usize) -> Option<Line> {
        let left = all.saturating_sub(room);
        (left > 0).then(|| Line::Source(self.say(&Phrase::new("memo.more").with("count", left))))
    }

    fn checklist(&mut self) -> Section {
        let Some(best) = self.best else { return self.section("memo.heading.contents", Vec::new()) };
        let list: Vec<&'a [Content]> = best.contents.chunk_by(belong_together).collect();
        let mut lines = self.some(self.room.contents, &list, |draft, contents| draft.contents(contents));
        lines.extend(self.languages_and_forms(&best.contents));
        self.section("memo.heading.contents", lines)
    }

    /// What one article asks for, in one line.
    fn contents(&mut self, contents: &'a [Content]) -> Line {
        let rows: Vec<_> = contents.iter().flat_map(|content| content.sources.clone()).collect();
        let marks = self.sources.cite(&rows);
        let items: Vec<&str> = contents.iter().map(|content| self.text(&content.item)).collect();
        let said = items.join(" · ");
        match contents.first() {
            Some(Content { instrument, article, obligation, .. }) => {
                Line::Tick(format!("{said} ({}; {instrument} {article}){marks}", self.text(obligation)))
            }
            None => Line::Tick(said),
        }
    }

    /// Language and form, once for each instrument, as its first row with one gives it.
    fn languages_and_forms(&self, contents: &'a [Content]) -> Vec<Line> {
        let mut said = Vec::new();
        for content in contents {
            let rules = [("memo.language", &content.language), ("memo.form", &content.form)];
            for (key, rule) in rules.into_iter().filter(|(_, rule)| !rule.is_empty()) {
                let known = said
                    .iter()
                    .any(|(instrument, known, _)| (*instrument, *known) == (content.instrument, key));
                if !known {
                    said.push((content.instrument, key, rule));
                }
            }
        }
        let line = |(instrument, key, rule): (_, &'static str, &'a String)| {
            let phrase = Phrase::new(key).with("instrument", instrument).with("rule", self.text(rule));
            Line::Text(self.say(&phrase))
        };
        said.into_iter().map(line).collect()
    }

    /// Deadlines, those with a date first, by date.
    fn deadlines(&mut self) -> Section {
        let mut list: Vec<&'a Deadline> = self.best.iter().flat_map(|best| &best.deadlines).collect();
        list.sort_by_key(|deadline| date_of(deadline).map_or((true, String::new()), |date| (false, date)));
        let lines = self.some(self.room.deadlines, &list, |draft, deadline| draft.deadline(deadline));
        self.section("memo.heading.deadlines", lines)
    }

    fn deadline(&mut self, deadline: &'a Deadline) -> Line {
        let marks = self.sources.cite(&deadline.sources);
        let length = length(&deadline.length, self.language);
        let said = match date_of(deadline) {
            Some(date) => Phrase::new("memo.deadline.dated").with("date", date),
            None => Phrase::new("memo.deadline.open").with("trigger", self.text(&deadline.trigger_text)),
        };
        let said = said.with("length", length).with("bound", self.text(&deadline.bound));
        let said = said.with("consequence", self.text(&deadline.consequence));
        let said = said.with("instrument", deadline.instrument).with("article", &deadline.article);
        Line::Point(format!("{}{marks}", self.say(&said)))
    }

    fn grounds(&mut self) -> Section {
        let Some(best) = self.best else { return self.section("memo.heading.grounds", Vec::new()) };
        let room = self.room.grounds;
        let shown = best.grounds.get(..room).unwrap_or(&best.grounds);
        let same = |one: &Ground, other: &Ground| one.instrument == other.instrument;
        let mut lines: Vec<Line> = shown.chunk_by(same).map(|grounds| self.grounds_of_one(grounds)).collect();
        lines.extend(self.more(best.grounds.len(), room));
        self.section("memo.heading.grounds", lines)
    }

    /// The grounds of one instrument in one paragraph.
    fn grounds_of_one(&mut self, grounds: &'a [Ground]) -> Line {
        let rows: Vec<_> = grounds.iter().flat_map(|ground| ground.sources.clone()).collect();
        let marks = self.sources.cite(&rows);
        let one = |ground: &'a Ground| {
            format!("{} ({}; {})", self.text(&ground.ground), ground.article, self.text(&ground.kind))
        };
        let said: Vec<String> = grounds.iter().map(one).collect();
        let instrument = grounds.first().map(|ground| format!("{}: ", ground.instrument)).unwrap_or_default();
        Line::Point(format!("{instrument}{}{marks}", said.join(" · ")))
    }

    fn others(&mut self) -> Section {
        let answer = self.answer;
        let rest = answer.pathways.get(usize::from(self.best.is_some())..).unwrap_or_default();
        let list: Vec<&'a Pathway> = rest.iter().collect();
        let lines = self.some(self.room.rest, &list, |draft, pathway| draft.other(pathway));
        self.section("memo.heading.others", lines)
    }

    fn other(&mut self, pathway: &'a Pathway) -> Line {
        let deciding = pathway.relations.iter().find(|part| part.relation.state == pathway.usable);
        let said = match deciding {
            Some(part) if pathway.usable == LawAnswer::InForce => standing(&part.relation, self.language),
            Some(part) => {
                let rule = self.say(&part.relation.rule);
                format!("{}. {rule}", state(pathway.usable, self.language))
            }
            None => {
                let why = pathway.reasons.first().map(|reason| self.say(reason)).unwrap_or_default();
                format!("{}. {why}", state(pathway.usable, self.language))
            }
        };
        let marks = deciding.map(|part| self.sources.cite(&part.relation.sources)).unwrap_or_default();
        Line::Point(format!("{}: {said}{marks}", pathway.written))
    }

    fn caveats(&mut self) -> Section {
        let of_best = self.best.iter().flat_map(|best| &best.caveats);
        // Preservation may not be made to depend on the test (Budapest art. 29(3)), so what it leaves open is not for here.
        let tested = self.answer.question.need != Need::PreservationComputerData;
        let test = self.best.and_then(|best| best.dual_criminality.as_ref()).filter(|_| tested);
        let of_test = test.iter().flat_map(|test| &test.remains);
        let all: Vec<&'a Phrase> = of_best.chain(of_test).chain(&self.answer.caveats).collect();
        let lines = self.some(self.room.rest, &all, |draft, caveat| Line::Point(draft.say(caveat)));
        self.section("memo.heading.caveats", lines)
    }

    fn numbered_sources(&self) -> Section {
        let lines = self.sources.lines().map(|source| Line::Source(self.say(&source))).collect();
        self.section("memo.heading.sources", lines)
    }

    fn foot(&self) -> String {
        let dated = self.answer.dated.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let data = Phrase::new("memo.foot").with("data_set", &self.answer.data_set).with("dated", dated);
        let mut foot = self.say(&data);
        if self.language != Language::En {
            foot.push(' ');
            foot.push_str(&self.word("memo.foot.translation"));
        }
        foot
    }
}

/// Whether two rows are asked for by the same article in the same way.
fn belong_together(one: &Content, other: &Content) -> bool {
    (one.instrument, &one.article, &one.obligation) == (other.instrument, &other.article, &other.obligation)
}

fn date_of(deadline: &Deadline) -> Option<String> {
    deadline.due.as_ref()?.at.map(moment)
}
