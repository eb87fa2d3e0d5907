//! `store::jobs`: written once, leased by one worker at a time, finished or given back.

use std::collections::BTreeSet;

use backend::{
    clock::{Clock, SystemClock},
    store::{
        Access, Conn,
        jobs::{self, NewJob, Outcome, Undelivered},
    },
    testing::{Kind, TestBackend, instant, run_in},
};
use chrono::TimeDelta;
use domain::ids::{JobId, PracticeId, PractitionerId};
use rstest::rstest;
use sqlx::AssertSqlSafe;

async fn enqueue(test: &TestBackend, practice: PracticeId, key: &str) -> Option<JobId> {
    let id: JobId = test.new_id();
    let now = test.now();
    let job = NewJob {
        id,
        practice,
        kind: "confirm",
        payload: "{}",
        dedup_key: key,
        run_at: now,
    };
    let mut tx = test.store().begin().await.unwrap();
    let written = jobs::enqueue(&mut tx, &job, now).await.unwrap();
    tx.commit().await.unwrap();
    written.then_some(id)
}

#[rstest]
#[tokio::test]
async fn nodes_on_postgresql_share_its_clock_and_sqlite_has_none(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let ours = test.now();
    let mut tx = test.store().begin().await.unwrap();
    let shared = jobs::shared_now(&mut tx, ours).await.unwrap();
    match kind {
        Kind::Sqlite => assert_eq!(shared, ours),
        Kind::Postgres => {
            let apart = SystemClock.now() - shared;
            assert!(apart.abs() < TimeDelta::minutes(1), "{apart}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_job_is_written_once_leased_given_back_and_finished(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let id = enqueue(&test, practice, "confirm:1").await.unwrap();
    assert_eq!(
        enqueue(&test, practice, "confirm:1").await,
        None,
        "the same key again"
    );

    let now = test.now();
    let lease = TimeDelta::minutes(2);
    let mut tx = test.store().begin().await.unwrap();
    assert_eq!(jobs::next_due(&mut tx).await.unwrap(), Some(now));
    let leased = jobs::lease_due(&mut tx, now, now..now + lease, 10)
        .await
        .unwrap();
    assert_eq!(
        (leased.len(), leased[0].id, leased[0].attempts),
        (1, id.uuid(), 1)
    );
    assert!(
        jobs::lease_due(&mut tx, now, now..now + lease, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let found = jobs::by_id(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((found.id, found.attempts), (id.uuid(), 1));
    let nobody = jobs::by_id(&mut tx, test.new_id()).await.unwrap();
    assert!(nobody.is_none());

    let expired = now + lease;
    let again = jobs::lease_due(&mut tx, expired, expired..expired + lease, 10)
        .await
        .unwrap();
    assert_eq!(again[0].attempts, 2, "the lease of a worker that died");
    assert_eq!(
        jobs::next_due(&mut tx).await.unwrap(),
        Some(expired + lease),
        "a leased job is due when its lease runs out"
    );
    let later = expired + TimeDelta::minutes(5);
    assert!(
        !jobs::retry(&mut tx, id, 1, "not_now 451", later)
            .await
            .unwrap(),
        "the worker that was too slow has no say any more"
    );
    assert!(
        jobs::retry(&mut tx, id, 2, "not_now 451", later)
            .await
            .unwrap()
    );
    assert!(
        jobs::lease_due(&mut tx, expired, expired..expired + lease, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        jobs::lease_due(&mut tx, later, later..later + lease, 10)
            .await
            .unwrap()
            .len(),
        1
    );

    let late = jobs::finish(&mut tx, id, 1, Outcome::Failed, Some("slow"), later).await;
    assert!(!late.unwrap(), "that try lost its lease to the next");
    // A mail that was accepted is not to be sent again, whoever's lease it was.
    let done = jobs::finish(&mut tx, id, 1, Outcome::Done, None, later).await;
    assert!(done.unwrap());
    assert_eq!(jobs::next_due(&mut tx).await.unwrap(), None);
    let forever = later + TimeDelta::days(365);
    assert!(
        jobs::lease_due(&mut tx, forever, forever..forever + lease, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[tokio::test]
async fn only_what_waits_too_long_is_brought_forward(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let tried = enqueue(&test, practice, "confirm:1").await.unwrap();
    let mut tx = test.store().begin().await.unwrap();
    let (written, hour) = (test.now(), TimeDelta::hours(1));
    let leased = jobs::lease_due(&mut tx, written, written..written + hour, 1).await;
    assert_eq!(leased.unwrap().len(), 1);
    let again = jobs::retry(&mut tx, tried, 1, "slow", written + hour).await;
    assert!(again.unwrap());
    tx.commit().await.unwrap();
    enqueue(&test, practice, "confirm:2").await.unwrap();
    enqueue(&test, practice, "confirm:3").await.unwrap();

    let mut tx = test.store().begin().await.unwrap();
    let why = "no longer";
    let over = jobs::call_off(&mut tx, practice, "confirm:3", why, written).await;
    assert!(over.unwrap());
    // The clock went back by two hours.
    let now = written - hour * 2;
    for (newest, longest, brought) in [
        (written, written + hour, 0),
        (written - TimeDelta::seconds(1), written + hour, 1),
        (written, written + hour - TimeDelta::seconds(1), 1),
        (now, now, 0),
    ] {
        let moved = jobs::bring_forward(&mut tx, now, newest, longest).await;
        assert_eq!(moved.unwrap(), brought, "{newest}, {longest}");
    }
    assert_eq!(jobs::next_due(&mut tx).await.unwrap(), Some(now));
}

#[rstest]
#[tokio::test]
async fn only_a_lease_that_lasts_too_long_is_shortened(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    enqueue(&test, practice, "confirm:1").await.unwrap();
    let mut tx = test.store().begin().await.unwrap();
    let (now, minute) = (test.now(), TimeDelta::minutes(1));
    let leased = jobs::lease_due(&mut tx, now, now..now + minute * 9, 1).await;
    assert_eq!(leased.unwrap().len(), 1);
    tx.commit().await.unwrap();
    enqueue(&test, practice, "confirm:2").await.unwrap();
    let mut tx = test.store().begin().await.unwrap();
    for (longest, shortened) in [(9, 0), (8, 1), (8, 0)] {
        let (latest, longest) = (now + minute * 5, now + minute * longest);
        let done = jobs::shorten_leases(&mut tx, latest, longest).await;
        assert_eq!(done.unwrap(), shortened);
    }
    let waits = jobs::lease_due(&mut tx, now, now..now + minute, 9).await;
    assert_eq!(waits.unwrap().len(), 1, "the one that was not leased");
    let over = now + minute * 5;
    let again = jobs::lease_due(&mut tx, over, over..over + minute, 9).await;
    assert_eq!(again.unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_job_is_put_off_called_off_and_looked_at_by_its_key(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let other = test.practice_named("lac").await.practice.id;
    let id = enqueue(&test, practice, "confirm:1").await.unwrap();
    enqueue(&test, practice, "confirm:2").await.unwrap();
    let now = test.now();
    let lease = TimeDelta::minutes(2);
    let mut tx = test.store().begin().await.unwrap();
    let why = "no longer";
    for (whose, key, expected) in [
        (other, "confirm:2", false),
        (practice, "confirm:3", false),
        (practice, "confirm:2", true),
        (practice, "confirm:2", false),
    ] {
        let called_off = jobs::call_off(&mut tx, whose, key, why, now).await.unwrap();
        assert_eq!(called_off, expected, "{key}");
    }
    let two = jobs::standing(&mut tx, practice, "confirm:2")
        .await
        .unwrap();
    let two = two.unwrap();
    assert_eq!((two.finished_at, two.is_done()), (Some(now), false));
    assert_eq!(two.last_error.as_deref(), Some(why));

    let leased = jobs::lease_due(&mut tx, now, now..now + lease, 10)
        .await
        .unwrap();
    assert_eq!((leased.len(), leased[0].last_error.as_deref()), (1, None));
    let called_off = jobs::call_off(&mut tx, practice, "confirm:1", why, now);
    assert!(!called_off.await.unwrap(), "somebody runs it");
    let one = jobs::standing(&mut tx, practice, "confirm:1")
        .await
        .unwrap();
    assert_eq!(one.unwrap().leased_until, Some(now + lease));
    let later = now + lease;
    let until = leased[0].leased_until;
    assert!(!jobs::put_off(&mut tx, id, 2, until, later).await.unwrap());
    assert!(jobs::put_off(&mut tx, id, 1, until, later).await.unwrap());
    assert_eq!(jobs::next_due(&mut tx).await.unwrap(), Some(later));
    let leased = jobs::lease_due(&mut tx, later, later..later + lease, 10).await;
    let leased = leased.unwrap();
    assert_eq!(leased[0].last_error, None, "that was no failure");
    assert_eq!(leased[0].attempts, 1, "nor a try");
    let again = jobs::put_off(&mut tx, id, 1, until, later).await;
    assert!(
        !again.unwrap(),
        "who was not told that it was written takes no other's lease"
    );
    let died = later + lease;
    let leased = jobs::lease_due(&mut tx, died, died..died + lease, 10).await;
    let error = leased.unwrap()[0].last_error.clone();
    assert_eq!(error.as_deref(), Some("unanswered"), "a worker died");

    let done = jobs::finish(&mut tx, id, 2, Outcome::Done, None, died).await;
    assert!(done.unwrap());
    let one = jobs::standing(&mut tx, practice, "confirm:1")
        .await
        .unwrap();
    assert!(one.unwrap().is_done());
    let foreign = jobs::standing(&mut tx, other, "confirm:1").await.unwrap();
    assert_eq!(foreign, None);
}

#[rstest]
#[tokio::test]
async fn a_practice_sees_its_jobs_that_failed_or_are_long_tried(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let other = test.practice_named("lac").await.practice.id;
    let failed = enqueue(&test, practice, "confirm:1").await.unwrap();
    let tried = enqueue(&test, practice, "confirm:2").await.unwrap();
    let done = enqueue(&test, practice, "confirm:3").await.unwrap();
    let waiting = enqueue(&test, practice, "confirm:4").await.unwrap();
    let foreign = enqueue(&test, other, "confirm:5").await.unwrap();

    let now = test.now();
    let codes = Undelivered {
        last: "send_code",
        last_since: now - TimeDelta::days(2),
        ..test.undelivered()
    };
    let mut tx = test.store().begin().await.unwrap();
    for (id, outcome) in [
        (failed, Outcome::Failed),
        (done, Outcome::Done),
        (foreign, Outcome::Failed),
    ] {
        let error = Some("recipient_refused 550");
        let ended = jobs::finish(&mut tx, id, 0, outcome, error, now).await;
        assert!(ended.unwrap());
    }
    assert!(
        jobs::retry(&mut tx, tried, 0, "unreachable", now)
            .await
            .unwrap()
    );
    let mut shown = Vec::new();
    for row in jobs::not_sent(&mut tx, practice, codes).await.unwrap() {
        shown.push((JobId::from(row.job.id), row.last_error, row.finished_at));
    }
    shown.sort();
    let mut expected = vec![
        (failed, Some("recipient_refused 550".to_owned()), Some(now)),
        (tried, Some("unreachable".to_owned()), None),
        (waiting, None, None),
    ];
    expected.sort();
    assert_eq!(shown, expected, "and {waiting}, which nobody began");
    let before = Undelivered {
        waiting_since: now - TimeDelta::seconds(1),
        ..codes
    };
    let long_tried = jobs::not_sent(&mut tx, practice, before).await.unwrap();
    assert_eq!(
        long_tried.len(),
        1,
        "what waits since a second only is left out"
    );

    assert!(!jobs::set_aside(&mut tx, other, failed).await.unwrap());
    assert!(!jobs::set_aside(&mut tx, practice, tried).await.unwrap());
    assert!(jobs::set_aside(&mut tx, practice, failed).await.unwrap());
    assert!(!jobs::set_aside(&mut tx, practice, failed).await.unwrap());
    assert_eq!(
        jobs::not_sent(&mut tx, practice, codes)
            .await
            .unwrap()
            .len(),
        2
    );
}

#[rstest]
#[tokio::test]
async fn mails_of_visits_that_have_begun_or_of_colleagues_push_nothing_off_the_list(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let (id, _, practitioner) = practice.ids();
    let mut tokens = Vec::new();
    for hour in [8, 9, 10] {
        let start = format!("2026-11-24T{hour:02}:00:00Z");
        tokens.push(test.book(&practice, &start).await);
    }
    let mut tx = test.store().begin().await.unwrap();
    run_in(
        &mut tx,
        "update jobs set outcome = 'failed', finished_at = run_at where kind = 'confirm'",
    )
    .await;
    let listed = async |tx: &mut _, now: &str, whose: Option<&[PractitionerId]>| {
        let wanted = Undelivered {
            now: instant(now),
            whose,
            last: "send_code",
            ..test.undelivered()
        };
        let rows = jobs::not_sent(tx, id, wanted).await.unwrap();
        rows.into_iter()
            .map(|row| row.job.payload)
            .collect::<Vec<_>>()
    };
    let early = "2026-11-24T07:00:00Z";
    let all = listed(&mut tx, early, None).await;
    assert_eq!(all.len(), 3);
    let hers = listed(&mut tx, early, Some(&[test.new_id(), practitioner])).await;
    assert_eq!(hers, all);
    let later = listed(&mut tx, "2026-11-24T09:00:00Z", None).await;
    assert_eq!(later, all[2..], "by start of the visit");
    let colleague = [test.new_id()];
    assert!(listed(&mut tx, early, Some(&colleague)).await.is_empty());
    assert!(listed(&mut tx, early, Some(&[])).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn what_strangers_ask_for_pushes_nothing_off_the_list(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let confirmation = enqueue(&test, practice, "confirm:1").await.unwrap();
    test.clock.advance(TimeDelta::seconds(1));
    let now = test.now();
    let mut tx = test.store().begin().await.unwrap();
    for number in 0..501 {
        let job = NewJob {
            id: test.new_id(),
            practice,
            kind: "send_code",
            payload: "{}",
            dedup_key: &format!("send_code:{number}"),
            run_at: now,
        };
        jobs::enqueue(&mut tx, &job, now).await.unwrap();
    }
    run_in(
        &mut tx,
        "update jobs set outcome = 'failed', finished_at = run_at",
    )
    .await;
    let listed = async |tx: &mut _, since| {
        let wanted = Undelivered {
            last: "send_code",
            last_since: since,
            ..test.undelivered()
        };
        let rows = jobs::not_sent(tx, practice, wanted).await;
        let rows = rows.unwrap();
        (rows.len(), JobId::from(rows[0].job.id))
    };
    let yesterday = now - TimeDelta::days(1);
    assert_eq!(listed(&mut tx, yesterday).await, (500, confirmation));
    assert_eq!(
        listed(&mut tx, now).await,
        (1, confirmation),
        "codes are over"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_workers_never_lease_the_same_job(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    for n in 0..40 {
        enqueue(&test, practice, &format!("confirm:{n}"))
            .await
            .unwrap();
    }
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let (backend, now) = (test.backend(), test.now());
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut tx = backend.store().begin().await.unwrap();
                    let leased = jobs::lease_due(&mut tx, now, now..now + TimeDelta::minutes(2), 3)
                        .await
                        .unwrap();
                    tx.commit().await.unwrap();
                    if leased.is_empty() {
                        return mine;
                    }
                    mine.extend(leased.into_iter().map(|job| job.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (40, 40));
}

#[rstest]
#[tokio::test]
async fn the_oldest_job_that_is_due_is_found_by_its_index_however_many_wait(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await.practice.id;
    let first = test.now();
    let oldest = async |at| {
        let mut db = test.store().read().await.unwrap();
        jobs::oldest_due(&mut db, at).await.unwrap()
    };
    assert_eq!(oldest(first).await, None);
    enqueue(&test, practice, "confirm:first").await.unwrap();
    test.clock.advance(TimeDelta::minutes(1));
    let second = test.now();
    enqueue(&test, practice, "confirm:second").await.unwrap();
    assert_eq!(oldest(first - TimeDelta::seconds(1)).await, None, "not yet");
    assert_eq!(oldest(second).await, Some(first));
    // What somebody has leased is not waited for, until the lease is over.
    let mut tx = test.store().begin().await.unwrap();
    let until = second + TimeDelta::minutes(5);
    jobs::lease_due(&mut tx, second, second..until, 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(oldest(second).await, Some(second));
    assert_eq!(oldest(until).await, Some(first));

    let mut db = test.store().read().await.unwrap();
    let plan: Vec<String> = match db.conn() {
        Conn::Sqlite(conn) => {
            let text = format!("explain query plan {}", jobs::OLDEST_DUE);
            let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(text))
                .bind(second)
                .fetch_all(conn)
                .await
                .unwrap();
            rows.into_iter().map(|row| row.3).collect()
        }
        Conn::Postgres(conn) => {
            // A table of three rows is read whole, unless it is told not to.
            sqlx::raw_sql("set enable_seqscan = off; set enable_bitmapscan = off")
                .execute(&mut *conn)
                .await
                .unwrap();
            let text = jobs::OLDEST_DUE.replace("$1", "now()");
            let text = format!("explain {text}");
            let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(text))
                .fetch_all(conn)
                .await
                .unwrap();
            rows.into_iter().map(|row| row.0).collect()
        }
    };
    let plan = plan.join("\n");
    assert!(plan.contains("jobs_due"), "{plan}");
    assert!(
        !plan.to_lowercase().contains("sort") && !plan.contains("B-TREE"),
        "{plan}"
    );
}
