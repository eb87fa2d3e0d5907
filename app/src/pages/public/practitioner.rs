//! A practitioner: her reasons, then the free slots of a week for one of them.

use backend::practices::PractitionerPage;
use domain::{links, visit_reason::VisitReason};
use i18n::{Lang, dates, lengths, t};
use leptos::{either::EitherOf3, prelude::*};

use crate::{
    api::slots::Week,
    components::{
        contact::{Contact, PhoneLink},
        frame::Frame,
        icon::{Icon, SPRITE},
        page::page,
        steps::{Step, Steps},
    },
    fault::Fault,
    islands::slot_picker::{ReasonLink, SlotPicker, Words},
    request, week_words,
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
            (Some(reason), _) => {
                Some(week_words::reason_named(&found, reason).ok_or(Fault::NotFound)?)
            }
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
        Ok(view! {
            <Frame title>
                <Head found />
                {content}
            </Frame>
        })
    })
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
    let links = reason_links(&found, lang).into_iter().map(|reason| {
        view! {
            <li>
                <a class="reason" href=reason.href>
                    <span class="reason-name">{reason.name}</span>
                    <span class="reason-length">{reason.length}</span>
                    <Icon name="right" />
                </a>
            </li>
        }
    });
    view! {
        <div class="with-aside">
            <section class="stack" aria-labelledby="reason-title">
                <Steps current=Step::Reason />
                <h2 id="reason-title">{t!(lang, "reasons-title")}</h2>
                <ul class="reason-list">{links.collect_view()}</ul>
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
    view! {
        <Steps current=Step::Slot />
        <SlotPicker
            practitioner=found.practitioner.slug.to_string()
            reasons=reason_links(&found, lang)
            reason=reason.slug.to_string()
            week
            words=picker_words(&found, lang)
            icons=request::asset(SPRITE)
        />
    }
}

fn reason_links(found: &PractitionerPage, lang: Lang) -> Vec<ReasonLink> {
    let link = |reason: &VisitReason| ReasonLink {
        slug: reason.slug.to_string(),
        name: reason.name.to_string(),
        length: lengths::length(lang, reason.length),
        href: links::slots(&found.practitioner.slug, &reason.slug),
    };
    found.reasons.iter().map(link).collect()
}

fn picker_words(found: &PractitionerPage, lang: Lang) -> Words {
    let zone = found
        .places
        .first()
        .map(|place| dates::zone_name(lang, &place.zone));
    Words {
        reason: t!(lang, "slots-reason"),
        change_reason: t!(lang, "slots-change-reason"),
        title: t!(lang, "slots-title"),
        week_nav: t!(lang, "slots-week-nav"),
        previous: t!(lang, "slots-previous-week"),
        next: t!(lang, "slots-next-week"),
        no_slot: t!(lang, "slots-none-that-day"),
        busy: t!(lang, "slots-busy"),
        failed: t!(lang, "slots-failed"),
        open_page: t!(lang, "slots-open-page"),
        zone: zone.map_or_else(String::new, |zone| t!(lang, "slots-zone", zone = zone)),
    }
}
