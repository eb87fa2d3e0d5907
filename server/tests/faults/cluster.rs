//! A PostgreSQL of a test's own, to be stopped and started as the test likes. It goes with the
//! test, however that ends: `scripts/with-postgres.sh` waits for the end of its pipe.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres.sh");
/// Says its address, then obeys `pg_ctl`'s words line by line, and `pid` by the number of its first
/// process.
const OBEY: &str = r#"printf '%s\n' "$RDV_TEST_POSTGRES_URL"
while read -r order; do
  if [ "$order" = pid ]; then
    head -n 1 "${RDV_TEST_POSTGRES_CTL%/ctl}/cluster/data/postmaster.pid"
    continue
  fi
  "$RDV_TEST_POSTGRES_CTL" $order </dev/null >/dev/null 2>&1
  printf '%s\n' "$?"
done"#;

/// It runs, with `fsync`, until it is told to stop.
pub(crate) struct Cluster {
    shell: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// An empty database in it.
    pub(crate) url: String,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let mut shell = Command::new(SCRIPT)
            .args(["sh", "-c", OBEY])
            .env_remove("RDV_TEST_POSTGRES_URL")
            .env("RDV_TEST_POSTGRES_DURABLE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut cluster = Self {
            orders: shell.stdin.take(),
            answers: BufReader::new(shell.stdout.take().unwrap()),
            shell,
            url: String::new(),
        };
        cluster.url = cluster.answer();
        assert!(cluster.url.starts_with("postgres://"), "no cluster");
        cluster
    }

    /// Tells `pg_ctl` to do something, and waits until it is done.
    pub(crate) fn control(&mut self, order: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        assert_eq!(self.answer(), "0", "pg_ctl {order}");
    }

    /// Stops all of its processes in the middle of what they do (SIGSTOP), so that it takes
    /// connections and answers nothing, until the answer is dropped.
    #[cfg(target_os = "linux")]
    pub(crate) fn freeze(&mut self) -> Frozen {
        writeln!(self.orders.as_mut().unwrap(), "pid").unwrap();
        let first: u32 = self.answer().parse().unwrap();
        // The first one, before it starts others.
        signal("-STOP", &[first]);
        let others = children_of(first);
        assert!(!others.is_empty(), "no cluster of several processes");
        signal("-STOP", &others);
        let all = others.into_iter().chain([first]).collect();
        Frozen { all }
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.orders.take());
        let _ = self.shell.wait();
    }
}

/// A cluster that hangs; it goes on when this is dropped, however the test ends.
#[cfg(target_os = "linux")]
pub(crate) struct Frozen {
    all: Vec<u32>,
}

#[cfg(target_os = "linux")]
impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT", &self.all);
    }
}

#[cfg(target_os = "linux")]
fn signal(which: &str, processes: &[u32]) {
    let numbers = processes.iter().map(ToString::to_string);
    let sent = Command::new("kill").arg(which).args(numbers).status();
    assert!(sent.unwrap().success(), "kill {which}");
}

/// The processes that this one started.
#[cfg(target_os = "linux")]
fn children_of(parent: u32) -> Vec<u32> {
    let all = std::fs::read_dir("/proc").unwrap();
    let ids = all.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"));
        // `123 (name) S 1 …`: the name may hold anything, its last parenthesis ends it.
        let stat = stat.unwrap_or_default();
        let after = stat.rsplit(')').next().unwrap_or_default();
        after.split_whitespace().nth(1) == Some(&parent.to_string())
    })
    .collect()
}
