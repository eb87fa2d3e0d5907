//! For the HTTP tests: the real router on a fresh database, and a browser without JavaScript that
//! talks to it in-process. A test says what a person does and what she gets.
//! The ways of patients and of an office are [`patient`]'s and `people`'s.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "tests"
)]

mod browser;

use std::{net::SocketAddr, sync::Arc};

use app::{
    cookies::Cookies,
    limits::Limits,
    request::{Assets, Site},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
};
use backend::{
    mail::Mailer,
    testing::{Kind, TestBackend, TestPractice},
};
use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HOST, LOCATION, ORIGIN, SET_COOKIE},
};
use server::{assets, limits, router, routes::metrics::Access};
use tower::ServiceExt;

pub use browser::Browser;

/// Where the test site is reached.
pub const PUBLIC_URL: &str = "https://rdv.example.org";
/// What every browser says it wants.
const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A site on a database of its own.
pub struct TestSite {
    /// Its backend, with a clock that stands still.
    pub backend: TestBackend,
    /// The whole server.
    pub router: Router,
    /// Where it is reached.
    public_url: String,
}

impl TestSite {
    /// Reached over https, without limits, with nothing in it, on SQLite.
    pub async fn new() -> Self {
        Self::on(Kind::Sqlite).await
    }

    /// The same on either database.
    pub async fn on(kind: Kind) -> Self {
        let backend = TestBackend::new(kind).await;
        Self::over(backend, PUBLIC_URL, Arc::new(limits::Off), "")
    }

    /// The same, whose mails leave another way than into its folder.
    pub async fn mailing_by(kind: Kind, mailer: Arc<dyn Mailer>) -> Self {
        let backend = TestBackend::with_mailer(kind, Some(mailer)).await;
        Self::over(backend, PUBLIC_URL, Arc::new(limits::Off), "")
    }

    /// With islands in its pages, whether or not they were built into this program.
    pub async fn with_islands() -> Self {
        let backend = TestBackend::new(Kind::Sqlite).await;
        let assets = Assets {
            islands: true,
            ..assets::assets()
        };
        Self::serving(assets, backend, PUBLIC_URL, Arc::new(limits::Off), "")
    }

    /// With the limits of a real server.
    pub async fn limited(proxies: &str) -> Self {
        Self::with(
            PUBLIC_URL,
            Arc::new(limits::Counters::new("seed".to_owned())),
            proxies,
        )
        .await
    }

    /// Reached at this address, with these limits, behind these proxies.
    pub async fn with(public_url: &str, limits: Arc<dyn Limits>, proxies: &str) -> Self {
        let backend = TestBackend::reached_at(Kind::Sqlite, public_url).await;
        Self::over(backend, public_url, limits, proxies)
    }

    /// The same instance after a restart, with the limits of a real server: nothing of what was
    /// counted is left.
    pub fn restarted(self, proxies: &str) -> Self {
        let limits = limits::Counters::new("another seed".to_owned());
        Self::over(self.backend, PUBLIC_URL, Arc::new(limits), proxies)
    }

    fn over(
        backend: TestBackend,
        public_url: &str,
        limits: Arc<dyn Limits>,
        proxies: &str,
    ) -> Self {
        Self::serving(assets::assets(), backend, public_url, limits, proxies)
    }

    fn serving(
        assets: Assets,
        backend: TestBackend,
        public_url: &str,
        limits: Arc<dyn Limits>,
        proxies: &str,
    ) -> Self {
        let site = Site {
            backend: backend.backend(),
            limits,
            assets,
            cookies: Cookies {
                secure: public_url.starts_with("https://"),
            },
            public_url: Arc::from(public_url),
            mailbox: false,
            legal_notice: None,
        };
        let proxies = proxies.parse().unwrap();
        let router = router::router(Arc::new(site), proxies, &Access::default()).unwrap();
        let public_url = public_url.to_owned();
        Self {
            backend,
            router,
            public_url,
        }
    }

    /// With a practice in it; the site is the second part, so that it outlives the first.
    pub async fn with_practice() -> (TestPractice, Self) {
        Self::practice_on(Kind::Sqlite).await
    }

    /// The same on either database.
    pub async fn practice_on(kind: Kind) -> (TestPractice, Self) {
        let site = Self::on(kind).await;
        (site.backend.practice().await, site)
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form as a browser without JavaScript does, from a page of ours.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.send(form(path).body(Body::from(body)).unwrap()).await
    }

    /// What [`request`] and [`form`] say of [`PUBLIC_URL`], said of where this site is reached.
    fn address(&self, headers: &mut HeaderMap) {
        let host = self.public_url.split_once("://").unwrap().1;
        if headers
            .get(HOST)
            .is_some_and(|said| said == "rdv.example.org")
        {
            headers.insert(HOST, host.parse().unwrap());
        }
        let said: Vec<_> = headers.get_all(ORIGIN).iter().collect();
        if said == [PUBLIC_URL] {
            headers.insert(ORIGIN, self.public_url.parse().unwrap());
        }
    }

    /// Sends anything.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer: SocketAddr = "127.0.0.1:40000".parse().unwrap();
        if request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .is_none()
        {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        self.address(request.headers_mut());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// A request as a browser makes it.
pub fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, "rdv.example.org")
        .header(ACCEPT, HTML)
}

/// A form as a browser sends it from a page of ours.
pub fn form(path: &str) -> http::request::Builder {
    request(Method::POST, path)
        .header(ORIGIN, PUBLIC_URL)
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text, without the marks that Leptos leaves between boxed views.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).replace("<!>", "")
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The cookies it sets, with their attributes.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }
}
