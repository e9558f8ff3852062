//! The events of custody as investigative actions, each informed by the one before it and, where it ends a hand-over, by the offer.

use super::{Writer, graph::Node, name};
use crate::evidence::{Act, Chain, CustodyEvent, Item, OfferState, hex};
use uuid::Uuid;

fn node_of(item: &Item, place: usize) -> Uuid {
    name("custody event", &[&item.id.to_string(), &place.to_string()])
}

impl<'a> Writer<'a> {
    pub(super) fn custody(&mut self, item: &'a Item, file: Uuid, acquired: Uuid, objects: &mut Vec<Uuid>) {
        let chain = Chain::of(item);
        for (place, event) in item.custody.iter().enumerate() {
            let mut before: Vec<Uuid> =
                chain.before(event).into_iter().map(|place| node_of(item, place)).collect();
            before.extend(chain.offer(event).map(|place| node_of(item, place)));
            if event.act == Act::Acquired {
                before.push(acquired);
            }
            before.dedup();
            let status = status(chain.state(event));
            objects.push(self.event(node_of(item, place), event, file, before, status));
        }
    }

    fn event(&mut self, id: Uuid, event: &CustodyEvent, file: Uuid, before: Vec<Uuid>, status: &str) -> Uuid {
        let officer = self.officer(&event.by, &event.officer);
        let mut participants = vec![self.authority(&event.by)];
        participants.extend(event.act.counterpart().map(|other| self.authority(other)));
        let place = event.place.as_deref().map(|place| self.place(place));
        let references = self.event_references(event);
        self.graph.add(
            Node::new(id, "case-investigation:InvestigativeAction")
                .text("uco-core:name", format!("custody: {}", event.act.as_str()))
                .texts("uco-core:description", descriptions(event))
                .texts("uco-core:tag", tags(event))
                .nodes("uco-core:externalReference", references)
                .text("uco-action:actionStatus", status)
                .time("uco-action:startTime", event.at)
                .time("uco-action:endTime", event.at)
                .node("uco-action:performer", officer)
                .nodes("uco-action:participant", participants)
                .nodes("uco-action:location", place.into_iter().collect())
                .node("uco-action:object", file)
                .nodes("case-investigation:wasInformedBy", before),
        )
    }

    /// The signed event by its hash, and the basis in law.
    fn event_references(&mut self, event: &CustodyEvent) -> Vec<Uuid> {
        let context = format!("SHA-256 of signed custody event {} of {}", event.number, event.by);
        let mut references = vec![self.reference(&context, &hex(&event.digest))];
        references.extend(event.basis.as_ref().map(|basis| self.reference("basis in law", basis)));
        references
    }
}

fn status(offer: Option<OfferState>) -> &'static str {
    match offer {
        Some(OfferState::Open) => "Pending",
        Some(OfferState::Ended) => "Fail",
        Some(OfferState::Accepted) | None => "Complete/Finish",
    }
}

fn descriptions(event: &CustodyEvent) -> Vec<String> {
    let detail = match &event.act {
        Act::Copied { onto } => Some(format!("copied onto: {onto}")),
        Act::Examined { how } => Some(format!("examined: {how}")),
        Act::Returned { to } => Some(format!("returned to: {to}")),
        Act::Destroyed { how } => Some(format!("destroyed: {how}")),
        _ => None,
    };
    [format!("reason: {}", event.reason)].into_iter().chain(detail).collect()
}

fn tags(event: &CustodyEvent) -> Vec<String> {
    let detail = match &event.act {
        Act::Received { from, .. } => Some(format!("from:{from}")),
        Act::Transferred { to, keeps_copy: true } => Some(format!("to:{to};keeps_copy")),
        Act::Transferred { to, .. } => Some(format!("to:{to}")),
        Act::OfferEnded { declined: true, .. } => Some("declined".to_owned()),
        Act::OfferEnded { .. } => Some("withdrawn".to_owned()),
        _ => None,
    };
    [format!("number:{}", event.number)].into_iter().chain(detail).collect()
}
