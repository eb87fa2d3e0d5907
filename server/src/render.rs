//! Renders pages: of an address, of a form that was refused, of a fault.
//! What they show is `app`'s.

use std::sync::Arc;

use app::{
    fault::Fault,
    forms::{FormErrors, Replay},
    request::Site,
};
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::{
    HeaderValue, Method, Request, StatusCode, Uri,
    header::{self, CONTENT_SECURITY_POLICY},
    request::Parts,
};
use leptos::{
    context::provide_context, nonce::use_nonce, prelude::*, reactive::computed::ScopedFuture,
};
use leptos_axum::ResponseOptions;

use crate::{answers::Answers, security};

/// What is shown when even the page of a fault cannot be rendered.
const LAST_RESORT: &str = "<!DOCTYPE html><html lang=fr><meta charset=utf-8><title>rdv</title>\
    <p>Une erreur est survenue. Réessayez dans un moment.\
    <p lang=en>Something went wrong. Try again in a moment.";

/// Renders pages for a site. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pages {
    site: Arc<Site>,
    answers: Answers,
}

impl Pages {
    /// Pages of this site.
    #[must_use]
    pub fn new(site: Arc<Site>) -> Self {
        Self {
            site,
            answers: Answers::default(),
        }
    }

    /// The answers that whoever asks again is given once more.
    #[must_use]
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The page of the request's address; a page of its own for an address without one.
    pub async fn page(&self, request: Request<Body>) -> Response {
        let context = self.context();
        leptos_axum::handle_response_inner(context, app::shell, request, |app, data, _| {
            let (answer, nonce) = (use_context::<ResponseOptions>(), use_nonce());
            // Whatever is polled between two parts of this page, each part finds this page's own
            // head: leptos restores the owner for what a page waits for, not for what it then
            // writes, and the thread's may be another request's.
            Box::pin(ScopedFuture::new(async move {
                // `SsrMode::Async`, whatever the table of routes says: whole, or not at all.
                let html = app.to_html_stream_in_order().collect::<String>().await;
                let (html, islands) = app::settle(html);
                let nonce = nonce.filter(|_| islands || security::is_watched());
                let policy = HeaderValue::from_str(&security::content_policy(nonce.as_deref()));
                if let (Some(answer), Ok(policy)) = (answer, policy) {
                    answer.insert_header(CONTENT_SECURITY_POLICY, policy);
                }
                let data = if islands {
                    data()
                } else {
                    stream::empty().boxed()
                };
                stream::once(async move { html }).chain(data).boxed()
            }))
        })
        .await
    }

    /// The page of a fault, in the language of the request, with its status.
    pub async fn fault(&self, parts: &Parts, fault: Fault) -> Response {
        let status = status_of(&fault);
        let mut request = get(parts, parts.uri.clone());
        request.extensions_mut().insert(fault);
        let response = self.page(request).await;
        if response.status().is_success() {
            last_resort(status)
        } else {
            response
        }
    }

    /// The page of a form that was refused, with what was typed and what is wrong with it.
    pub async fn refused(
        &self,
        parts: &Parts,
        page: &str,
        values: Vec<(String, String)>,
        errors: FormErrors,
    ) -> Response {
        let Ok(uri) = page.parse::<Uri>() else {
            return self.fault(parts, Fault::BadRequest).await;
        };
        // Forms name what they are about, and anybody writes forms.
        if !is_plain(uri.path()) {
            return self.fault(parts, Fault::NotFound).await;
        }
        let (status, retry_after) = (errors.status(), errors.retry_after());
        let mut request = get(parts, uri);
        request.extensions_mut().insert(Replay::new(values, errors));
        let mut response = self.page(request).await;
        // The page may have found that what it is about has gone: its own status says more.
        if response.status() == StatusCode::OK {
            *response.status_mut() = status;
        }
        if let Some(seconds) = retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// What every page and server function finds in its context.
    pub fn context(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let site = self.site.clone();
        move || provide_context(site.clone())
    }
}

/// Whether a path means what it says: nothing in it that the router of the pages, or a browser, would
/// resolve to another one (`.`, `..`, also as `%2e`; `\\`; `//`).
#[must_use]
pub fn is_plain(path: &str) -> bool {
    let is_dots =
        |part: &str| matches!(&*part.to_ascii_lowercase().replace("%2e", "."), "." | "..");
    !path.contains('\\') && !path.contains("//") && !path.split('/').any(is_dots)
}

/// The answer when nothing else can be shown.
#[must_use]
pub fn last_resort(status: StatusCode) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, kind, LAST_RESORT).into_response()
}

/// The status of a fault's page.
#[must_use]
pub fn status_of(fault: &Fault) -> StatusCode {
    StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The same person asking for another address: same language, session and reference, no body.
fn get(parts: &Parts, uri: Uri) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = if parts.method == Method::GET || uri != parts.uri {
        uri
    } else {
        home()
    };
    *request.headers_mut() = parts.headers.clone();
    for name in [
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::TRANSFER_ENCODING,
    ] {
        request.headers_mut().remove(name);
    }
    *request.extensions_mut() = parts.extensions.clone();
    request
}

/// The address of a form is no page to come back to.
fn home() -> Uri {
    Uri::from_static(domain::links::HOME)
}
