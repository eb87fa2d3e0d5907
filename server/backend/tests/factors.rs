//! Stories of the second step: turned on with a telephone, asked at sign-in, good once, turned
//! off, removed by the host.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use backend::{
    Error, Failure,
    accounts::{NewAccount, SecondStepWish},
    factors::{
        Changed, FactorRefusal, MOST_TRIES, PENDING, SecondStepRefusal, Telephone as Codes, Wish,
    },
    passwords::Password,
    sessions::{NewSession, SignIn, SignInFrom},
    store::factors,
    testing::{Kind, TestBackend, people::Telephone},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{access::Role, people::EmailAddress};
use i18n::Lang;
use rstest::rstest;

const PASSWORD: &str = "le héron traverse";
const STEP: TimeDelta = TimeDelta::seconds(30);

fn email() -> EmailAddress {
    "camille@tour.example".parse().unwrap()
}

async fn with_account(kind: Kind) -> TestBackend {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let new = NewAccount {
        practice: practice.practice.slug,
        email: email(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    };
    test.create_account(new).await.unwrap();
    test
}

/// Turned on, with a telephone and ten recovery codes; the next code is a fresh one.
async fn turned_on(kind: Kind) -> (TestBackend, Telephone, Changed) {
    let test = with_account(kind).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    let telephone = test.telephone(&token).await;
    let code = telephone.code(test.now());
    let changed = test.confirm_second_step(&token, &code).await.unwrap();
    test.clock.advance(STEP);
    (test, telephone, changed)
}

/// The state between the two steps.
async fn pending(test: &TestBackend, password: &str) -> Option<String> {
    let signed_in = test
        .backend()
        .sign_in(&email(), password, SignInFrom::default())
        .await;
    match signed_in {
        Ok(SignIn::SecondStep { pending }) => Some(pending),
        Ok(SignIn::Done(_)) => panic!("no code was asked"),
        Err(_) => None,
    }
}

async fn try_code(
    test: &TestBackend,
    pending: &str,
    code: &str,
) -> Result<NewSession, SecondStepRefusal> {
    let tried = test.second_step(pending, code, SignInFrom::default()).await;
    tried.map_err(|failure| match failure {
        Failure::Refused(refusal) => refusal,
        Failure::Broken(error) => panic!("{error}"),
    })
}

fn refusal<T>(result: Result<T, Failure<FactorRefusal>>) -> FactorRefusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(error)) => panic!("{error}"),
        Ok(_) => panic!("not refused"),
    }
}

async fn lines(test: &TestBackend, action: &str) -> usize {
    test.audit_lines("account", action).await.len()
}

/// A code that is right at no time around.
fn wrong(telephone: &Telephone, now: DateTime<Utc>) -> String {
    let right: Vec<_> = (-3..=3).map(|n| telephone.code(now + STEP * n)).collect();
    let mut codes = (0..).map(|n| format!("{n:06}"));
    codes.find(|code| !right.contains(code)).unwrap()
}

#[rstest]
#[tokio::test]
async fn a_second_step_counts_only_once_it_was_proved(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = with_account(kind).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    let state = async |token: &str| test.factors(token).await.unwrap().telephone;
    assert_eq!(state(&token).await, Codes::Off);
    let refused = refusal(
        test.start_second_step(&token, "le héron traversa", "")
            .await,
    );
    assert_eq!(refused, FactorRefusal::WrongPassword);
    let refused = refusal(test.confirm_second_step(&token, "123456").await);
    assert_eq!(
        refused,
        FactorRefusal::ChangedMeanwhile,
        "nothing was started"
    );

    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    let telephone = test.telephone(&token).await;
    let code = wrong(&telephone, test.now());
    let refused = refusal(test.confirm_second_step(&token, &code).await);
    assert_eq!(refused, FactorRefusal::WrongCode);
    // Until then the password alone signs in; and another session is shown no secret.
    let elsewhere = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    assert_eq!(state(&elsewhere).await, Codes::Off);
    let code = telephone.code(test.now());
    let refused = refusal(test.confirm_second_step(&elsewhere, &code).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);

    let changed = test.confirm_second_step(&token, &code).await.unwrap();
    for ended in [&token, &elsewhere] {
        assert!(
            test.session(ended).await.unwrap().is_none(),
            "rights changed"
        );
    }
    let codes: BTreeSet<_> = changed.codes.iter().collect();
    assert_eq!(codes.len(), 10);
    let on = Codes::On { since: test.now() };
    let token = &changed.session.token;
    assert_eq!(state(token).await, on);
    assert_eq!(test.factors(token).await.unwrap().codes_left, 10);
    assert_eq!(lines(&test, "second-step-turned-on").await, 1);
    assert!(pending(&test, PASSWORD).await.is_some());
    let refused = refusal(
        test.start_second_step(&changed.session.token, PASSWORD, &changed.codes[0])
            .await,
    );
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile, "it is on already");
}

#[rstest]
#[tokio::test]
async fn a_start_that_is_not_proved_in_time_is_forgotten(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = with_account(kind).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    let telephone = test.telephone(&token).await;
    test.clock.advance(TimeDelta::minutes(15));
    let state = test.factors(&token).await.unwrap();
    assert_eq!(state.telephone, Codes::Off);
    let code = telephone.code(test.now());
    let refused = refusal(test.confirm_second_step(&token, &code).await);
    assert_eq!(refused, FactorRefusal::ChangedMeanwhile);
    assert_eq!(test.housekeeping().await.unwrap().sign_ins_forgotten, 1);
    // Started anew, it is another secret.
    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    assert_ne!(test.telephone(&token).await.0, telephone.0);
    assert_eq!(test.housekeeping().await.unwrap().sign_ins_forgotten, 0);
}

#[rstest]
#[tokio::test]
async fn a_code_proves_the_secret_that_it_was_compared_with_and_no_other(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = with_account(kind).await;
    let session = test.sign_in(&email(), PASSWORD).await.unwrap();
    let account = session.member.account;
    test.start_second_step(&session.token, PASSWORD, "")
        .await
        .unwrap();
    let mut tx = test.store().begin().await.unwrap();
    let compared = factors::totp_of(&mut tx, account).await.unwrap().unwrap();
    // Started again meanwhile: another telephone, another secret.
    let (renewed, by, now) = (b"another secret", b"a session", test.now());
    factors::start_totp(&mut tx, account, renewed, by, now)
        .await
        .unwrap();
    let mut confirm =
        async |secret: &[u8]| factors::confirm_totp(&mut tx, account, secret, 1, now).await;
    assert!(!confirm(&compared.secret).await.unwrap());
    assert!(confirm(renewed).await.unwrap());
    assert!(!confirm(renewed).await.unwrap(), "it counts already");
}

#[rstest]
#[tokio::test]
async fn after_the_password_a_code_of_now_signs_in_and_nothing_else_does(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, _) = turned_on(kind).await;
    assert_eq!(pending(&test, "le héron traversa").await, None);
    let waiting = pending(&test, PASSWORD).await.unwrap();
    assert!(
        test.session(&waiting).await.unwrap().is_none(),
        "what waits for a code is no session"
    );
    assert!(matches!(
        test.own_sessions(&waiting).await,
        Err(Error::NotFound)
    ));
    let now = test.now();
    for code in [
        "",
        "12345",
        "1234567",
        &wrong(&telephone, now),
        &telephone.code(now + STEP * 2),
    ] {
        let tried = try_code(&test, &waiting, code).await;
        assert!(tried.is_err(), "{code}");
        // From the first on, and once a sign-in.
        assert_eq!(lines(&test, "second-step-refused").await, 1, "{code}");
    }
    // Five wrong ones: the password again.
    let right = telephone.code(now);
    let tried = try_code(&test, &waiting, &right).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
    assert_eq!(lines(&test, "second-step-refused").await, 1);

    let waiting = pending(&test, PASSWORD).await.unwrap();
    let spaced = format!(" {} {} ", &right[..3], &right[3..]);
    let session = try_code(&test, &waiting, &spaced).await.unwrap();
    assert!(test.session(&session.token).await.unwrap().is_some());
    let tried = try_code(&test, &waiting, &telephone.code(now + STEP)).await;
    assert_eq!(
        tried.unwrap_err(),
        SecondStepRefusal::Gone,
        "good for one sign-in"
    );
    let tried = try_code(&test, "not a token", &right).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
}

#[rstest]
#[tokio::test]
async fn a_code_of_the_telephone_works_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, telephone, _) = turned_on(kind).await;
    let code = telephone.code(test.now());
    // Many at once, in as many sign-ins: one gets in.
    let mut waiting = Vec::new();
    for _ in 0..8 {
        waiting.push(pending(&test, PASSWORD).await.unwrap());
    }
    let tries = waiting.into_iter().map(|waiting| {
        let (backend, code) = (test.backend(), code.clone());
        tokio::spawn(async move {
            let from = SignInFrom::default();
            backend.second_step(&waiting, &code, from).await.is_ok()
        })
    });
    let mut let_in = 0;
    for tried in tries.collect::<Vec<_>>() {
        let_in += u32::from(tried.await.unwrap());
    }
    assert_eq!(let_in, 1);
    // Nor one of a step before it; the next one does.
    let waiting = pending(&test, PASSWORD).await.unwrap();
    let before = telephone.code(test.now() - STEP);
    assert!(try_code(&test, &waiting, &before).await.is_err());
    test.clock.advance(STEP);
    let next = telephone.code(test.now());
    assert!(try_code(&test, &waiting, &next).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn the_code_that_proved_it_does_not_sign_in(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, _) = turned_on(kind).await;
    let waiting = pending(&test, PASSWORD).await.unwrap();
    let proved = telephone.code(test.now() - STEP);
    let tried = try_code(&test, &waiting, &proved).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::WrongCode);
}

#[rstest]
#[tokio::test]
async fn many_tries_at_once_are_five_tries(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, telephone, _) = turned_on(kind).await;
    let waiting = pending(&test, PASSWORD).await.unwrap();
    let code = wrong(&telephone, test.now());
    let tries = (0..20).map(|_| {
        let (backend, waiting, code) = (test.backend(), waiting.clone(), code.clone());
        tokio::spawn(async move {
            let from = SignInFrom::default();
            backend.second_step(&waiting, &code, from).await
        })
    });
    let mut wrong = 0;
    for tried in tries.collect::<Vec<_>>() {
        match tried.await.unwrap() {
            Err(Failure::Refused(SecondStepRefusal::WrongCode)) => wrong += 1,
            Err(Failure::Refused(SecondStepRefusal::Gone)) => {}
            other => panic!("{other:?}"),
        }
    }
    // The fifth says that it was the last.
    assert_eq!(wrong, MOST_TRIES - 1);
    assert_eq!(lines(&test, "second-step-refused").await, 1);
}

#[rstest]
#[tokio::test]
async fn what_waits_for_a_code_is_over_after_five_minutes_or_with_the_password(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, _) = turned_on(kind).await;
    let waiting = pending(&test, PASSWORD).await.unwrap();
    let awaited = async || test.awaited(&waiting).await.unwrap();
    assert_eq!(awaited().await.map(|of| of.email), Some(email()));
    test.clock.advance(PENDING - TimeDelta::seconds(1));
    assert_eq!(awaited().await.map(|of| of.email), Some(email()));
    test.clock.advance(TimeDelta::seconds(1));
    assert_eq!(awaited().await, None);
    let code = telephone.code(test.now());
    let tried = try_code(&test, &waiting, &code).await;
    assert_eq!(tried.unwrap_err(), SecondStepRefusal::Gone);
    assert_eq!(test.housekeeping().await.unwrap().sign_ins_forgotten, 1);

    let waiting = pending(&test, PASSWORD).await.unwrap();
    let reset = test
        .reset_password(&email(), test.generate_password(), SecondStepWish::Keep)
        .await;
    assert!(!reset.unwrap());
    let tried = try_code(&test, &waiting, &code).await;
    assert_eq!(
        tried.unwrap_err(),
        SecondStepRefusal::Gone,
        "another password now"
    );
}

#[rstest]
#[tokio::test]
async fn each_recovery_code_stands_in_for_the_telephone_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, changed) = turned_on(kind).await;
    let enter = async |code: &str| {
        let waiting = pending(&test, PASSWORD).await.unwrap();
        try_code(&test, &waiting, code).await
    };
    let [first, second, ..] = &changed.codes[..] else {
        panic!("no codes")
    };
    let session = enter(first).await.unwrap();
    assert_eq!(
        enter(first).await.unwrap_err(),
        SecondStepRefusal::WrongCode
    );
    let typed = second.replace('-', "").to_uppercase();
    let again = enter(&typed).await.unwrap();
    let state = test.factors(&again.token).await.unwrap();
    assert_eq!(state.codes_left, 8);
    assert_eq!(lines(&test, "recovery-code-used").await, 2);

    // New ones put an end to the old ones, and to every session.
    let code = telephone.code(test.now());
    let token = &again.token;
    let wrong = test.change_second_step(token, "le héron traversa", &code, Wish::RenewCodes);
    assert_eq!(refusal(wrong.await), FactorRefusal::WrongPassword);
    let wrong = test.change_second_step(token, PASSWORD, first, Wish::RenewCodes);
    assert_eq!(refusal(wrong.await), FactorRefusal::WrongCode);
    let renewed = test
        .change_second_step(token, PASSWORD, &code, Wish::RenewCodes)
        .await;
    let renewed = renewed.unwrap().changed().unwrap();
    for ended in [&session.token, &again.token] {
        assert!(test.session(ended).await.unwrap().is_none());
    }
    assert!(enter(&changed.codes[2]).await.is_err());
    assert!(enter(&renewed.codes[2]).await.is_ok());
    assert_eq!(lines(&test, "recovery-codes-renewed").await, 1);
}

#[rstest]
#[tokio::test]
async fn turning_it_off_asks_for_password_and_code(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, changed) = turned_on(kind).await;
    let token = &changed.session.token;
    let code = telephone.code(test.now());
    let wrong_code = wrong(&telephone, test.now());
    let off = async |password: &str, code: &str| {
        let wish = Wish::RemoveTelephone;
        test.change_second_step(token, password, code, wish).await
    };
    assert_eq!(
        refusal(off("non", &code).await),
        FactorRefusal::WrongPassword
    );
    assert_eq!(
        refusal(off(PASSWORD, &wrong_code).await),
        FactorRefusal::WrongCode
    );
    let opened = off(PASSWORD, &code).await.unwrap().changed().unwrap();
    assert!(opened.codes.is_empty());
    assert!(
        test.session(token).await.unwrap().is_none(),
        "rights changed"
    );
    let token = &opened.session.token;
    let state = test.factors(token).await.unwrap();
    assert_eq!(state.telephone, Codes::Off);
    assert_eq!(state.on_since(), None);
    assert!(test.sign_in(&email(), PASSWORD).await.is_ok());
    assert_eq!(lines(&test, "second-step-turned-off").await, 1);
    let again = test.change_second_step(token, PASSWORD, &changed.codes[0], Wish::RemoveTelephone);
    assert_eq!(
        refusal(again.await),
        FactorRefusal::ChangedMeanwhile,
        "none is left"
    );
}

#[rstest]
#[tokio::test]
async fn the_host_removes_it_when_asked_and_only_then(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _, changed) = turned_on(kind).await;
    let password = || Password::parse(PASSWORD, &[]).unwrap();
    let reset = async |wish| {
        test.reset_password(&email(), password(), wish)
            .await
            .unwrap()
    };
    assert!(!reset(SecondStepWish::Keep).await);
    let gone = &changed.session.token;
    assert!(test.session(gone).await.unwrap().is_none());
    assert!(pending(&test, PASSWORD).await.is_some(), "asked as before");
    assert!(reset(SecondStepWish::Remove).await);
    assert!(test.sign_in(&email(), PASSWORD).await.is_ok());
    assert!(
        !reset(SecondStepWish::Remove).await,
        "there is none any more"
    );
    assert_eq!(lines(&test, "second-step-removed").await, 1);
}

#[rstest]
#[tokio::test]
async fn neither_secret_nor_codes_can_be_read_in_the_database(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, telephone, changed) = turned_on(kind).await;
    let secret = backend::testing::people::bytes_of(&telephone);
    let mut stored = test.stored_secrets().await;
    assert_eq!(stored.len(), 11, "a secret and ten codes");
    stored.sort();
    stored.dedup();
    assert_eq!(stored.len(), 11);
    for bytes in &stored {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        for code in &changed.codes {
            let letters = code.replace('-', "");
            let letters = letters.as_bytes();
            assert!(!bytes.windows(letters.len()).any(|part| part == letters));
        }
    }
}
