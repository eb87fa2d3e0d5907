//! A PostgreSQL that takes no changes for a while: when it does again, so does every connection.

use backend::testing::{Kind, TestBackend};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_read_only_for_a_while_is_written_to_again() {
    let test = TestBackend::new(Kind::Postgres).await;
    let practice = test.practice().await;
    let url = test.settings().database_url.clone();
    let name = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let admin = std::env::var("RDV_TEST_POSTGRES_URL").unwrap();
    let mut admin = PgConnection::connect(&admin).await.unwrap();
    let mut run = async |sql: String| admin.execute(AssertSqlSafe(sql)).await.unwrap();

    run(format!(
        "alter database \"{name}\" set default_transaction_read_only = on"
    ))
    .await;
    run(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ))
    .await;
    // Connections that begin now can only read, and many do.
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let backend = test.backend();
            let slug = practice.practitioner.slug.clone();
            tokio::spawn(async move { backend.practitioner_page(&slug).await.is_ok() })
        })
        .collect();
    for reader in readers {
        reader.await.unwrap();
    }
    let start = |number: usize| {
        let (hour, minute) = (8 + number / 3, number % 3 * 20);
        format!("2026-11-24T{hour:02}:{minute:02}:00Z")
    };
    assert!(test.hold(&practice, &start(0)).await.is_err());

    run(format!(
        "alter database \"{name}\" reset default_transaction_read_only"
    ))
    .await;
    // The first that is refused is the last.
    let _ = test.hold(&practice, &start(0)).await;
    for number in 1..6 {
        let held = test.hold(&practice, &start(number)).await;
        assert!(held.is_ok(), "{number}: {held:?}");
    }
}
