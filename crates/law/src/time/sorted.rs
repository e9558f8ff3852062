//! A sorted CSV text, searched where it lies: nothing is read at start, a look-up costs some twenty comparisons.

/// The lines of a compiled-in table below its header, sorted as bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sorted(pub(super) &'static str);

impl Sorted {
    /// The lines that begin with a prefix, in their order.
    pub(super) fn starting_with(self, prefix: &str) -> impl Iterator<Item = &'static str> + use<> {
        let prefix = prefix.to_owned();
        let rest = self.0.get(self.first_not_below(&prefix)..).unwrap_or_default();
        rest.lines().take_while(move |line| line.starts_with(&prefix))
    }

    /// Where the first line begins that is not below the prefix.
    fn first_not_below(self, prefix: &str) -> usize {
        let (mut low, mut high) = (self.next_line(0), self.0.len());
        while low < high {
            let start = self.line_start(low.midpoint(high)).max(low);
            let end = self.next_line(start);
            if self.0.get(start..end).is_some_and(|line| line < prefix) { low = end } else { high = start }
        }
        low
    }

    fn line_start(self, at: usize) -> usize {
        let before = self.0.as_bytes().get(..at).unwrap_or_default();
        before.iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1)
    }

    fn next_line(self, at: usize) -> usize {
        let after = self.0.as_bytes().get(at..).unwrap_or_default();
        after.iter().position(|byte| *byte == b'\n').map_or(self.0.len(), |found| at + found + 1)
    }
}

/// The fields of a line; a field in quotes may hold commas, as the tables write them.
pub(super) fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            _ => out.last_mut().into_iter().for_each(|field| field.push(letter)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_and_none_besides() {
        let table = Sorted("head\nA,1\nA,2\nB,1\nD,\"x, y\"\n");
        let found = |prefix| table.starting_with(prefix).collect::<Vec<_>>();
        assert_eq!(found("A,"), ["A,1", "A,2"]);
        assert_eq!(found("B,1"), ["B,1"]);
        assert_eq!(found("D,"), ["D,\"x, y\""]);
        for absent in ["0", "C", "E", "A,3", "h"] {
            assert!(found(absent).is_empty(), "{absent}");
        }
        assert_eq!(fields("D,\"x, y\",z"), ["D", "x, y", "z"]);
    }
}
