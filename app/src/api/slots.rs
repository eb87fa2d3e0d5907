//! A week of free slots, ready to be shown: what the slot picker is drawn from, on the server
//! at first and in the browser after. Programs ask `/api/v1/practitioners/{slug}/slots` instead.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// One week of a practitioner for a reason, in words. Everything in it is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// `Semaine du 23 au 29 novembre 2026`.
    pub title: String,
    /// Address of the page that shows it.
    pub href: String,
    /// Monday to Sunday; empty when no slot is free.
    pub days: Vec<Day>,
    /// What to do when no slot is free.
    pub none: Option<NoSlots>,
    /// The week before, unless it has passed.
    pub previous: Option<OtherWeek>,
    /// The week after, unless it is beyond the horizon.
    pub next: Option<OtherWeek>,
}

/// A week to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherWeek {
    /// Its Monday, `2026-11-30`.
    pub monday: String,
    /// Address of the page that shows it.
    pub href: String,
}

/// A day with its slots, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `2026-11-24`.
    pub date: String,
    /// `mar.`
    pub weekday: String,
    /// `24`
    pub number: String,
    /// `nov.`
    pub month: String,
    /// What is said before an hour: `mardi 24 novembre 2026 à `.
    pub spoken: String,
    /// Morning and afternoon, those that have slots.
    pub halves: Vec<Half>,
}

/// A morning or an afternoon, at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// `Matin`; with the place when the practice has several.
    pub title: String,
    /// In order.
    pub slots: Vec<Slot>,
}

/// A slot as a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// `9 h 20`.
    pub hour: String,
    /// Address of the form behind it.
    pub href: String,
}

/// A week without a free slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoSlots {
    /// `Aucun créneau libre cette semaine`.
    pub title: String,
    /// Where the next one is, or that there is none.
    pub advice: String,
    /// The week of the next one, and the words of the button that leads there.
    pub next: Option<(OtherWeek, String)>,
    /// Where there is none: the address and the words of the practice's telephone.
    pub phone: Option<(String, String)>,
}

/// The free slots of a practitioner for a reason in the week that holds the local day `week`
/// (`YYYY-MM-DD`); with no day, in this week, or in the next if this one has none.
///
/// # Errors
/// [`Fault::NotFound`] for an unknown practitioner or a reason that patients may not book;
/// [`Fault::BadRequest`] for a week that is no day.
#[server(prefix = "/api", endpoint = "week_of_slots", input = PostUrl)]
pub async fn week_of_slots(
    practitioner: String,
    reason: String,
    #[server(default)] week: String,
) -> Result<Week, Fault> {
    use crate::{request, week_words};

    let slug = practitioner.parse().map_err(|_| Fault::NotFound)?;
    let backend = request::backend()?;
    let page = backend.practitioner_page(&slug).await?;
    let reason = week_words::reason_named(&page, &reason).ok_or(Fault::NotFound)?;
    let week = (!week.is_empty()).then_some(week.as_str());
    week_words::week(&backend, &page, reason, week, request::lang()).await
}
