//! Housekeeping: what is over is forgotten after its time, and mails that a clock that went back
//! would keep waiting are due. Runs now and then in the worker, and may run on several nodes at
//! once. Visits themselves are kept: theirs is a rule of the
//! practice, not of the program.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Backend, Error, Result,
    factors::STARTED,
    jobs::{LONGEST_BACK_OFF, queue::LEASE},
    sessions::IDLE,
    store::{appointments, factors, holding, jobs, passkeys, retention, sessions},
};

/// A hold that ran out is kept so long, so that its page can say that the slot was freed, and
/// so that limits count it (`domain::holding::LOOKED_BACK`).
pub const EXPIRED_HOLDS: TimeDelta = TimeDelta::hours(1);
/// A revoked feed is remembered so long: its address says that it is gone, not that it never was.
pub const REVOKED_FEEDS: TimeDelta = TimeDelta::days(400);
/// A job that was done is kept so long; none with its key is written meanwhile.
pub const FINISHED_JOBS: TimeDelta = TimeDelta::days(30);
/// A job that failed is shown to the practice so long.
pub const FAILED_JOBS: TimeDelta = TimeDelta::days(180);
/// By so much the clocks of nodes may differ: a mail no farther ahead is another node's; one that lies
/// farther was written before the clock went back.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(15);
/// Holds of one transaction: others wait for it on SQLite.
const AT_ONCE: usize = 200;

/// What was forgotten: counts, no names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HousekeepingReport {
    /// Holds that ran out and were marked so.
    pub holds_expired: u64,
    /// Holds that were removed, an hour after they ran out.
    pub holds_removed: u64,
    /// Patients who were only known from these.
    pub patients_removed: u64,
    /// Sessions that were over.
    pub sessions_ended: u64,
    /// Sign-ins that waited for a second step, challenges that nobody answered, and second steps
    /// that were started and never proved.
    pub sign_ins_forgotten: u64,
    /// Feeds revoked long ago.
    pub feeds_removed: u64,
    /// Jobs finished long ago.
    pub jobs_removed: u64,
    /// Challenges of booking forms that nobody can use any more.
    pub challenges_removed: u64,
    /// Mails that would have waited longer than any may, since the clock went back.
    pub jobs_brought_forward: u64,
    /// Leases that would have lasted longer than any may, for the same reason.
    pub leases_shortened: u64,
}

impl Backend {
    /// Forgets what is over, in short transactions. A mail that was written, or begun, before the clock of
    /// a machine went back by more than a quarter of an hour does not wait for it.
    ///
    /// # Errors
    /// As the database; what was forgotten before stays forgotten.
    pub async fn housekeeping(&self) -> Result<HousekeepingReport> {
        let this = self.clone();
        let report = self
            .detached(async move { this.housekeeping_whole(this.now()).await })
            .await?;
        if report != HousekeepingReport::default() {
            tracing::info!(
                holds_expired = report.holds_expired,
                holds_removed = report.holds_removed,
                patients_removed = report.patients_removed,
                sessions_ended = report.sessions_ended,
                sign_ins_forgotten = report.sign_ins_forgotten,
                feeds_removed = report.feeds_removed,
                jobs_removed = report.jobs_removed,
                challenges_removed = report.challenges_removed,
                jobs_brought_forward = report.jobs_brought_forward,
                leases_shortened = report.leases_shortened,
                "housekeeping"
            );
        }
        Ok(report)
    }

    async fn housekeeping_whole(&self, now: DateTime<Utc>) -> Result<HousekeepingReport> {
        let mut report = HousekeepingReport::default();
        let mut tx = self.store().begin().await?;
        let ran_out = appointments::expire_all_holds(&mut tx, now).await?;
        self.record_run_out(&mut tx, &ran_out, now).await?;
        report.holds_expired = ran_out.len() as u64;
        let newest = now + CLOCKS_DIFFER;
        let longest = newest + LONGEST_BACK_OFF;
        report.jobs_brought_forward = jobs::bring_forward(&mut tx, now, newest, longest).await?;
        // Whoever runs one now has as long as if it were leased now, and nobody else begins it.
        let latest = self.lease_time(&mut tx, now).await?.now + LEASE;
        report.leases_shortened =
            jobs::shorten_leases(&mut tx, latest, latest + CLOCKS_DIFFER).await?;
        // What waits before what is open, as everywhere else: two who delete the same rows in
        // another order would wait for each other.
        report.sign_ins_forgotten = factors::sweep(&mut tx, now, now - STARTED).await?
            + passkeys::sweep(&mut tx, now).await?;
        report.sessions_ended = sessions::sweep(&mut tx, now, now - IDLE).await?;
        report.feeds_removed =
            retention::remove_revoked_feeds(&mut tx, now - REVOKED_FEEDS).await?;
        report.jobs_removed =
            retention::remove_finished_jobs(&mut tx, now - FINISHED_JOBS, now - FAILED_JOBS)
                .await?;
        report.challenges_removed = holding::remove_expired_challenges(&mut tx, now).await?;
        tx.commit().await?;
        loop {
            let removed = self.remove_holds(now - EXPIRED_HOLDS, &mut report).await?;
            if removed < AT_ONCE {
                return Ok(report);
            }
        }
    }

    /// Some holds and the patients only they knew; answers how many holds.
    async fn remove_holds(
        &self,
        before: DateTime<Utc>,
        report: &mut HousekeepingReport,
    ) -> Result<usize> {
        let mut tx = self.store().begin().await?;
        let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let patients = retention::remove_expired_holds(&mut tx, before, most).await?;
        for patient in &patients {
            report.patients_removed += retention::remove_patient(&mut tx, *patient).await?;
        }
        tx.commit().await?;
        report.holds_removed += patients.len() as u64;
        Ok::<_, Error>(patients.len())
    }
}
