//! What a page or a server function may know of the request it answers, and of the site.
//! Everything here reads the context that `server::render` provides; outside of a request
//! (when the table of routes is read) the answers are empty.

use std::sync::Arc;

use backend::{Backend, known_browser::KnownBrowser, sessions::SignInFrom};
use domain::{access::Actor, device::Device, people::EmailAddress};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT_LANGUAGE, LOCATION, RETRY_AFTER, SET_COOKIE, USER_AGENT},
    request::Parts,
};
use i18n::Lang;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks;

use crate::{
    cookies::Cookies,
    fault::Fault,
    forms,
    limits::{ClientKey, Gate, Limits},
    session::{Session, SignedIn},
};

/// What every request shares.
#[derive(Clone, Debug)]
pub struct Site {
    /// Storage, booking, mail, feeds.
    pub backend: Backend,
    /// How many tries are let in.
    pub limits: Arc<dyn Limits>,
    /// Where the style sheet and the islands are.
    pub assets: Assets,
    /// How cookies are written.
    pub cookies: Cookies,
    /// `RDV_PUBLIC_URL`, without a slash at its end: every absolute link starts with it.
    pub public_url: Arc<str>,
    /// Whether mails go to a folder and only this machine can reach the server: then, and only
    /// then, a page shows them.
    pub mailbox: bool,
    /// What the host says of itself on the legal page, paragraphs separated by an empty line.
    pub legal_notice: Option<Arc<str>>,
}

/// Where the files that pages ask for are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// Start of their addresses, `/_v/{build}`: a file below it never changes.
    pub root: String,
    /// Whether the islands were built in.
    pub islands: bool,
}

/// What a person can tell the host, and the host finds in the log; in the extensions of every
/// request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(pub String);

/// The site; `None` outside of a request.
#[must_use]
pub fn site() -> Option<Arc<Site>> {
    use_context()
}

/// Storage, booking, mail, feeds.
///
/// # Errors
/// [`Fault::Unexpected`] outside of a request.
pub fn backend() -> Result<Backend, Fault> {
    site()
        .map(|site| site.backend.clone())
        .ok_or_else(|| unexpected("no site in the context"))
}

/// Whether a page shows the mails that stay on this machine: only where nobody else can reach the
/// server, and to no request that a proxy passed on.
#[must_use]
pub fn has_mailbox() -> bool {
    site().is_some_and(|site| site.mailbox)
        && parts().is_some_and(|parts| !is_forwarded(&parts.headers))
}

/// The headers, the address and the extensions of the request.
#[must_use]
pub fn parts() -> Option<Parts> {
    use_context()
}

/// Whether a proxy says that it stands between: then no connection from this machine is proof of
/// somebody who sits at it.
#[must_use]
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| {
        let name = name.as_str();
        name.starts_with("x-forwarded-") || matches!(name, "forwarded" | "x-real-ip" | "via")
    })
}

/// Something that a layer left in the extensions of the request.
pub(crate) fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    with_context::<Parts, _>(|parts| parts.extensions.get::<T>().cloned()).flatten()
}

/// The fault that a layer met before any page was asked.
#[must_use]
pub fn fault() -> Option<Fault> {
    extension()
}

/// The language: the one chosen by cookie, else the browser's, else French.
#[must_use]
pub fn lang() -> Lang {
    let cookies = site().map(|site| site.cookies);
    with_context::<Parts, _>(|parts| {
        let chosen = cookies.and_then(|cookies| cookies.lang(&parts.headers));
        chosen.unwrap_or_else(|| {
            let accepted = parts.headers.get(ACCEPT_LANGUAGE);
            accepted
                .and_then(|value| value.to_str().ok())
                .map_or_else(Lang::default, Lang::negotiate)
        })
    })
    .unwrap_or_default()
}

/// Whether a small screen asks, as far as the browser says (the word that Mozilla recommends to
/// look for). Only to choose what is shown first; everything is reachable either way.
#[must_use]
pub fn from_phone() -> bool {
    with_context::<Parts, _>(|parts| {
        let agent = parts.headers.get(USER_AGENT);
        agent
            .and_then(|value| value.to_str().ok())
            .is_some_and(|agent| agent.contains("Mobi"))
    })
    .unwrap_or_default()
}

/// Remembers a language in the browser for a year.
pub fn remember_lang(lang: Lang) {
    if let Some(value) = site().and_then(|site| site.cookies.remember_lang(lang)) {
        answer_header(SET_COOKIE, value);
    }
}

/// Who is asking. Asks the database only when the request has a session's cookie.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot tell.
pub async fn actor() -> Result<Actor, Fault> {
    Ok(match session().signed_in().await? {
        Some(signed_in) => Actor::Member(signed_in.member.clone()),
        None => Actor::Visitor,
    })
}

/// Who is signed in, for pages and functions of the office: what she may do is in `.member`,
/// what the header says of her beside it.
///
/// # Errors
/// [`Fault::NotSignedIn`], which leads to the sign-in and back; [`Fault::Unavailable`].
pub async fn signed_in() -> Result<Arc<SignedIn>, Fault> {
    session().signed_in().await?.ok_or(Fault::NotSignedIn)
}

/// The same, when only her rights matter.
///
/// # Errors
/// As [`signed_in`].
pub async fn member() -> Result<domain::access::Member, Fault> {
    Ok(signed_in().await?.member.clone())
}

/// The session of the request; an empty one if it has none.
#[must_use]
pub fn session() -> Session {
    extension().unwrap_or_default()
}

/// Starts a session in the browser with the token that `backend` made.
pub fn start_session(token: &str) {
    if let Some(value) = site().and_then(|site| site.cookies.start_session(token)) {
        answer_header(SET_COOKIE, value);
    }
}

/// Makes the browser forget its session. Ending it on the server is `backend`'s.
pub fn end_session() {
    if let Some(value) = site().and_then(|site| site.cookies.end_session()) {
        answer_header(SET_COOKIE, value);
    }
}

/// The token of a sign-in that waits for its code in this browser.
#[must_use]
pub fn pending() -> Option<String> {
    let cookies = site()?.cookies;
    with_context::<Parts, _>(|parts| cookies.pending_token(&parts.headers)).flatten()
}

/// Lets a sign-in wait for its code in the browser.
pub fn start_pending(token: &str) {
    let seconds = backend::factors::PENDING.num_seconds();
    if let Some(value) = site().and_then(|site| site.cookies.start_pending(token, seconds)) {
        answer_header(SET_COOKIE, value);
    }
}

/// Ends the wait in the browser.
pub fn end_pending() {
    if let Some(value) = site().and_then(|site| site.cookies.end_pending()) {
        answer_header(SET_COOKIE, value);
    }
}

/// The token of a sign-in by passkey that waits for the device in this browser.
#[must_use]
pub fn passkey() -> Option<String> {
    let cookies = site()?.cookies;
    with_context::<Parts, _>(|parts| cookies.passkey_token(&parts.headers)).flatten()
}

/// Lets a sign-in by passkey wait for the device in the browser.
pub fn start_passkey(token: &str) {
    let seconds = backend::factors::ANSWERED_WITHIN.num_seconds();
    if let Some(value) = site().and_then(|site| site.cookies.start_passkey(token, seconds)) {
        answer_header(SET_COOKIE, value);
    }
}

/// Ends that wait in the browser.
pub fn end_passkey() {
    if let Some(value) = site().and_then(|site| site.cookies.end_passkey()) {
        answer_header(SET_COOKIE, value);
    }
}

/// The random part of what the browser shows to have signed in to this account lately, if it
/// was we who gave it. Asks the database only when the request has such a cookie.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot tell.
pub(crate) async fn known_browser(account: &str) -> Result<Option<String>, Fault> {
    let Some(site) = site() else { return Ok(None) };
    let shown = with_context::<Parts, _>(|parts| site.cookies.known_browser(&parts.headers));
    let (Some(shown), Ok(email)) = (shown.flatten(), EmailAddress::parse(account)) else {
        return Ok(None);
    };
    let known = site.backend.is_known_browser(&email, &shown).await?;
    Ok(known.then_some(shown.browser))
}

/// Whether what was remembered of a sign-in to this account is good still.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot tell.
pub(crate) async fn is_known_browser(account: &str, proof: &KnownBrowser) -> Result<bool, Fault> {
    let (Some(site), Ok(email)) = (site(), EmailAddress::parse(account)) else {
        return Ok(false);
    };
    Ok(site.backend.is_known_browser(&email, proof).await?)
}

/// Lets the browser show at its next sign-in to this account that it signed in before; answers
/// what it shows.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot tell.
pub(crate) async fn remember_browser(account: &str) -> Result<Option<KnownBrowser>, Fault> {
    let (Some(site), Ok(email)) = (site(), EmailAddress::parse(account)) else {
        return Ok(None);
    };
    let known = site.backend.remember_browser(&email).await?;
    let cookie = known.as_ref();
    if let Some(value) = cookie.and_then(|known| site.cookies.remember_browser(known)) {
        answer_header(SET_COOKIE, value);
    }
    Ok(known)
}

/// What browser and system the request says it comes from, by their common names.
#[must_use]
pub fn device() -> Device {
    with_context::<Parts, _>(|parts| {
        let said = parts.headers.get(USER_AGENT);
        said.and_then(|value| value.to_str().ok())
            .map_or_else(Device::default, Device::of_user_agent)
    })
    .unwrap_or_default()
}

/// Where somebody signs in: the session that this browser has is replaced.
#[must_use]
pub fn sign_in_from() -> SignInFrom {
    SignInFrom {
        device: device(),
        replaces: session().token().map(ToOwned::to_owned),
        ..SignInFrom::default()
    }
}

/// Who the request comes from, for limits; never for a log.
#[must_use]
pub fn client_key() -> ClientKey {
    extension().unwrap_or_else(|| ClientKey::new("", Vec::new()))
}

/// How many tries are let in, for the client of this request.
///
/// # Errors
/// [`Fault::Unexpected`] outside of a request.
pub fn limits() -> Result<Gate, Fault> {
    let site = site().ok_or_else(|| unexpected("no site in the context"))?;
    Ok(Gate {
        limits: site.limits.clone(),
        client: client_key(),
    })
}

/// A part of the address by its name in the table of routes, e.g. `slug`; empty if missing.
#[must_use]
pub fn param(name: &str) -> String {
    hooks::use_params_map()
        .read_untracked()
        .get(name)
        .unwrap_or_default()
}

/// A parameter of the query, decoded, e.g. `motif`; `None` if missing.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    hooks::use_query_map().read_untracked().get(name)
}

/// The path and query of the page: where the browser may go back to. It is the page's own also
/// when it is shown again as the answer to a form.
#[must_use]
pub fn page_path() -> String {
    let path = with_context::<Parts, _>(|parts| {
        parts
            .uri
            .path_and_query()
            .map(|path| path.as_str().to_owned())
    });
    path.flatten()
        .unwrap_or_else(|| domain::links::HOME.to_owned())
}

/// An absolute link to a path of ours, for what leaves the browser: mails, feeds, copies.
#[must_use]
pub fn absolute(path: &str) -> String {
    let base = site()
        .map(|site| site.public_url.clone())
        .unwrap_or_default();
    format!("{base}{path}")
}

/// The address of a file of `app/public`, or of a built one: below it nothing ever changes.
#[must_use]
pub fn asset(file: &str) -> String {
    let root = site()
        .map(|site| site.assets.root.clone())
        .unwrap_or_default();
    format!("{root}/{file}")
}

/// The reference of the request; empty outside of one.
#[must_use]
pub fn reference() -> String {
    extension::<Reference>()
        .map(|reference| reference.0)
        .unwrap_or_default()
}

/// Something that cannot happen did: written to the log with the reference of the request.
/// `what` holds nothing personal.
#[must_use]
pub fn unexpected(what: &str) -> Fault {
    let reference = reference();
    tracing::error!(reference, what, "unexpected");
    Fault::Unexpected { reference }
}

/// Adds a header to the answer.
pub fn answer_header(name: HeaderName, value: HeaderValue) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.append_header(name, value);
    }
}

/// Gives the answer a status: for a page that is not the one that was hoped for.
pub fn answer_status(status: StatusCode) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.set_status(status);
    }
}

/// Leads on to another page of ours (303), whatever the client says that it reads. The page that was
/// asked for is what a client reads that does not follow. (leptos has `redirect` for it, which leads on
/// only who asks for HTML, and tells all others that they have arrived.)
pub fn lead_on(path: &str) {
    if let (Some(answer), Ok(location)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(path),
    ) {
        answer.insert_header(LOCATION, location);
        answer.set_status(StatusCode::SEE_OTHER);
    }
}

/// Gives the answer the status of a fault; one who must sign in first is led there and back, unless
/// what she sent is in the page.
pub fn answer_fault(fault: &Fault) {
    let Some(answer) = use_context::<ResponseOptions>() else {
        return;
    };
    if let Ok(status) = StatusCode::from_u16(fault.status()) {
        answer.set_status(status);
    }
    match fault {
        Fault::NotSignedIn if forms::unsent().is_some() => {}
        Fault::NotSignedIn => lead_on(&sign_in_path(&page_path())),
        Fault::TooMany { retry_after } => {
            answer.insert_header(RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        Fault::Unavailable => answer.insert_header(RETRY_AFTER, HeaderValue::from(30_u64)),
        Fault::BadRequest
        | Fault::ForeignOrigin
        | Fault::NotFound
        | Fault::MethodNotAllowed
        | Fault::TooSlow
        | Fault::ChangedMeanwhile
        | Fault::Misdirected
        | Fault::TooLarge
        | Fault::Unexpected { .. } => {}
    }
}

/// Where the code is typed, with the page to come back to.
#[must_use]
pub fn sign_in_code_path(next: &str) -> String {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("{}?{query}", domain::links::SIGN_IN_CODE)
}

/// Where a passkey signs in, with the page to come back to.
#[must_use]
pub fn sign_in_passkey_path(next: &str) -> String {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("{}?{query}", domain::links::SIGN_IN_PASSKEY)
}

/// The sign-in, with the page to come back to.
#[must_use]
pub fn sign_in_path(next: &str) -> String {
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("{}?{query}", domain::links::SIGN_IN)
}

impl From<backend::Error> for Fault {
    /// What broke is written to the log here, once, with the reference that the person sees.
    fn from(error: backend::Error) -> Self {
        match error {
            backend::Error::NotFound => Self::NotFound,
            backend::Error::ChangedMeanwhile => Self::ChangedMeanwhile,
            backend::Error::Crowded => Self::TooMany { retry_after: 5 },
            error @ (backend::Error::Store(_) | backend::Error::Io(_)) => {
                let reference = reference();
                let passing = error.is_passing();
                let error: &dyn std::error::Error = &error;
                if passing {
                    tracing::warn!(reference, error, "storage is busy or away");
                    Self::Unavailable
                } else {
                    tracing::error!(reference, error, "unexpected");
                    Self::Unexpected { reference }
                }
            }
        }
    }
}
