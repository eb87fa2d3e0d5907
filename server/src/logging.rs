//! What is written to the log: one line a request, with the path's template and a reference,
//! and where a panic happened. Never a path, a query, a header, or a panic's own words: all of
//! them can hold a token or a name.

use std::{
    io::IsTerminal,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use app::request::Reference;
use axum::{
    body::Body,
    extract::{MatchedPath, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, Request};
use sha2::{Digest, Sha256};
use tracing::Metadata;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, filter::filter_fn, fmt, prelude::*};

use crate::{
    config::LogFormat,
    metrics::{self, Metrics},
};

/// The header that tells a client the reference of its request.
const REFERENCE: HeaderName = HeaderName::from_static("x-request-id");
/// Letters and digits that cannot be taken for one another on the telephone.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// How many lines wait for whoever reads them.
const MOST_LINES: usize = 10_000;

/// Not heard, whatever level is asked for: what the first says of a request holds the whole
/// address, the secret part of a link included; what the other says of a passkey, the bytes that
/// a browser sent.
const SILENT: [&str; 2] = ["tower_http::csrf", "webauthn_rs"];

/// Starts the log, on standard error, with a filter in the syntax of `tracing` (`info`,
/// `info,sqlx=debug`). What is said goes there as long as the answer is kept, written by a thread
/// of its own: whoever reads it, and stands still, loses lines, and stops nobody from working.
pub fn start(filter: EnvFilter, format: LogFormat) -> WorkerGuard {
    let is_heard = |said: &Metadata<'_>| {
        let from = said.target();
        !SILENT.iter().any(|silent| from.starts_with(silent))
    };
    let registry = tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(is_heard));
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MOST_LINES)
        .finish(std::io::stderr());
    match format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            registry
                .with(fmt::layer().with_ansi(colours).with_writer(writer))
                .init();
        }
        LogFormat::Json => registry
            .with(fmt::layer().json().with_writer(writer))
            .init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let line = of_panic(&place, panic.payload_as_str(), cfg!(debug_assertions));
        tracing::error!("{line}");
    }));
    guard
}

/// The line of a panic. Its own words may hold what a person typed: they are for developers.
fn of_panic(place: &str, words: Option<&str>, with_words: bool) -> String {
    let words = words.filter(|_| with_words).unwrap_or("");
    format!("panicked at {place} {words}")
}

/// Makes references that do not repeat within a run, nor, in all likelihood, between two.
#[derive(Clone, Debug)]
pub struct References {
    seed: Arc<str>,
    count: Arc<AtomicU64>,
}

impl References {
    /// References that start from something unpredictable.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self {
            seed: Arc::from(seed),
            count: Arc::default(),
        }
    }

    /// `k3p7-wm2x`.
    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(self.seed.as_bytes());
        hash.update(count.to_be_bytes());
        let letters = hash.finalize();
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
        let (one, two) = letters[..8].split_at(4);
        one.iter()
            .map(letter)
            .chain(['-'])
            .chain(two.iter().map(letter))
            .collect()
    }
}

/// The layer: gives the request its reference, and writes its line when it is answered.
pub async fn line(
    State((references, metrics)): State<(References, Metrics)>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let start = Instant::now();
    let reference = references.next();
    request
        .extensions_mut()
        .insert(Reference(reference.clone()));
    let method = request.method().clone();
    let template = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let path = template.as_ref().map_or("-", MatchedPath::as_str);
    let status = response.status().as_u16();
    let took = start.elapsed();
    metrics.count(path, &method, response.status(), took);
    let method = metrics::known(&method);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() {
        tracing::error!(target: "rdv::request", method, path, status, ms, reference);
    } else {
        tracing::info!(target: "rdv::request", method, path, status, ms, reference);
    }
    if let Ok(value) = HeaderValue::from_str(&reference) {
        response.headers_mut().insert(REFERENCE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_panic_says_where_and_to_a_developer_alone_what_it_said() {
        let (place, words) = (
            "src/booking.rs:12:5",
            "no slot for Zoé Đặng, 06 12 34 56 78",
        );
        let line = of_panic(place, Some(words), false);
        assert!(line.contains(place), "{line}");
        for word in words.split(' ') {
            assert!(!line.split(' ').any(|said| said == word), "{word}: {line}");
        }
        assert_eq!(line, of_panic(place, None, false), "nor that it said any");
        let line = of_panic(place, Some(words), true);
        assert!(line.contains(place) && line.contains(words), "{line}");
    }

    #[test]
    fn references_are_short_and_do_not_repeat() {
        let references = References::new("seed");
        let all: std::collections::HashSet<_> = (0..1000).map(|_| references.next()).collect();
        assert_eq!(all.len(), 1000);
        assert!(
            all.iter()
                .all(|reference| reference.len() == 9 && reference.is_ascii())
        );
    }
}
