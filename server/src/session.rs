//! Finds the session's cookie of a request. Who it belongs to is asked of the database when a
//! page or a function wants to know, at most once: see `app::session`.

use app::{cookies::Cookies, session::Session};
use axum::{body::Body, extract::State, middleware::Next, response::Response};
use http::Request;

/// The layer.
pub async fn find(
    State(cookies): State<Cookies>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let token = cookies.session_token(request.headers());
    request.extensions_mut().insert(Session::new(token));
    next.run(request).await
}
