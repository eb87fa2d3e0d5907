//! One visit, for the office: who comes and how to reach her, what became of it, calling it off.

use backend::booking::VisitDetails;
use domain::{appointment::Status, links, policy, practice::Practitioner};
use i18n::{dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        badge::StatusBadge,
        contact::PhoneLink,
        error_summary::ErrorSummary,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room},
        page::page,
        when::When,
    },
    fault::Fault,
    request,
};

#[component]
pub fn OfficeVisit() -> impl IntoView {
    let (slug, id) = (request::param("slug"), request::param("id"));
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let id = id.parse().map_err(|_| Fault::NotFound)?;
        let found = office.backend.visit_for_staff(&office.actor, id).await?;
        if found.practitioner.id != whose.id {
            return Err(Fault::NotFound);
        }
        let now = office.backend.now();
        let appointment = &found.visit.appointment;
        let zone = found.zone;
        let when = When::new(lang, appointment.interval.start(), &zone, &found.place.zone);
        let day = domain::zone::day(&zone, appointment.interval.start());
        let may_cancel = policy::may_cancel(&office.actor, appointment, &found.reason, now);
        let begun = now >= appointment.interval.start();
        let status = appointment.status;
        let title = found.visit.patient.full_name();
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Agenda title=title.clone() width="narrow">
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::agenda_day(&whose.slug, day)>
                            <Icon name="left" />
                            {t!(lang, "visit-back-to-day")}
                        </a>
                    </p>
                    <h1>{title}</h1>
                    <p>
                        <StatusBadge status />
                    </p>
                </div>
                <ErrorSummary fields=vec![] />
                <Facts found=found.clone() when />
                <Marks whose=whose.clone() found=found.clone() begun />
                {may_cancel.then(|| view! { <CancelForm whose found /> })}
            </OfficeFrame>
        })
    })
}

#[component]
fn Facts(found: VisitDetails, when: When) -> impl IntoView {
    let lang = request::lang();
    let patient = found.visit.patient;
    let email = patient.email.map(|email| {
        let href = format!("mailto:{email}");
        view! {
            <div>
                <dt>{t!(lang, "field-email")}</dt>
                <dd>
                    <a href=href>{email.to_string()}</a>
                </dd>
            </div>
        }
    });
    let birth_date = patient.birth_date.map(|day| {
        view! {
            <div>
                <dt>{t!(lang, "field-birth-date")}</dt>
                <dd>{dates::day_of_month_and_year(lang, day.day())}</dd>
            </div>
        }
    });
    view! {
        <section class="card">
            <dl class="facts">
                <div>
                    <dt>{t!(lang, "field-hour")}</dt>
                    <dd>
                        <time datetime=when.machine>{when.day_and_hour}</time>
                    </dd>
                </div>
                <div>
                    <dt>{t!(lang, "field-reason")}</dt>
                    <dd>{found.reason.name.to_string()}</dd>
                </div>
                <div>
                    <dt>{t!(lang, "field-place")}</dt>
                    <dd>{found.place.name.to_string()}</dd>
                </div>
                <div>
                    <dt>{t!(lang, "field-phone")}</dt>
                    <dd>
                        <PhoneLink phone=patient.phone />
                    </dd>
                </div>
                {email}
                {birth_date}
            </dl>
        </section>
    }
}

/// What became of the visit; only what its status allows.
#[component]
fn Marks(whose: Practitioner, found: VisitDetails, begun: bool) -> impl IntoView {
    let lang = request::lang();
    let id = found.visit.appointment.id.to_string();
    let marks = match found.visit.appointment.status {
        Status::Booked if begun => vec![
            ("arrived", "button", t!(lang, "visit-mark-arrived")),
            (
                "attended",
                "button secondary",
                t!(lang, "visit-mark-attended"),
            ),
            ("missed", "button secondary", t!(lang, "visit-mark-missed")),
        ],
        Status::Booked => vec![("arrived", "button", t!(lang, "visit-mark-arrived"))],
        Status::Arrived => vec![("attended", "button", t!(lang, "visit-mark-attended"))],
        Status::Held { .. }
        | Status::Expired
        | Status::Attended
        | Status::Missed
        | Status::Cancelled { .. } => Vec::new(),
    };
    (!marks.is_empty()).then(|| {
        let buttons = marks.into_iter().map(|(mark, class, word)| {
            view! {
                <button class=class name="mark" value=mark>
                    {word}
                </button>
            }
        });
        view! {
            <form class="actions" method="post" action="/api/mark_visit">
                <input type="hidden" name="practitioner" value=whose.slug.to_string() />
                <input type="hidden" name="visit" value=id />
                {buttons.collect_view()}
            </form>
        }
    })
}

/// Calling it off takes two steps: opening this, and pressing the button in it.
#[component]
fn CancelForm(whose: Practitioner, found: VisitDetails) -> impl IntoView {
    let lang = request::lang();
    let told = if found.visit.patient.email.is_some() {
        t!(lang, "visit-cancel-mail")
    } else {
        t!(lang, "visit-cancel-phone")
    };
    view! {
        <details class="card">
            <summary>{t!(lang, "visit-cancel-open")}</summary>
            <form class="stack" method="post" action="/api/cancel_by_practice">
                <input type="hidden" name="practitioner" value=whose.slug.to_string() />
                <input
                    type="hidden"
                    name="visit"
                    value=found.visit.appointment.id.to_string()
                />
                <p>{told}</p>
                <p class="actions">
                    <button class="button danger">{t!(lang, "visit-cancel")}</button>
                </p>
            </form>
        </details>
    }
}
