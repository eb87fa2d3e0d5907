//! `rdv backup` and `rdv restore` as a host runs them, beside a server that runs.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

fn rdv(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rdv"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    command
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    rdv(folder.path(), arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server, killed if a test forgets to stop it.
struct Server(Child);

impl Server {
    fn start(folder: &TempDir) -> Self {
        let address: SocketAddr = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let child = rdv(folder.path(), &["serve"])
            .env("RDV_LISTEN", address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "the server does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_host_backs_up_beside_the_server_and_restores_when_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let demo = run(&folder, &["demo", "--date", "2026-11-23", "--json"]);
    assert!(demo.status.success(), "{}", err(&demo));
    let server = Server::start(&folder);

    let made = run(&folder, &["backup", "first.rdv"]);
    assert!(made.status.success(), "{}", err(&made));
    assert!(
        out(&made).contains("first.rdv") && out(&made).contains("rows"),
        "{}",
        out(&made)
    );
    let again = run(&folder, &["backup", "first.rdv", "--lang", "fr"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("existe déjà"), "{}", err(&again));
    assert!(
        run(&folder, &["backup", "--force", "first.rdv"])
            .status
            .success()
    );

    // A server that was killed, not stopped, has let go of the database all the same.
    let used = run(&folder, &["restore", "first.rdv", "--replace"]);
    assert_eq!(used.status.code(), Some(1));
    assert!(err(&used).contains("stop the server"), "{}", err(&used));
    drop(server);
    let held = run(&folder, &["restore", "first.rdv"]);
    assert!(err(&held).contains("--replace"), "{}", err(&held));
    let french = rdv(folder.path(), &["restore", "first.rdv", "--replace"])
        .env("LANG", "fr_FR.UTF-8")
        .output()
        .unwrap();
    assert!(french.status.success(), "{}", err(&french));
    assert!(
        out(&french).contains("l’ancienne base est gardée"),
        "{}",
        out(&french)
    );

    // Moved to another place, it is the same practice.
    let elsewhere = [
        "restore",
        "first.rdv",
        "--database-url",
        "sqlite:new/rdv.db",
    ];
    let moved = run(&folder, &elsewhere);
    assert!(moved.status.success(), "{}", err(&moved));
    let elsewhere = [
        "demo",
        "--date",
        "2026-11-23",
        "--json",
        "--database-url",
        "sqlite:new/rdv.db",
    ];
    assert_eq!(run(&folder, &elsewhere).stdout, demo.stdout);
}

#[test]
fn what_is_wrong_with_a_backup_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("words"), "dear diary").unwrap();
    let other = run(&folder, &["restore", "words"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(err(&other).contains("no backup"), "{}", err(&other));
    let nothing = run(&folder, &["backup", "file.rdv"]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(
        err(&nothing).contains("RDV_DATABASE_URL"),
        "{}",
        err(&nothing)
    );
    assert!(!folder.path().join("data").exists(), "nothing was made");
}
