//! The walls of every answer: headers, and forms from elsewhere. Tests: `tests/walls.rs`.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, Version,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
    },
    uri::Authority,
};
use tower_http::csrf::{ConfigError, CsrfLayer};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Two years (the least that the preload lists of browsers take is one).
const HSTS: &str = "max-age=63072000; includeSubDomains";
/// Nothing that a page of ours needs.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), usb=(), \
    xr-spatial-tracking=()";

/// Pages that are about a person: never kept by a browser or a cache, never in a search engine.
const PERSONAL: [&str; 8] = [
    "/rdv/",
    "/reservation/",
    "/agenda",
    "/connexion",
    "/mon-compte",
    "/installation/",
    "/courrier",
    "/api/",
];

/// The policy of a page whose scripts carry this nonce; without one nothing may run.
#[must_use]
pub fn content_policy(nonce: Option<&str>) -> String {
    let scripts = match nonce {
        Some(nonce) => format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
        None => "'none'".to_owned(),
    };
    // `cargo leptos watch` reloads pages through a socket on a port of its own.
    let reload = if is_watched() {
        " ws://127.0.0.1:*"
    } else {
        ""
    };
    format!(
        "default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// Whether a developer's `cargo leptos watch` runs this server.
#[must_use]
pub fn is_watched() -> bool {
    cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some()
}

/// The layer that puts the headers on every answer. `https` is the scheme of the public address.
pub async fn headers(State(https): State<bool>, request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let personal = PERSONAL.iter().any(|start| path.starts_with(start))
        || request.headers().contains_key(http::header::COOKIE) && !path.starts_with("/_v/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    set(PERMISSIONS_POLICY, PERMISSIONS);
    set(OPENER_POLICY, "same-origin");
    set(RESOURCE_POLICY, "same-origin");
    if https {
        set(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if PERSONAL.iter().any(|start| path.starts_with(start)) {
        set(ROBOTS, "noindex, nofollow");
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = content_policy(None);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
    }
    keep(headers, personal);
    response
}

/// What may be kept: nothing of a person; the rest is asked for anew, unless a route said more.
fn keep(headers: &mut HeaderMap, personal: bool) {
    if headers.contains_key(CACHE_CONTROL) {
        return;
    }
    let rule = if personal {
        "no-store"
    } else {
        "private, no-cache"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(rule));
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language"));
}

/// Whose pages may send forms, and by which names we may be asked: those of the public address.
/// Where that is this machine itself, every name of this machine will do, and no other: a page
/// from elsewhere whose name was made to point here would read the mailbox of a trial.
#[derive(Clone, Debug)]
pub struct Ours {
    origin: Arc<str>,
    /// The port of the public address, where that is this machine.
    local: Option<Option<u16>>,
}

impl Ours {
    /// The names behind a public address, without a path.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        let address = public_url.parse::<Uri>().unwrap_or_default();
        let local = address
            .host()
            .filter(|host| is_loopback(host))
            .map(|_| address.port_u16());
        Self {
            origin: Arc::from(public_url),
            local,
        }
    }

    fn sends_from(&self, origin: &str) -> bool {
        if origin == &*self.origin {
            return true;
        }
        let Some(port) = self.local else { return false };
        origin.parse::<Uri>().is_ok_and(|origin| {
            origin.scheme_str() == Some("http")
                && origin.authority().is_some_and(is_host)
                && origin.host().is_some_and(is_loopback)
                && origin.port_u16() == port
        })
    }

    fn is_called(&self, name: &str) -> bool {
        let name = name.parse::<Authority>();
        self.local.is_none() || name.is_ok_and(|name| is_loopback(name.host()))
    }
}

/// Whether a host is this machine, without asking anybody.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The wall against foreign forms (`Sec-Fetch-Site`, then `Origin`); `origin` is ours, for
/// proxies that rewrite `Host`. [`is_for_us`] stands before it.
///
/// # Errors
/// [`ConfigError`] when the public address is no origin.
pub fn csrf(origin: &str) -> Result<CsrfLayer, ConfigError> {
    CsrfLayer::new().add_trusted_origin(origin)
}

/// What that wall lets through: a request that does not say in one word whom it asks (RFC 9112 §3.2);
/// one under a name that is not ours; a change that says twice where it comes from, or what it is;
/// one asked for by a page whose `Origin` is not ours, whatever else it says of itself and whatever
/// `Host` says; and one asked for by a client that does not say where it comes from. Every browser we
/// serve says it. (`null` is what our own forms say in a browser that heeds the header on referrers
/// and not the page's own word; the wall asks more of those.)
pub async fn is_for_us(State(ours): State<Ours>, request: Request<Body>, next: Next) -> Response {
    match refusal(&ours, &request) {
        None => next.run(request).await,
        Some(status) => status.into_response(),
    }
}

/// Whether `Host` is missing though HTTP/1.1 demands it, is there twice, or is none; or the address
/// that is asked for has a host that is none. An empty one is allowed, and is no name of ours.
fn names_nobody(request: &Request<Body>) -> bool {
    if request.uri().authority().is_some_and(|name| !is_host(name)) {
        return true;
    }
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version() == Version::HTTP_11,
        (Some(host), None) => {
            let name = host.to_str().ok().map(str::parse::<Authority>);
            let is_one = name.is_some_and(|name| name.is_ok_and(|it| is_host(&it)));
            !host.is_empty() && !is_one
        }
        (Some(_), Some(_)) => true,
    }
}

/// Whether it is a host and perhaps a port (RFC 9110 §7.2): no user before it, and after its colon a
/// number of a port or nothing. `http` takes whatever stands there, and a port alone.
fn is_host(name: &Authority) -> bool {
    let port = name.as_str().strip_prefix(name.host());
    !name.host().is_empty()
        && port.is_some_and(|rest| match rest.strip_prefix(':') {
            Some(port) => {
                port.bytes().all(|byte| byte.is_ascii_digit())
                    && (port.is_empty() || port.parse::<u16>().is_ok())
            }
            None => rest.is_empty(),
        })
}

fn refusal(ours: &Ours, request: &Request<Body>) -> Option<StatusCode> {
    let said = |name: HeaderName| {
        let value = request.headers().get(name)?.to_str().ok();
        Some(value.unwrap_or_default())
    };
    if names_nobody(request) {
        return Some(StatusCode::BAD_REQUEST);
    }
    let name = request.uri().host().or_else(|| said(HOST));
    // Files that are the same for everybody: without them the page that says so has no form.
    let is_file = request.uri().path().starts_with("/_v/");
    if !is_file && name.is_some_and(|name| !ours.is_called(name)) {
        return Some(StatusCode::MISDIRECTED_REQUEST);
    }
    let is_safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let twice = |name: HeaderName| request.headers().get_all(name).iter().nth(1).is_some();
    if !is_safe
        && [ORIGIN, SEC_FETCH_SITE, CONTENT_TYPE]
            .into_iter()
            .any(twice)
    {
        return Some(StatusCode::BAD_REQUEST);
    }
    let is_ours = match said(ORIGIN) {
        Some(origin) if !origin.is_empty() => origin == "null" || ours.sends_from(origin),
        _ => said(SEC_FETCH_SITE).is_some_and(|site| !site.is_empty()),
    };
    (!is_safe && !is_ours).then_some(StatusCode::FORBIDDEN)
}
