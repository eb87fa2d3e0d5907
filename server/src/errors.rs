//! Gives a page to every status that has none: what axum, a layer or a route answered in a few
//! words or none becomes the page of its fault. Pages and JSON pass as they are; only what is wrong
//! with a question to the public address of data is said as JSON.

use app::{fault::Fault, request::Reference};
use axum::{
    Json,
    body::Body,
    extract::State,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    Request,
    header::{ALLOW, CONTENT_TYPE, RETRY_AFTER},
    request::Parts,
};
use serde_json::json;

use crate::{
    api::wants_page,
    render::{Pages, status_of},
};

/// The layer.
pub async fn pages_for_bare_statuses(
    State(pages): State<Pages>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let reference = asked
        .extensions
        .get::<Reference>()
        .map(|it| it.0.as_str())
        .unwrap_or_default();
    let Some(fault) = Fault::of_status(response.status().as_u16(), reference) else {
        return response;
    };
    let of_data = response.status().is_client_error() && asks_for_data(&asked);
    let said_enough = is_kind(&response, "application/json")
        || !of_data && is_kind(&response, "text/html")
        || is_for_programs(&asked);
    if said_enough {
        return response;
    }
    let mut page = if of_data {
        let said = response.status().canonical_reason().unwrap_or_default();
        Json(json!({ "error": said.to_lowercase() })).into_response()
    } else if wants_page(&asked.headers) {
        pages.fault(&asked, fault).await
    } else {
        (status_of(&fault), Json(&fault)).into_response()
    };
    *page.status_mut() = response.status();
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// Whether a page, or an answer for programs, was made already.
fn is_kind(response: &Response, kind: &str) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with(kind))
}

/// Whatever comes from the public address of data is JSON.
fn asks_for_data(parts: &Parts) -> bool {
    let path = parts.uri.path();
    path == "/api/v1" || path.starts_with("/api/v1/")
}

/// Calendar applications read statuses.
fn is_for_programs(parts: &Parts) -> bool {
    parts.uri.path().starts_with("/calendrier/")
}
