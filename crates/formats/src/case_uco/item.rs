//! An item: the file, its name and hashes, its record of provenance, and the whole of which it is a part.

use super::{
    Writer,
    graph::{Node, Value},
    name,
};
use crate::evidence::{Item, Method, PartOf, hex, shown};
use comity_model::id::ItemId;
use uuid::Uuid;

/// The node of an item, whether it is in the bundle or not.
pub(super) fn node_of(item: ItemId) -> Uuid {
    name("item", &[&item.to_string()])
}

impl<'a> Writer<'a> {
    /// Everything about an item. `objects` are what the investigation holds, `orders` the authorizations.
    pub(super) fn item(&mut self, item: &'a Item, objects: &mut Vec<Uuid>, orders: &mut Vec<Uuid>) {
        let file = self.file(item);
        let record = self.record(item, file);
        objects.extend([file, record]);
        if let Some(part) = &item.part_of {
            self.part(file, part);
        }
        let source = self.source(item);
        let seized = item.seizure.as_ref().map(|seizure| self.seizure(item, seizure, source));
        if let Some((action, order)) = seized {
            objects.push(action);
            orders.push(order);
        }
        let acquired = self.acquisition(item, source, [file, record], seized.map(|(action, _)| action));
        objects.push(acquired);
        self.custody(item, file, acquired, objects);
    }

    fn file(&mut self, item: &Item) -> Uuid {
        let id = item.id.to_string();
        let mut references = vec![self.reference("item of an evidence vault", &id)];
        if std::str::from_utf8(&item.name).is_err() {
            references.push(self.reference("name as found, bytes in hexadecimal", &hex(&item.name)));
        }
        let facets = vec![self.file_facet(item), self.content(item)];
        let mut node = Node::new(node_of(item.id), "uco-observable:File");
        if item.acquisition.method == Method::PhysicalImage {
            node = node.also("uco-observable:Image");
        }
        self.graph.add(
            node.text("uco-core:name", shown(&item.name))
                .nodes("uco-core:externalReference", references)
                .nodes("uco-core:hasFacet", facets),
        )
    }

    /// The name exactly as it was found where it is text, otherwise as it is shown.
    fn file_facet(&mut self, item: &Item) -> Uuid {
        let exact = std::str::from_utf8(&item.name).map_or_else(|_| shown(&item.name), str::to_owned);
        self.graph.add(
            Node::new(name("file facet", &[&item.id.to_string()]), "uco-observable:FileFacet")
                .text("uco-observable:fileName", exact)
                .integer("uco-observable:sizeInBytes", item.size),
        )
    }

    fn content(&mut self, item: &Item) -> Uuid {
        // The vocabulary of UCO 1.5.0 knows no BLAKE3; it is open, and validators say so for information.
        let hashes = vec![self.hash("SHA256", &item.sha256), self.hash("BLAKE3", &item.blake3)];
        self.graph.add(
            Node::new(name("content facet", &[&item.id.to_string()]), "uco-observable:ContentDataFacet")
                .integer("uco-observable:sizeInBytes", item.size)
                .maybe_text("uco-observable:mimeType", item.media_type.as_deref())
                .nodes("uco-observable:hash", hashes),
        )
    }

    fn hash(&mut self, method: &str, value: &[u8; 32]) -> Uuid {
        let value = hex(value);
        self.graph.add(
            Node::new(name("hash", &[method, &value]), "uco-types:Hash")
                .text("uco-types:hashMethod", method)
                .with("uco-types:hashValue", Value::Typed("xsd:hexBinary", value)),
        )
    }

    fn record(&mut self, item: &Item, file: Uuid) -> Uuid {
        let whole = item.part_of.as_ref().and_then(|part| self.items.get(&part.item));
        let root = whole.map(|whole| whole.exhibit.as_str());
        self.graph.add(
            Node::new(name("record", &[&item.id.to_string()]), "case-investigation:ProvenanceRecord")
                .text("case-investigation:exhibitNumber", item.exhibit.clone())
                .maybe_text("case-investigation:rootExhibitNumber", root)
                .node("uco-core:object", file),
        )
    }

    fn part(&mut self, file: Uuid, part: &PartOf) {
        let whole = self.whole(part);
        self.relation(file, "Contained_Within", whole, Some(&part.which));
    }

    /// A whole that is not in the bundle is named, and nothing more is said of it.
    pub(super) fn whole(&mut self, part: &PartOf) -> Uuid {
        let id = node_of(part.item);
        if !self.items.contains_key(&part.item) && !self.graph.has(id) {
            let reference = self.reference("item of an evidence vault", &part.item.to_string());
            let node = Node::new(id, "uco-observable:ObservableObject");
            self.graph.add(node.node("uco-core:externalReference", reference));
        }
        id
    }
}
