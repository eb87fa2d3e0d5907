//! Stories of housekeeping: what is over is forgotten after its time, and nothing else.

#![allow(clippy::unwrap_used, reason = "tests")]

use backend::{
    Error,
    retention::{EXPIRED_HOLDS, HousekeepingReport},
    testing::{Kind, TestBackend},
};
use chrono::TimeDelta;
use domain::{appointment::Status, booking::HOLD};
use rstest::rstest;

#[rstest]
#[tokio::test]
async fn a_hold_nobody_confirmed_goes_with_its_patient_an_hour_after_it_ran_out(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let test = TestBackend::new(kind).await;
    let practice = test.practice().await;
    let booked = test.book(&practice, "2026-11-24T08:00:00Z").await;
    let held = test.hold(&practice, "2026-11-24T08:20:00Z").await.unwrap();
    let nothing = HousekeepingReport::default();
    assert_eq!(test.housekeeping().await.unwrap(), nothing);

    test.clock.advance(HOLD);
    let expired = HousekeepingReport {
        holds_expired: 1,
        ..nothing
    };
    assert_eq!(test.housekeeping().await.unwrap(), expired);
    // Its page still says that the slot was freed.
    let details = test.held_visit(&held.token).await.unwrap();
    assert_eq!(details.visit.appointment.status, Status::Expired);
    test.clock.advance(EXPIRED_HOLDS - TimeDelta::seconds(1));
    assert_eq!(test.housekeeping().await.unwrap(), nothing);

    test.clock.advance(TimeDelta::seconds(1));
    let removed = HousekeepingReport {
        holds_removed: 1,
        patients_removed: 1,
        ..nothing
    };
    assert_eq!(test.housekeeping().await.unwrap(), removed);
    let gone = test.held_visit(&held.token).await;
    assert!(matches!(gone, Err(Error::NotFound)));
    assert!(test.visit(&booked).await.is_ok());
    assert_eq!(test.housekeeping().await.unwrap(), nothing);
}

#[tokio::test]
async fn who_was_erased_is_not_to_be_read_in_the_file_either() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    test.hold(&practice, "2026-11-24T08:20:00Z").await.unwrap();
    test.clock.advance(HOLD);
    test.housekeeping().await.unwrap();
    test.clock.advance(EXPIRED_HOLDS);
    let report = test.housekeeping().await.unwrap();
    assert_eq!((report.holds_removed, report.patients_removed), (1, 1));
    let (_, folder) = test.leave().await;
    let mut files = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            files.push(path.clone());
            let bytes = std::fs::read(&path).unwrap();
            let holds = |text: &str| {
                bytes
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
            };
            assert!(!holds("zoe@example.org"), "{}", path.display());
            assert!(!holds("+33612345678"), "{}", path.display());
        }
    }
    assert!(!files.is_empty());
}
