//! How a registry's witnesses become a C2SP tlog-policy.

use crate::Directory;
use comity_ledger::{Policy, PolicyFault};
use std::fmt::Write;

impl Directory {
    /// The C2SP tlog-policy that checkpoints of the node `origin` must satisfy: as many other nodes as the registry's
    /// quorum says, each with all of its witness keys.
    #[must_use]
    pub fn policy_text(&self, origin: &str) -> String {
        let mut text = String::new();
        let mut groups = Vec::new();
        if let Some(keys) = self.keys_of(origin) {
            let _ = writeln!(text, "log {}", keys.ledger);
        }
        for (number, node) in self.registry().nodes.iter().filter(|node| node.name != origin).enumerate() {
            let names: Vec<String> =
                (0..node.witness.len()).map(|key| format!("witness-{number}-key-{key}")).collect();
            for (name, key) in names.iter().zip(&node.witness) {
                let _ = writeln!(text, "witness {name} {key}");
            }
            if !names.is_empty() {
                let _ = writeln!(text, "group witness-{number} all {}", names.join(" "));
                groups.push(format!("witness-{number}"));
            }
        }
        match self.registry().witness_quorum {
            0 => text.push_str("quorum none\n"),
            quorum => {
                let _ = writeln!(text, "group witnesses {quorum} {}\nquorum witnesses", groups.join(" "));
            }
        }
        text
    }

    /// As [`Directory::policy_text`], parsed.
    ///
    /// # Errors
    /// A [`PolicyFault`] where the registry's keys make no policy, such as a quorum above the number of witnesses.
    pub fn policy(&self, origin: &str) -> Result<Policy, PolicyFault> {
        Policy::parse(self.policy_text(origin))
    }
}
