//! Accepts connections, and ends them gracefully. `axum::serve` would do but for three things that
//! a server on the open network needs: a client that never finishes its headers is cut off, so is
//! one that never reads its answers, and there are never more connections than file descriptors to
//! serve them with.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long a client may take to send its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How many bytes of a request are kept before they are understood, and so how long its headers may
/// be (431): reading them takes time of its own.
const MOST_AT_ONCE: usize = 64 * 1024;
/// How long a client may take none of what there is to send, be it that it does not read or that it
/// cannot be reached. One that takes a little now and then is slow, and served: what the system
/// counts itself (`TCP_USER_TIMEOUT`) cuts clients off that read slowly into a small buffer.
const UNREAD: Duration = Duration::from_secs(60);
/// How long running requests get to finish once the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(8);
/// How long after that those are let in who wait for it.
const QUEUE: Duration = Duration::from_millis(100);
/// How long their requests are waited for.
const FIRST_WORDS: Duration = Duration::from_millis(100);
/// Descriptors kept for databases, mails and files.
const DESCRIPTORS_KEPT: u64 = 128;
/// Most connections, however many descriptors there are.
const MOST_CONNECTIONS: u64 = 20_000;

/// Serves until `stop` ends, then lets running requests finish, for eight seconds at most.
/// A connection that cannot be accepted is logged and the next one tried.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(most_connections()));
    let graceful = GracefulShutdown::new();
    let begin = |room, (stream, peer): (TcpStream, SocketAddr)| {
        let service = router
            .clone()
            .map_request(move |request: Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            });
        let service = TowerToHyperService::new(service);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(UNREAD));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(MOST_AT_ONCE)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that goes away in the middle is no news.
            let _ = connection.await;
            drop(room);
        });
    };
    tokio::pin!(stop);
    loop {
        let room = connections.clone().acquire_owned();
        let accepted = async { (room.await, accept(&listener).await) };
        tokio::select! {
            () = &mut stop => break,
            (room, accepted) = accepted => begin(room, accepted),
        }
    }
    // Who is connected has asked, though nobody read it yet: whoever waits in the system's queue is let
    // in, and all are heard before those that say nothing are sent away.
    let queue = async {
        while let Ok(room) = connections.clone().try_acquire_owned() {
            begin(Ok(room), accept(&listener).await);
        }
    };
    let _ = timeout(QUEUE, queue).await;
    drop(listener);
    sleep(FIRST_WORDS).await;
    if timeout(LAST_REQUESTS, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    [ConnectionAborted, ConnectionRefused, ConnectionReset].contains(&error.kind())
}

/// As many connections as there are descriptors, once the soft limit stands at the hard one.
fn most_connections() -> usize {
    let descriptors = rlimit::increase_nofile_limit(MOST_CONNECTIONS + DESCRIPTORS_KEPT);
    let connections = descriptors.unwrap_or(1024).saturating_sub(DESCRIPTORS_KEPT);
    usize::try_from(connections.clamp(64, MOST_CONNECTIONS)).unwrap_or(64)
}
