//! Booking for a patient who telephones: which reason, then which slot. Who comes is
//! [`super::new_visit_who`]'s, at the same address.

use backend::zones::Clocks;
use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    booking::BookingRefusal, links, practice::Practitioner, visit_reason::VisitReason, zone,
};
use http::StatusCode;
use i18n::{dates, lengths, t, words};
use leptos::{either::EitherOf4, prelude::*};
use leptos_meta::Meta;

use super::new_visit_who::{Who, chosen};
use crate::{
    components::{
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
        slot_week::SlotWeek,
    },
    fault::Fault,
    forms, request,
    week_words::{self, DayWords, NoSlots, Week, after},
};

#[component]
pub fn NewVisit() -> impl IntoView {
    let slug = request::param("slug");
    let (reason, week) = (request::query("motif"), request::query("semaine"));
    let start = request::query("debut");
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let mut reasons = office.backend.reasons(&office.actor, whose.id).await?;
        let (reason, is_gone) = match reason {
            Some(reason) => {
                let known = reasons.iter().find(|known| known.slug.as_str() == reason);
                (known.cloned(), known.is_none())
            }
            // With one reason there is nothing to choose.
            None if reasons.len() == 1 => (reasons.pop(), false),
            None => (None, false),
        };
        let was_sent_otherwise =
            forms::state().booking_refusal() == Some(&BookingRefusal::KeyReused);
        if is_gone && !was_sent_otherwise {
            request::answer_status(StatusCode::NOT_FOUND);
        }
        let content = match (reason, start) {
            (Some(reason), Some(start)) => {
                let start = start.parse().map_err(|_| Fault::BadRequest)?;
                let chosen = chosen(&office, &whose, reason, start).await?;
                EitherOf4::A(view! { <Who chosen /> })
            }
            (Some(reason), None) => {
                let week = staff_week(&office, &whose, &reason, week.as_deref()).await?;
                let several = reasons.len() > 1;
                EitherOf4::B(view! { <Slots whose=whose.clone() reason several week /> })
            }
            (None, _) if reasons.is_empty() => {
                EitherOf4::C(view! { <NoReason whose=whose.clone() /> })
            }
            (None, _) => EitherOf4::D(view! { <Reasons whose=whose.clone() reasons /> }),
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Agenda title=t!(lang, "new-visit-title")>
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::agenda(&whose.slug)>
                            <Icon name="left" />
                            {whose.name.to_string()}
                        </a>
                    </p>
                    <h1>{t!(lang, "new-visit-title")}</h1>
                    <WhoseAgenda office href=links::office_booking />
                </div>
                {is_gone
                    .then(|| {
                        view! {
                            <Notice
                                tone=Tone::Warning
                                is_answer=true
                                title=t!(lang, "new-visit-reason-gone-title")
                            >
                                <p>{t!(lang, "new-visit-reason-gone")}</p>
                                {was_sent_otherwise
                                    .then(|| view! { <p>{t!(lang, "refusal-key-reused-alone")}</p> })}
                            </Notice>
                        }
                    })}
                {content}
            </OfficeFrame>
        })
    })
}

#[component]
fn NoReason(whose: Practitioner) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="empty-state">
            <Icon name="calendar" />
            <h2>{t!(lang, "new-visit-no-reason-title")}</h2>
            <p>{t!(lang, "new-visit-no-reason")}</p>
            <p class="actions">
                <a class="button" href=links::office_reason(&whose.slug, None)>
                    {t!(lang, "reason-new")}
                </a>
            </p>
        </section>
    }
}

#[component]
fn Reasons(whose: Practitioner, reasons: Vec<VisitReason>) -> impl IntoView {
    let lang = request::lang();
    let reasons = reasons.into_iter().map(|reason| {
        let length = lengths::length(lang, reason.length);
        let audience = words::audience(lang, reason.audience);
        view! {
            <li>
                <a class="reason" href=links::office_booking_reason(&whose.slug, &reason.slug)>
                    <span class="reason-name">{reason.name.to_string()}</span>
                    <span class="reason-length">{format!("{length} · {audience}")}</span>
                    <Icon name="right" />
                </a>
            </li>
        }
    });
    view! {
        <section class="stack" aria-labelledby="reason-title">
            <h2 id="reason-title">{t!(lang, "new-visit-reason")}</h2>
            <ul class="reason-list">{reasons.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Slots(whose: Practitioner, reason: VisitReason, several: bool, week: Week) -> impl IntoView {
    let lang = request::lang();
    view! {
        <div class="stack loose">
            <p class="with-icon">
                <Icon name="check" />
                <span>
                    {t!(lang, "slots-reason")} " " <strong>{reason.name.to_string()}</strong> ", "
                    {lengths::length(lang, reason.length)}
                    {several
                        .then(|| {
                            view! {
                                " "
                                <a href=links::office_booking(&whose.slug)>
                                    {t!(lang, "slots-change-reason")}
                                </a>
                            }
                        })}
                </span>
            </p>
            <SlotWeek week title=t!(lang, "new-visit-slot") />
        </div>
    }
}

/// The week that holds a day, or this one; without notice and horizon. Where nobody named one,
/// a week that has no slot left gives way to the next.
async fn staff_week(
    office: &Office,
    whose: &Practitioner,
    reason: &VisitReason,
    asked: Option<&str>,
) -> Result<Week, Fault> {
    let lang = request::lang();
    let places = office.backend.places(&office.actor).await?;
    let clocks = Clocks::of(&places)?;
    let today = zone::day(&clocks.main(), office.backend.now());
    let first = week_words::monday(today);
    let shown = match asked {
        Some(day) => {
            let day: NaiveDate = day.parse().map_err(|_| Fault::BadRequest)?;
            week_words::monday(day).max(first)
        }
        None => first,
    };
    let last = after(shown, if asked.is_none() { 13 } else { 6 });
    let slots = office
        .backend
        .slots_for_staff(&office.actor, whose.id, &reason.slug, shown, last)
        .await?;
    let shown = match slots.first() {
        Some(slot) if asked.is_none() => week_words::monday(clocks.day(slot)),
        Some(_) | None => shown,
    };
    let of_week = |day| links::office_booking_week(&whose.slug, &reason.slug, day);
    let words = DayWords {
        lang,
        clocks: &clocks,
        places: &places,
        slots: &slots,
        href: &|start: DateTime<Utc>| links::office_booking_form(&whose.slug, &reason.slug, start),
    };
    let days: Vec<_> = (0..7).map(|n| words.day(after(shown, n))).collect();
    let none = days
        .iter()
        .all(|day| day.halves.is_empty())
        .then(|| NoSlots {
            title: t!(lang, "slots-none-this-week"),
            advice: t!(lang, "new-visit-no-slot"),
            way: Some((
                links::office_hours(&whose.slug),
                t!(lang, "agenda-publish-hours"),
            )),
        });
    let range = dates::from_day_to_day(lang, shown, after(shown, 6));
    Ok(Week {
        title: t!(lang, "slots-week", range = range),
        days,
        none,
        previous: shown
            .checked_sub_days(Days::new(7))
            .filter(|week| first <= *week)
            .map(of_week),
        next: Some(of_week(after(shown, 7))),
        zone: words.clock(),
    })
}
