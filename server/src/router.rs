//! What answers which address, and the layers around it, from the outside in.
//! Addresses of pages are in `app::App`, of forms in `app::api`.

use std::{sync::Arc, time::Duration};

use app::{fault::Fault, request::Site};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{from_fn_with_state, map_response_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{
    Method, StatusCode,
    header::{AUTHORIZATION, COOKIE},
};
use leptos_axum::generate_route_list;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
    csrf::ConfigError,
    limit::RequestBodyLimitLayer,
    sensitive_headers::SetSensitiveRequestHeadersLayer,
    timeout::TimeoutLayer,
};

use crate::{
    api, assets, conditional, errors,
    logging::{self, References},
    metrics::Metrics,
    network::{self, TrustedProxies},
    render::{self, Pages},
    routes, security, session,
};

/// How long a request may take, its body included.
pub const LONGEST: Duration = Duration::from_secs(30);

/// The whole server, for a site.
///
/// # Errors
/// [`ConfigError`] when the public address is no origin.
pub fn router(
    site: Arc<Site>,
    proxies: TrustedProxies,
    access: &routes::metrics::Access,
) -> Result<Router, ConfigError> {
    let pages = Pages::new(site.clone());
    let https = site.cookies.secure;
    let csrf = security::csrf(&site.public_url)?;
    let ours = security::Ours::new(&site.public_url);
    let references = References::new(&site.backend.new_token());
    let metrics = Metrics::default();

    let mut router = Router::new();
    for listing in generate_route_list(app::App) {
        router = router.route(listing.path(), get(page));
    }
    Ok(router
        .merge(api::routes())
        .merge(routes::all(&pages, &metrics, access))
        .merge(assets::routes())
        .fallback(nowhere)
        .layer(from_fn_with_state(site.cookies, session::find))
        .layer(from_fn_with_state(proxies, network::find))
        .layer(RequestBodyLimitLayer::new(api::MOST_BYTES))
        .layer(csrf)
        .layer(from_fn_with_state(ours, security::is_for_us))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST,
        ))
        .layer(CatchPanicLayer::custom(|_| {
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
        .layer(from_fn_with_state(
            pages.clone(),
            errors::pages_for_bare_statuses,
        ))
        .layer(CatchPanicLayer::custom(|_| {
            render::last_resort(StatusCode::INTERNAL_SERVER_ERROR)
        }))
        // Outlook fails on a calendar that comes compressed.
        .layer(CompressionLayer::new().gzip(true).br(true).compress_when(
            DefaultPredicate::new().and(NotForContentType::const_new("text/calendar")),
        ))
        .layer(map_response_with_state(pages.clone(), conditional::dated))
        .layer(from_fn_with_state(https, security::headers))
        .layer(SetSensitiveRequestHeadersLayer::new([
            COOKIE,
            AUTHORIZATION,
        ]))
        .layer(from_fn_with_state((references, metrics), logging::line))
        .with_state(pages))
}

/// An address without a route has no page either, whatever the router of the pages would make of it:
/// that one resolves `..` and `\\`, behind the back of the walls that look at the address as it came.
/// With a slash too many at its end it is the address without.
async fn nowhere(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let path = parts.uri.path();
    let shorter = path.strip_suffix('/').filter(|path| !path.is_empty());
    let may_be_led = matches!(parts.method, Method::GET | Method::HEAD) && render::is_plain(path);
    match shorter.filter(|_| may_be_led) {
        Some(shorter) => {
            let query = parts.uri.query().map(|query| format!("?{query}"));
            let address = format!("{shorter}{}", query.unwrap_or_default());
            Redirect::temporary(&address).into_response()
        }
        None => pages.fault(&parts, Fault::NotFound).await,
    }
}

/// The page of an address, unless what stands for a name in it leads elsewhere: as in [`nowhere`].
async fn page(State(pages): State<Pages>, request: Request) -> Response {
    if render::is_plain(request.uri().path()) {
        pages.page(request).await
    } else {
        let (parts, _) = request.into_parts();
        pages.fault(&parts, Fault::NotFound).await
    }
}
