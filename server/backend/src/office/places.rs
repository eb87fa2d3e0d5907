//! Places of a practice: created and edited by its owners. A place is never deleted: visits
//! of the past happened there.

use chrono_tz::Tz;
use domain::{
    access::Actor,
    ids::PlaceId,
    practice::{Place, PostalAddress, Title, ZoneName},
    zone::FURTHEST_APART,
};

use super::{
    member, one,
    seen::{ChangedMeanwhile, Seen, unchanged},
};
use crate::{
    Backend, Error, Failure, Result,
    store::{feeds, office, practices},
    zones::{self, Clocks},
};

/// Most places of one practice.
pub const MOST_PLACES: usize = 50;

/// A place as the office writes it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceForm {
    /// Its name.
    pub name: Title,
    /// Street, postcode, town.
    pub address: PostalAddress,
    /// The town alone.
    pub town: Title,
    /// Its time zone.
    pub zone: ZoneName,
}

/// Whether published hours may move with the clock of their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursMay {
    /// If there are any, the change is refused.
    NotMove,
    /// That was agreed to.
    Move,
}

/// Why a place was not written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceRefusal {
    /// No zone of that name in the IANA database.
    UnknownZone,
    /// The zone cannot change while anything is to come that was said on its clock: the hour on the
    /// wall would change.
    ZoneInUse {
        /// Visits and holds to come at the place; and, at the main one, absences, whose instants are
        /// those of its clock.
        to_come: i64,
    },
    /// Hours that are published there would stay on the wall, and open at another instant: that
    /// has to be agreed to.
    HoursMove {
        /// How many.
        hours: i64,
    },
    /// The practice has too many.
    TooMany {
        /// At most so many, [`MOST_PLACES`].
        most: usize,
    },
    /// Somebody else changed it since it was shown.
    ChangedMeanwhile,
}

impl From<ChangedMeanwhile> for PlaceRefusal {
    fn from(_: ChangedMeanwhile) -> Self {
        Self::ChangedMeanwhile
    }
}

impl From<Place> for PlaceForm {
    fn from(place: Place) -> Self {
        Self {
            name: place.name,
            address: place.address,
            town: place.town,
            zone: place.zone,
        }
    }
}

impl PlaceForm {
    pub(crate) fn zone(&self) -> Result<Tz, PlaceRefusal> {
        zones::find(&self.zone).ok_or(PlaceRefusal::UnknownZone)
    }

    pub(crate) fn into_place(self, id: PlaceId) -> Place {
        Place {
            id,
            name: self.name,
            address: self.address,
            town: self.town,
            zone: self.zone,
        }
    }
}

impl Backend {
    /// The places of the member's practice, the main one first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody else than a member.
    pub async fn places(&self, actor: &Actor) -> Result<Vec<Place>> {
        let practice = member(actor)?.practice;
        Ok(practices::places_of(&mut self.store().read().await?, practice).await?)
    }

    /// A place of the practice, for whoever manages it.
    ///
    /// # Errors
    /// [`Error::NotFound`], with an audit line, for anybody else, and when it is none of hers.
    pub async fn place(&self, actor: &Actor, id: PlaceId) -> Result<Place> {
        self.manager(actor).await?;
        let places = self.places(actor).await?;
        match places.into_iter().find(|place| place.id == id) {
            Some(place) => Ok(place),
            None => Err(self.denied(member(actor)?, "place", id.uuid()).await),
        }
    }

    /// Creates a place. One with the same words and zone that is there already, as when the form is
    /// sent twice, is the answer.
    ///
    /// # Errors
    /// [`PlaceRefusal`]; [`Error::NotFound`] for anybody else than an owner.
    pub async fn create_place(
        &self,
        actor: &Actor,
        form: PlaceForm,
    ) -> Result<PlaceId, Failure<PlaceRefusal>> {
        form.zone().map_err(Failure::Refused)?;
        self.change_practice(actor, move |change| {
            Box::pin(async move {
                let (practice, now) = (change.member.practice, change.now);
                let there = practices::places_of(&mut change.tx, practice).await?;
                let form_of = |place: &Place| PlaceForm::from(place.clone());
                if let Some(same) = there.iter().find(|place| form_of(place) == form) {
                    return Ok(same.id);
                }
                if there.len() >= MOST_PLACES {
                    let most = MOST_PLACES;
                    return Err(Failure::Refused(PlaceRefusal::TooMany { most }));
                }
                let place = form.into_place(change.backend.new_id());
                practices::insert_place(&mut change.tx, practice, &place, now).await?;
                change
                    .record("place-created", "place", place.id.uuid())
                    .await?;
                Ok(place.id)
            })
        })
        .await
    }

    /// Edits a place that still is as it was `seen`, or as the form would have it.
    ///
    /// # Errors
    /// [`PlaceRefusal`]; [`Error::NotFound`] for anybody else than an owner, and for a place
    /// that is not hers.
    pub async fn edit_place(
        &self,
        actor: &Actor,
        id: PlaceId,
        form: PlaceForm,
        seen: Option<Seen>,
        hours_may: HoursMay,
    ) -> Result<(), Failure<PlaceRefusal>> {
        form.zone().map_err(Failure::Refused)?;
        self.change_practice(actor, move |change| {
            Box::pin(async move {
                let (practice, now) = (change.member.practice, change.now);
                let before = practices::place_by_id(&mut change.tx, practice, id)
                    .await?
                    .ok_or(Error::NotFound)?;
                if PlaceForm::from(before.clone()) == form {
                    return Ok(());
                }
                unchanged(seen.as_ref(), &before).map_err(|it| Failure::Refused(it.into()))?;
                if before.zone != form.zone {
                    // Nobody books, or announces an absence, between the count and the change.
                    office::lock_agendas(&mut change.tx, practice).await?;
                    let tx = &mut change.tx;
                    let mut to_come = office::visits_to_come_at(tx, practice, id, now).await?;
                    let places = practices::places_of(tx, practice).await?;
                    if places.first().is_some_and(|main| main.id == id) {
                        let clocks = Clocks::of(&places)?;
                        let since = now - FURTHEST_APART;
                        let absences = office::absences_since(tx, practice, since).await?;
                        let are_to_come = absences.iter().filter(|it| !clocks.is_over(**it, now));
                        to_come += i64::try_from(are_to_come.count()).unwrap_or(i64::MAX);
                    }
                    if to_come > 0 {
                        return Err(Failure::Refused(PlaceRefusal::ZoneInUse { to_come }));
                    }
                    let today = change.backend.today_at(Some(&before));
                    let tx = &mut change.tx;
                    let hours = office::hours_to_come_at(tx, practice, id, today).await?;
                    if hours > 0 && hours_may == HoursMay::NotMove {
                        return Err(Failure::Refused(PlaceRefusal::HoursMove { hours }));
                    }
                }
                let place = form.into_place(id);
                one(office::update_place(&mut change.tx, practice, &place).await?)?;
                if (&before.name, &before.address) != (&place.name, &place.address) {
                    // Calendars keep the old words of an event that did not change.
                    feeds::show_anew(&mut change.tx, practice, now).await?;
                }
                change.record("place-edited", "place", id.uuid()).await?;
                Ok(())
            })
        })
        .await
    }
}
