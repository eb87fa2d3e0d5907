//! Another process holds the lock of the SQLite file: whoever writes waits, and is then told to
//! come back; whoever reads does not notice; nothing is half written. The other process is this
//! one: for the program it is a stranger.

use std::time::{Duration, Instant};

use domain::appointment::Status;

use crate::{
    bookers::{AWAY, form_of, free_starts, is_whole},
    on_sqlite,
    program::{Program, free_address, get, post},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_waits_for_a_lock_then_says_busy_and_keeps_what_was_typed() {
    let (test, practice) = on_sqlite().await;
    let starts = free_starts(&test, &practice).await;
    let (address, url) = (free_address(), &test.settings().database_url);
    let program = Program::start(test.folder.path(), address, url, &[]);
    program.wait_until_up().await;
    let form = |number: usize| {
        form_of(
            &practice,
            starts[number],
            &format!("the-form-of-somebody-{number}"),
        )
    };

    // For three seconds: she waits, and is booked.
    let lock = test.store().begin().await.unwrap();
    let start = Instant::now();
    let waits = tokio::spawn({
        let form = form(0);
        async move { post(address, "/api/hold_slot", &form).await.unwrap() }
    });
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!waits.is_finished(), "she is told before she can be");
    drop(lock);
    let answer = waits.await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(start.elapsed() >= Duration::from_secs(3));

    // For longer than anybody waits.
    let lock = test.store().begin().await.unwrap();
    let start = Instant::now();
    let waiting: Vec<_> = (1..6)
        .map(|number| {
            let form = form(number);
            tokio::spawn(async move { post(address, "/api/hold_slot", &form).await.unwrap() })
        })
        .collect();
    let page = format!("/praticiens/{}", practice.practitioner.slug);
    let asked = Instant::now();
    assert_eq!(get(address, &page).await.unwrap().status, 200);
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "readers wait for nobody"
    );
    let mut kept = Vec::new();
    for answer in waiting {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert!(answer.body.contains(AWAY), "{}", answer.body);
        kept.push(answer.kept_form());
    }
    assert!(start.elapsed() >= Duration::from_secs(9), "nobody waited");
    drop(lock);
    assert_eq!(is_whole(&test, &practice).await.len(), 1, "half written");

    // Each sends again what the page kept.
    for fields in &kept {
        let typed = |name: &str| {
            let field = fields.iter().find(|(ours, _)| ours == name);
            field.map(|(_, value)| value.as_str())
        };
        assert_eq!(typed("given_name"), Some("Zoé"));
        assert_eq!(typed("email"), Some("zoe@example.org"));
        let form = serde_urlencoded::to_string(fields).unwrap();
        let answer = post(address, "/api/hold_slot", &form).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    let visits = is_whole(&test, &practice).await;
    assert_eq!(visits.len(), 6);
    for visit in visits {
        assert!(matches!(visit.appointment.status, Status::Held { .. }));
    }
}
