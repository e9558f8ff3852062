//! Names, births and sexes of many persons in few bytes.

use super::composite::APART;
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
    /// Where its names begin, in `bytes`, in units of [`STEP`] bytes.
    at: u32,
    /// 0 is forgotten.
    length: u16,
    /// The least where it is not known.
    year: i16,
    month: i8,
    day: i8,
    sex: u8,
}

/// Names begin at multiples of so many bytes, so that 32 bits say where.
const STEP: usize = 4;

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
        self.bytes.resize(self.bytes.len().next_multiple_of(STEP), 0);
        let at = u32::try_from(at / STEP).unwrap_or(u32::MAX);
        let date = born.map_or((i16::MIN, 0, 0), |born| {
            (born.year(), born.month().unwrap_or(0), born.day().unwrap_or(0))
        });
        let sex = match sex {
            None => 0,
            Some(Sex::F) => 1,
            Some(Sex::M) => 2,
            Some(Sex::X) => 3,
        };
        self.heads.push(Head { at, length, year: date.0, month: date.1, day: date.2, sex });
    }

    pub(super) fn forget(&mut self, slot: u32) {
        if let Some(head) = self.heads.get_mut(slot as usize) {
            head.length = 0;
        }
    }

    fn head(&self, slot: u32) -> Option<&Head> {
        self.heads.get(slot as usize).filter(|head| head.length > 0)
    }

    /// About how many bits a birth says, quickly; `None` where it is out of the question, or the slot is empty.
    pub(super) fn closeness(&self, slot: u32, born: Option<PartialDate>) -> Option<f32> {
        let head = self.head(slot)?;
        let Some(born) = born.filter(|_| head.year != i16::MIN) else { return Some(0.0) };
        let (month, day) = (born.month().unwrap_or(0), born.day().unwrap_or(0));
        let same_day = day != 0 && (month, day) == (head.month, head.day);
        let exchanged = (day, month) == (head.month, head.day);
        let in_part = day == 0 || head.day == 0;
        match (head.year.abs_diff(born.year()), same_day) {
            (0, true) => Some(14.0),
            (0, false) if exchanged => Some(7.0),
            (0, false) if in_part => Some(5.5),
            (0, false) if month == head.month || day == head.day => Some(2.0),
            (0, false) => Some(-1.0),
            (_, true) => Some(4.0),
            (1, false) => Some(-2.0),
            (apart, false) if apart <= APART.unsigned_abs() => Some(-5.0),
            _ => None,
        }
    }

    pub(super) fn get(&self, slot: u32) -> Option<Unpacked> {
        let head = self.head(slot)?;
        let mut rest = {
            let at = head.at as usize * STEP;
            self.bytes.get(at..at + usize::from(head.length))?
        };
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
        if self.year == i16::MIN {
            return None;
        }
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
