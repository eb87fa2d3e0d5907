//! Clients that do not speak HTTP as one should: slowly, by halves, or not at all.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use super::Server;

#[test]
fn half_open_connections_keep_nobody_else_out() {
    let server = Server::start(&[]);
    let most = rlimit::increase_nofile_limit(4096)
        .unwrap_or(1024)
        .min(1300)
        - 200;
    let half_open: Vec<_> = (0..most.min(1000))
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
                .unwrap();
            stream
        })
        .collect();
    for path in ["/healthz", "/", "/readyz"] {
        let start = Instant::now();
        assert!(server.get(path).starts_with("HTTP/1.1 200"), "{path}");
        assert!(start.elapsed() < Duration::from_secs(2), "{path}");
    }
    let (status, took) = server.stop("-TERM");
    assert_eq!(status, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    drop(half_open);
}

#[test]
#[cfg(target_os = "linux")]
fn a_client_that_reads_nothing_is_given_up() {
    const ASKED: usize = 3000;
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    let requests = "GET /confidentialite HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(ASKED);
    stream.set_nonblocking(true).unwrap();
    // As much as is taken while nothing is read.
    let _ = stream.write(requests.as_bytes());
    let end = Instant::now() + Duration::from_mins(4);
    loop {
        match stream.write(b"\r\n") {
            Err(error) if error.kind() != ErrorKind::WouldBlock => break,
            Ok(_) | Err(_) => assert!(Instant::now() < end, "it is still connected"),
        }
        thread::sleep(Duration::from_millis(500));
    }
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_client_that_reads_slowly_into_a_small_buffer_is_served() {
    const ASKED: usize = 500;
    /// Longer than a client may read nothing at all.
    const LASTS: Duration = Duration::from_secs(75);
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address).unwrap();
    rustix::net::sockopt::set_socket_recv_buffer_size(&stream, 8 * 1024).unwrap();
    let request = "GET /confidentialite HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream
        .write_all(request.repeat(ASKED - 1).as_bytes())
        .unwrap();
    let last = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    stream.write_all(last.as_bytes()).unwrap();
    let (start, mut answers, mut some) = (Instant::now(), Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut some).unwrap();
        if read == 0 {
            break;
        }
        answers.extend_from_slice(&some[..read]);
        if start.elapsed() < LASTS {
            thread::sleep(Duration::from_millis(200));
        }
    }
    assert!(
        start.elapsed() > LASTS,
        "{} bytes are too few",
        answers.len()
    );
    let answers = String::from_utf8_lossy(&answers);
    assert_eq!(answers.matches("HTTP/1.1 200").count(), ASKED);
    assert_eq!(answers.matches("</html>").count(), ASKED, "each whole");
}

/// What a server answers to bytes, as far as it says it.
fn said_to(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    // What it does not read is cut off after its answer.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn headers_and_bodies_that_are_none_are_refused_for_what_they_are() {
    let server = Server::start(&[]);
    let cookie = "a".repeat(200 * 1024);
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    let answer = said_to(&server, long.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let form = "POST /api/choose_language HTTP/1.1\r\nHost: localhost\r\n\
        Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
        Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (chunks, status) in [
        ("zz\r\nlang=fr\r\n0\r\n\r\n".to_owned(), "400"),
        ("7\r\nlang=fr\r\nx".to_owned(), "400"),
        (
            format!("11170\r\n{}\r\n0\r\n\r\n", "a".repeat(0x11170)),
            "413",
        ),
        ("7\r\nlang=fr\r\n0\r\n\r\n".to_owned(), "303"),
    ] {
        let answer = said_to(&server, format!("{form}{chunks}").as_bytes());
        let said = answer.lines().next().unwrap_or_default();
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
    }
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
}
