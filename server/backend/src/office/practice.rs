//! The practice itself, and the practitioners in it: changed by its owners.
//! Opening one is [`crate::setup`]'s.

use domain::{
    access::Actor,
    holidays::HolidaySet,
    ids::PractitionerId,
    people::{EmailAddress, PhoneNumber},
    practice::{Practice, Practitioner, Title},
};

use super::{
    member, one,
    seen::{ChangedMeanwhile, Seen, unchanged},
    unrefused,
};
use crate::{
    Backend, Error, Failure, Result, names,
    store::{office, practices},
};

/// Most practitioners of one practice.
pub const MOST_PRACTITIONERS: usize = 200;

/// What an owner may change of her practice; its address stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeForm {
    /// Its name.
    pub name: Title,
    /// What a patient dials when nothing else helps.
    pub phone: PhoneNumber,
    /// Its own mailbox.
    pub email: Option<EmailAddress>,
    /// The public holidays on which it is closed.
    pub holidays: HolidaySet,
}

impl From<Practice> for PracticeForm {
    fn from(practice: Practice) -> Self {
        Self {
            name: practice.name,
            phone: practice.phone,
            email: practice.email,
            holidays: practice.holidays,
        }
    }
}

/// A practitioner as the office writes her down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PractitionerForm {
    /// Her name as patients know it.
    pub name: Title,
    /// What she practises.
    pub specialty: Title,
}

/// The practice has as many practitioners as it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyPractitioners;

impl Backend {
    /// The member's practice.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else than a member.
    pub async fn own_practice(&self, actor: &Actor) -> Result<Practice> {
        let practice = member(actor)?.practice;
        practices::practice_by_id(&mut self.store().read().await?, practice)
            .await?
            .ok_or(Error::NotFound)
    }

    /// Edits the practice if it still is as it was `seen`, or as the form would have it. Holidays count from the next search on;
    /// visits stand.
    ///
    /// # Errors
    /// [`ChangedMeanwhile`]; [`Error::NotFound`] for anybody else than an owner.
    pub async fn edit_practice(
        &self,
        actor: &Actor,
        form: PracticeForm,
        seen: Option<Seen>,
    ) -> Result<(), Failure<ChangedMeanwhile>> {
        self.change_practice(actor, move |change| {
            Box::pin(async move {
                let id = change.member.practice;
                let before = practices::practice_by_id(&mut change.tx, id)
                    .await?
                    .ok_or(Error::NotFound)?;
                if PracticeForm::from(before.clone()) == form {
                    return Ok(());
                }
                unchanged(seen.as_ref(), &before).map_err(Failure::Refused)?;
                let practice = Practice {
                    id,
                    slug: before.slug,
                    name: form.name,
                    phone: form.phone,
                    email: form.email,
                    holidays: form.holidays,
                };
                if before.holidays != practice.holidays {
                    // Whoever books meanwhile decides on the new ones.
                    office::lock_agendas(&mut change.tx, id).await?;
                }
                one(office::update_practice(&mut change.tx, &practice).await?)?;
                change
                    .record("practice-edited", "practice", id.uuid())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Adds a practitioner to the practice; she has no hours and no reasons yet.
    ///
    /// # Errors
    /// [`TooManyPractitioners`]; [`Error::NotFound`] for anybody else than an owner.
    pub async fn add_practitioner(
        &self,
        actor: &Actor,
        form: PractitionerForm,
    ) -> Result<Practitioner, Failure<TooManyPractitioners>> {
        self.change_practice(actor, move |change| {
            Box::pin(async move {
                let (practice, now) = (change.member.practice, change.now);
                let there = practices::practitioners_of(&mut change.tx, practice).await?;
                if there.len() >= MOST_PRACTITIONERS {
                    return Err(Failure::Refused(TooManyPractitioners));
                }
                let practitioner = Practitioner {
                    id: change.backend.new_id(),
                    slug: names::for_practitioner(&mut change.tx, &form.name).await?,
                    name: form.name,
                    specialty: form.specialty,
                };
                practices::insert_practitioner(&mut change.tx, practice, &practitioner, now)
                    .await?;
                change
                    .record("practitioner-added", "practitioner", practitioner.id.uuid())
                    .await?;
                Ok(practitioner)
            })
        })
        .await
    }

    /// Edits a practitioner's name and specialty; her address stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else than an owner, and for a practitioner who is not of
    /// the practice.
    pub async fn edit_practitioner(
        &self,
        actor: &Actor,
        id: PractitionerId,
        form: PractitionerForm,
    ) -> Result<()> {
        self.change_practice(actor, move |change| {
            Box::pin(async move {
                let practice = change.member.practice;
                let written = office::update_practitioner(
                    &mut change.tx,
                    practice,
                    id,
                    &form.name,
                    &form.specialty,
                );
                one(written.await?)?;
                change
                    .record("practitioner-edited", "practitioner", id.uuid())
                    .await?;
                Ok(())
            })
        })
        .await
        .map_err(unrefused)
    }
}
