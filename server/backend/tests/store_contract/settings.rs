//! `store::settings` and `store::audit`.

use backend::{
    store::{StoreError, audit, settings},
    testing::{Kind, TestBackend},
};
use domain::access::Actor;
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_setting_is_written_once_or_over_and_forgotten(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let mut tx = test.store().begin().await.unwrap();
    assert_eq!(settings::get(&mut tx, "word").await.unwrap(), None);
    settings::set_once(&mut tx, "word", "first").await.unwrap();
    settings::set_once(&mut tx, "word", "second").await.unwrap();
    assert_eq!(
        settings::get(&mut tx, "word").await.unwrap().as_deref(),
        Some("first")
    );
    settings::set(&mut tx, "word", "third").await.unwrap();
    tx.commit().await.unwrap();
    let mut db = test.store().read().await.unwrap();
    assert_eq!(
        settings::get(&mut db, "word").await.unwrap().as_deref(),
        Some("third")
    );
    drop(db);
    let mut tx = test.store().begin().await.unwrap();
    assert!(settings::remove(&mut tx, "word").await.unwrap());
    assert!(!settings::remove(&mut tx, "word").await.unwrap());
}

#[rstest]
#[tokio::test]
async fn what_is_not_committed_never_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestBackend::new(kind).await;
    let mut tx = test.store().begin().await.unwrap();
    settings::set(&mut tx, "word", "lost").await.unwrap();
    drop(tx);
    let mut db = test.store().read().await.unwrap();
    assert_eq!(settings::get(&mut db, "word").await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn the_audit_trail_takes_lines_and_gives_none_back(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let entry = audit::Entry {
        practice: practice.practice.id,
        at: test.now(),
        actor: &Actor::Visitor,
        action: "booked",
        subject: "appointment",
        subject_id: test.new_id(),
        before: Some("held"),
        after: Some("booked"),
    };
    let mut tx = test.store().begin().await.unwrap();
    audit::record(&mut tx, test.new_id(), &entry).await.unwrap();
    tx.commit().await.unwrap();

    // On SQLite that removes a row without a trigger of removals; PostgreSQL knows no such thing.
    let replaced = "insert or replace into audit select * from audit";
    let tried = [
        "update audit set action = 'nothing'",
        "delete from audit",
        replaced,
    ];
    let tried = match kind {
        Kind::Sqlite => &tried[..],
        Kind::Postgres => &tried[..2],
    };
    for statement in tried.iter().copied() {
        let refused = test.run_sql(statement).await;
        let Err(StoreError::Other(error)) = refused else {
            panic!("{statement}: {refused:?}")
        };
        assert!(error.contains("audit_is_append_only"), "{error}");
    }
    // Nor by the number that SQLite gives a row otherwise.
    let numbered = "insert or replace into audit
            (rowid, id, practice_id, at, actor, action, subject, subject_id)
        select rowid, x'00', practice_id, at, actor, 'nothing', subject, subject_id from audit";
    if kind == Kind::Sqlite {
        let Err(StoreError::Other(error)) = test.run_sql(numbered).await else {
            panic!("a line was replaced")
        };
        assert!(error.contains("rowid"), "{error}");
    }
}
