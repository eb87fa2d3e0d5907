//! From each older schema to the newest: what was there is there, and goes on working. That an
//! upgrade may be killed at any moment is `server/tests/faults/upgrade.rs`'.
#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    office::absences::AbsenceForm,
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
    let owner = lived.owner_without_account(&practice);
    let of = practice.practitioner.id;
    let absence = AbsenceForm {
        from: "2026-11-25T11:00:00".parse().unwrap(),
        until: "2026-11-25T12:00:00".parse().unwrap(),
        note: None,
    };
    lived.announce_absence(&owner, of, absence).await.unwrap();
    lived.run_due_jobs().await.unwrap();

    assert!(!schema::older().is_empty());
    for version in schema::older() {
        let folder = tempfile::tempdir().unwrap();
        let old = OldDatabase::of_schema(version, kind, folder.path(), &lived).await;
        assert!(
            old.held["appointments"].len() == 4 && old.held["jobs"].len() > 4,
            "there was little to keep"
        );
        assert_eq!(old.held["absences"].len(), 1);
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
        let absences = upgraded.absences(&owner, of).await.unwrap();
        let hours = absences.to_come[0]
            .away
            .on_the_wall(&absences.clocks.main());
        assert_eq!(hours.until.to_string(), "2026-11-25 12:00:00");
        let mut away = lived.hold_request(&practice, "2026-11-25T10:00:00Z");
        away.patient = somebody(9);
        assert!(upgraded.hold(away).await.is_err(), "nobody is there");
        lived.clock.advance(TimeDelta::seconds(1));
        assert!(upgraded.run_due_jobs().await.unwrap().done > 0);
        upgraded.close().await;
    }
}
