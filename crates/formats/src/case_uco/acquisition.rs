//! From what an item was taken, under whose order, and how.

use super::{Writer, graph::Node, name};
use crate::evidence::{Acquisition, Item, Method, Seizure, Source};
use uuid::Uuid;

impl Writer<'_> {
    /// The thing from which the item was acquired. Things with the same serial number are not taken for one.
    pub(super) fn source(&mut self, item: &Item) -> Uuid {
        let (id, source) = (item.id.to_string(), &item.acquisition.source);
        let is_device = source.make.is_some() || source.model.is_some();
        let kind = if is_device { "uco-observable:Device" } else { "uco-observable:ObservableObject" };
        let mut node =
            Node::new(name("source", &[&id]), kind).text("uco-core:name", source.description.clone());
        if is_device {
            node = node.node("uco-core:hasFacet", self.device(&id, source));
        } else if let Some(serial) = &source.serial {
            let reference = self.reference("serial number, IMEI or address", serial);
            node = node.node("uco-core:externalReference", reference);
        }
        let node = self.graph.add(node);
        if let Some(condition) = &source.condition {
            self.statement(node, "condition", condition);
        }
        if let Some(seconds) = source.clock_ahead_seconds {
            self.statement(node, "clock_ahead_seconds", &seconds.to_string());
        }
        node
    }

    fn device(&mut self, id: &str, source: &Source) -> Uuid {
        let mut node = Node::new(name("device facet", &[id]), "uco-observable:DeviceFacet");
        if let Some(make) = &source.make {
            let maker = Node::new(name("maker", &[make]), "uco-identity:Organization");
            let maker = self.graph.add(maker.text("uco-core:name", make.clone()));
            node = node.node("uco-observable:manufacturer", maker);
        }
        self.graph.add(
            node.maybe_text("uco-observable:model", source.model.as_deref())
                .maybe_text("uco-observable:serialNumber", source.serial.as_deref()),
        )
    }

    /// The act of seizing, and the authorization for it.
    pub(super) fn seizure(&mut self, item: &Item, seizure: &Seizure, source: Uuid) -> (Uuid, Uuid) {
        let order = self.order(seizure);
        let place = self.place(&seizure.place);
        let action = self.graph.add(
            Node::new(name("seizure", &[&item.id.to_string()]), "case-investigation:InvestigativeAction")
                .text("uco-core:name", "seizure")
                .text("uco-action:actionStatus", "Complete/Finish")
                .time("uco-action:startTime", seizure.seized_at)
                .time("uco-action:endTime", seizure.seized_at)
                .node("uco-action:location", place)
                .node("uco-action:object", source),
        );
        self.relation(action, "Authorized_By", order, None);
        (action, order)
    }

    fn order(&mut self, seizure: &Seizure) -> Uuid {
        let by = self.authority(&seizure.ordered_by);
        let instrument = seizure.instrument.as_ref().map(|basis| (&basis.instrument, &basis.article));
        let (code, article) = instrument.map_or(("", ""), |(code, article)| (code, article));
        let parts = [seizure.ordered_by.as_str(), &seizure.reference, &seizure.law, code, article];
        let mut node = Node::new(name("order", &parts), "case-investigation:Authorization")
            .text("case-investigation:authorizationType", "seizure")
            .text("case-investigation:authorizationIdentifier", seizure.reference.clone())
            .text("uco-core:description", seizure.law.clone())
            .node("uco-core:createdBy", by);
        if instrument.is_some() {
            let reference = self.reference("international instrument", &format!("{code} art. {article}"));
            node = node.node("uco-core:externalReference", reference);
        }
        self.graph.add(node)
    }

    /// The act of acquiring, whose results are the file and its record of provenance.
    pub(super) fn acquisition(
        &mut self,
        item: &Item,
        source: Uuid,
        results: [Uuid; 2],
        seized: Option<Uuid>,
    ) -> Uuid {
        let acquisition = &item.acquisition;
        let Acquisition { phase, method, .. } = acquisition;
        let id = name("acquisition", &[&item.id.to_string()]);
        let by = self.collector(&acquisition.by);
        let authority = self.authority(&acquisition.by.authority);
        let place = self.place(&acquisition.place);
        let instruments = self.instruments(acquisition);
        let mut objects = vec![source];
        if let Some(part) = item.part_of.as_ref().filter(|_| *method == Method::Extraction) {
            objects.push(self.whole(part));
        }
        let errors = acquisition.deviations.iter().map(|words| self.deviation(source, words)).collect();
        self.graph.add(
            Node::new(id, "case-investigation:InvestigativeAction")
                .text("uco-core:name", phase.as_str())
                .text("uco-core:tag", format!("method:{}", method.as_str()))
                .text("uco-action:actionStatus", "Complete/Finish")
                .time("uco-action:startTime", acquisition.started_at)
                .time("uco-action:endTime", acquisition.finished_at)
                .node("uco-action:performer", by)
                .node("uco-action:participant", authority)
                .node("uco-action:location", place)
                .nodes("uco-action:instrument", instruments)
                .nodes("uco-action:object", objects)
                .nodes("uco-action:result", results.to_vec())
                .nodes("uco-action:error", errors)
                .nodes("case-investigation:wasInformedBy", seized.into_iter().collect()),
        )
    }

    fn instruments(&mut self, acquisition: &Acquisition) -> Vec<Uuid> {
        let mut all: Vec<Uuid> = acquisition.tools.iter().map(|tool| self.tool(tool)).collect();
        all.extend(acquisition.write_blocker.as_ref().map(|words| self.write_blocker(words)));
        all
    }

    /// How the act went otherwise than planned, said of what was acquired.
    fn deviation(&mut self, source: Uuid, words: &str) -> Uuid {
        self.statement(source, "deviation", words)
    }
}
