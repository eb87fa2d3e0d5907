//! `GET /calendrier/{token}.ics`: the feed of an agenda, for calendar applications. What it
//! shows is `backend`'s; here are the headers that these programs need, and no more: no cookie,
//! no redirect, no compression, no limit of requests for an address that is valid.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use backend::calendar_feed::{Answer, Validators};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, LAST_MODIFIED,
        RETRY_AFTER,
    },
};
use i18n::{Lang, t};

use crate::{
    conditional::{imf_fixdate, is_not_modified},
    render::Pages,
};

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// Seconds after which a program may come back when the database is away.
const COME_BACK: HeaderValue = HeaderValue::from_static("60");

pub(super) fn routes() -> Router<Pages> {
    // `domain::links::feed`, whose `.ics` a template cannot say.
    Router::new().route("/calendrier/{file}", get(feed))
}

async fn feed(
    State(pages): State<Pages>,
    file: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let backend = &pages.site().backend;
    // What has no token in it is looked up all the same: every wrong address takes as long.
    let file = file.map(|Path(file)| file).unwrap_or_default();
    let token = file.strip_suffix(".ics").unwrap_or_default();
    let knows = |known: &Validators| is_not_modified(&headers, &known.etag, known.last_modified);
    let mut response = match backend.calendar_feed(token, knows).await {
        Ok(Answer::Calendar { validators, body }) => {
            let mut response = Body::from(Bytes::from_owner(body)).into_response();
            describe(response.headers_mut(), &validators, backend.now());
            let answer = response.headers_mut();
            let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
            answer.insert(CONTENT_TYPE, kind);
            // A browser that saves it must not name the file by its secret.
            let name = HeaderValue::from_static("inline; filename=\"rdv.ics\"");
            answer.insert(CONTENT_DISPOSITION, name);
            response
        }
        Ok(Answer::NotModified(validators)) => {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            describe(response.headers_mut(), &validators, backend.now());
            response
        }
        Ok(Answer::Unknown) => sorry(&headers, StatusCode::NOT_FOUND, "feed-unknown"),
        Ok(Answer::Gone) => sorry(&headers, StatusCode::GONE, "feed-gone"),
        // Never an empty calendar: Thunderbird, Nextcloud and ICSx5 would then erase everything.
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a calendar feed cannot be shown"
            );
            let mut response = sorry(&headers, StatusCode::SERVICE_UNAVAILABLE, "feed-away");
            response.headers_mut().insert(RETRY_AFTER, COME_BACK);
            response
        }
    };
    let answer = response.headers_mut();
    let cache = HeaderValue::from_static("private, no-cache");
    answer.insert(CACHE_CONTROL, cache);
    answer.insert(ROBOTS, HeaderValue::from_static("noindex"));
    response
}

/// What the client sends back next time. No date lies ahead of the answer's own (RFC 9110
/// §8.8.2.1), even where the validator does.
fn describe(headers: &mut HeaderMap, known: &Validators, now: chrono::DateTime<chrono::Utc>) {
    let date = imf_fixdate(known.last_modified.min(now));
    for (name, value) in [(ETAG, &*known.etag), (LAST_MODIFIED, date.as_str())] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// A sentence for whoever opens the address in a browser; programs read the status.
fn sorry(headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    let asked = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let words = t!(Lang::negotiate(asked), key);
    (status, format!("{words}\n")).into_response()
}
