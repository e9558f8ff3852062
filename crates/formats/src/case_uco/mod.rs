//! Evidence and its custody as a JSON-LD graph of CASE 1.5.0 and UCO 1.5.0 (the Cyber-investigation Analysis Standard
//! Expression and the Unified Cyber Ontology), for other tools and their experts.
//!
//! The same description gives the same bytes: identifiers of nodes are UUIDs of version 5 (RFC 9562, 5.5) made from what the
//! node stands for, so an authority, a place or an item has one identifier in every bundle. Not a reader, and no proof: what is
//! signed are the custody events of the bundle, which the graph names by their SHA-256.
//!
//! | in the bundle | in the graph |
//! |---|---|
//! | bundle, case | `Bundle`, `Investigation`, which holds all that follows |
//! | item | `File` (and `Image`) with `FileFacet`, `ContentDataFacet`, two `Hash`; `ProvenanceRecord` with the exhibit number |
//! | part of another item | `Relationship` `Contained_Within`, which part in its description |
//! | seizure | `InvestigativeAction`, `Relationship` `Authorized_By` to an `Authorization` with reference, law and instrument |
//! | acquisition | `InvestigativeAction` with performer, place, times, `Tool` or `ConfiguredTool`, `WriteBlocker`; deviations as `error` |
//! | source | `Device` with `DeviceFacet`, or `ObservableObject`; condition and clock as `Annotation` with `tag` |
//! | custody event | `InvestigativeAction`, `wasInformedBy` the one before and the offer; `Pending` for an open offer; its SHA-256 as `externalReference` |
//!
//! Names are exact in `fileName` and harmless in `name`; whatever hides or steers text is an escape in the file.

mod acquisition;
mod custody;
mod graph;
mod item;
mod shared;
#[cfg(test)]
mod tests;

use crate::evidence::{Description, Item};
use comity_model::id::ItemId;
use graph::{Graph, Node, Value};
use std::collections::{HashMap, HashSet};
use uuid::{Uuid, uuid};

/// The version of CASE and of UCO that is written.
pub const VERSION: &str = "1.5.0";
/// Namespace of the identifiers that are made here; a UUID made once, at random.
const NAMESPACE: Uuid = uuid!("bdedfc83-939d-4bc6-b1f7-c485445b289c");

const CONTEXT: [(&str, &str); 11] = [
    ("case-investigation", "https://ontology.caseontology.org/case/investigation/"),
    ("uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"),
    ("uco-configuration", "https://ontology.unifiedcyberontology.org/uco/configuration/"),
    ("uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"),
    ("uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"),
    ("uco-location", "https://ontology.unifiedcyberontology.org/uco/location/"),
    ("uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"),
    ("uco-role", "https://ontology.unifiedcyberontology.org/uco/role/"),
    ("uco-tool", "https://ontology.unifiedcyberontology.org/uco/tool/"),
    ("uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// Why a description cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// Two items would be one node.
    #[error("the item `{0}` stands twice in the bundle; name it once")]
    Twice(ItemId),
}

/// Writes the graph, as UTF-8 JSON-LD. Memory: some ten times what the description holds.
///
/// # Errors
/// [`CaseError::Twice`].
pub fn write(description: &Description) -> Result<String, CaseError> {
    let mut writer = Writer::new(description)?;
    let mut objects = Vec::new();
    let mut orders = Vec::new();
    for item in &description.items {
        writer.item(item, &mut objects, &mut orders);
    }
    writer.frame(objects, orders);
    Ok(writer.graph.write(&CONTEXT))
}

/// The identifier of what is named by these parts.
fn name(kind: &str, parts: &[&str]) -> Uuid {
    let mut text = kind.to_owned();
    for part in parts {
        // The length keeps `a`, `bc` apart from `ab`, `c`.
        text.push_str(&format!("\n{} {part}", part.len()));
    }
    Uuid::new_v5(&NAMESPACE, text.as_bytes())
}

/// Writes the nodes of a description.
struct Writer<'a> {
    description: &'a Description,
    items: HashMap<ItemId, &'a Item>,
    graph: Graph,
}

impl<'a> Writer<'a> {
    fn new(description: &'a Description) -> Result<Self, CaseError> {
        let mut items = HashMap::new();
        for item in &description.items {
            if items.insert(item.id, item).is_some() {
                return Err(CaseError::Twice(item.id));
            }
        }
        Ok(Self { description, items, graph: Graph::default() })
    }

    /// The investigation, which holds everything, and the bundle, which says who described it and when.
    fn frame(&mut self, objects: Vec<Uuid>, orders: Vec<Uuid>) {
        let Description { bundle, made_at, made_by, case_reference, .. } = self.description;
        let by = self.authority(made_by);
        let mut seen = HashSet::new();
        let orders = orders.into_iter().filter(|order| seen.insert(*order)).collect();
        let investigation = Node::new(name("investigation", &[bundle]), "case-investigation:Investigation")
            .text("uco-core:name", case_reference.clone())
            .text("case-investigation:investigationForm", "case")
            .nodes("case-investigation:relevantAuthorization", orders)
            .nodes("uco-core:object", objects);
        let investigation = self.graph.add(investigation);
        self.graph.add(
            Node::new(name("bundle", &[bundle]), "uco-core:Bundle")
                .text("uco-core:name", bundle.clone())
                .text("uco-core:specVersion", VERSION)
                .time("uco-core:objectCreatedTime", *made_at)
                .node("uco-core:createdBy", by)
                .node("uco-core:object", investigation),
        );
    }

    /// `source` stands in this relation to `target`.
    fn relation(
        &mut self,
        source: Uuid,
        kind: &'static str,
        target: Uuid,
        description: Option<&str>,
    ) -> Uuid {
        let id = name("relation", &[&source.to_string(), kind, &target.to_string()]);
        self.graph.add(
            Node::new(id, "uco-core:Relationship")
                .node("uco-core:source", source)
                .node("uco-core:target", target)
                .text("uco-core:kindOfRelationship", kind)
                .with("uco-core:isDirectional", Value::Flag(true))
                .maybe_text("uco-core:description", description),
        )
    }

    /// An identifier by which others know the thing, and what kind of identifier it is.
    fn reference(&mut self, context: &str, identifier: &str) -> Uuid {
        self.graph.add(
            Node::new(name("reference", &[context, identifier]), "uco-core:ExternalReference")
                .text("uco-core:definingContext", context)
                .text("uco-core:externalIdentifier", identifier),
        )
    }

    /// A statement about a thing, under a tag that says of which kind it is.
    fn statement(&mut self, about: Uuid, tag: &str, statement: &str) -> Uuid {
        let id = name("statement", &[&about.to_string(), tag, statement]);
        self.graph.add(
            Node::new(id, "uco-core:Annotation")
                .text("uco-core:tag", tag)
                .text("uco-core:statement", statement)
                .node("uco-core:object", about),
        )
    }
}
