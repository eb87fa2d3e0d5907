//! The program itself, started, asked and ended. What it is asked is the tests'.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A program that does not answer after so long never will.
const PATIENCE: Duration = Duration::from_secs(40);

/// An address that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// A command of the program in that folder, on that database. Its log is a file there.
pub(crate) fn rdv(folder: &Path, command: &str, database_url: &str) -> Command {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_rdv"));
    program
        .arg(command)
        .current_dir(folder)
        .env("RDV_DATABASE_URL", database_url)
        .env("RDV_RATE_LIMITS", "off")
        .env("RDV_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    program
}

/// A server, killed without warning when dropped.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts it; it answers some time later.
    pub(crate) fn start(
        folder: &Path,
        address: SocketAddr,
        database_url: &str,
        more: &[(&str, &str)],
    ) -> Self {
        let child = rdv(folder, "serve", database_url)
            .env("RDV_LISTEN", address.to_string())
            .envs(more.iter().copied())
            .spawn()
            .unwrap();
        Self {
            child,
            log: folder.join("log"),
            address,
        }
    }

    /// SIGKILL: nothing of the program runs any more when this returns.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as a service manager sends it.
    pub(crate) fn tell_to_stop(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until it answers; says how long that took.
    pub(crate) async fn wait_until_up(&self) -> Duration {
        let since = Instant::now();
        loop {
            if let Some(answer) = get(self.address, "/healthz").await
                && answer.status == 200
            {
                return since.elapsed();
            }
            assert!(since.elapsed() < PATIENCE, "the program does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let last = lines.len().saturating_sub(60);
            println!("the end of its log:\n{}", lines[last..].join("\n"));
        }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = header(head, "content-length").and_then(|length| length.parse().ok());
        // Cut in the middle, it is no answer.
        if length.is_some_and(|length: usize| body.len() < length) {
            return None;
        }
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        header(&self.head, name).unwrap_or_default()
    }

    /// The secret at the end of where it leads.
    pub(crate) fn token(&self) -> String {
        let location = self.header("location");
        location.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The fields of the form that it keeps to be sent again, decoded; empty when it keeps none.
    pub(crate) fn kept_form(&self) -> Vec<(String, String)> {
        let Some((_, form)) = self
            .body
            .split_once("<form method=\"post\" action=\"/api/hold_slot\"")
        else {
            return Vec::new();
        };
        let form = form.split("</form>").next().unwrap_or_default();
        let value = |input: &str, name: &str| {
            let (_, value) = input.split_once(&format!("{name}=\""))?;
            Some(value.split('"').next()?.replace("&amp;", "&"))
        };
        form.split("<input")
            .filter_map(|input| Some((value(input, "name")?, value(input, "value")?)))
            .collect()
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (ours, value) = line.split_once(':')?;
        ours.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// Sends a request and reads the whole answer; `None` when the program went away in the middle.
async fn ask(address: SocketAddr, request: String) -> Option<Answer> {
    let talk = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        Answer::read(&answer)
    };
    let answer = tokio::time::timeout(PATIENCE, talk).await;
    answer.expect("neither an answer nor an end")
}

/// Asks for a page as a browser does.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Option<Answer> {
    get_with(address, path, "Accept: text/html\r\n").await
}

/// The same with other headers, each with the end of its line.
pub(crate) async fn get_with(address: SocketAddr, path: &str, headers: &str) -> Option<Answer> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n");
    ask(address, request).await
}

/// The head of a POST of a page of ours, with a form of that many bytes.
pub(crate) fn head_of_post(address: SocketAddr, path: &str, bytes: usize, more: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\nConnection: close\r\n{more}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {bytes}\r\n\r\n"
    )
}

/// Posts a form as a page of ours does.
pub(crate) async fn post(address: SocketAddr, path: &str, form: &str) -> Option<Answer> {
    let head = head_of_post(address, path, form.len(), "");
    ask(address, format!("{head}{form}")).await
}
