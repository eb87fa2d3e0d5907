//! Whoever signs in while somebody changes how an account signs in is signed in under the new
//! rights, or not at all: on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use backend::{
    Backend,
    accounts::{NewAccount, SecondStepWish},
    factors::Wish,
    passwords::Password,
    sessions::{SignIn, SignInFrom},
    store::people,
    testing::{Kind, TestBackend, device::Device, people::Telephone},
};
use chrono::TimeDelta;
use domain::{access::Role, ids::AccountId, people::EmailAddress};
use i18n::Lang;
use rstest::rstest;
use tokio::sync::Barrier;

const PASSWORD: &str = "le héron traverse";
const STEP: TimeDelta = TimeDelta::seconds(30);

fn email() -> EmailAddress {
    "camille@tour.example".parse().unwrap()
}

fn password() -> Password {
    Password::parse(PASSWORD, &[]).unwrap()
}

async fn with_account(kind: Kind) -> (TestBackend, AccountId) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let new = NewAccount {
        practice: practice.practice.slug,
        email: email(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: password(),
        lang: Lang::Fr,
    };
    let account = test.create_account(new).await.unwrap();
    (test, account)
}

/// A session that asked for a second step, and the telephone that has its secret.
async fn started(test: &TestBackend) -> (String, Telephone) {
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    let telephone = test.telephone(&token).await;
    (token, telephone)
}

async fn waiting(test: &TestBackend) -> String {
    let from = SignInFrom::default();
    match test.backend().sign_in(&email(), PASSWORD, from).await {
        Ok(SignIn::SecondStep { pending }) => pending,
        other => panic!("{other:?}"),
    }
}

/// Five who sign in with the password while the second step is turned on.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_without_a_code_outlives_the_turning_on_of_the_second_step(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind).await;
    for round in 0..5 {
        let (token, telephone) = started(&test).await;
        let code = telephone.code(test.now());
        let start = Arc::new(Barrier::new(6));
        let sign_ins: Vec<_> = (0..5)
            .map(|_| {
                let (backend, start) = (test.backend(), Arc::clone(&start));
                tokio::spawn(async move {
                    start.wait().await;
                    let from = SignInFrom::default();
                    backend.sign_in(&email(), PASSWORD, from).await.unwrap()
                })
            })
            .collect();
        start.wait().await;
        // Between the first and the last password that is compared.
        tokio::time::sleep(Duration::from_millis(25 * (round % 3))).await;
        let changed = test.confirm_second_step(&token, &code).await.unwrap();
        for sign_in in sign_ins {
            if let SignIn::Done(session) = sign_in.await.unwrap() {
                let alive = test.session(&session.token).await.unwrap();
                assert!(alive.is_none(), "round {round}");
            }
        }
        let token = changed.session.token;
        assert_eq!(test.own_sessions(&token).await.unwrap().len(), 1);
        test.clock.advance(STEP);
        let code = telephone.code(test.now());
        let off = Wish::RemoveTelephone;
        let off = test.change_second_step(&token, PASSWORD, &code, off).await;
        let off = off.unwrap().changed().unwrap();
        test.sign_out(&off.session.token).await.unwrap();
        test.clock.advance(STEP);
    }
}

/// Five with a right code while the host gives the account another password.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_session_and_no_wait_for_a_code_outlives_the_password(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind).await;
    let (token, telephone) = started(&test).await;
    let code = telephone.code(test.now());
    let changed = test.confirm_second_step(&token, &code).await.unwrap();
    for codes in changed.codes.chunks(5) {
        let mut waits = Vec::new();
        for code in codes {
            waits.push((waiting(&test).await, code.clone()));
        }
        let start = Arc::new(Barrier::new(7));
        let mut second_steps = Vec::new();
        for (n, (pending, code)) in (0_u64..).zip(waits.clone()) {
            let (backend, start) = (test.backend(), Arc::clone(&start));
            second_steps.push(tokio::spawn(async move {
                start.wait().await;
                tokio::time::sleep(Duration::from_millis(n * 20)).await;
                let from = SignInFrom::default();
                backend.second_step(&pending, &code, from).await
            }));
        }
        let (backend, began) = (test.backend(), Arc::clone(&start));
        let late_sign_in = tokio::spawn(async move {
            began.wait().await;
            let from = SignInFrom::default();
            backend.sign_in(&email(), PASSWORD, from).await
        });
        start.wait().await;
        // The same password, so that only the rights change: its stored form is another.
        let wish = SecondStepWish::Keep;
        test.reset_password(&email(), password(), wish)
            .await
            .unwrap();
        for one in second_steps {
            // Refused, or let in before the change that ended it.
            if let Ok(session) = one.await.unwrap() {
                assert!(test.session(&session.token).await.unwrap().is_none());
            }
        }
        for (pending, _) in &waits {
            assert!(test.awaited(pending).await.unwrap().is_none());
        }
        if let Ok(SignIn::SecondStep { pending }) = late_sign_in.await.unwrap() {
            let awaited = test.awaited(&pending).await.unwrap();
            assert!(awaited.is_none(), "of the password before");
        }
    }
}

struct Given {
    token: String,
    pending: String,
    code: String,
}

type Change = Pin<Box<dyn Future<Output = bool> + Send>>;
type Make = fn(Backend, Given) -> Change;

/// Everything that signs in or changes how, by its name; whether the second step is on before.
const EVERY: [(&str, bool, Make); 9] = [
    ("sign_in", true, |backend, _| {
        Box::pin(async move {
            let from = SignInFrom::default();
            backend.sign_in(&email(), PASSWORD, from).await.is_ok()
        })
    }),
    ("second_step", true, |backend, given| {
        Box::pin(async move {
            let from = SignInFrom::default();
            let tried = backend.second_step(&given.pending, &given.code, from);
            tried.await.is_ok()
        })
    }),
    ("start_second_step", false, |backend, given| {
        Box::pin(async move {
            let tried = backend.start_second_step(&given.token, PASSWORD, "");
            tried.await.is_ok()
        })
    }),
    ("confirm_second_step", false, |backend, given| {
        Box::pin(async move {
            let tried = backend.confirm_second_step(&given.token, &given.code);
            tried.await.is_ok()
        })
    }),
    ("change_second_step", true, |backend, given| {
        Box::pin(async move {
            let (token, wish) = (&given.token, Wish::RemoveTelephone);
            let tried = backend.change_second_step(token, PASSWORD, &given.code, wish);
            tried.await.is_ok()
        })
    }),
    ("change_password", true, |backend, given| {
        Box::pin(async move {
            let tried = backend.change_password(&given.token, PASSWORD, password());
            tried.await.is_ok()
        })
    }),
    ("end_other_sessions", true, |backend, given| {
        Box::pin(async move { backend.end_other_sessions(&given.token).await.is_ok() })
    }),
    ("end_session", true, |backend, given| {
        Box::pin(async move {
            let own = backend.own_sessions(&given.token).await.unwrap();
            let ended = backend.end_session(&given.token, &own[0].handle);
            ended.await.is_ok()
        })
    }),
    ("reset_password", true, |backend, _| {
        Box::pin(async move {
            let (email, wish) = (email(), SecondStepWish::Keep);
            let tried = backend.reset_password(&email, password(), wish);
            tried.await.is_ok()
        })
    }),
];

/// Does something while somebody else has the account locked, and lets it go when it waits.
async fn waits<T: Send + 'static>(
    test: &TestBackend,
    account: AccountId,
    name: &str,
    change: impl Future<Output = T> + Send + 'static,
) -> T {
    let mut before = test.store().begin().await.unwrap();
    people::lock_account(&mut before, account).await.unwrap();
    let change = tokio::spawn(change);
    while !test.somebody_waits_for_a_name().await {
        assert!(!change.is_finished(), "{name} waits for nobody");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    before.commit().await.unwrap();
    change.await.unwrap()
}

/// On PostgreSQL nobody but a lock makes them wait; on SQLite there is one writer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_concerns_how_an_account_signs_in_waits_for_the_one_before() {
    let (test, account) = with_account(Kind::Postgres).await;
    for (name, on, change) in EVERY {
        let (token, telephone) = started(&test).await;
        let code = telephone.code(test.now());
        let given = if on {
            let changed = test.confirm_second_step(&token, &code).await.unwrap();
            Given {
                token: changed.session.token,
                pending: waiting(&test).await,
                code: changed.codes[0].clone(),
            }
        } else {
            Given {
                token,
                pending: String::new(),
                code,
            }
        };
        let done = waits(&test, account, name, change(test.backend(), given)).await;
        assert!(done, "{name}");
        let wish = SecondStepWish::Remove;
        test.reset_password(&email(), password(), wish)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_a_passkey_does_waits_for_the_one_before() {
    let (test, account) = with_account(Kind::Postgres).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    let mut device = Device::new("a telephone", "https://rdv.example.org");
    let backend = test.backend();
    let of = token.clone();
    let start = async move {
        let name = "Clé".parse().unwrap();
        backend.start_passkey(&of, PASSWORD, "", name).await
    };
    let started = waits(&test, account, "start_passkey", start).await;
    started.unwrap();
    let (_, shown) = test.factors(&token).await.unwrap().to_add.unwrap();
    let (backend, made) = (test.backend(), device.make(&shown));
    let add = async move { backend.add_passkey(&token, &made).await };
    let added = waits(&test, account, "add_passkey", add).await;
    let token = added.unwrap().session.token;

    let (backend, of) = (test.backend(), token.clone());
    let start = async move {
        let wish = Wish::RenewCodes;
        backend.start_change_by_passkey(&of, PASSWORD, wish).await
    };
    let started = waits(&test, account, "start_change_by_passkey", start).await;
    started.unwrap();
    let (_, shown) = test.factors(&token).await.unwrap().to_prove.unwrap();
    let (backend, answer) = (test.backend(), device.answer(&shown));
    let change = async move { backend.change_by_passkey(&token, &answer).await };
    let changed = waits(&test, account, "change_by_passkey", change).await;
    changed.unwrap();

    let pending = waiting(&test).await;
    let shown = test.awaited(&pending).await.unwrap().unwrap().passkey;
    let (backend, answer) = (test.backend(), device.answer(&shown.unwrap()));
    let second = async move {
        let from = SignInFrom::default();
        backend
            .second_step_by_passkey(&pending, &answer, from)
            .await
    };
    let signed_in = waits(&test, account, "second_step_by_passkey", second).await;
    signed_in.unwrap();
    let token = test.start_passkey_sign_in().await.unwrap().unwrap();
    let shown = test.awaited_passkey(&token).await.unwrap().unwrap();
    let (backend, answer) = (test.backend(), device.answer(&shown));
    let enter = async move {
        let from = SignInFrom::default();
        backend.sign_in_by_passkey(&token, &answer, from).await
    };
    let signed_in = waits(&test, account, "sign_in_by_passkey", enter).await;
    signed_in.unwrap();
}
