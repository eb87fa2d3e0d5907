//! kill -9 in a loop under fifty bookers: what was acknowledged is there, once, with its mail.
//! `RDV_KILL_ROUNDS` makes it longer.

use std::time::Duration;

use crate::{
    bookers::{Crowd, check},
    on_sqlite,
    program::{Program, free_address},
    rounds,
};

/// The program answers again so long after it was killed.
const UP_AGAIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_kill_is_there_once_with_its_mail() {
    let (test, practice) = on_sqlite().await;
    let folder = test.folder.path();
    let (address, url) = (free_address(), &test.settings().database_url);
    let mut program = Program::start(folder, address, url, &[]);
    program.wait_until_up().await;
    let crowd = Crowd::start(50, &[address], &test, &practice).await;
    for round in 0..rounds("RDV_KILL_ROUNDS", 5) {
        tokio::time::sleep(Duration::from_millis(700 + 130 * (round % 5))).await;
        program.kill();
        program = Program::start(folder, address, url, &[]);
        let up = program.wait_until_up().await;
        assert!(up < UP_AGAIN, "up again only after {up:?}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    program.kill();
    let promises = crowd.leave().await;
    check(&test, &practice, &promises).await;
    assert!(promises.unanswered() > 0, "nobody was interrupted");
}
