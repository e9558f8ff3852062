//! Names, births and sexes of many persons in few bytes.

use super::may_be_born;
use crate::{
    evidence::KnownAs,
    script::Script,
    words::{Role, Word},
};
use comity_model::{PartialDate, subject::Sex};

/// A person as it was packed.
pub(super) struct Unpacked {
    pub(super) names: Vec<KnownAs>,
    pub(super) born: Option<PartialDate>,
    pub(super) sex: Option<Sex>,
}

/// What is known of a slot besides names.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    /// Where its names begin, in `bytes`; 0 length is forgotten.
    at: u64,
    length: u16,
    year: i16,
    month: i8,
    day: i8,
    sex: u8,
}

/// Many persons.
#[derive(Debug, Default)]
pub(super) struct Packed {
    heads: Vec<Head>,
    bytes: Vec<u8>,
}

impl Packed {
    pub(super) fn push(&mut self, names: &[KnownAs], born: Option<PartialDate>, sex: Option<Sex>) {
        let at = self.bytes.len();
        self.bytes.push(names.len() as u8);
        for known in names {
            self.bytes.push(known.name.words.len() as u8 | u8::from(known.is_alias) << 7);
            for word in &known.name.words {
                let (role, number) = role_code(word.role);
                self.bytes.extend([word.script as u8 | role << 4, number, word.symbols().len() as u8]);
                self.bytes.extend(word.symbols());
            }
        }
        let length = u16::try_from(self.bytes.len() - at).unwrap_or(u16::MAX);
        let date =
            born.map_or((0, 0, 0), |born| (born.year(), born.month().unwrap_or(0), born.day().unwrap_or(0)));
        let sex = match sex {
            None => 0,
            Some(Sex::F) => 1,
            Some(Sex::M) => 2,
            Some(Sex::X) => 3,
        };
        self.heads.push(Head { at: at as u64, length, year: date.0, month: date.1, day: date.2, sex });
    }

    pub(super) fn forget(&mut self, slot: u32) {
        if let Some(head) = self.heads.get_mut(slot as usize) {
            head.length = 0;
        }
    }

    fn head(&self, slot: u32) -> Option<&Head> {
        self.heads.get(slot as usize).filter(|head| head.length > 0)
    }

    pub(super) fn may_be_born(&self, slot: u32, born: Option<PartialDate>) -> bool {
        self.head(slot).is_some_and(|head| may_be_born(born, head.born()))
    }

    pub(super) fn get(&self, slot: u32) -> Option<Unpacked> {
        let head = self.head(slot)?;
        let mut rest = self.bytes.get(head.at as usize..head.at as usize + usize::from(head.length))?;
        let count = take(&mut rest)?;
        let mut names = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let first = take(&mut rest)?;
            let words = (0..first & 127).map(|_| word(&mut rest)).collect::<Option<Vec<Word>>>()?;
            names.push(KnownAs::unpacked(words, first >> 7 == 1));
        }
        let sex = match head.sex {
            1 => Some(Sex::F),
            2 => Some(Sex::M),
            3 => Some(Sex::X),
            _ => None,
        };
        Some(Unpacked { names, born: head.born(), sex })
    }

    pub(super) fn shrink(&mut self) {
        self.heads.shrink_to_fit();
        self.bytes.shrink_to_fit();
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.heads.capacity() * size_of::<Head>() + self.bytes.capacity()
    }
}

impl Head {
    fn born(&self) -> Option<PartialDate> {
        let some = |part: i8| (part != 0).then_some(part);
        PartialDate::new(self.year, some(self.month), some(self.day)).ok()
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

fn word(rest: &mut &[u8]) -> Option<Word> {
    let (first, number, length) = (take(rest)?, take(rest)?, take(rest)?);
    let (symbols, tail) = rest.split_at_checked(usize::from(length))?;
    *rest = tail;
    let script = *Script::ALL.get(usize::from(first & 15))?;
    Some(Word::rebuilt(script, symbols, role_of(first >> 4, number)))
}

fn role_code(role: Role) -> (u8, u8) {
    match role {
        Role::Name => (0, 0),
        Role::Initial => (1, 0),
        Role::Particle => (2, 0),
        Role::Title => (3, 0),
        Role::Form(number) => (4, number as u8),
        Role::Number(number) => (5, number as u8),
        Role::Generic => (6, 0),
    }
}

fn role_of(code: u8, number: u8) -> Role {
    match code {
        1 => Role::Initial,
        2 => Role::Particle,
        3 => Role::Title,
        4 => Role::Form(u16::from(number)),
        5 => Role::Number(u16::from(number)),
        6 => Role::Generic,
        _ => Role::Name,
    }
}
