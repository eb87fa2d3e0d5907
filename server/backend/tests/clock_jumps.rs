//! The clock of the machine jumps by two hours, forward and back: no mail goes twice, a slot is
//! one person's, codes work once, and nobody is signed in for longer than she may be. Sorted out
//! by what the jump could break; the simulation jumps at random.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use backend::{
    Failure,
    accounts::NewAccount,
    booking::CodeRefusal,
    factors::SecondStepRefusal,
    jobs::queue::LEASE,
    passwords::Password,
    sessions::{ABSOLUTE, IDLE, SignIn, SignInFrom},
    testing::{Kind, TestBackend, TestPractice},
};
use chrono::TimeDelta;
use domain::{access::Role, appointment::Status, people::EmailAddress};
use i18n::Lang;
use rstest::rstest;

const JUMP: TimeDelta = TimeDelta::hours(2);
const BACK: TimeDelta = TimeDelta::hours(-2);
const START: &str = "2026-11-24T08:00:00Z";
const PASSWORD: &str = "le héron traverse";

fn email() -> EmailAddress {
    "camille@tour.example".parse().unwrap()
}

async fn with_account(kind: Kind) -> (TestBackend, TestPractice) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let new = NewAccount {
        practice: practice.practice.slug.clone(),
        email: email(),
        name: "Camille Lefèvre".parse().unwrap(),
        role: Role::Owner,
        practitioner: None,
        keeps: vec![],
        password: Password::parse(PASSWORD, &[]).unwrap(),
        lang: Lang::Fr,
    };
    test.create_account(new).await.unwrap();
    (test, practice)
}

/// How many of the mails that went were of which job: never two of one.
async fn mails(test: &TestBackend) -> usize {
    let mut times = BTreeMap::new();
    for mail in test.sent_mails().await {
        *times.entry(mail.id).or_insert(0) += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    times.len()
}

#[rstest]
#[tokio::test]
async fn a_hold_that_a_jump_ended_is_either_its_owners_again_or_somebody_elses(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, START).await.unwrap();
    let code = test.code_of(&held).await;

    test.clock.advance(JUMP);
    let late = test.confirm(&held.token, &code).await;
    assert!(matches!(late, Err(Failure::Refused(CodeRefusal::Gone))));
    test.clock.advance(BACK);
    let visit = test.confirm(&held.token, &code).await.unwrap();
    assert!(test.visit(&visit).await.is_ok());

    // While it looked over, somebody else took the slot: it stays hers.
    let start = "2026-11-24T09:00:00Z";
    let held = test.hold(&practice, start).await.unwrap();
    let code = test.code_of(&held).await;
    test.clock.advance(JUMP);
    let other = test.book(&practice, start).await;
    test.clock.advance(BACK);
    let gone = test.confirm(&held.token, &code).await;
    assert!(matches!(gone, Err(Failure::Refused(CodeRefusal::Gone))));
    assert!(test.visit(&other).await.is_ok());
    let from = "2026-11-24T00:00:00Z".parse().unwrap();
    let all = test.stored_visits(from, from + TimeDelta::days(1)).await;
    let at = all.iter().filter(|visit| visit.blocks());
    assert_eq!(at.count(), 2, "{all:?}");
}

#[rstest]
#[tokio::test]
async fn a_hold_made_in_the_future_lasts_no_longer_than_the_jump_and_its_quarter_of_an_hour(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.clock.advance(JUMP);
    let held = test.hold(&practice, START).await.unwrap();
    test.clock.advance(BACK);
    test.housekeeping().await.unwrap();
    let details = test.held_visit(&held.token).await.unwrap();
    assert!(matches!(
        details.visit.appointment.status,
        Status::Held { .. }
    ));
    test.clock.set(held.until);
    test.housekeeping().await.unwrap();
    test.book(&practice, START).await;
}

#[rstest]
#[tokio::test]
async fn a_mail_written_before_the_clock_went_back_does_not_wait_for_it(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(16, 29, 31, 120)] minutes: i64,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let held = test.hold(&practice, START).await.unwrap();
    test.clock.advance(TimeDelta::minutes(-minutes));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0, "not due");
    let report = test.housekeeping().await.unwrap();
    assert_eq!(report.jobs_brought_forward, 1);
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    let code = test.code_of(&held).await;
    test.confirm(&held.token, &code).await.unwrap();
}

/// What another node wrote, whose clock is some minutes ahead, is that node's; what was tried and waits
/// for its next try has its time.
#[rstest]
#[tokio::test]
async fn a_mail_that_waits_for_its_time_is_not_brought_forward(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.clock.advance(TimeDelta::minutes(10));
    test.hold(&practice, START).await.unwrap();
    test.clock.advance(TimeDelta::minutes(-10));
    let brought = async || test.housekeeping().await.unwrap().jobs_brought_forward;
    assert_eq!(brought().await, 0);
    test.run_sql("update jobs set attempts = 9").await.unwrap();
    test.clock.advance(TimeDelta::minutes(-15));
    assert_eq!(brought().await, 0, "the longest pause, on another clock");
    test.clock.advance(TimeDelta::minutes(-6));
    assert_eq!(brought().await, 1);
}

#[rstest]
#[tokio::test]
async fn no_mail_goes_twice_and_none_is_forgotten(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.book(&practice, START).await;
    test.run_due_jobs().await.unwrap();
    let sent = mails(&test).await;
    assert_eq!(sent, 1, "the confirmation; the code is of no use any more");
    for jump in [JUMP, BACK, BACK, JUMP] {
        test.clock.advance(jump);
        test.housekeeping().await.unwrap();
        assert_eq!(test.run_due_jobs().await.unwrap().all(), 0, "{jump}");
    }
    assert_eq!(mails(&test).await, sent);

    // Written in the future: it waits until then, and goes once.
    test.clock.advance(JUMP);
    let visit = test.book(&practice, "2026-11-25T08:00:00Z").await;
    test.clock.advance(BACK);
    test.run_due_jobs().await.unwrap();
    test.clock.advance(JUMP);
    test.run_due_jobs().await.unwrap();
    assert_eq!(mails(&test).await, sent + 1);
    // Called off in the past.
    test.clock.advance(BACK);
    test.cancel_by_link(&visit).await.unwrap();
    test.run_due_jobs().await.unwrap();
    test.clock.advance(JUMP);
    test.run_due_jobs().await.unwrap();
    assert_eq!(mails(&test).await, sent + 2);
    assert_eq!(test.jobs_waiting_now().await, 0);
}

#[rstest]
#[tokio::test]
async fn a_job_leased_before_a_jump_is_done_once_its_lease_is_over(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.hold(&practice, START).await.unwrap();
    // A worker takes it, and dies.
    let mut tx = test.store().begin().await.unwrap();
    let now = test.now();
    let leased = backend::store::jobs::lease_due(&mut tx, now, now..now + LEASE, 9).await;
    assert_eq!(leased.unwrap().len(), 1);
    tx.commit().await.unwrap();
    test.clock.advance(BACK);
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
    test.clock.advance(JUMP + LEASE);
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    test.clock.advance(JUMP);
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
    assert_eq!(mails(&test).await, 1);
}

/// A worker took it while the clock was ahead, and died, or hangs. (By a quarter of an hour the clocks of
/// two nodes may differ.)
#[rstest]
#[case::of_another_node(15, 0)]
#[case::ahead(16, 1)]
#[case::far_ahead(120, 1)]
#[tokio::test]
async fn a_lease_of_a_clock_that_was_ahead_ends_within_minutes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[case] minutes: i64,
    #[case] shortened: u64,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    test.hold(&practice, START).await.unwrap();
    let now = test.now();
    let from = now + TimeDelta::minutes(minutes);
    let mut tx = test.store().begin().await.unwrap();
    let leased = backend::store::jobs::lease_due(&mut tx, now, from..from + LEASE, 9).await;
    assert_eq!(leased.unwrap().len(), 1);
    tx.commit().await.unwrap();
    let report = test.housekeeping().await.unwrap();
    assert_eq!(report.leases_shortened, shortened);
    test.clock.advance(LEASE - TimeDelta::seconds(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0);
    test.clock.advance(TimeDelta::seconds(1));
    let done = usize::from(shortened == 1);
    assert_eq!(test.run_due_jobs().await.unwrap().done, done);
    assert_eq!(mails(&test).await, done);
}

#[rstest]
#[tokio::test]
async fn a_session_outlives_a_jump_and_no_jump_makes_it_last_longer(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    let is_open = async |what: &str| {
        let session = test.session(&token).await.unwrap();
        assert!(session.is_some(), "{what}");
    };
    for (jump, what) in [
        (JUMP, "forward"),
        (BACK, "back"),
        (BACK, "back again"),
        (JUMP, "home"),
    ] {
        test.clock.advance(jump);
        is_open(what).await;
    }
    // Used in the future: it may idle two hours longer at most, and ends when it must.
    test.clock.advance(JUMP);
    is_open("in the future").await;
    test.clock.advance(BACK);
    test.clock.advance(IDLE + JUMP);
    assert!(test.session(&token).await.unwrap().is_none(), "idle");

    // However much it is used, it ends when it must.
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    let end = test.now() + ABSOLUTE;
    test.clock.advance(BACK);
    while test.now() < end {
        assert!(test.session(&token).await.unwrap().is_some());
        // That it is used is written down behind the request's back.
        while test.own_sessions(&token).await.unwrap()[0].last_seen < test.now() {
            tokio::task::yield_now().await;
        }
        test.clock.advance(TimeDelta::hours(6));
    }
    assert!(test.session(&token).await.unwrap().is_none(), "at its end");
}

#[rstest]
#[tokio::test]
async fn a_code_of_a_telephone_works_once_whatever_the_clock_does(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, _) = with_account(kind).await;
    let token = test.sign_in(&email(), PASSWORD).await.unwrap().token;
    test.start_second_step(&token, PASSWORD, "").await.unwrap();
    let telephone = test.telephone(&token).await;
    let code = telephone.code(test.now());
    test.confirm_second_step(&token, &code).await.unwrap();
    let try_code = async |code: &str| {
        let from = SignInFrom::default;
        let signed_in = test.backend().sign_in(&email(), PASSWORD, from()).await;
        let Ok(SignIn::SecondStep { pending }) = signed_in else {
            panic!("no code was asked");
        };
        match test.second_step(&pending, code, from()).await {
            Ok(_) => true,
            Err(Failure::Refused(
                SecondStepRefusal::WrongCode
                | SecondStepRefusal::WrongPasskey
                | SecondStepRefusal::Gone,
            )) => false,
            Err(Failure::Broken(error)) => panic!("{error}"),
        }
    };
    test.clock.advance(JUMP);
    let used = telephone.code(test.now());
    assert!(try_code(&used).await, "the code of the future");
    test.clock.advance(BACK);
    test.clock.advance(JUMP);
    assert!(!try_code(&used).await, "a second time");
    test.clock.advance(TimeDelta::seconds(60));
    assert!(try_code(&telephone.code(test.now())).await, "the next one");
}
