//! A calendar application from end to end: vdirsyncer fetches a feed from a running server,
//! khal shows it. Both from PyPI, installed by `scripts/setup.sh test`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use backend::testing::{
    agenda::Written,
    linter,
    readers::{beside_python, run},
};
use chrono::TimeDelta;
use domain::{feed::Detail, links};
use serde::Deserialize;
use support::TestSite;
use tempfile::TempDir;

/// An event as khal shows it in Paris.
#[derive(Debug, Deserialize)]
struct Shown {
    title: String,
    #[serde(rename = "start-long")]
    start: String,
    #[serde(rename = "end-long")]
    end: String,
    status: String,
    location: String,
}

/// A subscription on somebody's computer.
struct Computer {
    folder: TempDir,
}

impl Computer {
    fn subscribed_to(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        fs::create_dir(folder.path().join("local")).unwrap();
        let vdirsyncer = format!(
            r#"[general]
status_path = "{at}/status"
[pair agenda]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{url}"
[storage local]
type = "filesystem"
path = "{at}/local"
fileext = ".ics"
"#
        );
        let khal = format!(
            "[calendars]\n[[agenda]]\npath = {at}/local\nreadonly = True\n\
             [locale]\nlocal_timezone = Europe/Paris\ndefault_timezone = Europe/Paris\n\
             timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n\
             datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n\
             [sqlite]\npath = {at}/khal.db\n"
        );
        fs::write(folder.path().join("vdirsyncer"), vdirsyncer).unwrap();
        fs::write(folder.path().join("khal"), khal).unwrap();
        let computer = Self { folder };
        computer.vdirsyncer(&["discover"]);
        computer
    }

    fn vdirsyncer(&self, arguments: &[&str]) {
        run(Command::new(beside_python("vdirsyncer"))
            .arg("-c")
            .arg(self.folder.path().join("vdirsyncer"))
            .args(arguments)
            .stdin(Stdio::null()));
    }

    /// Fetches the feed; a calendar that became empty is emptied here too.
    fn sync(&self) {
        self.vdirsyncer(&["sync", "--force-delete"]);
    }

    /// What khal shows between two days.
    fn shown(&self, from: &str, to: &str) -> Vec<Shown> {
        let mut khal = Command::new(beside_python("khal"));
        khal.arg("-c").arg(self.folder.path().join("khal"));
        khal.env("HOME", self.folder.path())
            .env("LC_ALL", "C.UTF-8");
        khal.args(["list", from, to, "--once"]);
        for field in ["title", "start-long", "end-long", "status", "location"] {
            khal.args(["--json", field]);
        }
        let output = run(&mut khal);
        // A list for each day.
        let days = String::from_utf8(output.stdout).unwrap();
        let days = days.lines().filter(|line| line.starts_with('['));
        days.flat_map(|day| serde_json::from_str::<Vec<Shown>>(day).unwrap())
            .collect()
    }

    /// Everything that was copied.
    fn copied(&self) -> String {
        let files = fs::read_dir(self.folder.path().join("local")).unwrap();
        files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_follows_the_agenda_until_it_is_revoked() {
    let (practice, site) = TestSite::with_practice().await;
    let backend = &site.backend;
    let owner = backend.owner_without_account(&practice);
    let practitioner = practice.practitioner.id;
    let made = backend
        .create_feed(&owner, practitioner, Detail::FullName)
        .await
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = site
        .router
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let url = format!("http://{address}{}", links::feed(&made.token));
    let computer = Computer::subscribed_to(&url);
    computer.sync();
    assert!(computer.shown("2026-11-01", "2027-10-31").is_empty());

    // Nine o'clock in Paris, on both sides of a clock change; and somebody with a name.
    let visit = backend.book(&practice, "2026-11-25T08:00:00Z").await;
    for written in [
        Written::at("2027-03-26T08:00:00Z"),
        Written::at("2027-03-29T07:00:00Z"),
        Written {
            names: ("a\r\nEND:VEVENT\r\nBEGIN:VEVENT", "O'Brien; \"Zoé\", MD\\"),
            ..Written::at("2026-11-26T08:00:00Z")
        },
    ] {
        backend.write_visit(&practice, written).await;
    }
    computer.sync();
    let shown = computer.shown("2026-11-01", "2027-10-31");
    let times: Vec<_> = shown
        .iter()
        .map(|event| (event.start.as_str(), event.end.as_str()))
        .collect();
    assert_eq!(
        times,
        [
            ("2026-11-25 09:00", "2026-11-25 09:20"),
            ("2026-11-26 09:00", "2026-11-26 09:20"),
            ("2027-03-26 09:00", "2027-03-26 09:20"),
            ("2027-03-29 09:00", "2027-03-29 09:20"),
        ]
    );
    assert_eq!(shown[0].title, "Zoé Đặng");
    assert_eq!(shown[0].status, "CONFIRMED");
    assert_eq!(shown[0].location, "Cabinet, 3 rue de la Tour, 75016 Paris");
    assert_eq!(
        shown[1].title,
        "a  END:VEVENT  BEGIN:VEVENT O'Brien; \"Zoé\", MD\\"
    );

    backend.clock.advance(TimeDelta::minutes(1));
    backend.cancel_by_link(&visit).await.unwrap();
    computer.sync();
    let shown = computer.shown("2026-11-25", "2026-11-26");
    assert_eq!(shown[0].title, "Annulé\u{a0}: Zoé Đặng");
    assert_eq!(shown[0].status, "CANCELLED");

    let busy = Detail::BusyOnly;
    backend
        .set_feed_detail(&owner, made.id, None, busy)
        .await
        .unwrap();
    computer.sync();
    let shown = computer.shown("2026-11-01", "2027-10-31");
    assert_eq!(shown.len(), 4);
    assert!(
        shown
            .iter()
            .all(|event| event.title.ends_with("Rendez-vous"))
    );
    assert!(!computer.copied().contains("Zoé"), "a name stayed behind");

    backend.revoke_feed(&owner, made.id).await.unwrap();
    computer.sync();
    assert!(computer.shown("2026-11-01", "2027-10-31").is_empty());
    assert_eq!(computer.copied(), "");
}

/// The program, killed when the test ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_feeds_of_the_demonstration_can_be_subscribed_to() {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let rdv = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rdv"));
        command.args(arguments).current_dir(folder.path());
        command.env("RDV_LISTEN", address.to_string());
        command.env("RDV_PUBLIC_URL", format!("http://{address}"));
        command
    };
    let printed = run(&mut rdv(&["demo", "--json"])).stdout;
    let printed: serde_json::Value = serde_json::from_slice(&printed).unwrap();
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let served = rdv(&["serve"]).stdout(Stdio::null()).stderr(log).spawn();
    let _program = Program(served.unwrap());

    let feeds = printed["feeds"].as_array().unwrap();
    assert!(!feeds.is_empty());
    for feed in feeds {
        let url = feed["url"].as_str().unwrap();
        let body = fetch(address, url);
        let events = linter::feed(&body).unwrap().events;
        assert!(!events.is_empty(), "an agenda without a visit");
        let computer = Computer::subscribed_to(url);
        computer.sync();
        let (first, last) = (events[0].start, events[events.len() - 1].start);
        let day = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%d").to_string();
        let from = day(first - TimeDelta::days(2));
        let to = day(last + TimeDelta::days(2));
        assert_eq!(computer.shown(&from, &to).len(), events.len());
    }
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    for feed in feeds {
        let token = feed["url"].as_str().unwrap().rsplit('/').next().unwrap();
        assert!(!log.contains(&token[..20]), "a token stands in the log");
    }
}

/// The body of a GET, once the program answers.
fn fetch(address: SocketAddr, url: &str) -> Vec<u8> {
    use std::io::{Read, Write};

    let path = url.split_once(&address.to_string()).expect("our address").1;
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut stream = loop {
        match std::net::TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    // HTTP/1.0: no chunks.
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.0 200"),
        "{}",
        String::from_utf8_lossy(&answer[..head])
    );
    answer.split_off(head + 4)
}
