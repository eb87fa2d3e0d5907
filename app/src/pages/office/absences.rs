//! A practitioner's absences: those announced, and the form that announces one.

use backend::{Tz, office::absences::Absences, zones::Clocks};
use chrono::NaiveTime;
use domain::{
    absence::{Absence, Said},
    links,
    practice::Practitioner,
    zone,
};
use i18n::{Lang, dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        error_summary::ErrorSummary,
        field::Field,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
    },
    request,
};

#[component]
pub fn OfficeAbsences() -> impl IntoView {
    let slug = request::param("slug");
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let Absences { to_come, clocks } = office.backend.absences(&office.actor, whose.id).await?;
        let each_clock = each_clock(lang, &clocks);
        let title = t!(lang, "absences-title", name = whose.name.as_str());
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame
                office=office.clone()
                room=Room::Absences
                title=t!(lang, "office-nav-absences")
            >
                <div class="page-head">
                    <h1>{title}</h1>
                    <WhoseAgenda office href=links::office_absences />
                </div>
                <ErrorSummary fields=labels(lang) />
                <Announced absences=to_come whose=whose.clone() zone=clocks.main() />
                <Announce whose each_clock />
            </OfficeFrame>
        })
    })
}

fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("first_day", t!(lang, "absence-first-day")),
        ("from", t!(lang, "absence-from")),
        ("last_day", t!(lang, "absence-last-day")),
        ("to", t!(lang, "absence-to")),
        ("note", t!(lang, "absence-note")),
    ]
}

#[component]
fn Announce(whose: Practitioner, each_clock: Option<String>) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="stack loose" aria-labelledby="announce-title">
        <h2 id="announce-title">{t!(lang, "absence-announce-title")}</h2>
        <form class="form" method="post" action="/api/announce_absence" novalidate>
            <input type="hidden" name="practitioner" value=whose.slug.to_string() />
            <p class="hint">{t!(lang, "absence-hint")}</p>
            {each_clock
                .map(|each| {
                    let days = t!(lang, "absence-each-clock-days");
                    view! { <p class="hint">{each} " " {days}</p> }
                })}
            <div class="field-row">
                <Field name="first_day" label=t!(lang, "absence-first-day") kind="date" />
                <Field name="from" label=t!(lang, "absence-from") kind="time" may_be_empty=true />
            </div>
            <div class="field-row">
                <Field name="last_day" label=t!(lang, "absence-last-day") kind="date" />
                <Field name="to" label=t!(lang, "absence-to") kind="time" may_be_empty=true />
            </div>
            <Field
                name="note"
                label=t!(lang, "absence-note")
                hint=t!(lang, "absence-note-hint")
                may_be_empty=true
            />
            <p class="actions">
                <button class="button">{t!(lang, "absence-announce")}</button>
            </p>
        </form>
        </section>
    }
}

#[component]
fn Announced(absences: Vec<Absence>, whose: Practitioner, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    if absences.is_empty() {
        return view! {
            <section class="empty-state">
                <Icon name="calendar" />
                <h2>{t!(lang, "absences-empty-title")}</h2>
                <p>{t!(lang, "absences-empty")}</p>
            </section>
        }
        .into_any();
    }
    let rows = absences.into_iter().map(|absence| {
        let when = in_words(lang, &absence, zone);
        let label = t!(lang, "absence-take-back-label", when = &when);
        let visits = t!(lang, "absence-see-visits-label", when = &when);
        view! {
            <tr>
                <th scope="row">{when}</th>
                <td data-label=t!(lang, "absence-note")>
                    {absence.note.map(|note| note.to_string())}
                </td>
                <td class="row-actions">
                    <div class="actions">
                        <a
                            class="button quiet"
                            href=links::office_absence(&whose.slug, absence.id)
                            aria-label=visits
                        >
                            {t!(lang, "absence-see-visits")}
                        </a>
                        <form method="post" action="/api/delete_absence">
                            <input
                                type="hidden"
                                name="practitioner"
                                value=whose.slug.to_string()
                            />
                            <input type="hidden" name="absence" value=absence.id.to_string() />
                            <button class="button quiet" aria-label=label>
                                <Icon name="trash" />
                                {t!(lang, "absence-take-back")}
                            </button>
                        </form>
                    </div>
                </td>
            </tr>
        }
    });
    view! {
        <table class="data-table">
            <caption>{t!(lang, "absences-announced-title")}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!(lang, "absence-when")}</th>
                    <th scope="col">{t!(lang, "absence-note")}</th>
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

/// What there is to say of hours where places go by several clocks.
pub(super) fn each_clock(lang: Lang, clocks: &Clocks) -> Option<String> {
    (!clocks.is_one()).then(|| t!(lang, "absence-each-clock"))
}

/// From when to when, as it was said: days where it is whole days; where autumn repeats an hour at the
/// main place, which of the two.
pub(super) fn in_words(lang: Lang, absence: &Absence, zone: Tz) -> String {
    let (start, end) = (absence.away.interval.start(), absence.away.interval.end());
    let Said { from, until } = absence.away.on_the_wall(&zone);
    let last = until.date().pred_opt().unwrap_or(until.date());
    let day = |day| dates::long_day(lang, day);
    // What the clock there skips is said as it was.
    let is_on_the_wall = |said, instant| zone::wall(&zone, instant) == said;
    if from.time() == NaiveTime::MIN && until.time() == NaiveTime::MIN && from < until {
        if from.date() == last {
            t!(lang, "absence-on-day", day = day(last))
        } else {
            t!(
                lang,
                "absence-days",
                first = day(from.date()),
                last = day(last)
            )
        }
    } else if from.date() == until.date() {
        let hours = match is_on_the_wall(from, start) && is_on_the_wall(until, end) {
            true => dates::hours_between(lang, start, end, &zone),
            false => dates::hour_range(lang, from.time(), until.time()),
        };
        t!(lang, "absence-hours", day = day(from.date()), hours = hours)
    } else {
        let said = |said, instant| match is_on_the_wall(said, instant) {
            true => dates::instant(lang, instant, &zone),
            false => dates::day_and_hour(lang, said),
        };
        t!(
            lang,
            "absence-from-until",
            from = said(from, start),
            until = said(until, end)
        )
    }
}

#[cfg(test)]
mod tests {
    use domain::{absence::Away, interval::Interval};

    use super::*;

    fn said(zone: Tz, from: &str, until: &str) -> String {
        let said = Said {
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        };
        let here = zone::first_at(&zone, said.from).zip(zone::end_at(&zone, said.until));
        let interval = here.and_then(|(from, until)| Interval::new(from, until).ok());
        let absence = Absence {
            id: "01a22e85-bbb0-7931-a485-519d6b0ff6df".parse().unwrap(),
            away: Away {
                interval: interval.unwrap(),
                said: Some(said),
            },
            note: None,
        };
        in_words(Lang::En, &absence, zone)
    }

    /// Midnight of 30 April 2027 is skipped in Cairo, and from 2 to 3 h on 28 March in Paris.
    #[test]
    fn what_the_clock_skips_is_said_as_it_was() {
        let cairo = |from, until| said(Tz::Africa__Cairo, from, until);
        assert_eq!(
            cairo("2027-04-30T00:00:00", "2027-05-01T00:00:00"),
            "Friday 30 April 2027"
        );
        assert_eq!(
            cairo("2027-04-29T00:00:00", "2027-04-30T00:00:00"),
            "Thursday 29 April 2027"
        );
        let paris = |from, until| said(Tz::Europe__Paris, from, until);
        assert_eq!(
            paris("2027-03-28T02:30:00", "2027-03-28T03:30:00"),
            "Sunday 28 March 2027, 2:30–3:30"
        );
    }
}
