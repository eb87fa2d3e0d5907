//! The public address: does it lead to this very instance, and does the proxy on the way say
//! who asks? The question carries a number drawn by lot, of which only an instance with our key
//! can make the right answer; nobody else is asked anything.

use std::error::Error as _;

use axum::body::{Body, to_bytes};
use backend::{
    clock::{self, SystemRandom},
    keys::Keys,
    store::Store,
};
use http::{Request, StatusCode, header::LOCATION};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use i18n::t;
use serde::Deserialize;
use tokio::time::timeout;

use super::{Check, Finding, Looking, PATIENCE, keys};

/// An address of nobody (RFC 5737): what a client might claim to be.
const CLAIMED: &str = "203.0.113.254";
/// Longest answer that is read.
const MOST_BYTES: usize = 16 * 1024;

/// What `/healthz` answers.
#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default)]
    proof: String,
    seen: Option<Seen>,
}

/// How the question arrived.
#[derive(Debug, Deserialize)]
struct Seen {
    host: String,
    peer: Option<String>,
    client: Option<String>,
    from_trusted_proxy: bool,
    forwarded: bool,
}

/// Why there was no answer.
enum NoAnswer {
    Unreachable(String),
    Leads(String),
    Status(StatusCode),
    NotOurs,
}

impl Looking<'_> {
    pub(super) async fn address(&self, store: Option<&Store>, is_away: bool) -> Vec<Finding> {
        let lang = self.lang;
        let keys = match store {
            Some(store) => keys(store).await,
            None => Ok(None),
        };
        let Some(keys) = keys.ok().filter(|_| !is_away) else {
            let says = t!(lang, "doctor-address-no-database");
            let to_do = t!(lang, "doctor-database-broken-do");
            return vec![Finding::look(Check::Address, says, to_do)];
        };
        let Some(keys) = keys else {
            let says = t!(lang, "doctor-address-no-key");
            return vec![Finding::look(
                Check::Address,
                says,
                t!(lang, "doctor-database-missing-do"),
            )];
        };
        let url = self.config.public_url.as_str();
        let seen = match self.ask(&keys, None).await {
            Ok(seen) => seen,
            Err(why) => return vec![self.not_here(&why)],
        };
        let says = t!(lang, "doctor-address-here", url = url);
        let mut findings = vec![Finding::ok(Check::Address, says)];
        let claimed = self.ask(&keys, Some(CLAIMED)).await.ok();
        findings.push(self.proxy(&seen, claimed.as_ref()));
        findings
    }

    fn not_here(&self, why: &NoAnswer) -> Finding {
        let (lang, url) = (self.lang, self.config.public_url.as_str());
        match why {
            NoAnswer::Unreachable(error) => {
                let says = t!(
                    lang,
                    "doctor-address-silent",
                    url = url,
                    error = error.as_str()
                );
                let to_do = t!(lang, "doctor-address-silent-do");
                if self.config.public_url.is_loopback() {
                    Finding::look(Check::Address, says, to_do)
                } else {
                    Finding::wrong(Check::Address, says, to_do)
                }
            }
            NoAnswer::Leads(location) => {
                let says = t!(
                    lang,
                    "doctor-address-leads",
                    url = url,
                    location = location.as_str()
                );
                Finding::wrong(Check::Address, says, t!(lang, "doctor-address-leads-do"))
            }
            NoAnswer::Status(status) => {
                let says = t!(
                    lang,
                    "doctor-address-status",
                    url = url,
                    status = status.as_u16()
                );
                Finding::wrong(Check::Address, says, t!(lang, "doctor-address-other-do"))
            }
            NoAnswer::NotOurs => {
                let says = t!(lang, "doctor-address-other", url = url);
                Finding::wrong(Check::Address, says, t!(lang, "doctor-address-other-do"))
            }
        }
    }

    fn proxy(&self, seen: &Seen, claimed: Option<&Seen>) -> Finding {
        let lang = self.lang;
        let peer = seen.peer.as_deref().unwrap_or("?").to_owned();
        let believed = claimed.and_then(|seen| seen.client.as_deref()) == Some(CLAIMED);
        if believed {
            let says = t!(lang, "doctor-proxy-believes", peer = peer);
            return Finding::wrong(Check::Proxy, says, t!(lang, "doctor-proxy-believes-do"));
        }
        if seen.forwarded && !seen.from_trusted_proxy {
            let says = t!(lang, "doctor-proxy-not-trusted", peer = peer.as_str());
            let to_do = t!(lang, "doctor-proxy-not-trusted-do", peer = peer);
            return Finding::wrong(Check::Proxy, says, to_do);
        }
        if !seen.forwarded && (seen.from_trusted_proxy || self.config.public_url.is_https()) {
            let says = t!(lang, "doctor-proxy-silent", peer = peer);
            return Finding::wrong(Check::Proxy, says, t!(lang, "doctor-proxy-silent-do"));
        }
        let ours = self.config.public_url.as_str();
        let ours = ours
            .split_once("://")
            .map_or(ours, |(_, authority)| authority);
        if !seen.host.eq_ignore_ascii_case(ours) {
            let says = t!(
                lang,
                "doctor-proxy-host",
                host = seen.host.as_str(),
                ours = ours
            );
            return Finding::look(Check::Proxy, says, t!(lang, "doctor-proxy-host-do"));
        }
        if seen.forwarded {
            Finding::ok(Check::Proxy, t!(lang, "doctor-proxy-well", peer = peer))
        } else {
            Finding::ok(Check::Proxy, t!(lang, "doctor-proxy-none"))
        }
    }

    async fn ask(&self, keys: &Keys, claim: Option<&str>) -> Result<Seen, NoAnswer> {
        let challenge = clock::new_token(&SystemRandom);
        let url = format!(
            "{}/healthz?challenge={challenge}&asker={}",
            self.config.public_url,
            keys.asker(&challenge)
        );
        match timeout(PATIENCE, fetch(&url, claim)).await {
            Ok(answer) => {
                let answer = answer?;
                match answer.seen {
                    Some(seen) if answer.proof == keys.proof(&challenge) => Ok(seen),
                    Some(_) | None => Err(NoAnswer::NotOurs),
                }
            }
            Err(_) => Err(NoAnswer::Unreachable(t!(self.lang, "doctor-address-slow"))),
        }
    }
}

async fn fetch(url: &str, claim: Option<&str>) -> Result<Answer, NoAnswer> {
    let broken = |error: String| NoAnswer::Unreachable(error);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| broken(error.to_string()))?
        .https_or_http()
        .enable_http1()
        .build();
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build(connector);
    let mut request = Request::get(url);
    if let Some(claim) = claim {
        request = request.header("x-forwarded-for", claim);
    }
    let request = request
        .body(Body::empty())
        .map_err(|error| broken(error.to_string()))?;
    let answer = client.request(request).await.map_err(|error| {
        // The innermost says it best: "connection refused", "certificate expired".
        let mut inner = error.source();
        let mut said = error.to_string();
        while let Some(cause) = inner {
            said = cause.to_string();
            inner = cause.source();
        }
        broken(said)
    })?;
    let status = answer.status();
    if status.is_redirection() {
        let location = answer.headers().get(LOCATION);
        let location = location
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // Without what stands behind: it may hold what we sent.
        let location = location.split('?').next().unwrap_or_default();
        return Err(NoAnswer::Leads(location.to_owned()));
    }
    if !status.is_success() {
        return Err(NoAnswer::Status(status));
    }
    let body = to_bytes(Body::new(answer.into_body()), MOST_BYTES)
        .await
        .map_err(|_| NoAnswer::NotOurs)?;
    serde_json::from_slice(&body).map_err(|_| NoAnswer::NotOurs)
}
