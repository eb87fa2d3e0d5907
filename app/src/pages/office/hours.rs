//! A practitioner's opening hours as they are published, and withdrawing them. Publishing more
//! is [`super::hours_form`]'s.

use chrono::NaiveDate;
use domain::{
    links,
    opening_hours::{OpeningHours, Recurrence},
    practice::{Place, Practitioner},
    visit_reason::VisitReason,
};
use i18n::{Lang, dates, t};
use leptos::{either::Either, prelude::*};
use leptos_meta::Meta;

use super::hours_form::{Publish, labels};
use crate::{
    components::{
        error_summary::ErrorSummary,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
    },
    request,
};

#[component]
pub fn OfficeHours() -> impl IntoView {
    let slug = request::param("slug");
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let hours = office.backend.hours(&office.actor, whose.id).await?;
        let places = office.backend.places(&office.actor).await?;
        let reasons = office.backend.reasons(&office.actor, whose.id).await?;
        let today = office.today().await?;
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Hours title=t!(lang, "office-nav-hours")>
                <div class="page-head">
                    <h1>{t!(lang, "hours-title", name = whose.name.as_str())}</h1>
                    <WhoseAgenda office href=links::office_hours />
                </div>
                <ErrorSummary fields=labels(lang) />
                <Published
                    hours
                    whose=whose.clone()
                    places=places.clone()
                    reasons=reasons.clone()
                    today
                />
                <Publish whose places reasons today />
            </OfficeFrame>
        })
    })
}

/// Hours that differ only in their weekday: one line of the table.
#[derive(Clone, Debug)]
struct Line {
    /// The first of them; the others have its range, place, reasons, rhythm and dates.
    like: OpeningHours,
    /// Identifier and day of each, in the order of the week.
    days: Vec<(String, String)>,
}

/// The lines of the table: what recurs first, by weekday and hour, then single days by date.
fn lines(lang: Lang, mut hours: Vec<OpeningHours>) -> Vec<Line> {
    hours.sort_by_key(|one| {
        let start = one.range.start_minute();
        match one.recurrence {
            Recurrence::Weekly { weekday, .. } => (None, weekday.num_days_from_monday(), start),
            Recurrence::Once { day } => (Some(day), 0, start),
        }
    });
    let mut lines: Vec<Line> = Vec::new();
    for one in hours {
        let day = match one.recurrence {
            Recurrence::Weekly { weekday, .. } => dates::weekday(lang, weekday).to_owned(),
            Recurrence::Once { day } => dates::long_day(lang, day),
        };
        let entry = (one.id.to_string(), day);
        match lines
            .iter_mut()
            .find(|line| differs_in_day(&line.like, &one))
        {
            Some(line) => line.days.push(entry),
            None => lines.push(Line {
                like: one,
                days: vec![entry],
            }),
        }
    }
    lines
}

/// Whether nothing but the weekday tells two hours apart.
fn differs_in_day(one: &OpeningHours, other: &OpeningHours) -> bool {
    let rhythm = |recurrence: Recurrence| match recurrence {
        Recurrence::Weekly {
            every,
            first,
            until,
            ..
        } => Some((every, first, until)),
        Recurrence::Once { .. } => None,
    };
    let weekly = rhythm(one.recurrence);
    weekly.is_some()
        && weekly == rhythm(other.recurrence)
        && (one.range, one.place, &one.reasons) == (other.range, other.place, &other.reasons)
}

#[component]
fn Published(
    hours: Vec<OpeningHours>,
    whose: Practitioner,
    places: Vec<Place>,
    reasons: Vec<VisitReason>,
    today: NaiveDate,
) -> impl IntoView {
    let lang = request::lang();
    if hours.is_empty() {
        return view! {
            <section class="empty-state">
                <Icon name="clock" />
                <h2>{t!(lang, "hours-empty-title")}</h2>
                <p>{t!(lang, "hours-empty")}</p>
            </section>
        }
        .into_any();
    }
    let rows = lines(lang, hours).into_iter().map(|line| {
        let since = since(lang, line.like.recurrence, today);
        let place = places.iter().find(|place| place.id == line.like.place);
        let place = place
            .map(|place| place.name.to_string())
            .unwrap_or_default();
        let names: Vec<_> = reasons
            .iter()
            .filter(|reason| line.like.reasons.contains(&reason.id))
            .map(|reason| reason.name.to_string())
            .collect();
        let what = if line.like.reasons.is_empty() {
            t!(lang, "hours-all-reasons")
        } else {
            names.join(", ")
        };
        let range = dates::wall_range(lang, line.like.range);
        let days: Vec<_> = line.days.iter().map(|(_, day)| day.as_str()).collect();
        let days = days.join(", ");
        view! {
            <tr>
                <th scope="row">
                    {days} {since.map(|since| view! { <p class="hint">{since}</p> })}
                </th>
                <td data-label=t!(lang, "hours-ranges")>{range.clone()}</td>
                <td data-label=t!(lang, "field-place")>{place}</td>
                <td data-label=t!(lang, "hours-reasons")>{what}</td>
                <td class="row-actions">
                    <Withdraw line range whose=whose.clone() />
                </td>
            </tr>
        }
    });
    view! {
        <table class="data-table">
            <caption>{t!(lang, "hours-published-title")}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!(lang, "hours-days")}</th>
                    <th scope="col">{t!(lang, "hours-ranges")}</th>
                    <th scope="col">{t!(lang, "field-place")}</th>
                    <th scope="col">{t!(lang, "hours-reasons")}</th>
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

/// One day is withdrawn by a button; of several one chooses which.
#[component]
fn Withdraw(line: Line, range: String, whose: Practitioner) -> impl IntoView {
    let lang = request::lang();
    let practitioner = whose.slug.to_string();
    let single = line.days.len() == 1;
    let days: Vec<_> = line.days.iter().map(|(_, day)| day.as_str()).collect();
    let label = t!(
        lang,
        "hours-withdraw-label",
        days = days.join(", "),
        hours = range
    );
    if single {
        let hours = line.days.into_iter().map(|(id, _)| id).next();
        Either::Left(view! {
            <form method="post" action="/api/delete_hours">
                <input type="hidden" name="practitioner" value=practitioner />
                <input type="hidden" name="hours[]" value=hours />
                <button class="button quiet" aria-label=label>
                    <Icon name="trash" />
                    {t!(lang, "hours-withdraw")}
                </button>
            </form>
        })
    } else {
        let choices = line.days.into_iter().map(|(id, day)| {
            let input = format!("withdraw-{id}");
            view! {
                <div class="choice">
                    <input type="checkbox" id=input.clone() name="hours[]" value=id checked />
                    <label for=input>{day}</label>
                </div>
            }
        });
        Either::Right(view! {
            <details class="row-menu">
                <summary aria-label=label>{t!(lang, "hours-withdraw-some")}</summary>
                <form class="stack" method="post" action="/api/delete_hours">
                    <input type="hidden" name="practitioner" value=practitioner />
                    <fieldset class="choices">
                        <legend class="visually-hidden">{t!(lang, "hours-withdraw-legend")}</legend>
                        {choices.collect_view()}
                    </fieldset>
                    <button class="button danger secondary small">
                        <Icon name="trash" />
                        {t!(lang, "hours-withdraw-chosen")}
                    </button>
                </form>
            </details>
        })
    }
}

/// The rhythm of hours and the dates between which they recur; nothing for what goes without
/// saying.
fn since(lang: Lang, recurrence: Recurrence, today: NaiveDate) -> Option<String> {
    let Recurrence::Weekly {
        every,
        first,
        until,
        ..
    } = recurrence
    else {
        return None;
    };
    let rhythm = (every > 1).then(|| t!(lang, "hours-every-n-weeks", count = every));
    let day = |day| dates::day_of_month_and_year(lang, day);
    let span = match until {
        Some(until) if first > today => Some(t!(
            lang,
            "hours-from-until",
            first = day(first),
            until = day(until)
        )),
        Some(until) => Some(t!(lang, "hours-last-day", until = day(until))),
        // The week from which the others are counted.
        None if first > today || every > 1 => Some(t!(lang, "hours-since", first = day(first))),
        None => None,
    };
    let said: Vec<_> = rhythm.into_iter().chain(span).collect();
    (!said.is_empty()).then(|| said.join(", "))
}
