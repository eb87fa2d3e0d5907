//! Clients that ask as fast as they are answered, each on a connection of its own that stays
//! open, for a bounded time or number of requests.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use http::{
    HeaderMap, HeaderName, Method, Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN},
};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long the server gets warm before anything counts.
pub const WARM_UP: Duration = Duration::from_millis(500);

/// A connection that stays open.
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
    cookie: Option<String>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers
            .get(LOCATION)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Client {
    pub async fn connect(address: SocketAddr, cookie: Option<String>) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self {
            address,
            sender,
            cookie,
        }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&mut self, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
        let request = headers
            .iter()
            .fold(self.request(Method::GET, path), |request, (name, value)| {
                request.header(name, *value)
            });
        self.send(request.body(Full::default()).unwrap()).await
    }

    /// A form of ours, as a browser sends it.
    pub async fn post(&mut self, path: &str, form: &str) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(ORIGIN, format!("http://{}", self.address))
            .header("sec-fetch-site", "same-origin")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Full::new(Bytes::copy_from_slice(form.as_bytes()));
        self.send(request.body(body).unwrap()).await
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header(ACCEPT, "text/html");
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Answer {
        self.sender.ready().await.unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}

/// How fast a server answered.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// Answers in a second, all clients together.
    pub rate: f64,
    /// Half of the answers came faster, in milliseconds.
    pub p50: f64,
    /// 99 of 100 came faster, in milliseconds.
    pub p99: f64,
}

impl Speed {
    fn of(mut took: Vec<Duration>, whole: Duration) -> Self {
        took.sort_unstable();
        let at = |share: f64| {
            let index = (took.len() as f64 * share) as usize;
            took[index.min(took.len() - 1)].as_secs_f64() * 1000.0
        };
        Self {
            rate: took.len() as f64 / whole.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
        }
    }
}

/// So many clients ask for these addresses in turn for so long; each answer is 200.
pub async fn reads(address: SocketAddr, clients: usize, paths: &[String], time: Duration) -> Speed {
    let paths: Arc<[String]> = Arc::from(paths);
    let counted_from = Instant::now() + WARM_UP;
    let end = counted_from + time;
    let clients = (0..clients).map(|number| {
        let paths = paths.clone();
        tokio::spawn(async move {
            let mut client = Client::connect(address, None).await;
            let mut took = Vec::new();
            for path in paths.iter().cycle().skip(number) {
                let start = Instant::now();
                if start > end {
                    break;
                }
                let answer = client.get(path).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                if start >= counted_from {
                    took.push(start.elapsed());
                }
            }
            took
        })
    });
    let mut took = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        took.extend(client.await.unwrap());
    }
    Speed::of(took, time)
}

/// So many clients post these forms, each once; each leads to where `accepted` says.
pub async fn writes(
    address: SocketAddr,
    clients: usize,
    cookie: &str,
    path: &'static str,
    forms: Vec<String>,
    accepted: &'static str,
) -> Speed {
    let forms: Arc<[String]> = Arc::from(forms);
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let clients = (0..clients).map(|_| {
        let (forms, next, cookie) = (forms.clone(), next.clone(), cookie.to_owned());
        tokio::spawn(async move {
            let mut client = Client::connect(address, Some(cookie)).await;
            let mut took = Vec::new();
            while let Some(form) = forms.get(next.fetch_add(1, Ordering::Relaxed)) {
                let start = Instant::now();
                let answer = client.post(path, form).await;
                let body = String::from_utf8_lossy(&answer.body);
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form}: {body}");
                assert!(answer.location().contains(accepted), "{form}");
                took.push(start.elapsed());
            }
            took
        })
    });
    let mut took = Vec::new();
    for client in clients.collect::<Vec<_>>() {
        took.extend(client.await.unwrap());
    }
    Speed::of(took, start.elapsed())
}
