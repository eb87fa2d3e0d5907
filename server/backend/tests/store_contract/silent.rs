//! Connections to PostgreSQL on which nothing comes any more, as behind a firewall that forgot them,
//! while those who asked go away: the pool has others soon.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use backend::{
    Backend,
    testing::{Kind, TestBackend},
};
use domain::practice::Slug;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

/// Passes on what it is given until it is told to swallow it; connections that come later are not
/// concerned.
async fn firewall(server: String, forgets: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            let is_new = forgets.load(Ordering::SeqCst);
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            for (mut from, mut to) in [(from_client, to_server), (from_server, to_client)] {
                let forgets = Arc::clone(&forgets);
                tokio::spawn(async move {
                    let mut some = [0; 8192];
                    while let Ok(read @ 1..) = from.read(&mut some).await {
                        let swallows = forgets.load(Ordering::SeqCst) && !is_new;
                        if !swallows && to.write_all(&some[..read]).await.is_err() {
                            break;
                        }
                    }
                });
            }
        }
    });
    address
}

async fn asks(backend: Backend, slug: Slug) -> bool {
    backend.practitioner_page(&slug).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_fall_silent_while_those_who_asked_go_away_are_replaced() {
    let near = TestBackend::new(Kind::Postgres).await;
    let practice = near.practice().await;
    let slug = practice.practitioner.slug;
    let url = near.settings().database_url.clone();
    let (before, rest) = url.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let forgets = Arc::new(AtomicBool::new(false));
    let firewall = firewall(server.to_owned(), Arc::clone(&forgets)).await;
    let behind = near.open_at(&format!("{before}@{firewall}/{name}")).await;
    // All of its connections are made.
    let askers = (0..32).map(|_| tokio::spawn(asks(behind.clone(), slug.clone())));
    for asker in askers.collect::<Vec<_>>() {
        assert!(asker.await.unwrap());
    }
    forgets.store(true, Ordering::SeqCst);
    // Browsers that are closed, and a health check that gives up.
    let leave = (0..32).map(|_| {
        let asked = timeout(
            Duration::from_millis(500),
            asks(behind.clone(), slug.clone()),
        );
        tokio::spawn(asked)
    });
    for left in leave.collect::<Vec<_>>() {
        let _ = left.await.unwrap();
    }
    let start = Instant::now();
    while !asks(behind.clone(), slug.clone()).await {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "nobody is served"
        );
        sleep(Duration::from_millis(100)).await;
    }
    // Each of them, and not only one.
    let askers = (0..32).map(|_| tokio::spawn(asks(behind.clone(), slug.clone())));
    for asker in askers.collect::<Vec<_>>() {
        assert!(asker.await.unwrap());
    }
}
