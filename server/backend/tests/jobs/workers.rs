//! Several workers, workers that die, mails that hang: nothing is lost, nothing is sent twice
//! that need not be, and nobody waits.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use backend::{
    Backend,
    clock::Clock,
    jobs::queue::{AT_ONCE, LEASE},
    store::{BrokenCommit, jobs},
    testing::{FixedClock, Kind, SeededRandom, TestBackend, run_in},
};
use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use tokio::{sync::oneshot, time::sleep};

use crate::postman::{Does, Postman};

/// Another node on the same database.
async fn second_node(test: &TestBackend, postman: &Postman) -> Backend {
    node_with_clock(test, postman, Arc::clone(&test.clock) as _).await
}

async fn node_with_clock(test: &TestBackend, postman: &Postman, clock: Arc<dyn Clock>) -> Backend {
    Backend::open_with(
        test.settings().clone(),
        clock,
        Arc::new(SeededRandom::new(99)),
        postman.mailer().unwrap(),
    )
    .await
    .unwrap()
}

async fn unfinished(test: &TestBackend) -> i64 {
    let mut db = test.store().read().await.unwrap();
    let waiting = jobs::waiting(&mut db, test.backend().now()).await;
    waiting.unwrap().unfinished
}

/// Waits for what must become true soon.
async fn soon(what: &str, is_true: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "not soon: {what}"
        );
        sleep(Duration::from_millis(10)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_at_once_send_each_mail_once(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    let mut held = 0;
    for day in 23..28 {
        for hour in [8, 9, 10, 13, 14, 15, 16] {
            let start = format!("2026-11-{day}T{hour:02}:00:00Z");
            test.hold(&practice, &start).await.unwrap();
            held += 1;
        }
    }
    let other = second_node(&test, &postman).await;
    let (one, two) = (test.backend(), test.backend());
    let workers = [
        tokio::spawn(async move { one.run_due_jobs().await.unwrap() }),
        tokio::spawn(async move { two.run_due_jobs().await.unwrap() }),
        tokio::spawn(async move { other.run_due_jobs().await.unwrap() }),
    ];
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap().done;
    }
    let mut times = BTreeMap::new();
    for mail in postman.accepted() {
        *times.entry(mail.job).or_insert(0) += 1;
    }
    assert_eq!((done, times.len()), (held, held));
    assert!(times.values().all(|times| *times == 1), "{times:?}");
}

/// The clock of a machine that is ahead of the test's by so much.
#[derive(Debug)]
struct Ahead(Arc<FixedClock>, TimeDelta);

impl Clock for Ahead {
    fn now(&self) -> DateTime<Utc> {
        self.0.now() + self.1
    }

    fn is_a_machines(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_node_whose_clock_is_ahead_takes_no_mail_from_the_one_that_sends_it() {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(Kind::Postgres, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    let with_clock = |ahead| {
        let clock = Ahead(Arc::clone(&test.clock), ahead);
        node_with_clock(&test, &postman, Arc::new(clock))
    };
    let (sends, is_ahead) = (
        with_clock(TimeDelta::zero()).await,
        with_clock(LEASE * 2).await,
    );
    postman.does(Does::Hang);
    let worker = tokio::spawn(async move { sends.run_due_jobs().await });
    soon("it was tried", || postman.tried() == 1).await;
    postman.does(Does::Accept);
    assert_eq!(is_ahead.run_due_jobs().await.unwrap().all(), 0);
    assert_eq!((postman.tried(), postman.accepted().len()), (1, 0));
    worker.abort();
}

#[rstest]
#[tokio::test]
async fn a_worker_that_dies_after_sending_leaves_a_mail_that_can_be_recognised(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    let token = test.book(&practice, "2026-11-24T08:00:00Z").await;
    postman.does(Does::AcceptAndHang);
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.run_due_jobs().await });
    soon("it was sent", || postman.accepted().len() == 1).await;
    worker.abort();
    assert!(worker.await.is_err());

    postman.does(Does::Accept);
    test.clock.advance(LEASE - TimeDelta::seconds(1));
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0, "it is leased");
    test.clock.advance(TimeDelta::seconds(1));
    let ran = test.run_due_jobs().await.unwrap();
    assert_eq!(ran.done, 1);
    let accepted = postman.accepted();
    let message_id = |message: &str| {
        let line = message.lines().find(|line| line.starts_with("Message-ID:"));
        line.unwrap().to_owned()
    };
    assert_eq!(accepted.len(), 2);
    assert_eq!(accepted[0].job, accepted[1].job);
    assert_eq!(
        message_id(&accepted[0].message),
        message_id(&accepted[1].message)
    );
    assert!(test.visit(&token).await.is_ok());
}

#[rstest]
#[tokio::test]
async fn a_worker_that_dies_before_sending_loses_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    postman.does(Does::Hang);
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.run_due_jobs().await });
    soon("it was tried", || postman.tried() == 1).await;
    worker.abort();
    assert!(worker.await.is_err());
    postman.does(Does::Accept);
    test.clock.advance(LEASE);
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    assert_eq!(postman.accepted().len(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_booking_does_not_wait_for_a_mail_server_that_hangs(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.does(Does::Hang);
    let backend = test.backend();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(async move {
        backend
            .work_until(async {
                stopped.await.ok();
            })
            .await;
    });
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    soon("the worker hangs", || postman.tried() > 0).await;

    let start = Instant::now();
    for hour in [9, 10, 13, 14] {
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        test.book(&practice, &start).await;
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{start:?}");

    let start = Instant::now();
    stop.send(()).unwrap();
    worker.await.unwrap();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(10), "stopping took {took:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_that_hangs_holds_up_no_other(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.does_for("slow@example.org", Does::Hang);
    let mut request = test.hold_request(&practice, "2026-11-24T08:00:00Z");
    request.patient.email = Some("slow@example.org".parse().unwrap());
    test.backend().hold(request).await.unwrap();

    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    soon("the slow one is tried", || postman.tried() == 1).await;
    // Written while the worker waits for the slow one.
    test.hold(&practice, "2026-11-24T09:00:00Z").await.unwrap();
    soon("the other one is sent", || postman.accepted().len() == 1).await;
    assert_eq!(postman.accepted()[0].to, "zoe@example.org");
    worker.abort();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mails_that_end_shortly_after_each_other_are_written_down_together(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    for number in 0..AT_ONCE {
        let email = format!("zoe-{number}@example.org");
        let late = Duration::from_millis(2 * number as u64);
        postman.does_for(&email, Does::AcceptAfter(late));
        let (day, hour) = (24 + number / 4, 13 + number % 4);
        let start = format!("2026-11-{day}T{hour}:00:00Z");
        let mut request = test.hold_request(&practice, &start);
        request.patient.email = Some(email.parse().unwrap());
        test.backend().hold(request).await.unwrap();
    }
    let before = test.store().commits();
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    soon("all are sent", || postman.accepted().len() == AT_ONCE).await;
    let start = Instant::now();
    while unfinished(&test).await > 0 {
        assert!(start.elapsed() < Duration::from_secs(20));
        sleep(Duration::from_millis(5)).await;
    }
    // One to lease them, and two or three more on a quiet machine; never one for each.
    let commits = test.store().commits() - before;
    assert!(
        commits < AT_ONCE as u64,
        "{commits} commits for {AT_ONCE} mails"
    );
    worker.abort();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_clock_that_jumps_starts_no_mail_twice(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.book(&practice, "2026-11-24T08:00:00Z").await;
    postman.does(Does::Hang);
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    soon("it is tried", || postman.tried() == 1).await;
    for jump in [
        TimeDelta::hours(2),
        TimeDelta::hours(-4),
        TimeDelta::hours(9),
    ] {
        test.clock.advance(jump);
        test.jobs_waiting().notify_one();
        sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(
        postman.tried(),
        1,
        "the lease looks over, the mail is under way"
    );
    worker.abort();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_worker_sends_what_becomes_due_and_stops_when_told(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    let backend = test.backend();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(async move {
        backend
            .work_until(async {
                stopped.await.ok();
            })
            .await;
    });
    for hour in [8, 9, 10] {
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        test.hold(&practice, &start).await.unwrap();
    }
    soon("three codes", || postman.accepted().len() == 3).await;
    stop.send(()).unwrap();
    worker.await.unwrap();
    test.hold(&practice, "2026-11-24T13:00:00Z").await.unwrap();
    sleep(Duration::from_millis(200)).await;
    assert_eq!(postman.accepted().len(), 3, "it has stopped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_worker_stops_while_the_database_does_not_answer() {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(Kind::Sqlite, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    // SQLite has one writer, and here it is.
    let writer = test.store().begin().await.unwrap();
    let backend = test.backend();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(async move {
        backend
            .work_until(async {
                stopped.await.ok();
            })
            .await;
    });
    sleep(Duration::from_millis(300)).await;
    let start = Instant::now();
    stop.send(()).unwrap();
    worker.await.unwrap();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "stopping took {took:?}");
    assert_eq!(postman.tried(), 0);
    drop(writer);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_that_went_is_not_forgotten_and_holds_up_no_other() {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(Kind::Postgres, postman.mailer()).await;
    let practice = test.practice().await;
    postman.does(Does::AcceptAfter(Duration::from_secs(1)));
    for start in ["2026-11-24T08:00:00Z", "2026-11-24T08:20:00Z"] {
        test.hold(&practice, start).await.unwrap();
    }
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    soon("the first codes", || postman.accepted().len() == 2).await;
    // Of these two nothing can be written down: somebody keeps their rows.
    let mut keeps = test.store().begin().await.unwrap();
    run_in(
        &mut keeps,
        "update jobs set last_error = last_error where finished_at is null",
    )
    .await;
    postman.does(Does::Accept);
    test.clock.advance(TimeDelta::seconds(1));
    for hour in [9, 10] {
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        test.hold(&practice, &start).await.unwrap();
    }
    soon("the others", || postman.accepted().len() == 4).await;
    left(&test, 2).await;

    // Its lease is over, and it still is not sent again: this worker knows that it went.
    test.clock.advance(LEASE + TimeDelta::minutes(1));
    sleep(Duration::from_secs(3)).await;
    left(&test, 2).await;
    drop(keeps);
    left(&test, 0).await;
    assert_eq!(postman.accepted().len(), 4, "each went once");
    worker.abort();
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mails_that_went_while_the_database_was_away_are_written_down_when_it_is_there_again(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(1, 3)] mails: usize,
) {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    postman.does(Does::AcceptAfter(Duration::from_secs(1)));
    for start in &["08:00", "08:20", "08:40"][..mails] {
        let start = format!("2026-11-24T{start}:00Z");
        test.hold(&practice, &start).await.unwrap();
    }
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    soon("all are on their way", || postman.tried() == mails).await;
    test.store().break_next_commit(Some(BrokenCommit::Before));
    left(&test, 0).await;
    assert_eq!(postman.accepted().len(), mails, "each went once");
    worker.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_being_leased_at_a_stop_is_left_to_nobody() {
    let postman = Postman::default();
    let test = TestBackend::with_mailer(Kind::Postgres, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    // The worker waits in the middle of it.
    let mut keeps = test.store().begin().await.unwrap();
    run_in(&mut keeps, "lock table jobs in share mode").await;
    let backend = test.backend();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(async move {
        backend
            .work_until(async {
                stopped.await.ok();
            })
            .await;
    });
    sleep(Duration::from_millis(300)).await;
    stop.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    drop(keeps);
    worker.await.unwrap();
    assert_eq!(postman.accepted().len(), 1);
    assert_eq!(unfinished(&test).await, 0);
}

/// Waits until that many jobs are not written down as ended.
async fn left(test: &TestBackend, expected: i64) {
    let start = Instant::now();
    loop {
        let left = unfinished(test).await;
        if left == expected {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{left} are left");
        sleep(Duration::from_millis(50)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_a_stop_a_mail_that_hangs_takes_nothing_from_one_that_goes(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let postman = Postman::default();
    postman.does_for("zoe@example.org", Does::Hang);
    let test = TestBackend::with_mailer(kind, postman.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    let mut other = test.hold_request(&practice, "2026-11-24T09:00:00Z");
    other.patient.email = Some("ada@example.org".parse().unwrap());
    other.patient.phone = "0698765432".parse().unwrap();
    test.backend().hold(other).await.unwrap();
    let backend = test.backend();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(async move {
        backend
            .work_until(async {
                stopped.await.ok();
            })
            .await;
    });
    soon("both are tried", || postman.tried() == 2).await;
    stop.send(()).unwrap();
    worker.await.unwrap();
    assert_eq!(unfinished(&test).await, 1, "only the one that hangs");
    assert_eq!(postman.accepted().len(), 1);
}
