//! Mails that did not go, for the practice: somebody has to be phoned.
//! Why a job fails is decided in [`super::queue`].

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Actor, Member},
    appointment::Status,
    ids::{AppointmentId, JobId, PlaceId, PractitionerId},
    people::PhoneNumber,
    policy,
    practice::{Place, Practitioner},
};

use super::{About, Job, Kind};
use crate::{
    Backend, Error, Result,
    mail::NotSent,
    store::{
        appointments::{self, Visit},
        audit,
        jobs::{self, Undelivered},
        practices,
    },
};

/// How many are shown.
pub const MOST_SHOWN: usize = 50;

/// How long a code that did not go is shown. Nobody has proved to be reached at that number, and
/// whoever wants a slot has taken one since.
pub const CODES_SHOWN_FOR: TimeDelta = TimeDelta::days(2);

/// From when on a mail that is still being tried is shown: before, it is a hiccup.
pub const SHOWN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// A mail that did not go.
#[derive(Clone, Debug)]
pub struct FailedMail {
    /// The job.
    pub job: JobId,
    /// What it was to say.
    pub kind: Kind,
    /// The visit it is about.
    pub appointment: AppointmentId,
    /// When the visit is.
    pub start: DateTime<Utc>,
    /// With whom.
    pub practitioner: Practitioner,
    /// Where; its zone turns `start` into an hour.
    pub place: Place,
    /// Whom to phone.
    pub patient: String,
    /// At which number.
    pub phone: PhoneNumber,
    /// When it should have gone.
    pub since: DateTime<Utc>,
    /// Why it did not; `None` if no version of this program wrote the reason.
    pub why: Option<NotSent>,
    /// Whether anybody tried to send it.
    pub begun: bool,
    /// Whether it is still to be sent.
    pub still_tried: bool,
}

impl Backend {
    /// The mails that did not go, of the agendas that the actor may manage, by start of the
    /// visit, codes last: those that failed for good, and those that wait for a quarter of an hour,
    /// tried or not. Visits that have begun are left out, and what cannot be of use any more
    /// ([`policy::cancellation_told_until`]): phoning comes too late.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anyone but a member of a practice.
    pub async fn failed_mails(&self, actor: &Actor) -> Result<Vec<FailedMail>> {
        let Actor::Member(member) = actor else {
            return Err(Error::NotFound);
        };
        let now = self.now();
        let mut db = self.store().read().await?;
        let wanted = Undelivered {
            waiting_since: now - SHOWN_AFTER,
            last: Kind::SendCode.code(),
            last_since: now - CODES_SHOWN_FOR,
            now,
            whose: (!policy::may_manage_practice(member, member.practice))
                .then_some(&*member.agendas),
        };
        let rows = jobs::not_sent(&mut db, member.practice, wanted).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let practitioners: HashMap<PractitionerId, Practitioner> =
            practices::practitioners_of(&mut db, member.practice)
                .await?
                .into_iter()
                .map(|practitioner| (practitioner.id, practitioner))
                .collect();
        let places: HashMap<PlaceId, Place> = practices::places_of(&mut db, member.practice)
            .await?
            .into_iter()
            .map(|place| (place.id, place))
            .collect();
        let mut failed = Vec::new();
        for row in rows {
            let Ok(job) = Job::read(&row.job) else {
                continue;
            };
            // Nobody phones staff about their own account.
            let About::Visit(appointment) = job.about else {
                continue;
            };
            let visit = appointments::by_id(&mut db, member.practice, appointment).await?;
            let Some(visit) = visit.filter(|visit| is_shown(member, job.kind, visit, now)) else {
                continue;
            };
            let appointment = &visit.appointment;
            let (Some(practitioner), Some(place)) = (
                practitioners.get(&appointment.practitioner),
                places.get(&appointment.place),
            ) else {
                continue;
            };
            failed.push(FailedMail {
                job: row.job.id.into(),
                kind: job.kind,
                appointment: appointment.id,
                start: appointment.interval.start(),
                practitioner: practitioner.clone(),
                place: place.clone(),
                patient: visit.patient.full_name(),
                phone: visit.patient.phone.clone(),
                since: row.job.created_at,
                why: row.last_error.as_deref().and_then(NotSent::from_stored),
                begun: row.job.attempts > 0,
                still_tried: row.finished_at.is_none(),
            });
        }
        failed.sort_by_key(|mail| (mail.kind == Kind::SendCode, mail.start, mail.job));
        failed.truncate(MOST_SHOWN);
        Ok(failed)
    }

    /// The same for somebody who is to phone: that names and telephones were looked at is recorded,
    /// as of a visit.
    ///
    /// # Errors
    /// As [`Backend::failed_mails`].
    pub async fn people_to_phone(&self, actor: &Actor) -> Result<Vec<FailedMail>> {
        let failed = self.failed_mails(actor).await?;
        if let (Actor::Member(member), false) = (actor, failed.is_empty()) {
            let practice = member.practice.uuid();
            self.read_by(member, "to-phone-viewed", "practice", practice, None)
                .await?;
        }
        Ok(failed)
    }

    /// Takes a mail that failed for good off the list: the patient was phoned.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no mail that the actor may know of; [`Error::ChangedMeanwhile`]
    /// when it is not on the list any more: a colleague phoned.
    pub async fn patient_was_phoned(&self, actor: &Actor, id: JobId) -> Result<()> {
        let failed = self.failed_mails(actor).await?;
        let mail = failed
            .into_iter()
            .find(|mail| mail.job == id && !mail.still_tried);
        let Actor::Member(member) = actor.clone() else {
            return Err(Error::NotFound);
        };
        let Some(mail) = mail else {
            if self.may_know_of(&member, id).await? {
                return Err(Error::ChangedMeanwhile);
            }
            return Err(self.denied(&member, "mail", id.uuid()).await);
        };
        let this = self.clone();
        self.detached(async move {
            let now = this.now();
            let mut tx = this.store().begin().await?;
            if !jobs::set_aside(&mut tx, member.practice, id).await? {
                return Err(Error::ChangedMeanwhile);
            }
            let (practice, actor) = (member.practice, Actor::Member(member));
            let entry = audit::Entry {
                practice,
                at: now,
                actor: &actor,
                action: "patient-phoned",
                subject: "appointment",
                subject_id: mail.appointment.uuid(),
                before: None,
                after: None,
            };
            this.record(&mut tx, &entry).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
    }
}

impl Backend {
    /// Whether a mail is about a visit of an agenda that the member may manage, or is not there.
    async fn may_know_of(&self, member: &Member, id: JobId) -> Result<bool> {
        let mut db = self.store().read().await?;
        let Some(row) = jobs::by_id(&mut db, id).await? else {
            return Ok(true);
        };
        let Ok(Job {
            about: About::Visit(appointment),
            ..
        }) = Job::read(&row)
        else {
            return Ok(false);
        };
        let visit = appointments::by_id(&mut db, member.practice, appointment).await?;
        Ok(visit.is_some_and(|visit| {
            let of = visit.appointment;
            policy::may_manage_agenda(member, of.practice, of.practitioner)
        }))
    }
}

fn is_shown(member: &Member, kind: Kind, visit: &Visit, now: DateTime<Utc>) -> bool {
    let appointment = &visit.appointment;
    let too_late = match (kind, appointment.status) {
        (Kind::NotifyCancel, Status::Cancelled { by }) => {
            policy::cancellation_told_until(appointment, by)
        }
        (Kind::SendCode | Kind::Confirm | Kind::NotifyCancel | Kind::NotifyAccount, _) => {
            appointment.interval.start()
        }
    };
    now < too_late
        && policy::may_manage_agenda(member, appointment.practice, appointment.practitioner)
}
