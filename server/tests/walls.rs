//! The walls of HAZARDS 1 to 6 and 16, over HTTP: headers on every answer, foreign forms, sizes,
//! errors in words.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use support::{Answer, PUBLIC_URL, TestSite, request};

/// Headers of a request.
type Headers = &'static [(&'static str, &'static str)];

const FORM: &str = "application/x-www-form-urlencoded";

fn has_walls(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    for rule in [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{what}: {rule} in {policy:?}");
    }
    assert!(!policy.contains("unsafe-inline"), "{what}");
    assert!(!policy.contains("'unsafe-eval'"), "{what}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age="),
        "{what}"
    );
    assert!(
        answer
            .header("permissions-policy")
            .contains("geolocation=()"),
        "{what}"
    );
    assert!(!answer.header("cache-control").is_empty(), "{what}");
    for name in ["x-request-id", "date"] {
        assert!(!answer.header(name).is_empty(), "{what}: {name}");
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let site = TestSite::new().await;
    for path in [
        "/",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/favicon.ico",
        "/_v/x/pkg/rdv.css",
        "/_v/x/none.css",
        "/api/choose_language",
        "/api/none",
        "/api/v1/practitioners/nobody/slots",
        "/calendrier/none.ics",
        "/rdv/none",
    ] {
        has_walls(&site.get(path).await, path);
    }
    has_walls(
        &site.post("/api/choose_language", &[("lang", "xx")]).await,
        "a form",
    );
    let foreign = request(Method::POST, "/api/choose_language")
        .header("origin", "https://evil.example")
        .body(Body::empty())
        .unwrap();
    has_walls(&site.send(foreign).await, "a foreign form");
}

#[tokio::test]
async fn plain_http_promises_no_https() {
    let site = TestSite::with(
        "http://127.0.0.1:3000",
        std::sync::Arc::new(server::limits::Off),
        "",
    )
    .await;
    assert_eq!(site.get("/").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let site = TestSite::new().await;
    let ours: Headers = &[("sec-fetch-site", "same-origin")];
    let cases: &[(&str, Headers, bool)] = &[
        ("from our page", ours, true),
        (
            "from our page, old browser",
            &[("origin", PUBLIC_URL)],
            true,
        ),
        (
            "typed or from a bookmark",
            &[("sec-fetch-site", "none")],
            true,
        ),
        (
            "another site",
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        ),
        (
            "another site, old browser",
            &[("origin", "https://evil.example")],
            false,
        ),
        ("null", &[("origin", "null")], false),
        (
            "null, cross-site",
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            false,
        ),
        (
            "a sibling",
            &[
                ("origin", "https://www.rdv.example.org"),
                ("sec-fetch-site", "same-site"),
            ],
            false,
        ),
        (
            "a sibling, old browser",
            &[("origin", "https://www.rdv.example.org")],
            false,
        ),
        ("the parent", &[("origin", "https://example.org")], false),
        (
            "without encryption",
            &[("origin", "http://rdv.example.org")],
            false,
        ),
        (
            "from our page, which sends no referrer",
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            true,
        ),
        (
            "another site that says it is ours",
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            false,
        ),
        (
            "our name inside theirs",
            &[("origin", "https://rdv.example.org.evil.example")],
            false,
        ),
        (
            "their name after ours",
            &[("origin", "https://evil.example/https://rdv.example.org")],
            false,
        ),
        (
            "another port",
            &[("origin", "https://rdv.example.org:8443")],
            false,
        ),
        (
            "an extension",
            &[("origin", "chrome-extension://abc")],
            false,
        ),
        ("no header at all", &[], false),
        (
            "empty headers",
            &[("origin", ""), ("sec-fetch-site", "")],
            false,
        ),
    ];
    for (what, headers, let_in) in cases {
        for kind in [FORM, "text/plain", "multipart/form-data; boundary=x"] {
            let mut builder =
                request(Method::POST, "/api/choose_language").header(header::CONTENT_TYPE, kind);
            for (name, value) in *headers {
                builder = builder.header(*name, *value);
            }
            let answer = site
                .send(builder.body(Body::from("lang=en")).unwrap())
                .await;
            let expected = match (let_in, kind) {
                (false, _) => StatusCode::FORBIDDEN,
                (true, FORM) => StatusCode::SEE_OTHER,
                (true, _) => StatusCode::BAD_REQUEST,
            };
            assert_eq!(answer.status, expected, "{what}, {kind}");
            assert_eq!(
                answer.cookies().is_empty(),
                expected != StatusCode::SEE_OTHER,
                "{what}"
            );
        }
    }
}

/// No browser does; a proxy and we might each believe another one.
#[tokio::test]
async fn a_form_that_says_twice_where_it_comes_from_is_refused() {
    let site = TestSite::new().await;
    let doubled: [(&str, &str); 4] = [
        ("origin", "https://evil.example"),
        ("origin", PUBLIC_URL),
        ("sec-fetch-site", "cross-site"),
        ("content-type", "text/plain"),
    ];
    let once = || {
        request(Method::POST, "/api/choose_language")
            .header(header::ORIGIN, PUBLIC_URL)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, FORM)
    };
    let english = || Body::from("lang=en");
    let taken = site.send(once().body(english()).unwrap()).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    for (name, value) in doubled {
        let twice = once().header(name, value).body(english()).unwrap();
        let answer = site.send(twice).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {value}");
        assert!(answer.cookies().is_empty(), "{name}: {value}");
    }
}

#[tokio::test]
async fn a_host_that_repeats_a_foreign_origin_makes_it_no_ours() {
    let site = TestSite::new().await;
    for site_of_fetch in ["same-origin", "none"] {
        let borrowed = Request::post("/api/choose_language")
            .header(header::HOST, "evil.example")
            .header(header::ORIGIN, "https://evil.example")
            .header("sec-fetch-site", site_of_fetch)
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from("lang=en"))
            .unwrap();
        assert_eq!(site.send(borrowed).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn what_is_reached_on_this_machine_answers_to_its_names_only() {
    let off = std::sync::Arc::new(server::limits::Off);
    let site = TestSite::with("http://127.0.0.1:3000", off, "").await;
    let cases = [
        ("127.0.0.1:3000", true),
        ("localhost:3000", true),
        ("LOCALHOST", true),
        ("[::1]:3000", true),
        // A name that its owner made point to this machine.
        ("attacker.example:3000", false),
        ("127.0.0.1.attacker.example", false),
        ("localhost.attacker.example:3000", false),
        ("", false),
    ];
    for (name, answers) in cases {
        let asked = Request::get("/connexion")
            .header(header::HOST, name)
            .body(Body::empty())
            .unwrap();
        let answer = site.send(asked).await;
        let expected = if answers {
            StatusCode::OK
        } else {
            StatusCode::MISDIRECTED_REQUEST
        };
        assert_eq!(answer.status, expected, "{name}");
        if !answers {
            let asked = Request::get("/connexion")
                .header(header::HOST, name)
                .header(header::ACCEPT, "text/html")
                .body(Body::empty())
                .unwrap();
            let page = site.send(asked).await.text();
            assert!(page.contains("pas l’adresse de ce site"), "{page}");
            // Whatever else it linked would be refused as well.
            let links: Vec<_> = page.split("<a ").skip(1).collect();
            assert_eq!(links.len(), 2, "{links:?}");
            assert!(links[0].contains("href=\"#content\""), "{links:?}");
            assert!(
                links[1].contains("href=\"http://127.0.0.1:3000/\""),
                "{links:?}"
            );
            assert!(!page.contains("<form"), "{page}");
        }
        // What the page of the refusal looks like is nobody's secret.
        let sheet = Request::get("/_v/x/pkg/rdv.css")
            .header(header::HOST, name)
            .body(Body::empty())
            .unwrap();
        let status = site.send(sheet).await.status;
        assert_ne!(status, StatusCode::MISDIRECTED_REQUEST, "{name}");
        let form = Request::post("/api/choose_language")
            .header(header::HOST, name)
            .header(header::ORIGIN, format!("http://{name}"))
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, FORM)
            .body(Body::from("lang=en"))
            .unwrap();
        let status = site.send(form).await.status;
        // Another port is another program.
        let is_ours = answers && name.ends_with(":3000");
        assert_eq!(status == StatusCode::SEE_OTHER, is_ours, "{name}: {status}");
    }
}

#[tokio::test]
async fn who_does_not_say_in_one_word_whom_she_asks_is_refused_in_words() {
    let site = TestSite::new().await;
    let cases: &[(&str, http::Version, &[&str], bool)] = &[
        ("none", http::Version::HTTP_11, &[], false),
        ("none, in 1996", http::Version::HTTP_10, &[], true),
        ("one", http::Version::HTTP_11, &["rdv.example.org"], true),
        ("a proxy's", http::Version::HTTP_11, &["[::1]:3000"], true),
        ("empty", http::Version::HTTP_11, &[""], true),
        ("two", http::Version::HTTP_11, &["a.example"; 2], false),
        (
            "two, in 1996",
            http::Version::HTTP_10,
            &["a.example", "b.example"],
            false,
        ),
        (
            "no name",
            http::Version::HTTP_11,
            &["rdv.example.org/x"],
            false,
        ),
        (
            "a user's",
            http::Version::HTTP_11,
            &["x@rdv.example.org"],
            false,
        ),
        ("a space", http::Version::HTTP_11, &["rdv example"], false),
        (
            "a port",
            http::Version::HTTP_11,
            &["rdv.example.org:65535"],
            true,
        ),
        (
            "no port",
            http::Version::HTTP_11,
            &["rdv.example.org:"],
            true,
        ),
        (
            "two names",
            http::Version::HTTP_11,
            &["[::1]:3000,evil"],
            false,
        ),
        ("a port alone", http::Version::HTTP_11, &[":80"], false),
        (
            "no number",
            http::Version::HTTP_11,
            &["rdv.example.org:abc"],
            false,
        ),
        (
            "a sign",
            http::Version::HTTP_11,
            &["rdv.example.org:+80"],
            false,
        ),
        (
            "no port of any",
            http::Version::HTTP_11,
            &["rdv.example.org:65536"],
            false,
        ),
        (
            "two ports",
            http::Version::HTTP_11,
            &["rdv.example.org:80:80"],
            false,
        ),
        ("no text", http::Version::HTTP_11, &["é"], false),
    ];
    for (what, version, hosts, answers) in cases {
        for path in [
            "/",
            "/healthz",
            "/_v/x/pkg/none.css",
            "/calendrier/none.ics",
        ] {
            let mut asked = Request::get(path)
                .version(*version)
                .header(header::ACCEPT, "text/html");
            for host in *hosts {
                let host = header::HeaderValue::from_bytes(host.as_bytes()).unwrap();
                asked = asked.header(header::HOST, host);
            }
            let answer = site.send(asked.body(Body::empty()).unwrap()).await;
            let is_refused = answer.status == StatusCode::BAD_REQUEST;
            assert_eq!(!is_refused, *answers, "{what}: {path}: {}", answer.status);
            has_walls(&answer, what);
            if is_refused && path == "/" {
                let text = answer.text();
                assert!(text.contains("Demande illisible"), "{what}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_whole_address_that_is_asked_for_names_a_host() {
    let site = TestSite::new().await;
    for (asked, answers) in [
        ("http://rdv.example.org/", true),
        ("http://rdv.example.org:80/", true),
        ("http://rdv.example.org:80,evil/", false),
        ("http://x@rdv.example.org/", false),
    ] {
        let request = Request::get(asked).header(header::HOST, "rdv.example.org");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        let is_refused = answer.status == StatusCode::BAD_REQUEST;
        assert_eq!(!is_refused, answers, "{asked}: {}", answer.status);
    }
}

#[tokio::test]
async fn the_wall_stands_before_every_address() {
    let site = TestSite::new().await;
    for path in [
        "/",
        "/nowhere",
        "/api/none",
        "/healthz",
        "/connexion",
        "/_v/x/pkg/rdv.css",
    ] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let request = request(method.clone(), path)
                .header("origin", "https://evil.example")
                .body(Body::empty())
                .unwrap();
            assert_eq!(
                site.send(request).await.status,
                StatusCode::FORBIDDEN,
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn a_get_or_head_of_a_form_changes_nothing() {
    let site = TestSite::new().await;
    for method in [Method::GET, Method::HEAD] {
        let path = "/api/choose_language?lang=en";
        let answer = site
            .send(request(method, path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), "POST");
        assert!(answer.cookies().is_empty());
    }
}

#[tokio::test]
async fn a_body_over_64_kib_is_refused_in_words() {
    let site = TestSite::new().await;
    let long = "x".repeat(64 * 1024);
    let answer = site
        .post("/api/choose_language", &[("lang", "fr"), ("next", &long)])
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        answer.text().contains("trop volumineux"),
        "{}",
        answer.text()
    );

    // The same without a length said beforehand.
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>("x".repeat(1024)));
    let request = request(Method::POST, "/api/choose_language")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, FORM)
        .body(Body::from_stream(futures::stream::iter(chunks)))
        .unwrap();
    assert_eq!(
        site.send(request).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );

    let fits = "x".repeat(60 * 1024);
    let answer = site
        .post("/api/choose_language", &[("lang", "fr"), ("next", &fits)])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_in_the_language_of_the_browser() {
    let site = TestSite::new().await;
    let answer = site.get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.text().contains("Page introuvable"));
    assert!(answer.text().contains("<html lang=\"fr\""));

    let english =
        request(Method::GET, "/nowhere").header(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9");
    let answer = site.send(english.body(Body::empty()).unwrap()).await;
    assert!(answer.text().contains("Page not found"));
    assert!(answer.text().contains("<html lang=\"en\""));

    // An address of the API without a function is not our page either.
    assert_eq!(
        site.post("/api/none", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_program_that_wants_json_gets_its_errors_in_json() {
    let site = TestSite::new().await;
    let request = http::Request::builder()
        .uri("/nowhere")
        .header(header::HOST, "rdv.example.org")
        .header(header::ACCEPT, "application/json")
        .body(Body::empty())
        .unwrap();
    let answer = site.send(request).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // The page of an address that is none: pages are HTML whoever asks.
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn a_redirect_leads_to_a_path_of_ours() {
    let site = TestSite::new().await;
    for (next, location) in [
        ("/rdv/abc?x=1", "/rdv/abc?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ] {
        let answer = site
            .post("/api/choose_language", &[("lang", "en"), ("next", next)])
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{next:?}");
        assert_eq!(answer.location(), location, "{next:?}");
        assert_eq!(answer.cookies().len(), 1, "{next:?}");
    }
}

#[tokio::test]
async fn missing_repeated_and_unreadable_fields_are_the_senders_fault() {
    let site = TestSite::new().await;
    for fields in [
        &[][..],
        &[("lang", "en"), ("lang", "fr")],
        &[("lang", "xx")],
    ] {
        let answer = site.post("/api/choose_language", fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}");
        assert!(answer.text().contains("Demande illisible"));
    }
    let request = request(Method::POST, "/api/choose_language")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, FORM)
        .body(Body::from(&b"lang=%ff%fe&next=%C3"[..]))
        .unwrap();
    assert_eq!(site.send(request).await.status, StatusCode::BAD_REQUEST);
    let more = [("lang", "en"), ("practice_id", "1"), ("role", "owner")];
    assert_eq!(
        site.post("/api/choose_language", &more).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn personal_pages_are_kept_nowhere() {
    let site = TestSite::new().await;
    for path in [
        "/rdv/x",
        "/reservation/x",
        "/agenda",
        "/agenda/absences",
        "/connexion",
        "/installation/x",
        "/courrier",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(answer.header("x-robots-tag").contains("noindex"), "{path}");
    }
    let answer = site.post("/api/choose_language", &[("lang", "en")]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn no_page_loads_anything_from_another_host() {
    let site = TestSite::new().await;
    for path in ["/", "/nowhere"] {
        let html = site.get(path).await.text();
        for address in html.split(['"', '\'']).filter(|part| part.contains("//")) {
            assert!(
                !address.starts_with("http") && !address.starts_with("//"),
                "{path}: {address}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_without_an_island_has_no_script_and_lets_none_run() {
    let site = TestSite::with_islands().await;
    let answer = site.get("/").await;
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("script-src 'none'"), "{policy}");
    assert!(!answer.text().contains("<script"), "{}", answer.text());
}

#[tokio::test]
async fn a_link_in_a_mail_is_of_the_public_address_whatever_host_the_request_names() {
    let (practice, site) = TestSite::with_practice().await;
    let evil = async |path: &str, fields: &[(&str, &str)]| {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let mut request = request(Method::POST, path)
            .header(header::ORIGIN, PUBLIC_URL)
            .header(header::CONTENT_TYPE, FORM)
            .header("x-forwarded-host", "evil.example")
            .header("x-forwarded-proto", "http")
            .header("forwarded", "host=evil.example;proto=http")
            .body(Body::from(body))
            .unwrap();
        let host = "evil.example".parse().unwrap();
        request.headers_mut().insert(header::HOST, host);
        let answer = site.send(request).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(!answer.location().contains("evil"), "{}", answer.location());
        answer
    };
    let form = [
        ("practitioner", practice.practitioner.slug.as_str()),
        ("reason", practice.reason.slug.as_str()),
        ("start", "2026-11-23T08:00:00Z"),
        ("idempotency_key", "0123456789abcdef"),
        ("given_name", "Zoé"),
        ("family_name", "Đặng"),
        ("email", "zoe@example.org"),
        ("phone", "0612345678"),
    ];
    let held = evil("/api/hold_slot", &form).await;
    let token = held.location().rsplit('/').next().unwrap();
    let visit = site.backend.held_visit(token).await.unwrap().visit;
    let code = site.backend.keys().email_code(visit.appointment.id);
    evil("/api/confirm_hold", &[("token", token), ("code", &code)]).await;
    site.backend.run_due_jobs().await.unwrap();
    let mails = site.backend.sent_mails().await;
    let confirmed = mails.iter().find(|mail| mail.calendar.is_some()).unwrap();
    assert!(
        confirmed.text.contains("https://rdv.example.org/rdv/"),
        "{}",
        confirmed.text
    );
    for mail in &mails {
        assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
    }
}

#[tokio::test]
async fn public_pages_hold_no_patient_and_no_identifier_and_load_nothing_from_elsewhere() {
    let (practice, site) = TestSite::with_practice().await;
    site.backend.book(&practice, "2026-11-23T08:00:00Z").await;
    let visits = site.backend.stored_visits(
        "2026-11-23T00:00:00Z".parse().unwrap(),
        "2026-11-24T00:00:00Z".parse().unwrap(),
    );
    let (id, place, practitioner) = practice.ids();
    let mut secret: Vec<_> = visits
        .await
        .iter()
        .map(|visit| visit.id().to_string())
        .collect();
    assert_eq!(secret.len(), 1);
    secret.extend([
        id.to_string(),
        place.to_string(),
        practitioner.to_string(),
        practice.reason.id.to_string(),
        "Zoé".to_owned(),
        "zoe@example.org".to_owned(),
    ]);
    let slug = &practice.practitioner.slug;
    for path in [
        "/".to_owned(),
        format!("/cabinets/{}", practice.practice.slug),
        format!("/praticiens/{slug}?motif=consultation&semaine=2026-11-23"),
        format!("/praticiens/{slug}/rendez-vous?motif=consultation&debut=2026-11-23T08:20:00Z"),
        format!("/api/v1/practitioners/{slug}/slots?reason=consultation&from=2026-11-23"),
    ] {
        let answer = site.get(&path).await;
        let text = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{path}: {text}");
        for secret in &secret {
            assert!(!text.contains(secret), "{path}: {secret} in {text}");
        }
        for tag in text.split('<').filter(|tag| !tag.starts_with("a ")) {
            let mut loads = tag.split(['"', '\'']);
            let elsewhere = loads.find(|part| part.starts_with("http") || part.starts_with("//"));
            assert_eq!(elsewhere, None, "{path}: {tag}");
        }
    }
}
