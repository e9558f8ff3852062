//! A checklist as a memo: what is missing, what nobody can tell, what is met, and the sources. All of it, on as many pages
//! as it takes: who prepares evidence needs every point.

use super::{Checklist, Point, Status, Weight};
use crate::{
    Language, Phrase,
    memo::{Line, Memo, Section, sources::Sources, words::title},
    pathway::Ground,
    texts::in_language,
};
use comity_model::marking::Purpose;

/// Writes the memo of a checklist.
#[must_use]
pub fn memo(checklist: &Checklist, language: Language) -> Memo {
    let mut draft = Draft { checklist, language, sources: Sources::default() };
    let mut sections = vec![
        draft.summary(),
        draft.points("admissibility.memo.missing", Status::Missing),
        draft.points("admissibility.memo.unknown", Status::Unknown),
        draft.points("admissibility.memo.met", Status::Met),
        draft.points("admissibility.memo.not_applicable", Status::NotApplicable),
        draft.grounds(),
        draft.caveats(),
    ];
    sections.push(draft.numbered_sources());
    sections.retain(|section| !section.lines.is_empty());
    Memo { language, title: draft.title(), subtitle: draft.subtitle(), sections, foot: draft.foot() }
}

struct Draft<'a> {
    checklist: &'a Checklist,
    language: Language,
    sources: Sources,
}

impl Draft<'_> {
    fn say(&self, phrase: &Phrase) -> String {
        phrase.say(self.language)
    }

    fn word(&self, key: &'static str) -> String {
        Phrase::new(key).say(self.language)
    }

    fn section(&self, heading: &'static str, lines: Vec<Line>) -> Section {
        Section { heading: self.word(heading), lines }
    }

    fn title(&self) -> String {
        let question = &self.checklist.question;
        let said = Phrase::new("admissibility.memo.title").with("from", &question.from);
        self.say(&said.with("to", &question.to))
    }

    fn subtitle(&self) -> String {
        let question = &self.checklist.question;
        let number = question.facts.exhibit_number.as_ref();
        let number = number.map(|number| Phrase::new("admissibility.memo.exhibit").with("number", number));
        let parts = [
            Some(self.say(&Phrase::new("memo.on").with("on", question.on))),
            Some(self.word(purpose(question.purpose))),
            number.map(|said| self.say(&said)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn summary(&self) -> Section {
        let counts = self.checklist.counts;
        let said = Phrase::new("admissibility.memo.counts")
            .with("missing", counts.missing)
            .with("missing_must", counts.missing_must)
            .with("unknown", counts.unknown)
            .with("unknown_must", counts.unknown_must)
            .with("met", counts.met)
            .with("not_applicable", counts.not_applicable);
        let titles = self.checklist.instruments.iter().map(|instrument| title(*instrument, self.language));
        let titles = titles.collect::<Vec<_>>().join(" + ");
        let under = Phrase::new("admissibility.memo.under").with("instruments", &titles);
        let mut lines = vec![Line::Text(self.say(&said))];
        lines.extend((!titles.is_empty()).then(|| Line::Text(self.say(&under))));
        self.section("memo.heading.sentence", lines)
    }

    fn points(&mut self, heading: &'static str, status: Status) -> Section {
        let of = self.checklist.points.iter().filter(|point| point.status == status);
        let lines = of.map(|point| self.point(point)).collect();
        self.section(heading, lines)
    }

    /// What is asked, how much it weighs and by whom it is asked, what was found, and the numbers of the sources.
    fn point(&mut self, point: &Point) -> Line {
        let marks = self.sources.cite(&point.sources);
        let item = point.item.as_deref().map(|item| format!(": {}", in_language(self.language, item)));
        let findings: Vec<String> = point.findings.iter().map(|said| self.say(said)).collect();
        let text = format!(
            "{}{} ({}). {}{marks}",
            self.say(&point.requirement),
            item.unwrap_or_default(),
            self.by_whom(point),
            findings.join(" ")
        );
        match point.status {
            Status::Missing | Status::Unknown => Line::Tick(text),
            Status::Met | Status::NotApplicable => Line::Point(text),
        }
    }

    fn by_whom(&self, point: &Point) -> String {
        let weight = self.word(match point.weight {
            Weight::Must => "admissibility.weight.must",
            Weight::WhereApplicable => "admissibility.weight.where_applicable",
            Weight::GoodPractice => "admissibility.weight.good_practice",
        });
        let instrument = point.instrument.map(|instrument| instrument.code().to_owned());
        let article = Some(point.article.clone()).filter(|article| !article.is_empty());
        let asked = [instrument, article].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let low = point.to_be_confirmed.then(|| self.word("admissibility.memo.to_be_confirmed"));
        let parts = [Some(weight), Some(asked).filter(|asked| !asked.is_empty()), low];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn grounds(&mut self) -> Section {
        let lines = self.checklist.grounds.iter().map(|ground| self.ground(ground)).collect();
        self.section("memo.heading.grounds", lines)
    }

    fn ground(&mut self, ground: &Ground) -> Line {
        let marks = self.sources.cite(&ground.sources);
        let text = |english| in_language(self.language, english);
        let (what, kind) = (text(&ground.ground), text(&ground.kind));
        Line::Point(format!("{what} ({} {}; {kind}){marks}", ground.instrument, ground.article))
    }

    fn caveats(&self) -> Section {
        let lines = self.checklist.caveats.iter().map(|caveat| Line::Point(self.say(caveat))).collect();
        self.section("memo.heading.caveats", lines)
    }

    fn numbered_sources(&self) -> Section {
        let lines = self.sources.lines().map(|source| Line::Source(self.say(&source))).collect();
        self.section("memo.heading.sources", lines)
    }

    fn foot(&self) -> String {
        let dated = self.checklist.dated.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let data = Phrase::new("memo.foot").with("data_set", &self.checklist.data_set).with("dated", dated);
        let translated = (self.language != Language::En).then(|| self.word("memo.foot.translation"));
        [Some(self.say(&data)), translated].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LocateMissingChild => "admissibility.for.locate_missing_child",
        Purpose::ReturnOfChild => "admissibility.for.return_of_child",
        Purpose::CriminalInvestigation => "admissibility.for.criminal_investigation",
        Purpose::JudicialProceedings => "admissibility.for.judicial_proceedings",
        Purpose::ChildProtection => "admissibility.for.child_protection",
        Purpose::Exercise => "admissibility.for.exercise",
    }
}
