//! Trust policies (C2SP tlog-policy): which logs and witnesses are known, and which of them must have cosigned.

use std::collections::{BTreeMap, BTreeSet};

use crate::{NoteFault, NoteVerifier, SignedCheckpoint, VerifiedCheckpoint};

/// The name that a quorum may have and nothing else: no cosignature is needed.
const NONE: &[u8] = b"none";

/// Why a policy was refused, or a checkpoint does not satisfy it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyFault {
    /// A byte that is neither tab, newline nor printable.
    #[error("line {line} of the policy has a control character; only tab and newline are allowed")]
    ControlCharacter {
        /// The line, from 1.
        line: usize,
    },
    /// The last line has no newline.
    #[error("the policy does not end with a newline; it was cut short")]
    CutShort,
    /// A line that is no log, witness, group or quorum line with the right number of items.
    #[error(
        "line {line} of the policy is not understood: `{text}`; it must be a log, witness, group or quorum line"
    )]
    Line {
        /// The line, from 1.
        line: usize,
        /// Its text.
        text: String,
    },
    /// A key that cannot be read, or is of the wrong kind for its use.
    #[error("line {line} of the policy has a key that cannot be used: {fault}")]
    Key {
        /// The line, from 1.
        line: usize,
        /// What is wrong with the key.
        fault: NoteFault,
    },
    /// A witness whose key makes no cosignatures.
    #[error(
        "line {line} of the policy gives a witness a key that makes no cosignatures; use type 0x04 or 0x06"
    )]
    NotACosigner {
        /// The line, from 1.
        line: usize,
    },
    /// Two logs, or two witnesses, with the same public key.
    #[error("line {line} of the policy repeats a public key; list each key once")]
    DuplicateKey {
        /// The line, from 1.
        line: usize,
    },
    /// A name that is taken, or `none`.
    #[error("line {line} of the policy defines `{name}` again; choose another name")]
    DuplicateName {
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// A name that no line above defines.
    #[error("line {line} of the policy uses `{name}`, which no line above defines")]
    UnknownName {
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// A name that is a member already.
    #[error("line {line} of the policy counts `{name}` a second time; a name may be a member once")]
    CountedTwice {
        /// The line, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// A threshold that is no number from 1 to the number of members.
    #[error(
        "line {line} of the policy has the threshold `{text}`; use all, any, or a number from 1 to {members}"
    )]
    Threshold {
        /// The line, from 1.
        line: usize,
        /// The threshold found.
        text: String,
        /// Members in the group.
        members: usize,
    },
    /// No quorum line, or more than one.
    #[error("the policy must have exactly one quorum line; `quorum none` asks for no cosignature")]
    Quorum,
    /// No listed log is of the checkpoint's origin.
    #[error("the policy does not list the log `{origin}`")]
    UnknownLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// The checkpoint is not signed as the policy needs it.
    #[error("the checkpoint cannot be trusted: {0}")]
    Note(NoteFault),
    /// Too few witnesses have cosigned.
    #[error("the quorum `{quorum}` is not met: cosigned by [{}]; collect more cosignatures", cosigned.join(", "))]
    QuorumNotMet {
        /// The quorum's name.
        quorum: String,
        /// Witnesses that have cosigned, by their names in the policy.
        cosigned: Vec<String>,
    },
}

impl From<NoteFault> for PolicyFault {
    fn from(fault: NoteFault) -> Self {
        Self::Note(fault)
    }
}

/// That a quorum was met, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuorumMet {
    /// The quorum's name in the policy; `none` when no cosignature was asked for.
    pub quorum: String,
    /// All witnesses of the policy that have cosigned.
    pub witnesses: Vec<WitnessMet>,
}

/// A witness that has cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessMet {
    /// Its name in the policy.
    pub name: String,
    /// Its key's name.
    pub key_name: String,
    /// When it cosigned, in seconds since 1970.
    pub time: u64,
}

/// A log or a witness, with the address where it may be reached, if the policy gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its key.
    pub key: NoteVerifier,
    /// Its address.
    pub url: Option<String>,
}

/// What a name in the policy stands for.
#[derive(Debug, Clone)]
enum Member {
    Witness(usize),
    Group { threshold: usize, members: Vec<Vec<u8>> },
}

/// A parsed policy. Names within it are octets and mean nothing outside.
#[derive(Debug, Clone)]
pub struct Policy {
    logs: Vec<Party>,
    witnesses: Vec<(Vec<u8>, Party)>,
    names: BTreeMap<Vec<u8>, Member>,
    quorum: Vec<u8>,
}

impl Policy {
    /// Reads the text of a policy.
    ///
    /// # Errors
    /// The [`PolicyFault`] says which line is wrong, and how.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, PolicyFault> {
        let text = text.as_ref().strip_suffix(b"\n").ok_or(PolicyFault::CutShort)?;
        let mut reader = Reader::default();
        for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
            reader.read(number, line)?;
        }
        let quorum = reader.quorum.ok_or(PolicyFault::Quorum)?;
        Ok(Self { logs: reader.logs, witnesses: reader.witnesses, names: reader.names, quorum })
    }

    /// The logs listed; may be none, where the log is known otherwise.
    pub fn logs(&self) -> &[Party] {
        &self.logs
    }

    /// The witnesses listed.
    pub fn witnesses(&self) -> impl Iterator<Item = &Party> {
        self.witnesses.iter().map(|(_, party)| party)
    }

    /// Checks that a listed log has signed the checkpoint and that the quorum has cosigned it.
    ///
    /// # Errors
    /// [`PolicyFault::UnknownLog`], [`PolicyFault::QuorumNotMet`], [`PolicyFault::Note`].
    pub fn satisfied(&self, signed: &SignedCheckpoint) -> Result<QuorumMet, PolicyFault> {
        self.verify_log(signed)?;
        self.quorum_met(signed)
    }

    /// Checks that any one of the listed logs has signed the checkpoint.
    ///
    /// # Errors
    /// [`PolicyFault::UnknownLog`] when none is of its origin, [`PolicyFault::Note`].
    pub fn verify_log(&self, signed: &SignedCheckpoint) -> Result<VerifiedCheckpoint, PolicyFault> {
        let origin = signed.unverified().origin();
        let mut fault = PolicyFault::UnknownLog { origin: origin.to_owned() };
        for log in self.logs.iter().filter(|log| log.key.name() == origin) {
            match signed.verify_log(&log.key) {
                Ok(verified) => return Ok(verified),
                Err(why) => fault = why.into(),
            }
        }
        Err(fault)
    }

    /// Checks the cosignatures only, where the log's signature is checked otherwise.
    ///
    /// # Errors
    /// [`PolicyFault::QuorumNotMet`]; [`PolicyFault::Note`] when a known witness's line is false.
    pub fn quorum_met(&self, signed: &SignedCheckpoint) -> Result<QuorumMet, PolicyFault> {
        let (mut met, mut witnesses) = (BTreeSet::new(), Vec::new());
        for (place, (name, party)) in self.witnesses.iter().enumerate() {
            let found = signed.cosignatures(std::slice::from_ref(&party.key))?;
            if let Some(cosignature) = found.into_iter().next() {
                met.insert(place);
                let (name, key_name) = (lossy(name), cosignature.name);
                witnesses.push(WitnessMet { name, key_name, time: cosignature.time });
            }
        }
        let quorum = lossy(&self.quorum);
        if self.quorum == NONE || self.is_met(&self.quorum, &met) {
            return Ok(QuorumMet { quorum, witnesses });
        }
        let cosigned = witnesses.into_iter().map(|witness| witness.name).collect();
        Err(PolicyFault::QuorumNotMet { quorum, cosigned })
    }

    /// Whether the witness or group `name` counts as having cosigned. Ends: a group's members stand above it.
    fn is_met(&self, name: &[u8], met: &BTreeSet<usize>) -> bool {
        match self.names.get(name) {
            None => false,
            Some(Member::Witness(place)) => met.contains(place),
            Some(Member::Group { threshold, members }) => {
                members.iter().filter(|member| self.is_met(member, met)).count() >= *threshold
            }
        }
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Reader {
    logs: Vec<Party>,
    witnesses: Vec<(Vec<u8>, Party)>,
    names: BTreeMap<Vec<u8>, Member>,
    counted: BTreeSet<Vec<u8>>,
    depths: BTreeMap<Vec<u8>, usize>,
    quorum: Option<Vec<u8>>,
}

impl Reader {
    fn read(&mut self, number: usize, line: &[u8]) -> Result<(), PolicyFault> {
        if line.iter().any(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f) {
            return Err(PolicyFault::ControlCharacter { line: number });
        }
        let items: Vec<&[u8]> =
            line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|item| !item.is_empty()).collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] => self.log(number, key, None),
            [b"log", key, url] => self.log(number, key, Some(url)),
            [b"witness", name, key] => self.witness(number, name, key, None),
            [b"witness", name, key, url] => self.witness(number, name, key, Some(url)),
            [b"group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(number, name, threshold, members)
            }
            [b"quorum", name] => self.quorum(number, name),
            _ => Err(PolicyFault::Line { line: number, text: lossy(line) }),
        }
    }

    fn log(&mut self, line: usize, key: &[u8], url: Option<&[u8]>) -> Result<(), PolicyFault> {
        let party = party(line, key, url)?;
        if self.logs.iter().any(|known| known.key.public_key() == party.key.public_key()) {
            return Err(PolicyFault::DuplicateKey { line });
        }
        self.logs.push(party);
        Ok(())
    }

    fn witness(
        &mut self,
        line: usize,
        name: &[u8],
        key: &[u8],
        url: Option<&[u8]>,
    ) -> Result<(), PolicyFault> {
        let party = party(line, key, url)?;
        if !party.key.kind().is_cosignature() {
            return Err(PolicyFault::NotACosigner { line });
        }
        if self.witnesses.iter().any(|(_, known)| known.key.public_key() == party.key.public_key()) {
            return Err(PolicyFault::DuplicateKey { line });
        }
        self.define(line, name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push((name.to_vec(), party));
        Ok(())
    }

    fn group(
        &mut self,
        line: usize,
        name: &[u8],
        threshold: &[u8],
        members: &[&[u8]],
    ) -> Result<(), PolicyFault> {
        for member in members {
            if !self.names.contains_key(*member) {
                return Err(PolicyFault::UnknownName { line, name: lossy(member) });
            }
            if !self.counted.insert(member.to_vec()) {
                return Err(PolicyFault::CountedTwice { line, name: lossy(member) });
            }
        }
        self.limit_depth(line, name, members)?;
        let needed = parse_threshold(threshold, members.len());
        let fault = || PolicyFault::Threshold { line, text: lossy(threshold), members: members.len() };
        let threshold = needed.ok_or_else(fault)?;
        let members = members.iter().map(|member| member.to_vec()).collect();
        self.define(line, name, Member::Group { threshold, members })
    }

    /// Refuses groups nested deeper than any federation needs, so that reading the quorum cannot exhaust the stack.
    fn limit_depth(&mut self, line: usize, name: &[u8], members: &[&[u8]]) -> Result<(), PolicyFault> {
        let below = members.iter().filter_map(|member| self.depths.get(*member)).max();
        let depth = below.copied().unwrap_or(0) + 1;
        if depth > MAX_DEPTH {
            return Err(PolicyFault::Line { line, text: "groups are nested too deeply".to_owned() });
        }
        self.depths.insert(name.to_vec(), depth);
        Ok(())
    }

    fn quorum(&mut self, line: usize, name: &[u8]) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::Quorum);
        }
        if name != NONE && !self.names.contains_key(name) {
            return Err(PolicyFault::UnknownName { line, name: lossy(name) });
        }
        self.quorum = Some(name.to_vec());
        Ok(())
    }

    fn define(&mut self, line: usize, name: &[u8], member: Member) -> Result<(), PolicyFault> {
        if name == NONE || self.names.contains_key(name) {
            return Err(PolicyFault::DuplicateName { line, name: lossy(name) });
        }
        self.names.insert(name.to_vec(), member);
        Ok(())
    }
}

/// Groups within groups, at most.
const MAX_DEPTH: usize = 64;

fn party(line: usize, key: &[u8], url: Option<&[u8]>) -> Result<Party, PolicyFault> {
    let key = NoteVerifier::parse(&lossy(key)).map_err(|fault| PolicyFault::Key { line, fault })?;
    Ok(Party { key, url: url.map(lossy) })
}

/// `all`, `any`, or a decimal number from 1 to the number of members.
fn parse_threshold(text: &[u8], members: usize) -> Option<usize> {
    match text {
        b"all" => Some(members),
        b"any" => Some(1),
        _ if text.iter().all(u8::is_ascii_digit) => {
            let number = std::str::from_utf8(text).ok()?.parse().ok()?;
            (1..=members).contains(&number).then_some(number)
        }
        _ => None,
    }
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
