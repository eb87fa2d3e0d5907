//! How long a connection is waited for. Long while the database answers, so that a restart of it
//! goes by unnoticed; briefly once it was found away: a page asks several things, one after the
//! other, and nobody waits long for each of them. Not the wait for a lock of the database.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::timeout;

/// How long a request waits for a connection before it answers "busy".
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits when the last one to ask got none.
const BRIEF: Duration = Duration::from_secs(1);

/// What is known of a pool.
#[derive(Debug)]
pub(super) struct Patience {
    away: AtomicBool,
    long: Duration,
    brief: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            away: AtomicBool::default(),
            long: PATIENCE,
            brief: BRIEF,
        }
    }
}

impl Patience {
    /// Waits for a connection, or until patience runs out.
    ///
    /// # Errors
    /// As the pool.
    pub(super) async fn wait<T>(
        &self,
        connection: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        let longest = if self.away.load(Ordering::Relaxed) {
            self.brief
        } else {
            self.long
        };
        let got = timeout(longest, connection).await;
        let got = got.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        self.away.store(got.is_err(), Ordering::Relaxed);
        got
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Instant};

    use super::*;

    async fn waited(patience: &Patience) -> Duration {
        let start = Instant::now();
        let got = patience.wait(pending::<Result<(), sqlx::Error>>()).await;
        assert!(matches!(got, Err(sqlx::Error::PoolTimedOut)));
        start.elapsed()
    }

    #[tokio::test]
    async fn who_finds_the_database_away_waits_long_and_who_comes_after_does_not() {
        let long = Duration::from_secs(1);
        let patience = Patience {
            long,
            brief: Duration::from_millis(1),
            ..Patience::default()
        };
        assert!(waited(&patience).await >= long);
        assert!(waited(&patience).await < long);
        patience.wait(async { Ok(()) }).await.unwrap();
        assert!(waited(&patience).await >= long, "it was back");
    }
}
