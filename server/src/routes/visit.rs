//! `GET /rdv/{token}/rendez-vous.ics`: one visit as a file for a calendar, behind the secret of
//! its page. What stands in it is `backend`'s.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};

use crate::render::Pages;

pub(super) fn routes() -> Router<Pages> {
    // `domain::links::visit_file`.
    Router::new().route("/rdv/{token}/rendez-vous.ics", get(file))
}

async fn file(State(pages): State<Pages>, Path(token): Path<String>) -> Response {
    match pages.site().backend.visit_file(&token).await {
        Ok(file) => {
            let mut response = file.into_response();
            let answer = response.headers_mut();
            let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
            answer.insert(CONTENT_TYPE, kind);
            // Named by what it is: the address has the secret in it.
            let name = HeaderValue::from_static("attachment; filename=\"rendez-vous.ics\"");
            answer.insert(CONTENT_DISPOSITION, name);
            response
        }
        Err(backend::Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a visit's file cannot be written"
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
