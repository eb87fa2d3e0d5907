//! What is refused, and that it changes nothing.

use std::fs;

use backend::{
    store::schema,
    testing::{everything, fresh_url},
};
use rstest::rstest;
use sqlx::{Connection, SqliteConnection};

use super::*;

/// A database with something in it that nobody uses, and a backup of another one.
struct Target {
    url: String,
    folder: tempfile::TempDir,
    backup: PathBuf,
}

impl Target {
    async fn new(kind: Kind) -> Self {
        let work = AtWork::new(kind).await;
        work.back_up().await;
        let backup = fs::read(&work.file).unwrap();
        // Something that the backup does not hold.
        work.test.book(&work.practice, "2026-11-25T09:00:00Z").await;
        let (settings, folder) = work.test.leave().await;
        // Connections end on threads of their own, and two that end at once may each leave the
        // log to the other: whoever comes alone writes it into the file and removes it.
        while folder.path().join("rdv.db-wal").exists() {
            let mut alone = SqliteConnection::connect(&settings.database_url)
                .await
                .unwrap();
            sqlx::query("select count(*) from settings")
                .execute(&mut alone)
                .await
                .unwrap();
            alone.close().await.unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let file = folder.path().join("in.rdv");
        fs::write(&file, backup).unwrap();
        Self {
            url: settings.database_url,
            folder,
            backup: file,
        }
    }

    /// Restoring that file is refused so, and every table is as it was.
    async fn refuses(&self, file: &Path, wish: RestoreWish, expected: BackupRefusal) {
        let before = everything(&self.url).await;
        assert_eq!(
            refused(restore(&self.url, file, wish).await),
            expected,
            "{}",
            file.display()
        );
        assert_eq!(everything(&self.url).await, before);
        let left = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("restor"))
            .count();
        assert_eq!(left, 0, "something was left behind");
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        file
    }
}

#[rstest]
#[tokio::test]
async fn a_file_that_was_cut_is_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let target = Target::new(kind).await;
    let whole = fs::read(&target.backup).unwrap();
    for tenths in 1..10 {
        let cut = target.write("cut.rdv", &whole[..whole.len() * tenths / 10]);
        target
            .refuses(&cut, REPLACE, BackupRefusal::Truncated)
            .await;
    }
    for missing in [1, 7, 8] {
        let cut = target.write("cut.rdv", &whole[..whole.len() - missing]);
        target
            .refuses(&cut, REPLACE, BackupRefusal::Truncated)
            .await;
    }
    // Cut before it was compressed: the last line is missing.
    let lines = lines_of(&target.backup);
    let file = target.folder.path().join("lines.rdv");
    write_lines(&file, &lines[..lines.trim_end().rfind('\n').unwrap() + 1]);
    target
        .refuses(&file, REPLACE, BackupRefusal::Truncated)
        .await;
}

#[rstest]
#[tokio::test]
async fn a_file_with_one_letter_changed_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let target = Target::new(kind).await;
    let lines = lines_of(&target.backup);
    let file = target.folder.path().join("changed.rdv");
    for (from, to) in [
        ("Zoé", "Noé"),
        ("\"booked\"", "\"arrived\""),
        (",0,", ",1,"),
    ] {
        assert!(lines.contains(from), "{from}");
        write_lines(&file, &lines.replacen(from, to, 1));
        target.refuses(&file, REPLACE, BackupRefusal::Damaged).await;
    }
    // Something after the end.
    let mut longer = fs::read(&target.backup).unwrap();
    longer.extend(b"more");
    let longer = target.write("longer.rdv", &longer);
    target
        .refuses(&longer, REPLACE, BackupRefusal::Damaged)
        .await;
    write_lines(&file, &format!("{lines}[]\n"));
    target.refuses(&file, REPLACE, BackupRefusal::Damaged).await;
}

#[rstest]
#[tokio::test]
async fn what_is_newer_than_this_program_is_refused(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let target = Target::new(kind).await;
    let lines = lines_of(&target.backup);
    let known = schema::newest();
    let file = target.folder.path().join("newer.rdv");
    write_lines(
        &file,
        &lines.replacen(&format!("\"schema\":{known}"), "\"schema\":9999", 1),
    );
    let refusal = BackupRefusal::NewerSchema { found: 9999, known };
    target.refuses(&file, REPLACE, refusal).await;
    write_lines(
        &file,
        &lines.replacen("\"rdv_backup\":1", "\"rdv_backup\":2", 1),
    );
    target
        .refuses(&file, REPLACE, BackupRefusal::NewerForm)
        .await;
}

#[rstest]
#[tokio::test]
async fn another_file_is_refused(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let target = Target::new(kind).await;
    let empty = target.write("empty", b"");
    let words = target.write("words", b"dear diary");
    let database = target.write("other.db", b"SQLite format 3\0and so on");
    for file in [&empty, &words, &database] {
        target
            .refuses(file, REPLACE, BackupRefusal::NotABackup)
            .await;
    }
    let file = target.folder.path().join("other.gz");
    for text in [
        "-- PostgreSQL database dump\n",
        "{\"version\":1}\n",
        "[1]\n",
    ] {
        write_lines(&file, text);
        target
            .refuses(&file, REPLACE, BackupRefusal::NotABackup)
            .await;
    }
    let before = everything(&target.url).await;
    for file in ["nowhere.rdv", ""] {
        let file = target.folder.path().join(file);
        assert!(restore(&target.url, &file, REPLACE).await.is_err());
    }
    assert_eq!(everything(&target.url).await, before);
}

#[rstest]
#[tokio::test]
async fn a_database_that_holds_something_is_replaced_only_when_asked(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let target = Target::new(kind).await;
    let wish = RestoreWish::default();
    target
        .refuses(&target.backup, wish, BackupRefusal::NotEmpty)
        .await;
    let before = everything(&target.url).await;
    let report = restore(&target.url, &target.backup, REPLACE).await.unwrap();
    let after = everything(&target.url).await;
    assert_eq!(
        before["appointments"].len(),
        after["appointments"].len() + 1
    );
    assert_eq!(report.aside.is_some(), kind == Kind::Sqlite);
    if let Some(aside) = report.aside {
        let old = everything(&format!("sqlite:{}", aside.display())).await;
        assert_eq!(old, before, "the old database is kept");
    }
}

#[rstest]
#[tokio::test]
async fn a_database_that_a_server_uses_is_not_replaced(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    work.back_up().await;
    let before = everything(&work.url()).await;
    assert_eq!(
        refused(restore(&work.url(), &work.file, REPLACE).await),
        BackupRefusal::InUse
    );
    assert_eq!(everything(&work.url()).await, before);
    // Two backups at once do not mind each other, nor the server.
    let (url, second) = (work.url(), work.test.folder.path().join("second.rdv"));
    let third = second.with_extension("third");
    let (one, two) = tokio::join!(
        back_up(&url, &second, work.test.now()),
        back_up(&url, &third, work.test.now()),
    );
    assert!(one.is_ok() && two.is_ok());
}

/// Takes from the server of the test what keeps a restore from starting: PostgreSQL restarts, or the
/// files of SQLite are removed, and it is none the wiser.
async fn lose_hold(work: &AtWork, kind: Kind) {
    use sqlx::Connection;
    match kind {
        Kind::Sqlite => {
            let folder = work.test.folder.path();
            for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if file.file_name().to_string_lossy().starts_with("rdv.db") {
                    std::fs::remove_file(file.path()).unwrap();
                }
            }
        }
        Kind::Postgres => {
            let mut other = sqlx::PgConnection::connect(&work.url()).await.unwrap();
            let all = "select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database() and pid <> pg_backend_pid()";
            sqlx::query(all).execute(&mut other).await.unwrap();
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_server_whose_database_was_replaced_begins_nothing_more(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    work.back_up().await;
    let replaced = work.test.backend();
    let replaced = tokio::spawn(async move { replaced.database_replaced().await });
    lose_hold(&work, kind).await;
    restore(&work.url(), &work.file, REPLACE).await.unwrap();
    let hold = || {
        work.test
            .hold_request(&work.practice, "2026-11-24T14:00:00Z")
    };
    // On PostgreSQL the first ones meet connections that are gone.
    for _ in 0..12 {
        let held = work.test.backend().hold(hold()).await;
        assert!(
            matches!(&held, Err(Failure::Broken(error)) if error.is_passing()),
            "{held:?}"
        );
    }
    tokio::time::timeout(Duration::from_secs(5), replaced)
        .await
        .expect("it learns of it")
        .unwrap();
    // Whoever starts it again finds the database of the backup.
    let again = work.test.open_at(&work.url()).await;
    again.hold(hold()).await.unwrap();
}

#[tokio::test]
async fn a_pipe_is_no_backup_and_is_not_waited_for() {
    let target = Target::new(Kind::Sqlite).await;
    let pipe = target.backup.with_extension("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let tried = restore(&target.url, &pipe, REPLACE);
    let tried = tokio::time::timeout(Duration::from_secs(5), tried).await;
    assert_eq!(refused(tried.unwrap()), BackupRefusal::NotAFile);
}

/// Where what stands beside it cannot be read, as on a disk that is full, nobody is said to use it.
#[tokio::test]
async fn a_database_that_cannot_be_made_one_file_is_in_nobodys_use() {
    let target = Target::new(Kind::Sqlite).await;
    let database = target.folder.path().join("rdv.db");
    let before = fs::read(&database).unwrap();
    fs::create_dir(target.folder.path().join("rdv.db-wal")).unwrap();
    let answer = restore(&target.url, &target.backup, REPLACE).await;
    assert!(matches!(answer, Err(Failure::Broken(_))), "{answer:?}");
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_another_program_has_open_is_not_replaced() {
    use sqlx::Connection;
    let target = Target::new(Kind::Sqlite).await;
    let mut other = sqlx::SqliteConnection::connect(&target.url).await.unwrap();
    sqlx::query("select count(*) from practices")
        .execute(&mut other)
        .await
        .unwrap();
    let refusal = refused(restore(&target.url, &target.backup, REPLACE).await);
    assert_eq!(refusal, BackupRefusal::InUse);
    other.close().await.unwrap();
    restore(&target.url, &target.backup, REPLACE).await.unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_read_is_kept_and_replaced() {
    let target = Target::new(Kind::Sqlite).await;
    let database = target.folder.path().join("rdv.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..4096].fill(0x55);
    fs::write(&database, &bytes).unwrap();
    let wish = RestoreWish::default();
    assert_eq!(
        refused(restore(&target.url, &target.backup, wish).await),
        BackupRefusal::NotEmpty
    );
    assert_eq!(fs::read(&database).unwrap(), bytes);
    let report = restore(&target.url, &target.backup, REPLACE).await.unwrap();
    assert_eq!(fs::read(report.aside.unwrap()).unwrap(), bytes);
    assert!(everything(&target.url).await["appointments"].len() > 1);
}

#[tokio::test]
async fn what_a_crash_left_beside_a_removed_database_is_not_played_into_the_new_one() {
    let target = Target::new(Kind::Sqlite).await;
    let database = target.folder.path().join("rdv.db");
    let crashed = TestBackend::new(Kind::Sqlite).await;
    crashed.practice_named("phare").await;
    let left = crashed.folder.path().join("rdv.db-wal");
    assert!(fs::metadata(&left).unwrap().len() > 4096, "nothing in it");
    fs::copy(left, target.folder.path().join("rdv.db-wal")).unwrap();
    fs::remove_file(&database).unwrap();
    let wish = RestoreWish::default();
    restore(&target.url, &target.backup, wish).await.unwrap();
    assert!(everything(&target.url).await["appointments"].len() > 1);
}

#[tokio::test]
async fn a_restore_that_fails_half_way_leaves_postgres_as_it_was() {
    use sqlx::{Connection, Executor};
    let target = Target::new(Kind::Postgres).await;
    let before = everything(&target.url).await;
    let mut other = sqlx::PgConnection::connect(&target.url).await.unwrap();
    other
        .execute(
            "create function fails() returns trigger language plpgsql as
                 $$ begin raise exception 'disk full'; end $$;
             create trigger fails before insert on calendar_feeds
                 for each row execute function fails()",
        )
        .await
        .unwrap();
    other.close().await.unwrap();
    match restore(&target.url, &target.backup, REPLACE).await {
        Err(Failure::Broken(error)) => assert!(error.to_string().contains("disk full"), "{error}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(everything(&target.url).await, before);
}

#[tokio::test]
async fn a_restore_that_fails_half_way_leaves_the_file_of_sqlite_as_it_was() {
    let target = Target::new(Kind::Sqlite).await;
    let database = target.folder.path().join("rdv.db");
    let bytes = fs::read(&database).unwrap();
    // A folder that holds something cannot be replaced by a file.
    let staged = target.folder.path().join("rdv.db.restoring");
    fs::create_dir_all(staged.join("in the way")).unwrap();
    assert!(restore(&target.url, &target.backup, REPLACE).await.is_err());
    assert_eq!(fs::read(&database).unwrap(), bytes);
}

#[rstest]
#[tokio::test]
async fn a_database_with_a_newer_schema_is_neither_backed_up_nor_replaced(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let work = AtWork::new(kind).await;
    work.back_up().await;
    let future = match kind {
        Kind::Sqlite => {
            "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (9999, 'future', current_timestamp, true, x'00', 0)"
        }
        Kind::Postgres => {
            "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (9999, 'future', now(), true, '\\x00', 0)"
        }
    };
    work.test.run_sql(future).await.unwrap();
    let file = work.test.folder.path().join("second.rdv");
    let answer = back_up(&work.url(), &file, work.test.now()).await;
    assert_eq!(refused(answer), BackupRefusal::NewerDatabase);
    assert!(!file.exists());
    let (url, backup) = (work.url(), work.file.clone());
    let (_, _folder) = work.test.leave().await;
    let wish = RestoreWish::default();
    let expected = match kind {
        // The old file would be kept, so it may be replaced by who asks for it.
        Kind::Sqlite => BackupRefusal::NotEmpty,
        Kind::Postgres => BackupRefusal::NewerDatabase,
    };
    assert_eq!(refused(restore(&url, &backup, wish).await), expected);
}

#[tokio::test]
async fn a_backup_replaces_no_file_unless_told_to_and_never_the_database() {
    let work = AtWork::new(Kind::Sqlite).await;
    work.back_up().await;
    let first = fs::read(&work.file).unwrap();
    let answer = back_up(&work.url(), &work.file, work.test.now()).await;
    assert_eq!(refused(answer), BackupRefusal::FileExists);
    assert_eq!(fs::read(&work.file).unwrap(), first);
    // Not even told to: a folder, and a link that leads nowhere.
    let folder = work.test.folder.path();
    let (link, sub) = (folder.join("link"), folder.join("sub"));
    std::os::unix::fs::symlink(folder.join("nowhere"), &link).unwrap();
    fs::create_dir(&sub).unwrap();
    for path in [&link, &sub] {
        let answer =
            backup::make(&work.url(), path, true, work.test.now(), &mut |_, _, _| {}).await;
        assert_eq!(refused(answer), BackupRefusal::NotAFile);
    }
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let later = work.test.now() + TimeDelta::hours(1);
    backup::make(&work.url(), &work.file, true, later, &mut |_, _, _| {})
        .await
        .unwrap();
    assert_ne!(fs::read(&work.file).unwrap(), first);

    let folder = work.test.folder.path();
    let link = folder.join("link.rdv");
    std::os::unix::fs::symlink(folder.join("rdv.db-wal"), &link).unwrap();
    // SQLite keeps some beside it, and a restore others; not all are there now.
    let aside = ".before-restore-20261122T080000Z";
    let beside = ["", "-wal", "-shm", "-journal", ".lock", ".restoring", aside];
    let names = beside.map(|suffix| folder.join(format!("rdv.db{suffix}")));
    for name in names.iter().chain([&link]) {
        let was = fs::read(name).ok();
        let answer = backup::make(&work.url(), name, true, later, &mut |_, _, _| {}).await;
        assert_eq!(refused(answer), BackupRefusal::IsTheDatabase, "{name:?}");
        assert_eq!(fs::read(name).ok(), was, "{name:?}");
    }
    work.test.visit(&work.visit).await.unwrap();
}

#[tokio::test]
async fn nothing_is_made_where_there_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/nowhere.db", folder.path().display());
    let file = folder.path().join("backup.rdv");
    let now = instant("2026-11-22T08:00:00Z");
    assert_eq!(
        refused(back_up(&url, &file, now).await),
        BackupRefusal::NoDatabase
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let url = fresh_url(Kind::Postgres, folder.path()).await;
    assert_eq!(
        refused(back_up(&url, &file, now).await),
        BackupRefusal::NoDatabase
    );
    assert!(!file.exists());
}

#[tokio::test]
async fn a_server_waits_for_a_restore_and_does_not_start_in_the_middle() {
    use backend::store::{Store, StoreError, hold::Hold};
    let target = Target::new(Kind::Sqlite).await;
    let database = target.folder.path().join("rdv.db");
    let held = Hold::alone(&database).unwrap().unwrap();
    let Err(StoreError::Unavailable(said)) = Store::connect(&target.url).await else {
        panic!("opened in the middle of a restore");
    };
    assert!(said.contains("restore"), "{said}");
    drop(held);
    tokio::time::sleep(Duration::from_millis(10)).await;
    Store::connect(&target.url).await.unwrap();
}
