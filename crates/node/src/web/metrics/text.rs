//! The Prometheus text format, as far as it is needed.

use std::fmt::{Display, Write};

/// A page of samples being written.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Begins a metric: its type and help stand before its samples.
    pub(super) fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample.
    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// A metric of one sample without labels.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, "gauge", help);
        self.sample(name, &[], value);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_prometheus_reads_it() {
        let mut page = Page::default();
        page.gauge("size", "How many.", 3);
        page.head("all_total", "counter", "All.");
        page.sample("all_total", &[("a", "x\"y\\z"), ("b", "c")], 1);
        let expected = "# HELP size How many.\n# TYPE size gauge\nsize 3\n# HELP all_total All.\n\
                        # TYPE all_total counter\nall_total{a=\"x\\\"y\\\\z\",b=\"c\"} 1\n";
        assert_eq!(page.finish(), expected);
    }
}
