//! One's own passkeys: seen, added, taken away.

use backend::{
    Tz,
    factors::{Factors, MOST_PASSKEYS, OwnPasskey, Wish},
};
use domain::{links, practice::Title};
use i18n::{dates, t, words};
use leptos::prelude::*;
use leptos_meta::Meta;

use super::second_step::{Proof, ProofToAdd, ProveByPasskey, RecoveryCodes};
use crate::{
    components::{
        error_summary::ErrorSummary,
        field::Field,
        icon::Icon,
        notice::{Notice, Tone},
        office_frame::{Office, OfficeFrame, Room},
        page::page,
        passkey::{AskPasskey, Asked},
    },
    fault::Fault,
    flash::{self, Flash},
    request,
};

#[component]
pub fn AccountPasskeys() -> impl IntoView {
    let removed = request::query("retirer");
    let again = request::query("recommencer").is_some();
    page(async move {
        let lang = request::lang();
        let office = Office::enter().await?;
        let session = request::session();
        let token = session.token().ok_or(Fault::NotSignedIn)?;
        let factors = office.backend.factors(token).await?;
        let offered = office.backend.offers_passkeys();
        let zone = office.zone().await?;
        let codes = flash::take(Flash::RecoveryCodes);
        let removed = match removed {
            Some(id) => {
                let id = id.parse().map_err(|_| Fault::NotFound)?;
                Some(office.backend.own_passkey(token, id).await?)
            }
            None => None,
        };
        let fields = vec![
            ("name", t!(lang, "passkey-name")),
            ("password", t!(lang, "account-current-password")),
            ("code", t!(lang, "second-step-code")),
        ];
        let none = factors.passkeys.is_empty();
        let passkeys = factors.passkeys.clone();
        let content = match removed {
            Some(passkey) => view! { <Remove passkey factors offered /> }.into_any(),
            None => view! {
                <p>{t!(lang, "passkey-lead")}</p>
                {(!none).then(|| view! { <Own passkeys zone /> })}
                <Add factors offered again />
            }
            .into_any(),
        };
        Ok(view! {
            <Meta name="robots" content="noindex" />
            <OfficeFrame office room=Room::Account title=t!(lang, "passkey-title")>
                <div class="page-head">
                    <p class="crumb">
                        <a href=links::ACCOUNT>
                            <Icon name="left" />
                            {t!(lang, "account-title")}
                        </a>
                    </p>
                    <h1>{t!(lang, "passkey-title")}</h1>
                </div>
                <ErrorSummary fields />
                {codes.map(|codes| view! { <RecoveryCodes codes /> })}
                {content}
            </OfficeFrame>
        })
    })
}

/// The list of them.
#[component]
fn Own(passkeys: Vec<OwnPasskey>, zone: Tz) -> impl IntoView {
    let lang = request::lang();
    let moment = move |at| dates::instant(lang, at, &zone);
    let rows = passkeys.into_iter().map(move |one| {
        let name = one.name.to_string();
        let label = t!(lang, "passkey-remove-label", name = &name);
        let used = one
            .last_used
            .map_or_else(|| t!(lang, "passkey-never-used"), moment);
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td data-label=t!(lang, "passkey-since")>{moment(one.since)}</td>
                <td data-label=t!(lang, "passkey-last-used")>{used}</td>
                <td class="row-actions">
                    <a
                        class="button quiet"
                        href=links::remove_passkey(one.id)
                        aria-label=label
                    >
                        {t!(lang, "passkey-remove")}
                    </a>
                </td>
            </tr>
        }
    });
    view! {
        <table class="data-table">
            <thead>
                <tr>
                    <th scope="col">{t!(lang, "passkey-name")}</th>
                    <th scope="col">{t!(lang, "passkey-since")}</th>
                    <th scope="col">{t!(lang, "passkey-last-used")}</th>
                    <th scope="col">
                        <span class="visually-hidden">{t!(lang, "column-actions")}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

/// One more: its name, the password, a code or another passkey where a second step is on; then the
/// device.
#[component]
fn Add(
    factors: Factors,
    offered: bool,
    /// Whether the challenge that waits is not wanted.
    again: bool,
) -> impl IntoView {
    let lang = request::lang();
    let content = if !offered {
        let address = request::absolute("");
        let words = t!(lang, "passkey-not-offered-at", address = address);
        view! {
            <Notice tone=Tone::Info>
                <p>{words}</p>
            </Notice>
        }
        .into_any()
    } else if factors.passkeys.len() >= MOST_PASSKEYS {
        view! { <p>{t!(lang, "passkey-too-many")}</p> }.into_any()
    } else if let Some((name, options)) = factors.to_add.clone().filter(|_| !again) {
        view! { <Make name options /> }.into_any()
    } else {
        let asked = match &factors.to_prove {
            Some((Wish::AddPasskey(name), options)) if !again => {
                Some((name.to_string(), options.clone()))
            }
            Some((
                Wish::AddPasskey(_)
                | Wish::AddTelephone
                | Wish::RenewCodes
                | Wish::RemoveTelephone
                | Wish::RemovePasskey(_),
                _,
            ))
            | None => None,
        };
        let (name, prove) = asked.unzip();
        let name = name.unwrap_or_else(|| words::device(lang, request::device()));
        view! {
            {prove.map(|options| view! { <ProveByPasskey options /> })}
            <form class="form" method="post" action="/api/start_passkey" novalidate>
                <Field
                    name="name"
                    label=t!(lang, "passkey-name")
                    hint=t!(lang, "passkey-name-hint")
                    value=name
                />
                <ProofToAdd factors offered />
                <p class="actions">
                    <button class="button">{t!(lang, "passkey-start")}</button>
                </p>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="stack" aria-labelledby="add-title">
            <h2 id="add-title">{t!(lang, "passkey-add-title")}</h2>
            {content}
        </section>
    }
}

/// The challenge waits for the device.
#[component]
fn Make(name: Title, options: String) -> impl IntoView {
    let lang = request::lang();
    let again = format!("{}?recommencer=oui", links::PASSKEYS);
    view! {
        <p>{t!(lang, "passkey-make", name = name.to_string())}</p>
        <AskPasskey asked=Asked::Make options action="/api/add_passkey" />
        <p>
            <a href=again>{t!(lang, "second-step-start-again")}</a>
        </p>
    }
}

/// One less: the password, and a code or a passkey.
#[component]
fn Remove(passkey: OwnPasskey, factors: Factors, offered: bool) -> impl IntoView {
    let lang = request::lang();
    let name = passkey.name.to_string();
    let last = factors.passkeys.len() == 1 && !factors.has_telephone();
    let proof = match &factors.to_prove {
        Some((Wish::RemovePasskey(id), options)) if *id == passkey.id => Some(options.clone()),
        Some((
            Wish::RemovePasskey(_)
            | Wish::RenewCodes
            | Wish::RemoveTelephone
            | Wish::AddTelephone
            | Wish::AddPasskey(_),
            _,
        ))
        | None => None,
    };
    let by_passkey = offered && !factors.passkeys.is_empty();
    view! {
        <section class="stack" aria-labelledby="remove-title">
            <h2 id="remove-title">{t!(lang, "passkey-remove-label", name = &name)}</h2>
            {last.then(|| view! { <p>{t!(lang, "passkey-remove-last")}</p> })}
            <p>{t!(lang, "passkey-remove-hint")}</p>
            {proof.map(|options| view! { <ProveByPasskey options /> })}
            <form class="form" method="post" action="/api/change_second_step" novalidate>
                <input type="hidden" name="passkey" value=passkey.id.to_string() />
                <Proof telephone=factors.has_telephone() by_passkey />
                <p class="actions">
                    <button class="button danger" name="wish" value="passkey">
                        {t!(lang, "passkey-remove")}
                    </button>
                    <a class="button secondary" href=links::PASSKEYS>
                        {t!(lang, "button-cancel")}
                    </a>
                </p>
            </form>
        </section>
    }
}
