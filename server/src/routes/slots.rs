//! `GET /api/v1/practitioners/{slug}/slots?reason={slug}&from=YYYY-MM-DD&to=YYYY-MM-DD`: the
//! free slots of a practitioner, for anybody; and `…/first-slot?reason={slug}`, of a practitioner
//! or a practice, the first of them. They never say why a slot is not free.
//!
//! Each question is counted for its network, whatever it asks: everything under `/api/v1` that is
//! anybody's to read belongs into this router.

use app::{
    fault::Fault,
    limits::{Attempt, ClientKey},
};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{Tz, availability::FirstSlot};
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use domain::practice::Slug;
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, RETRY_AFTER},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::render::Pages;

/// How long any cache may keep an answer, in seconds: what a booking decides is read afresh.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=5");
/// Seconds after which a program may come back when the database is away.
const COME_BACK: HeaderValue = HeaderValue::from_static("30");

#[derive(Deserialize)]
struct Asked {
    reason: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    timezone: &'static str,
    slots: Vec<String>,
}

/// What a program sent that cannot be answered.
struct Wrong(StatusCode, &'static str);

pub(super) fn routes(pages: &Pages) -> Router<Pages> {
    Router::new()
        .route("/api/v1/practitioners/{slug}/slots", get(slots))
        .route(
            "/api/v1/practitioners/{slug}/first-slot",
            get(first_of_practitioner),
        )
        .route(
            "/api/v1/practices/{slug}/first-slot",
            get(first_of_practice),
        )
        .route_layer(from_fn_with_state(pages.clone(), admit))
}

/// Lets a question in, or says when the next one is.
async fn admit(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientKey>().cloned();
    let client = client.unwrap_or_else(|| ClientKey::new("", Vec::new()));
    match pages.site().limits.admit(Attempt::Read, &client) {
        Err(Fault::TooMany { retry_after }) => {
            let many = Wrong(StatusCode::TOO_MANY_REQUESTS, "too many questions");
            let mut response = respond(Err::<(), _>(many));
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
            response
        }
        // Nothing else is answered by what only counts.
        Ok(()) | Err(_) => next.run(request).await,
    }
}

#[derive(Deserialize)]
struct AskedFirst {
    reason: Option<String>,
}

/// `practitioner` is her name in addresses, `start` null when nothing is free.
#[derive(Serialize)]
struct First {
    timezone: &'static str,
    practitioner: String,
    start: Option<String>,
}

async fn first_of_practitioner(
    State(pages): State<Pages>,
    Path(slug): Path<String>,
    asked: Result<Query<AskedFirst>, QueryRejection>,
) -> Response {
    let found = async {
        let (slug, reason) = named(&slug, read(asked)?.reason.as_deref())?;
        let backend = &pages.site().backend;
        backend.first_slot(&slug, &reason).await.map_err(wrong)
    };
    first(found.await)
}

async fn first_of_practice(
    State(pages): State<Pages>,
    Path(slug): Path<String>,
    asked: Result<Query<AskedFirst>, QueryRejection>,
) -> Response {
    let found = async {
        let (slug, reason) = named(&slug, read(asked)?.reason.as_deref())?;
        let backend = &pages.site().backend;
        let first = backend.first_slot_of_practice(&slug, &reason);
        first.await.map_err(wrong)
    };
    first(found.await)
}

fn first(found: Result<FirstSlot, Wrong>) -> Response {
    respond(found.map(|first| First {
        timezone: first.zone.name(),
        practitioner: first.practitioner.to_string(),
        start: first.start.map(|start| local(start, first.zone)),
    }))
}

fn respond(answer: Result<impl Serialize, Wrong>) -> Response {
    match answer {
        Ok(answer) => ([(CACHE_CONTROL, KEPT)], Json(answer)).into_response(),
        Err(Wrong(status, error)) => {
            let mut response = (status, Json(json!({ "error": error }))).into_response();
            if status == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(RETRY_AFTER, COME_BACK);
            }
            response
        }
    }
}

/// RFC 3339 with the offset of the place.
fn local(start: DateTime<Utc>, zone: Tz) -> String {
    let start = start.with_timezone(&zone);
    start.to_rfc3339_opts(SecondsFormat::Secs, false)
}

const NO_SUCH: Wrong = Wrong(StatusCode::NOT_FOUND, "no such practitioner or reason");

/// What was asked; unless a key stands twice, nothing that is optional text can be wrong.
fn read<T>(asked: Result<Query<T>, QueryRejection>) -> Result<T, Wrong> {
    let twice = Wrong(StatusCode::BAD_REQUEST, "each parameter stands once");
    asked.map(|Query(asked)| asked).map_err(|_| twice)
}

/// Whose, and what for.
fn named(slug: &str, reason: Option<&str>) -> Result<(Slug, Slug), Wrong> {
    let slug = slug.parse().map_err(|_| NO_SUCH)?;
    let reason = reason.ok_or(Wrong(StatusCode::BAD_REQUEST, "reason is missing"))?;
    Ok((slug, reason.parse().map_err(|_| NO_SUCH)?))
}

async fn slots(
    State(pages): State<Pages>,
    Path(practitioner): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let found = async { answer(&pages, &practitioner, &read(asked)?).await };
    respond(found.await)
}

async fn answer(pages: &Pages, practitioner: &str, asked: &Asked) -> Result<Answer, Wrong> {
    let (practitioner, reason) = named(practitioner, asked.reason.as_deref())?;
    let backend = &pages.site().backend;
    let from = day(asked.from.as_deref(), "from is a day as YYYY-MM-DD")?
        .unwrap_or_else(|| backend.now().date_naive());
    let to = day(asked.to.as_deref(), "to is a day as YYYY-MM-DD")?
        .or_else(|| from.checked_add_days(Days::new(6)))
        .filter(|to| from <= *to)
        .ok_or(Wrong(StatusCode::BAD_REQUEST, "to is before from"))?;
    let free = backend
        .find_slots(&practitioner, &reason, from, to)
        .await
        .map_err(wrong)?;
    let starts = free.slots.iter().map(|slot| slot.interval.start());
    Ok(Answer {
        timezone: free.clocks.main().name(),
        slots: starts
            .map(|start| local(start, free.clocks.main()))
            .collect(),
    })
}

fn day(text: Option<&str>, error: &'static str) -> Result<Option<NaiveDate>, Wrong> {
    let day = text
        .map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d"))
        .transpose();
    day.map_err(|_| Wrong(StatusCode::BAD_REQUEST, error))
}

fn wrong(error: backend::Error) -> Wrong {
    if matches!(error, backend::Error::NotFound) {
        return NO_SUCH;
    }
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "slots cannot be told"
    );
    Wrong(StatusCode::SERVICE_UNAVAILABLE, "try again in a moment")
}
