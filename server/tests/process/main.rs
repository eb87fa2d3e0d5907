//! The program itself: how it starts, refuses to, answers and stops. One server a test, on a
//! free port of loopback, in an empty folder.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

mod wire;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rdv");

/// Opens a practice.
const PRACTICE: [&str; 20] = [
    "practice",
    "create",
    "--name",
    "Cabinet des Lilas",
    "--phone",
    "01 23 45 67 89",
    "--address",
    "3 rue des Lilas, 75019 Paris",
    "--town",
    "Paris",
    "--practitioner",
    "Dre Camille Lefèvre",
    "--specialty",
    "Médecin généraliste",
    "--weekdays",
    "09:00-12:00",
    "--weekdays",
    "14:00-18:00",
    "--owner-email",
    "camille@lilas.example",
];

/// A server, killed if a test forgets to stop it.
struct Server {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

fn rdv(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    rdv(&folder, arguments, variables).output().unwrap()
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

impl Server {
    fn start(variables: &[(&str, &str)]) -> Self {
        let (address, folder) = (free_port(), tempfile::tempdir().unwrap());
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = rdv(&folder, &["serve"], variables)
            .env("RDV_LISTEN", address.to_string())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let server = Self {
            child,
            address,
            folder,
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while server.try_get("/healthz").is_none() {
            assert!(
                Instant::now() < deadline,
                "does not answer: {}",
                server.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn try_get(&self, path: &str) -> Option<String> {
        self.try_get_with(path, "")
    }

    /// The same with more headers, each ended by CR and LF.
    fn try_get_with(&self, path: &str, headers: &str) -> Option<String> {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n");
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(2)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    fn get(&self, path: &str) -> String {
        self.try_get(path).expect("an answer")
    }

    fn log(&self) -> String {
        // It is written beside the answers, a moment later.
        thread::sleep(Duration::from_millis(300));
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Sends a signal and answers the exit status and how long it took.
    fn stop(mut self, signal: &str) -> (Option<i32>, Duration) {
        let start = Instant::now();
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        (self.child.wait().unwrap().code(), start.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_starts_in_an_empty_folder_and_stops_when_told_to() {
    for signal in ["-INT", "-TERM"] {
        let server = Server::start(&[]);
        assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(server.get("/readyz").contains("ready"));
        let (status, took) = server.stop(signal);
        assert_eq!(status, Some(0), "{signal}");
        assert!(took < Duration::from_secs(5), "{signal} took {took:?}");
    }
}

#[test]
fn who_has_asked_when_it_is_told_to_stop_is_answered() {
    let server = Server::start(&[]);
    let asked: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            let request = "GET /connexion HTTP/1.1\r\nHost: localhost\r\n\r\n";
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    let (status, took) = server.stop("-TERM");
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    for mut stream in asked {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "not a word");
    }
}

#[test]
fn a_log_that_nobody_reads_any_more_keeps_nobody_waiting() {
    let (address, folder) = (free_port(), tempfile::tempdir().unwrap());
    let child = rdv(&folder, &["serve"], &[])
        .env("RDV_LISTEN", address.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let server = Server {
        child,
        address,
        folder,
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.try_get("/healthz").is_none() {
        assert!(Instant::now() < deadline, "does not answer");
        thread::sleep(Duration::from_millis(50));
    }
    // A pipe holds 64 KiB, and a line has a hundred.
    for _ in 0..1500 {
        assert!(server.get("/accessibilite").starts_with("HTTP/1.1 "));
    }
    let (status, took) = server.stop("-TERM");
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn the_mailbox_of_a_trial_is_shown_to_nobody_behind_a_proxy() {
    let server = Server::start(&[]);
    assert!(server.get("/courrier").starts_with("HTTP/1.1 200"));
    for header in ["X-Forwarded-For: 192.0.2.1\r\n", "Via: 1.1 somewhere\r\n"] {
        let answer = server.try_get_with("/courrier", header).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{header}: {answer}");
    }
}

#[test]
fn the_footer_leads_to_the_mailbox_of_a_trial_but_not_behind_a_proxy() {
    let server = Server::start(&[]);
    let link = "href=\"/courrier\"";
    let page = server.get("/");
    assert!(page.contains(link), "{page}");
    for header in ["X-Forwarded-For: 192.0.2.1\r\n", "Via: 1.1 somewhere\r\n"] {
        let page = server.try_get_with("/", header).unwrap();
        assert!(page.contains("site-footer"), "{header}: {page}");
        assert!(!page.contains(link), "{header}: {page}");
    }
}

#[test]
fn it_is_well_only_while_it_runs() {
    let server = Server::start(&[]);
    let listen = server.address.to_string();
    let variables = [("RDV_LISTEN", listen.as_str())];
    assert!(run(&["healthcheck"], &variables).status.success());
    server.stop("-TERM");
    let down = run(&["healthcheck"], &variables);
    assert_eq!(down.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&down.stderr).contains(&listen));
}

#[test]
fn a_wrong_variable_is_named_before_anything_starts() {
    for (variable, value, example) in [
        ("RDV_LISTEN", "everywhere", "127.0.0.1:3000"),
        ("RDV_PUBLIC_URL", "http://rdv.example", "https://"),
        (
            "RDV_PUBLIC_URL",
            "https://rdv:s3cret@rdv.example",
            "https://rdv.example",
        ),
        (
            "RDV_DATABASE_URL",
            "mysql://rdv:s3cret@db",
            "sqlite:data/rdv.db",
        ),
        ("RDV_DATABASE_URL", "sqlite::memory:", "sqlite:data/rdv.db"),
        (
            "RDV_DATABASE_URL",
            "sqlite:rdv.db?mode=memory",
            "sqlite:data/rdv.db",
        ),
        ("RDV_SMTP_URL", "imap://rdv:s3cret@mail", "smtp://"),
        ("RDV_MAIL_FROM", "nobody", "<rdv@lilas.example>"),
        ("RDV_RATE_LIMITS", "maybe", "on, off"),
        ("RDV_LOG", "rdv=everything", "info"),
        ("RDV_TRUSTED_PROXIES", "proxy", "10.0.0.0/8"),
        ("RDV_DATABASE_URL_FILE", "/nowhere", "/nowhere"),
    ] {
        let output = run(&["serve"], &[(variable, value)]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{variable}: {said}");
        let flag = variable
            .trim_start_matches("RDV_")
            .to_lowercase()
            .replace('_', "-");
        assert!(
            said.contains(variable) || said.contains(&flag),
            "{variable}: {said}"
        );
        assert!(said.contains(example), "{variable}: {said}");
        assert!(!said.contains("s3cret"), "{variable}: {said}");
    }
}

#[test]
fn an_address_that_is_taken_is_said_to_be() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve"], &[("RDV_LISTEN", &address)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains(&address) && said.contains("RDV_LISTEN"),
        "{said}"
    );
}

#[test]
fn the_log_holds_templates_and_nothing_that_was_asked_for() {
    let server = Server::start(&[("RDV_LOG", "info")]);
    for path in [
        "/rdv/CANARY-token",
        "/calendrier/CANARY-token.ics",
        "/reservation/CANARY-token?CANARY=query",
        "/CANARY/nowhere",
        "/?q=CANARY",
    ] {
        server.get(path);
    }
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(b"CANARY-method / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let body = "given_name=CANARY&email=CANARY%40example.org";
    let post = format!(
        "POST /api/choose_language HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
         Referer: https://rdv.example/CANARY\r\nCookie: rdv=CANARY\r\nUser-Agent: CANARY\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(post.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let log = server.log();
    assert!(log.contains("/api/choose_language"), "{log}");
    assert!(log.contains("method=\"other\""), "{log}");
    assert!(!log.contains("CANARY"), "{log}");
}

#[test]
fn a_log_for_programs_has_one_object_a_request_and_a_refusal_is_no_error() {
    let server = Server::start(&[("RDV_LOG_FORMAT", "json")]);
    server.get("/nowhere");
    server.get("/rdv/CANARY-token");
    let address = server.address;
    let mut stream = TcpStream::connect(address).unwrap();
    let post = "POST /api/hold_slot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(post.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let log = server.log();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line: &serde_json::Value| line["target"] == "rdv::request")
        .collect();
    for (path, status) in [("-", 404), ("/rdv/{token}", 404), ("/api/hold_slot", 403)] {
        let line = lines
            .iter()
            .find(|line| line["fields"]["path"] == path && line["fields"]["status"] == status)
            .unwrap_or_else(|| panic!("{path} {status}: {log}"));
        assert_eq!(line["level"], "INFO", "{line}");
        assert!(line["fields"]["ms"].is_u64(), "{line}");
        let reference = line["fields"]["reference"].as_str().unwrap();
        assert_eq!(reference.len(), 9, "{line}");
    }
    assert!(!log.contains("CANARY"), "{log}");
}

#[test]
fn migrating_twice_does_nothing_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let output = rdv(&folder, &["migrate"], &[]).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(folder.path().join("data/rdv.db").exists());
}

#[test]
fn a_practice_is_opened_and_its_people_made_at_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| rdv(&folder, arguments, &[]).output().unwrap();
    let opened = run(&PRACTICE);
    let said = String::from_utf8_lossy(&opened.stdout).into_owned();
    assert!(
        opened.status.success(),
        "{}",
        String::from_utf8_lossy(&opened.stderr)
    );
    assert!(
        said.contains("http://127.0.0.1:3000/cabinets/cabinet-des-lilas"),
        "{said}"
    );
    assert!(said.contains("password"), "{said}");

    // The address has an account now.
    let again = run(&PRACTICE);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--owner-email"));

    std::fs::write(folder.path().join("password"), "correct horse battery\n").unwrap();
    let secretary = [
        "user",
        "create",
        "--practice",
        "cabinet-des-lilas",
        "--email",
        "ali@lilas.example",
        "--name",
        "Ali Benali",
        "--role",
        "secretary",
        "--password-file",
        "password",
    ];
    let made = run(&secretary);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(!String::from_utf8_lossy(&made.stdout).contains("horse"));
    assert_eq!(run(&secretary).status.code(), Some(1), "there already");
    let reset = ["user", "reset-password", "--email", "ali@lilas.example"];
    assert!(run(&reset).status.success());
    let unknown = ["user", "reset-password", "--email", "nobody@lilas.example"];
    assert_eq!(run(&unknown).status.code(), Some(1));
}

#[test]
fn who_mistypes_the_database_of_an_account_makes_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let reset = ["user", "reset-password", "--email", "ali@lilas.example"];
    let output = rdv(&folder, &reset, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("RDV_DATABASE_URL"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_flag_is_named_with_what_it_should_look_like() {
    for (flag, value, example) in [
        ("--phone", "call me", "expected form"),
        ("--holidays", "mars", "alsace_moselle"),
        ("--length", "2", "5"),
        ("--weekdays", "9-12", "09:00-12:00"),
        ("--weekdays", "12:00-09:00", "end"),
        ("--owner-email", "a@localhost", "expected form"),
    ] {
        let output = run(&["practice", "create", flag, value], &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{flag}: {said}");
        assert!(
            said.contains(flag) && said.contains(example),
            "{flag}: {said}"
        );
    }
}

#[test]
fn the_first_start_prints_a_link_that_opens_a_practice() {
    let server = Server::start(&[]);
    let log = server.log();
    let link = log
        .lines()
        .find_map(|line| line.split("/installation/").nth(1));
    let token = link.expect("a link").trim().to_owned();
    assert!(token.len() >= 43, "{token}");
    assert!(
        server
            .get(&format!("/installation/{token}"))
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        server
            .get("/installation/another")
            .starts_with("HTTP/1.1 404")
    );
}

#[test]
fn the_demo_says_who_signs_in_and_is_filled_once() {
    let folder = tempfile::tempdir().unwrap();
    let demo = |arguments: &[&str]| {
        let arguments: Vec<_> = ["demo"].iter().chain(arguments).copied().collect();
        rdv(&folder, &arguments, &[]).output().unwrap()
    };
    let first = demo(&["--date", "2026-11-23", "--json"]);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let report: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    for list in ["accounts", "practitioners", "feeds"] {
        assert!(!report[list].as_array().unwrap().is_empty(), "{list}");
    }
    let url = report["practitioners"][0]["url"].as_str().unwrap();
    assert!(
        url.starts_with("http://127.0.0.1:3000/praticiens/"),
        "{url}"
    );
    assert_eq!(
        demo(&["--date", "2026-11-23", "--json"]).stdout,
        first.stdout
    );
    let words = String::from_utf8(demo(&["--date", "2026-11-23"]).stdout).unwrap();
    assert!(words.contains(url), "{words}");
    assert_eq!(
        demo(&["--size", "1"]).status.code(),
        Some(1),
        "another size is there"
    );
    assert_eq!(demo(&["--date", "tomorrow"]).status.code(), Some(2));
}

#[test]
fn the_demo_refuses_a_database_with_a_real_practice() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| rdv(&folder, arguments, &[]).output().unwrap();
    assert!(run(&PRACTICE).status.success());
    let refused = run(&["demo"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("real practice"));
}
