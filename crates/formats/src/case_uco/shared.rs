//! Authorities, people, places, tools: what many items have in common.

use super::{Writer, graph::Node, name};
use crate::evidence::{Collector, Officer, Tool};
use comity_model::AuthorityId;
use uuid::Uuid;

impl Writer<'_> {
    pub(super) fn authority(&mut self, authority: &AuthorityId) -> Uuid {
        let node = Node::new(name("authority", &[authority.as_str()]), "uco-identity:Organization");
        self.graph.add(node.text("uco-core:name", authority.as_str()))
    }

    pub(super) fn place(&mut self, place: &str) -> Uuid {
        let node = Node::new(name("place", &[place]), "uco-location:Location");
        self.graph.add(node.text("uco-core:name", place))
    }

    /// Who acquired: a person of an authority, in a role.
    pub(super) fn collector(&mut self, by: &Collector) -> Uuid {
        let node = Node::new(name("person", &[by.authority.as_str(), &by.person]), "uco-identity:Person");
        let person = self.graph.add(node.text("uco-core:name", by.person.clone()));
        self.member(person, &by.authority);
        if let Some(role) = &by.role {
            let node = Node::new(name("role", &[role]), "uco-role:Role");
            let role = self.graph.add(node.text("uco-core:name", role.clone()));
            self.relation(person, "Has_Role", role, None);
        }
        person
    }

    pub(super) fn officer(&mut self, authority: &AuthorityId, officer: &Officer) -> Uuid {
        let id = officer.id.to_string();
        let known_as = officer.name.clone().unwrap_or_else(|| id.clone());
        let node_id = name("officer", &[authority.as_str(), &id, &known_as]);
        if self.graph.has(node_id) {
            return node_id;
        }
        let reference = self.reference("officer of a Comity node", &id);
        let person = self.graph.add(
            Node::new(node_id, "uco-identity:Person")
                .text("uco-core:name", known_as)
                .node("uco-core:externalReference", reference),
        );
        self.member(person, authority);
        person
    }

    fn member(&mut self, person: Uuid, authority: &AuthorityId) {
        let authority = self.authority(authority);
        self.relation(person, "Member_Of", authority, None);
    }

    /// A tool, with its settings where it has any.
    pub(super) fn tool(&mut self, tool: &Tool) -> Uuid {
        let settings = tool.settings.iter().flat_map(|(key, value)| [key.as_str(), value]);
        let parts: Vec<&str> = [tool.name.as_str(), &tool.version].into_iter().chain(settings).collect();
        let configured = !tool.settings.is_empty();
        let kind = if configured { "uco-tool:ConfiguredTool" } else { "uco-tool:Tool" };
        let mut node = Node::new(name("tool", &parts), kind)
            .text("uco-core:name", tool.name.clone())
            .text("uco-tool:version", tool.version.clone());
        if configured {
            node = node.node("uco-configuration:usesConfiguration", self.configuration(tool, &parts));
        }
        self.graph.add(node)
    }

    fn configuration(&mut self, tool: &Tool, parts: &[&str]) -> Uuid {
        let mut entries = Vec::new();
        for (key, value) in &tool.settings {
            let node = Node::new(name("setting", &[key, value]), "uco-configuration:ConfigurationEntry");
            let node = node.text("uco-configuration:itemName", key.clone());
            entries.push(self.graph.add(node.text("uco-configuration:itemValue", value.clone())));
        }
        let node = Node::new(name("configuration", parts), "uco-configuration:Configuration");
        self.graph.add(node.nodes("uco-configuration:configurationEntry", entries))
    }

    pub(super) fn write_blocker(&mut self, words: &str) -> Uuid {
        let node = Node::new(name("write blocker", &[words]), "uco-observable:WriteBlocker");
        self.graph.add(node.text("uco-core:name", words))
    }
}
