//! A practitioner's agenda: a day or a week, as a grid of hours on a screen and a list of days
//! on a phone. Drawing the grid is [`super::agenda_grid`]'s.

use backend::{jobs::failed::MOST_SHOWN, office::agenda::AgendaPage};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use domain::{links, practice::Practitioner};
use i18n::{Lang, dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use super::{agenda_grid::AgendaGrid, week_strip::WeekStrip};
use crate::{
    components::{
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
    },
    fault::Fault,
    request,
};

/// `/agenda`: leads to one's own agenda, or the first that one keeps.
#[component]
pub fn OwnAgenda() -> impl IntoView {
    page(async move {
        let office = Office::enter().await?;
        let lang = request::lang();
        if let Some(current) = &office.current {
            let path = links::agenda(&current.slug);
            request::lead_on(&path);
            let whose = current.name.to_string();
            return Ok(view! { <h1><a href=path>{whose}</a></h1> }.into_any());
        }
        Ok(view! {
            <OfficeFrame office room=Room::Agenda title=t!(lang, "office-nav-agenda")>
                <section class="empty-state">
                    <Icon name="calendar" />
                    <h1>{t!(lang, "agenda-none-title")}</h1>
                    <p>{t!(lang, "agenda-none-advice")}</p>
                </section>
            </OfficeFrame>
        }
        .into_any())
    })
}

/// How much of an agenda is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Day,
    Week,
}

impl Span {
    /// The days around `day`, first and last.
    fn around(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Day => (day, day),
            Self::Week => {
                let week = day.week(Weekday::Mon);
                (week.first_day(), week.last_day())
            }
        }
    }

    const fn days(self) -> Days {
        match self {
            Self::Day => Days::new(1),
            Self::Week => Days::new(7),
        }
    }

    fn link(self, whose: &Practitioner, day: NaiveDate) -> String {
        match self {
            Self::Day => links::agenda_day(&whose.slug, day),
            Self::Week => links::agenda_week(&whose.slug, day),
        }
    }
}

#[component]
pub fn Agenda() -> impl IntoView {
    let slug = request::param("slug");
    let (span, date) = (request::query("vue"), request::query("date"));
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let span = match span.as_deref() {
            Some("jour") => Span::Day,
            // On a phone a full week is thirty screens long.
            None if request::from_phone() => Span::Day,
            Some(_) | None => Span::Week,
        };
        let today = office.today().await?;
        let day = match date {
            Some(date) => day_of(&date).ok_or(Fault::NotFound)?,
            None => today,
        };
        let (from, to) = span.around(day);
        let found = office
            .backend
            .agenda(&office.actor, whose.id, from, to)
            .await?;
        let to_phone = office.backend.failed_mails(&office.actor).await?.len();
        let title = heading(lang, span, from, to);
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Agenda title=title.clone() width="wide">
                <div class="page-head">
                    <WhoseAgenda office=office href=links::agenda />
                    <h1>{title}</h1>
                    <p class="lead">{whose.name.to_string()}</p>
                    <p class="actions">
                        <a class="button" href=links::office_booking(&whose.slug)>
                            <Icon name="plus" />
                            {t!(lang, "new-visit-title")}
                        </a>
                    </p>
                </div>
                {(to_phone > 0)
                    .then(|| {
                        let title = if to_phone < MOST_SHOWN {
                            t!(lang, "to-phone-notice", count = to_phone)
                        } else {
                            t!(lang, "to-phone-notice-many", count = to_phone)
                        };
                        view! {
                            <Notice tone=Tone::Warning title>
                                <p>
                                    <a href=links::TO_PHONE>{t!(lang, "to-phone-see")}</a>
                                </p>
                            </Notice>
                        }
                    })}
                <AgendaBar whose=whose.clone() span day today />
                <WeekStrip
                    whose=whose.clone()
                    day
                    shown=(span == Span::Day).then_some(day)
                    today
                />
                <Days found whose today />
            </OfficeFrame>
        })
    })
}

/// The days that are shown, with a capital: it is the title of the page.
/// A day that somebody can mean: at the ends of the calendar weeks have no first day.
fn day_of(text: &str) -> Option<NaiveDate> {
    text.parse()
        .ok()
        .filter(|day: &NaiveDate| (1900..=2999).contains(&day.year()))
}

fn heading(lang: Lang, span: Span, from: NaiveDate, to: NaiveDate) -> String {
    let days = match span {
        Span::Day => dates::long_day(lang, from),
        Span::Week => dates::from_day_to_day(lang, from, to),
    };
    let mut letters = days.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[component]
fn AgendaBar(whose: Practitioner, span: Span, day: NaiveDate, today: NaiveDate) -> impl IntoView {
    let lang = request::lang();
    let before = day.checked_sub_days(span.days()).unwrap_or(day);
    let after = day.checked_add_days(span.days()).unwrap_or(day);
    let tab = |which: Span, word: String| {
        view! {
            <a href=which.link(&whose, day) aria-current=(which == span).then_some("page")>
                {word}
            </a>
        }
    };
    let (previous, next) = match span {
        Span::Day => (t!(lang, "agenda-previous-day"), t!(lang, "agenda-next-day")),
        Span::Week => (
            t!(lang, "agenda-previous-week"),
            t!(lang, "agenda-next-week"),
        ),
    };
    view! {
        <div class="agenda-bar">
            <nav class="actions" aria-label=t!(lang, "agenda-days-nav")>
                <a class="button secondary" href=span.link(&whose, before)>
                    <Icon name="left" />
                    {previous}
                </a>
                <a class="button secondary" href=span.link(&whose, today)>
                    {t!(lang, "agenda-today")}
                </a>
                <a class="button secondary" href=span.link(&whose, after)>
                    {next}
                    <Icon name="right" />
                </a>
            </nav>
            <nav class="tabs" aria-label=t!(lang, "agenda-span-nav")>
                {tab(Span::Day, t!(lang, "agenda-day"))} {tab(Span::Week, t!(lang, "agenda-week"))}
            </nav>
        </div>
    }
}

#[component]
fn Days(found: AgendaPage, whose: Practitioner, today: NaiveDate) -> impl IntoView {
    let lang = request::lang();
    let is_empty = found
        .days
        .iter()
        .all(|day| day.open.is_empty() && day.visits.is_empty() && day.absences.is_empty());
    let hours = links::office_hours(&whose.slug);
    let empty = is_empty.then(|| {
        view! {
            <section class="empty-state">
                <Icon name="calendar" />
                <h2>{t!(lang, "agenda-empty-title")}</h2>
                <p>{t!(lang, "agenda-empty")}</p>
                <p class="actions">
                    <a class="button" href=hours>
                        {t!(lang, "agenda-publish-hours")}
                    </a>
                </p>
            </section>
        }
    });
    view! {
        {empty}
        {(!is_empty).then(|| view! { <AgendaGrid found whose today /> })}
    }
}
