//! The seven days around the one that is shown, to go from one to the next with a thumb.
//! Only on narrow screens: a wide one shows the days side by side, see [`super::agenda_grid`].

use chrono::{Datelike, NaiveDate, Weekday};
use domain::{links, practice::Practitioner};
use i18n::{dates, t};
use leptos::prelude::*;

use crate::request;

#[component]
pub fn WeekStrip(
    whose: Practitioner,
    /// A day of the week.
    day: NaiveDate,
    /// The day that the page is about; none when it shows the week.
    shown: Option<NaiveDate>,
    today: NaiveDate,
) -> impl IntoView {
    let lang = request::lang();
    let days = day.week(Weekday::Mon).first_day().iter_days().take(7);
    let days = days.map(|day| {
        view! {
            <li>
                <a
                    href=links::agenda_day(&whose.slug, day)
                    class=(day == today).then_some("today")
                    aria-current=(shown == Some(day)).then_some("date")
                >
                    <span class="visually-hidden">{dates::long_day(lang, day)}</span>
                    <span aria-hidden="true">{dates::short_weekday(lang, day.weekday())}</span>
                    <span aria-hidden="true">{day.day()}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav class="week-strip" aria-label=t!(lang, "agenda-strip-nav")>
            <ol>{days.collect_view()}</ol>
        </nav>
    }
}
