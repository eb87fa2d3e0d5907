//! What surrounds a page of the office: who is signed in, where one can go, whose agenda it is,
//! and what was just done.

use std::sync::Arc;

use backend::{Backend, Tz};
use chrono::NaiveDate;
use domain::{
    access::{Actor, Role},
    ids::PractitionerId,
    links,
    practice::Practitioner,
};
use i18n::t;
use leptos::prelude::*;

use crate::{
    components::{
        frame::{Brand, Frame},
        icon::Icon,
        notice::{Notice, Tone},
    },
    fault::Fault,
    flash::{self, Flash},
    forms, request,
    session::SignedIn,
};

/// Where in the office a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Days and weeks of an agenda, and its visits.
    Agenda,
    /// Opening hours.
    Hours,
    /// Absences.
    Absences,
    /// Mails that did not go.
    ToPhone,
    /// Reasons of a practitioner.
    Reasons,
    /// The practice and its places.
    Practice,
    /// Calendar feeds.
    Feeds,
    /// The audit trail of the practice.
    Journal,
    /// Her own account.
    Account,
}

impl Room {
    const fn is_setting(self) -> bool {
        match self {
            Self::Reasons | Self::Practice | Self::Feeds | Self::Journal | Self::Account => true,
            Self::Agenda | Self::Hours | Self::Absences | Self::ToPhone => false,
        }
    }
}

/// Who is in the office, and which agendas she keeps.
#[derive(Clone, Debug)]
pub struct Office {
    /// Storage and use cases.
    pub backend: Backend,
    /// Who asks.
    pub actor: Actor,
    /// What the header says of her.
    pub signed_in: Arc<SignedIn>,
    /// The agendas she keeps, by name.
    pub agendas: Vec<Practitioner>,
    /// Whose agenda the page is about, if it is about one.
    pub current: Option<Practitioner>,
}

impl Office {
    /// For a page about the practice; `current` is her own agenda, or the first she keeps.
    ///
    /// # Errors
    /// [`Fault::NotSignedIn`], or as the database.
    pub async fn enter() -> Result<Self, Fault> {
        let signed_in = request::signed_in().await?;
        let backend = request::backend()?;
        let actor = Actor::Member(signed_in.member.clone());
        let agendas = backend.agendas_of(&actor).await?;
        let own = signed_in.member.agendas.first();
        let current = agendas
            .iter()
            .find(|one| Some(&one.id) == own && signed_in.member.role != Role::Secretary)
            .or(agendas.first())
            .cloned();
        Ok(Self {
            backend,
            actor,
            signed_in,
            agendas,
            current,
        })
    }

    /// For a page about one agenda, by its name in addresses.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when it is not one she keeps; as [`Self::enter`].
    pub async fn enter_agenda(slug: &str) -> Result<(Self, Practitioner), Fault> {
        let mut office = Self::enter().await?;
        let known = office.agendas.iter().find(|one| one.slug.as_str() == slug);
        let current = match known {
            Some(known) => known.clone(),
            None => office.backend.agenda_named(&office.actor, slug).await?,
        };
        office.current = Some(current.clone());
        Ok((office, current))
    }

    /// The day it is at the practice's main place; in UTC while it has none.
    ///
    /// # Errors
    /// As the database.
    pub async fn today(&self) -> Result<NaiveDate, Fault> {
        let zone = self.zone().await?;
        Ok(domain::zone::day(&zone, self.backend.now()))
    }

    /// The zone of the practice's main place.
    ///
    /// # Errors
    /// As the database.
    pub async fn zone(&self) -> Result<Tz, Fault> {
        let places = self.backend.places(&self.actor).await?;
        let zone = places
            .first()
            .and_then(|place| place.zone.as_str().parse().ok());
        Ok(zone.unwrap_or(Tz::UTC))
    }

    /// Whether she manages the practice itself.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.signed_in.member.role == Role::Owner
    }
}

/// The agenda that a form names: one of those the actor keeps.
///
/// # Errors
/// [`Fault::NotSignedIn`]; [`Fault::NotFound`] when it is not one she keeps; as the database.
pub async fn agenda_of_form(slug: &str) -> Result<(Backend, Actor, PractitionerId), Fault> {
    let backend = request::backend()?;
    let actor = Actor::Member(request::member().await?);
    let practitioner = backend.agenda_named(&actor, slug).await?;
    Ok((backend, actor, practitioner.id))
}

#[component]
pub fn OfficeFrame(
    office: Office,
    room: Room,
    title: String,
    /// As [`Frame`]'s.
    #[prop(optional)]
    width: &'static str,
    children: Children,
) -> impl IntoView {
    let lang = request::lang();
    // A form that was refused says why, and nothing of an earlier one.
    let done = (!forms::is_refused()).then(|| flash::take(Flash::Done));
    let done = done.flatten();
    let header = view! { <OfficeHeader office room /> }.into_any();
    view! {
        <Frame title width header>
            {done
                .map(|done| {
                    view! {
                        <Notice tone=Tone::Success is_answer=true>
                            <p>{t!(lang, &done)}</p>
                        </Notice>
                    }
                })}
            {children()}
        </Frame>
    }
}

#[component]
fn OfficeHeader(office: Office, room: Room) -> impl IntoView {
    let lang = request::lang();
    let owner = office.is_owner();
    let of_agenda = office.current.as_ref().map(|one| {
        let slug = &one.slug;
        (
            links::agenda(slug),
            links::office_hours(slug),
            links::office_absences(slug),
            links::office_reasons(slug),
            links::office_feeds(slug),
        )
    });
    let (rooms, settings) = match of_agenda {
        Some((agenda, hours, absences, reasons, feeds)) => (
            vec![
                (Room::Agenda, agenda, t!(lang, "office-nav-agenda")),
                (Room::Hours, hours, t!(lang, "office-nav-hours")),
                (Room::Absences, absences, t!(lang, "office-nav-absences")),
            ],
            vec![
                (Room::Reasons, reasons, t!(lang, "office-nav-reasons")),
                (Room::Feeds, feeds, t!(lang, "office-nav-feeds")),
            ],
        ),
        None => (Vec::new(), Vec::new()),
    };
    let to_phone = (
        Room::ToPhone,
        links::TO_PHONE.to_owned(),
        t!(lang, "office-nav-to-phone"),
    );
    let rooms = rooms.into_iter().chain([to_phone]);
    let of_owner = [
        (
            Room::Practice,
            links::OFFICE_PRACTICE,
            t!(lang, "office-nav-practice"),
        ),
        (
            Room::Journal,
            links::JOURNAL,
            t!(lang, "office-nav-journal"),
        ),
    ];
    let of_owner = of_owner
        .into_iter()
        .filter(|_| owner)
        .map(|(room, href, word)| (room, href.to_owned(), word));
    let account = (
        Room::Account,
        links::ACCOUNT.to_owned(),
        t!(lang, "office-nav-account"),
    );
    let settings = settings.into_iter().chain(of_owner).chain([account]);
    let item = move |(place, href, word): (Room, String, String)| {
        view! {
            <li>
                <a href=href aria-current=(place == room).then_some("page")>
                    {word}
                </a>
            </li>
        }
    };
    view! {
        <header class="site-header">
            <div class="site-header-inner">
                <Brand name=office.signed_in.practice_name.to_string() />
                <div class="site-links">
                    <span class="signed-in">{office.signed_in.name.to_string()}</span>
                    <form method="post" action="/api/sign_out">
                        <button class="button quiet">
                            <Icon name="out" />
                            {t!(lang, "sign-out")}
                        </button>
                    </form>
                </div>
            </div>
            <nav class="office-nav" aria-label=t!(lang, "office-nav-label")>
                <ul class="office-nav-list">
                    {rooms.map(item).collect_view()} <li>
                        <details class="office-menu">
                            <summary aria-current=room.is_setting().then_some("true")>
                                {t!(lang, "office-nav-settings")} <Icon name="down" />
                            </summary>
                            <ul>{settings.map(item).collect_view()}</ul>
                        </details>
                    </li>
                </ul>
            </nav>
        </header>
    }
}

/// Whose agenda the page is about, with a way to the others.
#[component]
pub fn WhoseAgenda(
    office: Office,
    /// Where the same page of another agenda is.
    href: fn(&domain::practice::Slug) -> String,
) -> impl IntoView {
    let lang = request::lang();
    let current = office.current.as_ref().map(|one| one.id);
    (office.agendas.len() > 1).then(|| {
        let tabs = office.agendas.iter().map(|one| {
            view! {
                <a href=href(&one.slug) aria-current=(Some(one.id) == current).then_some("page")>
                    {one.name.to_string()}
                </a>
            }
        });
        view! {
            <nav class="tabs whose" aria-label=t!(lang, "office-whose-agenda")>
                {tabs.collect_view()}
            </nav>
        }
    })
}
