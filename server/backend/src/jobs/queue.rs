//! Leasing due jobs, starting each in a task of its own, so that one that hangs or panics stops
//! no other, and writing down how they ended. Running one is [`super::run`]'s.
//!
//! Two workers, on one node or on two, never get the same job: it is leased by a short update,
//! and nothing holds a transaction while a mail server is spoken to. A worker that dies leaves
//! its lease to run out. A job runs for [`LIMIT`](super::run::LIMIT) at most, which is shorter
//! than its lease, so nobody else starts it meanwhile.

use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::JobId;
use tokio::{
    task::{self, JoinError, JoinSet},
    time::{sleep, timeout},
};

use super::{End, lease_clock::LeaseTime, run::Ended};
use crate::{
    Backend, Result,
    store::{
        Tx,
        jobs::{self, LeasedJob, Outcome},
    },
};

/// How long a leased job is nobody else's.
pub const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How many jobs run at once.
pub const AT_ONCE: usize = 8;
/// How long the worker sleeps at most: another node may have written a job, or died with one.
const NAP: Duration = Duration::from_secs(10);
/// How long the worker waits for others when one job has ended, or was written: what ends or begins
/// together is written down by one commit, and people who book wait for each.
const TOGETHER: Duration = Duration::from_millis(25);
/// How long running jobs may go on after the worker was told to stop.
const GRACE: Duration = Duration::from_secs(8);

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

    fn count(&mut self, end: End) {
        match end {
            End::Done => self.done += 1,
            End::Retry(..) | End::Wait(_) => self.retried += 1,
            End::Discard(_) => self.discarded += 1,
            End::Fail(_) => self.failed += 1,
        }
    }
}

/// How long a worker waits when what it has to write cannot be written.
const PAUSE: Duration = Duration::from_secs(1);
/// How long after that what has ended may still be written down.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How many rows, one after the other, keep their writer waiting before it leaves the rest.
const MOST_LOCKED: usize = 3;
/// How often it tries so when it is about to stop.
const TRIES: u32 = 30;

/// The jobs that this worker runs.
#[derive(Default)]
struct Running {
    tasks: JoinSet<Ended>,
    jobs: HashMap<task::Id, JobId>,
    /// Those that have run and are not written down as ended. Their leases hold.
    ended: Vec<Ended>,
}

impl Running {
    /// Starts a job, unless it runs already: after a jump of the clock its lease looks over.
    fn start(&mut self, backend: &Backend, row: LeasedJob) {
        let id = JobId::from(row.id);
        if self.jobs.values().any(|running| *running == id)
            || self.ended.iter().any(|ended| ended.id == id)
        {
            return;
        }
        let backend = backend.clone();
        let task = self.tasks.spawn(async move { backend.run_one(row).await });
        self.jobs.insert(task.id(), id);
    }

    /// Waits for the next job to end; `None` when none runs.
    async fn next(&mut self) -> Option<()> {
        let ended = self.tasks.join_next_with_id().await?;
        self.note(ended);
        Some(())
    }

    /// Gives those that run beside one that has ended a moment to end too.
    async fn rest(&self) {
        if !self.tasks.is_empty() {
            sleep(TOGETHER).await;
        }
    }

    fn note(&mut self, ended: Result<(task::Id, Ended), JoinError>) {
        match ended {
            Ok((task, ended)) => {
                self.jobs.remove(&task);
                self.ended.push(ended);
            }
            // Its lease runs out, and somebody tries again.
            Err(error) => {
                self.jobs.remove(&error.id());
            }
        }
    }

    /// Those that are to be written down now: what ended since comes along.
    fn all_ended(&mut self) -> Vec<Ended> {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.note(ended);
        }
        // In one order, so that two nodes never wait for each other.
        self.ended.sort_by_key(|ended| ended.id);
        self.ended.clone()
    }

    /// How many jobs can be begun.
    fn room(&self) -> usize {
        AT_ONCE.saturating_sub(self.tasks.len() + self.ended.len())
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.ended.is_empty()
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
            let turn = self.turn(&mut running, &mut ran).await;
            if let Err(error) = turn {
                self.see_out(&mut running, &mut ran).await;
                return Err(error);
            }
            if running.is_idle() {
                return Ok(ran);
            }
            let nap = if running.ended.is_empty() { NAP } else { PAUSE };
            tokio::select! {
                Some(()) = running.next() => {}
                () = self.jobs_waiting().notified() => {}
                () = sleep(nap) => {}
            }
        }
    }

    /// The worker: runs jobs as they become due, until `stop` ends; then gives those that run
    /// eight seconds.
    pub async fn work_until(&self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        let (mut running, mut ran) = (Running::default(), Ran::default());
        let stopped = loop {
            let nap = {
                let mut turn = pin!(self.turn_or_nap(&mut running, &mut ran));
                tokio::select! {
                    () = &mut stop => {
                        // What is being leased is started: nobody else would for as long as the
                        // lease lasts. A database that does not answer keeps nobody from stopping.
                        let stopped = Instant::now();
                        let _ = timeout(LAST_WORDS, turn).await;
                        break stopped;
                    }
                    nap = &mut turn => nap,
                }
            };
            tokio::select! {
                () = &mut stop => break Instant::now(),
                Some(()) = running.next() => running.rest().await,
                () = self.jobs_waiting().notified() => sleep(TOGETHER).await,
                () = sleep(nap) => {}
            }
        };
        let ending = self.see_out(&mut running, &mut ran);
        let grace = GRACE.saturating_sub(stopped.elapsed());
        if timeout(grace, ending).await.is_ok() {
            return;
        }
        tracing::warn!("jobs were cut short; they are tried again when their lease runs out");
        // Those that ended at the last moment are not.
        if !running.all_ended().is_empty() {
            let last = self.write_down(&mut running, &mut ran, None);
            let _ = timeout(LAST_WORDS, last).await;
        }
    }

    /// Waits for the jobs that run, and writes down how each ended, when it has: one that hangs
    /// takes nothing from the others.
    async fn see_out(&self, running: &mut Running, ran: &mut Ran) {
        let mut tries = TRIES;
        while !running.is_idle() {
            if running.next().await.is_some() {
                running.rest().await;
            } else if tries == 0 {
                tracing::error!(
                    jobs = running.ended.len(),
                    "how jobs ended cannot be written down"
                );
                return;
            } else {
                tries -= 1;
            }
            if self.write_down(running, ran, None).await.is_err() && !running.ended.is_empty() {
                sleep(PAUSE).await;
            }
        }
    }

    /// Does what there is to do, and answers how long there is nothing more.
    async fn turn_or_nap(&self, running: &mut Running, ran: &mut Ran) -> Duration {
        if let Err(error) = self.turn(running, ran).await {
            tracing::warn!(%error, "jobs cannot be leased or written down");
        }
        if !running.ended.is_empty() {
            return PAUSE;
        }
        self.nap(running.room()).await
    }

    /// Until when there is nothing to do, as far as this node knows.
    async fn nap(&self, room: usize) -> Duration {
        if room == 0 {
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

    /// Writes down how jobs ended, leases due ones into the free places, and starts them.
    async fn turn(&self, running: &mut Running, ran: &mut Ran) -> Result<()> {
        let has_ended = !running.all_ended().is_empty();
        if !(has_ended || running.room() > 0 && self.is_due().await?) {
            return Ok(());
        }
        let leased = self.write_down(running, ran, Some(self.now())).await?;
        for row in leased {
            running.start(self, row);
        }
        Ok(())
    }

    /// Asking first keeps an idle worker from taking SQLite's write lock again and again.
    async fn is_due(&self) -> Result<bool> {
        let next = jobs::next_due(&mut self.store().read().await?).await?;
        Ok(next.is_some_and(|next| next <= self.now()))
    }

    /// Writes down how the jobs that have run ended; at the same time, if one is given, leases
    /// what is due then. **One commit for all of them**: each costs a wait for the disk, during
    /// which nobody books.
    ///
    /// What cannot be written is kept and tried again for as long as the database says that it is busy or
    /// away: a mail that went and is not written down would go again. One that alone cannot be written,
    /// or whose row somebody has locked, keeps no other from it, and nothing from being leased.
    ///
    /// # Errors
    /// As the database.
    async fn write_down(
        &self,
        running: &mut Running,
        ran: &mut Ran,
        lease: Option<DateTime<Utc>>,
    ) -> Result<Vec<LeasedJob>> {
        let ended = running.all_ended();
        let room = i64::try_from(running.room() + ended.len()).unwrap_or(1);
        let lease = lease.map(|now| (now, room));
        let written = self.write_ends(ended.clone(), lease).await;
        let Err(error) = written else {
            ended.iter().for_each(|ended| ran.count(ended.end));
            running.ended.clear();
            return written;
        };
        let mut is_row = !error.is_passing() || error.is_locked();
        let mut ended = ended.into_iter();
        let (mut left, mut locked) = (Vec::new(), 0);
        while is_row {
            let Some(one) = ended.next() else { break };
            match self.write_ends(vec![one], None).await {
                Ok(_) => ran.count(one.end),
                Err(error) if error.is_passing() => {
                    left.push(one);
                    locked += 1;
                    // With more than some of them, it is everything that is locked.
                    is_row = error.is_locked() && locked < MOST_LOCKED;
                }
                Err(error) => tracing::error!(id = %one.id, %error, "the end of a job is lost"),
            }
        }
        left.extend(ended);
        // Nothing ended meanwhile: whoever writes does not look.
        running.ended = left;
        let room = i64::try_from(running.room()).unwrap_or(1);
        match lease {
            Some((now, _)) if is_row && room > 0 && self.is_due().await? => {
                self.write_ends(Vec::new(), Some((now, room))).await
            }
            Some(_) | None => Err(error),
        }
    }

    /// What time it is for leases: by the clock that all nodes share, with an eye on whether somebody
    /// put it forward.
    pub(crate) async fn lease_time(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<LeaseTime> {
        if self.clock_is_a_machines() {
            let wall = jobs::shared_now(tx, now).await?;
            Ok(self.lease_clock().look(wall, Instant::now()))
        } else {
            Ok(LeaseTime { now, over: now })
        }
    }

    async fn write_ends(
        &self,
        ends: Vec<Ended>,
        lease: Option<(DateTime<Utc>, i64)>,
    ) -> Result<Vec<LeasedJob>> {
        let this = self.clone();
        self.detached(async move {
            let mut tx = this.store().begin_briefly().await?;
            for ended in &ends {
                write_end(&mut tx, ended, this.now()).await?;
            }
            let leased = match lease {
                Some((now, most)) => {
                    let time = this.lease_time(&mut tx, now).await?;
                    jobs::lease_due(&mut tx, now, time.over..time.now + LEASE, most).await?
                }
                None => Vec::new(),
            };
            tx.commit().await?;
            Ok(leased)
        })
        .await
    }
}

async fn write_end(tx: &mut Tx, ended: &Ended, now: DateTime<Utc>) -> Result<()> {
    let (id, attempts, lease) = (ended.id, ended.attempts, ended.leased_until);
    // What may have arrived once is not forgotten over what certainly did not later.
    let earlier = ended.may_have_arrived.map(|why| why.to_string());
    let said = |why: String| earlier.clone().unwrap_or(why);
    match ended.end {
        End::Done => {
            jobs::finish(tx, id, attempts, Outcome::Done, None, now).await?;
        }
        End::Retry(at, why) => {
            jobs::retry(tx, id, attempts, &said(why.to_string()), at).await?;
        }
        End::Wait(at) => {
            jobs::put_off(tx, id, attempts, lease, at).await?;
        }
        End::Discard(why) => {
            let why = said(why.to_owned());
            jobs::finish(tx, id, attempts, Outcome::Discarded, Some(&why), now).await?;
        }
        End::Fail(why) => {
            let why = said(why.to_string());
            jobs::finish(tx, id, attempts, Outcome::Failed, Some(&why), now).await?;
        }
    }
    Ok(())
}
