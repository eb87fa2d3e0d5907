//! The addresses of forms, `/api/{name}`: runs the server function, and turns how it ended into
//! an answer that a browser without JavaScript understands. See `app::forms` for the endings.

use std::panic;

use app::{
    fault::Fault,
    forms::{Ending, Endings, Unsent},
    request::Reference,
};
use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, LOCATION, REFERER, RETRY_AFTER, SET_COOKIE},
    request::Parts,
};
use http_body_util::LengthLimitError;
use leptos::{
    context::provide_context,
    server_fn::{
        axum::server_fn_paths,
        error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
        redirect::REDIRECT_HEADER,
    },
};

use tracing::Instrument;

use crate::{
    answers::Asked,
    render::{Pages, last_resort, status_of},
};

/// Largest body of a request, in bytes.
pub const MOST_BYTES: usize = 64 * 1024;

/// A route for every server function that is a POST; one that is not has no address at all,
/// since a GET must change nothing.
pub fn routes() -> Router<Pages> {
    let posts = server_fn_paths().filter(|(_, method)| method == Method::POST);
    posts.fold(Router::new(), |router, (path, _)| {
        router.route(path, post(call))
    })
}

/// Whether the caller wants a page: a browser without JavaScript, or any client that does not
/// ask for JSON as the islands do.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("*/*");
    accept.contains("text/html") || !accept.contains("application/json")
}

async fn call(State(pages): State<Pages>, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = match read(&parts, body).await {
        Ok(body) => body,
        Err(fault) => return refuse_outright(&pages, &parts, fault).await,
    };
    // Should the database be away, what was typed is in the page that says so.
    let typed = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let unsent = Unsent::new(parts.uri.path(), typed);
    parts.extensions.insert(unsent);
    let Some(asked) = Asked::of(pages.site().cookies, &parts, &body) else {
        return answer(&pages, &parts, body).await;
    };
    // To its end, though the browser goes away: what it did is for whoever asks again.
    let work = async move { once(&pages, &parts, body, asked).await };
    match tokio::spawn(work.in_current_span()).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => panic::resume_unwind(error.into_panic()),
        Err(_) => last_resort(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// The answer to a form, or that which it had lately.
async fn once(pages: &Pages, parts: &Parts, body: Bytes, asked: Asked) -> Response {
    let answers = pages.answers();
    let _turn = answers.turn(asked).await;
    if let Some(answer) = answers.again(asked) {
        return answer;
    }
    let answer = answer(pages, parts, body).await;
    answers.keep(pages.site().cookies, asked, &answer);
    answer
}

async fn answer(pages: &Pages, parts: &Parts, body: Bytes) -> Response {
    match run(pages, parts, body).await {
        Ok(answer) => answer,
        Err(fault) => refuse_outright(pages, parts, fault).await,
    }
}

async fn read(parts: &Parts, body: Body) -> Result<Bytes, Fault> {
    if !is_form(&parts.headers) {
        return Err(Fault::BadRequest);
    }
    to_bytes(body, MOST_BYTES).await.map_err(|error| {
        if is_too_long(&error) {
            Fault::TooLarge
        } else {
            // Cut, or not the chunks that its headers promised.
            Fault::BadRequest
        }
    })
}

/// Whether a body could not be read because it is too long: an error says why deep inside.
fn is_too_long(error: &axum::Error) -> bool {
    let mut why: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = why {
        if error.is::<LengthLimitError>() {
            return true;
        }
        why = error.source();
    }
    false
}

async fn run(pages: &Pages, parts: &Parts, body: Bytes) -> Result<Response, Fault> {
    let endings = Endings::default();
    let response = run_function(pages, parts, body.clone(), endings.clone()).await?;
    let page = wants_page(&parts.headers);
    let mut answer = match endings.take() {
        None => return Ok(response),
        Some(Ending::SeeOther(path)) => see_other(&path, page)?,
        Some(Ending::Refused {
            page: address,
            errors,
        }) if page => {
            let values = serde_urlencoded::from_bytes(&body).unwrap_or_default();
            pages.refused(parts, &address, values, errors).await
        }
        Some(Ending::Refused { errors, .. }) => {
            let mut response = (errors.status(), Json(errors.as_json())).into_response();
            if let Some(seconds) = errors.retry_after() {
                let headers = response.headers_mut();
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    };
    // What the function said to the browser on the way: a session that starts or ends.
    for cookie in response.headers().get_all(SET_COOKIE) {
        answer.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    Ok(answer)
}

/// Runs the function without letting it see that a browser waits: leptos would answer with a
/// redirect to the Referer, with its error in the address.
async fn run_function(
    pages: &Pages,
    parts: &Parts,
    body: Bytes,
    endings: Endings,
) -> Result<Response, Fault> {
    let mut request = Request::from_parts(parts.clone(), Body::from(body));
    request.headers_mut().remove(ACCEPT);
    request.headers_mut().remove(REFERER);
    let context = pages.context();
    let context = move || {
        context();
        provide_context(endings.clone());
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response();
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        let error = to_bytes(response.into_body(), MOST_BYTES)
            .await
            .unwrap_or_default();
        return Err(Fault::de(error));
    }
    Ok(response)
}

fn see_other(path: &str, page: bool) -> Result<Response, Fault> {
    // A path with a byte that no header can hold is a mistake of ours.
    let location = HeaderValue::from_str(path).map_err(|_| Fault::Unexpected {
        reference: String::new(),
    })?;
    let mut response = if page {
        StatusCode::SEE_OTHER.into_response()
    } else {
        let mut done = Json(()).into_response();
        done.headers_mut()
            .insert(REDIRECT_HEADER, HeaderValue::from_static(""));
        done
    };
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// The page of a fault, or its code for a program.
async fn refuse_outright(pages: &Pages, parts: &Parts, fault: Fault) -> Response {
    let fault = with_reference(fault, parts);
    if wants_page(&parts.headers) {
        return pages.fault(parts, fault).await;
    }
    let mut response = (status_of(&fault), Json(&fault)).into_response();
    let headers = response.headers_mut();
    headers.insert(SERVER_FN_ERROR_HEADER, HeaderValue::from_static("true"));
    if let Fault::TooMany { retry_after } = fault {
        headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    response
}

/// What leptos itself met has no reference yet, and was not logged.
fn with_reference(fault: Fault, parts: &Parts) -> Fault {
    if fault
        != (Fault::Unexpected {
            reference: String::new(),
        })
    {
        return fault;
    }
    let reference = parts
        .extensions
        .get::<Reference>()
        .map(|it| it.0.clone())
        .unwrap_or_default();
    tracing::error!(reference, "a server function could not be run or answered");
    Fault::Unexpected { reference }
}

/// Only what a plain form sends: the types that a foreign page can post without being asked
/// first (`text/plain`, multipart) are none of ours.
fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}
