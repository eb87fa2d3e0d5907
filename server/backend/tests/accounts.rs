//! Stories of the practice's people: signing in, sessions and their limits, passwords.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use backend::{
    Error, Failure,
    accounts::{AccountRefusal, NewAccount, PasswordRefusal, SecondStepWish},
    passwords::Password,
    sessions::{ABSOLUTE, IDLE, MOST_SESSIONS, SignIn, SignInFrom, SignInRefusal},
    testing::{Kind, TestBackend, TestPractice},
};
use chrono::TimeDelta;
use domain::{access::Role, device::Device, people::EmailAddress};
use i18n::Lang;
use rstest::rstest;

const PASSWORD: &str = "le héron traverse";

fn email(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn account(practice: &TestPractice, role: Role) -> NewAccount {
    let own = practice.practitioner.slug.clone();
    NewAccount {
        practice: practice.practice.slug.clone(),
        email: email("camille@tour.example"),
        name: "Camille Lefèvre".parse().unwrap(),
        role,
        practitioner: (role == Role::Practitioner).then(|| own.clone()),
        keeps: if role == Role::Secretary {
            vec![own]
        } else {
            vec![]
        },
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    }
}

async fn with_account(kind: Kind, role: Role) -> (TestBackend, TestPractice) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.create_account(account(&practice, role)).await.unwrap();
    (test, practice)
}

async fn sign_in(test: &TestBackend) -> String {
    test.sign_in(&email("camille@tour.example"), PASSWORD)
        .await
        .unwrap()
        .token
}

/// Writes of sessions happen behind the request's back: wait for one.
async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never happened");
}

#[rstest]
#[case(Role::Owner, 0)]
#[case(Role::Practitioner, 1)]
#[case(Role::Secretary, 1)]
#[tokio::test]
async fn a_session_knows_who_she_is_and_whose_agendas_she_keeps(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] role: Role,
    #[case] agendas: usize,
) {
    let (test, practice) = with_account(kind, role).await;
    let signed_in = test
        .sign_in(&email("Camille@tour.example"), PASSWORD)
        .await
        .unwrap();
    let before = test.store().statements();
    let session = test.session(&signed_in.token).await.unwrap().unwrap();
    assert_eq!(test.store().statements() - before, 1);
    assert_eq!(session.member, signed_in.member);
    assert_eq!(session.member.practice, practice.practice.id);
    assert_eq!(session.member.role, role);
    assert_eq!(
        session.member.agendas,
        vec![practice.practitioner.id; agendas]
    );
    assert_eq!(session.name.as_str(), "Camille Lefèvre");
    assert_eq!(session.practice_name, practice.practice.name);
    assert!(test.session("not a token").await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer_in_the_same_time(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let known = email("camille@tour.example");
    let unknown = email("nobody@tour.example");
    let mut times = [Duration::ZERO; 2];
    for _ in 0..5 {
        for (time, email) in times.iter_mut().zip([&known, &unknown]) {
            let started = Instant::now();
            let refused = test.sign_in(email, "le héron traversa").await.unwrap_err();
            *time += started.elapsed();
            assert!(matches!(refused, Failure::Refused(SignInRefusal)));
        }
    }
    let [known, unknown] = times;
    assert!(unknown > known / 2 && known > unknown / 2, "{times:?}");
    for typed in ["", " ", &"x".repeat(100_000), "\0", "le héron traverse "] {
        let refused = test.sign_in(&email("camille@tour.example"), typed).await;
        assert!(matches!(refused, Err(Failure::Refused(SignInRefusal))));
    }
}

#[rstest]
#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_at_the_latest_after_a_week(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let token = sign_in(&test).await;
    test.clock.advance(IDLE - TimeDelta::seconds(1));
    assert!(test.session(&token).await.unwrap().is_some());
    // That use counts: another eleven hours later it still lives.
    eventually(async || {
        let last_seen = test.own_sessions(&token).await.unwrap()[0].last_seen;
        (last_seen == test.now()).then_some(())
    })
    .await;
    test.clock.advance(TimeDelta::hours(11));
    assert!(test.session(&token).await.unwrap().is_some());
    test.clock.advance(IDLE);
    assert!(test.session(&token).await.unwrap().is_none());

    let token = sign_in(&test).await;
    let end = test.now() + ABSOLUTE;
    while test.now() < end - TimeDelta::hours(6) {
        test.clock.advance(TimeDelta::hours(6));
        let session = test.session(&token).await.unwrap();
        assert!(session.is_some());
        eventually(async || {
            let last_seen = test.own_sessions(&token).await.unwrap()[0].last_seen;
            (last_seen == test.now()).then_some(())
        })
        .await;
    }
    test.clock.set(end - TimeDelta::seconds(1));
    assert!(test.session(&token).await.unwrap().is_some());
    test.clock.set(end);
    assert!(test.session(&token).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn the_use_of_a_session_is_written_at_most_every_five_minutes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let token = sign_in(&test).await;
    let since = test.now();
    test.clock.advance(TimeDelta::minutes(4));
    let before = test.store().statements();
    test.session(&token).await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(test.store().statements() - before, 1);
    assert_eq!(test.own_sessions(&token).await.unwrap()[0].last_seen, since);
}

#[rstest]
#[tokio::test]
async fn one_session_too_many_ends_the_one_that_was_not_used_for_longest(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let mut all = Vec::new();
    for _ in 0..MOST_SESSIONS {
        all.push(sign_in(&test).await);
        test.clock.advance(TimeDelta::seconds(1));
    }
    let own = test.own_sessions(&all[0]).await.unwrap();
    assert_eq!(own.len(), MOST_SESSIONS, "as many as there can be");
    let new = sign_in(&test).await;
    assert!(test.session(&all[0]).await.unwrap().is_none());
    for open in [&all[1], &all[MOST_SESSIONS - 1], &new] {
        assert!(test.session(open).await.unwrap().is_some());
    }
    assert_eq!(test.own_sessions(&new).await.unwrap().len(), MOST_SESSIONS);
}

#[rstest]
#[tokio::test]
async fn signing_out_ends_the_session_on_the_server(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let token = sign_in(&test).await;
    test.sign_out(&token).await.unwrap();
    assert!(test.session(&token).await.unwrap().is_none());
    test.sign_out(&token).await.unwrap();
    assert!(matches!(
        test.own_sessions(&token).await,
        Err(Error::NotFound)
    ));
}

#[rstest]
#[tokio::test]
async fn somebody_sees_her_sessions_and_ends_the_others(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let (first, second) = (sign_in(&test).await, sign_in(&test).await);
    assert_ne!(first, second);
    let own = test.own_sessions(&second).await.unwrap();
    assert_eq!(own.len(), 2);
    assert_eq!(own.iter().filter(|one| one.current).count(), 1);
    assert_eq!(test.end_other_sessions(&second).await.unwrap(), 1);
    assert!(test.session(&first).await.unwrap().is_none());
    assert!(test.session(&second).await.unwrap().is_some());
}

#[rstest]
#[tokio::test]
async fn a_session_that_is_ended_while_it_asks_changes_no_password(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let (owner, thief) = (sign_in(&test).await, sign_in(&test).await);
    let new = Password::parse("une phrase du voleur", &[]).unwrap();
    let ends = async {
        // The thief's passwords are being hashed.
        tokio::time::sleep(Duration::from_millis(5)).await;
        test.end_other_sessions(&owner).await.unwrap()
    };
    let (asked, ended) = tokio::join!(test.change_password(&thief, PASSWORD, new), ends);
    assert_eq!(ended, 1);
    assert!(
        matches!(asked, Err(Failure::Broken(Error::NotFound))),
        "{asked:?}"
    );
    assert!(test.session(&owner).await.unwrap().is_some());
    sign_in(&test).await;
}

#[rstest]
#[tokio::test]
async fn one_session_is_ended_by_its_handle_and_only_by_whom_it_belongs_to(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice) = with_account(kind, Role::Owner).await;
    let stranger = NewAccount {
        email: email("lea@tour.example"),
        ..account(&practice, Role::Owner)
    };
    test.create_account(stranger).await.unwrap();
    let (here, elsewhere) = (sign_in(&test).await, sign_in(&test).await);
    let theirs = test
        .sign_in(&email("lea@tour.example"), PASSWORD)
        .await
        .unwrap()
        .token;
    let handle = async |token: &str, current| {
        let own = test.own_sessions(token).await.unwrap();
        own.into_iter()
            .find(|one| one.current == current)
            .unwrap()
            .handle
    };
    let other = handle(&here, false).await;
    for unknown in [&handle(&theirs, true).await, "", "AAAAAAAAAAAAAAAAAAAAAA"] {
        let refused = test.end_session(&here, unknown).await;
        assert!(matches!(refused, Err(Error::NotFound)));
    }
    let refused = test.end_session(&theirs, &other).await;
    assert!(matches!(refused, Err(Error::NotFound)));
    assert!(!test.end_session(&here, &other).await.unwrap());
    assert!(test.session(&elsewhere).await.unwrap().is_none());
    let own = handle(&here, true).await;
    assert!(test.end_session(&here, &own).await.unwrap());
    assert!(test.session(&here).await.unwrap().is_none());
    assert!(test.session(&theirs).await.unwrap().is_some());
    assert_eq!(test.audit_lines("account", "session-ended").await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn signing_in_again_in_the_same_browser_ends_the_session_it_replaces(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let (before, elsewhere) = (sign_in(&test).await, sign_in(&test).await);
    let done = |sign_in| match sign_in {
        SignIn::Done(session) => session,
        SignIn::SecondStep { .. } => panic!("a code is asked"),
    };
    let again = async |password: &str| {
        let from = SignInFrom {
            device: Device::of_user_agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
            replaces: Some(before.clone()),
            ..SignInFrom::default()
        };
        let address = email("camille@tour.example");
        test.backend().sign_in(&address, password, from).await
    };
    // A wrong password ends nothing.
    assert!(again("le héron traversa").await.is_err());
    assert!(test.session(&before).await.unwrap().is_some());
    let after = done(again(PASSWORD).await.unwrap()).token;
    assert!(test.session(&before).await.unwrap().is_none());
    assert!(test.session(&elsewhere).await.unwrap().is_some());
    let own = test.own_sessions(&after).await.unwrap();
    let devices: Vec<_> = own.iter().map(|one| one.device.code()).collect();
    assert_eq!(own.len(), 2);
    assert!(devices.contains(&"firefox/linux".to_owned()), "{devices:?}");
    assert!(devices.contains(&"other/other".to_owned()), "{devices:?}");
}

#[rstest]
#[tokio::test]
async fn changing_the_password_ends_every_session_and_opens_a_new_one(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let (here, elsewhere) = (sign_in(&test).await, sign_in(&test).await);
    let new = || Password::parse("la loutre plonge", &[]).unwrap();
    let wrong = test.change_password(&here, "le héron", new()).await;
    assert!(matches!(
        wrong,
        Err(Failure::Refused(PasswordRefusal::WrongCurrent))
    ));
    let opened = test.change_password(&here, PASSWORD, new()).await.unwrap();
    for ended in [&here, &elsewhere] {
        assert!(test.session(ended).await.unwrap().is_none());
    }
    assert!(test.session(&opened.token).await.unwrap().is_some());
    let address = email("camille@tour.example");
    assert!(test.sign_in(&address, PASSWORD).await.is_err());
    assert!(test.sign_in(&address, "la loutre plonge").await.is_ok());
    let nobody = test.change_password(&here, "la loutre plonge", new()).await;
    assert!(matches!(nobody, Err(Failure::Broken(Error::NotFound))));
}

#[rstest]
#[tokio::test]
async fn the_host_resets_a_password_and_ends_the_sessions(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind, Role::Owner).await;
    let token = sign_in(&test).await;
    let password = test.generate_password();
    let address = email("camille@tour.example");
    test.reset_password(&address, password.clone(), SecondStepWish::Keep)
        .await
        .unwrap();
    assert!(test.session(&token).await.unwrap().is_none());
    assert!(test.sign_in(&address, password.reveal()).await.is_ok());
    let unknown = test
        .reset_password(
            &email("nobody@tour.example"),
            password,
            SecondStepWish::Keep,
        )
        .await;
    assert!(matches!(unknown, Err(Error::NotFound)));
}

#[rstest]
#[tokio::test]
async fn an_account_needs_a_free_address_and_people_of_its_own_practice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice) = with_account(kind, Role::Owner).await;
    let other = test.practice_named("autre").await;
    let refusal = async |new: NewAccount| match test.create_account(new).await {
        Err(Failure::Refused(refusal)) => Some(refusal),
        Err(Failure::Broken(error)) => panic!("{error}"),
        Ok(_) => None,
    };
    let secretary = || NewAccount {
        email: email("lea@tour.example"),
        ..account(&practice, Role::Secretary)
    };
    assert_eq!(
        refusal(account(&practice, Role::Secretary)).await,
        Some(AccountRefusal::EmailTaken)
    );
    let mut new = secretary();
    new.practice = "nulle-part".parse().unwrap();
    assert!(matches!(
        refusal(new).await,
        Some(AccountRefusal::UnknownPractice(_))
    ));
    let mut new = secretary();
    new.keeps.push(other.practitioner.slug.clone());
    assert_eq!(
        refusal(new).await,
        Some(AccountRefusal::UnknownPractitioner(
            other.practitioner.slug.clone()
        ))
    );
    let mut new = secretary();
    new.role = Role::Practitioner;
    assert_eq!(refusal(new).await, Some(AccountRefusal::WhichPractitioner));
    assert_eq!(refusal(secretary()).await, None);
}
