//! A practitioner's calendar feeds: made, shown once to copy, renewed, revoked.

use backend::{
    Tz,
    calendar_feed::{FeedInfo, MOST_FEEDS},
    office::seen::Seen,
};
use chrono::{DateTime, Utc};
use domain::{feed::Detail, links, practice::Practitioner};
use i18n::{Lang, dates, t, words};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        choice::{Choice, Choices, Select},
        error_summary::ErrorSummary,
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room, WhoseAgenda},
        page::page,
    },
    flash::{self, Flash},
    request,
};

#[component]
pub fn OfficeFeeds() -> impl IntoView {
    let slug = request::param("slug");
    page(async move {
        let lang = request::lang();
        let (office, whose) = Office::enter_agenda(&slug).await?;
        let feeds = office.backend.feeds_of(&office.actor, whose.id).await?;
        let zone = office.zone().await?;
        let shown_once = flash::take_about(Flash::Feed, whose.slug.as_str())
            .map(|token| request::absolute(&links::feed(&token)));
        let (live, revoked): (Vec<_>, Vec<_>) = feeds
            .into_iter()
            .partition(|feed| feed.revoked_at.is_none());
        let is_full = live.len() >= MOST_FEEDS;
        let title = t!(lang, "feeds-title", name = whose.name.as_str());
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office=office.clone() room=Room::Feeds title=t!(lang, "office-nav-feeds")>
                <div class="page-head">
                    <h1>{title}</h1>
                    <p class="lead">{t!(lang, "feeds-lead")}</p>
                    <WhoseAgenda office href=links::office_feeds />
                </div>
                <ErrorSummary fields=vec![] />
                {shown_once.map(|address| view! { <ShownOnce address /> })}
                {live
                    .into_iter()
                    .map(|feed| view! { <Feed feed whose=whose.clone() zone /> })
                    .collect_view()}
                <Make whose=whose.clone() is_full />
                {(!revoked.is_empty())
                    .then(|| {
                        view! {
                            <section class="stack" aria-labelledby="revoked-title">
                                <h2 id="revoked-title">{t!(lang, "feeds-revoked-title")}</h2>
                                <ul class="stack">
                                    {revoked
                                        .iter()
                                        .filter_map(|feed| feed.revoked_at)
                                        .map(|at| {
                                            let at = moment(lang, at, zone);
                                            view! { <li>{t!(lang, "feed-revoked-since", at = at)}</li> }
                                        })
                                        .collect_view()}
                                </ul>
                            </section>
                        }
                    })}
                <section class="prose" aria-labelledby="how-title">
                    <h2 id="how-title">{t!(lang, "feeds-how-title")}</h2>
                    <p>{t!(lang, "feeds-how")}</p>
                    <p>{t!(lang, "feeds-delay")}</p>
                </section>
            </OfficeFrame>
        })
    })
}

/// The address of a feed just made: to copy now, it is not stored.
#[component]
fn ShownOnce(address: String) -> impl IntoView {
    let lang = request::lang();
    let subscribe = address
        .split_once("://")
        .map(|(_, rest)| format!("webcal://{rest}"));
    view! {
        <Notice tone=Tone::Success title=t!(lang, "feed-made-title") is_answer=true>
            <p>{t!(lang, "feed-made-advice")}</p>
            <div class="field copy-field">
                <label for="feed-address">{t!(lang, "feed-address")}</label>
                <input class="input" id="feed-address" readonly value=address />
            </div>
            <p class="actions">
                <a class="button secondary" href=subscribe>
                    <Icon name="calendar" />
                    {t!(lang, "feed-subscribe")}
                </a>
            </p>
        </Notice>
    }
}

fn details(lang: Lang) -> Vec<Choice> {
    Detail::ALL
        .into_iter()
        .map(|detail| Choice::new(detail.code(), words::detail(lang, detail)))
        .collect()
}

#[component]
fn Make(
    whose: Practitioner,
    /// Whether the agenda has as many as there can be.
    is_full: bool,
) -> impl IntoView {
    let lang = request::lang();
    let form = (!is_full).then(|| {
        view! {
            <form class="form" method="post" action="/api/create_feed">
                <input type="hidden" name="practitioner" value=whose.slug.to_string() />
                <Choices
                    name="detail"
                    id="detail"
                    legend=t!(lang, "feed-detail")
                    choices=details(lang)
                    chosen=vec![Detail::default().code().to_owned()]
                    hint=t!(lang, "feed-detail-hint")
                />
                <p class="actions">
                    <button class="button">{t!(lang, "feed-make")}</button>
                </p>
            </form>
        }
    });
    view! {
        <section class="stack" aria-labelledby="make-title">
            <h2 id="make-title">{t!(lang, "feed-make-title")}</h2>
            {is_full.then(|| view! { <p>{t!(lang, "feed-too-many")}</p> })}
            {form}
        </section>
    }
}

#[component]
fn Feed(feed: FeedInfo, whose: Practitioner, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    let id = feed.id.to_string();
    let hidden = move || {
        let (slug, id) = (whose.slug.to_string(), id.clone());
        view! {
            <input type="hidden" name="practitioner" value=slug />
            <input type="hidden" name="feed" value=id />
        }
    };
    let used = match feed.last_used_at {
        Some(at) => t!(lang, "feed-last-used", at = moment(lang, at, zone)),
        None => t!(lang, "feed-never-used"),
    };
    let title_id = format!("feed-{}", feed.id);
    let labelled = title_id.clone();
    view! {
        <article class="card stack" aria-labelledby=labelled>
            <h2 id=title_id>{t!(lang, "feed-of", at = moment(lang, feed.created_at, zone))}</h2>
            <p class="hint">{used}</p>
            <form class="form" method="post" action="/api/set_feed_detail">
                {hidden()}
                <input type="hidden" name="seen" value=Seen::of(&feed.detail).as_str().to_owned() />
                <Select
                    name="detail"
                    label=t!(lang, "feed-detail")
                    choices=details(lang)
                    value=feed.detail.code().to_owned()
                    id_suffix=feed.id.to_string()
                />
                <p class="actions">
                    <button class="button secondary">{t!(lang, "button-save")}</button>
                </p>
            </form>
            <div class="actions">
                <form method="post" action="/api/renew_feed">
                    {hidden()}
                    <button class="button secondary">
                        <Icon name="renew" />
                        {t!(lang, "feed-renew")}
                    </button>
                </form>
                <form method="post" action="/api/revoke_feed">
                    {hidden()}
                    <button class="button danger secondary">
                        <Icon name="trash" />
                        {t!(lang, "feed-revoke")}
                    </button>
                </form>
            </div>
            <p class="hint">{t!(lang, "feed-renew-hint")}</p>
        </article>
    }
}

fn moment(lang: Lang, at: DateTime<Utc>, zone: Tz) -> String {
    dates::instant(lang, at, &zone)
}
