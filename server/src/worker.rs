//! The loop that sends mails and tidies up, in the same process as the server. What a job is and
//! how it is done is `backend::jobs`'; two workers on one database share the work.

use std::{sync::Arc, time::Duration};

use app::limits::Limits;
use backend::Backend;
use tokio::{sync::watch, time::sleep};

/// How long the worker sleeps when nothing wakes it: another node may have left a job, or a
/// repeat may be due.
const EVERY: Duration = Duration::from_secs(3);
/// How often holds that ran out, sessions and old tries are tidied away.
const HOUSEKEEPING_EVERY: u32 = 20;

/// Works until `stop` says so; a batch that has begun is finished.
pub async fn run(backend: Backend, limits: Arc<dyn Limits>, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0_u32;
    while !*stop.borrow() {
        if rounds.is_multiple_of(HOUSEKEEPING_EVERY) {
            limits.forget_old();
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = backend.jobs_waiting().notified() => {}
            () = sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}
