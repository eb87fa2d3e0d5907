//! Clients that go away in the middle of a POST: half of the form was sent, or all of it and
//! nobody reads the answer. The write is whole or absent, those who stay are served, and whoever
//! asks again for the answer that got lost gets the same. `RDV_VANISHING` says how many.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use backend::testing::{Kind, TestBackend, TestPractice};
use rstest::rstest;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    bookers::{form_of, free_starts, is_whole},
    lived_in,
    program::{Program, free_address, get_with, head_of_post, post},
    rounds,
};

/// How many are there at once.
const AT_ONCE: usize = 50;

/// How far a client gets before she goes away.
#[derive(Clone, Copy)]
enum Sends {
    HalfOfTheHead,
    HalfOfTheForm,
    All,
}

async fn vanish(address: SocketAddr, form: String, sends: Sends, stays: Duration) {
    let head = head_of_post(address, "/api/hold_slot", form.len(), "");
    let request = match sends {
        Sends::HalfOfTheHead => head[..head.len() / 2].to_owned(),
        Sends::HalfOfTheForm => format!("{head}{}", &form[..form.len() / 2]),
        Sends::All => format!("{head}{form}"),
    };
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(stays).await;
    // With a reset: as when a telephone loses its network and comes back.
    stream.set_zero_linger().unwrap();
}

fn key(number: usize) -> String {
    format!("vanishing-client-{number}")
}

fn is_ours(key: &str) -> bool {
    key.starts_with("vanishing-client-")
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_vanish_leave_whole_bookings_or_none_and_a_healthy_pool(
    #[values(Kind::Sqlite, Kind::Postgres)] kind: Kind,
) {
    let (test, practice) = lived_in(TestBackend::new(kind).await).await;
    let starts = free_starts(&test, &practice).await;
    let (address, url) = (free_address(), &test.settings().database_url);
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), address, url, &[]);
    program.wait_until_up().await;
    let clients = usize::try_from(rounds("RDV_VANISHING", 500)).unwrap();
    let form = |number: usize| form_of(&practice, starts[number % starts.len()], &key(number));
    let sends = |number: usize| match number % 4 {
        0 => Sends::HalfOfTheHead,
        1 => Sends::HalfOfTheForm,
        _ => Sends::All,
    };
    // Each fifty stay a little longer: they go at every stage of their booking.
    let mut stays = Duration::ZERO;
    let mut next = 0;
    while next < clients || !test.stored_keys().await.iter().any(|key| is_ours(key)) {
        let some: Vec<_> = (next..next + AT_ONCE)
            .map(|number| tokio::spawn(vanish(address, form(number), sends(number), stays)))
            .collect();
        for client in some {
            client.await.unwrap();
        }
        next += AT_ONCE;
        stays += Duration::from_millis(5);
        assert!(next < clients + 5000, "nobody's booking outlived her");
    }
    let clients = next;

    those_who_stay_are_served(address, &test, &practice).await;
    let ready = get_with(address, "/readyz", "").await.unwrap();
    assert_eq!(ready.status, 200, "{}", ready.body);
    is_whole(&test, &practice).await;
    let stored: BTreeSet<String> = test.stored_keys().await.into_iter().collect();
    let mut lost = Vec::new();
    for number in 0..clients {
        if stored.contains(&key(number)) {
            assert!(
                matches!(sends(number), Sends::All),
                "half a form was stored"
            );
            lost.push(number);
        }
    }

    // The answer that got lost: the same again, and no second mail; another slot is refused.
    for number in lost.into_iter().take(10) {
        let jobs = test.job_keys().await.len();
        let (one, other) = (form(number), form(number + 1));
        let again = post(address, "/api/hold_slot", &one).await.unwrap();
        assert_eq!(again.status, 303, "{}", again.body);
        let twice = post(address, "/api/hold_slot", &one).await.unwrap();
        assert_eq!(again.token(), twice.token());
        let other = other.replace(&key(number + 1), &key(number));
        let other = post(address, "/api/hold_slot", &other).await.unwrap();
        assert_eq!(other.status, 409, "the same key for another slot");
        assert_eq!(test.job_keys().await.len(), jobs, "a second mail");
    }
    program.kill();
}

/// As many at once as there are connections to the database, and twice that.
async fn those_who_stay_are_served(
    address: SocketAddr,
    test: &TestBackend,
    practice: &TestPractice,
) {
    let start = Instant::now();
    let free = free_starts(test, practice).await;
    let staying: Vec<_> = free
        .into_iter()
        .rev()
        .take(24)
        .enumerate()
        .map(|(number, start)| {
            let form = form_of(practice, start, &format!("staying-client-{number}"));
            tokio::spawn(async move { post(address, "/api/hold_slot", &form).await.unwrap() })
        })
        .collect();
    for client in staying {
        let answer = client.await.unwrap();
        assert!(matches!(answer.status, 303 | 409), "{}", answer.body);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "they wait");
}
