//! The disk of SQLite is full, read-only, or says that it could not keep what it was given: a
//! booking is refused in words, reading goes on, and when all is well again so is the program,
//! without a restart. `RDV_DISK_ROUNDS` makes it longer.

use std::path::Path;

use backend::testing::TestBackend;

use crate::{
    bookers::{AWAY, Crowd, check, form_of, free_starts, is_whole, visits_of},
    on_sqlite,
    program::{Program, free_address, get, get_with, post},
    rounds,
    shim::{Broken, Disk},
};

const ALL: [Broken; 3] = [Broken::Full, Broken::ReadOnly, Broken::Sync];

/// The file of a test's database.
pub(crate) fn file_of(test: &TestBackend) -> String {
    let url = &test.settings().database_url;
    url.strip_prefix("sqlite:").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_disk_fails_bookings_are_refused_in_words_and_reading_goes_on() {
    let (test, practice) = on_sqlite().await;
    let starts = free_starts(&test, &practice).await;
    let disk = Disk::under(Path::new(&file_of(&test)), test.folder.path());
    let (address, url) = (free_address(), &test.settings().database_url);
    let mut program = Program::start(test.folder.path(), address, url, &disk.variables());
    program.wait_until_up().await;
    let page = format!("/praticiens/{}", practice.practitioner.slug);
    for (number, broken) in ALL.into_iter().enumerate() {
        let form = |more: usize| {
            let number = 3 * number + more;
            form_of(
                &practice,
                starts[number],
                &format!("the-form-of-somebody-{number}"),
            )
        };
        let held = post(address, "/api/hold_slot", &form(0)).await.unwrap();
        assert_eq!(held.status, 303, "{broken:?}: {}", held.body);
        let token = held.token();
        let before = visits_of(&test, &practice).await.len();

        disk.breaks(broken);
        let code = test.held_visit(&token).await.unwrap().visit.appointment.id;
        let code = format!("token={token}&code={}", test.keys().email_code(code));
        for (what, form) in [
            ("/api/hold_slot", &form(1)),
            ("/api/confirm_hold", &code),
            ("/api/hold_slot", &form(2)),
        ] {
            let refused = post(address, what, form).await.unwrap();
            assert_eq!(refused.status, 503, "{broken:?} {what}: {}", refused.body);
            assert!(refused.body.contains(AWAY), "{broken:?}: {}", refused.body);
        }
        assert_eq!(get(address, &page).await.unwrap().status, 200, "{broken:?}");
        let waiting = get(address, &format!("/reservation/{token}")).await;
        assert_eq!(waiting.unwrap().status, 200, "{broken:?}");
        let ready = get_with(address, "/readyz", "").await.unwrap();
        assert_eq!(ready.status, 200, "{broken:?}: {}", ready.body);
        assert_eq!(is_whole(&test, &practice).await.len(), before, "{broken:?}");

        disk.is_well();
        for (what, form) in [
            ("/api/confirm_hold", &code),
            ("/api/hold_slot", &form(1)),
            ("/api/hold_slot", &form(2)),
        ] {
            let done = post(address, what, form).await.unwrap();
            assert_eq!(done.status, 303, "{broken:?} {what}: {}", done.body);
        }
    }
    assert!(program.ended().is_none(), "the same program all the time");
    program.kill();
    assert_eq!(is_whole(&test, &practice).await.len(), 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fails_under_load_loses_nothing_that_was_acknowledged() {
    let (test, practice) = on_sqlite().await;
    let disk = Disk::under(Path::new(&file_of(&test)), test.folder.path());
    let (address, url) = (free_address(), &test.settings().database_url);
    let mut program = Program::start(test.folder.path(), address, url, &disk.variables());
    program.wait_until_up().await;
    let crowd = Crowd::start(20, &[address], &test, &practice).await;
    crowd.book_more(5).await;
    for round in 0..rounds("RDV_DISK_ROUNDS", 3) {
        let broken = ALL[usize::try_from(round).unwrap() % ALL.len()];
        disk.breaks(broken);
        crowd.are_sent_away(20).await;
        // Every other time it dies with the disk as it is.
        if round % 2 == 1 {
            program.kill();
        }
        disk.is_well();
        if program.ended().is_some() {
            program = Program::start(test.folder.path(), address, url, &disk.variables());
        }
        crowd.book_more(5).await;
    }
    crowd.book_more(10).await;
    program.kill();
    let promises = crowd.leave().await;
    check(&test, &practice, &promises).await;
}
