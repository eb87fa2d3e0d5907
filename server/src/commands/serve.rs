//! `rdv serve`: opens the database, listens, sends mails, until it is told to stop.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use app::{cookies::Cookies, limits::Limits, request::Site};
use backend::store::REPLACED;
use domain::links;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use super::{CommandError, open, say};
use crate::{
    assets,
    config::{Config, ConfigError, RateLimits},
    limits::{Counters, Off},
    listen, router, worker,
};

/// How long after it was told to stop the program is gone: ten seconds and no more.
const LONGEST_END: Duration = Duration::from_millis(9500);
/// What is left of that at least, after the requests, for the worker and the database.
const LAST_JOBS: Duration = Duration::from_secs(1);

pub(super) async fn run(config: &Config) -> Result<(), CommandError> {
    config.check_for_serving()?;
    let backend = open(config).await?;
    let limits: Arc<dyn Limits> = match config.rate_limits {
        RateLimits::On => Arc::new(Counters::new(backend.new_token())),
        RateLimits::Off => Arc::new(Off),
    };
    let site = Arc::new(Site {
        backend: backend.clone(),
        limits: limits.clone(),
        assets: assets::assets(),
        cookies: Cookies {
            secure: config.public_url.is_https(),
        },
        public_url: Arc::from(config.public_url.as_str()),
        mailbox: config.shows_mailbox(),
        legal_notice: config.legal_notice.as_deref().map(Arc::from),
    });
    if !config.public_url.is_loopback() && matches!(backend.holds_demo().await, Ok(true)) {
        tracing::warn!(
            "the database holds the demonstration, whose passwords anybody can work out: begin a \
             public instance with an empty one"
        );
    }
    if !site.assets.islands {
        tracing::warn!("built without islands: every page works, as plain forms");
    }
    let router = router::router(
        site,
        config.trusted_proxies.clone(),
        &config.metrics_access(),
    )
    .map_err(|_| ConfigError {
        variable: "RDV_PUBLIC_URL",
        wrong: format!("is no origin: {}", config.public_url),
        should: "The scheme and host in ASCII: https://rdv.example, https://xn--…",
    })?;
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        CommandError::Refused(format!(
            "cannot listen on {} (RDV_LISTEN): {error}",
            config.listen
        ))
    })?;

    let (stop, stopping) = watch::channel(false);
    let worker = tokio::spawn(worker::run(backend.clone(), limits, stopping.clone()));
    let is_replaced = Arc::new(AtomicBool::new(false));
    tokio::spawn({
        let (backend, is_replaced) = (backend.clone(), Arc::clone(&is_replaced));
        async move {
            tokio::select! {
                _ = told_to_stop() => {}
                () = backend.database_replaced() => is_replaced.store(true, Ordering::Relaxed),
            }
            tracing::info!("stopping");
            let _ = stop.send(true);
        }
    });
    greet(format_args!(
        "rdv {} on {}",
        env!("CARGO_PKG_VERSION"),
        config.public_url
    ));
    if config.shows_mailbox() {
        greet(format_args!(
            "Mails go to a folder; read them on {}",
            backend.absolute(links::MAILBOX)
        ));
    }
    if let Some(token) = backend.setup_link().await? {
        let link = backend.absolute(&links::setup(&token));
        greet(format_args!(
            "No practice yet. Open one here (the link works once, until the next start):\n{link}"
        ));
    }
    let told = OnceLock::new();
    let stopped = async {
        worker::stopped(stopping).await;
        told.set(Instant::now()).ok();
    };
    listen::serve(listener, router, stopped).await;
    let last = async { (worker.await, backend.close().await) };
    let gone = told.get().map_or(Duration::ZERO, Instant::elapsed);
    let left = LONGEST_END.saturating_sub(gone).max(LAST_JOBS);
    if timeout(left, last).await.is_err() {
        tracing::warn!("the worker was in the middle of something; it will be taken up again");
    }
    if is_replaced.load(Ordering::Relaxed) {
        return Err(CommandError::Refused(REPLACED.to_owned()));
    }
    Ok(())
}

/// Says something to whoever started the server, if somebody listens: a full disk behind it keeps nobody
/// from serving.
fn greet(words: impl fmt::Display) {
    if let Err(error) = say(words) {
        tracing::warn!(%error, "nothing can be said");
    }
}

/// Ends at SIGINT or SIGTERM; answers the number of the signal.
pub(super) async fn told_to_stop() -> i32 {
    let (interrupted, terminated) = (SignalKind::interrupt(), SignalKind::terminate());
    // The terminal was closed, or the connection to it was cut.
    let left_alone = SignalKind::hangup();
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)) =
        (signal(interrupted), signal(terminated), signal(left_alone))
    else {
        tracing::error!("cannot listen for signals: only a kill stops this program");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => interrupted.as_raw_value(),
        _ = terminate.recv() => terminated.as_raw_value(),
        _ = hang_up.recv() => left_alone.as_raw_value(),
    }
}
