//! Who publishes the site, who hosts it, what program it is. The practices are read from the
//! database; the host writes its own paragraph (see `docs/hosting`).

use backend::practices::PracticePage;
use domain::{
    links,
    practice::{Slug, Title},
};
use i18n::t;
use leptos::{either::EitherOf3, prelude::*};

use crate::{
    components::{contact::PhoneLink, frame::Frame, lines::Lines, page::page},
    request,
};

#[component]
pub fn Legal() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let backend = request::backend()?;
        let mut practices: Vec<(Slug, Title)> = backend
            .search("")
            .await?
            .into_iter()
            .map(|listed| (listed.practice_slug, listed.practice_name))
            .collect();
        practices.sort_by(|one, other| one.1.cmp(&other.1));
        practices.dedup();
        let publisher = match &practices[..] {
            [] => EitherOf3::A(view! { <p>{t!(lang, "legal-no-practice")}</p> }),
            [(slug, _)] => {
                let found = backend.practice_page(slug).await?;
                EitherOf3::B(view! { <OnePractice found /> })
            }
            _ => EitherOf3::C(view! { <Practices practices /> }),
        };
        Ok(view! {
            <Frame title=t!(lang, "legal-title") width="narrow">
                <div class="page-head">
                    <h1>{t!(lang, "legal-title")}</h1>
                </div>
                <div class="prose">
                    <h2>{t!(lang, "legal-publisher-title")}</h2>
                    {publisher}
                    <h2>{t!(lang, "legal-host-title")}</h2>
                    <Host />
                    <h2>{t!(lang, "legal-program-title")}</h2>
                    <p>{t!(lang, "legal-program")}</p>
                </div>
            </Frame>
        })
    })
}

#[component]
fn OnePractice(found: PracticePage) -> impl IntoView {
    let addresses = found.places.into_iter().map(|place| {
        view! {
            <p>
                <Lines text=place.address.to_string() />
            </p>
        }
    });
    view! {
        <p>
            <strong>{found.practice.name.to_string()}</strong>
        </p>
        {addresses.collect_view()}
        <p>
            {t!(request::lang(), "field-phone")} " " <PhoneLink phone=found.practice.phone />
        </p>
    }
}

#[component]
fn Practices(practices: Vec<(Slug, Title)>) -> impl IntoView {
    let items = practices.into_iter().map(|(slug, name)| {
        view! {
            <li>
                <a href=links::practice(&slug)>{name.to_string()}</a>
            </li>
        }
    });
    view! {
        <p>{t!(request::lang(), "legal-practices")}</p>
        <ul>{items.collect_view()}</ul>
    }
}

/// What the host says of itself; without it, what it has to say.
#[component]
fn Host() -> impl IntoView {
    let notice = request::site().and_then(|site| site.legal_notice.clone());
    let text = match notice {
        Some(notice) => notice.to_string(),
        None => t!(request::lang(), "legal-host-missing"),
    };
    let paragraphs: Vec<_> = text
        .split("\n\n")
        .map(|paragraph| paragraph.trim().to_owned())
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    paragraphs
        .into_iter()
        .map(|text| {
            view! {
                <p>
                    <Lines text />
                </p>
            }
        })
        .collect_view()
}
