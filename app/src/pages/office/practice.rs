//! The practice itself, for its owner: name, telephone, holidays, places.

use backend::office::seen::Seen;
use domain::{
    holidays::HolidaySet,
    links,
    practice::{Place, Practice},
};
use i18n::{Lang, dates, t, words};
use leptos::{either::Either, prelude::*};
use leptos_meta::Meta;

use crate::{
    api::office::places::{HOURS_MOVE, HOURS_MOVE_BOX},
    components::{
        choice::{Choice, Choices, Select, TextArea},
        error_summary::ErrorSummary,
        field::Field,
        icon::Icon,
        lines::Lines,
        office_frame::{Office, OfficeFrame, Room},
        page::page,
        seen::SeenField,
        zone_select::ZoneSelect,
    },
    fault::Fault,
    forms, request,
};

#[component]
pub fn OfficePractice() -> impl IntoView {
    let (edited, new) = (
        request::query("lieu"),
        request::query("nouveau-lieu").is_some(),
    );
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        office.backend.manager(&office.actor).await?;
        let practice = office.backend.own_practice(&office.actor).await?;
        let places = office.backend.places(&office.actor).await?;
        let edited = match edited {
            Some(edited) => {
                let id = edited.parse().map_err(|_| Fault::NotFound)?;
                Some(office.backend.place(&office.actor, id).await?)
            }
            None => None,
        };
        let zone = places
            .first()
            .map(|place| place.zone.to_string())
            .unwrap_or_default();
        let content = if new || edited.is_some() {
            Either::Left(view! { <PlaceForm edited zone /> })
        } else {
            Either::Right(view! {
                <PracticeForm practice=practice.clone() />
                <Places places />
            })
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::Practice title=t!(lang, "office-nav-practice")>
                <h1>{practice.name.to_string()}</h1>
                <ErrorSummary fields=labels(lang) />
                {content}
            </OfficeFrame>
        })
    })
}

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("name", t!(lang, "practice-name")),
        ("phone", t!(lang, "practice-phone")),
        ("email", t!(lang, "practice-email")),
        ("place_name", t!(lang, "place-name")),
        ("address", t!(lang, "contact-address")),
        ("town", t!(lang, "place-town")),
        ("zone", t!(lang, "place-zone")),
        (HOURS_MOVE_BOX, t!(lang, "place-hours")),
    ]
}

#[component]
fn PracticeForm(practice: Practice) -> impl IntoView {
    let lang = request::lang();
    let sets = HolidaySet::ALL
        .into_iter()
        .map(|set| Choice::new(set.code(), words::holiday_set(lang, set)))
        .collect();
    view! {
        <form class="form" method="post" action="/api/save_practice" novalidate>
            <SeenField thing=Some(Seen::of(&practice)) />
            <Field
                name="name"
                label=t!(lang, "practice-name")
                value=practice.name.to_string()
                autocomplete="organization"
            />
            <Field
                name="phone"
                label=t!(lang, "practice-phone")
                kind="tel"
                value=practice.phone.in_words()
                width="medium"
            />
            <Field
                name="email"
                label=t!(lang, "practice-email")
                hint=t!(lang, "practice-email-hint")
                kind="email"
                value=practice.email.map(|email| email.to_string()).unwrap_or_default()
                may_be_empty=true
            />
            <Select
                name="holidays"
                label=t!(lang, "practice-holidays")
                hint=t!(lang, "practice-holidays-hint")
                choices=sets
                value=practice.holidays.code().to_owned()
            />
            <p class="actions">
                <button class="button">{t!(lang, "button-save")}</button>
                <a href=links::practice(&practice.slug)>{t!(lang, "practice-see-public")}</a>
            </p>
        </form>
    }
}

#[component]
fn Places(places: Vec<Place>) -> impl IntoView {
    let lang = request::lang();
    let cards = places.into_iter().map(|place| {
        let zone = dates::zone_name(lang, &place.zone);
        view! {
            <li class="card stack">
                <h3>
                    <a href=links::office_place(Some(place.id))>{place.name.to_string()}</a>
                </h3>
                <p>
                    <Lines text=place.address.to_string() />
                </p>
                <p class="hint">{zone}</p>
            </li>
        }
    });
    view! {
        <section class="stack" aria-labelledby="places-title">
            <h2 id="places-title">{t!(lang, "places-title")}</h2>
            <ul class="card-list">{cards.collect_view()}</ul>
            <p class="actions">
                <a class="button secondary" href=links::office_place(None)>
                    <Icon name="plus" />
                    {t!(lang, "place-new")}
                </a>
            </p>
        </section>
    }
}

/// Asked where a zone is to change while hours are published.
#[component]
fn HoursMove() -> impl IntoView {
    let lang = request::lang();
    let agreed = Choice::new("yes", t!(lang, "place-hours-move"));
    view! {
        <Choices
            name=HOURS_MOVE
            id=HOURS_MOVE
            legend=t!(lang, "place-hours")
            choices=vec![agreed]
            several=true
        />
    }
}

#[component]
fn PlaceForm(
    edited: Option<Place>,
    /// What a new place starts with.
    zone: String,
) -> impl IntoView {
    let lang = request::lang();
    let title = match &edited {
        Some(place) => place.name.to_string(),
        None => t!(lang, "place-new"),
    };
    let id = edited
        .as_ref()
        .map(|place| place.id.to_string())
        .unwrap_or_default();
    let of = |get: fn(&Place) -> String| edited.as_ref().map(get).unwrap_or_default();
    let zone = edited.as_ref().map_or(zone, |place| place.zone.to_string());
    let state = forms::state();
    let asks_of_hours = state.error(HOURS_MOVE_BOX).is_some() || state.is_chosen(HOURS_MOVE, "yes");
    view! {
        <section class="stack loose" aria-labelledby="place-title">
            <h2 id="place-title">{title}</h2>
            <form class="form" method="post" action="/api/save_place" novalidate>
                <input type="hidden" name="place" value=id />
                <SeenField thing=edited.as_ref().map(Seen::of) />
                <Field
                    name="place_name"
                    label=t!(lang, "place-name")
                    value=of(|place| place.name.to_string())
                />
                <TextArea
                    name="address"
                    label=t!(lang, "contact-address")
                    hint=t!(lang, "place-address-hint")
                    value=of(|place| place.address.to_string())
                />
                <Field
                    name="town"
                    label=t!(lang, "place-town")
                    hint=t!(lang, "place-town-hint")
                    value=of(|place| place.town.to_string())
                    width="medium"
                />
                <ZoneSelect value=zone />
                {asks_of_hours.then(|| view! { <HoursMove /> })}
                <p class="actions">
                    <button class="button">{t!(lang, "button-save")}</button>
                    <a class="button secondary" href=links::OFFICE_PRACTICE>
                        {t!(lang, "button-cancel")}
                    </a>
                </p>
            </form>
        </section>
    }
}
