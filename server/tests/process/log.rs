//! What the program writes down of those who ask, and where.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use super::{Server, free_port, rdv};

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
