//! A held slot that waits for its code; or what became of it.

use backend::booking::{MOST_CODES_SENT, VisitDetails};
use chrono::{DateTime, Utc};
use domain::{appointment::Status, booking::MOST_WRONG_CODES, links};
use http::StatusCode;
use i18n::{dates, t};
use leptos::{either::EitherOf4, prelude::*};

use crate::{
    components::{
        contact::PhoneLink,
        error_summary::ErrorSummary,
        field::{FieldError, described_by, error_id},
        frame::Frame,
        icon::Icon,
        link_gone::page_of_link,
        notice::{Notice, Tone},
        steps::{Step, Steps},
        visit_summary::VisitSummary,
        when::When,
    },
    forms, request,
};

#[component]
pub fn HeldSlot() -> impl IntoView {
    let token = request::param("token");
    let was_resent = request::query("renvoye").is_some();
    page_of_link(async move {
        let held = request::backend()?.held_visit(&token).await?;
        Ok(match held.visit.appointment.status {
            Status::Held { until } => {
                EitherOf4::A(view! { <Waiting held token until was_resent /> })
            }
            Status::Expired => EitherOf4::B(view! { <Released held /> }),
            Status::Booked | Status::Arrived | Status::Attended | Status::Missed => {
                EitherOf4::C(view! { <Confirmed /> })
            }
            Status::Cancelled { .. } => EitherOf4::D(view! { <CalledOff /> }),
        })
    })
}

#[component]
fn Waiting(
    held: VisitDetails,
    token: String,
    until: DateTime<Utc>,
    was_resent: bool,
) -> impl IntoView {
    let lang = request::lang();
    let now = request::backend()
        .map(|backend| backend.now())
        .unwrap_or(until);
    let minutes = (until - now)
        .num_seconds()
        .max(0)
        .unsigned_abs()
        .div_ceil(60);
    let hour = dates::hour_of(lang, until, &held.zone);
    let start = held.visit.appointment.interval.start();
    let when = When::new(lang, start, &held.zone, &held.place.zone);
    let may_resend = held.visit.codes_sent < MOST_CODES_SENT;
    let email = held.visit.patient.email.as_ref().map(ToString::to_string);
    view! {
        <Frame title=t!(lang, "code-title")>
            <Steps current=Step::Code />
            <div class="page-head">
                <h1>{t!(lang, "code-title")}</h1>
                <p class="lead">
                    {t!(lang, "code-lead")} " " <strong>{email}</strong> "."
                </p>
            </div>
            <div class="with-aside">
                <div class="stack loose">
                    {was_resent
                        .then(|| {
                            view! {
                                <Notice
                                    tone=Tone::Success
                                    title=t!(lang, "code-resent")
                                    is_answer=true
                                />
                            }
                        })}
                    <p class="hold">
                        <Icon name="held" />
                        <span>{t!(lang, "code-held-until", hour = hour, minutes = minutes)}</span>
                    </p>
                    <ErrorSummary fields=vec![("code", t!(lang, "field-code"))] />
                    <CodeForm token=token.clone() wrong=held.visit.wrong_codes />
                    <section class="stack" aria-labelledby="no-code-title">
                        <h2 id="no-code-title">{t!(lang, "code-missing-title")}</h2>
                        <p>
                            {t!(lang, "code-missing-advice")} " "
                            <PhoneLink phone=held.practice.phone.clone() /> "."
                        </p>
                        {may_resend
                            .then(|| {
                                view! {
                                    <form class="actions" method="post" action="/api/resend_code">
                                        <input type="hidden" name="token" value=token />
                                        <button class="button secondary">
                                            <Icon name="renew" />
                                            {t!(lang, "code-resend")}
                                        </button>
                                    </form>
                                }
                            })}
                    </section>
                </div>
                <aside aria-label=t!(lang, "visit-summary-label")>
                    <VisitSummary
                        when
                        length=held.length()
                        reason=held.reason
                        practitioner=held.practitioner
                        practice=held.practice
                        place=Some(held.place)
                    />
                </aside>
            </div>
        </Frame>
    }
}

#[component]
fn CodeForm(
    token: String,
    /// Wrong codes so far.
    wrong: i32,
) -> impl IntoView {
    let lang = request::lang();
    let is_wrong = forms::state().error("code").is_some();
    let left = MOST_WRONG_CODES - wrong;
    let described = described_by([
        Some("code-hint".to_owned()),
        is_wrong.then(|| error_id("code")),
    ]);
    let hint = if wrong > 0 {
        t!(lang, "code-hint-left", left = left)
    } else {
        t!(lang, "code-hint")
    };
    view! {
        <form class="form" method="post" action="/api/confirm_hold" novalidate>
            <input type="hidden" name="token" value=token />
            <div class="field">
                <label for="code">{t!(lang, "field-code")}</label>
                <p class="hint" id="code-hint">{hint}</p>
                <FieldError name="code" />
                <input
                    class="input code-input"
                    id="code"
                    name="code"
                    type="text"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    pattern="[0-9 ]{6,11}"
                    maxlength="11"
                    required
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described
                />
            </div>
            <p class="actions">
                <button class="button">
                    <Icon name="check" />
                    {t!(lang, "code-submit")}
                </button>
            </p>
        </form>
    }
}

/// The hold ran out, or was used up: the slot is free again.
#[component]
fn Released(held: VisitDetails) -> impl IntoView {
    request::answer_status(StatusCode::GONE);
    let lang = request::lang();
    let is_used_up = held.visit.wrong_codes >= MOST_WRONG_CODES;
    let (title, advice) = if is_used_up {
        (
            t!(lang, "hold-used-up-title"),
            t!(lang, "hold-used-up-advice"),
        )
    } else {
        (
            t!(lang, "hold-expired-title"),
            t!(lang, "hold-expired-advice"),
        )
    };
    let again = links::slots(&held.practitioner.slug, &held.reason.slug);
    view! {
        <Frame title=title.clone() width="narrow">
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{advice}</p>
                <p class="actions">
                    <a class="button" href=again>{t!(lang, "hold-again")}</a>
                    <PhoneLink phone=held.practice.phone class="button secondary">
                        <Icon name="phone" />
                    </PhoneLink>
                </p>
            </div>
        </Frame>
    }
}

/// Back, after the code was right. The link of the visit is not repeated: this address is not
/// its key.
#[component]
fn Confirmed() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Frame title=t!(lang, "hold-confirmed-title") width="narrow">
            <div class="page-head">
                <h1>{t!(lang, "hold-confirmed-title")}</h1>
                <p class="lead">{t!(lang, "hold-confirmed-advice")}</p>
                <p class="actions">
                    <a class="button" href=links::HOME>{t!(lang, "link-back-home")}</a>
                </p>
            </div>
        </Frame>
    }
}

#[component]
fn CalledOff() -> impl IntoView {
    let lang = request::lang();
    view! {
        <Frame title=t!(lang, "visit-cancelled-title") width="narrow">
            <div class="page-head">
                <h1>{t!(lang, "visit-cancelled-title")}</h1>
                <p class="actions">
                    <a class="button" href=links::HOME>{t!(lang, "link-back-home")}</a>
                </p>
            </div>
        </Frame>
    }
}
