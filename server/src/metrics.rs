//! Numbers for whoever watches the server, in the text form that Prometheus reads. Counted
//! here: requests, by the template of their address, never by what was asked for. Read from
//! below at each scrape: bookings ([`backend::counts`]) and what waits in the database.
//! Who may read them is [`crate::routes`]'s (`metrics.rs`).

use std::{fmt, sync::Arc, time::Duration};

use backend::{counts::Counts, store::jobs::Waiting};
use http::{Method, StatusCode};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
        histogram::Histogram,
    },
    registry::Registry,
};

/// Upper bounds of the classes of latency, in seconds.
const CLASSES: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

type Latency = Family<Route, Histogram, fn() -> Histogram>;

/// The numbers of this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    requests: Family<Answered, Counter>,
    latency: Latency,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self(Arc::new(Inner {
            requests: Family::default(),
            latency: Family::new_with_constructor(|| Histogram::new(CLASSES)),
        }))
    }
}

impl Metrics {
    /// Counts an answer. `route` is the template of an address, `-` for one that is none:
    /// there are as many as the program has, whatever strangers ask for.
    pub fn count(&self, route: &str, method: &Method, status: StatusCode, took: Duration) {
        let answered = Answered {
            route: route.to_owned(),
            method: known(method),
            status: status.as_u16(),
        };
        self.0.requests.get_or_create(&answered).inc();
        let route = Route {
            route: route.to_owned(),
        };
        self.0
            .latency
            .get_or_create(&route)
            .observe(took.as_secs_f64());
    }

    /// Everything as text; `waiting` is `None` when the database does not answer.
    ///
    /// # Errors
    /// Never: writing into a string.
    pub fn text(
        &self,
        counts: &Counts,
        waiting: Option<&Waiting>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix("rdv");
        registry.register(
            "http_requests",
            "Requests answered, by the template of their address",
            self.0.requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time until the answer began",
            self.0.latency.clone(),
        );
        register_counts(&mut registry, counts);
        registry.register(
            "database_up",
            "Whether the database answered this scrape",
            ConstGauge::new(i64::from(waiting.is_some())),
        );
        if let Some(waiting) = waiting {
            register_waiting(&mut registry, waiting, now);
        }
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

/// Strangers invent methods; labels and the log do not.
pub(crate) fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn register_counts(registry: &mut Registry, counts: &Counts) {
    let labelled = |label: &'static str, numbers: &[(&'static str, u64)]| {
        let family = Family::<Vec<(&'static str, &'static str)>, Counter>::default();
        for (value, number) in numbers {
            family.get_or_create(&vec![(label, *value)]).inc_by(*number);
        }
        family
    };
    registry.register(
        "bookings",
        "Visits booked since the start",
        labelled("by", &counts.bookings()),
    );
    registry.register(
        "holds",
        "Slots held since the start for patients who had to prove their address",
        ConstCounter::new(counts.holds()),
    );
    registry.register(
        "booking_refusals",
        "Bookings refused since the start",
        labelled("kind", &counts.refusals()),
    );
    registry.register(
        "slots_shown_then_refused",
        "Slots that a page offered and that were gone when somebody chose them",
        ConstCounter::new(counts.shown_then_refused()),
    );
}

fn register_waiting(
    registry: &mut Registry,
    waiting: &Waiting,
    now: chrono::DateTime<chrono::Utc>,
) {
    registry.register(
        "jobs_waiting",
        "Jobs that are not finished, those of later included",
        ConstGauge::new(waiting.unfinished),
    );
    registry.register(
        "jobs_tried_again",
        "Jobs that failed at least once and are tried again",
        ConstGauge::new(waiting.tried_again),
    );
    registry.register(
        "jobs_oldest_due_seconds",
        "For how long the oldest job that is due has waited to be begun",
        ConstGauge::new(
            waiting
                .oldest_due
                .map_or(0, |due| (now - due).num_seconds().max(0)),
        ),
    );
    registry.register(
        "mails_failed",
        "Mails that did not go and that the practices see as to be phoned",
        ConstGauge::new(waiting.failed),
    );
}
