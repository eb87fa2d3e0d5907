//! One visit, for the office: who comes and how to reach her, what became of it, calling it off.

use std::iter;

use backend::booking::VisitDetails;
use chrono::{DateTime, Utc};
use domain::{
    appointment::{Appointment, Mark},
    links, policy,
    practice::Practitioner,
};
use i18n::{Lang, dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use super::trail::VisitTrail;
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
        let trail = office.backend.trail_of_visit(&office.actor, id).await?;
        if found.practitioner.id != whose.id {
            return Err(Fault::NotFound);
        }
        let now = office.backend.now();
        let appointment = &found.visit.appointment;
        let zone = found.zone;
        let when = When::new(lang, appointment.interval.start(), &zone, &found.place.zone);
        let day = domain::zone::day(&zone, appointment.interval.start());
        let may_cancel = policy::may_cancel(&office.actor, appointment, &found.reason, now);
        let marks = marks(appointment, now);
        let status = appointment.status;
        let title = found.visit.patient.full_name();
        let zone_name = found.place.zone.clone();
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
                <Marks whose=whose.clone() found=found.clone() marks />
                {may_cancel.then(|| view! { <CancelForm whose found /> })}
                <VisitTrail lines=trail zone zone_name />
            </OfficeFrame>
        })
    })
}

#[component]
fn Facts(found: VisitDetails, when: When) -> impl IntoView {
    let lang = request::lang();
    let patient = found.visit.patient;
    let email = patient.email.map(|email| {
        let href = links::mailto(&email);
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

/// What can be written down now.
fn marks(appointment: &Appointment, now: DateTime<Utc>) -> Vec<Mark> {
    let is_offered = |mark: &Mark| policy::may_be_marked(appointment, *mark, now);
    Mark::ALL.into_iter().filter(is_offered).collect()
}

fn word(lang: Lang, mark: Mark) -> String {
    match mark {
        Mark::Arrived => t!(lang, "visit-mark-arrived"),
        Mark::Attended => t!(lang, "visit-mark-attended"),
        Mark::Missed => t!(lang, "visit-mark-missed"),
    }
}

/// What became of the visit.
#[component]
fn Marks(whose: Practitioner, found: VisitDetails, marks: Vec<Mark>) -> impl IntoView {
    let lang = request::lang();
    let id = found.visit.appointment.id.to_string();
    (!marks.is_empty()).then(|| {
        // The first is what comes next.
        let classes = iter::once("button").chain(iter::repeat("button secondary"));
        let buttons = marks.into_iter().zip(classes).map(|(mark, class)| {
            view! {
                <button class=class name="mark" value=mark.code()>
                    {word(lang, mark)}
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
