//! The conditions of the rows of `need_to_instrument`, one function each. What the relation itself says (both parties,
//! Denmark and Ireland outside an act of the Union) is not repeated here.

use super::weighing::{Ask, Rule, Weighing};
use crate::{Instrument, Need, Phrase};
use Instrument::{
    BrusselsIIb, Budapest, EEvidence, Eaw, Eio, Extradition1957, G7Network, Hague1996, Lanzarote,
    Luxembourg1980, Mla1959, Opsc, PalermoTip, Untoc,
};
use Need::{
    AccessRights, Evidence, Extradition, JointInvestigationTeam, PreservationComputerData,
    RecognitionEnforcementCustody, ReturnOfAbductedChild,
};

/// The rules of a row, by its need and the instrument that is cited.
pub(super) fn rules(need: Need, instrument: Instrument) -> &'static [Rule] {
    match (need, instrument) {
        (ReturnOfAbductedChild, Luxembourg1980) => {
            &[custody_decision_is_enforceable, regulation_takes_precedence]
        }
        (ReturnOfAbductedChild, Hague1996) => &[measure_after_entry_into_force, regulation_takes_precedence],
        (ReturnOfAbductedChild, BrusselsIIb) => &[proceedings_after_application],
        (AccessRights, Luxembourg1980) => &[access_decision, regulation_takes_precedence],
        (RecognitionEnforcementCustody, BrusselsIIb) => &[decision_can_be_enforced],
        (RecognitionEnforcementCustody, Hague1996) => {
            &[decision_can_be_enforced, measure_after_entry_into_force, regulation_takes_precedence]
        }
        (RecognitionEnforcementCustody, Luxembourg1980) => {
            &[decision_can_be_enforced, regulation_takes_precedence]
        }
        (_, Hague1996) => &[regulation_takes_precedence],
        (Evidence, EEvidence) => &[electronic_evidence],
        (Evidence, Mla1959) => &[additional_protocols, regulation_takes_precedence],
        (Evidence, Budapest) => &[evidence_in_electronic_form, no_assistance_treaty],
        (Evidence, Opsc) => &[offence_of_opsc],
        (Extradition, Opsc) => &[offence_of_opsc, state_may_take_as_basis],
        (Extradition, Lanzarote) => &[offence_of_lanzarote, state_may_take_as_basis],
        (Extradition, Untoc) => &[offence_of_untoc, state_may_take_as_basis],
        (_, Untoc) => &[offence_of_untoc],
        (Extradition, Eaw) => &[penalty_of_a_year],
        (Extradition, Extradition1957) => &[penalty_of_a_year, regulation_takes_precedence],
        (PreservationComputerData, EEvidence) => &[data_of_a_provider],
        (PreservationComputerData, Budapest) => &[no_dual_criminality],
        (PreservationComputerData, G7Network) => &[outside_budapest],
        (JointInvestigationTeam, Mla1959) => &[parties_to_ets_182],
        _ => &[],
    }
}

/// Luxembourg 1980 arts. 7-10: a custody decision that is enforceable; art. 12: or a later one that declares the removal
/// unlawful.
fn custody_decision_is_enforceable(ask: &Ask<'_>, found: &mut Weighing) {
    match ask.question.facts.enforceable_decision {
        Some(true) => found.holds(Phrase::new("pathway.decision.enforceable")),
        Some(false) => found.fails(Phrase::new("pathway.decision.missing")),
        None => found.open(Phrase::new("pathway.decision.not_stated")),
    }
}

/// Luxembourg 1980 art. 11(3): without a decision the requested state's own authorities can be asked to decide on access.
fn access_decision(ask: &Ask<'_>, found: &mut Weighing) {
    if ask.question.facts.enforceable_decision != Some(true) {
        found.warn(Phrase::new("pathway.decision.access"));
    }
}

/// Brussels IIb art. 34, Hague 1996 art. 26, Luxembourg 1980 art. 7: only what is enforceable at home is enforced abroad.
fn decision_can_be_enforced(ask: &Ask<'_>, found: &mut Weighing) {
    match ask.question.facts.enforceable_decision {
        Some(true) => found.holds(Phrase::new("pathway.decision.enforceable")),
        Some(false) => found.warn(Phrase::new("pathway.decision.recognition_only")),
        None => found.warn(Phrase::new("pathway.decision.check_enforceable")),
    }
}

/// Hague 1996 art. 53(2): recognition and enforcement of measures taken after entry into force between the two.
fn measure_after_entry_into_force(ask: &Ask<'_>, found: &mut Weighing) {
    if let Some(since) = relation(ask, Hague1996).since {
        found.warn(Phrase::new("pathway.hague_1996.measures").with("since", since));
    }
}

/// Brussels IIb art. 100: proceedings instituted from the day of application on, whenever the removal was.
fn proceedings_after_application(ask: &Ask<'_>, found: &mut Weighing) {
    let since = relation(ask, BrusselsIIb).since;
    if let (Some(since), Some(event)) = (since, ask.question.event)
        && event < since
    {
        found.warn(Phrase::new("pathway.brussels.proceedings").with("since", since));
    }
}

/// Brussels IIb arts. 95, 97; EIO art. 34; EAW art. 31: between member states that are bound, the act of the Union is used
/// in place of the convention.
fn regulation_takes_precedence(ask: &Ask<'_>, found: &mut Weighing) {
    let [convention, ..] = ask.row.instruments.as_slice() else { return };
    let act = match convention {
        Hague1996 => (BrusselsIIb, "97"),
        Luxembourg1980 => (BrusselsIIb, "95"),
        Mla1959 => (Eio, "34"),
        Extradition1957 => (Eaw, "31"),
        _ => return,
    };
    if relation(ask, act.0).binds() {
        let said = Phrase::new("pathway.precedence").with("act", act.0).with("article", act.1);
        found.warn(said.with("convention", convention));
    }
}

/// E-evidence arts. 1, 2: orders for electronic evidence to service providers; art. 5(4): traffic and content data from a
/// penalty of three years on, or for listed offences.
fn electronic_evidence(ask: &Ask<'_>, found: &mut Weighing) {
    match ask.question.facts.electronic {
        Some(true) => found.holds(Phrase::new("pathway.electronic.yes")),
        Some(false) => return found.fails(Phrase::new("pathway.electronic.no")),
        None => found.open(Phrase::new("pathway.electronic.not_stated")),
    }
    if ask.question.facts.highest_penalty_years.is_none_or(|years| years < 3) {
        found.warn(Phrase::new("pathway.electronic.threshold"));
    }
}

/// E-evidence art. 6: preservation orders go to service providers.
fn data_of_a_provider(ask: &Ask<'_>, found: &mut Weighing) {
    match ask.question.facts.electronic {
        Some(true) => found.holds(Phrase::new("pathway.electronic.yes")),
        Some(false) => found.fails(Phrase::new("pathway.electronic.no")),
        None => found.warn(Phrase::new("pathway.electronic.provider_only")),
    }
}

/// Budapest arts. 23, 25(1): offences related to computer systems, or evidence in electronic form of any offence.
fn evidence_in_electronic_form(ask: &Ask<'_>, found: &mut Weighing) {
    let computer_offence =
        ask.question.facts.offence.as_deref().is_some_and(|code| defined(ask, code, Budapest));
    match ask.question.facts.electronic {
        _ if computer_offence => found.holds(offence("pathway.offence.covered", ask, Budapest)),
        Some(true) => found.holds(Phrase::new("pathway.electronic.budapest")),
        Some(false) => found.fails(Phrase::new("pathway.electronic.not_budapest")),
        None => found.warn(Phrase::new("pathway.electronic.budapest_only")),
    }
}

/// Budapest art. 27(1): its procedure is for states without a treaty on mutual assistance; arts. 31-34 hold anyhow.
fn no_assistance_treaty(ask: &Ask<'_>, found: &mut Weighing) {
    let bound = [Eio, Mla1959].into_iter().find(|treaty| relation(ask, *treaty).binds());
    found.warn(match bound {
        Some(treaty) => Phrase::new("pathway.budapest.treaty").with("treaty", treaty),
        None => Phrase::new("pathway.budapest.no_treaty_known"),
    });
}

/// Budapest art. 29(3): dual criminality shall not be required for preservation; 29(4): but a reservation may ask for it.
fn no_dual_criminality(_: &Ask<'_>, found: &mut Weighing) {
    found.holds(Phrase::new("pathway.dual.not_required"));
    found.warn(Phrase::new("pathway.dual.reservation"));
}

/// The network serves states that are not parties to the Budapest Convention.
fn outside_budapest(ask: &Ask<'_>, found: &mut Weighing) {
    if relation(ask, Budapest).binds() {
        found.open(Phrase::new("pathway.g7.both_parties"));
    }
}

/// The protocols to ETS 30 are not in the tables.
fn additional_protocols(_: &Ask<'_>, found: &mut Weighing) {
    found.warn(Phrase::new("pathway.protocols.confirm"));
}

/// ETS 182 art. 20 founds joint teams; the tables do not list its parties.
fn parties_to_ets_182(_: &Ask<'_>, found: &mut Weighing) {
    found.open(Phrase::new("pathway.protocols.ets_182"));
}

/// Extradition 1957 art. 2(1), EAW art. 2(1): at least one year at the highest.
fn penalty_of_a_year(ask: &Ask<'_>, found: &mut Weighing) {
    match ask.question.facts.highest_penalty_years {
        Some(0) => found.fails(Phrase::new("pathway.penalty.below")),
        Some(years) => found.holds(Phrase::new("pathway.penalty.reached").with("years", years)),
        None => found.warn(Phrase::new("pathway.penalty.not_stated")),
    }
}

/// OPSC arts. 5, 6: the offences of its art. 3(1).
fn offence_of_opsc(ask: &Ask<'_>, found: &mut Weighing) {
    offence_of(ask, found, Opsc);
}

/// Lanzarote art. 38: the offences established in accordance with it.
fn offence_of_lanzarote(ask: &Ask<'_>, found: &mut Weighing) {
    offence_of(ask, found, Lanzarote);
}

fn offence_of(ask: &Ask<'_>, found: &mut Weighing, instrument: Instrument) {
    match known_offence(ask) {
        None => found.open(offence("pathway.offence.not_stated", ask, instrument)),
        Some(code) if defined(ask, code, instrument) => {
            found.holds(offence("pathway.offence.covered", ask, instrument));
        }
        Some(_) => found.fails(offence("pathway.offence.outside", ask, instrument)),
    }
}

/// UNTOC art. 3 and art. 1 of the Palermo Protocol: its offences, or serious crime (four years, art. 2(b)); transnational,
/// and with an organised criminal group.
fn offence_of_untoc(ask: &Ask<'_>, found: &mut Weighing) {
    let trafficking = known_offence(ask).is_some_and(|code| defined(ask, code, PalermoTip));
    found.warn(Phrase::new("pathway.untoc.transnational"));
    match ask.question.facts.highest_penalty_years {
        _ if trafficking && relation(ask, PalermoTip).binds() => {
            found.holds(offence("pathway.offence.covered", ask, PalermoTip));
        }
        Some(years) if years >= 4 => found.open(Phrase::new("pathway.untoc.serious").with("years", years)),
        Some(years) if !trafficking && known_offence(ask).is_some() => {
            found.fails(Phrase::new("pathway.untoc.not_serious").with("years", years));
        }
        _ => found.open(offence("pathway.offence.not_stated", ask, Untoc)),
    }
}

/// OPSC art. 5(2), UNTOC art. 16(4), Lanzarote art. 38(3): a state that needs a treaty *may* take it as one.
fn state_may_take_as_basis(ask: &Ask<'_>, found: &mut Weighing) {
    if let Some(instrument) = ask.row.instruments.first() {
        found.warn(Phrase::new("pathway.basis.may").with("instrument", instrument));
    }
}

fn relation(ask: &Ask<'_>, instrument: Instrument) -> crate::Relation {
    ask.law.relation(instrument, &ask.question.from, &ask.question.to, ask.question.on)
}

/// The offence of the facts, if the table knows its concept.
fn known_offence<'a>(ask: &Ask<'a>) -> Option<&'a str> {
    let code = ask.question.facts.offence.as_deref()?;
    ask.law.tables().offences.iter().any(|row| row.concept == code).then_some(code)
}

fn defined(ask: &Ask<'_>, concept: &str, instrument: Instrument) -> bool {
    ask.law.tables().offences.iter().any(|row| row.concept == concept && row.instrument == instrument)
}

fn offence(key: &'static str, ask: &Ask<'_>, instrument: Instrument) -> Phrase {
    let code = ask.question.facts.offence.as_deref().unwrap_or("-");
    Phrase::new(key).with("offence", code).with("instrument", instrument)
}
