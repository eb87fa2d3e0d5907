//! One visit behind its link: when, where, what to bring, and calling it off.

use backend::booking::VisitDetails;
use domain::{
    access::Actor,
    appointment::{CancelledBy, Status},
    links, policy,
};
use i18n::{Lang, dates, t};
use leptos::{either::EitherOf4, prelude::*};

use crate::{
    components::{
        badge::StatusBadge,
        contact::PhoneLink,
        frame::Frame,
        icon::Icon,
        instructions::Instructions,
        link_gone::page_of_link,
        notice::{Notice, Tone},
        visit_summary::VisitSummary,
        when::When,
    },
    forms, request,
};

#[component]
pub fn Visit() -> impl IntoView {
    let token = request::param("token");
    let is_new = request::query("nouveau").is_some();
    page_of_link(async move {
        let lang = request::lang();
        let backend = request::backend()?;
        let found = backend.visit(&token).await?;
        let standing = Standing::of(&found, backend.now());
        let when = words(lang, &found);
        let is_new = is_new && standing != Standing::Cancelled;
        let heading = match standing {
            Standing::Cancelled => t!(lang, "visit-cancelled-title"),
            Standing::Open | Standing::Late | Standing::Past if is_new => {
                t!(lang, "visit-new-title")
            }
            Standing::Open | Standing::Late | Standing::Past => {
                t!(lang, "visit-title", day = &when.day)
            }
        };
        let status = found.visit.appointment.status;
        let cancelled = standing == Standing::Cancelled;
        let has_email = found.visit.patient.email.is_some();
        let summary = view! {
            <VisitSummary
                when
                reason=found.reason.clone()
                length=found.length()
                practitioner=found.practitioner.clone()
                practice=found.practice.clone()
                place=Some(found.place.clone())
                title=t!(lang, "visit-when-and-where")
                cancelled
            />
        };
        // Whoever has the link reads this page, and this line by adding to its address.
        let lead = (is_new && has_email)
            .then(|| view! { <p class="lead">{t!(lang, "visit-new-lead")}</p> });
        let message = forms::state().message(lang);
        let instructions = found.reason.instructions.clone();
        let link = links::visit(&token);
        let link = is_new.then(|| view! { <KeepLink link /> });
        Ok(view! {
            <Frame title=heading.clone()>
                <div class="page-head">
                    {is_new
                        .then(|| {
                            view! {
                                <p>
                                    <StatusBadge status />
                                </p>
                            }
                        })}
                    <h1>{heading}</h1>
                    {lead}
                </div>
                <div class="with-aside aside-first">
                    {summary}
                    <div class="stack loose">
                        {match standing {
                            Standing::Cancelled => {
                                EitherOf4::A(view! { <Cancelled found=found.clone() /> })
                            }
                            Standing::Late => {
                                EitherOf4::B(
                                    view! {
                                        <AddToCalendar token=token.clone() />
                                        <Instructions text=instructions />
                                        <TooLate found=found.clone() was_tried=message.is_some() />
                                    },
                                )
                            }
                            Standing::Open => {
                                EitherOf4::C(
                                    view! {
                                        <AddToCalendar token=token.clone() />
                                        <Instructions text=instructions />
                                        <MayCancel found=found.clone() token=token.clone() />
                                    },
                                )
                            }
                            Standing::Past => {
                                EitherOf4::D(view! { <Instructions text=instructions /> })
                            }
                        }}
                        {link}
                    </div>
                </div>
            </Frame>
        })
    })
}

/// What can be done with the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It stands, and can be called off.
    Open,
    /// It stands; the deadline has passed.
    Late,
    /// It was called off.
    Cancelled,
    /// The patient is there, or was awaited.
    Past,
}

impl Standing {
    fn of(found: &VisitDetails, now: chrono::DateTime<chrono::Utc>) -> Self {
        let appointment = &found.visit.appointment;
        match appointment.status {
            Status::Booked
                if policy::may_cancel(&Actor::VisitHolder, appointment, &found.reason, now) =>
            {
                Self::Open
            }
            Status::Booked => Self::Late,
            Status::Cancelled { .. } => Self::Cancelled,
            Status::Held { .. }
            | Status::Expired
            | Status::Arrived
            | Status::Attended
            | Status::Missed => Self::Past,
        }
    }
}

fn cancelled_by(status: Status) -> Option<CancelledBy> {
    if let Status::Cancelled { by } = status {
        Some(by)
    } else {
        None
    }
}

/// When the visit is, in words.
pub(super) fn words(lang: Lang, found: &VisitDetails) -> When {
    let start = found.visit.appointment.interval.start();
    When::new(lang, start, &found.zone, &found.place.zone)
}

/// The last moment to call it off, in words.
fn deadline(lang: Lang, found: &VisitDetails) -> String {
    dates::instant(lang, found.cancel_deadline(), &found.zone)
}

#[component]
fn AddToCalendar(token: String) -> impl IntoView {
    view! {
        <p class="actions">
            <a class="button" href=links::visit_file(&token)>
                <Icon name="calendar" />
                {t!(request::lang(), "visit-add-to-calendar")}
            </a>
        </p>
    }
}

#[component]
fn MayCancel(found: VisitDetails, token: String) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="stack" aria-labelledby="cancel-title">
            <h2 id="cancel-title">{t!(lang, "visit-cancel-title")}</h2>
            <p>{t!(lang, "visit-cancel-until", when = deadline(lang, &found))}</p>
            <p class="actions">
                <a class="button danger secondary" href=links::cancel(&token)>
                    {t!(lang, "visit-cancel-link")}
                </a>
            </p>
        </section>
    }
}

#[component]
fn TooLate(
    found: VisitDetails,
    /// Whether somebody has just tried.
    was_tried: bool,
) -> impl IntoView {
    let lang = request::lang();
    let tone = if was_tried { Tone::Warning } else { Tone::Info };
    view! {
        <Notice tone title=t!(lang, "cancel-too-late-title") is_answer=was_tried>
            <p>{t!(lang, "cancel-too-late-advice", when = deadline(lang, &found))}</p>
            <p class="actions">
                <PhoneLink phone=found.practice.phone class="button">
                    <Icon name="phone" />
                </PhoneLink>
            </p>
        </Notice>
    }
}

#[component]
fn Cancelled(found: VisitDetails) -> impl IntoView {
    let lang = request::lang();
    let advice = match cancelled_by(found.visit.appointment.status) {
        Some(CancelledBy::Practice) => t!(lang, "visit-cancelled-by-practice"),
        Some(CancelledBy::Patient) | None => t!(lang, "visit-cancelled-by-patient"),
    };
    view! {
        <Notice tone=Tone::Success is_answer=true>
            <p>{advice}</p>
        </Notice>
        <p class="actions">
            <a class="button" href=links::practitioner(&found.practitioner.slug)>
                {t!(lang, "visit-book-again")}
            </a>
        </p>
    }
}

/// The link, to be kept by whoever has no mail at hand.
#[component]
fn KeepLink(link: String) -> impl IntoView {
    let lang = request::lang();
    let whole = request::absolute(&link);
    view! {
        <section class="stack" aria-labelledby="link-title">
            <h2 id="link-title">{t!(lang, "visit-link-title")}</h2>
            <p>{t!(lang, "visit-link-advice")}</p>
            <p class="visit-link">
                <a href=link>{whole}</a>
            </p>
        </section>
    }
}
