//! What a person reads instead of a page: what happened, what to do, and the reference that the host
//! finds in the log. A form that could not be taken is kept in it, to be
//! sent again. Sets the status of the answer.

use std::sync::Arc;

use i18n::{Lang, t};
use leptos::prelude::*;

use crate::{
    components::frame::Frame,
    fault::Fault,
    forms::{self, Unsent},
    request,
};

#[component]
pub fn ErrorPage(fault: Fault) -> impl IntoView {
    request::answer_fault(&fault);
    let lang = request::lang();
    let signed_out = fault == Fault::NotSignedIn;
    let unsent = (signed_out || fault == Fault::Unavailable).then(forms::unsent);
    let unsent = unsent.flatten();
    let (title, advice) = words(lang, &fault);
    let (title, advice) = match &unsent {
        None => (title, advice),
        Some(Unsent { fields, .. }) => {
            let is_kept = fields.is_some();
            match (signed_out, is_kept) {
                (true, true) => (
                    t!(lang, "error-401-sent-title"),
                    t!(lang, "error-401-send-again"),
                ),
                (true, false) => (
                    t!(lang, "error-401-sent-title"),
                    t!(lang, "error-401-start-again"),
                ),
                (false, true) => (title, t!(lang, "error-503-send-again")),
                (false, false) => (title, t!(lang, "error-503-go-back")),
            }
        }
    };
    // In another tab: this one keeps what was typed.
    let sign_in = (signed_out && unsent.is_some()).then(|| {
        let href = request::sign_in_path(domain::links::AGENDA);
        view! {
            <p class="actions">
                <a class="button" href=href target="_blank" rel="noopener">
                    {t!(lang, "error-401-sign-in")}
                </a>
            </p>
        }
    });
    let again = unsent.and_then(|Unsent { action, fields }| Some((action, fields?)));
    let home = if again.is_some() {
        "button secondary"
    } else {
        "button"
    };
    let reference = match &fault {
        Fault::Unexpected { reference } => Some(reference.clone()),
        // Nothing to look up; and what is not there is told from what is another's by nothing at all.
        Fault::NotFound | Fault::NotSignedIn | Fault::Misdirected => None,
        Fault::BadRequest
        | Fault::ForeignOrigin
        | Fault::MethodNotAllowed
        | Fault::TooSlow
        | Fault::ChangedMeanwhile
        | Fault::TooLarge
        | Fault::TooMany { .. }
        | Fault::Unavailable => Some(request::reference()),
    };
    let reference = reference.filter(|reference| !reference.is_empty());
    let reference = reference.map(|reference| t!(lang, "error-reference", reference = reference));
    // Where no link leads anywhere: what her browser took for this site is only a name for it.
    let elsewhere = fault == Fault::Misdirected;
    let way_out = if elsewhere {
        let href = request::absolute(domain::links::HOME);
        let address = href.clone();
        view! { <a class="button" href=href>{address}</a> }
    } else {
        view! { <a class=home href=domain::links::HOME.to_owned()>{t!(lang, "link-home")}</a> }
    };
    view! {
        <Frame title=title.clone() alone=elsewhere>
            <div class="page-head">
                <p class="error-number" aria-hidden="true">{fault.status()}</p>
                <h1>{title}</h1>
                <p class="lead">{advice}</p>
                {reference.map(|reference| view! { <p class="hint">{reference}</p> })}
                {sign_in}
                {again.map(|(action, fields)| view! { <SendAgain action fields /> })}
                <p class="actions">{way_out}</p>
            </div>
        </Frame>
    }
}

/// The form as it was typed: the same key makes sure that it counts once.
#[component]
fn SendAgain(action: Arc<str>, fields: Arc<[(String, String)]>) -> impl IntoView {
    let fields = fields
        .iter()
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.clone() value=value.clone() /> }
        })
        .collect_view();
    view! {
        <form method="post" action=action.to_string()>
            {fields}
            <p class="actions">
                <button class="button">{t!(request::lang(), "send-again")}</button>
            </p>
        </form>
    }
}

/// The heading, and what to do.
fn words(lang: Lang, fault: &Fault) -> (String, String) {
    match fault {
        Fault::BadRequest => (t!(lang, "error-400-title"), t!(lang, "error-400-advice")),
        Fault::NotSignedIn => (t!(lang, "error-401-title"), t!(lang, "error-401-advice")),
        Fault::ForeignOrigin => (t!(lang, "error-403-title"), t!(lang, "error-403-advice")),
        Fault::NotFound => (t!(lang, "error-404-title"), t!(lang, "error-404-advice")),
        Fault::MethodNotAllowed => (t!(lang, "error-405-title"), t!(lang, "error-405-advice")),
        Fault::TooSlow => (t!(lang, "error-408-title"), t!(lang, "error-408-advice")),
        Fault::ChangedMeanwhile => (t!(lang, "error-409-title"), t!(lang, "error-409-advice")),
        Fault::TooLarge => (t!(lang, "error-413-title"), t!(lang, "error-413-advice")),
        Fault::Misdirected => (t!(lang, "error-421-title"), t!(lang, "error-421-advice")),
        Fault::TooMany { retry_after } => (
            t!(lang, "error-429-title"),
            t!(
                lang,
                "error-429-advice",
                minutes = retry_after.div_ceil(60).max(1)
            ),
        ),
        Fault::Unexpected { .. } => (t!(lang, "error-500-title"), t!(lang, "error-500-advice")),
        Fault::Unavailable => (t!(lang, "error-503-title"), t!(lang, "error-503-advice")),
    }
}
