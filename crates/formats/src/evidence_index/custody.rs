//! Who had an item when, and what is missing in that account.

use super::Writer;
use crate::evidence::{Act, Chain, CustodyEvent, Item, OfferState, hex};
use crate::pdf::Line;

impl Writer<'_> {
    pub(super) fn custody(&self, item: &Item, lines: &mut Vec<Line>) {
        lines.push(Line::Heading(self.say("heading.custody", &[])));
        let chain = Chain::of(item);
        lines.extend(self.whole(item, &chain).into_iter().map(Line::Strong));
        if self.notices(item).is_empty() {
            lines.push(self.text("custody.whole", &[]));
        }
        for (place, event) in item.custody.iter().enumerate() {
            lines.extend(self.before(place, event, &chain).into_iter().map(Line::Strong));
            lines.push(Line::Point(self.event(event)));
            lines.push(Line::Source(self.digest(event)));
            lines.extend(self.after(event, &chain).map(Line::Strong));
        }
    }

    /// Everything that a reader of the account should know, in its order.
    pub(super) fn notices(&self, item: &Item) -> Vec<String> {
        let chain = Chain::of(item);
        let mut notices = self.whole(item, &chain);
        for (place, event) in item.custody.iter().enumerate() {
            notices.extend(self.before(place, event, &chain));
            notices.extend(self.after(event, &chain));
        }
        notices
    }

    /// What is wrong with the account as a whole.
    fn whole(&self, item: &Item, chain: &Chain<'_>) -> Vec<String> {
        let mut notices = Vec::new();
        if item.custody.is_empty() {
            notices.push(self.say("custody.none", &[]));
        } else if !chain.has_origin() {
            notices.push(self.say("custody.origin", &[]));
        }
        notices.extend(item.notes.iter().map(|note| self.say("custody.note", &[("text", &self.free(note))])));
        notices
    }

    /// What is wrong just before an event.
    fn before<'a>(&self, place: usize, event: &'a CustodyEvent, chain: &Chain<'a>) -> Vec<String> {
        let authority = self.free(event.by.as_str());
        let mut notices = Vec::new();
        if let Some((first, last)) = chain.gap(event) {
            let key = if first == last { "custody.gap_one" } else { "custody.gap" };
            let (first, last) = (self.left(&first.to_string()), self.left(&last.to_string()));
            notices.push(self.say(key, &[("first", &first), ("last", &last), ("authority", &authority)]));
        }
        if chain.is_fork(place, event) {
            notices.push(self.say("custody.fork", &[("authority", &authority)]));
        }
        if chain.lacks_offer(event) {
            notices.push(self.say("custody.lacks_offer", &[]));
        }
        notices
    }

    /// An offer that waits for its answer.
    fn after(&self, event: &CustodyEvent, chain: &Chain<'_>) -> Option<String> {
        let is_open = chain.state(event) == Some(OfferState::Open);
        is_open.then(|| self.say("custody.open", &[("other", &self.other(event))]))
    }

    fn other(&self, event: &CustodyEvent) -> String {
        self.free(event.act.counterpart().map_or("", |other| other.as_str()))
    }

    fn event(&self, event: &CustodyEvent) -> String {
        let (at, authority) = (self.time(event.at), self.free(event.by.as_str()));
        let officer = event.officer.name.clone().unwrap_or_else(|| event.officer.id.to_string());
        let (officer, number) = (self.free(&officer), self.left(&event.number.to_string()));
        let act = self.act(event);
        let mut values = vec![("at", at.as_str()), ("authority", &authority), ("officer", &officer)];
        values.extend([("number", number.as_str()), ("act", &act)]);
        let mut said = vec![self.say("event", &values)];
        if let Some(place) = &event.place {
            said.push(self.say("event.place", &[("place", &self.free(place))]));
        }
        said.push(self.say("event.reason", &[("reason", &self.free(&event.reason))]));
        if let Some(basis) = &event.basis {
            said.push(self.say("event.basis", &[("basis", &self.free(basis))]));
        }
        said.join(" ")
    }

    fn act(&self, event: &CustodyEvent) -> String {
        let (key, detail) = match &event.act {
            Act::Acquired => ("act.acquired", ""),
            Act::Received { .. } => ("act.received", ""),
            Act::Opened => ("act.opened", ""),
            Act::Copied { onto } => ("act.copied", onto.as_str()),
            Act::Examined { how } => ("act.examined", how.as_str()),
            Act::Transferred { keeps_copy: true, .. } => ("act.transferred.keeps", ""),
            Act::Transferred { .. } => ("act.transferred.gives", ""),
            Act::OfferEnded { declined: true, .. } => ("act.offer_ended.declined", ""),
            Act::OfferEnded { .. } => ("act.offer_ended.withdrawn", ""),
            Act::Returned { to } => ("act.returned", to.as_str()),
            Act::Destroyed { how } => ("act.destroyed", how.as_str()),
        };
        self.say(key, &[("other", &self.other(event)), ("detail", &self.free(detail))])
    }

    fn digest(&self, event: &CustodyEvent) -> String {
        self.say("event.digest", &[("digest", &self.left(&hex(&event.digest)))])
    }
}
