//! Two nodes of the program on one PostgreSQL: they share the mails, and each mail is sent once;
//! one booking a slot, whichever node was asked. `RDV_NODES_BOOKINGS` says how many visits.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use backend::testing::{Kind, TestBackend};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    bookers::{Crowd, check},
    lived_in,
    program::{Program, free_address},
    rounds,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_one_database_share_the_mails_and_send_each_once() {
    let (test, practice) = lived_in(TestBackend::new(Kind::Postgres).await).await;
    let url = &test.settings().database_url;
    let post = PostOffice::open().await;
    let smtp = format!("smtp://{}", post.address);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let mut nodes = Vec::new();
    for (folder, sender) in folders.iter().zip(["one@example.org", "two@example.org"]) {
        let variables = [("RDV_SMTP_URL", smtp.as_str()), ("RDV_MAIL_FROM", sender)];
        let node = Program::start(folder.path(), free_address(), url, &variables);
        node.wait_until_up().await;
        nodes.push(node);
    }
    let addresses: Vec<_> = nodes.iter().map(|node| node.address).collect();
    let crowd = Crowd::start(50, &addresses, &test, &practice).await;
    let bookings = rounds("RDV_NODES_BOOKINGS", 60);
    crowd.book_more(usize::try_from(bookings).unwrap()).await;
    let promises = crowd.leave().await;
    // A booking that lost its client ends before the last mail does.
    let start = Instant::now();
    while test.jobs_waiting_now().await > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "mails wait");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for node in &mut nodes {
        node.kill();
    }
    check(&test, &practice, &promises).await;
    let mails = post.mails();
    let jobs = test.job_keys().await.len();
    let discarded = jobs - mails.len();
    assert!(mails.values().all(|times| times.len() == 1), "{mails:?}");
    let by = |sender: &str| mails.values().filter(|times| times[0] == sender).count();
    let (one, two) = (by("one@example.org"), by("two@example.org"));
    println!("{one} mails by one node, {two} by the other, {discarded} no longer needed");
    assert!(
        one > 0 && two > 0,
        "{one} and {two}: the jobs are not shared"
    );
    assert!(mails.len() >= promises.booked(), "a visit without its mail");
}

/// A mail server that takes everything, and remembers who sent what.
struct PostOffice {
    address: SocketAddr,
    taken: Taken,
}

/// The senders of each message, by its Message-ID.
type Taken = Arc<Mutex<BTreeMap<String, Vec<String>>>>;

impl PostOffice {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Taken::default();
        let counter = Arc::clone(&taken);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&counter)));
            }
        });
        Self { address, taken }
    }

    fn mails(&self) -> BTreeMap<String, Vec<String>> {
        self.taken.lock().unwrap().clone()
    }
}

/// One connection, as far as our mailer speaks (RFC 5321).
async fn serve(stream: TcpStream, taken: Taken) -> Option<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 here").await?;
    let (mut sender, mut id) = (String::new(), String::new());
    loop {
        let line = line(&mut stream).await?;
        let answer = match line.split([' ', ':']).next()?.to_uppercase().as_str() {
            "EHLO" => "250 here",
            "MAIL" => {
                sender = between(&line, '<', '>')?;
                "250 ok"
            }
            "RCPT" => "250 ok",
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                loop {
                    let line = self::line(&mut stream).await?;
                    if line == "." {
                        break;
                    }
                    if line.to_lowercase().starts_with("message-id:") {
                        id = between(&line, '<', '>')?;
                    }
                }
                let mut taken = taken.lock().unwrap();
                taken.entry(id.clone()).or_default().push(sender.clone());
                "250 kept"
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return None;
            }
            _ => "502 what",
        };
        say(&mut stream, answer).await?;
    }
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Option<()> {
    let words = format!("{words}\r\n");
    stream.write_all(words.as_bytes()).await.ok()
}

fn between(line: &str, from: char, to: char) -> Option<String> {
    let (_, rest) = line.split_once(from)?;
    Some(rest.split(to).next()?.to_owned())
}
