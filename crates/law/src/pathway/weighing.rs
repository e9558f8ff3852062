//! How the findings on one pathway add up: the weakest decides.

use crate::{Cite, Law, Phrase, pathway::Question, tables::NeedRow};
use comity_model::legal::LawAnswer;
use std::sync::Arc;

/// What the rules look at.
pub(super) struct Ask<'a> {
    pub(super) law: &'a Law,
    pub(super) question: &'a Question,
    pub(super) row: &'a NeedRow,
}

/// What the rules have found so far.
pub(super) struct Weighing {
    pub(super) usable: LawAnswer,
    pub(super) reasons: Vec<Phrase>,
    pub(super) caveats: Vec<Phrase>,
    pub(super) sources: Vec<Arc<Cite>>,
}

/// A rule: it reads the question and adds what it finds.
pub(super) type Rule = fn(&Ask<'_>, &mut Weighing);

/// The order of answers: what can be used, what is unknown, what cannot.
pub(super) fn rank(answer: LawAnswer) -> u8 {
    match answer {
        LawAnswer::InForce => 0,
        LawAnswer::Unknown => 1,
        LawAnswer::NotInForce => 2,
    }
}

impl Weighing {
    pub(super) fn new() -> Self {
        Self { usable: LawAnswer::InForce, reasons: Vec::new(), caveats: Vec::new(), sources: Vec::new() }
    }

    /// Takes a part's answer: the weaker of the two remains.
    pub(super) fn part(&mut self, answer: LawAnswer) {
        if rank(answer) > rank(self.usable) {
            self.usable = answer;
        }
    }

    /// A condition holds.
    pub(super) fn holds(&mut self, why: Phrase) {
        self.reasons.push(why);
    }

    /// A condition fails: the pathway cannot be used.
    pub(super) fn fails(&mut self, why: Phrase) {
        self.decides(LawAnswer::NotInForce, why);
    }

    /// A condition remains open.
    pub(super) fn open(&mut self, why: Phrase) {
        self.decides(LawAnswer::Unknown, why);
    }

    /// The reason that decides stands first.
    fn decides(&mut self, answer: LawAnswer, why: Phrase) {
        let before = self.usable;
        self.part(answer);
        let at = if self.usable == before { self.reasons.len() } else { 0 };
        self.reasons.insert(at, why);
    }

    /// A limit that the reader must know.
    pub(super) fn warn(&mut self, what: Phrase) {
        if !self.caveats.contains(&what) {
            self.caveats.push(what);
        }
    }

    pub(super) fn cite(&mut self, row: &Arc<Cite>) {
        if !self.sources.contains(row) {
            self.sources.push(Arc::clone(row));
        }
    }
}
