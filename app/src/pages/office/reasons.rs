//! A practitioner's reasons: the list, and the form for one of them.

use backend::office::seen::Seen;
use domain::{
    links,
    practice::Practitioner,
    visit_reason::{Audience, BirthDateAsked, Minutes, VisitReason},
};
use i18n::{Lang, lengths, t, words};
use leptos::{either::Either, prelude::*};
use leptos_meta::Meta;

use crate::{
    components::{
        choice::{Choice, Choices, TextArea},
        error_summary::ErrorSummary,
        field::Field,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
        seen::SeenField,
    },
    fault::Fault,
    request,
};

#[component]
pub fn OfficeReasons() -> impl IntoView {
    let slug = request::param("slug");
    let (edited, new) = (request::query("motif"), request::query("nouveau").is_some());
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let reasons = office.backend.reasons(&office.actor, whose.id).await?;
        let edited = match edited {
            Some(edited) => {
                let known = reasons.iter().find(|reason| reason.slug.as_str() == edited);
                Some(known.cloned().ok_or(Fault::NotFound)?)
            }
            None => None,
        };
        let title = t!(lang, "reasons-office-title", name = whose.name.as_str());
        let content = if new || edited.is_some() {
            Either::Left(view! { <ReasonForm whose edited /> })
        } else {
            Either::Right(view! { <List whose reasons /> })
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Reasons title=t!(lang, "office-nav-reasons")>
                <div class="page-head">
                    <h1>{title}</h1>
                    <WhoseAgenda office href=links::office_reasons />
                </div>
                <ErrorSummary fields=labels(lang) />
                {content}
            </OfficeFrame>
        })
    })
}

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("name", t!(lang, "reason-name")),
        ("length", t!(lang, "reason-length")),
        ("step", t!(lang, "reason-step")),
        ("buffer_before", t!(lang, "reason-buffer-before")),
        ("buffer_after", t!(lang, "reason-buffer-after")),
        ("min_notice", t!(lang, "reason-min-notice")),
        ("horizon", t!(lang, "reason-horizon")),
        ("cancel_deadline", t!(lang, "reason-cancel-deadline")),
        ("instructions", t!(lang, "reason-instructions")),
    ]
}

#[component]
fn List(whose: Practitioner, reasons: Vec<VisitReason>) -> impl IntoView {
    let lang = request::lang();
    let new = links::office_reason(&whose.slug, None);
    if reasons.is_empty() {
        return view! {
            <section class="empty-state">
                <Icon name="calendar" />
                <h2>{t!(lang, "reasons-office-empty-title")}</h2>
                <p>{t!(lang, "reasons-office-empty")}</p>
                <p class="actions">
                    <a class="button" href=new>
                        {t!(lang, "reason-new")}
                    </a>
                </p>
            </section>
        }
        .into_any();
    }
    let rows = reasons.into_iter().map(|reason| {
        let edit = links::office_reason(&whose.slug, Some(&reason.slug));
        let archive = t!(lang, "reason-archive-label", name = reason.name.as_str());
        view! {
            <tr>
                <th scope="row">
                    <a href=edit>{reason.name.to_string()}</a>
                </th>
                <td data-label=t!(lang, "reason-length-short")>
                    {lengths::length(lang, reason.length)}
                </td>
                <td data-label=t!(
                    lang, "reason-audience"
                )>{words::audience(lang, reason.audience)}</td>
                <td class="row-actions">
                    <form method="post" action="/api/archive_reason">
                        <input
                            type="hidden"
                            name="practitioner"
                            value=whose.slug.to_string()
                        />
                        <input type="hidden" name="reason" value=reason.slug.to_string() />
                        <button class="button quiet" aria-label=archive>
                            <Icon name="trash" />
                            {t!(lang, "reason-archive")}
                        </button>
                    </form>
                </td>
            </tr>
        }
    });
    view! {
        <p class="actions">
            <a class="button" href=new>
                <Icon name="plus" />
                {t!(lang, "reason-new")}
            </a>
        </p>
        <table class="data-table">
            <thead>
                <tr>
                    <th scope="col">{t!(lang, "field-reason")}</th>
                    <th scope="col">{t!(lang, "reason-length-short")}</th>
                    <th scope="col">{t!(lang, "reason-audience")}</th>
                    <th scope="col">
                        <span class="visually-hidden">{t!(lang, "column-actions")}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// What the fields of a new reason hold: what most practices want.
#[derive(Clone, Debug)]
struct Values {
    slug: String,
    name: String,
    length: String,
    step: String,
    buffer_before: String,
    buffer_after: String,
    min_notice: String,
    horizon: String,
    cancel_deadline: String,
    audience: &'static str,
    birth_date: bool,
    instructions: String,
}

impl Values {
    fn of(reason: Option<&VisitReason>) -> Self {
        let number = |minutes: Minutes, unit: i32| (minutes.get() / unit).to_string();
        match reason {
            Some(reason) => Self {
                slug: reason.slug.to_string(),
                name: reason.name.to_string(),
                length: number(reason.length, 1),
                step: number(reason.step, 1),
                buffer_before: number(reason.buffer_before, 1),
                buffer_after: number(reason.buffer_after, 1),
                min_notice: number(reason.min_notice, 60),
                horizon: number(reason.horizon, 24 * 60),
                cancel_deadline: number(reason.cancel_deadline, 60),
                audience: match reason.audience {
                    Audience::Everyone => "everyone",
                    Audience::StaffOnly => "staff_only",
                },
                birth_date: reason.birth_date == BirthDateAsked::Yes,
                instructions: reason.instructions.to_string(),
            },
            None => Self {
                slug: String::new(),
                name: String::new(),
                length: "20".to_owned(),
                step: "20".to_owned(),
                buffer_before: "0".to_owned(),
                buffer_after: "0".to_owned(),
                min_notice: "2".to_owned(),
                horizon: "60".to_owned(),
                cancel_deadline: "24".to_owned(),
                audience: "everyone",
                birth_date: false,
                instructions: String::new(),
            },
        }
    }
}

#[component]
fn ReasonForm(whose: Practitioner, edited: Option<VisitReason>) -> impl IntoView {
    let lang = request::lang();
    let values = Values::of(edited.as_ref());
    let title = match &edited {
        Some(reason) => reason.name.to_string(),
        None => t!(lang, "reason-new"),
    };
    let audiences = [Audience::Everyone, Audience::StaffOnly].map(|audience| {
        let code = match audience {
            Audience::Everyone => "everyone",
            Audience::StaffOnly => "staff_only",
        };
        Choice::new(code, words::audience(lang, audience))
    });
    let birth_date = Choice::new("yes", t!(lang, "reason-birth-date"))
        .with_hint(t!(lang, "reason-birth-date-hint"));
    let back = links::office_reasons(&whose.slug);
    view! {
        <section class="stack loose" aria-labelledby="form-title">
            <h2 id="form-title">{title}</h2>
            <form class="form" method="post" action="/api/save_reason" novalidate>
                <input type="hidden" name="practitioner" value=whose.slug.to_string() />
                <input type="hidden" name="reason" value=values.slug />
                <SeenField thing=edited.as_ref().map(Seen::of) />
                <Field
                    name="name"
                    label=t!(lang, "reason-name")
                    hint=t!(lang, "reason-name-hint")
                    value=values.name
                />
                <fieldset class="card">
                    <legend class="fieldset-title">{t!(lang, "reason-length-title")}</legend>
                    <div class="field-row">
                        <NumberField
                            name="length"
                            label=t!(lang, "reason-length")
                            value=values.length
                        />
                        <NumberField name="step" label=t!(lang, "reason-step") value=values.step />
                        <NumberField
                            name="buffer_before"
                            label=t!(lang, "reason-buffer-before")
                            value=values.buffer_before
                        />
                        <NumberField
                            name="buffer_after"
                            label=t!(lang, "reason-buffer-after")
                            value=values.buffer_after
                        />
                    </div>
                </fieldset>
                <fieldset class="card">
                    <legend class="fieldset-title">{t!(lang, "reason-delays-title")}</legend>
                    <Choices
                        name="audience"
                        id="audience"
                        legend=t!(lang, "reason-audience")
                        choices=audiences.to_vec()
                        chosen=vec![values.audience.to_owned()]
                    />
                    <NumberField
                        name="min_notice"
                        label=t!(lang, "reason-min-notice")
                        hint=t!(lang, "reason-min-notice-hint")
                        value=values.min_notice
                    />
                    <NumberField
                        name="horizon"
                        label=t!(lang, "reason-horizon")
                        value=values.horizon
                    />
                    <NumberField
                        name="cancel_deadline"
                        label=t!(lang, "reason-cancel-deadline")
                        hint=t!(lang, "reason-cancel-deadline-hint")
                        value=values.cancel_deadline
                    />
                </fieldset>
                <Choices
                    name="birth_date"
                    id="birth_date"
                    legend=t!(lang, "reason-asked")
                    choices=vec![birth_date]
                    chosen=values.birth_date.then(|| "yes".to_owned()).into_iter().collect()
                    several=true
                />
                <TextArea
                    name="instructions"
                    label=t!(lang, "reason-instructions")
                    hint=t!(lang, "reason-instructions-hint")
                    value=values.instructions
                    may_be_empty=true
                />
                <p class="actions">
                    <button class="button">{t!(lang, "button-save")}</button>
                    <a class="button secondary" href=back>
                        {t!(lang, "button-cancel")}
                    </a>
                </p>
            </form>
        </section>
    }
}

/// A short whole number.
#[component]
fn NumberField(
    name: &'static str,
    label: String,
    value: String,
    #[prop(optional)] hint: String,
) -> impl IntoView {
    view! { <Field name label value hint inputmode="numeric" width="short" /> }
}
