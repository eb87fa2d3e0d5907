//! One absence, with the visits that stand inside it: somebody has to phone these patients.

use backend::office::absences::Concerned;
use domain::links;
use i18n::t;
use leptos::prelude::*;
use leptos_meta::Meta;

use super::absences::{each_clock, in_words};
use crate::{
    components::{
        badge::StatusBadge,
        contact::PhoneLink,
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room},
        page::page,
    },
    fault::Fault,
    request,
    week_words::instant_in_words,
};

#[component]
pub fn OfficeAbsence() -> impl IntoView {
    let (slug, id) = (request::param("slug"), request::param("id"));
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let id = id.parse().map_err(|_| Fault::NotFound)?;
        let Concerned {
            absence,
            visits,
            clocks,
        } = office
            .backend
            .visits_in_absence(&office.actor, whose.id, id)
            .await?;
        let when = in_words(lang, &absence, clocks.main());
        let each_clock = each_clock(lang, &clocks);
        let count = visits.len();
        let back = links::office_absences(&whose.slug);
        let slug = whose.slug;
        let rows = visits.into_iter().map(move |visit| {
            let start = visit.interval.start();
            let start = instant_in_words(lang, start, &clocks.at(visit.place), &clocks);
            view! {
                <tr>
                    <th scope="row">
                        <a href=links::office_visit(&slug, visit.id)>{start}</a>
                    </th>
                    <td data-label=t!(lang, "field-patient")>{visit.patient.full_name()}</td>
                    <td data-label=t!(lang, "field-phone")>
                        <PhoneLink phone=visit.patient.phone />
                    </td>
                    <td>
                        <StatusBadge status=visit.status />
                    </td>
                </tr>
            }
        });
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::Absences title=t!(lang, "absence-title")>
                <div class="page-head">
                    <p class="crumb">
                        <a href=back>
                            <Icon name="left" />
                            {t!(lang, "office-nav-absences")}
                        </a>
                    </p>
                    <h1>{t!(lang, "absence-title")}</h1>
                    <p class="lead">{when}</p>
                    {each_clock.map(|each| view! { <p class="soft">{each}</p> })}
                </div>
                {if count == 0 {
                    view! {
                        <Notice tone=Tone::Info>
                            <p>{t!(lang, "absence-no-visit")}</p>
                        </Notice>
                    }
                        .into_any()
                } else {
                    view! {
                        <Notice
                            tone=Tone::Warning
                            title=t!(lang, "absence-visits-title", count = count)
                        >
                            <p>{t!(lang, "absence-visits-advice")}</p>
                        </Notice>
                        <table class="data-table">
                            <caption>{t!(lang, "absence-visits")}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{t!(lang, "field-hour")}</th>
                                    <th scope="col">{t!(lang, "field-patient")}</th>
                                    <th scope="col">{t!(lang, "field-phone")}</th>
                                    <th scope="col">{t!(lang, "field-status")}</th>
                                </tr>
                            </thead>
                            <tbody>{rows.collect_view()}</tbody>
                        </table>
                    }
                        .into_any()
                }}
            </OfficeFrame>
        })
    })
}
