//! Running one job where neither a panic nor a hang gets out: the visit is read afresh, the mail
//! built and sent. When that happens, and that it is written down, is [`super::queue`]'s.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::ids::JobId;
use tokio::{task::JoinSet, time::timeout};

use super::{
    About, Context, End, GIVE_UP_AFTER, Job, Kind, Outgoing, Plan, invited::Invited, plan,
};
use crate::{
    Backend, Error, Result,
    booking::VisitDetails,
    mail::{Mail, NotSent, Trouble, message},
    store::jobs::LeasedJob,
};

/// How long a job may run.
pub const LIMIT: Duration = Duration::from_secs(4 * 60);

/// After how many tries a mail that may have arrived more than once is not sent again.
pub const MOST_UNANSWERED: i32 = 3;

/// A job that has run, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) id: JobId,
    pub(super) attempts: i32,
    pub(super) leased_until: Option<DateTime<Utc>>,
    pub(super) end: End,
    /// Why an earlier try may have arrived: that outlasts what happens to later ones.
    pub(super) may_have_arrived: Option<NotSent>,
}

impl Backend {
    /// Runs one job.
    pub(super) async fn run_one(&self, row: LeasedJob) -> Ended {
        let started = Instant::now();
        let end = self.guarded(&row).await;
        let (id, kind, tries) = (row.id, row.kind.as_str(), row.attempts);
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match end {
            End::Done => tracing::info!(%id, kind, tries, millis, "mail sent"),
            End::Retry(at, why) => {
                tracing::warn!(%id, kind, tries, millis, %why, %at, "mail not sent, tried again");
            }
            End::Wait(at) => tracing::info!(%id, kind, %at, "mail waits for another"),
            End::Discard(why) => tracing::info!(%id, kind, tries, why, "mail no longer needed"),
            // No mail was ever to be had: she is on the list of those to be phoned.
            End::Fail(NotSent {
                trouble: Trouble::NoAddress,
                ..
            }) => tracing::info!(%id, kind, "nobody to mail"),
            End::Fail(why) => tracing::error!(%id, kind, tries, millis, %why, "mail not sent"),
        }
        let earlier = row.last_error.as_deref().and_then(NotSent::from_stored);
        Ended {
            id: row.id.into(),
            attempts: row.attempts,
            leased_until: row.leased_until,
            end,
            may_have_arrived: earlier.filter(|why| why.trouble.may_have_arrived()),
        }
    }

    /// Runs one job where neither a panic nor a hang gets out.
    async fn guarded(&self, row: &LeasedJob) -> End {
        let (this, owned) = (self.clone(), row.clone());
        // A set of one: dropping it stops the task, which a bare spawn would not.
        let mut task = JoinSet::new();
        task.spawn(async move { timeout(LIMIT, this.act(&owned)).await });
        match task.join_next().await {
            Some(Ok(Ok(end))) => end,
            Some(Ok(Err(_))) => {
                // Each step of a mail has a limit of its own: what this one hung at is not known.
                self.again(
                    row,
                    row.created_at + GIVE_UP_AFTER,
                    Trouble::Unanswered.into(),
                )
            }
            Some(Err(_)) | None => End::Fail(Trouble::Panicked.into()),
        }
    }

    async fn act(&self, row: &LeasedJob) -> End {
        let Ok(job) = Job::read(row) else {
            return End::Fail(Trouble::Unbuildable.into());
        };
        let appointment = match job.about {
            About::Visit(appointment) => appointment,
            About::Account(account, change) => {
                return self.act_on_account(row, account, change).await;
            }
        };
        let details = match self.visit_details(job.practice, appointment).await {
            Ok(details) => details,
            Err(Error::NotFound) => return End::Discard("the visit is gone"),
            Err(error) if error.is_of_a_row() => {
                return End::Fail(Trouble::Unbuildable.into());
            }
            Err(error) => return self.not_now(row, &error),
        };
        let invited = match job.kind {
            Kind::NotifyCancel => self.invited(&details.visit.appointment).await,
            Kind::SendCode | Kind::Confirm | Kind::NotifyAccount => Ok(Invited::Never),
        };
        let invited = match invited {
            Ok(invited) => invited,
            Err(error) if error.is_of_a_row() => {
                return End::Fail(Trouble::Unbuildable.into());
            }
            Err(error) => return self.not_now(row, &error),
        };
        let context = Context {
            backend: self,
            details: &details,
            invited,
            created_at: row.created_at,
            now: self.now(),
        };
        let outgoing = match plan(job.kind, &context) {
            Plan::Send(outgoing) => outgoing,
            Plan::Wait(until) => return End::Wait(until),
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
        details: &VisitDetails,
        outgoing: Outgoing,
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

    /// Another try when the database is there again; for what it says that is no sign of that, as long as
    /// other troubles last.
    pub(super) fn not_now(&self, row: &LeasedJob, error: &Error) -> End {
        let until = if error.is_passing() {
            DateTime::<Utc>::MAX_UTC
        } else {
            row.created_at + GIVE_UP_AFTER
        };
        self.again(row, until, Trouble::Database.into())
    }

    /// Another try, if it may help and does not come too late. A server that takes the text and does
    /// not say whether it keeps it is given it once more, twice at most: each may have arrived.
    pub(super) fn again(&self, row: &LeasedJob, until: DateTime<Utc>, why: NotSent) -> End {
        let kind = Kind::from_code(&row.kind).unwrap_or(Kind::Confirm);
        let at = self.now() + kind.back_off(row.attempts);
        let earlier = row.last_error.as_deref().and_then(NotSent::from_stored);
        let may_have_arrived = |why: NotSent| why.trouble.may_have_arrived();
        let arrives_again = may_have_arrived(why)
            && earlier.is_some_and(may_have_arrived)
            && row.attempts >= MOST_UNANSWERED;
        if why.trouble.is_passing() && at < until && !arrives_again {
            End::Retry(at, why)
        } else {
            End::Fail(why)
        }
    }
}
