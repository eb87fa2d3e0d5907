//! kill -9 in a loop under fifty bookers: what was acknowledged is there, once, with its mail.
//!
//! The bookers speak HTTP to the program itself on one SQLite file. Whatever was answered 303 is
//! a promise; what was not answered may be whole or absent. `RDV_KILL_ROUNDS` makes it longer.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backend::{
    Backend,
    clock::{Clock, SystemClock},
    store::appointments::{self, Visit},
    testing::{Kind, TestBackend, TestPractice},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{appointment::Status, interval::Interval};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const BOOKERS: usize = 50;
/// The program answers again so long after it was killed.
const UP_AGAIN: Duration = Duration::from_secs(5);

/// What bookers were told.
#[derive(Debug, Default)]
struct Promises {
    /// Start of each slot that was acknowledged as held, by the hold's token.
    held: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Tokens of the holds that were acknowledged as booked.
    booked: Mutex<Vec<String>>,
    refused: AtomicUsize,
    unanswered: AtomicUsize,
}

/// The program, killed without warning when dropped.
struct Program(Child);

impl Program {
    fn start(folder: &Path, address: SocketAddr) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_rdv"))
            .arg("serve")
            .current_dir(folder)
            .env("RDV_LISTEN", address.to_string())
            .env("RDV_DATABASE_URL", "sqlite:rdv.db")
            .env("RDV_RATE_LIMITS", "off")
            .env("RDV_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// SIGKILL: nothing of the program runs any more when this returns.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends a request and reads the whole answer; `None` when the program went away in the middle.
async fn ask(address: SocketAddr, request: String) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.contains("\r\n\r\n").then_some(answer)
}

/// Posts a form as a page of ours does; answers the status and where it leads.
async fn post(address: SocketAddr, path: &str, form: &str) -> Option<(u16, String)> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = ask(address, request).await?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let location = answer
        .lines()
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            line.to_lowercase()
                .starts_with("location:")
                .then(|| line[9..].trim().to_owned())
        });
    Some((status, location.unwrap_or_default()))
}

/// Books one slot after the other until told to stop; all bookers want the same few.
async fn book(
    number: usize,
    address: SocketAddr,
    backend: Backend,
    practice: TestPractice,
    starts: Arc<Vec<DateTime<Utc>>>,
    promises: Arc<Promises>,
    stop: Arc<AtomicBool>,
) {
    for turn in number.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        // Five bookers want each slot.
        let start = starts[(turn * 7 + number / 5) % starts.len()];
        let form = format!(
            "practitioner={}&reason={}&start={}&idempotency_key=booker-{number}-turn-{turn}-{}\
             &given_name=Zo%C3%A9&family_name=Booker&email=zoe%40example.org&phone=0612345678",
            practice.practitioner.slug,
            practice.reason.slug,
            start.format("%Y-%m-%dT%H%%3A%M%%3A%SZ"),
            start.timestamp(),
        );
        match post(address, "/api/hold_slot", &form).await {
            Some((303, location)) => {
                let token = location.rsplit('/').next().unwrap_or_default().to_owned();
                promises.held.lock().unwrap().insert(token.clone(), start);
                let Ok(found) = backend.held_visit(&token).await else {
                    continue;
                };
                let code = backend.keys().email_code(found.visit.appointment.id);
                let form = format!("token={token}&code={code}");
                match post(address, "/api/confirm_hold", &form).await {
                    Some((303, _)) => promises.booked.lock().unwrap().push(token),
                    Some((status, _)) => panic!("the right code was answered {status}"),
                    None => {
                        promises.unanswered.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            Some((409, _)) => {
                promises.refused.fetch_add(1, Ordering::Relaxed);
            }
            Some((status, _)) => panic!("a booking was answered {status}"),
            None => {
                promises.unanswered.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn wait_until_up(address: SocketAddr) -> Duration {
    let since = Instant::now();
    loop {
        let request =
            format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        if let Some(answer) = ask(address, request).await
            && answer.starts_with("HTTP/1.1 200")
        {
            return since.elapsed();
        }
        assert!(
            since.elapsed() < UP_AGAIN * 4,
            "the program does not come up"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Free starts of the coming weeks.
async fn free_starts(test: &TestBackend, practice: &TestPractice) -> Vec<DateTime<Utc>> {
    let from = (test.now() + TimeDelta::days(2)).date_naive();
    let to = from + TimeDelta::days(40);
    let slugs = (&practice.practitioner.slug, &practice.reason.slug);
    let free = test.find_slots(slugs.0, slugs.1, from, to).await.unwrap();
    free.slots
        .iter()
        .map(|slot| slot.interval.start())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_kill_is_there_once_with_its_mail() {
    let rounds: usize =
        std::env::var("RDV_KILL_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap());
    let test = TestBackend::new(Kind::Sqlite).await;
    test.clock.set(SystemClock.now());
    let practice = test.practice().await;
    let starts = Arc::new(free_starts(&test, &practice).await);
    assert!(starts.len() > 200, "{} slots", starts.len());

    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (promises, stop) = (
        Arc::new(Promises::default()),
        Arc::new(AtomicBool::new(false)),
    );
    let mut program = Program::start(test.folder.path(), address);
    wait_until_up(address).await;
    let bookers: Vec<_> = (0..BOOKERS)
        .map(|number| {
            tokio::spawn(book(
                number * 1000,
                address,
                test.backend(),
                practice.clone(),
                Arc::clone(&starts),
                Arc::clone(&promises),
                Arc::clone(&stop),
            ))
        })
        .collect();
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_millis(700 + 130 * (round as u64 % 5))).await;
        program.kill();
        program = Program::start(test.folder.path(), address);
        let up = wait_until_up(address).await;
        assert!(up < UP_AGAIN, "up again only after {up:?}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    program.kill();
    stop.store(true, Ordering::Relaxed);
    for booker in bookers {
        booker.await.unwrap();
    }
    check(&test, &practice, &promises).await;
}

async fn check(test: &TestBackend, practice: &TestPractice, promises: &Promises) {
    let (practice_id, _, practitioner) = practice.ids();
    let all = Interval::starting(test.now() - TimeDelta::days(1), TimeDelta::days(90)).unwrap();
    let mut db = test.store().read().await.unwrap();
    let visits = appointments::between(&mut db, practice_id, practitioner, all)
        .await
        .unwrap();
    drop(db);
    let taken: Vec<&Visit> = visits
        .iter()
        .filter(|visit| visit.appointment.status.blocks(test.now()))
        .collect();
    for pair in taken.windows(2) {
        let (one, two) = (&pair[0].appointment, &pair[1].appointment);
        assert!(
            !one.interval.overlaps(two.interval),
            "two visits at {}",
            two.interval.start()
        );
    }
    let by_token: BTreeMap<String, &Visit> = visits
        .iter()
        .map(|visit| (test.keys().hold_token(visit.appointment.id), visit))
        .collect();
    assert_eq!(by_token.len(), visits.len());
    let held = promises.held.lock().unwrap().clone();
    for (token, start) in held.iter() {
        let visit = by_token
            .get(token)
            .expect("an acknowledged hold is not there");
        assert_eq!(visit.appointment.interval.start(), *start);
    }
    let booked = promises.booked.lock().unwrap().clone();
    for token in booked.iter() {
        assert_eq!(
            by_token[token].appointment.status,
            Status::Booked,
            "an acknowledged visit"
        );
    }
    let jobs = test.job_keys().await;
    for visit in &visits {
        let id = visit.appointment.id;
        assert!(
            jobs.contains(&format!("send_code:{id}:0")),
            "a hold without its mail"
        );
        let has_mail = jobs.contains(&format!("confirm:{id}:0"));
        assert_eq!(
            visit.appointment.status == Status::Booked,
            has_mail,
            "a visit and its mail"
        );
    }
    let (refused, unanswered) = (&promises.refused, &promises.unanswered);
    println!(
        "{} held, {} booked, {} refused, {} unanswered",
        held.len(),
        booked.len(),
        refused.load(Ordering::Relaxed),
        unanswered.load(Ordering::Relaxed)
    );
    assert!(
        booked.len() > 20,
        "only {} bookings: the test proves little",
        booked.len()
    );
    assert!(
        unanswered.load(Ordering::Relaxed) > 0,
        "nobody was interrupted"
    );
}
