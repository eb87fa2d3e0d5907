//! A program that is measured: started, asked what it cost, stopped.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::load::Client;

/// A server in a process of its own, stopped when dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the end of its first answer.
    pub first_answer: Duration,
}

impl Program {
    /// The server itself on a database.
    pub async fn rdv(folder: &Path, database: &str) -> Self {
        let address = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rdv"));
        command
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .env("RDV_LISTEN", address.to_string())
            .env("RDV_DATABASE_URL", database)
            .env("RDV_RATE_LIMITS", "off")
            .env("RDV_LOG", "warn");
        Self::start(command, address).await
    }

    /// This benchmark, in another role.
    pub async fn yardstick(database: &str) -> Self {
        let address = free_address();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--bare-handler", database])
            .arg(address.to_string());
        Self::start(command, address).await
    }

    async fn start(mut command: Command, address: SocketAddr) -> Self {
        let start = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut program = Self {
            child,
            address,
            first_answer: Duration::ZERO,
        };
        while tokio::net::TcpStream::connect(address).await.is_err() {
            assert!(
                program.child.try_wait().unwrap().is_none(),
                "the program ended before it listened"
            );
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "it never listened"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Client::connect(address, None).await.get("/").await;
        program.first_answer = start.elapsed();
        program
    }

    /// Processor time so far, of all its threads.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<_> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        // utime and stime, the 14th and 15th of all fields, in hundredths of a second.
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Memory in use, in MB.
    pub fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().nth(1))
            .unwrap()
            .parse()
            .unwrap();
        kib / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let probe = TcpListener::bind("127.0.0.1:0").unwrap();
    probe.local_addr().unwrap()
}

/// `rdv demo` on a database; what it printed.
pub fn fill(folder: &Path, database: &str, size: &str, date: &str) -> serde_json::Value {
    let output = Command::new(env!("CARGO_BIN_EXE_rdv"))
        .args(["demo", "--json", "--size", size, "--date", date])
        .current_dir(folder)
        .env("RDV_DATABASE_URL", database)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "rdv demo: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
