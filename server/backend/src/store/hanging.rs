//! A PostgreSQL that says nothing at all: stopped by a signal, behind a network that swallows what
//! is sent. Nobody refuses then, so somebody has to lose patience. Not for one that is away, and
//! says so: that is [`super::patience`]'s; nor for SQLite, which waits for a lock at most.
//!
//! Three hands hold it: the server ends what lasts too long ([`be_bounded`]); whoever asked waits
//! a little longer than that and no more ([`in_time`]); and a connection that was given up so is
//! closed instead of being waited for when it is returned ([`is_well`]).

use std::{
    future::Future,
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

/// How long an answer to a statement is waited for: longer than the server works on one, so that
/// the server ends it while it can, and less than a request may take.
pub(super) const ANSWERED_WITHIN: Duration = Duration::from_secs(12);
/// How long it is waited for while it is silent: a page asks several things, one after the other.
const BRIEFLY: Duration = Duration::from_secs(1);
/// How long a backup waits for a row: a statement over everything may take its time, and a
/// connection that is gone says nothing until the end of days.
pub(super) const ROW_WITHIN: Duration = Duration::from_mins(10);
/// How long a connection that comes back may take to say that it is well.
pub(super) const WELL_WITHIN: Duration = Duration::from_secs(2);
/// So long after somebody gave up, connections that come back are looked at.
const LOOKED_AT_FOR: Duration = Duration::from_secs(60);

/// What the server does by itself: ends a statement, a wait for a lock, a transaction that nobody
/// goes on with (its locks are others' too), and a connection whose other end is gone.
const BOUNDS: &str = "set statement_timeout = '10s'; set lock_timeout = '9s';
    set idle_in_transaction_session_timeout = '30s'; set tcp_user_timeout = '30s';
    set tcp_keepalives_idle = '30s'; set tcp_keepalives_interval = '10s';
    set tcp_keepalives_count = 3";
/// The same for what lasts: migrations, a backup, a restore.
const WITHOUT_END: &str = "set statement_timeout = 0; set lock_timeout = 0;
    set idle_in_transaction_session_timeout = 0";
/// The same until the transaction ends.
const WITHOUT_END_HERE: &str = "set local statement_timeout = 0; set local lock_timeout = 0;
    set local idle_in_transaction_session_timeout = 0";

/// The wait for a lock of whoever has something else to do, until the transaction ends.
const BRIEFLY_HERE: &str = "set local lock_timeout = '1s'";

/// When somebody last gave up. Of the program, not of a store: it makes nothing wrong, only slower.
static GAVE_UP: Mutex<Option<Instant>> = Mutex::new(None);

/// Whether nothing was answered since somebody waited in vain. Of the program, as [`GAVE_UP`].
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// Lets the server end what lasts too long on that connection.
pub(super) async fn be_bounded(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(BOUNDS).execute(conn).await.map(drop)
}

/// Takes that back.
pub(super) async fn take_your_time(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(WITHOUT_END).execute(conn).await.map(drop)
}

/// Takes that back until the transaction ends.
pub(super) async fn take_your_time_here(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(WITHOUT_END_HERE)
        .execute(conn)
        .await
        .map(drop)
}

/// Waits for locks a second only, until the transaction ends.
pub(super) async fn be_brief_here(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(BRIEFLY_HERE).execute(conn).await.map(drop)
}

/// The answer of PostgreSQL, or that there is none. `None` waits as long as it takes.
///
/// # Errors
/// As the database; as a connection that broke, when nothing is answered in time.
pub(crate) async fn in_time<T>(
    longest: Option<Duration>,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let waits = Waits { is_over: false };
    let answered = match longest {
        Some(longest) => timeout(longest, answer).await,
        None => Ok(answer.await),
    };
    if let Ok(answer) = answered {
        waits.no_more();
        // What a connection says that breaks is none of its server's words.
        if matches!(answer, Ok(_) | Err(sqlx::Error::Database(_))) {
            IS_SILENT.store(false, Ordering::Relaxed);
        }
        return answer;
    }
    IS_SILENT.store(true, Ordering::Relaxed);
    let silence = io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    Err(sqlx::Error::Io(silence))
}

/// How long an answer is waited for by who only reads, or begins: briefly while PostgreSQL is silent.
/// Not for what is under way: a commit is waited for as long as it may take.
pub(super) fn answered_within() -> Duration {
    if is_silent() {
        BRIEFLY
    } else {
        ANSWERED_WITHIN
    }
}

/// Whether the last to ask waited in vain, and nobody was answered since.
pub(super) fn is_silent() -> bool {
    IS_SILENT.load(Ordering::Relaxed)
}

/// Somebody who waits for an answer. Who goes away without one gave up: because it took too long, or
/// because the client that asked went away (axum drops a handler then).
struct Waits {
    is_over: bool,
}

impl Waits {
    fn no_more(mut self) {
        self.is_over = true;
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        if !self.is_over {
            *GAVE_UP.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
    }
}

/// Whether a connection that is returned may be given to somebody else. Asked only where somebody
/// gave up lately, since it costs a round trip; one that does not answer is closed.
///
/// # Errors
/// When it does not answer.
pub(super) async fn is_well(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    if gave_up_lately() {
        let well = timeout(WELL_WITHIN, conn.ping()).await;
        well.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
    }
    Ok(true)
}

fn gave_up_lately() -> bool {
    let gave_up = GAVE_UP.lock().unwrap_or_else(PoisonError::into_inner);
    gave_up.is_some_and(|since| since.elapsed() < LOOKED_AT_FOR)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn who_goes_away_before_the_answer_gave_up_too() {
        let asked = in_time(Some(Duration::from_secs(9)), pending::<Result<(), _>>());
        let before = Instant::now();
        assert!(timeout(Duration::from_millis(1), asked).await.is_err());
        let gave_up = *GAVE_UP.lock().unwrap();
        assert!(gave_up.is_some_and(|since| since >= before));
    }

    #[tokio::test]
    async fn who_hears_nothing_gives_up_and_who_may_wait_does_not() {
        let silence = pending::<Result<(), sqlx::Error>>();
        let heard = in_time(Some(Duration::from_millis(1)), silence).await;
        assert!(matches!(heard, Err(sqlx::Error::Io(_))), "{heard:?}");
        let late = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(7)
        };
        assert_eq!(in_time(None, late).await.unwrap(), 7);
    }
}
