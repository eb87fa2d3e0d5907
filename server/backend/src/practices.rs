//! What anyone may know of practices and practitioners: the search and the public pages.
//! Changing them is the office's: see [`crate::office`].

use domain::{
    practice::{Place, Practice, Practitioner, Slug},
    text,
    visit_reason::{Audience, VisitReason},
};

use crate::{
    Backend, Error, Result,
    store::{
        practices::{self, Listed},
        reasons,
    },
};

/// A practice as its public page shows it.
#[derive(Clone, Debug)]
pub struct PracticePage {
    /// The practice.
    pub practice: Practice,
    /// Its places, the main one first.
    pub places: Vec<Place>,
    /// Its practitioners, by name.
    pub practitioners: Vec<Practitioner>,
}

/// A practitioner as her public page shows her.
#[derive(Clone, Debug)]
pub struct PractitionerPage {
    /// Who.
    pub practitioner: Practitioner,
    /// Her practice.
    pub practice: Practice,
    /// Its places, the main one first.
    pub places: Vec<Place>,
    /// What she can be booked for online, oldest first.
    pub reasons: Vec<VisitReason>,
    /// Raised at each change of her agenda.
    pub agenda_version: i64,
}

impl Backend {
    /// The practitioners of the instance whose name, specialty, practice or town holds every
    /// word of `query`; accents and case do not matter. All of them for an empty query.
    ///
    /// # Errors
    /// As the database.
    pub async fn search(&self, query: &str) -> Result<Vec<Listed>> {
        let everyone = practices::everyone(&mut self.store().read().await?).await?;
        let words = text::slug(query);
        let words: Vec<_> = words.split('-').filter(|word| !word.is_empty()).collect();
        let matches = |listed: &Listed| {
            let haystack = [
                text::slug(listed.practitioner.name.as_str()),
                text::slug(listed.practitioner.specialty.as_str()),
                text::slug(listed.practice_name.as_str()),
                text::slug(&listed.towns),
            ]
            .join("-");
            words.iter().all(|word| haystack.contains(word))
        };
        Ok(everyone.into_iter().filter(matches).collect())
    }

    /// The practice at a public address.
    ///
    /// # Errors
    /// [`Error::NotFound`], or as the database.
    pub async fn practice_page(&self, slug: &Slug) -> Result<PracticePage> {
        let mut db = self.store().read().await?;
        let practice = practices::practice_by_slug(&mut db, slug)
            .await?
            .ok_or(Error::NotFound)?;
        let places = practices::places_of(&mut db, practice.id).await?;
        let practitioners = practices::practitioners_of(&mut db, practice.id).await?;
        Ok(PracticePage {
            practice,
            places,
            practitioners,
        })
    }

    /// The practitioner at a public address, with the reasons that patients may book.
    ///
    /// # Errors
    /// [`Error::NotFound`], or as the database.
    pub async fn practitioner_page(&self, slug: &Slug) -> Result<PractitionerPage> {
        let mut db = self.store().read().await?;
        let found = practices::practitioner_by_slug(&mut db, slug)
            .await?
            .ok_or(Error::NotFound)?;
        let places = practices::places_of(&mut db, found.practice.id).await?;
        let mut offered = reasons::of_practitioner(&mut db, found.practitioner.id).await?;
        offered.retain(|reason| reason.audience == Audience::Everyone);
        Ok(PractitionerPage {
            practitioner: found.practitioner,
            practice: found.practice,
            places,
            reasons: offered,
            agenda_version: found.agenda_version,
        })
    }
}
