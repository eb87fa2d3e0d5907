//! `/metrics`: numbers for Prometheus, for whoever shows the token, or sits at the machine of an
//! instance that nobody else can reach. For everybody else there is no such address.
//!
//! A connection from this machine is no proof by itself: behind a proxy on the same machine all
//! connections are. So it counts only where no proxy can be: the public address is this
//! machine's own, no proxy is trusted, and the request carries no header of one.

use std::net::SocketAddr;

use app::request::is_forwarded;
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use backend::keys;
use http::{
    HeaderMap, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE},
};
use secrecy::{ExposeSecret, SecretString};

use crate::{metrics::Metrics, render::Pages};

/// What Prometheus calls the form.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Who may read the numbers.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// `RDV_METRICS_TOKEN`.
    pub token: Option<SecretString>,
    /// Whether only this machine can reach the server, without a proxy between.
    pub this_machine_only: bool,
}

#[derive(Clone, Debug)]
struct Watched {
    pages: Pages,
    metrics: Metrics,
    access: Access,
}

pub(crate) fn routes(pages: &Pages, metrics: &Metrics, access: &Access) -> Router<Pages> {
    let watched = Watched {
        pages: pages.clone(),
        metrics: metrics.clone(),
        access: access.clone(),
    };
    Router::new().route("/metrics", get(numbers).with_state(watched))
}

async fn numbers(State(watched): State<Watched>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|peer| peer.0.ip().to_canonical());
    let here = peer.is_some_and(|peer| peer.is_loopback());
    if !watched.access.lets_in(here, request.headers()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let backend = &watched.pages.site().backend;
    let waiting = backend
        .waiting_jobs()
        .await
        .ok()
        .map(|(_, waiting)| waiting);
    match watched
        .metrics
        .text(backend.counts(), waiting.as_ref(), backend.now())
    {
        Ok(text) => ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-store")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

impl Access {
    fn lets_in(&self, here: bool, headers: &HeaderMap) -> bool {
        let shown = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
            .map(|(_, token)| token);
        let token = self.token.as_ref().zip(shown);
        if token.is_some_and(|(ours, shown)| keys::same(ours.expose_secret(), shown)) {
            return true;
        }
        here && self.this_machine_only && !is_forwarded(headers)
    }
}
