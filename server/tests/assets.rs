//! The site files over HTTP: compressed, kept, asked for conditionally, and nothing beside them.

#![allow(clippy::unwrap_used, reason = "tests")]

use axum::{
    Router,
    body::{Body, to_bytes},
};
use http::{HeaderMap, Method, Request, StatusCode};
use rust_embed::RustEmbed;
use server::assets::{assets_of, routes_of};
use tower::ServiceExt;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/tests/site"]
struct Files;

/// A style sheet, its two compressed variants beside it.
const CSS: &str = include_str!("site/pkg/rdv.css");

fn address(file: &str) -> String {
    format!("{}/{file}", assets_of::<Files>().root)
}

async fn ask(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router: Router = routes_of::<Files, ()>();
    let response = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    (parts.status, parts.headers, body)
}

#[tokio::test]
async fn a_file_is_sent_compressed_as_the_browser_likes() {
    for (accepted, encoding, body) in [
        (
            "gzip, deflate, br",
            Some("br"),
            &include_bytes!("site/pkg/rdv.css.br")[..],
        ),
        (
            "gzip",
            Some("gzip"),
            &include_bytes!("site/pkg/rdv.css.gz")[..],
        ),
        (
            "br;q=0, gzip;q=0.5",
            Some("gzip"),
            &include_bytes!("site/pkg/rdv.css.gz")[..],
        ),
        ("identity", None, CSS.as_bytes()),
    ] {
        let path = address("pkg/rdv.css");
        let (status, headers, answer) =
            ask(Method::GET, &path, &[("accept-encoding", accepted)]).await;
        assert_eq!(status, StatusCode::OK, "{accepted}");
        assert_eq!(
            headers
                .get("content-encoding")
                .map(|it| it.to_str().unwrap()),
            encoding,
            "{accepted}"
        );
        assert_eq!(headers["content-type"], "text/css; charset=utf-8");
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(answer, body, "{accepted}");
    }
}

#[tokio::test]
async fn a_file_that_has_not_changed_is_not_sent_again() {
    let path = address("pkg/rdv.css");
    let (_, headers, _) = ask(Method::GET, &path, &[]).await;
    let tag = headers["etag"].to_str().unwrap().to_owned();
    for asked in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let (status, headers, body) = ask(Method::GET, &path, &[("if-none-match", &asked)]).await;
        assert_eq!(
            (status, body.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{asked}"
        );
        assert_eq!(headers["etag"], tag);
    }
    let (status, ..) = ask(Method::GET, &path, &[("if-none-match", "\"other\"")]).await;
    assert_eq!(status, StatusCode::OK);
    let variant = [("if-none-match", tag.as_str()), ("accept-encoding", "br")];
    assert_eq!(
        ask(Method::GET, &path, &variant).await.0,
        StatusCode::OK,
        "another variant"
    );
}

#[tokio::test]
async fn head_says_what_get_would() {
    let path = address("pkg/rdv.css");
    let (status, headers, body) = ask(Method::HEAD, &path, &[]).await;
    assert_eq!((status, body.len()), (StatusCode::OK, 0));
    assert_eq!(headers["content-length"], CSS.len().to_string());
    assert_eq!(
        ask(Method::POST, &path, &[]).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn an_address_of_another_build_is_answered_but_not_kept() {
    let (status, headers, _) = ask(Method::GET, "/_v/older/pkg/rdv.css", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["cache-control"], "no-cache");
    if !cfg!(debug_assertions) {
        let (_, headers, _) = ask(Method::GET, &address("pkg/rdv.css"), &[]).await;
        assert_eq!(
            headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
    }
}

#[tokio::test]
async fn nothing_beside_the_files_can_be_had() {
    for path in [
        "../walls.rs",
        "pkg/../../walls.rs",
        "..%2fwalls.rs",
        "%2e%2e/walls.rs",
        "pkg/..%5c..%5cwalls.rs",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        ".hidden",
        "pkg/rdv.css.br",
        "pkg/rdv.css.gz",
        "pkg/",
        "pkg",
        "none",
        "pkg/rdv.css%00.html",
    ] {
        let (status, _, body) = ask(Method::GET, &address(path), &[]).await;
        assert_eq!(
            status,
            StatusCode::NOT_FOUND,
            "{path}: {}",
            String::from_utf8_lossy(&body)
        );
    }
}

#[tokio::test]
async fn what_browsers_and_robots_ask_for_by_themselves_is_there() {
    let (status, headers, _) = ask(Method::GET, "/favicon.ico", &[]).await;
    assert_eq!(
        (status, &headers["content-type"]),
        (StatusCode::OK, &"image/svg+xml".parse().unwrap())
    );
    let (status, headers, body) = ask(Method::GET, "/robots.txt", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(body, b"User-agent: *\n");
}
