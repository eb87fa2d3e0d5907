//! Demonstrations: an empty database is filled with a practice that is invented, the same for
//! the same date and size. Nothing here is ever part of a real practice.
//!
//! What it holds is planned by [`plan`] from date and size alone, so that the list of accounts
//! and addresses can be printed again without reading it back. Passwords and feed addresses
//! follow from the date: whoever knows it knows them.

mod believable;
mod diary;
mod measuring;
mod plan;
mod seed;
mod words;

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::{ids::PractitionerId, links};
use i18n::Lang;
use serde::Serialize;

use self::plan::{Person, Plan, Planned};
use crate::{
    Backend, Failure, Result, keys,
    passwords::Password,
    store::{
        Tx, audit, availability,
        demo::{self, DemoPatient, DemoVisit},
        feeds::{self, Feed},
        names,
        people::{self, Account, Membership},
        practices, reasons,
    },
};

/// How much a demonstration holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A believable practice with some weeks of visits.
    Practice,
    /// Measuring data: 10 practitioners, 8 weeks ahead half booked, 5,600 visits.
    One,
    /// The same with 72 weeks of past: 56,000 visits.
    Ten,
    /// The same with 792 weeks of past: 560,000 visits.
    Hundred,
}

impl Size {
    /// All sizes.
    pub const ALL: [Self; 4] = [Self::Practice, Self::One, Self::Ten, Self::Hundred];

    /// The word of the command line, and of the mark in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::One => "1",
            Self::Ten => "10",
            Self::Hundred => "100",
        }
    }

    /// The size of that word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.code() == code)
    }
}

/// Why a demonstration was not filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemoRefusal {
    /// There is a real practice in the database.
    #[error("the database holds a real practice: a demonstration needs an empty one")]
    RealPractice,
    /// There is a demonstration of another size.
    #[error("the database holds the demonstration `{}` already: use that size, or an empty database", there.code())]
    OtherSize {
        /// Its size.
        there: Size,
    },
    /// Too far away to be filled.
    #[error("the date of a demonstration lies between 1990 and 2200")]
    FarDate,
}

/// Who signs in to a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoAccount {
    /// `owner`, `practitioner` or `secretary`.
    pub role: &'static str,
    /// What she signs in with.
    pub email: String,
    /// What she signs in with, too.
    pub password: String,
}

/// Who is booked in a demonstration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoPractitioner {
    /// Her name.
    pub name: String,
    /// The absolute address of her page.
    pub url: String,
}

/// A calendar to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoFeed {
    /// Whose agenda it shows.
    pub practitioner: String,
    /// Its absolute address.
    pub url: String,
}

/// What `rdv demo` prints; serialised, it is what `rdv demo --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoReport {
    /// Who signs in.
    pub accounts: Vec<DemoAccount>,
    /// Who is booked.
    pub practitioners: Vec<DemoPractitioner>,
    /// What is subscribed to.
    pub feeds: Vec<DemoFeed>,
}

impl Backend {
    /// Fills an empty database as on that day, in one transaction. On a database that holds
    /// the same size already, whatever its date, it changes nothing and answers the list of
    /// what is there.
    ///
    /// # Errors
    /// [`DemoRefusal`], or as the database.
    pub async fn fill_demo(
        &self,
        date: NaiveDate,
        size: Size,
    ) -> Result<DemoReport, Failure<DemoRefusal>> {
        if !(1990..=2200).contains(&date.year()) {
            return Err(Failure::Refused(DemoRefusal::FarDate));
        }
        let marks = names::demo_marks(&mut self.store().read().await?).await?;
        if let Some(there) = there(&marks).map_err(Failure::Refused)? {
            return self.report_of(there, size);
        }
        let this = self.clone();
        self.detached(async move {
            let plan = plan::of(size, date);
            let hashes = this.hashes(&plan).await?;
            let mut tx = this.store().begin_long().await?;
            let marks = names::demo_marks(&mut tx).await?;
            if let Some(there) = there(&marks).map_err(Failure::Refused)? {
                return this.report_of(there, size);
            }
            demo::make_room(&mut tx).await?;
            this.write_plan(&mut tx, &plan, hashes).await?;
            let mut writer = VisitWriter {
                backend: &this,
                tx: &mut tx,
                plan: &plan,
                written: 0,
            };
            match size {
                Size::Practice => diary::write(&plan, &mut writer).await?,
                Size::One | Size::Ten | Size::Hundred => {
                    measuring::write(&plan, &mut writer).await?;
                }
            }
            demo::leave_room(&mut tx).await?;
            tx.commit().await?;
            Ok(this.report(&plan))
        })
        .await
    }

    /// Whether a practice of the instance is a demonstration: whoever guesses its day knows the
    /// passwords.
    ///
    /// # Errors
    /// As the database.
    pub async fn holds_demo(&self) -> Result<bool> {
        let marks = names::demo_marks(&mut self.store().read().await?).await?;
        Ok(marks.iter().any(Option::is_some))
    }

    /// The list of a demonstration that is there, if it has the size that was asked for.
    fn report_of(
        &self,
        (there, date): (Size, NaiveDate),
        asked: Size,
    ) -> Result<DemoReport, Failure<DemoRefusal>> {
        if there == asked {
            Ok(self.report(&plan::of(there, date)))
        } else {
            Err(Failure::Refused(DemoRefusal::OtherSize { there }))
        }
    }

    fn report(&self, plan: &Plan) -> DemoReport {
        DemoReport {
            accounts: plan
                .people
                .iter()
                .map(|person| DemoAccount {
                    role: person.role.code(),
                    email: person.email.to_string(),
                    password: person.password.clone(),
                })
                .collect(),
            practitioners: plan
                .practitioners
                .iter()
                .map(|one| DemoPractitioner {
                    name: one.practitioner.name.to_string(),
                    url: self.absolute(&links::practitioner(&one.practitioner.slug)),
                })
                .collect(),
            feeds: plan
                .practitioners
                .iter()
                .map(|one| DemoFeed {
                    practitioner: one.practitioner.name.to_string(),
                    url: self.absolute(&links::feed(&one.feed_token)),
                })
                .collect(),
        }
    }

    /// The hashes of the passwords, before any transaction.
    async fn hashes(&self, plan: &Plan) -> Result<Vec<String>> {
        let mut hashes = Vec::new();
        for person in &plan.people {
            let salt = plan.seed.part(format_args!("{}/salt", person.email));
            let password = Password::of_demo(&person.password);
            hashes.push(self.hasher().hash(password, &salt).await?);
        }
        Ok(hashes)
    }

    async fn write_plan(&self, tx: &mut Tx, plan: &Plan, hashes: Vec<String>) -> Result<()> {
        let practice = plan.practice.id;
        let mark = format!("{} {}", plan.size.code(), plan.date);
        practices::insert_practice(tx, &plan.practice, Some(&mark), plan.opened_at).await?;
        let mut at = plan.opened_at;
        for place in &plan.places {
            practices::insert_place(tx, practice, place, at).await?;
            at += TimeDelta::seconds(1);
        }
        for one in &plan.practitioners {
            write_practitioner(tx, plan, one).await?;
        }
        for (person, hash) in plan.people.iter().zip(hashes) {
            write_person(tx, plan, person, hash).await?;
        }
        let line = audit::HostEntry {
            practice,
            at: self.now(),
            action: "demo-filled",
            subject: "practice",
            subject_id: practice.uuid(),
        };
        audit::record_by_host(tx, self.new_id(), &line).await?;
        Ok(())
    }
}

/// The demonstration that the marks of the practices tell of.
fn there(marks: &[Option<String>]) -> Result<Option<(Size, NaiveDate)>, DemoRefusal> {
    let [mark] = marks else {
        return if marks.is_empty() {
            Ok(None)
        } else {
            Err(DemoRefusal::RealPractice)
        };
    };
    let read = |mark: &str| {
        let (size, date) = mark.split_once(' ')?;
        Some((Size::from_code(size)?, date.parse().ok()?))
    };
    let found = mark.as_deref().and_then(read);
    found.map(Some).ok_or(DemoRefusal::RealPractice)
}

async fn write_practitioner(tx: &mut Tx, plan: &Plan, one: &Planned) -> Result<()> {
    let (practice, id) = (plan.practice.id, one.practitioner.id);
    let mut at = plan.opened_at;
    practices::insert_practitioner(tx, practice, &one.practitioner, at).await?;
    for reason in &one.reasons {
        reasons::insert(tx, practice, id, reason, at).await?;
        at += TimeDelta::seconds(1);
    }
    for hours in &one.hours {
        availability::insert_hours(tx, practice, id, hours, at).await?;
        at += TimeDelta::seconds(1);
    }
    for absence in &one.absences {
        availability::insert_absence(tx, practice, id, absence, at).await?;
    }
    let feed = Feed {
        id: one.feed,
        practice,
        practitioner: id,
        detail: one.detail,
        lang: Lang::Fr,
        sequence: 0,
        created_at: plan.opened_at,
        changed_at: plan.opened_at,
        revoked_at: None,
        last_used_at: None,
    };
    feeds::insert(tx, &feed, &keys::hash(&one.feed_token)).await?;
    Ok(())
}

async fn write_person(tx: &mut Tx, plan: &Plan, person: &Person, hash: String) -> Result<()> {
    let account = Account {
        id: person.account,
        name: person.name.clone(),
        email: person.email.clone(),
        lang: Lang::Fr,
        password_hash: hash,
    };
    people::insert_account(tx, &account, plan.opened_at).await?;
    let membership = Membership {
        account: person.account,
        practice: plan.practice.id,
        role: person.role,
        practitioner: person.practitioner,
    };
    people::insert_membership(tx, &membership, plan.opened_at).await?;
    for agenda in &person.keeps {
        people::insert_delegation(tx, plan.practice.id, person.account, *agenda).await?;
    }
    Ok(())
}

/// Writes visits in bulk, with the links that this instance's key gives them.
struct VisitWriter<'a> {
    backend: &'a Backend,
    tx: &'a mut Tx,
    plan: &'a Plan,
    written: usize,
}

impl VisitWriter<'_> {
    async fn patients(&mut self, patients: &[DemoPatient]) -> Result<()> {
        let (practice, at) = (self.plan.practice.id, self.plan.opened_at);
        demo::insert_patients(self.tx, practice, patients, at).await?;
        Ok(())
    }

    async fn visits(&mut self, of: PractitionerId, mut visits: Vec<DemoVisit>) -> Result<()> {
        for visit in &mut visits {
            let link = self.backend.keys().visit_token(visit.id.into(), 0);
            visit.link_hash = keys::hash(&link);
            visit.idempotency_key = format!("demo-{}", self.written);
            self.written += 1;
        }
        demo::insert_visits(self.tx, self.plan.practice.id, of, &visits).await?;
        Ok(())
    }
}
