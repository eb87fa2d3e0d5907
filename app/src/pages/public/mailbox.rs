//! The mails that stay on this machine, for whoever tries the program: a list, and one of them.
//! Only where mails go to a folder and nobody else can reach the server; else it is not there.

use backend::mail::mailbox::LocalMail;
use chrono::{DateTime, Utc};
use domain::links;
use i18n::{dates, t};
use leptos::{either::Either, prelude::*};

use crate::{
    components::{
        frame::Frame,
        icon::Icon,
        notice::{Notice, Tone},
        page::page,
    },
    fault::Fault,
    request,
};

async fn mails() -> Result<Vec<LocalMail>, Fault> {
    if !request::has_mailbox() {
        return Err(Fault::NotFound);
    }
    request::backend()?.mailbox().await?.ok_or(Fault::NotFound)
}

/// Day and hour. The program's own machine is the reader's, but its zone is nobody's business
/// here: UTC, and said so.
fn written(at: DateTime<Utc>) -> String {
    format!(
        "{} (UTC)",
        dates::day_and_hour(request::lang(), at.naive_utc())
    )
}

#[component]
pub fn LocalMailbox() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let mails = mails().await?;
        let content = if mails.is_empty() {
            Either::Left(view! {
                <section class="empty-state" aria-labelledby="empty-title">
                    <Icon name="mail" />
                    <h2 id="empty-title">{t!(lang, "mailbox-empty-title")}</h2>
                    <p>{t!(lang, "mailbox-empty-advice")}</p>
                    <p class="actions">
                        <a class="button" href=links::HOME>{t!(lang, "home-title")}</a>
                    </p>
                </section>
            })
        } else {
            let lines = mails.into_iter().map(|mail| {
                let line = t!(
                    lang,
                    "mailbox-line",
                    to = mail.to,
                    when = written(mail.date)
                );
                view! {
                    <li>
                        <a class="mailbox-line" href=links::mail(&mail.id)>
                            <span class="mailbox-subject">{mail.subject}</span>
                            <span>{line}</span>
                        </a>
                    </li>
                }
            });
            Either::Right(view! { <ul class="mailbox">{lines.collect_view()}</ul> })
        };
        Ok(view! {
            <Frame title=t!(lang, "mailbox-title") width="narrow">
                <div class="page-head">
                    <h1>{t!(lang, "mailbox-title")}</h1>
                </div>
                <Notice tone=Tone::Info>
                    <p>{t!(lang, "mailbox-notice")}</p>
                </Notice>
                {content}
            </Frame>
        })
    })
}

#[component]
pub fn LocalMailPage() -> impl IntoView {
    let id = request::param("id");
    page(async move {
        let lang = request::lang();
        let mut mails = mails().await?.into_iter();
        let mail = mails.find(|mail| mail.id == id).ok_or(Fault::NotFound)?;
        let facts = [
            (t!(lang, "mailbox-from"), mail.from),
            (t!(lang, "mailbox-to"), mail.to),
            (t!(lang, "mailbox-sent"), written(mail.date)),
        ];
        let facts = facts.into_iter().map(|(term, fact)| {
            view! {
                <div>
                    <dt>{term}</dt>
                    <dd>{fact}</dd>
                </div>
            }
        });
        Ok(view! {
            <Frame title=mail.subject.clone() width="narrow">
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::MAILBOX>
                            <Icon name="left" />
                            {t!(lang, "mailbox-title")}
                        </a>
                    </p>
                    <h1>{mail.subject}</h1>
                </div>
                <article class="mail" aria-label=t!(lang, "mailbox-label")>
                    <dl class="facts">{facts.collect_view()}</dl>
                    <p class="mail-body">{with_links(&mail.text)}</p>
                    {mail
                        .calendar
                        .map(|_| {
                            view! {
                                <p class="with-icon soft">
                                    <Icon name="calendar" />
                                    <span>{t!(lang, "mailbox-invitation")}</span>
                                </p>
                            }
                        })}
                </article>
            </Frame>
        })
    })
}

/// The text of a mail, its addresses of this site as links.
fn with_links(text: &str) -> impl IntoView + use<> {
    let ours = request::absolute("/");
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"');
    let mut rest = text;
    let mut pieces = Vec::new();
    while let Some(start) = rest.find(&ours) {
        let (before, link) = rest.split_at(start);
        let (link, after) = link.split_at(link.find(is_end).unwrap_or(link.len()));
        let path = link[ours.len() - 1..].to_owned();
        let link = link.to_owned();
        pieces.push(Either::Left(before.to_owned()));
        pieces.push(Either::Right(view! { <a href=path>{link}</a> }));
        rest = after;
    }
    pieces.push(Either::Left(rest.to_owned()));
    pieces.collect_view()
}
