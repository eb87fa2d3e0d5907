//! A PostgreSQL of a test's own, to be stopped and started as the test likes. It goes with the
//! test, however that ends: `scripts/with-postgres.sh` waits for the end of its pipe.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-postgres.sh");
/// Says its address, then obeys `pg_ctl`'s words line by line.
const OBEY: &str = r#"printf '%s\n' "$RDV_TEST_POSTGRES_URL"
while read -r order; do
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
