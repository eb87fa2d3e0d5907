//! The walls of every answer: headers, and forms from elsewhere. Tests: `tests/walls.rs`.

use axum::{
    body::Body,
    extract::State,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use tower_http::csrf::{ConfigError, CsrfLayer};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const SEC_FETCH_SITE: &str = "sec-fetch-site";

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

/// The wall against foreign forms (`Sec-Fetch-Site`, then `Origin`); `origin` is ours, for
/// proxies that rewrite `Host`.
///
/// # Errors
/// [`ConfigError`] when the public address is no origin.
pub fn csrf(origin: &str) -> Result<CsrfLayer, ConfigError> {
    CsrfLayer::new().add_trusted_origin(origin)
}

/// What that wall lets through: a change asked for by a client that says nothing of where it
/// comes from. Every browser we serve says it.
pub async fn origin_is_said(request: Request<Body>, next: Next) -> Response {
    if says_its_origin(&request) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn says_its_origin(request: &Request<Body>) -> bool {
    let says = |name: &str| {
        request
            .headers()
            .get(name)
            .is_some_and(|value| !value.is_empty())
    };
    matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    ) || says(SEC_FETCH_SITE)
        || says(ORIGIN.as_str())
}
