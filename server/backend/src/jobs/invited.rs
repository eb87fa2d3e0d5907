//! Whether the invitation of a visit may have reached a calendar, told from where the job stands
//! that mails it. What is sent then is [`super::notify_cancel`]'s.

use domain::{appointment::Appointment, ids::AppointmentId};

use super::Kind;
use crate::{
    Backend, Result,
    mail::NotSent,
    store::jobs::{self, Standing},
};

/// What is known of the mail with the invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invited {
    /// It has not gone, and will not: a calendar knows nothing of the visit.
    Never,
    /// It went, or may have.
    Perhaps,
    /// Somebody is sending it, or died over it: it can go at any moment.
    BeingSent,
}

/// The key of the job that mails the confirmation of a visit.
pub(crate) fn confirmation_of(visit: AppointmentId) -> String {
    format!("{}:{visit}:0", Kind::Confirm.code())
}

impl Backend {
    /// Of a visit that is called off: from then on no try that begins sends its invitation.
    ///
    /// # Errors
    /// As the database.
    pub(super) async fn invited(&self, visit: &Appointment) -> Result<Invited> {
        let mut db = self.store().read().await?;
        let key = confirmation_of(visit.id);
        Ok(of(jobs::standing(&mut db, visit.practice, &key)
            .await?
            .as_ref()))
    }
}

fn of(job: Option<&Standing>) -> Invited {
    // Finished jobs are removed in the end.
    let Some(job) = job else {
        return Invited::Perhaps;
    };
    if job.finished_at.is_none() && job.leased_until.is_some() {
        return Invited::BeingSent;
    }
    if job.is_done() {
        return Invited::Perhaps;
    }
    // Neither never tried nor made senseless; an error that is kept is the worst of all tries.
    let error = job.last_error.as_deref().and_then(NotSent::from_stored);
    if error.is_some_and(|error| error.trouble.may_have_arrived()) {
        Invited::Perhaps
    } else {
        Invited::Never
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn standing(leased: bool, outcome: Option<&str>, error: Option<&str>) -> Standing {
        Standing {
            leased_until: leased.then_some(DateTime::UNIX_EPOCH),
            finished_at: outcome.map(|_| DateTime::UNIX_EPOCH),
            outcome: outcome.map(ToOwned::to_owned),
            last_error: error.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn an_invitation_may_be_known_unless_every_try_surely_failed() {
        use Invited::{BeingSent, Never, Perhaps};
        for (leased, outcome, error, expected) in [
            (false, None, None, Never),
            (false, None, Some("not_now 451"), Never),
            (false, None, Some("unanswered"), Perhaps),
            (true, None, None, BeingSent),
            (true, None, Some("unreachable"), BeingSent),
            (false, Some("done"), None, Perhaps),
            (
                false,
                Some("discarded"),
                Some("the visit no longer stands"),
                Never,
            ),
            (false, Some("discarded"), Some("unreachable"), Never),
            (false, Some("discarded"), Some("unanswered"), Perhaps),
            (false, Some("failed"), Some("recipient_refused 550"), Never),
            (false, Some("failed"), Some("panicked"), Perhaps),
            (false, Some("failed"), Some("restored"), Perhaps),
        ] {
            let job = standing(leased, outcome, error);
            assert_eq!(of(Some(&job)), expected, "{job:?}");
        }
        assert_eq!(of(None), Perhaps, "it ended long ago");
    }
}
