//! Leasing due jobs and running them: each in a task of its own, so that one that hangs or
//! panics stops no other. What a kind does is in the files beside this one.
//!
//! Two workers, on one node or on two, never get the same job: it is leased by a short update,
//! and nothing holds a transaction while a mail server is spoken to. A worker that dies leaves
//! its lease to run out. A job runs for [`LIMIT`] at most, which is shorter than its lease, so
//! nobody else starts it meanwhile.

use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::JobId;
use tokio::{
    task::{self, JoinSet},
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{Context, End, Job, Kind, Plan, plan};
use crate::{
    Backend, Error, Result,
    mail::{Mail, NotSent, Trouble, message},
    store::jobs::{self, LeasedJob, Outcome},
};

/// How long a job may run.
pub const LIMIT: Duration = Duration::from_secs(4 * 60);
/// How long a leased job is nobody else's.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How many jobs run at once.
pub const AT_ONCE: usize = 8;
/// How long the worker sleeps at most: another node may have written a job, or died with one.
const NAP: Duration = Duration::from_secs(10);
/// How long running jobs may go on after the worker was told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How many jobs ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Mails that were accepted.
    pub done: usize,
    /// Jobs that will be tried again.
    pub retried: usize,
    /// Jobs that made no sense any more.
    pub discarded: usize,
    /// Jobs that failed for good.
    pub failed: usize,
}

impl Ran {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> usize {
        self.done + self.retried + self.discarded + self.failed
    }

    fn count(&mut self, end: Option<End>) {
        match end {
            Some(End::Done) => self.done += 1,
            Some(End::Retry(..)) => self.retried += 1,
            Some(End::Discard(_)) => self.discarded += 1,
            Some(End::Fail(_)) => self.failed += 1,
            // Its lease runs out, and somebody tries again.
            None => {}
        }
    }
}

/// The jobs that this worker runs.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Option<End>>,
    jobs: HashMap<task::Id, Uuid>,
}

impl Running {
    /// Starts a job, unless it runs already: after a jump of the clock its lease looks over.
    fn start(&mut self, backend: &Backend, row: LeasedJob) {
        if self.jobs.values().any(|id| *id == row.id) {
            return;
        }
        let (id, backend) = (row.id, backend.clone());
        let task = self.tasks.spawn(async move { backend.run_one(row).await });
        self.jobs.insert(task.id(), id);
    }

    /// Waits for the next job to end; `None` when none runs. The end is `None` when it could not
    /// be written down.
    async fn next(&mut self) -> Option<Option<End>> {
        let (task, end) = match self.tasks.join_next_with_id().await? {
            Ok((task, end)) => (task, end),
            Err(error) => (error.id(), None),
        };
        self.jobs.remove(&task);
        Some(end)
    }
}

impl Backend {
    /// Runs every job that is due, and those that become due meanwhile; returns when none is.
    ///
    /// Dropped half-way, it stops the jobs it runs; their leases run out.
    ///
    /// # Errors
    /// As the database, when no job can be leased; those that run end first.
    pub async fn run_due_jobs(&self) -> Result<Ran> {
        let mut ran = Ran::default();
        let mut running = Running::default();
        loop {
            let leased = self.lease_into(&mut running).await;
            if running.tasks.is_empty() || leased.is_err() {
                while let Some(end) = running.next().await {
                    ran.count(end);
                }
                return leased.map(|()| ran);
            }
            tokio::select! {
                Some(end) = running.next() => ran.count(end),
                () = self.jobs_waiting().notified() => {}
                () = sleep(NAP) => {}
            }
        }
    }

    /// The worker: runs jobs as they become due, until `stop` ends; then gives those that run
    /// five seconds.
    pub async fn work_until(&self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        let mut running = Running::default();
        loop {
            // A database that does not answer must not keep the worker from stopping.
            let nap = tokio::select! {
                () = &mut stop => break,
                nap = self.lease_or_nap(&mut running) => nap,
            };
            tokio::select! {
                () = &mut stop => break,
                Some(_) = running.next() => {}
                () = self.jobs_waiting().notified() => {}
                () = sleep(nap) => {}
            }
        }
        let ending = async { while running.next().await.is_some() {} };
        if timeout(GRACE, ending).await.is_err() {
            tracing::warn!("jobs were cut short; they are tried again when their lease runs out");
        }
    }

    /// Starts what is due, and answers how long there is nothing more to do.
    async fn lease_or_nap(&self, running: &mut Running) -> Duration {
        if let Err(error) = self.lease_into(running).await {
            tracing::warn!(%error, "jobs cannot be leased");
        }
        self.nap(running.tasks.len()).await
    }

    /// Until when there is nothing to do, as far as this node knows.
    async fn nap(&self, running: usize) -> Duration {
        if running >= AT_ONCE {
            return NAP;
        }
        let next = match self.store().read().await {
            Ok(mut db) => jobs::next_due(&mut db).await.ok().flatten(),
            Err(_) => None,
        };
        let until = next.map(|next| next - self.now());
        until
            .and_then(|until| until.to_std().ok())
            // A second at least: the database may be away, and whole seconds are compared.
            .map_or(NAP, |until| until.clamp(Duration::from_secs(1), NAP))
    }

    /// Leases due jobs into the free places and starts them.
    async fn lease_into(&self, running: &mut Running) -> Result<()> {
        let room = AT_ONCE.saturating_sub(running.tasks.len());
        if room == 0 {
            return Ok(());
        }
        let now = self.now();
        // Asking first keeps an idle worker from taking SQLite's write lock again and again.
        let next = jobs::next_due(&mut self.store().read().await?).await?;
        if next.is_none_or(|next| now < next) {
            return Ok(());
        }
        let this = self.clone();
        let most = i64::try_from(room).unwrap_or(1);
        let leased: Vec<LeasedJob> = self
            .detached(async move {
                let mut tx = this.store().begin().await?;
                let leased = jobs::lease_due(&mut tx, now, now + LEASE, most).await?;
                tx.commit().await?;
                Ok::<_, Error>(leased)
            })
            .await?;
        for row in leased {
            running.start(self, row);
        }
        Ok(())
    }

    /// Runs one job and writes down how it ended; `None` when that could not be written.
    async fn run_one(&self, row: LeasedJob) -> Option<End> {
        let started = Instant::now();
        let end = self.guarded(&row).await;
        let (id, kind, tries) = (row.id, row.kind.as_str(), row.attempts);
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match end {
            End::Done => tracing::info!(%id, kind, tries, millis, "mail sent"),
            End::Retry(at, why) => {
                tracing::warn!(%id, kind, tries, millis, %why, %at, "mail not sent, tried again");
            }
            End::Discard(why) => tracing::info!(%id, kind, tries, why, "mail no longer needed"),
            End::Fail(why) => tracing::error!(%id, kind, tries, millis, %why, "mail not sent"),
        }
        self.end(&row, end).await.then_some(end)
    }

    /// Runs one job where neither a panic nor a hang gets out.
    async fn guarded(&self, row: &LeasedJob) -> End {
        let (this, owned) = (self.clone(), row.clone());
        // A set of one: dropping it stops the task, which a bare spawn would not.
        let mut task = JoinSet::new();
        task.spawn(async move { timeout(LIMIT, this.act(&owned)).await });
        match task.join_next().await {
            Some(Ok(Ok(end))) => end,
            Some(Ok(Err(_))) => self.again(
                row,
                row.created_at + super::GIVE_UP_AFTER,
                Trouble::Slow.into(),
            ),
            Some(Err(_)) | None => End::Fail(Trouble::Panicked.into()),
        }
    }

    async fn act(&self, row: &LeasedJob) -> End {
        let Ok(job) = Job::read(row) else {
            return End::Fail(Trouble::Unbuildable.into());
        };
        let details = match self.visit_details(job.practice, job.appointment).await {
            Ok(details) => details,
            Err(Error::NotFound) => return End::Discard("the visit is gone"),
            Err(error) if error.is_passing() => {
                return self.again(row, DateTime::<Utc>::MAX_UTC, Trouble::Database.into());
            }
            Err(_) => return End::Fail(Trouble::Unbuildable.into()),
        };
        let context = Context {
            backend: self,
            details: &details,
            created_at: row.created_at,
            now: self.now(),
        };
        let outgoing = match plan(job.kind, &context) {
            Plan::Send(outgoing) => outgoing,
            Plan::Discard(why) => return End::Discard(why),
            Plan::Fail(trouble) => return End::Fail(trouble.into()),
        };
        let until = outgoing.until;
        let mail = match self.envelope(row, &details, *outgoing) {
            Ok(mail) => mail,
            Err(trouble) => return End::Fail(trouble.into()),
        };
        match self.mailer().send(&mail).await {
            Ok(()) => End::Done,
            Err(why) => self.again(row, until, why),
        }
    }

    fn envelope(
        &self,
        row: &LeasedJob,
        details: &crate::booking::VisitDetails,
        outgoing: super::Outgoing,
    ) -> Result<Mail, Trouble> {
        let patient = &details.visit.patient;
        let name = patient.full_name();
        let envelope = message::Envelope {
            job: row.id.into(),
            host: self.public_host(),
            from: &self.settings().mail_from,
            from_name: details.practice.name.as_str(),
            reply_to: details.practice.email.as_ref(),
            to: patient.email.as_ref().ok_or(Trouble::NoAddress)?,
            to_name: outgoing.address_is_proved.then_some(name.as_str()),
            date: self.now(),
        };
        message::build(&envelope, outgoing.letter, outgoing.invitation.as_ref())
    }

    /// Another try, if it may help and does not come too late.
    fn again(&self, row: &LeasedJob, until: DateTime<Utc>, why: NotSent) -> End {
        let kind = Kind::from_code(&row.kind).unwrap_or(Kind::Confirm);
        let at = self.now() + kind.back_off(row.attempts);
        if why.trouble.is_passing() && at < until {
            End::Retry(at, why)
        } else {
            End::Fail(why)
        }
    }

    /// Writes down how a job ended, and answers whether it could. A mail that was sent and not
    /// written down would be sent again, so this is tried for as long as the lease holds.
    async fn end(&self, row: &LeasedJob, end: End) -> bool {
        const PAUSE: Duration = Duration::from_secs(1);
        let mut tries = 30;
        loop {
            let (this, id, attempts) = (self.clone(), JobId::from(row.id), row.attempts);
            let written = self
                .detached(async move { this.write_end(id, attempts, end).await })
                .await;
            tries -= 1;
            match written {
                Ok(()) => return true,
                Err(error) if error.is_passing() && tries > 0 => sleep(PAUSE).await,
                Err(error) => {
                    tracing::error!(id = %row.id, %error, "the end of a job cannot be written");
                    return false;
                }
            }
        }
    }

    async fn write_end(&self, id: JobId, attempts: i32, end: End) -> Result<()> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        match end {
            End::Done => jobs::finish(&mut tx, id, Outcome::Done, None, now).await?,
            End::Retry(at, why) => {
                jobs::retry(&mut tx, id, attempts, &why.to_string(), at).await?;
            }
            End::Discard(why) => {
                jobs::finish(&mut tx, id, Outcome::Discarded, Some(why), now).await?;
            }
            End::Fail(why) => {
                let why = why.to_string();
                jobs::finish(&mut tx, id, Outcome::Failed, Some(&why), now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
