//! The first page: search, and the practitioners that were found.

use domain::links;
use i18n::t;
use leptos::{either::EitherOf3, prelude::*};

use crate::{
    components::{frame::Frame, icon::Icon, page::page, practitioner_card::PractitionerCard},
    fault::Fault,
    request,
};

/// How many practitioners a page shows.
const PER_PAGE: usize = 24;
/// Longest search that is looked at, in characters.
const QUERY_MOST: usize = 100;

#[component]
pub fn Home() -> impl IntoView {
    let query: String = request::query("q")
        .unwrap_or_default()
        .chars()
        .take(QUERY_MOST)
        .collect();
    // What is no number is a page that there is not.
    let number = request::query("page").map_or(1, |number| number.parse().unwrap_or(0_usize));
    page(async move {
        let lang = request::lang();
        let query = query.trim().to_owned();
        let found = request::backend()?.search(&query).await?;
        let (count, is_search) = (found.len(), !query.is_empty());
        let pages = count.div_ceil(PER_PAGE).max(1);
        if number < 1 || number > pages {
            return Err(Fault::NotFound);
        }
        let title = if is_search {
            t!(lang, "search-title", query = &query)
        } else {
            t!(lang, "home-title")
        };
        let heading = if is_search {
            t!(lang, "search-count", count = count, query = &query)
        } else {
            t!(lang, "home-list-title")
        };
        let first = (number - 1) * PER_PAGE;
        let shown: Vec<_> = found.into_iter().skip(first).take(PER_PAGE).collect();
        let last = first + shown.len();
        let list = match (count, is_search) {
            (0, true) => EitherOf3::A(view! { <NobodyFound query=query.clone() /> }),
            (0, false) => EitherOf3::B(view! { <EmptyInstance /> }),
            (_, _) => EitherOf3::C(view! {
                <section class="stack" aria-labelledby="list-title">
                    <h2 id="list-title">{heading}</h2>
                    <ul class="card-list">
                        {shown
                            .into_iter()
                            .map(|listed| {
                                let whereabouts = whereabouts(
                                    listed.practice_name.as_str(),
                                    &listed.towns,
                                );
                                view! {
                                    <li>
                                        <PractitionerCard
                                            slug=listed.practitioner.slug
                                            name=listed.practitioner.name
                                            specialty=listed.practitioner.specialty
                                            whereabouts
                                        />
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                    {(pages > 1)
                        .then(|| {
                            let range = t!(
                                lang, "pager-range", first = first + 1, last = last, count = count
                            );
                            let query = query.clone();
                            view! { <Pager query number pages range /> }
                        })}
                </section>
            }),
        };
        Ok(view! {
            <Frame title>
                <div class="page-head">
                    <h1>{t!(lang, "home-title")}</h1>
                    <p class="lead">{t!(lang, "home-lead")}</p>
                </div>
                <form class="search" role="search" action=links::HOME method="get">
                    <div class="field">
                        <label for="q">{t!(lang, "search-label")}</label>
                        <input class="input" id="q" name="q" type="search" value=query.clone() />
                    </div>
                    <button class="button">
                        <Icon name="search" />
                        {t!(lang, "button-search")}
                    </button>
                </form>
                {list}
            </Frame>
        })
    })
}

/// `Cabinet de la Tour, Mulhouse`.
pub(super) fn whereabouts(practice: &str, towns: &str) -> String {
    if towns.is_empty() {
        practice.to_owned()
    } else {
        format!("{practice}, {towns}")
    }
}

#[component]
fn NobodyFound(query: String) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="empty-state" aria-labelledby="list-title">
            <Icon name="search" />
            <h2 id="list-title">{t!(lang, "search-none-title", query = query)}</h2>
            <p>{t!(lang, "search-none-advice")}</p>
            <p class="actions">
                <a class="button" href=links::HOME>{t!(lang, "search-see-all")}</a>
            </p>
        </section>
    }
}

/// Nobody has opened a practice yet: says to whoever installed the program what to do.
#[component]
fn EmptyInstance() -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="empty-state" aria-labelledby="list-title">
            <Icon name="calendar" />
            <h2 id="list-title">{t!(lang, "instance-empty-title")}</h2>
            <p>{t!(lang, "instance-empty-advice")}</p>
        </section>
    }
}

#[component]
fn Pager(query: String, number: usize, pages: usize, range: String) -> impl IntoView {
    let lang = request::lang();
    let href = move |number: usize| {
        let query = [("q", query.clone()), ("page", number.to_string())];
        let query = query.into_iter().filter(|(_, value)| !value.is_empty());
        let query = serde_urlencoded::to_string(query.collect::<Vec<_>>()).unwrap_or_default();
        format!("{}?{query}", links::HOME)
    };
    view! {
        <nav class="pager" aria-label=t!(lang, "pager-label")>
            <p>{range}</p>
            <div class="actions">
                {(number > 1)
                    .then(|| {
                        view! {
                            <a class="button secondary small" rel="prev" href=href(number - 1)>
                                <Icon name="left" />
                                {t!(lang, "pager-previous")}
                            </a>
                        }
                    })}
                {(number < pages)
                    .then(|| {
                        view! {
                            <a class="button secondary small" rel="next" href=href(number + 1)>
                                {t!(lang, "pager-next")}
                                <Icon name="right" />
                            </a>
                        }
                    })}
            </div>
        </nav>
    }
}
