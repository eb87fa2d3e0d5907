//! The form that publishes opening hours: some weekdays, or one day. Which fields belong to
//! which is said by groups; the style sheet folds the one that was not chosen, if it can.

use chrono::NaiveDate;
use domain::{
    practice::{Place, Practitioner},
    visit_reason::VisitReason,
};
use i18n::{Lang, dates, t};
use leptos::prelude::*;

use crate::{
    components::{
        choice::{Choice, Choices, Select},
        field::{Field, FieldError, error_id},
    },
    forms, request,
};

/// Name and label of each field that can be wrong, in their order.
pub(super) fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("weekday-0", t!(lang, "hours-weekdays")),
        ("first", t!(lang, "hours-first")),
        ("until", t!(lang, "hours-until")),
        ("every", t!(lang, "hours-every")),
        ("day", t!(lang, "hours-day")),
        ("from_1", t!(lang, "hours-ranges")),
        ("from_2", t!(lang, "hours-ranges")),
        ("from_3", t!(lang, "hours-ranges")),
    ]
}

#[component]
pub fn Publish(
    whose: Practitioner,
    places: Vec<Place>,
    reasons: Vec<VisitReason>,
    /// Where the dates of the form start.
    today: NaiveDate,
) -> impl IntoView {
    let lang = request::lang();
    let kinds = vec![
        Choice::new("weekly", t!(lang, "hours-weekly")),
        Choice::new("once", t!(lang, "hours-once")),
    ];
    let places = places
        .into_iter()
        .map(|place| Choice::new(place.id.to_string(), place.name))
        .collect::<Vec<_>>();
    let several_reasons = reasons.len() > 1;
    let reasons = reasons
        .into_iter()
        .map(|reason| Choice::new(reason.id.to_string(), reason.name))
        .collect();
    view! {
        <section class="stack loose" aria-labelledby="publish-title">
            <h2 id="publish-title">{t!(lang, "hours-publish-title")}</h2>
            <form class="form hours-form" method="post" action="/api/publish_hours" novalidate>
                <input type="hidden" name="practitioner" value=whose.slug.to_string() />
                <Choices
                    name="kind"
                    id="kind"
                    legend=t!(lang, "hours-kind")
                    choices=kinds
                    chosen=vec!["weekly".to_owned()]
                    inline=true
                />
                <Weekly today />
                <Once />
                <Ranges />
                <Select name="place" label=t!(lang, "field-place") choices=places />
                {several_reasons
                    .then(|| {
                        view! {
                            <Choices
                                name="reasons[]"
                                id="reasons"
                                legend=t!(lang, "hours-reasons")
                                choices=reasons
                                several=true
                                hint=t!(lang, "hours-reasons-hint")
                            />
                        }
                    })}
                <p class="actions">
                    <button class="button">{t!(lang, "hours-publish")}</button>
                </p>
            </form>
        </section>
    }
}

/// The fields of what recurs.
#[component]
fn Weekly(today: NaiveDate) -> impl IntoView {
    let lang = request::lang();
    let weekdays = dates::week(lang)
        .enumerate()
        .map(|(number, name)| Choice::new(number.to_string(), name))
        .collect();
    view! {
        <fieldset class="card when-weekly">
            <legend class="fieldset-title">{t!(lang, "hours-weekly")}</legend>
            <Choices
                name="weekdays[]"
                id="weekday"
                legend=t!(lang, "hours-weekdays")
                choices=weekdays
                several=true
                inline=true
            />
            <div class="field-row">
                <Field
                    name="first"
                    label=t!(lang, "hours-first")
                    kind="date"
                    value=today.to_string()
                />
                <Field name="until" label=t!(lang, "hours-until") kind="date" may_be_empty=true />
            </div>
            <Field
                name="every"
                label=t!(lang, "hours-every")
                hint=t!(lang, "hours-every-hint")
                inputmode="numeric"
                value="1"
                width="short"
            />
        </fieldset>
    }
}

/// The field of a single day.
#[component]
fn Once() -> impl IntoView {
    let lang = request::lang();
    view! {
        <fieldset class="card when-once">
            <legend class="fieldset-title">{t!(lang, "hours-once")}</legend>
            <Field name="day" label=t!(lang, "hours-day") kind="date" width="medium" />
        </fieldset>
    }
}

#[component]
fn Ranges() -> impl IntoView {
    let lang = request::lang();
    view! {
        <fieldset class="field">
            <legend>{t!(lang, "hours-ranges")}</legend>
            <p class="hint">{t!(lang, "hours-ranges-hint")}</p>
            <Range from="from_1" to="to_1" number=1 usual=("09:00", "12:00") />
            <Range from="from_2" to="to_2" number=2 />
            <Range from="from_3" to="to_3" number=3 />
        </fieldset>
    }
}

/// From one hour to another.
#[component]
pub fn Range(
    from: &'static str,
    to: &'static str,
    /// From 1; said to those who do not see the others.
    number: u8,
    #[prop(optional)] usual: (&'static str, &'static str),
) -> impl IntoView {
    let lang = request::lang();
    let state = forms::state();
    let wrong = state.error(from).is_some();
    let described = wrong.then(|| error_id(from));
    let input = move |name: &'static str, usual: &str| {
        view! {
            <input
                class="input"
                type="time"
                id=name
                name=name
                value=state.value_or(name, usual.to_owned())
                aria-describedby=described.clone()
                aria-invalid=wrong.then_some("true")
            />
        }
    };
    let label = move |name: &'static str, word: String| {
        view! {
            <label for=name>
                {word} " "
                <span class="visually-hidden">
                    {t!(lang, "hours-range-number", number = number)}
                </span>
            </label>
        }
    };
    view! {
        <FieldError name=from />
        <p class="range-row">
            {label(from, t!(lang, "hours-from"))} {input(from, usual.0)}
            {label(to, t!(lang, "hours-to"))} {input(to, usual.1)}
        </p>
    }
}
