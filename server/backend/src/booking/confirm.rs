//! Proving an e-mail address by the code that was mailed to it: the held slot is booked.

use domain::{
    access::Actor,
    appointment::{Appointment, Event, Status},
    booking::MOST_WRONG_CODES,
};

use super::entry;
use crate::{
    Backend, Error, Failure, Result,
    counts::By,
    keys,
    store::{
        Tx,
        appointments::{self, Visit},
        availability,
    },
};

/// How often the same code is mailed for one hold, the first time included.
pub const MOST_CODES_SENT: i32 = 3;

/// Why a code was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    /// Not the code that was mailed; so many tries are left.
    Wrong {
        /// At least one.
        left: i32,
    },
    /// The hold ran out, or the code was wrong too often: the slot is free again.
    Gone,
    /// The visit was booked by it, and the code is wrong, or the time of the hold is over, or more
    /// became of the visit since. What did is for its page to say; the link is in her mail.
    Confirmed,
}

impl Backend {
    /// Books the held slot if the code is the one that was mailed; answers the secret part of
    /// [`domain::links::visit`]. Sent again after it succeeded, it answers the same while the hold
    /// would still have run: a second click and a retry come soon, whoever reads a code in a
    /// mailbox and the address in the history of a browser comes later.
    ///
    /// # Errors
    /// [`CodeRefusal`]; the fifth wrong code frees the slot. [`Error::NotFound`] for a token
    /// that was never one.
    pub async fn confirm(&self, token: &str, code: &str) -> Result<String, Failure<CodeRefusal>> {
        let (this, token, code) = (self.clone(), token.to_owned(), code.to_owned());
        self.detached(async move { this.confirm_whole(&token, &code).await })
            .await
    }

    async fn confirm_whole(&self, token: &str, code: &str) -> Result<String, Failure<CodeRefusal>> {
        let (mut tx, visit) = self.locked_by_hold(token).await?;
        let now = self.now();
        let appointment = &visit.appointment;
        let right = keys::same(code, &self.keys().email_code(appointment.id));
        let link = self.keys().visit_token(appointment.id, visit.link_version);
        match appointment.status {
            Status::Booked if right && now < visit.hold_ends() => return Ok(link),
            Status::Booked
            | Status::Arrived
            | Status::Attended
            | Status::Missed
            | Status::Cancelled { .. } => return Err(Failure::Refused(CodeRefusal::Confirmed)),
            Status::Held { until } if now < until && right => {}
            Status::Held { until } if now < until => {
                let left = MOST_WRONG_CODES - visit.wrong_codes - 1;
                appointments::count_wrong_code(&mut tx, appointment.id).await?;
                if left <= 0 {
                    appointments::set_status(&mut tx, appointment, Status::Expired, 0, now).await?;
                    self.record(
                        &mut tx,
                        &entry(appointment, &Actor::Visitor, "expired", Some("held"), now),
                    )
                    .await?;
                }
                tx.commit().await?;
                let refusal = if left <= 0 {
                    CodeRefusal::Gone
                } else {
                    CodeRefusal::Wrong { left }
                };
                return Err(Failure::Refused(refusal));
            }
            Status::Held { .. } | Status::Expired => {
                return Err(Failure::Refused(CodeRefusal::Gone));
            }
        }
        let status = appointment
            .status
            .after(Event::Confirm, now)
            .map_err(|_| Failure::Refused(CodeRefusal::Gone))?;
        appointments::set_status(&mut tx, appointment, status, appointment.sequence, now).await?;
        self.enqueue_visit_mail(&mut tx, appointment, "confirm", 0)
            .await?;
        self.record(
            &mut tx,
            &entry(appointment, &Actor::Visitor, "booked", Some("held"), now),
        )
        .await?;
        tx.commit().await?;
        self.counts().booked(By::Patient);
        self.jobs_waiting().notify_one();
        Ok(link)
    }

    /// Mails the code of a hold once more, at most [`MOST_CODES_SENT`] times in all; answers
    /// whether it was.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a token that was never one.
    pub async fn resend_code(&self, token: &str) -> Result<bool> {
        let (this, token) = (self.clone(), token.to_owned());
        self.detached(async move {
            let (mut tx, visit) = this.locked_by_hold(&token).await?;
            let waits =
                matches!(visit.appointment.status, Status::Held { until } if this.now() < until);
            if !waits || visit.codes_sent >= MOST_CODES_SENT {
                return Ok(false);
            }
            this.send_code(&mut tx, &visit.appointment, visit.codes_sent)
                .await?;
            tx.commit().await?;
            this.jobs_waiting().notify_one();
            Ok(true)
        })
        .await
    }

    /// The hold behind a token, read under its agenda's lock.
    async fn locked_by_hold(&self, token: &str) -> Result<(Tx, Visit)> {
        let hash = keys::hash(token);
        let found = appointments::by_hold(&mut self.store().read().await?, &hash).await?;
        let Appointment {
            practice,
            practitioner,
            ..
        } = found.ok_or(Error::NotFound)?.appointment;
        let mut tx = self.store().begin_in(practitioner).await?;
        availability::lock_agenda(&mut tx, practice, practitioner)
            .await?
            .ok_or(Error::NotFound)?;
        let visit = appointments::by_hold(&mut tx, &hash)
            .await?
            .ok_or(Error::NotFound)?;
        Ok((tx, visit))
    }

    pub(super) async fn send_code(
        &self,
        tx: &mut Tx,
        visit: &Appointment,
        sent: i32,
    ) -> Result<()> {
        appointments::count_code_sent(tx, visit.id).await?;
        self.enqueue_visit_mail(tx, visit, "send_code", sent).await
    }
}
