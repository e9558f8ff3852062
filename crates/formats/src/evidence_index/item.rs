//! The section of an item: what it is, its hashes, how it was acquired and seized.

use super::Writer;
use crate::evidence::{Acquisition, Item, PartOf, Seizure, Source, Tool, hex, shown};
use crate::pdf::{Line, Section};

impl Writer<'_> {
    fn name(&self, item: &Item) -> String {
        self.free(&shown(&item.name))
    }

    /// The item in the list of all.
    pub(super) fn listed(&self, item: &Item) -> String {
        let (exhibit, name) = (self.free(&item.exhibit), self.name(item));
        let size = self.number(item.size.into());
        self.say("list.item", &[("exhibit", &exhibit), ("name", &name), ("size", &size)])
    }

    pub(super) fn item(&self, item: &Item) -> Section {
        let (exhibit, name) = (self.free(&item.exhibit), self.name(item));
        let heading = self.say("heading.item", &[("exhibit", &exhibit), ("name", &name)]);
        let mut lines = vec![self.size(item)];
        lines.extend(item.part_of.as_ref().map(|part| self.part(part)));
        lines.push(self.hash("SHA-256", &item.sha256));
        lines.push(self.hash("BLAKE3", &item.blake3));
        lines.push(Line::Source(self.say("item.id", &[("id", &self.left(&item.id.to_string()))])));
        if let Some(seizure) = &item.seizure {
            self.seizure(seizure, &mut lines);
        }
        self.acquisition(&item.acquisition, &mut lines);
        self.custody(item, &mut lines);
        Section { heading, lines }
    }

    fn size(&self, item: &Item) -> Line {
        let size = self.number(item.size.into());
        match &item.media_type {
            None => self.text("item.size", &[("size", &size)]),
            Some(kind) => self.text("item.size_kind", &[("size", &size), ("kind", &self.free(kind))]),
        }
    }

    fn part(&self, part: &PartOf) -> Line {
        let which = self.free(&part.which);
        match self.items.get(&part.item) {
            Some(whole) => {
                let exhibit = self.free(&whole.exhibit);
                self.text("item.part", &[("exhibit", &exhibit), ("which", &which)])
            }
            None => {
                let item = self.left(&part.item.to_string());
                self.text("item.part_other", &[("item", &item), ("which", &which)])
            }
        }
    }

    /// Eight digits a group, four groups a line, so that an eye keeps its place.
    fn hash(&self, algorithm: &str, value: &[u8; 32]) -> Line {
        let mut text = self.say("item.hash", &[("algorithm", &self.left(algorithm))]);
        for line in value.chunks(16) {
            let groups: Vec<String> = line.chunks(4).map(hex).collect();
            text.push('\n');
            text.push_str(&self.left(&groups.join("  ")));
        }
        Line::Text(text)
    }

    fn seizure(&self, seizure: &Seizure, lines: &mut Vec<Line>) {
        lines.push(Line::Heading(self.say("heading.seized", &[])));
        let (at, place) = (self.time(seizure.seized_at), self.free(&seizure.place));
        let (authority, law) = (self.free(seizure.ordered_by.as_str()), self.free(&seizure.law));
        let reference = self.free(&seizure.reference);
        let mut values = vec![("at", at.as_str()), ("place", &place), ("authority", &authority)];
        values.extend([("reference", reference.as_str()), ("law", &law)]);
        lines.push(self.text("seized", &values));
        if let Some(basis) = &seizure.instrument {
            let (instrument, article) = (self.free(&basis.instrument), self.free(&basis.article));
            lines.push(self.text("seized.instrument", &[("instrument", &instrument), ("article", &article)]));
        }
    }

    fn acquisition(&self, acquisition: &Acquisition, lines: &mut Vec<Line>) {
        lines.push(Line::Heading(self.say("heading.acquired", &[])));
        lines.push(self.acquired(acquisition));
        if let Some(role) = &acquisition.by.role {
            lines.push(self.text("acquired.role", &[("role", &self.free(role))]));
        }
        let method = self.say(&format!("method.{}", acquisition.method.as_str()), &[]);
        let phase = self.say(&format!("phase.{}", acquisition.phase.as_str()), &[]);
        lines.push(self.text("acquired.how", &[("method", &method), ("phase", &phase)]));
        lines.push(self.text("source", &[("source", &self.source(&acquisition.source))]));
        if !acquisition.tools.is_empty() {
            let tools: Vec<String> = acquisition.tools.iter().map(|tool| self.tool(tool)).collect();
            lines.push(self.text("tools", &[("tools", &tools.join(&self.say("separator", &[])))]));
        }
        if let Some(device) = &acquisition.write_blocker {
            lines.push(self.text("write_blocker", &[("device", &self.free(device))]));
        }
        for words in &acquisition.deviations {
            lines.push(Line::Strong(self.say("deviation", &[("text", &self.free(words))])));
        }
    }

    fn acquired(&self, acquisition: &Acquisition) -> Line {
        let (from, until) = (self.time(acquisition.started_at), self.time(acquisition.finished_at));
        let (place, person) = (self.free(&acquisition.place), self.free(&acquisition.by.person));
        let authority = self.free(acquisition.by.authority.as_str());
        let mut values = vec![("from", from.as_str()), ("until", &until), ("place", &place)];
        values.extend([("person", person.as_str()), ("authority", &authority)]);
        self.text("acquired", &values)
    }

    fn source(&self, source: &Source) -> String {
        let mut said = vec![self.free(&source.description)];
        let fields = [
            ("source.make", &source.make),
            ("source.model", &source.model),
            ("source.serial", &source.serial),
            ("source.condition", &source.condition),
        ];
        for (key, value) in fields {
            said.extend(value.as_ref().map(|value| self.say(key, &[("value", &self.free(value))])));
        }
        said.extend(source.clock_ahead_seconds.map(|seconds| self.clock(seconds)));
        said.join(&self.say("separator", &[]))
    }

    fn clock(&self, ahead: i64) -> String {
        let key = match ahead {
            1.. => "source.ahead",
            0 => "source.right",
            _ => "source.behind",
        };
        self.say(key, &[("seconds", &self.number(ahead.unsigned_abs().into()))])
    }

    fn tool(&self, tool: &Tool) -> String {
        let settings: Vec<String> =
            tool.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let named = format!("{} {}", tool.name, tool.version);
        if settings.is_empty() {
            self.free(&named)
        } else {
            self.free(&format!("{named} ({})", settings.join(" ")))
        }
    }
}
