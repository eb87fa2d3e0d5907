//! Workers and bookers beside a real server.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use backend::{
    Backend,
    jobs::queue::LEASE,
    testing::{Kind, SeededRandom, TestBackend},
};
use rstest::rstest;

use crate::server::Server;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_send_each_mail_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut server = Server::start(&[]);
    let test = TestBackend::with_mailer(kind, server.mailer()).await;
    let practice = test.practice().await;
    for day in 23..27 {
        for hour in [8, 9, 10, 13, 14] {
            let start = format!("2026-11-{day}T{hour:02}:20:00Z");
            test.hold(&practice, &start).await.unwrap();
        }
    }
    let other = Backend::open_with(
        test.settings().clone(),
        Arc::clone(&test.clock) as _,
        Arc::new(SeededRandom::new(99)),
        server.mailer().unwrap(),
    )
    .await
    .unwrap();
    let one = test.backend();
    let workers = [
        tokio::spawn(async move { one.run_due_jobs().await.unwrap() }),
        tokio::spawn(async move { other.run_due_jobs().await.unwrap() }),
    ];
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap().done;
    }
    let mails = server.mails();
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail.message_id.clone()).collect();
    assert_eq!((done, mails.len(), ids.len()), (20, 20, 20));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_booking_succeeds_at_once_while_the_server_hangs(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let mut server = Server::start(&[]);
    server.does("connect hang");
    let test = TestBackend::with_mailer(kind, server.mailer()).await;
    let practice = test.practice().await;
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.work_until(std::future::pending()).await });
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    server.wait_for("misbehaved", |_| true);
    let mut slowest = Duration::ZERO;
    for hour in [9, 10, 13, 14] {
        let start = Instant::now();
        let slot = format!("2026-11-24T{hour:02}:00:00Z");
        test.book(&practice, &slot).await;
        slowest = slowest.max(start.elapsed());
    }
    // One wait for the server takes a second.
    assert!(slowest < Duration::from_millis(900), "{slowest:?}");
    worker.abort();
}

#[rstest]
#[tokio::test]
async fn a_worker_killed_before_the_answer_sends_again_with_the_same_message_id(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let mut server = Server::start(&[]);
    server.does("after hang");
    let test = TestBackend::with_mailer(kind, server.mailer()).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:00:00Z").await.unwrap();
    let backend = test.backend();
    let worker = tokio::spawn(async move { backend.run_due_jobs().await });
    let seen = Arc::new(server);
    let waits = Arc::clone(&seen);
    tokio::task::spawn_blocking(move || waits.wait_for("mail", |_| true))
        .await
        .unwrap();
    worker.abort();
    assert!(worker.await.is_err());

    let mut server = Arc::into_inner(seen).unwrap();
    server.does("accept");
    assert_eq!(test.run_due_jobs().await.unwrap().all(), 0, "it is leased");
    test.clock.advance(LEASE);
    assert_eq!(test.run_due_jobs().await.unwrap().done, 1);
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].message_id, mails[1].message_id);
}
