//! `/healthz`: the process answers, and proves on request that it is this instance. `/readyz`:
//! and its database does, with the schema that this program knows, and mails leave on time.
//! Neither says anything of the inside to a stranger.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    extract::{ConnectInfo, Query, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use backend::{
    keys,
    watching::{Database, JobsAre},
};
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, HOST},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{network::Forwarding, render::Pages};

/// Longest challenge, in bytes.
const LONGEST_CHALLENGE: usize = 64;

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
}

/// What `rdv doctor` asks through the public address.
#[derive(Debug, Deserialize)]
struct Asked {
    /// Anything: the answer holds what only this instance makes of it.
    challenge: Option<String>,
    /// What only somebody with the key of the instance makes of it: then the answer says how
    /// the request arrived here.
    asker: Option<String>,
}

async fn healthy(State(pages): State<Pages>, request: Request) -> Response {
    let mut body = json!({ "status": "ok" });
    let asked = Query::<Asked>::try_from_uri(request.uri()).ok();
    let challenge = asked.as_ref().and_then(|asked| asked.challenge.as_deref());
    if let Some(challenge) = challenge.filter(|text| text.len() <= LONGEST_CHALLENGE) {
        let ours = pages.site().backend.keys();
        body["proof"] = Value::from(ours.proof(challenge));
        let asker = asked.as_ref().and_then(|asked| asked.asker.as_deref());
        if asker.is_some_and(|asker| keys::same(asker, &ours.asker(challenge))) {
            body["seen"] = seen(&request);
        }
    }
    answer(StatusCode::OK, body)
}

/// How a request arrived: what a proxy on its way has passed on.
fn seen(request: &Request) -> Value {
    let header = |name| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let forwarding = request.extensions().get::<Forwarding>();
    json!({
        "host": header(HOST),
        "peer": peer.map(|peer| peer.0.ip().to_canonical().to_string()),
        "client": forwarding.map(|it| it.client.to_string()),
        "from_trusted_proxy": forwarding.is_some_and(|it| it.from_trusted_proxy),
        "forwarded": app::request::is_forwarded(request.headers()),
    })
}

async fn ready(State(pages): State<Pages>) -> Response {
    let readiness = pages.site().backend.readiness().await;
    let (status, word) = match (readiness.database, readiness.jobs) {
        (Database::Away, _) => (StatusCode::SERVICE_UNAVAILABLE, "database"),
        (Database::OtherSchema, _) => (StatusCode::SERVICE_UNAVAILABLE, "schema"),
        // Bookings go on: a server whose mails are late is not to be taken away.
        (Database::Ready, JobsAre::Late) => (StatusCode::OK, "degraded"),
        (Database::Ready, JobsAre::OnTime | JobsAre::Unknown) => (StatusCode::OK, "ready"),
    };
    let database = match readiness.database {
        Database::Away => "away",
        Database::OtherSchema | Database::Ready => "answers",
    };
    let schema = match readiness.database {
        Database::Away => "unknown",
        Database::OtherSchema => "another",
        Database::Ready => "current",
    };
    let jobs = match readiness.jobs {
        JobsAre::OnTime => "on_time",
        JobsAre::Late => "late",
        JobsAre::Unknown => "unknown",
    };
    let body = json!({ "status": word, "database": database, "schema": schema, "jobs": jobs });
    answer(status, body)
}

fn answer(status: StatusCode, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
