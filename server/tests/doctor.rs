//! `rdv doctor` on things that are really broken: each is named, with what to do, and nothing
//! secret is said.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use backend::testing::{Kind, fresh_url};
use serde_json::Value;
use tempfile::TempDir;

fn rdv(folder: &TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rdv"));
    command
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

/// What the doctor finds: its exit status and its lines.
fn look(folder: &TempDir, variables: &[(&str, &str)]) -> (Option<i32>, Vec<Value>) {
    let output = rdv(folder, &["doctor", "--json"], variables)
        .output()
        .unwrap();
    let list = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code(), list)
}

/// The verdict on one thing, and everything that is said of it.
fn on(found: &[Value], check: &str) -> (String, String) {
    let of: Vec<&Value> = found.iter().filter(|one| one["check"] == check).collect();
    assert!(!of.is_empty(), "{check}: {found:?}");
    let worst = ["wrong", "look", "ok"]
        .into_iter()
        .find(|verdict| of.iter().any(|one| one["verdict"] == *verdict));
    let words = of
        .iter()
        .map(|one| format!("{} {}", one["says"], one["do"]));
    (worst.unwrap().to_owned(), words.collect())
}

fn demo(folder: &TempDir) {
    let output: Output = rdv(folder, &["demo", "--date", "2026-11-23"], &[])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

struct Server(Child, SocketAddr);

impl Server {
    fn start(folder: &TempDir, variables: &[(&str, &str)]) -> Self {
        let address = free_port();
        let child = rdv(folder, &["serve"], variables)
            .env("RDV_LISTEN", address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self(child, address);
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "the server does not answer");
            thread::sleep(Duration::from_millis(50));
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

/// A proxy that changes the head of each request as told, and passes the rest on.
fn proxy(to: SocketAddr, change: fn(Vec<String>) -> Vec<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let mut reader = BufReader::new(client.try_clone().unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                    break;
                }
                head.push(line.trim_end().to_owned());
            }
            head.retain(|line| !line.to_lowercase().starts_with("connection:"));
            let mut head = change(head);
            head.push("connection: close".to_owned());
            let mut server = TcpStream::connect(to).unwrap();
            let text = format!("{}\r\n\r\n", head.join("\r\n"));
            server.write_all(text.as_bytes()).unwrap();
            let mut answer = Vec::new();
            server.read_to_end(&mut answer).unwrap();
            let mut client = client;
            let _ = client.write_all(&answer);
        }
    });
    address
}

fn without(mut head: Vec<String>, name: &str) -> Vec<String> {
    head.retain(|line| !line.to_lowercase().starts_with(name));
    head
}

/// As a good proxy does: appends who asks.
fn appends(head: Vec<String>) -> Vec<String> {
    let claimed: Vec<String> = head
        .iter()
        .filter_map(|line| {
            line.to_lowercase()
                .strip_prefix("x-forwarded-for:")
                .map(|it| it.trim().to_owned())
        })
        .collect();
    let mut head = without(head, "x-forwarded-for");
    let hops = claimed.into_iter().chain(["198.51.100.7".to_owned()]);
    head.push(format!(
        "x-forwarded-for: {}",
        hops.collect::<Vec<_>>().join(", ")
    ));
    head
}

/// Says that it is there, and lets clients claim what they like.
fn believes(mut head: Vec<String>) -> Vec<String> {
    head.push("x-forwarded-proto: https".to_owned());
    head
}

fn silent(head: Vec<String>) -> Vec<String> {
    without(head, "x-forwarded-for")
}

fn another_host(head: Vec<String>) -> Vec<String> {
    let mut head = without(appends(head), "host:");
    head.push("host: backend.internal".to_owned());
    head
}

#[test]
fn all_is_well_where_all_is_well_and_each_line_is_there() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    let server = Server::start(&folder, &[]);
    let listen = server.1.to_string();
    let variables = [("RDV_LISTEN", listen.as_str())];
    let backed_up = rdv(&folder, &["backup", "b.rdv"], &[]).status().unwrap();
    assert!(backed_up.success());
    let (status, found) = look(&folder, &variables);
    assert_eq!(status, Some(0), "{found:#?}");
    for check in [
        "configuration",
        "database",
        "schema",
        "clock",
        "time_zones",
        "mail",
        "address",
        "proxy",
        "backup",
        "permissions",
    ] {
        let (verdict, words) = on(&found, check);
        assert_eq!(verdict, "ok", "{check}: {words}");
    }
    let french = rdv(&folder, &["doctor"], &variables)
        .env("LANG", "fr_FR.UTF-8")
        .output()
        .unwrap();
    let words = String::from_utf8(french.stdout).unwrap();
    assert!(
        words.contains("sauvegarde") && words.contains("bien"),
        "{words}"
    );
    let english = rdv(&folder, &["doctor", "--lang", "en"], &variables)
        .output()
        .unwrap();
    assert!(
        String::from_utf8(english.stdout)
            .unwrap()
            .contains("backup")
    );
}

#[test]
fn a_demonstration_at_a_public_address_is_named() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    assert_eq!(on(&look(&folder, &[]).1, "database").0, "ok");
    let public = [
        ("RDV_PUBLIC_URL", "https://rdv.example"),
        ("RDV_MAIL_FROM", "rdv@rdv.example"),
    ];
    let (verdict, words) = on(&look(&folder, &public).1, "database");
    assert_eq!(verdict, "wrong");
    assert!(words.contains("RDV_DATABASE_URL"), "{words}");
}

#[test]
fn a_first_look_at_nothing_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (status, found) = look(&folder, &[]);
    assert_eq!(status, Some(0), "{found:#?}");
    assert_eq!(on(&found, "database").0, "look");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_wrong_variable_is_a_line_and_no_secret_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("RDV_SMTP_URL", "imap://rdv:s3cret@mail.example")];
    let (status, found) = look(&folder, &variables);
    assert_eq!(status, Some(1));
    let (verdict, words) = on(&found, "configuration");
    assert_eq!(verdict, "wrong");
    assert!(
        words.contains("RDV_SMTP_URL") && !words.contains("s3cret"),
        "{words}"
    );
    let short = look(&folder, &[("RDV_METRICS_TOKEN", "s3cret")]);
    let (verdict, words) = on(&short.1, "configuration");
    assert_eq!(verdict, "wrong");
    assert!(
        words.contains("RDV_METRICS_TOKEN") && !words.contains("s3cret"),
        "{words}"
    );
}

#[test]
fn a_mail_server_that_is_not_there_is_named_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let closed = free_port();
    let url = format!("smtp://rdv:s3cret@{closed}");
    let (status, found) = look(&folder, &[("RDV_SMTP_URL", &url)]);
    assert_eq!(status, Some(1));
    let (verdict, words) = on(&found, "mail");
    assert_eq!(verdict, "wrong");
    assert!(
        words.contains(&closed.to_string()) && words.contains("RDV_SMTP_URL"),
        "{words}"
    );
    assert!(!format!("{found:?}").contains("s3cret"));
}

/// A mail server that greets, and refuses every name and password if told to; answers the port
/// and what it hears.
fn mail_server(refuses: bool) -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, heard) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let mut out = client.try_clone().unwrap();
            let _ = out.write_all(b"220 mail.example ESMTP\r\n");
            let mut text = false;
            for line in BufReader::new(client).lines().map_while(Result::ok) {
                let _ = tell.send(line.clone());
                let answer: &[u8] = if text {
                    if line != "." {
                        continue;
                    }
                    text = false;
                    b"250 kept\r\n"
                } else {
                    match line.split(' ').next().unwrap_or_default() {
                        "EHLO" => b"250-mail.example\r\n250 AUTH PLAIN\r\n",
                        "AUTH" if refuses => b"535 no\r\n",
                        "AUTH" => b"235 yes\r\n",
                        "DATA" => {
                            text = true;
                            b"354 go on\r\n"
                        }
                        "QUIT" => b"221 bye\r\n",
                        _ => b"250 ok\r\n",
                    }
                };
                let _ = out.write_all(answer);
            }
        }
    });
    (port, heard)
}

#[test]
fn the_mail_server_is_greeted_and_gets_a_mail_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (port, heard) = mail_server(false);
    let url = format!("smtp://rdv:s3cret@127.0.0.1:{port}");
    let variables = [
        ("RDV_SMTP_URL", url.as_str()),
        ("RDV_MAIL_FROM", "rdv@lilas.example"),
    ];
    let (_, found) = look(&folder, &variables);
    assert_eq!(on(&found, "mail").0, "ok", "{found:?}");
    let said: Vec<String> = heard.try_iter().collect();
    assert!(said.iter().any(|line| line == "NOOP"), "{said:?}");
    assert!(
        !said.iter().any(|line| line.starts_with("MAIL")),
        "{said:?}"
    );

    let output = rdv(
        &folder,
        &["doctor", "--mail-to", "host@lilas.example"],
        &variables,
    )
    .output()
    .unwrap();
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("host@lilas.example"), "{words}");
    let said: Vec<String> = heard.try_iter().collect();
    assert!(
        said.iter()
            .any(|line| line.starts_with("RCPT TO:<host@lilas.example>")),
        "{said:?}"
    );

    let (port, _heard) = mail_server(true);
    let url = format!("smtp://rdv:s3cret@127.0.0.1:{port}");
    let (status, found) = look(&folder, &[("RDV_SMTP_URL", &url)]);
    let (verdict, words) = on(&found, "mail");
    assert_eq!((status, verdict.as_str()), (Some(1), "wrong"));
    assert!(
        words.contains("535") && !words.contains("s3cret"),
        "{words}"
    );
}

#[test]
fn a_damaged_file_a_strange_file_and_a_newer_schema_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    let file = folder.path().join("data/rdv.db");
    let whole = fs::read(&file).unwrap();

    let strange = "sqlite:strange.db";
    fs::write(folder.path().join("strange.db"), "dear diary ".repeat(500)).unwrap();
    let (status, found) = look(&folder, &[("RDV_DATABASE_URL", strange)]);
    assert_eq!(
        (status, on(&found, "database").0.as_str()),
        (Some(1), "wrong"),
        "{found:?}"
    );

    // Pages in the middle that hold rows.
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2 / 4096 * 4096;
    damaged[middle..middle + 40 * 4096].fill(0);
    fs::write(&file, &damaged).unwrap();
    let (status, found) = look(&folder, &[]);
    let (verdict, words) = on(&found, "database");
    assert_eq!((status, verdict.as_str()), (Some(1), "wrong"), "{found:?}");
    assert!(words.contains("rdv restore"), "{words}");
    assert_eq!(fs::read(&file).unwrap(), damaged, "looking changes nothing");

    fs::write(&file, &whole).unwrap();
    newer(&format!("sqlite:{}", file.display()));
    let (status, found) = look(&folder, &[]);
    let (verdict, words) = on(&found, "schema");
    assert_eq!((status, verdict.as_str()), (Some(1), "wrong"));
    assert!(words.contains("9999"), "{words}");
}

/// Writes what a newer program would have written.
fn newer(url: &str) {
    run_in(
        url,
        "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         select 9999, 'future', installed_on, success, checksum, 0 from _sqlx_migrations where version = 1",
    );
}

fn run_in(url: &str, sql: &'static str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = backend::store::Store::connect(url).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        backend::testing::run_in(&mut tx, sql).await;
        tx.commit().await.unwrap();
        store.close().await;
    });
}

#[test]
fn mails_that_nobody_sends_are_named() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    assert_eq!(on(&look(&folder, &[]).1, "mail").0, "ok");
    run_in(
        &format!("sqlite:{}", folder.path().join("data/rdv.db").display()),
        "insert into jobs (id, practice_id, kind, payload, dedup_key, run_at, created_at)
         select randomblob(16), practice_id, 'confirm', '{}', 'late', starts_at, starts_at
         from appointments order by starts_at limit 1",
    );
    let (verdict, words) = on(&look(&folder, &[]).1, "mail");
    assert_eq!(verdict, "wrong");
    assert!(words.contains("rdv serve"), "{words}");
}

#[test]
fn files_that_others_may_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    assert_eq!(on(&look(&folder, &[]).1, "permissions").0, "ok");
    let file = folder.path().join("data/rdv.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let (verdict, words) = on(&look(&folder, &[]).1, "permissions");
    assert_eq!(verdict, "look");
    assert!(words.contains("chmod 600 data/rdv.db"), "{words}");
}

#[test]
fn a_real_practice_without_a_backup_is_told_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    // Whoever fills a practice is told before the first night is over.
    audited(&folder);
    let (verdict, words) = on(&look(&folder, &[]).1, "backup");
    assert_eq!(verdict, "look");
    assert!(words.contains("rdv backup"), "{words}");
    assert!(
        rdv(&folder, &["backup", "b.rdv"], &[])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(on(&look(&folder, &[]).1, "backup").0, "ok");
    old_backup(&format!(
        "sqlite:{}",
        folder.path().join("data/rdv.db").display()
    ));
    let (verdict, words) = on(&look(&folder, &[]).1, "backup");
    assert_eq!(verdict, "look");
    assert!(
        words.contains("2020-01-01") && words.contains("rdv backup"),
        "{words}"
    );
}

/// Does something that the audit trail tells of.
fn audited(folder: &TempDir) {
    let report = rdv(folder, &["demo", "--date", "2026-11-23", "--json"], &[])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let email = report["accounts"][0]["email"].as_str().unwrap();
    let reset = ["user", "reset-password", "--email", email];
    assert!(rdv(folder, &reset, &[]).status().unwrap().success());
}

fn old_backup(url: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = backend::store::Store::connect(url).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        backend::store::settings::set(
            &mut tx,
            backend::backup::LAST_BACKUP,
            "2020-01-01T00:00:00+00:00",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        store.close().await;
    });
}

#[test]
fn another_site_at_the_public_address_is_found_out() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    demo(&ours);
    demo(&theirs);
    let other = Server::start(&theirs, &[]);
    let url = format!("http://{}", other.1);
    let (status, found) = look(&ours, &[("RDV_PUBLIC_URL", &url)]);
    let (verdict, words) = on(&found, "address");
    assert_eq!((status, verdict.as_str()), (Some(1), "wrong"), "{words}");
    // Nobody there.
    let url = format!("http://{}", free_port());
    let (verdict, words) = on(&look(&ours, &[("RDV_PUBLIC_URL", &url)]).1, "address");
    assert_eq!(verdict, "look", "{words}");
    // Somebody who leads elsewhere.
    let url = format!("http://{}", redirects());
    let (verdict, words) = on(&look(&ours, &[("RDV_PUBLIC_URL", &url)]).1, "address");
    assert_eq!(verdict, "wrong");
    assert!(
        words.contains("www.rdv.example") && !words.contains("asker"),
        "{words}"
    );
}

fn redirects() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut some = [0; 2048];
            let _ = client.read(&mut some);
            let _ = client.write_all(
                b"HTTP/1.1 301 Moved\r\nlocation: https://www.rdv.example/healthz?asker=x\r\n\
                  content-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    address
}

#[test]
fn a_proxy_that_passes_on_the_wrong_things_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    demo(&folder);
    let trusting = [("RDV_TRUSTED_PROXIES", "127.0.0.1")];
    for (change, trusted, expected, named) in [
        (
            appends as fn(Vec<String>) -> Vec<String>,
            true,
            "ok",
            "127.0.0.1",
        ),
        (appends, false, "wrong", "RDV_TRUSTED_PROXIES=127.0.0.1"),
        (believes, true, "wrong", "X-Forwarded-For"),
        (silent, true, "wrong", "X-Forwarded-For"),
        (another_host, true, "look", "backend.internal"),
    ] {
        let variables: &[(&str, &str)] = if trusted { &trusting } else { &[] };
        // Reached on this machine it would not answer to another name at all.
        let public = ("RDV_PUBLIC_URL", "https://rdv.example.org");
        let served: Vec<_> = variables.iter().copied().chain([public]).collect();
        let server = Server::start(&folder, &served);
        let url = format!("http://{}", proxy(server.1, change));
        let variables: Vec<_> = variables
            .iter()
            .copied()
            .chain([("RDV_PUBLIC_URL", url.as_str())])
            .collect();
        let (_, found) = look(&folder, &variables);
        assert_eq!(on(&found, "address").0, "ok", "{found:?}");
        let (verdict, words) = on(&found, "proxy");
        assert_eq!(verdict, expected, "{words}");
        assert!(words.contains(named), "{words}");
    }
}

#[test]
fn postgres_is_looked_at_too_and_a_power_cut_is_thought_of() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(fresh_url(Kind::Postgres, folder.path()));
    let variables = [("RDV_DATABASE_URL", url.as_str())];
    let (_, found) = look(&folder, &variables);
    assert_eq!(on(&found, "schema").0, "look", "{found:?}");
    assert!(
        rdv(&folder, &["migrate"], &variables)
            .status()
            .unwrap()
            .success()
    );
    let (status, found) = look(&folder, &variables);
    assert_eq!(on(&found, "schema").0, "ok");
    assert_eq!(on(&found, "clock").0, "ok");
    // The cluster of the tests is as fast as it is careless.
    let (verdict, words) = on(&found, "database");
    let careless = std::env::var_os("RDV_TEST_POSTGRES_DURABLE").is_none();
    assert_eq!(verdict, if careless { "wrong" } else { "ok" }, "{words}");
    assert_eq!(status, Some(i32::from(careless)));
    assert!(!careless || words.contains("fsync"), "{words}");
    let password = url
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('@').next())
        .unwrap();
    assert!(!format!("{found:?}").contains(password));
    let nowhere = format!("postgres://rdv:s3cret@{}/rdv", free_port());
    let (status, found) = look(&folder, &[("RDV_DATABASE_URL", &nowhere)]);
    let (verdict, words) = on(&found, "database");
    assert_eq!((status, verdict.as_str()), (Some(1), "wrong"), "{words}");
    assert!(!words.contains("s3cret"), "{words}");
}
