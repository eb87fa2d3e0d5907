//! What people type, and what opens doors, is in no log, however much is logged: a whole journey
//! of canaries through the program itself, at `debug` and below, in both forms of the log. Nor is
//! it in the outbox, whose jobs name what they are about and say nothing of it.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use backend::testing::device::{Device, shown_on};
use chrono::{Days, Utc};
use search::{other_files, outbox, says};
use tempfile::TempDir;

#[path = "canary/desk.rs"]
mod desk;
#[path = "canary/search.rs"]
mod search;

/// What the patient and the secretary type.
const TYPED: [(&str, &str); 5] = [
    ("given_name", "Kanarienne"),
    ("family_name", "Oisel-Jaune"),
    ("email", "kanarienne@voliere.example"),
    ("phone", "06 98 76 54 32"),
    ("website", ""),
];
/// Other spellings of it that would tell as much.
const ALSO: [&str; 5] = [
    "698765432",
    "voliere",
    "Note-Serine",
    "Recherche-Pinson",
    "Nom-de-cle-Bouvreuil",
];

/// The program on a demo practice, with everything it says in a file.
struct Program {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
    cookies: BTreeMap<String, String>,
    /// Everything secret that it handed out.
    secrets: Vec<String>,
}

struct Answer {
    status: u16,
    location: String,
    body: String,
}

impl Program {
    fn start(format: &str) -> (Self, serde_json::Value) {
        let folder = tempfile::tempdir().unwrap();
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let command = |argument: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_rdv"));
            command
                .args(argument)
                .current_dir(folder.path())
                .env_clear()
                .env("TMPDIR", folder.path())
                .env("RUST_BACKTRACE", "1")
                .env("RDV_LISTEN", address.to_string())
                // By its name, so that passkeys are offered.
                .env("RDV_PUBLIC_URL", origin(address))
                .env("RDV_RATE_LIMITS", "off")
                .env(
                    "RDV_LOG",
                    "debug,tower_http=trace,webauthn_rs_core::core=trace",
                )
                .env("RDV_LOG_FORMAT", format)
                .stdin(Stdio::null());
            command
        };
        // Two weeks old, so that there are visits of which nobody wrote down what became of them.
        let date = (Utc::now().date_naive() - Days::new(14)).to_string();
        let demo = command(&["demo", "--json", "--date", &date])
            .output()
            .unwrap();
        let demo = serde_json::from_slice(&demo.stdout).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = command(&["serve"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "it does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        let program = Self {
            child,
            address,
            folder,
            cookies: BTreeMap::new(),
            secrets: Vec::new(),
        };
        (program, demo)
    }

    fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    /// Sends the form of a page that posts there: its hidden fields, and these.
    fn send(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.get(page).body;
        let form = html.split("<form").find(|form| form.contains(action));
        let form = form.unwrap_or_else(|| panic!("no form for {action} on {page}: {html}"));
        let form = form.split("</form>").next().unwrap();
        let mut all: Vec<(String, String)> = form
            .split("<input")
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .filter(|(name, _)| fields.iter().all(|(ours, _)| ours != name))
            .collect();
        all.extend(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let body = serde_urlencoded::to_string(all).unwrap();
        self.ask("POST", &format!("/api/{action}"), &body)
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let (address, origin) = (self.address, origin(self.address));
        let host = origin.trim_start_matches("http://");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n\
             Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\nAccept-Language: fr\r\n\
             Referer: {origin}/Oisel-Jaune\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = String::new();
        for line in head.lines() {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("location") {
                value.clone_into(&mut location);
            }
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                if value.len() >= 20 {
                    self.secrets.push(value.to_owned());
                }
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            location,
            body: body.replace("<!>", ""),
        }
    }

    /// The code of the only mail that has one, from the page that shows local mails.
    fn code(&mut self) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            let page = self.get("/courrier").body;
            let main = page.split("<main").nth(1).unwrap_or_default();
            let digits = |text: &&str| text.len() == 6 && text.parse::<u32>().is_ok();
            let mut words = main.split(|c: char| !c.is_ascii_alphanumeric());
            if let Some(code) = words.find(digits) {
                return code.to_owned();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no mail with a code");
    }

    fn stop(&mut self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where its pages are, by the name of this machine.
fn origin(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

fn attribute(tag: &str, name: &str) -> String {
    let quoted = format!("{name}=\"");
    let value = tag
        .split(&quoted)
        .nth(1)
        .map_or("", |rest| rest.split('"').next().unwrap());
    value.replace("&#x2F;", "/").replace("&amp;", "&")
}

/// What follows on a page, up to the next quotation mark.
fn told(html: &str, before: &str) -> String {
    let after = html.split(before).nth(1);
    let after = after.unwrap_or_else(|| panic!("no {before} in {html}"));
    after.split(['"', '?', '<']).next().unwrap().to_owned()
}

fn journey(format: &str) {
    let (mut program, demo) = Program::start(format);
    let practitioner = demo["practitioners"][0]["url"].as_str().unwrap();
    let practitioner = practitioner
        .split_once("/praticiens/")
        .unwrap()
        .1
        .to_owned();

    // A patient searches, holds a slot, mistypes and types her code, looks, cancels.
    program.get("/?q=Recherche-Pinson");
    let slots = format!("/api/v1/practitioners/{practitioner}/slots?reason=consultation");
    let in_weeks = Utc::now().date_naive() + Days::new(14);
    let to = in_weeks + Days::new(20);
    let found = program
        .get(&format!("{slots}&from={in_weeks}&to={to}"))
        .body;
    let found = &found[found.find('{').unwrap()..=found.rfind('}').unwrap()];
    let found: serde_json::Value = serde_json::from_str(found).unwrap();
    let offered = found["slots"].as_array().unwrap();
    let in_query = |slot: &serde_json::Value| slot.as_str().unwrap().replace('+', "%2B");
    let start = in_query(&offered[0]);
    let by_telephone = in_query(offered.last().unwrap());
    let form = format!("/praticiens/{practitioner}/rendez-vous?motif=consultation&debut={start}");
    program.get(&format!("/praticiens/{practitioner}?motif=consultation"));
    let held = program.send(&form, "hold_slot", &TYPED);
    assert_eq!(held.status, 303, "{}", held.body);
    let hold = held.location.clone();
    let token = hold.rsplit('/').next().unwrap().to_owned();
    program.secrets.push(token.clone());
    let code = program.code();
    let wrong = program.send(&hold, "confirm_hold", &[("code", "000000")]);
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    let booked = program.send(&hold, "confirm_hold", &[("code", &code)]);
    assert_eq!(booked.status, 303, "{}", booked.body);
    program.secrets.push(code);
    let visit = booked.location.split('?').next().unwrap().to_owned();
    program
        .secrets
        .push(visit.rsplit('/').next().unwrap().to_owned());
    assert_eq!(program.get(&visit).status, 200);
    let cancelled = program.send(&format!("{visit}/annuler"), "cancel_visit", &[]);
    assert_eq!(cancelled.status, 303, "{}", cancelled.body);

    // The practice signs in, writes a note, makes a feed that is read.
    let owner = &demo["accounts"][0];
    let (email, password) = (
        owner["email"].as_str().unwrap(),
        owner["password"].as_str().unwrap(),
    );
    let wrong = [("email", email), ("password", "Mot-de-passe-Kanarienne")];
    program.send("/connexion", "sign_in", &wrong);
    let signed_in = program.send(
        "/connexion",
        "sign_in",
        &[("email", email), ("password", password)],
    );
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    for typed in [email, password, "Mot-de-passe-Kanarienne"] {
        program.secrets.push(typed.to_owned());
    }
    let room = format!("/agenda/praticiens/{practitioner}");
    let next_year = (Utc::now().date_naive() + Days::new(300)).to_string();
    let absence = [
        ("first_day", &*next_year),
        ("last_day", &*next_year),
        ("note", "Note-Serine"),
    ];
    let announced = program.send(&format!("{room}/absences"), "announce_absence", &absence);
    assert!(matches!(announced.status, 200 | 303), "{}", announced.body);
    let feed = [("detail", "full_name")];
    let made = program.send(&format!("{room}/abonnement"), "create_feed", &feed);
    let page = if made.status == 303 {
        program.get(&made.location).body
    } else {
        made.body
    };
    let feed = told(&page, "/calendrier/");
    assert_eq!(program.get(&format!("/calendrier/{feed}")).status, 200);
    program
        .secrets
        .push(feed.trim_end_matches(".ics").to_owned());

    // She books by telephone, marks a visit, sets the practice up, changes her password.
    program.books_by_telephone(&room, &by_telephone);
    let last_week = Utc::now().date_naive() - Days::new(7);
    program.marks_a_visit(&room, &last_week.to_string());
    program.saves_what_is_public(&room);
    program.changes_her_password(password);
    let password = desk::PASSWORD;

    // She adds a passkey, and signs in by it after a wrong answer.
    let mut device = Device::new("a telephone", &origin(program.address));
    let keys = "/agenda/compte/cles";
    let name = [("name", "Nom-de-cle-Bouvreuil"), ("password", password)];
    let started = program.send(keys, "start_passkey", &name);
    assert_eq!(started.status, 303, "{}", started.body);
    let made = device.make(&shown_on(&program.get(keys).body).unwrap());
    let added = program.send(keys, "add_passkey", &[("credential", &made)]);
    assert_eq!(added.status, 303, "{}", added.body);
    let html = program.get(keys).body;
    let codes = html.split("<li><code>").skip(1);
    let codes = codes.map(|rest| rest.split('<').next().unwrap().to_owned());
    let codes: Vec<String> = codes.collect();
    assert_eq!(codes.len(), 10, "{html}");
    program.secrets.extend(codes);
    program.send(&room, "sign_out", &[]);
    for (answer, status) in [(false, 401), (true, 303)] {
        let asked = program.send("/connexion", "start_passkey_sign_in", &[]);
        let shown = shown_on(&program.get(&asked.location).body).unwrap();
        let answered = if answer {
            device.answer(&shown)
        } else {
            made.clone()
        };
        let sent = [("credential", &*answered)];
        let entered = program.send(&asked.location, "sign_in_by_passkey", &sent);
        assert_eq!(entered.status, status, "{}", entered.body);
        let parts: serde_json::Value = serde_json::from_str(&answered).unwrap();
        for part in ["rawId", "response"] {
            let told = parts[part].as_str().map(ToOwned::to_owned);
            let told = told.or_else(|| Some(parts[part]["signature"].as_str()?.to_owned()));
            program.secrets.extend(told);
        }
    }
    program.send(&room, "sign_out", &[]);
    program.stop();

    let mut files = Vec::new();
    other_files(program.folder.path(), &mut files);
    assert!(files.iter().any(|name| name.ends_with("/log")), "{files:?}");
    let log = fs::read_to_string(program.folder.path().join("log")).unwrap();
    assert!(log.contains("DEBUG"), "it was not asked to say much: {log}");
    // It would tell of a passkey whatever the browser sent.
    assert!(!log.contains("webauthn_rs"), "{log}");
    let typed = TYPED
        .iter()
        .chain(&desk::SAID)
        .map(|(_, value)| *value)
        .filter(|value| !value.is_empty());
    let secrets = program.secrets.iter().map(String::as_str);
    let canaries: Vec<_> = typed
        .chain(ALSO)
        .chain(desk::ALSO_SAID)
        .chain(secrets)
        .collect();
    for name in &files {
        let text = String::from_utf8_lossy(&fs::read(name).unwrap()).into_owned();
        for canary in &canaries {
            let found = text.lines().find(|line| says(line, canary));
            assert_eq!(found, None, "{canary} is in {name}");
        }
    }

    let outbox = outbox(program.folder.path());
    let texts: Vec<_> = outbox.iter().map(String::as_str).collect();
    for kind in ["send_code", "confirm", "notify_cancel", "notify_account"] {
        assert!(texts.contains(&kind), "no {kind} in {texts:?}");
    }
    for text in texts {
        let found = canaries.iter().find(|canary| says(text, canary));
        assert_eq!(found, None, "in the outbox: {text}");
        // Whatever it says, it is no mail, and no address.
        let is_short = text.len() < 200 && !text.contains('@') && !text.contains("http");
        assert!(is_short, "in the outbox: {text}");
    }
}

#[test]
fn nothing_that_was_typed_and_no_secret_is_in_the_log() {
    journey("text");
}

#[test]
fn nor_in_the_log_for_programs() {
    journey("json");
}
