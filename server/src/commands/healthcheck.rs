//! `rdv healthcheck`: asks the running server, as Docker and systemd do.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{CommandError, say};
use crate::config::Config;

const LONGEST: Duration = Duration::from_secs(5);
/// Enough for the status line and the word after the headers.
const MOST_BYTES: u64 = 16 * 1024;

pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    let address = reachable(config.listen);
    let answer = timeout(LONGEST, ask(address)).await;
    match answer {
        Ok(Ok(status)) if status.starts_with("HTTP/1.1 200") => say("ok"),
        Ok(Ok(status)) => Err(CommandError::Refused(format!(
            "{address} answered {status}"
        ))),
        Ok(Err(error)) => Err(CommandError::Refused(format!(
            "{address} cannot be asked: {error}"
        ))),
        Err(_) => Err(CommandError::Refused(format!(
            "{address} did not answer in time"
        ))),
    }
}

/// A server that listens everywhere is asked on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let mut address = listen;
    if listen.ip().is_unspecified() {
        address.set_ip(match listen.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
