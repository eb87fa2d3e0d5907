//! `GET /api/v1/practitioners/{slug}/slots?reason={slug}&from=YYYY-MM-DD&to=YYYY-MM-DD`: the
//! free slots of a practitioner, for anybody. It never says why a slot is not free.

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{Days, NaiveDate, SecondsFormat};
use domain::practice::Slug;
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::render::Pages;

/// How long any cache may keep an answer, in seconds: what a booking decides is read afresh.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=5");

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

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/api/v1/practitioners/{slug}/slots", get(slots))
}

async fn slots(
    State(pages): State<Pages>,
    Path(practitioner): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match answer(&pages, &practitioner, &asked).await {
        Ok(answer) => ([(CACHE_CONTROL, KEPT)], Json(answer)).into_response(),
        Err(Wrong(status, error)) => (status, Json(json!({ "error": error }))).into_response(),
    }
}

async fn answer(pages: &Pages, practitioner: &str, asked: &Asked) -> Result<Answer, Wrong> {
    const NO_SUCH: Wrong = Wrong(StatusCode::NOT_FOUND, "no such practitioner or reason");
    let practitioner: Slug = practitioner.parse().map_err(|_| NO_SUCH)?;
    let reason = asked
        .reason
        .as_deref()
        .ok_or(Wrong(StatusCode::BAD_REQUEST, "reason is missing"))?;
    let reason: Slug = reason.parse().map_err(|_| NO_SUCH)?;
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
    let slots = free.slots.iter().map(|slot| {
        let start = slot.interval.start().with_timezone(&free.zone);
        start.to_rfc3339_opts(SecondsFormat::Secs, false)
    });
    Ok(Answer {
        timezone: free.zone.name(),
        slots: slots.collect(),
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
        return Wrong(StatusCode::NOT_FOUND, "no such practitioner or reason");
    }
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "slots cannot be told"
    );
    Wrong(StatusCode::SERVICE_UNAVAILABLE, "try again in a moment")
}
