//! The second step of one's own sign-in: turned on with a telephone, renewed, turned off. Passkeys
//! are [`super::passkeys`]'.

use backend::factors::{Enrolment, Factors, Telephone, Wish};
use chrono::{DateTime, Utc};
use domain::links;
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
        passkey::{AskPasskey, Asked},
        qr_code::QrCode,
    },
    fault::Fault,
    flash::{self, Flash},
    request,
};

#[component]
pub fn AccountSecondStep() -> impl IntoView {
    let adds = request::query("ajouter").is_some();
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let session = request::session();
        let token = session.token().ok_or(Fault::NotSignedIn)?;
        let factors = office.backend.factors(token).await?;
        let offered = office.backend.offers_passkeys();
        let zone = office.zone().await?;
        let codes = flash::take(Flash::RecoveryCodes);
        let fields = vec![
            ("password", t!(lang, "account-current-password")),
            ("code", t!(lang, "second-step-code")),
        ];
        let said = in_words(lang, &factors, |at| dates::instant(lang, at, &zone));
        let content = match factors.telephone.clone() {
            Telephone::Started(shown) => view! { <Prove shown /> }.into_any(),
            Telephone::Off if adds || factors.on_since().is_none() => {
                view! { <Start factors offered /> }.into_any()
            }
            Telephone::Off | Telephone::On { .. } => {
                view! { <Change said factors offered /> }.into_any()
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
    factors: &Factors,
    said: impl Fn(DateTime<Utc>) -> String,
) -> String {
    match factors.on_since() {
        None => t!(lang, "second-step-is-off"),
        Some(since) if factors.passkeys.is_empty() => {
            t!(lang, "second-step-is-on", since = said(since))
        }
        Some(since) => t!(lang, "second-step-is-on-passkey", since = said(since)),
    }
}

/// Off: what it is for, and the password; what passkeys ask for, where there are some.
#[component]
fn Start(factors: Factors, offered: bool) -> impl IntoView {
    let lang = request::lang();
    let prove = match &factors.to_prove {
        Some((Wish::AddTelephone, options)) => Some(options.clone()),
        Some((
            Wish::AddPasskey(_) | Wish::RenewCodes | Wish::RemoveTelephone | Wish::RemovePasskey(_),
            _,
        ))
        | None => None,
    };
    view! {
        <p>{t!(lang, "second-step-lead")}</p>
        <p>{t!(lang, "second-step-apps")}</p>
        {prove.map(|options| view! { <ProveByPasskey options /> })}
        <form class="form" method="post" action="/api/start_second_step" novalidate>
            <ProofToAdd factors offered />
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
fn Change(
    /// Since when, in words.
    said: String,
    factors: Factors,
    offered: bool,
) -> impl IntoView {
    let lang = request::lang();
    let telephone = factors.has_telephone();
    let by_passkey = offered && !factors.passkeys.is_empty();
    let turn_off = if factors.passkeys.is_empty() {
        t!(lang, "second-step-turn-off")
    } else {
        t!(lang, "second-step-remove-telephone")
    };
    let add = (!telephone).then(|| {
        view! {
            <p>
                <a href=links::ADD_TELEPHONE>{t!(lang, "second-step-add-telephone")}</a>
            </p>
        }
    });
    let proof = match factors.to_prove {
        Some((Wish::RenewCodes | Wish::RemoveTelephone, options)) => Some(options),
        Some((Wish::RemovePasskey(_) | Wish::AddTelephone | Wish::AddPasskey(_), _)) | None => None,
    };
    let proof = proof.map(|options| view! { <ProveByPasskey options /> });
    let remove = telephone.then(|| {
        view! {
            <button class="button danger" name="wish" value="off">
                {turn_off}
            </button>
        }
    });
    view! {
        <section class="card stack">
            <p>{said}</p>
            <p>{t!(lang, "second-step-codes-left", count = factors.codes_left)}</p>
        </section>
        {add}
        <section class="stack" aria-labelledby="change-title">
            <h2 id="change-title">{t!(lang, "second-step-change-title")}</h2>
            {proof}
            <form class="form" method="post" action="/api/change_second_step" novalidate>
                <Proof telephone by_passkey />
                <p class="actions">
                    <button class="button" name="wish" value="renew">
                        {t!(lang, "second-step-renew")}
                    </button>
                    {remove}
                </p>
            </form>
        </section>
    }
}

/// The password, and a code; a passkey instead of the code, where there is one.
#[component]
pub(super) fn Proof(
    /// Whether there are codes of a telephone.
    telephone: bool,
    by_passkey: bool,
) -> impl IntoView {
    let lang = request::lang();
    let mut hint = if telephone {
        t!(lang, "second-step-code-or-recovery")
    } else {
        t!(lang, "second-step-recovery-only")
    };
    if by_passkey {
        hint = format!("{hint} {}", t!(lang, "passkey-instead-of-code"));
    }
    view! {
        <Field
            name="password"
            label=t!(lang, "account-current-password")
            kind="password"
            autocomplete="current-password"
        />
        <Field
            name="code"
            label=t!(lang, "second-step-code")
            hint
            autocomplete="one-time-code"
            width="medium"
            may_be_empty=by_passkey
        />
    }
}

/// What adding a factor asks for: the password, and where a second step is on a code or a passkey.
#[component]
pub(super) fn ProofToAdd(
    factors: Factors,
    /// Whether devices make passkeys for this instance.
    offered: bool,
) -> impl IntoView {
    let lang = request::lang();
    if factors.on_since().is_some() {
        let by_passkey = offered && !factors.passkeys.is_empty();
        return view! { <Proof telephone=factors.has_telephone() by_passkey /> }.into_any();
    }
    view! {
        <Field
            name="password"
            label=t!(lang, "account-current-password")
            kind="password"
            autocomplete="current-password"
        />
    }
    .into_any()
}

/// A passkey proves the change that was wished; or else a code does, in the form that follows.
#[component]
pub(super) fn ProveByPasskey(
    /// The challenge, in JSON.
    options: String,
) -> impl IntoView {
    let lang = request::lang();
    view! {
        <AskPasskey asked=Asked::Prove options action="/api/change_by_passkey" />
        <p>{t!(lang, "passkey-or-code")}</p>
    }
}

/// The only time that they are shown.
#[component]
pub(super) fn RecoveryCodes(
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
