//! Bringing a database up to date: killed in the middle at each of its writes, or while it waits;
//! by several at once; and not at all when it is newer. That rows are kept from every older
//! schema is `backend/tests/upgrade.rs`'. `RDV_UPGRADE_KILLS` says how many kills.

use std::{
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
    time::{Duration, Instant},
};

use backend::{
    store::{Store, schema},
    testing::{Kind, TestBackend, everything, fresh_url, old::OldDatabase, run_in},
};
use rstest::rstest;
use tempfile::TempDir;

use crate::{on_sqlite, program::rdv};

/// A SQLite database with some life in it.
async fn lived() -> TestBackend {
    let (test, practice) = on_sqlite().await;
    let free = crate::bookers::free_starts(&test, &practice).await;
    for start in free.iter().take(5) {
        test.book(&practice, &start.to_rfc3339()).await;
    }
    test
}

async fn version_of(url: &str) -> Option<i64> {
    let store = Store::connect(url).await.unwrap();
    let version = schema::version(&mut store.read().await.unwrap()).await;
    store.close().await;
    version.unwrap()
}

fn ended(child: &mut Child) -> ExitStatus {
    let since = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(since.elapsed() < Duration::from_secs(40), "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn migrate(folder: &Path, url: &str) -> ExitStatus {
    ended(&mut rdv(folder, "migrate", url).spawn().unwrap())
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap()
}

/// The files of an old database, elsewhere.
fn copy_of(old: &OldDatabase, folder: &Path) -> PathBuf {
    let file = PathBuf::from(old.url.strip_prefix("sqlite:").unwrap());
    let copy = folder.join("rdv.db");
    for suffix in ["", "-wal"] {
        let beside = |path: &Path| PathBuf::from(format!("{}{suffix}", path.display()));
        let _ = std::fs::remove_file(beside(&copy));
        if beside(&file).exists() {
            std::fs::copy(beside(&file), beside(&copy)).unwrap();
        }
    }
    copy
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_of_sqlite_that_is_killed_at_any_write_is_whole_or_absent() {
    use std::os::unix::process::ExitStatusExt;

    use crate::{rounds, shim::Disk};

    let lived = lived().await;
    let (from, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let old = OldDatabase::of_schema(1, Kind::Sqlite, from.path(), &lived).await;
    let database = folder.path().join("rdv.db");
    let disk = Disk::under(&database, folder.path());
    let url = format!("sqlite:{}", database.display());
    let migrate_and_die = |at: u64| {
        let mut program = rdv(folder.path(), "migrate", &url);
        program.envs(disk.variables());
        program.env("RDV_SHIM_KILL", at.to_string());
        ended(&mut program.spawn().unwrap())
    };
    // How many writes there are.
    copy_of(&old, folder.path());
    let (mut low, mut high) = (1, 4096);
    assert!(migrate_and_die(high).success());
    while high - low > 1 {
        copy_of(&old, folder.path());
        let middle = u64::midpoint(low, high);
        if migrate_and_die(middle).success() {
            high = middle;
        } else {
            low = middle;
        }
    }
    let kills = rounds("RDV_UPGRADE_KILLS", 10).min(low);
    println!("{low} writes, killed before {kills} of them");
    let (mut absent, mut whole) = (0, 0);
    for kill in 0..kills {
        let at = 1 + kill * (low - 1) / kills.max(2).saturating_sub(1);
        copy_of(&old, folder.path());
        match migrate_and_die(at).signal() {
            // It takes a write or two more or less from one time to the next.
            None if at + 3 > low => continue,
            signal => assert_eq!(signal, Some(9), "write {at} of {low}"),
        }
        match version_of(&url).await {
            Some(1) => absent += 1,
            Some(version) if version == schema::newest() => whole += 1,
            other => panic!("in the middle, at write {at}: {other:?}"),
        }
        assert!(migrate(folder.path(), &url).success(), "write {at}");
        assert_eq!(version_of(&url).await, Some(schema::newest()));
        let moved = OldDatabase::at(&url, &old);
        assert_eq!(moved.rows().await, old.held, "write {at}");
    }
    println!("{absent} times absent, {whole} times whole");
    assert!(absent > 0, "it was never killed before the end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_of_postgres_that_is_killed_in_the_middle_is_absent() {
    let lived = lived().await;
    let folder = TempDir::new().unwrap();
    let old = OldDatabase::of_schema(1, Kind::Postgres, folder.path(), &lived).await;
    let store = Store::connect(&old.url).await.unwrap();
    for command in ["migrate", "serve"] {
        // It can make its tables, but not write down that it did.
        let mut tx = store.begin().await.unwrap();
        run_in(&mut tx, "lock table _sqlx_migrations in exclusive mode").await;
        let mut program = rdv(folder.path(), command, &old.url).spawn().unwrap();
        let since = Instant::now();
        while !store.anyone_waits().await.unwrap() {
            assert!(since.elapsed() < Duration::from_secs(40), "it never waits");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        program.kill().unwrap();
        program.wait().unwrap();
        tx.commit().await.unwrap();
        assert_eq!(version_of(&old.url).await, Some(1), "{command}");
    }
    store.close().await;
    assert!(
        migrate(folder.path(), &old.url).success(),
        "{}",
        log(folder.path())
    );
    assert_eq!(version_of(&old.url).await, Some(schema::newest()));
    assert_eq!(old.rows().await, old.held);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_start_at_once_one_upgrades_and_the_others_do_nothing(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
    #[values(None, Some(1))] version: Option<i64>,
) {
    let folder = TempDir::new().unwrap();
    let old = match version {
        None => None,
        Some(version) => {
            Some(OldDatabase::of_schema(version, kind, folder.path(), &lived().await).await)
        }
    };
    let url = match &old {
        None => fresh_url(kind, folder.path()).await,
        Some(old) => old.url.clone(),
    };
    let mut starting: Vec<_> = (0..4)
        .map(|_| rdv(folder.path(), "migrate", &url).spawn().unwrap())
        .collect();
    for program in &mut starting {
        assert!(ended(program).success(), "{}", log(folder.path()));
    }
    assert_eq!(version_of(&url).await, Some(schema::newest()));
    if let Some(old) = old {
        let mut rows = old.rows().await;
        // Each looks for the instance's key: the first makes it, once.
        if let (Some(now), Some(then)) = (rows.get_mut("settings"), old.held.get("settings")) {
            now.retain(|row| then.contains(row));
        }
        assert_eq!(rows, old.held);
    }
    let before = everything(&url).await;
    assert!(migrate(folder.path(), &url).success());
    assert_eq!(
        everything(&url).await,
        before,
        "the next start does nothing"
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_refused_by_every_command_before_any_write(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    test.practice().await;
    let before = everything(&test.settings().database_url).await;
    let newer = match kind {
        Kind::Sqlite => {
            "insert into _sqlx_migrations
             (version, description, installed_on, success, checksum, execution_time)
             values (9999, 'newer', current_timestamp, true, x'00', 0)"
        }
        Kind::Postgres => {
            "insert into _sqlx_migrations
             (version, description, installed_on, success, checksum, execution_time)
             values (9999, 'newer', now(), true, '\\x00', 0)"
        }
    };
    test.run_sql(newer).await.unwrap();
    let (folder, url) = (test.folder.path(), &test.settings().database_url);
    for command in ["migrate", "serve", "demo"] {
        let status = ended(&mut rdv(folder, command, url).spawn().unwrap());
        assert_eq!(status.code(), Some(1), "{command}: {}", log(folder));
    }
    assert!(log(folder).contains("9999"), "{}", log(folder));
    test.run_sql("delete from _sqlx_migrations where version = 9999")
        .await
        .unwrap();
    assert_eq!(everything(url).await, before);
}
