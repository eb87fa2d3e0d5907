//! The second step of one's own sign-in: turned on with a telephone, renewed, turned off.

use backend::factors::{Enrolment, SecondStep};
use chrono::{DateTime, Utc};
use domain::{links, zone};
use i18n::{dates, t};
use leptos::prelude::*;
use leptos_meta::Meta;

use crate::{
    components::{
        error_summary::ErrorSummary,
        field::Field,
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room},
        page::page,
        qr_code::QrCode,
    },
    fault::Fault,
    flash::{self, Flash},
    request,
};

#[component]
pub fn AccountSecondStep() -> impl IntoView {
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let session = request::session();
        let token = session.token().ok_or(Fault::NotSignedIn)?;
        let state = office.backend.second_step_state(token).await?;
        let zone = office.zone().await?;
        let codes = flash::take(Flash::RecoveryCodes);
        let fields = vec![
            ("password", t!(lang, "account-current-password")),
            ("code", t!(lang, "second-step-code")),
        ];
        let content = match state {
            SecondStep::Off => view! { <Start /> }.into_any(),
            SecondStep::Started(shown) => view! { <Prove shown /> }.into_any(),
            SecondStep::On { since, codes_left } => {
                let since = dates::day_and_hour(lang, zone::wall(&zone, since));
                view! { <Change since codes_left /> }.into_any()
            }
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame
                office
                room=Room::Account
                title=t!(lang, "second-step-title")
                width="narrow"
            >
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::ACCOUNT>
                            <Icon name="left" />
                            {t!(lang, "account-title")}
                        </a>
                    </p>
                    <h1>{t!(lang, "second-step-title")}</h1>
                </div>
                <ErrorSummary fields />
                {codes.map(|codes| view! { <RecoveryCodes codes /> })}
                {content}
            </OfficeFrame>
        })
    })
}

/// The words of where it stands, for the page of the account.
#[must_use]
pub fn in_words(
    lang: i18n::Lang,
    state: &SecondStep,
    said: impl Fn(DateTime<Utc>) -> String,
) -> String {
    match state {
        SecondStep::Off | SecondStep::Started(_) => t!(lang, "second-step-is-off"),
        SecondStep::On { since, .. } => t!(lang, "second-step-is-on", since = said(*since)),
    }
}

/// Off: what it is for, and the password.
#[component]
fn Start() -> impl IntoView {
    let lang = request::lang();
    view! {
        <p>{t!(lang, "second-step-lead")}</p>
        <p>{t!(lang, "second-step-apps")}</p>
        <form class="form" method="post" action="/api/start_second_step" novalidate>
            <Field
                name="password"
                label=t!(lang, "account-current-password")
                kind="password"
                autocomplete="current-password"
            />
            <p class="actions">
                <button class="button">{t!(lang, "second-step-start")}</button>
            </p>
        </form>
    }
}

/// Started: what the telephone reads, and its first code.
#[component]
fn Prove(shown: Enrolment) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="stack" aria-labelledby="scan-title">
            <h2 id="scan-title">{t!(lang, "second-step-scan-title")}</h2>
            <p>{t!(lang, "second-step-scan")}</p>
            <QrCode modules=shown.modules label=t!(lang, "second-step-qr-label") />
            <p>
                {t!(lang, "second-step-secret")} <br />
                <code class="secret">{shown.secret}</code>
            </p>
            <p>
                <a href=shown.url>{t!(lang, "second-step-open-app")}</a>
            </p>
        </section>
        <section class="stack" aria-labelledby="prove-title">
            <h2 id="prove-title">{t!(lang, "second-step-prove-title")}</h2>
            <form class="form" method="post" action="/api/confirm_second_step" novalidate>
                <Field
                    name="code"
                    label=t!(lang, "second-step-code")
                    hint=t!(lang, "second-step-code-hint")
                    autocomplete="one-time-code"
                    inputmode="numeric"
                    width="short"
                />
                <p class="actions">
                    <button class="button">{t!(lang, "second-step-turn-on")}</button>
                    <a class="button secondary" href=links::ACCOUNT>
                        {t!(lang, "button-cancel")}
                    </a>
                </p>
            </form>
        </section>
    }
}

/// On: how many recovery codes are left, and what can be changed with password and code.
#[component]
fn Change(since: String, codes_left: i64) -> impl IntoView {
    let lang = request::lang();
    view! {
        <section class="card stack">
            <p>{t!(lang, "second-step-is-on", since = since)}</p>
            <p>{t!(lang, "second-step-codes-left", count = codes_left)}</p>
        </section>
        <section class="stack" aria-labelledby="change-title">
            <h2 id="change-title">{t!(lang, "second-step-change-title")}</h2>
            <form class="form" method="post" action="/api/change_second_step" novalidate>
                <Field
                    name="password"
                    label=t!(lang, "account-current-password")
                    kind="password"
                    autocomplete="current-password"
                />
                <Field
                    name="code"
                    label=t!(lang, "second-step-code")
                    hint=t!(lang, "second-step-code-or-recovery")
                    autocomplete="one-time-code"
                    width="medium"
                />
                <p class="actions">
                    <button class="button" name="wish" value="renew">
                        {t!(lang, "second-step-renew")}
                    </button>
                    <button class="button danger" name="wish" value="off">
                        {t!(lang, "second-step-turn-off")}
                    </button>
                </p>
            </form>
        </section>
    }
}

/// The only time that they are shown.
#[component]
fn RecoveryCodes(
    /// With a full stop between two.
    codes: String,
) -> impl IntoView {
    let lang = request::lang();
    let items = codes.split('.').map(|code| {
        view! {
            <li>
                <code>{code.to_owned()}</code>
            </li>
        }
    });
    view! {
        <Notice tone=Tone::Success is_answer=true>
            <p>{t!(lang, "second-step-on-done")}</p>
        </Notice>
        <section class="card stack" aria-labelledby="codes-title">
            <h2 id="codes-title">{t!(lang, "second-step-codes-title")}</h2>
            <p>{t!(lang, "second-step-codes-advice")}</p>
            <ul class="recovery-codes">{items.collect_view()}</ul>
        </section>
    }
}
