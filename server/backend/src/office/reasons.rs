//! Reasons of visits: created, edited, archived. What each of their numbers means is
//! `domain::visit_reason`'s.

use domain::{
    access::Actor,
    ids::{PractitionerId, VisitReasonId},
    practice::{Instructions, Slug, Title},
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason, bounds},
};

use super::{
    gone, one,
    seen::{ChangedMeanwhile, Seen, unchanged},
    unrefused,
};
use crate::{
    Backend, Failure, Result, names,
    store::{office, practices, reasons},
};

/// Most reasons of one practitioner, archived ones not counted.
pub const MOST_REASONS: usize = 50;

/// A reason as the office writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonForm {
    /// What patients read.
    pub name: Title,
    /// Length of the visit.
    pub length: Minutes,
    /// Distance between two starts.
    pub step: Minutes,
    /// Kept free before the visit.
    pub buffer_before: Minutes,
    /// Kept free after it.
    pub buffer_after: Minutes,
    /// Least notice online.
    pub min_notice: Minutes,
    /// How far ahead it may be booked online.
    pub horizon: Minutes,
    /// Until how long before it a patient may cancel.
    pub cancel_deadline: Minutes,
    /// Who may book it.
    pub audience: Audience,
    /// Whether the birth date is asked.
    pub birth_date: BirthDateAsked,
    /// What to know before the visit.
    pub instructions: Instructions,
}

/// A number of a reason, as its form names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonField {
    /// Length of the visit.
    Length,
    /// Distance between two starts.
    Step,
    /// Kept free before the visit.
    BufferBefore,
    /// Kept free after it.
    BufferAfter,
    /// Least notice.
    MinNotice,
    /// How far ahead.
    Horizon,
    /// Until when it can be cancelled.
    CancelDeadline,
}

/// Why a reason was not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonRefusal {
    /// A number is out of its bounds, which are in minutes.
    OutOfRange {
        /// Which number.
        field: ReasonField,
        /// Least that is allowed.
        least: i32,
        /// Most that is allowed.
        most: i32,
    },
    /// The practitioner has too many.
    TooMany {
        /// At most so many, [`MOST_REASONS`].
        most: usize,
    },
    /// Somebody else changed it since it was shown.
    ChangedMeanwhile,
}

impl From<ChangedMeanwhile> for ReasonRefusal {
    fn from(_: ChangedMeanwhile) -> Self {
        Self::ChangedMeanwhile
    }
}

impl ReasonForm {
    /// A reason of that length as most practices want it: starts at its length apart, two hours
    /// of notice, sixty days ahead, cancelled until a day before, open to everyone, nothing
    /// more asked.
    #[must_use]
    pub fn usual(name: Title, length: Minutes) -> Self {
        let minutes = |minutes: i32| Minutes::try_from(minutes).unwrap_or(Minutes::ZERO);
        Self {
            name,
            length,
            step: length,
            buffer_before: Minutes::ZERO,
            buffer_after: Minutes::ZERO,
            min_notice: minutes(2 * 60),
            horizon: minutes(60 * 24 * 60),
            cancel_deadline: minutes(24 * 60),
            audience: Audience::Everyone,
            birth_date: BirthDateAsked::No,
            instructions: Instructions::parse("").expect("instructions may be empty"),
        }
    }

    /// Every number of the form within its bounds, or the first that is not.
    pub(crate) fn check(&self) -> Result<(), ReasonRefusal> {
        let numbers = [
            (ReasonField::Length, self.length, bounds::LENGTH),
            (ReasonField::Step, self.step, bounds::STEP),
            (
                ReasonField::BufferBefore,
                self.buffer_before,
                bounds::BUFFER,
            ),
            (ReasonField::BufferAfter, self.buffer_after, bounds::BUFFER),
            (ReasonField::MinNotice, self.min_notice, bounds::MIN_NOTICE),
            (ReasonField::Horizon, self.horizon, bounds::HORIZON),
            (
                ReasonField::CancelDeadline,
                self.cancel_deadline,
                bounds::CANCEL_DEADLINE,
            ),
        ];
        for (field, number, (least, most)) in numbers {
            if Minutes::within(number.get(), least, most).is_err() {
                return Err(ReasonRefusal::OutOfRange { field, least, most });
            }
        }
        Ok(())
    }

    pub(crate) fn into_reason(self, id: VisitReasonId, slug: Slug) -> VisitReason {
        VisitReason {
            id,
            slug,
            name: self.name,
            length: self.length,
            step: self.step,
            buffer_before: self.buffer_before,
            buffer_after: self.buffer_after,
            min_notice: self.min_notice,
            horizon: self.horizon,
            cancel_deadline: self.cancel_deadline,
            audience: self.audience,
            birth_date: self.birth_date,
            instructions: self.instructions,
        }
    }
}

impl From<VisitReason> for ReasonForm {
    fn from(reason: VisitReason) -> Self {
        Self {
            name: reason.name,
            length: reason.length,
            step: reason.step,
            buffer_before: reason.buffer_before,
            buffer_after: reason.buffer_after,
            min_notice: reason.min_notice,
            horizon: reason.horizon,
            cancel_deadline: reason.cancel_deadline,
            audience: reason.audience,
            birth_date: reason.birth_date,
            instructions: reason.instructions,
        }
    }
}

impl Backend {
    /// The reasons of a practitioner that are not archived, oldest first; those for staff too.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] when the actor may not manage that agenda.
    pub async fn reasons(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
    ) -> Result<Vec<VisitReason>> {
        let member = self.keeper(actor, practitioner).await?;
        let mut db = self.store().read().await?;
        let ours = practices::practitioner_by_id(&mut db, member.practice, practitioner).await?;
        if ours.is_none() {
            drop(db);
            return Err(self.denied(&member, "agenda", practitioner.uuid()).await);
        }
        Ok(reasons::of_practitioner(&mut db, practitioner).await?)
    }

    /// Creates a reason; its name in addresses is made of its name and stays. One that is the same
    /// in everything, as when the form is sent twice, is the answer.
    ///
    /// # Errors
    /// [`ReasonRefusal`]; [`crate::Error::NotFound`] when the actor may not manage that agenda.
    pub async fn create_reason(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        form: ReasonForm,
    ) -> Result<VisitReasonId, Failure<ReasonRefusal>> {
        form.check().map_err(Failure::Refused)?;
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let there = reasons::of_practitioner(&mut change.tx, practitioner).await?;
                let form_of = |reason: &VisitReason| ReasonForm::from(reason.clone());
                if let Some(same) = there.iter().find(|reason| form_of(reason) == form) {
                    return Ok(same.id);
                }
                if there.len() >= MOST_REASONS {
                    let most = MOST_REASONS;
                    return Err(Failure::Refused(ReasonRefusal::TooMany { most }));
                }
                let (practice, now) = (change.member.practice, change.now);
                let slug =
                    names::for_reason(&mut change.tx, practice, practitioner, &form.name).await?;
                let reason = form.into_reason(change.backend.new_id(), slug);
                reasons::insert(&mut change.tx, practice, practitioner, &reason, now).await?;
                change
                    .record("reason-created", "visit_reason", reason.id.uuid())
                    .await?;
                Ok(reason.id)
            })
        })
        .await
    }

    /// Edits a reason that still is as it was `seen`, or as the form would have it. Visits that are booked keep their length and
    /// buffers.
    ///
    /// # Errors
    /// [`ReasonRefusal`]; [`crate::Error::NotFound`] when agenda or reason is not the actor's;
    /// [`crate::Error::ChangedMeanwhile`] when it is archived.
    pub async fn edit_reason(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        id: VisitReasonId,
        form: ReasonForm,
        seen: Option<Seen>,
    ) -> Result<(), Failure<ReasonRefusal>> {
        form.check().map_err(Failure::Refused)?;
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let practice = change.member.practice;
                let tx = &mut change.tx;
                let there = reasons::of_practitioner(tx, practitioner).await?;
                let Some(before) = there.into_iter().find(|reason| reason.id == id) else {
                    let archived = office::is_archived(tx, practice, practitioner, id).await?;
                    return Err(gone(!archived).into());
                };
                if ReasonForm::from(before.clone()) == form {
                    return Ok(());
                }
                unchanged(seen.as_ref(), &before).map_err(|it| Failure::Refused(it.into()))?;
                let reason = form.into_reason(id, before.slug);
                one(office::update_reason(tx, practice, practitioner, &reason).await?)?;
                change
                    .record("reason-edited", "visit_reason", id.uuid())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Archives a reason: it is offered no more, its visits stand.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] when agenda or reason is not the actor's; [`crate::Error::ChangedMeanwhile`]
    /// when it is archived already.
    pub async fn archive_reason(
        &self,
        actor: &Actor,
        practitioner: PractitionerId,
        id: VisitReasonId,
    ) -> Result<()> {
        self.change_agenda(actor, practitioner, move |change| {
            Box::pin(async move {
                let (practice, now) = (change.member.practice, change.now);
                let tx = &mut change.tx;
                if office::archive_reason(tx, practice, practitioner, id, now).await? == 0 {
                    let archived = office::is_archived(tx, practice, practitioner, id).await?;
                    return Err(gone(!archived).into());
                }
                change
                    .record("reason-archived", "visit_reason", id.uuid())
                    .await?;
                Ok(())
            })
        })
        .await
        .map_err(unrefused)
    }
}
