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

mod commands;
mod log;
mod wire;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rdv");

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
