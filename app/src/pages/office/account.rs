//! One's own account: sessions seen and ended, the password changed; the way to its second step.

use backend::{Tz, sessions::OwnSession};
use domain::links;
use i18n::{dates, t, words};
use leptos::prelude::*;
use leptos_meta::Meta;

use super::second_step;
use crate::{
    components::{
        error_summary::ErrorSummary,
        field::Field,
        office_frame::{Office, OfficeFrame, Room},
        page::page,
    },
    fault::Fault,
    request,
};

#[component]
pub fn Account() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let session = request::session();
        let token = session.token().ok_or(Fault::NotSignedIn)?;
        let sessions = office.backend.own_sessions(token).await?;
        let factors = office.backend.factors(token).await?;
        let zone = office.zone().await?;
        let second_step =
            second_step::in_words(lang, &factors, |at| dates::instant(lang, at, &zone));
        let passkeys = t!(lang, "passkey-count", count = factors.passkeys.len());
        let stand = !factors.passkeys.is_empty();
        let role = words::role(lang, office.signed_in.member.role);
        let email = office.signed_in.email.to_string();
        let fields = vec![
            ("current_password", t!(lang, "account-current-password")),
            ("new_password", t!(lang, "account-new-password")),
        ];
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::Account title=t!(lang, "office-nav-account")>
                <div class="page-head">
                    <h1>{t!(lang, "account-title")}</h1>
                    <p class="lead">{format!("{email}, {role}")}</p>
                </div>
                <ErrorSummary fields />
                <section class="stack" aria-labelledby="password-title">
                    <h2 id="password-title">{t!(lang, "account-password-title")}</h2>
                    <form class="form" method="post" action="/api/change_password" novalidate>
                        <Field
                            name="current_password"
                            label=t!(lang, "account-current-password")
                            kind="password"
                            autocomplete="current-password"
                        />
                        <Field
                            name="new_password"
                            label=t!(lang, "account-new-password")
                            kind="password"
                            hint=t!(lang, "account-password-hint")
                            autocomplete="new-password"
                        />
                        <p class="actions">
                            <button class="button">{t!(lang, "account-change-password")}</button>
                        </p>
                    </form>
                </section>
                <section class="stack" aria-labelledby="second-step-title">
                    <h2 id="second-step-title">{t!(lang, "second-step-title")}</h2>
                    <p>{second_step}</p>
                    <p class="actions">
                        <a class="button secondary" href=links::SECOND_STEP>
                            {t!(lang, "second-step-manage")}
                        </a>
                    </p>
                </section>
                <section class="stack" aria-labelledby="passkeys-title">
                    <h2 id="passkeys-title">{t!(lang, "passkey-title")}</h2>
                    <p>{passkeys}</p>
                    {stand.then(|| view! { <p class="hint">{t!(lang, "passkey-stand")}</p> })}
                    <p class="actions">
                        <a class="button secondary" href=links::PASSKEYS>
                            {t!(lang, "passkey-manage")}
                        </a>
                    </p>
                </section>
                <Sessions sessions zone />
            </OfficeFrame>
        })
    })
}

/// The devices on which she is signed in; all but this one can be signed out.
#[component]
fn Sessions(sessions: Vec<OwnSession>, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    let moment = move |at| dates::instant(lang, at, &zone);
    let several = sessions.len() > 1;
    let rows = sessions.into_iter().map(move |one| {
        let device = words::device(lang, one.device);
        let since = moment(one.since);
        let seen = if one.current {
            t!(lang, "account-this-session")
        } else {
            moment(one.last_seen)
        };
        let label = t!(
            lang,
            "account-end-one-label",
            device = &device,
            since = &since
        );
        let end = (!one.current).then(|| {
            view! {
                <form method="post" action="/api/end_session">
                    <input type="hidden" name="session" value=one.handle />
                    <button class="button quiet" aria-label=label>
                        {t!(lang, "account-end-one")}
                    </button>
                </form>
            }
        });
        view! {
            <tr>
                <th scope="row">{device}</th>
                <td data-label=t!(lang, "account-since")>{since}</td>
                <td data-label=t!(lang, "account-last-seen")>{seen}</td>
                <td class="row-actions">{end}</td>
            </tr>
        }
    });
    view! {
        <section class="stack" aria-labelledby="sessions-title">
            <h2 id="sessions-title">{t!(lang, "account-sessions-title")}</h2>
            <p class="hint">{t!(lang, "account-sessions-hint")}</p>
            <table class="data-table">
                <thead>
                    <tr>
                        <th scope="col">{t!(lang, "account-device")}</th>
                        <th scope="col">{t!(lang, "account-since")}</th>
                        <th scope="col">{t!(lang, "account-last-seen")}</th>
                        <th scope="col">
                            <span class="visually-hidden">{t!(lang, "column-actions")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {several
                .then(|| {
                    view! {
                        <form method="post" action="/api/end_other_sessions">
                            <button class="button secondary">
                                {t!(lang, "account-end-others")}
                            </button>
                        </form>
                    }
                })}
        </section>
    }
}
