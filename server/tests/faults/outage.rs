//! PostgreSQL is restarted, stopped at once, and hangs, while people book: "not now" in plain
//! words, going on without a restart of ours, and nothing lost that was acknowledged.
//! `RDV_OUTAGES` makes it longer.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use backend::testing::TestBackend;

use crate::{
    bookers::{AWAY, Crowd, check},
    cluster::Cluster,
    lived_in,
    program::{Program, free_address, get, get_with},
    rounds,
};

/// Nobody waits longer to be told "not now"; a request is cut after thirty seconds.
const TOLD_WITHIN: Duration = Duration::from_secs(25);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_may_stop_at_once_under_load_and_nothing_acknowledged_is_lost() {
    let mut cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let test = TestBackend::on(&cluster.url).await;
    let (test, practice) = lived_in(test).await;
    let address = free_address();
    let mut program = Program::start(folder.path(), address, &cluster.url, &[]);
    program.wait_until_up().await;
    let crowd = Crowd::start(20, &[address], &test, &practice).await;
    crowd.book_more(10).await;
    let slug = practice.practitioner.slug.to_string();
    for _ in 0..rounds("RDV_OUTAGES", 1) {
        cluster.control("-m fast restart");
        crowd.book_more(10).await;
        cluster.control("-m immediate stop");
        everything_says_not_now(address, &slug).await;
        cluster.control("start");
        crowd.book_more(10).await;
    }
    assert!(program.ended().is_none(), "the same program all the time");
    program.kill();
    let promises = crowd.leave().await;
    check(&test, &practice, &promises).await;
    assert!(promises.unavailable() > 0, "nobody was told to come back");
}

/// It takes connections and says nothing, to those in the middle of a booking as to those who come.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_hangs_is_not_waited_for_and_all_is_well_when_it_goes_on() {
    let mut cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let test = TestBackend::on(&cluster.url).await;
    let (test, practice) = lived_in(test).await;
    let address = free_address();
    let mut program = Program::start(folder.path(), address, &cluster.url, &[]);
    program.wait_until_up().await;
    let crowd = Crowd::start(10, &[address], &test, &practice).await;
    crowd.book_more(15).await;
    let slug = practice.practitioner.slug.to_string();
    for _ in 0..rounds("RDV_OUTAGES", 1) {
        let frozen = cluster.freeze();
        // Whatever they are told, it is 503 and the form kept: they insist on that themselves.
        tokio::join!(
            everything_says_not_now(address, &slug),
            crowd.are_sent_away(20),
        );
        drop(frozen);
        crowd.book_more(15).await;
    }
    assert!(program.ended().is_none(), "the same program all the time");
    let ready = get_with(address, "/readyz", "").await.unwrap();
    assert_eq!(ready.status, 200, "{}", ready.body);
    program.kill();
    let promises = crowd.leave().await;
    check(&test, &practice, &promises).await;
}

/// A page, a page of somebody who is signed in, the slots for programs, a feed, the probe.
async fn everything_says_not_now(address: SocketAddr, slug: &str) {
    let session = format!("Accept: text/html\r\nCookie: rdv={}\r\n", "A".repeat(43));
    let page = format!("/praticiens/{slug}");
    let slots = format!("/api/v1/practitioners/{slug}/slots?reason=consultation");
    let feed = format!("/calendrier/{}.ics", "A".repeat(43));
    let start = Instant::now();
    let (home, page, office, slots, feed, ready, health) = tokio::join!(
        get(address, "/"),
        get(address, &page),
        get_with(address, "/agenda", &session),
        get_with(address, &slots, "Accept: application/json\r\n"),
        get_with(address, &feed, ""),
        get_with(address, "/readyz", ""),
        get_with(address, "/healthz", ""),
    );
    let took = start.elapsed();
    assert!(took < TOLD_WITHIN, "told after {took:?}");
    for (what, answer) in [("home", home), ("page", page), ("office", office)] {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 503, "{what}: {}", answer.body);
        assert!(answer.body.contains(AWAY), "{what}: {}", answer.body);
        assert!(!answer.header("retry-after").is_empty(), "{what}");
    }
    let slots = slots.unwrap();
    assert_eq!(slots.status, 503, "{}", slots.body);
    assert_eq!(slots.header("content-type"), "application/json");
    assert!(slots.body.contains("try again"), "{}", slots.body);
    assert!(!slots.header("retry-after").is_empty());
    // An empty calendar would erase what people have in theirs.
    let feed = feed.unwrap();
    assert_eq!(feed.status, 503, "{}", feed.body);
    assert!(!feed.body.contains("VCALENDAR"), "{}", feed.body);
    assert_eq!(ready.unwrap().status, 503);
    assert_eq!(health.unwrap().status, 200, "the program itself is well");
}
