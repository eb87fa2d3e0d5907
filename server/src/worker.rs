//! What runs beside the requests: the mails, and tidying up. What a job is and how it is done is
//! `backend::jobs`'; two workers on one database share the work.

use std::{sync::Arc, time::Duration};

use app::limits::Limits;
use backend::Backend;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// How often what ran out is tidied away: holds, sessions, feeds and jobs whose time is over,
/// and tries that no longer count.
const HOUSEKEEPING_EVERY: Duration = Duration::from_mins(5);

/// Works until `stop` says so; jobs that have begun get some seconds to end.
pub async fn run(backend: Backend, limits: Arc<dyn Limits>, stop: watch::Receiver<bool>) {
    let jobs = backend.work_until(stopped(stop.clone()));
    tokio::join!(jobs, keep_house(&backend, limits, stopped(stop)));
}

/// Ends when the server was told to stop.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    // A sender that is gone stops everything too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn keep_house(backend: &Backend, limits: Arc<dyn Limits>, stop: impl Future<Output = ()>) {
    let mut ticks = interval(HOUSEKEEPING_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = ticks.tick() => {
                limits.forget_old();
                if let Err(error) = backend.housekeeping().await {
                    tracing::warn!(%error, "housekeeping waits for its next turn");
                }
            }
        }
    }
}
