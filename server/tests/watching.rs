//! `/readyz`, `/metrics` and the proof of `/healthz`, over HTTP on the real router.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{net::SocketAddr, sync::Arc};

use app::{cookies::Cookies, request::Site};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
};
use backend::testing::{Kind, TestBackend};
use chrono::TimeDelta;
use http::{Request, StatusCode};
use serde_json::Value;
use server::{assets, limits, router, routes::metrics::Access};
use support::TestSite;
use tower::ServiceExt;

const TOKEN: &str = "a-token-drawn-by-lot-0001";

/// The router of an instance that lets these in to the numbers.
fn watched(backend: &TestBackend, access: &Access) -> Router {
    let public_url = "http://127.0.0.1:3000";
    let site = Site {
        backend: backend.backend(),
        limits: Arc::new(limits::Off),
        assets: assets::assets(),
        cookies: Cookies { secure: false },
        public_url: Arc::from(public_url),
        mailbox: false,
        legal_notice: None,
    };
    router::router(Arc::new(site), "127.0.0.1".parse().unwrap(), access).unwrap()
}

/// Asks from an address with headers; answers status and text.
async fn ask(
    router: &Router,
    path: &str,
    from: &str,
    headers: &[(&str, &str)],
) -> (StatusCode, String) {
    let peer: SocketAddr = from.parse().unwrap();
    let mut request = Request::get(path).header("host", "127.0.0.1:3000");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

const HERE: &str = "127.0.0.1:40000";
const THERE: &str = "198.51.100.7:40000";

fn open() -> Access {
    Access {
        token: None,
        this_machine_only: true,
    }
}

fn with_token(this_machine_only: bool) -> Access {
    Access {
        token: Some(TOKEN.into()),
        this_machine_only,
    }
}

#[tokio::test]
async fn the_numbers_are_for_this_machine_or_for_who_shows_the_token() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let bearer = format!("Bearer {TOKEN}");
    let right = ("authorization", bearer.as_str());
    let local = watched(&test, &open());
    let behind_proxy = watched(&test, &with_token(false));
    for (router, from, headers, expected) in [
        (&local, HERE, &[][..], 200),
        (&local, "[::1]:40000", &[], 200),
        (&local, THERE, &[], 404),
        // A connection from here that carries the marks of a proxy comes from anywhere.
        (&local, HERE, &[("x-forwarded-for", "198.51.100.7")], 404),
        (&local, HERE, &[("forwarded", "for=198.51.100.7")], 404),
        (&local, HERE, &[("x-real-ip", "198.51.100.7")], 404),
        (&local, HERE, &[("via", "1.1 proxy")], 404),
        (&local, HERE, &[("authorization", "Bearer ")], 200),
        (&local, THERE, &[("x-forwarded-for", "127.0.0.1")], 404),
        (&local, THERE, &[("authorization", "Bearer ")], 404),
        // Behind a proxy on this machine everybody comes from here: only the token counts.
        (&behind_proxy, HERE, &[], 404),
        (&behind_proxy, HERE, &[right], 200),
        (&behind_proxy, THERE, &[right], 200),
        (
            &behind_proxy,
            THERE,
            &[right, ("x-forwarded-for", "1.1.1.1")],
            200,
        ),
        (
            &behind_proxy,
            THERE,
            &[("authorization", "Bearer a-token-drawn-by-lot-0002")],
            404,
        ),
        (
            &behind_proxy,
            THERE,
            &[("authorization", "Bearer a-token-drawn-by-lot-00010")],
            404,
        ),
        (&behind_proxy, THERE, &[("authorization", TOKEN)], 404),
        (
            &behind_proxy,
            THERE,
            &[("authorization", "Basic YTpi")],
            404,
        ),
    ] {
        let (status, text) = ask(router, "/metrics", from, headers).await;
        assert_eq!(status.as_u16(), expected, "{from} {headers:?}");
        assert_eq!(text.contains("rdv_"), expected == 200, "{from} {headers:?}");
    }
}

#[tokio::test]
async fn the_numbers_count_what_happens_and_name_nobody() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let practice = test.practice().await;
    let router = watched(&test, &open());
    test.book(&practice, "2026-11-23T09:00:00Z").await;
    assert!(
        test.hold(&practice, "2026-11-23T09:00:00Z").await.is_err(),
        "taken"
    );
    assert!(
        test.hold(&practice, "2026-11-23T09:07:00Z").await.is_err(),
        "off the grid"
    );
    assert!(
        test.hold(&practice, "2036-11-24T09:00:00Z").await.is_err(),
        "too far"
    );
    for path in [
        "/praticiens/CANARY",
        "/rdv/CANARY?CANARY=1",
        "/CANARY",
        "/healthz",
    ] {
        ask(&router, path, HERE, &[("user-agent", "CANARY")]).await;
    }
    let request = Request::builder()
        .method("CANARY")
        .uri("/healthz")
        .header("host", "127.0.0.1:3000")
        .body(Body::empty())
        .unwrap();
    router.clone().oneshot(request).await.unwrap();
    let (_, text) = ask(&router, "/metrics", HERE, &[]).await;
    for line in [
        "rdv_bookings_total{by=\"patient\"} 1",
        "rdv_bookings_total{by=\"staff\"} 0",
        "rdv_holds_total 1",
        "rdv_booking_refusals_total{kind=\"gone\"} 2",
        "rdv_booking_refusals_total{kind=\"too_many_holds\"} 0",
        "rdv_booking_refusals_total{kind=\"too_far\"} 1",
        "rdv_slots_shown_then_refused_total 2",
        "rdv_jobs_waiting 2",
        "rdv_mails_failed 0",
        "rdv_database_up 1",
        "rdv_http_requests_total{route=\"/healthz\",method=\"GET\",status=\"200\"} 1",
        "method=\"other\"",
        "rdv_http_request_duration_seconds_bucket{le=\"0.005\",route=\"/healthz\"}",
        "rdv_http_requests_total{route=\"-\",method=\"GET\",status=\"404\"} 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    for private in ["CANARY", "Zo", "zoe@", "camille", "127.0.0.1", "Tour"] {
        assert!(!text.contains(private), "{private}\n{text}");
    }
}

async fn ready(site: &TestSite) -> (StatusCode, Value) {
    let answer = site.get("/readyz").await;
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

#[tokio::test]
async fn a_server_is_ready_while_its_database_answers_with_its_schema() {
    let (practice, site) = TestSite::with_practice().await;
    let (status, body) = ready(&site).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["status"], "ready");
    assert_eq!(body["jobs"], "on_time");

    // A mail that nobody begins is late after a quarter of an hour; bookings go on.
    site.backend
        .hold(&practice, "2026-11-24T09:00:00Z")
        .await
        .unwrap();
    site.backend.clock.advance(TimeDelta::minutes(14));
    assert_eq!(ready(&site).await.1["status"], "ready");
    site.backend.clock.advance(TimeDelta::minutes(2));
    let (status, body) = ready(&site).await;
    assert_eq!(
        (status, &body["status"]),
        (StatusCode::OK, &Value::from("degraded"))
    );
    assert_eq!(body["jobs"], "late");
    site.backend.run_due_jobs().await.unwrap();
    assert_eq!(ready(&site).await.1["status"], "ready");

    let newer = "insert into _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) values (9999, 'future', current_timestamp, true, x'00', 0)";
    site.backend.run_sql(newer).await.unwrap();
    let (status, body) = ready(&site).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["status"], "schema");

    site.backend.store().close().await;
    let (status, body) = ready(&site).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(body["status"], "database");
    assert_eq!(
        site.get("/healthz").await.status,
        StatusCode::OK,
        "the process answers"
    );
}

#[tokio::test]
async fn only_who_has_the_key_of_the_instance_is_told_how_a_request_arrived() {
    let test = TestBackend::new(Kind::Sqlite).await;
    let router = watched(&test, &Access::default());
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let (_, plain) = ask(&router, "/healthz", THERE, &[]).await;
    assert_eq!(json(&plain), serde_json::json!({ "status": "ok" }));

    let path = "/healthz?challenge=abc&asker=guessed";
    let (_, guessed) = ask(&router, path, THERE, &[]).await;
    assert_eq!(json(&guessed)["proof"], test.keys().proof("abc"));
    assert_eq!(json(&guessed).get("seen"), None);

    let path = format!("/healthz?challenge=abc&asker={}", test.keys().asker("abc"));
    let (_, known) = ask(&router, &path, HERE, &[("x-forwarded-for", "198.51.100.7")]).await;
    let seen = &json(&known)["seen"];
    assert_eq!(seen["client"], "198.51.100.7");
    assert_eq!(seen["peer"], "127.0.0.1");
    assert_eq!(seen["from_trusted_proxy"], true);
    assert_eq!(seen["forwarded"], true);
    assert_ne!(test.keys().proof("abc"), test.keys().asker("abc"));
    let long = format!("/healthz?challenge={}", "a".repeat(65));
    assert_eq!(
        json(&ask(&router, &long, THERE, &[]).await.1).get("proof"),
        None
    );
}
