//! Opening a practice: by the one-time link that an instance without any prints at its start,
//! or by the host at the command line. What an owner changes later is [`crate::office`]'s.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{NaiveDate, Weekday};
use domain::{
    access::{Actor, Member, Role},
    device::Device,
    holidays::HolidaySet,
    opening_hours::{OpeningHours, Recurrence, WallRange},
    people::{EmailAddress, PhoneNumber},
    practice::{Practice, Practitioner, Slug, Title},
    zone,
};
use i18n::Lang;

use crate::{
    Backend, Error, Failure, Result,
    accounts::AccountRefusal,
    keys, names as naming,
    office::{
        hours::{HoursRefusal, MOST_HOURS},
        places::{PlaceForm, PlaceRefusal},
        reasons::{ReasonForm, ReasonRefusal},
    },
    passwords::Password,
    sessions::NewSession,
    store::{
        Tx, audit, availability, names,
        people::{Account, Membership},
        practices, reasons, settings,
    },
};

/// Under which name the hash of the set-up token is kept.
const SETUP: &str = "setup";

/// Everything that a new practice starts with; the fields were parsed before.
#[derive(Clone, Debug)]
pub struct NewPractice {
    /// Its name.
    pub name: Title,
    /// What a patient dials when nothing else helps.
    pub phone: PhoneNumber,
    /// Its own mailbox.
    pub email: Option<EmailAddress>,
    /// The public holidays on which it is closed.
    pub holidays: HolidaySet,
    /// Its first place.
    pub place: PlaceForm,
    /// Name of its first practitioner, as patients know it.
    pub practitioner: Title,
    /// What she practises.
    pub specialty: Title,
    /// Her first reason; [`ReasonForm::usual`] needs a name and a length.
    pub reason: ReasonForm,
    /// Her weekly hours, from today on; may be none yet.
    pub hours: Vec<(Weekday, WallRange)>,
    /// Who owns the practice: she is also the practitioner.
    pub owner: NewOwner,
}

/// The owner's account.
#[derive(Clone, Debug)]
pub struct NewOwner {
    /// Her name, as the office shows it.
    pub name: Title,
    /// What she signs in with.
    pub email: EmailAddress,
    /// What she signs in with, too.
    pub password: Password,
    /// The language she reads.
    pub lang: Lang,
}

/// A practice that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its part of the address.
    pub practice: Slug,
    /// Its practitioner's part of the address.
    pub practitioner: Slug,
    /// Its owner.
    pub membership: Membership,
}

/// Why a practice was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// No zone of that name in the IANA database.
    UnknownZone,
    /// Something is wrong with the hours.
    Hours(HoursRefusal),
    /// Something is wrong with the reason.
    Reason(ReasonRefusal),
    /// The owner's address has an account already.
    EmailTaken,
}

impl NewPractice {
    fn check(&self) -> Result<(), SetupRefusal> {
        self.place.zone().map_err(|refusal| match refusal {
            PlaceRefusal::UnknownZone
            | PlaceRefusal::ZoneInUse { .. }
            | PlaceRefusal::TooMany { .. }
            | PlaceRefusal::HoursMove { .. }
            | PlaceRefusal::ChangedMeanwhile => SetupRefusal::UnknownZone,
        })?;
        self.reason.check().map_err(SetupRefusal::Reason)?;
        if self.hours.len() > MOST_HOURS {
            let most = MOST_HOURS;
            return Err(SetupRefusal::Hours(HoursRefusal::TooMany { most }));
        }
        let mut hours = self.hours.clone();
        hours.sort_unstable_by_key(|(day, range)| {
            (day.num_days_from_monday(), range.start_minute())
        });
        let overlap = hours.windows(2).any(|pair| {
            pair[0].0 == pair[1].0 && pair[1].1.start_minute() < pair[0].1.end_minute()
        });
        if overlap {
            return Err(SetupRefusal::Hours(HoursRefusal::RangesOverlap));
        }
        Ok(())
    }
}

/// Who opens a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opens {
    /// Its owner, by the link of the first start.
    Owner,
    /// The host, at the command line.
    Host,
}

impl Backend {
    /// The secret part of [`domain::links::setup`], if the instance holds no practice: a new
    /// one at each call, after which the one before is worth nothing.
    ///
    /// # Errors
    /// As the database.
    pub async fn setup_link(&self) -> Result<Option<String>> {
        let this = self.clone();
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            if names::any_practice(&mut tx).await? {
                return Ok(None);
            }
            let token = this.new_token();
            settings::set(&mut tx, SETUP, &stored(&token)).await?;
            tx.commit().await?;
            Ok(Some(token))
        })
        .await
    }

    /// Whether a practice can be opened with that token.
    ///
    /// # Errors
    /// As the database.
    pub async fn setup_is_open(&self, token: &str) -> Result<bool> {
        let mut db = self.store().read().await?;
        let expected = settings::get(&mut db, SETUP).await?;
        Ok(
            expected.is_some_and(|expected| keys::same(&expected, &stored(token)))
                && !names::any_practice(&mut db).await?,
        )
    }

    /// Opens the first practice of the instance and signs its owner in; the token dies.
    ///
    /// # Errors
    /// [`SetupRefusal`]; [`Error::NotFound`] for a token that is none, or no more.
    pub async fn open_practice(
        &self,
        token: &str,
        new: NewPractice,
        device: Device,
    ) -> Result<(Opened, NewSession), Failure<SetupRefusal>> {
        // Before the password is hashed, which costs.
        if !self.setup_is_open(token).await? {
            return Err(Error::NotFound.into());
        }
        new.check().map_err(Failure::Refused)?;
        let hash = self.hash_of(&new.owner).await?;
        let (this, token) = (self.clone(), token.to_owned());
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            let expected = settings::get(&mut tx, SETUP).await?;
            let right = expected.is_some_and(|expected| keys::same(&expected, &stored(&token)));
            // Of two that come at once, one removes it.
            if !right || !settings::remove(&mut tx, SETUP).await? {
                return Err(Error::NotFound.into());
            }
            let opened = this.open_whole(&mut tx, new, hash, Opens::Owner).await?;
            let Membership {
                account, practice, ..
            } = opened.membership;
            let session = this
                .open_session(&mut tx, account, practice, device)
                .await?;
            tx.commit().await?;
            Ok((opened, session))
        })
        .await
    }

    /// Opens a practice beside those that are there, for the host at the command line.
    ///
    /// # Errors
    /// [`SetupRefusal`], or as the database.
    pub async fn create_practice(&self, new: NewPractice) -> Result<Opened, Failure<SetupRefusal>> {
        new.check().map_err(Failure::Refused)?;
        let hash = self.hash_of(&new.owner).await?;
        let this = self.clone();
        self.detached(async move {
            let mut tx = this.store().begin().await?;
            let opened = this.open_whole(&mut tx, new, hash, Opens::Host).await?;
            settings::remove(&mut tx, SETUP).await?;
            tx.commit().await?;
            Ok(opened)
        })
        .await
    }

    async fn hash_of(&self, owner: &NewOwner) -> Result<String> {
        let password = owner.password.clone();
        self.hasher().hash(password, self.random()).await
    }

    async fn open_whole(
        &self,
        tx: &mut Tx,
        new: NewPractice,
        password_hash: String,
        opens: Opens,
    ) -> Result<Opened, Failure<SetupRefusal>> {
        let now = self.now();
        let tz = new
            .place
            .zone()
            .map_err(|_| Failure::Refused(SetupRefusal::UnknownZone))?;
        let practice = Practice {
            id: self.new_id(),
            slug: naming::for_practice(tx, &new.name).await?,
            name: new.name,
            phone: new.phone,
            email: new.email,
            holidays: new.holidays,
        };
        let practitioner = Practitioner {
            id: self.new_id(),
            slug: naming::for_practitioner(tx, &new.practitioner).await?,
            name: new.practitioner,
            specialty: new.specialty,
        };
        let place = new.place.into_place(self.new_id());
        practices::insert_practice(tx, &practice, None, now).await?;
        practices::insert_place(tx, practice.id, &place, now).await?;
        practices::insert_practitioner(tx, practice.id, &practitioner, now).await?;
        let slug = naming::for_reason(tx, practice.id, practitioner.id, &new.reason.name).await?;
        let reason = new.reason.into_reason(self.new_id(), slug);
        reasons::insert(tx, practice.id, practitioner.id, &reason, now).await?;
        let today: NaiveDate = zone::day(&tz, now);
        for (weekday, range) in new.hours {
            let hours = OpeningHours {
                id: self.new_id(),
                place: place.id,
                recurrence: Recurrence::weekly(weekday, 1, today, None)
                    .map_err(|error| Failure::Refused(SetupRefusal::Hours(error.into())))?,
                range,
                reasons: Vec::new(),
            };
            availability::insert_hours(tx, practice.id, practitioner.id, &hours, now).await?;
        }
        let account = Account {
            id: self.new_id(),
            name: new.owner.name,
            email: new.owner.email,
            lang: new.owner.lang,
            password_hash,
        };
        let membership = Membership {
            account: account.id,
            practice: practice.id,
            role: Role::Owner,
            practitioner: Some(practitioner.id),
        };
        self.insert_member(tx, &account, &membership)
            .await
            .map_err(|failure| failure.map_refusal(email_taken))?;
        let (subject, subject_id) = ("practice", practice.id.uuid());
        if opens == Opens::Host {
            for (action, subject, subject_id) in [
                ("practice-opened", subject, subject_id),
                ("account-created", "account", account.id.uuid()),
            ] {
                let entry = audit::HostEntry {
                    practice: practice.id,
                    at: now,
                    action,
                    subject,
                    subject_id,
                };
                audit::record_by_host(tx, self.line_id(), &entry).await?;
            }
        } else {
            let entry = audit::Entry {
                practice: practice.id,
                at: now,
                actor: &Actor::Member(Member {
                    account: account.id,
                    practice: practice.id,
                    role: Role::Owner,
                    agendas: vec![practitioner.id],
                }),
                action: "practice-opened",
                subject,
                subject_id,
                before: None,
                after: None,
            };
            self.record(tx, &entry).await?;
        }
        Ok(Opened {
            practice: practice.slug,
            practitioner: practitioner.slug,
            membership,
        })
    }
}

/// What is stored of a token.
fn stored(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(keys::hash(token))
}

/// The only one of the refusals of an account that a new practice can meet.
fn email_taken(refusal: AccountRefusal) -> SetupRefusal {
    match refusal {
        AccountRefusal::EmailTaken
        | AccountRefusal::UnknownPractice(_)
        | AccountRefusal::UnknownPractitioner(_)
        | AccountRefusal::WhichPractitioner => SetupRefusal::EmailTaken,
    }
}
