//! Articles as the tables and messages write them: `13(1)(b)`, `art. 7`, `arts. 42-47`, `Annex A section B`, `3(a),(c)`.
//!
//! An article is its number and the path of its subdivisions; ways of writing that mean the same compare equal.

use std::fmt;

/// Longest text read: an article is short, and a message may claim anything.
const LONGEST: usize = 160;
/// Longest range written out, such as `arts. 42-47`.
const WIDEST: u16 = 60;

/// One article with its subdivisions, such as `13`, `1`, `b`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Article(Vec<String>);

impl Article {
    /// Whether `other` is this article or a part of it.
    pub(crate) fn holds(&self, other: &Article) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The article without its subdivisions.
    pub(crate) fn head(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The number of the article; annexes have none.
    pub(crate) fn number(&self) -> Option<u16> {
        let digits = self.head().trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        digits.parse().ok()
    }

    fn sibling(&self, last: String) -> Self {
        let mut path = self.0.clone();
        path.pop();
        path.push(last);
        Self(path)
    }
}

impl fmt::Display for Article {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.0.iter();
        out.write_str(parts.next().map_or("", String::as_str))?;
        parts.try_for_each(|part| write!(out, "({part})"))
    }
}

/// Every article that a text names, in its order; empty where it names none.
pub(crate) fn articles(text: &str) -> Vec<Article> {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let mut reader = Reader::default();
    tokens(text.get(..end).unwrap_or_default()).into_iter().for_each(|token| reader.take(token));
    reader.found
}

/// The articles that a sentence mentions after `art.` or `arts.`, each with the word that follows (`art. 6 HC`).
pub(crate) fn mentions(text: &str) -> Vec<(Article, &str)> {
    let after = text.match_indices("art").filter_map(|(at, found)| text.get(at + found.len()..));
    let rests = after.filter_map(|rest| rest.trim_start_matches('s').strip_prefix(". "));
    rests.flat_map(mentioned).collect()
}

fn mentioned(rest: &str) -> Vec<(Article, &str)> {
    let is_part = |letter: char| letter.is_ascii_digit() || "(),- ".contains(letter);
    let mut depth = 0_u8;
    let is_end = |letter: char| {
        depth = match letter {
            '(' => depth.saturating_add(1),
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        !is_part(letter) && depth == 0
    };
    let (list, tail) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
    let word = tail.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    articles(list).into_iter().map(|article| (article, word)).collect()
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(String),
    Group(String),
    Dot,
    Dash,
    Comma,
    Word(String),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(first, rest);
        found.extend(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}

/// The token at the start of `rest`, and its length in bytes.
fn token(first: char, rest: &str) -> (Option<Token>, usize) {
    match first {
        '0'..='9' => number(rest),
        '(' => group(rest),
        '.' => (Some(Token::Dot), 1),
        '-' | '–' => (Some(Token::Dash), first.len_utf8()),
        ',' | ';' | '/' | '&' | '+' | '،' => (Some(Token::Comma), first.len_utf8()),
        '§' => (Some(Token::Word("para".into())), first.len_utf8()),
        _ if first.is_alphabetic() => {
            let length = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
            (Some(Token::Word(rest.get(..length).unwrap_or_default().to_lowercase())), length)
        }
        _ => (None, first.len_utf8()),
    }
}

/// `13`, or `4a` where a single letter belongs to the number.
fn number(rest: &str) -> (Option<Token>, usize) {
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let mut tail = rest.get(digits..).unwrap_or_default().chars();
    let has_letter = tail.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && !tail.next().is_some_and(char::is_alphanumeric);
    let length = digits + usize::from(has_letter);
    (Some(Token::Number(rest.get(..length).unwrap_or_default().to_lowercase())), length)
}

/// `(1)`, `(b)`, `(iii)`; what stands in longer brackets is a remark.
fn group(rest: &str) -> (Option<Token>, usize) {
    let Some(end) = rest.find(')') else { return (None, 1) };
    let inner = rest.get(1..end).unwrap_or_default().trim();
    let fits = (1..=5).contains(&inner.len()) && inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits.then(|| Token::Group(inner.to_lowercase())), end + 1)
}

/// What the word before announces.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Expected {
    #[default]
    Article,
    Part,
    Annex,
    Section,
}

#[derive(Debug, Default)]
struct Reader {
    found: Vec<Article>,
    expected: Expected,
    last: Option<Token>,
}

impl Reader {
    fn take(&mut self, token: Token) {
        match &token {
            Token::Number(number) => self.number(number),
            Token::Group(part) => self.group(part),
            Token::Word(word) => self.word(word),
            Token::Dot | Token::Dash | Token::Comma => {}
        }
        self.last = Some(token);
    }

    fn number(&mut self, number: &str) {
        let is_part = self.expected == Expected::Part || self.last == Some(Token::Dot);
        let expected = std::mem::take(&mut self.expected);
        match self.found.last_mut() {
            Some(article) if is_part => article.0.push(number.to_owned()),
            _ if expected == Expected::Annex => self.begin(format!("annex {number}")),
            Some(first) if self.last == Some(Token::Dash) && first.0.len() == 1 => {
                let first = first.number();
                self.range(first, number);
            }
            _ => self.begin(number.to_owned()),
        }
    }

    /// `42-47`: each article between the two.
    fn range(&mut self, first: Option<u16>, last: &str) {
        let ends = first.zip(last.parse::<u16>().ok());
        match ends.filter(|(first, last)| first < last && last - first <= WIDEST) {
            Some((first, last)) => (first + 1..=last).for_each(|number| self.begin(number.to_string())),
            None => self.begin(last.to_owned()),
        }
    }

    /// `(b)` goes under what stands before it; after a comma or a dash it stands beside it.
    fn group(&mut self, part: &str) {
        let Some(article) = self.found.last_mut() else { return };
        let is_beside = matches!(self.last, Some(Token::Comma | Token::Dash)) && article.0.len() > 1;
        if is_beside {
            let beside = article.sibling(part.to_owned());
            self.found.push(beside);
        } else {
            article.0.push(part.to_owned());
        }
    }

    fn word(&mut self, word: &str) {
        let announced = announces(word);
        if let Some(expected) = announced {
            self.expected = expected;
            return;
        }
        let is_letter = word.len() <= 3 && word.is_ascii();
        let after_dot = self.last == Some(Token::Dot) && word.len() == 1;
        let expected = std::mem::take(&mut self.expected);
        match (expected, self.found.last_mut()) {
            (Expected::Annex, _) if is_letter => self.begin(format!("annex {word}")),
            (Expected::Section, Some(article)) if is_letter && article.number().is_none() => {
                article.0.push(format!("section {word}"));
            }
            (Expected::Part, Some(article)) if is_letter => article.0.push(word.to_owned()),
            (_, Some(article)) if after_dot => article.0.push(word.to_owned()),
            _ => {}
        }
    }

    fn begin(&mut self, head: String) {
        self.found.push(Article(vec![head]));
    }
}

/// Words that announce an article, a subdivision, an annex or a section, in the languages of the console.
fn announces(word: &str) -> Option<Expected> {
    Some(match word {
        "art" | "arts" | "article" | "articles" | "artículo" | "artículos" | "المادة" | "rule" => {
            Expected::Article
        }
        "para" | "paragraph" | "paragraphe" | "apartado" | "al" | "alinéa" | "lit" | "letter" | "letra"
        | "point" => Expected::Part,
        "annex" | "annexe" | "anexo" => Expected::Annex,
        "section" | "sección" => Expected::Section,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<String> {
        articles(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_ways_of_writing_an_article_compare_equal() {
        for text in [
            "13(1)(b)",
            "art. 13(1)(b)",
            "Article 13 (1) (b)",
            "13.1.b",
            "art. 13 para. 1 lit. b",
            "13 §1 (b)",
            "Artículo 13, apartado 1, letra b",
            "المادة 13(1)(b)",
        ] {
            assert_eq!(read(text), ["13(1)(b)"], "{text}");
        }
        assert_eq!(read("art. 4a"), ["4a"]);
    }

    #[test]
    fn lists_and_ranges_name_each_article() {
        assert_eq!(read("2(a), 3(1)(a)"), ["2(a)", "3(1)(a)"]);
        assert_eq!(read("3(a),(c),(d)"), ["3(a)", "3(c)", "3(d)"]);
        assert_eq!(read("31(1)(a)/35(1)(a)"), ["31(1)(a)", "35(1)(a)"]);
        assert_eq!(read("2(c)(iii)-(iv)"), ["2(c)(iii)", "2(c)(iv)"]);
        assert_eq!(read("12-14"), ["12", "13", "14"]);
        assert_eq!(read("9-1, 1-9999"), ["9", "1", "1", "9999"]);
    }

    #[test]
    fn annexes_and_their_sections_are_articles_of_their_own() {
        assert_eq!(read("Annex A section B"), ["annex a(section b)"]);
        assert_eq!(read("annexe IV"), ["annex iv"]);
    }

    #[test]
    fn words_and_remarks_are_no_articles() {
        for text in ["", "  ", "(CRC art. 1)", "section on sexual extortion", "(a)", "see above", "(", "..."]
        {
            assert_eq!(read(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(read("18(1)(b) first indent"), ["18(1)(b)"]);
    }

    #[test]
    fn an_article_holds_its_parts_and_no_other() {
        let all = articles("1, 13, 13(1), 13(1)(b)");
        let [one, thirteen, first, letter] = all.as_slice() else { panic!("four articles") };
        assert!(thirteen.holds(letter) && first.holds(letter) && letter.holds(letter));
        assert!(!one.holds(thirteen) && !letter.holds(first));
    }

    #[test]
    fn a_sentence_mentions_articles_with_their_owner_and_no_other_numbers() {
        let said = |text| {
            let found = mentions(text).into_iter().map(|(article, word)| format!("{article} {word}"));
            found.collect::<Vec<_>>()
        };
        assert_eq!(said("Central Authority (art. 6 HC; art. 76 BIIb); court"), ["6 HC", "76 BIIb"]);
        assert_eq!(said("both parties; arts. 7, 11 support return"), ["7 support", "11 support"]);
        assert_eq!(said("art. 27 where none; arts. 31-32"), ["27 where", "31 ", "32 "]);
        assert_eq!(said("art. 38(3) as legal basis"), ["38(3) as"]);
        assert_eq!(said("24/7 contact point, parties to ETS 182"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,300}", written in "[0-9a-z(). ,/&-]{0,60}") {
            let _ = (articles(&text), mentions(&text), mentions(&written));
            prop_assert!(articles(&written).iter().all(|article| !article.head().is_empty()));
        }

        #[test]
        fn what_is_printed_reads_back(number in 1_u16..2000, parts in prop::collection::vec("[0-9]{1,2}|[a-z]|i{1,3}", 0..4)) {
            let text = format!("{number}{}", parts.iter().map(|part| format!("({part})")).collect::<String>());
            prop_assert_eq!(read(&text), [text]);
        }
    }
}
