//! A practitioner: her reasons, then the free slots of a week for one of them.

use backend::practices::PractitionerPage;
use domain::{links, practice::Slug, visit_reason::VisitReason};
use http::StatusCode;
use i18n::{lengths, t};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use crate::{
    components::{
        contact::{Contact, PhoneLink},
        frame::Frame,
        icon::Icon,
        notice::{Notice, Tone},
        page::page,
        slot_week::SlotWeek,
        steps::{Step, Steps},
    },
    fault::Fault,
    islands::slot_picker::{REGION, SlotPicker},
    request,
    week_words::{self, Week},
};

#[component]
pub fn Practitioner() -> impl IntoView {
    let slug = request::param("slug");
    let (reason, week) = (request::query("motif"), request::query("semaine"));
    page(async move {
        let lang = request::lang();
        let slug = slug.parse().map_err(|_| Fault::NotFound)?;
        let backend = request::backend()?;
        let found = backend.practitioner_page(&slug).await?;
        let reason = match (&reason, &found.reasons[..]) {
            (Some(reason), _) => match week_words::reason_named(&found, reason) {
                Some(reason) => Some(reason),
                None => return Ok(Either::Left(view! { <ReasonGone found /> })),
            },
            // With one reason there is nothing to choose.
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        let week = match reason {
            Some(reason) => {
                Some(week_words::week(&backend, &found, reason, week.as_deref(), lang).await?)
            }
            None => None,
        };
        let name = found.practitioner.name.as_str();
        let title = if week.is_some() {
            t!(lang, "slots-page-title", name = name)
        } else {
            name.to_owned()
        };
        let content = match (reason, week) {
            (Some(reason), Some(week)) => {
                EitherOf3::A(view! { <Slots found=found.clone() reason=reason.clone() week /> })
            }
            _ if found.reasons.is_empty() => {
                EitherOf3::B(view! { <NothingOnline found=found.clone() /> })
            }
            _ => EitherOf3::C(view! { <Reasons found=found.clone() /> }),
        };
        Ok(Either::Right(view! {
            <Frame title>
                <Head found />
                {content}
            </Frame>
        }))
    })
}

/// What an address asked for is not, or no longer, to be booked online here (404): the rest is.
#[component]
pub fn ReasonGone(found: PractitionerPage) -> impl IntoView {
    let lang = request::lang();
    request::answer_status(StatusCode::NOT_FOUND);
    let title = t!(lang, "reason-gone-title");
    let others = if found.reasons.is_empty() {
        Either::Left(view! { <NothingOnline found=found.clone() /> })
    } else {
        Either::Right(view! { <Reasons found=found.clone() /> })
    };
    let advice = (!found.reasons.is_empty()).then(|| {
        view! { <p>{t!(lang, "reason-gone-advice")}</p> }
    });
    view! {
        <Frame title=title.clone()>
            <Head found />
            <Notice tone=Tone::Warning is_answer=true title>
                {advice}
            </Notice>
            {others}
        </Frame>
    }
}

#[component]
fn Head(found: PractitionerPage) -> impl IntoView {
    let address = found
        .places
        .first()
        .map(|place| place.address.as_str().replace('\n', ", "));
    view! {
        <div class="page-head">
            <p class="crumb">
                <a href=links::practice(&found.practice.slug)>
                    <Icon name="left" />
                    {found.practice.name.to_string()}
                </a>
            </p>
            <h1>{found.practitioner.name.to_string()}</h1>
            <p class="lead">{found.practitioner.specialty.to_string()}</p>
            {address
                .map(|address| {
                    view! {
                        <p class="with-icon">
                            <Icon name="place" />
                            <span>{address}</span>
                        </p>
                    }
                })}
        </div>
    }
}

#[component]
fn Reasons(found: PractitionerPage) -> impl IntoView {
    let lang = request::lang();
    view! {
        <div class="with-aside">
            <section class="stack" aria-labelledby="reason-title">
                <Steps current=Step::Reason />
                <h2 id="reason-title">{t!(lang, "reasons-title")}</h2>
                <ReasonList found=found.clone() shown=None />
            </section>
            <aside class="stack" aria-label=t!(lang, "contact-label")>
                <Contact practice=found.practice places=found.places />
            </aside>
        </div>
    }
}

/// She can be booked by telephone only.
#[component]
fn NothingOnline(found: PractitionerPage) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="empty-state" aria-labelledby="nothing-title">
            <Icon name="calendar" />
            <h2 id="nothing-title">{t!(lang, "reasons-none-title")}</h2>
            <p>{t!(lang, "reasons-none-advice")}</p>
            <p class="actions">
                <PhoneLink phone=found.practice.phone class="button">
                    <Icon name="phone" />
                </PhoneLink>
            </p>
        </section>
    }
}

#[component]
fn Slots(found: PractitionerPage, reason: VisitReason, week: Week) -> impl IntoView {
    let lang = request::lang();
    let length = lengths::length(lang, reason.length);
    let choice = (found.reasons.len() > 1).then(|| {
        view! {
            <details class="reason-choice">
                <summary>{t!(lang, "slots-change-reason")}</summary>
                <ReasonList found shown=Some(reason.slug) />
            </details>
        }
    });
    view! {
        <Steps current=Step::Slot />
        <SlotPicker
            busy=t!(lang, "slots-busy")
            failed=t!(lang, "slots-failed")
            open_page=t!(lang, "slots-open-page")
        >
            <div class="stack loose" id=REGION>
                <div>
                    <p class="with-icon">
                        <Icon name="check" />
                        <span>
                            {t!(lang, "slots-reason")} " " <strong>{reason.name.to_string()}</strong>
                            ", " {length}
                        </span>
                    </p>
                    {choice}
                </div>
                <SlotWeek week title=t!(lang, "slots-title") />
            </div>
        </SlotPicker>
    }
}

/// The reasons as links to their slots.
#[component]
fn ReasonList(
    found: PractitionerPage,
    /// The one whose slots are shown.
    shown: Option<Slug>,
) -> impl IntoView {
    let lang = request::lang();
    let links = found.reasons.into_iter().map(|reason| {
        let is_shown = shown.as_ref() == Some(&reason.slug);
        view! {
            <li>
                <a
                    class="reason"
                    href=links::slots(&found.practitioner.slug, &reason.slug)
                    aria-current=is_shown.then_some("true")
                >
                    <span class="reason-name">{reason.name.to_string()}</span>
                    <span class="reason-length">{lengths::length(lang, reason.length)}</span>
                    <Icon name=if is_shown { "check" } else { "right" } />
                </a>
            </li>
        }
    });
    view! { <ul class="reason-list">{links.collect_view()}</ul> }
}
