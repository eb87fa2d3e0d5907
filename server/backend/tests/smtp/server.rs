//! Starts `server.py`, tells it how to behave, and hears what it saw.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use backend::mail::{
    MailUrl, Mailer,
    smtp::{Patience, SmtpMailer},
};
use serde::Deserialize;
use serde_json::Value;

/// A mail whose whole text the server has seen.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SeenMail {
    pub(crate) message_id: String,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) encrypted: bool,
    pub(crate) signed_in: bool,
    pub(crate) hello: String,
    pub(crate) ascii: bool,
    pub(crate) crlf: bool,
    /// Whether the server answered that it keeps it.
    pub(crate) kept: bool,
}

type Events = Arc<(Mutex<Vec<Value>>, Condvar)>;

/// The server; it ends with the test.
pub(crate) struct Server {
    child: Child,
    orders: ChildStdin,
    events: Events,
    echoes: u64,
    pub(crate) port: u16,
}

impl Server {
    /// Starts it; it accepts everything.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp/server.py");
        let mut child = Command::new(python())
            .args(["-W", "ignore", script])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let events: Events = Arc::default();
        let (heard, out) = (Arc::clone(&events), child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap();
                heard.0.lock().unwrap().push(event);
                heard.1.notify_all();
            }
        });
        let orders = child.stdin.take().unwrap();
        let mut server = Self {
            child,
            orders,
            events,
            echoes: 0,
            port: 0,
        };
        let listening = server.wait_for("listening", |_| true);
        server.port = listening.as_u64().unwrap().try_into().unwrap();
        server
    }

    /// From now on it behaves like that.
    pub(crate) fn does(&mut self, what: &str) {
        writeln!(self.orders, "{what}").unwrap();
        self.wait_for("mode", |mode| mode == what);
    }

    /// Waits for an event of that name; answers its value.
    pub(crate) fn wait_for(&self, name: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let (events, more) = &*self.events;
        let found = |events: &Vec<Value>| {
            events
                .iter()
                .rev()
                .filter_map(|event| event.get(name))
                .find(|value| is_it(value))
                .cloned()
        };
        let guard = events.lock().unwrap();
        let (guard, waited) = more
            .wait_timeout_while(guard, Duration::from_secs(30), |events| {
                found(events).is_none()
            })
            .unwrap();
        assert!(!waited.timed_out(), "no {name} among {:?}", *guard);
        found(&guard).unwrap()
    }

    /// What it said under that name until now. An answer to a mailer overtakes what is said of
    /// it on the pipe, so the server is asked to speak once more, and heard out until then.
    fn heard(&mut self, name: &str) -> Vec<Value> {
        self.echoes += 1;
        let echo = self.echoes;
        writeln!(self.orders, "echo {echo}").unwrap();
        self.wait_for("echo", |number| *number == echo);
        let events = self.events.0.lock().unwrap();
        events
            .iter()
            .filter_map(|event| event.get(name).cloned())
            .collect()
    }

    /// The mails it saw to their end, in order.
    pub(crate) fn mails(&mut self) -> Vec<SeenMail> {
        self.heard("mail")
            .into_iter()
            .map(|mail| serde_json::from_value(mail).unwrap())
            .collect()
    }

    /// What was sent after AUTH.
    pub(crate) fn sign_ins(&mut self) -> usize {
        self.heard("auth").len()
    }

    /// A mailer for it, with little patience.
    pub(crate) fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        Some(mailer(&url))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A mailer with little patience.
pub(crate) fn mailer(url: &str) -> Arc<dyn Mailer> {
    let MailUrl::Smtp(server) = url.parse().unwrap() else {
        panic!("{url} is no server");
    };
    let second = Duration::from_secs(1);
    let patience = Patience {
        connect: second,
        command: second,
        after_data: second,
    };
    Arc::new(SmtpMailer::new(&server, "rdv.example.org", patience).unwrap())
}

/// The Python that has the packages of `scripts/requirements.txt`.
fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("RDV_TEST_PYTHON") {
        return python.into();
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let python = cache.unwrap_or_default().join("rdv/venv/bin/python");
    assert!(
        python.exists(),
        "no Python with aiosmtpd: run `scripts/setup.sh test`, or name one in RDV_TEST_PYTHON"
    );
    python
}
