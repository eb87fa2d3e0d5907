//! From each older schema to the newest: what was there is there, and goes on working. That an
//! upgrade may be killed at any moment is `server/tests/faults/upgrade.rs`'.
#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    store::schema,
    testing::{Kind, TestBackend, old::OldDatabase, somebody},
};
use chrono::TimeDelta;
use rstest::rstest;

const START: &str = "2026-11-24T08:00:00Z";

#[rstest]
#[tokio::test]
async fn rows_of_every_older_schema_are_kept_and_their_visits_go_on(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let lived = TestBackend::new(Kind::Sqlite).await;
    let practice = lived.practice().await;
    let booked = lived.book(&practice, START).await;
    let cancelled = lived.book(&practice, "2026-11-25T08:00:00Z").await;
    lived.cancel_by_link(&cancelled).await.unwrap();
    let held = lived.hold(&practice, "2026-11-24T09:00:00Z").await.unwrap();
    let mut request = lived.hold_request(&practice, "2026-11-24T10:00:00Z");
    request.patient = somebody(7);
    lived.backend().hold(request).await.unwrap();
    lived.run_due_jobs().await.unwrap();

    assert!(!schema::older().is_empty());
    for version in schema::older() {
        let folder = tempfile::tempdir().unwrap();
        let old = OldDatabase::of_schema(version, kind, folder.path(), &lived).await;
        assert!(
            old.held["appointments"].len() == 4 && old.held["jobs"].len() > 4,
            "there was little to keep"
        );
        let upgraded = lived.open_at(&old.url).await;
        assert_eq!(old.rows().await, old.held, "from schema {version}");
        // The link of an old mail, a code that waits, a slot that is taken.
        upgraded.visit(&booked).await.unwrap();
        let code = lived.code_of(&held).await;
        upgraded.confirm(&held.token, &code).await.unwrap();
        let again = lived.hold_request(&practice, START);
        assert!(upgraded.hold(again).await.is_err(), "the slot is taken");
        let free = lived.hold_request(&practice, "2026-11-25T08:00:00Z");
        upgraded.hold(free).await.unwrap();
        lived.clock.advance(TimeDelta::seconds(1));
        assert!(upgraded.run_due_jobs().await.unwrap().done > 0);
        upgraded.close().await;
    }
}
