//! Everything that does input and output: storage, jobs, mail, calendar feeds.
//! The rules it applies are `domain`'s; the pages that call it are `app`'s.
//!
//! [`Backend`] is the one door: its methods are the use cases, each in the file of its feature.
//! A use case that writes opens **one** transaction in a task of its own ([`Backend::detached`]),
//! takes the agenda's lock first, reads afresh (or sees by the lock that what it read still
//! stands), decides with a pure function of `domain`, writes, enqueues the mail as a job, records the audit line, and commits. To add one: write
//! the rule in `domain`, the questions in [`store`], the use case here, and its story in `tests/`.

pub mod accounts;
pub mod availability;
pub mod backup;
pub mod booking;
pub mod calendar_feed;
pub mod challenge;
pub mod clock;
pub mod counts;
pub mod demo;
pub mod error;
pub mod factors;
pub mod ics;
pub mod jobs;
pub mod keys;
pub mod known_browser;
pub mod mail;
mod names;
pub mod office;
pub mod passwords;
pub mod practices;
pub mod retention;
pub mod sessions;
pub mod setup;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trail;
pub mod visit_file;
pub mod watching;
pub mod zones;

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{ids::JobId, people::EmailAddress};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    clock::{Clock, Random},
    keys::Keys,
    mail::{MailUrl, Mailer},
    passwords::Hasher,
    store::{self as rows, Store, Tx, audit, settings},
};
/// A zone of the IANA database.
pub use chrono_tz::Tz;
pub use error::{Error, Failure, Result};

/// How an instance is set up; nothing of it is baked in at build time.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:path` or `postgres://…`.
    pub database_url: String,
    /// Where the instance is reached, without a trailing slash: absolute links start with it.
    pub public_url: String,
    /// Where mails go.
    pub smtp_url: MailUrl,
    /// The mailbox that mails come from; the name beside it is each practice's.
    pub mail_from: EmailAddress,
}

/// The door to everything that does input and output. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Backend(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    keys: Keys,
    hasher: Hasher,
    mailer: Arc<dyn Mailer>,
    settings: Settings,
    jobs_waiting: Notify,
    lease_clock: jobs::lease_clock::LeaseClock,
    feeds: calendar_feed::memory::Memory,
    agendas: availability::memory::Memory,
    /// This instance as devices know it; none where they make no passkeys for it.
    relying_party: Option<webauthn_rs::Webauthn>,
    counts: counts::Counts,
    /// The milliseconds in the identifier of the last line of the trail.
    last_line: Mutex<i64>,
}

impl Backend {
    /// Connects, brings the schema up to date, and finds or makes the instance's key.
    ///
    /// # Errors
    /// As the database; [`store::StoreError::Schema`] when it is newer than this program;
    /// [`Error::Io`] when mails cannot be set up.
    pub async fn open(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self> {
        let mailer = settings
            .smtp_url
            .mailer(host(&settings.public_url))
            .map_err(|error| Error::Io(format!("RDV_SMTP_URL {error}")))?;
        Self::open_with(settings, clock, random, mailer).await
    }

    /// The same with another way for mails to leave than the settings say.
    ///
    /// # Errors
    /// As [`Backend::open`].
    pub async fn open_with(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        mailer: Arc<dyn Mailer>,
    ) -> Result<Self> {
        let store = Store::connect(&settings.database_url).await?;
        store.migrate().await?;
        let keys = instance_keys(&store, random.as_ref()).await?;
        let jobs_waiting = Notify::new();
        let relying_party = factors::relying_party(&settings.public_url);
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            random,
            keys,
            hasher: Hasher::new(),
            mailer,
            settings,
            jobs_waiting,
            lease_clock: jobs::lease_clock::LeaseClock::default(),
            feeds: calendar_feed::memory::Memory::default(),
            agendas: availability::memory::Memory::default(),
            relying_party,
            counts: counts::Counts::default(),
            last_line: Mutex::default(),
        })))
    }

    /// Runs to its end even if the caller goes away: a write is whole or absent, and the
    /// connection under it is never handed on half-way.
    ///
    /// # Errors
    /// Those of the work; [`Error::Io`] if it panicked.
    pub async fn detached<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match tokio::spawn(work).await {
            Ok(result) => result,
            Err(panicked) => Err(Error::from(panicked).into()),
        }
    }

    /// Now, in whole seconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Whether other nodes may tell the time by another clock: see [`Clock::is_a_machines`].
    pub(crate) fn clock_is_a_machines(&self) -> bool {
        self.0.clock.is_a_machines()
    }

    /// The database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The secrets of links and codes.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// How the instance is set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What takes mails away.
    #[must_use]
    pub fn mailer(&self) -> &dyn Mailer {
        &*self.0.mailer
    }

    /// The host of the public address, without port: for Message-IDs and EHLO.
    #[must_use]
    pub fn public_host(&self) -> &str {
        host(&self.0.settings.public_url)
    }

    /// An absolute link to one of the paths of [`domain::links`].
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.0.settings.public_url)
    }

    /// A new identifier; `From<Uuid>` makes it any of `domain::ids`.
    #[must_use]
    pub fn new_id<Id: From<Uuid>>(&self) -> Id {
        Id::from(clock::new_uuid(self.now(), self.0.random.as_ref()))
    }

    /// A new secret: 256 bits, 43 URL-safe characters.
    #[must_use]
    pub fn new_token(&self) -> String {
        clock::new_token(self.0.random.as_ref())
    }

    /// Compares and hashes passwords.
    pub(crate) fn hasher(&self) -> &Hasher {
        &self.0.hasher
    }

    /// Where unpredictable bytes come from.
    pub(crate) fn random(&self) -> &dyn Random {
        self.0.random.as_ref()
    }

    /// The clock by which leases go.
    pub(crate) fn lease_clock(&self) -> &jobs::lease_clock::LeaseClock {
        &self.0.lease_clock
    }

    /// Where the worker waits for work.
    #[must_use]
    pub fn jobs_waiting(&self) -> &Notify {
        &self.0.jobs_waiting
    }

    /// What happened since the start, in numbers.
    #[must_use]
    pub fn counts(&self) -> &counts::Counts {
        &self.0.counts
    }

    /// The secrets of links and codes in a database that is opened by somebody who only looks;
    /// `None` when it has none yet.
    ///
    /// # Errors
    /// As the database.
    pub async fn keys_of(store: &Store) -> Result<Option<Keys>> {
        let stored = settings::get(&mut store.read().await?, settings::SECRET).await?;
        Ok(stored.as_deref().and_then(Keys::from_stored))
    }

    /// What was drawn of calendar feeds lately.
    fn feeds(&self) -> &calendar_feed::memory::Memory {
        &self.0.feeds
    }

    /// What was read of agendas lately.
    fn agendas(&self) -> &availability::memory::Memory {
        &self.0.agendas
    }

    /// What passkeys are bound to.
    pub(crate) fn relying_party(&self) -> Option<&webauthn_rs::Webauthn> {
        self.0.relying_party.as_ref()
    }

    /// Writes a job into the transaction that made it necessary. The payload holds ids only.
    async fn enqueue(
        &self,
        tx: &mut Tx,
        practice: domain::ids::PracticeId,
        kind: &str,
        payload: &str,
        dedup_key: &str,
    ) -> Result<()> {
        let now = self.now();
        let id: JobId = self.new_id();
        let job = rows::jobs::NewJob {
            id,
            practice,
            kind,
            payload,
            dedup_key,
            run_at: now,
        };
        rows::jobs::enqueue(tx, &job, now).await?;
        Ok(())
    }

    /// The identifier of a line of the trail: of two that are written in one second the second's is
    /// greater, so that they are read in their order. On one node always, up to a thousand. Of two
    /// nodes, or before and after a restart, as far as their clocks tell milliseconds apart, unless one
    /// has just written many at once.
    fn line_id(&self) -> Uuid {
        let millis = self.0.clock.millis();
        let mut last = self
            .0
            .last_line
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let most = millis + 999;
        let at = if (millis..=most).contains(&*last) {
            (*last + 1).min(most)
        } else {
            millis
        };
        *last = at;
        drop(last);
        let at = DateTime::from_timestamp_millis(at).unwrap_or_else(|| self.now());
        clock::new_uuid(at, self.0.random.as_ref())
    }

    /// Writes an audit line into the transaction that it tells of.
    async fn record(&self, tx: &mut Tx, entry: &audit::Entry<'_>) -> Result<()> {
        Ok(audit::record(tx, self.line_id(), entry).await?)
    }

    /// Ends when somebody replaced the database under this program, which has to be started again.
    pub async fn database_replaced(&self) {
        self.0.store.replaced().await;
    }

    /// Closes the database; what is in flight ends first.
    pub async fn close(&self) {
        self.0.store.close().await;
    }
}

/// The host of an origin such as `https://rdv.example.org:8443`; an IPv6 address loses its
/// brackets.
fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    match authority.strip_prefix('[') {
        Some(ipv6) => ipv6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    }
}

async fn instance_keys(store: &Store, random: &dyn Random) -> Result<Keys> {
    let stored = settings::get(&mut store.read().await?, settings::SECRET).await?;
    let secret = match stored {
        Some(secret) => secret,
        None => {
            // Two nodes may start at once: the first to write wins, and both read what stands.
            let mut tx = store.begin().await?;
            settings::set_once(&mut tx, settings::SECRET, &clock::new_token(random)).await?;
            let stored = settings::get(&mut tx, settings::SECRET).await?;
            tx.commit().await?;
            stored.unwrap_or_default()
        }
    };
    Keys::from_stored(&secret)
        .ok_or_else(|| store::StoreError::BrokenRow("the instance's key".to_owned()).into())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_of_an_origin_has_no_port_and_no_brackets() {
        for (origin, expected) in [
            ("https://rdv.example.org", "rdv.example.org"),
            ("http://127.0.0.1:3000", "127.0.0.1"),
            ("http://[::1]:3000", "::1"),
            ("https://rdv.example.org:8443/", "rdv.example.org"),
        ] {
            assert_eq!(host(origin), expected);
        }
    }
}
