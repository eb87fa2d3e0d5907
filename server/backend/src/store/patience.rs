//! How long a connection is waited for. Long while the database answers, so that a restart of it
//! goes by unnoticed; briefly once it was found away: a page asks several things, one after the
//! other, and nobody waits long for each of them. Not the wait for a lock of the database.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::timeout;

use super::{StoreError, hanging};

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
    /// [`StoreError::Unavailable`], whatever the pool says: a database that lets nobody in (a password
    /// that is another, a name that is gone) is away as much as one that is stopped. What was wrong
    /// from the beginning was said at the start.
    pub(super) async fn wait<T>(
        &self,
        connection: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, StoreError> {
        let longest = if self.away.load(Ordering::Relaxed) || hanging::is_silent() {
            self.brief
        } else {
            self.long
        };
        let got = timeout(longest, connection).await;
        let got = got.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        self.away.store(got.is_err(), Ordering::Relaxed);
        got.map_err(|error| StoreError::Unavailable(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Instant};

    use super::*;

    async fn waited(patience: &Patience) -> Duration {
        let start = Instant::now();
        let got = patience.wait(pending::<Result<(), sqlx::Error>>()).await;
        assert!(matches!(got, Err(StoreError::Unavailable(_))));
        start.elapsed()
    }

    #[tokio::test]
    async fn a_database_that_lets_nobody_in_is_away() {
        let refused = sqlx::Error::Configuration("no such role".into());
        let patience = Patience::default();
        let got = patience.wait(async { Err::<(), _>(refused) }).await;
        assert!(matches!(got, Err(StoreError::Unavailable(_))));
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
