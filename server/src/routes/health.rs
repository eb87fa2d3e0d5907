//! `/healthz`: the process answers. `/readyz`: and its database does, with the schema that this
//! program knows. Neither says anything of the inside.

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use backend::store::{StoreError, settings};
use http::{HeaderValue, StatusCode, header::CACHE_CONTROL};
use serde_json::json;

use crate::render::Pages;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
}

async fn healthy() -> Response {
    answer(StatusCode::OK, "ok")
}

async fn ready(State(pages): State<Pages>) -> Response {
    match schema_answers(&pages).await {
        Ok(()) => answer(StatusCode::OK, "ready"),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            answer(StatusCode::SERVICE_UNAVAILABLE, "database")
        }
    }
}

/// The schema was brought up to date before the server listened; here it answers a question.
async fn schema_answers(pages: &Pages) -> Result<(), StoreError> {
    let mut db = pages.site().backend.store().read().await?;
    settings::get(&mut db, settings::SECRET).await.map(drop)
}

fn answer(status: StatusCode, word: &str) -> Response {
    let mut response = (status, Json(json!({ "status": word }))).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
