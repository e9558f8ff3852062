use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + minutes * 60).unwrap()
}

const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// The table once more, as sets and not as rows, so that a slip in one shows against the other.
fn should_allow(role: Role, act: Act) -> bool {
    use Act::*;
    if act == ReadLaw {
        return true;
    }
    let case_work = [
        ReadCases,
        OpenCase,
        ReadAlerts,
        RaiseAlert,
        UpdateAlert,
        CancelAlert,
        SendSighting,
        ReadHits,
        DecideHit,
        ReadExchanges,
        SendMessage,
        ExportRecord,
        ReadDeadLetters,
        RetryDeadLetters,
        ReadEvidence,
        TakeEvidence,
        OpenEvidence,
        AnswerOffer,
        BundleEvidence,
        SearchPersons,
        MergePersons,
        ReadHashSets,
        SearchHashSets,
        ImportHashSet,
        ReadQueries,
        AskSelectors,
        ReadClaims,
        DecideClaim,
        ReadDeconflictions,
        PrepareDeconfliction,
    ];
    match role {
        Role::Officer => case_work.contains(&act),
        Role::ReleasingOfficer => {
            case_work.contains(&act)
                || [
                    ReleaseAlert,
                    AuthoriseBasis,
                    OfferEvidence,
                    DisposeOfEvidence,
                    WithdrawHashSet,
                    RuleMatching,
                    ConfirmDeconfliction,
                ]
                .contains(&act)
        }
        Role::Administrator => [
            ReadDeadLetters,
            RetryDeadLetters,
            ReadJournal,
            ManageOfficers,
            ManageRegistry,
            ManageLaw,
            ManageVault,
        ]
        .contains(&act),
        Role::Auditor => [
            ExportRecord,
            ReadDeadLetters,
            ReadJournal,
            ReadEvidence,
            ReadHashSets,
            PlantCanaries,
            AuditMatching,
        ]
        .contains(&act),
    }
}

#[test]
fn every_cell_of_the_table_is_as_intended() {
    for role in Role::ALL {
        for act in Act::ALL {
            assert_eq!(allows(role, act), should_allow(role, act), "{role:?} {act:?}");
        }
    }
}

#[test]
fn a_role_is_written_alike_in_json_and_in_the_database() {
    for role in Role::ALL {
        assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        assert_eq!(role.as_str().parse::<Role>(), Ok(role));
    }
    assert!("root".parse::<Role>().is_err());
}

#[test]
fn the_fifth_failure_locks_and_each_further_one_doubles_up_to_a_day() {
    assert_eq!(locked_until(4, at(0)), None);
    assert_eq!(locked_until(5, at(0)), Some(at(15)));
    assert_eq!(locked_until(6, at(0)), Some(at(30)));
    assert_eq!(locked_until(7, at(100)), Some(at(160)));
    assert_eq!(locked_until(12, at(0)), Some(at(24 * 60)));
    assert_eq!(locked_until(u64::MAX, at(0)), Some(at(24 * 60)));
}

#[test]
fn a_session_ends_when_idle_or_after_twelve_hours() {
    assert_eq!(session_ends(at(0), at(10), IDLE), at(40));
    assert_eq!(session_ends(at(0), at(11 * 60 + 50), IDLE), at(12 * 60));
    assert_eq!(session_ends(Timestamp::MAX, Timestamp::MAX, IDLE), Timestamp::MAX);
}

#[test]
fn the_last_use_is_noted_once_a_minute_and_oftener_in_short_sessions() {
    assert!(!worth_noting(at(0), IDLE, at(0)));
    assert!(worth_noting(at(0), IDLE, at(1)));
    let short = SignedDuration::from_secs(60);
    assert!(worth_noting(at(0), short, at(0) + SignedDuration::from_secs(6)));
    assert!(!worth_noting(at(1), IDLE, at(0)), "a clock set back writes nothing");
}

#[test]
fn names_and_passwords_outside_their_bounds_are_refused() {
    let good = "a long passphrase";
    assert_eq!(check_officer("c.martin", "Camille Martin", good), Ok(()));
    for name in ["", "a", "1st", "Camille", "a b", "é.martin", &"a".repeat(65)] {
        assert!(matches!(check_officer(name, "X", good), Err(OfficerFault::Name(_))), "{name}");
    }
    for shown in ["", "  ", "a\nb", &"x".repeat(101)] {
        assert_eq!(check_officer("ab", shown, good), Err(OfficerFault::DisplayName), "{shown:?}");
    }
    assert_eq!(check_officer("ab", "X", "elevenchars"), Err(OfficerFault::Password));
    assert_eq!(check_officer("ab", "X", "ééééééééééé"), Err(OfficerFault::Password), "characters, not bytes");
    assert_eq!(check_officer("ab", "X", &"x".repeat(1025)), Err(OfficerFault::Password));
}
