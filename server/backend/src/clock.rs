//! The only module that reads the clock or draws randomness; everyone else is handed both.
//! What tokens and keys mean is [`crate::keys`]'s.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

/// What time it is.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Now, cut to the whole second: what is stored compares as text on SQLite.
    fn now(&self) -> DateTime<Utc>;

    /// Milliseconds since 1970, for what is told apart within a second, and stored in no other way
    /// than as a part of an identifier.
    fn millis(&self) -> i64 {
        self.now().timestamp_millis()
    }

    /// Whether it is a machine's, which another node on the same database has another of: what nodes
    /// have to agree on to the minute, leases, goes by the clock of the database then.
    fn is_a_machines(&self) -> bool {
        false
    }
}

/// Where unpredictable bytes come from.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> DateTime<Utc> {
        whole_seconds(Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn millis(&self) -> i64 {
        Utc::now().timestamp_millis()
    }

    fn is_a_machines(&self) -> bool {
        true
    }
}

/// The operating system's generator, through the thread's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// Cuts an instant to its whole second.
#[must_use]
pub fn whole_seconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant
        .duration_trunc(TimeDelta::seconds(1))
        .unwrap_or(instant)
}

/// A UUIDv7 (RFC 9562 §5.7): in order of creation to the second, unpredictable within it.
#[must_use]
pub fn new_uuid(now: DateTime<Utc>, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// A secret for a link or a cookie: 256 bits, 43 URL-safe characters.
#[must_use]
pub fn new_token(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
