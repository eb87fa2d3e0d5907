//! Mails that did not go: whom to phone, and why.

use backend::{
    jobs::{
        Kind,
        failed::{FailedMail, MOST_SHOWN},
    },
    mail::Trouble,
};
use domain::links;
use i18n::{Lang, dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        badge::Badge,
        contact::PhoneLink,
        error_summary::ErrorSummary,
        icon::Icon,
        office_frame::{Office, OfficeFrame, Room},
        page::page,
    },
    request,
};

#[component]
pub fn ToPhone() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let mails = office.backend.people_to_phone(&office.actor).await?;
        let more = (mails.len() >= MOST_SHOWN)
            .then(|| view! { <p class="hint">{t!(lang, "to-phone-more", count = MOST_SHOWN)}</p> });
        let content = if mails.is_empty() {
            view! {
                <section class="empty-state">
                    <Icon name="check" />
                    <h2>{t!(lang, "to-phone-empty-title")}</h2>
                    <p>{t!(lang, "to-phone-empty")}</p>
                </section>
            }
            .into_any()
        } else {
            view! {
                <ul class="card-list">
                    {mails.into_iter().map(|mail| view! { <Mail mail /> }).collect_view()}
                </ul>
            }
            .into_any()
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::ToPhone title=t!(lang, "office-nav-to-phone")>
                <div class="page-head">
                    <h1>{t!(lang, "to-phone-title")}</h1>
                    <p class="lead">{t!(lang, "to-phone-lead")}</p>
                </div>
                <ErrorSummary fields=vec![] />
                {content}
                {more}
            </OfficeFrame>
        })
    })
}

#[component]
fn Mail(mail: FailedMail) -> impl IntoView {
    let lang = request::lang();
    let zone: backend::Tz = mail.place.zone.as_str().parse().unwrap_or(backend::Tz::UTC);
    let start = dates::instant(lang, mail.start, &zone);
    let since = dates::instant(lang, mail.since, &zone);
    let visit = links::office_visit(&mail.practitioner.slug, mail.appointment);
    let because = match mail.why {
        Some(why) => because(lang, why.trouble),
        None if mail.begun => String::new(),
        None => t!(lang, "trouble-not-begun"),
    };
    let (kind, icon, word) = if mail.still_tried {
        ("late", "clock", t!(lang, "to-phone-still-tried"))
    } else {
        ("failed", "warning", t!(lang, "to-phone-failed"))
    };
    view! {
        <li class="card stack">
            <h2>
                <a href=visit>{mail.patient}</a>
            </h2>
            <p>
                <Badge kind icon word />
            </p>
            <p>{what(lang, mail.kind, &start)}</p>
            <p class="hint">
                {because}
                " "
                {t!(lang, "to-phone-since", at = since)}
            </p>
            <div class="actions">
                <PhoneLink phone=mail.phone class="button">
                    <Icon name="phone" />
                </PhoneLink>
                {(!mail.still_tried)
                    .then(|| {
                        view! {
                            <form method="post" action="/api/patient_was_phoned">
                                <input type="hidden" name="mail" value=mail.job.to_string() />
                                <button class="button secondary">
                                    {t!(lang, "to-phone-done-button")}
                                </button>
                            </form>
                        }
                    })}
            </div>
        </li>
    }
}

/// What the mail was to say.
fn what(lang: Lang, kind: Kind, start: &str) -> String {
    match kind {
        Kind::SendCode => t!(lang, "to-phone-code", start = start),
        Kind::Confirm => t!(lang, "to-phone-confirmation", start = start),
        Kind::NotifyCancel => t!(lang, "to-phone-cancellation", start = start),
        // About no visit, and so never listed.
        Kind::NotifyAccount => kind.in_words(lang),
    }
}

/// Why it did not go, for somebody who is not the host.
fn because(lang: Lang, trouble: Trouble) -> String {
    match trouble {
        Trouble::RecipientRefused => t!(lang, "trouble-recipient"),
        Trouble::NoAddress => t!(lang, "trouble-no-address"),
        Trouble::Unreachable | Trouble::Slow | Trouble::Cut | Trouble::NotNow => {
            t!(lang, "trouble-server")
        }
        Trouble::Encryption | Trouble::SignIn | Trouble::SenderRefused | Trouble::Folder => {
            t!(lang, "trouble-setup")
        }
        Trouble::Unanswered => t!(lang, "trouble-unanswered"),
        Trouble::TextRefused => t!(lang, "trouble-refused"),
        Trouble::Garbled | Trouble::Unbuildable | Trouble::Panicked | Trouble::Database => {
            t!(lang, "trouble-other")
        }
        Trouble::Restored => trouble.in_words(lang),
    }
}
