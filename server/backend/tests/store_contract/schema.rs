//! The two schemas: the same tables and columns, and what SQLite must be set to.

use std::collections::{BTreeMap, BTreeSet};

use backend::{
    store::{Access, Conn, Reader, StoreError, availability},
    testing::{Kind, TestBackend, run_in},
};
use rstest::rstest;

type Schema = BTreeMap<String, BTreeSet<(String, bool)>>;

/// Each table with its columns and whether they may be null.
async fn schema(db: &mut Reader) -> Schema {
    let rows: Vec<(String, String, i32)> = match db.conn() {
        Conn::Sqlite(conn) => sqlx::query_as(
            "select t.name, c.name, case when c.\"notnull\" = 1 then 0 else 1 end
             from sqlite_schema t join pragma_table_info(t.name) c
             where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like '\\_sqlx%' escape '\\'",
        )
        .fetch_all(conn)
        .await
        .unwrap(),
        Conn::Postgres(conn) => sqlx::query_as(
            "select table_name::text, column_name::text, case when is_nullable = 'YES' then 1 else 0 end
             from information_schema.columns
             where table_schema = 'public' and table_name not like '\\_sqlx%'",
        )
        .fetch_all(conn)
        .await
        .unwrap(),
    };
    let mut schema = Schema::new();
    for (table, column, nullable) in rows {
        schema
            .entry(table)
            .or_default()
            .insert((column, nullable == 1));
    }
    schema
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = TestBackend::new(Kind::Sqlite).await;
    let postgres = TestBackend::new(Kind::Postgres).await;
    let sqlite = schema(&mut sqlite.store().read().await.unwrap()).await;
    let postgres = schema(&mut postgres.store().read().await.unwrap()).await;
    assert!(sqlite.len() >= 15, "{:?}", sqlite.keys());
    assert_eq!(
        sqlite.keys().collect::<Vec<_>>(),
        postgres.keys().collect::<Vec<_>>()
    );
    for (table, columns) in &sqlite {
        assert_eq!(Some(columns), postgres.get(table), "columns of {table}");
    }
}

#[rstest]
#[case::sqlite("sqlite")]
#[case::postgres("postgres")]
fn migrations_have_the_same_numbers_and_names(#[case] dialect: &str) {
    let list = |dialect: &str| -> BTreeSet<String> {
        let folder = format!("{}/../../migrations/{dialect}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(list(dialect), list("sqlite"));
    assert!(!list(dialect).is_empty());
}

#[tokio::test]
async fn sqlite_is_new_enough_durable_and_strict() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let mut tx = test.store().begin().await.unwrap();
    let Conn::Sqlite(conn) = tx.conn() else {
        panic!("not SQLite")
    };
    let (version,): (String,) = sqlx::query_as("select sqlite_version()")
        .fetch_one(&mut *conn)
        .await
        .unwrap();
    let numbers: Vec<u32> = version
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(
        numbers >= vec![3, 51, 3],
        "{version} can lose a commit in WAL mode"
    );
    for (pragma, expected) in [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 10_000),
    ] {
        let sql = sqlx::AssertSqlSafe(format!("select {pragma} from pragma_{pragma}"));
        let sql = if pragma == "busy_timeout" {
            sqlx::AssertSqlSafe("select timeout from pragma_busy_timeout".to_owned())
        } else {
            sql
        };
        let (value,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *conn).await.unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    let (mode,): (String,) = sqlx::query_as("select journal_mode from pragma_journal_mode")
        .fetch_one(conn)
        .await
        .unwrap();
    assert_eq!(mode, "wal");
}

#[rstest]
#[tokio::test]
async fn a_second_start_changes_nothing_and_keeps_the_key(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let link = test.book(&practice, "2026-11-23T09:00:00Z").await;
    let again = test.reopen().await;
    again
        .visit(&link)
        .await
        .expect("links in old mails go on working");
}

#[rstest]
#[tokio::test]
async fn a_newer_schema_is_refused_before_anything_is_written(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let future = match kind {
        Kind::Sqlite => {
            "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (9999, 'future', current_timestamp, true, x'00', 0)"
        }
        Kind::Postgres => {
            "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (9999, 'future', now(), true, '\\x00', 0)"
        }
    };
    test.run_sql(future).await.unwrap();
    let refused = test.try_reopen().await.unwrap_err();
    assert!(refused.to_string().contains("9999"), "{refused}");
}

#[tokio::test]
async fn postgres_ends_what_lasts_too_long_but_for_what_may_last() {
    /// Fails unless it is bounded, or unless it is not.
    const BOUNDED: &str = "do $$ begin
        if current_setting('statement_timeout') <> '10s'
           or current_setting('lock_timeout') <> '9s'
           or current_setting('idle_in_transaction_session_timeout') <> '30s'
        then raise exception 'not bounded'; end if; end $$";
    const UNBOUNDED: &str = "do $$ begin
        if current_setting('statement_timeout') <> '0' or current_setting('lock_timeout') <> '0'
           or current_setting('idle_in_transaction_session_timeout') <> '0'
        then raise exception 'bounded'; end if; end $$";
    let test = TestBackend::new(Kind::Postgres).await;
    // The connection that migrated is one of them.
    for _ in 0..10 {
        test.run_sql(BOUNDED).await.unwrap();
    }
    let mut tx = test.store().begin_long().await.unwrap();
    run_in(&mut tx, UNBOUNDED).await;
    drop(tx);
    test.run_sql(BOUNDED).await.unwrap();

    let practice = test.practice().await;
    let (id, _, practitioner) = practice.ids();
    let mut first = test.store().begin().await.unwrap();
    availability::lock_agenda(&mut first, id, practitioner)
        .await
        .unwrap();
    let mut second = test.store().begin().await.unwrap();
    run_in(&mut second, "set local lock_timeout = '50ms'").await;
    let locked = availability::lock_agenda(&mut second, id, practitioner).await;
    assert!(matches!(locked, Err(StoreError::Locked(_))), "{locked:?}");
}

#[test]
fn no_schema_has_the_number_three() {
    // Databases went from 0002 to 0004 and on. A 0003 that came now would be run after 0005 there,
    // and before 0004 where a database is new: two orders, of which only one is ever tested. And
    // a backup says with one number which schema its tables have.
    for kind in ["sqlite", "postgres"] {
        let folder = format!("{}/../../migrations/{kind}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).unwrap();
        let names: BTreeSet<_> = files
            .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert!(names.len() >= 4, "{names:?}");
        let third = names.iter().find(|name| name.starts_with("0003"));
        assert_eq!(third, None, "{kind}: take the number after the last");
    }
}
