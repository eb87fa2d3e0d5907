//! The first run: a few questions open a practice. The address is the one-time link that the
//! program prints; once used, or wrong, it shows the neutral page.

use domain::holidays::HolidaySet;
use i18n::{Lang, dates, t, words};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        choice::{Choice, Choices, Select, TextArea},
        error_summary::ErrorSummary,
        field::Field,
        frame::Frame,
        icon::Icon,
        link_gone::page_of_set_up_link,
        zone_select::ZoneSelect,
    },
    fault::Fault,
    pages::office::Range,
    request,
};

#[component]
pub fn SetUp() -> impl IntoView {
    let token = request::param("token");
    page_of_set_up_link(async move {
        if !request::backend()?.setup_is_open(&token).await? {
            return Err(Fault::NotFound);
        }
        let lang = request::lang();
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <Frame title=t!(lang, "setup-title") width="narrow setup">
                <div class="page-head">
                    <h1>{t!(lang, "setup-title")}</h1>
                    <p class="lead">{t!(lang, "setup-lead")}</p>
                </div>
                <ErrorSummary fields=labels(lang) />
                <form class="form" method="post" action="/api/open_practice" novalidate>
                    <input type="hidden" name="token" value=token />
                    <Practice />
                    <Place />
                    <You />
                    <Reason />
                    <Hours />
                    <p class="actions">
                        <button class="button">
                            {t!(lang, "setup-submit")} <Icon name="right" />
                        </button>
                    </p>
                </form>
            </Frame>
        })
    })
}

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("practice_name", t!(lang, "practice-name")),
        ("phone", t!(lang, "practice-phone")),
        ("address", t!(lang, "contact-address")),
        ("town", t!(lang, "place-town")),
        ("zone", t!(lang, "place-zone")),
        ("practitioner", t!(lang, "setup-practitioner")),
        ("specialty", t!(lang, "setup-specialty")),
        ("email", t!(lang, "field-email")),
        ("password", t!(lang, "field-password")),
        ("reason", t!(lang, "setup-reason")),
        ("length", t!(lang, "reason-length")),
        ("weekday-0", t!(lang, "hours-weekdays")),
        ("from_1", t!(lang, "hours-ranges")),
        ("from_2", t!(lang, "hours-ranges")),
    ]
}

/// One question: a sheet with its title.
#[component]
fn Question(title: String, children: Children) -> impl IntoView {
    view! {
        <fieldset class="card">
            <legend class="fieldset-title">{title}</legend>
            {children()}
        </fieldset>
    }
}

#[component]
fn Practice() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Question title=t!(lang, "setup-practice-title")>
            <Field
                name="practice_name"
                label=t!(lang, "practice-name")
                hint=t!(lang, "setup-practice-hint")
                autocomplete="organization"
            />
            <Field
                name="phone"
                label=t!(lang, "practice-phone")
                kind="tel"
                autocomplete="tel"
                width="medium"
            />
        </Question>
    }
}

#[component]
fn Place() -> impl IntoView {
    let lang = request::lang();
    let sets = HolidaySet::ALL
        .into_iter()
        .map(|set| Choice::new(set.code(), words::holiday_set(lang, set)))
        .collect();
    view! {
        <Question title=t!(lang, "setup-place-title")>
            <TextArea name="address" label=t!(lang, "contact-address") hint=t!(lang, "place-address-hint") />
            <Field
                name="town"
                label=t!(lang, "place-town")
                hint=t!(lang, "place-town-hint")
                autocomplete="address-level2"
                width="medium"
            />
            <ZoneSelect value="Europe/Paris" />
            <Select
                name="holidays"
                label=t!(lang, "practice-holidays")
                choices=sets
                value=HolidaySet::France.code()
            />
        </Question>
    }
}

#[component]
fn You() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Question title=t!(lang, "setup-you-title")>
            <Field
                name="practitioner"
                label=t!(lang, "setup-practitioner")
                hint=t!(lang, "setup-practitioner-hint")
                autocomplete="name"
            />
            <Field
                name="specialty"
                label=t!(lang, "setup-specialty")
                hint=t!(lang, "setup-specialty-hint")
                autocomplete="organization-title"
            />
            <Field
                name="email"
                label=t!(lang, "field-email")
                hint=t!(lang, "setup-email-hint")
                kind="email"
                autocomplete="username"
            />
            <Field
                name="password"
                label=t!(lang, "field-password")
                hint=t!(lang, "account-password-hint")
                kind="password"
                autocomplete="new-password"
            />
        </Question>
    }
}

#[component]
fn Reason() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Question title=t!(lang, "setup-reason-title")>
            <Field
                name="reason"
                label=t!(lang, "setup-reason")
                hint=t!(lang, "setup-reason-hint")
                value=t!(lang, "setup-reason-usual")
            />
            <Field
                name="length"
                label=t!(lang, "reason-length")
                inputmode="numeric"
                width="short"
                value="20"
            />
        </Question>
    }
}

#[component]
fn Hours() -> impl IntoView {
    let lang = request::lang();
    let weekdays = dates::week(lang)
        .enumerate()
        .map(|(number, name)| Choice::new(number.to_string(), name))
        .collect();
    let usual = (0..5).map(|day| day.to_string()).collect();
    view! {
        <Question title=t!(lang, "setup-hours-title")>
            <Choices
                name="weekdays[]"
                id="weekday"
                legend=t!(lang, "hours-weekdays")
                choices=weekdays
                chosen=usual
                several=true
                inline=true
            />
            <fieldset class="field">
                <legend>{t!(lang, "hours-ranges")}</legend>
                <p class="hint">{t!(lang, "setup-hours-hint")}</p>
                <Range from="from_1" to="to_1" number=1 usual=("09:00", "12:00") />
                <Range from="from_2" to="to_2" number=2 usual=("14:00", "18:00") />
            </fieldset>
        </Question>
    }
}
