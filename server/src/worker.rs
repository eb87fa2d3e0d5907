//! What runs beside the requests: the mails, and tidying up. What a job is and how it is done is
//! `backend::jobs`'; two workers on one database share the work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::limits::Limits;
use backend::Backend;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// How often what ran out is tidied away: holds, sessions, feeds and jobs whose time is over,
/// and tries that no longer count.
const HOUSEKEEPING_EVERY: Duration = Duration::from_mins(5);

/// How often it is looked whether the clock of the machine went back.
const CLOCK_LOOKED_AT_EVERY: Duration = Duration::from_secs(10);
/// Less is no jump: a clock that the network sets right goes a little slower.
const JUMP: TimeDelta = TimeDelta::minutes(1);

/// The clock on the wall beside one that never goes back.
struct Clocks {
    wall: DateTime<Utc>,
    steady: Instant,
}

impl Clocks {
    fn look(backend: &Backend) -> Self {
        let (wall, steady) = (backend.now(), Instant::now());
        Self { wall, steady }
    }

    /// Whether the clock on the wall was set back between that look and this one.
    fn went_back_since(&self, before: &Self) -> bool {
        let expected = before.wall + (self.steady - before.steady);
        expected - self.wall > JUMP
    }
}

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
    let mut looks = interval(CLOCK_LOOKED_AT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut before = Clocks::look(backend);
    tokio::pin!(stop);
    loop {
        let is_due = tokio::select! {
            () = &mut stop => return,
            _ = ticks.tick() => true,
            _ = looks.tick() => {
                let now = Clocks::look(backend);
                let went_back = now.went_back_since(&before);
                if !went_back {
                    before = now;
                }
                went_back
            }
        };
        if !is_due {
            continue;
        }
        limits.forget_old();
        match backend.housekeeping().await {
            Ok(report) => {
                before = Clocks::look(backend);
                if report.jobs_brought_forward > 0 {
                    backend.jobs_waiting().notify_one();
                }
            }
            // After a jump, in ten seconds.
            Err(error) => tracing::warn!(%error, "housekeeping waits for its next turn"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_is_noticed_and_one_that_goes_on_is_not() {
        let before = Clocks {
            wall: DateTime::UNIX_EPOCH,
            steady: Instant::now(),
        };
        let steady = before.steady + Duration::from_secs(10);
        let two_hours = TimeDelta::hours(2);
        let at = |wall| Clocks { wall, steady };
        assert!(at(before.wall - two_hours).went_back_since(&before));
        assert!(!at(before.wall).went_back_since(&before), "ten seconds");
        assert!(!at(before.wall + two_hours).went_back_since(&before));
    }
}
