//! `rdv backup` and `rdv restore` as a host runs them, beside a server that runs.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use backend::testing::{Kind, TestBackend};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
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

/// A database of SQLite with so many rows that a backup of it takes a while.
async fn big(folder: &TempDir) {
    let made = run(folder, &["migrate"]);
    assert!(made.status.success(), "{}", err(&made));
    let options = SqliteConnectOptions::new().filename(folder.path().join("data/rdv.db"));
    let mut connection = options.connect().await.unwrap();
    let filled = sqlx::query(
        "insert into spent_challenges (id, expires_at)
         with recursive number(n) as (select 1 union all select n + 1 from number where n < 20000)
         select randomblob(16), '2026-11-22T08:00:00+00:00' from number",
    );
    filled.execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Waits until such a file or folder is in that folder.
fn wait_for(folder: &Path, part_of_name: &str, child: &mut Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !names_in(folder)
        .iter()
        .any(|name| name.contains(part_of_name))
    {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it was too fast for us"
        );
        assert!(Instant::now() < deadline, "no {part_of_name}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    let name = |file: std::io::Result<std::fs::DirEntry>| file.unwrap().file_name();
    files
        .map(|file| name(file).to_string_lossy().into_owned())
        .collect()
}

fn told(child: &mut Child, signal: &str) -> Option<i32> {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args([signal, &pid]).status().unwrap();
    assert!(sent.success());
    child.wait().unwrap().code()
}

#[tokio::test]
async fn a_backup_or_restore_that_is_interrupted_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    big(&folder).await;
    let before = names_in(folder.path());
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut backup = rdv(folder.path(), &["backup", "big.rdv"]).spawn().unwrap();
        wait_for(folder.path(), "big.rdv.part", &mut backup);
        assert_eq!(told(&mut backup, signal), Some(code));
        assert_eq!(names_in(folder.path()), before);
    }

    let made = run(&folder, &["backup", "big.rdv"]);
    assert!(made.status.success(), "{}", err(&made));
    let postgres = TestBackend::new(Kind::Postgres).await;
    let temporary = tempfile::tempdir().unwrap();
    let restore = ["restore", "big.rdv", "--database-url"];
    let url = postgres.settings().database_url.clone();
    let (postgres, _kept) = postgres.leave().await;
    assert_eq!(postgres.database_url, url);
    let mut restoring = rdv(folder.path(), &[&restore[..], &[url.as_str()]].concat())
        .env("TMPDIR", temporary.path())
        .spawn()
        .unwrap();
    wait_for(temporary.path(), "rdv-restore-", &mut restoring);
    assert_eq!(told(&mut restoring, "-INT"), Some(130));
    assert_eq!(names_in(temporary.path()), [""; 0]);

    let elsewhere = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/rdv.db", elsewhere.path().display());
    let mut restoring = rdv(folder.path(), &[&restore[..], &[url.as_str()]].concat())
        .spawn()
        .unwrap();
    wait_for(elsewhere.path(), ".restoring", &mut restoring);
    assert_eq!(told(&mut restoring, "-INT"), Some(130));
    assert_eq!(names_in(elsewhere.path()), ["rdv.db.lock"]);
}

#[tokio::test]
async fn where_a_restore_was_killed_no_server_starts_with_an_empty_database() {
    let folder = tempfile::tempdir().unwrap();
    big(&folder).await;
    assert!(run(&folder, &["backup", "big.rdv"]).status.success());
    let elsewhere = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/rdv.db", elsewhere.path().display());
    let restore = ["restore", "big.rdv", "--database-url", &url];
    let mut restoring = rdv(folder.path(), &restore).spawn().unwrap();
    wait_for(elsewhere.path(), ".restoring", &mut restoring);
    assert_eq!(told(&mut restoring, "-KILL"), None);

    // Should it go so far, it finds the address taken.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    for command in ["serve", "migrate", "demo"] {
        let options = ["--database-url", &url, "--listen", &listen];
        let refused = run(&folder, &[&[command], &options[..]].concat());
        assert_eq!(refused.status.code(), Some(1), "{command}");
        assert!(
            err(&refused).contains("rdv restore") && err(&refused).contains(".restoring"),
            "{}",
            err(&refused)
        );
        assert!(!elsewhere.path().join("rdv.db").exists(), "{command}");
    }
    let again = run(&folder, &restore);
    assert!(again.status.success(), "{}", err(&again));
    assert_eq!(names_in(elsewhere.path()).len(), 2, "the lock and the file");
}

#[test]
fn a_database_behind_a_link_is_one_database() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::create_dir(folder.path().join("disk")).unwrap();
    std::os::unix::fs::symlink("../disk/real.db", folder.path().join("data/rdv.db")).unwrap();
    let server = Server::start(&folder);
    assert!(folder.path().join("disk/real.db.lock").exists());
    assert!(!folder.path().join("data/rdv.db.lock").exists());
    assert!(run(&folder, &["backup", "linked.rdv"]).status.success());
    // By its own name it is the one that the server uses by another.
    let url = format!("sqlite:{}", folder.path().join("disk/real.db").display());
    let restore = ["restore", "linked.rdv", "--replace", "--database-url", &url];
    let used = run(&folder, &restore);
    assert!(err(&used).contains("stop the server"), "{}", err(&used));
    drop(server);
    let done = run(&folder, &restore);
    assert!(done.status.success(), "{}", err(&done));
    let link = std::fs::symlink_metadata(folder.path().join("data/rdv.db")).unwrap();
    assert!(link.is_symlink());
}

#[test]
fn a_backup_with_a_bomb_behind_its_end_fills_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&folder, &["migrate"]).status.success());
    assert!(run(&folder, &["backup", "good.rdv"]).status.success());
    let good = std::fs::read(folder.path().join("good.rdv")).unwrap();
    let mut lines = Vec::new();
    flate2::read::GzDecoder::new(&good[..])
        .read_to_end(&mut lines)
        .unwrap();
    // A mebibyte of zeros that ends on a byte can be repeated: four gibibytes in four megabytes.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(4));
    bomb.write_all(&lines).unwrap();
    bomb.flush().unwrap();
    let zeros = vec![0; 1 << 20];
    bomb.write_all(&zeros).unwrap();
    bomb.flush().unwrap();
    let mut file = bomb.get_ref().clone();
    let once = file.len();
    bomb.write_all(&zeros).unwrap();
    bomb.flush().unwrap();
    let zeros = &bomb.get_ref()[once..];
    for _ in 0..4096 {
        file.extend_from_slice(zeros);
    }
    std::fs::write(folder.path().join("bomb.rdv"), file).unwrap();
    let limited = Command::new("sh")
        .args([
            "-c",
            "ulimit -v 2097152; exec \"$0\" restore bomb.rdv --replace",
        ])
        .arg(env!("CARGO_BIN_EXE_rdv"))
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(1), "{}", err(&limited));
    assert!(
        err(&limited).contains("not as it was written"),
        "{}",
        err(&limited)
    );
}
