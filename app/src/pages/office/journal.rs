//! The audit trail of the practice, for its owner: newest first, a page at a time, by topic and
//! by day.

use backend::{
    Tz,
    trail::{Line, Topic, Wish},
};
use chrono::{Datelike, NaiveDate};
use domain::links;
use i18n::{Lang, dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use super::trail::{AboutWhat, what, who};
use crate::{
    components::{
        choice::{Choice, Select},
        field::Field,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room},
        page::page,
    },
    fault::Fault,
    request,
    week_words::clock_in_words,
};

#[component]
pub fn Journal() -> impl IntoView {
    let (topic, day, before) = (
        request::query("sujet").unwrap_or_default(),
        request::query("jour").unwrap_or_default(),
        request::query("avant").unwrap_or_default(),
    );
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let wish = Wish {
            topic: optional(&topic, |code| {
                Topic::ALL
                    .into_iter()
                    .find(|topic| self::code(*topic) == code)
            })?,
            day: optional(&day, |day| {
                let day = day.parse::<NaiveDate>().ok();
                day.filter(|day| (1970..=2999).contains(&day.year()))
            })?,
            before: optional(&before, |line| line.parse().ok())?,
        };
        let found = office.backend.trail(&office.actor, wish).await?;
        let newest = wish.before.map(|_| {
            (
                links::journal(&topic, wish.day, None),
                t!(lang, "journal-newest"),
            )
        });
        let older = found.older.map(|line| {
            (
                links::journal(&topic, wish.day, Some(line)),
                t!(lang, "journal-older"),
            )
        });
        let pages = newest.into_iter().chain(older).map(|(href, word)| {
            view! {
                <a class="button secondary" href=href>
                    {word}
                </a>
            }
        });
        let clock = clock_in_words(lang, &found.zone);
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::Journal title=t!(lang, "office-nav-journal")>
                <div class="page-head">
                    <h1>{t!(lang, "journal-title")}</h1>
                    <p class="lead">{t!(lang, "journal-lead")}</p>
                </div>
                <Filter topic=wish.topic day=wish.day />
                <Lines lines=found.lines zone=found.zone />
                <p class="soft">{t!(lang, "office-clock", zone = clock)}</p>
                <nav class="pager" aria-label=t!(lang, "journal-pages")>
                    {pages.collect_view()}
                </nav>
            </OfficeFrame>
        })
    })
}

/// Nothing for an empty text; what cannot be read is a page that is not there.
fn optional<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).ok_or(Fault::NotFound)
}

/// A topic in the address.
const fn code(topic: Topic) -> &'static str {
    match topic {
        Topic::Visits => "rendez-vous",
        Topic::Readings => "consultations",
        Topic::Settings => "reglages",
        Topic::People => "comptes",
        Topic::Denied => "refus",
    }
}

fn topic_in_words(lang: Lang, topic: Topic) -> String {
    match topic {
        Topic::Visits => t!(lang, "journal-visits"),
        Topic::Readings => t!(lang, "journal-readings"),
        Topic::Settings => t!(lang, "journal-settings"),
        Topic::People => t!(lang, "journal-people"),
        Topic::Denied => t!(lang, "journal-denied"),
    }
}

#[component]
fn Filter(topic: Option<Topic>, day: Option<NaiveDate>) -> impl IntoView {
    let lang = request::lang();
    let all = Choice::new("", t!(lang, "journal-everything"));
    let topics = Topic::ALL.map(|topic| Choice::new(code(topic), topic_in_words(lang, topic)));
    view! {
        <form class="filter" method="get" action=links::JOURNAL>
            <Select
                name="sujet"
                label=t!(lang, "journal-topic")
                choices=[all].into_iter().chain(topics).collect()
                value=topic.map(code).unwrap_or_default()
            />
            <Field
                name="jour"
                label=t!(lang, "journal-day")
                kind="date"
                value=day.map(|day| day.to_string()).unwrap_or_default()
                may_be_empty=true
            />
            <p class="actions">
                <button class="button secondary">{t!(lang, "journal-show")}</button>
            </p>
        </form>
    }
}

#[component]
fn Lines(lines: Vec<Line>, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    if lines.is_empty() {
        return view! {
            <section class="empty-state">
                <Icon name="check" />
                <h2>{t!(lang, "journal-empty-title")}</h2>
                <p>{t!(lang, "journal-empty")}</p>
            </section>
        }
        .into_any();
    }
    let rows = lines.into_iter().map(|line| {
        let at = dates::instant(lang, line.at, &zone);
        view! {
            <tr>
                <th scope="row">{what(lang, &line)}</th>
                <td data-label=t!(lang, "journal-when")>
                    <time datetime=line.at.to_rfc3339()>{at}</time>
                </td>
                <td data-label=t!(lang, "journal-who")>{who(lang, &line.who)}</td>
                <td data-label=t!(lang, "journal-about")>
                    <AboutWhat about=line.about zone />
                </td>
            </tr>
        }
    });
    view! {
        <table class="data-table">
            <thead>
                <tr>
                    <th scope="col">{t!(lang, "journal-what")}</th>
                    <th scope="col">{t!(lang, "journal-when")}</th>
                    <th scope="col">{t!(lang, "journal-who")}</th>
                    <th scope="col">{t!(lang, "journal-about")}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
