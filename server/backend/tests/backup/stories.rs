//! What comes back, and what does not.

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use backend::{
    Backend, Failure,
    calendar_feed::Answer,
    store::{
        Store,
        archive::{self, Cell},
        schema,
    },
    testing::{everything, fresh_url},
};
use rstest::rstest;

use super::*;

type Everything = BTreeMap<String, Vec<Vec<Cell>>>;

async fn feed(backend: &Backend, token: &str) -> Vec<u8> {
    match backend.calendar_feed(token, |_| false).await.unwrap() {
        Answer::Calendar { body, .. } => body.to_vec(),
        other @ (Answer::NotModified(_) | Answer::Gone | Answer::Unknown) => {
            panic!("no calendar: {other:?}")
        }
    }
}

/// Without what a restore changes on purpose, the note of the last backup, and that of a restore.
fn lasting(mut all: Everything) -> Everything {
    all.remove("jobs");
    all.remove("sessions");
    let notes = ["backup_made_at", "database_generation"].map(|it| Cell::Text(it.to_owned()));
    all.get_mut("settings")
        .unwrap()
        .retain(|row| !notes.iter().any(|note| row.contains(note)));
    all
}

#[rstest]
#[tokio::test]
async fn what_was_backed_up_comes_back_from_either_database_to_either(
    #[values(Kind::Sqlite, Kind::Postgres)] from: Kind,
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let work = AtWork::new(from).await;
    let report = work.back_up().await;
    assert!(report.noted);
    assert!(report.header.rows() > 20, "{:?}", report.header);
    let before = lasting(everything(&work.url()).await);

    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(to, folder.path()).await;
    let restored = restore(&url, &work.file, RestoreWish::default())
        .await
        .unwrap();
    assert_eq!(restored.header, report.header);
    let after = lasting(everything(&url).await);
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (table, rows) in &before {
        assert_eq!(Some(rows), after.get(table), "{table}");
    }

    let again = work.test.open_at(&url).await;
    again
        .visit(&work.visit)
        .await
        .expect("links in old mails go on working");
    let calendar = feed(&work.test, &work.feed).await;
    assert_eq!(feed(&again, &work.feed).await, calendar);
}

#[rstest]
#[tokio::test]
async fn a_restored_database_backs_up_to_the_same_rows(
    #[values(Kind::Sqlite, Kind::Postgres)] to: Kind,
) {
    let work = AtWork::new(Kind::Sqlite).await;
    work.test.run_due_jobs().await.unwrap();
    work.back_up().await;
    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(to, folder.path()).await;
    restore(&url, &work.file, RestoreWish::default())
        .await
        .unwrap();
    let second = folder.path().join("second.rdv");
    back_up(&url, &second, work.test.now()).await.unwrap();
    let rows = |file: &Path| -> Vec<String> {
        let text = lines_of(file);
        let lines = text.lines().skip(1);
        lines
            .filter(|line| !line.contains("sha256") && !line.contains("database_generation"))
            .map(ToOwned::to_owned)
            .collect()
    };
    assert_eq!(rows(&work.file), rows(&second));
}

#[rstest]
#[tokio::test]
async fn no_mail_is_sent_again_after_a_restore(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(false, true)] is_tried_again_later: bool,
) {
    const LATER: &str = "update jobs set attempts = 1, last_error = 'not_now',
            run_at = '2099-01-01 00:00:00+00:00' where finished_at is null";
    const NOW: &str =
        "update jobs set run_at = '2026-11-22 08:00:00+00:00' where finished_at is null";
    let work = AtWork::new(kind).await;
    if is_tried_again_later {
        work.test.run_sql(LATER).await.unwrap();
    }
    work.back_up().await;
    work.test.run_sql(NOW).await.unwrap();
    // What waited in the backup goes after it.
    assert_eq!(work.test.run_due_jobs().await.unwrap().done, 1);
    let sent = work.test.sent_mails().await.len();

    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(kind, folder.path()).await;
    let report = restore(&url, &work.file, RestoreWish::default())
        .await
        .unwrap();
    work.test.clock.set(instant("2026-11-22T12:00:00Z"));
    let again = work.test.open_at(&url).await;
    assert_eq!(again.run_due_jobs().await.unwrap().all(), 0);
    assert_eq!(work.test.sent_mails().await.len(), sent);

    // Nobody knows whether it went: the practice is shown it.
    assert_eq!(report.given_up, 1);
    let shown = again
        .failed_mails(&work.test.owner_without_account(&work.practice))
        .await
        .unwrap();
    let why: Vec<_> = shown.iter().map(|mail| mail.why.unwrap().trouble).collect();
    assert_eq!(why, [backend::mail::Trouble::Restored]);
    assert!(!shown[0].still_tried);
}

#[rstest]
#[tokio::test]
async fn a_mail_to_staff_that_waited_is_on_nobodys_list_after_a_restore(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    let to_staff = "update jobs set kind = 'notify_account' where finished_at is null";
    assert!(work.test.run_sql(to_staff).await.unwrap() > 0);
    work.back_up().await;
    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(kind, folder.path()).await;
    let report = restore(&url, &work.file, RestoreWish::default()).await;
    assert_eq!(report.unwrap().given_up, 0);
    let again = work.test.open_at(&url).await;
    let mut db = again.store().read().await.unwrap();
    let waiting = backend::store::jobs::waiting(&mut db, work.test.now()).await;
    assert_eq!(waiting.unwrap().unfinished, 0);
}

#[rstest]
#[tokio::test]
async fn a_host_who_moves_the_database_has_the_waiting_mails_sent(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    work.back_up().await;
    let sent: BTreeSet<_> = ids(&work.test).await;
    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(kind, folder.path()).await;
    let wish = RestoreWish {
        send_waiting: true,
        ..RestoreWish::default()
    };
    assert_eq!(restore(&url, &work.file, wish).await.unwrap().given_up, 0);
    let again = work.test.open_at(&url).await;
    assert_eq!(again.run_due_jobs().await.unwrap().done, 1);
    let now: BTreeSet<_> = ids(&work.test).await;
    // Had it gone already, it would be the same file: the name is that of the Message-ID.
    work.test.run_due_jobs().await.unwrap();
    assert_eq!(ids(&work.test).await, now);
    assert_eq!(now.difference(&sent).count(), 1);
}

async fn ids(test: &TestBackend) -> BTreeSet<String> {
    test.sent_mails()
        .await
        .into_iter()
        .map(|mail| mail.id)
        .collect()
}

#[rstest]
#[tokio::test]
async fn nobody_is_signed_in_after_a_restore(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let work = AtWork::new(kind).await;
    work.test
        .run_sql(
            "insert into accounts (id, email, name, password_hash, lang, created_at)
             select id, 'a@b.example', 'A', 'x', 'fr', created_at from practices",
        )
        .await
        .unwrap();
    let account = if kind == Kind::Sqlite {
        "insert into sessions (token_hash, account_id, practice_id, created_at, last_seen_at, expires_at)
         select x'00', id, id, created_at, created_at, created_at from practices"
    } else {
        "insert into sessions (token_hash, account_id, practice_id, created_at, last_seen_at, expires_at)
         select '\\x00', id, id, created_at, created_at, created_at from practices"
    };
    assert_eq!(work.test.run_sql(account).await.unwrap(), 1);
    work.back_up().await;
    let folder = tempfile::tempdir().unwrap();
    let url = fresh_url(kind, folder.path()).await;
    restore(&url, &work.file, RestoreWish::default())
        .await
        .unwrap();
    let all = everything(&url).await;
    assert_eq!(all["accounts"].len(), 1);
    assert_eq!(all["sessions"].len(), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_taken_while_people_book_has_no_visit_without_its_mail(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let stop = Arc::new(AtomicBool::new(false));
    let days: Vec<String> = (24..=28)
        .chain(30..=30)
        .map(|day| format!("2026-11-{day}"))
        .chain((1..=18).map(|day| format!("2026-12-{day:02}")))
        .collect();
    let bookers: Vec<_> = (0..8_usize)
        .map(|number| {
            let requests: Vec<_> = days
                .iter()
                .flat_map(|day| {
                    [8, 9, 10, 13, 14, 15, 16].map(|hour| {
                        test.hold_request(&practice, &format!("{day}T{hour:02}:20:00Z"))
                    })
                })
                .skip(number)
                .step_by(8)
                .collect();
            let (backend, stop) = (test.backend(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut booked = 0;
                for request in requests {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    match backend.hold(request).await {
                        Ok(held) => {
                            let found = backend.held_visit(&held.token).await.unwrap();
                            let code = backend.keys().email_code(found.visit.appointment.id);
                            backend.confirm(&held.token, &code).await.unwrap();
                            booked += 1;
                        }
                        Err(Failure::Refused(_)) => {}
                        Err(Failure::Broken(error)) => panic!("{error}"),
                    }
                }
                booked
            })
        })
        .collect();

    let mut sizes = Vec::new();
    for n in 0..5 {
        let file = test.folder.path().join(format!("{n}.rdv"));
        back_up(&test.settings().database_url, &file, test.now())
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_url(kind, folder.path()).await;
        restore(&url, &file, RestoreWish::default()).await.unwrap();
        let restored = test.open_at(&url).await;
        let all = everything(&url).await;
        sizes.push(check_mails(&restored, &all));
    }
    stop.store(true, Ordering::Relaxed);
    let mut booked = 0;
    for booker in bookers {
        booked += booker.await.unwrap();
    }
    assert!(booked > 8, "only {booked} bookings: the test proves little");
    assert!(
        sizes.windows(2).any(|pair| pair[0] < pair[1]),
        "nobody booked meanwhile: {sizes:?}"
    );
}

/// Each visit has its mail and its audit line; answers how many visits there are.
fn check_mails(restored: &Backend, all: &Everything) -> usize {
    let text = |rows: &[Vec<Cell>]| -> String { format!("{rows:?}") };
    let (jobs, audit) = (text(&all["jobs"]), text(&all["audit"]));
    let mut visits = 0;
    for row in &all["appointments"] {
        let Some(Cell::Text(status)) = row
            .iter()
            .find(|cell| matches!(cell, Cell::Text(text) if ["held", "booked"].contains(&&**text)))
        else {
            panic!("{row:?}");
        };
        // Columns stand in the order of their names: `id` is the only identifier whose rows
        // jobs name.
        let named = row.iter().filter_map(|cell| match cell {
            Cell::Bytes(bytes) => {
                domain::ids::AppointmentId::from(uuid::Uuid::from_slice(bytes).ok()?).into()
            }
            Cell::Null | Cell::Integer(_) | Cell::Text(_) => None,
        });
        let ids: Vec<_> = named.collect();
        let has = |kind: &str| {
            ids.iter()
                .any(|id| jobs.contains(&format!("{kind}:{id}:0")))
        };
        assert!(has("send_code"), "a hold without its mail");
        assert_eq!(status == "booked", has("confirm"), "a visit and its mail");
        visits += 1;
    }
    assert!(audit.len() >= visits);
    assert!(!restored.public_host().is_empty());
    visits
}

#[tokio::test]
async fn a_backup_of_the_oldest_schema_is_restored_and_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.db");
    let store = Store::stage(&old, 1).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    backend::store::settings::set(&mut tx, "word", "kept")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    let file = folder.path().join("old.rdv");
    let url = format!("sqlite:{}", old.display());
    let report = back_up(&url, &file, instant("2026-11-22T08:00:00Z"))
        .await
        .unwrap();
    assert_eq!(report.header.schema, 1, "taking a backup migrates nothing");
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let folder = tempfile::tempdir().unwrap();
        let url = fresh_url(kind, folder.path()).await;
        restore(&url, &file, RestoreWish::default()).await.unwrap();
        let store = Store::connect(&url).await.unwrap();
        let mut db = store.read().await.unwrap();
        let version = schema::version(&mut db).await.unwrap();
        assert_eq!(version, Some(schema::newest()));
        let word = backend::store::settings::get(&mut db, "word")
            .await
            .unwrap();
        assert_eq!(word.as_deref(), Some("kept"));
    }
}

#[rstest]
#[tokio::test]
async fn every_table_that_the_schema_has_is_in_the_backup(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    let report = work.back_up().await;
    let mut db = work.test.store().read().await.unwrap();
    let there = archive::tables(&mut db, schema::newest()).await.unwrap();
    let names: Vec<_> = report
        .header
        .tables
        .iter()
        .map(|table| &table.name)
        .collect();
    assert_eq!(
        names,
        there.iter().map(|table| &table.name).collect::<Vec<_>>()
    );
    assert!(names.len() >= 17, "{names:?}");
    for table in [
        "settings",
        "appointments",
        "jobs",
        "audit",
        "calendar_feeds",
    ] {
        let rows = report.header.tables.iter().find(|it| it.name == table);
        assert!(rows.unwrap().rows > 0, "{table}");
    }
}

#[tokio::test]
async fn a_backup_is_nobody_elses_to_read_and_says_how_far_it_is() {
    let work = AtWork::new(Kind::Sqlite).await;
    let mut steps = Vec::new();
    let report = backup::make(
        &work.url(),
        &work.file,
        false,
        work.test.now(),
        &mut |step, done, total| {
            steps.push((step, done, total));
        },
    )
    .await
    .unwrap();
    let mode = std::fs::metadata(&work.file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let rows = report.header.rows();
    assert!(steps.contains(&(Step::Writing, rows, rows)));
    assert!(steps.contains(&(Step::Checking, rows, rows)));
    let left: Vec<_> = std::fs::read_dir(work.test.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("part"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[tokio::test]
async fn a_new_database_of_sqlite_is_nobody_elses_to_read() {
    let test = TestBackend::new(Kind::Sqlite).await;
    for name in ["rdv.db", "rdv.db-wal"] {
        let file = std::fs::metadata(test.folder.path().join(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
